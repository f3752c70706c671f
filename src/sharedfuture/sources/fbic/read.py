"""The index of Formal Bilateral Influence Capacity: a row for country A, country B and a year.

It says how much influence A has over B: bandwidth, the volume of their economic, political and
security ties, times the dependence of B on A. Only rows in which China is A are stated. Of the
many columns those that are needed are known by name; the others are passed over.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import csv_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_MEASURES = (("fbic", "fbic_china_influence"), ("bandwidth", "fbic_china_bandwidth"))
_COLUMNS = ("iso3a", "iso3b", "year", *(column for column, _ in _MEASURES))
_NOT_KNOWN = ("*",)
_CHINA = "CHN"
_GAPS = ("NA",)
_FIRST_YEAR, _LAST_YEAR = 1960, 2100


def read(edition: Edition) -> Iterator[Statement]:
    """Influence and bandwidth of China, a value a country and year."""
    pairs = csv_sheet(edition.capture("pairs"), columns=_COLUMNS, ignoring=_NOT_KNOWN)
    sheet = pairs.where(pairs.text("iso3a", required=True) == _CHINA)
    if not len(sheet):
        raise SourceChanged(f"{pairs.name}: expected rows with {_CHINA} in 'iso3a', found none")
    part, row = sheet.at()
    country = sheet.text("iso3b", required=True)
    period = sheet.year("year", first=_FIRST_YEAR, last=_LAST_YEAR).cast(pl.String)
    for column, indicator in _MEASURES:
        yield Statement(
            "value",
            pl.DataFrame(
                {
                    "indicator_id": indicator,
                    "country_as_written": country,
                    "period": period,
                    "value": sheet.number(column, gaps=_GAPS),
                    "gap": sheet.gap(
                        column, dict.fromkeys(_GAPS, "not_covered"), empty="not_covered"
                    ),
                    "as_written": sheet.text(column),
                    "part": part,
                    "row": row,
                }
            ),
        )
