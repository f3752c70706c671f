"""Identities of moments, transformations and the treatment of outliers."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.composite.arrays.moments import (
    deviations_from_mean,
    excess_kurtosis,
    skewness,
    standard_deviation,
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
    Treated,
    Winsorising,
    treat,
    treat_combined,
)
from sharedfuture.analyse.composite.arrays.winsorise import Cause, winsorise

Array = npt.NDArray[np.float64]

quick = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 100_000)

TRANSFORMS: dict[str, Callable[[Array], Array]] = {
    "log_offset": log_offset,
    "log_plain_offset": log_plain_offset,
    "log_towards_normal": log_towards_normal,
    "log_to_maximum": partial(log_to_maximum, factor=1e4),
    "box_cox": partial(box_cox, exponent=-0.7),
}
TREATMENTS: dict[str, Callable[[Array], Treated]] = {
    "usual": treat,
    "winsorised only": partial(treat, first=Winsorising(2), second=None),
    "logarithm early": partial(treat, first=Winsorising(1)),
    "combined": partial(
        treat_combined, first=Winsorising(1), second=Transforming("log", log_towards_normal)
    ),
    "transformed only": partial(treat, first=Transforming("log", log_offset), second=None),
}


def long_tailed(seed: int, shape: tuple[int, ...] = (3, 4, 30)) -> Array:
    """Indicators with high and low tails, of which many fail the outlier test."""
    generator = np.random.default_rng(seed)
    values = generator.lognormal(sigma=generator.uniform(0.2, 2.0, (*shape[:-1], 1)), size=shape)
    values *= generator.choice([-1.0, 1.0], (*shape[:-1], 1))
    return values + 20.0


def with_gaps(seed: int, values: Array) -> Array:
    """The values with some missing, at least six left in each indicator."""
    gaps = np.random.default_rng(seed).random(values.shape) < 0.2
    gaps[..., :6] = False
    return np.where(gaps, np.nan, values)


def test_the_tables_of_these_tests_need_every_step_on_either_side() -> None:
    treated = treat(long_tailed(0, (20, 4, 30)), first=Winsorising(1))
    assert set(treated.step.ravel().tolist()) == set(StepTaken)
    assert set(treated.causes.ravel().tolist()) == {0, *Cause}


# Moments


def power_mean_about_mean(values: list[Fraction], power: int) -> Fraction:
    mean = sum(values) / Fraction(len(values))
    return sum(((value - mean) ** power for value in values), Fraction(0)) / len(values)


@quick
@given(seeds)
def test_moments_follow_their_formulas_in_exact_arithmetic(seed: int) -> None:
    row = with_gaps(seed, long_tailed(seed, (30,)))
    present = [Fraction(value) for value in row.tolist() if not math.isnan(value)]
    n = len(present)
    second, third, fourth = (power_mean_about_mean(present, power) for power in (2, 3, 4))
    biased = float(third) / float(second) ** 1.5
    assert np.isclose(skewness(row), biased * math.sqrt(n * (n - 1)) / (n - 2), rtol=1e-12)
    excess = float(fourth / second**2) - 3
    corrected = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    assert np.isclose(excess_kurtosis(row), corrected, rtol=1e-12, atol=1e-12)
    deviation = standard_deviation(*deviations_from_mean(row))
    assert np.isclose(deviation, math.sqrt(second * n / (n - 1)), rtol=1e-14)


@quick
@given(seeds, st.floats(-1e6, 1e6), st.floats(1e-90, 1e90))
def test_shape_depends_neither_on_origin_nor_on_unit(seed: int, origin: float, unit: float) -> None:
    values = long_tailed(seed)
    moved = values * unit
    assert np.allclose(skewness(moved), skewness(values), rtol=1e-9)
    assert np.allclose(excess_kurtosis(moved), excess_kurtosis(values), rtol=1e-9)
    assert np.allclose(skewness(values + origin), skewness(values), rtol=1e-5, atol=1e-7)


@quick
@given(seeds)
def test_direction_mirrors_skewness_and_leaves_kurtosis(seed: int) -> None:
    values = long_tailed(seed)
    assert np.allclose(skewness(-values), -skewness(values), rtol=1e-12)
    assert np.allclose(excess_kurtosis(-values), excess_kurtosis(values), rtol=1e-12)


@quick
@given(
    st.floats(-1e9, 1e9),
    st.integers(1, 40),
    st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_a_constant_has_no_shape_to_the_last_digit(
    value: float, count: int, present: list[bool]
) -> None:
    values = np.where(present, value, np.nan)[:count]
    assert np.isnan(skewness(values))
    assert np.isnan(excess_kurtosis(values))
    assert outlier_test(values).passes


# Transformations


@pytest.mark.parametrize("name", TRANSFORMS)
@quick
@given(seeds)
def test_transforms_keep_order_and_gaps(name: str, seed: int) -> None:
    values = with_gaps(seed, long_tailed(seed))
    before = values.copy()
    transformed = TRANSFORMS[name](values)
    assert np.array_equal(values, before, equal_nan=True)
    assert np.array_equal(np.isnan(transformed), np.isnan(values))
    ordered = np.take_along_axis(transformed, np.argsort(values, axis=-1), axis=-1)
    assert not (np.diff(ordered, axis=-1) < 0).any()


@pytest.mark.parametrize("name", TRANSFORMS)
@quick
@given(seeds)
def test_transforms_treat_each_indicator_alone(name: str, seed: int) -> None:
    values = with_gaps(seed, long_tailed(seed))
    one_by_one = [[TRANSFORMS[name](row) for row in replicate] for replicate in values]
    assert np.array_equal(TRANSFORMS[name](values), np.array(one_by_one), equal_nan=True)


@quick
@given(seeds, st.integers(-8, 8), st.integers(-50, 50))
def test_log_with_relative_offset_only_shifts_with_the_unit(
    seed: int, power: int, origin: int
) -> None:
    values = long_tailed(seed)
    moved = log_offset(values * 2.0**power + origin)
    assert np.allclose(moved, log_offset(values) + power * np.log(2.0), atol=1e-6)


@quick
@given(seeds)
def test_log_towards_normal_mirrors(seed: int) -> None:
    values = long_tailed(seed)
    assert np.allclose(log_towards_normal(-values), -log_towards_normal(values), rtol=1e-12)


@quick
@given(seeds)
def test_log_to_maximum_runs_from_zero_to_the_log_of_the_maximum(seed: int) -> None:
    values = np.abs(long_tailed(seed)) + 1.5
    logarithm = log_to_maximum(values, factor=10.0)
    assert np.allclose(logarithm.min(axis=-1), 0.0)
    assert np.allclose(logarithm.max(axis=-1), np.log(values.max(axis=-1) * 10.0))


@quick
@given(seeds, st.floats(1e-14, 1e-9))
def test_box_cox_has_its_logarithm_as_limit_and_leaves_shape_at_one(
    seed: int, small: float
) -> None:
    values = long_tailed(seed)
    assert np.allclose(box_cox(values, small), box_cox(values, 0.0), rtol=1e-7)
    assert np.allclose(box_cox(values, 0.0), log_plain_offset(values))
    assert np.allclose(box_cox(values, 1.0), values - values.min(axis=-1, keepdims=True))


def box_cox_likelihood(present: Array, exponent: float) -> float:
    """The profile log-likelihood of Box and Cox (1964), of positive values."""
    power = np.log(present) if exponent == 0 else (present**exponent - 1) / exponent
    return float((exponent - 1) * np.log(present).sum() - len(present) / 2 * np.log(np.var(power)))


@quick
@given(seeds)
def test_no_exponent_of_a_fine_grid_is_likelier(seed: int) -> None:
    values = with_gaps(seed, np.abs(long_tailed(seed, (3, 30))))
    for row, ours in zip(values, likely_exponent(values), strict=True):
        shifted = row[~np.isnan(row)] - np.nanmin(row) + 1.0
        grid = np.linspace(-5.0, 5.0, 201)
        best = max(box_cox_likelihood(shifted, at) for at in grid)
        assert box_cox_likelihood(shifted, float(ours)) >= best - 1e-9


# Winsorising


def winsorised_by_definition(row: Array, most: int | None, limits: Limits) -> Array:
    """The procedure as it is defined, one step after the other."""
    row = row.copy()
    start = row.copy()
    while not outlier_test(row, limits=limits).passes:
        moved = np.count_nonzero((row != start) & ~np.isnan(row))
        if most is not None and moved >= most:
            break
        different = np.unique(row[~np.isnan(row)])
        if len(different) == 2:
            break
        if skewness(row) >= 0:
            row[row == different[-1]] = different[-2]
        else:
            row[row == different[0]] = different[1]
    return row


tail = st.one_of(st.integers(-3, 3), st.sampled_from([-900, -60, -59, 40, 41, 500, 7000]))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(tail, st.none()), min_size=1, max_size=25),
    st.one_of(st.none(), st.integers(0, 8)),
    st.floats(0.2, 3.0),
    st.floats(-1.0, 6.0),
)
def test_winsorising_follows_its_definition_with_ties_and_gaps(
    values: list[float | None], most: int | None, skewness_limit: float, kurtosis_limit: float
) -> None:
    row = np.array([np.nan if value is None else value for value in values], dtype=float)
    limits = Limits(skewness_limit, kurtosis_limit)
    expected = winsorised_by_definition(row, most, limits)
    found = winsorise(row, most_points=most, limits=limits)
    assert np.array_equal(found.values, expected, equal_nan=True)
    assert found.points == np.count_nonzero((row != expected) & ~np.isnan(row))


@settings(max_examples=100, deadline=None)
@given(
    seeds,
    st.one_of(st.none(), st.integers(0, 12)),
    st.sampled_from([Limits(0.8, 0.5), Limits(0.05, -1.0), Limits(0.01, 0.2)]),
)
def test_winsorising_follows_its_definition_on_random_tables(
    seed: int, most: int | None, limits: Limits
) -> None:
    values = with_gaps(seed, long_tailed(seed))
    found = winsorise(values, most_points=most, limits=limits)
    expected = [[winsorised_by_definition(row, most, limits) for row in part] for part in values]
    assert np.array_equal(found.values, np.array(expected), equal_nan=True)


@quick
@given(seeds, st.integers(1, 8))
def test_winsorising_goes_no_further_than_needed(seed: int, most: int) -> None:
    values = long_tailed(seed)
    found = winsorise(values, most_points=most)
    assert (found.points <= most).all()  # no ties here
    assert (found.test.passes | (found.points == most)).all()
    fewer = winsorise(values, most_points=most - 1)
    stopped_early = found.points < most
    assert np.array_equal(found.values[stopped_early], fewer.values[stopped_early])
    assert not (fewer.test.passes & (found.points == most)).any()


@quick
@given(seeds, st.integers(1, 6))
def test_winsorising_measures_every_step_to_the_last_digits(seed: int, points: int) -> None:
    row = with_gaps(seed, long_tailed(seed, (30,)))
    never = Limits(1e-9, -10.0)
    after = [winsorised_by_definition(row, count, never) for count in range(points + 1)]
    *before, reached = [abs(float(skewness(drawn))) for drawn in after]
    assume(0.0 < reached < min(before))
    enough = winsorise(row, most_points=None, limits=Limits(reached * (1 + 1e-11), -10.0))
    more = winsorise(row, most_points=None, limits=Limits(reached * (1 - 1e-11), -10.0))
    assert enough.points <= points < more.points


@quick
@given(seeds)
def test_winsorising_changes_only_ends_and_keeps_order(seed: int) -> None:
    values = with_gaps(seed, long_tailed(seed))
    found = winsorise(values, most_points=5)
    changed = found.causes != 0
    inner = np.where(changed, np.nan, values)
    high, low = np.nanmax(inner, -1, keepdims=True), np.nanmin(inner, -1, keepdims=True)
    lowered, raised = found.causes == Cause.LOWERED, found.causes == Cause.RAISED
    assert np.array_equal(changed, lowered | raised)
    assert (values > high)[lowered].all()
    assert (values < low)[raised].all()
    assert np.array_equal(found.values[lowered], np.broadcast_to(high, values.shape)[lowered])
    assert np.array_equal(found.values[raised], np.broadcast_to(low, values.shape)[raised])
    assert np.array_equal(found.values[~changed], values[~changed], equal_nan=True)


@quick
@given(seeds)
def test_winsorising_what_passes_changes_nothing(seed: int) -> None:
    once = winsorise(long_tailed(seed), most_points=None)
    assert once.test.passes.all()
    twice = winsorise(once.values, most_points=None)
    assert np.array_equal(twice.values, once.values)
    assert not twice.causes.any()


@quick
@given(seeds, st.integers(-30, 30))
def test_winsorising_mirrors_with_direction_and_scales_with_the_unit(seed: int, power: int) -> None:
    values = long_tailed(seed)
    found = winsorise(values, most_points=4).values
    assert np.array_equal(winsorise(-values, most_points=4).values, -found)
    assert np.array_equal(winsorise(values * 2.0**power, most_points=4).values, found * 2.0**power)


@quick
@given(st.integers(20, 200), st.floats(1e3, 1e60))
def test_the_size_of_an_outlier_makes_no_difference(count: int, outlier: float) -> None:
    row = np.sqrt(np.arange(float(count)))
    row[3] = outlier
    found = winsorise(row, most_points=5)
    assert found.points == 1
    assert found.values.max() == np.sqrt(count - 1.0)
    assert np.isclose(found.test.skewness, skewness(found.values))


# Treatment


@pytest.mark.parametrize("name", TREATMENTS)
@quick
@given(seeds)
def test_treating_many_replicates_is_treating_each_vector(name: str, seed: int) -> None:
    values = with_gaps(seed, long_tailed(seed))
    treated = TREATMENTS[name](values)
    for replicate, table in enumerate(values):
        for indicator, row in enumerate(table):
            alone = TREATMENTS[name](row)
            at = (replicate, indicator)
            assert np.array_equal(treated.values[at], alone.values, equal_nan=True)
            assert np.array_equal(treated.causes[at], alone.causes)
            assert treated.step[at] == alone.step
            assert treated.winsorised_points[at] == alone.winsorised_points
            assert treated.after_second.passes[at] == alone.after_second.passes
            assert np.array_equal(
                treated.after_first.kurtosis[at], alone.after_first.kurtosis, equal_nan=True
            )


@pytest.mark.parametrize("name", TREATMENTS)
@quick
@given(seeds)
def test_the_log_of_changes_rebuilds_the_result(name: str, seed: int) -> None:
    values = with_gaps(seed, long_tailed(seed))
    before = values.copy()
    treated = TREATMENTS[name](values)
    assert np.array_equal(values, before, equal_nan=True)
    changes = treated.changes()
    at = tuple(changes.positions.T)
    assert np.array_equal(values[at], changes.old)
    rebuilt = values.copy()
    rebuilt[at] = changes.new
    assert np.array_equal(rebuilt, treated.values, equal_nan=True)
    assert np.array_equal(np.isnan(treated.values), np.isnan(values))
    assert (treated.causes != 0).any(axis=-1).tolist() == (treated.step != StepTaken.NONE).tolist()


@quick
@given(seeds)
def test_the_log_of_tests_says_what_was_found(seed: int) -> None:
    values = with_gaps(seed, long_tailed(seed))
    treated = treat(values, first=Winsorising(1))
    final = outlier_test(treated.values)
    assert np.array_equal(treated.before.passes, treated.step == StepTaken.NONE)
    assert np.array_equal(treated.after_second.passes, final.passes)
    first, second = treated.step == StepTaken.FIRST, treated.step == StepTaken.SECOND
    assert np.array_equal(~np.isnan(treated.after_first.skewness), first | second)
    assert np.array_equal(~np.isnan(treated.after_second.skewness), second)
    assert np.array_equal(treated.after_first.skewness[first], final.skewness[first])
    assert np.array_equal(treated.after_second.kurtosis[second], final.kurtosis[second])
    assert treated.after_first.passes[first].all()
    assert not treated.after_first.passes[second].any()


@quick
@given(seeds)
def test_treatment_does_not_depend_on_the_order_of_units(seed: int) -> None:
    values = long_tailed(seed)
    order = np.random.default_rng(seed).permutation(values.shape[-1])
    treated, permuted = treat(values), treat(values[..., order])
    assert np.allclose(permuted.values, treated.values[..., order], rtol=1e-12)
    assert np.array_equal(permuted.causes, treated.causes[..., order])


@quick
@given(seeds)
def test_the_second_step_starts_from_the_original_or_from_the_first(seed: int) -> None:
    values = long_tailed(seed)
    separate, combined = treat(values, first=Winsorising(1)), TREATMENTS["combined"](values)
    again = separate.step == StepTaken.SECOND
    assert np.array_equal(separate.values[again], log_offset(values[again]))
    drawn = winsorise(values, most_points=1).values
    assert np.array_equal(combined.values[again], log_towards_normal(drawn[again]))
    assert np.array_equal(separate.after_first.skewness, combined.after_first.skewness, True)
