"""Replicates of a small index: what they are, what they draw, and that nothing else moves them."""

from dataclasses import replace

import numpy as np
import pytest
from tests.small_index import (
    ARITHMETIC,
    ERRORS,
    FRAMEWORK,
    FROM_ONE,
    GEOMETRIC,
    HIGHER,
    INDEX,
    MEANS,
    MEDIAN,
    MINMAX,
    NAN,
    NOISE,
    RECIPE,
    SCALES,
    TABLE,
    VALUES,
    ZSCORE,
    changed,
    few_sets,
    index_of,
    plan_of,
    scores_of,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.uncertainty.variation import BLOCK, Variation


def test_each_alternative_is_the_recipe_with_that_choice() -> None:
    plan = plan_of(SCALES, MEANS)
    assert plan.counts == (2, 2)
    together = scores_of(plan, [0, 0], [0, 1], [1, 0], [1, 1], [2, 2], [2, 0])
    for at, scale in enumerate((FROM_ONE, ci.normalisers.Rank())):
        for mean, by in enumerate((ARITHMETIC, GEOMETRIC)):
            recipe = changed(normalise__by=scale, aggregate__by=by)
            assert together[2 * at + mean] == index_of(recipe)
    assert together[4] == together[5] == INDEX  # beyond the last alternative: nominal


def test_whole_stages_are_alternatives_too() -> None:
    gap = VALUES.copy()
    gap[:2, 0] = NAN
    table = replace(TABLE, values=gap)
    screens = ci.screens.Screen(least_available=0.9), None, ci.screens.Screen(least_available=0.5)
    imputes = None, ci.imputers.Impute(by=ci.imputers.Mean())
    vary = (
        ci.Choice(name="screen", path="screen", among=screens),
        ci.Choice(name="impute", path="impute", among=imputes),
    )
    plan = ci.Plan(table, RECIPE, vary)
    choices = np.array([[at, of] for at in range(3) for of in range(2)])
    scores = plan.evaluate(choices).scores("index")
    for row, (at, of) in enumerate(choices.tolist()):
        recipe = replace(RECIPE, screen=screens[at], impute=imputes[of])
        assert np.array_equal(scores[row], ci.score(table, recipe).index, equal_nan=True)
    # Screened out, and so without a score, only where the limit is high.
    assert np.isnan(scores[:, 0]).tolist() == [True, True, False, False, False, False]


def test_what_belongs_together_is_chosen_together() -> None:
    low = {"normalise.by.low": 1.0, "aggregate.by": GEOMETRIC}
    plan = plan_of(ci.Choice(name="both", among=({"aggregate.by": MEDIAN}, low)))
    median, geometric = scores_of(plan, [0], [1])
    assert median == index_of(changed(aggregate__by=MEDIAN))
    assert geometric == index_of(changed(normalise__by=FROM_ONE, aggregate__by=GEOMETRIC))


def test_choice_may_be_read_in_words() -> None:
    screens = None, ci.screens.Screen(least_available=0.9)
    screen = ci.Choice(name="screen", path="screen", among=screens)
    left = ci.LeaveOut(name="gone", codes=("a", "q"))
    plan = plan_of(SCALES, MEANS, NOISE, left, screen)
    assert plan.labels([0, 1, 4, 1, 0]) == {
        "scale": "minmax (low 1.0, high 100.0)",
        "mean": "geometric",
        "noise": "draw 5",
        "gone": "without q",
        "screen": "none",
    }
    assert plan.labels([0, 1, 4, 1, 1])["screen"] == (
        "missing (least_available 0.9, least_nonzero 0.0)"
    )
    assert plan.labels(plan.nominal[0]) == dict.fromkeys(plan.labels([0] * 5), "nominal")
    named = ci.Choice(name="x", path="normalise.by.low", among=(1.0, 2.0), labels=("one", "two"))
    assert plan_of(named).labels([1]) == {"x": "two"}


def test_held_is_the_nominal_recipe_where_it_is_among_the_alternatives() -> None:
    among = ci.Choice(name="x", path="normalise.by", among=(ZSCORE, MINMAX))
    plan = plan_of(among, SCALES, NOISE)
    assert plan.reference.tolist() == [[1, 0, 100]]
    assert plan.nominal.tolist() == [[2, 2, 100]]


def test_replicates_of_a_run_are_what_their_choices_say() -> None:
    run = ci.Uncertainty(seed=1, replicates=50, vary=(SCALES, MEANS, NOISE))
    simulated = ci.simulate(TABLE, RECIPE, run)
    assert simulated.names == ("scale", "mean", "noise")
    assert simulated.scores().tolist() == scores_of(simulated.plan, *simulated.choices.tolist())
    assert simulated.scores("p").shape == simulated.ranks("p").shape == (50, 5)
    means = [("arithmetic", "geometric")[of] for of in simulated.choices[:, 1]]
    assert simulated.labels("mean") == means
    again = ci.simulate(TABLE, RECIPE, run)
    assert again.scores().tolist() == simulated.scores().tolist()
    low, high = simulated.rank_interval()
    assert (low <= simulated.ranks().max(axis=0)).all()
    assert (low <= high).all()


def test_full_factorial_has_every_combination_once() -> None:
    few = few_sets(3)
    run = ci.Uncertainty(seed=1, design=ci.Design.FACTORIAL, vary=(SCALES, MEANS, few))
    choices = ci.simulate(TABLE, RECIPE, run).choices.tolist()
    assert choices == [[s, m, n] for s in range(2) for m in range(2) for n in range(3)]


@pytest.mark.parametrize("design", [ci.Design.RANDOM, ci.Design.SOBOL, ci.Design.LATIN])
def test_designs_take_all_alternatives_about_equally(design: ci.Design) -> None:
    run = ci.Uncertainty(seed=2, replicates=256, design=design, vary=(SCALES, MEANS))
    choices = ci.simulate(TABLE, RECIPE, run).choices
    assert np.abs(choices.mean(axis=0) - 0.5).max() < 0.1


def test_held_variation_is_one_replicate_among_many() -> None:
    run = ci.Uncertainty(seed=1, replicates=64, vary=(SCALES, MEANS))
    simulated = ci.simulate(TABLE, RECIPE, run)
    held = simulated.where("mean")
    assert set(held.choices[:, 1]) == {0}
    assert held.scores().tolist() == simulated.scores()[simulated.choices[:, 1] == 0].tolist()


# Draws


VARIED: list[Variation] = [
    NOISE,
    ci.DirichletWeights(name="noise", concentration=8.0, levels=(1, 2)),
    ci.ResampledIndicators(name="noise", sets=40),
    ci.MeasurementError(name="noise", sets=40),
]


@pytest.mark.parametrize("variation", VARIED, ids=lambda of: type(of).__name__)
def test_draws_depend_on_the_seed_and_not_on_the_other_variations(variation: Variation) -> None:
    alone = scores_of(plan_of(variation), [17], [3])
    after = scores_of(plan_of(SCALES, MEANS, variation), [2, 2, 17], [2, 2, 3])
    between = scores_of(plan_of(SCALES, variation, ERRORS), [2, 17, 3 * BLOCK], [2, 3, 3 * BLOCK])
    assert alone == after == between
    assert scores_of(plan_of(variation, seed=2), [17], [3]) != alone
    # Draws of unlike variations are not alike.
    assert alone[0] != alone[1]


def test_two_variations_of_one_kind_draw_apart() -> None:
    other = ci.NoisyWeights(name="other", noise=0.25, levels=(1, 2))
    assert scores_of(plan_of(NOISE, other), [5, 100]) != scores_of(plan_of(NOISE, other), [100, 5])


def test_errors_of_measurement_are_drawn_alike_in_any_order_and_company() -> None:
    plan = plan_of(ERRORS)
    numbers = [5, 3 * BLOCK - 1, BLOCK, 0, 2 * BLOCK + 3, BLOCK - 1, 5, 3 * BLOCK]
    alone = [scores_of(plan, [number])[0] for number in numbers]
    assert scores_of(plan, *[[number] for number in numbers]) == alone
    everything = scores_of(plan, *[[number] for number in range(3 * BLOCK + 1)])
    assert [everything[number] for number in numbers] == alone
    assert alone[-1] == INDEX
    assert alone[0] == alone[6]
    assert len({tuple(row) for row in everything}) == 3 * BLOCK + 1


def test_errors_of_measurement_have_the_standard_errors_of_the_table() -> None:
    as_it_is: dict[str, UserFunction] = {"value": lambda values: values}
    only_a = replace(
        RECIPE,
        framework=ci.Framework((ci.Indicator("a", HIGHER, "i"),), (ci.Element("i"),)),
        normalise=ci.normalisers.Normalise(by=ci.normalisers.OwnNormaliser(name="value")),
    )
    errors = np.full((1, 5), 2.0)
    errors[0, 3] = NAN  # no error is known: the value is exact
    table = ci.Table(units=TABLE.units, codes=("a",), values=VALUES[:1], standard_errors=errors)
    variation = ci.MeasurementError(name="errors", sets=2000)
    plan = ci.Plan(table, only_a, (variation,), as_it_is, seed=4)
    scores = plan.evaluate(np.arange(2000)[:, None]).scores("i")
    assert np.abs(scores.mean(axis=0) - VALUES[0]).max() < 0.2
    spread = scores.std(axis=0)
    assert spread[3] == 0.0
    assert spread[[0, 1, 2, 4]] == pytest.approx([2.0] * 4, rel=0.1)
    between = ci.MeasurementError(name="errors", sets=2000, bounds={"a": (0.0, 6.0)})
    scores = (
        ci.Plan(table, only_a, (between,), as_it_is).evaluate(np.arange(2000)[:, None]).scores("i")
    )
    assert scores.min() >= 0.0
    assert scores.max() <= 6.0
    assert len(np.unique(scores[:, 0])) == 2000


def test_errors_of_two_sources_add_up() -> None:
    first = ci.MeasurementError(name="one", sets=9, codes=("a",))
    second = ci.MeasurementError(name="two", sets=9, codes=("b",))
    plan = plan_of(first, second)
    both, one, two = (
        np.array(plan.evaluate(np.array([row])).scores("p")[0]) for row in ([4, 6], [4, 9], [9, 6])
    )
    assert both == pytest.approx(one + two - np.array([0, 37.5, 37.5, 87.5, 87.5]))


def test_noise_stays_in_its_band() -> None:
    plan = plan_of(ci.NoisyWeights(name="noise", noise=0.25, levels=(2,), sets=400))
    p, q = np.array([[0, 37.5, 37.5, 87.5, 87.5], [25, 25, 62.5, 62.5, 75]])
    scores = plan.evaluate(np.arange(400)[:, None]).scores("index")
    share = (scores[:, 0] - q[0]) / (p[0] - q[0])
    assert np.allclose(scores, share[:, None] * p + (1 - share[:, None]) * q)
    assert share.min() > 0.75 / 2
    assert share.max() < 1.25 / 2
    assert share.max() - share.min() > 0.2


def test_dirichlet_weights_have_the_nominal_ones_as_their_mean() -> None:
    recipe = replace(RECIPE, framework=FRAMEWORK.weighted({"p": 3.0, "c": 0.0}))
    plan = plan_of(
        ci.DirichletWeights(name="weights", concentration=4.0, levels=(1, 2), sets=2000),
        recipe=recipe,
    )
    found = plan.evaluate(np.arange(2000)[:, None])
    # V has 37.5 in p and 0 in q, for c has no weight and keeps none.
    share = found.scores("index")[:, 1] / found.scores("p")[:, 1]
    assert share.mean() == pytest.approx(0.75, abs=0.02)
    assert share.var() == pytest.approx(0.75 * 0.25 / 5, rel=0.15)
    assert np.allclose(found.scores("q"), [50, 0, 100, 25, 75], rtol=1e-12, atol=0)


def test_resampled_indicators_are_those_of_the_element_some_twice() -> None:
    plan = plan_of(ci.ResampledIndicators(name="drawn", sets=200))
    scores = plan.evaluate(np.arange(200)[:, None]).scores("p")
    a, b = [0, 25, 50, 75, 100], [0, 50, 25, 100, 75]
    found = {tuple(row) for row in scores.tolist()}
    assert found == {tuple(a), tuple(b), (0, 37.5, 37.5, 87.5, 87.5)}
