"""Figures made of many rows that publishers state: counts, sums and codes, by country and period.

What is counted is declared beside each reader; this is how.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from sharedfuture.records.stated_tables import PLACE

_PLACES = [column.name for column in PLACE]


def chosen(frame: pl.DataFrame, where: Mapping[str, Sequence[str | int]]) -> pl.DataFrame:
    """The rows with a key for their country whose cells are among those named, in every column."""
    kept = frame.filter(pl.col("country_id").is_not_null())
    for column, cells in where.items():
        kept = kept.filter(pl.col(column).cast(pl.String).is_in([str(cell) for cell in cells]))
    return kept


def count_rows(frame: pl.DataFrame, *, period: str) -> pl.DataFrame:
    """Rows by country and by the column `period`."""
    return _by_country(frame, pl.len().cast(pl.Float64), period)


def sum_column(frame: pl.DataFrame, column: str, *, period: str) -> pl.DataFrame:
    """Sums of a column of numbers; rows without a number are left out, with their place."""
    return _by_country(frame.drop_nulls(column), pl.col(column).sum(), period)


def code_column(
    frame: pl.DataFrame, column: str, codes: Mapping[str, float], *, period: str
) -> pl.DataFrame:
    """A number for each word; words without a number are left out. One row a country and period."""
    coded = frame.with_columns(
        pl.col(column).replace_strict(codes, default=None, return_dtype=pl.Float64).alias("code")
    ).drop_nulls("code")
    return _by_country(coded, pl.col("code").first(), period, written=pl.col(column).first())


def _by_country(
    frame: pl.DataFrame, value: pl.Expr, period: str, *, written: pl.Expr | None = None
) -> pl.DataFrame:
    """`value` by country and period, with the first place that it rests on and how many."""
    return (
        frame.sort(_PLACES)
        .group_by("country_id", pl.col(period).cast(pl.String).alias("period"), maintain_order=True)
        .agg(
            value=value,
            as_written=pl.lit("") if written is None else written,
            country_as_written=pl.col("country_as_written").first(),
            part=pl.col("part").first(),
            row=pl.col("row").first(),
            rows=pl.len(),
        )
        .drop_nulls("period")
        .sort("country_id", "period")
    )
