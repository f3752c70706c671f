"""Identities of the China Index's analyses, on random answers."""

from collections.abc import Callable
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.china_index.carried import carried, same_answers
from sharedfuture.analyse.china_index.comparable import NotComparable, change
from sharedfuture.analyse.china_index.resample import rank_intervals, rank_intervals_one_list
from sharedfuture.analyse.china_index.score import (
    domain_scores,
    layer_scores,
    overall_scores,
)

quick = settings(max_examples=40, deadline=None)
Intervals = Callable[..., pl.DataFrame]
DOMAINS, LAYERS = ("Media", "Technology"), ("Exposure", "Pressure")


@st.composite
def answers(draw: st.DrawFn, *, edition: str = "2024") -> pl.DataFrame:
    """Answers of up to eight countries to up to ten questions, some of them skipped."""
    countries = draw(st.integers(1, 8))
    items = draw(st.integers(1, 10))
    scores = draw(
        st.lists(
            st.one_of(st.none(), st.integers(0, 4)),
            min_size=countries * items,
            max_size=countries * items,
        )
    )
    return pl.DataFrame(
        {
            "edition": edition,
            "country_id": [f"C{place // items:02}" for place in range(len(scores))],
            "item_no": [place % items + 1 for place in range(len(scores))],
            "domain": [DOMAINS[place % items % 2] for place in range(len(scores))],
            "layer": [LAYERS[place % items % 3 % 2] for place in range(len(scores))],
            "score": scores,
        },
        schema_overrides={"score": pl.Float64},
    )


def kept_map(items: int) -> pl.DataFrame:
    """A map by which all questions were kept under the same numbers."""
    numbers = list(range(1, items + 1))
    return pl.DataFrame(
        {
            "first": "2021",
            "second": "2022",
            "item_first": numbers,
            "item_second": numbers,
            "status": "kept",
            "basis": "made up",
        }
    )


@quick
@given(answers())
def test_scores_of_parts_add_up_to_the_whole(frame: pl.DataFrame) -> None:
    whole = overall_scores(frame).select("country_id", "score_sum", "score_max", "answered")
    for parts in (domain_scores(frame), layer_scores(frame)):
        added = (
            parts.group_by("country_id")
            .agg(pl.col("score_sum", "score_max", "answered").sum())
            .sort("country_id")
        )
        assert added.equals(whole)


@quick
@given(answers())
def test_ranks_count_the_countries_above(frame: pl.DataFrame) -> None:
    scores = overall_scores(frame)
    known = scores.drop_nulls("pct")
    for pct, rank in known.select("pct", "rank").iter_rows():
        assert rank == 1 + sum(other > pct for other in known["pct"])
    assert scores["rank"].is_null().to_list() == (scores["answered"] == 0).to_list()
    assert set(scores["country_count"]) <= {known.height}


@quick
@given(answers(), st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(frame: pl.DataFrame, random: Random) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)
    mixed = frame[order]
    assert overall_scores(mixed).equals(overall_scores(frame))
    for intervals in (rank_intervals, rank_intervals_one_list):
        drawn = intervals(frame, draws=20, level=0.9, seed=3)
        assert intervals(mixed, draws=20, level=0.9, seed=3).equals(drawn)


@pytest.mark.parametrize("intervals", [rank_intervals, rank_intervals_one_list])
@quick
@given(frame=answers(), seed=st.integers(0, 1000))
def test_intervals_hold_ranks_that_can_be(
    intervals: Intervals, frame: pl.DataFrame, seed: int
) -> None:
    found = intervals(frame, draws=50, level=0.95, seed=seed)
    scores = overall_scores(frame)
    assert found["country_id"].to_list() == scores["country_id"].to_list()
    assert found["rank"].to_list() == scores["rank"].to_list()
    assert np.allclose(found["pct"].drop_nulls(), scores["pct"].drop_nulls())
    ranked = found.drop_nulls("rank_low")
    assert (ranked["rank_low"] >= 1).all()
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()
    assert (ranked["rank_high"] <= len(found)).all()
    assert (ranked["width"] == ranked["rank_high"] - ranked["rank_low"]).all()
    assert (ranked["pct_low"] >= 0).all()
    assert (ranked["pct_high"] <= 100).all()


@quick
@given(answers(), st.integers(0, 1000))
def test_one_list_leaves_twins_together(frame: pl.DataFrame, seed: int) -> None:
    """Two countries with the same answers have the same place in every shared sample."""
    twin = frame.filter(country_id="C00").with_columns(country_id=pl.lit("TWIN"))
    found = rank_intervals_one_list(pl.concat([frame, twin]), draws=30, level=0.9, seed=seed)
    pair = found.filter(pl.col("country_id").is_in(["C00", "TWIN"])).drop("country_id")
    assert pair.row(0) == pair.row(1)


@quick
@given(answers(edition="2021"), answers(edition="2022"))
def test_carried_counts_the_same_answers(before: pl.DataFrame, after: pl.DataFrame) -> None:
    same = same_answers(before, after)
    found = carried(before, after, least_share=0.9)
    assert found["item_count"].sum() == len(same)
    assert found["same_count"].sum() == same["is_same"].sum()
    assert (found["same_count"] + found["changed_count"] == found["item_count"]).all()
    assert (found["is_carried"] == (found["same_share"] >= 0.9)).all()
    back = carried(after, before, least_share=0.9)
    assert found.equals(back)
    assert carried(before, before, least_share=1.0)["is_carried"].all()


@quick
@given(answers(edition="2021"), answers(edition="2022"), st.integers(0, 1000))
def test_change_turns_round_with_the_editions(
    before: pl.DataFrame, after: pl.DataFrame, seed: int
) -> None:
    forth = compare(before, after, seed=seed)
    back = compare(after, before, seed=seed)
    assert isinstance(forth, pl.DataFrame)
    assert isinstance(back, pl.DataFrame)
    assert forth["country_id"].to_list() == back["country_id"].to_list()
    assert forth["item_count"].to_list() == back["item_count"].to_list()
    assert np.allclose(forth["change_pct"].drop_nulls(), -back["change_pct"].drop_nulls())
    told = forth.drop_nulls("change_pct")
    assert (told["low_pct"] <= told["high_pct"]).all()
    assert told["change_pct"].is_between(-100, 100).all()
    assert forth["change_pct"].is_null().to_list() == (forth["item_count"] < 1).to_list()


@quick
@given(answers(edition="2021"), st.integers(0, 1000))
def test_no_change_is_no_change(frame: pl.DataFrame, seed: int) -> None:
    found = compare(frame, frame, seed=seed)
    assert isinstance(found, pl.DataFrame)
    known = found.drop_nulls("change_pct")
    for column in ("change_pct", "low_pct", "high_pct"):
        assert (known[column] == 0).all()


def compare(
    before: pl.DataFrame, after: pl.DataFrame, *, seed: int
) -> pl.DataFrame | NotComparable:
    return change(
        before,
        after,
        kept_map(10),
        first="2021",
        second="2022",
        least_items=1,
        draws=20,
        level=0.9,
        seed=seed,
    )
