"""COINr's example data, read by us, hold what COINr recorded of them."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from sharedfuture.analyse.composite.framework import Element, Framework, Indicator
from sharedfuture.analyse.composite.inputs import coinr_of, table_of
from sharedfuture.analyse.composite.table import Table
from tests.conformance.coinr import Golden, number

pytestmark = pytest.mark.conformance

LEVELS = ("Indicator", "Pillar", "Sub-index", "Index")


def frame(golden: Golden, name: str) -> pl.DataFrame:
    """A recorded table as it is written, without a guess at types."""
    return pl.read_csv(golden.folder / f"{name}.csv", infer_schema=False)


def read(golden: Golden, data: str, metadata: str) -> tuple[Table, Framework]:
    return coinr_of(frame(golden, data), frame(golden, metadata), level_names=LEVELS)


@pytest.fixture
def pair(golden: Golden) -> tuple[Table, Framework]:
    return read(golden, "in_asem_iData", "in_asem_iMeta")


def same_texts(
    golden: Golden, name: str, recorded: Mapping[object, str], ours: Mapping[object, str]
) -> None:
    """Compare texts by key: a cell is 1, and ours is 1 where it holds the same."""
    alike = {key: float(text == recorded.get(key)) for key, text in ours.items()}
    golden.same_cells(name, dict.fromkeys(recorded, 1.0), alike)


def entries(framework: Framework) -> list[Indicator | Element]:
    return [*framework.indicators, *framework.elements]


def test_the_values_are_the_raw_data(golden: Golden, pair: tuple[Table, Framework]) -> None:
    table, framework = pair
    assert framework.codes == table.codes
    golden.same("step1_raw", table.units, table.codes, table.values.T)
    # COINr keeps the order of the indicators, as we do.
    assert golden.wide("step1_raw").columns == table.codes


@pytest.mark.parametrize("data", ["in_asem_iData", "in_asem_iData_panel"])
def test_all_columns_of_the_units_are_read(golden: Golden, data: str) -> None:
    table, _ = read(golden, data, "in_asem_iMeta")
    records = golden.records(data)
    assert table.is_panel == (data == "in_asem_iData_panel")
    numbers = {"Time": np.array(table.periods), **table.denominators}
    numbers |= dict(zip(table.codes, table.values, strict=True))
    texts = {"uCode": table.units, "uName": table.names, **table.groups}
    assert {*records[0]} == {*numbers, *texts}
    for column, values in numbers.items():
        golden.same_numbers(data, [number(record[column]) for record in records], values)
    for column, written in texts.items():
        recorded = {(row, column): record[column] for row, record in enumerate(records)}
        ours = {(row, column): text or "" for row, text in enumerate(written)}
        same_texts(golden, data, dict(recorded), dict(ours))


@pytest.mark.parametrize("metadata", ["in_asem_iMeta", "in_asem_iMeta_normparas"])
def test_the_metadata_are_read(golden: Golden, metadata: str) -> None:
    same_metadata(golden, metadata, read(golden, "in_asem_iData", metadata))


def test_the_metadata_are_those_of_the_coin(golden: Golden, pair: tuple[Table, Framework]) -> None:
    same_metadata(golden, "meta_ind_internal", pair)
    # COINr's own copy orders the indicators by parent; by level, elements stand as written.
    _, framework = pair
    by_parent = sorted(framework.indicators, key=lambda indicator: indicator.parent)
    ours = [*(entry.code for entry in by_parent)]
    ours += [code for level in framework.levels[1:] for code in level.codes]
    for name in ("meta_ind_internal", "weights_original"):
        recorded = [record["iCode"] for record in golden.records(name)]
        assert recorded[: len(ours)] == ours


def same_metadata(golden: Golden, name: str, pair: tuple[Table, Framework]) -> None:
    """Compare all that a framework holds of a table of metadata."""
    table, framework = pair
    records = {record["iCode"]: record for record in golden.records(name)}
    of_units = {**dict.fromkeys(table.groups, "Group")}
    of_units |= dict.fromkeys(table.denominators, "Denominator")
    assert {*records} == {*framework.level_of, *of_units}
    numbers: dict[object, float] = {}
    texts: dict[object, str] = {(code, "Type"): of for code, of in of_units.items()}
    for entry in entries(framework):
        numbers[entry.code, "Level"] = framework.level_of[entry.code]
        numbers[entry.code, "Weight"] = entry.weight
        texts[entry.code, "iName"] = entry.name
        texts[entry.code, "Parent"] = entry.parent or ""
        texts[entry.code, "Type"] = "Indicator" if isinstance(entry, Indicator) else "Aggregate"
    for indicator in framework.indicators:
        numbers[indicator.code, "Direction"] = indicator.better.sign
        numbers[indicator.code, "Target"] = np.nan if indicator.target is None else indicator.target
        texts[indicator.code, "Unit"] = indicator.unit
        texts[indicator.code, "Denominator"] = indicator.denominator or ""
        if indicator.goalposts is not None:
            low, high = indicator.goalposts
            numbers[indicator.code, "goalpost_lower"] = low
            numbers[indicator.code, "goalpost_upper"] = high
    recorded: dict[object, str] = {
        (code, column): text
        for code, record in records.items()
        for column, text in record.items()
        if (code, column) in {*numbers, *texts}
    }
    assert ("LPI", "goalpost_lower") in recorded or name != "in_asem_iMeta_normparas"
    golden.same_cells(name, {key: number(recorded[key]) for key in numbers}, numbers)
    same_texts(golden, name, {key: recorded[key] for key in texts}, texts)


def test_the_lineage_is_that_of_the_coin(golden: Golden, pair: tuple[Table, Framework]) -> None:
    _, framework = pair
    parent = {entry.code: entry.parent or "" for entry in entries(framework)}
    ours: dict[object, str] = {}
    for code in framework.codes:
        above = code
        for level in framework.levels:
            ours[code, level.name] = above
            above = parent[above]
    records = golden.records("meta_lineage")
    recorded: dict[object, str] = {
        (record["Indicator"], level): text for record in records for level, text in record.items()
    }
    same_texts(golden, "meta_lineage", recorded, ours)


def test_the_weights_are_those_of_the_coin(golden: Golden, pair: tuple[Table, Framework]) -> None:
    _, framework = pair
    ours: dict[object, float] = {}
    for at, level in enumerate(framework.levels, 1):
        for code, weight in zip(level.codes, level.weights, strict=True):
            ours[code, "Level"], ours[code, "Weight"] = at, weight
    recorded: dict[object, float] = {
        (record["iCode"], column): number(record[column])
        for record in golden.records("weights_original")
        for column in ("Level", "Weight")
    }
    golden.same_cells("weights_original", recorded, ours)


def test_the_world_denominators_are_read_as_any_table(golden: Golden) -> None:
    name = "in_world_denoms"
    cells = frame(golden, name)
    table = table_of(cells, unit="uCode", name="uName", groups=["Income_Group"])
    texts = ("uName", "Income_Group")
    golden.same(name, table.units, table.codes, table.values.T, but=texts)
    records = golden.records(name)
    assert [record["uName"] for record in records] == list(table.names)
    assert [record["Income_Group"] or None for record in records] == list(
        table.groups["Income_Group"]
    )
