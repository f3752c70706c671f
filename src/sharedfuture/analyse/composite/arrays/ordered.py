"""Aggregators that look at the order of a unit's values: medians, OWA, the mean-min function.

`values` have shape (..., indicators, units), `weights` (indicators,) or (..., indicators);
results (..., units). Missing values (NaN) are dropped and the weights of the others renormalised;
a unit none of whose weighted indicators is present gets NaN. Indicators of weight zero are left
out. Weights that are no weights raise NotDefined, see `mean.shares_of`.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6; the papers named
at each function.
"""

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.mean import arithmetic_mean, shares_of
from sharedfuture.analyse.composite.arrays.shapes import Array
from sharedfuture.analyse.composite.errors import NotDefined

Counts = npt.NDArray[np.intp]

_ROUNDING = 1e-12


def median(values: Array, weights: Array) -> Array:
    """The plain median: every indicator that has a weight counts once, whatever the weight."""
    values = _weighted_only(values, shares_of(weights, values))
    ascending = np.sort(values, axis=-2)
    count = np.sum(~np.isnan(values), axis=-2)
    lower = _at(ascending, np.maximum(count - 1, 0) // 2)
    return _between(lower, _at(ascending, count // 2), 0.5)


def weighted_median(values: Array, weights: Array) -> Array:
    """The weighted median: no more than half of the weight lies below it, nor above.

    Where two values qualify, their mean (Edgeworth 1888). With equal weights it is the plain
    median. Raising a value never lowers it.
    """
    ascending, shares = _ascending(values, weights)
    reached = np.cumsum(shares, axis=-2)
    lower = _at(ascending, np.sum(reached < 0.5 - _ROUNDING, axis=-2))
    upper = _at(ascending, np.sum(reached <= 0.5 + _ROUNDING, axis=-2))
    return _between(lower, upper, 0.5)


def interpolated_median(values: Array, weights: Array) -> Array:
    """The weighted median by linear interpolation, as `matrixStats::weightedMedian` (R).

    Each value stands at the middle of its weight; the result is read where half of the weight is
    reached. With equal weights it is the plain median. Known defects of the definition: with
    unequal weights raising a value can lower the result, and it jumps where two values meet (of
    equal values the lighter is taken first, so that the order of the indicators does not matter).
    `weighted_median` has neither.

    Source: Bengtsson, matrixStats 0.63 (2022), `weightedMedian` with `interpolate = TRUE`.
    """
    ascending, shares = _ascending(values, weights)
    middles = np.cumsum(shares, axis=-2) - 0.5 * shares
    held = np.sum(shares > 0.0, axis=-2)
    above = np.clip(np.sum(middles < 0.5, axis=-2), 0, np.maximum(held - 1, 0))
    below = np.maximum(above - 1, 0)
    start, width = _at(middles, below), _at(middles, above) - _at(middles, below)
    part = np.divide(0.5 - start, width, out=np.zeros_like(start), where=width > 0.0)
    return _between(_at(ascending, below), _at(ascending, above), np.clip(part, 0.0, 1.0))


def ordered_weighted_average(values: Array, weights: Array, *, position_weights: Array) -> Array:
    """OWA with the indicators' own weights: `position_weights` go from best to worst value.

    Equal weights and nothing missing: the ordered weighted average of Yager (1988). Equal
    position weights: the weighted arithmetic mean. In general Torra's WOWA (1997): the share of a
    value is what the piecewise linear curve through the cumulative position weights gains over
    its own weight. The same curve serves a unit with fewer values, and an indicator of weight zero
    has no share in it.

    Raises NotDefined where there is not one position weight for each indicator, or where they
    are no weights.

    Sources: Yager, IEEE Transactions on Systems, Man and Cybernetics 18 (1988) 183-190; Torra,
    International Journal of Intelligent Systems 12 (1997) 153-166.
    """
    curve = np.concatenate([[0.0], np.cumsum(_position_shares(position_weights))])
    curve[-1] = 1.0
    if curve.size != values.shape[-2] + 1:
        raise NotDefined(
            f"the ordered average needs {values.shape[-2]} position weights, found {curve.size - 1}"
        )
    ascending, shares = _ascending(values, weights)
    # weight of the value and of all better ones, and of the better ones alone
    reached = np.minimum(np.cumsum(shares[..., ::-1, :], axis=-2)[..., ::-1, :], 1.0)
    before = np.concatenate([reached[..., 1:, :], np.zeros_like(reached[..., :1, :])], axis=-2)
    grid = np.linspace(0.0, 1.0, curve.size)
    gained = np.interp(reached, grid, curve) - np.interp(before, grid, curve)
    total: Array = np.sum(gained, axis=-2)
    mixed: Array = np.sum(gained * np.where(shares > 0.0, ascending, 0.0), axis=-2)
    average: Array = np.divide(mixed, total, out=np.full_like(mixed, np.nan), where=total > 0.0)
    return average


def quantifier_weights(count: int, *, exponent: float) -> Array:
    """Position weights of the quantifier Q(r) = r^exponent for `count` positions, best first.

    Exponent 1 weighs all positions alike; a larger one asks for "most" and leans to the worst
    values, a smaller one asks for "some" and leans to the best.

    Raises NotDefined for an exponent that is not positive and finite, and without a position.
    Source: Yager, International Journal of Intelligent Systems 11 (1996) 49-73.
    """
    if count < 1 or not (np.isfinite(exponent) and exponent > 0.0):
        raise NotDefined(
            "a quantifier needs at least one position and an exponent above 0, "
            f"found {count} and {exponent}"
        )
    gains: Array = np.diff(np.linspace(0.0, 1.0, count + 1) ** exponent)
    return gains


def orness(position_weights: Array) -> float:
    """How near position weights (best first) come to the maximum: 1 maximum, 0.5 mean, 0 minimum.

    Raises NotDefined with fewer than two positions, where it has no meaning. Source: Yager 1988.
    """
    shares = _position_shares(position_weights)
    if shares.size < 2:
        raise NotDefined(f"orness needs at least two positions, found {shares.size}")
    return float(shares @ np.linspace(1.0, 0.0, shares.size))


def mean_min(values: Array, weights: Array, *, penalty: float, complementarity: float) -> Array:
    """Mean-min function: the weighted mean, brought down towards the unit's smallest value.

    M - penalty (sqrt((M - smallest)^2 + complementarity^2) - complementarity), for values on one
    common scale. `penalty` (0 to 1): 0 is the mean; 1 with complementarity 0 is the minimum.
    `complementarity` (at least 0, in units of the values): the larger, the less a small imbalance
    costs.

    Raises NotDefined for a parameter out of its range. Source: Casadio Tarabusi and Guarini,
    Social Indicators Research 112 (2013) 19-45.
    """
    if not (0.0 <= penalty <= 1.0 and 0.0 <= complementarity < np.inf):
        raise NotDefined(
            "the mean-min function needs a penalty from 0 to 1 and a complementarity of at least "
            f"0, found {penalty} and {complementarity}"
        )
    mean = arithmetic_mean(values, weights)
    smallest = np.fmin.reduce(_weighted_only(values, shares_of(weights, values)), axis=-2)
    distance = mean - smallest
    # the root less the complementarity, without taking one large number from another
    reach = np.hypot(distance, complementarity) + complementarity
    cost = np.divide(distance**2, reach, out=np.zeros_like(reach), where=reach != 0.0)
    result: Array = mean - penalty * cost
    return result


def _weighted_only(values: Array, shares: Array) -> Array:
    """The values, with those of indicators without weight missing; leading axes broadcast."""
    return np.where((shares > 0.0)[..., None], values, np.nan)


def _ascending(values: Array, weights: Array) -> tuple[Array, Array]:
    """Values in ascending order, missing last, with the shares of what is present."""
    shares = shares_of(weights, values)
    values = _weighted_only(values, shares)
    shares = np.where(np.isnan(values), 0.0, shares[..., None])
    order = np.lexsort((shares, values), axis=-2)
    shares = np.take_along_axis(shares, order, axis=-2)
    total = np.sum(shares, axis=-2, keepdims=True)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0.0)
    return np.take_along_axis(values, order, axis=-2), shares


def _at(ordered: Array, position: Counts) -> Array:
    """The entry at a position along the indicators, for each unit; the last where there is none."""
    position = np.minimum(position, ordered.shape[-2] - 1)
    return np.take_along_axis(ordered, position[..., None, :], axis=-2)[..., 0, :]


def _between(lower: Array, upper: Array, part: Array | float) -> Array:
    """A point between two values; exactly the value where they are equal."""
    result: Array = lower + (upper - lower) * part
    return result


def _position_shares(position_weights: Array) -> Array:
    if position_weights.ndim != 1:
        raise NotDefined(f"position weights are one vector, found shape {position_weights.shape}")
    return shares_of(position_weights, position_weights[:, None])
