"""The statistical audit of the index: its data, its structure, how robust its ranking is.

The measures and the conclusions are those of the engine (`composite.audit_tables`), in the style
of the audits of the JRC. Nothing is drawn here: scores are computed anew, which is quick, and all
that rests on draws is taken from the tables of `index.score`, so that the audit speaks of what is
published. Bounds of rank intervals are whole there, rounded outwards.
"""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from sharedfuture import composite
from sharedfuture.analyse.composite.outputs.audit import structure_tables
from sharedfuture.analyse.composite.outputs.conclusions import finding_frame
from sharedfuture.analyse.composite.outputs.thresholds import threshold_frame
from sharedfuture.analyse.index.audit_rows import MAKERS, Audit
from sharedfuture.analyse.index.drawn import table_of_inputs
from sharedfuture.analyse.index.statistic_rows import scored_countries
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="index.audit",
    reads={
        "inputs": "derived.index_input",
        "recipes": "aligned.recipe",
        "countries": "aligned.country",
        "scores": "derived.score",
        "ranks": "derived.score_rank",
        "pairs": "derived.score_pair",
        "sensitivity": "derived.score_sensitivity",
        "elements": "derived.score_element",
    },
    writes=tuple(f"derived.{name}" for name in (*MAKERS, "audit_threshold")),
    version=1,
)

Tables = dict[str, pl.DataFrame]


def run(
    inputs: pl.DataFrame,
    recipes: pl.DataFrame,
    countries: pl.DataFrame,
    scores: pl.DataFrame,
    ranks: pl.DataFrame,
    pairs: pl.DataFrame,
    sensitivity: pl.DataFrame,
    elements: pl.DataFrame,
) -> Mapping[str, pl.DataFrame]:
    """One frame for each table, without rows where no country has a score."""
    ranked = scored_countries(scores)
    if ranked.is_empty():
        return _frames(None)
    recipe_id, body = recipes.select("recipe_id", "body").row(0)
    written = composite.read_recipe(body)
    table = table_of_inputs(inputs, written.recipe.framework.codes)
    name = dict(countries.select("country_id", "name").iter_rows())
    table = replace(table, names=tuple(name.get(unit, unit) for unit in table.units))
    scored = composite.score(table, written.recipe)
    tables = composite.score_tables(scored)
    tables |= structure_tables(scored, scored.table.rows_by_period[None])
    tables["left_out"] = elements.select("level", "name", mean_shift="shift")
    intervals = _intervals(ranked, ranks, name)
    if intervals.height:
        tables |= {"interval": intervals, "neighbour": _neighbours(ranked, pairs)}
    if sensitivity.height:
        tables["sensitivity"] = _sensitivity(sensitivity)
    level = None if written.uncertainty is None else written.uncertainty.level
    tables["findings"] = finding_frame(tables, level=level)
    return _frames(Audit(written.recipe.id, recipe_id, tables, scores))


def _intervals(ranked: pl.DataFrame, ranks: pl.DataFrame, name: Mapping[str, str]) -> pl.DataFrame:
    """Published rank, its interval, and the rank that half of the draws reach or pass."""
    reached = (
        ranks.sort("country_id", "rank")
        .with_columns(reached=pl.col("probability").cum_sum().over("country_id"))
        .filter(pl.col("reached") >= 0.5 * pl.col("probability").sum().over("country_id"))
        .group_by("country_id")
        .agg(rank_median=pl.col("rank").min().cast(pl.Float64))
    )
    return (
        ranked.join(reached, on="country_id", how="left", maintain_order="left")
        .select(
            pl.col("country_id").replace(dict(name)).alias("name"),
            *("rank", "rank_low", "rank_high", "rank_median"),
            rank_width=pl.col("rank_high") - pl.col("rank_low"),
        )
        .filter(pl.col("rank_width").is_not_null(), pl.col("rank_median").is_not_null())
    )


def _neighbours(ranked: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """How often each country stood above the next one of the ranking."""
    following = ranked.select(
        above_id="country_id", below_id=pl.col("country_id").shift(-1)
    ).drop_nulls()
    found = following.join(pairs, on=("above_id", "below_id"), how="inner", maintain_order="left")
    return found.select("above_id", "below_id", probability_above="probability")


def _sensitivity(sensitivity: pl.DataFrame) -> pl.DataFrame:
    """With the names of columns that the engine's audit has."""
    return sensitivity.select(
        *("first_low", "first_high", "total_low", "total_high"),
        variation="cause",
        first="first_order",
        total="total_order",
    )


def _frames(audit: Audit | None) -> Tables:
    """A frame for each table; rows with ids rest on others, the thresholds on nothing."""
    found = {}
    for name, make in MAKERS.items():
        schema = dict(schema_of(TABLE[name]))
        schema |= {column: pl.List(pl.String) for column in ("row_ids", "pool_ids")}
        rows = [] if audit is None else list(make(audit))
        found[f"derived.{name}"] = pl.DataFrame(rows, schema=schema, orient="row")
    limits = threshold_frame() if audit is not None else threshold_frame().clear()
    return found | {"derived.audit_threshold": limits}
