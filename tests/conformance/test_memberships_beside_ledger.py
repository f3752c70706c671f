"""Memberships of the Correlates of War and the Factbook, beside the ledger's own ties."""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl
import pytest

from sharedfuture.align.memberships import Said, beside_ledger
from tests.conformance import test_source_cow_igo as cow
from tests.conformance import test_source_factbook as factbook
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

END_OF_COW = date(2014, 12, 31)
END_OF_FACTBOOK = date(2026, 2, 4)
# The Correlates of War count the SCO from the Shanghai Five of 1996; the Factbook is stale.
SINCE = {"CHN", "KAZ", "KGZ", "RUS", "TJK"}
ADDED = {
    "act-aalco": 51,
    "act-council-of-europe": 52,
    "act-european-union": 28,
}


def test_ledger_wins(
    originals: Originals,
    tables: Mapping[str, pl.DataFrame],
    say: Callable[[str, int, int], None],
) -> None:
    table = {"state_year": cow.packed(originals.data(cow.TABLE))}
    archive = {"repository": factbook.archive(originals)}
    said = [
        Said("cow_igo", originals.read("cow_igo", "v3", table)["membership"], END_OF_COW),
        Said(
            "factbook",
            originals.read("factbook", "2026-05", archive, bands=False)["membership"],
            END_OF_FACTBOOK,
        ),
    ]
    found = beside_ledger(tables["tie"], said)
    assert dict(found.ties.group_by("to_id").len().iter_rows()) == ADDED
    assert found.ties.get_column("tie_id").is_unique().all()
    assert not set(found.ties.get_column("tie_id")) & set(tables["tie"].get_column("tie_id"))
    since = found.differences.filter(what="since", to_id="act-sco", source="cow_igo")
    assert set(since.get_column("country_id")) == SINCE
    assert since.get_column("stated_says").unique().to_list() == ["member_of active 1996/"]
    others = found.differences.filter(what="status")
    assert others.select("tie_id", "source").rows() == [
        ("tie-irn-sco", "factbook"),
        ("tie-pak-aiib", "factbook"),
        # An observer until 2014, where the one ends; a member since.
        ("tie-tls-asean", "cow_igo"),
    ]
    assert found.differences.height == len(SINCE) + 3
    say("Memberships beside the ledger", found.ties.height, found.differences.height)
