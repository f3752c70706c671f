"""What must hold for every aggregator, on random tables with ties, gaps and weights of zero."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.composite.arrays.mean import (
    arithmetic_mean,
    geometric_mean,
    harmonic_mean,
    power_mean,
)
from sharedfuture.analyse.composite.arrays.missing import (
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
    net_flow,
    outranking_matrix,
)
from sharedfuture.analyse.composite.arrays.penalised import (
    adjusted_mazziotta_pareto,
    goalposts_around,
    mazziotta_pareto,
    penalised_mean,
    raised_mean,
)
from sharedfuture.analyse.composite.arrays.ranking import Ties, rank_ascending

Array = npt.NDArray[np.float64]
Aggregator = Callable[[Array, Array], Array]


def owa(values: Array, weights: Array) -> Array:
    """An ordered average that asks for most of the weight."""
    positions = quantifier_weights(values.shape[-2], exponent=2.0)
    return ordered_weighted_average(values, weights, position_weights=positions)


AVERAGES: dict[str, Aggregator] = {
    "arithmetic": arithmetic_mean,
    "geometric": geometric_mean,
    "harmonic": harmonic_mean,
    "power 3": partial(power_mean, exponent=3.0),
    "power -2": partial(power_mean, exponent=-2.0),
    "median": median,
    "weighted median": weighted_median,
    "interpolated median": interpolated_median,
    "ordered": owa,
    "mean-min": partial(mean_min, penalty=0.7, complementarity=2.0),
    "penalised": penalised_mean,
    "raised": raised_mean,
}
OUTRANKING: dict[str, Aggregator] = {"copeland": copeland, "net flow": net_flow}
EVERY = AVERAGES | OUTRANKING
# these are not monotone by their definition; the tables of known cases show it
NOT_MONOTONE = ("interpolated median", "penalised", "raised")
MONOTONE = {name: EVERY[name] for name in EVERY if name not in NOT_MONOTONE}

SIZES = st.integers(2, 6)
few = settings(max_examples=15, deadline=None)  # for each of many methods


@st.composite
def tables(draw: st.DrawFn, *, gaps: bool = True) -> tuple[Array, Array]:
    """Positive values (indicators, units) with many ties, and weights with zeros."""
    indicators, units = draw(SIZES), draw(SIZES)
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = chance.integers(1, draw(st.sampled_from([4, 30])), (indicators, units)).astype(float)
    if gaps:
        values[chance.random(values.shape) < draw(st.sampled_from([0.0, 0.2, 0.6]))] = np.nan
    weights = chance.integers(0, 4, indicators).astype(float)
    weights[chance.integers(indicators)] += 1.0
    return values, weights


def same(left: Array, right: Array) -> None:
    np.testing.assert_allclose(left, right, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", EVERY)
@few
@given(table=tables(), data=st.data())
def test_order_of_units_and_indicators_does_not_matter(
    name: str, table: tuple[Array, Array], data: st.DataObject
) -> None:
    values, weights = table
    units = data.draw(st.permutations(range(values.shape[1])))
    rows = data.draw(st.permutations(range(values.shape[0])))
    scores = EVERY[name](values, weights)
    same(EVERY[name](values[:, units], weights), scores[units])
    same(EVERY[name](values[rows], weights[rows]), scores)


@pytest.mark.parametrize("name", MONOTONE)
@few
@given(table=tables(), data=st.data())
def test_raising_a_value_never_lowers_the_score(
    name: str, table: tuple[Array, Array], data: st.DataObject
) -> None:
    values, weights = table
    at = (
        data.draw(st.integers(0, values.shape[0] - 1)),
        data.draw(st.integers(0, values.shape[1] - 1)),
    )
    raised = values.copy()
    raised[at] += data.draw(st.floats(0.0, 40.0))
    before, after = MONOTONE[name](values, weights)[at[1]], MONOTONE[name](raised, weights)[at[1]]
    assert np.isnan(before) == np.isnan(after)
    assert np.isnan(before) or after >= before - 1e-9


@pytest.mark.parametrize("name", EVERY)
@few
@given(table=tables(), factor=st.floats(1e-3, 1e3))
def test_weight_of_zero_removes_and_scale_of_weights_does_not_matter(
    name: str, table: tuple[Array, Array], factor: float
) -> None:
    values, weights = table
    scores = EVERY[name](values, weights)
    same(EVERY[name](values, weights * factor), scores)
    kept = weights > 0.0
    hidden = values.copy()
    hidden[~kept] = -7.0
    same(EVERY[name](hidden, weights), scores)
    if name != "ordered":  # it has position weights for the weightless indicators, too
        same(EVERY[name](values[kept], weights[kept]), scores)


@pytest.mark.parametrize("name", EVERY)
@few
@given(table=tables(), replicates=st.integers(1, 3), data=st.data())
def test_batch_equals_loop(
    name: str, table: tuple[Array, Array], replicates: int, data: st.DataObject
) -> None:
    values, weights = table
    shifts = np.array(
        data.draw(st.lists(st.integers(0, 9), min_size=replicates, max_size=replicates))
    )
    batch = values + shifts[:, None, None]
    many = weights + shifts[:, None]
    one_by_one = [EVERY[name](v, w) for v, w in zip(batch, many, strict=True)]
    same(EVERY[name](batch, many), np.stack(one_by_one))
    same(EVERY[name](batch, weights), np.stack([EVERY[name](v, weights) for v in batch]))
    same(EVERY[name](values, many), np.stack([EVERY[name](values, w) for w in many]))


@pytest.mark.parametrize("name", EVERY)
@few
@given(table=tables())
def test_inputs_stay_as_they_were(name: str, table: tuple[Array, Array]) -> None:
    values, weights = table
    kept, kept_weights = values.copy(), weights.copy()
    values.flags.writeable = weights.flags.writeable = False
    EVERY[name](values, weights)
    np.testing.assert_array_equal(values, kept)
    np.testing.assert_array_equal(weights, kept_weights)


@pytest.mark.parametrize("name", EVERY)
@few
@given(table=tables(), copies=st.integers(1, 9))
def test_equal_units_tie_to_the_last_bit(
    name: str, table: tuple[Array, Array], copies: int
) -> None:
    values, weights = table
    twins = np.concatenate([values / 3.0, np.repeat(values[:, :1] / 3.0, copies, axis=1)], axis=1)
    scores = EVERY[name](twins, weights)
    assert (
        len({score.tobytes() for score in scores[[0, *range(values.shape[1], len(scores))]]}) == 1
    )


@pytest.mark.parametrize("name", AVERAGES)
@few
@given(table=tables(), value=st.floats(0.5, 50.0))
def test_average_of_equal_values_is_that_value(
    name: str, table: tuple[Array, Array], value: float
) -> None:
    values, weights = table
    level = np.where(np.isnan(values), np.nan, value)
    scores = AVERAGES[name](level, weights)
    same(scores[~np.isnan(scores)], np.full(np.sum(~np.isnan(scores)), value))


@pytest.mark.parametrize("name", AVERAGES)
@few
@given(table=tables())
def test_score_is_missing_only_where_no_weighted_value_is_present(
    name: str, table: tuple[Array, Array]
) -> None:
    values, weights = table
    scores = AVERAGES[name](values, weights)
    np.testing.assert_array_equal(np.isnan(scores), present_weight(values, weights) == 0.0)
    if name not in ("penalised", "raised"):
        weighted = np.where(weights[:, None] > 0.0, values, np.nan)
        low, high = np.fmin.reduce(weighted, axis=0), np.fmax.reduce(weighted, axis=0)
        is_there = ~np.isnan(scores)
        assert np.all(scores[is_there] >= low[is_there] - 1e-9)
        assert np.all(scores[is_there] <= high[is_there] + 1e-9)


@pytest.mark.parametrize("name", AVERAGES)
@few
@given(table=tables(), data=st.data())
def test_missing_value_changes_no_other_unit(
    name: str, table: tuple[Array, Array], data: st.DataObject
) -> None:
    values, weights = table
    unit = data.draw(st.integers(0, values.shape[1] - 1))
    pierced = values.copy()
    pierced[data.draw(st.integers(0, values.shape[0] - 1)), unit] = np.nan
    others = np.arange(values.shape[1]) != unit
    before, after = AVERAGES[name](values, weights), AVERAGES[name](pierced, weights)
    # The sums of a matrix product may round otherwise in the last bit, by where they lie in memory.
    np.testing.assert_allclose(before[others], after[others], rtol=1e-14, atol=0.0)


@few
@given(tables(), st.floats(-8.0, 8.0), st.floats(0.01, 8.0))
def test_means_keep_their_order(table: tuple[Array, Array], exponent: float, more: float) -> None:
    values, weights = table
    is_there = present_weight(values, weights) > 0.0
    harmonic, geometric, arithmetic = (
        mean(values, weights)[is_there] for mean in (harmonic_mean, geometric_mean, arithmetic_mean)
    )
    assert np.all(harmonic <= geometric + 1e-9)
    assert np.all(geometric <= arithmetic + 1e-9)
    lower = power_mean(values, weights, exponent=exponent)[is_there]
    assert np.all(lower <= power_mean(values, weights, exponent=exponent + more)[is_there] + 1e-9)


@few
@given(tables())
def test_power_means_with_names(table: tuple[Array, Array]) -> None:
    same(power_mean(*table, exponent=1.0), arithmetic_mean(*table))
    same(power_mean(*table, exponent=0.0), geometric_mean(*table))
    same(power_mean(*table, exponent=1e-12), geometric_mean(*table))
    same(power_mean(*table, exponent=-1.0), harmonic_mean(*table))
    values, weights = table
    squares = np.sqrt(arithmetic_mean(values**2, weights))
    same(power_mean(values, weights, exponent=2.0), squares)


@few
@given(tables(gaps=False))
def test_medians_of_equal_weights_are_the_plain_median(table: tuple[Array, Array]) -> None:
    values, _ = table
    ones = np.ones(len(values))
    for middle in (median, weighted_median, interpolated_median):
        same(middle(values, ones), np.median(values, axis=0))


@few
@given(tables())
def test_weighted_median_is_the_median_of_repeated_values(table: tuple[Array, Array]) -> None:
    values, weights = table
    repeated = np.repeat(values, weights.astype(int), axis=0)
    same(weighted_median(values, weights), median(repeated, np.ones(len(repeated))))


@few
@given(tables(), st.floats(0.2, 5.0))
def test_ordered_average_between_its_limits(table: tuple[Array, Array], exponent: float) -> None:
    values, weights = table
    count = len(values)
    even = ordered_weighted_average(values, weights, position_weights=np.ones(count))
    same(even, arithmetic_mean(values, weights))
    full = values[:, ~np.isnan(values).any(axis=0)]
    positions = quantifier_weights(count, exponent=exponent)
    by_hand = positions @ np.sort(full, axis=0)[::-1]
    same(ordered_weighted_average(full, np.ones(count), position_weights=positions), by_hand)
    first, last = np.eye(count)[0], np.eye(count)[-1]
    same(ordered_weighted_average(full, np.ones(count), position_weights=first), full.max(axis=0))
    same(ordered_weighted_average(full, np.ones(count), position_weights=last), full.min(axis=0))
    assert orness(first) == 1.0
    assert orness(last) == 0.0
    assert (orness(positions) >= 0.5 - 1e-12) == (exponent <= 1.0)


@few
@given(tables(), st.floats(0.0, 1.0), st.floats(0.0, 50.0))
def test_mean_min_lies_between_minimum_and_mean(
    table: tuple[Array, Array], penalty: float, complementarity: float
) -> None:
    values, weights = table
    score = mean_min(values, weights, penalty=penalty, complementarity=complementarity)
    weighted = np.where(weights[:, None] > 0.0, values, np.nan)
    smallest, mean = np.fmin.reduce(weighted, axis=0), arithmetic_mean(values, weights)
    is_there = ~np.isnan(score)
    assert np.all(score[is_there] <= mean[is_there] + 1e-9)
    assert np.all(score[is_there] >= smallest[is_there] - 1e-9)
    same(mean_min(values, weights, penalty=1.0, complementarity=0.0), smallest)
    same(mean_min(values, weights, penalty=0.0, complementarity=complementarity), mean)


@few
@given(tables(), st.data())
def test_penalised_means_are_monotone_where_values_lie_near_each_other(
    table: tuple[Array, Array], data: st.DataObject
) -> None:
    values, weights = table
    values = 90.0 + values  # below 1.5 times, and above half of, any mean of them
    raised = values + 0.0
    raised[data.draw(st.integers(0, len(values) - 1))] += data.draw(st.floats(0.0, 15.0))
    for score in (penalised_mean, raised_mean):
        gain = score(raised, weights) - score(values, weights)
        assert np.all(np.isnan(gain) | (gain >= -1e-9))


@few
@given(tables())
def test_penalty_is_variance_over_mean(table: tuple[Array, Array]) -> None:
    values, weights = table
    mean = arithmetic_mean(values, weights)
    variance = arithmetic_mean((values - mean) ** 2, weights)
    same(penalised_mean(values, weights), mean - variance / mean)
    same(raised_mean(values, weights), mean + variance / mean)


@few
@given(tables(gaps=False), st.floats(0.1, 10.0), st.floats(-50.0, 50.0))
def test_mazziotta_pareto_does_not_see_units_of_measurement(
    table: tuple[Array, Array], factor: float, shift: float
) -> None:
    values, weights = table
    values = values + np.arange(values.shape[1]) * 100.0
    same(mazziotta_pareto(values * factor + shift, weights), mazziotta_pareto(values, weights))
    reference = values.mean(axis=1)
    before = adjusted_mazziotta_pareto(
        values, weights, goalposts=goalposts_around(values, reference)
    )
    moved, at = values * factor + shift, reference * factor + shift
    after = adjusted_mazziotta_pareto(moved, weights, goalposts=goalposts_around(moved, at))
    np.testing.assert_allclose(after, before, rtol=1e-7)


@few
@given(tables())
def test_outranking_shares_of_a_pair_sum_to_one(table: tuple[Array, Array]) -> None:
    values, weights = table
    matrix, rests_on = outranking_matrix(values, weights), compared_weight(values, weights)
    units = len(matrix)
    apart = ~np.eye(units, dtype=bool)
    compared = (rests_on > 0.0) & apart
    np.testing.assert_array_equal(np.isnan(matrix), ~compared & apart)
    same((matrix + matrix.T)[compared], np.ones(compared.sum()))
    assert np.all((matrix[compared] >= -1e-12) & (matrix[compared] <= 1.0 + 1e-12))
    assert not np.diag(matrix).any()
    by_hand = np.array(
        [[pair(values[:, a], values[:, b], weights) for b in range(units)] for a in range(units)]
    )
    same(matrix[apart], by_hand[apart])


def pair(left: Array, right: Array, weights: Array) -> float:
    """Share of weight on which one unit is above another, by the definition."""
    both = ~np.isnan(left) & ~np.isnan(right)
    total = weights[both].sum()
    ahead = np.where(left > right, 1.0, np.where(left == right, 0.5, 0.0))
    return float((weights * ahead)[both].sum() / total) if total else np.nan


@few
@given(tables())
def test_copeland_and_net_flow_sum_to_zero(table: tuple[Array, Array]) -> None:
    values, weights = table
    assert np.nansum(copeland(values, weights)) == 0.0
    full = values[:, ~np.isnan(values).any(axis=0)]
    if full.shape[1] > 1:
        assert abs(net_flow(full, weights).sum()) < 1e-9
        assert np.all(np.abs(net_flow(full, weights)) <= 1.0 + 1e-12)


@few
@given(tables(gaps=False))
def test_net_flow_is_the_borda_count_of_mean_ranks(table: tuple[Array, Array]) -> None:
    values, weights = table
    places = rank_ascending(values, ties=Ties.AVERAGE) - 1.0
    borda = arithmetic_mean(places, weights)
    same(net_flow(values, weights), 2.0 * borda / (values.shape[1] - 1) - 1.0)


@few
@given(tables())
def test_outranking_sees_only_order(table: tuple[Array, Array]) -> None:
    values, weights = table
    for score in (copeland, net_flow):
        same(score(np.exp(values / 10.0), weights), score(values, weights))


@few
@given(tables(gaps=False))
def test_dominance_counts_pairs(table: tuple[Array, Array]) -> None:
    values, weights = table
    kept = values[weights > 0.0]
    above = (kept[:, :, None] > kept[:, None, :]).all(axis=0)
    assert dominance_count(outranking_matrix(values, weights)) == above.sum()


@few
@given(tables(), st.floats(0.0, 1.0))
def test_masks_refuse_whole_units_only(table: tuple[Array, Array], least: float) -> None:
    values, weights = table
    by_count = mask_too_few(values, least)
    by_weight = mask_too_light(values, weights, least_share=least)
    for masked, share in (
        (by_count, present_share(values)),
        (by_weight, present_weight(values, weights)),
    ):
        for unit in range(values.shape[1]):
            if share[unit] >= least - 1e-12:  # all of the weight is a sum with rounding
                np.testing.assert_array_equal(masked[:, unit], values[:, unit])
            else:
                assert np.isnan(masked[:, unit]).all()
