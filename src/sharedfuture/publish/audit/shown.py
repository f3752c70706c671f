"""Tables of an audit as a page shows them: chosen columns, headings, numbers in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

MINUS = "−"
NARROW = "\u202f"

# What a cell says; the names are those of indicators and elements, by code.
Say = Callable[[object, Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A table for a page; `is_number` says which columns are set to the right.

    `left_out` rows are not shown; the workbook has them.
    """

    caption: str
    heads: tuple[str, ...]
    is_number: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame, its heading on the page, and how its cells are said."""

    name: str
    head: str
    say: Say
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the report: its name in the template, caption, columns, and how many rows."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    most: int = 400


def number_text(value: float, decimals: int) -> str:
    """A number with a true minus sign and thousands set apart; large ones without decimals."""
    shown_decimals = 0 if abs(value) >= 10_000 else decimals
    said = f"{abs(value):,.{shown_decimals}f}".replace(",", NARROW)
    is_negative = value < 0 and float(f"{abs(value):.{shown_decimals}f}") != 0
    return MINUS + said if is_negative else said


def percent_text(value: float) -> str:
    """A share in per cent, with a decimal below ten; the ends are not rounded to certainty."""
    if 0 < value < 0.001:
        return f"under 0.1{NARROW}%"
    if 0.995 < value < 1:
        return f"over 99{NARROW}%"
    decimals = 1 if 0 < value < 0.1 else 0
    return f"{value * 100:.{decimals}f}{NARROW}%"


def number(name: str, head: str, decimals: int = 2) -> Column:
    """A column of numbers."""

    def say(value: object, _: Mapping[str, str]) -> str:
        return number_text(value, decimals) if isinstance(value, int | float) else "–"

    return Column(name, head, say)


def chance(name: str, head: str) -> Column:
    """A column of p-values: a small one is not zero."""

    def say(value: object, _: Mapping[str, str]) -> str:
        if not isinstance(value, int | float):
            return "–"
        return "under 0.001" if value < 0.001 else number_text(value, 3)

    return Column(name, head, say)


def share(name: str, head: str) -> Column:
    """A column of shares, said in per cent."""

    def say(value: object, _: Mapping[str, str]) -> str:
        return percent_text(value) if isinstance(value, int | float) else "–"

    return Column(name, head, say)


def text(name: str, head: str) -> Column:
    """A column of words; an absence is empty."""

    def say(value: object, _: Mapping[str, str]) -> str:
        return "" if value is None else str(value)

    return Column(name, head, say, is_number=False)


def named(name: str, head: str) -> Column:
    """A column of codes, shown as the names they stand for."""

    def say(value: object, names: Mapping[str, str]) -> str:
        return "" if value is None else names.get(str(value), str(value))

    return Column(name, head, say, is_number=False)


def shown(frame: pl.DataFrame, grid: Grid, names: Mapping[str, str]) -> Shown:
    """The first rows of a frame as a table of a page."""
    cells = [
        [column.say(value, names) for value in frame[column.name].head(grid.most).to_list()]
        for column in grid.columns
    ]
    return Shown(
        grid.caption,
        tuple(column.head for column in grid.columns),
        tuple(column.is_number for column in grid.columns),
        tuple(zip(*cells, strict=True)),
        max(frame.height - grid.most, 0),
    )
