"""Exact Sobol' indices of discrete choices, from the output of every combination of them.

With 5 x 2 x 100 x 2 alternatives the whole table has 2,000 cells: cheaper than a sample of a few
thousand rows, and without its error. A table has one axis for each factor, then any axes of
outputs.

Source: the decomposition of variance of Hoeffding (1948) and Sobol' (1993), over finite sets.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.uncertainty.sobol import ROUNDING, SobolIndices

Array = npt.NDArray[np.float64]


def factorial_indices(
    table: Array, factor_count: int, *, probabilities: Sequence[Array] | None = None
) -> SobolIndices:
    """Exact indices from the output of every combination of discrete alternatives.

    `table` has one axis for each factor, then any axes of outputs. `probabilities` holds those
    of each factor's alternatives; without them all are equally likely. Raises NotDefined where an
    output is missing or does not vary.
    """
    shares, mean, variance = _decompose(table, factor_count, probabilities)
    everything = len(shares) - 1
    each = 1 << np.arange(factor_count)
    return SobolIndices(
        first=shares[each], total=1.0 - shares[everything - each], mean=mean, variance=variance
    )


def explained_shares(
    table: Array, factor_count: int, *, probabilities: Sequence[Array] | None = None
) -> Array:
    """Share of the variance that each set of factors explains, its interactions included.

    The first axis runs over the 2**factors sets: factor i belongs to set s where bit i of s is
    set, so set 0 explains nothing and the last one everything. The other axes are the table's
    axes of outputs. Arguments and errors are those of `factorial_indices`.
    """
    return _decompose(table, factor_count, probabilities)[0]


def _decompose(
    table: Array, factor_count: int, probabilities: Sequence[Array] | None
) -> tuple[Array, Array, Array]:
    """Share explained by each set of factors (set 0 first), mean and variance of the outputs."""
    numbers = np.asarray(table, dtype=np.float64)
    levels, rest = numbers.shape[:factor_count], numbers.shape[factor_count:]
    weights = _level_weights(levels, factor_count, probabilities)
    flat = numbers.reshape(*levels, -1)
    mean = _average(flat, weights, range(factor_count))
    sets = range(1, 1 << factor_count)
    parts = [_variance_explained(flat - mean, weights, members) for members in sets]
    variance = parts[-1]
    largest = np.abs(flat).max(axis=tuple(range(factor_count)))
    without = np.flatnonzero(~(np.sqrt(variance) > ROUNDING * largest))
    if without.size:
        raise NotDefined(
            "exact indices need outputs that are complete and vary, found "
            f"{without.size} that do not (a variation that varies nothing)",
            without.tolist(),
        )
    shares = np.stack([np.zeros_like(variance), *parts]) / variance
    return shares.reshape(-1, *rest), mean.reshape(rest), variance.reshape(rest)


def _level_weights(
    levels: tuple[int, ...], factor_count: int, probabilities: Sequence[Array] | None
) -> list[Array]:
    """The probability of each alternative of each factor, equal where none are given."""
    if probabilities is None:
        weights = [np.full(count, 1.0 / count) for count in levels]
    else:
        weights = [np.asarray(shares, dtype=np.float64) for shares in probabilities]
    sums = [weight.sum() for weight in weights]
    if [len(weight) for weight in weights] != list(levels) or len(levels) != factor_count:
        raise RecipeRefused(
            f"{factor_count} factors, each with a probability for each alternative; the table "
            f"has alternatives {levels}, the probabilities {[len(weight) for weight in weights]}"
        )
    if any(weight.min() < 0 for weight in weights) or not np.allclose(sums, 1.0, atol=1e-9):
        raise RecipeRefused(f"probabilities of at least 0 with sum 1, found sums {sums}")
    return weights


def _average(table: Array, weights: Sequence[Array], axes: Sequence[int]) -> Array:
    """Weighted mean over some of the factors' axes, which go; the last axis first."""
    for axis in reversed(axes):
        table = np.tensordot(weights[axis], table, axes=(0, axis))
    return table


def _variance_explained(centred: Array, weights: Sequence[Array], members: int) -> Array:
    """Variance of the mean given the factors whose bits are set in `members`, per output."""
    inside = [axis for axis in range(len(weights)) if members >> axis & 1]
    outside = [axis for axis in range(len(weights)) if not members >> axis & 1]
    given = _average(centred, weights, outside)
    return _average(given**2, [weights[axis] for axis in inside], range(len(inside)))
