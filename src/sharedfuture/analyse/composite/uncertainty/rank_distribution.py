"""What rank each unit could have: the distribution of its rank over replicates.

Scores and ranks have shape (replicates, units); NaN is a unit without a score in that replicate
(one that was screened out, say). Nothing is imputed for it and no rank is given to it; every
share is of the replicates in which the unit, or the pair of units, has a score, and that number
stands beside the share.

Rank 1 is the highest score; units with equal scores share the smallest of their ranks, and the
next rank is left out, as in sport. In a replicate with missing scores the ranks run over the
units that have one.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 7; Saisana,
Saltelli and Tarantola (2005), J. R. Stat. Soc. A 168, 307-323, for the mean shift of ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]

# Comparisons held in memory at a time, about what fits a processor's second cache.
_COMPARISONS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class RankDistribution:
    """The ranks of each unit over the replicates.

    probability      share of the unit's scored replicates at each rank, shape (units, ranks):
                     column k is rank k + 1; a row sums to 1, a column too if there are no ties
                     and no missing scores. A unit that never has a score has zeros
    mean, median     of its ranks, shape (units,); NaN for a unit that never has a score
    scored_count     replicates in which the unit has a score, shape (units,)
    replicate_count  all replicates
    """

    probability: Array
    mean: Array
    median: Array
    scored_count: Counts
    replicate_count: int


@dataclass(frozen=True, slots=True)
class PairwiseProbability:
    """How often the unit of the row stands above the unit of the column.

    above           share of the replicates in which both have a score, ties counted half, shape
                    (units, units), so above + above.T is 1; the diagonal, a tie with itself, is
                    0.5. NaN where the two never have a score together
    compared_count  those replicates, shape (units, units)
    """

    above: Array
    compared_count: Counts


@dataclass(frozen=True, slots=True)
class RankChange:
    """Absolute differences between ranks and the nominal ranks.

    mean_absolute         mean over the units ranked in both, per replicate; NaN where none is
    compared_count        those units, per replicate
    unit_mean_absolute    mean over replicates, per unit; NaN for a unit that is never compared
    unit_compared_count   those replicates, per unit
    """

    mean_absolute: Array
    compared_count: Counts
    unit_mean_absolute: Array
    unit_compared_count: Counts


def summarise_ranks(ranks: Array) -> RankDistribution:
    """The distribution of each unit's rank; `ranks` has shape (replicates, units).

    Raises NotDefined where a number is not a rank of so many units.
    """
    numbers = _require_ranks(ranks)
    replicates, units = numbers.shape
    present = ~np.isnan(numbers)
    cell = np.where(present, numbers - 1, units).astype(np.intp)
    cell += np.arange(units) * (units + 1)
    counts = np.bincount(cell.reshape(-1), minlength=units * (units + 1)).reshape(units, units + 1)
    held = counts[:, :units]
    scored = held.sum(axis=1)
    probability = held / np.maximum(scored, 1)[:, np.newaxis]
    mean = (held @ np.arange(1.0, units + 1)) / np.where(scored > 0, scored, np.nan)
    return RankDistribution(
        probability=probability,
        mean=mean,
        median=quantiles(numbers, [0.5])[0],
        scored_count=scored,
        replicate_count=replicates,
    )


def quantiles(values: Array, probabilities: Sequence[float]) -> Array:
    """Quantiles over the first axis, one row of the result for each probability.

    Type 7 of Hyndman and Fan (1996), linear between order statistics. Missing values are left
    out; without any value the quantile is NaN.
    """
    shares = np.asarray(probabilities, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise RecipeRefused(f"probabilities between 0 and 1, found {shares.tolist()}")
    numbers = np.asarray(values, dtype=np.float64)
    columns = np.sort(numbers.reshape(len(numbers), -1).T, axis=-1)
    held = (~np.isnan(columns)).sum(axis=-1)
    depth = np.maximum(held - 1, 0) * shares[:, np.newaxis]
    low = np.floor(depth).astype(np.intp)
    high = np.minimum(low + 1, np.maximum(held - 1, 0))
    at = np.arange(len(columns))
    below, above = columns[at, low], columns[at, high]
    between = below + (depth - low) * (above - below)
    return np.asarray(between.reshape(len(shares), *numbers.shape[1:]))


def interval(values: Array, level: float) -> tuple[Array, Array]:
    """Low and high of the interval that leaves (1 - level) / 2 of the replicates on each side.

    Taken over the first axis, of ranks or of scores; level 0.9 gives the quantiles 5 % and 95 %.
    """
    if not 0 < level < 1:
        raise RecipeRefused(f"a level between 0 and 1, found {level}")
    tail = (1.0 - level) / 2
    low, high = quantiles(values, [tail, 1.0 - tail])
    return low, high


def probability_in_top(distribution: RankDistribution, k: int) -> Array:
    """Share of each unit's scored replicates with a rank of at most k, shape (units,).

    With ties more than k units can be there at once.
    """
    units = len(distribution.scored_count)
    if not 1 <= k <= units:
        raise RecipeRefused(f"a top of 1 to {units} units, found {k}")
    return np.asarray(distribution.probability[:, :k].sum(axis=1))


def compare_pairs(scores: Array) -> PairwiseProbability:
    """How often each unit stands above each other; `scores` has shape (replicates, units)."""
    # Ranks order a replicate as scores do, and are exact in half the memory.
    places = -rank(scores).astype(np.float32)
    replicates, units = places.shape
    wins = np.zeros((units, units), dtype=np.intp)
    # Wins of a block are summed in one byte, so a block has at most 255 replicates.
    step = int(np.clip(_COMPARISONS_AT_ONCE // units**2, 1, 255))
    for start in range(0, replicates, step):
        block = places[start : start + step]
        is_above = block[:, :, np.newaxis] > block[:, np.newaxis, :]
        wins += is_above.view(np.uint8).sum(axis=0, dtype=np.uint8)
    present = (~np.isnan(places)).astype(np.float64)
    compared = present.T @ present
    above = (compared + wins - wins.T) / (2 * np.where(compared > 0, compared, np.nan))
    return PairwiseProbability(above=above, compared_count=compared.astype(np.intp))


def measure_rank_change(ranks: Array, nominal: Array) -> RankChange:
    """How far ranks, shape (replicates, units), lie from the nominal ranks, shape (units,)."""
    distance = np.abs(_require_ranks(ranks) - nominal)
    present = ~np.isnan(distance)
    distance = np.where(present, distance, 0.0)
    units, replicates = present.sum(axis=1), present.sum(axis=0)
    return RankChange(
        mean_absolute=distance.sum(axis=1) / np.where(units > 0, units, np.nan),
        compared_count=units,
        unit_mean_absolute=distance.sum(axis=0) / np.where(replicates > 0, replicates, np.nan),
        unit_compared_count=replicates,
    )


def _require_ranks(ranks: Array) -> Array:
    """The ranks, if they are whole numbers from 1 to the number of units, or missing."""
    numbers = np.asarray(ranks, dtype=np.float64)
    if numbers.ndim != 2 or not numbers.size:
        raise NotDefined(f"ranks have shape (replicates, units), found {numbers.shape}")
    wrong = (numbers < 1) | (numbers > numbers.shape[1]) | (numbers != np.floor(numbers))
    wrong &= ~np.isnan(numbers)
    if wrong.any():
        raise NotDefined(
            f"ranks are whole numbers from 1 to {numbers.shape[1]}, found {numbers[wrong][0]}"
        )
    return numbers
