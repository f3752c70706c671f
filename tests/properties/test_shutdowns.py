"""What must hold of detection, identity and the cause model, whatever the data."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sharedfuture.analyse.shutdowns.causes.cause import MODELS, verdicts
from sharedfuture.analyse.shutdowns.causes.features import FEATURES, matrix, with_features
from sharedfuture.analyse.shutdowns.causes.judge import folds, with_label
from sharedfuture.analyse.shutdowns.identity import events, pairs
from sharedfuture.analyse.shutdowns.records import RECORD
from sharedfuture.analyse.shutdowns.rules import event_rule, season_rule, window_rules
from sharedfuture.analyse.shutdowns.signals.drops import drops
from sharedfuture.analyse.shutdowns.signals.levels import (
    UNKNOWN,
    WARNING,
    Floats,
    Levels,
    season_levels,
    window_levels,
)

STEP = 3600
SIGNALS = arrays(
    np.float64,
    st.integers(1, 240),
    elements=st.one_of(st.floats(0, 1e6, width=32), st.just(float("nan"))),
)


@given(SIGNALS, st.floats(0.001, 1000))
def test_levels_do_not_depend_on_the_unit(values: Floats, factor: float) -> None:
    scaled: Floats = values * 2.0 ** np.round(np.log2(factor))
    rule = window_rules()["ping-slash24"]
    one = window_levels(values, STEP, rule=rule).levels
    assert np.array_equal(one, window_levels(scaled, STEP, rule=rule).levels)
    one = season_levels(values, STEP, rule=season_rule()).levels
    assert np.array_equal(one, season_levels(scaled, STEP, rule=season_rule()).levels)


@given(SIGNALS)
def test_window_is_the_median_of_what_came_before(values: Floats) -> None:
    rule = window_rules()["bgp"]
    expected = window_levels(values, STEP, rule=rule).expected
    for at in range(len(values)):
        before = values[max(0, at - 24) : at]
        known = before[~np.isnan(before)]
        if len(known) >= 12:
            assert np.isclose(expected[at], np.median(known), rtol=1e-12, atol=1e-300)
        else:
            assert np.isnan(expected[at])


@given(SIGNALS)
def test_missing_values_have_no_verdict_and_the_future_has_no_say(values: Floats) -> None:
    def by_window(each: Floats) -> Levels:
        return window_levels(each, STEP, rule=window_rules()["bgp"]).levels

    def by_season(each: Floats) -> Levels:
        return season_levels(each, STEP, rule=season_rule()).levels

    for whole in (by_window, by_season):
        levels = whole(values)
        assert (levels[np.isnan(values)] == UNKNOWN).all()
        day = len(values) // 24 * 24
        assert np.array_equal(levels[:day], whole(values[:day]))


@given(SIGNALS)
def test_events_hold_every_alert_once(values: Floats) -> None:
    of = window_levels(values, STEP, rule=window_rules()["bgp"])
    found = drops(values, 0, STEP, of=of, rule=event_rule())
    for at in np.flatnonzero(of.levels >= WARNING):
        assert sum(drop.start_to <= at * STEP < drop.end_from for drop in found) == 1
    for drop in found:
        assert drop.start_from is None or drop.start_from < drop.start_to < drop.end_from
        assert drop.end_to is None or drop.end_to >= drop.end_from
        assert drop.area > 0
        assert 0 < drop.greatest_loss <= 1
    assert all(one.end_from <= other.start_to for one, other in pairwise(found))


@st.composite
def registers(draw: st.DrawFn) -> pl.DataFrame:
    rows = []
    for nth in range(draw(st.integers(0, 14))):
        start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 240)))
        end = draw(st.one_of(st.none(), st.integers(1, 100)))
        last = None if end is None else start + timedelta(hours=end)
        wide = draw(st.sampled_from([1, 38]))
        rows.append(
            (
                *(draw(st.sampled_from(["one", "two", "three"])), str(nth)),
                draw(st.sampled_from(["AAA", "BBB", None])),
                draw(st.sampled_from(["national", "regional", "unknown"])),
                draw(st.sampled_from([None, "North Shore", "South Shore", "Hills"])),
                *(start, start + timedelta(hours=wide)),
                *((None, None) if last is None else (last, last + timedelta(hours=wide))),
                None,
            )
        )
    return pl.DataFrame(rows, schema=RECORD, orient="row")


@given(registers())
@settings(deadline=None)
def test_events_part_the_records(rows: pl.DataFrame) -> None:
    met = pairs(rows)
    made = events(rows, met)
    keys = [key for group in made.get_column("keys") for key in group]
    assert sorted(keys) == sorted(f"{r}:{k}" for r, k in rows.select("register", "key").rows())
    for group, held in made.select("keys", "registers").iter_rows():
        assert len(group) == len(held)
    turned = rows.reverse()
    again = events(turned, pairs(turned))
    assert again.equals(made)
    for row in made.iter_rows(named=True):
        if row["start_from"] is not None:
            assert row["start_from"] <= row["start_to"]
        if row["end_to"] is not None:
            assert row["end_from"] <= row["end_to"]


def made_up_outages(count: int, seed: int) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    start = [
        datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * int(step))
        for step in chance.integers(0, 150_000, count)
    ]
    is_shutdown = chance.random(count) < 0.3
    return pl.DataFrame(
        {
            "outage_key": [str(nth) for nth in range(count)],
            "country_id": chance.choice(["IRQ", "SYR", "VEN", "IRN"], count),
            "start_edtf": [f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in start],
            "end_edtf": [f"{each + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}" for each in start],
            "scope": np.where(is_shutdown, "Country", "Region"),
            "cause": np.where(is_shutdown, "Exams", "Unknown"),
            "is_seen_in_routing": is_shutdown,
            "is_seen_in_probing": [True] * count,
            "is_seen_in_telescope": is_shutdown,
        }
    )


@given(st.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_features_of_an_outage_do_not_change_with_what_comes_later(seed: int) -> None:
    outages = made_up_outages(60, seed)
    rows = with_features(outages)
    earlier = rows.head(30).get_column("outage_key").to_list()
    again = with_features(outages.filter(pl.col("outage_key").is_in(earlier)))
    assert np.array_equal(matrix(rows)[:30], matrix(again), equal_nan=True)
    assert matrix(rows).shape == (60, len(FEATURES))


def test_folds_are_honest() -> None:
    rows = with_label(with_features(made_up_outages(400, 1)))
    rows = rows.with_columns(
        country_id=pl.col("country_id") + (pl.int_range(pl.len()) % 5).cast(pl.String)
    )
    countries = rows.get_column("country_id").to_numpy()
    begun = rows.get_column("begun").to_numpy()
    for fold in folds(rows):
        assert not set(fold.learned) & set(fold.asked)
        if fold.split == "country":
            assert not set(countries[fold.learned]) & set(countries[fold.asked])
        if fold.split == "time" and len(fold.asked):
            assert begun[fold.learned].max() < begun[fold.asked].min()


def test_models_are_the_same_twice_and_give_probabilities() -> None:
    rows = with_label(with_features(made_up_outages(200, 2)))
    numbers, labels = matrix(rows), rows.get_column("is_shutdown").to_numpy()
    for model in MODELS.values():
        once = model(numbers[:150], labels[:150], numbers[150:])
        assert np.array_equal(once, model(numbers[:150], labels[:150], numbers[150:]))
        assert ((once >= 0) & (once <= 1)).all()


def test_too_few_signals_are_not_judged() -> None:
    said = verdicts(np.array([0.99, 0.99, 0.5, 0.01]), np.array([1, 3, 3, 2]))
    assert said == ["abstained", "shutdown", "abstained", "outage"]
