"""What the reader of the UN Digital Library's votes refuses: unknown words, rows that disagree."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.declaration import declaration
from sharedfuture.sources.reading import read_edition

EDITIONS = ("2025-03-31", "2026-02-06")


def replaced(old: str, new: str, *, times: int = 1) -> Callable[[str, bytes], bytes]:
    def change(_: str, data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), times)

    return change


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("CHINA,N", "CHINA,Q", "row 2, column 'ms_vote': expected one of 'Y', 'N', 'A', 'X', 'NV'"),
        ("CHINA,N", "CHINA,", "row 2, column 'ms_vote': expected a value, found nothing"),
        ("163.0,10.0", "163.0,11.0", "expected the same words and totals in every row"),
        ("163.0,10.0", "163.5,10.0", "column 'total_yes': expected a whole number"),
        ("2019-12-12", "12/12/2019", "expected a day, found '12/12/2019'"),
        ("2019-12-12", "20199-12-12", "expected a day, found '20199-12-12'"),
        (",74,", ",seventy-four,", "expected a session such as 79, S-9 or ES-10"),
        ("1,USA,UNITED STATES", "1,CHN,CHINA", "expected each vote once"),
        ("1,CHN", "1,", "column 'ms_code': expected a value"),
        ("ms_vote", "ms_votes", "expected column 'ms_vote'"),
    ],
)
def test_bad_table_is_refused(edition: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    held = edition_of_sample("un_votes", edition, into=tmp_path, change=replaced(old, new))
    with pytest.raises(SourceChanged) as refused:
        read_edition(held, bands=False)
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"un_votes/{edition}")


def test_rows_of_a_resolution_need_not_stand_together(tmp_path: Path) -> None:
    def mixed(_: str, data: bytes) -> bytes:
        header, *rows = data.splitlines(keepends=True)
        return b"".join([header, *(rows[place] for place in (0, 3, 1, 4, 2))])

    held = edition_of_sample("un_votes", EDITIONS[1], into=tmp_path, change=mixed)
    calls = read_edition(held, bands=False)["roll_call"]
    assert calls.select("roll_call_key", "row").rows() == [("1", 2), ("2", 3), ("3", 5)]


@pytest.mark.parametrize(("held", "asked"), [EDITIONS, EDITIONS[::-1]])
def test_layouts_are_not_taken_for_each_other(held: str, asked: str, tmp_path: Path) -> None:
    """The new file has a column more than the old; without it, it is read as what it is."""
    edition = edition_of_sample("un_votes", held, into=tmp_path)
    other = type(edition)("un_votes", asked, edition.parts)
    if asked == EDITIONS[0]:
        with pytest.raises(SourceChanged, match="found 'vote_note'"):
            read_edition(other, bands=False)
    else:
        with pytest.raises(SourceChanged, match="expected column 'vote_note'"):
            read_edition(other, bands=False)


def test_declaration_says_that_no_real_row_was_read() -> None:
    assert not declaration("un_votes").is_tried
