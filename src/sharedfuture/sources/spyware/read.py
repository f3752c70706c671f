"""The inventory's sheet as CSV: a row for each product of a vendor that a government has used.

In some rows the description was cut in two, and all after it stands a column further right; its
second half, which begins with a space, stands where the mark for weaker sources belongs.
Descriptions are not read: they speak of persons.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import csv_sheet
from sharedfuture.records.statement import Statement

_CATEGORIES = {name: name for name in ("Spyware", "Digital forensics", "IOT hacking")}
_WEAKER = "Lower confidence sources"
_FIRST_LINK, _SECOND_LINK = "Source 1", "Source 2"
_COLUMNS = (
    *("Country of deployment", "Category of technology", "Period of use", "Commercial Entity"),
    *("Country of origin", _WEAKER, _FIRST_LINK, _SECOND_LINK),
)
_IGNORED = (
    *("Region", "V-Dem *", "Digital Repression Index 2021", "Year of disclosure", "Description"),
    *("Source [3-7]", "", "#2"),
)
_CONFIDENCE = {"x": "lower"}


def read(edition: Edition) -> Iterator[Statement]:
    """One deployment a row, with the first address that is given for it."""
    sheet = csv_sheet(
        edition.capture("inventory"), columns=_COLUMNS, ignoring=_IGNORED, rename_doubled=True
    )
    is_moved = sheet.frame.get_column(_WEAKER).str.starts_with(" ").fill_null(False)
    in_place = sheet.where(~is_moved).choice(_WEAKER, _CONFIDENCE)
    moved = sheet.where(is_moved).choice(_FIRST_LINK, _CONFIDENCE)
    confidence = pl.Series([None] * len(sheet), dtype=pl.String)
    confidence = confidence.scatter((~is_moved).arg_true(), in_place)
    confidence = confidence.scatter(is_moved.arg_true(), moved)
    link = sheet.text(_SECOND_LINK).zip_with(is_moved, sheet.text(_FIRST_LINK))
    sheet.refuse(~link.str.starts_with("http").fill_null(False), _FIRST_LINK, "an address")
    part, row = sheet.at()
    yield Statement(
        "deployment",
        pl.DataFrame(
            {
                "deployment_key": pl.select(part + ":" + row.cast(pl.String)).to_series(),
                "country_as_written": sheet.text("Country of deployment", required=True),
                "category": sheet.choice("Category of technology", _CATEGORIES, required=True),
                "vendor": sheet.text("Commercial Entity", required=True),
                "vendor_country": sheet.text("Country of origin", required=True),
                "period": sheet.text("Period of use"),
                "confidence": confidence,
                "link": link,
                "part": part,
                "row": row,
            }
        ),
    )
