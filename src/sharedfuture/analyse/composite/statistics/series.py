"""Series: rows of values over units, and what most statistics ask of them first."""

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.shapes import (
    Array,
    Booleans,
    highest,
    lowest,
    positions_of,
    refuse_without_spread,
)
from sharedfuture.analyse.composite.errors import NotDefined

Positions = npt.NDArray[np.intp]


def varies(values: Array) -> Booleans:
    """Whether each series, along the last axis, has two different values; missing are left out."""
    found: Booleans = np.asarray(highest(values) > lowest(values))
    return found


def require_varying(values: Array, method: str) -> None:
    """Raise NotDefined unless every series, along the last axis, has two different values.

    Missing values are left out. The positions are those of the axis before the last.
    """
    refuse_without_spread(~varies(values), values, method)


def take_complete_units(values: Array, *, least: int) -> Array:
    """The units that lack nothing, shape (indicators, units left).

    Raises NotDefined where fewer than `least` units are left; its positions are the indicators
    that lack a value.
    """
    missing = np.isnan(values)
    complete = values[:, ~missing.any(axis=0)]
    if complete.shape[1] < least:
        raise NotDefined(
            f"at least {least} units without a missing value were expected, "
            f"found {complete.shape[1]} of {values.shape[1]}",
            positions_of(np.asarray(missing.any(axis=1))),
        )
    return complete
