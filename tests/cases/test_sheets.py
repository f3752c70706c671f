"""Publishers' files as they come: what is read, and what is refused, with place and reason."""

import io
import zipfile
from collections.abc import Callable
from importlib import import_module

import polars as pl
import pytest
import xlsxwriter

from sharedfuture.capture import Capture
from sharedfuture.extract import csv_sheet, json_document, sheet_names, workbook_sheet
from sharedfuture.records.errors import SourceChanged

BOM = b"\xef\xbb\xbf"


def captured(data: bytes) -> Capture:
    return Capture("press/2024/scores", data, "0" * 64)


def numbers(data: bytes, **how: object) -> list[float | None]:
    sheet = csv_sheet(captured(data), columns=("Country", "Score"), **how)  # type: ignore[arg-type]
    return sheet.number("Score").to_list()


@pytest.mark.parametrize(
    "data",
    [
        b"Country,Score\nNorway,9.5\nTogo,3\n",
        BOM + b"Country,Score\r\nNorway,9.5\r\nTogo,3\r\n",
        BOM + b'"Country","Score"\nNorway,"9.5"\nTogo,3',
        b"Country,Score\r\r\nNorway,9.5\r\r\nTogo,3\r\r\n",
        b'Country,Score\n"Nor\nway",9.5\nTogo, 3 \n',
    ],
    ids=["plain", "mark and CRLF", "quoted, no end", "CR CR LF", "break in a cell, spaces"],
)
def test_ways_to_write_the_same_table(data: bytes) -> None:
    assert numbers(data) == [9.5, 3.0]


def test_blank_cells_are_absent_however_they_are_blank() -> None:
    data = b'Country,Score\nNorway,\nTogo," "\nMali,""\nChad,1\n'
    assert numbers(data) == [None, None, None, 1.0]


def test_decimal_comma_preamble_and_other_encoding() -> None:
    data = "Data of 2024\n\nCountry;Score\nCôte d’Ivoire;9,5\nTogo;15\n".encode("windows-1252")
    sheet = csv_sheet(
        captured(data),
        columns=("Country", "Score"),
        separator=";",
        encoding="windows-1252",
        preamble_lines=2,
    )
    assert sheet.number("Score", decimal=",").to_list() == [9.5, 15.0]
    assert sheet.text("Country").to_list() == ["Côte d’Ivoire", "Togo"]
    assert sheet.rows.to_list() == [4, 5]


def test_doubled_columns_are_told_apart_only_when_asked() -> None:
    data = b"Name,Name,Score\na,b,1\n"
    with pytest.raises(SourceChanged, match="expected each column once, found 'Name' twice"):
        csv_sheet(captured(data), columns=("Name", "Score"))
    sheet = csv_sheet(captured(data), columns=("Name", "Name#2", "Score"), rename_doubled=True)
    assert sheet.text("Name#2").to_list() == ["b"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "expected a CSV file, found an empty one"),
        (b" \n\n", "expected a CSV file, found an empty one"),
        (b"<!DOCTYPE html><html><body>Sorry</body></html>", "found a page of HTML or XML"),
        (b"Country,Points\nNorway,9\n", "expected column 'Score', found only 'Country', 'Points'"),
        (b"Country,Score,Rank\nNorway,9,1\n", "expected only the columns that are known"),
        (b"Country,Score\nNorway,9,1\n", "expected rows of 2 cells"),
        (b"Country,Score\nNorway,9\nTogo\n", "expected rows of 2 cells"),
        (b"Country,Score\nC\xf4te,9\n", "expected rows of 2 cells"),
    ],
)
def test_file_that_is_no_such_table_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match="press/2024/scores: ") as refused:
        csv_sheet(captured(data), columns=("Country", "Score"))
    assert says in str(refused.value)


def test_bytes_of_another_encoding_are_refused_with_their_line() -> None:
    data = b"Country;Score\nTogo;3\nM\x81li;4\n"
    with pytest.raises(SourceChanged, match="line 3: expected text in windows-1252, found byte"):
        csv_sheet(
            captured(data), columns=("Country", "Score"), separator=";", encoding="windows-1252"
        )


@pytest.mark.parametrize(
    ("cell", "call", "says"),
    [
        ("nine", lambda s: s.number("Score"), "expected a number, found 'nine'"),
        ("9,5", lambda s: s.number("Score"), "expected a number, found '9,5'"),
        ("9.5", lambda s: s.number("Score", decimal=","), "expected a decimal ',', found '9.5'"),
        ("inf", lambda s: s.number("Score"), "expected a number, found 'inf'"),
        ("nan", lambda s: s.number("Score"), "expected a number, found 'nan'"),
        ("9.5", lambda s: s.whole("Score"), "expected a whole number, found '9.5'"),
        ("1e20", lambda s: s.whole("Score"), "expected a whole number, found '1e20'"),
        ("9" * 20, lambda s: s.whole("Score"), "expected a whole number, found '9999"),
        ("20222", lambda s: s.year("Score"), "expected a year from 1789 to 2100, found '20222'"),
        ("", lambda s: s.year("Score"), "expected a year from 1789 to 2100, found nothing"),
        ("", lambda s: s.text("Score", required=True), "expected a value, found nothing"),
        ("maybe", lambda s: s.choice("Score", {"yes": "1"}), "expected one of 'yes'"),
    ],
)
def test_cell_that_does_not_fit_is_refused_with_its_row(
    cell: str, call: Callable[[object], pl.Series], says: str
) -> None:
    data = f'Country,Score\nNorway,1\nTogo,"{cell}"\n'.replace("Norway,1\n", "").encode()
    sheet = csv_sheet(captured(data), columns=("Country", "Score"))
    with pytest.raises(SourceChanged, match=r"press/2024/scores, row 2, column 'Score': ") as found:
        call(sheet)
    assert says in str(found.value)


def test_whole_numbers_however_they_are_written() -> None:
    data = b"Country,Score\nNorway,3\nTogo,3.0\nMali,\nChad, 3 \nFiji,3e0\n"
    sheet = csv_sheet(captured(data), columns=("Country", "Score"))
    assert sheet.whole("Score").to_list() == [3, 3, None, 3, 3]


def test_null_in_a_mask_is_not_unfit() -> None:
    sheet = csv_sheet(captured(b"Country,Score\nTogo,1\nMali,2\n"), columns=("Country", "Score"))
    sheet.refuse(pl.Series([None, None], dtype=pl.Boolean), "Score", "nothing")
    sheet.refuse(pl.Series([None, False]), "Score", "nothing")
    with pytest.raises(SourceChanged, match=r"row 3, column 'Score': expected 1, found '2'$"):
        sheet.refuse(pl.Series([None, True]), "Score", "1")


@pytest.mark.parametrize(
    "rows",
    [
        b'"a, b",1\nMali,\n',
        b'"a ""b"", c",\n"d\n, e",2\n',
        b"Togo,\nMali,\n",
        b'"' + b"," * 40_000_000 + b'",\n',
    ],
    ids=["quoted", "quotes in quotes", "no last cell", "over the edge of a block"],
)
def test_separators_in_quotes_do_not_count(rows: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was read a second time, as if a row were too short")

    monkeypatch.setattr(import_module("sharedfuture.extract.csv_sheet"), "_strictly", refuse)
    sheet = csv_sheet(captured(b"Country,Score\n" + rows), columns=("Country", "Score"))
    assert sheet.number("Score").null_count() > 0


def test_row_twice_is_refused() -> None:
    sheet = csv_sheet(captured(b"Country,Score\nTogo,1\nTogo,2\n"), columns=("Country", "Score"))
    with pytest.raises(SourceChanged, match=r"row 2, .* expected each Country once, found 'Togo'"):
        sheet.require_unique(["Country"])


def test_words_for_gaps_and_signs_within_numbers() -> None:
    data = b'Country,Score\nNorway,"$1,250.50"\nTogo,n/a\nMali,\n'
    sheet = csv_sheet(captured(data), columns=("Country", "Score"))
    assert sheet.number("Score", gaps=["n/a"], within="$,").to_list() == [1250.5, None, None]
    gaps = sheet.gap("Score", {"n/a": "withheld"}, empty="not_covered").to_list()
    assert gaps == [None, "withheld", "not_covered"]


def workbook(rows: list[list[object]], *, name: str = "Data ") -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        page = book.add_worksheet(name)
        for at, cells in enumerate(rows):
            page.write_row(at, 0, cells)
    return packed.getvalue()


def test_workbook_below_its_title_without_empty_rows() -> None:
    data = workbook([["A title"], ["Country", "Score"], ["Norway", 9.5], [], ["Togo", 3]])
    sheet = workbook_sheet(
        captured(data), sheet="Data ", columns=("Country", "Score"), header_row=2
    )
    assert sheet.number("Score").to_list() == [9.5, 3.0]
    assert sheet.rows.to_list() == [3, 5]
    assert sheet_names(captured(data)) == ("Data ",)


OLE_WITH_PASSWORD = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "expected a workbook, found an empty file"),
        (b"Country,Score\n", "expected a workbook, found"),
        (OLE_WITH_PASSWORD, "expected a workbook, found one with a password"),
        (workbook([["Country", "Score"]], name="Other"), "expected a sheet 'Data ', found 'Other'"),
        (workbook([]), "expected a header in row 1, found 0 rows"),
        (workbook([["Country"]]), "expected column 'Score', found only 'Country'"),
        (workbook([["Country", "Score"], ["a", 1, "x"]]), "known, found 'column 3'"),
        (workbook([["Country", "Score"]])[:900], "expected a workbook, found"),
    ],
    ids=["empty", "CSV", "password", "other sheet", "no row", "column gone", "come", "cut"],
)
def test_workbook_that_is_not_as_known_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceChanged) as refused:
        workbook_sheet(captured(data), sheet="Data ", columns=("Country", "Score"))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="B1"', b'<c r="XFD1048576"'),
        (b'<row r="1"', b'<row r="99999999"'),
        (b'<c r="B1"', b'<c t="s" r="ZZ999999"'),
    ],
)
def test_workbook_that_says_it_is_larger_than_any_is_refused(old: bytes, new: bytes) -> None:
    far = io.BytesIO()
    small = io.BytesIO(workbook([["Country", "Score"]]))
    with zipfile.ZipFile(small) as before, zipfile.ZipFile(far, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    with pytest.raises(SourceChanged, match=r"sheet1\.xml: expected at most 20000000 cells, found"):
        workbook_sheet(captured(far.getvalue()), sheet="Data ", columns=("Country",))


def test_workbook_that_is_a_bomb_is_refused() -> None:
    far = io.BytesIO()
    with zipfile.ZipFile(far, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(64_000_000))
    with pytest.raises(SourceChanged, match=r"expected a workbook, found .* times"):
        workbook_sheet(captured(far.getvalue()), sheet="Data ", columns=("Country",))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "expected JSON of the known form"),
        (b'{"a": 1', "expected JSON of the known form"),
        (b'{"a": "x"}', "Expected `int`"),
        (b"\xff\xfe", "expected JSON of the known form"),
        (b"[" * 100_000, "expected JSON of the known form"),
    ],
)
def test_json_of_another_form_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match="press/2024/scores: ") as refused:
        json_document(captured(data), dict[str, int])
    assert says in str(refused.value)
