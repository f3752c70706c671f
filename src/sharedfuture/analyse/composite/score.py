"""The index itself: scores and ranks of every element, with all that led to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.arrays.screen import Problem, Screening, check_values
from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.screening import ScreenBy
from sharedfuture.analyse.composite.methods.setting import Outcome, UserFunction
from sharedfuture.analyse.composite.methods.treating import Change, TreatLog, changes
from sharedfuture.analyse.composite.plan import Plan
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.table import Positions, Table

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """The result of a recipe on a table; it carries both.

    values    the indicators after each stage that was run, and `raw`: (indicators, rows)
    scores    of every element, by code: (rows,); NaN where a row has none, see `absences`
    weights   the weights that were used on each level from 1 up, by code
    screening what each row had, where the recipe screens
    imputed   which values were filled in, where the recipe imputes
    changes   every value that treatment changed
    problems  what a reader should know of the data beforehand
    """

    table: Table
    recipe: Recipe
    values: Mapping[str, Array]
    scores: Mapping[str, Array]
    weights: Mapping[str, float]
    included: Flags
    screening: Screening | None = None
    imputed: Flags | None = None
    treatment: TreatLog = ()
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def framework(self) -> Framework:
        """The framework of the recipe."""
        return self.recipe.framework

    @property
    def index(self) -> Array:
        """Scores of the index."""
        return self.scores[self.framework.index_code]

    def ranks(self, code: str | None = None) -> Array:
        """Ranks on an element, the index by default: 1 is the highest, ties share the best.

        In a panel the ranks are within each period. NaN without a score.
        """
        scores = self.index if code is None else self._of(code)
        ranks = np.empty_like(scores)
        for rows in self.table.rows_by_period.values():
            ranks[rows] = rank(scores[rows])
        return ranks

    def absences(self) -> dict[int, str]:
        """For each row without a score of the index, why it has none."""
        return {
            int(row): self._why_absent(int(row)) for row in np.flatnonzero(np.isnan(self.index))
        }

    def _why_absent(self, row: int) -> str:
        if not self.included[row]:
            return f"left out by screening: {self._why_screened(row)}"
        for level in self.framework.levels[1:]:
            for code in level.codes:
                if np.isnan(self.scores[code][row]):
                    return f"too few values of {self.framework.titles[code]}"
        return "no value"

    def _why_screened(self, row: int) -> str:
        screen, found = self.recipe.screen, self.screening
        if screen is None or found is None or self.table.units[row] in screen.exclude:
            return "named in the recipe"
        available = found.availability.available_share[0, row]
        if found.is_low_data[0, row] and (screen.by is not ScreenBy.ZEROS or available == 0):
            return f"{available:.0%} of the indicators available"
        if found.is_low_nonzero[0, row] and screen.by is not ScreenBy.MISSING:
            return f"{found.availability.nonzero_share[0, row]:.0%} of its values are not zero"
        return "too few elements with enough of their indicators"

    def _of(self, code: str) -> Array:
        if code not in self.scores:
            raise RecipeRefused(f"{code}: no such indicator or element")
        return self.scores[code]


def score(
    table: Table, recipe: Recipe, *, functions: Mapping[str, UserFunction] | None = None
) -> Scored:
    """Score a table by a recipe.

    `functions` are the caller's own, by the names that the recipe uses. Raises TableRefused,
    RecipeRefused or NotDefined, each with the place and the indicator.
    """
    plan = Plan(table, recipe, functions=functions or {})
    seen = _Seen(table.row_count)
    evaluated = plan.watched(seen.watch)
    walk = plan.walk
    values = {"raw": walk.table.values, **seen.values}
    scores = dict(zip(recipe.framework.codes, values["normalise"], strict=True))
    for level in recipe.framework.levels[1:]:
        scores |= {code: evaluated.scores(code)[0] for code in level.codes}
    return Scored(
        table=walk.table,
        recipe=recipe,
        values=values,
        scores=scores,
        weights=_weights(plan, scores, seen.included),
        included=seen.included,
        screening=seen.screening,
        imputed=seen.imputed,
        treatment=seen.treatment,
        changes=tuple(changes(seen.treatment, recipe.framework.codes)),
        problems=check_values(walk.table.values),
    )


@dataclass
class _Seen:
    """What the stages of one index told on their way."""

    row_count: int
    values: dict[str, Array] = field(default_factory=dict)
    screening: Screening | None = None
    imputed: Flags | None = None
    treatment: TreatLog = ()
    included: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.included = np.ones(self.row_count, dtype=np.bool_)

    def watch(self, stage: str, outcome: Outcome, rows: Positions) -> None:
        """Keep the values of a stage in their rows, and its record."""
        values = np.full((outcome.values.shape[1], self.row_count), np.nan)
        values[:, rows] = outcome.values[0]
        self.values[stage] = values
        if isinstance(outcome.record, Screening):
            self.screening = outcome.record
            self.included = np.zeros(self.row_count, dtype=np.bool_)
            self.included[rows] = outcome.record.is_included[0]
            values[:, ~self.included] = np.nan
        elif stage == "impute":
            self.imputed = np.zeros(values.shape, dtype=np.bool_)
            self.imputed[:, rows] = np.asarray(outcome.record)[0]
        elif stage == "treat":
            self.treatment = tuple((rows[of], log) for of, log in outcome.record)


def _weights(plan: Plan, scores: Mapping[str, Array], included: Flags) -> dict[str, float]:
    """The weights of each level, found anew where they are found in the data."""
    rows = np.flatnonzero(included)
    weights: dict[str, float] = {}
    for number, level in enumerate(plan.recipe.framework.levels[:-1], 1):
        values = np.stack([scores[code][rows] for code in level.codes])
        found = plan.recipe.weigh.run(number, values, plan.walk.setting_of(rows))
        weights |= dict(zip(level.codes, found.tolist(), strict=True))
    return weights
