"""How sure a value is, as it comes beside the values: standard errors, or intervals.

An interval at some level is read as that of a normal distribution: the standard error is its
width over 2 z, where z is 1.645 for 90 % and 1.960 for 95 % (JCGM 100:2008, the Guide to the
Expression of Uncertainty in Measurement, 4.3.4). Where an interval is not symmetric about its
value, this is the standard error of the symmetric interval of the same width: its spread is
kept, its asymmetry is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.inputs.cells import Sheet

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StandardErrors:
    """Where standard errors stand.

    In wide form `column` is an ending: that of GDP is in the column GDP_se. In long form it is
    the name of a column.
    """

    column: str = "_se"

    @property
    def columns(self) -> tuple[str, ...]:
        """The ending or column, alone."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Where the bounds of intervals stand, and their level as a share, such as 0.95.

    In wide form `low` and `high` are endings of an indicator's code, in long form names of
    columns. Raises RecipeRefused for a level that is not between 0 and 1.
    """

    low: str = "_low"
    high: str = "_high"
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise RecipeRefused(
                f"intervals: expected a level between 0 and 1, such as 0.95, found {self.level}"
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """The endings or columns, the lower bound first."""
        return self.low, self.high


Precision = StandardErrors | Intervals


def errors_of(
    sheet: Sheet, values: Array, *, value: str, columns: Sequence[str], precision: Precision
) -> Array:
    """Standard errors of one column of values; NaN where none is given.

    Complains to the sheet of a standard error that is negative, of one bound without the other,
    of bounds that do not enclose the value, and of precision where there is no value.
    """
    sheet.require(columns)
    numbers = [sheet.numbers(column) for column in columns]
    given = ~np.isnan(np.array(numbers))
    for row in np.flatnonzero(given.any(axis=0) & np.isnan(values)):
        sheet.complain(row, columns[0], f"expected nothing, as {value!r} has no value there")
    if isinstance(precision, StandardErrors):
        return _checked(sheet, numbers[0], columns[0])
    low, high = numbers
    for row in np.flatnonzero(given.any(axis=0) != given.all(axis=0)):
        sheet.complain(row, columns[0], f"expected both bounds of {value!r}, found one")
    for row in np.flatnonzero((low > values) | (high < values)):
        says = f"expected bounds around {values[row]:g}, found {low[row]:g} to {high[row]:g}"
        sheet.complain(row, columns[0], says)
    return width_to_error(high - low, precision.level)


def width_to_error(width: Array, level: float) -> Array:
    """Standard errors of normal intervals of these widths, at a level such as 0.95."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return np.asarray(width / (2 * z), dtype=np.float64)


def _checked(sheet: Sheet, errors: Array, column: str) -> Array:
    for row in np.flatnonzero(errors < 0):
        sheet.complain(row, column, f"expected zero or more, found {errors[row]:g}")
    return errors
