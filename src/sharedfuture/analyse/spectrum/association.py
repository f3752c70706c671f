"""Correlation of the two axes, and the bootstrap over countries that gives its interval.

Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6 and 13 (percentiles).
"""

from collections.abc import Callable

import numpy as np

from sharedfuture.analyse.ranks import average_ranks
from sharedfuture.analyse.spectrum.points import Numbers

Association = Callable[[Numbers, Numbers], Numbers]


def pearson(first: Numbers, second: Numbers) -> Numbers:
    """Product-moment correlation along the last axis; NaN where one side does not vary."""
    first = first - first.mean(axis=-1, keepdims=True)
    second = second - second.mean(axis=-1, keepdims=True)
    scale = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    product = (first * second).sum(axis=-1)
    correlation: Numbers = np.where(scale > 0, product / np.where(scale > 0, scale, 1.0), np.nan)
    return correlation


def spearman(first: Numbers, second: Numbers) -> Numbers:
    """Correlation of ranks, ties sharing their mean rank."""
    return pearson(average_ranks(first), average_ranks(second))


def explained_variance(first: Numbers, second: Numbers) -> Numbers:
    """Squared correlation: the share of variance that a straight line explains."""
    return pearson(first, second) ** 2


def bootstrap(
    association: Association, first: Numbers, second: Numbers, *, resamples: int, seed: int
) -> Numbers:
    """The association in samples of as many countries, drawn with replacement.

    With the same seed and number of countries the samples are the same for every association.
    """
    generator = np.random.default_rng(seed)
    chosen = generator.integers(0, len(first), size=(resamples, len(first)))
    return association(first[chosen], second[chosen])


def percentile_bounds(values: Numbers, *, level: float) -> tuple[float, float]:
    """The middle `level` of the values; NaN values are passed over, NaN if nothing is left."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
