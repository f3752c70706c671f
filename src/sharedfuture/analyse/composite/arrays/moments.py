"""Deviations from the mean, and the shape measures made of them, for each indicator.

Skewness and kurtosis are corrected for bias: Joanes and Gill, "Comparing measures of sample
skewness and kurtosis", The Statistician 47 (1998), 183-189, the estimators G1 and G2, called
type 2; spreadsheets and COINr use the same.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse

# Fourth powers of deviations whose squares sum to less or more than this lose their digits.
_LEAST_SQUARES, _MOST_SQUARES = 1e-140, 1e140


def skewness(values: Array) -> Array:
    """G1 of each indicator, shape (...): above 0 where the long tail is on the high side.

    Missing values are left out. NaN where fewer than 3 values are present or all are equal, since
    a constant has no shape. Raises NotDefined where differences leave the floating range.
    """
    return skewness_and_kurtosis(values)[0]


def excess_kurtosis(values: Array) -> Array:
    """G2 of each indicator, shape (...): 0 for a normal distribution.

    Missing values are left out. NaN where fewer than 4 values are present or all are equal, since
    a constant has no shape. Raises NotDefined where differences leave the floating range.
    """
    return skewness_and_kurtosis(values)[1]


def skewness_and_kurtosis(values: Array) -> tuple[Array, Array]:
    """Both in one go, as `skewness` and `excess_kurtosis` give them one by one."""
    deviations, count = deviations_from_mean(values)
    deviations, _ = _brought_into_range(deviations)
    squared = deviations * deviations
    return bias_corrected(
        count,
        np.einsum("...u->...", squared),
        np.einsum("...u,...u->...", squared, deviations),
        np.einsum("...u,...u->...", squared, squared),
    )


def standard_deviation(deviations: Array, count: Array) -> Array:
    """The sample standard deviation (n - 1) of what `deviations_from_mean` gives, shape (...).

    0 where all present values are equal; NaN where fewer than two are present.
    """
    deviations, unit = _brought_into_range(deviations)
    squares = np.einsum("...u,...u->...", deviations, deviations)
    deviation = unit * np.sqrt(squares / np.maximum(count - 1, 1.0))
    return np.where(count >= 2, deviation, np.nan)


def deviations_from_mean(values: Array) -> tuple[Array, Array]:
    """Deviations from the mean, 0 where missing; and the number of present values.

    A value is taken off first: then a constant deviates by exactly 0, and a mean that is large
    beside the spread costs no digits. The number has shape (...), or () if nothing is missing.
    """
    missing = np.isnan(values)
    with np.errstate(over="ignore", invalid="ignore"):  # infinite ones are refused later
        if not missing.any():
            count = np.asarray(values.shape[-1], dtype=np.float64)
            deviations = values - values[..., :1]
            deviations -= (np.einsum("...u->...", deviations) / count)[..., np.newaxis]
            return deviations, count
        count = np.asarray((~missing).sum(axis=-1), dtype=np.float64)
        first_present = np.argmin(missing, axis=-1)[..., np.newaxis]
        deviations = values - np.take_along_axis(values, first_present, axis=-1)
        deviations[missing] = 0.0
        mean = np.einsum("...u->...", deviations) / np.maximum(count, 1.0)
        deviations -= mean[..., np.newaxis]
        deviations[missing] = 0.0
    return deviations, count


def bias_corrected(
    count: Array, squares: Array, cubes: Array, fourths: Array
) -> tuple[Array, Array]:
    """G1 and G2 from the sums of powers of deviations; NaN where they are not defined."""
    varies = squares > 0
    divisor = np.where(varies, squares, 1.0)
    n = np.maximum(count, 3.0)
    skewed = np.sqrt(n) * cubes / (divisor * np.sqrt(divisor)) * np.sqrt(n * (n - 1)) / (n - 2)
    n = np.maximum(count, 4.0)
    tailed = ((n + 1) * (n * fourths / divisor**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return (
        np.where(varies & (count >= 3), skewed, np.nan),
        np.where(varies & (count >= 4), tailed, np.nan),
    )


def _brought_into_range(deviations: Array) -> tuple[Array, Array]:
    """Deviations whose powers stay within the floating range, and what they were divided by.

    The divisor is the largest deviation of an indicator where that is needed, and 1 elsewhere.
    """
    squares = np.einsum("...u,...u->...", deviations, deviations)
    is_ordinary = (squares > _LEAST_SQUARES) & (squares < _MOST_SQUARES)
    if is_ordinary.all():
        return deviations, np.ones(squares.shape)
    largest = np.abs(deviations).max(axis=-1)
    refuse(~np.isfinite(largest), "expected values whose differences are finite numbers")
    divisor = np.where(is_ordinary | (largest == 0), 1.0, largest)
    return deviations / divisor[..., np.newaxis], divisor
