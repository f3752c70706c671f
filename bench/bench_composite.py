"""The composite engine against floors, rivals and COINr's recorded time, on one core.

The table is COINr's ASEM example with its whole recipe (denominators, gaps, screening, outliers)
where that stands beside the checkout; elsewhere a drawn one of the same shape. `run.py` keeps
NumPy to one thread.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
from timing import in_turn

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.inputs import coinr_of

Array = npt.NDArray[np.float64]
Row = tuple[str, float, str, float, str]

# COINr 1.1.14 takes 92 ms for each replicate of this design (recorded, on a machine like this).
COINR_SECONDS = 0.092
REPLICATES = 1000
ASEM = Path(__file__).parents[2] / "shared" / "data" / "coinr"


def composite_rows() -> list[Row]:
    """All rows of the engine."""
    name, table, recipe = _example()
    return [
        *_choice_rows(name, table, recipe),
        _measured_row(name, table, recipe),
        _sensitivity_row(table, recipe),
        _large_row(),
        _outranking_row(),
        _pandas_row(),
    ]


def _example() -> tuple[str, ci.Table, ci.Recipe]:
    """COINr's example with its recipe, or a drawn table of its shape."""
    if not ASEM.is_dir():
        return "drawn table, 51 x 49", drawn_table(51, 49), recipe_for(49, pillars=8, halves=2)
    data, metadata = (
        pl.read_csv(ASEM / f"in_asem_{part}.csv", infer_schema=False) for part in ("iData", "iMeta")
    )
    table, framework = coinr_of(data, metadata)
    errors = np.nan_to_num(np.abs(table.values), nan=0.0) / 20
    recipe = replace(
        recipe_for(49, pillars=8, halves=2),
        framework=framework,
        order=("denominate", "impute", "screen", "treat", "normalise"),
        denominate=ci.screens.Denominate(),
        impute=ci.imputers.Impute(by=ci.imputers.GroupMean("EurAsia_group")),
        screen=ci.screens.Screen(least_available=0.9),
    )
    return "ASEM, 51 x 49", replace(table, standard_errors=errors), recipe


def drawn_table(units: int, indicators: int, *, seed: int = 1) -> ci.Table:
    """Log-normal indicators, a third of them skewed, with standard errors of a tenth."""
    generator = np.random.default_rng(seed)
    spread = np.where(np.arange(indicators) % 3 == 0, 1.2, 0.4)[:, None]
    values = np.exp(spread * generator.standard_normal((indicators, units)))
    return ci.Table(
        units=tuple(f"U{number}" for number in range(units)),
        codes=tuple(f"i{number}" for number in range(indicators)),
        values=values,
        standard_errors=values / 10,
    )


def recipe_for(indicators: int, *, pillars: int, halves: int) -> ci.Recipe:
    """Winsorising, min-max and arithmetic means over indicators, pillars, halves and index."""
    framework = ci.Framework(
        indicators=tuple(
            ci.Indicator(
                f"i{number}", ci.Better.HIGHER, parent=f"p{number * pillars // indicators}"
            )
            for number in range(indicators)
        ),
        elements=(
            *(
                ci.Element(f"p{number}", parent=f"h{number * halves // pillars}")
                for number in range(pillars)
            ),
            *(ci.Element(f"h{number}", parent="index") for number in range(halves)),
            ci.Element("index"),
        ),
    )
    return ci.Recipe(
        id="bench",
        framework=framework,
        treat=ci.treatments.Treat(first=ci.treatments.Winsorise(5)),
        normalise=ci.normalisers.Normalise(by=ci.normalisers.MinMax(low=1, high=100)),
        aggregate=ci.aggregators.Aggregate(by=ci.aggregators.Arithmetic()),
    )


def choices() -> tuple[ci.Choice | ci.NoisyWeights, ...]:
    """The design of COINr's example: 5 x 2 x 100 x 2 combinations."""
    scales = (ci.normalisers.MinMax(low=1, high=100), ci.normalisers.ZScore(mean=10, deviation=2))
    means = (ci.aggregators.Arithmetic(), ci.aggregators.Geometric())
    return (
        ci.Choice(name="points", path="treat.first.most_points", among=(1, 2, 3, 4, 5)),
        ci.Choice(name="scale", path="normalise.by", among=scales),
        ci.NoisyWeights(name="weights", noise=0.25, levels=(2, 3), sets=100),
        ci.Choice(name="mean", path="aggregate.by", among=means),
    )


def _drawn_choices(plan: ci.Plan, count: int) -> npt.NDArray[np.intp]:
    generator = np.random.default_rng(7)
    return np.stack([generator.integers(0, of, count) for of in plan.counts], axis=1)


def _choice_rows(name: str, table: ci.Table, recipe: ci.Recipe) -> list[Row]:
    """Choices only; against one sum over the table for each replicate, and COINr's record."""
    chosen = _drawn_choices(ci.Plan(table, recipe, choices()), REPLICATES)

    def ours() -> None:
        ci.Plan(table, recipe, choices()).evaluate(chosen)

    def floor() -> None:
        for _ in range(REPLICATES):
            table.values.sum()

    measured, least = in_turn(ours, floor, runs=15)
    each = measured / REPLICATES
    work = f"index, a replicate of four choices ({name})"
    return [
        (work, each, "COINr 1.1.14, recorded", COINR_SECONDS, "0.03 ms; below 0.00033"),
        (work, each, "summing the table once", least / REPLICATES, "no goal"),
    ]


def _measured_row(name: str, table: ci.Table, recipe: ci.Recipe) -> Row:
    """Errors on every value, so that nothing is shared; against drawing and sorting as many."""
    vary = (ci.MeasurementError(name="errors", sets=REPLICATES), *choices())
    plan = ci.Plan(table, recipe, vary)
    chosen = _drawn_choices(plan, REPLICATES)
    chosen[:, 0] = np.arange(REPLICATES)

    def ours() -> None:
        plan.evaluate(chosen)

    def floor() -> None:
        generator = np.random.default_rng(0)
        np.sort(generator.standard_normal((REPLICATES, *table.values.shape)), axis=-1)

    measured, least = in_turn(ours, floor, runs=7)
    work = f"the same with errors on every value ({name})"
    against = "drawing and sorting as many numbers"
    return work, measured / REPLICATES, against, least / REPLICATES, "0.3 ms"


def _sensitivity_row(table: ci.Table, recipe: ci.Recipe) -> Row:
    """First- and total-order indices with bootstrap; against ranking as many replicates."""
    uncertainty = ci.Uncertainty(seed=1, rows=4096, resamples=500, vary=choices())

    def ours() -> None:
        ci.analyse_sensitivity(table, recipe, uncertainty)

    def floor() -> None:
        np.random.default_rng(0).random((6 * 4096, 51)).argsort(axis=1)

    measured, least = in_turn(ours, floor, runs=7)
    work = "Sobol' indices, 4 factors, N = 4,096, bootstrap, model included"
    return work, measured, "drawing and sorting as many scores", least, "under 1 s"


def _large_row() -> Row:
    """Min-max and arithmetic means for 5,000 x 100; against a copy of the array."""
    table = drawn_table(5000, 100)
    recipe = replace(recipe_for(100, pillars=10, halves=2), treat=None)
    plan = ci.Plan(table, recipe)

    def ours() -> None:
        plan.evaluate(plan.nominal)

    measured, least = in_turn(ours, table.values.copy, runs=25)
    return (
        "normalise and aggregate, 5,000 x 100",
        measured,
        "copying the array",
        least,
        "at most 10",
    )


def _outranking_row() -> Row:
    """Copeland's scores for 1,000 x 100; against the comparisons alone."""
    from sharedfuture.analyse.composite.arrays.outrank import copeland

    values, weights = drawn_table(1000, 100).values, np.ones(100)

    def ours() -> None:
        copeland(values, weights)

    def floor() -> None:
        for row in values:
            (row[:, None] > row).sum()

    measured, least = in_turn(ours, floor, runs=5)
    return "Copeland, 1,000 x 100", measured, "comparing all pairs", least, "under 1 s"


def _pandas_row() -> Row:
    """The same index without treatment, as it is usually written in pandas."""
    table = drawn_table(51, 49)
    recipe = replace(recipe_for(49, pillars=8, halves=2), treat=None)
    frame = pd.DataFrame(table.values.T, index=list(table.units), columns=list(table.codes))
    parents = dict(recipe.framework.parent_of)

    def ours() -> None:
        ci.Plan(table, recipe).evaluate(np.empty((1, 0), dtype=np.intp))

    def usual() -> None:
        scores = (frame - frame.min()) / (frame.max() - frame.min()) * 99 + 1
        while "index" not in scores:
            scores = scores.T.groupby(parents).mean().T

    measured, least = in_turn(ours, usual, runs=25)
    return "one index, 51 x 49", measured, "the usual way in pandas", least, "below 1"
