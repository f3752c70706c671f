"""Indicators divided by the size of the unit, so that large and small units can be compared.

Shape `(..., indicators, units)`, units on the last axis; NaN is a missing value.

Source: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 2: variables that
depend on size are scaled by population, income, trade volume, land area or the like.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.shapes import positions_of
from sharedfuture.analyse.composite.errors import NotDefined, TableRefused

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]


def denominate(
    values: Array,
    denominators: Array,
    *,
    positions: Sequence[int] | Positions,
    factors: Array,
) -> Array:
    """The indicators at `positions` divided by their denominators and times their factors.

    `denominators` has the shape (positions, units), one row for each of `positions`; `factors`
    has one number for each (1000 with a population gives a rate for a thousand people). Other
    indicators come back as they are. A value whose denominator is missing becomes missing;
    `missing_denominator` says which ones.

    Raises NotDefined where a denominator is zero or negative (a negative one would turn the
    order of the units round), where a factor is not positive, or where a quotient is too large
    for a number; TableRefused where shapes disagree.
    """
    at = _checked_positions(values, denominators, positions)
    if factors.shape != at.shape:
        raise TableRefused(f"expected {at.size} factors, found the shape {factors.shape}")
    is_unusable = (denominators <= 0) | np.isinf(denominators)
    _require_positive(is_unusable, at, "finite denominators greater than zero")
    _require_positive(~(factors > 0)[:, None], at, "a factor greater than zero")
    with np.errstate(over="ignore"):
        quotients = values[..., at, :] / denominators * factors[:, None]
    is_beyond = np.asarray(np.isinf(quotients).any(axis=-1))
    if is_beyond.any():
        says = "a quotient is too large for a number"
        raise NotDefined(says, at[list(positions_of(is_beyond))].tolist())
    result = values.copy()
    result[..., at, :] = quotients
    return result


def missing_denominator(
    values: Array, denominators: Array, *, positions: Sequence[int] | Positions
) -> Flags:
    """Which present values have no denominator, and so are missing after `denominate`."""
    at = _checked_positions(values, denominators, positions)
    is_lost = np.zeros(values.shape, dtype=np.bool_)
    is_lost[..., at, :] = ~np.isnan(values[..., at, :]) & np.isnan(denominators)
    return is_lost


def _checked_positions(
    values: Array, denominators: Array, positions: Sequence[int] | Positions
) -> Positions:
    at = np.asarray(positions, dtype=np.intp)
    if np.unique(at).size < at.size:
        raise TableRefused(f"each indicator has one denominator, found positions {at.tolist()}")
    expected = (at.size, values.shape[-1])
    if denominators.shape != expected:
        raise TableRefused(f"denominators: expected {expected}, found {denominators.shape}")
    return at


def _require_positive(is_at_fault: Flags, at: Positions, expected: str) -> None:
    faulty = is_at_fault.any(axis=-1)
    if faulty.any():
        count = int(is_at_fault.sum())
        raise NotDefined(f"expected {expected}, found {count} that are not", at[faulty].tolist())
