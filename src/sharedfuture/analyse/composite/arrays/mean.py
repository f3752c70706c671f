"""Weighted means over indicators: arithmetic, geometric, harmonic and power mean.

`values` have shape (..., indicators, units); `weights` have shape (indicators,), or
(..., indicators) with the same leading axes, and need not sum to one. Results have shape
(..., units). Leading axes broadcast as NumPy's do, so that 1,000 sets of weights can meet one
table of values, whose logarithms are then taken once. A whole level of groups is one call too:
weights of shape (groups, indicators), zero outside the group, give scores (groups, units).

Missing values (NaN) are dropped and the weights of the others renormalised, unit by unit, in
every mean, the power mean included. A unit none of whose weighted indicators is present gets NaN;
`missing` holds the policies that are stricter. A missing value changes no other unit's score. An
indicator of weight zero is left out altogether, so its values may be anything.

Units with equal values get equal scores to the last bit, wherever they stand in the table, so
that ties stay ties when scores are ranked. That is why the sums are `einsum` and not `matmul`:
the kernels of a BLAS add up the columns at the edge of a block in another order.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6 (additive and
geometric aggregation, compensability); Bullen, Handbook of Means and Their Inequalities (2003),
chapter III (power means and their monotonicity in the exponent).
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import NotDefined


def arithmetic_mean(values: Array, weights: Array) -> Array:
    """Weighted arithmetic mean: full compensation between indicators; values of any sign.

    Raises NotDefined for weights that are no weights (see `shares_of`).
    """
    return _mean(values, shares_of(weights, values))


def geometric_mean(values: Array, weights: Array) -> Array:
    """Weighted geometric mean: compensation that becomes dearer the lower the value.

    Raises NotDefined where a weighted value is not above zero, with the indicators' positions.
    """
    shares = shares_of(weights, values)
    values = _require_positive(values, shares, "the geometric mean")
    result: Array = np.exp(_mean(np.log(values), shares))
    return result


def harmonic_mean(values: Array, weights: Array) -> Array:
    """Weighted harmonic mean: the least compensatory of the three classical means.

    Raises NotDefined where a weighted value is not above zero, with the indicators' positions.
    """
    shares = shares_of(weights, values)
    values = _require_positive(values, shares, "the harmonic mean")
    result: Array = 1.0 / _mean(1.0 / values, shares)
    return result


def power_mean(values: Array, weights: Array, *, exponent: float) -> Array:
    """Weighted power (generalised) mean: (sum of shares times value^exponent)^(1/exponent).

    Exponent 1 is the arithmetic mean (values of any sign), 0 the geometric, -1 the harmonic mean;
    the larger the exponent, the larger the result. Values are scaled by the unit's largest (or,
    for a negative exponent, smallest) value, so large exponents do not overflow and exponents
    close to zero keep their digits.

    Raises NotDefined for an exponent that is not finite; for a negative value, with the
    indicators' positions; and for a value of zero under a negative exponent.
    """
    if not np.isfinite(exponent):
        raise NotDefined(f"the power mean needs a finite exponent, found {exponent}")
    if exponent == 0.0:
        return geometric_mean(values, weights)
    if exponent == 1.0:
        return arithmetic_mean(values, weights)
    shares = shares_of(weights, values)
    values = _without_weightless(values, shares)
    if exponent < 0.0:
        _require_positive(values, shares, f"the power mean with exponent {exponent:g}")
    else:
        _require_no_negative(values, f"the power mean with exponent {exponent:g}")
    return _power_mean(values, shares, exponent)


def shares_of(weights: Array, values: Array) -> Array:
    """Weights as shares: each set of weights (last axis) divided by its sum.

    Raises NotDefined where the number of weights differs from the number of indicators; for a
    weight that is missing, infinite or negative, with its position; and where all are zero.
    """
    if values.ndim < 2 or weights.ndim < 1 or weights.shape[-1] != values.shape[-2]:
        raise NotDefined(
            "aggregation needs values of indicators by units and one weight for each indicator, "
            f"found values of shape {values.shape} and weights of shape {weights.shape}"
        )
    if weights.shape[-1] == 0:
        raise NotDefined("aggregation needs at least one indicator, found none")
    wrong = ~np.isfinite(weights) | (weights < 0.0)
    if wrong.any():
        refuse(wrong, f"weights must be finite and not negative, found {weights[wrong][0]}")
    largest = weights.max(axis=-1, keepdims=True)
    if not largest.all():
        raise NotDefined("weights must not sum to zero, found all of them zero")
    scaled = weights / largest
    shares: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def _mean(values: Array, shares: Array) -> Array:
    """Mean by shares; where a present sum is missing, over what is present."""
    result = _sum(shares, values)
    gone = np.isnan(result)
    if not gone.any():
        return result
    units = np.flatnonzero(gone.any(axis=tuple(range(gone.ndim - 1))))
    some = values.take(units, axis=-1)
    present = ~np.isnan(some)
    total = _sum(shares, np.where(present, some, 0.0))
    weight = _sum(shares, present.astype(np.float64))
    renormalised = np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0.0)
    result[..., units] = np.where(gone[..., units], renormalised, result[..., units])
    return result


def _sum(shares: Array, values: Array) -> Array:
    result: Array = np.einsum("...i,...iu->...u", shares, values)
    return result


def _power_mean(values: Array, shares: Array, exponent: float) -> Array:
    """Power mean of values that are not negative, and positive for a negative exponent."""
    scale = (np.fmax if exponent > 0.0 else np.fmin).reduce(values, axis=-2)
    nothing = scale == 0.0
    logs = np.log(values, out=np.full_like(values, -np.inf), where=values != 0.0)
    logs -= np.log(np.where(nothing, 1.0, scale))[..., None, :]
    # value^exponent - 1 and its inverse, without losing digits where the exponent is small
    excess = np.where(nothing, 0.0, _mean(np.expm1(exponent * logs), shares))
    result: Array = scale * np.exp(np.log1p(excess) / exponent)
    return result


def _without_weightless(values: Array, shares: Array) -> Array:
    """The values, with those of an indicator of weight zero missing."""
    weighted = shares > 0.0
    return values if weighted.all() else np.where(weighted[..., None], values, np.nan)


def _require_positive(values: Array, shares: Array, method: str) -> Array:
    """The values, all above zero: one stands in for those that have no weight."""
    low = values <= 0.0
    if not low.any():
        return values
    offending = low & (shares > 0.0)[..., None]
    if offending.any():
        found = np.broadcast_to(values, offending.shape)[offending]
        refuse(
            offending.any(axis=-1),
            f"{method} needs values above 0, found {found.size} at or below it, "
            f"the smallest {found.min()}",
        )
    return np.where(low, 1.0, values)


def _require_no_negative(values: Array, method: str) -> None:
    offending = values < 0.0
    if offending.any():
        refuse(
            offending.any(axis=-1),
            f"{method} needs values of at least 0, found {int(offending.sum())} below it, "
            f"the smallest {values[offending].min()}",
        )
