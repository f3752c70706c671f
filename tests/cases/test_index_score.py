"""The index step on a small made-up set of inputs: every row, its reasons and what it rests on."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from sharedfuture.analyse.index import score
from sharedfuture.composite import CompositeError
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.tables import TABLE

RECIPE = """
[index]
id = "small"
title = "A small index"
[[element]]
code = "index"
[[element]]
code = "left"
parent = "index"
[[element]]
code = "right"
parent = "index"
[[indicator]]
code = "a"
parent = "left"
better = "higher"
[[indicator]]
code = "b"
parent = "left"
better = "lower"
[[indicator]]
code = "c"
parent = "right"
better = "higher"
[screen]
least_available = 0.6
[normalise]
method = "minmax"
low = 1
[aggregate]
method = "arithmetic"
[uncertainty]
seed = 1
replicates = 64
level = 0.9
rows = 64
resamples = 20
[[vary]]
name = "scale"
method = "choice"
path = "normalise"
among = [{ method = "minmax", low = 1 }, { method = "rank" }]
[[vary]]
name = "weights"
method = "noisy_weights"
noise = 0.5
levels = [1, 2]
sets = 16
[[vary]]
name = "measurement"
method = "measurement_error"
sets = 64
"""
VALUES: Mapping[str, tuple[float | None, ...]] = {
    "a": (1.0, 2.0, 3.0, 4.0, 9.0, 6.0, None),
    "b": (5.0, 1.0, 4.0, 2.0, 1.5, None, None),
    "c": (0.0, 1.0, 1.0, 2.0, 3.0, 2.5, 7.0),
}
COUNTRIES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG")


def inputs(values: Mapping[str, tuple[float | None, ...]] = VALUES) -> pl.DataFrame:
    rows = [
        {
            "index_input_id": f"inp-{country_id}-{code}",
            "country_id": country_id,
            "indicator_code": code,
            "state": "not_covered" if value is None else "measured",
            "period": None if value is None else ("2019/2021" if code == "c" else "2020"),
            "value": value,
            "standard_error": 0.5 if code == "a" and value is not None else None,
        }
        for code, column in values.items()
        for country_id, value in zip(COUNTRIES, column, strict=True)
    ]
    return frame_of(TABLE["index_input"], rows)


def recipes(body: str = RECIPE) -> pl.DataFrame:
    row = {"recipe_id": "recipe-small", "index_id": "small", "title": "", "body": body}
    return frame_of(TABLE["recipe"], [row])


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pl.DataFrame]:
    return score.run(inputs(), recipes(), scale_variation="scale", cause_replicates=32)


def row_of(tables: Mapping[str, pl.DataFrame], country_id: str, element: str) -> dict[str, object]:
    found = tables["derived.score"].filter(country_id=country_id, element=element)
    assert found.height == 1
    return found.row(0, named=True)


def test_scores_are_those_of_the_recipe_by_hand(tables: Mapping[str, pl.DataFrame]) -> None:
    a = 1 + 99 * (4 - 1) / 8  # GGG takes no part: it has one of three indicators
    b = 1 + 99 * (5 - 2) / 4
    c = 1 + 99 * 2 / 3
    assert row_of(tables, "DDD", "left")["value"] == pytest.approx((a + b) / 2, abs=1e-12)
    assert row_of(tables, "DDD", "index")["value"] == pytest.approx(
        ((a + b) / 2 + c) / 2, abs=1e-12
    )
    assert row_of(tables, "EEE", "index")["rank"] == 1


def test_a_country_below_the_coverage_has_no_score_and_says_why(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    row = row_of(tables, "GGG", "index")
    assert row["value"] is None
    assert row["rank"] is None
    assert row["coverage"] == pytest.approx(1 / 3)
    assert row["why_absent"] == "left out by screening: 33% of the indicators available"
    assert tables["derived.score"].filter(country_id="GGG").height == 1


def test_a_missing_indicator_is_left_out_of_its_pillar(tables: Mapping[str, pl.DataFrame]) -> None:
    left = row_of(tables, "FFF", "left")
    assert left["value"] == pytest.approx(1 + 99 * 5 / 8, abs=1e-12)
    assert left["coverage"] == 0.5
    assert left["row_ids"] == ["score-small-FFF-a"]


def test_a_score_rests_on_its_children_down_to_the_inputs(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    assert row_of(tables, "AAA", "index")["row_ids"] == [
        "recipe-small",
        "score-small-AAA-left",
        "score-small-AAA-right",
    ]
    assert row_of(tables, "AAA", "left")["row_ids"] == ["score-small-AAA-a", "score-small-AAA-b"]
    indicator = row_of(tables, "AAA", "a")
    assert indicator["row_ids"] == ["inp-AAA-a"]
    assert indicator["pool_ids"] == [f"inp-{country_id}-a" for country_id in COUNTRIES[:6]]


def test_periods_are_the_first_and_last_year_of_what_is_below(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    assert row_of(tables, "AAA", "left")["period"] == "2020"
    assert row_of(tables, "AAA", "index")["period"] == "2019/2021"


def test_intervals_hold_the_published_ranks_and_probabilities_sum_to_one(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    top = tables["derived.score"].filter(pl.col("level") == 3, pl.col("value").is_not_null())
    assert (top["rank_low"] <= top["rank_high"]).all()
    assert (top["low"] <= top["high"]).all()
    sums = tables["derived.score_rank"].group_by("country_id").agg(pl.col("probability").sum())
    assert np.allclose(sums["probability"], 1.0)
    assert sums.height == 6


def test_every_pair_stands_once_the_higher_ranked_first(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    pairs = tables["derived.score_pair"]
    assert pairs.height == 15
    ranks = dict(
        tables["derived.score"].filter(element="index").select("country_id", "rank").iter_rows()
    )
    assert all(
        ranks[above] <= ranks[below]
        for above, below in pairs.select("above_id", "below_id").iter_rows()
    )


def test_scores_keep_to_the_recipes_own_scale(tables: Mapping[str, pl.DataFrame]) -> None:
    highest = tables["derived.score"].drop_nulls("high")["high"].to_numpy()
    assert highest.size
    assert (highest <= 100 + 1e-9).all()


def test_each_cause_and_each_element_has_its_row(tables: Mapping[str, pl.DataFrame]) -> None:
    assert tables["derived.score_cause"].height == 3 * 6
    assert set(tables["derived.score_sensitivity"]["cause"]) == {"scale", "weights", "measurement"}
    elements = tables["derived.score_element"]
    assert set(elements["element"]) == {"a", "b", "c", "left", "right", "index"}
    weights = dict(elements.select("element", "effective_weight").iter_rows())
    assert weights == {
        "a": 0.25, "b": 0.25, "c": 0.5, "left": 0.5, "right": 0.5, "index": 1.0,
    }  # fmt: skip


def test_an_indicator_that_nobody_knew_leaves_all_without_a_score() -> None:
    values = {**VALUES, "b": (None,) * 7}
    tables = score.run(inputs(values), recipes(), scale_variation="scale", cause_replicates=8)
    rows = tables["derived.score"]
    assert rows.height == 7
    assert set(rows["why_absent"]) == {"no values that differ are known of: b"}
    assert all(frame.height == 0 for name, frame in tables.items() if name != "derived.score")


def test_without_a_recipe_there_are_tables_without_rows() -> None:
    tables = score.run(inputs(), recipes().clear(), scale_variation="scale", cause_replicates=8)
    assert set(tables) == set(score.STEP.tables)
    assert all(frame.height == 0 for frame in tables.values())


def test_a_recipe_without_uncertainty_is_refused() -> None:
    body = RECIPE.partition("[uncertainty]")[0]
    with pytest.raises(CompositeError, match=r"\[uncertainty\] is needed, found none"):
        score.run(inputs(), recipes(body), scale_variation="scale", cause_replicates=8)


def test_inputs_that_lack_an_indicator_of_the_recipe_are_refused() -> None:
    with pytest.raises(CompositeError, match="no inputs for b"):
        score.run(
            inputs().filter(pl.col("indicator_code") != "b"),
            recipes(),
            scale_variation="scale",
            cause_replicates=8,
        )


def test_the_same_inputs_give_the_same_tables(tables: Mapping[str, pl.DataFrame]) -> None:
    again = score.run(inputs(), recipes(), scale_variation="scale", cause_replicates=32)
    assert all(again[name].equals(frame) for name, frame in tables.items())


def test_tables_have_the_declared_columns(tables: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        declared = schema_of(TABLE[name.removeprefix("derived.")])
        assert {column: frame.schema[column] for column in declared} == dict(declared)
