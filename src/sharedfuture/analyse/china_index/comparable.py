"""What two editions have in common, and change on that alone.

A map of the questions, kept as data in `item_map.csv`, says of every question of two editions
what became of it: kept, reworded, moved, merged, new, gone, or unknown where neither the
publisher's files nor the texts that could be had tell. Only questions that were kept are compared;
without enough of them the answer is a refusal, not a number.
"""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from sharedfuture.analyse.china_index.grid import means, middle, own_sample_means, read_grid
from sharedfuture.analyse.china_index.score import ITEM_POINTS

STATUSES = ("kept", "reworded", "moved", "merged", "new", "gone", "unknown")
_MAP_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "first": pl.String,
    "second": pl.String,
    "item_first": pl.Int64,
    "item_second": pl.Int64,
    "status": pl.Enum(STATUSES),
    "basis": pl.String,
}


@dataclass(frozen=True, slots=True)
class NotComparable:
    """A refusal to compare two editions, with the reason as a sentence for a reader.

    `kept` questions are known to be the same; `least` would be needed.
    """

    first: str
    second: str
    kept: int
    least: int
    says: str


def item_map() -> pl.DataFrame:
    """The map of the questions: first, second (editions), their numbers, status, basis."""
    text = files("sharedfuture.analyse.china_index").joinpath("item_map.csv")
    return pl.read_csv(text.read_bytes(), schema=_MAP_SCHEMA)


def kept_items(mapped: pl.DataFrame, *, first: str, second: str) -> pl.DataFrame:
    """The pairs of numbers, item_first and item_second, under which one question stands."""
    return (
        mapped.filter(
            pl.col("first") == first, pl.col("second") == second, pl.col("status") == "kept"
        )
        .select("item_first", "item_second")
        .sort("item_first")
    )


def change(
    before: pl.DataFrame,
    after: pl.DataFrame,
    mapped: pl.DataFrame,
    *,
    first: str,
    second: str,
    least_items: int,
    draws: int,
    level: float,
    seed: int,
) -> pl.DataFrame | NotComparable:
    """Change in percent of the possible points, on the questions that both editions ask alike.

    One row a country of both editions. Only questions that the country answered in both count
    (`item_count`); with fewer than `least_items` of them a country has no change. The interval is
    the middle `level` of samples of these questions. `before` and `after` are answers of the
    editions `first` and `second`, or of a part of them, such as a domain: then the core is what
    that part has of it. A change of nothing may be answers that were carried over: see `carried`.
    """
    core = kept_items(mapped, first=first, second=second)
    core = core.join(before.select(item_first="item_no").unique(), on="item_first", how="semi")
    core = core.join(after.select(item_second="item_no").unique(), on="item_second", how="semi")
    if len(core) < least_items:
        asked = after.get_column("item_no").n_unique()
        return _refusal(first, second, kept=len(core), least=least_items, asked=asked)
    grid = read_grid(_differences(before, after, core))
    scale = 100 / ITEM_POINTS
    samples = scale * own_sample_means(grid.points, draws=draws, seed=seed)
    low, high = middle(samples, level=level, method="linear")
    answered = (~np.isnan(grid.points)).sum(axis=1)
    told = answered >= least_items
    return pl.DataFrame(
        {
            "country_id": grid.country_ids,
            "item_count": answered,
            "change_pct": np.where(told, scale * means(grid.points), np.nan),
            "low_pct": np.where(told, low, np.nan),
            "high_pct": np.where(told, high, np.nan),
        },
        schema_overrides={"country_id": pl.String, "item_count": pl.Int64},
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _differences(before: pl.DataFrame, after: pl.DataFrame, core: pl.DataFrame) -> pl.DataFrame:
    """Points after less points before, a row a country and question of the core, in `score`."""
    earlier = core.join(
        before.select("country_id", item_first="item_no", earlier="score"), on="item_first"
    )
    return earlier.join(
        after.select("country_id", item_second="item_no", later="score"),
        on=["country_id", "item_second"],
    ).select("country_id", item_no="item_second", score=pl.col("later") - pl.col("earlier"))


def _refusal(first: str, second: str, *, kept: int, least: int, asked: int) -> NotComparable:
    return NotComparable(
        first,
        second,
        kept,
        least,
        f"Not comparable: of the {asked} questions of edition {second}, {kept} are known to be "
        f"those of edition {first}; at least {least} are needed.",
    )
