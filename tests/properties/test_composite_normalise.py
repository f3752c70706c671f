"""Identities of ranks, directions and normalisers."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    rank_score,
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

Array = npt.NDArray[np.float64]
Normaliser = Callable[[Array], Array]

quick = settings(max_examples=30, deadline=None)
seeds = st.integers(0, 100_000)

# All keep order; the values of the tables below lie between 1 and 9.
BY_OWN_VALUES: dict[str, Normaliser] = {
    "minmax": partial(minmax, low=1.0, high=100.0),
    "zscore": partial(zscore, mean=10.0, deviation=2.0),
    "rank": rank_score,
    "average rank": partial(rank_score, ties=Ties.AVERAGE),
    "borda": borda,
    "percentile_rank": percentile_rank,
    "distance_to_maximum": distance_to_maximum,
}
BY_SOMETHING_GIVEN: dict[str, Normaliser] = {
    "fraction_of_maximum": fraction_of_maximum,
    "scaled": partial(scaled, lower=2.0, upper=6.0),
    "standardised": partial(standardised, centre=2.0, spread=3.0),
    "goalposts": partial(goalposts, lower=2.0, upper=6.0),
    "distance_to_target": partial(distance_to_target, target=20.0),
    "one_sided_target": partial(one_sided_target, target=5.0),
    "one_sided_target with a farthest": partial(one_sided_target, target=5.0, farthest=2.0),
}
KEEPING_ORDER = BY_OWN_VALUES | BY_SOMETHING_GIVEN
ALL = KEEPING_ORDER | {"two_sided_target": partial(two_sided_target, lower=4.0, upper=5.0)}


def table(seed: int, shape: tuple[int, ...] = (3, 4, 15)) -> Array:
    """Values between 1 and 9 with ties and gaps; each indicator varies."""
    generator = np.random.default_rng(seed)
    values = generator.uniform(1.0, 9.0, shape)
    values = np.where(generator.random(shape) < 0.5, np.round(values), values)
    values[..., :2] = [1.25, 8.75]
    gaps = generator.random(shape) < 0.2
    gaps[..., :2] = False
    return np.where(gaps, np.nan, values)


# All normalisers


@pytest.mark.parametrize("name", ALL)
@quick
@given(seeds)
def test_many_replicates_are_normalised_as_each_vector(name: str, seed: int) -> None:
    values = table(seed)
    before = values.copy()
    scores = ALL[name](values)
    one_by_one = [[ALL[name](row) for row in replicate] for replicate in values]
    assert np.array_equal(scores, np.array(one_by_one), equal_nan=True)
    assert np.array_equal(values, before, equal_nan=True)
    assert np.array_equal(np.isnan(scores), np.isnan(values))


@pytest.mark.parametrize("name", KEEPING_ORDER)
@quick
@given(seeds)
def test_normalisers_keep_order(name: str, seed: int) -> None:
    values = table(seed)
    order = np.argsort(values, axis=-1)
    steps = np.diff(np.take_along_axis(KEEPING_ORDER[name](values), order, axis=-1), axis=-1)
    assert not (steps < 0).any()
    ties = np.diff(np.take_along_axis(values, order, axis=-1), axis=-1) == 0
    assert (steps[ties] == 0).all()


@pytest.mark.parametrize("name", ALL)
@quick
@given(seeds)
def test_normalisers_do_not_depend_on_the_order_of_units(name: str, seed: int) -> None:
    values = table(seed)
    order = np.random.default_rng(seed).permutation(values.shape[-1])
    permuted = ALL[name](values[..., order])
    assert np.allclose(permuted, ALL[name](values)[..., order], rtol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", BY_OWN_VALUES)
@quick
@given(seeds, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_origin_and_unit_make_no_difference(
    name: str, seed: int, origin: float, unit: float
) -> None:
    values = np.round(table(seed), 1)
    moved = np.round(values * 10) * unit + origin  # equal values stay equal
    scores = BY_OWN_VALUES[name](values)
    assert np.allclose(BY_OWN_VALUES[name](moved), scores, atol=1e-7, equal_nan=True)


# Direction mirrors


@quick
@given(seeds, st.floats(-100, 100), st.floats(0.1, 100))
def test_direction_only_mirrors_linear_scales(seed: int, low: float, width: float) -> None:
    values = table(seed)
    up, down = minmax(values, low=low, high=low + width), minmax(-values, low=low, high=low + width)
    present = ~np.isnan(values)
    assert np.allclose((up + down)[present], 2 * low + width)
    assert np.allclose((zscore(values) + zscore(-values))[present], 0.0, atol=1e-12)
    assert np.allclose((distance_to_maximum(values) + distance_to_maximum(-values))[present], 1.0)


@quick
@given(seeds)
def test_direction_reverses_ranks(seed: int) -> None:
    values = table(seed)
    count = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    mirrored = {Ties.MIN: Ties.MAX, Ties.MAX: Ties.MIN, Ties.AVERAGE: Ties.AVERAGE}
    for ties, other in mirrored.items():
        assert np.array_equal(
            rank_ascending(values, ties=ties) + rank(values, ties=other),
            np.where(np.isnan(values), np.nan, count + 1.0),
            equal_nan=True,
        )


@quick
@given(seeds)
def test_bounds_and_targets_turn_with_the_values(seed: int) -> None:
    values = table(seed)[0]
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    turned = directed(values, signs)
    assert np.array_equal(directed(turned, signs), values, equal_nan=True)
    lower, upper = directed_bounds(2.0, 6.0, signs)
    scores = goalposts(turned, lower=lower, upper=upper)
    plain = goalposts(values, lower=2.0, upper=6.0)
    mirrored = np.where(signs[:, np.newaxis] > 0, plain, 100.0 - plain)
    assert np.allclose(scores, mirrored, equal_nan=True)
    reached = one_sided_target(turned, target=directed_target(5.0, signs)) == 100.0
    is_good = np.where(signs[:, np.newaxis] > 0, values >= 5.0, values <= 5.0)
    assert np.array_equal(reached, is_good)


# Scales


@quick
@given(seeds, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_minmax_meets_both_ends_and_stays_between(seed: int, low: float, width: float) -> None:
    values = table(seed)
    high = low + width
    scores = minmax(values, low=low, high=high)
    rounding = 4 * np.spacing(max(abs(low), abs(high)))
    assert (np.nanmin(scores, axis=-1) == low).all()
    assert np.abs(np.nanmax(scores, axis=-1) - high).max() <= rounding


@quick
@given(seeds)
def test_zscores_have_the_mean_and_deviation_asked_for(seed: int) -> None:
    scores = zscore(table(seed), mean=10.0, deviation=2.0)
    assert np.allclose(np.nanmean(scores, axis=-1), 10.0)
    assert np.allclose(np.nanstd(scores, axis=-1, ddof=1), 2.0)


@quick
@given(seeds)
def test_each_indicator_can_have_parameters_of_its_own(seed: int) -> None:
    values = table(seed)
    low, high = np.array([0.0, 1.0, -5.0, 10.0]), np.array([1.0, 100.0, 5.0, 20.0])
    each = minmax(values, low=low, high=high)
    for indicator in range(4):
        alone = minmax(values[:, indicator], low=low[indicator], high=high[indicator])
        assert np.array_equal(each[:, indicator], alone, equal_nan=True)


@quick
@given(seeds)
def test_a_common_scale_is_the_scale_of_all_periods_together(seed: int) -> None:
    periods = table(seed, (4, 20))
    now = periods[:, 10:]
    lower, upper = estimate_range(periods)
    common = scaled(now, lower=lower, upper=upper)
    assert np.array_equal(common, minmax(periods)[:, 10:], equal_nan=True)
    centre, spread = estimate_spread(periods)
    assert np.allclose(
        standardised(now, centre=centre, spread=spread), zscore(periods)[:, 10:], equal_nan=True
    )


@quick
@given(seeds)
def test_minmax_can_be_undone(seed: int) -> None:
    values = table(seed)[0]
    signs = np.array([1.0, -1.0, 1.0, -1.0])
    turned = directed(values, signs)
    lower, upper = estimate_range(turned)
    scores = minmax(turned, low=0.0, high=1.0)
    back = undo_minmax(scores, lower=lower, upper=upper, low=0.0, high=1.0)
    assert np.allclose(directed(back, signs), values, equal_nan=True)


@quick
@given(seeds)
def test_distances_agree_with_each_other(seed: int) -> None:
    values = table(seed)[0]
    best = int(np.nanargmax(values[0]))
    assert np.array_equal(
        distance_to_reference(values[0], unit=best), distance_to_maximum(values[0]), True
    )
    by_target = distance_to_target(values[0], target=values[0].max(initial=0, where=values[0] > 0))
    assert np.array_equal(by_target, distance_to_maximum(values[0]), equal_nan=True)
    target = np.full(4, 7.0)
    assert np.allclose(
        100 * capped(distance_to_target(values, target=target)),
        one_sided_target(values, target=target),
        equal_nan=True,
    )
    assert np.allclose(
        one_sided_target(values, target=7.0, farthest=4.0),
        goalposts(values, lower=3.0, upper=7.0),
        equal_nan=True,
    )


@quick
@given(seeds)
def test_capped_and_cut_scores_are_the_others_limited(seed: int) -> None:
    values = table(seed)
    plain = scaled(values, lower=3.0, upper=6.0)
    cut = goalposts(values, lower=3.0, upper=6.0)
    assert np.array_equal(cut, np.clip(plain, 0.0, 100.0), equal_nan=True)
    assert np.array_equal(capped(plain, most=50.0), np.minimum(plain, 50.0), equal_nan=True)


@quick
@given(seeds, st.floats(1.0, 9.0), st.floats(0.0, 4.0))
def test_two_sided_target_falls_on_both_sides_alike(seed: int, middle: float, half: float) -> None:
    values = table(seed)
    band = {"lower": middle - half, "upper": middle + half}
    scores = two_sided_target(values, **band)
    assert np.allclose(two_sided_target(2 * middle - values, **band), scores, equal_nan=True)
    outside = np.maximum(np.abs(values - middle) - half, 0.0)
    order = np.argsort(outside, axis=-1)
    falling = np.take_along_axis(scores, order, axis=-1)
    assert not (np.diff(falling, axis=-1) > 1e-9).any()
    assert (scores[(values > band["lower"]) & (values < band["upper"])] == 100.0).all()
    present = ~np.isnan(values)
    assert ((scores[present] >= 0.0) & (scores[present] <= 100.0)).all()


# Ranks


@pytest.mark.parametrize("ties", Ties)
@quick
@given(
    st.lists(st.one_of(st.integers(-3, 3), st.floats(-2, 2), st.none()), min_size=1, max_size=12)
)
def test_ranks_follow_their_definition(ties: Ties, values: list[float | None]) -> None:
    row = np.array([np.nan if value is None else value for value in values], dtype=float)
    higher = np.array([(row > value).sum() for value in row])
    equal = np.array([(row == value).sum() for value in row])
    kinds = np.array([len(np.unique(row[row > value])) for value in row])
    expected = {
        Ties.MIN: higher + 1.0,
        Ties.MAX: higher + equal * 1.0,
        Ties.AVERAGE: higher + (equal + 1.0) / 2,
        Ties.DENSE: kinds + 1.0,
    }[ties]
    expected = np.where(np.isnan(row), np.nan, expected)
    assert np.array_equal(rank(row, ties=ties), expected, equal_nan=True)
    assert np.array_equal(rank_ascending(-row, ties=ties), expected, equal_nan=True)


@pytest.mark.parametrize("ties", Ties)
@quick
@given(seeds)
def test_ranks_of_many_replicates_are_those_of_each(ties: Ties, seed: int) -> None:
    values = table(seed)
    values[0] = np.arange(60.0).reshape(4, 15)  # without ties, beside others with ties and gaps
    one_by_one = [[rank(row, ties=ties) for row in replicate] for replicate in values]
    assert np.array_equal(rank(values, ties=ties), np.array(one_by_one), equal_nan=True)
