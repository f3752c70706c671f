"""Two releases that differ: every row has one reason, and it is the right one."""

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from sharedfuture.findings import Part, compare_releases, count_parts
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE, TABLES

Tables = dict[str, pl.DataFrame]


def release(**rows: Sequence[Mapping[str, object]]) -> Tables:
    """A release of these rows; every other table is empty."""
    return {table.name: frame_of(table, rows.get(table.name, ())) for table in TABLES}


def figure(number: int, value: float | None = 1.0, source: str = "src-a") -> Mapping[str, object]:
    return {"figure_id": f"fig-{number}", "value": value, "source_id": source}


def whole(
    *figures: Mapping[str, object],
    sources: Sequence[str] = ("src-a", "src-b"),
    statistics: Mapping[str, float] | None = None,
    lineage: Sequence[tuple[str, str]] = (),
    version: int = 1,
    parameters: str = "{}",
    **more: Sequence[Mapping[str, object]],
) -> Tables:
    """A release of stated figures and of statistics that one step makes of them."""
    return release(
        figure=figures,
        source=[{"source_id": name} for name in sources],
        citation=[
            {"row_id": row["figure_id"], "source_id": row["source_id"], "locator": ""}
            for row in figures
        ],
        stated=[
            {"row_id": row["figure_id"], "stated_id": str(row["value"]), "table_name": "figure"}
            for row in figures
        ],
        statistic=[
            {"statistic_id": name, "value": value} for name, value in (statistics or {}).items()
        ],
        lineage=[{"result_id": result, "row_id": row} for result, row in lineage],
        run=[
            {
                "run_id": "run-1",
                "step": "sample.statistic",
                "writes": "statistic",
                "version": version,
                "parameters": parameters,
            }
        ],
        **more,
    )


def parts(before: Tables, after: Tables) -> dict[str, str]:
    changes = compare_releases(before, after)
    found = changes.select("row_key", "part").unique()
    assert found.height == found.get_column("row_key").n_unique(), "a row with two parts"
    return dict(found.iter_rows())


def test_same_release_differs_in_nothing() -> None:
    tables = whole(figure(1), statistics={"stat-1": 1.0}, lineage=[("stat-1", "fig-1")])
    changes = compare_releases(tables, tables)
    assert changes.is_empty()
    assert count_parts(changes).is_empty()


def test_stated_rows_are_new_corrected_or_lost_with_their_source() -> None:
    before = whole(figure(1), figure(2), figure(3, source="src-b"), figure(4))
    after = whole(figure(1), figure(2, 2.0), figure(5), sources=("src-a",))
    assert parts(before, after) == {
        "fig-2": Part.CORRECTED,
        "fig-3": Part.LOST,
        "fig-4": Part.CORRECTED,  # its source is still there, and says it no more
        "fig-5": Part.NEW,
        "src-b": Part.LOST,
    }


def test_row_that_falls_back_to_another_source_lost_its_own() -> None:
    before = whole(figure(1, source="src-b"))
    after = whole(figure(1, 2.0), sources=("src-a",))
    assert parts(before, after)["fig-1"] == Part.LOST


def test_newer_edition_in_place_of_another_is_no_loss() -> None:
    def captured(source: str) -> list[Mapping[str, object]]:
        return [{"capture_id": f"cap-{source}", "connector_id": "press", "source_id": source}]

    before = whole(figure(1, source="src-a"), figure(2, source="src-a"), capture=captured("src-a"))
    after = whole(figure(1, 2.0, source="src-b"), sources=("src-b",), capture=captured("src-b"))
    found = parts(before, after)
    assert (found["fig-1"], found["fig-2"]) == (Part.CORRECTED, Part.CORRECTED)


def test_null_and_zero_differ_and_null_is_like_null() -> None:
    assert parts(whole(figure(1, None)), whole(figure(1, None))) == {}
    assert parts(whole(figure(1, None)), whole(figure(1, 0.0))) == {"fig-1": Part.CORRECTED}


@pytest.mark.parametrize(
    "lineage",
    [
        [("stat-1", "fig-1")],
        [("stat-1", "sel-1"), ("sel-1", "fig-1"), ("sel-1", "fig-9")],
        [("stat-1", "mid-1"), ("mid-1", "mid-2"), ("mid-2", "fig-1")],
    ],
    ids=["a row", "a selection", "over rows between"],
)
def test_derived_row_goes_with_what_it_rests_on(lineage: list[tuple[str, str]]) -> None:
    before = whole(figure(1), statistics={"stat-1": 1.0}, lineage=lineage)
    after = whole(figure(1, 2.0), statistics={"stat-1": 2.0}, lineage=lineage)
    assert parts(before, after) == {"fig-1": Part.CORRECTED, "stat-1": Part.CORRECTED}


@pytest.mark.parametrize(
    ("lines", "part"),
    [
        (("fig-1", "fig-5"), Part.CORRECTED),
        (("fig-1", "fig-3", "fig-5"), Part.LOST),
        (("fig-5",), Part.NEW),
    ],
)
def test_first_of_several_reasons_counts(lines: tuple[str, ...], part: Part) -> None:
    lineage = [("stat-1", row) for row in lines]
    before = whole(
        figure(1), figure(3, source="src-b"), statistics={"stat-1": 1.0}, lineage=lineage
    )
    after = whole(
        figure(1, 2.0), figure(5), sources=("src-a",), statistics={"stat-1": 2.0}, lineage=lineage
    )
    assert parts(before, after)["stat-1"] == part


@pytest.mark.parametrize("how", [{"version": 2}, {"parameters": '{"level": 0.9}'}])
def test_other_version_or_parameters_are_a_change_of_method(how: Mapping[str, object]) -> None:
    lineage = [("stat-1", "fig-1")]
    before = whole(figure(1), statistics={"stat-1": 1.0}, lineage=lineage)
    after = whole(figure(1, 2.0), statistics={"stat-1": 3.0}, lineage=lineage, **how)  # type: ignore[arg-type]
    assert parts(before, after) == {"fig-1": Part.CORRECTED, "stat-1": Part.METHOD}


def test_result_that_moves_though_nothing_did_is_a_change_of_method() -> None:
    lineage = [("stat-1", "fig-1")]
    before = whole(figure(1), statistics={"stat-1": 1.0}, lineage=lineage)
    after = whole(figure(1), statistics={"stat-1": 2.0}, lineage=lineage)
    assert parts(before, after) == {"stat-1": Part.METHOD}


def test_results_of_a_changed_method_pass_it_on() -> None:
    lineage = [("stat-1", "fig-1"), ("reading-1", "stat-1")]

    def made(value: float, **how: int) -> Tables:
        tables = whole(figure(1), statistics={"stat-1": value}, lineage=lineage, **how)  # type: ignore[arg-type]
        run = {"run_id": "run-2", "step": "late", "writes": "reading", "version": 1}
        tables["run"] = pl.concat([tables["run"], frame_of(TABLE["run"], [run])])
        reading = {"reading_id": "reading-1", "source_says": str(value)}
        return {**tables, "reading": frame_of(TABLE["reading"], [reading])}

    found = parts(made(1.0), made(2.0, version=2))
    assert found == {"stat-1": Part.METHOD, "reading-1": Part.METHOD}


def test_table_without_ids_goes_with_its_step() -> None:
    def made(value: float) -> Tables:
        tables = whole(
            figure(1, value), statistics={"stat-1": value}, lineage=[("stat-1", "fig-1")]
        )
        rank = {"index_id": "index-1", "country_id": "PAK", "rank": 1, "probability": value}
        return {
            **tables,
            "run": tables["run"].with_columns(writes=pl.lit("statistic, score_rank")),
            "score_rank": frame_of(TABLE["score_rank"], [rank]),
        }

    changes = compare_releases(made(1.0), made(0.5)).filter(table_name="score_rank")
    assert changes.select("row_key", "column_name", "before", "after", "part").rows() == [
        ("index-1 | PAK | 1", "probability", "1.0", "0.5", Part.CORRECTED)
    ]


def test_parts_of_a_row_go_with_it() -> None:
    party = {"event_id": "ev-1", "party_id": "PAK", "role": "signatory"}
    before = release(
        event_party=[party],
        source=[{"source_id": "src-a"}],
        citation=[{"row_id": "ev-1", "source_id": "src-a", "locator": ""}],
    )
    assert parts(before, release())["ev-1 | PAK | signatory"] == Part.LOST


def test_release_of_another_version_is_compared_as_far_as_both_go() -> None:
    before = whole(figure(1))
    before["figure"] = before["figure"].drop("gap")
    del before["connector"]
    assert parts(before, whole(figure(1))) == {}


def test_column_of_another_type_is_compared_as_written() -> None:
    before, after = whole(figure(1)), whole(figure(1))
    before["figure"] = before["figure"].with_columns(pl.col("value").cast(pl.String))
    assert parts(before, after) == {}


def test_counts_are_by_table_and_part() -> None:
    before = whole(figure(1), figure(2, source="src-b"))
    after = whole(figure(1, 2.0), figure(3), sources=("src-a",))
    counts = count_parts(compare_releases(before, after))
    assert counts.filter(table_name="figure").row(0, named=True) == {
        "table_name": "figure",
        "new data": 1,
        "corrected data": 1,
        "source lost": 1,
        "method change": 0,
        "rows": 3,
    }


def captured(digest: str | None, points: int) -> Tables:
    """A release with one result that rests on a captured file; none of it without a hash."""
    rows: dict[str, list[Mapping[str, object]]] = {
        "run": [{"step": "china_index.score", "version": 1, "writes": "china_index_score"}]
    }
    if digest is not None:
        rows |= {
            "source": [{"source_id": "src-live"}],
            "citation": [{"row_id": "cap-1", "source_id": "src-live", "locator": "part answers"}],
            "capture": [{"capture_id": "cap-1", "source_id": "src-live", "sha256": digest}],
            "china_index_score": [{"china_index_score_id": "cis-1", "points": points}],
            "lineage": [{"result_id": "cis-1", "row_id": "cap-1"}],
        }
    return release(**rows)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (("a", 1), ("b", 2), Part.CORRECTED),
        ((None, 0), ("a", 1), Part.NEW),
        (("a", 1), (None, 0), Part.LOST),
        (("a", 1), ("a", 2), Part.METHOD),
    ],
)
def test_what_rests_on_a_captured_file_goes_with_it(
    before: tuple[str | None, int], after: tuple[str | None, int], part: Part
) -> None:
    found = parts(captured(*before), captured(*after))
    assert found["cis-1"] == part.value
    assert "cap-1" not in found
