"""What the reader of Freedom on the Net refuses: above all a scale that counts the other way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.capture import Edition
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition

OF_2018 = "scores.xlsx/1 2018.csv"
OF_2024 = "scores.xlsx/1 FOTN 2024 score data.csv"
CHINA = "China,2024,NF,5,1,1,1,0,8,"


def changed(file: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("edition", "file", "old", "new", "says"),
    [
        (
            "2018",
            OF_2018,
            "1,1,4,6",
            "1,1,4,94",
            "column '\"Freedom on the Net 2018\" Total Score'",
        ),
        (
            "2018",
            OF_2018,
            "FREE,1,1,4,6",
            "FREE,24,34,36,94",
            "a total that fits, more being freer",
        ),
        ("2018", OF_2018, "FREE,1,", "F,1,", "expected one of 'NOT FREE', 'PARTLY FREE', 'FREE'"),
        ("2018", OF_2018, "1,1,4,6", "1,1,,6", "expected points from 0 to 40, found nothing"),
        ("2018", OF_2018, "1,1,4,6", "26,1,4,31", "expected points from 0 to 25, found '26'"),
        ("2018", OF_2018, "Gambia", "Iceland", "expected each value once"),
        ("2018", OF_2018, "Gambia", "", "column 'Country': expected a value, found nothing"),
        ("2024", OF_2024, CHINA, "China,2024,F,5,1,1,1,0,8,", "more being freer: 70-100"),
        ("2024", OF_2024, CHINA, "China,2023,NF,5,1,1,1,0,8,", "expected the edition 2024"),
        ("2024", OF_2024, CHINA, "China,20224,NF,5,1,1,1,0,8,", "expected the edition 2024"),
        ("2024", OF_2024, CHINA, "China,2024,NF,5,1,1,2,0,8,", "the sum A1 + A2 + A3 + A4 + A5"),
    ],
)
def test_bad_workbook_is_refused(
    edition: str, file: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    change = changed(file, old, new)
    with pytest.raises(SourceChanged) as refused:
        read_edition(
            edition_of_sample("freedom_net", edition, into=tmp_path, change=change), bands=False
        )
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"freedom_net/{edition}")


def test_edition_without_a_known_layout_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("freedom_net", "2024", into=tmp_path)
    with pytest.raises(SourceChanged, match="expected an edition of 2018, 2024, found no layout"):
        read_edition(Edition("freedom_net", "2023", held.parts))


def test_workbook_of_another_edition_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("freedom_net", "2024", into=tmp_path)
    with pytest.raises(
        SourceChanged, match="expected a sheet '2018', found 'FOTN 2024 score data'"
    ):
        read_edition(Edition("freedom_net", "2018", held.parts))
