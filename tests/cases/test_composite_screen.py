"""Availability, screening, checks of a table and denomination on small tables."""

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.denominate import denominate, missing_denominator
from sharedfuture.analyse.composite.arrays.screen import (
    Problem,
    ProblemKind,
    availability_by_group,
    check_values,
    indicator_availability,
    screen_by_missing,
    screen_by_missing_and_zeros,
    screen_by_zeros,
    unit_availability,
)
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused, TableRefused

Array = npt.NDArray[np.float64]
GONE = np.nan

# Four indicators; units: complete, with zeros, with gaps, with nothing.
SMALL = np.array(
    [
        [1.0, 0.0, GONE, GONE],
        [2.0, 0.0, 5.0, GONE],
        [3.0, 7.0, 0.0, GONE],
        [4.0, 0.0, GONE, GONE],
    ]
)


def test_availability_of_each_unit() -> None:
    found = unit_availability(SMALL)
    assert found.missing_count.tolist() == [0, 0, 2, 4]
    assert found.zero_count.tolist() == [0, 3, 1, 0]
    assert found.missing_or_zero_count.tolist() == [0, 3, 3, 4]
    assert found.available_share.tolist() == [1.0, 1.0, 0.5, 0.0]
    assert found.nonzero_share[:3].tolist() == [1.0, 0.25, 0.5]
    assert np.isnan(found.nonzero_share[3])


def test_availability_of_each_indicator() -> None:
    found = indicator_availability(SMALL)
    assert found.missing_count.tolist() == [2, 1, 1, 2]
    assert found.zero_count.tolist() == [1, 1, 1, 1]
    assert found.available_share.tolist() == [0.5, 0.75, 0.75, 0.5]
    assert found.nonzero_share.tolist() == [0.5, 2 / 3, 2 / 3, 0.5]


def test_availability_under_aggregates_of_several_levels() -> None:
    shares = availability_by_group(SMALL, [[0, 1], [2, 3], [0, 1, 2, 3]])
    assert shares.tolist() == [[1, 1, 0.5, 0], [1, 1, 0.5, 0], [1, 1, 0.5, 0]]
    shares = availability_by_group(SMALL, [[1, 2], [0]])
    assert shares.tolist() == [[1, 1, 1, 0], [1, 1, 0, 0]]
    with pytest.raises(RecipeRefused, match="at least one indicator under each"):
        availability_by_group(SMALL, [[0], []])


def test_each_rule_excludes_for_its_own_reason() -> None:
    """A unit without any value fails both tests, though it has no zeros to count."""
    by_missing = screen_by_missing(SMALL, least_available_share=0.6, least_nonzero_share=0.5)
    by_zeros = screen_by_zeros(SMALL, least_available_share=0.6, least_nonzero_share=0.5)
    by_both = screen_by_missing_and_zeros(SMALL, least_available_share=0.6, least_nonzero_share=0.5)
    assert by_missing.is_included.tolist() == [True, True, False, False]
    assert by_zeros.is_included.tolist() == [True, False, True, False]
    assert by_both.is_included.tolist() == [True, False, False, False]
    for found in (by_missing, by_zeros, by_both):
        assert found.is_low_data.tolist() == [False, False, True, True]
        assert found.is_low_nonzero.tolist() == [False, True, False, True]
        assert found.is_low_either.tolist() == [False, True, True, True]


def test_unit_without_any_value_goes_whatever_the_threshold() -> None:
    for screen in (screen_by_missing, screen_by_zeros):
        found = screen(SMALL, least_available_share=0.0, least_nonzero_share=0.0)
        assert found.is_included.tolist() == [True, True, True, False]


def test_unit_exactly_at_the_threshold_stays() -> None:
    """COINr counts 1 - 34/100, which is less than 0.66 in floating point, and excludes it."""
    values = np.ones((100, 1))
    values[:34] = GONE
    assert 1 - 34 / 100 < 0.66
    found = screen_by_missing(values, least_available_share=0.66, least_nonzero_share=0.0)
    assert found.is_included.all()


def test_forced_units_go_before_the_rule() -> None:
    found = screen_by_missing(
        SMALL,
        least_available_share=0.6,
        least_nonzero_share=0.0,
        forced_in=np.array([False, False, False, True]),
        forced_out=np.array([True, False, False, False]),
    )
    assert found.is_included.tolist() == [False, True, False, True]
    assert found.is_low_data.tolist() == [False, False, True, True]


def test_screening_of_a_batch() -> None:
    found = screen_by_missing(
        np.stack([SMALL, np.ones((4, 4))]), least_available_share=0.6, least_nonzero_share=0.0
    )
    assert found.is_included.tolist() == [[True, True, False, False], [True] * 4]


@pytest.mark.parametrize(
    ("available", "nonzero", "says"),
    [
        (1.5, 0.5, "least available share: expected a number in 0..1, found 1.5"),
        (0.5, GONE, "least non-zero share: expected a number in 0..1, found nan"),
    ],
)
def test_threshold_must_be_a_share(available: float, nonzero: float, says: str) -> None:
    with pytest.raises(RecipeRefused, match=says):
        screen_by_missing(SMALL, least_available_share=available, least_nonzero_share=nonzero)


@pytest.mark.parametrize(
    ("forced_in", "says"),
    [
        (np.ones(3, dtype=np.bool_), "forced units: expected 4 flags"),
        (np.ones(4, dtype=np.intp), "forced units: expected 4 flags, found int64"),
        (np.array([True, True, False, False]), r"units \[1\] are forced in and forced out"),
    ],
)
def test_forced_units_must_be_flags_that_agree(forced_in: npt.NDArray[np.bool_], says: str) -> None:
    with pytest.raises(RecipeRefused, match=says):
        screen_by_missing(
            SMALL,
            least_available_share=0.5,
            least_nonzero_share=0.5,
            forced_in=forced_in,
            forced_out=np.array([False, True, True, False]),
        )


def test_good_table_has_no_problems() -> None:
    assert check_values(np.array([[1.0, 2, 3], [3, 2, GONE]])) == ()


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            [[1.0, 2, 3], [4, 4, GONE], [1, 2, 2]],
            Problem(
                ProblemKind.CONSTANT_INDICATOR,
                (1,),
                (),
                "expected at least two different values, found 2 equal to 4.0",
            ),
        ),
        (
            [[1.0, 2, 3], [GONE, GONE, GONE], [1, 2, 2]],
            Problem(
                ProblemKind.EMPTY_INDICATOR,
                (1,),
                (),
                "expected at least one value, found none for 3 units",
            ),
        ),
        (
            [[1.0, 2, GONE], [2, 1, GONE]],
            Problem(
                ProblemKind.EMPTY_UNIT,
                (),
                (2,),
                "expected at least one value, found none in 2 indicators",
            ),
        ),
        (
            [[1.0, 2, np.inf], [3, -np.inf, np.inf], [1, 2, 3]],
            [
                Problem(
                    ProblemKind.INFINITE, (0,), (2,), "expected finite values, found 1 infinite"
                ),
                Problem(
                    ProblemKind.INFINITE, (1,), (1, 2), "expected finite values, found 2 infinite"
                ),
            ],
        ),
        (
            [[0.0, 1, -0.0, 1], [GONE, 2, GONE, 4], [1, GONE, 1, 3]],
            Problem(
                ProblemKind.SAME_UNITS,
                (),
                (0, 2),
                "2 units have the same values in all indicators",
            ),
        ),
        (
            [[1.0, 2, GONE], [3, 2, 1], [1, 2, GONE], [1, 2, GONE]],
            Problem(
                ProblemKind.SAME_INDICATORS,
                (0, 2, 3),
                (),
                "3 indicators have the same values for all units",
            ),
        ),
        (
            [[1.0], [2]],
            Problem(ProblemKind.ONE_UNIT, (), (0,), "expected several units, found one"),
        ),
        (
            [[1.0, 2]],
            Problem(ProblemKind.ONE_INDICATOR, (0,), (), "expected several indicators, found one"),
        ),
    ],
)
def test_each_problem_is_found_and_no_other(
    values: list[list[float]], problem: Problem | list[Problem]
) -> None:
    expected = problem if isinstance(problem, list) else [problem]
    assert list(check_values(np.array(values))) == expected


def test_check_wants_one_table() -> None:
    with pytest.raises(TableRefused, match=r"indicators by units, found the shape \(3,\)"):
        check_values(np.ones(3))


# Denomination


def test_indicators_are_divided_by_their_own_denominators() -> None:
    values = np.array([[10.0, 20, GONE], [5, 6, 7], [8, 8, 8]])
    population, area = [2.0, 4, 8], [1.0, GONE, 16]
    after = denominate(
        values,
        np.array([area, population]),
        positions=[2, 0],
        factors=np.array([1.0, 1000.0]),
    )
    expected = np.array([[5000.0, 5000, GONE], [5, 6, 7], [8, GONE, 0.5]])
    assert np.array_equal(after, expected, equal_nan=True)


def test_value_that_lacks_its_denominator_is_named() -> None:
    values = np.array([[10.0, 20, GONE], [5, 6, 7]])
    lost = missing_denominator(values, np.array([[1.0, GONE, GONE]]), positions=[0])
    assert lost.tolist() == [[False, True, False], [False, False, False]]


@pytest.mark.parametrize("denominator", [0.0, -1.0, np.inf])
def test_denominator_that_is_no_size_is_refused(denominator: float) -> None:
    """COINr divides by zero in silence, and lets a negative size turn the order round."""
    sizes = np.array([[1.0, 2], [1, denominator]])
    with pytest.raises(NotDefined, match="greater than zero, found 1") as refused:
        denominate(np.ones((4, 2)), sizes, positions=[0, 3], factors=np.ones(2))
    assert refused.value.positions == (3,)


@pytest.mark.parametrize("factor", [0.0, -1.0, GONE])
def test_factor_must_be_positive(factor: float) -> None:
    with pytest.raises(NotDefined, match="a factor greater than zero") as refused:
        denominate(np.ones((2, 2)), np.ones((1, 2)), positions=[1], factors=np.array([factor]))
    assert refused.value.positions == (1,)


def test_quotient_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(NotDefined, match="too large") as refused:
        denominate(
            np.full((3, 2), 1e300), np.full((1, 2), 1e-300), positions=[2], factors=np.ones(1)
        )
    assert refused.value.positions == (2,)


@pytest.mark.parametrize(
    ("shape", "positions", "factors"), [((2, 2), [0], 1), ((1, 2), [0], 2), ((2, 2), [1, 1], 2)]
)
def test_shapes_of_denominators_must_agree(
    shape: tuple[int, int], positions: list[int], factors: int
) -> None:
    with pytest.raises(TableRefused):
        denominate(np.ones((3, 2)), np.ones(shape), positions=positions, factors=np.ones(factors))
