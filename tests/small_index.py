"""A small index worked out by hand: two pillars of two indicators, five units.

What tests of the whole engine start from: the table, the recipe, variations of it, and builders of
tables, hierarchies and recipes with something wrong about them.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.methods.aggregating import Aggregator
from sharedfuture.analyse.composite.methods.imputing import Imputer
from sharedfuture.analyse.composite.methods.normalising import Normaliser
from sharedfuture.analyse.composite.methods.weighing import Weigher
from sharedfuture.analyse.composite.table import Array
from sharedfuture.analyse.composite.uncertainty.variation import BLOCK, Variation

NAN, INF = np.nan, np.inf
HIGHER, LOWER = ci.Better.HIGHER, ci.Better.LOWER
MINMAX, ZSCORE = ci.normalisers.MinMax(), ci.normalisers.ZScore()
FROM_ONE = ci.normalisers.MinMax(low=1.0)
ARITHMETIC, GEOMETRIC = ci.aggregators.Arithmetic(), ci.aggregators.Geometric()
MEDIAN, RANK = ci.aggregators.Median(), ci.normalisers.Rank()

# a   1  2  3  4  5   min-max    0  25  50  75 100
# b   5  3  4  1  2   mirrored   0  50  25 100  75     p    0  37.5 37.5 87.5 87.5
# c  10 30 20 50 40              0  50  25 100  75
# d  .5 .1 .9 .3 .7             50   0 100  25  75     q   25  25   62.5 62.5 75
VALUES = np.array(
    [
        [1.0, 2.0, 3.0, 4.0, 5.0],
        [5.0, 3.0, 4.0, 1.0, 2.0],
        [10.0, 30.0, 20.0, 50.0, 40.0],
        [0.5, 0.1, 0.9, 0.3, 0.7],
    ]
)
FRAMEWORK = ci.Framework(
    (
        ci.Indicator("a", HIGHER, "p", denominator="people"),
        ci.Indicator("b", LOWER, "p"),
        ci.Indicator("c", HIGHER, "q"),
        ci.Indicator("d", HIGHER, "q"),
    ),
    (ci.Element("p", "index"), ci.Element("q", "index"), ci.Element("index")),
    ("Indicator", "Pillar", "Index"),
)
TABLE = ci.Table(
    units=tuple("UVWXY"),
    codes=tuple("abcd"),
    values=VALUES,
    denominators={"people": np.array([1.0, 2.0, 1.0, 2.0, 1.0])},
    standard_errors=np.abs(VALUES) * 0.1,
)
RECIPE = ci.Recipe(
    id="small",
    framework=FRAMEWORK,
    normalise=ci.normalisers.Normalise(by=MINMAX),
    aggregate=ci.aggregators.Aggregate(by=ARITHMETIC),
)
INDEX = [12.5, 31.25, 50.0, 75.0, 81.25]


def changed(**values: object) -> ci.Recipe:
    """The recipe with other things in place, by path; a dot is written as two underscores."""
    recipe = RECIPE
    for path, value in values.items():
        recipe = recipe.replaced(path.replace("__", "."), value)
    return recipe


def index_of(recipe: ci.Recipe, table: ci.Table = TABLE) -> list[float]:
    scores: list[float] = ci.score(table, recipe).index.tolist()
    return scores


# Replicates

NOISE = ci.NoisyWeights(name="noise", noise=0.25, levels=(1, 2))
SCALES = ci.Choice(name="scale", path="normalise.by", among=(FROM_ONE, ci.normalisers.Rank()))
MEANS = ci.Choice(name="mean", path="aggregate.by", among=(ARITHMETIC, GEOMETRIC))
ERRORS = ci.MeasurementError(name="errors", sets=3 * BLOCK)


def plan_of(*variations: Variation, recipe: ci.Recipe = RECIPE, seed: int = 1) -> ci.Plan:
    return ci.Plan(TABLE, recipe, variations, seed=seed)


def scores_of(plan: ci.Plan, *choices: Sequence[int]) -> list[list[float]]:
    scores: list[list[float]] = plan.evaluate(np.array(choices)).scores("index").tolist()
    return scores


def few_sets(sets: int) -> ci.NoisyWeights:
    """`NOISE` with another number of alternatives."""
    return ci.NoisyWeights(name=NOISE.name, noise=NOISE.noise, levels=NOISE.levels, sets=sets)


# With something else in place


def table(
    values: Array = VALUES,
    *,
    units: Sequence[str] = "UVWXY",
    codes: Sequence[str] = "abcd",
    periods: Sequence[float] = (),
    people: Sequence[float] = (),
    errors: Array | None = None,
) -> ci.Table:
    """The values, with as many units and codes as they have."""
    return ci.Table(
        units=tuple(units[: values.shape[1]]),
        codes=tuple(codes[: values.shape[0]]),
        values=values,
        periods=tuple(periods),
        denominators={"people": np.array(people)} if people else {},
        standard_errors=errors,
    )


def with_row(row: int, *values: float) -> Array:
    """The values with another indicator in place."""
    changed = VALUES.copy()
    changed[row] = values
    return changed


def with_column(column: int, *values: float) -> Array:
    """The values with another unit in place."""
    changed = VALUES.copy()
    changed[:, column] = values
    return changed


def framework(
    weights: Mapping[str, float] | None = None,
    *,
    better: ci.Better = HIGHER,
    parent: str = "p",
    denominator: str | None = None,
    above_index: str | None = None,
) -> ci.Framework:
    """The hierarchy; direction, parent and denominator are those of a."""
    indicators = (
        ci.Indicator("a", better, parent, denominator=denominator),
        ci.Indicator("b", LOWER, "p"),
        ci.Indicator("c", HIGHER, "q"),
        ci.Indicator("d", HIGHER, "q"),
    )
    elements = (
        ci.Element("p", "index"),
        ci.Element("q", "index"),
        ci.Element("index", above_index),
    )
    return ci.Framework(indicators, elements).weighted(weights or {})


def one_of(code: str) -> ci.Framework:
    """An index of one indicator."""
    return ci.Framework((ci.Indicator(code, HIGHER, "index"),), (ci.Element("index"),))


def recipe(
    normaliser: Normaliser = MINMAX,
    aggregator: Aggregator = ARITHMETIC,
    *,
    of: ci.Framework | None = None,
    missing: MissingRule = MissingRule.DROP,
    impute: Imputer | None = None,
    screen: ci.screens.Screen | None = None,
    treat: ci.treatments.Treat | None = None,
    weigh: Weigher | None = None,
    denominate: bool = False,
) -> ci.Recipe:
    return ci.Recipe(
        id="case",
        framework=of or framework(),
        denominate=ci.screens.Denominate() if denominate else None,
        screen=screen,
        impute=None if impute is None else ci.imputers.Impute(by=impute),
        treat=treat,
        normalise=ci.normalisers.Normalise(by=normaliser),
        weigh=ci.weighers.Weigh(by=weigh or ci.weighers.Given()),
        aggregate=ci.aggregators.Aggregate(by=aggregator, missing=missing),
    )


CONSTANT, EMPTY = with_row(0, 3, 3, 3, 3, 3), with_row(0, NAN, NAN, NAN, NAN, NAN)
GAP = with_row(0, NAN, 2, 3, 4, 5)
PEOPLE = framework(denominator="people")
LEAST = ci.screens.Screen(least_available=0.9)
