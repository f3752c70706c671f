"""Small tables whose treatment is known, and input that has no answer."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.moments import (
    excess_kurtosis,
    skewness,
    skewness_and_kurtosis,
)
from sharedfuture.analyse.composite.arrays.outliers import Limits, outlier_test
from sharedfuture.analyse.composite.arrays.transform import (
    box_cox,
    likely_exponent,
    log_offset,
    log_plain_offset,
    log_to_maximum,
    log_towards_normal,
)
from sharedfuture.analyse.composite.arrays.treat import (
    StepTaken,
    Transforming,
    Winsorising,
    treat,
    treat_combined,
)
from sharedfuture.analyse.composite.arrays.winsorise import Cause, winsorise
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]

NOTHING = math.nan
# twenty values that climb, and two that stand far above
EVEN = [float(value) for value in range(1, 21)]
CLIMBING = [*EVEN, 60.0, 100.0]


# Moments: 0, 0, 0, 4 has deviations -1, -1, -1, 3 with powers summing to 12, 24, 84


def test_skewness_and_kurtosis_by_hand() -> None:
    values = np.array([0.0, 0.0, 0.0, 4.0])
    biased = (24 / 4) / (12 / 4) ** 1.5
    assert math.isclose(skewness(values), biased * math.sqrt(4 * 3) / 2)
    assert math.isclose(skewness(values), 2.0)
    assert math.isclose(excess_kurtosis(values), ((5 * (4 * 84 / 144 - 3)) + 6) * 3 / (2 * 1))
    assert math.isclose(excess_kurtosis(values), 4.0)


@pytest.mark.parametrize(
    ("values", "has_skewness", "has_kurtosis"),
    [
        ([1.0, 2.0], False, False),
        ([1.0, 2.0, 4.0], True, False),
        ([1.0, NOTHING, 2.0, 4.0, NOTHING], True, False),
        ([1.0, 2.0, 4.0, 8.0], True, True),
        ([5.0, 5.0, 5.0, 5.0], False, False),
        ([0.1] * 51, False, False),
        ([NOTHING, NOTHING, NOTHING], False, False),
        ([NOTHING], False, False),
    ],
)
def test_shape_needs_three_or_four_values_that_differ(
    values: list[float], has_skewness: bool, has_kurtosis: bool
) -> None:
    skewed, tailed = skewness_and_kurtosis(np.array(values))
    assert np.isfinite(skewed) == has_skewness
    assert np.isfinite(tailed) == has_kurtosis


def test_missing_values_are_left_out_of_each_indicator_by_itself() -> None:
    values = np.array([[1.0, NOTHING, 2.0, 4.0, 9.0], [7.0, 1.0, 2.0, 4.0, 9.0]])
    expected = [skewness(np.array([1.0, 2.0, 4.0, 9.0])), skewness(values[1])]
    assert np.allclose(skewness(values), expected, rtol=1e-14)


def test_a_large_mean_beside_a_small_spread_costs_no_digits() -> None:
    small = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 16.0])
    assert math.isclose(skewness(small + 2.0**40), skewness(small), rel_tol=1e-12)


def test_very_small_and_very_large_units_have_the_same_shape() -> None:
    values = np.array([CLIMBING] * 3) * np.array([[1.0], [1e-200], [1e200]])
    skewed, tailed = skewness_and_kurtosis(values)
    assert np.allclose(skewed, skewed[0], rtol=1e-12)
    assert np.allclose(tailed, tailed[0], rtol=1e-12)


def test_differences_beyond_the_floating_range_are_refused() -> None:
    values = np.array([[1.0, 2.0, 3.0, 4.0], [-1.7e308, 1.7e308, 0.0, 1.0]])
    with pytest.raises(NotDefined) as refused:
        skewness(values)
    assert refused.value.positions == (1,)


# The outlier test


@pytest.mark.parametrize(
    ("limits", "passes"),
    [
        (Limits(2.1, 3.9), True),  # skewness of 0, 0, 0, 4 is 2 and kurtosis 4
        (Limits(1.9, 4.1), True),
        (Limits(1.9, 3.9), False),
    ],
)
def test_both_measures_must_reach_their_limits(limits: Limits, passes: bool) -> None:
    assert outlier_test(np.array([0.0, 0.0, 0.0, 4.0]), limits=limits).passes == passes
    assert outlier_test(np.array([0.0, 0.0, 0.0, -4.0]), limits=limits).passes == passes


@pytest.mark.parametrize("skewness_limit", [0.0, -1.0, NOTHING, math.inf])
def test_limits_that_mean_nothing_are_refused(skewness_limit: float) -> None:
    with pytest.raises(RecipeRefused, match="limit of skewness"):
        Limits(skewness_limit)
    with pytest.raises(RecipeRefused, match="limit of kurtosis"):
        Limits(2.0, math.nan)


# Winsorising


def test_two_outliers_are_drawn_in_one_after_the_other() -> None:
    found = winsorise(np.array(CLIMBING), most_points=5)
    assert found.values.tolist() == [*EVEN, 20.0, 20.0]
    assert found.causes.tolist() == [0] * 20 + [Cause.LOWERED] * 2
    assert found.causes.dtype == np.int8
    assert found.points == 2
    assert found.test.passes


def test_the_limit_of_points_stops_it() -> None:
    found = winsorise(np.array(CLIMBING), most_points=1)
    assert found.values.tolist() == [*EVEN, 60.0, 60.0]
    assert found.points == 1
    assert not found.test.passes
    assert winsorise(np.array(CLIMBING), most_points=0).points == 0


def test_a_low_tail_is_raised() -> None:
    found = winsorise(-np.array(CLIMBING), most_points=5)
    assert found.values.tolist() == [-value for value in [*EVEN, 20.0, 20.0]]
    assert found.causes.tolist() == [0] * 20 + [Cause.RAISED] * 2


def test_ties_move_together_and_can_overshoot_the_limit() -> None:
    values = np.array([*EVEN, 60.0, 100.0, 100.0])
    found = winsorise(values, most_points=1)
    assert found.points == 2
    assert found.values.tolist() == [*EVEN, 60.0, 60.0, 60.0]


def test_both_ends_are_drawn_in_where_the_tail_changes_its_side() -> None:
    values = np.array([-130.0, *np.linspace(-1.0, 1.0, 40), 150.0])
    found = winsorise(values, most_points=None, limits=Limits(0.1, 1.0))
    assert found.values.min() == -1.0
    assert found.values.max() == 1.0
    assert found.causes[[0, -1]].tolist() == [Cause.RAISED, Cause.LOWERED]
    assert found.points == 2


def test_missing_values_stay_and_are_not_counted() -> None:
    values = np.array([NOTHING, *CLIMBING, NOTHING])
    found = winsorise(values, most_points=5)
    assert np.isnan(found.values[[0, -1]]).all()
    assert found.points == 2


@pytest.mark.parametrize("most", [1, 5, None])
def test_an_indicator_is_never_made_constant(most: int | None) -> None:
    mostly_zero = np.array([0.0] * 50 + [1.0])
    found = winsorise(mostly_zero, most_points=most)
    assert found.values.tolist() == mostly_zero.tolist()
    assert found.points == 0
    assert not found.test.passes
    three_levels = np.array([0.0] * 50 + [1.0, 2.0])
    assert winsorise(three_levels, most_points=None).values.tolist() == [0.0] * 50 + [1.0, 1.0]


@pytest.mark.parametrize("values", [[7.0], [7.0, 8.0], [7.0] * 9, [NOTHING] * 4])
def test_indicators_without_a_shape_are_left_as_they_are(values: list[float]) -> None:
    found = winsorise(np.array(values), most_points=5)
    assert np.array_equal(found.values, values, equal_nan=True)
    assert found.test.passes
    assert treat(np.array(values)).step == StepTaken.NONE


def test_a_negative_number_of_points_is_refused() -> None:
    with pytest.raises(RecipeRefused, match="found -1"):
        winsorise(np.array(CLIMBING), most_points=-1)


# Transformations


def test_logarithms_by_hand() -> None:
    values = np.array([3.0, NOTHING, 13.0, 8.0])
    assert np.allclose(
        log_offset(values), np.log([0.1, NOTHING, 10.1, 5.1]), rtol=1e-14, equal_nan=True
    )
    assert np.allclose(log_plain_offset(values), np.log([1.0, NOTHING, 11.0, 6.0]), equal_nan=True)


def test_log_towards_normal_draws_in_the_side_of_the_tail() -> None:
    up = np.array([0.0, 1.0, 10.0])
    assert np.allclose(log_towards_normal(up), np.log([0.1, 1.1, 10.1]))
    down = np.array([0.0, 9.0, 10.0])
    assert np.allclose(log_towards_normal(down), -np.log([10.1, 1.1, 0.1]))
    assert abs(skewness(log_towards_normal(-np.array(CLIMBING)))) < 1.0


def test_log_to_maximum_is_the_logarithm_of_the_global_innovation_index() -> None:
    values = np.array([2.0, 4.0, 10.0])
    # to run from 1 to 10: 1, 1 + 9 / 4, 10
    assert np.allclose(log_to_maximum(values), np.log([1.0, 3.25, 10.0]))
    assert np.allclose(log_to_maximum(values / 100, factor=100.0), np.log([1.0, 3.25, 10.0]))
    factors = np.array([1.0, 100.0])
    both = log_to_maximum(np.array([values, values / 100]), factor=factors)
    assert np.allclose(both, np.log([1.0, 3.25, 10.0]))


def test_log_to_maximum_does_not_return_its_input_as_coinr_does() -> None:
    values = np.array(CLIMBING)
    assert not np.isclose(log_to_maximum(values)[1:], values[1:]).any()
    assert skewness(log_to_maximum(values)) < skewness(values) / 2


@pytest.mark.parametrize("factor", [1.0, 0.0, -1.0])
def test_log_to_maximum_refuses_what_would_reverse_the_order(factor: float) -> None:
    values = np.array([[2.0, 4.0, 10.0], [0.2, 0.4, 0.9]])
    with pytest.raises(NotDefined, match="above 1") as refused:
        log_to_maximum(values, factor=factor)
    assert refused.value.positions == ((1,) if factor == 1.0 else (0, 1))


def test_box_cox_by_hand() -> None:
    values = np.array([[5.0, 8.0, NOTHING], [0.0, 1.0, 4.0]])
    assert np.allclose(
        box_cox(values, 2.0), [[0.0, 7.5, NOTHING], [0.0, 1.5, 12.0]], equal_nan=True
    )
    assert np.allclose(box_cox(values, -1.0)[1], [0.0, 0.5, 0.8])
    each = box_cox(values, np.array([0.5, 0.0]))
    assert np.allclose(each[0, :2], [0.0, 2.0])
    assert np.allclose(each[1], np.log([1.0, 2.0, 5.0]))


def test_likely_exponent_of_known_samples() -> None:
    normal = np.array([-2.0, -1.3, -0.8, -0.4, 0.0, 0.4, 0.8, 1.3, 2.0])
    square_roots = (normal + 4.0) ** 2
    exponents = likely_exponent(np.array([normal, np.exp(normal * 2), square_roots]))
    assert 0.8 < exponents[0] < 1.2
    assert exponents[1] < 0.1
    assert exponents[1] < exponents[2] < exponents[0]


@pytest.mark.parametrize("transform", [log_offset, log_towards_normal, log_to_maximum])
def test_logarithms_of_an_indicator_that_does_not_vary_are_refused(transform: object) -> None:
    values = np.array([[1.0, 2.0, 3.0], [4.0, NOTHING, 4.0], [NOTHING, NOTHING, NOTHING]])
    assert callable(transform)
    says = r"at least two different values, found 2 equal to 4\.0"
    with pytest.raises(NotDefined, match=says) as refused:
        transform(values)
    assert refused.value.positions == (1, 2)
    assert str(refused.value.named(["A", "B", "C"])).startswith("B, C: log")


def test_equal_values_have_a_plain_logarithm_and_a_power_of_zero() -> None:
    values = np.array([4.0, NOTHING, 4.0])
    for transformed in (log_plain_offset(values), box_cox(values, 2.0)):
        assert np.array_equal(transformed, [0.0, NOTHING, 0.0], equal_nan=True)
    with pytest.raises(NotDefined):
        likely_exponent(values)


def test_powers_beyond_the_floating_range_are_refused() -> None:
    values = np.array([[1.0, 2.0], [1.0, 1e200]])
    with pytest.raises(NotDefined, match="floating range") as refused:
        box_cox(values, 2.0)
    assert refused.value.positions == (1,)
    with pytest.raises(NotDefined, match="finite range"):
        log_plain_offset(np.array([-1.7e308, 1.7e308]))


# Treatment in two steps

TABLE = np.array(
    [
        np.arange(22.0),  # passes
        [*EVEN, 21.0, 100.0],  # passes after one point
        CLIMBING,  # needs two points
    ]
)


def test_each_indicator_takes_the_step_that_it_needs() -> None:
    treated = treat(TABLE, first=Winsorising(1))
    assert treated.step.tolist() == [StepTaken.NONE, StepTaken.FIRST, StepTaken.SECOND]
    assert treated.winsorised_points.tolist() == [0, 1, 1]
    assert np.array_equal(treated.values[0], TABLE[0])
    assert treated.values[1].tolist() == [*EVEN, 21.0, 21.0]
    assert np.array_equal(treated.values[2], log_offset(TABLE[2]))
    assert treated.causes[1].tolist() == [0] * 21 + [Cause.LOWERED]
    assert treated.causes[2].tolist() == [Cause.TRANSFORMED] * 22
    assert treated.before.passes.tolist() == [True, False, False]
    assert treated.after_first.passes.tolist() == [True, True, False]
    assert treated.after_second.passes.tolist() == [True, True, True]
    assert treated.original is TABLE


def test_every_change_is_in_the_log() -> None:
    changes = treat(TABLE).changes()
    assert changes.positions.tolist() == [[1, 21], [2, 20], [2, 21]]
    assert changes.old.tolist() == [100.0, 60.0, 100.0]
    assert changes.new.tolist() == [21.0, 20.0, 20.0]
    assert changes.causes.tolist() == [Cause.LOWERED] * 3
    assert treat(TABLE[0]).changes().positions.shape == (0, 1)


def test_combined_treatment_transforms_what_was_winsorised() -> None:
    treated = treat_combined(TABLE, first=Winsorising(1))
    drawn = winsorise(TABLE[2], most_points=1).values
    assert np.array_equal(treated.values[2], log_offset(drawn))
    both = Cause.LOWERED | Cause.TRANSFORMED
    assert treated.causes[2].tolist() == [Cause.TRANSFORMED] * 21 + [both]


def test_without_a_second_step_the_first_is_kept() -> None:
    treated = treat(TABLE, first=Winsorising(1), second=None)
    assert treated.step.tolist() == [StepTaken.NONE, StepTaken.FIRST, StepTaken.FIRST]
    assert treated.after_second.passes.tolist() == [True, True, False]
    assert np.array_equal(treated.values[2], winsorise(TABLE[2], most_points=1).values)


def test_what_still_fails_after_both_steps_is_said() -> None:
    stubborn = np.array([0.0] * 50 + [1.0])
    treated = treat(stubborn)
    assert treated.step == StepTaken.SECOND
    assert not treated.after_second.passes


def test_a_transformation_without_an_answer_names_the_indicator() -> None:
    reciprocal = Transforming("reciprocal", lambda rows: np.where(rows == 1.0, np.nan, 1 / rows))
    batch = np.stack([TABLE + 1.0, TABLE])
    with pytest.raises(NotDefined, match="reciprocal does not give a number") as refused:
        treat(batch, first=reciprocal)
    assert refused.value.positions == (1, 2)
    with pytest.raises(NotDefined) as refused_of_vector:
        treat(TABLE[1], first=reciprocal)
    assert refused_of_vector.value.positions == (0,)


def test_a_transformation_must_keep_shape_and_gaps() -> None:
    with pytest.raises(RecipeRefused, match="shape"):
        treat(TABLE, first=Transforming("first value", lambda rows: rows[:, :1]))
    with_gap = np.where(TABLE == 2.0, np.nan, TABLE)
    with pytest.raises(NotDefined, match="filled"):
        treat(with_gap, first=Transforming("filled", lambda rows: np.nan_to_num(rows)))
