"""Statistics of the ranking of the index on made-up scores whose answers are known by hand."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest
from tests.index_sample import SCORES, index_tables

from sharedfuture.analyse.index import comparison, standing, structure
from sharedfuture.analyse.index.statistic_rows import Statistic, frame_of_statistics
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

Rows = Mapping[str, Mapping[str, object]]


def by_id(frame: pl.DataFrame) -> Rows:
    return {row["statistic_id"]: row for row in frame.iter_rows(named=True)}


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pl.DataFrame]:
    return index_tables()


@pytest.fixture(scope="module")
def stood(tables: Mapping[str, pl.DataFrame]) -> Rows:
    return by_id(standing.run(tables["score"], tables["score_pair"], settled=0.9, top_places=3))


def spectrum(distances: Mapping[str, float]) -> pl.DataFrame:
    rows = [
        {"spectrum_id": f"spec-{key}", "country_id": key, "corner_distance": distance}
        for key, distance in distances.items()
    ]
    return frame_of(TABLE["spectrum"], rows)


def compared(
    scores: pl.DataFrame, distances: Mapping[str, float], *, pillars: Sequence[str] = ("right",)
) -> Rows:
    return by_id(
        comparison.run(
            scores,
            spectrum(distances),
            pillars_apart=list(pillars),
            first_places=2,
            resamples=200,
            level=0.9,
            seed=5,
        )
    )


def test_only_countries_with_a_score_are_counted(stood: Rows) -> None:
    row = stood["stat-index-countries"]
    assert (row["value"], row["n"]) == (5.0, 5)
    assert row["pool_ids"] == [f"score-small-{key}-index" for key in SCORES]
    assert row["row_ids"] == []


def test_the_median_width_is_that_of_the_rank_intervals(stood: Rows) -> None:
    assert stood["stat-index-rank-width-median"]["value"] == 2.0  # widths 1, 2, 2, 2, 1


def test_pairs_are_told_apart_by_the_probability_alone(stood: Rows) -> None:
    # Neighbours stand in order with 0.8, all that are further apart with 1.
    assert stood["stat-index-neighbours-told-apart"]["value"] == 0.0
    assert stood["stat-index-neighbours-told-apart"]["n"] == 4
    assert stood["stat-index-pairs-told-apart"]["value"] == pytest.approx(0.6)
    assert stood["stat-index-pairs-told-apart"]["n"] == 10


def test_a_pair_is_told_apart_whichever_of_the_two_stands_above(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    turned = tables["score_pair"].with_columns(probability=1 - pl.col("probability"))
    rows = by_id(standing.run(tables["score"], turned, settled=0.8, top_places=3))
    assert rows["stat-index-neighbours-told-apart"]["value"] == 4.0
    assert rows["stat-index-pairs-told-apart"]["value"] == 1.0


def test_first_places_are_counted_by_the_ends_of_the_intervals(stood: Rows) -> None:
    assert stood["stat-index-first-3-possible"]["value"] == 4.0  # lower ends 1, 1, 2, 3, 4
    assert stood["stat-index-first-3-whole"]["value"] == 2.0  # upper ends 2, 3, 4, 5, 5


def test_without_scores_there_are_no_statistics(tables: Mapping[str, pl.DataFrame]) -> None:
    none = tables["score"].filter(pl.col("why_absent").is_not_null())
    pairs, elements = tables["score_pair"].clear(), tables["score_element"].clear()
    for scores in (none, none.clear()):
        assert standing.run(scores, pairs, settled=0.9, top_places=3).is_empty()
        assert structure.run(scores, elements, least_countries=3).is_empty()
        assert compared(scores, {"AAA": 0.1, "BBB": 0.2, "CCC": 0.3}) == {}


def test_the_same_order_correlates_fully_and_the_opposite_one_not(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    near = {"AAA": 0.1, "BBB": 0.2, "DDD": 0.3, "CCC": 0.4, "EEE": 0.5}
    rows = compared(tables["score"], near)
    assert rows["stat-index-figure-spearman"]["value"] == pytest.approx(1.0)
    assert rows["stat-index-figure-first-2"]["value"] == 2.0
    far = {key: 1 - distance for key, distance in near.items()}
    rows = compared(tables["score"], far)
    assert rows["stat-index-figure-spearman"]["value"] == pytest.approx(-1.0)
    assert rows["stat-index-figure-first-2"]["value"] == 0.0


def test_only_countries_in_both_are_compared(tables: Mapping[str, pl.DataFrame]) -> None:
    rows = compared(tables["score"], {"AAA": 0.1, "BBB": 0.2, "EEE": 0.3, "FFF": 0.0, "XXX": 0.0})
    row = rows["stat-index-figure-spearman"]
    assert row["n"] == 3
    assert row["pool_ids"] == [
        *(f"score-small-{key}-index" for key in ("AAA", "BBB", "EEE")),
        *("spec-AAA", "spec-BBB", "spec-EEE"),
    ]
    assert "score-small-AAA-right" in str(rows["stat-index-figure-spearman-apart"]["pool_ids"])


def test_fewer_than_three_countries_are_not_compared(tables: Mapping[str, pl.DataFrame]) -> None:
    assert compared(tables["score"], {"AAA": 0.1, "BBB": 0.2}) == {}


def test_pillars_are_compared_where_all_of_them_have_a_score(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    without = tables["score"].filter(
        ~((pl.col("country_id") == "CCC") & (pl.col("element") == "left"))
    )
    near = {"AAA": 0.1, "BBB": 0.2, "CCC": 0.25, "DDD": 0.3, "EEE": 0.4}
    rows = compared(without, near, pillars=("left", "right"))
    assert rows["stat-index-figure-spearman-apart"]["n"] == 4


def test_the_interval_of_a_correlation_holds_the_middle_of_the_resamples(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    near = {"AAA": 0.1, "BBB": 0.4, "DDD": 0.3, "CCC": 0.2, "EEE": 0.5}
    row = compared(tables["score"], near)["stat-index-figure-spearman"]
    low, value, high = row["low"], row["value"], row["high"]
    assert isinstance(low, float)
    assert isinstance(value, float)
    assert isinstance(high, float)
    assert -1.0 <= low < value <= high <= 1.0
    assert row == compared(tables["score"], near)["stat-index-figure-spearman"], "same seed"


def test_ties_share_their_mean_rank() -> None:
    first, second = np.array([1.0, 2.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert comparison.spearman(first, second) == pytest.approx(4.5 / np.sqrt(4.5 * 5.0))
    assert np.isnan(comparison.spearman(np.ones(3), np.arange(3.0)))


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ([9.0, 8.0, 1.0, 0.0], [9.0, 8.0, 1.0, 0.0], 2.0),
        ([9.0, 8.0, 1.0, 0.0], [0.0, 1.0, 8.0, 9.0], 0.0),
        ([9.0, 8.0, 1.0, 0.0], [9.0, 0.0, 8.0, 1.0], 1.0),
    ],
)
def test_shared_first_places_are_counted(
    first: list[float], second: list[float], shared: float
) -> None:
    counted = comparison.shared_first_places(np.array(first), np.array(second), places=2)
    assert float(counted) == shared


def test_pillars_and_siblings_are_correlated(tables: Mapping[str, pl.DataFrame]) -> None:
    rows = by_id(structure.run(tables["score"], tables["score_element"], least_countries=3))
    left = [100.0, 75.25, 1.0, 25.75, 1.0]
    right = [100.0, 67.0, 50.5, 20.0, 1.0]
    row = rows["stat-index-correlation-left-right"]
    assert row["value"] == pytest.approx(np.corrcoef(left, right)[0, 1])
    assert row["n"] == 5
    pair = rows["stat-index-siblings-strongest-left"]
    assert pair["value"] == pytest.approx(np.corrcoef([100, 50.5, 1, 1], [100, 100, 1, 1])[0, 1])
    assert pair["n"] == 4, "the country that lacks one of the two takes no part"
    assert "Apples with Basket" in str(pair["title"])
    assert "stat-index-siblings-strongest-right" not in rows, "an only child has no pair"


def test_pairs_known_for_too_few_countries_are_left_out(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    rows = by_id(structure.run(tables["score"], tables["score_element"], least_countries=5))
    assert set(rows) == {"stat-index-correlation-left-right"}


def test_statistics_are_rows_of_their_table_sorted_by_id() -> None:
    frame = frame_of_statistics(
        Statistic(key, "A title", 1.0, "places", 3, "Counted.", ["row-1"]) for key in ("b", "a")
    )
    assert frame["statistic_id"].to_list() == ["a", "b"]
    assert set(TABLE["statistic"].column_names) < set(frame.columns)
    assert frame["pool_ids"].to_list() == [["row-1"], ["row-1"]]
