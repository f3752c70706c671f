"""Which choices matter: Sobol' indices of the ranking as a whole and of each unit.

The output for the ranking is the mean absolute shift of ranks from the nominal ones, as in
Saisana, Saltelli and Tarantola (2005); for a unit it is its own rank.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.plan import Evaluated, Plan
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.attribution import VarianceShares, share_variance
from sharedfuture.analyse.composite.uncertainty.design import (
    distinct_rows,
    draw_sobol_sequence,
    saltelli_design,
)
from sharedfuture.analyse.composite.uncertainty.montecarlo import (
    Simulated,
    pick,
    ranks_of,
    require_variation,
)
from sharedfuture.analyse.composite.uncertainty.rank_distribution import measure_rank_change
from sharedfuture.analyse.composite.uncertainty.run import Uncertainty
from sharedfuture.analyse.composite.uncertainty.sobol import (
    SobolIndices,
    SobolIntervals,
    bootstrap_sobol_intervals,
    sobol_indices,
)

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sensitivity:
    """Sobol' indices of the mean absolute rank shift, and of each unit's rank.

    names      of the variations, the order of all indices
    shift      (replicates,): the mean absolute rank shift of each point of the design
    indices    of the shift, with `intervals` by bootstrap
    units      shares of the variance of each row's rank
    """

    names: tuple[str, ...]
    shift: Array
    indices: SobolIndices
    intervals: SobolIntervals
    units: VarianceShares


def analyse_sensitivity(
    table: Table,
    recipe: Recipe,
    uncertainty: Uncertainty,
    *,
    functions: Mapping[str, UserFunction] | None = None,
) -> Sensitivity:
    """First- and total-order indices of at least two variations, by a Saltelli design.

    Takes `rows` times (variations + 2) replicates. Raises as `simulate` does, and RecipeRefused
    with fewer than two variations, between which there is nothing to tell apart.
    """
    plan = Plan(table, recipe, uncertainty.vary, functions or {}, uncertainty.seed)
    _require_two(plan)
    require_variation(plan)
    return _analysed(plan, plan.evaluate(plan.nominal), uncertainty)


def sensitivity_of(simulated: Simulated, uncertainty: Uncertainty) -> Sensitivity:
    """What `analyse_sensitivity` gives, for the variations of a run that has been made already.

    That they vary something is known by then, and tables that the run has drawn are not drawn
    again. Raises as `analyse_sensitivity` does.
    """
    _require_two(simulated.plan)
    return _analysed(simulated.plan, simulated.nominal, uncertainty)


def _require_two(plan: Plan) -> None:
    count = len(plan.variations)
    if count < 2:
        raise RecipeRefused(f"a sensitivity analysis needs two variations or more, found {count}")


def _analysed(plan: Plan, nominal: Evaluated, uncertainty: Uncertainty) -> Sensitivity:
    factors, code = len(plan.variations), plan.recipe.framework.index_code
    halves = draw_sobol_sequence(uncertainty.rows, 2 * factors, seed=uncertainty.seed)
    choices = pick(saltelli_design(halves).points, plan.counts)
    different, position = distinct_rows(choices)
    ranks = ranks_of(plan.table, plan.evaluate(different), code)[position]
    shift = measure_rank_change(ranks, ranks_of(plan.table, nominal, code)[0]).mean_absolute
    return Sensitivity(
        names=tuple(variation.name for variation in plan.variations),
        shift=shift,
        indices=sobol_indices(shift, factors),
        intervals=bootstrap_sobol_intervals(
            shift,
            factors,
            resamples=uncertainty.resamples,
            level=uncertainty.level,
            seed=uncertainty.seed,
        ),
        units=share_variance(ranks, factors),
    )
