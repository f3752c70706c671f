"""A row as somebody stated it, before anything is understood by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from sharedfuture.records.fault import Spot

Cell: TypeAlias = "str | int | float | bool | tuple[Cell, ...] | Mapping[str, Cell] | None"


@dataclass(frozen=True, slots=True)
class Cite:
    """A source, and where in it."""

    source_id: str
    locator: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be read: whole files by the kind of their rows, single rows by their words.

    `row_kinds` are the kinds of the single rows.

    A row that names what was refused is not at fault itself.
    """

    kinds: frozenset[str] = frozenset()
    row_kinds: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def excuses(self, word: str, *kinds: str) -> bool:
        """Whether `word` may name something of one of `kinds` that was refused."""
        return word in self.words or not self.kinds.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Stated:
    """One row of the ledger: typed, not yet aligned.

    `row_id` names the row in the public tables; `as_written` is the row's text, from which its
    `stated_id` is made: different words give a new id, so that a silent change shows itself.
    """

    kind: str
    row_id: str
    cells: Mapping[str, Cell]
    cites: tuple[Cite, ...]
    at: Spot
    as_written: str

    @property
    def stated_id(self) -> str:
        """Hash of kind, id and text as written."""
        return sha256(f"{self.kind}\n{self.row_id}\n{self.as_written}".encode()).hexdigest()[:24]
