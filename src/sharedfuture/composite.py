"""Composite indicators as the OECD/JRC handbook asks: the public face of the engine.

    from sharedfuture import composite

    written = composite.read_recipe(recipe_text)           # TOML: every choice of the index
    table = composite.table_of(frame, unit="country")      # a polars frame
    scored = composite.score(table, written.recipe)
    scored.index, scored.ranks(), scored.changes           # scores, ranks, what treatment did

    drawn = composite.simulate(table, written.recipe, written.uncertainty)
    drawn.rank_interval()                                  # low and high of each unit's rank
    composite.analyse_sensitivity(table, written.recipe, written.uncertainty).indices

    audited = composite.audit(table, written.recipe, written.uncertainty)
    composite.audit_tables(audited)["findings"]            # conclusions, as a polars frame

The functions on arrays below a recipe (normalisers, weights, aggregators, statistics) are in the
modules of `sharedfuture.analyse.composite`; nothing else of the package is needed for any of it.
What reads and makes frames (`table_of`, `score_tables`, `audit` and their kind) is loaded when it
is first asked for, so that the import of this module stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from sharedfuture.analyse.composite.errors import (
    CompositeError,
    NotDefined,
    RecipeRefused,
    ReplicateFailed,
    TableRefused,
)
from sharedfuture.analyse.composite.framework import Better, Element, Framework, Indicator
from sharedfuture.analyse.composite.methods import aggregating as aggregators
from sharedfuture.analyse.composite.methods import imputing as imputers
from sharedfuture.analyse.composite.methods import normalising as normalisers
from sharedfuture.analyse.composite.methods import screening as screens
from sharedfuture.analyse.composite.methods import treating as treatments
from sharedfuture.analyse.composite.methods import weighing as weighers
from sharedfuture.analyse.composite.plan import Plan
from sharedfuture.analyse.composite.reading import Written, read_recipe
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.score import Scored, score
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.attribution import WidthShares
from sharedfuture.analyse.composite.uncertainty.leave_out import LeftOut, leave_out, without
from sharedfuture.analyse.composite.uncertainty.montecarlo import (
    Simulated,
    share_width_by_cause,
    simulate,
)
from sharedfuture.analyse.composite.uncertainty.run import Design, Uncertainty
from sharedfuture.analyse.composite.uncertainty.sensitivity import (
    Sensitivity,
    analyse_sensitivity,
    sensitivity_of,
)
from sharedfuture.analyse.composite.uncertainty.variation import (
    Choice,
    DirichletWeights,
    LeaveOut,
    MeasurementError,
    NoisyWeights,
    ResampledIndicators,
    Variation,
)

if TYPE_CHECKING:
    from sharedfuture.analyse.composite.inputs import (
        Intervals,
        StandardErrors,
        coin_tool_of,
        coinr_of,
        framework_of,
        table_of,
        table_of_long,
    )
    from sharedfuture.analyse.composite.outputs import (
        Audited,
        audit,
        audit_tables,
        comparison_tables,
        score_tables,
    )

# Where the names are that need polars.
_LATE = {
    **dict.fromkeys(("Intervals", "StandardErrors", "coin_tool_of", "coinr_of"), "inputs"),
    **dict.fromkeys(("framework_of", "table_of", "table_of_long"), "inputs"),
    **dict.fromkeys(("Audited", "audit", "audit_tables"), "outputs"),
    **dict.fromkeys(("comparison_tables", "score_tables"), "outputs"),
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"sharedfuture.analyse.composite.{_LATE[name]}"), name)
    return found


__all__ = [
    "Audited",
    "Better",
    "Choice",
    "CompositeError",
    "Design",
    "DirichletWeights",
    "Element",
    "Framework",
    "Indicator",
    "Intervals",
    "LeaveOut",
    "LeftOut",
    "MeasurementError",
    "NoisyWeights",
    "NotDefined",
    "Plan",
    "Recipe",
    "RecipeRefused",
    "ReplicateFailed",
    "ResampledIndicators",
    "Scored",
    "Sensitivity",
    "Simulated",
    "StandardErrors",
    "Table",
    "TableRefused",
    "Uncertainty",
    "Variation",
    "WidthShares",
    "Written",
    "aggregators",
    "analyse_sensitivity",
    "audit",
    "audit_tables",
    "coin_tool_of",
    "coinr_of",
    "comparison_tables",
    "framework_of",
    "imputers",
    "leave_out",
    "normalisers",
    "read_recipe",
    "score",
    "score_tables",
    "screens",
    "sensitivity_of",
    "share_width_by_cause",
    "simulate",
    "table_of",
    "table_of_long",
    "treatments",
    "weighers",
    "without",
]
