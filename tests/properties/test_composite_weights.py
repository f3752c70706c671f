"""What must hold for every way to give weights, on random tables."""

import warnings

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.weights.factor import common_factors, factor_weights
from sharedfuture.analyse.composite.weights.information import critic_weights, entropy_weights
from sharedfuture.analyse.composite.weights.judgement import (
    budget_weights,
    combine_comparisons,
    comparison_weights,
)
from sharedfuture.analyse.composite.weights.least_squares import least_squares_within
from sharedfuture.analyse.composite.weights.optimise import (
    Balanced,
    Bounds,
    Grouping,
    Optimised,
    balanced_weights,
    most_informative_weights,
)
from sharedfuture.analyse.composite.weights.pca import (
    first_component_weights,
    rotated_component_weights,
)
from sharedfuture.analyse.composite.weights.plain import (
    Weigh,
    equal_weights,
    given_weights,
    weigh_by_group,
)
from sharedfuture.analyse.composite.weights.rotation import intermediate_weights, varimax

Array = npt.NDArray[np.float64]
seeds = st.integers(0, 2**32 - 1)
several = settings(max_examples=20)


def one_thing(seed: int, indicators: int, units: int) -> Array:
    """Positive series that measure one thing, each with noise of its own."""
    generator = np.random.default_rng(seed)
    noise = generator.normal(size=(indicators, units)) * generator.uniform(0.3, 1, (indicators, 1))
    table: Array = generator.normal(size=units) + noise + 10
    return table


def equally(values: Array) -> Array:
    return equal_weights(len(values))


def rotated(values: Array) -> Array:
    return rotated_component_weights(values, component_count=2)


def factors(values: Array) -> Array:
    return factor_weights(values, factor_count=1)


def informative(values: Array) -> Array:
    return most_informative_weights(values).weights


def balanced(values: Array) -> Array:
    return balanced_weights(values, [1.0] * len(values)).weights


WAYS: tuple[Weigh, ...] = (
    equally,
    first_component_weights,
    rotated,
    factors,
    entropy_weights,
    critic_weights,
    informative,
    balanced,
)


@pytest.mark.parametrize("weigh", WAYS)
@given(seed=seeds)
@settings(max_examples=15)
def test_weights_are_shares_and_follow_their_indicators(weigh: Weigh, seed: int) -> None:
    values = one_thing(seed, 5, 60)
    generator = np.random.default_rng(seed)
    weights = weigh(values)
    assert weights.shape == (5,)
    assert np.isclose(weights.sum(), 1)
    assert (weights >= 0).all()
    order = generator.permutation(5)
    assert np.allclose(weigh(values[order]), weights[order], atol=1e-4)
    assert np.allclose(weigh(values[:, generator.permutation(60)]), weights, atol=1e-4)


@pytest.mark.parametrize("weigh", [first_component_weights, critic_weights, factors])
@given(seed=seeds)
@settings(max_examples=15)
def test_weights_from_correlations_do_not_depend_on_units(weigh: Weigh, seed: int) -> None:
    values = one_thing(seed, 4, 60)
    changed = values * np.array([[1e-8], [3.0], [1e12], [0.5]]) + np.array([[0.0], [5], [7], [-1]])
    assert np.allclose(weigh(changed), weigh(values), atol=1e-4)


@given(seed=seeds, scale=st.floats(1e-200, 1e200))
@several
def test_given_weights_are_divided_by_their_sum(seed: int, scale: float) -> None:
    batch = np.random.default_rng(seed).random((3, 4))
    found = given_weights(batch * scale)
    assert np.allclose(found.sum(axis=-1), 1)
    assert np.allclose(found, batch / batch.sum(axis=-1, keepdims=True))
    assert np.allclose(given_weights(found), found)


@given(seed=seeds)
@several
def test_groups_are_weighed_alone(seed: int) -> None:
    values = one_thing(seed, 6, 30)
    groups = [2, 0, 2, 0, 2, 0]
    found = weigh_by_group(values, groups, critic_weights)
    for group in (0, 2):
        members = np.flatnonzero(np.array(groups) == group)
        assert np.allclose(found[members], critic_weights(values[members]))


@given(seed=seeds, share=st.sampled_from([0.0, 0.2]))
@several
def test_entropy_counts_spread_only(seed: int, share: float) -> None:
    generator = np.random.default_rng(seed)
    values = generator.random((2, 4, 20)) + 0.1
    values[generator.random(values.shape) < share] = np.nan
    values[:, 1] = np.where(np.isnan(values[:, 1]), np.nan, 7.3)
    assume((~np.isnan(values)).sum(axis=-1).min() >= 2)
    found = entropy_weights(values)
    assert (found[:, 1] == 0).all()
    assert (found[:, [0, 2, 3]] > 0).all()
    scaled = values * np.array([1e-200, 1e200, 3.0, 1.0])[:, np.newaxis]
    assert np.allclose(entropy_weights(scaled), found)
    for replicate in range(2):
        assert np.allclose(entropy_weights(values[replicate]), found[replicate])


@given(seed=seeds, size=st.integers(1, 9))
@several
def test_consistent_comparisons_give_their_weights_back(seed: int, size: int) -> None:
    weights = given_weights(np.random.default_rng(seed).uniform(0.1, 1, size))
    found = comparison_weights(weights[:, np.newaxis] / weights)
    assert np.allclose(found.weights, weights, rtol=1e-9)
    assert abs(found.consistency_ratio) < 1e-9
    assert found.is_consistent


@given(seed=seeds, size=st.integers(3, 9))
@several
def test_comparisons_of_any_kind_have_weights_that_solve_them(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    upper = np.triu(9.0 ** generator.uniform(-1, 1, (size, size)), k=1)
    reciprocal = np.divide(1, upper, out=np.zeros_like(upper), where=upper > 0)
    matrix = upper + reciprocal.T + np.eye(size)
    found = comparison_weights(matrix)
    assert np.allclose(matrix @ found.weights, found.largest_eigenvalue * found.weights)
    assert found.largest_eigenvalue >= size
    assert found.consistency_ratio >= 0
    combined = combine_comparisons(np.stack([matrix, matrix.T]))
    assert np.allclose(combined, 1), "two opposite people have no preference together"


@given(seed=seeds)
@several
def test_budgets_count_people_alike(seed: int) -> None:
    points = np.random.default_rng(seed).integers(1, 50, (4, 5)).astype(float)
    found = budget_weights(points)
    assert np.isclose(found.weights.sum(), 1)
    rescaled = budget_weights(points * np.array([[1.0], [2.0], [10.0], [0.1]]))
    assert np.allclose(rescaled.weights, found.weights)
    assert np.allclose(rescaled.deviation, found.deviation)


@given(seed=seeds, factor_count=st.integers(1, 4))
@several
def test_rotation_keeps_what_factors_explain(seed: int, factor_count: int) -> None:
    loadings = np.random.default_rng(seed).normal(size=(7, factor_count))
    found = varimax(loadings)
    assert np.allclose(found @ found.T, loadings @ loadings.T)
    assert (found.sum(axis=0) >= 0).all()
    assert (np.diff((found**2).sum(axis=0)) <= 1e-9).all()
    assert simplicity(found) >= simplicity(loadings) - 1e-9
    positive = found[found.max(axis=1) > 0]
    assert np.isclose(intermediate_weights(positive).sum(), 1)


def simplicity(loadings: Array) -> float:
    """What varimax makes large: the variance of squared loadings, all indicators counting alike."""
    normalised = loadings / np.linalg.norm(loadings, axis=1, keepdims=True)
    return float(((normalised**2).var(axis=0)).sum())


@given(seed=seeds)
@several
def test_rotation_of_two_factors_is_the_best_of_all_angles(seed: int) -> None:
    loadings = np.random.default_rng(seed).normal(size=(6, 2))
    angles = np.linspace(0, np.pi / 2, 721)
    turned = [
        loadings @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles
    ]
    assert simplicity(varimax(loadings)) >= max(map(simplicity, turned)) - 1e-9


@given(seed=seeds, size=st.integers(4, 7))
@several
def test_a_single_factor_is_found_again(seed: int, size: int) -> None:
    loadings = np.random.default_rng(seed).uniform(0.3, 0.95, size)
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1.0)
    found = common_factors(correlation, factor_count=1)
    assert np.allclose(np.abs(found.loadings[:, 0]), loadings, atol=1e-3)
    assert np.allclose(found.uniquenesses, 1 - loadings**2, atol=1e-3)


@given(seed=seeds)
@settings(max_examples=10)
def test_factors_are_as_likely_as_those_of_scikit_learn(seed: int) -> None:
    """Whose steps may not have settled yet: ours are likely enough all the same."""
    from sklearn.decomposition import FactorAnalysis
    from sklearn.exceptions import ConvergenceWarning

    values = one_thing(seed, 6, 80)
    values -= values.mean(axis=1, keepdims=True)
    values /= values.std(axis=1, keepdims=True)
    correlation = values @ values.T / 80
    found = common_factors(correlation, factor_count=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs = FactorAnalysis(2, svd_method="lapack", tol=1e-3, max_iter=200).fit(values.T)
    assume(theirs.noise_variance_.min() > 0.005)
    ours = found.loadings @ found.loadings.T + np.diag(found.uniquenesses)
    assert likelihood(ours, correlation) >= likelihood(theirs.get_covariance(), correlation) - 1e-9


def likelihood(implied: Array, correlation: Array) -> float:
    sign, size = np.linalg.slogdet(implied)
    assert sign > 0
    return float(-size - np.trace(np.linalg.solve(implied, correlation)))


@st.composite
def elements(draw: st.DrawFn) -> tuple[Array, Grouping, Bounds]:
    """Elements in groups, with bounds on their shares."""
    size = draw(st.integers(2, 7))
    seed = draw(seeds)
    generator = np.random.default_rng(seed)
    mixed = generator.normal(size=(size, size)) + 0.5
    values = mixed @ generator.normal(size=(size, 40))
    groups = tuple(sorted(generator.integers(0, 2, size).tolist()))
    grouping = Grouping(groups, (0.3, 0.7)) if 0 < sum(groups) < size else Grouping.single(size)
    bounds = draw(st.sampled_from([Bounds(), Bounds(0.05, 1.0), Bounds(-1.0, 2.0)]))
    return values, grouping, bounds


def random_shares(grouping: Grouping, bounds: Bounds, generator: np.random.Generator) -> Array:
    """Shares in the bounds, summing to 1 in each group."""
    groups = np.asarray(grouping.groups)
    shares = np.empty(len(groups))
    for group in set(grouping.groups):
        of = groups == group
        even = np.full(of.sum(), 1 / of.sum())
        away = generator.dirichlet(np.ones(of.sum())) if generator.random() < 0.5 else None
        away = generator.normal(size=of.sum()) if away is None else away
        away = away - away.mean()
        room = np.where(away > 0, bounds.upper - even, even - bounds.lower)
        steps = room[away != 0] / np.abs(away[away != 0])
        shares[of] = even + away * generator.random() * min(steps, default=0.0)
    return shares


def reach(values: Array, grouping: Grouping, shares: Array) -> Array:
    """Correlation of each element with the index that the shares make."""
    effective = shares * np.asarray(grouping.weights)[list(grouping.groups)]
    index = effective @ values
    return np.array([np.corrcoef(element, index)[0, 1] for element in values])


@given(case=elements(), seed=seeds)
@settings(max_examples=40)
def test_no_other_weights_within_the_bounds_do_better(
    case: tuple[Array, Grouping, Bounds], seed: int
) -> None:
    values, grouping, bounds = case
    generator = np.random.default_rng(seed)
    targets = given_weights(generator.uniform(0.2, 1, len(values)))
    assume(np.linalg.eigvalsh(np.corrcoef(values))[0] > 1e-4)
    found = optimise_both(values, targets, grouping, bounds)
    for one in found or ():
        assert (one.weights >= bounds.lower).all()
        assert (one.weights <= bounds.upper).all()
        totals = np.bincount(grouping.groups, weights=one.weights)
        assert np.allclose(totals, 1)
        assert np.allclose(reach(values, grouping, one.weights), one.correlations)
    for _ in range(40):
        tried = reach(values, grouping, random_shares(grouping, bounds, generator))
        if found is None:
            assert tried.sum() <= 1e-6
            continue
        near, most = found
        assert tried.sum() <= most.correlations.sum() + 1e-9
        if tried.sum() > 0:
            mismatch = ((tried / tried.sum() - targets) ** 2).mean()
            assert near.mismatch <= mismatch * (1 + 1e-9) + 1e-12


def optimise_both(
    values: Array, targets: Array, grouping: Grouping, bounds: Bounds
) -> tuple[Balanced, Optimised] | None:
    """Balanced and most informative weights; nothing where no weights pull the same way."""
    try:
        near = balanced_weights(values, list(targets), grouping=grouping, bounds=bounds)
        return near, most_informative_weights(values, grouping=grouping, bounds=bounds)
    except NotDefined:
        return None


@given(seed=seeds)
@several
def test_targets_that_can_be_reached_are_reached(seed: int) -> None:
    values = one_thing(seed, 4, 50)
    weights = given_weights(np.random.default_rng(seed).uniform(0.2, 1, 4))
    targets = reach(values, Grouping.single(4), weights)
    found = balanced_weights(values, list(targets * 3))
    assert found.mismatch < 1e-20
    assert np.allclose(found.weights, weights, atol=1e-8)


@given(seed=seeds)
@several
def test_most_information_is_equal_weight_of_standardised_elements(seed: int) -> None:
    values = one_thing(seed, 4, 50)
    expected = given_weights(1 / values.std(axis=1))
    assert np.allclose(most_informative_weights(values).weights, expected)


@given(seed=seeds)
@several
def test_least_squares_are_least_within_the_conditions(seed: int) -> None:
    generator = np.random.default_rng(seed)
    matrix, target = generator.normal(size=(8, 5)), generator.normal(size=8)
    ones = np.ones((1, 5))
    found = least_squares_within(
        matrix,
        target,
        equal=(ones, np.array([1.0])),
        at_least=(np.eye(5), np.full(5, 0.05)),
    )
    assert np.isclose(found.sum(), 1)
    assert (found >= 0.05 - 1e-9).all()
    shares = 0.05 + 0.75 * generator.dirichlet(np.ones(5), 200)
    others = np.linalg.norm(shares @ matrix.T - target, axis=1)
    assert np.linalg.norm(matrix @ found - target) <= others.min() + 1e-9
