"""Known drops of signals, what the published rules make of them, and what the alternative does."""

import numpy as np
import pytest
from tests.made_up_signals import PER_DAY, STEP_S, Signal, signal

from sharedfuture.analyse.shutdowns.rules import event_rule, season_rule, window_rules
from sharedfuture.analyse.shutdowns.signals.against_truth import Fit, fit
from sharedfuture.analyse.shutdowns.signals.drops import Drop, drops, overlapping, severity
from sharedfuture.analyse.shutdowns.signals.levels import (
    CRITICAL,
    NORMAL,
    UNKNOWN,
    WARNING,
    Leveled,
    season_levels,
    window_levels,
)

SEEDS = range(10)


def judged(of: Signal, rule: str) -> Fit:
    levels = (
        season_levels(of.values, STEP_S, rule=season_rule())
        if rule == "season"
        else window_levels(of.values, STEP_S, rule=window_rules()[rule])
    )
    found = drops(of.values, 0, STEP_S, of=levels, rule=event_rule())
    return fit(found, of.outages, tolerance_s=STEP_S)


def total(rule: str, *, swing: float) -> tuple[int, int, int, float]:
    """Known outages found, false events, of how many known, and the least share of their time."""
    fits = [judged(signal(seed, swing=swing), rule) for seed in SEEDS]
    recall = [each.time_recall or 0.0 for each in fits]
    return (
        sum(each.found for each in fits),
        sum(each.false for each in fits),
        sum(each.known for each in fits),
        float(np.mean(recall)),
    )


def test_published_rules_are_those_of_the_help_text() -> None:
    rules = {name: (r.window_s, r.warning, r.critical) for name, r in window_rules().items()}
    assert rules == {
        "bgp": (86400, 0.99, 0.50),
        "ping-slash24": (7 * 86400, 0.80, 0.50),
        "merit-nt": (7 * 86400, 0.25, 0.10),
    }


@pytest.mark.parametrize(
    ("value", "level"), [(100.0, NORMAL), (99.0, NORMAL), (98.9, WARNING), (49.9, CRITICAL)]
)
def test_border_of_the_routing_rule(value: float, level: int) -> None:
    values = np.array([*[100.0] * 288, value])
    assert window_levels(values, 300, rule=window_rules()["bgp"]).levels[-1] == level


def test_too_little_known_is_no_verdict() -> None:
    values = np.array([*[np.nan] * 200, *[100.0] * 88, 0.0])
    of = window_levels(values, 300, rule=window_rules()["bgp"])
    assert of.levels[-1] == UNKNOWN
    assert season_levels(values, 300, rule=season_rule()).levels.tolist() == [UNKNOWN] * 289


def test_nothing_to_lose_is_no_loss() -> None:
    values = np.zeros(400)
    assert set(window_levels(values, 300, rule=window_rules()["bgp"]).levels) == {UNKNOWN, NORMAL}


def test_brackets_and_severity_of_a_drop() -> None:
    """Half of a hundred for three steps of ten minutes; a gap before and after widens the ends."""
    values = np.array([100.0, 100, np.nan, 50, 50, np.nan, 50, np.nan, 100])
    levels = np.array([0, 0, -1, 1, 1, -1, 1, -1, 0], dtype=np.int8)
    (drop,) = drops(values, 1000, 600, of=Leveled(levels, np.full(9, 100.0)), rule=event_rule())
    assert drop == Drop(
        start_from=1600,
        start_to=2800,
        end_from=5200,
        end_to=5800,
        is_critical=False,
        area=50.0 * 3 * 10,
        greatest_loss=0.5,
    )


def test_event_that_goes_on_has_no_end() -> None:
    levels = np.array([1, 1], dtype=np.int8)
    (drop,) = drops(
        np.array([5.0, 5.0]), 0, 60, of=Leveled(levels, np.array([10.0, 10.0])), rule=event_rule()
    )
    assert drop.start_from is None
    assert drop.end_to is None


def test_sources_merge_where_they_overlap_and_multiply() -> None:
    def at(start: int, end: int, area: float) -> Drop:
        return Drop(None, start, end, None, is_critical=False, area=area, greatest_loss=0.1)

    merged = overlapping({"bgp": [at(0, 10, 5), at(30, 40, 7)], "probing": [at(5, 20, 3)]})
    assert [sorted(event) for event in merged] == [["bgp", "probing"], ["bgp"]]
    scores = [
        severity({name: [drop.area for drop in each] for name, each in event.items()})
        for event in merged
    ]
    assert scores == [15, 7]
    assert severity({}) == 0


def test_flat_signal_under_both() -> None:
    """Routing: the 24 hours of the published rule lose an outage that lasts for days."""
    found, false, known, shared = total("bgp", swing=0.0)
    assert (found, known) == (80, 80)
    assert shared < 0.45
    assert false == 0
    found, false, known, shared = total("season", swing=0.0)
    assert (found, known) == (80, 80)
    assert shared > 0.95
    assert false == 0


def test_signal_with_a_day_under_both() -> None:
    """Probing: an eighth less is under none of the published thresholds, and the swing is."""
    found, _, known, _ = total("ping-slash24", swing=0.15)
    assert found <= 70
    found, false, known, shared = total("season", swing=0.15)
    assert (found, known, false) == (80, 80, 0)
    assert shared > 0.95


def test_lasting_change_becomes_the_level() -> None:
    values = np.full(60 * PER_DAY, 1000.0)
    values[20 * PER_DAY :] = 700.0
    levels = season_levels(values, STEP_S, rule=season_rule()).levels
    assert set(levels[20 * PER_DAY : 26 * PER_DAY]) == {WARNING}
    assert set(levels[40 * PER_DAY :]) == {NORMAL}
