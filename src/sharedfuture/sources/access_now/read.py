"""Access Now's register of internet shutdowns: one row an event.

The older workbook has a sheet for each edition, in three layouts. The current one has a sheet that
puts all years together, and an event that goes on is counted anew in each year: so an event is
named by its place, and `count_year` says which year it is counted in. An end that is no day is
empty, and its word stands as the status where the layout has no column for that.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.extract import Sheet, csv_sheet, sheet_names, workbook_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.access_now.layouts import (
    COMBINED,
    NOT_A_DAY,
    SHEETS,
    SHEETS_LEFT_OUT,
    STATUS_WORDS,
    Layout,
)

_COMBINED_SHEET = {"2016-2025": "Combined (2016-2025)"}
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_ISO = "%Y-%m-%d"
# How the spreadsheet writes days when it is saved as CSV: the month first.
_AS_IN_CSV = "%m/%d/%Y"


def read(edition: Edition) -> Iterator[Statement]:
    """Every event of the register, from the workbook, or from the combined sheet saved as CSV."""
    combined = _COMBINED_SHEET.get(edition.name)
    if combined is None:
        yield from _sheets(edition.capture("workbook"))
    elif edition.has("workbook"):
        sheet = _sheet(edition.capture("workbook"), combined, COMBINED)
        yield _statement(sheet, COMBINED, place=sheet.part, forms=(_ISO,))
    else:
        capture = edition.capture("combined")
        sheet = csv_sheet(capture, columns=COMBINED.wanted, ignoring=COMBINED.ignoring)
        yield _statement(sheet, COMBINED, place=sheet.part, forms=(_ISO, _AS_IN_CSV))


def _sheets(capture: Capture) -> Iterator[Statement]:
    found = [name for name in sheet_names(capture) if name not in SHEETS_LEFT_OUT]
    if sorted(found) != sorted(SHEETS):
        raise SourceChanged(
            f"{capture.name}: expected the sheets {', '.join(map(repr, SHEETS))}, "
            f"found {', '.join(map(repr, found))}"
        )
    for name, layout in SHEETS.items():
        sheet = _sheet(capture, name, layout)
        yield _statement(sheet, layout, place=f"{sheet.part}/{name.strip()}", forms=(_ISO,))


def _sheet(capture: Capture, name: str, layout: Layout) -> Sheet:
    return workbook_sheet(capture, sheet=name, columns=layout.wanted, ignoring=layout.ignoring)


def _statement(sheet: Sheet, layout: Layout, *, place: str, forms: Sequence[str]) -> Statement:
    """The events of one sheet. `place` is the part, and within a workbook of many its sheet."""
    start = _days(sheet, layout.start, forms=forms)
    sheet.refuse(start.is_null(), layout.start, "the first day")
    columns = {ours: sheet.text(theirs) for ours, theirs in layout.columns.items()}
    if "status" not in columns:
        columns["status"] = _word_for_an_end(sheet, layout.end)
    rows = pl.DataFrame(
        {
            "shutdown_key": _keys(sheet, layout, place),
            "country_as_written": sheet.text(layout.country, required=True),
            "start_edtf": start.dt.strftime(_ISO),
            "end_edtf": _days(sheet, layout.end, forms=forms, words=NOT_A_DAY).dt.strftime(_ISO),
            "count_year": _years(sheet, layout),
            **columns,
            "part": pl.repeat(place, len(sheet), eager=True),
            "row": sheet.rows,
        }
    )
    return Statement("shutdown", rows)


def _days(
    sheet: Sheet, column: str, *, forms: Sequence[str], words: Sequence[str] = ()
) -> pl.Series:
    cells = sheet.text(column)
    found = cells.str.to_date(forms[0], strict=False)
    for form in forms[1:]:
        found = found.zip_with(found.is_not_null(), cells.str.to_date(form, strict=False))
    is_word = cells.str.to_lowercase().is_in(list(words))
    within = found.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(False)
    sheet.refuse(
        cells.is_not_null() & ~is_word & ~within,
        column,
        f"a day from {_FIRST_YEAR} to {_LAST_YEAR}",
    )
    return found


def _word_for_an_end(sheet: Sheet, column: str) -> pl.Series:
    cells = sheet.text(column)
    return cells.set(~cells.str.to_lowercase().is_in(list(STATUS_WORDS)), None)


def _years(sheet: Sheet, layout: Layout) -> pl.Series:
    if isinstance(layout.year, int):
        return pl.repeat(layout.year, len(sheet), dtype=pl.Int64, eager=True)
    return sheet.year(layout.year, first=_FIRST_YEAR, last=_LAST_YEAR)


def _keys(sheet: Sheet, layout: Layout, place: str) -> pl.Series:
    numbers = sheet.rows if layout.key is None else sheet.whole(layout.key)
    return place + ":" + numbers.cast(pl.String)
