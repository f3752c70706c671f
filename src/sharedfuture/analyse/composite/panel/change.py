"""Two runs side by side: two editions of an index, or two recipes on the same data.

Source: the average absolute shift in rank as in Saisana, Saltelli and Tarantola, Uncertainty and
sensitivity analysis techniques as tools for the quality assessment of composite indicators,
Journal of the Royal Statistical Society A 168(2), 2005; rank correlation after Spearman.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.ranking import Ties, rank_ascending
from sharedfuture.analyse.composite.errors import NotDefined, TableRefused

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Scores and ranks of one run, one of each a unit; rank 1 is the best.

    NaN: the unit has no score, and then no rank. Raises TableRefused where a unit stands twice,
    the lengths differ, or a unit has one without the other.
    """

    units: tuple[str, ...]
    scores: Array
    ranks: Array

    def __post_init__(self) -> None:
        expected = (len(self.units),)
        if len(set(self.units)) < len(self.units):
            raise TableRefused("each unit may stand once in a run, found one again")
        if self.scores.shape != expected or self.ranks.shape != expected:
            raise TableRefused(
                f"expected {len(self.units)} scores and ranks, "
                f"found {self.scores.shape} and {self.ranks.shape}"
            )
        if (np.isnan(self.scores) != np.isnan(self.ranks)).any():
            raise TableRefused("expected a rank for each score, found one without the other")


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What changed from the first run to the second, unit by unit and in sum.

    Arrays run over `units`: those of the first run in its order, then those of the second only.
    NaN: the unit has no score in a run. `score_changes` is second minus first; `rank_gains` is
    first minus second, so that a gain is a move towards rank 1. `shared_rank_gains` does the same
    with ranks counted anew among the units that both runs score: entries and exits move nobody.

    Sums are over the units that both runs score: `shared_count` of them.
    `rank_correlation` is Spearman's, None where a run puts all these units on one rank, or there
    is one such unit only.
    """

    units: tuple[str, ...]
    first_scores: Array
    second_scores: Array
    first_ranks: Array
    second_ranks: Array
    score_changes: Array
    rank_gains: Array
    shared_rank_gains: Array
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    without_score: tuple[str, ...]  # in both runs, but not scored in both
    shared_count: int
    mean_absolute_rank_change: float
    mean_absolute_shared_rank_change: float
    largest_absolute_rank_change: float
    rank_correlation: float | None


def compare_runs(first: Run, second: Run) -> Comparison:
    """The differences of two runs, matched by the units' codes.

    Raises NotDefined where no unit has a score in both.
    """
    first_units, second_units = set(first.units), set(second.units)
    units = first.units + tuple(unit for unit in second.units if unit not in first_units)
    scores = [_spread(run.units, run.scores, units) for run in (first, second)]
    ranks = [_spread(run.units, run.ranks, units) for run in (first, second)]
    is_shared = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
    if not is_shared.any():
        raise NotDefined("expected units with a score in both runs, found none")
    gains = ranks[0] - ranks[1]
    anew = [_ranks_anew(of, is_shared) for of in ranks]
    shared_gains = anew[0] - anew[1]
    in_both = first_units & second_units
    return Comparison(
        units=units,
        first_scores=scores[0],
        second_scores=scores[1],
        first_ranks=ranks[0],
        second_ranks=ranks[1],
        score_changes=scores[1] - scores[0],
        rank_gains=gains,
        shared_rank_gains=shared_gains,
        only_first=tuple(unit for unit in first.units if unit not in second_units),
        only_second=tuple(unit for unit in second.units if unit not in first_units),
        without_score=tuple(
            unit
            for unit, shared in zip(units, is_shared, strict=True)
            if unit in in_both and not shared
        ),
        shared_count=int(is_shared.sum()),
        mean_absolute_rank_change=float(np.abs(gains[is_shared]).mean()),
        mean_absolute_shared_rank_change=float(np.abs(shared_gains[is_shared]).mean()),
        largest_absolute_rank_change=float(np.abs(gains[is_shared]).max()),
        rank_correlation=_spearman(ranks[0][is_shared], ranks[1][is_shared]),
    )


def _spread(of: Sequence[str], values: Array, units: Sequence[str]) -> Array:
    """The values for all units, NaN for those that the run does not have."""
    known = dict(zip(of, values.tolist(), strict=True))
    return np.array([known.get(unit, np.nan) for unit in units])


def _ranks_anew(ranks: Array, is_shared: npt.NDArray[np.bool_]) -> Array:
    """Ranks among the shared units, ties on the smallest; NaN for the others."""
    anew = np.full(ranks.shape, np.nan)
    shared = ranks[is_shared]
    anew[is_shared] = np.searchsorted(np.sort(shared), shared, side="left") + 1.0
    return anew


def _spearman(first: Array, second: Array) -> float | None:
    """Correlation of the ranks, ties at their mean."""
    left, right = (rank_ascending(ranks, ties=Ties.AVERAGE) for ranks in (first, second))
    left, right = left - left.mean(), right - right.mean()
    size = float(np.sqrt((left @ left) * (right @ right)))
    return float(left @ right) / size if size > 0 else None
