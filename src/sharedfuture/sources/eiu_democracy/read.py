"""The Democracy Index: the chart of Our World in Data, and a user's own copy with categories.

Our World in Data publishes the overall score as `Entity,Code,Year` and one more column, which is
named after the chart; the metadata beside it say how. Regions have no code and are the average
of Our World in Data, not of the EIU; they are read under their names, as no country.

An own copy is a CSV in UTF-8 with the columns `Country,Code,Year,overall` and the five categories
below, Code being ISO 3166-1 alpha-3. Where a row has no category score all five are empty.
"""

from collections.abc import Iterator

import msgspec
import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.extract import Sheet, csv_header, csv_sheet, json_document
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_OVERALL = "eiu_overall"
_KEYS = ("Entity", "Code", "Year")
_CATEGORIES = {
    "electoral_process_pluralism": "eiu_electoral_process",
    "functioning_of_government": "eiu_functioning_of_government",
    "political_participation": "eiu_political_participation",
    "political_culture": "eiu_political_culture",
    "civil_liberties": "eiu_civil_liberties",
}
_FIRST_YEAR = 2006
_PUBLISHER = "Economist Intelligence Unit"
# The EIU has given a category less than nothing: electoral process in Burundi, 2016, is -0.33.
_LEAST_CATEGORY = -1
# Scores are written with two decimals, so a mean of five of them may be off by the last one.
_ROUNDING = 0.01


class _Column(msgspec.Struct, rename="camel"):
    """What the metadata say of one column of values."""

    citation_short: str
    title_short: str = ""
    short_name: str = ""


class _Metadata(msgspec.Struct):
    columns: dict[str, _Column]


def read(edition: Edition) -> Iterator[Statement]:
    """Overall scores, 0 to 10, a country and year; of an own copy the categories, too.

    An edition is named after its last year. Where chart and own copy both state a score they must
    agree, and it is read from the chart.
    """
    if edition.has("own_copy") and not edition.has("chart"):
        yield from _own_copy(edition, known=None)
        return
    chart = _chart(edition)
    yield Statement("value", chart)
    if edition.has("own_copy"):
        yield from _own_copy(edition, known=chart)


def _chart(edition: Edition) -> pl.DataFrame:
    capture = edition.capture("chart")
    metadata = edition.capture("metadata") if edition.has("metadata") else None
    column = _value_column(capture, metadata)
    sheet = csv_sheet(capture, columns=(*_KEYS, column))
    sheet.text("Entity", required=True)
    code = sheet.text("Code")
    return _values(sheet, _OVERALL, column, edition).with_columns(
        country_as_written=code.fill_null(sheet.text("Entity"))
    )


def _value_column(capture: Capture, metadata: Capture | None) -> str:
    """The one column besides the keys, and one that the metadata name, where they are held."""
    header = csv_header(capture)
    others = [name for name in header if name not in _KEYS]
    if len(others) != 1:
        raise SourceChanged(
            f"{capture.name}: expected one column of values besides {', '.join(_KEYS)}, "
            f"found {others}"
        )
    if metadata is None:
        return others[0]
    columns = json_document(metadata, _Metadata).columns
    for title, column in columns.items():
        named = others[0] in (title, column.title_short, column.short_name)
        if named and _PUBLISHER in column.citation_short:
            return others[0]
    raise SourceChanged(
        f"{metadata.name}: expected a column {others[0]!r} of the {_PUBLISHER}, "
        f"found {', '.join(map(repr, columns)) or 'none'}"
    )


def _own_copy(edition: Edition, *, known: pl.DataFrame | None) -> Iterator[Statement]:
    columns = ("Code", "Year", "overall", *_CATEGORIES)
    sheet = csv_sheet(edition.capture("own_copy"), columns=columns, ignoring=("Country",))
    sheet.text("Code", required=True)
    overall = _values(sheet, _OVERALL, "overall", edition)
    categories = [_values(sheet, of, column, edition) for column, of in _CATEGORIES.items()]
    _require_means(sheet)
    yield Statement("value", overall if known is None else _not_yet(sheet, overall, known))
    yield Statement("value", pl.concat(categories).drop_nulls("value"))


def _values(sheet: Sheet, indicator: str, column: str, edition: Edition) -> pl.DataFrame:
    years = sheet.year("Year", first=_FIRST_YEAR, last=int(edition.name))
    if not years.eq(int(edition.name)).any():
        raise SourceChanged(
            f"{sheet.name}: expected years up to {edition.name}, found no row of that year"
        )
    scores = sheet.number(column)
    if indicator == _OVERALL:
        sheet.refuse(scores.is_null(), column, "a score")
    least = 0 if indicator == _OVERALL else _LEAST_CATEGORY
    outside = ~scores.is_between(least, 10).fill_null(True)
    sheet.refuse(outside, column, f"a score from {least} to 10")
    part, row = sheet.at()
    return pl.DataFrame(
        {
            "indicator_id": pl.repeat(indicator, len(sheet), eager=True),
            "country_as_written": sheet.text("Code"),
            "period": years.cast(pl.String),
            "value": scores,
            "as_written": sheet.text(column),
            "part": part,
            "row": row,
        }
    )


def _require_means(sheet: Sheet) -> None:
    """Hold each overall score to the mean of its categories, where they are there."""
    scores = pl.DataFrame({column: sheet.number(column) for column in _CATEGORIES})
    missing = scores.select(pl.sum_horizontal(pl.all().is_null())).to_series()
    sheet.refuse(~missing.is_in([0, len(_CATEGORIES)]), "overall", "all five categories, or none")
    mean = scores.mean_horizontal(ignore_nulls=False)
    apart = (mean - sheet.number("overall")).abs() > _ROUNDING
    sheet.refuse(apart.fill_null(False), "overall", "the mean of the five categories")


def _not_yet(sheet: Sheet, overall: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The overall scores that the chart does not state; the others must be those of the chart."""
    keys = ["country_as_written", "period"]
    said = overall.join(
        known.select(*keys, said="value"), on=keys, how="left", maintain_order="left"
    )
    other = (said.get_column("said") - said.get_column("value")).abs() > _ROUNDING / 2
    sheet.refuse(other.fill_null(False), "overall", "the score of the chart")
    return said.filter(pl.col("said").is_null()).drop("said")
