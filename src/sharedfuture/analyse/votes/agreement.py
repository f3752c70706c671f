"""How often a country's recorded vote was China's, over the roll calls that both took part in."""

import polars as pl

from sharedfuture.analyse.step import Step

STEP = Step(
    id="votes.agreement",
    reads={"figures": "aligned.figure"},
    writes="derived.un_agreement",
    version=1,
)

_ROLL_CALL = ["indicator_id", "period"]


def run(figures: pl.DataFrame, *, indicator_prefix: str, compared_with: str) -> pl.DataFrame:
    """One row a country that shares at least one roll call; the compared country is left out.

    A vote is 1 (yes), 0 (abstention) or -1 (no); only the same of the three is the same vote.
    A country that was absent has no figure, and that roll call does not count for it.
    """
    votes = figures.filter(
        pl.col("indicator_id").str.starts_with(indicator_prefix), pl.col("value").is_not_null()
    ).select(*_ROLL_CALL, "country_id", "figure_id", vote="value")
    compared = votes.filter(pl.col("country_id") == compared_with).drop("country_id")
    return (
        votes.filter(pl.col("country_id") != compared_with)
        .join(compared, on=_ROLL_CALL, suffix="_compared")
        .group_by("country_id")
        .agg(
            votes_shared=pl.len().cast(pl.Int64),
            votes_same=(pl.col("vote") == pl.col("vote_compared")).sum().cast(pl.Int64),
            row_ids=pl.concat_list("figure_id", "figure_id_compared").explode().sort(),
        )
        .select(
            pl.format("una-{}", "country_id").alias("un_agreement_id"),
            "country_id",
            "votes_shared",
            "votes_same",
            (pl.col("votes_same") / pl.col("votes_shared")).alias("share"),
            "row_ids",
        )
        .sort("un_agreement_id")
    )
