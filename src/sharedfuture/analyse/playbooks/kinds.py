"""The vocabulary of histories, as `kinds.toml` beside this module has it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class InstrumentRule:
    """Ties to one of these instruments or forums are of this kind; whose they are."""

    to: tuple[str, ...]
    kind: str
    sponsors: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class TieRule:
    """Ties of these kinds with an actor of a sponsor are of this kind, or of one it `may_be`.

    `partners` are the only actors that the rule is for; empty for any. `sponsor_is` is the end at
    which the sponsor must stand: from, to or either.
    """

    kinds: tuple[str, ...]
    partners: tuple[str, ...]
    kind: str
    may_be: tuple[str, ...]
    sponsor_is: str
    says: str


@dataclass(frozen=True, slots=True)
class FigureRule:
    """A figure above zero of this indicator says that something happened in, or by, its period."""

    indicator: str
    kind: str
    sponsor: str | None
    is_by: bool
    certainty: str
    says: str


def titles() -> Mapping[str, str]:
    """Every kind of happening, with its title for a reader."""
    found: Mapping[str, str] = _read()["title"]
    return found


@cache
def instrument_rules() -> tuple[InstrumentRule, ...]:
    """What ties to named instruments and forums become."""
    return tuple(
        InstrumentRule(tuple(rule["to"]), rule["kind"], tuple(rule["sponsors"]), rule["says"])
        for rule in _read()["instrument"]
    )


@cache
def tie_rules() -> tuple[TieRule, ...]:
    """What other ties become; the first rule that fits holds."""
    return tuple(
        TieRule(
            tuple(rule["kinds"]),
            tuple(rule.get("with", ())),
            rule["kind"],
            tuple(rule.get("may_be", ())),
            rule["sponsor_is"],
            rule["says"],
        )
        for rule in _read()["tie"]
    )


@cache
def figure_rules() -> tuple[FigureRule, ...]:
    """What yearly figures become."""
    return tuple(
        FigureRule(
            rule["indicator"],
            rule["kind"],
            rule.get("sponsor"),
            rule["dated"] == "by",
            rule["certainty"],
            rule["says"],
        )
        for rule in _read()["figure"]
    )


@cache
def _read() -> Mapping[str, Any]:
    text = files("sharedfuture.analyse.playbooks").joinpath("kinds.toml").read_text("utf-8")
    return tomllib.loads(text)
