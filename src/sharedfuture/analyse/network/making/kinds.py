"""What each kind of tie, event and body means in the network, as `kinds.toml` says."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl


@cache
def _declared() -> dict[str, Any]:
    """The file as read; its shape is held by a test."""
    text = files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def tie_kinds() -> pl.DataFrame:
    """`kind`, `status` (empty: any other), `says`, `layer`, `flow`: a row for each meaning."""
    rows = [
        {"kind": entry["kind"], "status": status}
        | {name: entry[name] for name in ("says", "layer", "flow")}
        for entry in _declared()["tie"]
        for status in entry.get("statuses", [None])
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_TIE, pl.String))


_TIE = ("kind", "status", "says", "layer", "flow")


def event_roles() -> pl.DataFrame:
    """`kind`, `role`, `role_to`, `layer`, `flow`, `place`: pairs of roles that an event ties."""
    rows = [
        {"kind": kind, "role": first, "role_to": second, "place": place}
        | {name: entry[name] for name in ("layer", "flow")}
        for place, entry in enumerate(_declared()["event"])
        for kind in entry["kinds"]
        for first, second in entry["roles"]
    ]
    return pl.DataFrame(rows)


def kinds_without_edge() -> frozenset[str]:
    """Kinds of event that tie nobody to anybody."""
    return frozenset(_declared()["without_edge"]["kinds"])


def flow_of_belonging() -> dict[str, str]:
    """Which way information goes between a body of each kind and its country."""
    return {kind: str(item["flow"]) for item in _declared()["belonging"] for kind in item["kinds"]}


def kinds_of_text() -> list[str]:
    """Kinds of actor that are texts or programmes."""
    return list(_declared()["texts"]["kinds"])
