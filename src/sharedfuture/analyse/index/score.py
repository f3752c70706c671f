"""Scores of the index with rank intervals, rank probabilities and the causes of their width.

The recipe is a row of the ledger; the engine is `sharedfuture.composite`. All tables of this step
come from one set of draws, so that they cannot contradict each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from sharedfuture import composite
from sharedfuture.analyse.index.drawn import draw_index, table_of_inputs, unvarying
from sharedfuture.analyse.index.score_rows import MAKERS, score_id
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="index.score",
    reads={"inputs": "derived.index_input", "recipes": "aligned.recipe"},
    writes=tuple(f"derived.{name}" for name in MAKERS),
    version=1,
)


def run(
    inputs: pl.DataFrame, recipes: pl.DataFrame, *, scale_variation: str, cause_replicates: int
) -> Mapping[str, pl.DataFrame]:
    """One frame for each table, without rows where there is no recipe.

    `low` and `high` of a score come from the draws in which the variation named by
    `scale_variation` is as the recipe has it, because scores on another scale are other numbers.
    Where an indicator has no two different values, as before its publication, no country has a
    score, and every row says so.
    """
    if not recipes.height:
        return _tables({})
    recipe_id, body = recipes.select("recipe_id", "body").row(0)
    written = composite.read_recipe(body)
    silent = unvarying(table_of_inputs(inputs, written.recipe.framework.codes))
    if silent:
        return _tables({"score": _unscored(inputs, written.recipe, recipe_id, silent)})
    drawn = draw_index(
        recipe_id,
        inputs,
        written,
        scale_variation=scale_variation,
        cause_replicates=cause_replicates,
    )
    return _tables({name: make(drawn) for name, make in MAKERS.items()})


def _unscored(
    inputs: pl.DataFrame, recipe: composite.Recipe, recipe_id: str, silent: Sequence[str]
) -> list[dict[str, Any]]:
    """A row for each country that says which indicators nobody could know."""
    top = recipe.framework.index_code
    return [
        {
            "score_id": score_id(recipe.id, country_id, top),
            "index_id": recipe.id,
            "country_id": country_id,
            "element": top,
            "level": len(recipe.framework.levels),
            "why_absent": f"no values that differ are known of: {', '.join(silent)}",
            "row_ids": [recipe_id],
            "pool_ids": [],
        }
        for country_id in inputs["country_id"].unique().sort()
    ]


def _tables(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, pl.DataFrame]:
    """A frame for each table; only rows of `score` have ids of their own to rest on others."""
    found = {}
    for name in MAKERS:
        schema = dict(schema_of(TABLE[name]))
        if name == "score":
            schema |= {column: pl.List(pl.String) for column in ("row_ids", "pool_ids")}
        frame = pl.DataFrame(list(rows.get(name, ())), schema=schema, orient="row")
        found[f"derived.{name}"] = frame
    return found
