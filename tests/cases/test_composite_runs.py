"""Uncertainty runs of a small index: what is refused, what stops them, what they tell of causes."""

from dataclasses import replace

import numpy as np
import pytest
from tests.small_index import (
    ARITHMETIC,
    ERRORS,
    FRAMEWORK,
    FROM_ONE,
    GEOMETRIC,
    LOWER,
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
    plan_of,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.table import Array
from sharedfuture.analyse.composite.uncertainty.rank_distribution import interval
from sharedfuture.analyse.composite.uncertainty.sensitivity import sensitivity_of
from sharedfuture.analyse.composite.uncertainty.variation import Variation

SAME = ci.Choice(name="x", path="normalise.by", among=(MINMAX, MINMAX))
NOTHING_VARIES: dict[str, tuple[tuple[Variation, ...], str]] = {
    "nothing": ((), "an uncertainty run needs at least one variation, found none"),
    "one alternative": (
        (ci.Choice(name="x", path="normalise.by", among=(ZSCORE,)),),
        "x: a variation that varies nothing: 1 alternatives tried, all give the same scores",
    ),
    "the same twice": ((NOISE, SAME), "x: a variation that varies nothing: 2 alternatives tried"),
    "no alternative": (
        (ci.Choice(name="x", path="normalise.by", among=()),),
        "x: expected at least one alternative, found none",
    ),
    "no noise sets": (
        (few_sets(0),),
        "noise: expected at least one alternative, found none",
    ),
    "noise where there are no weights": (
        (ci.NoisyWeights(name="x", noise=0.2, levels=(3,)),),
        "x: a variation that varies nothing: 16 alternatives tried",
    ),
    "noise of nothing": (
        (ci.NoisyWeights(name="x", noise=0.0, levels=(1,)),),
        "noise above 0 on a weight above 0, found none",
    ),
    "errors of exact values": (
        (ci.MeasurementError(name="x", sets=5, codes=("a",)),),
        "x: no standard errors above 0 for a",
    ),
    "a treatment that finds no outlier": (
        (ci.Choice(name="x", path="treat", among=(None, ci.treatments.Treat())),),
        "x: a variation that varies nothing: 2 alternatives tried",
    ),
    "leaving nothing out": (
        (ci.LeaveOut(name="x"),),
        "x: expected at least one alternative, found none",
    ),
}


@pytest.mark.parametrize("case", NOTHING_VARIES)
def test_variation_that_varies_nothing_is_refused(case: str) -> None:
    vary, says = NOTHING_VARIES[case]
    exact = np.abs(VALUES) * np.array([[0.0], [1], [1], [1]])
    table = replace(TABLE, standard_errors=exact)
    with pytest.raises(ci.CompositeError) as refused:
        ci.simulate(table, RECIPE, ci.Uncertainty(seed=1, vary=vary))
    assert says in str(refused.value)


UNFIT: dict[str, tuple[Variation, str]] = {
    "errors without standard errors": (
        ci.MeasurementError(name="x", sets=5),
        "x: the table has no standard errors",
    ),
    "errors of what is not there": (
        ci.MeasurementError(name="x", sets=5, bounds={"z": (0.0, 1.0)}),
        "x: the table has no standard errors",
    ),
    "what is not there, left out": (
        ci.LeaveOut(name="x", codes=("z",)),
        "z: no such indicator or element to leave out",
    ),
    "everything left out": (
        ci.LeaveOut(name="x", codes=("index",)),
        "index: without it nothing is left of the index",
    ),
    "a path that leads nowhere": (
        ci.Choice(name="x", path="normalise.lowest", among=(1.0, 2.0)),
        "x: normalise.lowest: there is no 'lowest' here, but by, only, periods, reason",
    ),
    "a value of another type": (
        ci.Choice(name="x", path="normalise.by", among=(MINMAX, 2)),
        "x: normalise.by: Expected `object`, got `int`",
    ),
    "a method of another stage": (
        ci.Choice(name="x", path="aggregate.by", among=(ARITHMETIC, MINMAX)),
        "x: aggregate.by: Expected `object`, got `MinMax`",
    ),
    "no normalisation": (
        ci.Choice(name="x", path="normalise", among=(None, RECIPE.normalise)),
        "normalise: expected a whole 'normalise' stage, found None",
    ),
    "values without a path": (
        ci.Choice(name="x", among=(1, 2)),
        "x: expected a path, found none for 1",
    ),
    "too few labels": (
        ci.Choice(name="x", path="normalise.by", among=(MINMAX, ZSCORE), labels=("one",)),
        "x: expected 2 labels, found 1",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_variation_that_does_not_fit_is_refused_at_once(case: str) -> None:
    variation, says = UNFIT[case]
    with pytest.raises(ci.RecipeRefused) as refused:
        ci.Plan(replace(TABLE, standard_errors=None), RECIPE, (variation,))
    assert says in str(refused.value)


def test_names_of_variations_are_their_own() -> None:
    with pytest.raises(ci.RecipeRefused, match="each variation has a name of its own"):
        plan_of(NOISE, few_sets(3))


def test_sensitivity_needs_something_to_tell_apart() -> None:
    with pytest.raises(ci.RecipeRefused, match="needs two variations or more, found 1"):
        ci.analyse_sensitivity(TABLE, RECIPE, ci.Uncertainty(seed=1, vary=(NOISE,)))


def test_failed_replicate_stops_the_run_with_its_choices() -> None:
    scales = ci.Choice(name="scale", path="normalise.by", among=(FROM_ONE, ZSCORE))
    plan = plan_of(scales, MEANS, NOISE, recipe=changed(normalise__by=FROM_ONE))
    choices = np.array([[0, 0, 1], [0, 1, 2], [1, 0, 3], [1, 1, 4], [1, 1, 5], [0, 0, 6]])
    with pytest.raises(ci.ReplicateFailed) as failed:
        plan.evaluate(choices)
    assert failed.value.replicate == 3  # the first of two
    drawn = {"scale": "zscore (mean 0.0, deviation 1.0)", "mean": "geometric", "noise": "draw 5"}
    assert failed.value.choices == drawn
    assert str(failed.value).startswith(
        "replicate 3 failed (scale = zscore (mean 0.0, deviation 1.0), mean = geometric, "
        "noise = draw 5): p: a, b: the geometric mean needs values above 0"
    )
    assert isinstance(failed.value.__cause__, ci.NotDefined)
    # The others are sound.
    assert np.isfinite(plan.evaluate(choices[[0, 1, 2, 5]]).scores("index")).all()


def test_first_failing_replicate_is_told_with_its_own_problem() -> None:
    """Another replicate fails at an earlier stage, and so before it."""
    fraction = ci.normalisers.FractionOfMaximum()
    scales = ci.Choice(name="scale", path="normalise.by", among=(ZSCORE, fraction))
    plan = plan_of(scales, MEANS)
    for choices, at, says in (
        ([[2, 0], [0, 1], [1, 0]], 1, "p: a, b: the geometric mean needs values above 0"),
        ([[2, 0], [1, 0], [0, 1]], 1, "normalise: b: fraction_of_maximum needs a maximum"),
    ):
        with pytest.raises(ci.ReplicateFailed) as failed:
            plan.evaluate(np.array(choices))
        assert failed.value.replicate == at
        assert says in str(failed.value)


def never_negative(values: Array) -> Array:
    return np.where(values < 0, NAN, values)


def test_run_stops_where_a_replicate_fails() -> None:
    run = ci.Uncertainty(seed=1, replicates=200, vary=(ERRORS, SCALES))
    own = ci.treatments.OwnTransformation(name="own")
    treat = ci.treatments.Treat(first=own, second=None, skewness_limit=1e-9, kurtosis_limit=-9.0)
    table = replace(TABLE, standard_errors=np.abs(VALUES) * 0.6)
    with pytest.raises(ci.ReplicateFailed, match=r"replicate \d+ failed \(errors = draw \d+, "):
        ci.simulate(table, replace(RECIPE, treat=treat), run, functions={"own": never_negative})


def test_recipe_among_the_alternatives_that_does_not_fit_is_told_with_its_choice() -> None:
    unfit = ci.aggregators.Aggregate(
        by=ARITHMETIC, element=(ci.aggregators.OnElement(code="z", by=MEDIAN),)
    )
    sound = ci.aggregators.Aggregate(by=MEDIAN)
    plan = plan_of(ci.Choice(name="x", path="aggregate", among=(sound, unfit)))
    with pytest.raises(ci.ReplicateFailed, match=r"replicate 1 failed .*no such element: z"):
        plan.evaluate(np.array([[0], [1]]))


def test_width_of_one_cause_is_its_own() -> None:
    run = ci.Uncertainty(seed=1, replicates=64, vary=(SCALES, MEANS))
    simulated = ci.simulate(TABLE, changed(normalise__by=FROM_ONE), run)
    shares = ci.share_width_by_cause(simulated)
    assert shares.alone.shape == (2, 5)
    low, high = simulated.rank_interval()
    assert shares.whole.tolist() == (high - low).tolist()


def test_causes_computed_together_are_what_each_gives_by_itself() -> None:
    """Of more draws than are taken at once, with tables of their own and a unit that goes."""
    gone = ci.screens.Screen(least_available=0.0, exclude=("W",))
    screens = ci.Choice(name="screen", path="screen", among=(None, gone))
    run = ci.Uncertainty(seed=1, replicates=300, vary=(SCALES, MEANS, screens, NOISE, ERRORS))
    table = replace(TABLE, standard_errors=np.abs(VALUES) * 0.5)
    simulated = ci.simulate(table, changed(normalise__by=FROM_ONE), run)
    shares = ci.share_width_by_cause(simulated)
    assert shares.is_shared.all()
    reference = np.repeat(simulated.plan.reference, 300, axis=0)
    for at in range(len(run.vary)):
        alone, held = reference.copy(), simulated.choices.copy()
        alone[:, at], held[:, at] = simulated.choices[:, at], reference[:, at]
        for choices, found in ((alone, shares.alone), (held, 1 - shares.relieved)):
            scores = simulated.plan.evaluate(choices).scores("index")
            low, high = interval(rank(scores), run.level)
            assert found[at] * shares.whole == pytest.approx(high - low, abs=1e-9)


def test_sensitivity_of_a_run_is_that_of_its_table_and_recipe() -> None:
    run = ci.Uncertainty(seed=1, replicates=40, rows=32, resamples=20, vary=(SCALES, NOISE, ERRORS))
    recipe = changed(normalise__by=FROM_ONE)
    whole = ci.analyse_sensitivity(TABLE, recipe, run)
    found = sensitivity_of(ci.simulate(TABLE, recipe, run), run)
    assert found.names == whole.names
    assert found.shift.tolist() == whole.shift.tolist()
    assert found.intervals.total_high.tolist() == whole.intervals.total_high.tolist()
    alone = ci.Uncertainty(seed=1, replicates=40, vary=(NOISE,))
    with pytest.raises(ci.RecipeRefused, match="needs two variations or more, found 1"):
        sensitivity_of(ci.simulate(TABLE, recipe, alone), alone)


def test_aggregators_that_differ_on_another_level_agree_on_this_one() -> None:
    on_top = ci.aggregators.OnLevel(level=3, by=GEOMETRIC)
    plain = ci.aggregators.Aggregate(by=ARITHMETIC, reason="plain")
    other = ci.aggregators.Aggregate(by=ARITHMETIC, level=(on_top,))
    assert plain.of_level(2, FRAMEWORK) == other.of_level(2, FRAMEWORK)
    assert plain.of_level(3, FRAMEWORK) != other.of_level(3, FRAMEWORK)
    pillar = ci.aggregators.OnElement(code="p", by=GEOMETRIC)
    own = ci.aggregators.Aggregate(by=ARITHMETIC, element=(pillar,))
    assert plain.of_level(2, FRAMEWORK) != own.of_level(2, FRAMEWORK)
    assert plain.of_level(3, FRAMEWORK) == own.of_level(3, FRAMEWORK)


def test_sensitivity_of_an_index_that_only_one_choice_moves() -> None:
    """Weights at the top move ranks; a scale from 0 or from 1 moves scores, but no rank."""
    turned = replace(
        RECIPE,
        framework=ci.Framework(
            tuple(
                replace(entry, better=LOWER) if entry.parent == "q" else entry
                for entry in FRAMEWORK.indicators
            ),
            FRAMEWORK.elements,
        ),
    )
    shifts = ci.Choice(name="shift", path="normalise.by.low", among=(0.0, 1.0, 2.0))
    weights = ci.NoisyWeights(name="weights", noise=1.0, levels=(2,))
    run = ci.Uncertainty(seed=3, rows=512, resamples=20, vary=(shifts, weights))
    found = ci.analyse_sensitivity(TABLE, turned, run)
    assert found.names == ("shift", "weights")
    assert found.indices.first == pytest.approx([0.0, 1.0], abs=0.02)
    assert found.indices.total == pytest.approx([0.0, 1.0], abs=0.02)
    assert found.shift.shape == (4 * 512,)
    assert found.units.first.shape == (2, 5)
