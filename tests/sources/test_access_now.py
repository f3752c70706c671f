"""The register of shutdowns: its other form as CSV, and input that must be refused."""

import csv
import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from tests.sources.samples import CAPTURED_AT, SOURCES, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition

COMBINED = "workbook.xlsx/1 Combined (2016-2025).csv"
SAMPLE = SOURCES / "access_now" / "sample" / "2016-2025" / COMBINED


def as_csv(text: str, into: Path) -> Edition:
    """The combined sheet saved as CSV, in place of the workbook."""
    data = text.encode()
    target = into / "combined.csv"
    target.write_bytes(data)
    part = Part("combined", target, sha256(data).hexdigest(), CAPTURED_AT)
    return Edition("access_now", "2016-2025", {"combined": part})


def with_american_days(text: str) -> str:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    for row in rows[1:]:
        for place in (rows[0].index("start_date"), rows[0].index("end_date")):
            if row[place]:
                year, month, day = row[place].split("-")
                row[place] = f"{int(month)}/{int(day)}/{year}"
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


@pytest.mark.parametrize("form", [str, with_american_days])
def test_sheet_saved_as_csv_says_the_same(form: Callable[[str], str], tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    book = read_edition(edition_of_sample("access_now", "2016-2025", into=tmp_path), bands=False)
    saved = read_edition(as_csv(form(text), tmp_path), bands=False)
    place = ("shutdown_key", "part")
    assert saved["shutdown"].drop(place).equals(book["shutdown"].drop(place))
    assert saved["shutdown"].get_column("shutdown_key").to_list()[0] == "combined:2"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("2025-05-26", "20222-05-26", "row 4, column 'start_date': expected a day from 2000 to"),
        ("2025-05-26", "", "row 4, column 'start_date': expected the first day, found nothing"),
        ("2025-06-01", "soon", "row 4, column 'end_date': expected a day from 2000 to 2100, found"),
        ("2025-06-01", "13/01/2025", "row 4, column 'end_date': expected a day"),
        ("APAC,2024", "APAC,20222", "row 2, column 'count_year': expected a year from 2000 to"),
        ("APAC,2024", "APAC,", "row 2, column 'count_year': expected a year from 2000 to 2100"),
        ("Laos; Myanmar", "", "row 4, column 'country': expected a value, found nothing"),
    ],
)
def test_cell_that_does_not_fit(before: str, after: str, says: str, tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace(before, after)
    with pytest.raises(SourceChanged) as raised:
        read_edition(as_csv(text, tmp_path), bands=False)
    assert says in str(raised.value)


def test_page_in_place_of_the_sheet(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="expected a CSV file, found a page of HTML"):
        read_edition(as_csv("<!DOCTYPE html><title>Sign in</title>", tmp_path), bands=False)


def test_unknown_sheet_of_the_older_workbook(tmp_path: Path) -> None:
    sample = edition_of_sample("access_now", "2016-2025", into=tmp_path)
    other = Edition("access_now", "2016-2022", sample.parts)
    with pytest.raises(SourceChanged, match=r"expected the sheets '2022 Data'.*found 'Combined"):
        read_edition(other, bands=False)


def test_next_years_sheet_is_not_taken_for_this_one(tmp_path: Path) -> None:
    sample = edition_of_sample("access_now", "2016-2022", into=tmp_path)
    other = Edition("access_now", "2016-2025", sample.parts)
    with pytest.raises(SourceChanged, match=r"expected a sheet 'Combined \(2016-2025\)', found"):
        read_edition(other, bands=False)


def test_end_that_is_a_word(tmp_path: Path) -> None:
    read = read_edition(edition_of_sample("access_now", "2016-2022", into=tmp_path), bands=False)
    ends = read["shutdown"].filter(
        pl.col("part").is_in(["workbook/2019", "workbook/2016+2017+2018"])
    )
    assert ends.get_column("status").drop_nulls().to_list() == ["Unkown", "ongoing"]


def test_number_of_an_event_that_stands_twice(tmp_path: Path) -> None:
    edition = edition_of_sample(
        "access_now",
        "2016-2022",
        into=tmp_path,
        change=lambda name, data: data.replace(b"\n8,", b"\n7,") if "2019" in name else data,
    )
    with pytest.raises(SourceChanged, match="expected each shutdown once, found shutdown_key"):
        read_edition(edition, bands=False)
