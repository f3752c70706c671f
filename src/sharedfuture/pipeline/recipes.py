"""The recipes of the ledger as rows: what an index is made by is evidence like any other."""

from collections.abc import Sequence

import polars as pl

from sharedfuture import composite
from sharedfuture.capture import Capture
from sharedfuture.records.errors import LedgerFaulty
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

RECIPE_FILE = "index.toml"


def read_recipes(captures: Sequence[Capture]) -> pl.DataFrame:
    """The table `recipe`, a row for the ledger's recipe if it has one.

    Raises LedgerFaulty where the engine cannot use it.
    """
    rows = []
    for capture in captures:
        if not capture.name.endswith(f"/{RECIPE_FILE}"):
            continue
        try:
            body = capture.data.decode("utf-8")
            recipe = composite.read_recipe(body).recipe
        except (UnicodeDecodeError, composite.CompositeError) as error:
            found = Fault(Spot(capture.name, 1), "a recipe that the engine can use", str(error))
            raise LedgerFaulty([found]) from error
        rows.append(
            {
                "recipe_id": f"recipe-{recipe.id}",
                "index_id": recipe.id,
                "title": recipe.title,
                "body": body,
                "sha256": capture.sha256,
            }
        )
    return frame_of(TABLE["recipe"], rows)
