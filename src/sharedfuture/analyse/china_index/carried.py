"""Answers that an edition took over from the edition before, found by comparing them.

The publisher labels countries with a year, but that label is of the country, not of its answers:
edition 2022 labels ten countries 2022 whose answers are all those of edition 2021.
"""

import polars as pl


def same_answers(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """One row a country and question of both editions, and whether the answer is the same.

    Skipped in both is the same answer. The questions must be the same under the same number:
    between editions that are numbered anew this compares what is not one question.
    """
    key = ["country_id", "item_no"]
    return (
        after.select(*key, "score")
        .join(before.select(*key, before="score"), on=key, how="inner")
        .with_columns(is_same=pl.col("score").eq_missing(pl.col("before")))
        .select(*key, "before", "score", "is_same")
        .sort(key)
    )


def carried(before: pl.DataFrame, after: pl.DataFrame, *, least_share: float) -> pl.DataFrame:
    """One row a country of both editions: how many answers are the same, and the flag.

    `is_carried` where at least `least_share` of the answers are the same: what the later edition
    says of that country is then the earlier one's, some answers revised.
    """
    return (
        same_answers(before, after)
        .group_by("country_id")
        .agg(
            item_count=pl.len().cast(pl.Int64),
            same_count=pl.col("is_same").sum().cast(pl.Int64),
        )
        .with_columns(
            changed_count=pl.col("item_count") - pl.col("same_count"),
            same_share=pl.col("same_count") / pl.col("item_count"),
        )
        .with_columns(is_carried=pl.col("same_share") >= least_share)
        .sort("country_id")
    )
