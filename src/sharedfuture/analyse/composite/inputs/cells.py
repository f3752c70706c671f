"""Cells as they are written, read strictly; and all that is wrong with a table, said at once.

A cell is a number, a word that was declared to mean missing, or a problem. A number is written
with digits, one decimal point at most, a sign and an exponent if need be; spaces around it do
not matter. There is no guess at decimal commas and separators of thousands: `1,234` is one
number in Paris and another in London, so it is refused.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.composite.errors import TableRefused

Array = npt.NDArray[np.float64]

# What may stand in a cell of numbers where there is no value.
MISSING = ("", "NA", "n/a", "..")

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_HINTS = (
    (r"[+-]?inf(inity)?", "infinite values are refused"),
    (
        r"[+-]?[0-9]+([ ,.'’_\u00a0\u202f][0-9]+)+",
        "write a decimal point, no decimal comma and no separators of thousands",
    ),
    (r"[−–][0-9.,]+", "write the minus sign as a hyphen"),
    (r"[+-]?[0-9.,]+ *%", "leave the per cent sign to the unit"),
    (
        r"nan|null|none|nil|n\.?a\.?|n/a|missing|[-–—.:*?]*",
        "if it means missing, declare it as a word for missing",
    ),
)
_LISTED = 20


class Problems:
    """What is wrong with an input, gathered so that all of it can be mended at once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, says: str) -> None:
        """Note one problem: where, what was expected, what was found."""
        self._found.append(says)

    def require_none(self) -> None:
        """Raise TableRefused with all problems noted so far, the first twenty in full."""
        if not self._found:
            return
        if len(self._found) == 1:
            raise TableRefused(self._found[0])
        left = len(self._found) - _LISTED
        rest = [f"and {left} more"] if left > 0 else []
        listed = "\n- ".join([*self._found[:_LISTED], *rest])
        raise TableRefused(f"{len(self._found)} problems:\n- {listed}")


class Sheet:
    """A frame that is read column by column, its problems noted by row, label and column.

    `label` is the column that says what a row is about. Rows are counted from 1, without a
    header. `called` stands in front of every complaint, where there is more than one frame.
    Raises TableRefused for a frame without rows or without the column `label`.
    """

    def __init__(
        self, frame: pl.DataFrame, label: str, *, missing: Sequence[str], called: str = ""
    ) -> None:
        self.frame = frame
        self.missing = missing
        self.problems = Problems()
        self._called = f"{called}: " if called else ""
        if frame.is_empty():
            raise TableRefused(f"{self._called}expected at least one row, found none")
        self.require([label])
        self.labels = tuple(self.texts(label))
        for row in [row for row, text in enumerate(self.labels) if not text]:
            self.complain(row, label, "expected a code, found nothing")
        for column in [column for column in frame.columns if column != column.strip()]:
            self.problems.add(f"{self._called}column {column!r}: expected no spaces around")

    def require(self, columns: Iterable[str]) -> None:
        """Raise TableRefused where a column is not in the frame, naming all that are not."""
        gone = [column for column in dict.fromkeys(columns) if not self.has(column)]
        if gone:
            raise TableRefused(
                f"{self._called}no column {', '.join(map(repr, gone))}; the table has "
                f"{', '.join(map(repr, self.frame.columns))}"
            )

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return column in self.frame.columns

    def at(self, row: int, column: str) -> str:
        """A cell, as it is named in a complaint."""
        label = f" ({self.labels[row]})" if self.labels[row] else ""
        return f"{self._called}row {row + 1}{label}, column {column!r}"

    def complain(self, row: int | np.intp, column: str, says: str) -> None:
        """Note what is wrong with one cell."""
        self.problems.add(f"{self.at(int(row), column)}: {says}")

    def numbers(self, column: str) -> Array:
        """Numbers of a column, NaN where missing or without the column; complains of the rest."""
        if not self.has(column):
            return np.full(len(self.frame), np.nan)
        values, unread = numbers_of(self.frame[column], self.missing)
        for row, says in unread.items():
            self.complain(row, column, f"expected a number, {says}")
        return values

    def texts(self, column: str) -> list[str]:
        """Cells of a column as text, without spaces around; "" where null, NaN or no column.

        No word means missing here: `NA` is the code of Namibia.
        """
        if not self.has(column):
            return [""] * len(self.frame)
        cells = self.frame[column]
        known = cells.fill_nan(None) if cells.dtype.is_float() else cells
        return known.cast(pl.String).fill_null("").str.strip_chars().to_list()


def numbers_of(column: pl.Series, missing: Sequence[str]) -> tuple[Array, Mapping[int, str]]:
    """Numbers of a column, NaN where missing; and by row what is wrong with a cell.

    Text is read strictly, see above; a decimal number gives the nearest double. Null is missing
    in every column, NaN in one that is numbers already. Infinity is a problem in either.
    """
    if column.dtype == pl.String:
        return _numbers_of_text(column, missing)
    if column.dtype.is_numeric() or column.dtype == pl.Null:
        values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
        infinite = np.flatnonzero(np.isinf(values))
        return values, {int(row): f"found {values[row]}" for row in infinite}
    says = f"found a column of type {column.dtype}"
    return np.full(len(column), np.nan), {0: says}


def _numbers_of_text(column: pl.Series, missing: Sequence[str]) -> tuple[Array, Mapping[int, str]]:
    written = column.fill_null("").str.strip_chars()
    is_missing = column.is_null() | written.is_in(list(missing))
    is_number = written.str.contains(_NUMBER) & ~is_missing
    numbers = pl.select(pl.when(is_number).then(written)).to_series().cast(pl.Float64)
    values = numbers.fill_null(float("nan")).to_numpy().copy()
    unread = np.flatnonzero((~is_number & ~is_missing).to_numpy())
    problems = {int(row): _refusal(written[int(row)]) for row in unread}
    too_large = np.flatnonzero(np.isinf(values))
    problems |= {int(row): f"found {written[int(row)]!r}, which is too large" for row in too_large}
    return values, problems


def _refusal(text: str) -> str:
    hints = (hint for pattern, hint in _HINTS if re.fullmatch(pattern, text, re.IGNORECASE))
    hint = next(hints, "")
    return f"found {text!r}" + (f"; {hint}" if hint else "")
