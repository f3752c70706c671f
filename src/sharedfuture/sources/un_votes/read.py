"""The UN Digital Library's bulk file: one row a resolution and member state, all said each time.

What is said of a resolution (day, symbol, totals) is repeated in the row of every member state,
and must be the same in all of them. A session is a number; the special and emergency special
sessions (`ES-10`, `S-9`) have no number of their own here, their resolutions' symbols name them.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.statement import Statement

# Non-voting is X in the files whose header is known, NV in the library's description of the first.
_VOTES = {"Y": "yes", "N": "no", "A": "abstain", "X": "absent", "NV": "absent"}
_CALL = {
    "undl_id": "roll_call_key",
    "session": "session",
    "date": "date_edtf",
    "resolution": "resolution",
    "title": "title",
    "total_yes": "yes",
    "total_no": "no",
    "total_abstentions": "abstain",
    "total_non_voting": "absent",
}
_IGNORED = (
    *("ms_name", "draft", "committee_report", "meeting", "agenda_title", "subjects"),
    *("total_ms", "undl_link"),
)
# The column of notes came after the file of March 2025: there it must not be, later it must.
_NOTES_IN: dict[str, tuple[str, ...]] = {"2025-03-31": (), "2026-02-06": ("vote_note",)}
_SPECIAL = r"^E?S-[0-9]{1,2}$"


def read(edition: Edition) -> Iterator[Statement]:
    """The roll calls, with totals as published, and each member state's vote in them."""
    sheet = csv_sheet(
        edition.capture("votes"),
        columns=("ms_code", "ms_vote", *_CALL, *_NOTES_IN[edition.name]),
        ignoring=_IGNORED,
    )
    yield Statement("roll_call", _roll_calls(sheet))
    part, row = sheet.at()
    yield Statement(
        "vote",
        pl.DataFrame(
            {
                "roll_call_key": sheet.text("undl_id", required=True),
                "country_as_written": sheet.text("ms_code", required=True),
                "vote": sheet.choice("ms_vote", _VOTES, required=True),
                "part": part,
                "row": row,
            }
        ),
    )


def _roll_calls(sheet: Sheet) -> pl.DataFrame:
    """Each resolution once, with the first row that names it."""
    changes = [pl.col(name).ne_missing(pl.col(name).shift()) for name in _CALL]
    starts = sheet.frame.select(pl.any_horizontal(pl.int_range(pl.len()) == 0, *changes))
    calls = sheet.where(starts.to_series())
    calls = calls.where(calls.frame.select(pl.struct(*_CALL).is_first_distinct()).to_series())
    sessions = calls.text("session", required=True)
    calls.refuse(
        ~(sessions.str.contains(_SPECIAL) | sessions.str.contains(r"^[0-9]{1,3}$")),
        "session",
        "a session such as 79, S-9 or ES-10",
    )
    dates = calls.text("date", required=True)
    calls.refuse(dates.str.to_date("%Y-%m-%d", strict=False).is_null(), "date", "a day")
    part, row = calls.at()
    stated = pl.DataFrame(
        {
            "roll_call_key": calls.text("undl_id", required=True),
            "session": sessions.cast(pl.Int64, strict=False),
            "date_edtf": dates,
            "resolution": calls.text("resolution", required=True),
            "title": calls.text("title"),
            **{ours: calls.whole(theirs) for theirs, ours in _CALL.items() if "total" in theirs},
            "part": part,
            "row": row,
        }
    )
    others = calls.frame.get_column("undl_id").is_duplicated()
    calls.refuse(others, "undl_id", "the same words and totals in every row of a resolution")
    return stated
