"""The four steps of Figure 1 on made-up countries."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.spectrum import correlation, democracy, place, ranking
from sharedfuture.analyse.spectrum.frames import table_frame
from sharedfuture.analyse.spectrum.points import read_points
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.tables import TABLE

PACKAGE = "sharedfuture.analyse.spectrum"
STEPS: dict[str, ModuleType] = {
    "democracy": democracy,
    "place": place,
    "correlation": correlation,
    "ranking": ranking,
}
PERIOD = "2022"
COUNTRIES = [f"{first}{second}A" for first in "BCDEF" for second in "GHIJKL"]  # made-up codes


def figure(country_id: str, indicator_id: str, value: float | None, error: float | None) -> object:
    spread = (None, None) if value is None or error is None else (value - error, value + error)
    return {
        "figure_id": f"fig-{country_id}-{indicator_id}-{PERIOD}",
        "country_id": country_id,
        "indicator_id": indicator_id,
        "period": PERIOD,
        "value": value,
        "low": spread[0],
        "high": spread[1],
    }


def frame(rows: Sequence[object]) -> pl.DataFrame:
    schema = dict.fromkeys(("figure_id", "country_id", "indicator_id", "period"), pl.String)
    return pl.DataFrame(
        rows,
        schema={**schema, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64},
        orient="row",
    )


def world(
    countries: list[str] = COUNTRIES, *, seed: int = 1, disagree: float = 0.6
) -> pl.DataFrame:
    """Made-up countries: three measures of one democracy, and points for 9 to 11 items."""
    generator = np.random.default_rng(seed)
    rows: list[object] = []
    for country_id in countries:
        level = generator.uniform(1, 9)
        eiu, vdem, wgi = np.clip(level + disagree * generator.normal(size=3), 0, 10)
        maximum = float(generator.choice([36, 40, 44]))
        rows += [
            figure(country_id, "eiu_overall", float(eiu), None),
            figure(country_id, "vdem_polyarchy", float(vdem) / 10, 0.03),
            figure(country_id, "wgi_voice_accountability", float(wgi) / 2 - 2.5, 0.15),
            figure(country_id, "china_index_technology_maximum", maximum, None),
            figure(
                country_id,
                "china_index_technology_points",
                float(generator.integers(0, int(maximum) + 1)),
                None,
            ),
        ]
    return frame(rows)


def run(name: str, figures: pl.DataFrame, **changed: object) -> pl.DataFrame:
    """A step with its declared parameters, those in `changed` replaced."""
    step = STEPS[name]
    parameters = {**read_parameters(PACKAGE, name), **changed}
    inputs: dict[str, pl.DataFrame] = {"figures": figures}
    if "readings" in step.STEP.reads:
        inputs["readings"] = run("democracy", figures)
    result: pl.DataFrame = step.run(**inputs, **parameters)
    return result


def spectrum(figures: pl.DataFrame, **changed: object) -> pl.DataFrame:
    return run("place", figures, **{"draws": 2000, **changed})


def statistics_of(frame: pl.DataFrame) -> Mapping[str, Mapping[str, object]]:
    return {row["statistic_id"]: row for row in frame.iter_rows(named=True)}


def test_point_is_that_of_the_figure() -> None:
    figures = frame(
        [
            figure("BGA", "eiu_overall", 4.0, None),
            figure("BGA", "china_index_technology_points", 33.0, None),
            figure("BGA", "china_index_technology_maximum", 44.0, None),
            figure("CGA", "eiu_overall", 4.0, None),  # no technology: not in the figure
            figure("DGA", "china_index_technology_points", 33.0, None),
            figure("DGA", "china_index_technology_maximum", 44.0, None),
            figure("DGA", "eiu_overall", None, None),  # a gap is not a zero
        ]
    )
    points = read_points(figures, period=PERIOD)
    assert points.country_ids == ("BGA",)
    assert points.tech.tolist() == [0.75]
    assert points.items.tolist() == [11.0]
    assert len(read_points(figures, period="2021")) == 0


def test_readings_hold_four_rows_a_country_and_the_mean_lies_among_them() -> None:
    readings = run("democracy", world())
    wide = readings.pivot(on="measure", index="country_id", values="value")
    assert len(wide) == len(COUNTRIES)
    single = wide.select("eiu", "vdem", "wgi").to_numpy()
    assert np.allclose(wide["mean"].to_numpy(), single.mean(axis=1), atol=0.05)
    assert readings.filter(pl.col("measure") == "eiu")["low"].is_null().all()
    bounded = readings.filter(pl.col("measure") != "eiu")
    assert (bounded["low"] <= bounded["value"]).all()
    assert (bounded["value"] <= bounded["high"]).all()
    for name in ("value", "low", "high"):
        assert readings.select(pl.col(name).drop_nulls().is_between(0, 10).all()).item()
    assert (readings["low"] == 0).any() or (readings["high"] == 10).any()  # some were cut


def test_publishers_error_is_carried_to_the_scale_of_the_eiu() -> None:
    figures = world()
    readings = run("democracy", figures)
    wgi = figures.filter(pl.col("indicator_id") == "wgi_voice_accountability")["value"]
    eiu = figures.filter(pl.col("indicator_id") == "eiu_overall")["value"]
    expected = 2 * 1.959964 * 0.15 * eiu.to_numpy().std() / wgi.to_numpy().std()
    inside = readings.filter(
        (pl.col("measure") == "wgi") & (pl.col("low") > 0) & (pl.col("high") < 10)
    )
    assert len(inside) > 20
    assert np.allclose((inside["high"] - inside["low"]).to_numpy(), expected)


def test_measures_that_disagree_widen_the_mean() -> None:
    def width(disagree: float) -> float:
        means = run("democracy", world(disagree=disagree)).filter(pl.col("measure") == "mean")
        return float((means["high"] - means["low"]).to_numpy().mean())

    assert width(0.05) < 0.7 * width(0.6) < 0.7 * width(1.2)


def test_a_country_that_one_measure_lacks_is_read_by_the_others() -> None:
    figures = world()
    gone = figures.filter(
        (pl.col("country_id") != "BGA") | (pl.col("indicator_id") != "vdem_polyarchy")
    )
    readings = run("democracy", gone).filter(pl.col("country_id") == "BGA")
    assert readings["measure"].to_list() == ["eiu", "mean", "wgi"]
    mean = readings.filter(pl.col("measure") == "mean").row(0, named=True)
    assert len(mean["row_ids"]) == 2
    assert "fig-BGA-eiu_overall-2022" in mean["row_ids"]
    assert spectrum(gone).height == len(COUNTRIES)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_places_are_sensible(seed: int) -> None:
    placed = spectrum(world(seed=seed))
    count = len(COUNTRIES)
    for name in ("first_probability", "corner_probability", "corner_probability_median", "tech"):
        assert placed.select(pl.col(name).is_between(0, 1).all()).item()
    assert placed["first_probability"].sum() == pytest.approx(1.0, abs=1e-9)
    for low, middle, high in (
        ("rank_low", "rank_median", "rank_high"),
        ("tech_low", "tech", "tech_high"),
    ):
        assert (placed[low] <= placed[middle]).all()
        assert (placed[middle] <= placed[high]).all()
    assert placed.select(pl.col("rank", "rank_low", "rank_high").is_between(1, count).all()).row(
        0
    ) == (True, True, True)
    assert placed.filter(pl.col("rank") == 1).height >= 1
    expected = np.hypot(1 - placed["tech"].to_numpy(), placed["democracy"].to_numpy() / 10)
    assert np.allclose(placed["corner_distance"].to_numpy(), expected)
    nearest = placed.sort("corner_distance")
    assert nearest["rank"].is_sorted()
    assert np.corrcoef(placed["rank"].to_numpy(), placed["rank_median"].to_numpy())[0, 1] > 0.8


def test_a_country_in_the_corner_is_found_there_and_one_far_off_is_not() -> None:
    changed = {("BGA", "points"): 40.0, ("BHA", "points"): 4.0}
    democratic = {"BGA": 0.1, "BHA": 0.9}
    rows = []
    for row in world().iter_rows(named=True):
        country, indicator = row["country_id"], row["indicator_id"]
        value = changed.get((country, indicator.rpartition("_")[2]), row["value"])
        if country in democratic:
            share = democratic[country]
            value = {
                "eiu_overall": 10 * share,
                "vdem_polyarchy": share,
                "wgi_voice_accountability": 5 * share - 2.5,
                "china_index_technology_maximum": 44.0,
            }.get(indicator, value)
        rows.append({**row, "value": value, "low": None, "high": None})
    placed = {row["country_id"]: row for row in spectrum(frame(rows)).iter_rows(named=True)}
    assert placed["BGA"]["rank"] == 1
    assert placed["BGA"]["corner_probability"] > 0.95
    assert placed["BGA"]["corner_probability_median"] > 0.95
    assert placed["BGA"]["first_probability"] == max(
        row["first_probability"] for row in placed.values()
    )
    assert placed["BHA"]["corner_probability"] < 0.01
    assert placed["BHA"]["corner_probability_median"] < 0.05
    assert placed["BHA"]["rank_low"] > 15


def test_cuts_at_the_ends_hold_all_or_none() -> None:
    everything = spectrum(world(), technology_cut=-1.0, democracy_cut=11.0)
    nothing = spectrum(world(), technology_cut=1.0, democracy_cut=11.0)
    assert everything["corner_probability"].to_list() == [1.0] * len(COUNTRIES)
    assert nothing["corner_probability"].to_list() == [0.0] * len(COUNTRIES)


@pytest.mark.parametrize("name", STEPS)
def test_order_of_the_figures_does_not_matter(name: str) -> None:
    figures = world()
    small = {"draws": 300} if name in ("place", "ranking") else {}
    plain = run(name, figures, **small)
    assert plain.height > 0
    assert run(name, figures.sample(fraction=1.0, shuffle=True, seed=3), **small).equals(plain)


@pytest.mark.parametrize("name", ["place", "ranking", "correlation"])
def test_the_seed_decides(name: str) -> None:
    small = {"resamples": 200} if name == "correlation" else {"draws": 300}
    first, same, other = (run(name, world(), **small, seed=seed) for seed in (1, 1, 2))
    assert first.equals(same)
    assert not first.equals(other)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize(
    "absent",
    [
        "everything",
        "eiu_overall",
        "china_index_technology_points",
        "china_index_technology_maximum",
    ],
)
def test_without_an_axis_the_tables_are_empty_but_keep_their_columns(
    name: str, absent: str
) -> None:
    figures = world().filter((pl.col("indicator_id") != absent) & (absent != "everything"))
    result = run(name, figures)
    table = TABLE[STEPS[name].STEP.tables[0].removeprefix("derived.")]
    assert result.height == 0
    assert result.columns == [*table.column_names, "row_ids", "pool_ids"]
    assert result.schema == run(name, world()).schema


@pytest.mark.parametrize("absent", [["vdem_polyarchy"], ["wgi_voice_accountability"]])
def test_two_measures_are_enough(absent: list[str]) -> None:
    figures = world().filter(~pl.col("indicator_id").is_in(absent))
    assert spectrum(figures).height == len(COUNTRIES)
    found = statistics_of(run("correlation", figures))
    assert ("stat-pearson-vdem" in found) == (absent != ["vdem_polyarchy"])


def test_the_eiu_alone_gives_correlations_but_no_rank() -> None:
    figures = world().filter(
        ~pl.col("indicator_id").is_in(["vdem_polyarchy", "wgi_voice_accountability"])
    )
    assert spectrum(figures).height == 0
    found = statistics_of(run("correlation", figures))
    assert "stat-pearson" in found
    assert "stat-pearson-mean" not in found  # a mean of one is no mean


def test_correlations_are_those_of_the_points() -> None:
    figures = world()
    points = read_points(figures, period=PERIOD)
    found = statistics_of(run("correlation", figures, focus_country="BGA", focus_name="Bega"))
    expected = np.corrcoef(points.tech, points.democracy)[0, 1]
    assert found["stat-countries"]["value"] == len(COUNTRIES)
    assert found["stat-pearson"]["value"] == pytest.approx(expected)
    assert found["stat-explained-variance"]["value"] == pytest.approx(expected**2)
    kept = np.array([country != "BGA" for country in points.country_ids])
    without = np.corrcoef(points.tech[kept], points.democracy[kept])[0, 1]
    assert found["stat-pearson-without-bega"]["value"] == pytest.approx(without)
    assert found["stat-pearson-without-bega"]["n"] == len(COUNTRIES) - 1
    vdem = figures.filter(pl.col("indicator_id") == "vdem_polyarchy").sort("country_id")["value"]
    assert found["stat-pearson-vdem"]["value"] == pytest.approx(
        np.corrcoef(points.tech, vdem)[0, 1]
    )
    for row in found.values():
        if row["low"] is not None:
            assert row["low"] < row["value"] < row["high"]  # type: ignore[operator]


def test_statistics_of_the_ranking_agree_with_the_places() -> None:
    figures = world()
    placed = spectrum(figures, draws=3000)
    focus = placed.sort("first_probability").row(-1, named=True)
    found = statistics_of(
        run("ranking", figures, draws=3000, focus_country=focus["country_id"], focus_name="Bega")
    )
    rank = found["stat-rank-bega-full-range"]
    assert (rank["value"], rank["low"], rank["high"]) == (
        focus["rank"],
        focus["rank_low"],
        focus["rank_high"],
    )
    first = found["stat-first-bega-full-range"]["value"]
    assert first == pytest.approx(focus["first_probability"]) != 0.0
    corner = found["stat-countries-in-corner"]["value"]
    assert corner == pytest.approx(placed["corner_probability"].sum())
    width = (placed["rank_high"] - placed["rank_low"]).median()
    assert found["stat-rank-width-median"]["value"] == width


def test_held_still_an_axis_narrows_the_ranks() -> None:
    found = statistics_of(run("ranking", world(), draws=2000))
    both, technology, free = (
        found[f"stat-rank-width-{name}"]["value"] for name in ("median", "technology", "democracy")
    )
    assert both > technology  # type: ignore[operator]
    assert both > free  # type: ignore[operator]
    assert not [name for name in found if "pakistan" in name]  # not among the made-up countries
    sure = statistics_of(run("ranking", world(), item_dispersion=1e-6, prior_count=1e-9))
    median, alone = (sure[f"stat-rank-width-{name}"]["value"] for name in ("median", "democracy"))
    assert median == pytest.approx(alone, abs=1.0)  # with technology sure, democracy is all
    assert sure["stat-rank-width-technology"]["value"] == 0.0


@pytest.mark.parametrize("name", STEPS)
def test_every_row_rests_on_figures_or_readings_that_exist(name: str) -> None:
    figures = world()
    known = set(figures["figure_id"]) | set(run("democracy", figures)["reading_id"])
    result = run(name, figures)
    rested = result.explode("row_ids")["row_ids"]
    assert rested.null_count() == 0
    assert set(rested) <= known
    assert set(result.explode("pool_ids")["pool_ids"].drop_nulls()) <= known
    own = result.columns[0]
    assert result[own].n_unique() == result.height


def test_a_place_rests_on_its_own_country_and_is_ranked_among_all() -> None:
    row = spectrum(world()).filter(pl.col("country_id") == "BGA").row(0, named=True)
    assert row["row_ids"] == [
        "dem-BGA-mean",
        "fig-BGA-china_index_technology_maximum-2022",
        "fig-BGA-china_index_technology_points-2022",
        "fig-BGA-eiu_overall-2022",
    ]
    assert len(row["pool_ids"]) == 4 * len(COUNTRIES)


def test_a_linked_reading_rests_on_all_figures_that_the_line_rests_on() -> None:
    readings = run("democracy", world()).filter(pl.col("country_id") == "BGA")
    pools = dict(zip(readings["measure"], readings["pool_ids"].list.len(), strict=True))
    every = 3 * len(COUNTRIES)
    assert pools == {"eiu": 0, "vdem": every, "wgi": every, "mean": every}


def test_a_row_with_a_column_that_the_table_lacks_is_refused() -> None:
    with pytest.raises(KeyError, match="spectrum"):
        table_frame("spectrum", [{"spectrum_id": "spec-BGA"}])


def test_both_steps_that_draw_draw_the_same() -> None:
    here, there = read_parameters(PACKAGE, "place"), read_parameters(PACKAGE, "ranking")
    assert here.keys() <= there.keys()
    assert {name: there[name] for name in here} == here


def test_every_parameter_has_a_reason() -> None:
    for package in (PACKAGE, "sharedfuture.analyse.votes"):
        text = files(package).joinpath("parameters.toml").read_text(encoding="utf-8")
        for section in tomllib.loads(text).values():
            for name, entry in section.items():
                assert set(entry) == {"value", "reason"}, name
                assert len(entry["reason"]) > 10, name
