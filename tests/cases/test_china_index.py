"""Small cases of the China Index's analyses, worked out by hand."""

import polars as pl
import pytest

from sharedfuture.analyse.china_index.carried import carried, same_answers
from sharedfuture.analyse.china_index.comparable import (
    STATUSES,
    NotComparable,
    change,
    item_map,
    kept_items,
)
from sharedfuture.analyse.china_index.resample import rank_intervals, rank_intervals_one_list
from sharedfuture.analyse.china_index.score import domain_scores, layer_scores, overall_scores


def answers(edition: str, given: dict[str, list[int | None]], *, first: int = 1) -> pl.DataFrame:
    """Points by country, for questions numbered from `first`."""
    return pl.DataFrame(
        [
            {
                "edition": edition,
                "country_id": country,
                "item_no": number,
                "domain": "Media" if number <= 2 else "Economy",
                "layer": "Exposure" if number % 2 else "effect",
                "score": score,
            }
            for country, scores in given.items()
            for number, score in enumerate(scores, first)
        ],
        schema_overrides={"score": pl.Float64},
    )


def test_a_skipped_question_is_in_neither_points_nor_maximum() -> None:
    frame = answers("2024", {"AAA": [4, None, 2], "BBB": [3, 3, None], "CCC": [None, None, None]})
    found = overall_scores(frame)
    assert found.select(
        "country_id", "score_sum", "score_max", "answered", "pct", "rank"
    ).rows() == [
        ("AAA", 6, 8, 2, 75.0, 1),
        ("BBB", 6, 8, 2, 75.0, 1),
        ("CCC", 0, 0, 0, None, None),
    ]
    assert set(found["country_count"]) == {2}


def test_ties_leave_a_gap_after_them() -> None:
    frame = answers("2024", {"AAA": [4], "BBB": [2], "CCC": [4], "DDD": [0]})
    assert overall_scores(frame)["rank"].to_list() == [1, 3, 1, 4]


def test_domains_and_layers_are_ranked_apart_and_editions_too() -> None:
    early = answers("2021", {"AAA": [4, 0, 0], "BBB": [0, 0, 4]})
    late = answers("2022", {"AAA": [0, 0, 4]})
    domains = domain_scores(pl.concat([early, late]))
    assert domains.select("edition", "scope", "country_id", "rank").rows() == [
        ("2021", "Economy", "AAA", 2),
        ("2021", "Economy", "BBB", 1),
        ("2021", "Media", "AAA", 1),
        ("2021", "Media", "BBB", 2),
        ("2022", "Economy", "AAA", 1),
        ("2022", "Media", "AAA", 1),
    ]
    assert set(layer_scores(early)["scope"]) == {"exposure", "effect"}


def test_answers_skipped_twice_are_the_same_and_skipped_once_are_not() -> None:
    before = answers("2021", {"AAA": [1, None, None], "GONE": [1, 1, 1]})
    after = answers("2022", {"AAA": [1, None, 0], "NEW": [2, 2, 2]})
    assert same_answers(before, after).rows() == [
        ("AAA", 1, 1.0, 1.0, True),
        ("AAA", 2, None, None, True),
        ("AAA", 3, None, 0.0, False),
    ]
    found = carried(before, after, least_share=2 / 3)
    assert found.rows() == [("AAA", 3, 2, 1, 2 / 3, True)]
    assert not carried(before, after, least_share=0.7)["is_carried"].any()


def test_a_country_first_on_every_question_is_first_in_every_draw() -> None:
    frame = answers("2024", {"AAA": [4, 4, 4], "BBB": [2, 1, 2], "CCC": [0, 0, 0]})
    for intervals in (rank_intervals, rank_intervals_one_list):
        found = intervals(frame, draws=200, level=0.95, seed=1)
        assert found.select("rank", "rank_low", "rank_high", "width").rows() == [
            (1, 1, 1, 0),
            (2, 2, 2, 0),
            (3, 3, 3, 0),
        ]


def test_a_country_without_answers_has_no_rank_and_takes_no_place() -> None:
    frame = answers("2024", {"AAA": [None, None], "BBB": [1, 1], "CCC": [0, 0]})
    found = rank_intervals(frame, draws=50, level=0.95, seed=1)
    assert found.row(0)[1:] == (None,) * 7
    assert found["rank_high"].to_list() == [None, 1, 2]


def test_no_answers_give_no_intervals() -> None:
    frame = answers("2024", {"AAA": [1]}).clear()
    assert rank_intervals(frame, draws=10, level=0.95, seed=1).is_empty()
    assert overall_scores(frame).is_empty()


def test_a_question_answered_twice_is_refused() -> None:
    frame = answers("2024", {"AAA": [1, 2]})
    with pytest.raises(ValueError, match="expected each question once a country"):
        rank_intervals(pl.concat([frame, frame]), draws=10, level=0.95, seed=1)


def test_own_samples_part_countries_with_the_same_answers() -> None:
    frame = answers("2024", {"AAA": [4, 0, 4, 0], "BBB": [4, 0, 4, 0]})
    together = rank_intervals_one_list(frame, draws=300, level=0.95, seed=1)
    assert together["width"].to_list() == [0, 0]
    apart = rank_intervals(frame, draws=300, level=0.95, seed=1)
    assert apart["width"].to_list() == [1, 1]


MAP = pl.DataFrame(
    {
        "first": "2022",
        "second": "2024",
        "item_first": [1, 2, 3, 4, None],
        "item_second": [1, 5, 3, None, 4],
        "status": ["kept", "kept", "reworded", "gone", "new"],
        "basis": "made up",
    }
)
BEFORE = answers("2022", {"AAA": [0, 2, 0, 4], "BBB": [4, None, 0, 0], "GONE": [1, 1, 1, 1]})
AFTER = answers("2024", {"AAA": [4, 4, 4, 4, 4], "BBB": [2, 0, 0, 0, 4], "NEW": [1, 1, 1, 1, 1]})


def compared(least_items: int, *, second: str = "2024") -> pl.DataFrame | NotComparable:
    return change(
        BEFORE,
        AFTER,
        MAP,
        first="2022",
        second=second,
        least_items=least_items,
        draws=400,
        level=0.95,
        seed=1,
    )


def test_change_is_of_kept_questions_alone_also_under_another_number() -> None:
    found = compared(1)
    assert isinstance(found, pl.DataFrame)
    assert found.rows() == [
        ("AAA", 2, 75.0, 50.0, 100.0),  # from 0 to 4 and from 2 to 4 points
        ("BBB", 1, -50.0, -50.0, -50.0),  # the other question was skipped in 2022
    ]


def test_a_country_with_too_few_common_answers_has_no_change() -> None:
    found = compared(2)
    assert isinstance(found, pl.DataFrame)
    assert found.row(1) == ("BBB", 1, None, None, None)


def test_without_a_common_core_the_answer_is_a_refusal() -> None:
    assert compared(3) == NotComparable(
        "2022",
        "2024",
        2,
        3,
        "Not comparable: of the 5 questions of edition 2024, 2 are known to be those of edition "
        "2022; at least 3 are needed.",
    )
    unmapped = compared(1, second="2026")
    assert isinstance(unmapped, NotComparable)
    assert unmapped.kept == 0


def test_the_map_names_every_question_once_an_edition() -> None:
    mapped = item_map()
    assert set(mapped["status"]) <= set(STATUSES)
    assert (mapped["basis"].str.len_chars() > 10).all()
    for first, second in (("2021", "2022"), ("2022", "2024")):
        pair = mapped.filter(first=first, second=second)
        for column in ("item_first", "item_second"):
            assert sorted(pair[column].drop_nulls()) == list(range(1, 100))
    kept = mapped.filter(pl.col("status") == "kept")
    assert kept.null_count().sum_horizontal().item() == 0


def test_technology_of_2022_and_2024_has_no_known_common_question() -> None:
    core = kept_items(item_map(), first="2022", second="2024")
    assert core.filter(pl.col("item_first").is_between(56, 66)).is_empty()
