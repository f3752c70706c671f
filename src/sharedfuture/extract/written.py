"""What extraction gives: rows as written, and the faults met on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sharedfuture.records.fault import Fault, Spot


@dataclass(frozen=True, slots=True)
class Written:
    """One row or entry as written.

    `cells` are strings for CSV and whatever TOML says for TOML (hence `Any`; the source types
    them). `lines` gives the line of a cell where it is not that of the row.
    """

    at: Spot
    cells: Mapping[str, Any]
    text: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def spot(self, key: str) -> Spot:
        """Where the cell `key` stands."""
        return Spot(self.at.file, self.lines.get(key, self.at.line))


@dataclass(frozen=True, slots=True)
class Extracted:
    """The rows of one file, and its faults.

    `words` are the cells of rows that could not be taken; `is_cut` says that there may be rows of
    which not even that is known.
    """

    rows: tuple[Written, ...]
    faults: tuple[Fault, ...]
    words: tuple[str, ...] = ()
    is_cut: bool = False
