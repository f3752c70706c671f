"""The rules as records, and the values that they compare with."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LAYERS = ("dns", "tcp", "tls", "http", "service")
VERDICTS = ("blocked", "down", "ok", "insufficient")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `says` is a sentence for a reader, `because` the reason of its weight."""

    id: str
    layer: str
    verdict: str
    weight: float
    says: str
    because: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Values that rules compare with; their reasons stand in the file."""

    same_length: float
    same_headers: float
    witness: float
    least_weight: float


@cache
def read_rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they are tried."""
    return tuple(Rule(**entry) for entry in _document()["rule"])


@cache
def read_limits() -> Limits:
    """The limits of the same file."""
    return Limits(**{name: entry["value"] for name, entry in _document()["limit"].items()})


def _document() -> dict[str, Any]:  # a TOML document holds anything
    return tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
