"""Identities of the whole engine, on small tables drawn at random."""

from dataclasses import dataclass, replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.cohort import Positions
from sharedfuture.analyse.composite.methods.aggregating import Aggregator
from sharedfuture.analyse.composite.methods.imputing import Imputer, Periods
from sharedfuture.analyse.composite.methods.normalising import Normaliser
from sharedfuture.analyse.composite.numbering import number_choices, read_choices
from sharedfuture.analyse.composite.table import Array
from sharedfuture.analyse.composite.uncertainty.variation import Variation

CODES = ("a", "b", "c", "d", "e")
LOW, HIGH = -100.0, 100.0

MINMAX = ci.normalisers.MinMax(low=1.0, high=100.0)
ZSCORE = ci.normalisers.ZScore(mean=50.0, deviation=5.0)
BY_ORDER: list[Normaliser] = [
    ci.normalisers.Rank(),
    ci.normalisers.Borda(),
    ci.normalisers.PercentileRank(),
]
NORMALISERS: list[Normaliser] = [MINMAX, ZSCORE, *BY_ORDER, ci.normalisers.DistanceToMaximum()]
ARITHMETIC = ci.aggregators.Arithmetic()
MONOTONE: list[Aggregator] = [
    ARITHMETIC,
    ci.aggregators.Geometric(),
    ci.aggregators.Harmonic(),
    ci.aggregators.Power(exponent=0.5),
    ci.aggregators.Power(exponent=3.0),
    ci.aggregators.Median(),
    ci.aggregators.WeightedMedian(),
    ci.aggregators.Quantifier(exponent=2.0),
    ci.aggregators.MeanMin(penalty=0.7, complementarity=3.0),
]
AGGREGATORS: list[Aggregator] = [
    *MONOTONE,
    ci.aggregators.InterpolatedMedian(),
    ci.aggregators.PenalisedMean(),
    ci.aggregators.Copeland(),
    ci.aggregators.NetFlow(),
]
IMPUTERS: list[Imputer | None] = [
    None,
    ci.imputers.Mean(),
    ci.imputers.Median(),
    ci.imputers.Constant(value=3.0),
    ci.imputers.RowMean(),
]
WINSORISE = ci.treatments.Treat(
    first=ci.treatments.Winsorise(most_points=2),
    second=None,
    skewness_limit=0.5,
    kurtosis_limit=-1.0,
)
LOGARITHMS = ci.treatments.Treat(skewness_limit=0.5, kurtosis_limit=-1.0)


@dataclass(frozen=True)
class Drawn:
    """A table and a recipe that fit together."""

    table: ci.Table
    recipe: ci.Recipe

    @property
    def index(self) -> Array:
        return ci.score(self.table, self.recipe).index

    def with_values(self, values: Array) -> "Drawn":
        return replace(self, table=replace(self.table, values=values))

    def with_framework(self, framework: ci.Framework) -> "Drawn":
        return replace(self, recipe=replace(self.recipe, framework=framework))


@st.composite
def values(draw: st.DrawFn, *, gaps: bool = False) -> Array:
    """Five indicators of three to eight units, to one digit, with more or fewer ties.

    Only the seed is hypothesis's: cells that it picks one by one would take most of the time.
    """
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    units, spread = draw(st.integers(3, 8)), draw(st.sampled_from([2, 30, 900]))
    table = generator.integers(-spread, spread + 1, size=(5, units)) / 10
    if gaps:
        table[generator.random(table.shape) < draw(st.sampled_from([0.0, 0.1, 0.3]))] = np.nan
    return table


@st.composite
def frameworks(draw: st.DrawFn) -> ci.Framework:
    """Two pillars whose indicators stand together or not."""
    parents = draw(st.permutations("ppqqr").map(lambda of: [code.replace("r", "p") for code in of]))
    indicators = tuple(
        ci.Indicator(
            code,
            draw(st.sampled_from(ci.Better)),
            parent,
            weight=draw(st.integers(1, 4)),
            goalposts=(LOW, HIGH),
        )
        for code, parent in zip(CODES, parents, strict=True)
    )
    pillars = tuple(ci.Element(code, "i", weight=draw(st.integers(1, 4))) for code in "pq")
    return ci.Framework(indicators, (*pillars, ci.Element("i")))


@st.composite
def drawn(draw: st.DrawFn, *, gaps: bool = False) -> Drawn:
    """A table with any recipe that has an answer for it, mostly."""
    numbers = draw(values(gaps=gaps))
    table = ci.Table(
        units=tuple(f"u{at}" for at in range(numbers.shape[1])), codes=CODES, values=numbers
    )
    imputer = draw(st.sampled_from(IMPUTERS))
    recipe = ci.Recipe(
        id="drawn",
        framework=draw(frameworks()),
        screen=draw(st.sampled_from([None, ci.screens.Screen(least_available=0.5)])),
        impute=None if imputer is None else ci.imputers.Impute(by=imputer),
        treat=draw(st.sampled_from([None, WINSORISE, LOGARITHMS])),
        normalise=ci.normalisers.Normalise(by=draw(st.sampled_from(NORMALISERS))),
        aggregate=ci.aggregators.Aggregate(
            by=draw(st.sampled_from(AGGREGATORS)),
            level=(ci.aggregators.OnLevel(level=3, by=ARITHMETIC),),
            missing=draw(st.sampled_from([MissingRule.DROP, MissingRule.REFUSE])),
        ),
    )
    return Drawn(table, recipe)


@st.composite
def answered(draw: st.DrawFn, *, gaps: bool = False) -> Drawn:
    """As `drawn`, with an answer."""
    one = draw(drawn(gaps=gaps))
    require_answer(one)
    return one


def require_answer(one: Drawn) -> ci.Scored:
    """What a recipe gives; an example without an answer is passed over."""
    try:
        return ci.score(one.table, one.recipe)
    except ci.CompositeError:
        reject()


def close(left: Array, right: Array) -> bool:
    return np.allclose(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)


def same(left: Array, right: Array) -> bool:
    return np.array_equal(left, right, equal_nan=True)


def plain(one: Drawn, normaliser: Normaliser) -> Drawn:
    """The same without treatment, on another scale."""
    normalise = ci.normalisers.Normalise(by=normaliser)
    return replace(one, recipe=replace(one.recipe, treat=None, normalise=normalise))


FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])


# What does not matter


@FEW
@given(answered(gaps=True))
def test_direction_only_mirrors(one: Drawn) -> None:
    """Of what is turned round, less is better instead of more: nothing changes."""
    assume(one.recipe.treat is not LOGARITHMS)  # a logarithm has a direction of its own
    assume(not isinstance(one.recipe.impute and one.recipe.impute.by, ci.imputers.Constant))
    other = {ci.Better.HIGHER: ci.Better.LOWER, ci.Better.LOWER: ci.Better.HIGHER}
    entries = tuple(
        replace(entry, better=other[entry.better]) for entry in one.recipe.framework.indicators
    )
    turned = one.with_framework(ci.Framework(entries, one.recipe.framework.elements))
    assert close(turned.with_values(-one.table.values).index, one.index)


@FEW
@given(
    answered(),
    st.sampled_from([MINMAX, ZSCORE, ci.normalisers.Rank()]),
    st.integers(1, 50),
    st.integers(-500, 500),
)
def test_unit_of_measurement_does_not_matter(
    one: Drawn, normaliser: Normaliser, factor: int, shift: int
) -> None:
    one = plain(one, normaliser)
    require_answer(one)
    changed = one.table.values.copy()
    changed[1] = changed[1] * factor + shift
    assert close(one.with_values(changed).index, one.index)


@FEW
@given(answered(gaps=True), st.randoms(use_true_random=False))
def test_order_of_units_does_not_matter(one: Drawn, chance: Random) -> None:
    order = list(range(one.table.row_count))
    chance.shuffle(order)
    shuffled = replace(one, table=one.table.rows(order))
    assert close(shuffled.index, one.index[order])


@FEW
@given(answered(gaps=True), st.permutations(CODES), st.permutations(range(5)))
def test_order_of_indicators_does_not_matter(
    one: Drawn, columns: list[str], entries: list[int]
) -> None:
    framework = one.recipe.framework
    shuffled = ci.Framework(
        tuple(framework.indicators[at] for at in entries), framework.elements[::-1]
    )
    table = one.table.columns(columns)
    assert close(replace(one.with_framework(shuffled), table=table).index, one.index)


@FEW
@given(answered(), st.integers(2, 9))
def test_only_relations_of_weights_matter(one: Drawn, factor: int) -> None:
    framework = one.recipe.framework
    weights = {
        entry.code: factor * entry.weight for entry in framework.indicators if entry.parent == "p"
    }
    weights |= {entry.code: factor * entry.weight for entry in framework.elements}
    assert close(one.with_framework(framework.weighted(weights)).index, one.index)


@FEW
@given(answered(gaps=True), st.data())
def test_units_that_are_alike_have_the_same_score_to_the_bit(
    one: Drawn, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, one.table.row_count - 1))
    numbers = np.hstack([one.table.values, one.table.values[:, [row]]])
    twin = ci.Table(units=(*one.table.units, "twin"), codes=CODES, values=numbers)
    index = require_answer(replace(one, table=twin)).index
    assert same(index[[row]], index[[-1]])


# What matters


@FEW
@given(answered(), st.sampled_from(MONOTONE), st.sampled_from(CODES), st.data())
def test_better_is_never_worse(
    one: Drawn, aggregator: Aggregator, code: str, data: st.DataObject
) -> None:
    """Between fixed goalposts a unit that betters an indicator gains or stays, others stay."""
    goalposts = ci.normalisers.Goalposts(low=1.0, high=100.0)
    one = plain(one, goalposts)
    one = replace(
        one, recipe=replace(one.recipe, aggregate=ci.aggregators.Aggregate(by=aggregator))
    )
    row = data.draw(st.integers(0, one.table.row_count - 1))
    step = data.draw(st.integers(1, 600)) / 10
    at = CODES.index(code)
    better = one.table.values.copy()
    better[at, row] += step * one.recipe.framework.directions[at]
    before, after = one.index, one.with_values(better).index
    assert after[row] >= before[row] - 1e-9
    others = np.arange(one.table.row_count) != row
    assert same(before[others], after[others])
    is_strict = isinstance(aggregator, ci.aggregators.Arithmetic)
    inside = np.abs(better[at, row]) <= HIGH
    assert not (is_strict and inside) or after[row] > before[row]


@FEW
@given(answered(), st.sampled_from((*CODES, "p", "q")))
def test_what_has_no_weight_is_not_there(one: Drawn, code: str) -> None:
    assume(one.recipe.screen is None)
    weightless = one.with_framework(one.recipe.framework.weighted({code: 0.0}))
    gone = replace(one, recipe=ci.without(one.recipe, code))
    require_answer(gone)
    assert close(weightless.index, gone.index)
    plan = ci.Plan(one.table, one.recipe, (ci.LeaveOut(name="x", codes=(code,)),))
    assert close(plan.evaluate(np.array([[0]])).scores("i")[0], gone.index)


# Replicates


def variations(one: Drawn) -> tuple[Variation, ...]:
    scales = ci.Choice(name="scale", path="normalise.by", among=(ci.normalisers.Rank(), MINMAX))
    means = ci.Choice(name="mean", path="aggregate.by", among=tuple(MONOTONE[:4]))
    treats = ci.Choice(name="treat", path="treat", among=(None, WINSORISE))
    screens = ci.Choice(
        name="screen",
        path="screen",
        among=(
            None,
            ci.screens.Screen(least_available=0.5),
            ci.screens.Screen(least_available=0.7),
        ),
    )
    fills = ci.Choice(
        name="impute",
        path="impute",
        among=tuple(None if by is None else ci.imputers.Impute(by=by) for by in IMPUTERS[:3]),
    )
    return (
        scales,
        means,
        treats,
        screens,
        fills,
        ci.NoisyWeights(name="noise", noise=0.3, levels=(1, 2), sets=5),
        ci.MeasurementError(name="errors", sets=4),
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[ci.Plan, Positions]:
    one = draw(answered(gaps=True))
    errors = np.full(one.table.values.shape, 0.5)
    table = replace(one.table, standard_errors=errors)
    plan = ci.Plan(table, one.recipe, variations(one), seed=draw(st.integers(0, 99)))
    row = st.tuples(*(st.integers(0, count) for count in plan.counts))
    return plan, np.array(draw(st.lists(row, min_size=1, max_size=12)), dtype=np.intp)


@given(st.data())
def test_numbers_stand_for_one_choice_each(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    columns = data.draw(st.permutations(range(len(counts))))[: data.draw(st.integers(0, 4))]
    every = np.indices([count + 1 for count in counts]).reshape(len(counts), -1).T
    numbers = number_choices(every, columns, counts)
    assert np.array_equal(read_choices(numbers, columns, counts), every[:, columns])


@FEW
@given(plans())
def test_replicates_together_are_what_each_is_alone(drawn: tuple[ci.Plan, Positions]) -> None:
    plan, choices = drawn
    alone: list[Array] = []
    for row in choices:
        try:
            alone.append(plan.evaluate(row[None]).scores("i")[0])
        except ci.ReplicateFailed:
            break
    if len(alone) < len(choices):
        with pytest.raises(ci.ReplicateFailed) as failed:
            plan.evaluate(choices)
        assert failed.value.replicate == len(alone)
    else:
        assert same(plan.evaluate(choices).scores("i"), np.array(alone))


@FEW
@given(answered(gaps=True))
def test_nominal_replicate_is_the_index_itself(one: Drawn) -> None:
    table = replace(one.table, standard_errors=np.full(one.table.values.shape, 0.5))
    plan = ci.Plan(table, one.recipe, variations(one))
    scored = ci.score(one.table, one.recipe)
    found = plan.evaluate(np.repeat(plan.nominal, 2, axis=0))
    for code in ("i", "p", "q"):
        for replicate in found.scores(code):
            assert same(replicate, scored.scores[code])


@FEW
@given(answered(gaps=True), st.data())
def test_units_left_out_leave_no_trace(one: Drawn, data: st.DataObject) -> None:
    """Scoring with some units screened out is scoring the table of the others."""
    units = data.draw(st.sets(st.sampled_from(one.table.units), max_size=one.table.row_count - 2))
    screen = ci.screens.Screen(least_available=0.4, exclude=tuple(sorted(units)))
    recipe = replace(one.recipe, screen=screen)
    scored = require_answer(replace(one, recipe=recipe))
    rows = np.flatnonzero(scored.included)
    fewer = ci.score(one.table.rows(rows), replace(recipe, screen=None))
    assert close(fewer.index, scored.index[rows])
    assert same(fewer.ranks(), scored.ranks()[rows])
    assert set(scored.absences()) >= set(np.flatnonzero(~scored.included).tolist())


@FEW
@given(answered(), values(), st.sampled_from([None, *IMPUTERS[1:]]))
def test_periods_apart_are_tables_of_their_own(
    one: Drawn, later: Array, imputer: Imputer | None
) -> None:
    recipe = replace(
        one.recipe,
        impute=None if imputer is None else ci.imputers.Impute(by=imputer, periods=Periods.APART),
        normalise=apart(one.recipe.normalise),
        aggregate=ci.aggregators.Aggregate(by=ARITHMETIC),
    )
    second = ci.Table(
        units=tuple(f"u{at}" for at in range(later.shape[1])), codes=CODES, values=later
    )
    panel = ci.Table(
        units=(*one.table.units, *second.units),
        codes=CODES,
        values=np.hstack([one.table.values, later]),
        periods=(1.0,) * one.table.row_count + (2.0,) * second.row_count,
    )
    alone = [require_answer(Drawn(table, recipe)) for table in (one.table, second)]
    together = ci.score(panel, recipe)
    assert close(together.index, np.concatenate([scored.index for scored in alone]))
    assert same(together.ranks(), np.concatenate([scored.ranks() for scored in alone]))


def apart(record: ci.normalisers.Normalise) -> ci.normalisers.Normalise:
    return ci.normalisers.Normalise(by=record.by, periods=Periods.APART)


# Never in silence


@FEW
@given(drawn(gaps=True))
def test_score_that_is_missing_has_a_reason(one: Drawn) -> None:
    try:
        scored = ci.score(one.table, one.recipe)
    except ci.CompositeError:
        return  # said, and so not in silence
    without = np.flatnonzero(np.isnan(scored.index))
    assert list(scored.absences()) == without.tolist()
    assert all(scored.absences().values())
    assert np.isfinite(np.delete(scored.index, without)).all()
    assert same(np.isnan(scored.ranks()), np.isnan(scored.index))
    # A score that is missing has something missing below it, or was left out.
    for code in ("p", "q"):
        rows = [scored.scores[child] for child in scored.framework.children_of(code)]
        lacking = np.isnan(rows).any(axis=0)
        assert (lacking | ~np.isnan(scored.scores[code])).all()
