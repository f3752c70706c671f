"""Missing values filled in, by a rule that the recipe names."""

from collections.abc import Callable
from enum import Enum
from typing import TypedDict

import numpy as np

from sharedfuture.analyse.composite.arrays import impute as arrays
from sharedfuture.analyse.composite.arrays import impute_model, impute_panel
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.methods.setting import (
    Array,
    Method,
    Outcome,
    Setting,
    StageRecord,
)
from sharedfuture.analyse.composite.table import Positions


class Periods(Enum):
    """Whether a stage sees all periods of a panel as one table, or each alone."""

    TOGETHER = "together"
    APART = "apart"


class Mean(Method, frozen=True, tag="mean"):
    """The mean of the indicator."""

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_mean(values)


class Median(Method, frozen=True, tag="median"):
    """The median of the indicator."""

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_median(values)


class Constant(Method, frozen=True, tag="constant"):
    """One number for all indicators; a zero that is meant, not one that happened."""

    value: float

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_constant(values, self.value)


class GroupMean(Method, frozen=True, tag="group_mean"):
    """The mean of the indicator in the unit's group; a group without any value is an error."""

    group: str

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_group_mean(values, setting.table.group_numbers(self.group))


class GroupMedian(Method, frozen=True, tag="group_median"):
    """The median of the indicator in the unit's group; a group without any value is an error."""

    group: str

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_group_median(values, setting.table.group_numbers(self.group))


class RowMean(Method, frozen=True, tag="row_mean"):
    """The unit's mean over the other indicators of the same element, each on 0..1."""

    level: int = 2

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_scaled_row_mean(
            values, _members(setting, self.level), directions=setting.directions
        )


class RowMedian(Method, frozen=True, tag="row_median"):
    """The unit's median over the other indicators of the same element, each on 0..1."""

    level: int = 2

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_scaled_row_median(
            values, _members(setting, self.level), directions=setting.directions
        )


class Regression(Method, frozen=True, tag="regression"):
    """Bayesian ridge regression on the other indicators of the same element, in turn."""

    level: int = 2
    rounds: int = 200
    tolerance: float = 1e-4

    def __call__(self, values: Array, setting: Setting) -> Array:
        return impute_model.impute_bayesian_regression(
            values, _members(setting, self.level), rounds=self.rounds, tolerance=self.tolerance
        )


class Nearest(Method, frozen=True, tag="nearest"):
    """The mean of the nearest units, by the other indicators of the same element."""

    neighbours: int = 5
    level: int = 2

    def __call__(self, values: Array, setting: Setting) -> Array:
        return impute_model.impute_nearest_units(
            values, _members(setting, self.level), neighbours=self.neighbours
        )


class OwnImputer(Method, frozen=True, tag="function"):
    """A function of the caller's, by name: values in, values without gaps out."""

    name: str

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.impute_custom(values, setting.function(self.name))


class Latest(Method, frozen=True, tag="latest"):
    """The unit's latest earlier value, no older than `longest_gap` periods."""

    longest_gap: float

    def __call__(self, values: Array, setting: Setting) -> Array:
        return impute_panel.impute_latest(values, **_rows(setting), longest_gap=self.longest_gap)


class Linear(Method, frozen=True, tag="linear"):
    """The straight line between the unit's values before and after; held at both ends."""

    def __call__(self, values: Array, setting: Setting) -> Array:
        return impute_panel.impute_linear_held(values, **_rows(setting))


class Held(Method, frozen=True, tag="held"):
    """The unit's latest earlier value; before its first value, the first."""

    def __call__(self, values: Array, setting: Setting) -> Array:
        return impute_panel.impute_step(values, **_rows(setting))


Imputer = (
    Mean | Median | Constant | GroupMean | GroupMedian | RowMean | RowMedian
    | Regression | Nearest | OwnImputer | Latest | Linear | Held
)  # fmt: skip


class Impute(StageRecord, frozen=True, kw_only=True):
    """Fill in missing values; the methods over time see the whole panel in any case.

    `codes` names the indicators to fill, all by default; the gaps of the others stay. The record
    of the outcome are flags (indicators, rows): true where a value was filled in.
    """

    by: Imputer
    codes: tuple[str, ...] = ()
    periods: Periods = Periods.APART
    reason: str = ""

    def run(self, values: Array, setting: Setting) -> Outcome:
        """Values with the gaps filled; raises NotDefined where the method has no answer."""
        is_over_time = isinstance(self.by, Latest | Linear | Held)
        periods = Periods.TOGETHER if is_over_time else self.periods
        if not self.codes:
            filled = by_period(self.by, values, setting, periods)
            return Outcome(filled, arrays.imputed_mask(values, filled))
        positions = self._positions(setting)
        part = values[..., positions, :]
        filled = values.copy()
        try:
            filled[..., positions, :] = by_period(self.by, part, setting.only(positions), periods)
        except NotDefined as error:
            raise NotDefined(error.says, [positions[at] for at in error.positions]) from error
        return Outcome(filled, arrays.imputed_mask(values, filled))

    def _positions(self, setting: Setting) -> list[int]:
        """Positions of the indicators to fill, for a method that looks at each alone."""
        if isinstance(self.by, RowMean | RowMedian | Regression | Nearest):
            raise RecipeRefused("impute: a method that looks at all indicators takes no codes")
        known = [indicator.code for indicator in setting.indicators]
        unknown = sorted(set(self.codes) - set(known))
        if unknown:
            raise RecipeRefused(f"impute: no such indicator: {', '.join(unknown)}")
        return [known.index(code) for code in self.codes]


def by_period(
    method: Callable[[Array, Setting], Array], values: Array, setting: Setting, periods: Periods
) -> Array:
    """The method on all rows at once, or on the rows of each period alone."""
    if periods is Periods.TOGETHER or not setting.table.is_panel:
        return method(values, setting)
    result = np.empty_like(values)
    for rows in setting.table.rows_by_period.values():
        result[..., rows] = method(values[..., rows], setting.rows(rows))
    return result


def _members(setting: Setting, level: int) -> list[list[int]]:
    """Positions of the indicators under each element of a level."""
    levels = setting.framework.levels
    if not 2 <= level <= len(levels):
        raise RecipeRefused(f"impute: level {level} is not one of 2 to {len(levels)}")
    at = {code: position for position, code in enumerate(setting.framework.codes)}
    return [
        [at[code] for code in setting.framework.indicators_under(element)]
        for element in levels[level - 1].codes
    ]


class _Rows(TypedDict):
    unit_of_row: Positions
    period_of_row: Array


def _rows(setting: Setting) -> _Rows:
    table = setting.table
    if not table.periods:
        raise RecipeRefused("impute: a method over time needs a table with periods")
    number = {unit: at for at, unit in enumerate(dict.fromkeys(table.units))}
    return _Rows(
        unit_of_row=np.array([number[unit] for unit in table.units], dtype=np.intp),
        period_of_row=np.array(table.periods),
    )
