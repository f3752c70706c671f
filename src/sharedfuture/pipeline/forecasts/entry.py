"""An entry of the register, its hash, and its line; and the rows that it stands for.

The hash of an entry is taken over all its other cells, of which one is the hash of the entry
before: whoever changes a cell, or takes out or moves a line, must write every later line anew.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256

REGISTER = "register.csv"
FOLDER = "forecasts"
FIRST = "0" * 64  # what the first entry has for the entry before it


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register, every cell as text."""

    forecast_id: str
    target: str
    frozen_date: str
    data_sha256: str
    code_version: str
    countries: str
    expected: str
    rows_sha256: str
    previous_sha256: str
    entry_sha256: str = ""

    @property
    def own_hash(self) -> str:
        """What `entry_sha256` must be."""
        cells = [getattr(self, name) for name in COLUMNS if name != "entry_sha256"]
        return sha256("\n".join(cells).encode()).hexdigest()

    def sealed(self) -> "Entry":
        """The entry with its hash."""
        return replace(self, entry_sha256=self.own_hash)

    def line(self) -> str:
        """The entry as a line of the file."""
        return _line([getattr(self, name) for name in COLUMNS])


COLUMNS = tuple(field.name for field in fields(Entry))
HEADER = ",".join(COLUMNS) + "\n"
ROW_COLUMNS = (
    "country_id",
    "status",
    "probability",
    "probability_low",
    "probability_high",
    "baseline",
)


def is_forecast_file(name: str) -> bool:
    """Whether a file of the ledger, by its name below the folder, belongs to the register."""
    return name.startswith(f"{FOLDER}/")


def forecast_name(target: str, day: str) -> str:
    """The id of the one forecast that a target can have of a day."""
    return f"forecast-{target}-{day}"


def rows_text(rows: Iterable[Mapping[str, object]]) -> str:
    """The rows of a forecast as the bytes of its file; numbers to six decimals."""
    lines = [_line(ROW_COLUMNS)]
    lines += [_line([_cell(row[name]) for name in ROW_COLUMNS]) for row in rows]
    return "".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
