"""The kinds of partnership that are looked at, as `targets.toml` declares them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_PACKAGE = "sharedfuture.analyse.partners.inputs"


@dataclass(frozen=True, slots=True)
class Words:
    """What each status of a tie or certainty of an event makes of a country."""

    documented: frozenset[str]
    reported: frozenset[str]
    denied: frozenset[str]
    out: frozenset[str]


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of partnership, its published total or range, and what names a country for it.

    `total` is the middle where none is published; `tally_id` is then None. `is_own` says that the
    bodies are the sponsor's own, so that it is no candidate; `is_register` that the names come
    from a list of parties, which is not one publisher's many claims. `within` names the
    target whose candidates these are among, where the names are too few for a model of their own.
    """

    id: str
    sponsor: str
    title: str
    bodies: frozenset[str]
    tie_kinds: frozenset[str]
    event_kinds: frozenset[str]
    tally_id: str | None
    total: float
    total_low: float
    total_high: float
    is_own: bool
    is_register: bool
    within: str | None


@cache
def read_targets() -> tuple[Target, ...]:
    """Every target; one that lies within another comes after it."""
    targets = tuple(_target(entry) for entry in _declared()["target"])
    return tuple(sorted(targets, key=lambda target: target.within is not None))


@cache
def read_words() -> Words:
    """Which statuses document a partnership, report it, deny it, or take a country out."""
    words = {name: frozenset(entry["value"]) for name, entry in _declared()["words"].items()}
    return Words(**words)


def _declared() -> Mapping[str, Any]:
    """The file as TOML, hence `Any`."""
    text = files(_PACKAGE).joinpath("targets.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _target(entry: Mapping[str, Any]) -> Target:
    return Target(
        id=entry["id"],
        sponsor=entry["sponsor"],
        title=entry["title"],
        bodies=frozenset(entry["bodies"]),
        tie_kinds=frozenset(entry["tie_kinds"]),
        event_kinds=frozenset(entry.get("event_kinds", ())),
        tally_id=entry.get("tally"),
        total=entry["total"],
        total_low=entry["total_low"],
        total_high=entry["total_high"],
        is_own=entry.get("own", False),
        is_register=entry.get("register", False),
        within=entry.get("within"),
    )
