"""Ranks and their intervals, as every analysis gives them."""

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]


def competition_ranks(values: NDArray[np.float64]) -> Ranks:
    """Rank from the smallest, 1 first; equal values share the best rank they reach.

    Along the last axis. NaN comes last, each with a rank of its own.
    """
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    begins = np.ones(values.shape, dtype=bool)
    begins[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    places = np.where(begins, np.arange(1, values.shape[-1] + 1), 0)
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=-1), axis=-1)
    return ranks


def average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank from the smallest, along the last axis; equal values share the mean of their ranks."""
    from_below, from_above = competition_ranks(values), competition_ranks(-values)
    ranks: NDArray[np.float64] = (from_below - from_above + values.shape[-1] + 1) / 2.0
    return ranks


def rank_bounds(ranks: Ranks, *, level: float) -> tuple[Ranks, Ranks]:
    """The middle `level` of the ranks over the draws (first axis), as ranks that were drawn."""
    low, high = np.quantile(
        ranks, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf"
    )
    return low, high
