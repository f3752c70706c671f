"""Places of units among the units of the same indicator, with ties as declared."""

from enum import Enum

import numpy as np
import numpy.typing as npt

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
    order = np.argsort(rows, axis=-1)  # missing values come last
    order += np.arange(len(rows))[:, np.newaxis] * unit_count
    ordered = rows.ravel()[order]
    ranks = np.empty(rows.size)
    ranks[order] = _places(ordered, ties)
    if np.isnan(ordered[:, -1:]).any():
        ranks[np.isnan(rows.ravel())] = np.nan
    return ranks.reshape(values.shape)


def _places(ordered: Array, ties: Ties) -> Array:
    """Places of sorted rows, from 1."""
    counting = np.arange(1.0, ordered.shape[-1] + 1)
    is_new = ordered[:, 1:] != ordered[:, :-1]
    if is_new.all():
        return np.broadcast_to(counting, ordered.shape)
    if ties is Ties.DENSE:
        return np.cumsum(_with_first(is_new), axis=-1, dtype=np.float64)
    if ties is Ties.MIN:
        return _first_places(is_new, counting)
    if ties is Ties.MAX:
        return _last_places(is_new, counting)
    return (_first_places(is_new, counting) + _last_places(is_new, counting)) / 2


def _with_first(is_new: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether each place differs from the one before it, true for the first of all."""
    return np.concatenate([np.ones((len(is_new), 1), dtype=bool), is_new], axis=-1)


def _first_places(is_new: npt.NDArray[np.bool_], counting: Array) -> Array:
    """The first place of each run of equal values."""
    first: Array = np.maximum.accumulate(np.where(_with_first(is_new), counting, 1.0), axis=-1)
    return first


def _last_places(is_new: npt.NDArray[np.bool_], counting: Array) -> Array:
    """The last place of each run of equal values: the first one seen from the other end."""
    last: Array = (counting[-1] + 1 - _first_places(is_new[:, ::-1], counting))[:, ::-1]
    return last
