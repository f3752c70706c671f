"""An index without some of its parts: by weight, by variation, by removal."""

from dataclasses import replace

import numpy as np
import pytest
from tests.small_index import (
    ARITHMETIC,
    FRAMEWORK,
    FROM_ONE,
    GEOMETRIC,
    MEDIAN,
    MINMAX,
    RECIPE,
    TABLE,
    changed,
    index_of,
    plan_of,
    scores_of,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.methods.aggregating import Aggregator


@pytest.mark.parametrize(
    "aggregator",
    [
        ARITHMETIC,
        GEOMETRIC,
        ci.aggregators.Harmonic(),
        ci.aggregators.Power(exponent=2.0),
        MEDIAN,
        ci.aggregators.WeightedMedian(),
        ci.aggregators.InterpolatedMedian(),
        ci.aggregators.MeanMin(penalty=0.5),
        ci.aggregators.Copeland(),
        ci.aggregators.NetFlow(),
        ci.aggregators.PenalisedMean(),
        ci.aggregators.BenefitOfDoubt(),
    ],
    ids=lambda of: type(of).__name__,
)
def test_what_has_no_weight_is_left_out(aggregator: Aggregator) -> None:
    """By weight, by variation and by removal: three ways, one index."""
    on_top = ci.aggregators.OnLevel(level=3, by=ARITHMETIC)
    recipe = replace(
        changed(normalise__by=FROM_ONE),
        aggregate=ci.aggregators.Aggregate(by=aggregator, level=(on_top,)),
    )
    plan = plan_of(ci.LeaveOut(name="gone", codes=("a", "d", "p")), recipe=recipe)
    varied = scores_of(plan, [0], [1], [2])
    for at, code in enumerate(("a", "d", "p")):
        weightless = replace(recipe, framework=FRAMEWORK.weighted({code: 0.0}))
        removed = index_of(ci.without(recipe, code))
        assert index_of(weightless) == pytest.approx(removed, rel=1e-12)
        assert varied[at] == pytest.approx(removed, rel=1e-12)
        assert varied[at] != pytest.approx(index_of(recipe), rel=1e-6)


def test_leaving_out_each_in_turn() -> None:
    left = ci.leave_out(TABLE, RECIPE)
    assert left.codes == tuple("abcd")
    assert left.scores[0].tolist() == index_of(ci.without(RECIPE, "a"))
    assert left.scores.shape == left.ranks.shape == (4, 5)
    pillars = ci.leave_out(TABLE, RECIPE, level=2)
    assert pillars.codes == ("p", "q")
    assert pillars.scores[0].tolist() == [25, 25, 62.5, 62.5, 75]
    # Ranks with p only: 5, 3, 3, 1, 1 in place of 5, 4, 3, 2, 1.
    assert pillars.shift[1] == pytest.approx(2 / 5)
    for level in (0, 3):
        with pytest.raises(ci.RecipeRefused, match=f"level {level} is not one of 1 to 2"):
            ci.leave_out(TABLE, RECIPE, level=level)


def test_only_child_takes_its_parent_with_it() -> None:
    narrow = FRAMEWORK.without(["d"])
    recipe = replace(RECIPE, framework=narrow)
    assert ci.without(recipe, "c").framework.levels[1].codes == ("p",)
    plan = plan_of(ci.LeaveOut(name="gone", codes=("c",)), recipe=recipe)
    assert scores_of(plan, [0]) == [index_of(ci.without(recipe, "c"))]


def test_exceptions_go_with_what_they_were_made_for() -> None:
    budgets = ci.weighers.Budget(
        judged=(
            ci.weighers.Budgeted(parent="p", people=({"a": 3.0, "b": 1.0},)),
            ci.weighers.Budgeted(parent="q", people=({"c": 3.0, "d": 1.0},)),
        )
    )
    compared = ci.weighers.Comparisons(
        judged=(
            ci.weighers.Compared(
                parent="q", codes=("c", "d"), matrices=(((1.0, 3.0), (1 / 3, 1.0)),)
            ),
        )
    )
    rank = ci.normalisers.NormaliseOnly(codes=("a",), by=ci.normalisers.Rank())
    log = ci.treatments.TreatOnly(codes=("a", "b"), first=ci.treatments.LogOffset())
    own = ci.aggregators.OnElement(code="p", by=MEDIAN)
    recipe = replace(
        RECIPE,
        denominate=ci.screens.Denominate(factors={"a": 10.0}),
        treat=ci.treatments.Treat(only=(log,)),
        normalise=ci.normalisers.Normalise(by=MINMAX, only=(rank,)),
        weigh=ci.weighers.Weigh(by=budgets),
        aggregate=ci.aggregators.Aggregate(by=ARITHMETIC, element=(own,)),
    )
    fewer = ci.without(recipe, "a")
    assert fewer.denominate is None  # nothing is left to divide
    assert fewer.normalise.only == ()
    assert fewer.treat is not None
    assert fewer.treat.only == (
        ci.treatments.TreatOnly(codes=("b",), first=ci.treatments.LogOffset()),
    )
    assert fewer.aggregate.element == (own,)
    assert ci.without(recipe, "p").aggregate.element == ()
    for changed_recipe in (recipe, replace(recipe, weigh=ci.weighers.Weigh(by=compared))):
        left = ci.leave_out(TABLE, changed_recipe)
        assert np.isfinite(left.scores).all()
        assert np.isfinite(ci.leave_out(TABLE, changed_recipe, level=2).scores).all()
    weights = ci.score(
        TABLE, ci.without(replace(recipe, weigh=ci.weighers.Weigh(by=compared)), "b")
    ).weights
    assert [weights[code] for code in "acd"] == pytest.approx([1, 0.75, 0.25])
    given = changed(weigh__by=ci.weighers.Given(values={"a": 2.0, "c": 3.0}))
    assert ci.without(given, "a").weigh.by == ci.weighers.Given(values={"c": 3.0})
