"""The interval of a share, as every analysis gives it."""

from typing import TypeVar

import polars as pl
from scipy.special import betaincinv

Number = TypeVar("Number", float, pl.Expr)


def wilson(share: Number, number: Number, quantile: float) -> tuple[Number, Number]:
    """Lower and upper bound of a share of `number` units; Wilson (1927).

    `quantile` is half the width in standard errors, 1.96 for 95 %. Rounding may leave a bound a
    trace outside of 0 to 1; callers clip.
    """
    square = quantile * quantile
    middle = share + square / (2 * number)
    half = quantile * ((share * (1 - share) + square / (4 * number)) / number) ** 0.5
    whole = 1 + square / number
    return (middle - half) / whole, (middle + half) / whole


def jeffreys(hits: float, misses: float, *, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share by Jeffreys' prior; none and all keep their own bound.

    Brown, Cai and DasGupta (2001). What counts as fewer than one each may be given as fractions.
    """
    tail = (1.0 - level) / 2.0
    low = float(betaincinv(hits + 0.5, misses + 0.5, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 0.5, misses + 0.5, 1.0 - tail)) if misses > 0 else 1.0
    return low, high
