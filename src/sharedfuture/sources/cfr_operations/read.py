"""CFR's tracker of cyber operations: one row an operation that a state is suspected of.

The tracker has no ids, so a row is named by its place; the same operation may stand there twice,
and does. The day is that of the report or the start, the tracker does not say which. Sponsors
stand in one cell, set apart by commas, of which one belongs to the name `Palestine, State of`.
The tracker states no basis for its attributions; how sure it is stands in the words about the
group ("believed to be the work of"), which are kept as they are.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.statement import Statement
from sharedfuture.sources.cfr_operations.victims import COUNTRIES

_COLUMNS = ("Title", "Date", "Affiliations", "Victims", "Sponsor", "Type", "Category")
_IGNORED = ("Description", "Response")
_SOURCES = ("Sources_1", "Sources_2", "Sources_3")
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
# Another sign than the comma that belongs to a name, until the cell is parted.
_COMMA_OF_A_NAME, _ITS_STAND_IN = ", State of", "\x1fState of"


def read(edition: Edition) -> Iterator[Statement]:
    """The operations, and the countries that took part on either side as far as they are named."""
    sheet = csv_sheet(
        edition.capture("incidents"),
        columns=(*_COLUMNS, *_SOURCES),
        ignoring=_IGNORED,
    )
    part, row = sheet.at()
    places = pl.DataFrame({"incident_key": part + ":" + row.cast(pl.String)}).with_columns(
        part, row
    )
    yield Statement("incident", _incidents(sheet, places))
    yield Statement(
        "incident_party", pl.concat([_sponsors(sheet, places), _victims(sheet, places)])
    )


def _incidents(sheet: Sheet, places: pl.DataFrame) -> pl.DataFrame:
    days = sheet.text("Date")
    found = days.str.to_date("%m/%d/%Y", strict=False)
    within = found.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(False)
    sheet.refuse(days.is_not_null() & ~within, "Date", "a day as month/day/year, from 1980 on")
    links = pl.DataFrame([sheet.text(name) for name in _SOURCES])
    return places.with_columns(
        sheet.text("Title", required=True).alias("title"),
        found.dt.strftime("%Y-%m-%d").alias("start_edtf"),
        sheet.text("Type").alias("kind"),
        links.select(_joined(_SOURCES).alias("link")).to_series(),
    )


def _sponsors(sheet: Sheet, places: pl.DataFrame) -> pl.DataFrame:
    """A row for each sponsor, or one without a country where a group is named alone."""
    cells = sheet.text("Sponsor").str.replace_all(_COMMA_OF_A_NAME, _ITS_STAND_IN, literal=True)
    parted = cells.str.split(", ").alias("country_as_written")
    rows = places.with_columns(parted, sheet.text("Affiliations").alias("name"))
    rows = rows.explode("country_as_written").with_columns(
        pl.col("country_as_written").str.replace(_ITS_STAND_IN, _COMMA_OF_A_NAME, literal=True),
        role=pl.lit("initiator"),
        category=pl.lit(None, pl.String),
    )
    return _parties(
        rows.filter(pl.any_horizontal(pl.col("country_as_written", "name").is_not_null()))
    )


def _victims(sheet: Sheet, places: pl.DataFrame) -> pl.DataFrame:
    """A row for each country among the victims, once."""
    parted = sheet.text("Victims").str.split(",").alias("country_as_written")
    category = sheet.text("Category").str.replace_all(", ", "; ", literal=True)
    rows = places.with_columns(parted, category.alias("category")).explode("country_as_written")
    rows = rows.with_columns(
        pl.col("country_as_written").str.strip_chars().str.replace(r"^and (?:the )?", ""),
        role=pl.lit("receiver"),
        name=pl.lit(None, pl.String),
    )
    known = rows.filter(pl.col("country_as_written").is_in(list(COUNTRIES)))
    return _parties(known.unique(["incident_key", "country_as_written"], maintain_order=True))


def _parties(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "incident_key", "role", "country_as_written", "name", "category", "part", "row"
    )


def _joined(columns: tuple[str, ...]) -> pl.Expr:
    joined = pl.concat_str(columns, separator="; ", ignore_nulls=True)
    return pl.when(joined.str.len_bytes() > 0).then(joined)
