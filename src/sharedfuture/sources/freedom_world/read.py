"""Freedom in the World: the items workbook from 2013, and the ratings workbook from 1972.

Items: one row a country or territory and edition, 25 questions of 0 to 4 points, with their
subtotals between them; an edition speaks of the year before it. The two additional questions are
Add Q, whose points are taken off, and Add A, which was given up with edition 2018.

Ratings: a block of three columns a year, its header in three rows of which two are merged. A mark
`-` and an empty cell say that the place was not rated that year: such cells are left out. South
Africa of 1972 has two ratings, for its white and its black population, and so no value here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.extract import Grid, Sheet, sheet_names, workbook_grid, workbook_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.freedom_world.layout import (
    BLOCK,
    GIVEN_UP,
    HEADER_CELLS,
    NOT_APPLICABLE,
    PARTS,
    POINTS,
    RATED_TWICE,
    RATINGS_SHEETS,
    STATUS,
    STATUS_WORDS,
    TAKEN_OFF,
    UNRATED,
)

_FIRST_EDITION = 2013
_KEY = ["indicator_id", "country_as_written", "period"]
_MONTH = r"[A-Z][a-z]{2}\. ?"
_YEARS = re.compile(rf"{_MONTH}(\d{{4}})-{_MONTH}(\d{{4}})|(\d{{4}})")


def read(edition: Edition) -> Iterator[Statement]:
    """Points, sums, ratings and status of every year that the edition states anew.

    What the items workbook states of ratings and status is not read from the other again.
    """
    items = None
    if edition.has("items") or not edition.has("ratings"):
        items = _items(edition)
        yield Statement("value", items)
    if edition.has("ratings"):
        ratings = _ratings(edition.capture("ratings"))
        if items is not None:
            ratings = ratings.join(items, on=_KEY, how="anti", maintain_order="left")
        yield Statement("value", ratings)


def _items(edition: Edition) -> pl.DataFrame:
    sheet = workbook_sheet(
        edition.capture("items"),
        sheet=f"FIW13-{edition.name[-2:]}",
        columns=("Country/Territory", "C/T", "Edition", "Status", *POINTS),
        ignoring=("Region",),
        header_row=2,
    )
    sheet.choice("C/T", {"c": "country", "t": "territory"}, required=True)
    editions = sheet.year("Edition", first=_FIRST_EDITION, last=int(edition.name))
    country = sheet.text("Country/Territory", required=True)
    period = (editions - 1).cast(pl.String)
    numbers = {column: _points(sheet, column) for column in POINTS}
    _require_sums(sheet, numbers)
    stated = [
        _rows(sheet, POINTS[column][0], column, country, period, values)
        for column, values in numbers.items()
    ]
    status = sheet.choice("Status", STATUS_WORDS, required=True).cast(pl.Float64)
    return pl.concat([*stated, _rows(sheet, STATUS, "Status", country, period, status)])


def _points(sheet: Sheet, column: str) -> pl.Series:
    _, least, most = POINTS[column]
    numbers = sheet.number(column, gaps=(NOT_APPLICABLE,) if column == GIVEN_UP else ())
    if column != GIVEN_UP:
        sheet.refuse(numbers.is_null(), column, "a number")
    outside = ~numbers.is_between(least, most).fill_null(True)
    sheet.refuse(outside, column, f"a number from {least} to {most}")
    return numbers


def _require_sums(sheet: Sheet, numbers: Mapping[str, pl.Series]) -> None:
    """Hold each sum that the publisher states to its parts."""
    frame = pl.DataFrame(dict(numbers)).with_columns(pl.col(GIVEN_UP).fill_null(0))
    for total, parts in PARTS.items():
        added = frame.select(pl.sum_horizontal(parts)).to_series()
        says = " + ".join(parts)
        if less := TAKEN_OFF.get(total):
            added = added - frame.get_column(less)
            says = f"{says} - {less}"
        sheet.refuse(added != frame.get_column(total), total, f"the sum {says}")


def _ratings(capture: Capture) -> pl.DataFrame:
    found = {name.strip(): name for name in sheet_names(capture)}
    if lost := [name for name in RATINGS_SHEETS if name not in found]:
        raise SourceChanged(
            f"{capture.name}: expected sheets {', '.join(map(repr, lost))}, "
            f"found {', '.join(map(repr, found))}"
        )
    return pl.concat(
        _ratings_of(capture, workbook_grid(capture, sheet=found[name]), sheet=name)
        for name in RATINGS_SHEETS
    )


def _ratings_of(capture: Capture, grid: Grid, *, sheet: str) -> pl.DataFrame:
    """The ratings of one sheet: its grid as a table with a column `PR 1972`, `CL 1972`, …"""
    name = f"{capture.name}, sheet {sheet!r}"
    periods = _periods(name, grid)
    columns = ["place", *(f"{kind} {period}" for period in periods for kind in BLOCK)]
    body = [(at, row) for at, row in enumerate(grid[3:], 4) if any(row)]
    frame = pl.DataFrame(
        [row for _, row in body], schema=dict.fromkeys(columns, pl.String), orient="row"
    )
    rows = pl.Series([at for at, _ in body], dtype=pl.Int64)
    table = Sheet(name, capture.name.rpartition("/")[2], frame, rows)
    table.text("place", required=True)
    try:
        return pl.concat(_rating(table, kind, periods) for kind in BLOCK)
    except SourceChanged:
        for period in periods:
            for kind in BLOCK:
                _rating(table, kind, [period])  # says at which year
        raise


def _rating(table: Sheet, kind: str, periods: Sequence[str]) -> pl.DataFrame:
    """One kind of rating of these periods, in the order of the periods."""
    columns = [f"{kind} {period}" for period in periods]
    column = columns[0] if len(columns) == 1 else kind
    cells = (
        table.frame.with_columns(row=table.rows)
        .unpivot(columns, index=["place", "row"], variable_name="period", value_name="cell")
        .rename({"cell": column})
    )
    cells = cells.filter(pl.col(column).str.strip_chars().fill_null(UNRATED) != UNRATED)
    rated = Sheet(table.name, table.part, cells, cells.get_column("row"))
    if kind == "Status":
        words = {**STATUS_WORDS, **dict.fromkeys(RATED_TWICE, "")}
        values = rated.choice(column, words).cast(pl.Float64, strict=False)
    else:
        values = rated.number(column, gaps=RATED_TWICE)
        outside = ~values.is_between(1, 7).fill_null(True)
        rated.refuse(outside, column, "a rating from 1 to 7")
    years = cells.get_column("period").str.strip_prefix(f"{kind} ")
    found = _rows(rated, BLOCK[kind], column, rated.text("place"), years, values)
    twice = dict.fromkeys(RATED_TWICE, "unreadable")
    return found.with_columns(rated.gap(column, twice, empty=None).alias("gap"))


def _periods(name: str, grid: Grid) -> list[str]:
    """The years under review, one a block of three columns, from the three rows of the header."""
    header = grid[:3]
    if [row[0] for row in header] != list(HEADER_CELLS):
        raise SourceChanged(
            f"{name}, rows 1 to 3, first column: expected {HEADER_CELLS}, "
            f"found {tuple(row[0] for row in header)}"
        )
    kinds = [(cell or "").strip() for cell in header[2][1:]]
    blocks = len(kinds) // len(BLOCK)
    if kinds != list(BLOCK) * blocks or not blocks:
        raise SourceChanged(
            f"{name}, row 3: expected blocks of {', '.join(BLOCK)}, found {kinds[-4:]} at their end"
        )
    years = header[1][1:]
    merged = [cell for at, cell in enumerate(years) if at % len(BLOCK)]
    periods = [_period(name, cell) for cell in years[:: len(BLOCK)]]
    if any(merged) or len(set(periods)) < blocks:
        raise SourceChanged(
            f"{name}, row 2: expected years above each {next(iter(BLOCK))}, each once, "
            f"found {', '.join(filter(None, years))}"
        )
    return periods


def _period(name: str, cell: str | None) -> str:
    """`1972`, or `1981/1982` of `Jan.1981-Aug. 1982`."""
    found = _YEARS.fullmatch(cell or "")
    if found is None:
        raise SourceChanged(f"{name}, row 2: expected years under review, found {cell!r}")
    first, last, year = found.groups()
    return year or f"{first}/{last}"


def _rows(
    sheet: Sheet,
    indicator: str,
    column: str,
    country: pl.Series,
    period: pl.Series,
    values: pl.Series,
) -> pl.DataFrame:
    """A row a place whose cell in `column` says something that is not of a question given up."""
    part, row = sheet.at()
    written = sheet.text(column)
    return pl.DataFrame(
        {
            "indicator_id": pl.repeat(indicator, len(sheet), eager=True),
            "country_as_written": country,
            "period": period,
            "value": values,
            "gap": pl.repeat(None, len(sheet), dtype=pl.String, eager=True),
            "as_written": written,
            "part": part,
            "row": row,
        }
    ).filter(written.is_not_null() & (written != NOT_APPLICABLE))
