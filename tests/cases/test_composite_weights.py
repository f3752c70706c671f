"""Weights on small tables with known answers, and on input they must refuse."""

import numpy as np
import numpy.typing as npt
import pytest

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
    Bounds,
    Grouping,
    balanced_weights,
    most_informative_weights,
)
from sharedfuture.analyse.composite.weights.pca import (
    first_component,
    first_component_weights,
    rotated_component_weights,
    suggest_count,
)
from sharedfuture.analyse.composite.weights.plain import (
    equal_weights,
    given_weights,
    weigh_by_group,
)
from sharedfuture.analyse.composite.weights.rotation import intermediate_weights, varimax

NAN = np.nan


def table(*rows: list[float]) -> npt.NDArray[np.float64]:
    return np.array(rows, dtype=float)


def correlated(correlation: npt.NDArray[np.float64], units: int) -> npt.NDArray[np.float64]:
    """Series whose sample correlations are exactly these."""
    drawn = np.random.default_rng(11).normal(size=(len(correlation), units))
    drawn -= drawn.mean(axis=1, keepdims=True)
    unrelated = np.linalg.solve(np.linalg.cholesky(drawn @ drawn.T), drawn)
    return np.asarray(np.linalg.cholesky(correlation) @ unrelated, dtype=float)


def test_plain_weights() -> None:
    assert equal_weights(4).tolist() == [0.25] * 4
    assert given_weights(np.array([1.0, 0, 3])).tolist() == [0.25, 0, 0.75]


@pytest.mark.parametrize(
    ("weights", "positions"),
    [([0.0, 0.0], (0, 1)), ([1.0, -1.0, 2.0], (1,)), ([1.0, 2.0, NAN], (2,))],
)
def test_given_weights_are_refused(weights: list[float], positions: tuple[int, ...]) -> None:
    with pytest.raises(NotDefined) as refused:
        given_weights(np.array(weights))
    assert refused.value.positions == positions
    with pytest.raises(NotDefined, match="at least one indicator"):
        equal_weights(0)


def test_groups_name_the_indicator_that_has_no_weight() -> None:
    values = table([1, 2, 3], [1, 1, 2], [4, 4, 4], [3, 2, 1])
    with pytest.raises(NotDefined) as refused:
        weigh_by_group(values, [0, 1, 1, 0], critic_weights)
    assert refused.value.positions == (2,)
    with pytest.raises(NotDefined) as refused:
        weigh_by_group(values, [0, 1, 1, 0], lambda group: equal_weights(0))
    assert refused.value.positions == (0, 3)


def test_first_component_of_alike_indicators_is_equal() -> None:
    alike = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    assert first_component_weights(correlated(alike, 20)) == pytest.approx([1 / 3] * 3)


def test_an_indicator_against_the_others_has_no_weight() -> None:
    values = table([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], [5, 4, 2, 3, 1])
    direction = first_component(values)
    assert (direction[:2] * direction[2] < 0).all()
    with pytest.raises(NotDefined, match="runs against the others") as refused:
        first_component_weights(values)
    assert refused.value.positions in ((2,), (0, 1))


# Rotated loadings of the Technology Achievement Index, Handbook (2008), table 17: patents,
# royalties, internet, exports, telephones, electricity, schooling, university.
ACHIEVEMENT = table(
    [0.07, 0.97, 0.06, 0.06],
    [0.13, 0.07, -0.07, 0.93],
    [0.79, -0.21, 0.21, 0.42],
    [-0.64, 0.56, -0.04, 0.36],
    [0.37, 0.17, 0.38, 0.68],
    [0.82, -0.04, 0.25, 0.35],
    [0.88, 0.23, -0.09, 0.09],
    [0.08, 0.04, 0.96, 0.04],
)


def test_weights_of_the_technology_achievement_index() -> None:
    """Exports go with patents, where they load positively, though |-0.64| is larger.

    The shares within factors are 0.68, 0.49, 0.24, 0.23, 0.26, 0.25, 0.29 and 0.77, the factors
    explain 0.38, 0.20, 0.17 and 0.25 of what all four do.
    """
    found = intermediate_weights(ACHIEVEMENT)
    assert np.round(found, 2).tolist() == [0.17, 0.16, 0.11, 0.06, 0.08, 0.12, 0.14, 0.17]


def test_rotated_loadings_stay_nearly_as_they_are() -> None:
    found = varimax(ACHIEVEMENT)
    nearest = [np.abs(found - column[:, np.newaxis]).max(axis=0).min() for column in ACHIEVEMENT.T]
    assert max(nearest) < 0.1


def test_an_indicator_that_loads_on_nothing_is_refused() -> None:
    with pytest.raises(NotDefined, match="runs against every factor") as refused:
        intermediate_weights(table([0.9, 0.1], [-0.5, -0.2], [0.2, 0.8]))
    assert refused.value.positions == (1,)


def test_rotation_turns_mixed_factors_to_simple_ones() -> None:
    simple = table([0.9, 0], [0.8, 0], [0.7, 0], [0, 0.6], [0, 0.5])
    turn = np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    assert varimax(simple @ turn) == pytest.approx(simple, abs=1e-6)
    with_nothing = np.vstack([simple, np.zeros(2)])
    assert varimax(with_nothing @ turn)[-1].tolist() == [0, 0]


def test_rotated_components_of_two_separate_pairs() -> None:
    matrix = np.eye(4)
    matrix[0, 1] = matrix[1, 0] = 0.8
    matrix[2, 3] = matrix[3, 2] = 0.4
    weights = rotated_component_weights(correlated(matrix, 30), component_count=2)
    # Each pair has squared loadings of half its eigenvalue, 1.8 and 1.4 of together 3.2.
    assert weights == pytest.approx([0.9 / 3.2, 0.9 / 3.2, 0.7 / 3.2, 0.7 / 3.2])


def test_components_that_cannot_be_rotated() -> None:
    values = correlated(np.eye(3) * 0.5 + 0.5, 20)
    for count in (0, 4):
        with pytest.raises(NotDefined, match=f"found {count}"):
            rotated_component_weights(values, component_count=count)
    flat = np.vstack([values, values[0] + values[1]])
    with pytest.raises(NotDefined, match="no variance left"):
        rotated_component_weights(flat, component_count=4)


@pytest.mark.parametrize(
    ("eigenvalues", "count"),
    [
        ([3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1], 2),
        ([2.0, 1.5, 1.2, 0.2, 0.1], 3),
        ([1.1, 1.0, 1.0, 0.9], 3),
        ([1.0], 1),
    ],
)
def test_rules_of_thumb_for_the_number_of_components(eigenvalues: list[float], count: int) -> None:
    assert suggest_count(np.array(eigenvalues)) == count


def test_factors_leave_each_indicator_its_own_part() -> None:
    loadings = np.array([0.9, 0.8, 0.7, 0.6])
    matrix = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    weights = factor_weights(correlated(matrix, 50), factor_count=1)
    assert weights == pytest.approx(loadings**2 / (loadings**2).sum(), abs=1e-4)


def test_factors_that_are_not_determined() -> None:
    values = correlated(np.eye(3) * 0.5 + 0.5, 20)
    for count in (0, 2):
        with pytest.raises(NotDefined, match="too few"):
            factor_weights(values, factor_count=count)
    with pytest.raises(NotDefined, match="singular"):
        common_factors(np.ones((4, 4)), factor_count=1)
    with pytest.raises(NotDefined) as refused:
        factor_weights(np.vstack([values, np.ones(20)]), factor_count=1)
    assert refused.value.positions == (3,)


def test_entropy_by_hand() -> None:
    values = table([1, 1, 1, 1], [2, 1, 1, 0], [4, 0, 0, 0], [1, 1, NAN, NAN])
    # Surprise in bits, out of 2: 1.5 for the second, 0 for the third, none lost otherwise.
    assert entropy_weights(values) == pytest.approx([0, 0.25 / 1.25, 1 / 1.25, 0])


def test_entropy_is_refused_without_information() -> None:
    with pytest.raises(NotDefined, match="zero or more") as refused:
        entropy_weights(table([1, 2, 3], [1, -2, 3]))
    assert refused.value.positions == (1,)
    with pytest.raises(NotDefined, match="only zeros"):
        entropy_weights(table([1, 2, 3], [0, 0, NAN]))
    with pytest.raises(NotDefined, match="two present values"):
        entropy_weights(table([1, 2, 3], [NAN, NAN, 4]))
    with pytest.raises(NotDefined, match="all indicators are alike"):
        entropy_weights(table([3, 3, 3], [7, 7, NAN]))


def test_critic_by_hand() -> None:
    values = table([0, 50, 100], [0, 100, 0], [100, 50, 0])
    # On their ranges the spreads are 1/2, 1/√3 and 1/2; the second correlates with nothing,
    # the others are opposite: conflicts 1 + 2, 1 + 1 and 1 + 2.
    expected = np.array([1.5, 2 / np.sqrt(3), 1.5])
    assert critic_weights(values) == pytest.approx(expected / expected.sum())


def test_critic_is_refused_without_information() -> None:
    with pytest.raises(NotDefined) as refused:
        critic_weights(table([1, 2, 3], [4, 4, 4]))
    assert refused.value.positions == (1,)
    with pytest.raises(NotDefined, match="not defined") as refused:
        critic_weights(table([1, 2, 3, 4], [1, 2, NAN, NAN], [NAN, NAN, 1, 2]))
    assert refused.value.positions == (0, 1, 2)
    with pytest.raises(NotDefined, match="all indicators are alike"):
        critic_weights(table([1, 2, 3], [2, 4, 6]))


def test_budgets_of_several_people() -> None:
    found = budget_weights(table([50, 30, 20], [7, 2, 1]))
    assert found.weights == pytest.approx([0.6, 0.25, 0.15])
    assert found.deviation == pytest.approx(np.array([0.2, 0.1, 0.1]) / np.sqrt(2))
    assert budget_weights(np.array([3.0, 1])).deviation.tolist() == [0, 0]
    with pytest.raises(NotDefined) as refused:
        budget_weights(table([50, 50], [100, NAN]))
    assert refused.value.positions == (1,)
    with pytest.raises(NotDefined, match="more than zero"):
        budget_weights(table([50, 50], [0, 0]))


def test_comparisons_of_three_things() -> None:
    found = comparison_weights(table([1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]))
    # Saaty's standard case: eigenvalue 3.0385, ratio 0.033.
    assert np.round(found.weights, 3).tolist() == [0.637, 0.258, 0.105]
    assert found.largest_eigenvalue == pytest.approx(3.0385, abs=1e-4)
    assert found.consistency_index == pytest.approx(0.0193, abs=1e-4)
    assert found.consistency_ratio == pytest.approx(0.0193 / 0.58, abs=1e-3)
    assert found.is_consistent
    circular = comparison_weights(table([1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]))
    assert not circular.is_consistent
    assert circular.weights == pytest.approx([1 / 3] * 3)


def test_comparisons_that_do_not_fit_are_named() -> None:
    with pytest.raises(NotDefined, match=r"found 3 at \(1, 2\) against 3 at \(2, 1\)") as refused:
        comparison_weights(table([1, 3, 1], [3, 1, 1], [1, 1, 1]))
    assert refused.value.positions == (0, 1)
    with pytest.raises(NotDefined, match="reciprocal"):
        comparison_weights(table([2, 1], [1, 1]))
    with pytest.raises(NotDefined, match="positive numbers") as refused:
        comparison_weights(table([1, 0, 1], [1, 1, 1], [1, NAN, 1]))
    assert refused.value.positions == (0, 2)
    for shape in ((2, 3), (0, 0), (16, 16)):
        with pytest.raises(NotDefined, match="square matrix of 1 to 15 rows"):
            comparison_weights(np.ones(shape))


def test_people_who_compare_are_put_together_by_geometric_means() -> None:
    combined = combine_comparisons(np.stack([table([1, 4], [0.25, 1]), np.ones((2, 2))]))
    assert combined == pytest.approx(table([1, 2], [0.5, 1]))
    with pytest.raises(NotDefined, match="reciprocal"):
        combine_comparisons(np.stack([np.ones((2, 2)), table([1, 4], [4, 1])]))


UNRELATED = correlated(np.eye(3), 30)


def test_balance_of_unrelated_elements_is_the_target() -> None:
    """They correlate with the index as their weights, all having the same spread."""
    found = balanced_weights(UNRELATED, [1, 2, 3])
    assert found.weights == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert found.correlations == pytest.approx(np.array([1, 2, 3]) / np.sqrt(14))
    assert found.mismatch < 1e-25


def test_balance_within_bounds_and_groups() -> None:
    bounded = balanced_weights(UNRELATED, [1, 2, 3], bounds=Bounds(upper=0.4))
    assert bounded.weights.max() == pytest.approx(0.4)
    assert bounded.weights.sum() == pytest.approx(1)
    assert bounded.mismatch > 1e-3
    grouping = Grouping((0, 0, 1), (0.6, 0.4))
    grouped = balanced_weights(UNRELATED, [1, 2, 3], grouping=grouping)
    assert grouped.weights[2] == pytest.approx(1)
    assert grouped.weights[:2].sum() == pytest.approx(1)


def test_targets_belong_to_their_elements_in_any_order() -> None:
    backwards = balanced_weights(UNRELATED[::-1], [3, 2, 1])
    assert backwards.weights == pytest.approx(balanced_weights(UNRELATED, [1, 2, 3]).weights[::-1])


def test_balance_leaves_out_incomplete_units() -> None:
    values = np.column_stack([UNRELATED, [NAN, 1.0, 2.0]])
    assert balanced_weights(values, [1, 1, 1]).weights == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("optimise", ["balanced", "most informative"])
def test_optimised_weights_are_refused(optimise: str) -> None:
    def weigh(
        values: npt.NDArray[np.float64],
        grouping: Grouping | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        if optimise == "balanced":
            balanced_weights(values, [1.0] * len(values), grouping=grouping, bounds=bounds)
        else:
            most_informative_weights(values, grouping=grouping, bounds=bounds)

    with pytest.raises(NotDefined, match="cannot sum to 1"):
        weigh(UNRELATED, bounds=Bounds(0.0, 0.3))
    with pytest.raises(NotDefined, match="cannot sum to 1"):
        weigh(UNRELATED, bounds=Bounds(0.4, 1.0))
    with pytest.raises(NotDefined, match="lower below an upper"):
        weigh(UNRELATED, bounds=Bounds(0.5, 0.5))
    with pytest.raises(NotDefined, match="lower below an upper"):
        weigh(UNRELATED, bounds=Bounds(0.0, np.inf))
    with pytest.raises(NotDefined, match="groups with elements"):
        weigh(UNRELATED, grouping=Grouping((0, 0, 0), (0.5, 0.5)))
    with pytest.raises(NotDefined, match="groups with elements"):
        weigh(UNRELATED, grouping=Grouping((0, 0, 1), (1.0, 0.0)))
    with pytest.raises(NotDefined, match="two different values") as refused:
        weigh(np.vstack([UNRELATED, np.ones(30)]))
    assert refused.value.positions == (3,)
    with pytest.raises(NotDefined, match="singular"):
        weigh(np.vstack([UNRELATED, UNRELATED[0]]))


def test_targets_are_refused() -> None:
    for targets in ([1, 0, 1], [1, -1, 1], [1, NAN, 1]):
        with pytest.raises(NotDefined) as refused:
            balanced_weights(UNRELATED, targets)
        assert refused.value.positions == (1,)


def test_elements_that_pull_apart_have_no_balance() -> None:
    """The first runs against the others and is nearly all of the index: its group has 99 %."""
    against = correlated(table([1, -0.9, -0.9], [-0.9, 1, 0.8], [-0.9, 0.8, 1]), 20)
    grouping = Grouping((0, 1, 1), (0.99, 0.01))
    with pytest.raises(NotDefined, match="the elements pull apart"):
        balanced_weights(against, [1, 1, 1], grouping=grouping)
    with pytest.raises(NotDefined, match="the elements pull apart"):
        most_informative_weights(against, grouping=grouping)
    assert balanced_weights(against[:2], [1, 1]).weights == pytest.approx([0.5, 0.5])


def test_conditions_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(NotDefined, match="at once"):
        least_squares_within(
            np.eye(2),
            np.zeros(2),
            equal=(np.array([[1.0, 1.0]]), np.array([1.0])),
            at_least=(np.eye(2), np.array([0.7, 0.7])),
        )
    with pytest.raises(NotDefined, match="at once"):
        least_squares_within(
            np.eye(2),
            np.zeros(2),
            equal=(np.eye(2), np.array([1.0, -1.0])),
            at_least=(np.eye(2), np.zeros(2)),
        )
