"""Small tables whose scores are known, and input that has no answer."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.direction import (
    directed,
    directed_bounds,
    directed_target,
)
from sharedfuture.analyse.composite.arrays.normalise import (
    borda,
    estimate_range,
    estimate_spread,
    fraction_of_maximum,
    minmax,
    percentile_rank,
    scaled,
    standardised,
    undo_minmax,
    zscore,
)
from sharedfuture.analyse.composite.arrays.ranking import Ties, rank, rank_ascending
from sharedfuture.analyse.composite.arrays.targets import (
    capped,
    distance_to_maximum,
    distance_to_reference,
    distance_to_target,
    goalposts,
    one_sided_target,
    two_sided_target,
)
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]

NOTHING = math.nan
VALUES = [2.0, NOTHING, 4.0, 10.0, 4.0]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (minmax(np.array(VALUES)), [0.0, NOTHING, 25.0, 100.0, 25.0]),
        (minmax(np.array(VALUES), low=1.0, high=9.0), [1.0, NOTHING, 3.0, 9.0, 3.0]),
        (minmax(-np.array(VALUES)), [100.0, NOTHING, 75.0, 0.0, 75.0]),
        (scaled(np.array(VALUES), lower=0.0, upper=8.0), [25.0, NOTHING, 50.0, 125.0, 50.0]),
        (goalposts(np.array(VALUES), lower=3.0, upper=5.0), [0.0, NOTHING, 50.0, 100.0, 50.0]),
        (
            goalposts(np.array(VALUES), lower=3.0, upper=5.0, low=1.0, high=2.0),
            [1.0, NOTHING, 1.5, 2.0, 1.5],
        ),
        (borda(np.array(VALUES)), [0.0, NOTHING, 1.0, 3.0, 1.0]),
        (percentile_rank(np.array(VALUES)), [0.0, NOTHING, 1 / 3, 1.0, 1 / 3]),
        (fraction_of_maximum(np.array(VALUES)), [0.2, NOTHING, 0.4, 1.0, 0.4]),
        (distance_to_maximum(np.array(VALUES)), [0.0, NOTHING, 0.25, 1.0, 0.25]),
        (distance_to_reference(np.array(VALUES), unit=2), [0.0, NOTHING, 1.0, 4.0, 1.0]),
        (
            capped(distance_to_reference(np.array(VALUES), unit=2)),
            [0.0, NOTHING, 1.0, 1.0, 1.0],
        ),
        (distance_to_target(np.array(VALUES), target=6.0), [0.0, NOTHING, 0.5, 2.0, 0.5]),
        (one_sided_target(np.array(VALUES), target=6.0), [0.0, NOTHING, 50.0, 100.0, 50.0]),
        (
            one_sided_target(np.array(VALUES), target=6.0, farthest=8.0),
            [50.0, NOTHING, 75.0, 100.0, 75.0],
        ),
        (
            two_sided_target(np.array(VALUES), lower=3.0, upper=5.0),
            [80.0, NOTHING, 100.0, 0.0, 100.0],
        ),
        (
            two_sided_target(np.array(VALUES), lower=3.0, upper=3.0, farthest=2.0, high=1.0),
            [0.5, NOTHING, 0.5, 0.0, 0.5],
        ),
        (
            undo_minmax(np.array([0.0, NOTHING, 0.25, 1.0]), lower=2.0, upper=10.0, high=1.0),
            [2.0, NOTHING, 4.0, 10.0],
        ),
    ],
)
def test_scores_by_hand(scores: Array, expected: list[float]) -> None:
    assert np.allclose(scores, expected, rtol=1e-14, equal_nan=True)


def test_zscores_by_hand_use_the_sample_deviation() -> None:
    scores = zscore(np.array([1.0, NOTHING, 3.0]), mean=10.0, deviation=2.0)
    step = 2.0 / math.sqrt(2.0)
    assert np.allclose(scores, [10.0 - step, NOTHING, 10.0 + step], equal_nan=True)
    centre, spread = estimate_spread(np.array([1.0, NOTHING, 3.0]))
    assert (float(centre), float(spread)) == (2.0, math.sqrt(2.0))


def test_units_that_all_meet_their_target_all_get_the_best_score() -> None:
    values = np.array([2.0, 3.0, NOTHING])
    for scores in (
        one_sided_target(values, target=1.0),
        two_sided_target(values, lower=1.0, upper=3.0),
    ):
        assert np.array_equal(scores, [100.0, 100.0, NOTHING], equal_nan=True)


@pytest.mark.parametrize(
    ("ties", "from_above", "from_below"),
    [
        (Ties.MIN, [4, NOTHING, 2, 1, 2], [1, NOTHING, 2, 4, 2]),
        (Ties.MAX, [4, NOTHING, 3, 1, 3], [1, NOTHING, 3, 4, 3]),
        (Ties.AVERAGE, [4, NOTHING, 2.5, 1, 2.5], [1, NOTHING, 2.5, 4, 2.5]),
        (Ties.DENSE, [3, NOTHING, 2, 1, 2], [1, NOTHING, 2, 3, 2]),
    ],
)
def test_ranks_with_ties(ties: Ties, from_above: list[float], from_below: list[float]) -> None:
    values = np.array(VALUES)
    assert np.array_equal(rank(values, ties=ties), from_above, equal_nan=True)
    assert np.array_equal(rank_ascending(values, ties=ties), from_below, equal_nan=True)


def test_ranks_of_one_unit_of_none_and_of_equal_ones() -> None:
    assert rank(np.array([7.0])).tolist() == [1.0]
    assert np.isnan(rank(np.array([NOTHING, NOTHING]))).all()
    assert rank(np.array([[5.0, 5.0], [0.0, -0.0]])).tolist() == [[1.0, 1.0], [1.0, 1.0]]


# Direction


def test_direction_turns_values_targets_and_bounds() -> None:
    values = np.array([[1.0, NOTHING], [3.0, 4.0]])
    signs = np.array([1.0, -1.0])
    assert np.array_equal(directed(values, signs), [[1.0, NOTHING], [-3.0, -4.0]], equal_nan=True)
    assert directed_target(np.array([5.0, 6.0]), signs).tolist() == [5.0, -6.0]
    lower, upper = directed_bounds(np.array([0.0, 2.0]), 8.0, signs)
    assert (lower.tolist(), upper.tolist()) == ([0.0, -8.0], [8.0, -2.0])


@pytest.mark.parametrize("wrong", [0.0, 2.0, NOTHING, -1.5, math.inf])
@pytest.mark.parametrize(
    "turn",
    [
        lambda signs: directed(np.ones((3, 4)), signs),
        lambda signs: directed_target(1.0, signs),
        lambda signs: directed_bounds(1.0, 2.0, signs),
    ],
)
def test_a_direction_that_is_neither_is_refused(
    wrong: float, turn: Callable[[Array], object]
) -> None:
    with pytest.raises(NotDefined, match=f"direction must be 1 or -1, found {wrong}") as refused:
        turn(np.array([1.0, wrong, -1.0]))
    assert refused.value.positions == (1,)


# Input without an answer: indicators 1 (constant) and 2 (all missing) of three

TABLE = np.array([[1.0, 2.0, 4.0], [3.0, NOTHING, 3.0], [NOTHING, NOTHING, NOTHING]])


@pytest.mark.parametrize(
    ("normalise", "says"),
    [
        (minmax, r"minmax needs at least two different values, found 2 equal to 3\.0"),
        (zscore, r"zscore needs at least two different values, found 2 equal to 3\.0"),
        (distance_to_maximum, r"two different values, found 2 equal to 3\.0"),
        (estimate_range, r"a range needs at least two different values"),
        (estimate_spread, r"zscore needs at least two different values"),
        (partial(distance_to_target, target=3.0), r"found 3\.0 with a lowest value of 3\.0"),
        (partial(distance_to_reference, unit=0), r"needs a value of the reference unit"),
    ],
)
def test_indicators_without_a_range_are_named(
    normalise: Callable[[Array], object], says: str
) -> None:
    unvaried = TABLE.copy()
    for values in (unvaried, np.stack([np.arange(9.0).reshape(3, 3) / 10, unvaried])):
        with pytest.raises(NotDefined, match=says) as refused:
            normalise(values)
        missing_reference = isinstance(normalise, partial) and "unit" in normalise.keywords
        assert refused.value.positions == ((2,) if missing_reference else (1, 2))


@pytest.mark.parametrize("normalise", [minmax, zscore, percentile_rank, distance_to_maximum])
@pytest.mark.parametrize("values", [[7.0], [NOTHING, 7.0], [NOTHING, NOTHING]])
def test_a_single_unit_cannot_be_compared(
    normalise: Callable[[Array], Array], values: list[float]
) -> None:
    with pytest.raises(NotDefined, match=r"found (none|0|1)") as refused:
        normalise(np.array(values))
    assert refused.value.positions == (0,)


def test_a_reference_unit_must_have_a_value_above_the_lowest() -> None:
    values = np.array([[1.0, 2.0, NOTHING], [1.0, 2.0, 3.0]])
    with pytest.raises(NotDefined, match="value of the reference unit") as without_value:
        distance_to_reference(values, unit=2)
    assert without_value.value.positions == (0,)
    with pytest.raises(NotDefined, match="above the lowest") as lowest:
        distance_to_reference(values, unit=0)
    assert lowest.value.positions == (0, 1)
    with pytest.raises(IndexError):
        distance_to_reference(values, unit=3)


@pytest.mark.parametrize("values", [[-2.0, -1.0], [-2.0, 0.0], [NOTHING, NOTHING]])
def test_a_fraction_needs_a_maximum_above_zero(values: list[float]) -> None:
    with pytest.raises(NotDefined, match="maximum above 0") as refused:
        fraction_of_maximum(np.array([[1.0, 2.0], values]))
    assert refused.value.positions == (1,)


def test_a_fraction_beyond_the_floating_range_is_refused() -> None:
    with pytest.raises(NotDefined, match="floating range") as refused:
        fraction_of_maximum(np.array([[1.0, 2.0], [1e-300, -1e308]]))
    assert refused.value.positions == (1,)


@pytest.mark.parametrize(
    "normalise",
    [
        partial(scaled, upper=5.0),
        partial(goalposts, upper=5.0),
        lambda values, lower: scaled(values, lower=-5.0, upper=-lower),
    ],
)
def test_bounds_must_be_there_and_in_order(normalise: Callable[..., Array]) -> None:
    values = np.arange(12.0).reshape(3, 4)
    with pytest.raises(NotDefined, match="lower bound below the upper") as refused:
        normalise(values, lower=np.array([1.0, 5.0, NOTHING]))
    assert refused.value.positions == (1, 2)


def test_targets_must_be_there() -> None:
    values = np.arange(12.0).reshape(3, 4)
    targets = np.array([20.0, NOTHING, 21.0])
    for normalise in (
        partial(distance_to_target, target=targets),
        partial(one_sided_target, target=targets),
        partial(two_sided_target, lower=targets, upper=30.0),
        partial(two_sided_target, lower=np.array([1.0, 31.0, 1.0]), upper=30.0),
        partial(one_sided_target, target=5.0, farthest=np.array([1.0, 0.0, 2.0])),
        partial(standardised, centre=targets, spread=1.0),
        partial(standardised, centre=0.0, spread=np.array([1.0, 0.0, 2.0])),
    ):
        with pytest.raises(NotDefined) as refused:
            normalise(values)
        assert refused.value.positions == (1,)


def test_scales_of_scores_that_mean_nothing_are_refused() -> None:
    values = np.array([1.0, 2.0])
    with pytest.raises(RecipeRefused, match=r"expected low below high, found 5\.0 and 5\.0"):
        minmax(values, low=5.0, high=5.0)
    with pytest.raises(RecipeRefused, match="low below high"):
        goalposts(values, lower=0.0, upper=1.0, low=5.0, high=NOTHING)
    with pytest.raises(RecipeRefused, match=r"above 0, found 0\.0"):
        zscore(values, deviation=0.0)
    with pytest.raises(RecipeRefused, match="above 0, found nan"):
        standardised(values, centre=0.0, spread=1.0, deviation=NOTHING)


def test_parameters_of_another_number_of_indicators_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        minmax(np.arange(6.0).reshape(2, 3), low=np.ones(3), high=np.full(3, 5.0))
    with pytest.raises(ValueError, match="does not fit"):
        directed(np.arange(3.0), np.array([1.0, -1.0]))


@pytest.mark.parametrize("normalise", [minmax, zscore, distance_to_maximum])
def test_values_whose_range_is_no_number_are_refused(normalise: Callable[[Array], Array]) -> None:
    with pytest.raises(NotDefined):
        normalise(np.array([-1.7e308, 0.0, 1.7e308]))


def test_very_small_and_very_large_units_are_normalised() -> None:
    for unit in (5e-324, 1e-200, 1e200):
        values = np.array([0.0, 1.0, 2.0]) * unit
        assert minmax(values).tolist() == [0.0, 50.0, 100.0]
        if unit > 1e-300:
            assert np.allclose(zscore(values), [-1.0, 0.0, 1.0])
