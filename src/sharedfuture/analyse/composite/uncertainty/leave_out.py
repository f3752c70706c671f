"""The index without each of its parts in turn: what the ranking owes to a single one."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.normalising import NormaliseOnly
from sharedfuture.analyse.composite.methods.screening import Denominate
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.methods.treating import TreatOnly
from sharedfuture.analyse.composite.methods.weighing import (
    Budget,
    Budgeted,
    Compared,
    Comparisons,
    Given,
    Weigher,
)
from sharedfuture.analyse.composite.plan import Plan
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.montecarlo import ranks_of
from sharedfuture.analyse.composite.uncertainty.rank_distribution import measure_rank_change

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LeftOut:
    """The index without each element of a level.

    codes   the elements left out in turn
    scores  (codes, rows) of the index
    ranks   (codes, rows)
    shift   (codes,): mean absolute shift of the ranks from those with everything in
    """

    codes: tuple[str, ...]
    scores: Array
    ranks: Array
    shift: Array


def leave_out(
    table: Table,
    recipe: Recipe,
    *,
    level: int = 1,
    functions: Mapping[str, UserFunction] | None = None,
) -> LeftOut:
    """Score the table again without each element of a level (1 is the indicators').

    The whole recipe is run anew each time, screening and imputation included. Raises
    RecipeRefused for a level that is not there, or is the index itself.
    """
    levels = recipe.framework.levels
    if not 1 <= level < len(levels):
        raise RecipeRefused(f"leave out: level {level} is not one of 1 to {len(levels) - 1}")
    codes = levels[level - 1].codes
    own = functions or {}
    _, nominal = _scores_and_ranks(Plan(table, recipe, functions=own))
    plans = [Plan(table, without(recipe, code), functions=own) for code in codes]
    scores, ranks = map(np.stack, zip(*map(_scores_and_ranks, plans), strict=True))
    shift = measure_rank_change(ranks, nominal).mean_absolute
    return LeftOut(codes=codes, scores=scores, ranks=ranks, shift=shift)


def without(recipe: Recipe, *codes: str) -> Recipe:
    """The recipe without some indicators or elements, and without exceptions made for them.

    What people judged of the siblings that are left stands; so does all else. Raises RecipeRefused
    for a code that is not there, and where nothing would be left.
    """
    framework = recipe.framework.without(codes)
    gone = set(recipe.framework.level_of) - set(framework.level_of)
    weigh, aggregate = recipe.weigh, recipe.aggregate
    elements = tuple(on for on in aggregate.element if on.code not in gone)
    changed = replace(
        recipe,
        framework=framework,
        denominate=_denominate_left(recipe.denominate, framework, gone),
        weigh=msgspec.structs.replace(weigh, by=_weigher_left(weigh.by, gone)),
        aggregate=msgspec.structs.replace(aggregate, element=elements),
    )
    for part in ("treat", "normalise"):
        record = changed.part(part)
        if record is not None and record.only:
            kept = tuple(_kept(only, gone) for only in record.only)
            only = tuple(entry for entry in kept if entry.codes)
            changed = changed.replaced(f"{part}.only", only)
    return changed


def _scores_and_ranks(plan: Plan) -> tuple[Array, Array]:
    """Of the index with nothing varied: (rows,) each."""
    code, evaluated = plan.recipe.framework.index_code, plan.evaluate(plan.nominal)
    return evaluated.scores(code)[0], ranks_of(plan.table, evaluated, code)[0]


def _denominate_left(
    record: Denominate | None, framework: Framework, gone: Set[str]
) -> Denominate | None:
    """No stage at all where no indicator is left that is divided."""
    if record is None or all(entry.denominator is None for entry in framework.indicators):
        return None
    return msgspec.structs.replace(record, factors=_entries_left(record.factors, gone))


def _weigher_left(weigher: Weigher, gone: Set[str]) -> Weigher:
    match weigher:
        case Given():
            return Given(values=_entries_left(weigher.values, gone))
        case Budget():
            budgets = tuple(
                Budgeted(
                    parent=judged.parent,
                    people=tuple(_entries_left(person, gone) for person in judged.people),
                )
                for judged in weigher.judged
                if judged.parent not in gone
            )
            return Budget(judged=budgets)
        case Comparisons():
            compared = tuple(_compared_left(of, gone) for of in weigher.judged)
            return msgspec.structs.replace(
                weigher, judged=tuple(of for of in compared if of.parent not in gone)
            )
        case _:
            return weigher


def _compared_left(compared: Compared, gone: Set[str]) -> Compared:
    at = [row for row, code in enumerate(compared.codes) if code not in gone]
    return Compared(
        parent=compared.parent,
        codes=tuple(compared.codes[row] for row in at),
        matrices=tuple(
            tuple(tuple(matrix[row][column] for column in at) for row in at)
            for matrix in compared.matrices
        ),
    )


def _entries_left(entries: Mapping[str, float], gone: Set[str]) -> Mapping[str, float]:
    return {code: of for code, of in entries.items() if code not in gone}


def _kept(only: TreatOnly | NormaliseOnly, gone: Set[str]) -> TreatOnly | NormaliseOnly:
    codes = tuple(code for code in only.codes if code not in gone)
    return msgspec.structs.replace(only, codes=codes)
