"""Winsorising: the outermost values take the next value inwards, no further than needed.

The procedure of the COIN Tool (User Guide, 2019) and COINr, with the outlier test as its measure
(OECD/JRC Handbook, 2008, on the treatment of outliers).

The long tail nearly always stays on its side while it is drawn in. Then the moments after any
number of points follow from sums of powers over the sorted values, and all numbers of points are
looked at in one pass. The sums start at the short tail and are taken from the median, so that
outliers enter none of them until they are drawn in, and nothing cancels. What this cannot settle
is done point by point.
"""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.moments import bias_corrected, skewness_and_kurtosis
from sharedfuture.analyse.composite.arrays.outliers import (
    DEFAULT_LIMITS,
    Limits,
    OutlierTest,
    outlier_test,
)
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans, highest, lowest
from sharedfuture.analyse.composite.errors import RecipeRefused

Causes = npt.NDArray[np.int8]


class Cause(IntFlag):
    """Why a value was changed; 0 where it was not."""

    LOWERED = 1  # winsorised at the high end
    RAISED = 2  # winsorised at the low end
    TRANSFORMED = 4  # with its whole indicator


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """Changed values, why each was changed, and the test that they were left with."""

    values: Array
    causes: Causes
    test: OutlierTest

    @property
    def points(self) -> npt.NDArray[np.intp]:
        """How many values of each indicator were changed, shape (...)."""
        count: npt.NDArray[np.intp] = np.count_nonzero(self.causes, axis=-1)
        return count


def winsorise(
    values: Array, *, most_points: int | None, limits: Limits = DEFAULT_LIMITS
) -> Adjusted:
    """Draw in the ends of each indicator until it passes the outlier test.

    While an indicator fails and fewer than `most_points` of its values were changed (None: no
    limit), all values at its maximum take the next lower value if skewness is 0 or above, else all
    at its minimum the next higher one. Equal values move together, so that ties can overshoot
    `most_points`. Missing values stay missing. An indicator is never made constant: with two
    different values left it stays as it is, passing or not (COINr breaks off with an error).
    """
    rows = values.reshape(-1, values.shape[-1])
    test = outlier_test(rows, limits=limits)
    failing = np.flatnonzero(~test.passes)
    drawn = draw_in(rows[failing], test.at(failing), most_points=most_points, limits=limits)
    winsorised, causes = rows.copy(), np.zeros(rows.shape, dtype=np.int8)
    winsorised[failing], causes[failing] = drawn.values, drawn.causes
    test.passes[failing] = drawn.test.passes
    test.skewness[failing], test.kurtosis[failing] = drawn.test.skewness, drawn.test.kurtosis
    return Adjusted(
        winsorised.reshape(values.shape),
        causes.reshape(values.shape),
        test.shaped(values.shape[:-1]),
    )


def draw_in(
    rows: Array, before: OutlierTest, *, most_points: int | None, limits: Limits
) -> Adjusted:
    """As `winsorise`, for indicators of shape (rows, units) that failed the test `before`."""
    if most_points is not None and most_points < 0:
        raise RecipeRefused(f"most points to winsorise: expected 0 or more, found {most_points}")
    most = rows.shape[-1] if most_points is None else most_points
    if most == 0 or not rows.size:
        return Adjusted(rows.copy(), np.zeros(rows.shape, dtype=np.int8), before)
    mirror = np.where(before.skewness < 0, -1.0, 1.0)[:, np.newaxis]
    tail_up = rows * mirror
    top = _top_of_one_tail(np.sort(tail_up, axis=-1), most, limits)
    drawn = np.minimum(tail_up, top[:, np.newaxis]) * mirror
    test = outlier_test(drawn, limits=limits)
    unsettled = np.flatnonzero(~test.passes & (_moved(drawn, rows) < most))
    if unsettled.size:
        drawn[unsettled] = _point_by_point(rows[unsettled], before.at(unsettled), most, limits)
        test = outlier_test(drawn, limits=limits)
    causes = Cause.LOWERED * (drawn < rows).astype(np.int8)
    causes += Cause.RAISED * (drawn > rows).astype(np.int8)
    return Adjusted(drawn, causes, test)


def _top_of_one_tail(ordered: Array, most: int, limits: Limits) -> Array:
    """The highest value that is left in sorted rows with a long tail on the high side.

    Infinite where that is not settled by drawing in this end alone: the skewness changes its sign,
    ties overshoot the limit, or the powers leave the floating range.
    """
    count = np.count_nonzero(~np.isnan(ordered), axis=-1)[:, np.newaxis]
    points = np.arange(1, min(most, ordered.shape[-1] - 2) + 1)
    left = np.maximum(count - points, 1)  # values that are not drawn in; the last is the top
    from_median = ordered - np.take_along_axis(ordered, count // 2, axis=-1)
    top = np.take_along_axis(from_median, left - 1, axis=-1)
    is_step = (top < np.take_along_axis(from_median, left, axis=-1)) & (top > from_median[:, :1])
    skewness, kurtosis = _shape_after(from_median, left, points, top)
    passes = (np.abs(skewness) < limits.skewness) | (kurtosis < limits.kurtosis)
    settles = is_step & (passes | (points == most))
    turns = is_step & ~(skewness >= 0)
    first = np.argmax(settles | turns, axis=-1)[:, np.newaxis]
    tops = np.take_along_axis(ordered, np.take_along_axis(left, first, axis=-1) - 1, axis=-1)
    return np.where(np.take_along_axis(settles, first, axis=-1), tops, np.inf)[:, 0]


def _shape_after(
    from_median: Array,
    left: npt.NDArray[np.intp],
    points: npt.NDArray[np.intp],
    top: Array,
) -> tuple[Array, Array]:
    """Skewness and kurtosis after so many `points` took the value `top`, for each number of them.

    The mean is never farther from the median than a standard deviation, so that going from powers
    about the median to powers about the mean keeps the digits.
    """
    count = (left + points).astype(np.float64)
    sums, power, top_power = [], from_median, top
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(4):
            below = np.take_along_axis(np.cumsum(power, axis=-1), left - 1, axis=-1)
            sums.append(below + points * top_power)
            power, top_power = power * from_median, top_power * top
        first, second, third, fourth = sums
        mean = first / count
        squares = second - mean * first
        cubes = third - 3 * mean * second + 2 * mean**2 * first
        fourths = fourth - 4 * mean * third + 6 * mean**2 * second - 3 * mean**3 * first
        return bias_corrected(count, squares, cubes, fourths)


def _point_by_point(rows: Array, before: OutlierTest, most: int, limits: Limits) -> Array:
    """The rows drawn in one step after the other, at either end, as the definition says it."""
    low, high = lowest(rows), highest(rows)
    skewness, active = before.skewness.copy(), np.arange(len(rows))
    while active.size:
        some = rows[active]
        ends = _next_ends(some, low[active], high[active], skewness[active] >= 0)
        is_varied = ends[0] < ends[1]
        active, some = active[is_varied], some[is_varied]
        low[active], high[active] = ends[0][is_varied], ends[1][is_varied]
        drawn = np.clip(some, low[active, np.newaxis], high[active, np.newaxis])
        skewness[active], kurtosis = skewness_and_kurtosis(drawn)
        points = _moved(drawn, some)
        active = active[~limits.passes(skewness[active], kurtosis) & (points < most)]
    drawn_in: Array = np.clip(rows, low[:, np.newaxis], high[:, np.newaxis])
    return drawn_in


def _next_ends(rows: Array, low: Array, high: Array, is_high: Booleans) -> tuple[Array, Array]:
    """The ends after one more step: at the high end where `is_high`, else at the low end."""
    below_high = np.where(rows < high[:, np.newaxis], rows, -np.inf).max(axis=-1)
    above_low = np.where(rows > low[:, np.newaxis], rows, np.inf).min(axis=-1)
    return np.where(is_high, low, above_low), np.where(is_high, below_high, high)


def _moved(drawn: Array, rows: Array) -> npt.NDArray[np.intp]:
    """How many values of each row have changed; a missing one has not."""
    count: npt.NDArray[np.intp] = np.count_nonzero((drawn < rows) | (drawn > rows), axis=-1)
    return count
