"""The index computed once for all its tables: scores, draws, causes, sensitivity."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from sharedfuture import composite
from sharedfuture.analyse.composite.uncertainty.sensitivity import sensitivity_of


@dataclass(frozen=True)
class Drawn:
    """Everything that the tables of the index are made from.

    draws    the uncertainty run over all variations
    on_scale those of its draws that are on the recipe's own scale, for intervals of scores
    causes   what each country's rank interval owes to each variation
    shifts   by indicator and pillar: mean shift of ranks without it
    """

    recipe_id: str
    inputs: pl.DataFrame
    scored: composite.Scored
    draws: composite.Simulated
    on_scale: composite.Simulated
    causes: composite.WidthShares
    sensitivity: composite.Sensitivity
    shifts: dict[str, float]

    @property
    def index_id(self) -> str:
        """The index, by the id that its recipe gives it."""
        return self.scored.recipe.id

    @property
    def framework(self) -> composite.Framework:
        """Indicators, pillars and the index."""
        return self.scored.framework

    @cached_property
    def ranked(self) -> list[int]:
        """Rows that have a score, the highest first, ties by id."""
        ranks = self.scored.ranks()
        rows = np.flatnonzero(~np.isnan(ranks)).tolist()
        return sorted(rows, key=lambda row: (ranks[row], self.scored.table.units[row]))


def draw_index(
    recipe_id: str,
    inputs: pl.DataFrame,
    written: composite.Written,
    *,
    scale_variation: str,
    cause_replicates: int,
) -> Drawn:
    """Score, draw, and take apart where the spread comes from.

    `cause_replicates` of the draws are computed again for the causes of the width. Raises
    RecipeRefused where the recipe asks for no uncertainty run.
    """
    recipe, uncertainty = written.recipe, written.uncertainty
    if uncertainty is None:
        raise composite.RecipeRefused("[uncertainty] is needed, found none")
    table = table_of_inputs(inputs, recipe.framework.codes)
    draws = composite.simulate(table, recipe, uncertainty)
    some = draws.only(np.arange(min(cause_replicates, len(draws.choices))))
    return Drawn(
        recipe_id=recipe_id,
        inputs=inputs,
        scored=composite.score(table, recipe),
        draws=draws,
        on_scale=draws.where(scale_variation),
        causes=composite.share_width_by_cause(some),
        sensitivity=sensitivity_of(draws, uncertainty),
        shifts=_shifts(table, recipe),
    )


def table_of_inputs(inputs: pl.DataFrame, codes: tuple[str, ...]) -> composite.Table:
    """The inputs as the engine's table; a value without a standard error is taken as exact.

    Raises TableRefused where the inputs lack an indicator of the recipe.
    """
    gone = sorted(set(codes) - set(inputs["indicator_code"]))
    if gone:
        raise composite.TableRefused(f"no inputs for {', '.join(gone)}")
    values, errors = (
        inputs.pivot("indicator_code", index="country_id", values=column).sort("country_id")
        for column in ("value", "standard_error")
    )
    return composite.Table(
        units=tuple(values["country_id"]),
        codes=codes,
        values=_numbers(values, codes),
        standard_errors=np.nan_to_num(_numbers(errors, codes), nan=0.0),
    )


def unvarying(table: composite.Table) -> list[str]:
    """Indicators without two different values, as those that nobody had published by a day."""
    lowest = np.fmin.reduce(table.values, axis=1)
    highest = np.fmax.reduce(table.values, axis=1)
    return [code for code, varies in zip(table.codes, highest > lowest, strict=True) if not varies]


def _numbers(
    frame: pl.DataFrame, codes: tuple[str, ...]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    columns = frame.select(pl.col(code).cast(pl.Float64).fill_null(float("nan")) for code in codes)
    return np.ascontiguousarray(columns.to_numpy().T)


def _shifts(table: composite.Table, recipe: composite.Recipe) -> dict[str, float]:
    found: dict[str, float] = {}
    for level in range(1, len(recipe.framework.levels)):
        left = composite.leave_out(table, recipe, level=level)
        found |= dict(zip(left.codes, left.shift.tolist(), strict=True))
    return found
