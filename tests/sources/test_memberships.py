"""The Correlates of War and the Factbook: codes, words and places that are not known."""

from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition


def refused(source: str, name: str, before: bytes, after: bytes, into: Path) -> str:
    edition = edition_of_sample(
        source, name, into=into, change=lambda _, data: data.replace(before, after, 1)
    )
    with pytest.raises(SourceChanged) as caught:
        read_edition(edition, bands=False)
    return str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (b",1,", b",4,", "expected one of -9, -1, 0, 1, 2, 3, found '4'"),
        (b",1,", b",,", "expected one of -9, -1, 0, 1, 2, 3, found nothing"),
        (b",1,", b",1.5,", "expected one of -9, -1, 0, 1, 2, 3, found '1.5'"),
        (b"710,2013", b"710,20133", "column 'year': expected a year from 1815 to 2100"),
        (b"710,2013", b"710,2012", "expected each ccode and year once"),
        (b"710,2013", b",2013", "column 'ccode': expected a number, found nothing"),
        (b",SCO,", b",SCO2,", "expected column 'sco', found none"),
        (b"\n710,2012", b",NEW\n710,2012", "expected only known columns, found ['NEW']"),
    ],
)
def test_table_of_another_form_is_refused(
    before: bytes, after: bytes, says: str, tmp_path: Path
) -> None:
    assert says in refused("cow_igo", "v3", before, after, tmp_path)


def test_codes_written_with_decimals_and_rows_in_another_order_say_the_same(
    tmp_path: Path,
) -> None:
    def turned(_: str, data: bytes) -> bytes:
        header, *rows = data.decode().strip().split("\n")
        rows = [
            ",".join(cell if place == 2 else f"{cell}.0" for place, cell in enumerate(cells))
            for cells in (row.split(",") for row in reversed(rows))
        ]
        return "\n".join([header.lower(), *rows]).encode()

    key = ["organisation", "country_as_written", "since_edtf"]
    plain = read_edition(edition_of_sample("cow_igo", "v3", into=tmp_path), bands=False)
    other = read_edition(
        edition_of_sample("cow_igo", "v3", into=tmp_path, change=turned), bands=False
    )
    ours = other["membership"].drop("row").sort(key)
    theirs = plain["membership"].drop("row")
    lowered = theirs.with_columns(theirs["organisation"].str.to_lowercase()).sort(key)
    assert ours.equals(lowered)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            b"(associate member)",
            b"(honorary member)",
            "south-asia/pk.json, International organization participation: expected one of the "
            "known standings",
        ),
        (b"SCO, UNISFA", b"SCO; UNISFA", "expected 'organisation' or 'organisation (standing)'"),
        (b"SCO, UNISFA", b"SCO (observer, UNISFA", "found 'SCO (observer'"),
        (b"SCO, UNISFA", b"<b>SCO</b>, UNISFA", "found '<b>SCO</b>'"),
        (b"SCO, UNISFA", b"SCO, SCO (observer), UNISFA", "expected each membership once"),
        (b'"text": "ADB, ASEAN', b'"words": "ADB, ASEAN', "missing required field `text`"),
    ],
)
def test_participation_of_another_form_is_refused(
    before: bytes, after: bytes, says: str, tmp_path: Path
) -> None:
    assert says in refused("factbook", "2026-05", before, after, tmp_path)


def test_archive_without_participation_is_refused(tmp_path: Path) -> None:
    edition = edition_of_sample(
        "factbook",
        "2026-05",
        into=tmp_path,
        change=lambda _, data: data.replace(b"International organization", b"Other"),
    )
    with pytest.raises(SourceChanged, match="found 5 countries with none"):
        read_edition(edition, bands=False)
