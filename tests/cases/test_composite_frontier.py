"""Benefit of the doubt on tables whose programmes can be solved with pencil and paper."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.frontier import (
    Frontier,
    benefit_of_doubt,
    benefit_of_doubt_with_proportions,
    benefit_of_doubt_with_shares,
    benefit_of_doubt_with_weights,
    pessimistic_frontier,
)
from sharedfuture.analyse.composite.errors import NotDefined

Array = npt.NDArray[np.float64]
Bounded = Callable[..., Frontier]

NAN = np.nan
# two indicators; A, B and C form the frontier, D lies inside on the ray of B, E between B and C
VALUES = np.array([[2.0, 6.0, 8.0, 3.0, 4.0], [8.0, 6.0, 2.0, 3.0, 2.0]])


def test_scores_weights_and_peers_by_hand() -> None:
    found = benefit_of_doubt(VALUES)
    np.testing.assert_allclose(found.scores, [1.0, 1.0, 1.0, 0.5, 5.0 / 9.0])
    np.testing.assert_allclose(found.weights[:, 4], [1.0 / 9.0, 1.0 / 18.0])
    np.testing.assert_allclose(found.shares[:, 4], [0.8, 0.2])
    # E is measured against a mixture of B and C: 6 b + 8 c = 4 and 6 b + 2 c = 2
    np.testing.assert_allclose(found.peers[:, 4], [0.0, 2.0 / 9.0, 1.0 / 3.0, 0.0, 0.0], atol=1e-12)


def test_one_unit_is_its_own_best() -> None:
    assert benefit_of_doubt(np.array([[3.0], [0.5]])).scores == [1.0]


def test_units_on_the_frontier_tie_at_exactly_one() -> None:
    values = np.random.default_rng(5).uniform(1.0, 100.0, (12, 30))
    scores = benefit_of_doubt(values).scores
    assert np.sum(scores == 1.0) == np.sum(scores > 1.0 - 1e-7) > 5


def test_very_different_units_of_measurement() -> None:
    values = VALUES * np.array([[1e9], [1e-6]])
    np.testing.assert_allclose(benefit_of_doubt(values).scores, [1.0, 1.0, 1.0, 0.5, 5.0 / 9.0])


def test_values_of_zero() -> None:
    found = benefit_of_doubt(np.array([[0.0, 4.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(found.scores, [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(found.shares[:, 2], [0.0, 0.0, 0.0])


def test_missing_indicator_is_left_out_of_the_units_own_programme() -> None:
    values = VALUES.copy()
    values[1, 4] = NAN
    found = benefit_of_doubt(values)
    np.testing.assert_allclose(found.scores, [1.0, 1.0, 1.0, 0.5, 0.5])
    np.testing.assert_allclose(found.weights[:, 4], [0.125, 0.0])
    values[:, 1] = NAN
    found = benefit_of_doubt(values)
    assert np.isnan(found.scores[1])
    assert np.isnan(found.weights[:, 1]).all()
    # without B, D is measured on the line from A to C
    assert found.scores[3] == pytest.approx(0.6)


def test_bounds_on_shares_by_hand() -> None:
    half = np.full(2, 0.5)
    found = benefit_of_doubt_with_shares(VALUES, least=half, most=half)
    np.testing.assert_allclose(found.shares, 0.5)
    # weights 1 / (2 y): the best unit then has (y1/own1 + y2/own2) / 2 = 1 at most
    reach = 0.5 * (VALUES[0][:, None] / VALUES[0] + VALUES[1][:, None] / VALUES[1])
    np.testing.assert_allclose(found.scores, 1.0 / reach.max(axis=0))


def test_bounds_on_proportions_by_hand() -> None:
    half = np.full(2, 0.5)
    found = benefit_of_doubt_with_proportions(VALUES, least=half, most=half)
    # equal weights for all: the arithmetic mean, divided by the largest
    np.testing.assert_allclose(found.scores, VALUES.sum(axis=0) / 12.0)


def test_bounds_on_weights_by_hand() -> None:
    least, most = np.array([0.05, 0.05]), np.array([0.1, np.inf])
    found = benefit_of_doubt_with_weights(VALUES, least=least, most=most)
    # C wants all weight on the first indicator: 0.1, and of the second what B leaves: 1/6 - 0.1
    np.testing.assert_allclose(found.weights[:, 2], [0.1, 1.0 / 6.0 - 0.1])
    assert found.scores[2] == pytest.approx(0.8 + 2.0 * (1.0 / 6.0 - 0.1))
    tight = np.array([0.05, 0.05])
    fixed = benefit_of_doubt_with_weights(VALUES, least=tight, most=tight)
    np.testing.assert_allclose(fixed.scores, 0.05 * VALUES.sum(axis=0))


def test_bounds_are_relaxed_for_a_missing_indicator() -> None:
    values = VALUES.copy()
    values[1, 4] = NAN
    least = np.array([0.2, 0.2])
    by_share = benefit_of_doubt_with_shares(values, least=least, most=np.ones(2))
    np.testing.assert_allclose(by_share.shares[:, 4], [1.0, 0.0])
    by_part = benefit_of_doubt_with_proportions(values, least=least, most=np.ones(2))
    assert by_part.scores[4] == pytest.approx(0.5)
    by_weight = benefit_of_doubt_with_weights(
        values, least=np.array([0.01, 0.01]), most=np.full(2, np.inf)
    )
    np.testing.assert_allclose(by_weight.weights[:, 4], [0.125, 0.0])


def test_pessimistic_scores_by_hand() -> None:
    values = np.array([[2.0, 1.0, 4.0], [1.0, 2.0, 4.0]])
    found = pessimistic_frontier(values)
    # the third unit: least of 4 (w1 + w2) where 2 w1 + w2 and w1 + 2 w2 reach 1
    np.testing.assert_allclose(found.scores, [1.0, 1.0, 8.0 / 3.0])
    np.testing.assert_allclose(found.weights[:, 2], [1.0 / 3.0, 1.0 / 3.0])
    np.testing.assert_allclose(found.peers[:, 2], [4.0 / 3.0, 4.0 / 3.0, 0.0], atol=1e-12)


@pytest.mark.parametrize("score", [benefit_of_doubt, pessimistic_frontier])
def test_negative_values_are_refused(score: Callable[[Array], Frontier]) -> None:
    values = np.array([[1.0, 2.0], [-4.0, 1.0], [0.5, -1.0]])
    with pytest.raises(NotDefined, match=r"found 2 below it, the smallest -4\.0") as refused:
        score(values)
    assert refused.value.positions == (1, 2)


def test_pessimistic_form_refuses_what_it_cannot_read() -> None:
    with pytest.raises(NotDefined, match="no missing value") as refused:
        pessimistic_frontier(np.array([[1.0, 2.0], [NAN, 1.0]]))
    assert refused.value.positions == (1,)
    with pytest.raises(NotDefined, match="a value above 0 in each unit"):
        pessimistic_frontier(np.array([[1.0, 0.0], [2.0, 0.0]]))


BOUNDED = [
    benefit_of_doubt_with_shares,
    benefit_of_doubt_with_proportions,
    benefit_of_doubt_with_weights,
]


@pytest.mark.parametrize("score", BOUNDED)
@pytest.mark.parametrize(
    ("least", "most", "says", "positions"),
    [
        ([0.0, 0.6], [1.0, 0.5], "in order and not negative, found 0.6 to 0.5", (1,)),
        ([-0.1, 0.0], [1.0, 1.0], "in order and not negative, found -0.1 to 1.0", (0,)),
        ([NAN, 0.0], [1.0, 1.0], "in order", (0,)),
        ([0.1], [1.0], r"each of 2 indicators, found \(1,\)", ()),
    ],
)
def test_bounds_out_of_order_are_refused(
    score: Bounded, least: list[float], most: list[float], says: str, positions: tuple[int, ...]
) -> None:
    with pytest.raises(NotDefined, match=says) as refused:
        score(VALUES, least=np.array(least), most=np.array(most))
    assert refused.value.positions == positions


@pytest.mark.parametrize("score", BOUNDED[:2])
@pytest.mark.parametrize(("least", "most"), [(0.6, 0.9), (0.1, 0.4)])
def test_parts_that_cannot_sum_to_one_are_refused(
    score: Bounded, least: float, most: float
) -> None:
    with pytest.raises(NotDefined, match="parts sum to 1"):
        score(VALUES, least=np.full(2, least), most=np.full(2, most))


def test_share_of_a_value_of_zero_is_refused() -> None:
    values = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 1.0], [5.0, 4.0, 4.0]])
    with pytest.raises(NotDefined, match="a share above 0 needs values above 0") as refused:
        benefit_of_doubt_with_shares(values, least=np.full(3, 0.1), most=np.ones(3))
    assert refused.value.positions == (1,)
    with pytest.raises(NotDefined, match=r"must reach 1 together, found 0\.8"):
        benefit_of_doubt_with_shares(values, least=np.zeros(3), most=np.full(3, 0.4))


def test_proportions_that_a_unit_with_gaps_cannot_meet_are_refused() -> None:
    values = np.array([[1.0, 2.0], [NAN, 1.0]])
    with pytest.raises(NotDefined, match=r"must reach 1 together, found 0\.8"):
        benefit_of_doubt_with_proportions(values, least=np.zeros(2), most=np.full(2, 0.8))


def test_weights_that_are_too_high_for_some_unit_are_refused() -> None:
    with pytest.raises(NotDefined, match="no weights within the bounds"):
        benefit_of_doubt_with_weights(VALUES, least=np.full(2, 0.2), most=np.ones(2))
