"""Growth and slope of series over time.

Series have the shape `(..., periods)`, the last axis runs over the periods, which are numbers
(years) in increasing order; NaN is a missing value. `unit_series` makes series of a table whose
rows are units in periods. Results have the shape of the leading axes.

A series can lack a trend, and a table of trends is still of use: where there is no answer the
value is NaN and `status` says why; `require_defined` refuses such a table.

Sources: compound growth as in any textbook of national accounts; percentage change along a
least-squares line as in Becker et al., COINr, Journal of Open Source Software 7(78), 2022;
intervals of a slope from Student's t, as in Draper and Smith, Applied Regression Analysis, 1998.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.shapes import refuse
from sharedfuture.analyse.composite.errors import RecipeRefused, TableRefused

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]


class TrendStatus(IntEnum):
    """Whether a series has a trend, else why not."""

    DEFINED = 0
    TOO_FEW_VALUES = 1  # fewer than two
    BASE_NOT_POSITIVE = 2  # what growth is measured against is zero or negative
    END_NEGATIVE = 3  # from above zero to below: no rate of growth leads there


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """One number for each series, NaN where `status` is not TrendStatus.DEFINED."""

    values: Array
    status: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Least-squares line of each series; NaN throughout where `status` is not DEFINED.

    `slope` is in units of the series per period, `base` the line's value at the first present
    period. `lower` and `upper` bound the slope; NaN for two values, which leave no residuals.
    """

    slope: Array
    lower: Array
    upper: Array
    base: Array
    status: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Share of the periods with a value, and the first and latest of them; NaN if there is none."""

    present_share: Array
    first_period: Array
    latest_period: Array


@dataclass(frozen=True, slots=True, eq=False)
class UnitSeries:
    """Values by unit and period, (..., units, periods); NaN also where a unit has no such row."""

    units: Positions
    periods: Array
    values: Array


def unit_series(values: Array, *, unit_of_row: Positions, period_of_row: Array) -> UnitSeries:
    """Series of a table (..., rows) whose rows are units in periods, in any order.

    Units and periods come in increasing order of their numbers. Raises TableRefused where a unit
    stands twice in a period.
    """
    units, row_unit = np.unique(unit_of_row, return_inverse=True)
    periods, row_period = np.unique(period_of_row, return_inverse=True)
    cell = row_unit * periods.size + row_period
    if np.unique(cell).size < cell.size:
        raise TableRefused("each unit may stand once in a period, found one again")
    series = np.full((*values.shape[:-1], units.size, periods.size), np.nan)
    series[..., row_unit, row_period] = values
    return UnitSeries(units, periods.astype(np.float64), series)


def coverage(series: Array, periods: Array) -> Coverage:
    """How much of each series is there, and from when to when."""
    _check_periods(series, periods)
    is_present = ~np.isnan(series)
    is_empty = ~is_present.any(axis=-1)
    first, latest = _ends(is_present)
    return Coverage(
        is_present.mean(axis=-1),
        np.where(is_empty, np.nan, periods[first]),
        np.where(is_empty, np.nan, periods[latest]),
    )


def compound_growth(series: Array, periods: Array) -> Trend:
    """Growth for each period that leads from the first present value to the latest: 0.02 is 2 %.

    A series whose first and latest value are equal has growth 0, whatever the value. Otherwise
    the first must be above zero and the latest not below it.
    """
    _check_periods(series, periods)
    is_present = ~np.isnan(series)
    first, latest = _ends(is_present)
    start = np.take_along_axis(series, first[..., None], axis=-1)[..., 0]
    end = np.take_along_axis(series, latest[..., None], axis=-1)[..., 0]
    is_even = start == end
    has_values = is_present.sum(axis=-1) >= 2
    status = _status(has_values, (start > 0) | is_even, (end >= 0) | is_even)
    is_rated = (status == TrendStatus.DEFINED) & ~is_even
    ratio = np.divide(end, start, out=np.ones(start.shape), where=is_rated)
    years = np.where(is_rated, periods[latest] - periods[first], 1.0)
    return Trend(np.where(status == TrendStatus.DEFINED, ratio ** (1 / years) - 1, np.nan), status)


def percentage_change(series: Array, periods: Array, *, per: float) -> Trend:
    """Slope of the least-squares line over `per` periods, in per cent of its value at the start.

    The start is the first present period. Where the line starts at or below zero a percentage
    has no meaning (a rising series would be said to fall), though the series may be positive. A
    series of equal values has change 0.
    """
    if not per > 0:
        raise RecipeRefused(f"per: expected a number of periods above zero, found {per}")
    slope, base, count = _fit(series, periods)
    is_flat = np.fmin.reduce(series, axis=-1) == np.fmax.reduce(series, axis=-1)
    status = _status(count >= 2, (base > 0) | is_flat, True)
    is_rated = (status == TrendStatus.DEFINED) & ~is_flat
    change = np.divide(100 * per * slope, base, out=np.zeros(slope.shape), where=is_rated)
    return Trend(np.where(status == TrendStatus.DEFINED, change, np.nan), status)


def line(series: Array, periods: Array, *, confidence: float) -> Line:
    """Least-squares line of each series, with an interval for its slope.

    The interval takes the residuals as independent and normal. Neighbouring years seldom are,
    so that it is rather too narrow; read it as the least uncertainty.
    """
    if not 0 < confidence < 1:
        raise RecipeRefused(f"confidence: expected a share between 0 and 1, found {confidence}")
    slope, base, count = _fit(series, periods)
    half = _half_width(series, periods, slope, base, confidence)
    return Line(slope, slope - half, slope + half, base, _status(count >= 2, True, True))


def require_defined(trend: Trend | Line) -> None:
    """Raise NotDefined where a series has no trend; shape (..., indicators, units)."""
    is_undefined = trend.status != TrendStatus.DEFINED
    counts = [(int((trend.status == status).sum()), words) for status, words in _WORDS.items()]
    found = ", ".join(f"{count} {words}" for count, words in counts if count)
    refuse(is_undefined.any(axis=-1), f"expected a trend of every series, found {found}")


_WORDS = {
    TrendStatus.TOO_FEW_VALUES: "with fewer than two values",
    TrendStatus.BASE_NOT_POSITIVE: "that start at or below zero",
    TrendStatus.END_NEGATIVE: "that end below zero",
}


def _check_periods(series: Array, periods: Array) -> None:
    if periods.shape != series.shape[-1:] or not (np.diff(periods) > 0).all():
        raise TableRefused(
            f"periods: expected {series.shape[-1]} numbers in increasing order, "
            f"found {periods.tolist()}"
        )


def _ends(is_present: Flags) -> tuple[Positions, Positions]:
    """Positions of the first and latest present value; 0 and the last where there is none."""
    return is_present.argmax(axis=-1), is_present.shape[-1] - 1 - is_present[..., ::-1].argmax(-1)


def _status(has_values: Flags, has_base: Flags | bool, has_end: Flags | bool) -> Counts:
    """What stands in the way, the first reason first."""
    status = np.where(has_end, TrendStatus.DEFINED, TrendStatus.END_NEGATIVE)
    status = np.where(has_base, status, TrendStatus.BASE_NOT_POSITIVE)
    return np.where(has_values, status, TrendStatus.TOO_FEW_VALUES)


def _fit(series: Array, periods: Array) -> tuple[Array, Array, Counts]:
    """Slope, value at the first present period and number of present values of each series."""
    _check_periods(series, periods)
    is_present = ~np.isnan(series)
    count = is_present.sum(axis=-1)
    time = np.where(is_present, periods, 0.0)
    value = np.where(is_present, series, 0.0)
    mean_time, mean_value = _ratio(time.sum(-1), count), _ratio(value.sum(-1), count)
    from_time = np.where(is_present, periods - mean_time[..., None], 0.0)
    from_value = np.where(is_present, series - mean_value[..., None], 0.0)
    slope = _ratio((from_time * from_value).sum(-1), (from_time**2).sum(-1))
    first, _ = _ends(is_present)
    return slope, mean_value + slope * (periods[first] - mean_time), count


def _half_width(
    series: Array, periods: Array, slope: Array, base: Array, confidence: float
) -> Array:
    """Half of the interval of the slope; NaN for fewer than three values."""
    from scipy.special import stdtrit

    is_present = ~np.isnan(series)
    count = is_present.sum(axis=-1)
    first, _ = _ends(is_present)
    elapsed = np.where(is_present, periods - periods[first][..., None], 0.0)
    mean = _ratio(elapsed.sum(-1), count)
    residual = np.where(is_present, series - base[..., None] - slope[..., None] * elapsed, 0.0)
    variance = _ratio((residual**2).sum(-1), count - 2)
    spread = np.where(is_present, (elapsed - mean[..., None]) ** 2, 0.0).sum(-1)
    student = stdtrit(np.maximum(count - 2, 1), (1 + confidence) / 2)
    half: Array = student * np.sqrt(_ratio(variance, spread))
    return half


def _ratio(part: Array, whole: Array | Counts) -> Array:
    """One divided by the other, NaN where the whole is not above zero."""
    ratio: Array = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return ratio
