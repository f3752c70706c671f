"""Normalisation against something given: a reference unit, a target, a band, goalposts.

OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5 and its technical part,
distance to a reference; goalposts as in the UNDP's Human Development Index (technical notes). All
work along the last axis, keep missing values missing and take more as better, except inside
`two_sided_target`; direction is applied before, to values, targets and bounds alike
(`direction`). Distances are shares: 1 is the reference, 0 the lowest value present.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.normalise import minmax, scaled
from sharedfuture.analyse.composite.arrays.shapes import (
    Array,
    Parameter,
    along_units,
    highest,
    lowest,
    refuse,
    require_scale,
    span,
)


def distance_to_maximum(values: Array) -> Array:
    """1 - (highest - x) / (highest - lowest): 1 for the best unit, 0 for the lowest.

    Raises NotDefined where an indicator has no two different values.
    """
    return minmax(values, low=0.0, high=1.0)


def distance_to_reference(values: Array, *, unit: int) -> Array:
    """1 - (reference - x) / (reference - lowest): 1 for the reference unit, above it above 1.

    `unit` is the position of the reference unit along the last axis. Raises NotDefined where its
    value is missing or is the lowest; IndexError where there is no such unit.
    """
    reference = np.asarray(values[..., unit])
    refuse(np.isnan(reference), "distance_to_reference needs a value of the reference unit")
    return _share(values, reference, "distance_to_reference")


def distance_to_target(values: Array, *, target: Parameter) -> Array:
    """(x - lowest) / (target - lowest): 1 at the target, above 1 beyond it.

    The target stands on the directed scale. Raises NotDefined where it is missing or not above
    the lowest value (COINr warns and gives negative scores; see also `one_sided_target`).
    """
    aim = np.broadcast_to(np.asarray(target, dtype=np.float64), values.shape[:-1])
    refuse(np.isnan(aim), "distance_to_target needs a target, found none")
    return _share(values, aim, "distance_to_target")


def capped(scores: Array, *, most: Parameter = 1.0) -> Array:
    """No score above `most`: what lies beyond the reference or the target earns nothing more."""
    limited: Array = np.minimum(scores, along_units(most, scores))
    return limited


def goalposts(
    values: Array,
    *,
    lower: Parameter,
    upper: Parameter,
    low: Parameter = 0.0,
    high: Parameter = 100.0,
) -> Array:
    """Rescaled between fixed goalposts; what lies outside them gets `low` or `high`.

    `normalise.scaled` is the same without the cut. Raises NotDefined where a goalpost is missing
    or the lower one is not below the upper one.
    """
    scores = scaled(values, lower=lower, upper=upper, low=low, high=high)
    cut: Array = np.clip(scores, along_units(low, values), along_units(high, values))
    return cut


def one_sided_target(
    values: Array,
    *,
    target: Parameter,
    farthest: Parameter | None = None,
    low: Parameter = 0.0,
    high: Parameter = 100.0,
) -> Array:
    """`high` at or above the target; below it the score falls evenly with the shortfall.

    A shortfall of `farthest` or more gets `low`; None stands for the largest shortfall found, so
    that with two or more units the worst gets `low`. Where no unit falls short, all get `high`.
    Raises NotDefined where the target is missing or `farthest` is not above 0.
    """
    aim = np.asarray(target, dtype=np.float64)
    refuse(np.isnan(aim), "one_sided_target needs a target, found none")
    shortfall = np.maximum(along_units(aim, values) - values, 0.0)
    return _falling(shortfall, farthest, low, high, "one_sided_target")


def two_sided_target(
    values: Array,
    *,
    lower: Parameter,
    upper: Parameter,
    farthest: Parameter | None = None,
    low: Parameter = 0.0,
    high: Parameter = 100.0,
) -> Array:
    """`high` inside the band from `lower` to `upper`; outside the score falls on both sides.

    Equal bounds make the band one target value. A distance of `farthest` or more from the band
    gets `low`; None stands for the largest distance found on either side. Where all units lie
    inside, all get `high`. More is not better here, and direction makes no difference. Raises
    NotDefined where a bound is missing, `lower` is above `upper`, or `farthest` is not above 0.
    """
    below, above = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    refuse(~(below <= above), "two_sided_target needs a lower bound not above the upper")
    outside = np.maximum(along_units(below, values) - values, values - along_units(above, values))
    return _falling(np.maximum(outside, 0.0), farthest, low, high, "two_sided_target")


def _share(values: Array, reference: Array, method: str) -> Array:
    """How far each value has come from the lowest one to the reference."""
    low = lowest(values)
    width = span(low, reference)
    is_bad = ~(width > 0) | np.isinf(width)
    if is_bad.any():
        at = int(is_bad.argmax())
        found = f"{reference.ravel()[at]} with a lowest value of {low.ravel()[at]}"
        refuse(is_bad, f"{method} needs a reference above the lowest value, found {found}")
    share: Array = (values - low[..., np.newaxis]) / width[..., np.newaxis]
    return share


def _falling(
    distance: Array, farthest: Parameter | None, low: Parameter, high: Parameter, method: str
) -> Array:
    """From `high` at distance 0 evenly down to `low` at the farthest."""
    bottom, top = require_scale(low, high)
    if farthest is None:
        found = highest(distance)
        worst = np.where(found > 0, found, 1.0)
    else:
        worst = np.asarray(farthest, dtype=np.float64)
        refuse(~(worst > 0), f"{method} needs a farthest distance above 0, found {farthest}")
    nearness = 1.0 - np.minimum(distance / along_units(worst, distance), 1.0)
    scores: Array = along_units(bottom, distance) + along_units(top - bottom, distance) * nearness
    return scores
