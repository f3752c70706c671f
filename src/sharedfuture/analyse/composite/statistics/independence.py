"""How probable a correlation at least as strong is where two series have nothing in common.

Two-sided p-values by the rules of R's `cor.test`, the yardstick of the field:

- Pearson: Student's t with n - 2 degrees of freedom.
- Spearman without ties and up to 1,290 pairs: the exact distribution of the sum of squared rank
  differences up to 9 pairs, its Edgeworth series above (Best and Roberts, Algorithm AS 89,
  Applied Statistics 24, 1975); otherwise Student's t.
- Kendall without ties and below 50 pairs: the exact distribution of the number of concordant
  pairs; otherwise the normal approximation with the variance corrected for ties (Kendall, Rank
  Correlation Methods, 1970, chapters 1, 4 and 5).

The series of AS 89 can fall below zero far in the tail and is cut there, so that a p-value of
exactly 0 means "too small for the series", not "impossible".
"""

from functools import lru_cache
from math import erfc, factorial, sqrt

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans

_MOST_FOR_SERIES = 1290
_MOST_FOR_ENUMERATION = 9
_LEAST_FOR_NORMAL = 50


def student_p_value(correlation: Array, count: int) -> Array:
    """P-value of a product-moment correlation of `count` >= 3 pairs, by Student's t."""
    from scipy.special import betainc

    # With t² = (n - 2) r² / (1 - r²), both tails together are this incomplete beta function.
    unexplained = (1.0 - correlation) * (1.0 + correlation)
    chance: Array = betainc((count - 2) / 2, 0.5, unexplained)
    return chance


def spearman_p_value(correlation: Array, count: int, *, is_tied: Booleans) -> Array:
    """P-value of rank correlations of `count` >= 3 pairs; `is_tied` where either side has ties."""
    chance = student_p_value(correlation, count)
    if count > _MOST_FOR_SERIES or is_tied.all():
        return chance
    middle = (count**3 - count) / 6
    # The distribution is symmetric: a negative correlation is as improbable as its mirror image.
    distance = np.round(middle * (1 - np.abs(correlation[~is_tied])))
    if count <= _MOST_FOR_ENUMERATION:
        tail = _distance_distribution(count)[distance.astype(int)]
    else:
        tail = _series(distance, count)
    chance[~is_tied] = np.minimum(1.0, 2 * tail)
    return chance


def _series(distance: Array, count: int) -> Array:
    """Edgeworth series of P(sum of squared rank differences <= distance), as AS 89 states it.

    The sum takes even values only; AS 89 evaluates at the odd number above.
    """
    from scipy.special import ndtr

    b = 1 / count
    x = (6 * (distance + 1) * b / (count**2 - 1) - 1) * sqrt(count - 1)
    y = x * x
    highest = 0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y)
    middle = -0.0758 + b * (0.1033 + 0.3932 * b) - y * b * (0.0879 + 0.0151 * b - y * highest)
    correction = x * b * (0.2274 + b * (0.2531 + 0.1745 * b) + y * middle)
    tail: Array = np.clip(ndtr(x) - correction * np.exp(-y / 2), 0.0, 1.0)
    return tail


@lru_cache(maxsize=_MOST_FOR_ENUMERATION)
def _distance_distribution(count: int) -> Array:
    """P(sum of squared rank differences <= d) for d = 0, 1, ... over all orders of `count` ranks.

    Counts the orders of growing sets of ranks: `ways[set]` holds, for each sum, in how many ways
    the first places can be filled with that set.
    """
    largest = (count**3 - count) // 3
    ways = np.zeros((1 << count, largest + 1))
    ways[0, 0] = 1
    for filled in range((1 << count) - 1):
        place = filled.bit_count()
        for rank in range(count):
            if not filled >> rank & 1:
                squared = (rank - place) ** 2
                ways[filled | 1 << rank, squared:] += ways[filled, : largest + 1 - squared]
    chances: Array = np.cumsum(ways[-1]) / factorial(count)
    chances.flags.writeable = False
    return chances


def kendall_p_value(
    correlation: Array, count: int, *, first_ties: Array, second_ties: Array
) -> Array:
    """P-value of tau-b for every pair of a first and a second series of `count` >= 3 units.

    `correlation` has shape (first, second). `first_ties` and `second_ties` are the tie sums of
    each series (see `sum_ties`), shapes (first, 3) and (second, 3).
    """
    is_tied = (first_ties[:, :1] > 0) | (second_ties[:, 0] > 0)
    scale = np.sqrt(_untied(first_ties, count)[:, None] * _untied(second_ties, count))
    score = correlation * scale
    deviation = np.sqrt(_score_variance(count, first_ties[:, None], second_ties))
    reduced = np.divide(score, deviation, out=np.zeros_like(score), where=deviation > 0)
    chance: Array = np.vectorize(erfc, otypes=[float])(np.abs(reduced) / sqrt(2))
    if count < _LEAST_FOR_NORMAL:
        pairs = count * (count - 1) // 2
        discordant = np.round((1 - np.abs(correlation[~is_tied])) * pairs / 2).astype(int)
        chance[~is_tied] = np.minimum(1.0, 2 * _discordance_distribution(count)[discordant])
    return chance


def sum_ties(values: Array) -> Array:
    """Sums over the tied groups (sizes t) of each complete series, shape (series, 3).

    The columns are sums of t(t-1), of t(t-1)(t-2) and of t(t-1)(2t+5); all are 0 without ties.
    """
    sums = np.empty((len(values), 3))
    for row, series in enumerate(values):
        size = np.unique(series, return_counts=True)[1].astype(float)
        twice = size * (size - 1)
        sums[row] = twice.sum(), (twice * (size - 2)).sum(), (twice * (2 * size + 5)).sum()
    return sums


def _untied(ties: Array, count: int) -> Array:
    """Number of pairs of units that a series tells apart."""
    untied: Array = (count * (count - 1) - ties[..., 0]) / 2
    return untied


def _score_variance(count: int, first: Array, second: Array) -> Array:
    """Variance of the number of concordant less discordant pairs, corrected for ties."""
    n = float(count)
    untied = n * (n - 1) * (2 * n + 5)
    variance: Array = (
        (untied - first[..., 2] - second[..., 2]) / 18
        + first[..., 0] * second[..., 0] / (2 * n * (n - 1))
        + first[..., 1] * second[..., 1] / (9 * n * (n - 1) * (n - 2))
    )
    return variance


@lru_cache(maxsize=_LEAST_FOR_NORMAL)
def _discordance_distribution(count: int) -> Array:
    """P(number of discordant pairs <= d) for d = 0, 1, ... over all orders of `count` units.

    The unit in place k adds 0 to k - 1 discordant pairs, each number equally probable.
    """
    chances = np.ones(1)
    for place in range(2, count + 1):
        chances = np.convolve(chances, np.full(place, 1 / place))
    cumulated: Array = np.cumsum(chances)
    cumulated.flags.writeable = False
    return cumulated
