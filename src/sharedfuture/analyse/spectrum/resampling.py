"""Correlations in many resamples of the same countries, by how often each country was drawn.

The resamples are those of `association.bootstrap`, and so are the values: a country that was drawn
twice counts twice. Counting instead of copying makes one product of matrices of all resamples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.spectrum.points import Numbers

Flags = NDArray[np.bool_]

# Counts and centred ranks are halves of whole numbers; in single precision they, and the sums of
# their products over up to 250 countries, are exact.
Halves = NDArray[np.float32]

_LEAST_SPREAD = 1e-12  # share of the whole spread below which a resample does not vary


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ranks less their mean, countries by resamples, and their sum of squares by resample."""

    ranks: Halves
    spread: Halves


def draw_counts(countries: int, *, resamples: int, seed: int) -> Halves:
    """How often each country (first axis) was drawn in each resample (last axis)."""
    generator = np.random.default_rng(seed)
    chosen = generator.integers(0, countries, size=(resamples, countries))
    places = chosen * resamples + np.arange(resamples)[:, None]
    counts = np.bincount(places.ravel(), minlength=resamples * countries)
    return counts.reshape(countries, resamples).astype(np.float32)


def counted_pearson(counts: Halves, first: Numbers, second: Numbers) -> Numbers:
    """Product-moment correlation in each resample; NaN where one side does not vary in it."""
    x, y = first - first.mean(), second - second.mean()
    sum_x, sum_y, squares_x, squares_y, products = np.stack(
        [x, y, x * x, y * y, x * y]
    ) @ counts.astype(np.float64)
    size = len(counts)
    spread_x, spread_y = squares_x - sum_x**2 / size, squares_y - sum_y**2 / size
    varies = (spread_x > _LEAST_SPREAD * (x @ x)) & (spread_y > _LEAST_SPREAD * (y @ y))
    return _divided(products - sum_x * sum_y / size, spread_x, spread_y, varies=varies)


def counted_ranks(counts: Halves, values: Numbers) -> Ranked:
    """The ranks in each resample, equal values sharing their mean rank.

    The rank of a country that was not drawn means nothing: it has the count zero.
    """
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 1))
    drawn = counts[order]
    if len(starts) < len(values):
        drawn = np.add.reduceat(drawn, starts, axis=0)
    ranks = np.cumsum(drawn, axis=0) - (drawn + np.float32(len(counts))) / np.float32(2)
    return Ranked(ranks[group], np.einsum("ij,ij,ij->j", drawn, ranks, ranks))


def counted_spearman(counts: Halves, first: Ranked, second: Ranked) -> Numbers:
    """Rank correlation in each resample; NaN where one side does not vary in it."""
    together = np.einsum("ij,ij,ij->j", counts, first.ranks, second.ranks)
    varies = (first.spread > 0) & (second.spread > 0)
    spreads = first.spread.astype(np.float64), second.spread.astype(np.float64)
    return _divided(together.astype(np.float64), *spreads, varies=varies)


def _divided(together: Numbers, first: Numbers, second: Numbers, *, varies: Flags) -> Numbers:
    scale = np.sqrt(np.where(varies, first * second, 1.0))
    correlation: Numbers = np.where(varies, together / scale, np.nan)
    return correlation
