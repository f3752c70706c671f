"""Every detector on one signal: the published rules and the robust alternative, by name."""

from collections.abc import Mapping

from sharedfuture.analyse.shutdowns.rules import event_rule, season_rule, window_rules
from sharedfuture.analyse.shutdowns.signals.drops import Drop, drops
from sharedfuture.analyse.shutdowns.signals.levels import (
    UNKNOWN,
    Floats,
    Leveled,
    season_levels,
    window_levels,
)

ROBUST = "robust"


def detectors() -> tuple[str, ...]:
    """The names: a published rule by its data source, and the robust one."""
    return (*(f"published-{source}" for source in window_rules()), ROBUST)


def leveled(values: Floats, step_s: int, *, by: str) -> Leveled:
    """The levels of a signal by one detector. KeyError for a name that is none."""
    if by == ROBUST:
        return season_levels(values, step_s, rule=season_rule())
    return window_levels(values, step_s, rule=window_rules()[by.removeprefix("published-")])


def detect(values: Floats, first_s: int, step_s: int, *, by: str) -> list[Drop]:
    """The events of a signal by one detector."""
    found = leveled(values, step_s, by=by)
    return drops(values, first_s, step_s, of=found, rule=event_rule())


def undecided(values: Floats, step_s: int) -> Mapping[str, float]:
    """By detector, the share of the values of which it says nothing."""
    return {
        name: float((leveled(values, step_s, by=name).levels == UNKNOWN).mean())
        for name in detectors()
    }
