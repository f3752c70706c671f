"""Top10VPN's yearly reports as a table: cost, hours and users by country and year.

An empty cell is a figure that the report does not give.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import csv_sheet
from sharedfuture.records.statement import Statement

_FIRST_YEAR = 2019
_MEASURES = {
    "top10vpn_shutdown_cost": "cost_usd",
    "top10vpn_shutdown_hours": "duration_hours",
    "top10vpn_users_affected": "users_affected",
}


def read(edition: Edition) -> Iterator[Statement]:
    """Three values a country, of the edition's own year."""
    sheet = csv_sheet(edition.capture("costs"), columns=("country", "year", *_MEASURES.values()))
    year = sheet.year("year", first=_FIRST_YEAR)
    sheet.refuse(year.cast(pl.String) != edition.name, "year", f"the year {edition.name}")
    sheet.require_unique(["country"])
    part, row = sheet.at()
    for indicator, column in _MEASURES.items():
        value = sheet.number(column)
        sheet.refuse(value < 0, column, "no less than nothing")
        rows = pl.DataFrame(
            {
                "indicator_id": pl.repeat(indicator, len(sheet), eager=True),
                "country_as_written": sheet.text("country", required=True),
                "period": year.cast(pl.String),
                "value": value,
                "gap": sheet.gap(column, {}, empty="not_covered"),
                "as_written": sheet.text(column),
                "part": part,
                "row": row,
            }
        )
        yield Statement("value", rows)
