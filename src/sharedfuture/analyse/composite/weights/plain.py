"""Equal and given weights, the normalisation of any weights, and weights group by group.

Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 6.
"""

from collections.abc import Callable, Sequence

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import NotDefined

# Takes the values of one group, shape (indicators, units), and gives their weights.
Weigh = Callable[[Array], Array]


def equal_weights(indicator_count: int) -> Array:
    """The same weight for each of at least one indicator."""
    if indicator_count < 1:
        raise NotDefined(f"at least one indicator was expected, found {indicator_count}")
    return np.full(indicator_count, 1 / indicator_count)


def given_weights(weights: Array) -> Array:
    """The given weights, shape (..., indicators), divided by their sum.

    Leading axes are replicates. Raises NotDefined where a weight is missing or negative, and
    where all weights of a replicate are zero.
    """
    refuse(~(weights >= 0), "a weight of zero or more was expected")
    largest = weights.max(axis=-1, keepdims=True, initial=0.0)
    refuse(np.broadcast_to(largest == 0, weights.shape), "weights that sum to more than zero")
    within_range = weights / largest
    normalised: Array = within_range / within_range.sum(axis=-1, keepdims=True)
    return normalised


def weigh_by_group(values: Array, groups: Sequence[int], weigh: Weigh) -> Array:
    """Weights of each indicator within its group, shape (indicators,); each group sums to 1.

    `groups` has one number for each indicator, siblings the same. What `weigh` raises as
    NotDefined is raised with positions among all indicators.
    """
    group = np.asarray(groups)
    weights = np.empty(len(group))
    for one in np.unique(group):
        members = np.flatnonzero(group == one)
        try:
            weights[members] = weigh(values[members])
        except NotDefined as error:
            positions = [int(members[at]) for at in error.positions]
            raise NotDefined(error.says, positions or members.tolist()) from error
    return weights
