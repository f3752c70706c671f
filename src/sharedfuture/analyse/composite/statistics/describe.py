"""What each indicator looks like, and which of them need a second look.

The measures and their default limits are those that JRC audits use (COINr's `get_stats` reports
the same); Handbook on Constructing Composite Indicators (OECD/JRC 2008), steps 2 to 4.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.moments import skewness_and_kurtosis
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans, highest, lowest


@dataclass(frozen=True, slots=True)
class Limits:
    """Where an indicator begins to need a second look; shares are of all units.

    An indicator is suspected of outliers where the size of its skewness *and* its excess
    kurtosis are above their limits.
    """

    skewness: float = 2.0
    kurtosis: float = 3.5
    available_share: float = 0.65
    nonzero_share: float = 0.5
    unique_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Description:
    """Statistics of each indicator over its present values, all of shape (..., indicators).

    Deviation is the sample standard deviation; skewness and excess kurtosis are corrected for
    bias (type 2). What too few values cannot have is NaN: all but the counts with no value, the
    deviation with one, the skewness with two, the kurtosis with three, and both of the latter
    where all values are equal. `most_frequent` is the smallest of the most frequent values.
    """

    minimum: Array
    maximum: Array
    mean: Array
    median: Array
    deviation: Array
    skewness: Array
    kurtosis: Array
    most_frequent: Array
    available_count: Array
    nonzero_count: Array
    unique_count: Array
    most_frequent_count: Array
    unit_count: int

    @property
    def available_share(self) -> Array:
        """Share of the units that have a value."""
        return self.available_count / self.unit_count

    @property
    def nonzero_share(self) -> Array:
        """Share of the present values that are not zero; NaN without a value."""
        return _divide(self.nonzero_count, self.available_count)

    @property
    def unique_share(self) -> Array:
        """Number of different values for each present value; NaN without a value."""
        return _divide(self.unique_count, self.available_count)

    @property
    def most_frequent_share(self) -> Array:
        """Share of the present values that equal the most frequent one; NaN without a value."""
        return _divide(self.most_frequent_count, self.available_count)


@dataclass(frozen=True, slots=True)
class Flags:
    """Which indicators need a second look, all of shape (..., indicators)."""

    is_mostly_missing: Booleans
    is_mostly_zero: Booleans
    is_mostly_repeated: Booleans
    has_outliers: Booleans


def describe(values: Array) -> Description:
    """Statistics of each indicator; missing values are left out and counted."""
    ordered = np.sort(values, axis=-1)  # missing values come last
    available = (~np.isnan(values)).sum(axis=-1)
    skewness, kurtosis = skewness_and_kurtosis(values)
    run_lengths = _run_lengths(ordered)
    commonest = run_lengths.argmax(axis=-1)[..., np.newaxis]
    minimum = lowest(values)
    mean, deviation = _mean_and_deviation(values - minimum[..., np.newaxis], available)
    return Description(
        minimum=minimum,
        maximum=highest(values),
        mean=minimum + mean,
        median=_median(ordered, available),
        deviation=deviation,
        skewness=skewness,
        kurtosis=kurtosis,
        most_frequent=np.take_along_axis(ordered, commonest, axis=-1)[..., 0],
        available_count=available.astype(float),
        nonzero_count=((values != 0) & ~np.isnan(values)).sum(axis=-1).astype(float),
        unique_count=(run_lengths > 0).sum(axis=-1).astype(float),
        most_frequent_count=run_lengths.max(axis=-1),
        unit_count=values.shape[-1],
    )


def flag_indicators(description: Description, limits: Limits) -> Flags:
    """Which indicators pass a limit; an indicator without skewness or kurtosis has no outliers.

    Zeros and repetitions are set against all units, so that few present values count against an
    indicator here as well.
    """
    units = description.unit_count
    return Flags(
        is_mostly_missing=description.available_share < limits.available_share,
        is_mostly_zero=description.nonzero_count / units < limits.nonzero_share,
        is_mostly_repeated=description.unique_count / units < limits.unique_share,
        has_outliers=(np.abs(description.skewness) > limits.skewness)
        & (description.kurtosis > limits.kurtosis),
    )


def _mean_and_deviation(above: Array, available: Array) -> tuple[Array, Array]:
    """Of values above the lowest one: so a constant has its own mean, and a deviation of 0."""
    mean = _divide(np.where(np.isnan(above), 0.0, above).sum(axis=-1), available)
    apart = above - mean[..., np.newaxis]
    squares = np.where(np.isnan(above), 0.0, apart) ** 2
    return mean, np.sqrt(_divide(squares.sum(axis=-1), available - 1))


def _median(ordered: Array, available: Array) -> Array:
    """The middle of the present values; sorted values have the missing ones last."""
    low, high = np.maximum(available - 1, 0) // 2, available // 2
    high = np.minimum(high, ordered.shape[-1] - 1)
    ends = [np.take_along_axis(ordered, at[..., np.newaxis], axis=-1) for at in (low, high)]
    median: Array = (ends[0] / 2 + ends[1] / 2)[..., 0]
    return median


def _run_lengths(ordered: Array) -> Array:
    """At the first place of each run of equal values the length of the run, elsewhere 0."""
    places = np.arange(ordered.shape[-1])
    starts = np.ones(ordered.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    starts &= ~np.isnan(ordered)
    # A run ends where the next run starts, the last one where the missing values begin.
    available = (~np.isnan(ordered)).sum(axis=-1, keepdims=True)
    start_at = np.where(starts, places, available)
    next_start = np.minimum.accumulate(start_at[..., ::-1], axis=-1)[..., ::-1]
    following = np.concatenate([next_start[..., 1:], available], axis=-1)
    return np.where(starts, following - places, 0).astype(float)


def _divide(numerator: Array, denominator: Array) -> Array:
    """The quotient; NaN where the denominator is not positive."""
    quotient: Array = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient
