"""The curated list behind "Destination Unreachable" (SIGCOMM 2023): one row an outage.

Times are words in UTC, in a handful of spellings. Some ends lie before their beginnings, and some
weekdays are not those of their dates: both are read as written, and the weekday is not looked at.
The columns Region and AS are empty: what is affected stands in brackets after the scope. An id
that stands twice is told apart by a number.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.statement import Statement

_SCOPE = "Scope (based on granularity at which the outage appears in IODA)"
_SEEN = {
    "is_seen_in_routing": "IODA BGP visible by human",
    "is_seen_in_probing": "IODA AP visible by human ",
    "is_seen_in_telescope": " IODA IBR visible by human",
}
_COLUMNS = (
    *("ID", "Begin time", "End time", "Country", *_SEEN.values(), _SCOPE),
    *("Cause", "Confirmation Status", "Notes"),
)
# Region and AS have no value in any row; the addresses lead to dashboards inside the laboratory;
# ninety-two columns without a name are empty.
_IGNORING = ("Region", "AS", "Manually verified", "Grafana URLs", "")
_NO_END = ("N/A",)
# One cell is "ture". The published notebook counts it as not seen; it is of a region, and so in no
# number about countries.
_WORDS = {"true": "true", "ture": "true", "false": "false", "n/a": "unknown", "na": "unknown"}
# "Wednesday, March 17, 2021, 4:40:00 PM", also without seconds, with "4:40: PM", and without
# the first comma; and "4/3/2020  15:15:00 PM", in which the hour of 24 counts and not its letters.
_IN_WORDS = (
    r"^[A-Z][a-z]+,? (?P<month>[A-Z][a-z]+) (?P<day>\d{1,2}), (?P<year>\d{4}), "
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)|: ?)? ?(?P<half>[AP]M)$"
)
_IN_FIGURES = (
    r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})  ?"
    r"(?P<hour>1[3-9]|2[0-3]):(?P<minute>\d{1,2}):(?P<second>\d\d) [AP]M$"
)
_IN_SCOPE = r"^(?P<scope>Country|Region|AS)(?: \((?P<place>.+)\))?$"


def read(edition: Edition) -> Iterator[Statement]:
    """Every outage of the list, those that were ordered among them."""
    sheet = csv_sheet(edition.capture("outages"), columns=_COLUMNS, ignoring=_IGNORING)
    part, row = sheet.at()
    scope, area, network = _scope(sheet)
    rows = pl.DataFrame(
        {
            "outage_key": _keys(sheet),
            "country_as_written": sheet.text("Country", required=True),
            "start_edtf": _moments(sheet, "Begin time", required=True),
            "end_edtf": _moments(sheet, "End time", required=False),
            "scope": scope,
            "area": area,
            "network": network,
            "cause": sheet.text("Cause"),
            "confirmation": sheet.text("Confirmation Status"),
            **{ours: _seen(sheet, theirs) for ours, theirs in _SEEN.items()},
            "note": sheet.text("Notes"),
            "part": part,
            "row": row,
        }
    )
    yield Statement("outage", rows)


def _keys(sheet: Sheet) -> pl.Series:
    ids = sheet.text("ID", required=True)
    nth = ids.to_frame("id").select(pl.int_range(1, pl.len() + 1).over("id")).to_series()
    return ids.zip_with(nth == 1, ids + "#" + nth.cast(pl.String))


def _seen(sheet: Sheet, column: str) -> pl.Series:
    words = sheet.text(column).str.to_lowercase()
    sheet.refuse(~(words.is_in(list(_WORDS)) | words.is_null()), column, "TRUE, FALSE or N/A")
    said = words.replace_strict(_WORDS, default=None, return_dtype=pl.String)
    return (said == "true").set(said == "unknown", None)


def _scope(sheet: Sheet) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The scope, the region and the network; a country has neither, the others must have one."""
    cells = sheet.text(_SCOPE, required=True)
    found = cells.str.extract_groups(_IN_SCOPE).struct
    scope, place = found.field("scope"), found.field("place")
    is_fit = (scope == "Country") == place.is_null()
    sheet.refuse(
        ~is_fit.fill_null(False), _SCOPE, "Country, or Region or AS with a name in brackets"
    )
    return scope, place.set(scope != "Region", None), place.set(scope != "AS", None)


def _moments(sheet: Sheet, column: str, *, required: bool) -> pl.Series:
    cells = sheet.text(column, required=required)
    if not required:
        cells = cells.set(cells.is_in(_NO_END), None)
    words = cells.str.extract_groups(_IN_WORDS).struct
    figures = cells.str.extract_groups(_IN_FIGURES).struct
    second = words.field("second").fill_null("00")
    said = pl.select(
        pl.format(
            "{} {} {} {}:{}:{} {}",
            *(words.field(name) for name in ("year", "month", "day", "hour", "minute")),
            second,
            words.field("half"),
        )
    ).to_series()
    counted = pl.select(
        pl.format(
            "{} {} {} {}:{}:{}",
            *(figures.field(name) for name in ("year", "month", "day", "hour", "minute", "second")),
        )
    ).to_series()
    found = said.str.to_datetime("%Y %B %d %I:%M:%S %p", strict=False)
    other = counted.str.to_datetime("%Y %m %d %H:%M:%S", strict=False)
    moments = found.zip_with(found.is_not_null(), other)
    sheet.refuse(moments.is_null() & cells.is_not_null(), column, "a day and a time of day")
    return moments.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
