"""Imputation against the recorded results of COINr 1.1.14."""

from collections.abc import Callable

import numpy as np
import pytest

from sharedfuture.analyse.composite.arrays.impute import (
    impute_group_mean,
    impute_group_median,
    impute_mean,
    impute_median,
    impute_scaled_row_mean,
    impute_scaled_row_median,
)
from sharedfuture.analyse.composite.arrays.impute_panel import (
    impute_latest,
    impute_linear,
    impute_linear_held,
    impute_step,
)
from tests.conformance.coinr import Array, Golden, Wide, number

pytestmark = pytest.mark.conformance

Impute = Callable[..., Array]
INDICATORS = ("LPI", "Flights", "Ship", "Goods")


def same_table(golden: Golden, name: str, data: Wide, values: Array) -> None:
    golden.same(name, data.rows, data.columns, values.T)


@pytest.mark.parametrize(
    ("name", "impute"), [("impute_i_mean", impute_mean), ("impute_i_median", impute_median)]
)
def test_imputation_over_all_units(golden: Golden, name: str, impute: Impute) -> None:
    data = golden.wide("step2_denominated")
    same_table(golden, name, data, impute(data.values.T))


@pytest.mark.parametrize(
    ("name", "impute", "grouping"),
    [
        ("step3_imputed", impute_group_mean, "EurAsia_group"),
        ("impute_i_mean_grp_GDP_group", impute_group_mean, "GDP_group"),
        ("impute_i_median_grp_EurAsia_group", impute_group_median, "EurAsia_group"),
    ],
)
def test_imputation_within_groups_of_units(
    golden: Golden, name: str, impute: Impute, grouping: str
) -> None:
    data = golden.wide("step2_denominated")
    group_of = {record["uCode"]: record[grouping] for record in golden.records("in_asem_iData")}
    names = sorted(set(group_of.values()))
    groups = np.array([names.index(group_of[unit]) for unit in data.rows])
    same_table(golden, name, data, impute(data.values.T, groups))


@pytest.mark.parametrize(
    ("name", "impute"),
    [
        ("impute_i_mean_row_level2", impute_scaled_row_mean),
        ("impute_i_median_row_level2", impute_scaled_row_median),
    ],
)
def test_imputation_within_groups_of_indicators(golden: Golden, name: str, impute: Impute) -> None:
    data = golden.wide("step2_denominated")
    pillar = {record["Indicator"]: record["Pillar"] for record in golden.records("meta_lineage")}
    of = np.array([pillar[code] for code in data.columns])
    members = [np.flatnonzero(of == name) for name in np.unique(of)]
    better = {r["iCode"]: r["Direction"] for r in golden.records("in_asem_iMeta")}
    directions = np.array([float(better[code]) for code in data.columns])
    same_table(golden, name, data, impute(data.values.T, members, directions=directions))


def test_vector_with_ties(golden: Golden) -> None:
    recorded = golden.wide("vector_functions", key="x")
    vector = np.array([number(cell) for cell in recorded.rows])
    for column, impute in (("i_mean", impute_mean), ("i_median", impute_median)):
        at = recorded.columns.index(column)
        golden.same_numbers("vector_functions", recorded.values[:, at], impute(vector))


def panel(golden: Golden, name: str) -> dict[object, float]:
    return {
        (record["uCode"], record["Time"], code): number(record[code])
        for record in golden.records(name)
        for code in INDICATORS
    }


def imputed_panel(golden: Golden, impute: Impute, **settings: float) -> dict[object, float]:
    records = golden.records("panel_holes_input")
    units = sorted({record["uCode"] for record in records})
    values = np.array([[number(record[code]) for record in records] for code in INDICATORS])
    result = impute(
        values,
        unit_of_row=np.array([units.index(record["uCode"]) for record in records]),
        period_of_row=np.array([float(record["Time"]) for record in records]),
        **settings,
    )
    return {
        (record["uCode"], record["Time"], code): float(result[at, row])
        for row, record in enumerate(records)
        for at, code in enumerate(INDICATORS)
    }


def test_holes_stand_where_they_were_made(golden: Golden) -> None:
    whole = panel(golden, "in_asem_iData_panel")
    rows = sorted((r["uCode"], r["Time"]) for r in golden.records("panel_holes_input"))
    ours: dict[object, float] = {}
    for row, (unit, year) in enumerate(rows, start=1):
        for column, code in enumerate(INDICATORS, start=3):
            is_hole = (7 * row + 5 * column) % 4 == 0
            ours[unit, year, code] = np.nan if is_hole else whole[unit, year, code]
    golden.same_cells("panel_holes_input", panel(golden, "panel_holes_input"), ours)


@pytest.mark.parametrize(("name", "gap"), [("latest", np.inf), ("latest_max1", 1.0)])
def test_panel_takes_the_latest_value(golden: Golden, name: str, gap: float) -> None:
    ours = imputed_panel(golden, impute_latest, longest_gap=gap)
    golden.same_cells(f"panel_impute_{name}", panel(golden, f"panel_impute_{name}"), ours)


@pytest.mark.parametrize(
    ("name", "impute"),
    [
        ("constant", impute_step),
        ("linear", impute_linear_held),
        ("linear-constant", impute_linear_held),
    ],
)
def test_panel_is_bridged(golden: Golden, name: str, impute: Impute) -> None:
    ours = imputed_panel(golden, impute)
    golden.same_cells(f"panel_impute_{name}", panel(golden, f"panel_impute_{name}"), ours)


def test_linear_leaves_the_ends_missing_where_coinr_holds_them(golden: Golden) -> None:
    """COINr's "linear" is its "linear-constant"; ours does not extend a series beyond its data."""
    holes, ours = panel(golden, "panel_holes_input"), imputed_panel(golden, impute_linear)
    recorded = panel(golden, "panel_impute_linear")
    assert recorded == panel(golden, "panel_impute_linear-constant")
    left = {cell for cell, value in ours.items() if np.isnan(value)}
    assert ("AUT", "2018", "Ship") in left
    assert all(np.isnan(holes[cell]) and not np.isnan(recorded[cell]) for cell in left)
