"""A publisher's CSV to a sheet: strict about the header and the length of each row.

Polars reads it, but fills a row that is too short in silence. So where last cells are empty the
separators are counted, and whatever Polars refuses or may have filled is read again by pyarrow,
which says which row is at fault.
"""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from sharedfuture.capture import Capture
from sharedfuture.extract.sheet import Sheet, require_columns
from sharedfuture.records.errors import SourceChanged

_BOM = b"\xef\xbb\xbf"
_HEADER_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 24


def csv_sheet(
    capture: Capture,
    *,
    columns: Sequence[str],
    ignoring: Sequence[str] = (),
    separator: str = ",",
    encoding: str = "utf-8",
    preamble_lines: int = 0,
    rename_doubled: bool = False,
) -> Sheet:
    """The columns of a CSV, every cell as text.

    `preamble_lines` stand before the header. `ignoring` names columns left out on purpose, as
    patterns. With `rename_doubled` the second column of one name is called `name#2`. A byte order
    mark is passed over, and so is the second of two carriage returns at a line's end. Raises
    SourceChanged on another header, a row of another length, bytes of another encoding, and a
    page or a program in place of a table.
    """
    data = capture.data.removeprefix(_BOM)
    if b"\r\r\n" in data[:_HEADER_BYTES]:
        data = data.replace(b"\r\r\n", b"\r\n")
    header = _header(capture.name, data, separator, encoding, preamble_lines)
    if rename_doubled:
        header = _numbered(header)
    require_columns(capture.name, header, columns=columns, ignoring=ignoring)
    places = [header.index(name) for name in columns]
    text = data if encoding == "utf-8" else _decoded(capture.name, data, encoding)
    frame = _quickly(text, separator, preamble_lines, places, width=len(header))
    if frame is None:
        frame = _strictly(capture.name, text, separator, preamble_lines, places, width=len(header))
    frame.columns = list(columns)
    first = preamble_lines + 2
    rows = pl.int_range(first, first + frame.height, eager=True)
    return Sheet(capture.name, _part(capture), frame, rows)


def csv_header(
    capture: Capture, *, separator: str = ",", encoding: str = "utf-8", preamble_lines: int = 0
) -> tuple[str, ...]:
    """The names in the header, for layouts that tell by them which columns to take.

    Raises SourceChanged where there is no table.
    """
    data = capture.data[:_HEADER_BYTES].removeprefix(_BOM)
    return tuple(_header(capture.name, data, separator, encoding, preamble_lines))


def _header(name: str, data: bytes, separator: str, encoding: str, skipped: int) -> list[str]:
    if not data or data.isspace():
        raise SourceChanged(f"{name}: expected a CSV file, found an empty one")
    head = data[:_HEADER_BYTES]
    if head.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise SourceChanged(f"{name}: expected a CSV file, found a page of HTML or XML")
    text = head.decode(encoding, errors="replace")
    for _ in range(skipped):
        text = text.partition("\n")[2]
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        return next(reader, [])
    except csv.Error as error:
        raise SourceChanged(
            f"{name}, row {skipped + 1}: expected a header, found {error}"
        ) from error


def _decoded(name: str, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceChanged(
            f"{name}, line {line}: expected text in {encoding}, found byte {data[error.start]:#04x}"
        ) from error


def _quickly(
    data: bytes, separator: str, skipped: int, places: Sequence[int], *, width: int
) -> pl.DataFrame | None:
    """The cells in these places, or None where a row may be of another length."""
    taken = sorted({*places, width - 1})
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            infer_schema=False,
            separator=separator,
            skip_lines=skipped,
            columns=taken,
        )
    except pl.exceptions.PolarsError:
        return None
    cells = frame.slice(1)  # the first row is the header
    is_open = cells.to_series(len(taken) - 1).null_count() > 0
    if is_open and _separators(data, separator, skipped) != (width - 1) * frame.height:
        return None  # the last cell of a row is not empty: there is none
    return cells[:, [taken.index(place) for place in places]]


def _separators(data: bytes, separator: str, skipped: int) -> int:
    """How many separators stand below the preamble and outside of quotes."""
    start = 0
    for _ in range(skipped):
        start = data.find(b"\n", start) + 1
    cells = np.frombuffer(data, dtype=np.uint8, offset=start)
    count, is_quoted = 0, False
    for at in range(0, len(cells), _BLOCK_BYTES):
        block = cells[at : at + _BLOCK_BYTES]
        quotes = np.flatnonzero(block == ord('"'))
        marks = block == ord(separator)
        if len(quotes):
            quotes_before = np.searchsorted(quotes, np.flatnonzero(marks))
            count += int(np.count_nonzero(quotes_before % 2 == is_quoted))
        elif not is_quoted:
            count += int(np.count_nonzero(marks))
        is_quoted ^= len(quotes) % 2 == 1
    return count


def _strictly(
    name: str, data: bytes, separator: str, skipped: int, places: Sequence[int], *, width: int
) -> pl.DataFrame:
    wanted = [str(place) for place in places]
    try:
        table = arrow_csv.read_csv(
            BytesIO(data),
            read_options=arrow_csv.ReadOptions(
                column_names=[str(place) for place in range(width)],
                skip_rows=skipped,
                skip_rows_after_names=1,
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        says = " ".join(str(error).split())[:200]
        raise SourceChanged(f"{name}: expected rows of {width} cells, found {says}") from error
    return pl.DataFrame(pl.from_arrow(table))


def _numbered(header: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    numbered = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return numbered


def _part(capture: Capture) -> str:
    return capture.name.rpartition("/")[2]
