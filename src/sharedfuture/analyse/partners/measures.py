"""Measures of how a model does: calibration, recall, ranks, log score; each with its interval."""

from collections.abc import Sequence

import numpy as np

from sharedfuture.analyse.partners.problem import BoolArray, FloatArray, IntArray
from sharedfuture.analyse.ranks import average_ranks

RESAMPLES = 1000
_RESAMPLES_OF_WORLDS = 400


def expected_calibration_error(
    probability: FloatArray, outcome: BoolArray, *, bins: int = 10
) -> float:
    """Mean distance of probability and frequency over bins of equal width (Naeini et al. 2015)."""
    return float(np.abs(amiss_by_bin(probability, outcome, bins=bins)).sum() / len(probability))


def calibration_interval_over(
    said: Sequence[FloatArray], truth: Sequence[BoolArray], rng: np.random.Generator
) -> tuple[float, float]:
    """The 95 % interval of `expected_calibration_error` of several worlds taken together.

    Worlds are drawn with replacement, since the countries of one are not independent.
    """
    amiss = np.array([amiss_by_bin(*world) for world in zip(said, truth, strict=True)])
    worlds, size = len(said), sum(map(len, said))
    times = rng.multinomial(worlds, np.full(worlds, 1.0 / worlds), size=_RESAMPLES_OF_WORLDS)
    return middle(np.abs(times @ amiss).sum(axis=1) / size)


def amiss_by_bin(probability: FloatArray, outcome: BoolArray, *, bins: int = 10) -> FloatArray:
    """By bin of equal width, the sum of the probabilities less the number of what happened."""
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    amiss = np.bincount(place, weights=probability - outcome, minlength=bins)
    return np.asarray(amiss, dtype=np.float64)


def disclosed_calibration(placed: FloatArray, rate: float) -> FloatArray:
    """Calibration error as far as known partners alone can show it.

    `placed` holds, for each known country that was left out, the share of the expected partners
    that stand below it. Were the probabilities right, and disclosure independent of them, these
    were uniform: each third of the expected partners would hold a third of those left out. The
    distance is turned into a probability by the `rate` of partners among candidates. Errors of the
    level cannot be seen here: the total sets the level. `placed` may have a row for each resample;
    from 25 countries on there are fifths in place of thirds.
    """
    bins = 5 if placed.shape[-1] >= 25 else 3
    third = np.minimum((placed * bins).astype(np.int64), bins - 1)
    share = np.stack([(third == place).mean(axis=-1) for place in range(bins)], axis=-1)
    error: FloatArray = rate * np.abs(share - 1.0 / bins).sum(axis=-1)
    return error


def calibration_floor(count: int, rate: float, rng: np.random.Generator) -> FloatArray:
    """What `disclosed_calibration` gives for perfect probabilities and so few countries."""
    return disclosed_calibration(rng.random((RESAMPLES, count)), rate)


def mean_interval(values: FloatArray, rng: np.random.Generator) -> tuple[float, float]:
    """The 95 % interval of a mean, known countries drawn with replacement."""
    return middle(values[_resamples(len(values), rng)].mean(axis=1))


def median_interval(values: FloatArray, rng: np.random.Generator) -> tuple[float, float]:
    """The same of a median."""
    return middle(np.median(values[_resamples(len(values), rng)], axis=1))


def rank_correlations(one: FloatArray, many: FloatArray) -> FloatArray:
    """Spearman's correlation of one row with each of many; 0 where a row is all ties."""
    first, others = _centred_ranks(one[None])[0], _centred_ranks(many)
    lengths = np.sqrt((first**2).sum() * (others**2).sum(axis=1))
    correlation: FloatArray = (others @ first) / np.maximum(lengths, 1e-12)
    return correlation


def _centred_ranks(rows: FloatArray) -> FloatArray:
    ranks = average_ranks(rows)
    ranks -= ranks.mean(axis=1, keepdims=True)
    return ranks


def calibration_interval(
    placed: FloatArray, rate: float, rng: np.random.Generator
) -> tuple[float, float]:
    """The 95 % interval of `disclosed_calibration`."""
    return middle(disclosed_calibration(placed[_resamples(len(placed), rng)], rate))


def middle(values: FloatArray) -> tuple[float, float]:
    """The middle 95 % of the values."""
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _resamples(count: int, rng: np.random.Generator) -> IntArray:
    return rng.integers(0, count, size=(RESAMPLES, count))
