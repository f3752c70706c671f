"""How wide an event is and what caused it, by the words of each register."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

WIDTHS = ("national", "regional", "local", "network", "unknown")


def scope_words(register: str) -> Mapping[str, str]:
    """From a register's words, in small letters, to `WIDTHS`. KeyError for a register not known."""
    words: Mapping[str, str] = _read()["scope"][register]
    return words


def width(register: str) -> pl.Expr:
    """The width of the column `scope`; empty is unknown, and a word not known stops the work."""
    words = pl.col("scope").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return words.replace_strict(scope_words(register), return_dtype=pl.String).fill_null("unknown")


def known_scopes(register: str) -> pl.Expr:
    """The column `scope` with every word that the register is not known to use taken away."""
    words = pl.col("scope").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(words.is_in(list(scope_words(register)))).then("scope")


def registers() -> tuple[str, ...]:
    """The registers whose words are known, in the order in which an event is named by them."""
    return tuple(_read()["scope"])


def title(register: str) -> str:
    """What a reader calls a register; its own name where it has no other."""
    said = _read()["register"].get(register, {}).get("title")
    return str(said or register)


def first_day(register: str) -> str | None:
    """The first day from which a register means to be whole, where that is not its first event."""
    said = _read()["register"].get(register, {}).get("first")
    return str(said["value"]) if said else None


def cause(register: str) -> pl.Expr:
    """`shutdown`, `outage` or `unknown`, by the column `cause` as the register writes it."""
    rule = {name: entry["value"] for name, entry in _read()["cause"][register].items()}
    if "all" in rule:
        return pl.lit(rule["all"])
    return (
        pl.when(pl.col("cause").is_null() | pl.col("cause").is_in(rule["unknown"]))
        .then(pl.lit("unknown"))
        .when(pl.col("cause").is_in(rule["shutdown"]))
        .then(pl.lit("shutdown"))
        .otherwise(pl.lit("outage"))
    )


def is_full_network() -> pl.Expr:
    """Whether Access Now says that the full network was shut, and not single services.

    Its first vocabulary, of 2016 to 2018, has no word for it: there it is whatever is neither a
    service nor throttled. Later it is a shutdown whose extent names the full network.
    """
    is_first = pl.col("part").str.ends_with("2016+2017+2018")
    kind, extent, network = (
        pl.col(name).fill_null("").str.to_lowercase().str.strip_chars()
        for name in ("kind", "extent", "network")
    )
    is_service = (extent == "service-based") | pl.any_horizontal(
        column.str.contains("service-based", literal=True) for column in (kind, network)
    )
    is_named = kind.str.contains("shutdown") & extent.str.contains("full")
    return pl.when(is_first).then(~is_service & (extent != "throttling")).otherwise(is_named)


@cache
def _read() -> Mapping[str, Any]:
    text = files("sharedfuture.analyse.shutdowns").joinpath("registers.toml").read_text("utf-8")
    return tomllib.loads(text)
