"""Top10VPN's figures of seven years, as a third party copied them, cell by cell."""

from collections.abc import Callable

import pytest

from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

COLUMNS = {
    "top10vpn_shutdown_cost": "cost_usd",
    "top10vpn_shutdown_hours": "duration_hours",
    "top10vpn_users_affected": "users_affected",
}


def test_every_cell(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    rows = cells = 0
    for edition in declaration("top10vpn").edition:
        file = f"measurement/top10vpn/top10vpn_{edition.name}.csv"
        read = originals.read("top10vpn", edition.name, {"costs": file})["value"]
        table = originals.tidy(file)
        rows += table.height
        known = {
            (indicator, row["country"]): row[column]
            for row in table.rows(named=True)
            for indicator, column in COLUMNS.items()
        }
        for row in read.rows(named=True):
            expected = known.pop((row["indicator_id"], row["country_as_written"]))
            assert row["value"] == (None if expected is None else float(expected))
            cells += expected is not None
        assert known == {}
        assert read.filter(read.get_column("country_id").is_null()).height <= 3
    assert rows == 169
    assert "by hand" in declaration("top10vpn").tried
    say("Top10VPN, cost of shutdowns", rows * 3, cells)
