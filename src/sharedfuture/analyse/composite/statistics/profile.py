"""One unit among the others: its ranks, where it is strong, where it is weak.

Ranks are 1 for the highest score and ties share the best place, as everywhere in results.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans
from sharedfuture.analyse.composite.statistics.series import Positions


@dataclass(frozen=True, slots=True)
class Standing:
    """Indicators by position, and the unit's rank in each, both of shape (listed,)."""

    positions: Positions
    ranks: Array


def rank_within_groups(values: Array, groups: Sequence[int]) -> Array:
    """Rank of each unit among the units of its group, shape as `values` (..., units).

    `groups` has one number for each unit. Missing values get no rank (NaN) and take no place.
    """
    group = np.asarray(groups)
    ranks = np.empty(values.shape)
    for one in np.unique(group):
        ranks[..., group == one] = rank(values[..., group == one])
    return ranks


def order_units(scores: Array) -> Positions:
    """Positions of the units by falling score, shape (units,); ties keep their order.

    Units without a score come last.
    """
    order: Positions = np.argsort(-scores, kind="stable")
    return order


def find_strengths(values: Array, unit: int, *, count: int) -> Standing:
    """The indicators in which the unit ranks best, at most `count`, the best first.

    Values must point the same way: higher is better. An indicator in which the unit shares the
    last place is no strength, however many share it; one that is missing for the unit is left
    out. Ties keep the order of the indicators.
    """
    own, is_last = _ranks_of(values, unit)
    candidates = np.flatnonzero(~np.isnan(own) & ~is_last)
    listed = candidates[np.argsort(own[candidates], kind="stable")][:count]
    return Standing(listed, own[listed])


def find_weaknesses(values: Array, unit: int, *, count: int) -> Standing:
    """The indicators in which the unit ranks worst, at most `count`, the worst last.

    Values must point the same way: higher is better. An indicator in which the unit shares the
    first place is no weakness; one that is missing for the unit is left out. Of ties the later
    indicators count as worse, so that the end of the list of all ranks is taken.
    """
    own, _ = _ranks_of(values, unit)
    candidates = np.flatnonzero(~np.isnan(own) & (own > 1))
    ordered = candidates[np.argsort(own[candidates], kind="stable")]
    listed = ordered[max(len(ordered) - count, 0) :]
    return Standing(listed, own[listed])


def _ranks_of(values: Array, unit: int) -> tuple[Array, Booleans]:
    """The unit's rank in each indicator, and where no other unit has a worse one."""
    ranks = rank(values)
    own = ranks[:, unit]
    present = np.where(np.isnan(ranks), -np.inf, ranks)
    is_last: Booleans = own == present.max(axis=1)
    return own, is_last
