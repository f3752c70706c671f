"""Rows of the table `statistic` that rest on scores of many countries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic; `pool_ids` is the set of rows that it rests on as a whole."""

    statistic_id: str
    title: str
    value: float
    unit: str
    n: int
    method: str
    pool_ids: Sequence[str]
    low: float | None = None
    high: float | None = None
    level: float | None = None


def frame_of_statistics(statistics: Iterable[Statistic]) -> pl.DataFrame:
    """The statistics with the columns of their table, `row_ids` and `pool_ids`."""
    schema = dict(schema_of(TABLE["statistic"]))
    schema |= {column: pl.List(pl.String) for column in ("row_ids", "pool_ids")}
    rows = [
        {name: getattr(item, name, []) for name in schema}  # `row_ids` is empty: all is pool
        for item in statistics
    ]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("statistic_id")


def scored_countries(scores: pl.DataFrame) -> pl.DataFrame:
    """The rows of the index itself that have a score, the highest first, ties by country."""
    is_top = pl.col("level") == pl.col("level").max()
    return scores.filter(is_top, pl.col("value").is_not_null()).sort("rank", "country_id")
