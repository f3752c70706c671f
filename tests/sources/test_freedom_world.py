"""What the reader of Freedom in the World refuses."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import CaptureDamaged, SourceChanged
from sharedfuture.sources.reading import read_edition

ITEMS = "items.xlsx/2 FIW13-24.csv"
RATINGS = "ratings.xlsx/2 Country Ratings, Statuses .csv"


def changed(file: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (ITEMS, "4,4,4,12,", "4,4,3,12,", "row 3, column 'A': expected the sum A1 + A2 + A3"),
        (ITEMS, "40,4,4,4,4,16", "39,4,4,4,4,16", "expected the sum A + B + C + Add A - Add Q"),
        (ITEMS, ",60,100", ",60,99", "column 'Total': expected the sum PR + CL, found '99'"),
        (ITEMS, "4,4,4,12,", "5,4,4,13,", "column 'A1': expected a number from 0 to 4, found '5'"),
        (ITEMS, "4,4,4,12,", "N/A,4,4,8,", "column 'A1': expected a number, found 'N/A'"),
        (ITEMS, ",F,1,1,", ",FREE,1,1,", "'Status': expected one of 'NF', 'PF', 'F', found 'FREE'"),
        (ITEMS, ",F,1,1,", ",F,0,1,", "column 'PR rating': expected a number from 1 to 7"),
        (ITEMS, ",c,2024", ",x,2024", "column 'C/T': expected one of 'c', 't', found 'x'"),
        (ITEMS, ",c,2024", ",c,2025", "column 'Edition': expected a year from 2013 to 2024"),
        (ITEMS, "Tibet,Asia,t", "Norway,Asia,t", "expected each value once"),
        (RATINGS, "Norway,1,1,F", "Norway,1,8,F", "'CL 1972': expected a rating from 1 to 7"),
        (RATINGS, "Norway,1,1,F", "Norway,1,1(2),F", "expected a number, found '1(2)'"),
        (RATINGS, "Norway,1,1,F", "Norway,1,1,U", "column 'Status 1972': expected one of"),
        (RATINGS, "PR,CL ,Status", "PR,CL,State", "row 3: expected blocks of PR, CL, Status"),
        (RATINGS, "Under Review,1972", "Under Review,'72", "expected years under review, found"),
        (RATINGS, "Under Review,1972", "Under Review,2012", "row 2: expected years above each PR"),
        (RATINGS, "Survey Edition", "Edition", "first column: expected ('Survey Edition'"),
        (RATINGS, "\nNorway,", "\n,", "column 'place': expected a value, found nothing"),
    ],
)
def test_bad_workbook_is_refused(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    change = changed(file, old, new)
    edition = edition_of_sample("freedom_world", "2024", into=tmp_path, change=change)
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    assert says in str(refused.value)
    assert str(refused.value).startswith("freedom_world/2024")


def test_workbook_of_another_edition_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("freedom_world", "2024", into=tmp_path)
    with pytest.raises(SourceChanged, match="expected a sheet 'FIW13-25', found 'FIW13-24'"):
        read_edition(Edition("freedom_world", "2025", held.parts), bands=False)


def test_one_workbook_in_place_of_the_other_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("freedom_world", "2024", into=tmp_path)
    with pytest.raises(SourceChanged, match="expected sheets 'Country Ratings, Statuses'"):
        read_edition(
            Edition("freedom_world", "2024", {"ratings": held.parts["items"]}), bands=False
        )


def test_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(512) + "EncryptedPackage".encode("utf-16-le"))
    part = Part("items", path, sha256(path.read_bytes()).hexdigest(), CAPTURED_AT)
    with pytest.raises(SourceChanged, match="expected a workbook, found one with a password"):
        read_edition(Edition("freedom_world", "2024", {"items": part}))


def test_edition_of_nothing_is_refused() -> None:
    with pytest.raises(CaptureDamaged, match="expected part items, found nothing"):
        read_edition(Edition("freedom_world", "2024", {}))
