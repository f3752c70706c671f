"""How near a country is to the corner of most technology and least democracy.

Every function takes points (one row) or draws (one row a draw): countries are the last axis.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.ranks import average_ranks
from sharedfuture.analyse.spectrum.points import DEMOCRACY_RANGE, Numbers


def full_range_distance(tech: Numbers, democracy: Numbers) -> Numbers:
    """Both axes over their full possible range, 0 to 1; distance 0 to 1.41."""
    distance: Numbers = np.hypot(1.0 - tech, democracy / DEMOCRACY_RANGE)
    return distance


def observed_range_distance(tech: Numbers, democracy: Numbers) -> Numbers:
    """Both axes from the least to the greatest value observed."""
    distance: Numbers = np.hypot(1.0 - _stretch(tech), _stretch(democracy))
    return distance


def standardised_distance(tech: Numbers, democracy: Numbers) -> Numbers:
    """To the corner of the full range, in standard deviations of the countries."""
    distance: Numbers = np.hypot((1.0 - tech) / _deviation(tech), democracy / _deviation(democracy))
    return distance


def rank_distance(tech: Numbers, democracy: Numbers) -> Numbers:
    """Both axes as ranks, 0 for the most technology and for the least democracy."""
    span = max(tech.shape[-1] - 1, 1)
    distance: Numbers = np.hypot(average_ranks(-tech) - 1, average_ranks(democracy) - 1) / span
    return distance


SCALINGS: Mapping[str, Callable[[Numbers, Numbers], Numbers]] = {
    "full-range": full_range_distance,
    "observed-range": observed_range_distance,
    "standardised": standardised_distance,
    "ranks": rank_distance,
}


def is_undominated(tech: Numbers, democracy: Numbers) -> NDArray[np.bool_]:
    """Whether no other point has as much technology and as little democracy, and one better."""
    as_near = (tech[:, None] >= tech) & (democracy[:, None] <= democracy)
    nearer = (tech[:, None] > tech) | (democracy[:, None] < democracy)
    undominated: NDArray[np.bool_] = np.logical_not((as_near & nearer).any(axis=0))
    return undominated


def nearest_shares(tech: Numbers, democracy: Numbers, *, weights: int) -> Numbers:
    """Share of the weights of technology, 0 to 1 in equal steps, at which each point is nearest.

    The squared distance is weight * (1 - tech)^2 + (1 - weight) * (democracy / 10)^2; points
    that are equally near share the weight.
    """
    weight = np.linspace(0.0, 1.0, weights)[:, None]
    squared = weight * (1.0 - tech) ** 2 + (1.0 - weight) * (democracy / DEMOCRACY_RANGE) ** 2
    nearest = squared == squared.min(axis=1, keepdims=True)
    shares: Numbers = (nearest / nearest.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _stretch(values: Numbers) -> Numbers:
    least = values.min(axis=-1, keepdims=True)
    span = values.max(axis=-1, keepdims=True) - least
    stretched: Numbers = (values - least) / np.where(span > 0, span, 1.0)
    return stretched


def _deviation(values: Numbers) -> Numbers:
    deviation: Numbers = values.std(axis=-1, keepdims=True)
    return np.where(deviation > 0, deviation, 1.0)
