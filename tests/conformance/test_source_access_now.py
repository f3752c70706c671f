"""Access Now's older workbook, and the current register as others tabled it, event by event.

Of the current register no file of the publisher is at hand, but a table with its 47 columns that
others made of it. It is written out here as a CSV and read as one: that proves the columns and
categories, and not how the publisher's own cells look.
"""

from collections.abc import Callable
from io import BytesIO

import polars as pl
import pytest

from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FOLDER = "measurement/accessnow"
BY_YEAR = [80, 113, 205, 224, 171, 197, 206, 289, 304, 313]
BY_SHEET = {"2016+2017+2018": 377, "2019": 213, "2020 Data": 159, "2021 Data": 182}
BY_SHEET |= {"2022 Data": 187}
SAME = {
    "country_as_written": "country",
    "start_edtf": "start_date",
    "end_edtf": "end_date",
    "kind": "shutdown_type",
    "scope": "geo_scope",
    "area": "area_name",
    "network": "affected_network",
    "extent": "shutdown_extent",
    "ordered_by": "ordered_by",
    "cause": "actual_cause",
    "justification": "gov_justification",
    "status": "shutdown_status",
    "link": "info_source_link",
}


def as_csv(originals: Originals) -> bytes:
    """The table of the current register, days as ISO, otherwise cell by cell."""
    table = pl.read_parquet(
        BytesIO(originals.data(f"{FOLDER}/access_now_snapshot_2026-05-20.parquet"))
    )
    assert table.width == 47
    days = pl.col("start_date", "end_date").dt.strftime("%Y-%m-%d")
    return table.with_columns(days).write_csv().encode()


def events_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Each event once; one in several countries stands in a row for each of them."""
    return frame.unique(["part", "row"], keep="first", maintain_order=True)


def test_current_register(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    data = as_csv(originals)
    by_country = originals.read("access_now", "2016-2025", {"combined": data})["shutdown"]
    assert by_country.height == 2102 + 4 + 1 + 1  # five countries in one event, two in two others
    read = events_of(by_country)
    assert read.height == 2102
    assert read.get_column("country_as_written").n_unique() == 100
    counted = read.group_by("count_year").len().sort("count_year")
    assert dict(counted.iter_rows()) == dict(zip(range(2016, 2026), BY_YEAR, strict=True))
    assert read.filter(pl.col("country_id") == "IND").height == 920
    # Somaliland and New Caledonia, which are not in the observatory's list.
    assert read.get_column("country_id").null_count() == 3 + 1
    table = pl.read_csv(data, infer_schema=False)
    cells = 0
    for ours, theirs in SAME.items():
        known = table.get_column(theirs).str.strip_chars()
        known = known.set(known.str.len_bytes() == 0, None)
        apart = ~read.get_column(ours).eq_missing(known)
        assert apart.sum() == 0, ours
        cells += read.height - known.null_count()
    assert "not proven" in declaration("access_now").tried
    say("Access Now STOP, table of 2026 written as CSV", read.height, cells + len(BY_YEAR) + 2)


def test_current_register_and_its_tidied_table(originals: Originals) -> None:
    rows = originals.read("access_now", "2016-2025", {"combined": as_csv(originals)})["shutdown"]
    read = events_of(rows)
    tidy = originals.tidy("indices/access_now_shutdowns.csv.gz")
    assert tidy.height == read.height
    columns = {ours: theirs for ours, theirs in SAME.items() if theirs in tidy.columns}
    assert len(columns) == len(SAME) - 1
    # The tidied table has one space for each run of spaces and line ends, in the areas.
    one_space = pl.col("area_name").str.replace_all(r"\s+", " ").str.strip_chars()
    ours = read.select(
        *(pl.col(name).alias(theirs) for name, theirs in columns.items()),
        pl.col("count_year").cast(pl.String),
    )
    theirs = tidy.select(pl.col(ours.columns).str.strip_chars()).sort(pl.all())
    spaced = ours.with_columns(one_space).sort(pl.all())
    assert spaced.equals(theirs.with_columns(one_space).sort(pl.all()))
    assert ours.filter(pl.col("area_name") != one_space).height == 12


def test_older_workbook(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = f"{FOLDER}/KeepItOn_STOP_2016-2022_raw_dataset.xlsx"
    read = originals.read("access_now", "2016-2022", {"workbook": file})["shutdown"]
    sheets = read.group_by(pl.col("part").str.strip_prefix("workbook/")).len()
    assert dict(sheets.iter_rows()) == BY_SHEET
    years = dict(read.group_by("count_year").len().iter_rows())
    assert years == {2016: 75, 2017: 106, 2018: 196, 2019: 213, 2020: 159, 2021: 182, 2022: 187}
    assert dict(read.group_by("country_id").len().iter_rows())["IND"] == 233 + 121 + 107 + 106 + 84
    words = read.filter(pl.col("part") == "workbook/2019").get_column("status").drop_nulls()
    assert sorted(words) == ["Ongoing"] * 2 + ["Unkown"] * 6
    assert read.get_column("end_edtf").is_not_null().sum() == 165 + 166 + 141 + 137 + 223
    assert read.get_column("country_id").null_count() == 1
    say("Access Now STOP, workbook of 2016 to 2022", read.height, len(sheets) + len(years) + 3)
