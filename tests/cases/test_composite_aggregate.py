"""Aggregators on small tables whose answers can be worked out by hand, and what they refuse."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.mean import (
    arithmetic_mean,
    geometric_mean,
    harmonic_mean,
    power_mean,
)
from sharedfuture.analyse.composite.arrays.missing import (
    MissingPolicy,
    MissingRule,
    apply_policy,
    mask_too_few,
    mask_too_light,
    present_share,
    present_weight,
)
from sharedfuture.analyse.composite.arrays.ordered import (
    interpolated_median,
    mean_min,
    median,
    ordered_weighted_average,
    orness,
    quantifier_weights,
    weighted_median,
)
from sharedfuture.analyse.composite.arrays.outrank import (
    compared_weight,
    copeland,
    dominance_count,
    dominance_share,
    net_flow,
    outranking_matrix,
)
from sharedfuture.analyse.composite.arrays.penalised import (
    adjusted_mazziotta_pareto,
    between_goalposts,
    goalposts_around,
    mazziotta_pareto,
    penalised_mean,
    raised_mean,
    standardised,
)
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]
Aggregator = Callable[[Array, Array], Array]

NAN = np.nan


def column(*values: float) -> Array:
    """One unit with these values of its indicators."""
    return np.array(values, dtype=float)[:, None]


def weigh(*weights: float) -> Array:
    return np.array(weights, dtype=float)


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        (arithmetic_mean, (1.0 + 4.0 + 2.0 * 16.0) / 4.0),
        (geometric_mean, (1.0 * 4.0 * 16.0**2) ** 0.25),
        (harmonic_mean, 4.0 / (1.0 + 0.25 + 2.0 / 16.0)),
        (partial(power_mean, exponent=2.0), ((1.0 + 16.0 + 2.0 * 256.0) / 4.0) ** 0.5),
        (partial(power_mean, exponent=-0.5), ((1.0 + 0.5 + 2.0 * 0.25) / 4.0) ** -2.0),
    ],
)
def test_means_by_hand(aggregate: Aggregator, expected: float) -> None:
    score = aggregate(column(1.0, 4.0, 16.0), weigh(1.0, 1.0, 2.0))
    assert score[0] == pytest.approx(expected)


def test_missing_values_leave_their_weight_to_the_others() -> None:
    values = np.array([[2.0, NAN, NAN], [8.0, 8.0, NAN], [NAN, 1.0, NAN]])
    weights = weigh(3.0, 1.0, 1.0)
    np.testing.assert_allclose(arithmetic_mean(values, weights), [3.5, 4.5, NAN])
    np.testing.assert_allclose(geometric_mean(values, weights), [2.0 * 4.0**0.25, 8.0**0.5, NAN])
    np.testing.assert_allclose(harmonic_mean(values, weights), [1.0 / 0.40625, 1 / 0.5625, NAN])
    squares = power_mean(values, weights, exponent=2.0)
    np.testing.assert_allclose(squares, [19.0**0.5, 32.5**0.5, NAN])


def test_unit_with_nothing_but_weightless_values_has_no_score() -> None:
    values = np.array([[5.0, 5.0], [NAN, 1.0]])
    assert np.isnan(arithmetic_mean(values, weigh(0.0, 1.0))[0])


def test_level_of_groups_is_one_call() -> None:
    values = np.array([[1.0, 2.0], [9.0, 8.0], [4.0, NAN]])
    groups = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 3.0]])
    np.testing.assert_allclose(arithmetic_mean(values, groups), [[5.0, 5.0], [4.0, NAN]])
    np.testing.assert_allclose(geometric_mean(values, groups), [[3.0, 4.0], [4.0, NAN]])


@pytest.mark.parametrize("exponent", [-700.0, -30.0, 30.0, 700.0])
def test_large_exponents_come_near_the_extremes(exponent: float) -> None:
    score = power_mean(column(3.0, 700.0, 5000.0), weigh(1.0, 1.0, 1.0), exponent=exponent)
    assert score[0] == pytest.approx(5000.0 if exponent > 0.0 else 3.0, rel=0.05)


def test_power_mean_of_zeros() -> None:
    half = partial(power_mean, exponent=0.5)
    assert half(column(0.0, 4.0), weigh(1.0, 1.0))[0] == pytest.approx(1.0)
    assert half(column(0.0, 0.0), weigh(1.0, 1.0))[0] == 0.0


def test_extreme_value_without_weight_does_not_drown_the_others() -> None:
    values, weights = column(1e9, 2.0, 8.0), weigh(0.0, 1.0, 1.0)
    expected = (0.5 * 2.0**90.0 + 0.5 * 8.0**90.0) ** (1.0 / 90.0)
    assert power_mean(values, weights, exponent=90.0)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("aggregate", "values", "says", "positions"),
    [
        (geometric_mean, [2.0, 0.0, -3.0], "above 0, found 2 at or below it", (1, 2)),
        (harmonic_mean, [0.0, 1.0, 1.0], "above 0, found 1 at or below it", (0,)),
        (partial(power_mean, exponent=-1.5), [1.0, 0.0, 1.0], "exponent -1.5 needs", (1,)),
        (partial(power_mean, exponent=2.0), [1.0, 1.0, -1.0], "at least 0, found 1", (2,)),
        (partial(power_mean, exponent=np.inf), [1.0, 1.0, 1.0], "finite exponent", ()),
        (penalised_mean, [-5.0, 1.0, 1.0], "mean is above 0, found 1", ()),
        (partial(mean_min, penalty=1.1, complementarity=0.0), [1.0] * 3, "found 1.1 and 0", ()),
        (partial(mean_min, penalty=0.5, complementarity=-1.0), [1.0] * 3, "0.5 and -1", ()),
        (copeland, [1.0, 2.0, 3.0], "at least two units, found 1", ()),
        (net_flow, [1.0, 2.0, 3.0], "at least two units, found 1", ()),
    ],
)
def test_values_without_an_answer_are_refused(
    aggregate: Aggregator, values: list[float], says: str, positions: tuple[int, ...]
) -> None:
    with pytest.raises(NotDefined, match=says) as refused:
        aggregate(column(*values), weigh(1.0, 1.0, 1.0))
    assert refused.value.positions == positions


def test_smallest_offending_value_is_named() -> None:
    with pytest.raises(NotDefined, match=r"the smallest -3\.0"):
        geometric_mean(column(2.0, 0.0, -3.0), weigh(1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    "aggregate",
    [
        arithmetic_mean,
        geometric_mean,
        harmonic_mean,
        median,
        weighted_median,
        interpolated_median,
        penalised_mean,
        copeland,
        net_flow,
        outranking_matrix,
        compared_weight,
        present_weight,
    ],
)
@pytest.mark.parametrize(
    ("weights", "says", "positions"),
    [
        ([0.0, 0.0, 0.0], "not sum to zero", ()),
        ([1.0, -2.0, 1.0], "not negative, found -2", (1,)),
        ([1.0, 1.0, NAN], "finite", (2,)),
        ([np.inf, 1.0, 1.0], "finite", (0,)),
        ([1.0, 1.0], r"shape \(3, 2\) and weights of shape \(2,\)", ()),
    ],
)
def test_weights_that_are_no_weights_are_refused(
    aggregate: Aggregator, weights: list[float], says: str, positions: tuple[int, ...]
) -> None:
    with pytest.raises(NotDefined, match=says) as refused:
        aggregate(np.ones((3, 2)), np.array(weights))
    assert refused.value.positions == positions


def test_no_indicator_at_all_is_refused() -> None:
    with pytest.raises(NotDefined, match="at least one indicator"):
        arithmetic_mean(np.ones((0, 4)), np.ones(0))


def test_one_indicator_is_its_own_score() -> None:
    values = np.array([[3.0, 1.0, 2.0]])
    for aggregate in (arithmetic_mean, geometric_mean, median, weighted_median, penalised_mean):
        np.testing.assert_allclose(aggregate(values, weigh(5.0)), values[0])
    np.testing.assert_array_equal(copeland(values, weigh(5.0)), [2.0, -2.0, 0.0])


@pytest.mark.parametrize(
    ("first", "half", "interpolated"), [(1.0, 5.5, 5.5), (5.0, 3.5, 3.5), (8.5, 2.0, 1 + 18 / 19)]
)
def test_weighted_medians_of_one_to_ten(first: float, half: float, interpolated: float) -> None:
    values, weights = column(*range(1, 11)), weigh(first, *[1.0] * 9)
    assert weighted_median(values, weights)[0] == half
    assert interpolated_median(values, weights)[0] == pytest.approx(interpolated)


def test_median_drops_missing_values() -> None:
    values = np.array([[1.0, NAN, NAN], [9.0, 4.0, NAN], [5.0, 2.0, NAN]])
    np.testing.assert_array_equal(median(values, np.ones(3)), [5.0, 3.0, NAN])
    np.testing.assert_array_equal(weighted_median(values, weigh(1, 3, 1)), [9.0, 4.0, NAN])


def test_interpolated_median_can_fall_when_a_value_rises() -> None:
    weights = weigh(3.0, 1.0, 2.0)
    before, after = column(1.1, 1.0, 5.0), column(1.1, 1.2, 5.0)
    assert interpolated_median(before, weights)[0] == pytest.approx(1.88)
    assert interpolated_median(after, weights)[0] == pytest.approx(1.175)
    assert weighted_median(before, weights)[0] == pytest.approx(1.1)
    assert weighted_median(after, weights)[0] == pytest.approx(1.15)


def test_ordered_average_with_importance_by_hand() -> None:
    # the curve goes through (0.5, 0.75); the better value has a quarter of the importance
    score = ordered_weighted_average(
        column(20.0, 10.0), weigh(1.0, 3.0), position_weights=weigh(0.75, 0.25)
    )
    assert score[0] == pytest.approx(20.0 * 0.375 + 10.0 * 0.625)


def test_ordered_average_of_fewer_values_follows_the_same_curve() -> None:
    values = column(20.0, NAN, 10.0, NAN)
    score = ordered_weighted_average(values, np.ones(4), position_weights=weigh(4.0, 3.0, 2.0, 1.0))
    assert score[0] == pytest.approx(20.0 * 0.7 + 10.0 * 0.3)


def test_position_weights_and_orness() -> None:
    np.testing.assert_allclose(quantifier_weights(4, exponent=2.0), np.array([1, 3, 5, 7]) / 16)
    assert orness(np.ones(5)) == pytest.approx(0.5)
    assert orness(weigh(3.0, 0.0, 1.0)) == pytest.approx(0.75)


def test_position_weights_that_do_not_fit_are_refused() -> None:
    values, weights = np.ones((3, 2)), np.ones(3)
    with pytest.raises(NotDefined, match="needs 3 position weights, found 2"):
        ordered_weighted_average(values, weights, position_weights=np.ones(2))
    with pytest.raises(NotDefined, match="one vector"):
        ordered_weighted_average(values, weights, position_weights=np.ones((2, 3)))
    with pytest.raises(NotDefined, match="not sum to zero"):
        ordered_weighted_average(values, weights, position_weights=np.zeros(3))
    with pytest.raises(NotDefined, match="at least two positions"):
        orness(np.ones(1))
    for count, exponent in ((0, 1.0), (3, 0.0), (3, np.inf)):
        with pytest.raises(NotDefined, match="exponent above 0"):
            quantifier_weights(count, exponent=exponent)


def test_mean_min_by_hand() -> None:
    values, weights = column(10.0, 6.0, 2.0), np.ones(3)
    score = mean_min(values, weights, penalty=0.5, complementarity=3.0)
    assert score[0] == pytest.approx(6.0 - 0.5 * (5.0 - 3.0))
    assert mean_min(values, weights, penalty=1.0, complementarity=0.0)[0] == pytest.approx(2.0)
    assert mean_min(values, weights, penalty=1.0, complementarity=1e9)[0] == pytest.approx(6.0)


def test_penalty_for_imbalance_by_hand() -> None:
    values = np.array([[100.0, 80.0, 100.0], [100.0, 120.0, NAN], [100.0, 100.0, NAN]])
    penalty = 800.0 / 3.0 / 100.0
    np.testing.assert_allclose(penalised_mean(values, np.ones(3)), [100.0, 100.0 - penalty, 100.0])
    np.testing.assert_allclose(raised_mean(values, np.ones(3)), [100.0, 100.0 + penalty, 100.0])
    # weights 1 and 3: mean 110, variance 0.25 * 900 + 0.75 * 100
    weighted = penalised_mean(column(80.0, 120.0), weigh(1.0, 3.0))
    assert weighted[0] == pytest.approx(110.0 - 300.0 / 110.0)


def test_mazziotta_pareto_by_hand() -> None:
    values = np.array([[0.0, 2.0], [7.0, 3.0]])
    np.testing.assert_allclose(standardised(values), [[90.0, 110.0], [110.0, 90.0]])
    np.testing.assert_allclose(mazziotta_pareto(values, np.ones(2)), [99.0, 99.0])


def test_adjusted_mazziotta_pareto_by_hand() -> None:
    values = np.array([[0.0, 4.0, 10.0], [1.0, NAN, 3.0]])
    goalposts = goalposts_around(values, np.array([4.0, 2.0]))
    np.testing.assert_allclose(goalposts, [[-1.0, 9.0], [1.0, 3.0]])
    scaled = between_goalposts(values, goalposts)
    np.testing.assert_allclose(scaled, [[76.0, 100.0, 136.0], [70.0, NAN, 130.0]])
    scores = adjusted_mazziotta_pareto(values, np.ones(2), goalposts=goalposts)
    np.testing.assert_allclose(scores, [73.0 - 9.0 / 73.0, 100.0, 133.0 - 9.0 / 133.0])


def test_mirrored_values_and_goalposts_mirror_the_scale() -> None:
    values, goalposts = np.array([[0.0, 4.0, 10.0]]), np.array([[-1.0, 9.0]])
    mirrored = between_goalposts(-values, -goalposts[:, ::-1])
    np.testing.assert_allclose(mirrored + between_goalposts(values, goalposts), 200.0)


def test_penalised_means_are_not_monotone_far_from_the_mean() -> None:
    ones = np.ones(3)
    low, high = column(10.0, 10.0, 30.0), column(10.0, 10.0, 40.0)
    assert penalised_mean(high, ones)[0] < penalised_mean(low, ones)[0] - 1.0
    low, high = column(20.0, 20.0, 1.0), column(20.0, 20.0, 2.0)
    assert raised_mean(high, ones)[0] < raised_mean(low, ones)[0] - 0.3


def test_standardisations_without_an_answer_are_refused() -> None:
    values = np.array([[1.0, 2.0, 3.0], [5.0, 5.0, NAN], [NAN, NAN, NAN]])
    for refused_by in (standardised, lambda table: goalposts_around(table, np.zeros(3))):
        with pytest.raises(NotDefined, match="two different values, found 2 equal to 5") as refused:
            refused_by(values)
        assert refused.value.positions == (1, 2)
    with pytest.raises(NotDefined, match="must be below the high one") as refused:
        between_goalposts(values, np.array([[0.0, 1.0], [2.0, 2.0], [3.0, NAN]]))
    assert refused.value.positions == (1, 2)
    with pytest.raises(NotDefined, match=r"goalposts need shape \(3, 2\), found \(2,\)"):
        between_goalposts(values, weigh(0.0, 1.0))


def test_outranking_by_hand() -> None:
    values = np.array([[3.0, 2.0, 1.0], [3.0, 3.0, 1.0], [1.0, 2.0, 5.0]])
    weights = weigh(5.0, 2.0, 3.0)
    matrix = outranking_matrix(values, weights)
    np.testing.assert_allclose(matrix, [[0.0, 0.6, 0.7], [0.4, 0.0, 0.7], [0.3, 0.3, 0.0]])
    np.testing.assert_array_equal(copeland(values, weights), [2.0, 0.0, -2.0])
    np.testing.assert_allclose(net_flow(values, weights), [0.3, 0.1, -0.4])
    assert dominance_count(matrix) == 0
    assert dominance_count(outranking_matrix(values[:2], weights[:2])) == 2
    assert dominance_share(outranking_matrix(values[:2], weights[:2])) == pytest.approx(2 / 3)


def test_circle_of_majorities_is_a_tie() -> None:
    values = np.array([[3.0, 2.0, 1.0], [1.0, 3.0, 2.0], [2.0, 1.0, 3.0]])
    np.testing.assert_array_equal(copeland(values, np.ones(3)), [0.0, 0.0, 0.0])


def test_half_of_the_weight_is_a_tie_whatever_the_rounding() -> None:
    # 24 indicators for one unit, 24 for the other and one tie: shares of 1/49 do not sum exactly
    values = np.zeros((49, 2))
    values[0::2, 0] = values[1::2, 1] = 1.0
    values[48] = 0.5
    np.testing.assert_array_equal(copeland(values, np.ones(49)), [0.0, 0.0])


def test_pairs_are_compared_on_what_both_units_have() -> None:
    values = np.array([[2.0, 1.0, NAN], [NAN, 5.0, 1.0], [1.0, 3.0, NAN]])
    weights = weigh(3.0, 4.0, 1.0)
    matrix = outranking_matrix(values, weights)
    np.testing.assert_allclose(matrix[0], [0.0, 0.75, NAN])
    np.testing.assert_allclose(matrix[1], [0.25, 0.0, 1.0])
    np.testing.assert_allclose(compared_weight(values, weights)[0], [0.5, 0.5, 0.0])
    np.testing.assert_array_equal(copeland(values, weights), [1.0, 0.0, -1.0])
    np.testing.assert_allclose(net_flow(values, weights), [0.5, 0.25, -1.0])
    order = [2, 0, 1]
    turned = outranking_matrix(values[:, order], weights)
    np.testing.assert_array_equal(turned, matrix[np.ix_(order, order)])


def test_unit_that_can_be_compared_with_none_has_no_score() -> None:
    values = np.array([[2.0, 1.0, NAN], [NAN, NAN, 1.0]])
    np.testing.assert_array_equal(copeland(values, np.ones(2)), [1.0, -1.0, NAN])
    np.testing.assert_array_equal(net_flow(values, np.ones(2)), [1.0, -1.0, NAN])


def test_comparisons_in_many_blocks_are_those_in_one() -> None:
    chance = np.random.default_rng(11)
    values = chance.integers(0, 9, (40, 130)).astype(float)
    values[chance.random(values.shape) < 0.1] = np.nan
    weights = chance.random((3, 40))
    assert values.size * 130 > 1 << 17
    matrix = outranking_matrix(values, weights)
    ahead = values[:, :, None] > values[:, None, :]
    tied = values[:, :, None] == values[:, None, :]
    behind = values[:, :, None] < values[:, None, :]
    for replicate in range(3):
        total = np.tensordot(weights[replicate], 1.0 * ahead + tied + behind, axes=1)
        share = np.tensordot(weights[replicate], ahead + 0.5 * tied, axes=1) / total
        np.fill_diagonal(share, 0.0)
        np.testing.assert_allclose(matrix[replicate], share, atol=1e-12)


def test_dominance_of_one_unit_is_refused() -> None:
    with pytest.raises(NotDefined, match="at least two units"):
        dominance_share(np.zeros((1, 1)))


GAPS = np.array(
    [[1.0, 1.0, NAN, NAN], [2.0, 2.0, 2.0, NAN], [3.0, NAN, NAN, NAN], [4.0] * 3 + [NAN]]
)


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        (MissingPolicy(MissingRule.DROP), [False, False, False, True]),
        (MissingPolicy(MissingRule.REFUSE), [False, True, True, True]),
        (MissingPolicy(MissingRule.LEAST_COUNT, 0.75), [False, False, True, True]),
        (MissingPolicy(MissingRule.LEAST_COUNT, 0.5), [False, False, False, True]),
        (MissingPolicy(MissingRule.LEAST_WEIGHT, 0.4), [False, False, True, True]),
        (MissingPolicy(MissingRule.LEAST_WEIGHT, 0.3), [False, False, False, True]),
    ],
)
def test_policies_refuse_units(policy: MissingPolicy, refused: list[bool]) -> None:
    weights = weigh(3.0, 2.0, 4.0, 1.0)
    scores = arithmetic_mean(apply_policy(GAPS, weights, policy), weights)
    np.testing.assert_array_equal(np.isnan(scores), refused)


def test_policy_without_gaps_gives_the_values_back() -> None:
    complete, weights = np.ones((2, 3)), np.ones(2)
    for rule in (MissingRule.DROP, MissingRule.REFUSE, MissingRule.RAISE):
        policy = MissingPolicy(rule)
        np.testing.assert_array_equal(apply_policy(complete, weights, policy), complete)


def test_raising_policy_names_the_indicators() -> None:
    with pytest.raises(NotDefined, match="no missing value is allowed here, found 7") as refused:
        apply_policy(GAPS, np.ones(4), MissingPolicy(MissingRule.RAISE))
    assert refused.value.positions == (0, 1, 2, 3)


def test_shares_of_what_is_present() -> None:
    np.testing.assert_allclose(present_share(GAPS), [1.0, 0.75, 0.5, 0.0])
    np.testing.assert_allclose(present_weight(GAPS, weigh(3, 2, 4, 1)), [1.0, 0.6, 0.3, 0.0])


def test_thresholds_are_met_up_to_rounding() -> None:
    counts = range(3, 40)
    tables = [column(NAN, *[1.0] * (count - 1)) for count in counts]
    shares = [(count - 1) / count for count in counts]
    added = [present_weight(values, np.ones(len(values)))[0] for values in tables]
    assert any(weight < share for weight, share in zip(added, shares, strict=True))
    for values, share in zip(tables, shares, strict=True):
        assert not np.isnan(mask_too_light(values, np.ones(len(values)), least_share=share)).all()
        assert np.isnan(
            mask_too_light(values, np.ones(len(values)), least_share=share + 1e-6)
        ).all()
        assert not np.isnan(mask_too_few(values, share)).all()
        assert np.isnan(mask_too_few(values, share + 1e-6)).all()


@pytest.mark.parametrize(
    ("rule", "least", "says"),
    [
        (MissingRule.LEAST_COUNT, None, "takes a least share, found None"),
        (MissingRule.DROP, 0.5, "takes no least share, found 0.5"),
        (MissingRule.LEAST_WEIGHT, 1.5, "from 0 to 1, found 1.5"),
        (MissingRule.LEAST_COUNT, NAN, "from 0 to 1, found nan"),
    ],
)
def test_policy_with_a_wrong_threshold_is_refused(
    rule: MissingRule, least: float | None, says: str
) -> None:
    with pytest.raises(RecipeRefused, match=says):
        MissingPolicy(rule, least)
