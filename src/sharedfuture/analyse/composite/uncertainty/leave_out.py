"""The index without each of its parts in turn: what the ranking owes to a single one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.methods.normalising import NormaliseOnly
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.methods.treating import TreatOnly
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.score import score
from sharedfuture.analyse.composite.table import Table
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
    whole = score(table, recipe, functions=functions)
    runs = [score(table, without(recipe, code), functions=functions) for code in codes]
    ranks = np.stack([run.ranks() for run in runs])
    return LeftOut(
        codes=codes,
        scores=np.stack([run.index for run in runs]),
        ranks=ranks,
        shift=measure_rank_change(ranks, whole.ranks()).mean_absolute,
    )


def without(recipe: Recipe, *codes: str) -> Recipe:
    """The recipe without some indicators or elements, and without exceptions made for them.

    Raises RecipeRefused for a code that is not there, and where nothing would be left.
    """
    framework = recipe.framework.without(codes)
    gone = set(recipe.framework.level_of) - set(framework.level_of)
    changed = replace(recipe, framework=framework)
    for part in ("treat", "normalise"):
        record = changed.part(part)
        if record is not None and record.only:
            kept = tuple(_kept(only, gone) for only in record.only)
            only = tuple(entry for entry in kept if entry.codes)
            changed = changed.replaced(f"{part}.only", only)
    values = getattr(changed.weigh.by, "values", None)
    if values:
        left = {code: weight for code, weight in values.items() if code not in gone}
        changed = changed.replaced("weigh.by.values", left)
    elements = tuple(on for on in changed.aggregate.element if on.code not in gone)
    return changed.replaced("aggregate.element", elements)


def _kept(only: TreatOnly | NormaliseOnly, gone: set[str]) -> TreatOnly | NormaliseOnly:
    codes = tuple(code for code in only.codes if code not in gone)
    return msgspec.structs.replace(only, codes=codes)
