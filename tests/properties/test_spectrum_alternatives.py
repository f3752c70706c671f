"""Other measures on the axes of Figure 1: resamples by counting, pairs, breaks, the figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.spectrum import alternatives
from sharedfuture.analyse.spectrum.association import bootstrap, pearson, spearman
from sharedfuture.analyse.spectrum.resampling import (
    counted_pearson,
    counted_ranks,
    counted_spearman,
    draw_counts,
)
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.breaks import SeriesBreak, breaks_of, write_break

Tables = Mapping[str, pl.DataFrame]

NUMBERS = st.integers(-4, 4).map(float)  # few values, so that many are equal
AXES = st.integers(3, 12).flatmap(
    lambda size: st.tuples(*(st.lists(NUMBERS, min_size=size, max_size=size) for _ in range(2)))
)
SCALE = {"low": 0.0, "high": 1.0}
CHOICES: dict[str, Any] = {  # as the parameters' file gives them
    "technology": [{"measure": "reach", "title": "Reach", "indicator": "reach", **SCALE}],
    "democracy": [{"measure": "votes", "title": "Votes", "indicator": "votes", **SCALE}],
    "figure_period": "2022",
    "years_apart": 1,
    "least_countries": 3,
    "resamples": 200,
    "level": 0.95,
    "seed": 7,
}


@settings(max_examples=60, deadline=None)
@given(AXES, st.integers(0, 9))
def test_counting_gives_what_copying_gives(
    axes: tuple[list[float], list[float]], seed: int
) -> None:
    first, second = (np.array(axis) for axis in axes)
    counts = draw_counts(len(first), resamples=40, seed=seed)
    by_copies = bootstrap(pearson, first, second, resamples=40, seed=seed)
    assert np.allclose(counted_pearson(counts, first, second), by_copies, equal_nan=True)
    ranks = counted_ranks(counts, first), counted_ranks(counts, second)
    by_copies = bootstrap(spearman, first, second, resamples=40, seed=seed)
    assert np.allclose(counted_spearman(counts, *ranks), by_copies, equal_nan=True)


@given(st.dictionaries(st.integers(1900, 2100), st.text("ab c.,", min_size=3).map(str.strip)))
def test_breaks_are_read_as_they_were_written(said: dict[int, str]) -> None:
    declared = [SeriesBreak(year, says) for year, says in sorted(said.items()) if says]
    note = " ".join(["A note.", *(write_break(item.year, item.says) for item in declared)])
    assert list(breaks_of(note)) == declared


def test_no_note_speaks_of_no_break() -> None:
    assert breaks_of(None) == ()
    assert breaks_of("Published for 2024 only. From some year on.") == ()


def figures(*series: tuple[str, str, Sequence[float | None]]) -> pl.DataFrame:
    """Values of AAA, BBB and so on for each indicator and period."""
    return pl.DataFrame(
        [
            {
                "figure_id": f"fig-{letter * 3}-{indicator}-{period}",
                "country_id": letter * 3,
                "indicator_id": indicator,
                "period": period,
                "value": value,
            }
            for indicator, period, values in series
            for letter, value in zip("ABCDEF", values, strict=False)
        ]
    )


def indicators(**notes: str) -> pl.DataFrame:
    rows = [{"indicator_id": name, "note": notes.get(name)} for name in ("reach", "votes")]
    return pl.DataFrame(rows, schema={"indicator_id": pl.String, "note": pl.String})


def test_pair_holds_the_countries_of_both_and_counts_the_corner() -> None:
    found = alternatives.run(
        figures(
            ("reach", "2022", [0.9, 0.8, 0.2, 0.6, None]),
            ("votes", "2022", [0.1, 0.9, 0.4, 0.5, 0.1]),
        ),
        indicators(),
        **CHOICES,
    )
    row = found.row(0, named=True)
    assert row["alternative_id"] == "alt-reach-2022-votes-2022"
    assert (row["n"], row["corner_countries"], row["corner_share"]) == (4, 1, 0.25)
    assert row["pearson"] == pytest.approx(
        np.corrcoef([0.9, 0.8, 0.2, 0.6], [0.1, 0.9, 0.4, 0.5])[0, 1]
    )
    assert row["pearson_low"] <= row["pearson"] <= row["pearson_high"]
    assert row["warning"] is None
    assert "fig-EEE-votes-2022" not in row["pool_ids"]
    assert len(row["pool_ids"]) == 8


def test_pairs_of_few_countries_or_years_far_apart_have_no_row() -> None:
    few = figures(("reach", "2022", [0.9, 0.8]), ("votes", "2022", [0.1, 0.9]))
    assert alternatives.run(few, indicators(), **CHOICES).is_empty()
    apart = figures(("reach", "2022", [0.9, 0.8, 0.1]), ("votes", "2020", [0.1, 0.9, 0.2]))
    assert alternatives.run(apart, indicators(), **CHOICES).is_empty()


def test_warning_names_different_years_and_what_changed_since_the_figure() -> None:
    values = [0.9, 0.8, 0.1]
    found = alternatives.run(
        figures(("reach", "2024", values), ("votes", "2023", values), ("votes", "2024", values)),
        indicators(reach="A note. From 2024 on: other questions.", votes="From 2019 on: new."),
        **CHOICES,
    )
    changed = "Reach of 2024 does not compare with that of 2022: other questions."
    assert found.get_column("warning").to_list() == [
        "The axes are of different years: technology of 2024, democracy of 2023. " + changed,
        changed,
    ]


def test_of_two_declarations_of_one_measure_the_first_counts() -> None:
    values = [0.9, 0.8, 0.1]
    twice = {
        **CHOICES,
        "technology": [
            *CHOICES["technology"],
            {"measure": "reach", "title": "Older", "indicator": "votes", **SCALE},
        ],
    }
    both = figures(("reach", "2022", values), ("votes", "2022", values))
    found = alternatives.run(both, indicators(), **twice)
    assert found.get_column("technology_title").to_list() == ["Reach"]


def test_periods_before_the_first_are_left_out() -> None:
    values = [0.9, 0.8, 0.1]
    late = {**CHOICES, "democracy": [{**CHOICES["democracy"][0], "first": "2022"}]}
    both = figures(
        *((name, year, values) for name in ("reach", "votes") for year in ("2021", "2022"))
    )
    found = alternatives.run(both, indicators(), **late)
    assert set(found.get_column("democracy_period")) == {"2022"}


def test_a_side_that_does_not_vary_has_no_correlation() -> None:
    found = alternatives.run(
        figures(("reach", "2022", [0.5, 0.5, 0.5]), ("votes", "2022", [0.1, 0.9, 0.4])),
        indicators(),
        **CHOICES,
    )
    row = found.row(0, named=True)
    assert (row["pearson"], row["pearson_low"], row["spearman"]) == (None, None, None)


def test_the_pair_of_the_figure_says_what_the_figure_says(small_tables: Tables) -> None:
    """The sample is small: all pairs are asked for."""
    parameters = read_parameters("sharedfuture.analyse.spectrum", "alternatives")
    found = alternatives.run(
        small_tables["figure"],
        small_tables["indicator"],
        **{**parameters, "least_countries": 3},
    )
    pair = found.row(
        by_predicate=pl.col("alternative_id") == "alt-china_index-2022-eiu-2022", named=True
    )
    for measure in ("pearson", "spearman"):
        kept = small_tables["statistic"].row(
            by_predicate=pl.col("statistic_id") == f"stat-{measure}", named=True
        )
        own = (pair["n"], pair[measure], pair[f"{measure}_low"], pair[f"{measure}_high"])
        assert own == pytest.approx((kept["n"], kept["value"], kept["low"], kept["high"]))
