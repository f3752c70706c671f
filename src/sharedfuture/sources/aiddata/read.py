"""AidData's tables of projects financed from China: one row a project.

Amounts are in constant dollars of a base year that differs by edition (2009, 2014, 2017, 2021), and
those of the excerpt are adjusted: amounts of two editions are never put together. Records not
recommended for aggregates, and umbrellas, are read as all others and marked. What the quality
measures is the publisher's, too: the sources behind a record, from 1 to 5 in GCDF and from 0 to 20
in GCOF. A project for several countries stands under the region.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Capture, Edition, member, members
from sharedfuture.extract import Sheet, csv_sheet, sheet_names, sheet_of_grid, workbook_grid
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.aiddata.layouts import COVER_SHEET, LAYOUTS, Layout

_FIRST_YEAR, _LAST_YEAR = 1999, 2030
_YES_OR_NO = {
    "Yes": "yes",
    "No": "no",
    "TRUE": "yes",
    "FALSE": "no",
    "True": "yes",
    "False": "no",
    "1": "yes",
    "0": "no",
}
_SIDE_FILES = "__MACOSX/"


def read(edition: Edition) -> Iterator[Statement]:
    """Every project, from a CSV, or from a workbook, which may stand in the publisher's archive."""
    layout = LAYOUTS[edition.name]
    if not layout.sheets:
        sheet = csv_sheet(
            edition.capture("projects"), columns=layout.wanted, ignoring=layout.ignoring
        )
        yield Statement("project", _projects(sheet, layout, place=sheet.part))
        return
    part = "archive" if edition.has("archive") else "workbook"
    capture = edition.capture(part)
    book = _workbook_in(capture) if part == "archive" else capture
    names = [name for name in sheet_names(book) if name != COVER_SHEET]
    if lost := [name for name in layout.sheets if name not in names]:
        raise SourceChanged(
            f"{book.name}: expected sheets {', '.join(map(repr, lost))}, "
            f"found {', '.join(map(repr, names)) or 'none'}"
        )
    _require_cover(book, layout)
    for name, is_recommended in layout.sheets.items():
        place = part if len(layout.sheets) == 1 else f"{part}/{name}"
        rows = _projects(_sheet(book, name, layout), layout, place=place)
        if is_recommended is not None:
            rows = rows.with_columns(is_recommended=pl.lit(is_recommended))
        yield Statement("project", rows)


def _workbook_in(archive: Capture) -> Capture:
    books = [
        name
        for name in members(archive)
        if name.endswith(".xlsx") and not name.startswith(_SIDE_FILES)
    ]
    if len(books) != 1:
        raise SourceChanged(
            f"{archive.name}: expected one workbook in the archive, "
            f"found {', '.join(books) or 'none'}"
        )
    return member(archive, books[0])


def _require_cover(book: Capture, layout: Layout) -> None:
    if not layout.cover:
        return
    grid = workbook_grid(book, sheet=COVER_SHEET)
    text = " ".join(cell for row in grid for cell in row if cell is not None)
    if lost := [words for words in layout.cover if words not in text]:
        raise SourceChanged(
            f"{book.name}, sheet {COVER_SHEET!r}: expected the words {', '.join(map(repr, lost))}, "
            f"found none of them"
        )


def _sheet(book: Capture, name: str, layout: Layout) -> Sheet:
    """The sheet under its header, whose names may end in spaces that mean nothing."""
    grid = workbook_grid(book, sheet=name)
    if grid:
        grid[0] = [None if cell is None else cell.strip() for cell in grid[0]]
    return sheet_of_grid(book, grid, sheet=name, columns=layout.wanted, ignoring=layout.ignoring)


def _projects(sheet: Sheet, layout: Layout, *, place: str) -> pl.DataFrame:
    amounts = sheet.text(layout.amount)
    columns = {ours: sheet.text(theirs) for ours, theirs in layout.columns.items()}
    columns |= {ours: _flag(sheet, theirs) for ours, theirs in layout.flags.items()}
    if layout.quality is not None:
        columns["quality"] = sheet.number(layout.quality)
    if layout.sector_code is not None:
        columns["sector_code"] = sheet.whole(layout.sector_code)
    if layout.parties:
        columns["parties"] = _parties(sheet, layout.parties)
    keys = sheet.whole(layout.key)
    sheet.refuse(keys.is_null(), layout.key, "the number of a project")
    return pl.DataFrame(
        {
            "project_key": keys.cast(pl.String),
            "country_as_written": sheet.text(layout.country, required=True),
            "commitment_year": sheet.year(layout.year, first=_FIRST_YEAR, last=_LAST_YEAR),
            **columns,
            "amount_usd": sheet.number(layout.amount, gaps=layout.gaps),
            "amount_as_written": amounts.set(amounts.is_in(list(layout.gaps)), None),
            "part": pl.repeat(place, len(sheet), eager=True),
            "row": sheet.rows,
        }
    )


def _flag(sheet: Sheet, column: str) -> pl.Series:
    return sheet.choice(column, _YES_OR_NO) == "yes"


def _parties(sheet: Sheet, columns: tuple[str, ...]) -> pl.Series:
    """The bodies of all columns, financing ones first; null where none is named."""
    cells = pl.DataFrame([sheet.text(name) for name in columns])
    bodies = pl.concat_str(columns, separator="; ", ignore_nulls=True)
    return cells.select(pl.when(bodies.str.len_bytes() > 0).then(bodies)).to_series()
