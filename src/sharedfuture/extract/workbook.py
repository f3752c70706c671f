"""A publisher's workbook (.xlsx, .xls, .ods) to sheets of text."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

import polars as pl
import python_calamine as calamine

from sharedfuture.capture import Capture, each_member
from sharedfuture.extract.sheet import Sheet, require_columns
from sharedfuture.records.errors import CaptureRefused, SourceChanged

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK"
_IS_SHEET = "/xl/worksheets/sheet"
_PLACE = re.compile(rb'\sr="([A-Z]{0,3})(\d{1,9})"')
_CELLS_MOST = 20_000_000

Grid = list[list[str | None]]


def sheet_names(capture: Capture) -> tuple[str, ...]:
    """The names of the sheets, as written. Raises SourceChanged where it is no workbook."""
    return tuple(_opened(capture).sheet_names)


def workbook_grid(capture: Capture, *, sheet: str) -> Grid:
    """All cells of one sheet from its first row and column on, as text; blank ones are None.

    A whole number is written without decimals, a date as ISO, a truth value as TRUE or FALSE.
    Raises SourceChanged where there is no such sheet.
    """
    book = _opened(capture)
    if sheet not in book.sheet_names:
        found = ", ".join(map(repr, book.sheet_names)) or "none"
        raise SourceChanged(f"{capture.name}: expected a sheet {sheet!r}, found {found}")
    try:
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise SourceChanged(
            f"{capture.name}, sheet {sheet!r}: expected cells, found {error}"
        ) from error
    return [[_text(cell) for cell in row] for row in cells]


def workbook_sheet(
    capture: Capture,
    *,
    sheet: str,
    columns: Sequence[str],
    ignoring: Sequence[str] = (),
    header_row: int = 1,
) -> Sheet:
    """One sheet under the header that stands in `header_row` (from 1); empty rows are left out."""
    grid = workbook_grid(capture, sheet=sheet)
    return sheet_of_grid(
        capture, grid, sheet=sheet, columns=columns, ignoring=ignoring, header_row=header_row
    )


def sheet_of_grid(
    capture: Capture,
    grid: Grid,
    *,
    sheet: str,
    columns: Sequence[str],
    ignoring: Sequence[str] = (),
    header_row: int = 1,
) -> Sheet:
    """The rows of a grid below its header. Raises SourceChanged on another header.

    Columns without header and without any cell below are passed over; one with cells is called
    `column 7`, by its place.
    """
    name = f"{capture.name}, sheet {sheet!r}"
    if len(grid) < header_row:
        raise SourceChanged(
            f"{name}: expected a header in row {header_row}, found {len(grid)} rows"
        )
    body = [(at, row) for at, row in enumerate(grid[header_row:], header_row + 1) if any(row)]
    header = {}
    for place, cell in enumerate(grid[header_row - 1]):
        if cell is not None:
            header[place] = cell
        elif any(row[place] is not None for _, row in body if place < len(row)):
            header[place] = f"column {place + 1}"
    require_columns(name, list(header.values()), columns=columns, ignoring=ignoring)
    places = {header[place]: place for place in reversed(header)}
    frame = pl.DataFrame(
        {column: [row[places[column]] for _, row in body] for column in columns},
        schema=dict.fromkeys(columns, pl.String),
    )
    rows = pl.Series([at for at, _ in body], dtype=pl.Int64)
    return Sheet(name, capture.name.rpartition("/")[2], frame, rows)


def _opened(capture: Capture) -> calamine.CalamineWorkbook:
    if not capture.data:
        raise SourceChanged(f"{capture.name}: expected a workbook, found an empty file")
    if capture.data.startswith(_OLE) and _ENCRYPTED in capture.data:
        raise SourceChanged(f"{capture.name}: expected a workbook, found one with a password")
    if capture.data.startswith(_ZIP):
        _require_size(capture)
    try:
        return calamine.CalamineWorkbook.from_filelike(BytesIO(capture.data))
    except calamine.PasswordError as error:
        raise SourceChanged(
            f"{capture.name}: expected a workbook, found one with a password"
        ) from error
    except calamine.CalamineError as error:
        raise SourceChanged(f"{capture.name}: expected a workbook, found {error}") from error


def _require_size(capture: Capture) -> None:
    """Hold each sheet of an .xlsx to a size that memory can take, whatever it says of itself.

    The reader makes room for all cells up to the last one, also where there are but two.
    """
    try:
        sheets = [item for item in each_member(capture) if _IS_SHEET in item.name]
    except CaptureRefused as error:
        raise SourceChanged(f"{capture.name}: expected a workbook, found {error}") from error
    for sheet in sheets:
        height = width = 0
        for letters, row in _PLACE.findall(sheet.data):
            height = max(height, int(row))
            width = max(width, _number_of(letters))
        if height * width > _CELLS_MOST:
            raise SourceChanged(
                f"{sheet.name}: expected at most {_CELLS_MOST} cells, found {height} x {width}"
            )


def _number_of(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _text(cell: object) -> str | None:
    match cell:
        case str():
            return cell if cell.strip() else None
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case None:
            return None
        case int() | float() | timedelta():
            return str(cell)
        case _:
            raise TypeError(f"a cell of type {type(cell).__name__}")
