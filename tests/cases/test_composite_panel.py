"""Panel imputation, trends and comparison of runs, by hand."""

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.impute_panel import (
    impute_latest,
    impute_linear,
    impute_linear_held,
    impute_nearest_period,
    impute_step,
    latest_period,
)
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused, TableRefused
from sharedfuture.analyse.composite.panel.change import Run, compare_runs
from sharedfuture.analyse.composite.panel.trend import (
    TrendStatus,
    compound_growth,
    coverage,
    line,
    percentage_change,
    require_defined,
    unit_series,
)

Array = npt.NDArray[np.float64]
GONE = np.nan

# One unit in uneven years, then another that has one value, then one that has none.
PERIODS = np.array([2000.0, 2001, 2004, 2005, 2010, 2000, 2001, 2000])
UNITS = np.array([7, 7, 7, 7, 7, 3, 3, 5])
VALUES = np.array([GONE, 10, GONE, GONE, 28, 4, GONE, GONE])


def same(found: Array, expected: list[float]) -> bool:
    return np.array_equal(found, np.array(expected), equal_nan=True)


def latest(longest_gap: float) -> Array:
    return impute_latest(VALUES, unit_of_row=UNITS, period_of_row=PERIODS, longest_gap=longest_gap)


def test_latest_value_is_carried_as_far_as_allowed() -> None:
    assert same(latest(np.inf), [GONE, 10, 10, 10, 28, 4, 4, GONE])
    assert same(latest(3), [GONE, 10, 10, GONE, 28, 4, 4, GONE])
    assert same(latest(0), VALUES.tolist())


def test_gap_is_measured_in_years_not_in_rows() -> None:
    """COINr counts the periods that the panel has: one step there reaches from 2001 to 2004."""
    assert same(latest(1), [GONE, 10, GONE, GONE, 28, 4, 4, GONE])


def test_origin_of_each_value_is_told() -> None:
    found = latest_period(VALUES, unit_of_row=UNITS, period_of_row=PERIODS, longest_gap=3)
    assert same(found, [GONE, 2001, 2001, GONE, 2010, 2000, 2000, GONE])


def test_bridges_between_values() -> None:
    step = impute_step(VALUES, unit_of_row=UNITS, period_of_row=PERIODS)
    nearest = impute_nearest_period(VALUES, unit_of_row=UNITS, period_of_row=PERIODS)
    linear = impute_linear(VALUES, unit_of_row=UNITS, period_of_row=PERIODS)
    held = impute_linear_held(VALUES, unit_of_row=UNITS, period_of_row=PERIODS)
    assert same(step, [10, 10, 10, 10, 28, 4, 4, GONE])
    assert same(nearest, [10, 10, 10, 10, 28, 4, 4, GONE])
    assert same(linear, [GONE, 10, 16, 18, 28, 4, GONE, GONE])
    assert same(held, [10, 10, 16, 18, 28, 4, 4, GONE])


def test_nearest_period_takes_the_earlier_of_two_equally_near() -> None:
    units, periods = np.zeros(5, dtype=np.intp), np.array([1.0, 2, 3, 4, 6])
    values = np.array([5, GONE, 7, GONE, 9])
    nearest = impute_nearest_period(values, unit_of_row=units, period_of_row=periods)
    assert same(nearest, [5, 5, 7, 7, 9])
    later = impute_nearest_period(
        values[[0, 3, 4]], unit_of_row=units[:3], period_of_row=periods[[0, 3, 4]]
    )
    assert same(later, [5, 9, 9])


@pytest.mark.parametrize(
    ("units", "periods", "says"),
    [
        ([1, 1, 2], [2000.0, 2000, 2000], r"stand once in a period, found rows \[1\] again"),
        ([1, 1], [2000.0, 2001], "units: expected a whole number for each of 3 rows"),
        ([1.0, 1.0, 2.0], [2000.0, 2001, 2000], "units: expected a whole number"),
        ([1, 1, 2], [2000.0, GONE, 2000], "periods: expected a finite number"),
        ([1, 1, 2], [2000.0], "periods: expected a finite number for each of 3 rows"),
    ],
)
def test_rows_must_be_units_in_periods(units: list[int], periods: list[float], says: str) -> None:
    with pytest.raises(TableRefused, match=says):
        impute_step(np.ones((2, 3)), unit_of_row=np.array(units), period_of_row=np.array(periods))


@pytest.mark.parametrize("gap", [-1.0, GONE])
def test_gap_must_not_be_negative(gap: float) -> None:
    with pytest.raises(RecipeRefused, match="longest gap: expected zero or more"):
        latest(gap)


# Trends


def test_series_of_units() -> None:
    series = unit_series(VALUES[None], unit_of_row=UNITS, period_of_row=PERIODS)
    assert series.units.tolist() == [3, 5, 7]
    assert series.periods.tolist() == [2000, 2001, 2004, 2005, 2010]
    assert series.values.shape == (1, 3, 5)
    assert same(series.values[0, 2], [GONE, 10, GONE, GONE, 28])
    assert same(series.values[0, 0], [4, GONE, GONE, GONE, GONE])
    with pytest.raises(TableRefused, match="stand once in a period"):
        unit_series(VALUES, unit_of_row=UNITS, period_of_row=np.zeros(8))


def test_coverage_of_series() -> None:
    found = coverage(np.array([[GONE, 1, GONE, 2], [GONE] * 4]), np.array([1.0, 2, 5, 9]))
    assert found.present_share.tolist() == [0.5, 0]
    assert same(found.first_period, [2, GONE])
    assert same(found.latest_period, [9, GONE])


@pytest.mark.parametrize(
    ("series", "growth", "status"),
    [
        ([100.0, GONE, 121], 0.1, TrendStatus.DEFINED),
        ([GONE, 100.0, 110], 0.1, TrendStatus.DEFINED),
        ([4.0, 9, 0], -1.0, TrendStatus.DEFINED),
        ([0.0, 5, 0], 0.0, TrendStatus.DEFINED),
        ([-3.0, 5, -3], 0.0, TrendStatus.DEFINED),
        ([0.0, 5, 8], GONE, TrendStatus.BASE_NOT_POSITIVE),
        ([-4.0, 5, -9], GONE, TrendStatus.BASE_NOT_POSITIVE),
        ([4.0, 5, -9], GONE, TrendStatus.END_NEGATIVE),
        ([GONE, 5.0, GONE], GONE, TrendStatus.TOO_FEW_VALUES),
        ([GONE, GONE, GONE], GONE, TrendStatus.TOO_FEW_VALUES),
    ],
)
def test_compound_growth(series: list[float], growth: float, status: TrendStatus) -> None:
    """From -4 to -9 COINr says a growth of 50 % a year; from 0 an infinite one."""
    found = compound_growth(np.array(series), np.array([2000.0, 2001, 2002]))
    assert found.status == status
    assert np.isclose(found.values, growth, equal_nan=True)


@pytest.mark.parametrize(
    ("series", "change", "status"),
    [
        ([50.0, 55, 60], 10.0, TrendStatus.DEFINED),
        ([50.0, GONE, 60], 10.0, TrendStatus.DEFINED),
        ([GONE, 50.0, 55], 10.0, TrendStatus.DEFINED),
        ([1.0, 1, 4], 300.0, TrendStatus.DEFINED),
        ([0.0, 0, 0], 0.0, TrendStatus.DEFINED),
        ([0.0, 1, 8], GONE, TrendStatus.BASE_NOT_POSITIVE),
        ([GONE, 1, GONE], GONE, TrendStatus.TOO_FEW_VALUES),
    ],
)
def test_percentage_change(series: list[float], change: float, status: TrendStatus) -> None:
    """1, 1, 4: the line has slope 1.5 and starts at 0.5."""
    found = percentage_change(np.array(series), np.array([2000.0, 2001, 2002]), per=1.0)
    assert found.status == status
    assert np.isclose(found.values, change, equal_nan=True)


def test_line_with_its_interval_by_hand() -> None:
    """Residuals of 1, 2, 4, 3: variance 1.8 / 2, spread 5, t of 0.975 with 2 is 4.302653."""
    found = line(np.array([1.0, 2, 4, 3]), np.array([1.0, 2, 3, 4]), confidence=0.95)
    half = 4.302652729911275 * np.sqrt(0.9 / 5)
    assert np.isclose(found.slope, 0.8)
    assert np.isclose(found.base, 1.3)
    assert np.allclose([found.lower, found.upper], [0.8 - half, 0.8 + half])


def test_line_of_two_values_has_no_interval_and_of_one_no_slope() -> None:
    series = np.array([[1.0, 3, GONE], [GONE, 3, GONE]])
    found = line(series, np.array([1.0, 2, 3]), confidence=0.9)
    assert same(found.slope, [2, GONE])
    assert np.isnan([found.lower, found.upper]).all()
    assert found.status.tolist() == [TrendStatus.DEFINED, TrendStatus.TOO_FEW_VALUES]


def test_series_without_a_trend_can_be_refused() -> None:
    periods = np.array([1.0, 2])
    good = compound_growth(np.array([[[1.0, 2], [3, 4]]]), periods)
    require_defined(good)
    series = np.array(
        [[[1.0, 2], [3, 4]], [[0, 1], [1, 2]], [[1, 2], [GONE, 1]], [[1, -1], [1, 1]]]
    )
    with pytest.raises(NotDefined) as refused:
        require_defined(compound_growth(series, periods))
    assert refused.value.positions == (1, 2, 3)
    assert str(refused.value) == (
        "expected a trend of every series, found 1 with fewer than two values, "
        "1 that start at or below zero, 1 that end below zero"
    )


@pytest.mark.parametrize("periods", [[1.0, 2], [2.0, 1, 3], [1.0, 1, 2], [1.0, GONE, 3]])
def test_periods_must_increase(periods: list[float]) -> None:
    with pytest.raises(TableRefused, match="3 numbers in increasing order"):
        compound_growth(np.ones(3), np.array(periods))


def test_settings_of_trends_must_make_sense() -> None:
    periods = np.array([1.0, 2, 3])
    with pytest.raises(RecipeRefused, match="per: expected"):
        percentage_change(np.ones(3), periods, per=0.0)
    for confidence in (0.0, 1.0, GONE):
        with pytest.raises(RecipeRefused, match="confidence: expected"):
            line(np.ones(3), periods, confidence=confidence)


# Comparison


def run(**scores: float) -> Run:
    values = np.array(list(scores.values()), dtype=float)
    ranks = (np.nan_to_num(values, nan=-np.inf)[:, None] < values).sum(axis=1) + 1.0
    return Run(tuple(scores), values, np.where(np.isnan(values), np.nan, ranks))


def test_comparison_by_hand() -> None:
    before = run(A=90.0, B=80.0, C=70.0, D=60.0, E=GONE)
    after = run(F=95.0, A=85.0, C=75.0, B=75.0, E=10.0)
    found = compare_runs(before, after)
    assert found.units == ("A", "B", "C", "D", "E", "F")
    assert found.only_first == ("D",)
    assert found.only_second == ("F",)
    assert found.without_score == ("E",)
    assert found.shared_count == 3
    assert same(found.score_changes, [-5, -5, 5, GONE, GONE, GONE])
    assert same(found.first_ranks, [1, 2, 3, 4, GONE, GONE])
    assert same(found.second_ranks, [2, 3, 3, GONE, 5, 1])
    assert same(found.rank_gains, [-1, -1, 0, GONE, GONE, GONE])
    # F came in above everybody: among the shared units nobody lost a place but C gained one.
    assert same(found.shared_rank_gains, [0, 0, 1, GONE, GONE, GONE])
    assert found.mean_absolute_rank_change == pytest.approx(2 / 3)
    assert found.mean_absolute_shared_rank_change == pytest.approx(1 / 3)
    assert found.largest_absolute_rank_change == 1
    assert found.rank_correlation == pytest.approx(np.sqrt(0.75))


def test_rank_correlation_takes_ties_at_their_mean() -> None:
    """Ranks 1, 2, 3, 4 against 1.5, 1.5, 3, 4: 4.5 / sqrt(5 x 4.5)."""
    found = compare_runs(run(A=4.0, B=3.0, C=2.0, D=1.0), run(A=9.0, B=9.0, C=2.0, D=1.0))
    assert found.rank_correlation == pytest.approx(4.5 / np.sqrt(22.5))


def test_correlation_that_does_not_exist_is_none() -> None:
    assert compare_runs(run(A=1.0, B=2.0), run(A=5.0, B=5.0)).rank_correlation is None
    assert compare_runs(run(A=1.0), run(A=5.0)).rank_correlation is None
    assert compare_runs(run(A=1.0, B=2.0), run(A=5.0, B=3.0)).rank_correlation == -1


def test_runs_without_a_unit_in_common_cannot_be_compared() -> None:
    for other in (run(B=1.0), run(A=GONE)):
        with pytest.raises(NotDefined, match="with a score in both runs, found none"):
            compare_runs(run(A=1.0), other)


@pytest.mark.parametrize(
    ("units", "scores", "ranks", "says"),
    [
        (("A", "A"), [1.0, 2], [2.0, 1], "stand once in a run"),
        (("A", "B"), [1.0], [1.0], "expected 2 scores and ranks"),
        (("A", "B"), [1.0, GONE], [1.0, 2], "a rank for each score"),
    ],
)
def test_run_must_be_whole(
    units: tuple[str, ...], scores: list[float], ranks: list[float], says: str
) -> None:
    with pytest.raises(TableRefused, match=says):
        Run(units, np.array(scores), np.array(ranks))
