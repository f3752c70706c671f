"""Voeten's roll-call votes: R data with a row for each roll call and country, and a workbook.

A country is written by its number in the Correlates of War list. Every roll call lists nearly
every country that ever was a member, those that were not yet or no longer one included.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import r_frame, workbook_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_VOTES = {1: "yes", 2: "abstain", 3: "no", 8: "absent", 9: "not_a_member"}
_VOTE_COLUMNS = ("rcid", "ccode", "vote")
_OTHER_COLUMNS = (
    *("session", "member", "importantvote", "date", "unres", "year"),
    *("me", "nu", "di", "hr", "co", "ec"),
)
_CALL_COLUMNS = ("rcid", "session", "date", "unres", "yes", "no", "abstain", "short", "descr")
_OTHER_CALL_COLUMNS = ("importantvote", "amend", "para", "me", "nu", "di", "hr", "co", "ec")
# In a few rows a tab was pasted as text: the description stands in the cell before, and this one
# holds the number that follows.
_MOVED = "0"


def read(edition: Edition) -> Iterator[Statement]:
    """The roll calls, with totals as published, and each country's vote in them."""
    yield Statement("roll_call", _roll_calls(edition))
    yield Statement("vote", _votes(edition))


def _votes(edition: Edition) -> pl.DataFrame:
    capture = edition.capture("votes")
    table = r_frame(capture, "x", columns=_VOTE_COLUMNS, ignoring=_OTHER_COLUMNS)
    table = table.with_row_index("row", offset=1)
    good = (
        table.get_column("rcid").is_not_null()
        & table.get_column("ccode").is_not_null()
        & table.get_column("vote").is_in(list(_VOTES)).fill_null(False)
    )
    if not good.all():
        first = table.row(int((~good).arg_true()[0]), named=True)
        raise SourceChanged(
            f"{capture.name}, row {first['row']}: expected a roll call, a country and a vote "
            f"among {', '.join(map(str, _VOTES))}, found {first['rcid']}, {first['ccode']} and "
            f"{first['vote']}"
        )
    return table.select(
        pl.col("rcid").cast(pl.String).alias("roll_call_key"),
        pl.col("ccode").cast(pl.String).alias("country_as_written"),
        pl.col("vote").replace_strict(_VOTES, return_dtype=pl.String),
        pl.lit("votes").alias("part"),
        pl.col("row").cast(pl.Int64),
    )


def _roll_calls(edition: Edition) -> pl.DataFrame:
    sheet = workbook_sheet(
        edition.capture("descriptions"),
        sheet="Sheet1",
        columns=_CALL_COLUMNS,
        ignoring=_OTHER_CALL_COLUMNS,
    )
    dates = sheet.text("date", required=True)
    sheet.refuse(dates.str.to_date("%Y-%m-%d", strict=False).is_null(), "date", "a day")
    described = sheet.text("descr", required=True)
    part, row = sheet.at()
    return pl.DataFrame(
        {
            "roll_call_key": sheet.whole("rcid").cast(pl.String),
            "session": sheet.whole("session"),
            "date_edtf": dates,
            "resolution": sheet.text("unres"),
            "title": described.zip_with(described != _MOVED, sheet.text("short")),
            "yes": sheet.whole("yes"),
            "no": sheet.whole("no"),
            "abstain": sheet.whole("abstain"),
            "part": part,
            "row": row,
        }
    )
