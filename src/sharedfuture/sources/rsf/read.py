"""RSF's World Press Freedom Index: one file a year, one row a country, decimal commas.

Three things changed over the years: the header in 2022, the scale in 2013 (until then lower is
freer, and the values are another indicator here), and the encoding of the file of 2025.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.statement import Statement

_OTHER_SCALE_UNTIL = 2012
_WINDOWS_1252 = {"2025"}
_SCORE = {"2025": "Score 2025"}
_NEW_HEADER_FROM = "2022"

# Ranks, scores of the year before, names in other languages, zones: none of these is stated anew.
_IGNORED_UNTIL_2021 = (
    *("Rank N", "Score N without the exactions", "Score N with the exactions"),
    *("Score exactions", "Rank N-1", "Score N-1", "Rank evolution", "??_country", "Zone"),
)
_IGNORED_FROM_2022 = (
    *("Rank", "Rank_*", "* Context", "Safety", "Situation", "Zone", "Country_??"),
    *("Rank N-1", "Rank evolution", "Score N-1", "Score evolution"),
)


def read(edition: Edition) -> Iterator[Statement]:
    """One value a country: the score of the year that the edition is named after."""
    capture = edition.capture("ranking")
    sheet = _sheet(capture, edition.name)
    score = _SCORE.get(edition.name, "Score" if edition.name >= _NEW_HEADER_FROM else "Score N")
    period = sheet.text("Year (N)", required=True)
    sheet.refuse(period.str.slice(-2) != edition.name[-2:], "Year (N)", f"the year {edition.name}")
    is_old = int(edition.name) <= _OTHER_SCALE_UNTIL
    part, row = sheet.at()
    yield Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": "rsf_press_freedom_to_2012" if is_old else "rsf_press_freedom",
                "country_as_written": sheet.text("ISO", required=True),
                "period": edition.name,
                "value": sheet.number(score, decimal=","),
                "gap": sheet.gap(score, {}, empty="not_covered"),
                "as_written": sheet.text(score),
                "part": part,
                "row": row,
            }
        ),
    )


def _sheet(capture: Capture, edition: str) -> Sheet:
    is_new = edition >= _NEW_HEADER_FROM
    return csv_sheet(
        capture,
        columns=("ISO", "Year (N)", _SCORE.get(edition, "Score" if is_new else "Score N")),
        ignoring=_IGNORED_FROM_2022 if is_new else _IGNORED_UNTIL_2021,
        separator=";",
        encoding="windows-1252" if edition in _WINDOWS_1252 else "utf-8",
    )
