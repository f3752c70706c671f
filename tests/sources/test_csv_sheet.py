"""Rows of a CSV whose last cells are empty are told from rows that are too short."""

from hashlib import sha256

import pytest

from sharedfuture.capture import Capture
from sharedfuture.extract import csv_header, csv_sheet
from sharedfuture.records.errors import SourceChanged

COLUMNS = ("a", "b", "c")


def capture(text: str) -> Capture:
    data = text.encode()
    return Capture("source/edition/table", data, sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b,c\n1,2,\n3,,4\n", [("1", "2", None), ("3", None, "4")]),
        ('a,b,c\n"1,5",2,\n"say ""x, y""",,\n', [("1,5", "2", None), ('say "x, y"', None, None)]),
        ('a,b,c\n"two\nlines, here",2,\n', [("two\nlines, here", "2", None)]),
        ("a,b,c\r\n1,2,\r\n", [("1", "2", None)]),
    ],
)
def test_last_cells_may_be_empty(text: str, cells: list[tuple[str | None, ...]]) -> None:
    assert csv_sheet(capture(text), columns=COLUMNS).frame.rows() == cells


@pytest.mark.parametrize(
    "row", ["1,2", '"1,5",2', "1", '"a,b,c"', "1,2,3,4", "1,2,,", '1,"2,",3,4']
)
def test_row_of_another_length_is_refused(row: str) -> None:
    text = f"a,b,c\n1,2,\n{row}\n5,6,\n"
    with pytest.raises(SourceChanged, match="expected rows of 3 cells, found"):
        csv_sheet(capture(text), columns=COLUMNS)


def test_separators_of_the_preamble_do_not_count() -> None:
    text = "made, of, many, words\nand, more\na,b,c\n1,2,\n"
    sheet = csv_sheet(capture(text), columns=COLUMNS, preamble_lines=2)
    assert sheet.frame.rows() == [("1", "2", None)]
    assert sheet.rows.to_list() == [4]


def test_header_is_read_alone() -> None:
    assert csv_header(capture('\ufeff"a, first";b\n1;2\n'), separator=";") == ("a, first", "b")
    with pytest.raises(SourceChanged, match="found an empty one"):
        csv_header(capture(" "))
