"""Changes of level: exact, in order, apart for each series, and seldom where there is none."""

from itertools import pairwise, product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.blocking.levels import (
    Likelihoods,
    Model,
    Series,
    best_levels,
    find_changes,
    log_likelihoods,
)
from sharedfuture.analyse.blocking.spread import rate_with_interval
from sharedfuture.analyse.step import read_parameters

CHANGES = read_parameters("sharedfuture.analyse.blocking", "changes")
SMALL = Model((0.05, 0.4, 0.95), (0.5, 0.2, 0.3), 0.5, 0.05, open_to=0.25, shut_from=0.5)
FULL = Model(
    tuple(CHANGES["rates"]),
    tuple(CHANGES["chances"]),
    CHANGES["day_correlation"],
    CHANGES["changes_a_year"] / 365.25,
    open_to=CHANGES["open_to"],
    shut_from=CHANGES["shut_from"],
)
Days = list[tuple[int, int, int]]

# Days since the one before, measurements blocked, measurements not blocked.
days_of_series = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 4), st.integers(0, 4)).filter(
        lambda day: day[1] + day[2] > 0
    ),
    min_size=1,
    max_size=6,
)


def series_of(parts: list[Days]) -> Series:
    flat = [day for part in parts for day in part]
    starts = np.cumsum([0, *(len(part) for part in parts)])
    days = np.concatenate([np.cumsum([gap for gap, _, _ in part]) for part in parts])
    blocked = np.array([blocked for _, blocked, _ in flat])
    return Series(starts, days, blocked, blocked + np.array([other for _, _, other in flat]))


def weight_of_way(
    way: tuple[int, ...], series: Series, likelihoods: Likelihoods, model: Model
) -> float:
    """Logarithm of what the model gives one way through one series."""
    seen = likelihoods.of(slice(None))
    total = float(model.log_chances[way[0]] + seen[0, way[0]])
    for step, level in enumerate(way[1:], start=1):
        stay = np.log1p(-model.changes_a_day) * (series.days[step] - series.days[step - 1])
        move = np.log(-np.expm1(stay)) + model.log_chances[level]
        total += float((stay if level == way[step - 1] else move) + seen[step, level])
    return total


@given(days_of_series)
@settings(max_examples=60, deadline=None)
def test_no_way_is_better_than_the_one_found(days: Days) -> None:
    series = series_of([days])
    seen = log_likelihoods(series, SMALL)
    found = tuple(int(level) for level in best_levels(series, seen, SMALL))
    ways = product(range(3), repeat=len(days))
    best = max(weight_of_way(way, series, seen, SMALL) for way in ways)
    assert weight_of_way(found, series, seen, SMALL) == pytest.approx(best)


@given(st.lists(days_of_series, min_size=1, max_size=8))
@settings(deadline=None)
def test_series_do_not_touch_each_other(parts: list[Days]) -> None:
    together = series_of(parts)
    levels = best_levels(together, log_likelihoods(together, SMALL), SMALL)
    for number, part in enumerate(parts):
        alone = series_of([part])
        own = best_levels(alone, log_likelihoods(alone, SMALL), SMALL)
        assert levels[together.starts[number] : together.starts[number + 1]].tolist() == (
            own.tolist()
        )


@given(st.lists(days_of_series, min_size=1, max_size=8))
@settings(deadline=None)
def test_changes_are_in_order_and_to_and_fro(parts: list[Days]) -> None:
    series = series_of(parts)
    found = find_changes(series, SMALL, bracket_level=0.95)
    for change in found:
        assert series.starts[change.series] <= change.begin < change.left <= change.entered
        assert change.entered < change.end <= series.starts[change.series + 1]
        assert 0.0 <= change.probability <= 1.0
    for one, other in pairwise(found):
        if one.series == other.series:
            assert one.is_blocked is not other.is_blocked
            assert other.begin < one.end


@given(days_of_series)
@settings(deadline=None)
def test_likelihoods_of_a_day_add_up_to_one(days: Days) -> None:
    series = series_of([days])
    for decided in series.decided.tolist():
        every = np.arange(decided + 1)
        whole = Series(
            np.array([0, decided + 1]), every, every, np.full(decided + 1, decided, np.int64)
        )
        sums = np.exp(log_likelihoods(whole, FULL).of(slice(None))).sum(axis=0)
        assert np.allclose(sums, 1.0)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.4, 0.6, 0.95])
def test_false_alarms_are_rare(share: float) -> None:
    """1,000 series of 100 days without a change; measurements of one day are alike."""
    generator = np.random.default_rng(20260115)
    many, length, spread = 1000, 100, 1 / 0.3 - 1
    decided = 1 + generator.poisson(2, many * length)
    of_day = generator.beta(share * spread + 1e-9, (1 - share) * spread + 1e-9, many * length)
    series = Series(
        np.arange(many + 1) * length,
        np.tile(np.arange(length), many),
        generator.binomial(decided, of_day),
        decided,
    )
    found = find_changes(series, FULL, bracket_level=CHANGES["bracket_level"])
    alarmed = {
        change.series for change in found if change.probability >= CHANGES["least_probability"]
    }
    assert len(alarmed) <= 0.01 * many


counted = st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda pair: sum(pair) > 0)


@given(st.lists(counted, min_size=2, max_size=20))
@settings(deadline=None)
def test_interval_holds_the_rate_and_is_never_too_narrow(pairs: list[tuple[int, int]]) -> None:
    """At least as wide as Wilson's interval for independent measurements."""
    clusters = pl.DataFrame(
        {
            "group": ["a"] * len(pairs),
            "blocked": [blocked for blocked, _ in pairs],
            "decided": [sum(pair) for pair in pairs],
            "witnesses": [1.0] * len(pairs),
        }
    )
    (row,) = rate_with_interval(clusters, ["group"], level=0.95).rows(named=True)
    number, rate, normal = row["decided"], row["rate"], 1.959963984540054
    half = normal * np.sqrt(rate * (1 - rate) / number + normal**2 / (4 * number**2))
    width = 2 * half / (1 + normal**2 / number)
    assert 0 <= row["rate_low"] <= rate + 1e-9
    assert rate - 1e-9 <= row["rate_high"] <= 1
    assert row["rate_high"] - row["rate_low"] >= width - 1e-9
