"""The recorded results of COINr 1.1.14, and a comparison that keeps count of what it compared."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-9
_WORDS = {"": np.nan, "NA": np.nan, "TRUE": 1.0, "FALSE": 0.0, "NaN": np.nan}
_WORDS |= {"Inf": np.inf, "-Inf": -np.inf}


@dataclass(frozen=True, slots=True)
class Compared:
    """One recorded file: cells compared, cells within the tolerance, the largest difference."""

    cells: int
    within: int
    largest: float
    note: str


@dataclass(frozen=True, slots=True)
class Wide:
    """A recorded table with one row for each key: values are rows by columns."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Array


@dataclass(slots=True)
class Golden:
    """The folder of recorded results, and what was compared so far."""

    folder: Path
    compared: dict[str, Compared] = field(default_factory=dict)

    def records(self, name: str) -> list[dict[str, str]]:
        """The rows of one file, as written."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def wide(self, name: str, key: str = "uCode", but: Sequence[str] = ()) -> Wide:
        """A table with its numbers read; TRUE is 1, an empty field is missing (NaN)."""
        records = self.records(name)
        columns = tuple(column for column in records[0] if column not in (key, *but))
        values = [[number(record[column]) for column in columns] for record in records]
        return Wide(tuple(record[key] for record in records), columns, np.array(values))

    def same(
        self,
        name: str,
        rows: Sequence[str],
        columns: Sequence[str],
        values: Array,
        *,
        key: str = "uCode",
        but: Sequence[str] = (),
        note: str = "",
    ) -> None:
        """Compare every cell of a recorded table with ours (`values`: rows by columns), by code."""
        recorded = self.wide(name, key, but)
        assert set(recorded.rows) == set(rows), f"{name}: other rows"
        assert set(recorded.columns) == set(columns), f"{name}: other columns"
        at = np.ix_(
            [list(rows).index(row) for row in recorded.rows],
            [list(columns).index(column) for column in recorded.columns],
        )
        self.same_numbers(name, recorded.values, np.asarray(values, dtype=float)[at], note=note)

    def same_cells(
        self,
        name: str,
        recorded: Mapping[object, float],
        ours: Mapping[object, float],
        *,
        note: str = "",
    ) -> None:
        """Compare numbers that are named by any key, for tables in long form."""
        assert set(recorded) == set(ours), f"{name}: other cells"
        keys = list(recorded)
        self.same_numbers(
            name,
            np.array([recorded[cell] for cell in keys]),
            np.array([ours[cell] for cell in keys]),
            note=note,
        )

    def same_numbers(
        self, name: str, recorded: Iterable[float] | Array, ours: object, *, note: str = ""
    ) -> None:
        """Compare two arrays of one shape; missing and infinite must stand in the same places."""
        left, right = np.asarray(recorded, dtype=float), np.asarray(ours, dtype=float)
        assert left.shape == right.shape, f"{name}: {left.shape} recorded, {right.shape} ours"
        alike = (np.isnan(left) & np.isnan(right)) | (left == right)
        with np.errstate(invalid="ignore"):
            difference = np.abs(left - right) / np.maximum(1.0, np.abs(left))
        difference = np.where(alike, 0.0, np.where(np.isnan(difference), np.inf, difference))
        within = difference <= TOLERANCE
        before = self.compared.get(name, Compared(0, 0, 0.0, ""))
        self.compared[name] = Compared(
            before.cells + within.size,
            before.within + int(within.sum()),
            max(before.largest, float(difference.max(initial=0.0))),
            "; ".join(part for part in (before.note, note) if part),
        )
        worst = np.unravel_index(int(difference.argmax()), difference.shape)
        assert within.all(), (
            f"{name}: {int((~within).sum())} of {within.size} cells differ; the worst at {worst}: "
            f"{left[worst]!r} recorded, {right[worst]!r} ours"
        )


def number(text: str) -> float:
    """A recorded cell as a number; R's words for missing, true and infinite are known."""
    return _WORDS[text] if text in _WORDS else float(text)
