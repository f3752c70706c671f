"""Ideal points, from all recorded votes: one row a state and session, in Windows-1252.

The file counts sessions and not years; session 1 opened in January 1946, all others in the autumn
of the year that is the session's number plus 1945. Low and high are the 5th and the 95th
percentile of the estimate. The least and the greatest draw (`QO%`, with a letter, and `Q100%`)
are left out.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import csv_sheet
from sharedfuture.records.statement import Statement

_YEAR_BEFORE_THE_FIRST_SESSION = 1945
_SESSIONS_MOST = 155
_COLUMNS = ("Countryname", "session", "IdealPoint", "Q5%", "Q95%")
_IGNORED = ("Row", "ccode", "iso3c", "NVotes", "QO%", "Q10%", "Q50%", "Q90%", "Q100%")


def read(edition: Edition) -> Iterator[Statement]:
    """A value for each state and session in which it voted."""
    sheet = csv_sheet(
        edition.capture("all_votes"), columns=_COLUMNS, ignoring=_IGNORED, encoding="windows-1252"
    )
    sessions = sheet.whole("session")
    good = sessions.is_between(1, _SESSIONS_MOST).fill_null(False)
    sheet.refuse(~good, "session", f"a session from 1 to {_SESSIONS_MOST}")
    sheet.refuse(sheet.text("IdealPoint").is_null(), "IdealPoint", "a value")
    part, row = sheet.at()
    yield Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": pl.repeat("un_ideal_point", len(sheet), eager=True),
                "country_as_written": sheet.text("Countryname", required=True),
                "period": (sessions + _YEAR_BEFORE_THE_FIRST_SESSION).cast(pl.String),
                "value": sheet.number("IdealPoint"),
                "low": sheet.number("Q5%"),
                "high": sheet.number("Q95%"),
                "as_written": sheet.text("IdealPoint"),
                "part": part,
                "row": row,
            }
        ),
    )
