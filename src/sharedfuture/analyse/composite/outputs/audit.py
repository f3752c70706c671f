"""An index audited: scored, varied, taken apart; as tables for pages, workbooks and tests.

The order is that of a statistical audit of the JRC: what was done, the data, the structure, the
results, how robust they are, and what follows. In a panel the latest period is audited.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sharedfuture.analyse.composite.errors import CompositeError, NotDefined, RecipeRefused
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.outputs import conclusions, draws, structure, thresholds
from sharedfuture.analyse.composite.outputs.choices import variation_frame
from sharedfuture.analyse.composite.outputs.scores import in_order, score_tables
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.score import Scored, score
from sharedfuture.analyse.composite.table import Positions, Table
from sharedfuture.analyse.composite.uncertainty.attribution import WidthShares
from sharedfuture.analyse.composite.uncertainty.leave_out import LeftOut, leave_out
from sharedfuture.analyse.composite.uncertainty.montecarlo import (
    Simulated,
    share_width_by_cause,
    simulate,
)
from sharedfuture.analyse.composite.uncertainty.run import Uncertainty
from sharedfuture.analyse.composite.uncertainty.sensitivity import Sensitivity, sensitivity_of

# Told what is being done now, in a few words.
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Audited:
    """All results of an audit; what could not be computed is None, with the reason in `notes`.

    rows   of the period that is audited
    notes  by what could not be computed: why
    """

    scored: Scored
    rows: Positions
    uncertainty: Uncertainty | None
    simulated: Simulated | None
    sensitivity: Sensitivity | None
    widths: WidthShares | None
    left_out: Mapping[int, LeftOut]
    notes: Mapping[str, str]


def audit(
    table: Table,
    recipe: Recipe,
    uncertainty: Uncertainty | None = None,
    *,
    functions: Mapping[str, UserFunction] | None = None,
    tell: Tell = lambda _: None,
) -> Audited:
    """Score a table, vary the recipe, leave out every part in turn.

    Raises what `score` and `simulate` raise. What has no answer for these data (indices where the
    ranking hardly moves, an index without one of its parts) is noted instead.
    """
    own = functions or {}
    notes: dict[str, str] = {}
    scored = score(table, recipe, functions=own)
    rows = scored.table.rows_by_period[max(scored.table.rows_by_period, key=_in_time)]
    simulated = sensitivity = widths = None
    if uncertainty is None:
        notes["uncertainty"] = "the recipe has no [uncertainty]: nothing was varied"
    else:
        tell(f"{uncertainty.replicates} replicates of {len(uncertainty.vary)} variations")
        simulated = simulate(table, recipe, uncertainty, functions=own)
        widths = share_width_by_cause(simulated)
        tell(f"sensitivity: {uncertainty.rows * (len(uncertainty.vary) + 2)} replicates")
        try:
            sensitivity = sensitivity_of(simulated, uncertainty)
        except (NotDefined, RecipeRefused) as error:
            notes["sensitivity"] = str(error)
    tell("leaving out each part")
    left_out = _left_out(table, recipe, own, notes)
    return Audited(scored, rows, uncertainty, simulated, sensitivity, widths, left_out, notes)


def audit_tables(audited: Audited) -> dict[str, pl.DataFrame]:
    """Every table of an audit by name, `contents` first; what was not computed has none."""
    tables = score_tables(audited.scored, audited.simulated)
    tables |= structure_tables(audited.scored, audited.rows)
    tables |= {
        "variation": variation_frame(audited.uncertainty),
        "thresholds": thresholds.threshold_frame(),
        "note": _note_frame(audited.notes),
        "about": _about_frame(audited),
    }
    tables |= _robustness_tables(audited)
    level = None if audited.uncertainty is None else audited.uncertainty.level
    tables["findings"] = conclusions.finding_frame(_of_period(tables, audited), level=level)
    return in_order(tables)


def structure_tables(scored: Scored, rows: Positions) -> dict[str, pl.DataFrame]:
    """How the parts hang together over the rows of one period; needs scores and no draws."""
    return {
        "correlation": structure.correlation_frame(scored, rows),
        "ancestor": structure.ancestor_frame(scored, rows),
        "reliability": structure.reliability_frame(scored, rows),
        "without": structure.without_frame(scored, rows),
        "component": structure.component_frame(scored, rows),
        "weight": structure.weight_frame(scored, rows),
    }


def _left_out(
    table: Table, recipe: Recipe, functions: Mapping[str, UserFunction], notes: dict[str, str]
) -> dict[int, LeftOut]:
    """Each level below the index that has more than one part."""
    found = {}
    for number, level in enumerate(recipe.framework.levels[:-1], 1):
        if len(level.codes) < 2:
            continue
        try:
            found[number] = leave_out(table, recipe, level=number, functions=functions)
        except CompositeError as error:
            notes[f"leaving out each of level {number}"] = str(error)
    return found


def _robustness_tables(audited: Audited) -> dict[str, pl.DataFrame]:
    scored, rows, simulated = audited.scored, audited.rows, audited.simulated
    tables = {}
    if simulated is not None:
        tables["probability"] = draws.probability_frame(simulated, rows)
        tables["neighbour"] = draws.neighbour_frame(simulated, rows)
        tables["pair"] = draws.pair_frame(simulated, rows)
    if audited.sensitivity is not None:
        tables["sensitivity"] = draws.sensitivity_frame(audited.sensitivity)
    if simulated is not None and audited.widths is not None:
        tables["cause"] = draws.cause_frame(simulated, audited.widths, audited.sensitivity, rows)
    if audited.left_out:
        shifts = [
            draws.left_out_frame(scored, found).select(pl.lit(number).alias("level"), pl.all())
            for number, found in audited.left_out.items()
        ]
        tables["left_out"] = pl.concat(shifts)
        tables["left_out_rank"] = draws.left_out_rank_frame(
            scored, next(iter(audited.left_out.values()))
        )
    return tables


def _about_frame(audited: Audited) -> pl.DataFrame:
    scored, framework = audited.scored, audited.scored.framework
    scored_count = int((~np.isnan(scored.index[audited.rows])).sum())
    facts: dict[str, str] = {
        "index": scored.recipe.title or framework.titles[framework.index_code],
        "index_id": scored.recipe.id,
        "units": str(len(audited.rows)),
        "scored": str(scored_count),
        "indicators": str(len(framework.indicators)),
        "levels": ", ".join(level.name for level in framework.levels),
    }
    if scored.table.periods:
        facts["period"] = f"{scored.table.periods[int(audited.rows[0])]:g}"
        facts["periods"] = ", ".join(f"{of:g}" for of in scored.table.rows_by_period)
    if audited.uncertainty is not None and audited.simulated is not None:
        facts |= {
            "seed": str(audited.uncertainty.seed),
            "replicates": str(len(audited.simulated.choices)),
            "design": audited.uncertainty.design.value,
            "level": f"{audited.uncertainty.level:g}",
        }
    return pl.DataFrame(
        list(facts.items()), schema={"fact": pl.String, "value": pl.String}, orient="row"
    )


def _note_frame(notes: Mapping[str, str]) -> pl.DataFrame:
    schema = {"what": pl.String, "why": pl.String}
    return pl.DataFrame(list(notes.items()), schema=schema, orient="row")


def _of_period(tables: Mapping[str, pl.DataFrame], audited: Audited) -> dict[str, pl.DataFrame]:
    """The tables, those with periods cut to the one that is audited."""
    table = audited.scored.table
    if not table.periods:
        return dict(tables)
    period = table.periods[int(audited.rows[0])]
    return {
        name: frame.filter(pl.col("period") == period) if "period" in frame.columns else frame
        for name, frame in tables.items()
    }


def _in_time(period: float | None) -> float:
    return float("-inf") if period is None else period
