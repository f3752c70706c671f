"""Scores by the publisher's rule: points of the answers over four times the answered questions.

A question that was skipped is in neither. The rule gives every total that was published.
"""

import polars as pl

ITEM_POINTS = 4
OVERALL = "overall"


def overall_scores(answers: pl.DataFrame) -> pl.DataFrame:
    """One row an edition and country, over all questions; `scope` is `overall`."""
    return _scores(answers.with_columns(scope=pl.lit(OVERALL)))


def domain_scores(answers: pl.DataFrame) -> pl.DataFrame:
    """One row an edition, country and domain; `scope` is the domain."""
    return _scores(answers.with_columns(scope=pl.col("domain")))


def layer_scores(answers: pl.DataFrame) -> pl.DataFrame:
    """One row an edition, country and layer; `scope` is the layer in small letters."""
    return _scores(answers.with_columns(scope=pl.col("layer").str.to_lowercase()))


def _scores(answers: pl.DataFrame) -> pl.DataFrame:
    """Sums, share and rank; where nothing was answered there is neither share nor rank.

    Ranks are among the countries of the same edition and scope, 1 for the greatest share; equal
    shares have the best rank they reach. Shares are quotients of whole numbers, so equal ones are
    equal to the last digit.
    """
    share = pl.col("score_sum") / pl.col("score_max")
    cohort = ["edition", "scope"]
    return (
        answers.group_by("edition", "country_id", "scope")
        .agg(
            score_sum=pl.col("score").sum().cast(pl.Int64),
            answered=pl.col("score").count().cast(pl.Int64),
        )
        .with_columns(score_max=ITEM_POINTS * pl.col("answered"))
        .with_columns(share=pl.when(pl.col("score_max") > 0).then(share))
        .with_columns(
            pct=100 * pl.col("share"),
            rank=pl.col("share").rank("min", descending=True).over(cohort).cast(pl.Int64),
            country_count=pl.col("share").count().over(cohort).cast(pl.Int64),
        )
        .select(
            *("edition", "country_id", "scope", "score_sum", "score_max", "answered"),
            *("pct", "rank", "country_count"),
        )
        .sort("edition", "scope", "country_id")
    )
