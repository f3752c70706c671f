"""The inventory's sheet against the tidied table, row by row."""

from collections.abc import Callable

import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

SHEET = "originals/carnegie_feldstein/spy3.csv"
TIDY = "indices/commercial_spyware_inventory.csv"
COLUMNS = {
    "country_id": "iso3",
    "country_as_written": "country",
    "category": "category",
    "period": "period_of_use",
    "vendor": "commercial_entity",
    "vendor_country": "country_of_origin",
}
WITH_WEAKER_SOURCES = 32
FROM_CHINA = 9


def test_every_deployment(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    read = originals.read("spyware", "10", {"inventory": SHEET})["deployment"].sort("row")
    tidy = originals.tidy(TIDY)
    assert read.height == tidy.height == 193
    for ours, theirs in COLUMNS.items():
        written = tidy.get_column(theirs).str.strip_chars()
        assert read.get_column(ours).to_list() == written.to_list(), ours
    assert (read.get_column("confidence") == "lower").sum() == WITH_WEAKER_SOURCES
    assert (read.get_column("vendor_country") == "China").sum() == FROM_CHINA
    assert read.get_column("link").str.starts_with("http").all()
    say("Commercial spyware inventory", read.height, read.height * len(COLUMNS))
