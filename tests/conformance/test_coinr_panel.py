"""Trends against the recorded results of COINr 1.1.14."""

import numpy as np
import pytest

from sharedfuture.analyse.composite.panel.trend import (
    Trend,
    TrendStatus,
    UnitSeries,
    compound_growth,
    coverage,
    line,
    percentage_change,
    unit_series,
)
from tests.conformance.coinr import Array, Golden, number

pytestmark = pytest.mark.conformance

UNITS = ("AUT", "CHN", "GBR")


@pytest.fixture(scope="module")
def codes(golden: Golden) -> tuple[str, ...]:
    return golden.wide("step1_raw").columns


@pytest.fixture(scope="module")
def series(golden: Golden, codes: tuple[str, ...]) -> UnitSeries:
    records = [r for r in golden.records("in_asem_iData_panel") if r["uCode"] in UNITS]
    return unit_series(
        np.array([[number(record[code]) for record in records] for code in codes]),
        unit_of_row=np.array([UNITS.index(record["uCode"]) for record in records]),
        period_of_row=np.array([float(record["Time"]) for record in records]),
    )


def same_trends(
    golden: Golden, column: str, codes: tuple[str, ...], series: UnitSeries, trend: Array, note: str
) -> None:
    """Compare the trend, and the availability that stands beside it, cell by cell."""
    found = coverage(series.values, series.periods)
    parts = {
        column: trend,
        "Avail": found.present_share,
        "t_first": found.first_period,
        "t_latest": found.latest_period,
    }
    name = f"panel_trends_{column}"
    recorded: dict[object, float] = {
        (record["uCode"], record["iCode"], part): number(record[part])
        for record in golden.records(name)
        for part in parts
    }
    ours: dict[object, float] = {
        (unit, code, part): float(values[at, row])
        for part, values in parts.items()
        for at, code in enumerate(codes)
        for row, unit in enumerate(UNITS)
    }
    golden.same_cells(name, recorded, ours, note=note)


def where(trend: Trend, status: TrendStatus, codes: tuple[str, ...]) -> set[tuple[str, str]]:
    return {(UNITS[unit], codes[at]) for at, unit in np.argwhere(trend.status == status)}


def test_compound_growth(golden: Golden, codes: tuple[str, ...], series: UnitSeries) -> None:
    """COINr divides by a first value of zero and reports infinite growth; ours says so instead."""
    trend = compound_growth(series.values, series.periods)
    from_zero = {("AUT", "Ship"), ("AUT", "CostImpEx")}
    assert where(trend, TrendStatus.BASE_NOT_POSITIVE, codes) == from_zero
    assert where(trend, TrendStatus.TOO_FEW_VALUES, codes) == {("CHN", "NEET")}
    values = np.where(trend.status == TrendStatus.BASE_NOT_POSITIVE, np.inf, trend.values)
    note = "2 series that start at 0 are infinite there, refused here"
    same_trends(golden, "CAGR", codes, series, values, note)


def test_percentage_change(golden: Golden, codes: tuple[str, ...], series: UnitSeries) -> None:
    """COINr divides by a line that starts below zero, so that rising series are said to fall."""
    trend = percentage_change(series.values, series.periods, per=1.0)
    fitted = line(series.values, series.periods, confidence=0.9)
    is_refused = trend.status == TrendStatus.BASE_NOT_POSITIVE
    assert where(trend, TrendStatus.BASE_NOT_POSITIVE, codes) == {
        ("AUT", "Ship"),
        ("AUT", "CostImpEx"),
    }
    assert (fitted.slope[is_refused] > 0).all()
    unguarded = 100 * fitted.slope / fitted.base
    assert (unguarded[is_refused] < 0).all()
    values = np.where(is_refused, unguarded, trend.values)
    note = "2 rising series whose line starts below 0 fall there, refused here"
    same_trends(golden, "prc_change", codes, series, values, note)
