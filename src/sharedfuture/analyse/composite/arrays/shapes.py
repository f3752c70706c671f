"""What the functions on arrays share: the array type, parameters along units, errors with places.

Parameters of a method (bounds, targets, directions) are one number for all indicators or an array
of shape `(indicators,)` or `(..., indicators)`.
"""

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Parameter = float | Array


def along_units(parameter: npt.ArrayLike, values: Array) -> Array:
    """The parameter with an axis for units, so that it meets `values` element by element.

    Raises ValueError where it does not fit the indicators of `values`.
    """
    numbers = np.asarray(parameter, dtype=np.float64)
    if numbers.ndim == 0:
        return numbers
    lengthened = numbers[..., np.newaxis]
    pairs = zip(reversed(lengthened.shape), reversed(values.shape), strict=False)
    if lengthened.ndim > values.ndim or any(own not in (1, there) for own, there in pairs):
        raise ValueError(
            f"a parameter of shape {numbers.shape} does not fit values of shape {values.shape}"
        )
    return lengthened


def lowest(values: Array) -> Array:
    """The lowest present value of each indicator; NaN where all are missing."""
    found: Array = np.asarray(np.fmin.reduce(values, axis=-1))
    return found


def highest(values: Array) -> Array:
    """The highest present value of each indicator; NaN where all are missing."""
    found: Array = np.asarray(np.fmax.reduce(values, axis=-1))
    return found


def span(lower: npt.ArrayLike, upper: npt.ArrayLike) -> Array:
    """upper - lower; infinite, without a warning, where that leaves the floating range."""
    with np.errstate(over="ignore"):
        difference: Array = np.asarray(np.subtract(upper, lower, dtype=np.float64))
    return difference


def refuse(where: npt.ArrayLike, says: str) -> None:
    """Raise NotDefined if any of `where`, of shape (..., indicators), is true.

    The error names the indicators for which it is true in any replicate.
    """
    bad = np.asarray(where, dtype=bool)
    if bad.any():
        raise NotDefined(says, positions_of(bad))


def refuse_without_spread(where: npt.ArrayLike, values: Array, method: str) -> None:
    """As `refuse`, for a method that needs at least two different values."""
    bad = np.asarray(where, dtype=bool)
    if bad.any():
        found = _describe(values.reshape(-1, values.shape[-1])[int(bad.argmax())])
        refuse(bad, f"{method} needs at least two different values, found {found}")


def require_bounds(lower: Parameter, upper: Parameter, method: str) -> tuple[Array, Array]:
    """The bounds as arrays; NotDefined where one is missing or they are not in order."""
    below, above = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    width = span(below, above)
    is_bad = ~(width > 0) | np.isinf(width)
    if is_bad.any():
        at = int(is_bad.argmax())
        pair = [float(bound.ravel()[at]) for bound in np.broadcast_arrays(below, above)]
        refuse(is_bad, f"{method} needs a lower bound below the upper, found {pair[0]}, {pair[1]}")
    return below, above


def require_scale(low: Parameter, high: Parameter) -> tuple[Array, Array]:
    """The ends of a scale of scores as arrays; RecipeRefused where they are not in order."""
    bottom, top = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    width = span(bottom, top)
    if not ((width > 0) & np.isfinite(width)).all():
        raise RecipeRefused(f"scale of scores: expected low below high, found {low} and {high}")
    return bottom, top


def positions_of(where: Booleans) -> tuple[int, ...]:
    """The indicators for which `where`, of shape (..., indicators), is true in any replicate."""
    if where.ndim == 0:
        return (0,) if where else ()
    rows = where.reshape(-1, where.shape[-1])
    return tuple(int(position) for position in np.flatnonzero(rows.any(axis=0)))


def _describe(row: Array) -> str:
    """What stands in an indicator that does not vary, for a message."""
    present = row[~np.isnan(row)]
    if present.size == 0:
        return "none"
    if present.min() < present.max():
        return f"values that lie too far apart, from {present.min()} to {present.max()}"
    return f"{present.size} equal to {present[0]}"
