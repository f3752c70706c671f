"""Freedom on the Net: one row a country, points in three categories, a total and a status.

Edition 2018 counts the other way: more points are less free. There a value is what is left to the
most points (100 less the published total), and `as_written` keeps the number as published. From
the layout of 2024 the 21 questions are read, too. The period is the year of the edition, which
speaks of June of the year before to May.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, workbook_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.freedom_net.layout import (
    INDICATORS,
    LAYOUTS,
    MOST,
    QUESTIONS,
    SPAN,
    STATUS,
    Layout,
)


def read(edition: Edition) -> Iterator[Statement]:
    """Points, 0 to the most of each category, more being freer, and the status."""
    layout = LAYOUTS.get(edition.name)
    if layout is None:
        raise SourceChanged(
            f"freedom_net/{edition.name}: expected an edition of {', '.join(LAYOUTS)}, "
            f"found no layout of this one"
        )
    columns = {**layout.columns, **(_questions() if layout.has_questions else {})}
    sheet = _sheet(edition, layout, columns)
    points = {name: _points(sheet, column, name) for name, column in columns.items()}
    _require_sums(sheet, layout, points)
    if layout.is_turned:
        points = {name: MOST[name] - numbers for name, numbers in points.items()}
    status = sheet.choice(layout.status, layout.words, required=True)
    _require_span(sheet, layout, status, points["Total"])
    for name, column in columns.items():
        indicator = INDICATORS.get(name, f"freedom_net_{name.lower()}")
        yield _statement(sheet, indicator, column, edition.name, points[name])
    number = status.cast(pl.Float64)
    yield _statement(sheet, STATUS, layout.status, edition.name, number)


def _sheet(edition: Edition, layout: Layout, columns: Mapping[str, str]) -> Sheet:
    own = () if layout.edition is None else (layout.edition,)
    sheet = workbook_sheet(
        edition.capture("scores"),
        sheet=layout.sheet,
        columns=("Country", *own, layout.status, *columns.values()),
        header_row=layout.header_row,
    )
    for column in own:
        other = sheet.whole(column).cast(pl.String).fill_null("") != edition.name
        sheet.refuse(other, column, f"the edition {edition.name}")
    return sheet


def _questions() -> dict[str, str]:
    """The questions are called `A1`, `A2`, … in every layout that has them."""
    names = [f"{name}{at}" for name, count in QUESTIONS.items() for at in range(1, count + 1)]
    return {name: name for name in names}


def _points(sheet: Sheet, column: str, name: str) -> pl.Series:
    numbers = sheet.number(column)
    most = MOST[name] if name in MOST else MOST[name[0]]
    unfit = numbers.is_null() | ~numbers.is_between(0, most).fill_null(True)
    sheet.refuse(unfit, column, f"points from 0 to {most}")
    return numbers


def _require_sums(sheet: Sheet, layout: Layout, points: Mapping[str, pl.Series]) -> None:
    """Hold categories to their questions, and the total to its categories, as published."""
    sums = {"Total": list(QUESTIONS)}
    if layout.has_questions:
        for name, count in QUESTIONS.items():
            sums[name] = [f"{name}{at}" for at in range(1, count + 1)]
    frame = pl.DataFrame(dict(points))
    for total, parts in sums.items():
        added = frame.select(pl.sum_horizontal(parts)).to_series()
        unfit = added != frame.get_column(total)
        sheet.refuse(unfit, layout.columns[total], f"the sum {' + '.join(parts)}")


def _require_span(sheet: Sheet, layout: Layout, status: pl.Series, total: pl.Series) -> None:
    """Hold the total to its status: a scale that counts the other way does not pass."""
    for word, (least, most) in SPAN.items():
        outside = (status == word) & ~total.is_between(least, most)
        sheet.refuse(outside, layout.status, f"a total that fits, more being freer: {least}-{most}")


def _statement(
    sheet: Sheet, indicator: str, column: str, period: str, values: pl.Series
) -> Statement:
    part, row = sheet.at()
    return Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": pl.repeat(indicator, len(sheet), eager=True),
                "country_as_written": sheet.text("Country", required=True),
                "period": pl.repeat(period, len(sheet), eager=True),
                "value": values,
                "as_written": sheet.text(column),
                "part": part,
                "row": row,
            }
        ),
    )
