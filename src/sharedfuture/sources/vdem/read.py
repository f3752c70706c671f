"""V-Dem's country-year dataset: one row a country and year, some 4,000 columns in the full file.

`source.toml` says which columns are taken, by `column`; the others are never turned into cells.
An estimate stands beside `_codelow` and `_codehigh` (about a 68 % interval) and `_sd`. A missing
estimate is an empty cell, or `NA` where a program wrote the file again.

An edition is a version: `v15`. Versions estimate all years anew, so no series is put together
from two of them. The publisher's file does not say its version, but its name in the archive does,
and version 15 ends with 2024.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import msgspec
import polars as pl

from sharedfuture.capture import Capture, Edition, member, members
from sharedfuture.extract import Sheet, csv_header, csv_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_COUNTRY = "country_text_id"
_SUFFIXES = {"value": "", "low": "_codelow", "high": "_codehigh", "error": "_sd"}
_WHOLE = tuple(_SUFFIXES.values())
# Every country-year file of the publisher has these; other columns are in some files only.
_ALWAYS = ("v2x_polyarchy", "v2mecenefi")
_MISSING = ("NA",)
_FIRST_YEAR = 1789
# Version 13 ends with 2022, version 14 with 2023, and so on.
_YEARS_AHEAD = 2009


class _Indicator(msgspec.Struct):
    id: str
    column: str
    minimum: float | None = None
    maximum: float | None = None


class _Declared(msgspec.Struct):
    indicator: tuple[_Indicator, ...]


def read(edition: Edition) -> Iterator[Statement]:
    """A statement for each declared indicator that the file has; empty estimates are left out.

    Of the archive as the publisher hands it out, or of its CSV, an indicator is read with its
    whole interval; of a cut made by somebody else, with the columns that were kept.
    """
    if edition.has("archive"):
        sheet, taken = _sheet(_unpacked(edition), edition.name, is_cut=False)
        sheet = replace(sheet, part="archive")
    elif edition.has("cut"):
        sheet, taken = _sheet(edition.capture("cut"), edition.name, is_cut=True)
    else:
        sheet, taken = _sheet(edition.capture("table"), edition.name, is_cut=False)
    country = sheet.text(_COUNTRY, required=True)
    period = sheet.year("year", first=_FIRST_YEAR, last=_last_year(edition.name)).cast(pl.String)
    for indicator in _indicators():
        if indicator.column in taken:
            yield _statement(sheet, indicator, country=country, period=period)


def _unpacked(edition: Edition) -> Capture:
    archive = edition.capture("archive")
    wanted = re.compile(rf"(.*/)?V-Dem-CY-[^/]*-{re.escape(edition.name)}\.csv", re.IGNORECASE)
    names = members(archive)
    found = [name for name in names if wanted.fullmatch(name)]
    if len(found) != 1:
        raise SourceChanged(
            f"{archive.name}: expected one file V-Dem-CY-…-{edition.name}.csv, "
            f"found {', '.join(names[:20])}"
        )
    return member(archive, found[0])


def _sheet(capture: Capture, version: str, *, is_cut: bool) -> tuple[Sheet, set[str]]:
    """The columns that are wanted, and the names of the estimates among them."""
    header = csv_header(capture)
    wanted = [name + suffix for name in _columns() for suffix in _WHOLE]
    if is_cut:
        columns = [name for name in wanted if name in header]
    else:
        begun = {name for name in _columns() if any(name + suffix in header for suffix in _WHOLE)}
        taken = begun | set(_ALWAYS)
        columns = [name + suffix for name in _columns() if name in taken for suffix in _WHOLE]
    sheet = csv_sheet(capture, columns=(_COUNTRY, "year", *columns), ignoring=("*",))
    estimates = set(_columns()).intersection(columns)
    if not estimates:
        raise SourceChanged(
            f"{capture.name}: expected one of {', '.join(_columns()[:6])} or others of V-Dem "
            f"{version}, found none of them in {len(header)} columns"
        )
    return sheet, estimates


def _statement(
    sheet: Sheet, indicator: _Indicator, *, country: pl.Series, period: pl.Series
) -> Statement:
    numbers = {}
    for name, suffix in _SUFFIXES.items():
        column = indicator.column + suffix
        if column in sheet.frame.columns:
            numbers[name] = sheet.number(column, gaps=_MISSING)
    _require_order(sheet, indicator, numbers)
    part, row = sheet.at()
    rows = pl.DataFrame(
        {
            "country_as_written": country,
            "period": period,
            **numbers,
            "as_written": sheet.text(indicator.column),
            "part": part,
            "row": row,
        }
    )
    said = rows.drop_nulls("value").with_columns(indicator_id=pl.lit(indicator.id))
    return Statement("value", said)


def _require_order(sheet: Sheet, indicator: _Indicator, numbers: dict[str, pl.Series]) -> None:
    """Hold estimates to their declared range, and the bounds of an interval to their order."""
    least = float("-inf") if indicator.minimum is None else indicator.minimum
    most = float("inf") if indicator.maximum is None else indicator.maximum
    outside = ~numbers["value"].is_between(least, most).fill_null(True)
    sheet.refuse(outside, indicator.column, f"an estimate from {least:g} to {most:g}")
    if "low" in numbers and "high" in numbers:
        crossed = (numbers["low"] > numbers["high"]).fill_null(False)
        sheet.refuse(crossed, f"{indicator.column}_codelow", "no more than the upper bound")


def _last_year(version: str) -> int:
    return _YEARS_AHEAD + int(version.removeprefix("v").partition(".")[0])


def _columns() -> Sequence[str]:
    return [indicator.column for indicator in _indicators()]


@cache
def _indicators() -> tuple[_Indicator, ...]:
    text = files(__package__).joinpath("source.toml").read_bytes()
    return msgspec.toml.decode(text, type=_Declared).indicator
