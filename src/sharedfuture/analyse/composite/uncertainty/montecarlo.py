"""Monte Carlo over the choices of a recipe and the errors of its data.

Source: Saisana, Saltelli and Tarantola, "Uncertainty and sensitivity analysis techniques as tools
for the quality assessment of composite indicators", J. R. Stat. Soc. A 168 (2005), 307-323;
Handbook (OECD/JRC 2008), step 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.cohort import Positions
from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.plan import Evaluated, Plan
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.attribution import WidthShares, share_width
from sharedfuture.analyse.composite.uncertainty.design import (
    draw_latin_hypercube,
    draw_random,
    draw_sobol_sequence,
    full_factorial,
)
from sharedfuture.analyse.composite.uncertainty.rank_distribution import (
    PairwiseProbability,
    RankChange,
    RankDistribution,
    compare_pairs,
    interval,
    measure_rank_change,
    summarise_ranks,
)
from sharedfuture.analyse.composite.uncertainty.run import Design, Uncertainty
from sharedfuture.analyse.composite.uncertainty.variation import Choice

Array = npt.NDArray[np.float64]

# Alternatives tried to see whether a variation that has many of them moves anything at all.
_TRIED = 16
# Draws that are taken apart by cause at once, which bounds the memory.
_DRAWS_AT_ONCE = 128


@dataclass(frozen=True)
class Simulated:
    """All draws of a run: what each replicate has chosen, and the scores that came of it.

    choices    (replicates, variations): the alternative of each variation
    evaluated  the scores of every element
    nominal    the scores with nothing varied
    level      of the intervals
    """

    plan: Plan
    choices: Positions
    evaluated: Evaluated
    nominal: Evaluated
    level: float

    @property
    def index_code(self) -> str:
        """Code of the index."""
        return self.plan.recipe.framework.index_code

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variations, in the order of the columns of `choices`."""
        return tuple(variation.name for variation in self.plan.variations)

    def scores(self, code: str | None = None) -> Array:
        """Scores of an element, the index by default: (replicates, rows)."""
        scores: Array = self.evaluated.scores(code or self.index_code)
        return scores

    def ranks(self, code: str | None = None) -> Array:
        """Ranks on an element within each period: (replicates, rows)."""
        return ranks_of(self.plan.table, self.evaluated, code or self.index_code)

    def nominal_ranks(self, code: str | None = None) -> Array:
        """Ranks with nothing varied: (rows,)."""
        ranks: Array = ranks_of(self.plan.table, self.nominal, code or self.index_code)[0]
        return ranks

    def score_interval(self, code: str | None = None) -> tuple[Array, Array]:
        """Low and high of each row's score at the run's level."""
        return interval(self.scores(code), self.level)

    def rank_interval(self, code: str | None = None) -> tuple[Array, Array]:
        """Low and high of each row's rank at the run's level."""
        return interval(self.ranks(code), self.level)

    @cached_property
    def rank_distribution(self) -> RankDistribution:
        """Probability of each rank on the index, for a table of one period."""
        return summarise_ranks(self.ranks())

    @cached_property
    def pairs(self) -> PairwiseProbability:
        """How often each unit stands above each other on the index, for one period."""
        return compare_pairs(self.scores())

    @cached_property
    def rank_change(self) -> RankChange:
        """How far the ranks on the index lie from the nominal ones."""
        return measure_rank_change(self.ranks(), self.nominal_ranks())

    def only(self, replicates: Positions) -> "Simulated":
        """The same run with some of its replicates, by position."""
        evaluated = replace(self.evaluated, of=tuple(of[replicates] for of in self.evaluated.of))
        return Simulated(self.plan, self.choices[replicates], evaluated, self.nominal, self.level)

    def where(self, name: str) -> "Simulated":
        """The replicates in which one variation is held at the plan's reference."""
        at = self.names.index(name)
        held = self.choices[:, at] == self.plan.reference[0, at]
        return self.only(np.flatnonzero(held))

    def labels(self, name: str) -> list[str]:
        """What each replicate has drawn of one variation, in words."""
        at = self.names.index(name)
        variation = self.plan.variations[at]
        words = [variation.label(number) for number in range(variation.count + 1)]
        return [words[alternative] for alternative in self.choices[:, at]]


def simulate(
    table: Table,
    recipe: Recipe,
    uncertainty: Uncertainty,
    *,
    functions: Mapping[str, UserFunction] | None = None,
) -> Simulated:
    """Score the table as often as asked, each time with one alternative of each variation.

    Raises RecipeRefused where nothing is varied or a variation varies nothing, ReplicateFailed
    where a replicate has no answer: the run stops, nothing is left out in silence.
    """
    plan = Plan(table, recipe, uncertainty.vary, functions or {}, uncertainty.seed)
    require_variation(plan)
    choices = _designed(plan, uncertainty)
    nominal = plan.evaluate(plan.nominal)
    return Simulated(plan, choices, plan.evaluate(choices), nominal, uncertainty.level)


def require_variation(plan: Plan) -> None:
    """Raise RecipeRefused where nothing is varied, or a variation varies nothing.

    Each variation is tried with the others held at the plan's reference: with all its
    alternatives or, of very many, with some.
    """
    if not plan.variations:
        raise RecipeRefused("an uncertainty run needs at least one variation, found none")
    for at, variation in enumerate(plan.variations):
        is_choice = isinstance(variation, Choice)
        tried = np.arange(variation.count if is_choice else min(variation.count, _TRIED))
        choices = np.repeat(plan.reference, len(tried) + 1, axis=0)
        choices[1:, at] = tried
        found = plan.evaluate(choices).scores(plan.recipe.framework.index_code)
        if np.allclose(found, found[0], rtol=1e-12, atol=1e-12, equal_nan=True):
            raise RecipeRefused(
                f"{variation.name}: a variation that varies nothing: {len(tried)} alternatives "
                "tried, all give the same scores"
            )


def share_width_by_cause(simulated: Simulated) -> WidthShares:
    """Which variation each row's rank interval owes its width to.

    The replicates of the run are computed again with one variation alone, the others held at the
    plan's reference, and with one variation held, the others as they were.
    """
    choices = simulated.choices
    parts = [
        _ranks_by_cause(simulated, choices[start : start + _DRAWS_AT_ONCE])
        for start in range(0, len(choices), _DRAWS_AT_ONCE)
    ]
    low, high = interval(np.concatenate(parts), simulated.level)
    alone, frozen = high - low
    low, high = simulated.rank_interval()
    return share_width(high - low, alone_widths=alone, frozen_widths=frozen)


def pick(points: Array, counts: tuple[int, ...]) -> Positions:
    """Alternatives for points of the unit cube, cut at equal shares of [0, 1)."""
    cells: Positions = (points * np.array(counts)).astype(np.intp)
    return cells


def ranks_of(table: Table, evaluated: Evaluated, code: str) -> Array:
    """Ranks on an element within each period, computed once for replicates that are the same."""
    states, of = evaluated.states(code)
    ranks = np.empty_like(states)
    for rows in table.rows_by_period.values():
        ranks[:, rows] = rank(states[:, rows])
    gathered: Array = np.take(ranks, of, axis=0)
    return gathered


def _designed(plan: Plan, uncertainty: Uncertainty) -> Positions:
    factors = len(plan.counts)
    if uncertainty.design is Design.FACTORIAL:
        return full_factorial(plan.counts)
    draw = {
        Design.RANDOM: draw_random,
        Design.SOBOL: draw_sobol_sequence,
        Design.LATIN: draw_latin_hypercube,
    }[uncertainty.design]
    return pick(draw(uncertainty.replicates, factors, seed=uncertainty.seed), plan.counts)


def _ranks_by_cause(simulated: Simulated, choices: Positions) -> Array:
    """Ranks on the index for some draws: (replicates, alone or held, variations, rows).

    All are computed at once, since a variation that is held late shares all stages before it.
    """
    plan = simulated.plan
    count, variations = choices.shape
    each = np.arange(variations)
    runs = np.empty((count, 2, variations, variations), dtype=np.intp)
    alone, held = runs[:, 0], runs[:, 1]
    alone[:], held[:] = plan.reference, choices[:, np.newaxis]
    alone[:, each, each], held[:, each, each] = choices, plan.reference
    evaluated = plan.evaluate(runs.reshape(-1, variations))
    ranks = ranks_of(plan.table, evaluated, simulated.index_code)
    return ranks.reshape(count, 2, variations, -1)
