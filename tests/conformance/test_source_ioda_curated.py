"""The curated list of IODA outages, every row of the publisher's file."""

import csv
import io
from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FILE = "measurement/ioda/ioda_investigated_outages_cleaned_phase1+2.csv"
CAUSES = {"Government-Ordered": 102, "Exams": 64, "Cable-Cut": 40, "Unknown": 463}


def test_every_row_is_read(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    read = originals.read("ioda_curated", "2018-2022", {"outages": FILE})["outage"]
    assert read.height == 1704
    assert read.get_column("start_edtf").null_count() == 0
    assert read.get_column("end_edtf").null_count() == 26 + 8
    causes = Counter(read.get_column("cause").to_list())
    assert causes[None] == 997
    assert {name: causes[name] for name in CAUSES} == CAUSES
    scopes = dict(read.group_by("scope").len().iter_rows())
    assert scopes == {"Country": 916, "Region": 710, "AS": 78}
    assert read.filter(pl.col("scope") == "Region").get_column("area").null_count() == 0
    seen = {
        name: dict(read.group_by(name).len().iter_rows())
        for name in ("is_seen_in_routing", "is_seen_in_probing", "is_seen_in_telescope")
    }
    assert seen == {
        "is_seen_in_routing": {True: 958 + 560 + 1 + 1, False: 129 + 14, None: 31 + 10},
        "is_seen_in_probing": {True: 1073 + 564, False: 13 + 13, None: 31 + 10},
        "is_seen_in_telescope": {
            True: 707 + 547 + 8 + 2,
            False: 355 + 41 + 2,
            None: 31 + 10 + 1,
        },
    }
    begun = pl.col("start_edtf").str.to_datetime(time_zone="UTC")
    ended = pl.col("end_edtf").str.to_datetime(time_zone="UTC")
    assert read.filter(ended < begun).height == 76
    assert read.filter(pl.col("outage_key").str.contains("#")).get_column(
        "outage_key"
    ).to_list() == ["1963#2"]
    assert read.get_column("country_id").null_count() == 73 + 1  # territories, and a union
    say("IODA curated outages", read.height, read.height + len(CAUSES) + len(scopes) + 12)


def test_times_are_those_of_the_file(originals: Originals) -> None:
    """Day, hour and minute, cell by cell, against the words themselves."""
    read = originals.read("ioda_curated", "2018-2022", {"outages": FILE})["outage"]
    text = originals.data(FILE).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    compared = 0
    for ours, theirs in (("start_edtf", "Begin time"), ("end_edtf", "End time")):
        for moment, row in zip(read.get_column(ours), rows, strict=True):
            if moment is None:
                assert row[theirs] in ("", "N/A")
                continue
            when = row[theirs]
            if when[0].isdigit():
                continue
            hour, minute = int(moment[11:13]), moment[14:16]
            assert f" {(hour % 12) or 12}:{minute}" in when
            assert when.endswith("AM" if hour < 12 else "PM")
            assert f" {int(moment[8:10])}, {moment[:4]}, " in when
            compared += 1
    assert compared == 2 * 1704 - 34 - (3 + 8)
