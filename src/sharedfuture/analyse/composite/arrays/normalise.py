"""Normalisation of indicators to a common scale by their own values.

OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5 and its technical part:
ranking, standardisation, min-max. All work along the last axis, keep missing values missing and
take more as better; direction is applied before (`direction.directed`). What is measured against
a target, a reference or fixed bounds is in `targets`.

A common scale over periods: hand all periods over together, or estimate the parameters on some
rows (`estimate_range`, `estimate_spread`) and use them on others (`scaled`, `standardised`).
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.moments import (
    deviations_from_mean,
    standard_deviation,
)
from sharedfuture.analyse.composite.arrays.ranking import Ties, rank_ascending
from sharedfuture.analyse.composite.arrays.shapes import (
    Array,
    Parameter,
    along_units,
    highest,
    lowest,
    refuse,
    refuse_without_spread,
    require_bounds,
    require_scale,
    span,
)
from sharedfuture.analyse.composite.errors import RecipeRefused


def minmax(values: Array, *, low: Parameter = 0.0, high: Parameter = 100.0) -> Array:
    """Rescaled so that the lowest value gets `low` and the highest gets `high`.

    Raises NotDefined where an indicator has no two different values, RecipeRefused where `low`
    is not below `high`.
    """
    return _between(values, *_require_range(values, "minmax"), low, high)


def estimate_range(values: Array) -> tuple[Array, Array]:
    """The lowest and highest present value of each indicator, for `scaled` and `goalposts`.

    Raises NotDefined where an indicator has no two different values.
    """
    return _require_range(values, "a range")


def scaled(
    values: Array,
    *,
    lower: Parameter,
    upper: Parameter,
    low: Parameter = 0.0,
    high: Parameter = 100.0,
) -> Array:
    """Rescaled so that `lower` would get `low` and `upper` `high`; values beyond go beyond.

    As the Global Innovation Index treats indicators with a natural scale. Raises NotDefined where
    a bound is missing or `lower` is not below `upper`.
    """
    return _between(values, *require_bounds(lower, upper, "scaled"), low, high)


def undo_minmax(
    scores: Array,
    *,
    lower: Parameter,
    upper: Parameter,
    low: Parameter = 0.0,
    high: Parameter = 100.0,
) -> Array:
    """From scores back to values: the inverse of `minmax` with the range that it had found.

    Values of a negative indicator come back directed; `directed` turns them round again.
    """
    bottom, top = require_scale(low, high)
    return scaled(scores, lower=bottom, upper=top, low=lower, high=upper)


def zscore(values: Array, *, mean: Parameter = 0.0, deviation: Parameter = 1.0) -> Array:
    """Standardised to a mean and a sample standard deviation (n - 1).

    Raises NotDefined where an indicator has no two different values, RecipeRefused where the
    deviation is not above 0.
    """
    if not (np.asarray(deviation) > 0).all():
        raise RecipeRefused(f"standard deviation of scores: expected above 0, found {deviation}")
    deviations, count = deviations_from_mean(values)
    spread = standard_deviation(deviations, count)
    refuse_without_spread(~(spread > 0), values, "zscore")
    if (count < values.shape[-1]).any():  # there deviations are 0
        deviations[np.isnan(values)] = np.nan
    return _linear(deviations, np.zeros(()), spread, np.asarray(deviation, dtype=float), mean)


def estimate_spread(values: Array) -> tuple[Array, Array]:
    """Mean and sample standard deviation of the present values, for `standardised`.

    Raises NotDefined where an indicator has no two different values.
    """
    deviations, count = deviations_from_mean(values)
    spread = standard_deviation(deviations, count)
    refuse_without_spread(~(spread > 0), values, "zscore")
    return lowest(values) - deviations.min(axis=-1), spread


def standardised(
    values: Array,
    *,
    centre: Parameter,
    spread: Parameter,
    mean: Parameter = 0.0,
    deviation: Parameter = 1.0,
) -> Array:
    """(x - centre) / spread * deviation + mean, with a centre and spread found elsewhere.

    Raises NotDefined where the centre is missing or the spread is not above 0, RecipeRefused
    where the deviation is not above 0.
    """
    middle, unit = np.asarray(centre, dtype=np.float64), np.asarray(spread, dtype=np.float64)
    refuse(
        np.isnan(middle) | ~(unit > 0) | np.isinf(unit),
        "standardised needs a centre and a spread above 0",
    )
    if not (np.asarray(deviation) > 0).all():
        raise RecipeRefused(f"standard deviation of scores: expected above 0, found {deviation}")
    return _linear(values, middle, unit, np.asarray(deviation, dtype=np.float64), mean)


def rank_score(values: Array, *, ties: Ties = Ties.MIN) -> Array:
    """The rank, 1 for the lowest value; see `rank_ascending`."""
    return rank_ascending(values, ties=ties)


def borda(values: Array, *, ties: Ties = Ties.MIN) -> Array:
    """The Borda count: how many units a unit stands above (its rank from below, less 1)."""
    return rank_ascending(values, ties=ties) - 1.0


def percentile_rank(values: Array, *, ties: Ties = Ties.MIN) -> Array:
    """The Borda count as a share of the other present units, 0 to 1.

    Raises NotDefined where fewer than two values are present.
    """
    count = np.asarray((~np.isnan(values)).sum(axis=-1))
    refuse(count < 2, f"percentile_rank needs at least two values, found {count.min()}")
    return borda(values, ties=ties) / (count - 1.0)[..., np.newaxis]


def fraction_of_maximum(values: Array) -> Array:
    """x / highest: 1 for the best unit; below 0 for negative values.

    Raises NotDefined where the maximum is not above 0, or all values are missing: the fraction
    would not exist or would reverse the order. So it is where more is worse and the values were
    positive before they were directed; COINr gives fractions above 1, infinite ones or NaN there.
    """
    top = highest(values)
    is_bad = ~(top > 0)
    found = top.ravel()[int(is_bad.argmax())]
    refuse(is_bad, f"fraction_of_maximum needs a maximum above 0, found {found}")
    with np.errstate(over="ignore"):
        fraction = values / top[..., np.newaxis]
    refuse(np.isinf(fraction).any(axis=-1), "fraction_of_maximum leaves the floating range")
    return fraction


def _require_range(values: Array, method: str) -> tuple[Array, Array]:
    lower, upper = lowest(values), highest(values)
    width = span(lower, upper)
    refuse_without_spread(~(width > 0) | np.isinf(width), values, method)
    return lower, upper


def _between(values: Array, lower: Array, upper: Array, low: Parameter, high: Parameter) -> Array:
    bottom, top = require_scale(low, high)
    return _linear(values, lower, np.asarray(upper - lower), np.asarray(top - bottom), bottom)


def _linear(values: Array, origin: Array, unit: Array, factor: Array, shift: Parameter) -> Array:
    """(x - origin) / unit * factor + shift in one new array.

    Divided before it is multiplied, so that the ends meet their scores exactly.
    """
    scores: Array = values - along_units(origin, values)
    scores /= along_units(unit, values)
    if (factor != 1.0).any():
        scores *= along_units(factor, values)
    if np.any(shift):
        scores += along_units(shift, values)
    return scores
