"""Where a method has no answer for a table, the engine says so with the indicator's name.

Every case goes through the whole engine, from a table and a recipe that are sound by themselves.
"""

import numpy as np
import pytest
from tests.small_index import (
    CONSTANT,
    EMPTY,
    GAP,
    GEOMETRIC,
    INF,
    LEAST,
    MINMAX,
    NAN,
    PEOPLE,
    RANK,
    VALUES,
    ZSCORE,
    framework,
    recipe,
    table,
    with_column,
    with_row,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.methods.setting import UserFunction

FUNCTIONS: dict[str, UserFunction] = {
    "mean of all": lambda values, *weights: values.mean(),
    "mean of units": lambda values, *weights: values.mean(axis=-1),
    "missing above 2": lambda values, *weights: np.where(values > 2, NAN, values),
    "no score above 50": lambda values, weights: np.where(
        values.mean(axis=-2) > 50, NAN, values.mean(axis=-2)
    ),
    "infinite": lambda values, *weights: np.full((*values.shape[:-2], values.shape[-1]), INF),
    "as it is": lambda values: values,
    "doubled": lambda values: values * 2,
}


def run(values: ci.Table, of: ci.Recipe) -> ci.Scored:
    return ci.score(values, of, functions=FUNCTIONS)


def function(stage: str, name: str) -> ci.Recipe:
    """A recipe with a function of the caller's at one stage."""
    if stage == "impute":
        return recipe(impute=ci.imputers.OwnImputer(name=name))
    if stage == "treat":
        first = ci.treatments.OwnTransformation(name=name)
        return recipe(
            treat=ci.treatments.Treat(
                first=first, second=None, skewness_limit=0.1, kurtosis_limit=-9.0
            )
        )
    if stage == "normalise":
        return recipe(ci.normalisers.OwnNormaliser(name=name))
    return recipe(aggregator=ci.aggregators.OwnAggregator(name=name))


HARMONIC = ci.aggregators.Harmonic()

UNEQUAL = "needs at least two different values, found 5 equal to 3.0"
NO_ANSWER: dict[str, tuple[ci.Table, ci.Recipe, str]] = {
    "constant indicator, min-max": (table(CONSTANT), recipe(), f"normalise: a: minmax {UNEQUAL}"),
    "constant indicator, z-score": (
        table(CONSTANT),
        recipe(ZSCORE),
        f"normalise: a: zscore {UNEQUAL}",
    ),
    "constant indicator, distance to the best": (
        table(CONSTANT),
        recipe(ci.normalisers.DistanceToMaximum()),
        f"normalise: a: minmax {UNEQUAL}",
    ),
    "constant indicator, distance to a unit": (
        table(CONSTANT),
        recipe(ci.normalisers.DistanceToReference(unit="Y")),
        "normalise: a: distance_to_reference needs a reference above the lowest value",
    ),
    "constant indicator, weights by components": (
        table(CONSTANT),
        recipe(RANK, weigh=ci.weighers.FirstComponent()),
        "weights of p: a: principal components needs at least two different values",
    ),
    "constant indicator, weights by contrast": (
        table(CONSTANT),
        recipe(RANK, weigh=ci.weighers.Critic()),
        "weights of p: a: CRITIC needs at least two different values",
    ),
    "two constant indicators": (
        table(np.where([[True], [False], [False], [True]], 1.0, VALUES)),
        recipe(),
        "normalise: a, d: minmax needs at least two different values, found 5 equal to 1.0",
    ),
    "one value only": (
        table(with_row(0, NAN, NAN, 3, NAN, NAN)),
        recipe(),
        "normalise: a: minmax needs at least two different values, found 1 equal to 3.0",
    ),
    "all missing, min-max": (
        table(EMPTY),
        recipe(),
        "normalise: a: minmax needs at least two different values, found none",
    ),
    "all missing, percentile rank": (
        table(EMPTY),
        recipe(ci.normalisers.PercentileRank()),
        "normalise: a: percentile_rank needs at least two values, found 0",
    ),
    "all missing, imputed by the mean": (
        table(EMPTY),
        recipe(impute=ci.imputers.Mean()),
        "impute: a: expected values of the indicator to impute from, found none for 5 missing",
    ),
    "all missing, none allowed": (
        table(EMPTY),
        recipe(RANK, missing=MissingRule.RAISE),
        "p: a: no missing value is allowed here, found 5",
    ),
    "whole table missing": (
        table(np.full((4, 5), NAN)),
        recipe(),
        "normalise: a, b, c, d: minmax needs at least two different values, found none",
    ),
    "everybody screened out": (
        table(GAP),
        recipe(screen=ci.screens.Screen(least_available=1.0, exclude=("V", "W", "X", "Y"))),
        "screen: every one of 5 units is left out",
    ),
    "one unit, min-max": (
        table(VALUES[:, :1]),
        recipe(),
        "normalise: a, b, c, d: minmax needs at least two different values, found 1 equal to",
    ),
    "one unit, percentile rank": (
        table(VALUES[:, :1]),
        recipe(ci.normalisers.PercentileRank()),
        "normalise: a, b, c, d: percentile_rank needs at least two values, found 1",
    ),
    "one unit, Copeland": (
        table(VALUES[:, :1]),
        recipe(RANK, ci.aggregators.Copeland()),
        "p: a, b: Copeland's score needs at least two units, found 1",
    ),
    "one unit left after screening": (
        table(),
        recipe(screen=ci.screens.Screen(least_available=0.5, exclude=("V", "W", "X", "Y"))),
        "normalise: a, b, c, d: minmax needs at least two different values, found 1 equal to",
    ),
    "negative values, geometric mean": (
        table(),
        recipe(ZSCORE, GEOMETRIC),
        "p: a, b: the geometric mean needs values above 0, found 6 at or below it, the smallest "
        "-1.26",
    ),
    "zeros, geometric mean": (
        table(),
        recipe(MINMAX, GEOMETRIC),
        "p: a, b: the geometric mean needs values above 0, found 2 at or below it, the smallest "
        "0.0",
    ),
    "negative values, harmonic mean": (
        table(),
        recipe(ZSCORE, HARMONIC),
        "p: a, b: the harmonic mean needs values above 0",
    ),
    "negative values, power mean": (
        table(),
        recipe(ZSCORE, ci.aggregators.Power(exponent=3.0)),
        "p: a, b: the power mean with exponent 3 needs values of at least 0",
    ),
    "negative values, penalised mean": (
        table(),
        recipe(ZSCORE, ci.aggregators.PenalisedMean()),
        "p: a, b: the penalty for imbalance needs units whose mean is above 0",
    ),
    "negative values, benefit of the doubt": (
        table(),
        recipe(ZSCORE, ci.aggregators.BenefitOfDoubt()),
        "p: a, b: benefit of the doubt needs values of at least 0",
    ),
    "negative values, fraction of the maximum": (
        table(),
        recipe(ci.normalisers.FractionOfMaximum()),
        "normalise: b: fraction_of_maximum needs a maximum above 0, found -1.0",
    ),
    "weights of indicators that sum to zero": (
        table(),
        recipe(of=framework({"a": 0.0, "b": 0.0})),
        "p: a, b: weights must not sum to zero, found all of them zero",
    ),
    "weights of elements that sum to zero": (
        table(),
        recipe(of=framework({"p": 0.0, "q": 0.0})),
        "index: p, q: weights must not sum to zero, found all of them zero",
    ),
    "weights of the recipe that sum to zero": (
        table(),
        recipe(weigh=ci.weighers.Given(values={"c": 0.0, "d": 0.0})),
        "q: c, d: weights must not sum to zero, found all of them zero",
    ),
    "indicator that runs against the others": (
        table(),
        recipe(weigh=ci.weighers.FirstComponent()),
        "weights of q: d: the first component has a negative element here",
    ),
    "denominator of zero": (
        table(people=(1, 0, 1, 1, 1)),
        recipe(of=PEOPLE, denominate=True),
        "denominate: a: expected finite denominators greater than zero, found 1 that are not",
    ),
    "infinite denominator": (
        table(people=(1, INF, 1, 1, 1)),
        recipe(of=PEOPLE, denominate=True),
        "denominate: a: expected finite denominators greater than zero, found 1 that are not",
    ),
    "group without a value": (
        ci.Table(
            units=tuple("UVWXY"),
            codes=tuple("abcd"),
            values=GAP,
            groups={"region": ("east", "west", "west", "west", None)},
        ),
        recipe(impute=ci.imputers.GroupMean(group="region")),
        "impute: a: expected values of the unit's group to impute from, found none for 1 missing",
    ),
    "values too far apart": (
        table(with_row(0, -1.7e308, 2, 3, 4, 1.7e308)),
        recipe(),
        "normalise: a: minmax needs at least two different values, found values that lie too far",
    ),
    "a score that is too large for a number": (
        table(VALUES * 1e306),
        recipe(ci.normalisers.OwnNormaliser(name="as it is"), ci.aggregators.MeanMin(penalty=0.5)),
        "p: a, b: no number for 5 scores, though no child is missing",
    ),
    "function that leaves a gap": (
        table(GAP),
        function("impute", "as it is"),
        "impute: a: no missing value is allowed here, found 1",
    ),
    "function that treats a value as missing": (
        table(with_row(0, 1, 1, 1, 1, 9)),
        function("treat", "missing above 2"),
        "treat: a: missing above 2 does not give a number for every value",
    ),
    "function that scores a value as missing": (
        table(),
        function("normalise", "missing above 2"),
        "normalise: a, c: no number for 8 values",
    ),
    "function with one score for all": (
        table(),
        function("normalise", "mean of all"),
        "normalise: a, b, c, d: mean of all: expected scores of shape (1, 4, 5), found ()",
    ),
    "function with one score for each indicator": (
        table(),
        function("normalise", "mean of units"),
        "normalise: a, b, c, d: mean of units: expected scores of shape (1, 4, 5), found (1, 4)",
    ),
    "aggregator with one score for all": (
        table(),
        function("aggregate", "mean of all"),
        "p: a, b: mean of all: expected scores of shape (1, 5), found ()",
    ),
    "aggregator that keeps a score back": (
        table(),
        function("aggregate", "no score above 50"),
        "p: a, b: no number for 2 scores, though no child is missing",
    ),
    "aggregator without a number": (
        table(),
        function("aggregate", "infinite"),
        "p: a, b: no number for 5 scores, though no child is missing",
    ),
}


@pytest.mark.parametrize("case", NO_ANSWER)
def test_no_answer_is_said_with_its_place(case: str) -> None:
    values, of, says = NO_ANSWER[case]
    with pytest.raises(ci.NotDefined) as refused:
        run(values, of)
    assert says in str(refused.value)


NO_FIT: dict[str, tuple[ci.Table, ci.Recipe, str]] = {
    "column that is missing": (
        table(VALUES[:3]),
        recipe(),
        "no column for d; the table has a, b, c",
    ),
    "denominator that is missing": (
        table(),
        recipe(of=PEOPLE, denominate=True),
        "denominators people: not in the table, which has []",
    ),
    "nothing to divide by": (
        table(people=(1, 2, 3, 4, 5)),
        recipe(denominate=True),
        "denominate: no indicator declares a denominator",
    ),
    "series without periods": (
        table(GAP),
        recipe(impute=ci.imputers.Linear()),
        "impute: a method over time needs a table with periods",
    ),
    "function that was not handed over": (
        table(),
        function("aggregate", "mine"),
        "function 'mine': not handed over; known are",
    ),
    "function that changes what is there": (
        table(GAP),
        function("impute", "doubled"),
        "imputation: expected present values untouched, 19 changed",
    ),
    "reference unit that was screened out": (
        table(with_column(4, NAN, NAN, NAN, 1)),
        recipe(ci.normalisers.DistanceToReference(unit="Y"), screen=LEAST),
        "distance_to_reference: no such unit: Y",
    ),
}


@pytest.mark.parametrize("case", NO_FIT)
def test_table_and_recipe_that_do_not_fit_are_refused(case: str) -> None:
    values, of, says = NO_FIT[case]
    with pytest.raises((ci.RecipeRefused, ci.TableRefused)) as refused:
        run(values, of)
    assert says in str(refused.value)
