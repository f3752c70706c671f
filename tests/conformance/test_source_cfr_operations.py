"""CFR's own export of the tracker, against the tidied table: every operation and sponsor."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

CHINA_AND_ANOTHER = 2
KOREAS = {
    "PRK": "Korea (Democratic People's Republic of)",
    "KOR": "Korea (Republic of)",
    "PSE": "Palestine, State of",
}


def test_cfr_operations(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = "originals/cfr/cyber-operations-incidents.csv"
    frames = originals.read("cfr_operations", "2020-11", {"incidents": file})
    incidents, parties = frames["incident"], frames["incident_party"]
    tidy = originals.tidy("alignment/cyber_incidents/cfr_cyber_operations_2005_2020.csv")
    assert incidents.height == tidy.height == 481
    cells = 0
    for ours, theirs in {
        "title": pl.col("Title").str.strip_chars(),
        "start_edtf": pl.col("Date").str.to_date("%m/%d/%Y").dt.strftime("%Y-%m-%d"),
        "kind": pl.col("Type"),
    }.items():
        known = tidy.select(theirs).to_series()
        assert incidents.get_column(ours).eq_missing(known).all(), ours
        cells += known.len() - known.null_count()
    assert incidents.get_column("start_edtf").null_count() == 7

    sponsors = parties.filter(pl.col("role") == "initiator")
    named = sponsors.drop_nulls("country_as_written")
    assert named.filter(pl.col("country_id") == "CHN").height == 167 + CHINA_AND_ANOTHER
    alone = tidy.filter(pl.col("Sponsor") == "China").height
    assert alone == 167
    joined = named.group_by("row", maintain_order=True).agg(
        pl.col("country_as_written").str.join(", ").alias("Sponsor")
    )
    stated = tidy.with_row_index("row", offset=2).drop_nulls("Sponsor")
    assert joined.get_column("Sponsor").equals(stated.get_column("Sponsor"))
    assert joined.get_column("row").to_list() == stated.get_column("row").to_list()
    for code, name in KOREAS.items():
        assert named.filter(pl.col("country_as_written") == name)["country_id"].unique()[0] == code
    assert named.get_column("country_id").null_count() == 0

    receivers = parties.filter(pl.col("role") == "receiver")
    assert receivers.get_column("country_id").null_count() == 0
    assert receivers.get_column("name").null_count() == receivers.height
    say("CFR Cyber Operations Tracker", incidents.height, cells + joined.height + len(KOREAS) + 2)


def test_every_country_among_the_victims_is_read(originals: Originals) -> None:
    """Each name that was ever read as a country is read wherever it stands between commas."""
    file = "originals/cfr/cyber-operations-incidents.csv"
    frames = originals.read("cfr_operations", "2020-11", {"incidents": file})
    receivers = frames["incident_party"].filter(pl.col("role") == "receiver")
    tidy = originals.tidy("alignment/cyber_incidents/cfr_cyber_operations_2005_2020.csv")
    names = set(receivers.get_column("country_as_written"))
    expected = [
        (row, name)
        for row, cell in enumerate(tidy.get_column("Victims"), 2)
        for name in dict.fromkeys(
            part.strip().removeprefix("and ").removeprefix("the ")
            for part in (cell or "").split(",")
        )
        if name in names
    ]
    assert receivers.select("row", "country_as_written").rows() == expected
    assert len(expected) == 904
