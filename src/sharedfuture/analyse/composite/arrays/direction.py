"""Direction: which end of an indicator is the better one.

Values of indicators of which less is better are multiplied by -1 before they are normalised, so
that every normaliser may take more as better. Bounds and targets on the original scale must be
turned with them.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, Parameter, along_units, refuse


def directed(values: Array, direction: Parameter) -> Array:
    """The values turned so that more is better; applied twice it gives them back.

    `direction` is +1 or -1, one for all or one for each indicator. Raises NotDefined naming the
    indicators that have anything else: a forgotten direction would invert a ranking.
    """
    turned: Array = values * along_units(_require_signs(direction), values)
    return turned


def directed_target(target: Parameter, direction: Parameter) -> Array:
    """A target on the original scale, as it stands among directed values."""
    return np.asarray(target, dtype=np.float64) * _require_signs(direction)


def directed_bounds(
    lower: Parameter, upper: Parameter, direction: Parameter
) -> tuple[Array, Array]:
    """Bounds on the original scale, as they stand among directed values: -1 swaps them."""
    signs = _require_signs(direction)
    below, above = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    return (
        np.where(signs > 0, below, -above),
        np.where(signs > 0, above, -below),
    )


def _require_signs(direction: Parameter) -> Array:
    signs = np.asarray(direction, dtype=np.float64)
    is_wrong = np.abs(signs) != 1.0
    found = signs.ravel()[int(is_wrong.argmax())] if signs.size else np.nan
    refuse(is_wrong, f"direction must be 1 or -1, found {found}")
    return signs
