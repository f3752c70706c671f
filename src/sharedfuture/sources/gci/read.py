"""The Global Cybersecurity Index in the World Bank's Data360: a CSV for each measure.

The layout is that of every series there: dimensions as codes with a `..._LABEL` beside each, then
the observation. Which labels there are, and in which order, has changed; the codes have not. Only
totals are expected: a row for one sex, age or breakdown would be another measure.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.statement import Statement

# Part, the publisher's code for the measure, ours.
_MEASURES = (
    ("legal", "ITU_GCI_LEGL_SCRE", "gci_legal"),
    ("technical", "ITU_GCI_TECH_SCORE", "gci_technical"),
    ("organizational", "ITU_GCI_ORG_SCORE", "gci_organizational"),
    ("capacity", "ITU_GCI_CDS_SCORE", "gci_capacity"),
    ("cooperation", "ITU_GCI_COOP_SCORE", "gci_cooperation"),
    ("overall", "ITU_GCI_GCI_OVRL_SCRE", "gci_overall"),
)
_TOTALS = ("SEX", "AGE", "URBANISATION", *(f"COMP_BREAKDOWN_{number}" for number in (1, 2, 3)))
_TOTAL = {"_T": "total", "_Z": "not applicable"}
_COLUMNS = ("REF_AREA", "INDICATOR", *_TOTALS, "TIME_PERIOD", "OBS_VALUE")
_IGNORED = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "UNIT_MEASURE", "UNIT_TYPE", "UNIT_MULT"),
    *("DATABASE_ID", "TIME_FORMAT", "DATA_SOURCE", "OBS_CONF", "OBS_STATUS", "*_LABEL"),
)
_FIRST_YEAR, _LAST_YEAR = 2014, 2100


def read(edition: Edition) -> Iterator[Statement]:
    """Every score of every year in the files."""
    for part, code, indicator in _MEASURES:
        sheet = csv_sheet(edition.capture(part), columns=_COLUMNS, ignoring=_IGNORED)
        sheet.choice("INDICATOR", {code: indicator}, required=True)
        for column in _TOTALS:
            sheet.choice(column, _TOTAL, required=True)
        yield _scores(sheet, indicator)


def _scores(sheet: Sheet, indicator: str) -> Statement:
    part, row = sheet.at()
    year = sheet.year("TIME_PERIOD", first=_FIRST_YEAR, last=_LAST_YEAR)
    return Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": indicator,
                "country_as_written": sheet.text("REF_AREA", required=True),
                "period": year.cast(pl.String),
                "value": sheet.number("OBS_VALUE"),
                "gap": sheet.gap("OBS_VALUE", {}, empty="not_covered"),
                "as_written": sheet.text("OBS_VALUE"),
                "part": part,
                "row": row,
            }
        ),
    )
