"""What must hold for every statistic of an audit, on random tables with ties and gaps."""

from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.composite.statistics.components import (
    chance_eigenvalues,
    principal_components,
)
from sharedfuture.analyse.composite.statistics.correlate import (
    Method,
    correlate,
    correlate_between,
    kendall,
    pearson,
    spearman,
)
from sharedfuture.analyse.composite.statistics.describe import describe
from sharedfuture.analyse.composite.statistics.effective import effective_weights
from sharedfuture.analyse.composite.statistics.importance import correlation_ratio, importance
from sharedfuture.analyse.composite.statistics.pairs import (
    Pairs,
    adjust_p_values,
    flag_above,
    flag_below,
    flag_stronger,
    list_pairs,
    list_pairs_within,
)
from sharedfuture.analyse.composite.statistics.profile import (
    find_strengths,
    find_weaknesses,
    order_units,
    rank_within_groups,
)
from sharedfuture.analyse.composite.statistics.reliability import (
    alpha_without_each,
    complete_covariance,
    cronbach_alpha,
    pairwise_covariance,
    sampling_adequacy,
    sphericity,
)

Array = npt.NDArray[np.float64]
METHODS: tuple[Method, ...] = (pearson, spearman, kendall)

seeds = st.integers(0, 2**32 - 1)
several = settings(max_examples=20)


def continuous(seed: int, indicators: int, units: int) -> Array:
    """Correlated series without ties."""
    generator = np.random.default_rng(seed)
    mixed = generator.normal(size=(indicators, indicators)) + 1.0
    table: Array = mixed @ generator.normal(size=(indicators, units))
    return table


def tied(seed: int, indicators: int, units: int) -> Array:
    """Series of small whole numbers, each of which varies."""
    table = np.random.default_rng(seed).integers(0, 5, size=(indicators, units)).astype(float)
    table[:, 0], table[:, 1] = 0.0, 1.0
    return table


def with_gaps(table: Array, seed: int, share: float) -> Array:
    """The table with some values missing; the first six units keep theirs."""
    gaps = np.random.default_rng(seed + 1).random(table.shape) < share
    gaps[:, :6] = False
    return np.where(gaps, np.nan, table)


@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds, units=st.integers(7, 30), share=st.sampled_from([0.0, 0.2]))
@several
def test_correlations_are_bounded_and_symmetric(
    method: Method, seed: int, units: int, share: float
) -> None:
    values = with_gaps(tied(seed, 5, units), seed, share)
    found = correlate(values, method=method)
    assert (np.abs(found.coefficient) <= 1).all()
    assert ((found.p_value >= 0) & (found.p_value <= 1)).all()
    assert np.allclose(np.diag(found.coefficient), 1)
    assert (found.coefficient == found.coefficient.T).all()
    present = ~np.isnan(values)
    assert (found.pair_count == present.astype(int) @ present.T.astype(int)).all()


@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds, share=st.sampled_from([0.0, 0.3]))
@several
def test_correlations_do_not_depend_on_order_or_unit(
    method: Method, seed: int, share: float
) -> None:
    values = with_gaps(tied(seed, 5, 20), seed, share)
    shuffled = values[:, np.random.default_rng(seed).permutation(20)]
    changed = shuffled * np.array([2.0, 1e-30, 3e40, 0.5, 1.0])[:, np.newaxis]
    plain, other = correlate(values, method=method), correlate(changed, method=method)
    assert np.allclose(plain.coefficient, other.coefficient, atol=1e-12)
    assert np.allclose(plain.p_value, other.p_value, atol=1e-12)
    mirrored = correlate_between(values, -values, method=method)
    assert np.allclose(mirrored.coefficient, -plain.coefficient, atol=1e-12)
    assert np.allclose(mirrored.p_value, plain.p_value, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds)
@several
def test_each_pair_rests_on_the_units_that_both_have(method: Method, seed: int) -> None:
    values = with_gaps(tied(seed, 4, 20), seed, 0.3)
    found = correlate(values, method=method)
    across = correlate_between(values[:2], values[2:], method=method)
    assert np.allclose(across.coefficient, found.coefficient[:2, 2:])
    for first, second in np.ndindex(found.coefficient.shape):
        both = ~np.isnan(values[first]) & ~np.isnan(values[second])
        alone = correlate(values[[first, second]][:, both], method=method)
        assert np.isclose(alone.coefficient[0, 1], found.coefficient[first, second])
        assert np.isclose(alone.p_value[0, 1], found.p_value[first, second])


@given(seed=seeds, units=st.integers(4, 60), is_tied=st.booleans())
@several
def test_coefficients_and_p_values_are_those_of_scipy(seed: int, units: int, is_tied: bool) -> None:
    from scipy import stats

    # Six units of five possible values have ties for sure.
    values = tied(seed, 2, max(units, 6)) if is_tied else continuous(seed, 2, units)
    product = stats.pearsonr(*values)
    found = correlate(values, method=pearson)
    assert np.isclose(found.coefficient[0, 1], product.statistic, atol=1e-12)
    assert np.isclose(found.p_value[0, 1], product.pvalue, atol=1e-12)
    ordered = stats.spearmanr(*values)
    found = correlate(values, method=spearman)
    assert np.isclose(found.coefficient[0, 1], ordered.statistic, atol=1e-12)
    if is_tied:  # without ties ours is nearer to exact
        assert np.isclose(found.p_value[0, 1], ordered.pvalue, atol=1e-12)
    rule = "exact" if units < 50 and not is_tied else "asymptotic"
    concordance = stats.kendalltau(*values, method=rule)
    found = correlate(values, method=kendall)
    assert np.isclose(found.coefficient[0, 1], concordance.statistic, atol=1e-12)
    assert np.isclose(found.p_value[0, 1], concordance.pvalue, rtol=1e-9, atol=1e-12)


@given(order=st.permutations(range(6)))
@several
def test_spearman_is_exact_for_few_untied_units(order: list[int]) -> None:
    """The share of all orders whose squared distance is as far from the middle on one side."""
    places = np.arange(6.0)
    found = correlate(np.array([places, np.array(order, dtype=float)]), method=spearman)
    every = np.array(list(permutations(range(6))), dtype=float)
    coefficients = 1 - ((every - places) ** 2).sum(axis=1) / 35
    size = abs(found.coefficient[0, 1])
    tail = (coefficients >= size - 1e-12).mean()
    assert np.isclose(found.p_value[0, 1], min(1.0, 2 * tail))


@given(seed=seeds)
@several
def test_the_series_of_spearman_is_near_the_t_distribution(seed: int) -> None:
    values = continuous(seed, 2, 60)
    found = correlate(values, method=spearman)
    ranked = np.argsort(np.argsort(values, axis=1), axis=1).astype(float)
    by_t = correlate(ranked, method=pearson)
    assert np.isclose(found.p_value[0, 1], by_t.p_value[0, 1], atol=5e-3)


@given(seed=seeds)
@several
def test_false_discovery_rate_is_that_of_scipy(seed: int) -> None:
    from scipy import stats

    values = np.random.default_rng(seed).random(30) ** 3
    values[::7] = np.nan
    adjusted = adjust_p_values(values)
    known = ~np.isnan(values)
    assert np.allclose(adjusted[known], stats.false_discovery_control(values[known]))
    assert np.isnan(adjusted[~known]).all()


@given(seed=seeds, threshold=st.floats(-1, 1))
@several
def test_pairs_are_flagged_on_one_side_or_both(seed: int, threshold: float) -> None:
    pairs = list_pairs(correlate(continuous(seed, 6, 20), method=pearson))
    assert len(pairs.first) == 15
    high, low = flag_above(pairs, threshold), flag_below(pairs, threshold)
    assert len(high.first) + len(low.first) == 15
    size = abs(threshold)
    strong = flag_stronger(pairs, size)
    assert places(strong) == places(flag_above(pairs, size)) | places(flag_below(pairs, -size))
    within = list_pairs_within(correlate(continuous(seed, 6, 20), method=pearson), [0, 0, 1] * 2)
    assert len(within.first) == 6 + 1


def places(pairs: Pairs) -> set[tuple[int, int]]:
    return {(int(one), int(other)) for one, other in zip(pairs.first, pairs.second, strict=True)}


@given(seed=seeds, share=st.sampled_from([0.0, 0.4]))
@several
def test_description_is_that_of_numpy(seed: int, share: float) -> None:
    values = with_gaps(tied(seed, 4, 25), seed, share)
    found = describe(values)
    assert np.allclose(found.minimum, np.nanmin(values, axis=1))
    assert np.allclose(found.maximum, np.nanmax(values, axis=1))
    assert np.allclose(found.mean, np.nanmean(values, axis=1))
    assert np.allclose(found.median, np.nanmedian(values, axis=1))
    assert np.allclose(found.deviation, np.nanstd(values, axis=1, ddof=1))
    for row, series in enumerate(values):
        present = series[~np.isnan(series)]
        unique, counts = np.unique(present, return_counts=True)
        assert found.unique_count[row] == len(unique)
        assert found.most_frequent_count[row] == counts.max()
        assert found.most_frequent[row] == unique[counts.argmax()]
        assert found.nonzero_count[row] == np.count_nonzero(present)
        assert found.available_share[row] == len(present) / 25


@given(seed=seeds)
@several
def test_a_batch_is_described_replicate_by_replicate(seed: int) -> None:
    batch = np.stack([with_gaps(tied(seed + add, 3, 12), seed, 0.2) for add in range(4)])
    together = describe(batch)
    for replicate, values in enumerate(batch):
        alone = describe(values)
        for name in ("mean", "median", "deviation", "skewness", "unique_count", "most_frequent"):
            assert np.allclose(getattr(together, name)[replicate], getattr(alone, name)), name


@given(seed=seeds, scale=st.floats(1e-6, 1e6), size=st.integers(2, 6))
@several
def test_alpha_does_not_depend_on_scale_or_order(seed: int, scale: float, size: int) -> None:
    values = continuous(seed, size, 30)
    covariance = complete_covariance(values)
    assume(covariance.sum() > 0.01 * np.trace(covariance))
    alpha = cronbach_alpha(covariance)
    assert alpha <= 1
    order = np.random.default_rng(seed).permutation(size)
    changed = values[order] * scale + 3 * scale
    assert np.isclose(cronbach_alpha(complete_covariance(changed)), alpha, rtol=1e-6)
    assert np.allclose(covariance, np.cov(values))
    assert np.allclose(pairwise_covariance(values), covariance)


@given(seed=seeds)
@several
def test_alpha_without_an_indicator_is_alpha_of_the_others(seed: int) -> None:
    values = with_gaps(np.abs(continuous(seed, 1, 30)) + 0.3 * tied(seed, 5, 30), seed, 0.1)
    covariance = pairwise_covariance(values)
    dropped = alpha_without_each(covariance)
    for at in range(5):
        rest = np.delete(np.delete(covariance, at, axis=0), at, axis=1)
        assert np.isclose(dropped[at], cronbach_alpha(rest))


@given(seed=seeds, size=st.integers(2, 6))
@several
def test_adequacy_and_sphericity_are_within_their_ranges(seed: int, size: int) -> None:
    correlation = correlate(continuous(seed, size, 40), method=pearson).coefficient
    assume(np.linalg.eigvalsh(correlation)[0] > 1e-6)
    found = sampling_adequacy(correlation)
    assert 0 <= found.overall <= 1
    assert ((found.of_each >= 0) & (found.of_each <= 1)).all()
    order = np.random.default_rng(seed).permutation(size)
    assert np.allclose(
        sampling_adequacy(correlation[np.ix_(order, order)]).of_each, found.of_each[order]
    )
    test = sphericity(correlation, 40)
    assert test.chi_squared >= 0
    assert 0 <= test.p_value <= 1
    assert test.freedom == size * (size - 1) / 2


@given(seed=seeds, size=st.integers(2, 8), units=st.integers(4, 30))
@several
def test_components_give_the_correlations_back(seed: int, size: int, units: int) -> None:
    values = continuous(seed, size, units)
    found = principal_components(values)
    assert np.allclose(found.loadings @ found.loadings.T, np.corrcoef(values), atol=1e-10)
    assert np.allclose(found.directions.T @ found.directions, np.eye(size), atol=1e-10)
    assert np.isclose(found.shares.sum(), 1)
    assert (np.diff(found.eigenvalues) <= 1e-12).all()
    sizes = np.abs(found.directions)
    decides = (sizes >= sizes.max(axis=0) * (1 - 1e-9)).argmax(axis=0)
    assert (found.directions[decides, np.arange(size)] > 0).all()
    shuffled = principal_components(values[:, np.random.default_rng(seed).permutation(units)])
    assert np.allclose(shuffled.eigenvalues, found.eigenvalues, atol=1e-10)


@given(seed=seeds)
@several
def test_chance_eigenvalues_fall_around_one(seed: int) -> None:
    found = chance_eigenvalues(
        5, 40, generator=np.random.default_rng(seed), replicates=50, level=0.95
    )
    assert (np.diff(found) <= 0).all()
    assert found[0] > 1 > found[-1]
    again = chance_eigenvalues(
        5, 40, generator=np.random.default_rng(seed), replicates=50, level=0.95
    )
    assert (found == again).all()


@given(seed=seeds)
@several
def test_effective_weights_sum_to_one_on_each_level(seed: int) -> None:
    generator = np.random.default_rng(seed)
    parents = [[0, 0, 1, 1, 1, 2], [0, 1, 1]]
    batch = [generator.random((4, size)) + 0.01 for size in (6, 3, 2)]
    found = effective_weights(batch, parents)
    for level in found:
        assert np.allclose(level.sum(axis=-1), 1)
    for replicate in range(4):
        alone = effective_weights([level[replicate] for level in batch], parents)
        for together, one in zip(found, alone, strict=True):
            assert np.allclose(together[replicate], one)
    # An index made level by level is the indicators' sum with their effective weights.
    values = generator.normal(size=(6, 9))
    index = values
    for weights, above in zip([level[0] for level in batch], [*parents, [0, 0]], strict=True):
        belongs = np.arange(max(above) + 1)[:, np.newaxis] == np.array(above)
        index = (belongs * weights) @ index / (belongs @ weights)[:, np.newaxis]
    assert np.allclose(index[0], found[0][0] @ values)


@given(seed=seeds, units=st.integers(8, 60))
@several
def test_importance_is_a_share_and_a_curve_explains_no_less_than_a_line(
    seed: int, units: int
) -> None:
    values = continuous(seed, 4, units)
    index = values.mean(axis=0)
    found = importance(values, index)
    assert ((found.linear >= 0) & (found.linear <= 1)).all()
    assert (found.smooth >= found.linear - 1e-9).all()
    assert (found.smooth <= 1).all()
    assert np.isclose(found.relative.sum(), 1)
    changed = importance(values * 7 - 2, index * 0.1 + 5)
    assert np.allclose(changed.linear, found.linear)
    assert np.allclose(changed.smooth, found.smooth, atol=1e-6)


@given(seed=seeds)
@settings(max_examples=10)
def test_a_curve_sees_what_a_line_does_not(seed: int) -> None:
    generator = np.random.default_rng(seed)
    element = generator.uniform(-1, 1, 200)
    bent = element**2 + generator.normal(scale=0.03, size=200)
    assert np.corrcoef(element, bent)[0, 1] ** 2 < 0.2
    assert correlation_ratio(element, bent) > 0.97
    unrelated = generator.normal(size=200)
    assert correlation_ratio(element, unrelated) < 0.2


@given(seed=seeds)
@several
def test_ranks_of_groups_are_ranks_of_the_group_alone(seed: int) -> None:
    values = with_gaps(tied(seed, 3, 15), seed, 0.2)
    groups = np.random.default_rng(seed).integers(0, 3, 15)
    found = rank_within_groups(values, groups.tolist())
    for group in np.unique(groups):
        alone = values[:, groups == group]
        for row, series in enumerate(alone):
            above = (series[:, np.newaxis] > series).sum(axis=0) + 1.0
            expected = np.where(np.isnan(series), np.nan, above)
            assert np.array_equal(found[row, groups == group], expected, equal_nan=True)
    order = order_units(values[0])
    scores = values[0][order]
    known = scores[~np.isnan(scores)]
    assert (np.diff(known) <= 0).all()
    assert np.isnan(scores[len(known) :]).all()


@given(seed=seeds, unit=st.integers(0, 14), count=st.integers(1, 6))
@several
def test_strengths_rank_no_worse_than_weaknesses(seed: int, unit: int, count: int) -> None:
    values = with_gaps(continuous(seed, 8, 15), seed, 0.1)
    strong = find_strengths(values, unit, count=count)
    weak = find_weaknesses(values, unit, count=count)
    assert len(strong.positions) <= count
    assert (np.diff(strong.ranks) >= 0).all()
    assert (np.diff(weak.ranks) >= 0).all()
    if len(strong.ranks) and len(weak.ranks):
        assert strong.ranks[0] <= weak.ranks[-1]
    mirrored = find_weaknesses(-values, unit, count=8)
    assert set(find_strengths(values, unit, count=8).positions) == set(mirrored.positions)
