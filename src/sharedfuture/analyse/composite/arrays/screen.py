"""How much data there is, which units have enough of it, and what is wrong with a table.

Shape `(..., indicators, units)`, units on the last axis; NaN is a missing value. Nothing here
changes a value. A share is between 0 and 1.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), steps 2 and 3 (selecting
variables, missing data); the summary of availability and zeros is that of Becker et al., COINr:
An R package for developing composite indicators, Journal of Open Source Software 7(78), 2022.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused, TableRefused

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Availability:
    """What is there, missing and zero for each unit (or each indicator).

    `available_share` is the share of all values that are present; `nonzero_share` the share of
    the present values that are not zero, NaN where no value is present.
    """

    missing_count: Counts
    zero_count: Counts
    missing_or_zero_count: Counts
    available_share: Array
    nonzero_share: Array


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """Who stays, with the counts and flags behind it; all arrays have the shape (..., units).

    A unit without any value has low data and few non-zeros, whatever the thresholds.
    """

    availability: Availability
    is_low_data: Flags
    is_low_nonzero: Flags
    is_low_either: Flags
    is_included: Flags


class ProblemKind(Enum):
    """What `check_values` looks for."""

    ONE_INDICATOR = "one_indicator"
    ONE_UNIT = "one_unit"
    INFINITE = "infinite"
    EMPTY_INDICATOR = "empty_indicator"
    EMPTY_UNIT = "empty_unit"
    CONSTANT_INDICATOR = "constant_indicator"
    SAME_INDICATORS = "same_indicators"
    SAME_UNITS = "same_units"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a table: where it stands, and a sentence for a reader."""

    kind: ProblemKind
    indicators: tuple[int, ...]
    units: tuple[int, ...]
    says: str


def unit_availability(values: Array) -> Availability:
    """Availability of each unit over its indicators; arrays of shape (..., units)."""
    return _availability(values, axis=-2)


def indicator_availability(values: Array) -> Availability:
    """Availability of each indicator over the units; arrays of shape (..., indicators)."""
    return _availability(values, axis=-1)


def availability_by_group(values: Array, members: Sequence[Sequence[int] | Positions]) -> Array:
    """Share of present indicators under each aggregate, shape (..., aggregates, units).

    `members` holds, for each aggregate of any level, the positions of the indicators below it.
    Raises RecipeRefused for an aggregate without indicators.
    """
    if any(len(positions) == 0 for positions in members):
        raise RecipeRefused("expected at least one indicator under each aggregate, found none")
    is_present = ~np.isnan(values)
    shares = [is_present[..., positions, :].mean(axis=-2) for positions in members]
    return np.stack(shares, axis=-2)


def screen_by_missing(
    values: Array,
    *,
    least_available_share: float,
    least_nonzero_share: float,
    forced_in: Flags | None = None,
    forced_out: Flags | None = None,
) -> Screening:
    """Keep the units of which at least a share of the values is present.

    The share of non-zeros is counted and flagged, but excludes nobody. A unit exactly at a
    threshold stays. `forced_in` and `forced_out` (one flag a unit) go before the rule. Raises
    RecipeRefused for a threshold outside 0..1, and for a unit that is forced in and out.
    """
    found = _screening(values, least_available_share, least_nonzero_share)
    return _included(found, ~found.is_low_data, forced_in, forced_out)


def screen_by_zeros(
    values: Array,
    *,
    least_available_share: float,
    least_nonzero_share: float,
    forced_in: Flags | None = None,
    forced_out: Flags | None = None,
) -> Screening:
    """Keep the units of whose present values at least a share is not zero.

    The share of present values is counted and flagged, but excludes nobody, save that a unit
    without any value goes. The rest is as in `screen_by_missing`.
    """
    found = _screening(values, least_available_share, least_nonzero_share)
    return _included(found, ~found.is_low_nonzero, forced_in, forced_out)


def screen_by_missing_and_zeros(
    values: Array,
    *,
    least_available_share: float,
    least_nonzero_share: float,
    forced_in: Flags | None = None,
    forced_out: Flags | None = None,
) -> Screening:
    """Keep the units that pass both tests; the rest is as in `screen_by_missing`."""
    found = _screening(values, least_available_share, least_nonzero_share)
    return _included(found, ~found.is_low_either, forced_in, forced_out)


def check_values(values: Array) -> tuple[Problem, ...]:
    """Everything that is wrong with one table (indicators, units), in a fixed order.

    Looks for: one indicator or unit only, infinite values, indicators and units without any
    value, indicators with one value only or all values equal, and indicators or units that are
    the same throughout (missing in the same places). Raises TableRefused for another shape.
    """
    if values.ndim != 2:
        raise TableRefused(f"expected indicators by units, found the shape {values.shape}")
    return tuple(_problems(values))


def _availability(values: Array, axis: int) -> Availability:
    total = values.shape[axis]
    missing = np.isnan(values).sum(axis=axis)
    zeros = (values == 0).sum(axis=axis)
    present = total - missing
    nonzero_share = np.divide(
        present - zeros, present, out=np.full(present.shape, np.nan), where=present > 0
    )
    # One division, not one minus a share: 66 of 100 is then exactly the threshold 0.66.
    return Availability(missing, zeros, missing + zeros, present / total, nonzero_share)


def _screening(values: Array, least_available: float, least_nonzero: float) -> Screening:
    for name, share in (("available", least_available), ("non-zero", least_nonzero)):
        if not 0 <= share <= 1:
            raise RecipeRefused(f"least {name} share: expected a number in 0..1, found {share}")
    found = unit_availability(values)
    is_empty = found.missing_count == values.shape[-2]
    is_low_data = (found.available_share < least_available) | is_empty
    is_low_nonzero = (found.nonzero_share < least_nonzero) | is_empty
    is_low = is_low_data | is_low_nonzero
    return Screening(found, is_low_data, is_low_nonzero, is_low, is_included=~is_low)


def _included(
    found: Screening, is_included: Flags, forced_in: Flags | None, forced_out: Flags | None
) -> Screening:
    nobody = np.zeros(is_included.shape[-1], dtype=np.bool_)
    must = nobody if forced_in is None else forced_in
    may_not = nobody if forced_out is None else forced_out
    for flags in (must, may_not):
        if flags.shape != nobody.shape or flags.dtype != np.bool_:
            raise RecipeRefused(
                f"forced units: expected {nobody.size} flags, found {flags.dtype} {flags.shape}"
            )
    both = np.flatnonzero(must & may_not)
    if both.size:
        raise RecipeRefused(f"units {both.tolist()} are forced in and forced out")
    return replace(found, is_included=(is_included | must) & ~may_not)


def _problems(values: Array) -> Iterator[Problem]:
    indicators, units = values.shape
    if indicators == 1:
        yield Problem(ProblemKind.ONE_INDICATOR, (0,), (), "expected several indicators, found one")
    if units == 1:
        yield Problem(ProblemKind.ONE_UNIT, (), (0,), "expected several units, found one")
    is_infinite = np.isinf(values)
    for indicator in np.flatnonzero(is_infinite.any(axis=1)).tolist():
        where = tuple(np.flatnonzero(is_infinite[indicator]).tolist())
        says = f"expected finite values, found {len(where)} infinite"
        yield Problem(ProblemKind.INFINITE, (indicator,), where, says)
    yield from _empty(np.isnan(values))
    yield from _constant(values)
    for alike in _same(values):
        says = f"{len(alike)} indicators have the same values for all units"
        yield Problem(ProblemKind.SAME_INDICATORS, alike, (), says)
    for alike in _same(values.T):
        says = f"{len(alike)} units have the same values in all indicators"
        yield Problem(ProblemKind.SAME_UNITS, (), alike, says)


def _empty(is_missing: Flags) -> Iterator[Problem]:
    indicators, units = is_missing.shape
    for indicator in np.flatnonzero(is_missing.all(axis=1)).tolist():
        says = f"expected at least one value, found none for {units} units"
        yield Problem(ProblemKind.EMPTY_INDICATOR, (indicator,), (), says)
    for unit in np.flatnonzero(is_missing.all(axis=0)).tolist():
        says = f"expected at least one value, found none in {indicators} indicators"
        yield Problem(ProblemKind.EMPTY_UNIT, (), (unit,), says)


def _constant(values: Array) -> Iterator[Problem]:
    if values.shape[1] == 1:
        return  # said once, of the unit
    present = (~np.isnan(values)).sum(axis=1)
    lowest, highest = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
    for indicator in np.flatnonzero((lowest == highest) & (present > 0)).tolist():
        count, value = int(present[indicator]), float(lowest[indicator])
        says = f"expected at least two different values, found {count} equal to {value}"
        yield Problem(ProblemKind.CONSTANT_INDICATOR, (indicator,), (), says)


def _same(rows: Array) -> list[tuple[int, ...]]:
    """Positions of rows that are alike, missing values included; rows without a value are not."""
    # Minus zero becomes zero, and every NaN the same NaN, so that bytes can be compared.
    plain = np.where(np.isnan(rows), np.nan, rows + 0.0)
    alike: dict[bytes, list[int]] = {}
    for position in np.flatnonzero(~np.isnan(rows).all(axis=1)).tolist():
        alike.setdefault(plain[position].tobytes(), []).append(position)
    return [tuple(positions) for positions in alike.values() if len(positions) > 1]
