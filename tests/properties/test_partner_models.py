"""Models of hidden partners: what must hold whatever the countries are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from sharedfuture.analyse.partners.filling import fill, standardise
from sharedfuture.analyse.partners.fitting import fit, prepare
from sharedfuture.analyse.partners.labels import label_charges, label_weights
from sharedfuture.analyse.partners.logistic import BASELINE_SCALE
from sharedfuture.analyse.partners.made_up.trial import point
from sharedfuture.analyse.partners.made_up.worlds import make_world
from sharedfuture.analyse.partners.problem import (
    MODELS,
    FloatArray,
    IntArray,
    Problem,
    ProblemError,
    Settings,
    in_order,
)
from sharedfuture.analyse.partners.splits import make_splits, predict
from sharedfuture.analyse.partners.total import draw_totals, expit, intercepts, mean_total

SMALL = Settings(draws=80, imputations=2)
seeds = st.integers(0, 10_000)
models = st.sampled_from(MODELS)


def small_world(seed: int, *, missing: float = 0.15) -> Problem:
    return make_world(
        seed, countries=60, covariates=6, partners=25, labels=8, publishers=4, missing=missing
    ).problem


def with_names(problem: Problem, places: Sequence[int] | IntArray, publisher: str) -> Problem:
    """The problem with more countries named by a publisher."""
    known, trust = problem.known.copy(), problem.label_trust.copy()
    origins = list(problem.label_origins)
    for place in places:
        known[place], trust[place] = True, max(trust[place], 0.95)
        origins[place] = (*origins[place], publisher)
    return replace(problem, known=known, label_trust=trust, label_origins=tuple(origins))


# The total.


@settings(max_examples=12, deadline=None)
@given(seed=seeds, model=models)
def test_probabilities_sum_to_the_total(seed: int, model: str) -> None:
    problem = small_world(seed)
    fitted = fit(problem, model=model, seed=1, settings=replace(SMALL, charge_cap=np.inf))
    assert fitted.expected == pytest.approx(problem.total, abs=1e-6)
    assert fitted.excess == 0
    sums = fitted.draws.sum(axis=1)
    assert (sums > problem.total_low - 0.1).all()
    assert (sums < problem.total_high + 0.1).all()


def test_what_one_publisher_would_use_up_beyond_its_share_is_told_as_excess() -> None:
    problem = with_names(small_world(1), range(12), "one-publisher")
    fitted = fit(problem, model="logistic", seed=1, settings=SMALL)
    assert fitted.excess > 1
    assert fitted.expected == pytest.approx(mean_total(problem) + fitted.excess, abs=1e-5)


@given(low=st.floats(1, 50), below=st.floats(0, 40), above=st.floats(0, 40))
def test_totals_stay_near_their_bounds_and_keep_their_mean(
    low: float, below: float, above: float
) -> None:
    total = low + below
    problem = replace(small_world(0), total=total, total_low=low, total_high=total + above)
    totals = draw_totals(problem, 200, np.random.default_rng(0))
    assert totals.mean() == pytest.approx(mean_total(problem))
    assert totals.min() >= low - 0.01 * (below + above) - 1e-9
    assert totals.max() <= total + above + 0.01 * (below + above) + 1e-9


@given(seed=seeds, wanted=st.floats(0.5, 49.0))
def test_intercepts_against_a_root_finder(seed: int, wanted: float) -> None:
    scores = np.random.default_rng(seed).normal(0, 3, size=(1, 50))
    shares = np.ones((1, 50))

    def miss(at: float) -> float:
        return float(expit(scores + at).sum() - wanted)

    found = intercepts(scores, shares, np.array([wanted]))[0]
    assert found == pytest.approx(brentq(miss, -40, 40), abs=1e-6)


# What must change nothing.


@settings(max_examples=8, deadline=None)
@given(seed=seeds, model=models)
def test_another_order_of_countries_gives_the_same(seed: int, model: str) -> None:
    problem = small_world(seed)
    order = np.random.default_rng(seed).permutation(len(problem.known))
    one = fit(problem, model=model, seed=3, settings=SMALL)
    other = fit(in_order(problem, order), model=model, seed=3, settings=SMALL)
    np.testing.assert_allclose(one.draws[:, order], other.draws, atol=1e-8)
    np.testing.assert_allclose(one.contributions[order], other.contributions, atol=1e-8)


@settings(max_examples=10, deadline=None)
@given(seed=seeds, model=models, factor=st.floats(0.001, 1000), shift=st.floats(-50, 50))
def test_the_unit_of_a_covariate_does_not_matter(
    seed: int, model: str, factor: float, shift: float
) -> None:
    problem = small_world(seed)
    covariates = problem.covariates.copy()
    covariates[:, 1] = factor * covariates[:, 1] + shift
    changed = point(replace(problem, covariates=covariates), model)
    np.testing.assert_allclose(changed, point(problem, model), atol=1e-5)


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_a_useless_covariate_changes_little(seed: int) -> None:
    problem = small_world(seed)
    noise = np.random.default_rng(seed).standard_normal((len(problem.known), 1))
    more = replace(
        problem,
        covariates=np.hstack([problem.covariates, noise]),
        names=(*problem.names, "noise"),
    )
    moved = np.abs(point(more, "logistic") - point(problem, "logistic"))
    assert moved.mean() < 0.04


def test_a_covariate_without_differences_changes_nothing() -> None:
    problem = small_world(5)
    for value in (7.0, np.nan):
        column = np.full((len(problem.known), 1), value)
        more = replace(
            problem,
            covariates=np.hstack([problem.covariates, column]),
            names=(*problem.names, "same"),
        )
        np.testing.assert_allclose(point(more, "logistic"), point(problem, "logistic"), atol=1e-4)


def test_the_baseline_reads_its_covariate_alone() -> None:
    problem = small_world(2, missing=0.0)
    changed = problem.covariates.copy()
    changed[:, 1:] = changed[::-1, 1:]
    settings = Settings(imputations=0, baseline="covariate-0")
    one = point(problem, "baseline", settings=settings)
    other = point(replace(problem, covariates=changed), "baseline", settings=settings)
    np.testing.assert_allclose(one, other, atol=1e-9)


# Labels.


@given(
    trust=st.lists(st.floats(0, 1), min_size=6, max_size=6),
    more=st.floats(0, 1),
    place=st.integers(0, 5),
    cap=st.floats(0.1, 5),
    seed=seeds,
)
def test_a_label_weighs_more_the_surer_it_is(
    trust: list[float], more: float, place: int, cap: float, seed: int
) -> None:
    names = np.random.default_rng(seed).random((1, 3, 6)) < 0.5
    before = np.array(trust)
    after = before.copy()
    after[place] = max(before[place], more)
    weights = label_weights(names, before, cap=cap)
    assert (label_weights(names, after, cap=cap) >= weights).all()
    assert (weights <= before).all()
    by_publisher = np.minimum(cap, names[0].sum(axis=1)).sum()
    assert weights.sum() <= by_publisher + 1e-9
    charges = label_charges(names, before, base_rate=0.4, allowed=cap)
    assert (charges <= before + 1e-12).all()
    assert 0.6 * charges.sum() <= 3 * cap + 1e-9


@settings(max_examples=8, deadline=None)
@given(seed=seeds, model=models)
def test_a_surer_label_raises_the_country_itself(seed: int, model: str) -> None:
    problem = small_world(seed)
    place = int(np.flatnonzero(problem.known)[0])
    values = []
    for trust in (0.2, 0.5, 0.9):
        changed = problem.label_trust.copy()
        changed[place] = trust
        values.append(point(replace(problem, label_trust=changed), model)[place])
    assert values == sorted(values)
    assert values[-1] >= 0.9


def movement(problem: Problem, model: str, places: IntArray, caps: Settings) -> FloatArray:
    planted = point(with_names(problem, places, "planted"), model, settings=caps)
    return planted - point(problem, model, settings=caps)


@pytest.mark.parametrize("model", ["logistic", "second", "mean", "baseline"])
@pytest.mark.parametrize("alike", [False, True])
def test_fifty_names_planted_by_one_publisher_move_the_others_like_one_name(
    model: str, alike: bool
) -> None:
    problem = make_world(11, labels=12, publishers=3, missing=0.0).problem
    rng = np.random.default_rng(4)
    free = np.flatnonzero(~problem.known)
    direction = problem.covariates[free] @ rng.standard_normal(15)
    places = free[np.argsort(direction)[:50]] if alike else rng.choice(free, 50, replace=False)
    others = np.setdiff1d(free, places)

    strict = Settings(imputations=0, charge_cap=0.6 / problem.total)  # one name's worth
    one = np.array([movement(problem, model, places[[nth]], strict) for nth in range(0, 50, 7)])
    fifty = movement(problem, model, places, strict)
    largest = np.abs(one).max(axis=0)
    assert (np.abs(fifty)[others] <= largest[others] + 0.015).all()
    assert np.abs(fifty)[others].max() <= largest[others].max()
    # Each of the fifty is named by one publisher, and rises as one independent name would raise it.
    assert (fifty[places] <= 0.95).all()

    # As shipped, one publisher's names may also use up a twentieth of the total.
    usual = Settings(imputations=0)
    shipped = np.abs(movement(problem, model, places, usual))[others]
    assert shipped.mean() <= 0.05
    assert (shipped <= largest[others] + 0.06).all()
    lifted = Settings(imputations=0, label_cap=np.inf, charge_cap=np.inf)
    assert np.abs(movement(problem, model, places, lifted))[others].mean() > 3 * shipped.mean()


# The posterior.


def labelled(rate: float, given_none: FloatArray) -> FloatArray:
    told: FloatArray = rate * given_none / (1 - rate + rate * given_none)
    return told


def miss_of_labels(rate: float, given_none: FloatArray, wanted: float) -> float:
    return float(labelled(rate, given_none).sum() - wanted)


def miss_of_total(at: float, scores: FloatArray, trust: FloatArray, wanted: float) -> float:
    return float(((1 - trust) * expit(at + scores)).sum() - wanted)


def test_draws_agree_with_the_posterior_worked_out_on_a_grid() -> None:
    """One coefficient: the likelihood written out, the constraint by a root finder."""
    world = make_world(8, countries=80, covariates=2, partners=30, labels=15, publishers=15)
    total = world.problem.total
    plain = replace(world.problem, total_low=total, total_high=total)
    values = standardise(plain.covariates, plain.eligible)[:, 0]
    trust = plain.label_trust
    left = total - trust.sum()
    log_posterior, means = [], []
    grid = np.linspace(-3, 4, 141)
    for slope in grid:
        start = brentq(miss_of_total, -30, 30, args=(slope * values, trust, left))
        given_none = expit(start + slope * values)
        rate = brentq(miss_of_labels, 1e-9, 1 - 1e-9, args=(given_none, trust.sum()))
        pi = labelled(rate, given_none)
        fits = (trust * np.log(pi) + (1 - trust) * np.log(1 - pi)).sum()
        log_posterior.append(fits - 0.5 * (slope / BASELINE_SCALE) ** 2)
        means.append(trust + (1 - trust) * given_none)
    weight = np.exp(np.array(log_posterior) - max(log_posterior))
    exact = (weight[:, None] * np.array(means)).sum(axis=0) / weight.sum()
    settings = Settings(draws=4000, imputations=0, charge_cap=np.inf)
    fitted = fit(plain, model="baseline", seed=1, settings=settings)
    np.testing.assert_allclose(fitted.draws.mean(axis=0), exact, atol=0.01)


@pytest.mark.parametrize("model", ["logistic", "second", "baseline"])
def test_all_splits_at_once_give_what_each_gives_alone(model: str) -> None:
    problem = small_world(9)
    settings = Settings(imputations=0)
    ready = prepare(problem, settings, np.random.default_rng(0))
    splits = make_splits(ready, most=None)
    together = predict(ready, splits, model, settings)[0]
    for place, split in enumerate(splits):
        alone = predict(ready, [split], model, settings)[0][0]
        np.testing.assert_allclose(together[place], alone, atol=5e-4)


def test_a_label_that_is_left_out_is_not_known_to_the_model() -> None:
    problem = small_world(12, missing=0.0)
    place = int(np.flatnonzero(problem.known)[2])
    settings = Settings(imputations=0)
    ready = prepare(problem, settings, np.random.default_rng(0))
    splits = make_splits(ready, most=None)
    nth = next(
        index
        for index, split in enumerate(splits)
        if split.kind == "one_out" and place in split.held_out
    )
    known, trust = problem.known.copy(), problem.label_trust.copy()
    known[place], trust[place] = False, 0.0
    without = replace(problem, known=known, label_trust=trust)
    for model in ("logistic", "second", "baseline"):
        left_out = predict(ready, splits, model, settings)[0][nth]
        np.testing.assert_allclose(
            left_out[~problem.known], point(without, model)[~problem.known], atol=5e-4
        )


# What is missing.


def test_missing_values_are_filled_from_what_is_like_them_and_widen() -> None:
    rng = np.random.default_rng(0)
    one = rng.standard_normal(300)
    values = np.stack([one, one + 0.2 * rng.standard_normal(300)], axis=1)
    gaps = values.copy()
    gaps[:40, 1] = np.nan
    scaled = standardise(gaps, np.ones(300, dtype=np.bool_))
    mean, *drawn = fill(scaled, times=20, generator=rng)
    assert np.corrcoef(mean[:40, 1], values[:40, 1])[0, 1] > 0.95
    spread = np.std([filled[:40, 1] for filled in drawn], axis=0)
    assert 0.1 < spread.mean() < 0.8
    np.testing.assert_array_equal(drawn[0][40:], scaled[40:])


def test_the_model_abstains_where_little_is_known() -> None:
    problem = small_world(3, missing=0.0)
    free = np.flatnonzero(~problem.known)
    thin, whole = int(free[0]), int(free[1])
    covariates = problem.covariates.copy()
    covariates[thin, 1:] = np.nan
    fitted = fit(replace(problem, covariates=covariates), model="logistic", seed=1, settings=SMALL)
    assert fitted.abstained[thin]
    assert np.isnan([fitted.probability[thin], fitted.low[thin], fitted.high[thin]]).all()
    assert not fitted.abstained[whole]
    assert fitted.coverage[thin] == pytest.approx(1 / 6)
    assert (fitted.contributions[thin, 1:] == 0).all()


def test_who_is_not_eligible_has_none_and_changes_nothing() -> None:
    problem = small_world(4)
    out = int(np.flatnonzero(~problem.known)[0])
    eligible = problem.eligible.copy()
    eligible[out] = False
    wild = problem.covariates.copy()
    wild[out] = 1e9
    one = fit(replace(problem, eligible=eligible), seed=1, settings=SMALL)
    two = fit(replace(problem, eligible=eligible, covariates=wild), seed=1, settings=SMALL)
    assert one.probability[out] == 0
    assert not one.abstained[out]
    np.testing.assert_allclose(one.draws, two.draws)


# Contradictions.


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"total_low": 26.0, "total": 25.0}, "between its bounds"),
        ({"total": 100.0, "total_low": 99.0, "total_high": 101.0}, "number of eligible"),
        ({"names": ("a",)}, "as many names"),
        ({"label_origins": ((),) * 60}, "no publisher"),
        ({"eligible": np.zeros(60, dtype=np.bool_)}, "not eligible"),
        ({"label_trust": np.full(60, 1.5)}, "from 0 to 1"),
    ],
)
def test_what_contradicts_itself_is_refused(change: dict[str, object], says: str) -> None:
    problem = small_world(0)
    with pytest.raises(ProblemError, match=says):
        fit(replace(problem, **change), seed=1, settings=SMALL)  # type: ignore[arg-type]


def test_unknown_models_and_covariates_are_refused() -> None:
    with pytest.raises(ProblemError, match="no model"):
        fit(small_world(0), model="best", seed=1)
    with pytest.raises(ProblemError, match="no covariate"):
        fit(small_world(0), seed=1, settings=Settings(baseline="height"))
