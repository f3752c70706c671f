"""The index to take away: recipe and inputs as the engine reads them, the audit as a workbook."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sharedfuture.publish.audit.files import workbook_of
from sharedfuture.publish.site.index.shelf import IndexShelf, is_audited
from sharedfuture.publish.site.shelf import Shelf
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

RECIPE_FILE = "drift/recipe.toml"
INPUTS_FILE = "drift/inputs.csv"
AUDIT_FILE = "drift/audit.xlsx"
# The sheets of the workbook, each a table of the release; of `score` the index itself.
SHEETS = (
    *("audit_finding", "audit_threshold", "audit_part", "audit_pair", "audit_component"),
    *("score", "score_element", "score_sensitivity"),
)


def index_files(shelf: Shelf, index: IndexShelf | None) -> Mapping[str, str | bytes]:
    """The files by their path on the site; nothing where the release has no index."""
    if index is None:
        return {}
    files: dict[str, str | bytes] = {
        RECIPE_FILE: shelf.rows("recipe")[0]["body"],
        INPUTS_FILE: _inputs(shelf, index),
    }
    if is_audited(shelf):
        files[AUDIT_FILE] = _workbook(shelf, index)
    return files


def _workbook(shelf: Shelf, index: IndexShelf) -> bytes:
    """The tables behind the page of the audit, a sheet each, behind a table of contents."""
    frames = {name: frame_of(TABLE[name], shelf.rows(name)) for name in SHEETS}
    frames["score"] = frames["score"].filter(pl.col("element") == index.top)
    contents = pl.DataFrame(
        [(name, TABLE[name].says, frame.height) for name, frame in frames.items()],
        schema={"table": pl.String, "says": pl.String, "row_count": pl.Int64},
        orient="row",
    )
    return workbook_of({"contents": contents, **frames}, Path(AUDIT_FILE))


def _inputs(shelf: Shelf, index: IndexShelf) -> str:
    """A row a country, a column an indicator and one for its standard error; absence is empty.

    Numbers are written in full, so that the same scores come of them.
    """
    countries = sorted({country_id for country_id, _ in index.inputs})
    codes = [entry["code"] for entry in index.choices["indicator"]]
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(["unit", "name", *codes, *(f"{code}_se" for code in codes)])
    for country_id in countries:
        rows = [index.inputs.get((country_id, code)) for code in codes]
        values = [_full(row["value"]) if row else "" for row in rows]
        errors = [_full(row["standard_error"]) if row else "" for row in rows]
        writer.writerow([country_id, shelf.name(country_id), *values, *errors])
    return sheet.getvalue()


def _full(number: float | None) -> str:
    return "" if number is None else repr(float(number))
