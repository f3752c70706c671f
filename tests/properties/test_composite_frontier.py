"""What must hold for benefit of the doubt, on random tables with ties and gaps."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.composite.arrays.frontier import (
    benefit_of_doubt,
    benefit_of_doubt_with_proportions,
    benefit_of_doubt_with_shares,
    pessimistic_frontier,
)

Array = npt.NDArray[np.float64]

SIZES = st.integers(2, 6)
few = settings(max_examples=15, deadline=None)  # a linear programme takes milliseconds


@st.composite
def tables(draw: st.DrawFn, *, gaps: bool = True) -> Array:
    """Positive values (indicators, units) with ties."""
    shape = draw(SIZES), draw(SIZES)
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = chance.integers(1, draw(st.sampled_from([4, 30])), shape).astype(float)
    if gaps:
        values[chance.random(shape) < draw(st.sampled_from([0.0, 0.2, 0.6]))] = np.nan
    return values


@few
@given(tables())
def test_benefit_of_doubt_is_certified_by_its_peers(values: Array) -> None:
    found = benefit_of_doubt(values)
    filled = np.where(np.isnan(values), 0.0, values)
    for unit in np.flatnonzero(~np.isnan(values).all(axis=0)):
        weights, peers = found.weights[:, unit], found.peers[:, unit]
        assert np.all(weights >= 0.0)
        assert np.all(weights[np.isnan(values[:, unit])] == 0.0)
        assert np.all(weights @ filled <= 1.0 + 1e-9)
        assert found.scores[unit] == pytest.approx(weights @ filled[:, unit], abs=1e-9)
        # by duality no weights can do better than the sum of the multipliers
        assert np.all(peers >= 0.0)
        has_value = ~np.isnan(values[:, unit])
        assert np.all(filled[has_value] @ peers >= filled[has_value, unit] - 1e-7)
        assert peers.sum() == pytest.approx(found.scores[unit], abs=1e-9)
        assert found.shares[:, unit].sum() == pytest.approx(1.0)
    gone = np.isnan(values).all(axis=0)
    np.testing.assert_array_equal(np.isnan(found.scores), gone)


@few
@given(tables(gaps=False))
def test_best_on_something_is_best(values: Array) -> None:
    scores = benefit_of_doubt(values).scores
    assert np.all((scores > 0.0) & (scores <= 1.0))
    assert np.all(scores[values.argmax(axis=1)] == 1.0)
    with_champion = np.column_stack([values, values.max(axis=1)])
    assert benefit_of_doubt(with_champion).scores[-1] == 1.0


@few
@given(tables(gaps=False), st.floats(0.01, 100.0), st.data())
def test_units_of_measurement_and_order_do_not_matter(
    values: Array, factor: float, data: st.DataObject
) -> None:
    scores = benefit_of_doubt(values).scores
    scaled = np.concatenate([values[:1] * factor, values[1:]])
    np.testing.assert_allclose(benefit_of_doubt(scaled).scores, scores, atol=1e-8)
    order = data.draw(st.permutations(range(values.shape[1])))
    np.testing.assert_allclose(benefit_of_doubt(values[:, order]).scores, scores[order], atol=1e-8)


@few
@given(tables(), st.data())
def test_raising_a_value_never_lowers_the_units_score(values: Array, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, values.shape[0] - 1))
    unit = data.draw(st.integers(0, values.shape[1] - 1))
    raised = values.copy()
    raised[row, unit] += data.draw(st.floats(0.0, 40.0))
    before, after = benefit_of_doubt(values).scores[unit], benefit_of_doubt(raised).scores[unit]
    assert np.isnan(before) == np.isnan(after)
    assert np.isnan(before) or after >= before - 1e-8


@few
@given(tables(gaps=False))
def test_pessimistic_score_is_certified_by_its_peers(values: Array) -> None:
    found = pessimistic_frontier(values)
    assert found.scores.min() == 1.0
    assert np.all(found.weights.T @ values >= 1.0 - 1e-9)
    np.testing.assert_allclose(np.sum(found.weights * values, axis=0), found.scores, atol=1e-9)
    # by duality no weights can do worse than the sum of the multipliers
    assert np.all(values @ found.peers <= values + 1e-7)
    np.testing.assert_allclose(found.peers.sum(axis=0), found.scores, atol=1e-9)


@few
@given(tables(gaps=False), st.floats(0.0, 0.15))
def test_bounds_hold_and_never_raise_a_score(values: Array, least: float) -> None:
    count = len(values)
    low, high = np.full(count, least), np.full(count, 0.7)
    free = benefit_of_doubt(values).scores

    def within(parts: Array) -> bool:
        return bool(np.all((parts >= least - 1e-7) & (parts <= 0.7 + 1e-7)))

    by_share = benefit_of_doubt_with_shares(values, least=low, most=high)
    assert within(by_share.shares)
    by_part = benefit_of_doubt_with_proportions(values, least=low, most=high)
    assert within(by_part.weights / by_part.weights.sum(axis=0))
    for bounded in (by_share, by_part):
        assert np.all(bounded.scores <= free + 1e-8)
    assert by_part.scores.max() == 1.0


@few
@given(tables())
def test_benefit_of_doubt_batch_equals_loop_and_leaves_its_input(
    values: Array,
) -> None:
    batch = np.stack([values, values + 1.0])
    batch.flags.writeable = False
    found = benefit_of_doubt(batch)
    for replicate in range(2):
        alone = benefit_of_doubt(batch[replicate])
        np.testing.assert_allclose(found.scores[replicate], alone.scores, atol=1e-12)
        np.testing.assert_allclose(found.weights[replicate], alone.weights, atol=1e-12)
