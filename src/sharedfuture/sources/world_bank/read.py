"""The World Bank's indicators, one part an indicator, in either of two layouts.

Edition `live` is the answer of the API, in pages; edition `bulk` the archive with a table of
countries and years. Both mix countries with aggregates such as regions and income groups; these
are read, too, and are no countries by `countries.csv`.
"""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.world_bank.answer import answer_sheet
from sharedfuture.sources.world_bank.table import table_sheet

# The part, the indicator's id, and the codes by which the publisher calls it, the newer first.
_INDICATORS: Mapping[str, tuple[str, ...]] = {
    "population": ("SP.POP.TOTL",),
    "gdp": ("NY.GDP.MKTP.CD",),
    "gdp_per_capita": ("NY.GDP.PCAP.CD",),
    "resource_rents": ("NY.GDP.TOTL.RT.ZS",),
    "oil_rents": ("NY.GDP.PETR.RT.ZS",),
    "gas_rents": ("NY.GDP.NGAS.RT.ZS",),
    "mineral_rents": ("NY.GDP.MINR.RT.ZS",),
    "internet_users": ("IT.NET.USER.ZS",),
}
_GOVERNANCE = {
    "voice_accountability": "VA",
    "political_stability": "PV",
    "government_effectiveness": "GE",
    "regulatory_quality": "RQ",
    "rule_of_law": "RL",
    "control_of_corruption": "CC",
}
_KEY = ("country", "year")
_SHEETS: Mapping[str, Callable[[Edition, str, tuple[str, ...]], Iterator[Sheet]]] = {
    "live": answer_sheet,
    "bulk": table_sheet,
}


def read(edition: Edition) -> Iterator[Statement]:
    """A value for each country, aggregate and year; those of governance with a standard error."""
    sheets = _SHEETS[edition.name]
    for part, codes in _INDICATORS.items():
        for sheet in sheets(edition, part, codes):
            yield _values(sheet, f"world_bank_{part}")
    for part, code in _GOVERNANCE.items():
        estimates = sheets(edition, part, (f"GOV_WGI_{code}.EST", f"{code}.EST"))
        error_codes = (f"GOV_WGI_{code}.SE", f"{code}.STD.ERR")
        errors = list(sheets(edition, f"{part}_error", error_codes))
        for sheet in estimates:
            yield _values(sheet, f"wgi_{part}", error=_errors(sheet, errors))


def _values(sheet: Sheet, indicator_id: str, *, error: pl.Series | None = None) -> Statement:
    part, row = sheet.at()
    return Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": pl.repeat(indicator_id, len(sheet), eager=True),
                "country_as_written": sheet.text("country", required=True),
                "period": sheet.year("year", first=1950).cast(pl.String),
                "value": sheet.number("value"),
                "error": pl.repeat(None, len(sheet), eager=True) if error is None else error,
                "gap": sheet.gap("value", {}, empty="not_covered"),
                "as_written": sheet.text("value"),
                "part": part,
                "row": row,
            }
        ),
    )


def _errors(sheet: Sheet, errors: list[Sheet]) -> pl.Series | None:
    """The standard error of each estimate; none where that part is not held.

    Raises SourceChanged where the errors speak of other countries and years than the estimates.
    """
    if not errors:
        return None
    found = pl.concat(
        held.frame.select(*_KEY).with_columns(held.number("value").alias("error"))
        for held in errors
    )
    for held in errors:
        held.require_unique(_KEY)
    joined = sheet.frame.join(
        found.with_columns(is_held=True), on=_KEY, how="left", maintain_order="left"
    )
    if joined.height != len(sheet):
        raise SourceChanged(f"{sheet.name}: expected one standard error each, found more")
    is_apart = (
        joined.get_column("is_held").is_null() & sheet.frame.get_column("value").is_not_null()
    )
    sheet.refuse(is_apart, "country", "an estimate with a standard error in the part of errors")
    return joined.get_column("error")
