"""The index to take away: its recipe and the table of its inputs, as the engine reads them."""

import csv
import io
from collections.abc import Mapping

from sharedfuture.publish.site.index.shelf import IndexShelf
from sharedfuture.publish.site.shelf import Shelf

RECIPE_FILE = "drift/recipe.toml"
INPUTS_FILE = "drift/inputs.csv"


def index_files(shelf: Shelf, index: IndexShelf | None) -> Mapping[str, str]:
    """Both files by their path on the site; nothing where the release has no index."""
    if index is None:
        return {}
    return {RECIPE_FILE: shelf.rows("recipe")[0]["body"], INPUTS_FILE: _inputs(shelf, index)}


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
