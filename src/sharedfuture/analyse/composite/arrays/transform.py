"""Transformations that draw in a long tail: the logarithms of the field, and Box-Cox.

Each works on every indicator alone, keeps its shape and its missing values, and keeps the order
of the units. They are meant for indicators that winsorising does not bring within limits
(OECD/JRC Handbook on Constructing Composite Indicators, 2008, step 3 and its technical part).
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.moments import skewness
from sharedfuture.analyse.composite.arrays.shapes import (
    Array,
    Parameter,
    along_units,
    highest,
    lowest,
    refuse,
    refuse_without_spread,
    span,
)

_OFFSET_SHARE = 0.01  # of the range: as in the COIN Tool's and COINr's logarithm
_STEPS = 40  # of the golden-section search: they leave 1e-8 of a step of the grid


def log_offset(values: Array) -> Array:
    """ln(x - lowest + 0.01 range): the same for every unit of measurement, up to a constant.

    COINr calls it `log_CT`. Raises NotDefined where all values are equal or missing.
    """
    low = lowest(values)
    offset = _require_offset(low, highest(values), values, "log_offset")
    logarithm: Array = np.log(values - low[..., np.newaxis] + offset)
    return logarithm


def log_plain_offset(values: Array) -> Array:
    """ln(x - lowest + 1): how strongly it bends depends on the unit of measurement.

    The logarithm of the JRC's COIN Tool (User Guide, 2019); COINr calls it `log_CT_orig`. Equal
    values all give 0.
    """
    logarithm: Array = np.log(_from_one(values, "log_plain_offset"))
    return logarithm


def log_towards_normal(values: Array) -> Array:
    """`log_offset` where the long tail is high; where it is low, its mirror image.

    The mirror image is -ln(highest + 0.01 range - x), which draws in the low side. COINr calls it
    `log_CT_plus`; as there, an indicator without skewness (or with fewer than 3 values) is taken
    as one with a low tail. Raises NotDefined where all values are equal or missing.
    """
    low, high = lowest(values), highest(values)
    offset = _require_offset(low, high, values, "log_towards_normal")
    is_high = (skewness(values) > 0)[..., np.newaxis]
    inwards = np.where(is_high, values - low[..., np.newaxis], high[..., np.newaxis] - values)
    logarithm: Array = np.log(inwards + offset)
    return np.where(is_high, logarithm, -logarithm)


def log_to_maximum(values: Array, *, factor: Parameter = 1.0) -> Array:
    """ln((highest * factor - 1) (x - lowest) / (highest - lowest) + 1): the GII's logarithm.

    The Global Innovation Index (appendix on methodology, treatment of series with outliers)
    stretches an indicator to run from 1 to its maximum times a factor, a power of ten chosen so
    that this exceeds 1, and takes the logarithm. How strongly it bends depends on the unit of
    measurement. This is the GII's form for indicators of which more is better; here direction is
    applied later, at normalisation. COINr's `log_GII` has no factor and returns its input.

    Raises NotDefined where all values are equal or missing, or where highest * factor is not
    above 1: the logarithm would reverse the order of the units or not exist.
    """
    low, high = lowest(values), highest(values)
    width = span(low, high)
    refuse_without_spread(~(width > 0) | np.isinf(width), values, "log_to_maximum")
    with np.errstate(over="ignore"):
        top = np.asarray(high * np.asarray(factor, dtype=np.float64))
    refuse(
        ~(top > 1.0) | np.isinf(top),
        f"log_to_maximum needs a maximum times factor above 1, found {top.min()}",
    )
    share = (values - low[..., np.newaxis]) / width[..., np.newaxis]
    logarithm: Array = np.log1p((top - 1.0)[..., np.newaxis] * share)
    return logarithm


def box_cox(values: Array, exponent: Parameter) -> Array:
    """((x - lowest + 1) ** exponent - 1) / exponent; with exponent 0 its limit, the logarithm.

    Box and Cox, "An analysis of transformations", JRSS B 26 (1964), 211-252, after the shift that
    the COIN Tool and COINr make. Exponent 1 leaves the shape as it is, below 1 draws in a high
    tail, above 1 a low one. Equal values all give 0. Raises NotDefined where the power leaves the
    floating range.
    """
    logarithms = np.log(_from_one(values, "box_cox"))
    with np.errstate(over="ignore"):
        power = _power(logarithms, along_units(exponent, values))
    refuse(np.isinf(power).any(axis=-1), "box_cox gives numbers beyond the floating range")
    return power


def likely_exponent(values: Array, *, least: float = -5.0, most: float = 5.0) -> Array:
    """The exponent of `box_cox` that makes each indicator most like a normal sample, shape (...).

    Maximises the profile log-likelihood of Box and Cox (1964, section 3) between `least` and
    `most`: a grid of steps of 0.25 at most, then golden sections around its best point. Missing
    values are left out. Raises NotDefined where all values are equal or missing.
    """
    low = lowest(values)
    refuse_without_spread(~(highest(values) > low), values, "box_cox")
    logarithms = np.log(_from_one(values, "box_cox"))
    grid = np.linspace(least, most, int(np.ceil((most - least) / 0.25)) + 1)
    heights = np.stack([_log_likelihood(logarithms, np.full(low.shape, at)) for at in grid])
    best = grid[heights.argmax(axis=0)]
    step = grid[1] - grid[0]
    return _highest_between(
        logarithms, np.maximum(best - step, least), np.minimum(best + step, most)
    )


def _require_offset(low: Array, high: Array, values: Array, method: str) -> Array:
    """The share of the range that keeps logarithms finite, with an axis for units."""
    offset = _OFFSET_SHARE * span(low, high)
    refuse_without_spread(~(offset > 0) | np.isinf(offset), values, method)
    return offset[..., np.newaxis]


def _from_one(values: Array, method: str) -> Array:
    """The values moved so that the lowest is 1."""
    shifted: Array = span(lowest(values)[..., np.newaxis], values) + 1.0
    refuse(np.isinf(highest(shifted)), f"{method} needs values with a finite range")
    return shifted


def _power(logarithms: Array, exponent: Array) -> Array:
    """Box-Cox of e ** logarithms, exact also for exponents near 0."""
    is_zero = exponent == 0
    grown = np.expm1(exponent * logarithms) / np.where(is_zero, 1.0, exponent)
    power: Array = np.where(is_zero, logarithms, grown)
    return power


def _log_likelihood(logarithms: Array, exponent: Array) -> Array:
    """Profile log-likelihood of a Box-Cox exponent for each indicator, up to a constant.

    An exponent whose powers leave the floating range is as good as impossible (-inf).
    """
    present = ~np.isnan(logarithms)
    count = present.sum(axis=-1)
    with np.errstate(over="ignore", invalid="ignore"):
        power = np.where(present, _power(logarithms, exponent[..., np.newaxis]), 0.0)
        centre = (power.sum(axis=-1) / count)[..., np.newaxis]
        variance = np.where(present, (power - centre) ** 2, 0.0).sum(axis=-1) / count
    is_possible = np.isfinite(variance) & (variance > 0)
    log_variance = np.log(variance, where=is_possible, out=np.full(variance.shape, np.inf))
    total = np.where(present, logarithms, 0.0).sum(axis=-1)
    likelihood: Array = (exponent - 1) * total - count / 2 * log_variance
    return likelihood


def _highest_between(logarithms: Array, left: Array, right: Array) -> Array:
    """Golden-section search for the highest likelihood, all indicators at once."""
    ratio = (np.sqrt(5.0) - 1) / 2
    for _ in range(_STEPS):
        width = ratio * (right - left)
        inner_left, inner_right = right - width, left + width
        goes_left = _log_likelihood(logarithms, inner_left) > _log_likelihood(
            logarithms, inner_right
        )
        left, right = np.where(goes_left, left, inner_left), np.where(goes_left, inner_right, right)
    middle: Array = (left + right) / 2
    return middle
