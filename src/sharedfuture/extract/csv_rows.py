"""CSV to rows: UTF-8, one header row, every row as long as the header."""

import csv
from collections.abc import Sequence
from io import StringIO

from sharedfuture.capture import Capture
from sharedfuture.extract.written import Extracted, Written
from sharedfuture.records.fault import Fault, Spot


def csv_rows(capture: Capture, *, columns: Sequence[str]) -> Extracted:
    """Read a CSV whose header must name exactly `columns`, in any order.

    Nothing is guessed: a missing, unknown or doubled column, a row of another length, a line
    break inside a cell and bytes that are not UTF-8 are faults. A byte order mark is passed over.
    """
    name = capture.name
    try:
        text = capture.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = capture.data[: error.start].count(b"\n") + 1
        return _refused(name, line, "UTF-8 text", f"byte {capture.data[error.start]:#04x}")
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: list[Written] = []
    faults: list[Fault] = []
    words: list[str] = []
    is_cut = False
    try:
        header = next(reader, [])
        faults.extend(_header_faults(name, header, columns))
        if faults:
            return Extracted((), tuple(faults), is_cut=True)
        line = reader.line_num + 1
        for cells in reader:
            at = Spot(name, line)
            if found := _shape_fault(at, cells, len(header), lines=reader.line_num - line):
                faults.append(found)
                words.extend(cells)
            else:
                values = dict(zip(header, cells, strict=True))
                rows.append(Written(at, values, "\x1f".join(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(Spot(name, reader.line_num), "well-formed CSV", str(error)))
        is_cut = True
    return Extracted(tuple(rows), tuple(faults), tuple(words), is_cut)


def _shape_fault(at: Spot, cells: Sequence[str], width: int, *, lines: int) -> Fault | None:
    if lines:
        return Fault(at, "no line break inside a cell", "a cell over several lines")
    if len(cells) != width:
        return Fault(at, f"{width} cells", f"{len(cells)}")
    return None


def _refused(name: str, line: int, expected: str, found: str) -> Extracted:
    return Extracted((), (Fault(Spot(name, line), expected, found),), is_cut=True)


def _header_faults(name: str, header: Sequence[str], columns: Sequence[str]) -> list[Fault]:
    at = Spot(name, 1)
    faults = [
        Fault(at, f"column {column!r}", f"only {', '.join(header) or 'an empty file'}")
        for column in columns
        if column not in header
    ]
    faults += [
        Fault(at, f"one of the columns {', '.join(columns)}", f"unknown column {column!r}")
        for column in header
        if column not in columns
    ]
    doubled = {column for column in header if header.count(column) > 1}
    faults += [
        Fault(at, "every column once", f"column {column!r} twice") for column in sorted(doubled)
    ]
    return faults
