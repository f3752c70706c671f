"""Availability, screening and denomination against the recorded results of COINr 1.1.14."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.denominate import denominate, missing_denominator
from sharedfuture.analyse.composite.arrays.screen import (
    Availability,
    Screening,
    availability_by_group,
    screen_by_missing,
    screen_by_missing_and_zeros,
    screen_by_zeros,
    unit_availability,
)
from tests.conformance.coinr import Array, Golden, Wide, number

pytestmark = pytest.mark.conformance

COUNTS = ("N_missing", "N_zero", "N_miss_or_zero", "Dat_Avail", "Non_Zero")
FLAGS = ("LowData", "LowNonZero", "LowDatOrZeroFlag", "Included")


def counts_of(found: Availability) -> list[npt.NDArray[np.generic]]:
    return [
        found.missing_count,
        found.zero_count,
        found.missing_or_zero_count,
        found.available_share,
        found.nonzero_share,
    ]


def table_of(found: Screening) -> Array:
    flags = [found.is_low_data, found.is_low_nonzero, found.is_low_either, found.is_included]
    return np.array([*counts_of(found.availability), *flags], dtype=float).T


def test_denominated_values(golden: Golden) -> None:
    raw = golden.wide("step1_raw")
    column = {record["uCode"]: record for record in golden.records("in_asem_iData")}
    by = {record["iCode"]: record["Denominator"] for record in golden.records("in_asem_iMeta")}
    positions = [at for at, code in enumerate(raw.columns) if by[code]]
    denominators = np.array(
        [[number(column[unit][by[raw.columns[at]]]) for unit in raw.rows] for at in positions]
    )
    values = denominate(
        raw.values.T, denominators, positions=positions, factors=np.ones(len(positions))
    )
    golden.same("step2_denominated", raw.rows, raw.columns, values.T)
    # Laos has no energy consumption, so that its trade in electricity and gas gets lost.
    lost = missing_denominator(raw.values.T, denominators, positions=positions)
    where = {(raw.columns[at], raw.rows[unit]) for at, unit in np.argwhere(lost)}
    assert where == {("Elec", "LAO"), ("Gas", "LAO")}


def test_availability_of_units(golden: Golden) -> None:
    raw = golden.wide("step1_raw")
    found = np.array(counts_of(unit_availability(raw.values.T)), dtype=float).T
    golden.same("data_avail_summary", raw.rows, COUNTS, found)


def test_availability_under_each_aggregate(golden: Golden) -> None:
    raw = golden.wide("step1_raw")
    under: dict[str, list[int]] = {}
    for record in golden.records("meta_lineage"):
        for level in ("Pillar", "Sub-index", "Index"):
            under.setdefault(record[level], []).append(raw.columns.index(record["Indicator"]))
    shares = availability_by_group(raw.values.T, list(under.values()))
    golden.same("data_avail_bygroup", raw.rows, list(under), shares.T)


@pytest.mark.parametrize(
    ("name", "screen"),
    [
        ("screen_byNA_summary", screen_by_missing),
        ("screen_byzeros_summary", screen_by_zeros),
        ("screen_byNAandzeros_summary", screen_by_missing_and_zeros),
    ],
)
def test_screening_by_each_rule(
    golden: Golden, name: str, screen: Callable[..., Screening]
) -> None:
    data = golden.wide("step2_denominated")
    found = screen(data.values.T, least_available_share=0.9, least_nonzero_share=0.95)
    golden.same(name, data.rows, (*COUNTS, *FLAGS), table_of(found))


def test_screening_with_forced_units(golden: Golden) -> None:
    data = golden.wide("step2_denominated")
    found = screen_by_missing(
        data.values.T,
        least_available_share=0.9,
        least_nonzero_share=0.05,
        forced_in=np.array([unit == "BRN" for unit in data.rows]),
        forced_out=np.array([unit == "AUS" for unit in data.rows]),
    )
    golden.same("screen_byNA_forced_summary", data.rows, (*COUNTS, *FLAGS), table_of(found))


def test_screening_of_the_imputed_table(golden: Golden) -> None:
    data = golden.wide("step3_imputed")
    found = screen_by_missing(data.values.T, least_available_share=0.9, least_nonzero_share=0.05)
    golden.same("screen_summary_imputed", data.rows, (*COUNTS, *FLAGS), table_of(found))
    kept = [unit for unit, stays in zip(data.rows, found.is_included, strict=True) if stays]
    golden.same("step4_screened", kept, data.columns, data.values[found.is_included])


def test_screening_of_each_year_of_a_panel(golden: Golden) -> None:
    columns = golden.wide("step1_raw").columns
    records = golden.records("in_asem_iData_panel")
    ours: dict[object, float] = {}
    for year in sorted({record["Time"] for record in records}):
        rows = [record for record in records if record["Time"] == year]
        table = Wide(
            tuple(record["uCode"] for record in rows),
            columns,
            np.array([[number(record[code]) for code in columns] for record in rows]),
        )
        stays = screen_by_missing(
            table.values.T, least_available_share=0.9, least_nonzero_share=0.05
        ).is_included
        for unit, values, included in zip(table.rows, table.values, stays, strict=True):
            if included:
                ours |= {(year, unit, c): v for c, v in zip(columns, values, strict=True)}
    recorded: dict[object, float] = {
        (record["Time"], record["uCode"], code): number(record[code])
        for record in golden.records("panel_screened")
        for code in columns
    }
    golden.same_cells("panel_screened", recorded, ours)
