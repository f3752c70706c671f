"""Mean with a penalty for imbalance: the Mazziotta-Pareto index and its adjusted form.

`values` have shape (..., indicators, units), `weights` (indicators,) or (..., indicators);
results (..., units). A unit's score is its mean M less (or plus) S^2 / M, where S is the standard
deviation of its own values: the product of S and the coefficient of variation. Both are weighted
as in Mazziotta and Pareto (2022); with equal weights S divides by the number of indicators, as in
the papers. The whole index includes its standardisation:

- MPI: mean 100 and standard deviation 10 over the units (divided by their number). For one year.
- AMPI: a scale on which the goalposts are 70 and 130. For comparisons over time.

Direction is applied before, by the sign of the values; then goalposts change sign and place.

Missing values (NaN) are dropped and the weights of the others renormalised; a unit with one value
has no imbalance and so no penalty. A unit none of whose weighted indicators is present gets NaN.

The score is not monotone: raising a value that exceeds 1.5 M + S^2 / (2 M) lowers M - S^2 / M,
and raising one below 0.5 M + S^2 / (2 M) lowers M + S^2 / M, because the imbalance weighs more
than the gain. On the scales above only a value half again as large as the unit's mean does that.

Sources: De Muro, Mazziotta and Pareto, Social Indicators Research 104 (2011) 1-18; Mazziotta and
Pareto, Social Indicators Research 127 (2016) 983-1003 and 136 (2018) 967-976; weights: Rivista
Italiana di Economia Demografia e Statistica 76 (2022).
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.mean import arithmetic_mean
from sharedfuture.analyse.composite.arrays.shapes import (
    Array,
    highest,
    lowest,
    refuse_without_spread,
)
from sharedfuture.analyse.composite.errors import NotDefined


def penalised_mean(values: Array, weights: Array) -> Array:
    """M - S^2 / M of standardised values: for a phenomenon of which more is better.

    Raises NotDefined where a unit's mean is not above zero, and for weights that are no weights.
    """
    mean, imbalance = _mean_and_imbalance(values, weights)
    return mean - imbalance


def raised_mean(values: Array, weights: Array) -> Array:
    """M + S^2 / M of standardised values: for a phenomenon of which more is worse, such as poverty.

    Raises NotDefined where a unit's mean is not above zero, and for weights that are no weights.
    """
    mean, imbalance = _mean_and_imbalance(values, weights)
    return mean + imbalance


def mazziotta_pareto(values: Array, weights: Array) -> Array:
    """The MPI of raw values, for a phenomenon of which more is better.

    Raises NotDefined for an indicator without two different values, see `standardised`.
    """
    return penalised_mean(standardised(values), weights)


def adjusted_mazziotta_pareto(values: Array, weights: Array, *, goalposts: Array) -> Array:
    """The adjusted MPI of raw values, for a phenomenon of which more is better.

    `goalposts` have shape (indicators, 2), the low and the high one; see `goalposts_around`.
    """
    return penalised_mean(between_goalposts(values, goalposts), weights)


def standardised(values: Array) -> Array:
    """Each indicator with mean 100 and standard deviation 10 over the units.

    Missing values stay missing. Raises NotDefined for indicators without two different values.
    """
    refuse_without_spread(~(highest(values) > lowest(values)), values, "the standardisation")
    present = ~np.isnan(values)
    count = np.sum(present, axis=-1, keepdims=True)
    mean = np.sum(values, axis=-1, keepdims=True, where=present) / count
    variance = np.sum((values - mean) ** 2, axis=-1, keepdims=True, where=present) / count
    result: Array = 100.0 + 10.0 * (values - mean) / np.sqrt(variance)
    return result


def between_goalposts(values: Array, goalposts: Array) -> Array:
    """Each indicator on the scale where its low goalpost is 70 and its high one 130.

    Values beyond the goalposts lie beyond 70 and 130. Missing values stay missing. Raises
    NotDefined for goalposts that are not one increasing pair for each indicator.
    """
    if goalposts.shape != (values.shape[-2], 2):
        raise NotDefined(f"goalposts need shape ({values.shape[-2]}, 2), found {goalposts.shape}")
    low, high = goalposts[:, :1], goalposts[:, 1:]
    wrong = ~(low < high)[:, 0]
    if wrong.any():
        raise NotDefined(
            f"the low goalpost must be below the high one, found {goalposts[wrong][0].tolist()}",
            np.flatnonzero(wrong).tolist(),
        )
    result: Array = 70.0 + 60.0 * (values - low) / (high - low)
    return result


def goalposts_around(values: Array, reference: Array) -> Array:
    """Goalposts such that the reference value of each indicator scores 100.

    They lie half the range of the indicator below and above it; `values` are of shape
    (indicators, units) and hold all periods that are to be compared, `reference` is one value
    for each indicator, such as its mean in the first year. Gives shape (indicators, 2).

    Raises NotDefined for indicators without two different values.
    """
    low, high = lowest(values), highest(values)
    refuse_without_spread(~(high > low), values, "the range about a reference")
    half = (high - low) / 2.0
    return np.stack([reference - half, reference + half], axis=-1)


def _mean_and_imbalance(values: Array, weights: Array) -> tuple[Array, Array]:
    """The weighted mean and S^2 / M, the penalty."""
    mean = arithmetic_mean(values, weights)
    low = mean <= 0.0
    if low.any():
        raise NotDefined(
            "the penalty for imbalance needs units whose mean is above 0, "
            f"found {int(low.sum())} at or below it, the smallest {mean[low].min()}"
        )
    # about the unit's plain mean, which all sets of weights share; little is then subtracted
    present = ~np.isnan(values)
    count = np.maximum(np.sum(present, axis=-2, keepdims=True), 1)
    apart = values - np.sum(values, axis=-2, keepdims=True, where=present) / count
    square = arithmetic_mean(apart**2, weights) - arithmetic_mean(apart, weights) ** 2
    return mean, np.maximum(square, 0.0) / mean
