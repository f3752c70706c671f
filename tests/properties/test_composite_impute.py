"""Identities of screening, denomination, imputation and trends, on random tables."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.composite.arrays.denominate import denominate
from sharedfuture.analyse.composite.arrays.impute import (
    impute_constant,
    impute_custom,
    impute_group_mean,
    impute_group_median,
    impute_mean,
    impute_median,
    impute_row_mean,
    impute_row_median,
    impute_scaled_row_mean,
    impute_scaled_row_median,
    imputed_mask,
)
from sharedfuture.analyse.composite.arrays.impute_model import (
    draw_imputations,
    impute_bayesian_regression,
    impute_nearest_units,
    impute_regression,
)
from sharedfuture.analyse.composite.arrays.impute_panel import (
    impute_latest,
    impute_linear,
    impute_linear_held,
    impute_nearest_period,
    impute_step,
    latest_period,
)
from sharedfuture.analyse.composite.arrays.screen import (
    availability_by_group,
    screen_by_missing,
    screen_by_missing_and_zeros,
    screen_by_zeros,
    unit_availability,
)
from sharedfuture.analyse.composite.panel.change import Run, compare_runs
from sharedfuture.analyse.composite.panel.trend import (
    compound_growth,
    line,
    percentage_change,
    unit_series,
)

Array = npt.NDArray[np.float64]
Impute = Callable[[Array], Array]

quick = settings(max_examples=40, deadline=None)
slow = settings(max_examples=3, deadline=None)
seeds = st.integers(0, 10_000)

INDICATORS, UNITS = 6, 12
GROUPS = np.array([0, 1, 2] * 4)
MEMBERS = [np.array([0, 3, 5]), np.array([1, 2, 4])]
DIRECTIONS = np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0])


def table(seed: int, *batch: int) -> Array:
    """Random values with gaps; six units have every value, each unit has one in each set."""
    chance = np.random.default_rng(seed)
    values = chance.normal(10, 3, (*batch, INDICATORS, UNITS)).round(3)
    is_missing = chance.random(values.shape) < 0.3
    is_missing[..., :6] = False
    is_missing[..., 3:5, :] = False
    is_missing[..., 0, 7] = True
    return np.where(is_missing, np.nan, values)


by_indicator: dict[str, Impute] = {
    "mean": impute_mean,
    "median": impute_median,
    "constant": lambda values: impute_constant(values, np.arange(6.0)),
    "group mean": lambda values: impute_group_mean(values, GROUPS),
    "group median": lambda values: impute_group_median(values, GROUPS),
}
by_row: dict[str, Impute] = {
    "row mean": lambda values: impute_row_mean(values, MEMBERS),
    "row median": lambda values: impute_row_median(values, MEMBERS),
    "scaled row mean": lambda v: impute_scaled_row_mean(v, MEMBERS, directions=DIRECTIONS),
    "scaled row median": lambda v: impute_scaled_row_median(v, MEMBERS, directions=DIRECTIONS),
}
by_model: dict[str, Impute] = {
    "regression": lambda v: impute_regression(v, MEMBERS, rounds=200, tolerance=1e-3),
    "ridge": lambda v: impute_bayesian_regression(v, MEMBERS, rounds=200, tolerance=1e-3),
    "nearest": lambda v: impute_nearest_units(v, MEMBERS, neighbours=3),
}
plain = {**by_indicator, **by_row}


@pytest.mark.parametrize("name", plain)
@quick
@given(seeds)
def test_only_missing_values_change_and_none_is_left(name: str, seed: int) -> None:
    values = table(seed)
    before = values.copy()
    after = plain[name](values)
    is_present = ~np.isnan(before)
    assert np.array_equal(values, before, equal_nan=True)
    assert np.array_equal(after[is_present], before[is_present])
    assert np.isfinite(after).all()
    assert np.array_equal(imputed_mask(before, after), ~is_present)


@pytest.mark.parametrize("name", plain)
@quick
@given(seeds)
def test_order_of_units_does_not_matter(name: str, seed: int) -> None:
    values = table(seed)
    # Units change places with others of their group only.
    order = np.array([9, 1, 5, 3, 10, 8, 0, 7, 2, 6, 4, 11])
    assert np.array_equal(GROUPS[order], GROUPS)
    assert np.allclose(plain[name](values[:, order]), plain[name](values)[:, order], atol=1e-12)


@pytest.mark.parametrize("name", plain)
@quick
@given(seeds)
def test_batch_is_the_same_as_one_after_the_other(name: str, seed: int) -> None:
    values = table(seed, 2, 3)
    alone = np.array([[plain[name](part) for part in row] for row in values])
    assert np.allclose(plain[name](values), alone, rtol=0, atol=1e-12)


@quick
@given(seeds, st.floats(0.01, 100), st.floats(-100, 100), st.sampled_from(sorted(plain)))
def test_imputed_values_follow_the_unit_of_measurement(
    seed: int, factor: float, shift: float, name: str
) -> None:
    """Not so for a constant, and for means over indicators that are taken to have one unit."""
    if name == "constant" or name.startswith("row"):
        return
    values = table(seed)
    scaled = values.copy()
    scaled[0] = values[0] * factor + shift
    expected = plain[name](values)
    expected[0] = expected[0] * factor + shift
    assert np.allclose(plain[name](scaled), expected, rtol=1e-9, atol=1e-9)


@quick
@given(seeds)
def test_centre_of_the_imputed_is_the_centre_of_the_present(seed: int) -> None:
    values = table(seed)
    assert np.allclose(impute_mean(values).mean(axis=1), np.nanmean(values, axis=1))
    assert np.allclose(np.median(impute_median(values), axis=1), np.nanmedian(values, axis=1))
    mean, median = impute_group_mean(values, GROUPS), impute_group_median(values, GROUPS)
    for group in range(3):
        of = group == GROUPS
        assert np.allclose(mean[:, of].mean(axis=1), np.nanmean(values[:, of], axis=1))
        assert np.allclose(np.median(median[:, of], axis=1), np.nanmedian(values[:, of], axis=1))


@quick
@given(st.floats(-1e9, 1e9), st.integers(1, 40))
def test_equal_values_stay_equal(value: float, count: int) -> None:
    vector = np.array([*[value] * count, np.nan])
    groups = np.zeros(count + 1, dtype=np.intp)
    for after in (impute_mean(vector), impute_median(vector), impute_group_mean(vector, groups)):
        assert np.array_equal(after, np.full(count + 1, value))


@quick
@given(seeds)
def test_turning_all_directions_changes_no_scaled_row_mean(seed: int) -> None:
    values = table(seed)
    up = impute_scaled_row_mean(values, MEMBERS, directions=DIRECTIONS)
    down = impute_scaled_row_mean(values, MEMBERS, directions=-DIRECTIONS)
    assert np.allclose(up, down)


@quick
@given(seeds)
def test_scaled_row_mean_of_a_common_scale_is_the_row_mean(seed: int) -> None:
    values = table(seed)
    lowest, highest = np.nanmin(values, axis=1), np.nanmax(values, axis=1)
    common = (values - lowest[:, None]) / (highest - lowest)[:, None]
    scaled = impute_scaled_row_mean(common, MEMBERS, directions=np.ones(INDICATORS))
    assert np.allclose(scaled, impute_row_mean(common, MEMBERS))


@quick
@given(seeds)
def test_function_of_the_caller_is_used_as_it_is(seed: int) -> None:
    values = table(seed)
    assert np.array_equal(impute_custom(values, impute_median), impute_median(values))


@pytest.mark.parametrize("name", by_model)
@slow
@given(seeds)
def test_models_change_only_missing_values_whatever_the_unit_and_order(
    name: str, seed: int
) -> None:
    impute, values = by_model[name], table(seed)
    is_present = ~np.isnan(values)
    after = impute(values)
    assert np.array_equal(after[is_present], values[is_present])
    assert np.isfinite(after).all()
    assert np.array_equal(impute(values), after)
    assert np.array_equal(impute(np.stack([values, values]))[1], after)
    scaled = impute(values * np.array([1e-3, 1, 50, 1e4, 1, 1])[:, None] + 7)
    expected = after * np.array([1e-3, 1, 50, 1e4, 1, 1])[:, None] + 7
    assert np.allclose(scaled, expected, rtol=1e-6, atol=1e-6)
    assert np.allclose(impute(values[:, ::-1]), after[:, ::-1], rtol=1e-6, atol=1e-6)


@slow
@given(seeds)
def test_regression_finds_an_exact_relation(seed: int) -> None:
    chance = np.random.default_rng(seed)
    given_values = chance.normal(0, 1, (2, UNITS))
    exact = np.vstack([given_values, 3 * given_values[0] - given_values[1] + 5])
    values = exact.copy()
    values[2, 3:5] = np.nan
    after = impute_regression(values, [range(3)], rounds=50, tolerance=1e-9)
    assert np.allclose(after, exact)


@slow
@given(seeds)
def test_draws_depend_on_the_generator_only_and_differ(seed: int) -> None:
    values = table(seed)
    is_missing = np.isnan(values)
    first, again = (
        draw_imputations(values, MEMBERS, draws=2, rounds=2, generator=np.random.default_rng(seed))
        for _ in range(2)
    )
    assert first.shape == (2, *values.shape)
    assert np.array_equal(first, again)
    assert np.array_equal(first[:, ~is_missing], np.stack([values[~is_missing]] * 2))
    assert (first[0, is_missing] != first[1, is_missing]).all()


# Panels: 4 units in 6 periods, in random order of rows


def panel(seed: int) -> tuple[Array, npt.NDArray[np.intp], Array]:
    chance = np.random.default_rng(seed)
    order = chance.permutation(24)
    units, periods = np.repeat(np.arange(4), 6)[order], np.tile(np.arange(2000.0, 2006), 4)[order]
    values = chance.normal(0, 1, (3, 24))
    values[chance.random(values.shape) < 0.4] = np.nan
    return values, units, periods


def latest(values: Array, *, unit_of_row: npt.NDArray[np.intp], period_of_row: Array) -> Array:
    return impute_latest(
        values, unit_of_row=unit_of_row, period_of_row=period_of_row, longest_gap=np.inf
    )


Panel = Callable[..., Array]
over_time: list[Panel] = [
    latest,
    impute_step,
    impute_nearest_period,
    impute_linear,
    impute_linear_held,
]


@pytest.mark.parametrize("impute", over_time)
@quick
@given(seeds)
def test_panel_keeps_present_values_and_the_order_of_rows(impute: Panel, seed: int) -> None:
    values, units, periods = panel(seed)
    after = impute(values, unit_of_row=units, period_of_row=periods)
    is_present = ~np.isnan(values)
    assert np.array_equal(after[is_present], values[is_present])
    order = np.random.default_rng(seed + 1).permutation(24)
    shuffled = impute(values[:, order], unit_of_row=units[order], period_of_row=periods[order])
    assert np.array_equal(shuffled, after[:, order], equal_nan=True)


@pytest.mark.parametrize("impute", over_time)
@quick
@given(seeds)
def test_panel_takes_nothing_from_other_units_or_replicates(impute: Panel, seed: int) -> None:
    values, units, periods = panel(seed)
    after = impute(values, unit_of_row=units, period_of_row=periods)
    for unit in range(4):
        of = units == unit
        alone = impute(values[:, of], unit_of_row=units[of], period_of_row=periods[of])
        assert np.array_equal(alone, after[:, of], equal_nan=True)
    batch = impute(np.stack([-values, values]), unit_of_row=units, period_of_row=periods)
    assert np.array_equal(batch, np.stack([-after, after]), equal_nan=True)


@quick
@given(seeds, st.floats(-10, 10), st.floats(-10, 10))
def test_linear_is_exact_on_a_line(seed: int, slope: float, start: float) -> None:
    values, units, periods = panel(seed)
    exact = np.where(np.isnan(values), np.nan, start + slope * (periods - 2000) + units)
    after = impute_linear(exact, unit_of_row=units, period_of_row=periods)
    is_there = ~np.isnan(after)
    assert np.allclose(
        after[is_there], (start + slope * (periods - 2000) + units + 0 * after)[is_there]
    )
    held = impute_linear_held(exact, unit_of_row=units, period_of_row=periods)
    assert np.array_equal(held[is_there], after[is_there])
    for unit in range(4):
        of = units == unit
        has_any = (~np.isnan(exact[:, of])).any(axis=1)
        assert np.array_equal(np.isnan(held[:, of]).all(axis=1), ~has_any)
        assert not np.isnan(held[has_any][:, of]).any()


@quick
@given(seeds, st.integers(0, 6))
def test_latest_value_is_that_of_the_period_named(seed: int, gap: int) -> None:
    values, units, periods = panel(seed)

    def taken(longest_gap: float) -> Array:
        return impute_latest(
            values, unit_of_row=units, period_of_row=periods, longest_gap=longest_gap
        )

    after, farther = taken(gap), taken(gap + 1)
    source = latest_period(values, unit_of_row=units, period_of_row=periods, longest_gap=gap)
    assert np.array_equal(np.isnan(after), np.isnan(source))
    stands = {(units[row], periods[row]): row for row in range(24)}
    for indicator, row in np.argwhere(~np.isnan(after)):
        period = source[indicator, row]
        assert 0 <= periods[row] - period <= gap
        assert after[indicator, row] == values[indicator, stands[units[row], period]]
    assert np.array_equal(farther[~np.isnan(after)], after[~np.isnan(after)])


# Availability and denomination


@quick
@given(seeds, st.floats(0, 1), st.floats(0, 1))
def test_stricter_screening_keeps_no_more_units(seed: int, share: float, other: float) -> None:
    values = table(seed).round()
    values[values < 9] = 0
    low, high = sorted((share, other))
    for screen in (screen_by_missing, screen_by_zeros, screen_by_missing_and_zeros):
        lenient = screen(values, least_available_share=low, least_nonzero_share=low)
        strict = screen(values, least_available_share=high, least_nonzero_share=high)
        assert not (strict.is_included & ~lenient.is_included).any()
    both = screen_by_missing_and_zeros(values, least_available_share=low, least_nonzero_share=high)
    by_na = screen_by_missing(values, least_available_share=low, least_nonzero_share=high)
    by_zero = screen_by_zeros(values, least_available_share=low, least_nonzero_share=high)
    assert np.array_equal(both.is_included, by_na.is_included & by_zero.is_included)


@quick
@given(seeds)
def test_availability_is_the_mean_of_that_of_its_groups(seed: int) -> None:
    values = table(seed, 3)
    of_all = unit_availability(values)
    by_group = availability_by_group(values, MEMBERS)
    assert np.allclose(by_group.mean(axis=-2), of_all.available_share)
    assert np.allclose(of_all.available_share, 1 - of_all.missing_count / INDICATORS)


@quick
@given(seeds, st.floats(0.01, 1000))
def test_denominated_values_multiply_back(seed: int, factor: float) -> None:
    values = table(seed, 2)
    size = np.random.default_rng(seed).uniform(0.5, 9, (2, UNITS))
    after = denominate(values, size, positions=[4, 1], factors=np.array([factor, 1.0]))
    after[..., [4, 1], :] *= size / np.array([[factor], [1.0]])
    assert np.allclose(after, values, equal_nan=True)


# Trends and comparison


@quick
@given(st.floats(0.1, 100), st.floats(-0.5, 1.0), st.floats(0.1, 10))
def test_growth_of_a_geometric_series_whatever_its_unit(
    start: float, rate: float, factor: float
) -> None:
    periods = np.array([2000.0, 2001, 2004, 2005])
    series = start * (1 + rate) ** (periods - 2000)
    assert np.isclose(compound_growth(series, periods).values, rate, atol=1e-9)
    assert np.isclose(compound_growth(series * factor, periods).values, rate, atol=1e-9)


@quick
@given(seeds, st.floats(-5, 5), st.floats(0.5, 20))
def test_slope_of_a_line_and_its_percentage(seed: int, slope: float, base: float) -> None:
    periods = np.array([2000.0, 2001, 2004, 2005, 2009])
    noise = np.random.default_rng(seed).normal(0, 1, 5)
    exact = line(base + slope * (periods - 2000), periods, confidence=0.9)
    assert np.allclose([exact.slope, exact.lower, exact.upper], slope, atol=1e-9)
    noisy = base + slope * (periods - 2000) + noise
    fitted = line(noisy, periods, confidence=0.9)
    wider = line(noisy, periods, confidence=0.99)
    assert wider.lower < fitted.lower < fitted.slope < fitted.upper < wider.upper
    assert np.isclose(fitted.slope, np.polyfit(periods - 2000, noisy, 1)[0])
    if fitted.base > 0.01:
        per_decade = percentage_change(noisy, periods, per=10.0)
        assert np.isclose(per_decade.values, 1000 * fitted.slope / fitted.base)


@quick
@given(seeds)
def test_series_of_units_hold_every_row(seed: int) -> None:
    values, units, periods = panel(seed)
    series = unit_series(values, unit_of_row=units, period_of_row=periods)
    for row in range(24):
        period = np.flatnonzero(series.periods == periods[row])[0]
        cell = series.values[:, units[row], period]
        assert np.array_equal(cell, values[:, row], equal_nan=True)


@quick
@given(seeds)
def test_comparison_turned_round_changes_signs_only(seed: int) -> None:
    chance = np.random.default_rng(seed)
    runs = []
    for start in (0, 2):
        scores = chance.normal(50, 10, 8).round()
        ranks = (scores[:, None] < scores).sum(axis=1) + 1.0
        runs.append(Run(tuple(f"U{start + at}" for at in range(8)), scores, ranks))
    there, back = compare_runs(runs[0], runs[1]), compare_runs(runs[1], runs[0])
    at = [back.units.index(unit) for unit in there.units]
    for left, right in (
        (there.score_changes, back.score_changes),
        (there.rank_gains, back.rank_gains),
        (there.shared_rank_gains, back.shared_rank_gains),
    ):
        assert np.array_equal(left, -right[at], equal_nan=True)
    assert there.only_first == back.only_second == ("U0", "U1")
    assert there.mean_absolute_rank_change == back.mean_absolute_rank_change
    if there.rank_correlation is not None and back.rank_correlation is not None:
        assert np.isclose(there.rank_correlation, back.rank_correlation)
    own = compare_runs(runs[0], runs[0])
    assert own.largest_absolute_rank_change == 0
    assert own.rank_correlation is None or np.isclose(own.rank_correlation, 1)
