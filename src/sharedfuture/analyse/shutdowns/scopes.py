"""How wide an event is, by the words of each register."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

import polars as pl

WIDTHS = ("national", "regional", "local", "network", "unknown")


def scope_words(register: str) -> Mapping[str, str]:
    """From a register's words, in small letters, to `WIDTHS`. KeyError for a register not known."""
    text = files("sharedfuture.analyse.shutdowns").joinpath("registers.toml").read_text("utf-8")
    words: Mapping[str, str] = tomllib.loads(text)["scope"][register]
    return words


def width(register: str) -> pl.Expr:
    """The width of the column `scope`; empty is unknown, and a word not known stops the work."""
    words = pl.col("scope").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return words.replace_strict(scope_words(register), return_dtype=pl.String).fill_null("unknown")
