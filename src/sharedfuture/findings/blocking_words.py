"""Whether blocking gets worse or better in a country, where, and how sure that is, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

_TURNS = {"blocked": "began to be blocked", "unblocked": "ceased to be blocked"}
_SCOPES = {
    "national": "nationally",
    "several_networks": "on several networks",
    "one_network": "on one network",
    "undivided": "over all networks together",
}
_NAMED = 3


def say_country(name: str, *, rates: Sequence[Row], changes: Sequence[Row]) -> list[str]:
    """Sentences about one country from its rows of `blocking_rate` and `blocking_change`.

    First the country as a whole, then which parts of it got worse and better, then the newest
    changes. Where too little was measured, that is said instead of a number.
    """
    if not rates and not changes:
        return [f"{name}: no measurements are held here; that is no sign of openness."]
    whole = [str(row["sentence"]) for row in rates if row["breakdown"] == "country"]
    parts = [
        sentence
        for trend in ("worse", "better")
        if (sentence := _say_parts(rates, trend)) is not None
    ]
    return [*whole, *parts, *_say_unknown(rates), *_say_changes(changes)]


def _say_parts(rates: Sequence[Row], trend: str) -> str | None:
    moved = [row for row in rates if row["trend"] == trend and row["breakdown"] != "country"]
    if not moved:
        return None
    moved.sort(key=lambda row: (-row["decided"], row["blocking_rate_id"]))
    named = "; ".join(f"{row['title']} ({row['breakdown']})" for row in moved[:_NAMED])
    more = f", and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
    return f"Getting {trend}: {named}{more}."


def _say_unknown(rates: Sequence[Row]) -> list[str]:
    parts = [row for row in rates if row["breakdown"] != "country"]
    unknown = sum(row["rate"] is None for row in parts)
    if not unknown:
        return []
    return [
        f"Of {len(parts)} networks, sites, services and categories that were tried, {unknown} were "
        "not measured enough to give a rate."
    ]


def _say_changes(changes: Sequence[Row]) -> list[str]:
    newest = sorted(changes, key=lambda row: (row["by_date"], row["blocking_change_id"]))[-_NAMED:]
    return [str(row["sentence"]) for row in reversed(newest)]


def say_change_briefly(row: Row) -> str:
    """A row of `blocking_change` as a headline."""
    return (
        f"{row['domain']} {_TURNS[row['change']]} in {row['country_id']} {_SCOPES[row['scope']]} "
        f"by {row['by_date']} ({row['sureness']})"
    )
