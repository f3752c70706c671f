"""A small index worked out by hand, its panel, and functions of the caller's."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from tests.small_index import (
    ARITHMETIC,
    FRAMEWORK,
    HIGHER,
    INDEX,
    MINMAX,
    NAN,
    NOISE,
    RECIPE,
    TABLE,
    VALUES,
    changed,
    index_of,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.methods.imputing import Periods
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.table import Array


def test_scores_are_those_worked_out_by_hand() -> None:
    scored = ci.score(TABLE, RECIPE)
    assert scored.scores["b"].tolist() == [0, 50, 25, 100, 75]
    assert scored.scores["p"].tolist() == [0, 37.5, 37.5, 87.5, 87.5]
    assert scored.scores["q"].tolist() == [25, 25, 62.5, 62.5, 75]
    assert scored.index.tolist() == INDEX
    assert scored.ranks().tolist() == [5, 4, 3, 2, 1]
    assert scored.ranks("p").tolist() == [5, 3, 3, 1, 1]
    assert scored.ranks("d").tolist() == [3, 5, 1, 4, 2]
    assert scored.weights == dict.fromkeys("abcdpq", 1.0)
    assert set(scored.values) == {"raw", "normalise"}
    assert (scored.problems, scored.changes, scored.absences()) == ((), (), {})


def test_result_carries_its_recipe_and_its_table() -> None:
    scored = ci.score(TABLE, RECIPE)
    assert scored.recipe is RECIPE
    assert scored.table is TABLE
    assert scored.framework is FRAMEWORK
    simulated = ci.simulate(TABLE, RECIPE, ci.Uncertainty(seed=1, replicates=5, vary=(NOISE,)))
    assert simulated.plan.recipe is RECIPE
    assert simulated.plan.variations == (NOISE,)
    assert simulated.choices.shape == (5, 1)


def test_columns_may_stand_in_another_order_among_others() -> None:
    other = ci.Table(
        units=TABLE.units,
        codes=tuple("dxcba"),
        values=np.vstack([VALUES[::-1][:1], VALUES[0], VALUES[::-1][1:]]),
    )
    scored = ci.score(other, RECIPE)
    assert scored.index.tolist() == INDEX
    assert scored.table.codes == tuple("abcd")


def test_weights_are_relative_to_siblings() -> None:
    weights = {"a": 3.0, "b": 1.0, "q": 0.5}
    p = np.array([0, 31.25, 43.75, 81.25, 93.75])
    q = np.array([25, 25, 62.5, 62.5, 75])
    expected = pytest.approx(((p + q / 2) / 1.5).tolist())
    assert index_of(changed(weigh__by=ci.weighers.Given(values=weights))) == expected
    assert index_of(replace(RECIPE, framework=FRAMEWORK.weighted(weights))) == expected
    hundredfold = {code: 100 * weight for code, weight in weights.items()}
    hundredfold |= {"c": 7.0, "d": 7.0, "p": 100.0}
    assert index_of(replace(RECIPE, framework=FRAMEWORK.weighted(hundredfold))) == expected


def test_equal_weights_pass_over_those_of_the_framework() -> None:
    weighted = FRAMEWORK.weighted({"a": 9.0, "q": 0.0})
    assert index_of(replace(changed(weigh__by=ci.weighers.Equal()), framework=weighted)) == INDEX


def test_weights_found_in_the_data_are_told() -> None:
    scored = ci.score(TABLE, changed(weigh__by=ci.weighers.Entropy(levels=(1,))))
    p = (scored.weights["a"] * scored.scores["a"] + scored.weights["b"] * scored.scores["b"]) / (
        scored.weights["a"] + scored.weights["b"]
    )
    assert scored.scores["p"].tolist() == pytest.approx(p.tolist())
    assert (scored.weights["p"], scored.weights["q"]) == (1.0, 1.0)


def test_judged_weights_stand_where_they_were_judged() -> None:
    budget = ci.weighers.Budget(
        judged=(
            ci.weighers.Budgeted(parent="p", people=({"a": 30.0, "b": 10.0}, {"a": 1.0, "b": 1.0})),
        )
    )
    scored = ci.score(TABLE, changed(weigh__by=budget))
    assert [scored.weights[code] for code in "abcd"] == pytest.approx([0.625, 0.375, 1, 1])
    compared = ci.weighers.Comparisons(
        judged=(
            ci.weighers.Compared(
                parent="index", codes=("q", "p"), matrices=(((1.0, 3.0), (1 / 3, 1.0)),)
            ),
        )
    )
    scored = ci.score(TABLE, changed(weigh__by=compared))
    assert [scored.weights[code] for code in "pq"] == pytest.approx([0.25, 0.75])


def test_levels_and_elements_may_have_functions_of_their_own() -> None:
    p, q = [0, 37.5, 37.5, 87.5, 87.5], [25, 25, 62.5, 62.5, 75]
    on_top = ci.aggregators.OnLevel(level=3, by=ci.aggregators.MeanMin(penalty=1.0))
    assert index_of(changed(aggregate__level=(on_top,))) == np.minimum(p, q).tolist()
    harmonic = ci.aggregators.OnElement(code="q", by=ci.aggregators.MeanMin(penalty=1.0))
    least = np.minimum([0, 50, 25, 100, 75], [50, 0, 100, 25, 75])
    expected = ((np.array(p) + least) / 2).tolist()
    assert index_of(changed(aggregate__element=(harmonic,))) == expected


def test_missing_values_follow_the_policy_of_their_level() -> None:
    gap = VALUES.copy()
    gap[0, 1] = gap[2, 1] = gap[3, 1] = NAN  # V has b only
    table = replace(TABLE, values=gap)
    assert index_of(RECIPE, table)[1] == 50.0
    refuse = changed(aggregate__missing=MissingRule.REFUSE)
    assert np.isnan(index_of(refuse, table)).tolist() == [False, True, False, False, False]
    on_top = ci.aggregators.OnLevel(level=3, missing=MissingRule.DROP)
    at_once = replace(
        refuse,
        aggregate=ci.aggregators.Aggregate(
            by=ARITHMETIC, missing=MissingRule.REFUSE, level=(on_top,)
        ),
    )
    scored = ci.score(table, at_once)
    assert np.isnan(scored.scores["p"][1])
    assert np.isnan(scored.index[1])  # neither pillar has a score


def test_screening_after_imputation_sees_what_was_filled_in() -> None:
    gap = VALUES.copy()
    gap[:2, 0] = NAN
    table = replace(TABLE, values=gap)
    recipe = replace(
        RECIPE,
        impute=ci.imputers.Impute(by=ci.imputers.Mean()),
        screen=ci.screens.Screen(least_available=0.9),
    )
    assert ci.score(table, recipe).absences().keys() == {0}
    later = replace(recipe, order=("denominate", "impute", "screen", "treat", "normalise"))
    scored = ci.score(table, later)
    assert scored.absences() == {}
    assert scored.imputed is not None
    assert np.argwhere(scored.imputed).tolist() == [[0, 0], [1, 0]]


def test_denominated_values_are_divided_and_multiplied() -> None:
    recipe = replace(RECIPE, denominate=ci.screens.Denominate(factors={"a": 10.0}))
    scored = ci.score(TABLE, recipe)
    assert scored.values["denominate"][0].tolist() == [10, 10, 30, 20, 50]
    assert scored.values["denominate"][1:].tolist() == VALUES[1:].tolist()
    assert scored.values["raw"].tolist() == VALUES.tolist()


def test_treatment_tells_what_it_changed() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(size=(4, 20))
    values[2, 7] = 40.0
    table = ci.Table(units=tuple(f"u{at}" for at in range(20)), codes=tuple("abcd"), values=values)
    treat = ci.treatments.Treat(first=ci.treatments.Winsorise(most_points=1))
    scored = ci.score(table, replace(RECIPE, treat=treat))
    (change,) = scored.changes
    second = np.sort(values[2])[-2]
    assert (change.code, change.row, change.cause) == ("c", 7, "lowered")
    assert (change.old, change.new) == (40.0, second)
    as_it_is = ci.treatments.TreatOnly(codes=("c",))
    untouched = ci.score(table, replace(RECIPE, treat=ci.treatments.Treat(only=(as_it_is,))))
    assert untouched.changes == ()
    assert untouched.values["treat"].tolist() == values.tolist()


def test_log_of_treatment_names_rows_of_the_table_also_after_screening() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(size=(4, 24))
    values[2, 23] = 40.0
    values[:, [0, 5]] = NAN
    periods = (1.0,) * 12 + (2.0,) * 12
    table = ci.Table(
        units=tuple("ABCDEFGHIJKL") * 2, codes=tuple("abcd"), values=values, periods=periods
    )
    recipe = replace(
        RECIPE,
        screen=ci.screens.Screen(least_available=0.5),
        treat=ci.treatments.Treat(first=ci.treatments.Winsorise(most_points=1), second=None),
    )
    (change,) = ci.score(table, recipe).changes
    assert (change.code, change.row, change.old) == ("c", 23, 40.0)


def test_element_that_is_not_there_is_refused() -> None:
    scored = ci.score(TABLE, RECIPE)
    with pytest.raises(ci.RecipeRefused, match="z: no such indicator or element"):
        scored.ranks("z")
    plan = ci.Plan(TABLE, RECIPE)
    with pytest.raises(ci.RecipeRefused, match="a: no such element above the indicators"):
        plan.evaluate(plan.nominal).scores("a")


# Panels


def panel() -> ci.Table:
    """The units in two periods; in the second all values are doubled."""
    return ci.Table(
        units=TABLE.units * 2,
        codes=TABLE.codes,
        values=np.hstack([VALUES, 2 * VALUES]),
        periods=(2024.0,) * 5 + (2025.0,) * 5,
    )


def test_panel_has_one_scale_and_ranks_within_each_period() -> None:
    scored = ci.score(panel(), RECIPE)
    assert scored.scores["a"].tolist() == pytest.approx(
        [0, 100 / 9, 200 / 9, 300 / 9, 400 / 9, 100 / 9, 300 / 9, 500 / 9, 700 / 9, 100]
    )
    assert scored.ranks("a").tolist() == [5, 4, 3, 2, 1] * 2
    apart = replace(RECIPE, normalise=ci.normalisers.Normalise(by=MINMAX, periods=Periods.APART))
    assert index_of(apart, panel()) == INDEX * 2


def test_ranks_of_replicates_of_a_panel_are_within_each_period() -> None:
    run = ci.Uncertainty(seed=1, replicates=8, vary=(NOISE,))
    simulated = ci.simulate(panel(), RECIPE, run)
    ranks = simulated.ranks()
    for part in (ranks[:, :5], ranks[:, 5:]):
        assert np.sort(part, axis=1).tolist() == [[1, 2, 3, 4, 5]] * 8
    assert simulated.nominal_ranks().tolist() == [5, 4, 3, 2, 1] * 2


# Functions of the caller's


def halves(values: Array) -> Array:
    """Half of every value; works in place on what it was handed."""
    values /= 2.0
    return values


def filled(values: Array) -> Array:
    values[np.isnan(values)] = 3.0
    return values


def largest(values: Array, weights: Array) -> Array:
    """The best child; spoils what it was handed."""
    best: Array = values.max(axis=-2)
    values[...] = 0.0
    weights[...] = 0.0
    return best


OWN: Mapping[str, UserFunction] = {
    "halves": halves,
    "filled": filled,
    "largest": largest,
}


EVERYTHING_SKEWED = ci.treatments.Treat(
    first=ci.treatments.OwnTransformation(name="halves"),
    second=None,
    skewness_limit=1e-9,
    kurtosis_limit=-9.0,
)


def test_functions_of_the_callers_serve_at_every_stage() -> None:
    values = VALUES.copy()
    values[3] = [1, 2, 4, 8, 16]  # the only indicator with any skewness
    gap = values.copy()
    gap[0, 2] = NAN
    recipe = replace(
        RECIPE,
        impute=ci.imputers.Impute(by=ci.imputers.OwnImputer(name="filled")),
        treat=EVERYTHING_SKEWED,
        normalise=ci.normalisers.Normalise(by=ci.normalisers.OwnNormaliser(name="halves")),
        aggregate=ci.aggregators.Aggregate(by=ci.aggregators.OwnAggregator(name="largest")),
    )
    scored = ci.score(replace(TABLE, values=gap), recipe, functions=OWN)
    assert scored.values["impute"].tolist() == values.tolist()
    treated = values * np.array([[1.0], [1.0], [1.0], [0.5]])
    assert scored.values["treat"].tolist() == treated.tolist()
    scores = treated * np.array([[0.5], [-0.5], [0.5], [0.5]])
    assert scored.values["normalise"].tolist() == scores.tolist()
    assert scored.index.tolist() == scores.max(axis=0).tolist()


def test_function_that_spoils_its_input_spoils_nothing_else() -> None:
    vary = (
        ci.Choice(
            name="scale",
            path="normalise.by",
            among=(ci.normalisers.OwnNormaliser(name="halves"), MINMAX),
        ),
        ci.Choice(
            name="mean",
            path="aggregate.by",
            among=(ci.aggregators.OwnAggregator(name="largest"), ARITHMETIC),
        ),
    )
    upright = replace(
        RECIPE,
        framework=ci.Framework(
            tuple(replace(i, better=HIGHER) for i in FRAMEWORK.indicators), FRAMEWORK.elements
        ),
    )
    plan = ci.Plan(TABLE, upright, vary, OWN)
    together = plan.evaluate(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])).scores("index")
    assert together[3].tolist() == index_of(upright)
    assert together[1].tolist() == (VALUES.sum(axis=0) / 8).tolist()
    assert TABLE.values.tolist() == VALUES.tolist()
