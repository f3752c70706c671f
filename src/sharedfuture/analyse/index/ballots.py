"""How often a country voted as the reference country did, where the votes were divided."""

from collections.abc import Sequence

import polars as pl

from sharedfuture.analyse.index.evidence import Evidence, span_of
from sharedfuture.analyse.index.rows import (
    ErrorBasis,
    State,
    empty_inputs,
    frame_of_inputs,
    with_bounds,
)


def same_votes(
    held: Evidence, *, code: str, roll_calls: Sequence[str], least_roll_calls: int
) -> pl.DataFrame:
    """Share of the shared roll calls in which a country cast the same vote.

    An abstention is a vote of its own, as everywhere in the observatory. A country that shares
    fewer than `least_roll_calls` with the reference country is not covered.
    """
    votes = held.figures.filter(
        pl.col("indicator_id").is_in(roll_calls), pl.col("value").is_not_null()
    ).select("country_id", "indicator_id", "period", "figure_id", vote="value")
    compared = votes.filter(pl.col("country_id") == held.reference)
    if compared.is_empty():
        return empty_inputs()
    rows = (
        votes.filter(pl.col("country_id") != held.reference)
        .join(compared.drop("country_id", "period"), on="indicator_id", suffix="_compared")
        .group_by("country_id")
        .agg(
            shared=pl.len(),
            value=(pl.col("vote") == pl.col("vote_compared")).mean(),
            row_ids=pl.concat_list("figure_id", "figure_id_compared").explode().sort(),
        )
        .filter(pl.col("shared") >= least_roll_calls)
        .with_columns(
            period=pl.lit(span_of(compared["period"])),
            state=pl.lit(State.MEASURED.value),
            standard_error=pl.lit(0.0),
            error_basis=pl.lit(ErrorBasis.EXACT.value),
        )
    )
    return frame_of_inputs(with_bounds(rows), code=code)
