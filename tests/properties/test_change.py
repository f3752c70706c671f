"""The parts of a difference add up to it, whatever differs."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sharedfuture.findings import Part, compare_releases, count_parts
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE, TABLES

FIGURES = [f"fig-{number}" for number in range(6)]
STATISTICS = [f"stat-{number}" for number in range(4)]
SOURCES = ["src-a", "src-b", "src-c"]
VALUES = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.0]))

Tables = dict[str, pl.DataFrame]


EMPTY = {table.name: frame_of(table, ()) for table in TABLES}


@st.composite
def releases(draw: st.DrawFn) -> Tables:
    figures = draw(st.dictionaries(st.sampled_from(FIGURES), VALUES))
    statistics = draw(st.dictionaries(st.sampled_from(STATISTICS), VALUES))
    lineage = draw(
        st.sets(st.tuples(st.sampled_from(STATISTICS), st.sampled_from(FIGURES + STATISTICS)))
    )
    rows: dict[str, list[dict[str, object]]] = {
        "figure": [{"figure_id": name, "value": value} for name, value in figures.items()],
        "statistic": [{"statistic_id": name, "value": value} for name, value in statistics.items()],
        "source": [{"source_id": name} for name in draw(st.sets(st.sampled_from(SOURCES)))],
        "citation": [
            {"row_id": name, "source_id": draw(st.sampled_from(SOURCES)), "locator": ""}
            for name in figures
        ],
        "lineage": [{"result_id": result, "row_id": row} for result, row in lineage],
        "run": [
            {
                "run_id": "run-1",
                "step": "sample.statistic",
                "writes": "statistic",
                "version": draw(st.integers(1, 2)),
            }
        ],
    }
    return EMPTY | {name: frame_of(TABLE[name], of) for name, of in rows.items()}


def differing(before: Tables, after: Tables, name: str, key: str) -> set[str]:
    """Row by row, without any of the code that is tried."""
    one = {row[key]: row for row in before[name].iter_rows(named=True)}
    other = {row[key]: row for row in after[name].iter_rows(named=True)}
    return {row for row in one.keys() | other.keys() if one.get(row) != other.get(row)}


@given(before=releases(), after=releases())
def test_parts_add_up_to_the_rows_that_differ(before: Tables, after: Tables) -> None:
    counts = count_parts(compare_releases(before, after))
    of_all = counts.select(pl.sum_horizontal(part.value for part in Part)).to_series()
    assert of_all.to_list() == counts.get_column("rows").to_list()
    found = dict(counts.select("table_name", "rows").iter_rows())
    for name, key in (
        ("figure", "figure_id"),
        ("statistic", "statistic_id"),
        ("source", "source_id"),
    ):
        assert found.get(name, 0) == len(differing(before, after, name, key)), name


@given(before=releases(), after=releases())
def test_there_and_back_differ_in_the_same_cells(before: Tables, after: Tables) -> None:
    columns = ("table_name", "row_key", "column_name")
    there = compare_releases(before, after).select(columns)
    back = compare_releases(after, before).select(columns)
    assert there.sort(columns).equals(back.sort(columns))


@given(tables=releases())
def test_release_does_not_differ_from_itself(tables: Tables) -> None:
    assert compare_releases(tables, tables).is_empty()
