"""Missing values of a unit replaced by its own values of other periods.

Shape `(..., indicators, rows)`; each row is a unit in a period, in any order. `unit_of_row` has a
whole number for each row, `period_of_row` a number such as the year. NaN is a missing value.
Present values come back to the bit. A value that cannot be had from the same unit stays missing,
so that a stretch without a value is not bridged in silence: `imputed_mask` tells what was done,
`require_complete` refuses what is left. Raises TableRefused where a unit stands twice in a
period, or the rows' units or periods are not as said here.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), chapter on imputation of
missing data; Becker et al., COINr, Journal of Open Source Software 7(78), 2022 (panel data).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused, TableRefused

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


def impute_latest(
    values: Array, *, unit_of_row: Positions, period_of_row: Array, longest_gap: float
) -> Array:
    """Missing values become the latest earlier one, no older than `longest_gap` periods.

    The gap is in the unit of the period (years), infinity for no limit. What comes before the
    first value stays missing.
    """
    series = _ordered(values, unit_of_row, period_of_row)
    return series.values_at(series.latest(longest_gap))[..., series.back]


def latest_period(
    values: Array, *, unit_of_row: Positions, period_of_row: Array, longest_gap: float
) -> Array:
    """The period that each value of `impute_latest` comes from; NaN where it stays missing.

    A value is carried forward exactly where this is not the row's own period.
    """
    series = _ordered(values, unit_of_row, period_of_row)
    source = series.latest(longest_gap)
    periods: Array = np.where(source >= 0, series.periods[source], np.nan)[..., series.back]
    return periods


def impute_step(values: Array, *, unit_of_row: Positions, period_of_row: Array) -> Array:
    """Missing values become the latest earlier one; before the first value, the first."""
    series = _ordered(values, unit_of_row, period_of_row)
    source = np.where(series.before >= 0, series.before, series.after)
    return series.values_at(source)[..., series.back]


def impute_nearest_period(values: Array, *, unit_of_row: Positions, period_of_row: Array) -> Array:
    """Missing values become the one nearest in time; of two equally near, the earlier."""
    series = _ordered(values, unit_of_row, period_of_row)
    is_earlier = series.distance_to(series.before) <= series.distance_to(series.after)
    source = np.where(is_earlier, series.before, series.after)
    return series.values_at(source)[..., series.back]


def impute_linear(values: Array, *, unit_of_row: Positions, period_of_row: Array) -> Array:
    """Missing values between two present ones are put on the straight line between them.

    What comes before the first value or after the last stays missing.
    """
    series = _ordered(values, unit_of_row, period_of_row)
    since, until = series.distance_to(series.before), series.distance_to(series.after)
    is_between = (since > 0) & np.isfinite(since) & np.isfinite(until)
    share = np.divide(since, since + until, out=np.zeros(since.shape), where=is_between)
    start, end = series.values_at(series.before), series.values_at(series.after)
    line = start + share * (end - start)  # NaN where one side is missing
    return np.where(np.isnan(values), line[..., series.back], values)


def impute_linear_held(values: Array, *, unit_of_row: Positions, period_of_row: Array) -> Array:
    """As `impute_linear`; before the first value the first is held, after the last the last."""
    inner = impute_linear(values, unit_of_row=unit_of_row, period_of_row=period_of_row)
    return impute_step(inner, unit_of_row=unit_of_row, period_of_row=period_of_row)


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """Values in order of unit and period, and where the present ones around each stand.

    `before` and `after` are positions in this order, -1 for none in the same unit; a present
    value has itself on both sides. `back` takes this order back to the rows as given.
    """

    values: Array
    periods: Array
    before: Positions
    after: Positions
    back: Positions

    def values_at(self, source: Positions) -> Array:
        taken = np.take_along_axis(self.values, source, axis=-1)
        return np.where(source >= 0, taken, np.nan)

    def distance_to(self, source: Positions) -> Array:
        return np.where(source >= 0, np.abs(self.periods - self.periods[source]), np.inf)

    def latest(self, longest_gap: float) -> Positions:
        if not longest_gap >= 0:
            raise RecipeRefused(f"longest gap: expected zero or more, found {longest_gap}")
        return np.where(self.distance_to(self.before) <= longest_gap, self.before, -1)


def _ordered(values: Array, unit_of_row: Positions, period_of_row: Array) -> _Series:
    _check_rows(values, unit_of_row, period_of_row)
    order = np.lexsort((period_of_row, unit_of_row))
    units, periods = unit_of_row[order], period_of_row[order]
    is_double = (units[1:] == units[:-1]) & (periods[1:] == periods[:-1])
    if is_double.any():
        at = order[1:][is_double].tolist()
        raise TableRefused(f"each unit may stand once in a period, found rows {at} again")
    ordered = values[..., order]
    is_present = ~np.isnan(ordered)
    rows = np.arange(order.size)
    starts = np.searchsorted(units, units, side="left")
    ends = np.searchsorted(units, units, side="right")
    before = np.maximum.accumulate(np.where(is_present, rows, -1), axis=-1)
    backwards = np.where(is_present, rows, order.size)[..., ::-1]
    after = np.minimum.accumulate(backwards, axis=-1)[..., ::-1]
    return _Series(
        ordered,
        periods,
        np.where(before >= starts, before, -1),
        np.where(after < ends, after, -1),
        np.argsort(order),
    )


def _check_rows(values: Array, unit_of_row: Positions, period_of_row: Array) -> None:
    rows = values.shape[-1:]
    if unit_of_row.shape != rows or unit_of_row.dtype.kind not in "iu":
        raise TableRefused(
            f"units: expected a whole number for each of {rows[0]} rows, "
            f"found {unit_of_row.dtype} {unit_of_row.shape}"
        )
    if period_of_row.shape != rows or not np.isfinite(period_of_row).all():
        raise TableRefused(f"periods: expected a finite number for each of {rows[0]} rows")
