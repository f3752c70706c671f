"""Places of units among the units of the same indicator, with ties as declared."""

from enum import Enum

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array


class Ties(Enum):
    """The place that units with equal values share."""

    MIN = "min"  # the best of their places, as in sport: 1, 2, 2, 4
    MAX = "max"  # the last of their places: 1, 3, 3, 4
    AVERAGE = "average"  # the mean of their places: 1, 2.5, 2.5, 4
    DENSE = "dense"  # one place, and no gap after it: 1, 2, 2, 3


def rank(values: Array, *, ties: Ties = Ties.MIN) -> Array:
    """Rank of each unit, 1 for the highest value: the form of results, shape as `values`.

    Missing values get no rank (NaN) and take no place. Only equal numbers tie.
    """
    return rank_ascending(-values, ties=ties)


def rank_ascending(values: Array, *, ties: Ties = Ties.MIN) -> Array:
    """Rank of each unit, 1 for the lowest value: the form used as a normalised score.

    Missing values get no rank (NaN) and take no place. Only equal numbers tie.
    """
    unit_count = values.shape[-1]
    if not unit_count:
        return values.copy()
    rows = values.reshape(-1, unit_count)
    missing = np.isnan(rows)
    if missing.any():  # they come last, and sorting is quick without NaN
        rows = np.where(missing, np.inf, rows)
    order = np.argsort(rows, axis=-1)
    order += np.arange(len(rows))[:, np.newaxis] * unit_count
    ranks = np.empty(rows.shape)
    ranks.ravel()[order] = _places(rows.ravel()[order], ties)
    ranks[missing] = np.nan
    return ranks.reshape(values.shape)


def _places(ordered: Array, ties: Ties) -> Array:
    """Places of sorted rows, from 1."""
    unit_count = ordered.shape[-1]
    is_new = np.ones(ordered.shape, dtype=np.bool_)
    is_new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    if is_new.all():
        return np.broadcast_to(np.arange(1.0, unit_count + 1), ordered.shape)
    if ties is Ties.DENSE:
        return np.cumsum(is_new, axis=-1, dtype=np.float64)
    starts = np.flatnonzero(is_new)  # of the runs of equal values, none of which leaves its row
    lengths = np.diff(starts, append=is_new.size)
    first = starts % unit_count + 1.0
    shared = {
        Ties.MIN: first,
        Ties.MAX: first + (lengths - 1),
        Ties.AVERAGE: first + (lengths - 1) / 2,
    }
    return np.repeat(shared[ties], lengths).reshape(ordered.shape)
