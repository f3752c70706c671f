"""The interval of a share, as every analysis gives it."""

from typing import TypeVar

import polars as pl

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
