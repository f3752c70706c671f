"""Statistics of an audit on small tables with known answers, and on tables they must refuse."""

from math import erfc

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.errors import NotDefined
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
from sharedfuture.analyse.composite.statistics.describe import (
    Limits,
    describe,
    flag_indicators,
)
from sharedfuture.analyse.composite.statistics.effective import effective_weights
from sharedfuture.analyse.composite.statistics.importance import correlation_ratio, importance
from sharedfuture.analyse.composite.statistics.pairs import (
    adjust_p_values,
    keep_significant,
    list_crossing,
    list_own_parents,
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

NAN = np.nan
METHODS: tuple[Method, ...] = (pearson, spearman, kendall)


def table(*rows: list[float]) -> npt.NDArray[np.float64]:
    return np.array(rows, dtype=float)


def test_description_of_an_indicator_with_gaps_and_repetitions() -> None:
    found = describe(np.array([2.0, NAN, 0.0, 2.0, 5.0, 0.0, 3.0, 2.0]))
    # n = 7, second to fourth central moments 18/7, 12/7 and 114/7.
    skew, excess = (12 / 7) / (18 / 7) ** 1.5, (114 / 7) / (18 / 7) ** 2 - 3
    expected = {
        "minimum": 0,
        "maximum": 5,
        "mean": 2,
        "median": 2,
        "deviation": np.sqrt(18 / 6),
        "skewness": skew * np.sqrt(42) / 5,
        "kurtosis": (8 * excess + 6) * 6 / (5 * 4),
        "most_frequent": 2,
        "available_count": 7,
        "nonzero_count": 5,
        "unique_count": 4,
        "most_frequent_count": 3,
        "available_share": 7 / 8,
        "nonzero_share": 5 / 7,
        "unique_share": 4 / 7,
        "most_frequent_share": 3 / 7,
    }
    assert {name: float(getattr(found, name)) for name in expected} == pytest.approx(expected)


def test_description_says_what_too_few_values_cannot_have() -> None:
    none, one, three = (
        describe(np.array(values)) for values in ([NAN] * 3, [NAN, 4.0], [1.0, 2, 6])
    )
    for name in ("available_count", "unique_count", "most_frequent_count"):
        assert getattr(none, name) == 0
    for name in ("minimum", "mean", "median", "most_frequent", "nonzero_share", "unique_share"):
        assert np.isnan(getattr(none, name))
        assert not np.isnan(getattr(one, name))
    for name in ("mean", "median", "most_frequent"):
        assert getattr(one, name) == 4
    for name in ("deviation", "skewness", "kurtosis"):
        assert np.isnan(getattr(one, name))
    assert three.skewness > 0
    assert np.isnan(three.kurtosis)


def test_a_constant_indicator_has_no_deviation_and_no_shape() -> None:
    found = describe(np.full(7, 0.1))
    assert found.mean == 0.1
    assert found.deviation == 0
    assert np.isnan([found.skewness, found.kurtosis]).all()
    assert not flag_indicators(found, Limits()).has_outliers


def test_flags_name_each_reason() -> None:
    values = table(
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [1, 2, 3, 4, 5, 6, NAN, NAN, NAN, NAN],
        [0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
        [1, 1, 1, 1, 1, 1, 1, 2, 3, 4],
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 500],
    )
    flags = flag_indicators(describe(values), Limits())
    assert flags.is_mostly_missing.tolist() == [False, True, False, False, False]
    assert flags.is_mostly_zero.tolist() == [False, False, True, False, False]
    assert flags.is_mostly_repeated.tolist() == [False, False, False, True, False]
    assert flags.has_outliers.tolist() == [False, False, False, False, True]
    lenient = flag_indicators(describe(values), Limits(skewness=9, nonzero_share=0.4))
    assert not lenient.has_outliers.any()
    assert not lenient.is_mostly_zero.any()


def test_correlations_of_four_units_by_hand() -> None:
    values = table([1, 2, 3, 4], [1, 3, 2, 4])
    product = correlate(values, method=pearson)
    assert product.coefficient[0, 1] == pytest.approx(0.8)
    assert product.p_value[0, 1] == pytest.approx(0.2)  # t = 0.8 √2 / 0.6, 2 degrees of freedom
    ranked = correlate(values, method=spearman)
    assert ranked.coefficient[0, 1] == pytest.approx(0.8)
    assert ranked.p_value[0, 1] == pytest.approx(2 * 4 / 24)  # the order itself and 3 as near
    concordant = correlate(values, method=kendall)
    assert concordant.coefficient[0, 1] == pytest.approx(4 / 6)
    assert concordant.p_value[0, 1] == pytest.approx(2 * 4 / 24)


def test_tau_b_counts_ties_once_on_each_side() -> None:
    found = correlate(table([1, 1, 2, 3], [1, 2, 2, 3]), method=kendall)
    # Pairs: 4 concordant, none discordant; each side orders 5 of 6.
    assert found.coefficient[0, 1] == pytest.approx(4 / 5)


def test_p_values_of_the_example_in_the_manual_of_r() -> None:
    """Tuna from Hollander and Wolfe (1973), nine untied pairs: both are exact."""
    values = table(
        [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1],
        [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8],
    )
    concordant = correlate(values, method=kendall)
    assert concordant.coefficient[0, 1] == pytest.approx(4 / 9)
    assert concordant.p_value[0, 1] == pytest.approx(0.1194, abs=5e-5)
    ranked = correlate(values, method=spearman)
    assert ranked.coefficient[0, 1] == pytest.approx(0.6)
    assert ranked.p_value[0, 1] == pytest.approx(0.0968, abs=5e-5)


def test_p_values_by_approximation_of_more_units() -> None:
    places = np.arange(10.0)
    swapped = places[[1, 0, 3, 2, 5, 4, 7, 6, 9, 8]]
    found = correlate(np.stack([places, swapped]), method=spearman)
    assert found.coefficient[0, 1] == pytest.approx(1 - 60 / 990)
    assert found.p_value[0, 1] == 0, "the series of AS 89 falls below zero so far in the tail"
    many = np.arange(60.0)
    near = many.copy()
    near[:2] = 1.0, 0.0
    concordant = correlate(np.stack([many, near]), method=kendall)
    # From 50 units on the normal approximation: variance n(n-1)(2n+5)/18.
    reduced = (60 * 59 / 2 - 2) / np.sqrt(60 * 59 * 125 / 18)
    assert concordant.p_value[0, 1] == pytest.approx(erfc(reduced / np.sqrt(2)), rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_pairs_without_a_correlation_are_nan_with_their_count(method: Method) -> None:
    values = table(
        [1, 2, 3, 4, NAN, NAN],
        [NAN, NAN, 1, 3, 2, 5],
        [1, 1, 1, 1, 2, 3],
    )
    found = correlate(values, method=method)
    assert np.isnan(found.coefficient[0, [1, 2]]).all()
    assert np.isnan(found.p_value[0, [1, 2]]).all()
    assert not np.isnan(found.coefficient[1, 2])
    assert found.pair_count.tolist() == [[4, 2, 4], [2, 4, 4], [4, 4, 6]]


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_series_is_named(method: Method) -> None:
    values = table([1, 2, 3], [4, 4, 4], [NAN, NAN, NAN])
    with pytest.raises(NotDefined, match=r"two different values, found 3 equal to 4\.0") as refused:
        correlate(values, method=method)
    assert refused.value.positions == (1, 2)
    with pytest.raises(NotDefined) as refused:
        correlate_between(values[:1], values[1:], method=method)
    assert refused.value.positions == (1, 2)


def test_significance_leaves_gaps() -> None:
    values = table([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 6, 5], [3, 1, 2, 3, 1, 2])
    kept = keep_significant(correlate(values, method=pearson), 0.05)
    assert np.isnan(kept).tolist() == [
        [False, False, True],
        [False, False, True],
        [True, True, False],
    ]


def test_false_discovery_rate_by_hand() -> None:
    adjusted = adjust_p_values(np.array([0.01, NAN, 0.04, 0.03, 0.5]))
    assert adjusted == pytest.approx([0.04, NAN, 0.16 / 3, 0.16 / 3, 0.5], nan_ok=True)
    assert len(adjust_p_values(np.array([]))) == 0


def test_crossing_pairs_and_own_parents() -> None:
    first = table([1, 2, 3, 4], [2, 1, 4, 3], [1, 3, 2, 4])
    second = table([1, 2, 3, 5], [5, 1, 4, 2])
    found = correlate_between(first, second, method=pearson)
    crossing = list_crossing(found)
    assert list(zip(crossing.first, crossing.second, strict=True)) == [
        *((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))
    ]
    own = list_own_parents(found, [1, 0, 0])
    assert (own.coefficient == found.coefficient[[0, 1, 2], [1, 0, 0]]).all()
    assert own.pair_count.tolist() == [4, 4, 4]


def test_alpha_by_hand() -> None:
    values = table([1, 2, 3, 4], [2, 1, 4, 3], [1, 3, 2, 4])
    covariance = complete_covariance(values)
    # Variances 5/3 each; covariances 1, 4/3 and 0.
    total = 3 * 5 / 3 + 2 * (1 + 4 / 3)
    assert cronbach_alpha(covariance) == pytest.approx(1.5 * (1 - 5 / total))
    two = np.array([0.0, 2 * (4 / 3) / (10 / 3 + 8 / 3), 2 * 1 / (10 / 3 + 2)]) * 2
    assert alpha_without_each(covariance) == pytest.approx(two)
    assert cronbach_alpha(np.ones((4, 4))) == pytest.approx(1)


def test_alpha_with_gaps_is_pairwise_or_complete() -> None:
    values = table([1, 2, 3, 4, NAN], [2, 1, 4, 3, 9], [1, 3, 2, 4, 4])
    assert complete_covariance(values) == pytest.approx(complete_covariance(values[:, :4]))
    pairwise = pairwise_covariance(values)
    assert pairwise[0] == pytest.approx(complete_covariance(values)[0])
    assert pairwise[1, 2] == pytest.approx(np.cov(values[1], values[2])[0, 1])


def test_alpha_is_refused_where_it_has_no_meaning() -> None:
    with pytest.raises(NotDefined, match="two indicators, found 1"):
        cronbach_alpha(np.ones((1, 1)))
    with pytest.raises(NotDefined, match="two indicators, found 1"):
        alpha_without_each(np.ones((2, 2)))
    opposite = complete_covariance(table([0.1, 0.7, 0.3], [-0.1, -0.7, -0.3]))
    with pytest.raises(NotDefined, match="positive sum") as refused:
        cronbach_alpha(opposite)
    assert refused.value.positions == (0, 1)
    constant = complete_covariance(np.full((2, 7), 0.1))
    with pytest.raises(NotDefined, match="positive sum"):
        cronbach_alpha(constant)
    third = complete_covariance(table([0.1, 0.7, 0.3], [-0.1, -0.7, -0.3], [1, 2, 4]))
    with pytest.raises(NotDefined, match="without this indicator") as refused:
        alpha_without_each(third)
    assert refused.value.positions == (2,)
    with pytest.raises(NotDefined, match="two units that have both") as refused:
        pairwise_covariance(table([1, 2, NAN], [NAN, 4, 5], [1, 2, 3]))
    assert refused.value.positions == (0, 1)
    with pytest.raises(NotDefined, match="at least 2 units without a missing value") as refused:
        complete_covariance(table([1, 2, NAN], [NAN, 4, 5], [1, 2, 3]))
    assert refused.value.positions == (0, 1)


@pytest.mark.parametrize("correlation", [0.9, 0.5, -0.3])
def test_adequacy_of_two_indicators_is_one_half(correlation: float) -> None:
    found = sampling_adequacy(np.array([[1, correlation], [correlation, 1]]))
    assert found.overall == pytest.approx(0.5)
    assert found.of_each == pytest.approx([0.5, 0.5])


def test_adequacy_of_three_alike_indicators_by_hand() -> None:
    matrix = np.full((3, 3), 0.6) + 0.4 * np.eye(3)
    # With the third held fixed, two of them correlate at (0.6 - 0.36) / (1 - 0.36).
    partial = 0.24 / 0.64
    expected = 0.36 / (0.36 + partial**2)
    found = sampling_adequacy(matrix)
    assert found.overall == pytest.approx(expected)
    assert found.of_each == pytest.approx([expected] * 3)


def test_sphericity_of_two_indicators_by_hand() -> None:
    from scipy.stats import chi2

    found = sphericity(np.array([[1, 0.5], [0.5, 1]]), 20)
    expected = -(19 - 9 / 6) * np.log(0.75)
    assert found.chi_squared == pytest.approx(expected)
    assert found.freedom == 1
    assert found.p_value == pytest.approx(chi2.sf(expected, 1))
    assert sphericity(np.eye(4), 30).p_value == 1


def test_singular_correlations_name_who_follows_from_whom() -> None:
    base = np.random.default_rng(3).normal(size=(3, 20))
    values = np.stack([base[0], base[1], base[2], base[0] + base[1]])
    correlation = correlate(values, method=pearson).coefficient
    for refuse in (sampling_adequacy, lambda matrix: sphericity(matrix, 20)):
        with pytest.raises(NotDefined, match="singular") as refused:
            refuse(correlation)
        assert refused.value.positions == (0, 1, 3)


def test_adequacy_and_sphericity_refuse_what_they_cannot_read() -> None:
    with pytest.raises(NotDefined, match="not zero"):
        sampling_adequacy(np.eye(3))
    with pytest.raises(NotDefined, match="undefined pairs"):
        sampling_adequacy(np.array([[1, NAN], [NAN, 1]]))
    with pytest.raises(NotDefined, match="found 1 indicators"):
        sphericity(np.eye(1), 20)
    with pytest.raises(NotDefined, match="more units than indicators"):
        sphericity(np.array([[1, 0.5], [0.5, 1]]), 2)


def test_components_of_two_indicators() -> None:
    found = principal_components(table([1, 2, 3, 4], [1, 3, 2, 4]))
    assert found.eigenvalues == pytest.approx([1.8, 0.2])
    assert found.shares == pytest.approx([0.9, 0.1])
    half = np.sqrt(0.5)
    assert found.directions == pytest.approx(np.array([[half, half], [half, -half]]))
    assert found.unit_count == 4


def test_components_leave_out_incomplete_units() -> None:
    values = table([1, 2, 3, 4, NAN, 8], [1, 3, 2, 4, 7, NAN])
    assert principal_components(values).unit_count == 4
    with pytest.raises(NotDefined, match="at least 3 units without a missing value") as refused:
        principal_components(table([1, 2, NAN, 4], [NAN, 3, 2, 4], [1, 2, 3, 4]))
    assert refused.value.positions == (0, 1)
    with pytest.raises(NotDefined, match="two different values") as refused:
        principal_components(table([1, 2, 3, 4], [5, 5, 5, NAN]))
    assert refused.value.positions == (1,)
    generator = np.random.default_rng(1)
    with pytest.raises(NotDefined, match="at least 3 units"):
        chance_eigenvalues(4, 2, generator=generator, replicates=2, level=0.95)


def test_effective_weights_of_a_small_tree() -> None:
    found = effective_weights(
        [np.array([1.0, 3.0, 2.0]), np.array([1.0, 4.0]), np.array([7.0])], [[0, 0, 1], [0, 0]]
    )
    assert found[0] == pytest.approx([0.05, 0.15, 0.8])
    assert found[1] == pytest.approx([0.2, 0.8])
    assert found[2].tolist() == [1.0]


def test_effective_weights_refuse_siblings_that_sum_to_zero() -> None:
    top = np.array([1.0, 1.0])
    with pytest.raises(NotDefined, match="sum to zero") as refused:
        effective_weights([np.array([0.0, 0.0, 2.0]), top], [[0, 0, 1]])
    assert refused.value.positions == (0, 1)
    with pytest.raises(NotDefined, match="zero or more") as refused:
        effective_weights([np.array([1.0, NAN, -2.0]), top], [[0, 0, 1]])
    assert refused.value.positions == (1, 2)


def test_importance_of_an_element_that_is_the_index() -> None:
    index = np.array([1.0, 2, 3, 5, 8, 13, 21, 34])
    pair = np.array([0.0, 1, 0, 1, 0, 1, 0, 1])
    found = importance(np.stack([index, pair]), index)
    assert found.linear[0] == pytest.approx(1)
    assert found.smooth[0] == pytest.approx(1)
    # Of an element with two values, line and curve both explain the difference of the means.
    between = (index[pair == 1].mean() - index[pair == 0].mean()) ** 2 / 4
    assert found.smooth[1] == pytest.approx(between / index.var())
    assert found.linear[1] == pytest.approx(between / index.var())


def test_importance_refuses_what_does_not_vary_together() -> None:
    index = np.array([1.0, 2, 3, 4, 5, NAN])
    values = table([1, 2, 3, 4, 5, 6], [2, 2, 2, 2, 2, 9], [1, 2, NAN, 4, 5, 6])
    with pytest.raises(NotDefined, match="found 4 such units") as refused:
        importance(values, index)
    assert refused.value.positions == (1, 2)
    with pytest.raises(NotDefined, match=r"found 6 equal to 7\.0"):
        importance(values, np.full(6, 7.0))
    assert correlation_ratio(values[0], np.full(6, 0.1)) == 0
    with pytest.raises(NotDefined, match="two different values"):
        correlation_ratio(np.full(6, 0.1), values[0])


def test_skewed_elements_with_nearly_equal_values_are_no_trouble() -> None:
    element = np.array([0, 1e-14, 2e-14, 1e-9, 1e-8, 1e-7, 3e-7, 1, 1e12, 1e13])
    ratio = correlation_ratio(element, np.arange(10.0))
    assert 0 < ratio <= 1


def test_ranks_and_order_with_ties_and_gaps() -> None:
    scores = np.array([5.0, NAN, 7, 5, 9, 7])
    assert order_units(scores).tolist() == [4, 2, 5, 0, 3, 1]
    ranks = rank_within_groups(scores, [0, 0, 0, 1, 1, 1])
    assert ranks == pytest.approx([2, NAN, 1, 3, 1, 2], nan_ok=True)


def test_a_shared_last_place_is_no_strength_and_a_shared_first_no_weakness() -> None:
    values = table(
        [9, 1, 2, 3],
        [0, 0, 0, 5],
        [4, 4, 4, 4],
        [NAN, 1, 2, 3],
        [1, 2, 3, 4],
        [3, 4, 2, 1],
    )
    strong = find_strengths(values, 0, count=5)
    assert strong.positions.tolist() == [0, 5]
    assert strong.ranks.tolist() == [1, 2]
    weak = find_weaknesses(values, 0, count=2)
    assert weak.positions.tolist() == [5, 4]
    assert weak.ranks.tolist() == [2, 4]
    assert find_weaknesses(values, 0, count=9).positions.tolist() == [1, 5, 4]
