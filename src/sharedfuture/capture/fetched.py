"""What became of a file that was wanted, and who looks on while it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sharedfuture.capture.store import Store
from sharedfuture.capture.wanted import Wanted


class Outcome(StrEnum):
    """What became of a wanted file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "unchanged"
    HELD = "held, not asked for"
    NOT_HELD = "not held, not asked for"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one wanted file, its pages together.

    `captured_at` is when the bytes now in use were first had, None where there are none.
    """

    wanted: Wanted
    outcome: Outcome
    byte_count: int = 0
    problem: str | None = None
    captured_at: datetime | None = None


class Watch(Protocol):
    """Who looks on. It is called from several threads."""

    def started(self, wanted: Wanted) -> None:
        """The first request for a file is about to go out."""

    def received(self, wanted: Wanted, byte_count: int, total: int | None) -> None:
        """So much of a file, or of one of its pages, is there."""

    def waits(self, wanted: Wanted, because: str) -> None:
        """Something went wrong that may come right; it is tried again."""

    def ended(self, fetched: Fetched) -> None:
        """A file came to its end, good or bad."""


class Nobody:
    """Nobody looks on."""

    def started(self, wanted: Wanted) -> None: ...

    def received(self, wanted: Wanted, byte_count: int, total: int | None) -> None: ...

    def waits(self, wanted: Wanted, because: str) -> None: ...

    def ended(self, fetched: Fetched) -> None: ...


NOBODY = Nobody()


def state(store: Store, wanted: Wanted) -> Fetched:
    """What is held of a file, without asking for it."""
    held = held_parts(store, wanted)
    if not held:
        return Fetched(wanted, Outcome.NOT_HELD)
    return Fetched(wanted, Outcome.HELD, captured_at=max(held.values()))


def held_parts(store: Store, wanted: Wanted) -> Mapping[tuple[str, str], datetime]:
    """Name and hash of each part in use for a file, its pages included, and since when."""
    return {
        (part.name, part.sha256): part.captured_at
        for edition in store.editions(wanted.source)
        if edition.name == wanted.edition
        for part in edition.parts.values()
        if part.name == wanted.part or part.name.startswith(f"{wanted.part}.")
    }
