"""Why a unit's interval is as wide as it is: shares of its spread by cause.

A cause is anything that varies between replicates: a choice of the recipe, the errors of the
inputs, the missing data. Three answers, which agree where causes simply add up, and differ by
how much they do not:

variance   first-order and total-order Sobol' indices of the unit's rank or score: what goes
           away once the cause is known, and what stays while all others are known. The
           remainder, 1 minus the sum of the first orders, belongs to causes acting together.
width      the interval itself, run again with one cause varying alone and with one cause
           frozen at its nominal value: `alone` = width alone / whole width, `relieved` =
           1 - width with the cause frozen / whole width. Widths add like standard deviations,
           not like numbers, so the remainder is 1 - the sum of alone squared: 0 where causes add
           independently and the intervals scale with their standard deviations, positive where
           causes strengthen each other, negative where they cover for each other.
Shapley    the one division that adds up to the whole, treats like causes alike, gives nothing
           to a cause that changes nothing, and is linear; it needs every set of causes.

All arrays have the causes on the first axis and the units on the last. A unit whose spread is
nothing, because its rank never moves, has nothing to share out: its shares are 0 and `is_shared`
is False. A unit without a score in some replicate has NaN, and False.

Sources: Saisana, Saltelli and Tarantola (2005), J. R. Stat. Soc. A 168, 307-323, for indices of a
single unit; Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, chapter 1, for fixing
a factor; Shapley (1953) and Owen (2014), SIAM/ASA J. Uncertainty Quantification 2, 245-251.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.uncertainty.sobol import is_estimable, sobol_indices

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """Shares of each unit's variance: `first` and `total` (causes, units), the rest (units,)."""

    first: Array
    total: Array
    remainder: Array
    is_shared: Flags


@dataclass(frozen=True, slots=True)
class WidthShares:
    """Shares of the width of each unit's interval.

    whole      the width with all causes varying, in the unit of the values, shape (units,)
    alone      width with one cause varying, over the whole, shape (causes, units)
    relieved   1 - width with one cause frozen over the whole, shape (causes, units)
    remainder  1 - sum of alone squared, shape (units,)
    """

    whole: Array
    alone: Array
    relieved: Array
    remainder: Array
    is_shared: Flags


@dataclass(frozen=True, slots=True)
class CauseShares:
    """The two accounts of the same spread, side by side."""

    variance: VarianceShares
    width: WidthShares


def share_by_cause(
    outputs: Array, *, whole_width: Array, alone_widths: Array, frozen_widths: Array
) -> CauseShares:
    """Both accounts for each unit.

    `outputs` holds the unit's ranks or scores in the rows of a Saltelli design, shape (rows,
    units); the widths are those of `share_width`, with the causes in the design's order.
    """
    return CauseShares(
        variance=share_variance(outputs, len(alone_widths)),
        width=share_width(whole_width, alone_widths=alone_widths, frozen_widths=frozen_widths),
    )


def share_variance(outputs: Array, cause_count: int) -> VarianceShares:
    """Sobol' shares of each unit from the rows of a Saltelli design, shape (rows, units).

    A unit that moves too rarely for an estimate counts as one that does not move.
    """
    numbers = np.asarray(outputs, dtype=np.float64)
    shared = is_estimable(numbers, cause_count)
    nothing = np.where(np.isnan(numbers).any(axis=0), np.nan, 0.0)
    first, total = np.tile(nothing, (2, cause_count, 1))
    if shared.any():
        indices = sobol_indices(numbers[:, shared], cause_count)
        first[:, shared], total[:, shared] = indices.first, indices.total
    remainder = np.where(shared, 1.0 - first.sum(axis=0), nothing)
    return VarianceShares(first=first, total=total, remainder=remainder, is_shared=shared)


def share_width(whole_width: Array, *, alone_widths: Array, frozen_widths: Array) -> WidthShares:
    """Shares of the width of each unit's interval.

    `whole_width` has shape (units,), the others (causes, units). All three must be widths of
    intervals of one level. Raises RecipeRefused where the shapes disagree, NotDefined where a
    width is negative.
    """
    whole = np.asarray(whole_width, dtype=np.float64)
    parts = np.stack([alone_widths, frozen_widths]).astype(np.float64)
    if parts.shape[2:] != whole.shape:
        raise RecipeRefused(
            f"a width for each cause and each of {whole.shape} units, found {parts.shape[1:]}"
        )
    if (parts < 0).any() or (whole < 0).any():
        raise NotDefined(f"widths of at least 0, found {min(parts.min(), whole.min())}")
    shared = whole > 0
    alone, frozen = parts / np.where(shared, whole, 1.0)
    relieved = 1.0 - frozen
    unknown = np.isnan(whole) | np.isnan(parts).any(axis=(0, 1))
    nothing = np.where(unknown, np.nan, 0.0)
    is_shared = shared & ~unknown
    return WidthShares(
        whole=whole,
        alone=np.where(is_shared, alone, nothing),
        relieved=np.where(is_shared, relieved, nothing),
        remainder=np.where(is_shared, 1.0 - (alone**2).sum(axis=0), nothing),
        is_shared=is_shared,
    )


def share_by_shapley(spread: Array) -> Array:
    """The Shapley value of each cause, shape (causes, ...); over the causes they sum to the whole.

    `spread` is the spread (width of the interval, variance, explained share) with exactly the
    causes of a set varying, for all 2**causes sets on the first axis: cause i belongs to set s
    where bit i of s is set. Set 0, nothing varying, has spread 0. A cause gets what it adds to
    the causes before it, averaged over all orders of the causes. In the unit of `spread`; divide
    by its last row for shares. Raises RecipeRefused where the number of sets is no power of two,
    NotDefined where nothing varying has a spread.
    """
    numbers = np.asarray(spread, dtype=np.float64)
    causes = len(numbers).bit_length() - 1
    if causes < 1 or len(numbers) != 1 << causes:
        raise RecipeRefused(f"a spread for each of 2**causes sets, found {len(numbers)}")
    if (numbers[0] != 0).any():
        raise NotDefined(f"a spread of 0 where nothing varies, found {np.max(numbers[0])}")
    return np.stack([_average_addition(numbers, cause, causes) for cause in range(causes)])


def _average_addition(spread: Array, cause: int, causes: int) -> Array:
    """What one cause adds to the sets without it, weighted by the orders in which it does so."""
    sets = np.arange(len(spread))
    without = sets[sets >> cause & 1 == 0]
    sizes = np.bitwise_count(without)
    weights = np.array([1.0 / (causes * comb(causes - 1, int(size))) for size in sizes])
    return np.asarray(np.tensordot(weights, spread[without | 1 << cause] - spread[without], axes=1))
