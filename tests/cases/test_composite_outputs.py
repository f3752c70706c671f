"""Results as frames and an audit of small tables whose conclusions are known."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sharedfuture import composite
from sharedfuture.analyse.composite.outputs import draws, frames, structure
from sharedfuture.analyse.composite.outputs.choices import choice_frame, difference_frame
from sharedfuture.analyse.composite.outputs.thresholds import THRESHOLDS

RECIPE = """
[index]
id = "small"
title = "A small index"
levels = ["Indicator", "Pillar", "Index"]
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
better = "higher"
[[indicator]]
code = "c"
parent = "right"
better = "lower"
[[indicator]]
code = "d"
parent = "right"
better = "higher"
weight = 3
[screen]
least_available = 0.6
reason = "half is too little"
[impute]
method = "median"
[treat]
first = { method = "winsorise", most_points = 2 }
[normalise]
method = "minmax"
low = 1
high = 100
[aggregate]
method = "arithmetic"
reason = "parts stand in for each other"
"""
VARIED = """
[uncertainty]
seed = 3
replicates = 64
rows = 64
resamples = 20
[[vary]]
name = "mean"
method = "choice"
path = "aggregate"
among = [{ method = "arithmetic" }, { method = "geometric" }]
reason = "a convention"
[[vary]]
name = "weights"
method = "noisy_weights"
noise = 0.5
levels = [1]
sets = 20
"""
SCALE = """
[[vary]]
name = "scale"
method = "choice"
path = "normalise"
among = [{ method = "minmax", low = 1, high = 100 }, { method = "rank" }]
"""
UNITS = tuple(f"u{number:02d}" for number in range(1, 13))


def a_table() -> composite.Table:
    """b is nearly a, c runs against d, d has a far value, b a gap, the last unit nearly nothing."""
    chance = np.random.default_rng(4)
    a = np.arange(1.0, 13.0)
    b = a + 0.05 * chance.normal(size=12)
    d = chance.normal(size=12)
    c = d + 0.2 * chance.normal(size=12)  # lower is better, so turned it runs against d
    d[3] = 40.0
    values = np.stack([a, b, c, d])
    values[1, 2] = np.nan
    values[:3, 11] = np.nan
    return composite.Table(
        UNITS, ("a", "b", "c", "d"), values, names=tuple(u.upper() for u in UNITS)
    )


@pytest.fixture(scope="module")
def scored() -> composite.Scored:
    return composite.score(a_table(), composite.read_recipe(RECIPE).recipe)


@pytest.fixture(scope="module")
def audited() -> composite.Audited:
    written = composite.read_recipe(RECIPE + VARIED)
    return composite.audit(a_table(), written.recipe, written.uncertainty)


@pytest.fixture(scope="module")
def tables(audited: composite.Audited) -> dict[str, pl.DataFrame]:
    return composite.audit_tables(audited)


def says(tables: dict[str, pl.DataFrame], threshold: str) -> list[tuple[str, str]]:
    found = tables["findings"].filter(pl.col("thresholds").str.split(", ").list.contains(threshold))
    return list(found.select("reading", "says").iter_rows())


def test_scores_are_in_order_and_what_has_none_is_last_with_its_reason(
    scored: composite.Scored,
) -> None:
    frame = frames.score_frame(scored)
    assert frame["rank"].to_list() == [*range(1, 12), None]
    assert frame["index"].head(11).to_list() == sorted(frame["index"].head(11), reverse=True)
    last = frame.row(-1, named=True)
    assert (last["unit"], last["index"]) == ("u12", None)
    assert last["why_no_score"] == "left out by screening: 25% of the indicators available"


def test_no_frame_holds_nan(tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        floats = frame.select(pl.col(pl.Float64).is_nan().any())
        assert not any(floats.row(0) if floats.width else ()), name


def test_contents_name_every_table_with_its_rows(tables: dict[str, pl.DataFrame]) -> None:
    contents = tables["contents"]
    assert contents["table"].to_list() == list(tables)[1:]
    assert contents["row_count"].to_list() == [frame.height for frame in list(tables.values())[1:]]
    assert contents["says"].str.len_chars().min()


def test_log_of_changes_and_gaps(scored: composite.Scored) -> None:
    changes = frames.change_frame(scored)
    assert changes.select("code", "unit", "before", "cause").rows() == [
        ("d", "u04", 40.0, "lowered")
    ]
    d = scored.values["treat"][3]
    assert changes["after"].to_list() == [d[3]]
    imputed = frames.imputed_frame(scored)
    assert imputed.select("code", "unit").rows() == [("b", "u03")]
    assert imputed["value"].to_list() == [scored.values["impute"][1, 2]]


def test_weights_count_for_the_whole_index(scored: composite.Scored) -> None:
    effective = frames.effective_of(scored)
    assert effective == pytest.approx(
        {"a": 0.25, "b": 0.25, "c": 0.125, "d": 0.375, "left": 0.5, "right": 0.5, "index": 1.0}
    )


def test_correlations_are_those_of_what_is_aggregated(scored: composite.Scored) -> None:
    rows = np.arange(12)
    frame = structure.correlation_frame(scored, rows).filter(pl.col("level") == 1)
    expected = np.asarray(np.corrcoef(scored.values["normalise"][:, :11]))
    at = {code: position for position, code in enumerate("abcd")}
    for row in frame.iter_rows(named=True):
        assert row["correlation"] == pytest.approx(expected[at[row["first"]], at[row["second"]]])
        assert row["pair_count"] == 11
    assert frame.filter(pl.col("has_same_parent")).select("first", "second").rows() == [
        ("a", "b"),
        ("c", "d"),
    ]


def test_alpha_of_two_children_by_hand(scored: composite.Scored) -> None:
    frame = structure.reliability_frame(scored, np.arange(12))
    alpha = dict(frame.select("code", "alpha").iter_rows())["left"]
    covariance = np.asarray(np.cov(scored.values["normalise"][:2, :11]))
    assert alpha == pytest.approx(2 * (1 - np.trace(covariance) / covariance.sum()))


def test_what_has_no_answer_has_a_note(scored: composite.Scored) -> None:
    frame = structure.reliability_frame(scored, np.arange(12))
    right = frame.filter(pl.col("code") == "right").row(0, named=True)
    assert right["alpha"] is None or right["alpha"] < 0.7
    few = structure.reliability_frame(scored, np.arange(2)).row(0, named=True)
    assert few["kmo"] is None
    assert "at least 3 units without a missing value were expected" in few["note"]


def test_redundant_and_negative_pairs_are_found(tables: dict[str, pl.DataFrame]) -> None:
    assert says(tables, "redundant") == [
        (
            "look",
            "1 of 3 pairs within an element correlate above 0.92: "
            f"a with b ({_r(tables, 'a', 'b')}).",
        )
    ]
    ((reading, negative),) = says(tables, "negative")
    correlation = _r(tables, "c", "d")
    assert reading == ("look" if float(correlation) < -0.4 else "met")
    shown = correlation.replace("-", "−")
    assert (f"c with d ({shown})" in negative) == (reading == "look")


def _r(tables: dict[str, pl.DataFrame], first: str, second: str) -> str:
    pair = tables["correlation"].filter(pl.col("first") == first, pl.col("second") == second)
    return f"{pair['correlation'][0]:.2f}"


def test_findings_count_what_the_tables_say(tables: dict[str, pl.DataFrame]) -> None:
    silent = tables["ancestor"].filter(
        (pl.col("level") == 1) & (pl.col("above") == "index") & (pl.col("correlation") < 0.3)
    )
    ((reading, sentence),) = says(tables, "silent")
    assert reading == ("look" if silent.height else "met")
    assert all(code in sentence for code in silent["code"])
    settled = tables["neighbour"].filter(pl.col("probability_above") >= 0.9).height
    assert f"For {settled} of 10 pairs of neighbours" in says(tables, "settled")[0][1]


def test_every_finding_names_thresholds_that_are_listed(tables: dict[str, pl.DataFrame]) -> None:
    known = set(tables["thresholds"]["threshold"])
    named = {name for cell in tables["findings"]["thresholds"] for name in cell.split(", ") if name}
    assert named <= known == {limit.id for limit in THRESHOLDS}
    assert set(tables["findings"]["reading"]) <= {"met", "look", "note"}


def test_draws_come_with_what_they_have_drawn(
    audited: composite.Audited, tables: dict[str, pl.DataFrame]
) -> None:
    assert audited.simulated is not None
    frame = tables["draw"]
    assert frame.height == 64
    assert set(frame["mean"]) == {"arithmetic", "geometric"}
    assert frame["score u01"].to_list() == audited.simulated.scores()[:, 0].tolist()


def test_intervals_probabilities_and_neighbours_agree(tables: dict[str, pl.DataFrame]) -> None:
    chances = tables["probability"].filter(pl.col("rank").is_not_null())
    ranks = [f"rank_{at}" for at in range(1, 13)]
    assert chances.select(pl.sum_horizontal(ranks)).to_series().to_list() == pytest.approx(
        [1.0] * 11
    )
    draws_of = tables["draw"]
    for row in tables["neighbour"].iter_rows(named=True):
        first, second = (draws_of[f"score {row[key]}"].to_numpy() for key in ("first", "second"))
        above = ((first > second).sum() + (first == second).sum() / 2) / 64
        assert row["probability_above"] == pytest.approx(above)


def test_scores_on_scales_of_their_own_have_no_interval() -> None:
    written = composite.read_recipe(RECIPE + VARIED + SCALE)
    assert written.uncertainty is not None
    simulated = composite.simulate(a_table(), written.recipe, written.uncertainty)
    assert not draws.has_one_scale(simulated)
    frame = draws.interval_frame(simulated)
    assert frame["score_low"].null_count() == frame.height
    assert frame["rank_low"].null_count() == 1


def test_without_uncertainty_the_audit_says_so(tables: dict[str, pl.DataFrame]) -> None:
    recipe = composite.read_recipe(RECIPE).recipe
    plain = composite.audit_tables(composite.audit(a_table(), recipe))
    assert "uncertainty" in plain["note"]["what"].to_list()
    assert not {"interval", "draw", "sensitivity"} & set(plain)
    assert plain["left_out"].filter(pl.col("level") == 1)["code"].to_list() == list("abcd")
    assert plain["score"].drop("rank").equals(tables["score"].drop("rank"))


def test_too_few_variations_for_indices_are_noted() -> None:
    one = VARIED.split("[[vary]]")
    written = composite.read_recipe(RECIPE + one[0] + "[[vary]]" + one[1])
    audited = composite.audit(a_table(), written.recipe, written.uncertainty)
    assert audited.sensitivity is None
    assert "two variations or more" in audited.notes["sensitivity"]


def test_of_a_panel_the_latest_period_is_audited() -> None:
    one = a_table()
    both = composite.Table(
        one.units * 2,
        one.codes,
        np.concatenate([one.values, one.values[:, ::-1]], axis=1),
        periods=(2020.0,) * 12 + (2021.0,) * 12,
    )
    written = composite.read_recipe(RECIPE + VARIED)
    found = composite.audit_tables(composite.audit(both, written.recipe, written.uncertainty))
    assert dict(found["about"].iter_rows())["period"] == "2021"
    assert found["score"]["period"][0] == 2021
    assert found["probability"].height == 12
    assert found["correlation"]["pair_count"].max() == 11


def test_choices_carry_their_reasons() -> None:
    rows = {
        row[0]: row[1:] for row in choice_frame(composite.read_recipe(RECIPE).recipe).iter_rows()
    }
    assert rows["screen"] == (
        "missing; least available: 0.6",
        "Leave out units with too little data; include and exclude go before the rules.",
        "half is too little",
    )
    assert rows["denominate"] == ("left out", None, None)
    assert rows["normalise"][0] == "minmax (low 1, high 100)"


def test_differences_of_two_recipes() -> None:
    first = composite.read_recipe(RECIPE).recipe
    second = composite.read_recipe(RECIPE.replace("weight = 3", "weight = 2")).recipe
    second = second.replaced("treat", None)
    assert difference_frame(first, first).is_empty()
    found = difference_frame(first, second)
    assert found["what"].to_list() == ["treat", "d: weight"]
    assert found.row(1) == ("d: weight", "3", "2")


def test_comparison_counts_places_among_units_of_both() -> None:
    recipe = composite.read_recipe(RECIPE).recipe
    whole = composite.score(a_table(), recipe)
    best = frames.score_frame(whole)["unit"][0]
    rest = [at for at, unit in enumerate(UNITS) if unit != best]
    part = composite.score(a_table().rows(rest), recipe.replaced("treat", None))
    same = composite.score(a_table().rows(rest), recipe)
    shift = composite.comparison_tables(whole, part)["shift"]
    assert best in shift.filter(pl.col("second_rank").is_null())["unit"].to_list()
    about = dict(composite.comparison_tables(same, same)["about"].iter_rows())
    assert about["rank_correlation"] == pytest.approx(1.0)
    assert about["largest_absolute_rank_change"] == 0
    assert about["units_in_both"] == 10


def test_comparison_of_a_panel_is_refused() -> None:
    one = a_table()
    panel = replace(one, periods=tuple(float(2000 + at % 2) for at in range(12)))
    scored = composite.score(panel, composite.read_recipe(RECIPE).recipe)
    with pytest.raises(composite.TableRefused, match="over one period each"):
        composite.comparison_tables(scored, scored)
