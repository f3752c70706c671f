"""EuRepoC: incidents, and the countries that took part in them, from three tables.

A country stands as initiator where the table of incidents names it, as attributed initiator where
an attribution does, and as receiver; each once an incident and role, with all its categories.
Names of groups, victims and persons are not read: the publisher has them in the same columns. A
list of categories that is not as long as that of the countries says nothing of any one of them.
An attribution made on several days has the span from the first to the last.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, csv_sheet, workbook_sheet
from sharedfuture.records.statement import Statement
from sharedfuture.sources.eurepoc.cells import MISSING, days, joined, lists
from sharedfuture.sources.eurepoc.layouts import LAYOUTS, PYTHON_LIST, Incidents, Layout, Parties

_PARTY = ("incident_key", "role", "country_as_written", "name", "category", "part", "row")


def read(edition: Edition) -> Iterator[Statement]:
    """The incidents and their parties, from three CSV files or a workbook of three sheets."""
    layout = LAYOUTS[edition.name]
    sheet = _sheet(edition, layout, "incidents", layout.incidents)
    places = _places(edition, sheet, layout.incidents.key, "incidents", layout)
    yield Statement("incident", _incidents(sheet, places, layout))
    parties = [_initiators(sheet, places, layout.incidents)]
    for part, table in layout.parties.items():
        rows = _sheet(edition, layout, part, table)
        parties.append(_parties(rows, _places(edition, rows, table.key, part, layout), table))
    yield Statement("incident_party", pl.concat(parties))


def _sheet(edition: Edition, layout: Layout, part: str, table: Incidents | Parties) -> Sheet:
    columns, ignoring = table.wanted, table.ignoring
    if layout.sheets and edition.has("workbook"):
        capture = edition.capture("workbook")
        return workbook_sheet(
            capture, sheet=layout.sheets[part], columns=columns, ignoring=ignoring
        )
    return csv_sheet(edition.capture(part), columns=columns, ignoring=ignoring, rename_doubled=True)


def _places(edition: Edition, sheet: Sheet, key: str, part: str, layout: Layout) -> pl.DataFrame:
    """The incident of each row, and the row itself; in a workbook its sheet is of the part."""
    place = f"{sheet.part}/{layout.sheets[part]}" if sheet.part == "workbook" else sheet.part
    numbers = sheet.whole(key)
    sheet.refuse(numbers.is_null(), key, "the number of an incident")
    return pl.DataFrame({"incident_key": numbers.cast(pl.String), "row": sheet.rows}).with_columns(
        part=pl.lit(place)
    )


def _incidents(sheet: Sheet, places: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    table, forms = layout.incidents, layout.days
    if table.lists == PYTHON_LIST:
        links = lists(sheet, table.links, form=table.lists).list.join("; ")
    else:
        links = sheet.text(table.links)
    return places.with_columns(
        sheet.text("name", required=True).alias("title"),
        days(sheet, table.start, forms=forms).alias("start_edtf"),
        days(sheet, table.end, forms=forms).alias("end_edtf"),
        joined(sheet, "incident_type", sign=table.sign).alias("kind"),
        joined(sheet, "attribution_basis", sign=table.sign).alias("basis"),
        days(sheet, "attribution_date", forms=forms, sign=table.sign).alias("attributed_edtf"),
        links.set(links.str.len_bytes() == 0, None).alias("link"),
    )


def _initiators(sheet: Sheet, places: pl.DataFrame, table: Incidents) -> pl.DataFrame:
    countries = lists(sheet, "initiator_country", form=table.lists).alias("country_as_written")
    categories = lists(sheet, "initiator_category", form=table.lists).alias("category")
    of_each = pl.col("category").list.len() == pl.col("country_as_written").list.len()
    none = pl.lit(None, pl.String).repeat_by(pl.col("country_as_written").list.len())
    rows = places.with_columns(countries, categories).drop_nulls("country_as_written")
    rows = rows.with_columns(pl.when(of_each).then("category").otherwise(none))
    return _once(rows.explode("country_as_written", "category"), "initiator")


def _parties(sheet: Sheet, places: pl.DataFrame, table: Parties) -> pl.DataFrame:
    countries = sheet.text(table.country).alias("country_as_written")
    rows = places.with_columns(countries, sheet.text(table.category).alias("category"))
    if table.codes is not None:
        parted = _by_codes(sheet, table.country, codes=table.codes).alias("country_as_written")
        rows = rows.with_columns(parted).explode("country_as_written")
    return _once(rows, table.role)


def _by_codes(sheet: Sheet, column: str, *, codes: str) -> pl.Series:
    """The countries of each cell: where there are several codes, as many names with commas."""
    numbers = sheet.text(codes).str.split(", ").list.len().fill_null(1)
    whole = sheet.text(column)
    parted = whole.str.split(", ")
    unfit = (numbers > 1) & (parted.list.len() != numbers).fill_null(True)
    sheet.refuse(unfit, column, f"as many countries as codes in {codes!r}")
    cells = pl.DataFrame({"one": whole, "several": parted, "numbers": numbers})
    one = pl.concat_list("one")
    chosen = pl.when(pl.col("numbers") > 1).then("several").otherwise(one)
    return cells.select(chosen.alias("chosen")).to_series()


def _once(rows: pl.DataFrame, role: str) -> pl.DataFrame:
    """Each country once an incident, at its first row, with its categories in their order."""
    known = pl.col("country_as_written", "category")
    rows = rows.with_columns(pl.when(~known.is_in(MISSING)).then(known))
    grouped = rows.drop_nulls("country_as_written").group_by(
        "incident_key", "country_as_written", maintain_order=True
    )
    categories = pl.col("category").drop_nulls().unique(maintain_order=True).str.join("; ")
    once = grouped.agg(categories, pl.col("part", "row").first()).with_columns(
        role=pl.lit(role), name=pl.lit(None, pl.String)
    )
    empty = pl.col("category").str.len_bytes() == 0
    return once.with_columns(pl.when(~empty).then("category").alias("category")).select(_PARTY)
