"""A workbook of two sheets: surveillance in use in 97 countries, and digital repression in 179.

A flag is `x` in some columns and `1` in others, and an empty cell says that nothing is documented.
Companies and other suppliers are not read: behind `Company 5` they run on without a header.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, workbook_sheet
from sharedfuture.records.statement import Statement
from sharedfuture.sources.corrections import corrected

_PART = "workbook"
_FLAGS_SHEET = "AIGS 2022"
_FLAGS_PERIOD = "2022"
# Column, indicator, and the mark that stands for yes.
_FLAGS = (
    ("Safe City System", "aigs_safe_city", "x"),
    ("Facial Recognition System", "aigs_facial_recognition", "x"),
    ("Smart Policing", "aigs_smart_policing", "x"),
    ("Social Media Surveillance", "aigs_social_media_surveillance", "x"),
    ("China Tech", "aigs_china_tech", "1"),
    ("US Tech", "aigs_us_tech", "1"),
)
_FLAGS_IGNORED = (
    *("Region", "V-Dem *", "Feldstein Digital Repression Index 2021", "Freedom on the Net 2021 *"),
    *("Military Expenditures *", "Member of Belt & Road Initiative", "China ODI Rank (EIU)"),
    *("Other Countries", "Company ?", "column 2[4-9]", "column 3?"),
)
_REPRESSION_SHEET = "Digital Repression Inde + V-Dem"
_REPRESSION = "Digital Repression Index 2021"
_REPRESSION_IGNORED = (
    *("Region", "v2x_*", "Gov *", "Pol party disinfo v2smpardom"),
    *("Arrests online users (v2smarrest)", "AIGS?"),
)


def read(edition: Edition) -> Iterator[Statement]:
    """The flags of the first sheet and the index of the second."""
    sheet = _sheet(edition, _FLAGS_SHEET, [name for name, _, _ in _FLAGS], _FLAGS_IGNORED)
    for column, indicator, mark in _FLAGS:
        yield _flags(sheet, column, indicator, mark)
    sheet = _sheet(edition, _REPRESSION_SHEET, ["Year", _REPRESSION], _REPRESSION_IGNORED)
    yield _repression(sheet)


def _sheet(edition: Edition, name: str, columns: list[str], ignoring: tuple[str, ...]) -> Sheet:
    sheet = workbook_sheet(
        edition.capture(_PART), sheet=name, columns=["Country", *columns], ignoring=ignoring
    )
    return corrected(sheet, source=edition.source, edition=edition.name, of=name)


def _flags(sheet: Sheet, column: str, indicator: str, mark: str) -> Statement:
    part, row = sheet.at()
    return Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": indicator,
                "country_as_written": sheet.text("Country", required=True),
                "period": _FLAGS_PERIOD,
                "value": sheet.choice(column, {mark: "1"}).is_not_null().cast(pl.Float64),
                "as_written": sheet.text(column),
                "part": part,
                "row": row,
            }
        ),
    )


def _repression(sheet: Sheet) -> Statement:
    part, row = sheet.at()
    return Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": "digital_repression_index",
                "country_as_written": sheet.text("Country", required=True),
                "period": sheet.year("Year", first=2021, last=2021).cast(pl.String),
                "value": sheet.number(_REPRESSION),
                "gap": sheet.gap(_REPRESSION, {}, empty="not_covered"),
                "as_written": sheet.text(_REPRESSION),
                "part": part,
                "row": row,
            }
        ),
    )
