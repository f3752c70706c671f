"""Missing values replaced by a mean, a median or a constant.

Shape `(..., indicators, units)`, units on the last axis; NaN is a missing value. A function that
looks at one indicator at a time also takes a single vector. Present values come back to the bit,
and every missing value is replaced: where a method has no value to offer it raises NotDefined,
or takes the value of `fallback`, another function on the same values that the caller names.

A unit's group is a number; a negative one means that the unit has no group.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), chapter on imputation of
missing data (unconditional mean and median, within a class of units); means over the indicators
of a unit, on a common scale, as in Becker et al., COINr, Journal of Open Source Software 7(78),
2022. All shrink the spread of the indicator: report how many values were imputed.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.missing import require_complete
from sharedfuture.analyse.composite.arrays.shapes import positions_of
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused, TableRefused

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]
Members = Sequence[Sequence[int] | Positions]
Imputer = Callable[[Array], Array]


def impute_mean(values: Array) -> Array:
    """Missing values become the mean of the indicator's present values."""
    return _impute_by_indicator(values, lambda rows: _mean(rows)[..., None], None, "the indicator")


def impute_median(values: Array) -> Array:
    """Missing values become the median of the indicator's present values."""
    return _impute_by_indicator(
        values, lambda rows: _median(rows)[..., None], None, "the indicator"
    )


def impute_group_mean(
    values: Array, groups: Positions, *, fallback: Imputer | None = None
) -> Array:
    """Missing values become the indicator's mean over the unit's group.

    Without `fallback`, raises NotDefined where the unit has no group, or its group no value.
    """
    members = _groups(values, groups)
    return _impute_by_indicator(
        values, lambda rows: _by_group(rows, members, _mean), fallback, "the unit's group"
    )


def impute_group_median(
    values: Array, groups: Positions, *, fallback: Imputer | None = None
) -> Array:
    """Missing values become the indicator's median over the unit's group.

    Without `fallback`, raises NotDefined where the unit has no group, or its group no value.
    """
    members = _groups(values, groups)
    return _impute_by_indicator(
        values, lambda rows: _by_group(rows, members, _median), fallback, "the unit's group"
    )


def impute_row_mean(values: Array, members: Members, *, fallback: Imputer | None = None) -> Array:
    """Missing values become the unit's mean over the indicators of the same set.

    `members` holds sets of positions of indicators that stand for the same thing on the same
    scale, such as those under one aggregate. Without `fallback`, raises NotDefined where a unit
    has no value in the set, or an indicator with missing values is in no set.
    """
    return _completed(values, _over_rows(values, members, _mean), fallback, "the unit's set")


def impute_row_median(values: Array, members: Members, *, fallback: Imputer | None = None) -> Array:
    """Missing values become the unit's median over the set; else as `impute_row_mean`."""
    return _completed(values, _over_rows(values, members, _median), fallback, "the unit's set")


def impute_scaled_row_mean(
    values: Array, members: Members, *, directions: Array, fallback: Imputer | None = None
) -> Array:
    """As `impute_row_mean`, for indicators that are not on one scale.

    Each indicator is turned by its direction (+1 or -1) and put on 0..1 by its least and
    greatest value; the unit's mean is taken back to the indicator's own scale. Raises NotDefined
    also where an indicator of a set with missing values has fewer than two different values.
    """
    result = _over_scaled_rows(values, members, directions, _mean)
    return _completed(values, result, fallback, "the unit's set")


def impute_scaled_row_median(
    values: Array, members: Members, *, directions: Array, fallback: Imputer | None = None
) -> Array:
    """As `impute_scaled_row_mean`, with the median."""
    result = _over_scaled_rows(values, members, directions, _median)
    return _completed(values, result, fallback, "the unit's set")


def impute_constant(values: Array, constants: Array | float) -> Array:
    """Missing values become a constant: one for all, or one for each indicator.

    A constant that is NaN offers nothing: raises NotDefined where it would be needed.
    """
    given = np.asarray(constants, dtype=np.float64)
    if given.ndim > 1 or (given.ndim == 1 and given.shape != values.shape[-2:-1]):
        raise RecipeRefused(f"expected a constant for each indicator, found {given.shape}")
    if np.isinf(given).any():
        raise RecipeRefused("expected finite constants, found infinity")
    result = np.where(np.isnan(values), given[..., None], values)
    return _completed(values, result, None, "the constants")


def impute_custom(values: Array, imputer: Imputer) -> Array:
    """What a caller's own function imputes, checked.

    Raises RecipeRefused where the function changes the shape or a present value, or gives an
    infinite one; NotDefined where it leaves values missing.
    """
    result = imputer(values.copy())
    if result.shape != values.shape:
        raise RecipeRefused(f"imputation: expected {values.shape}, found {result.shape}")
    is_changed = (result != values) & ~np.isnan(values)
    if is_changed.any():
        count = int(is_changed.sum())
        raise RecipeRefused(f"imputation: expected present values untouched, {count} changed")
    if np.isinf(result).any():
        raise RecipeRefused("imputation: expected finite values, found infinity")
    require_complete(result)
    return result


def imputed_mask(before: Array, after: Array) -> Flags:
    """Which values were missing and are present now; same shape as both."""
    is_imputed: Flags = np.isnan(before) & ~np.isnan(after)
    return is_imputed


def checked_members(values: Array, members: Members) -> list[Positions]:
    """The sets as arrays of positions.

    Raises RecipeRefused where an indicator is in two sets, TableRefused for a single vector.
    """
    sets = [np.asarray(positions, dtype=np.intp) for positions in members]
    together = np.concatenate([*sets, np.empty(0, dtype=np.intp)])
    if np.unique(together).size < together.size:
        raise RecipeRefused("sets of indicators: expected each indicator in one set at most")
    if values.ndim < 2:
        raise TableRefused(f"expected (..., indicators, units), found {values.shape}")
    return sets


def _impute_by_indicator(
    values: Array, offer: Imputer, fallback: Imputer | None, source: str
) -> Array:
    """Work only on the indicators that lack something; `offer` takes rows and gives rows."""
    result = values.copy()
    has_gap = np.isnan(values).any(axis=-1)
    if not has_gap.any():
        return result
    rows = values[has_gap]
    result[has_gap] = np.where(np.isnan(rows), offer(rows), rows)
    return _completed(values, result, fallback, source)


def _completed(values: Array, result: Array, fallback: Imputer | None, source: str) -> Array:
    """The result with what it still lacks taken from `fallback`; nothing may be left."""
    is_left = np.isnan(result)
    if not is_left.any():
        return result
    if fallback is None:
        says = f"expected values of {source} to impute from, found none for {int(is_left.sum())}"
        raise NotDefined(f"{says} missing", positions_of(np.asarray(is_left.any(axis=-1))))
    result = np.where(is_left, fallback(values), result)
    require_complete(result)
    return result


def _mean(rows: Array) -> Array:
    """Mean of the present values on the last axis, NaN where there is none."""
    is_present = ~np.isnan(rows)
    count = is_present.sum(axis=-1)
    total = np.where(is_present, rows, 0.0).sum(axis=-1)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    # Rounding must not take the mean of equal values off that value.
    within: Array = np.clip(mean, np.fmin.reduce(rows, axis=-1), np.fmax.reduce(rows, axis=-1))
    return within


def _median(rows: Array) -> Array:
    """Median of the present values on the last axis, NaN where there is none."""
    ordered = np.sort(rows, axis=-1)  # missing values go last
    count = (~np.isnan(rows)).sum(axis=-1, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    upper = np.take_along_axis(ordered, count // 2, axis=-1)
    median: Array = ((lower + upper) / 2)[..., 0]
    return median


def _groups(values: Array, groups: Positions) -> list[Positions]:
    """Positions of the units of each group."""
    if groups.shape != values.shape[-1:] or groups.dtype.kind not in "iu":
        raise TableRefused(
            f"groups: expected a whole number for each of {values.shape[-1]} units, "
            f"found {groups.dtype} {groups.shape}"
        )
    return [np.flatnonzero(groups == group) for group in np.unique(groups[groups >= 0])]


def _by_group(rows: Array, groups: Sequence[Positions], centre: Imputer) -> Array:
    """For each of some indicators (rows, units) the centre of each group that has a gap."""
    offered = np.full(rows.shape, np.nan)
    for units in groups:
        part = rows[:, units]
        has_gap = np.isnan(part).any(axis=-1)
        offered[np.ix_(has_gap, units)] = centre(part[has_gap])[:, None]
    return offered


def _over_rows(values: Array, members: Members, centre: Imputer) -> Array:
    """Gaps filled with the unit's centre over each set, where there is one."""
    result = values.copy()
    for positions in checked_members(values, members):
        part = values[..., positions, :]
        is_missing = np.isnan(part)
        if is_missing.any():
            row = centre(np.swapaxes(part, -1, -2))[..., None, :]
            result[..., positions, :] = np.where(is_missing, row, part)
    return result


def _over_scaled_rows(values: Array, members: Members, directions: Array, centre: Imputer) -> Array:
    """As `_over_rows`, on 0..1 for the while."""
    if directions.shape != values.shape[-2:-1] or not np.isin(directions, (-1, 1)).all():
        raise RecipeRefused("directions: expected +1 or -1 for each indicator")
    result = values.copy()
    for positions in checked_members(values, members):
        part = values[..., positions, :]
        is_missing = np.isnan(part)
        if is_missing.any():
            sign = directions[positions][:, None]
            lowest, width = _range(part * sign, positions)
            scaled = (part * sign - lowest) / width
            row = centre(np.swapaxes(scaled, -1, -2))[..., None, :]
            result[..., positions, :] = np.where(is_missing, (row * width + lowest) * sign, part)
    return result


def _range(part: Array, positions: Positions) -> tuple[Array, Array]:
    """Least value and width of each indicator, with an axis for units."""
    lowest = np.fmin.reduce(part, axis=-1, keepdims=True)
    width = np.fmax.reduce(part, axis=-1, keepdims=True) - lowest
    has_spread = (width > 0).reshape(-1, len(positions)).all(axis=0)
    if not has_spread.all():
        says = "a common scale needs at least two different values, found fewer"
        raise NotDefined(says, positions[~has_spread].tolist())
    return lowest, width
