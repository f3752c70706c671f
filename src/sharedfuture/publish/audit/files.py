"""Tables of an index as files: one CSV, a folder of them, or one Excel workbook."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import polars as pl

from sharedfuture.warehouse import neutral, telling_of_the_disk

Tables = Mapping[str, pl.DataFrame]

# Made the same every time: a workbook says when it was made, and this is as good as any day.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
_WIDEST = 48
_NARROWEST = 8
# Beyond this a sheet is slow to open, and the table goes to a CSV file beside the workbook.
_MOST_CELLS = 50_000


def write_results(tables: Tables, target: Path, *, first: str) -> list[Path]:
    """Write the tables where `target` says; the paths written.

    A target that ends in .csv takes the table `first` alone, one that ends in .xlsx a workbook, and
    any other is a folder with a CSV file for each table. Raises StoreUnwritable.
    """
    with telling_of_the_disk(target):
        if target.suffix == ".csv":
            target.parent.mkdir(parents=True, exist_ok=True)
            neutral(tables[first]).write_csv(target)
            return [target]
        if target.suffix == ".xlsx":
            return write_workbook(tables, target)
        target.mkdir(parents=True, exist_ok=True)
        paths = [target / f"{name}.csv" for name in tables]
        for path, frame in zip(paths, tables.values(), strict=True):
            neutral(frame).write_csv(path)
        return paths


def write_workbook(tables: Tables, target: Path) -> list[Path]:
    """Write every table as a sheet of its name, the contents with links to them; the paths.

    A table of too many cells becomes a CSV file beside the workbook, which the contents name. Text
    stays text, whatever it begins with. Raises StoreUnwritable.
    """
    with telling_of_the_disk(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(workbook_of(tables, target))
        large = {_beside(target, name): of for name, of in tables.items() if not _fits(of)}
        for path, frame in large.items():
            neutral(frame).write_csv(path)
    return [target, *large]


def workbook_of(tables: Tables, target: Path) -> bytes:
    """The workbook that goes to `target`, without the tables that are too large for a sheet.

    Same tables, same bytes.
    """
    from xlsxwriter import Workbook

    made = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(made, options) as book:
        book.set_properties({"created": _MADE})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "number": book.add_format({"num_format": "0.000"}),
            "link": book.get_default_url_format(),
        }
        for name, frame in tables.items():
            if _fits(frame):
                _write_sheet(book.add_worksheet(name), frame, formats)
        _link_contents(book.get_worksheet_by_name("contents"), tables, target, formats)
    return made.getvalue()


def _beside(target: Path, name: str) -> Path:
    return target.with_name(f"{target.stem}-{name}.csv")


def _fits(frame: pl.DataFrame) -> bool:
    return frame.height * frame.width <= _MOST_CELLS


def _write_sheet(sheet: object, frame: pl.DataFrame, formats: Mapping[str, object]) -> None:
    from xlsxwriter.worksheet import Worksheet

    if not isinstance(sheet, Worksheet):
        raise TypeError(f"expected a worksheet, found {type(sheet)}")
    for at, (name, kind) in enumerate(frame.schema.items()):
        column = frame[name].to_list()
        sheet.write_string(0, at, name, formats["head"])
        write, form = sheet.write_string, None
        if kind == pl.Boolean:
            write = sheet.write_boolean
        elif kind.is_numeric():
            write, form = sheet.write_number, formats["number"] if kind.is_float() else None
        for row, cell in enumerate(column, 1):
            if cell is not None:
                write(row, at, cell, form)
        sheet.set_column(at, at, _width(name, column[:200], is_text=kind == pl.String))
    sheet.freeze_panes(1, 1)
    if frame.height and frame.width:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)


def _width(name: str, cells: list[object], *, is_text: bool) -> int:
    longest = max((len(str(cell)) for cell in cells if is_text and cell is not None), default=0)
    return min(max(longest, len(name), _NARROWEST) + 1, _WIDEST)


def _link_contents(
    sheet: object, tables: Tables, target: Path, formats: Mapping[str, object]
) -> None:
    from xlsxwriter.worksheet import Worksheet

    if not isinstance(sheet, Worksheet) or "contents" not in tables:
        return
    for row, name in enumerate(tables["contents"]["table"], 1):
        if _fits(tables[name]):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", formats["link"], name)
        else:
            says = f"too large for a sheet: {_beside(target, name).name}"
            sheet.write_string(row, 3, says)
