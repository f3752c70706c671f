"""Treatment of outliers in two steps, with a log of every value that was changed.

The procedure of the OECD/JRC Handbook (2008), the COIN Tool (User Guide, 2019) and COINr. An
indicator that fails the outlier test goes through the first step, usually winsorising; if it still
fails, through the second, usually a logarithm. What it is left with after that is kept, passing
or not, and the log says so.

A call has one setting for all its indicators. Indicators with settings of their own are handed
over in calls of their own: no indicator depends on another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.outliers import (
    DEFAULT_LIMITS,
    Limits,
    OutlierTest,
    outlier_test,
)
from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.arrays.transform import log_offset
from sharedfuture.analyse.composite.arrays.winsorise import Adjusted, Cause, Causes, draw_in
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Rows = npt.NDArray[np.intp]


class Step(Protocol):
    """One step of treatment: it gets indicators of shape (rows, units) that fail the test."""

    def apply(self, rows: Array, before: OutlierTest, limits: Limits) -> Adjusted:
        """The changed rows, with the cause of each change and the test afterwards."""


@dataclass(frozen=True, slots=True)
class Winsorising:
    """Draw in the ends until the test passes or `most_points` values were changed."""

    most_points: int | None = 5

    def apply(self, rows: Array, before: OutlierTest, limits: Limits) -> Adjusted:
        """See `winsorise`."""
        return draw_in(rows, before, most_points=self.most_points, limits=limits)


@dataclass(frozen=True, slots=True)
class Transforming:
    """Transform the whole indicator with any function that works along the last axis.

    The function must keep the shape, else RecipeRefused, and give a finite number for every value
    and none for a missing one, else NotDefined.
    """

    name: str
    function: Callable[[Array], Array]

    def apply(self, rows: Array, before: OutlierTest, limits: Limits) -> Adjusted:
        """The transformed rows."""
        transformed = self.function(rows)
        present = ~np.isnan(rows)
        if transformed.shape != rows.shape:
            raise RecipeRefused(
                f"{self.name}: expected to keep shape {rows.shape}, found {transformed.shape}"
            )
        is_kept = np.where(present, np.isfinite(transformed), np.isnan(transformed))
        refuse(~is_kept.all(axis=-1), f"{self.name} does not give a number for every value")
        causes = Cause.TRANSFORMED * present.astype(np.int8)
        return Adjusted(transformed, causes, outlier_test(transformed, limits=limits))


class StepTaken(IntEnum):
    """The step whose result was kept."""

    NONE = 0
    FIRST = 1
    SECOND = 2


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Every changed value, one entry each, in the order of the array.

    positions  shape (changes, dimensions): place of each in the array
    old, new   value before and after
    causes     sums of `Cause`
    """

    positions: Rows
    old: Array
    new: Array
    causes: Causes


@dataclass(frozen=True, slots=True, eq=False)
class Treated:
    """Treated values and the whole log of the treatment.

    values             treated values, shape as `original`
    original           the values as they came
    causes             of each value: why it was changed, sums of `Cause`, 0 where it was not
    step               of each indicator, shape (...): the `StepTaken`
    winsorised_points  values that the first step winsorised, whether or not its result was kept
    before, after_first, after_second
                       the outlier tests; skewness and kurtosis are NaN where the step was not
                       needed, and `passes` is carried on from the test before
    """

    values: Array
    original: Array
    causes: Causes
    step: npt.NDArray[np.int8]
    winsorised_points: npt.NDArray[np.intp]
    before: OutlierTest
    after_first: OutlierTest
    after_second: OutlierTest

    def changes(self) -> Changes:
        """Each changed value with its place, its old and new value and the cause."""
        at = np.nonzero(self.causes)
        return Changes(np.stack(at, axis=-1), self.original[at], self.values[at], self.causes[at])


DEFAULT_FIRST = Winsorising()
DEFAULT_SECOND = Transforming("log_offset", log_offset)


def treat(
    values: Array,
    *,
    first: Step = DEFAULT_FIRST,
    second: Step | None = DEFAULT_SECOND,
    limits: Limits = DEFAULT_LIMITS,
) -> Treated:
    """Treat each failing indicator with `first`; where it still fails, with `second`.

    The second step starts from the original values, so the first leaves no trace in its result.
    With `second` None the result of the first is kept in any case. Missing values stay missing.
    Raises NotDefined where a transformation has no answer.
    """
    rows, before = _tested(values, limits)
    failing = np.flatnonzero(~before.passes)
    one = _applied(first, rows[failing], before.at(failing), limits, failing, values)
    if second is None:
        return _treated(values, rows, before, failing, one, failing[:0], one)
    again = failing[~one.test.passes]
    two = _applied(second, rows[again], before.at(again), limits, again, values)
    return _treated(values, rows, before, failing, one, again, two)


def treat_combined(
    values: Array,
    *,
    first: Step = DEFAULT_FIRST,
    second: Step = DEFAULT_SECOND,
    limits: Limits = DEFAULT_LIMITS,
) -> Treated:
    """As `treat`, but the second step starts from what the first has made (`combine_treat`)."""
    rows, before = _tested(values, limits)
    failing = np.flatnonzero(~before.passes)
    one = _applied(first, rows[failing], before.at(failing), limits, failing, values)
    still = np.flatnonzero(~one.test.passes)
    again = failing[still]
    two = _applied(second, one.values[still], one.test.at(still), limits, again, values)
    both = Adjusted(two.values, two.causes | one.causes[still], two.test)
    return _treated(values, rows, before, failing, one, again, both)


def _tested(values: Array, limits: Limits) -> tuple[Array, OutlierTest]:
    """The indicators of all replicates one below the other, and their test."""
    rows = values.reshape(-1, values.shape[-1])
    return rows, outlier_test(rows, limits=limits)


def _applied(
    step: Step, rows: Array, before: OutlierTest, limits: Limits, at: Rows, values: Array
) -> Adjusted:
    """The step on some rows; an error names the indicators instead of the rows."""
    try:
        return step.apply(rows, before, limits)
    except NotDefined as problem:
        indicator_count = values.shape[-2] if values.ndim > 1 else 1
        found = {int(at[position]) % indicator_count for position in problem.positions}
        raise NotDefined(problem.says, sorted(found)) from problem


def _treated(
    values: Array,
    rows: Array,
    before: OutlierTest,
    failing: Rows,
    one: Adjusted,
    again: Rows,
    two: Adjusted,
) -> Treated:
    """All put together: `one` holds the rows `failing`, `two` the rows `again` among them."""
    treated, causes = rows.copy(), np.zeros(rows.shape, dtype=np.int8)
    step, points = np.zeros(len(rows), dtype=np.int8), np.zeros(len(rows), dtype=np.intp)
    treated[failing], causes[failing], step[failing] = one.values, one.causes, StepTaken.FIRST
    points[failing] = np.count_nonzero(one.causes & (Cause.LOWERED | Cause.RAISED), axis=-1)
    if again.size:
        treated[again], causes[again], step[again] = two.values, two.causes, StepTaken.SECOND
    after_first = _carried_on(before, failing, one.test)
    after_second = _carried_on(after_first, again, two.test)
    shape = values.shape[:-1]
    return Treated(
        treated.reshape(values.shape),
        values,
        causes.reshape(values.shape),
        step.reshape(shape),
        points.reshape(shape),
        before.shaped(shape),
        after_first.shaped(shape),
        after_second.shaped(shape),
    )


def _carried_on(last: OutlierTest, at: Rows, test: OutlierTest) -> OutlierTest:
    """The tests made at some rows; elsewhere the last verdict, without measures."""
    passes = last.passes.copy()
    skewness, kurtosis = np.full(passes.shape, np.nan), np.full(passes.shape, np.nan)
    if at.size:
        passes[at], skewness[at], kurtosis[at] = test.passes, test.skewness, test.kurtosis
    return OutlierTest(passes, skewness, kurtosis)
