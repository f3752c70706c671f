"""The rules of detection, read from `detection.toml` beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_PACKAGE = "sharedfuture.analyse.shutdowns"


@dataclass(frozen=True, slots=True)
class WindowRule:
    """A published rule: alert below a share of the median of the window before.

    `least_known` is the share of the window that must be known for a verdict.
    """

    datasource: str
    window_s: int
    warning: float
    critical: float
    least_known: float


@dataclass(frozen=True, slots=True)
class SeasonRule:
    """The robust alternative: alert far below the same time of day on the days before.

    `spreads` is how many robust deviations below, and `least_drop` and `critical_drop` are shares
    of the median. `neighbours` is how many steps to either side count as the same time.
    """

    season_s: int
    days: int
    least_days: int
    neighbours: int
    spreads: float
    least_drop: float
    critical_drop: float
    patience_days: int


@dataclass(frozen=True, slots=True)
class EventRule:
    """How alerts become events, in seconds."""

    least_s: int
    join_s: int


def window_rules() -> Mapping[str, WindowRule]:
    """The published rules by data source."""
    section = _read()["published"]
    known = float(section["choices"]["least_known"]["value"])
    return {
        rule["datasource"]: WindowRule(
            datasource=rule["datasource"],
            window_s=rule["window_hours"] * 3600,
            warning=rule["warning"],
            critical=rule["critical"],
            least_known=known,
        )
        for rule in section["rule"]
    }


def season_rule() -> SeasonRule:
    """The robust alternative, one for all data sources."""
    choices = _values(_read()["robust"]["choices"])
    return SeasonRule(season_s=choices.pop("season_hours") * 3600, **choices)


def event_rule() -> EventRule:
    """How alerts become events."""
    choices = _values(_read()["events"])
    return EventRule(least_s=choices["least_minutes"] * 60, join_s=choices["join_minutes"] * 60)


def choices(name: str, section: str) -> dict[str, Any]:
    """The values of one section of a TOML file of this room, without their reasons."""
    return _values(_read(name)[section])


def _values(section: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in section.items()}


def _read(name: str = "detection.toml") -> dict[str, Any]:
    return tomllib.loads(files(_PACKAGE).joinpath(name).read_text(encoding="utf-8"))
