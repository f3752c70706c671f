"""What the publishers say now: captured editions read, kept, and given keys.

Where the newest capture of an edition cannot be read, the one before stays in use and the source is
stale: it says so wherever it is shown. What was read is kept, see `readings`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.align.names import Names
from sharedfuture.align.statements import align_countries
from sharedfuture.capture import Edition, Store
from sharedfuture.pipeline.live.own_sources import add_own_sources
from sharedfuture.pipeline.live.readings import Readings, listening
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import (
    CaptureDamaged,
    DeclarationFaulty,
    SettingRefused,
    SourceChanged,
)
from sharedfuture.records.release import MAY_LEAVE
from sharedfuture.sources.declaration import (
    Declaration,
    DeclaredEdition,
    Editions,
    declaration,
    source_names,
)
from sharedfuture.sources.reading import own_spellings

Frames = Mapping[str, pl.DataFrame]


class State(StrEnum):
    """How a source stands."""

    IN_USE = "in_use"
    STALE = "stale"
    UNREADABLE = "unreadable"
    NEVER_CAPTURED = "never_captured"


@dataclass(frozen=True, slots=True)
class Heard:
    """One edition in use: what it says, with a key for each country."""

    edition: Edition
    declared: DeclaredEdition
    frames: Frames

    @property
    def source_id(self) -> str:
        """Id of the edition as a source that rows cite."""
        return f"src-live-{self.edition.source.replace('_', '-')}-{self.edition.name.lower()}"


@dataclass(frozen=True, slots=True)
class Live:
    """One source: the editions in use, oldest first, and why others are not."""

    name: str
    declared: Declaration
    state: State
    heard: tuple[Heard, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        """Rows that the editions in use state."""
        return sum(frame.height for heard in self.heard for frame in heard.frames.values())

    def may_leave(self, licences_held: frozenset[str]) -> bool:
        """Whether single values may be passed on, by its class or by a licence that is held."""
        return self.declared.redistribution.value in MAY_LEAVE or self.name in licences_held


@dataclass(slots=True)
class _Ear:
    """What listening to one source has met so far."""

    names: Names
    readings: Readings
    name: str
    declared: Declaration
    faults: list[str] = field(default_factory=list)

    def hear(self, states: Sequence[Edition], declared: DeclaredEdition) -> Heard | None:
        """The first of these states that is whole and can be read; faults of others are noted."""
        for edition in self._whole(states, declared):
            try:
                return Heard(edition, declared, self._aligned(self.readings.read(edition)))
            except (SourceChanged, CaptureDamaged) as error:
                self.faults.append(str(error))
        return None

    def _whole(self, states: Sequence[Edition], declared: DeclaredEdition) -> Iterator[Edition]:
        """States that have every part they need; where none has, that is a fault."""
        needed = [
            file.part
            for file in self.declared.file
            if not file.is_optional and (not file.editions or declared.name in file.editions)
        ]
        whole = [state for state in states if all(map(state.has, needed))]
        if not whole:
            lost = [part for part in needed if not states[0].has(part)]
            self.faults.append(
                f"{self.name}/{declared.name}: expected part {', '.join(lost or needed)}, "
                f"found only {', '.join(states[0].parts)}"
            )
        yield from whole

    def _aligned(self, frames: Frames) -> dict[str, pl.DataFrame]:
        return {
            kind: align_countries(
                frame,
                source=self.name,
                names=self.names,
                own=own_spellings(self.name),
                codes=self.declared.country_codes,
            )
            for kind, frame in frames.items()
        }


def listen(
    store: Store, names: Names, *, readings: Path, as_of: date | None = None
) -> tuple[Live, ...]:
    """Every declared source with what it says now; with `as_of`, what was published by that day.

    `readings` is the folder in which what was read is kept. The log of captures is read once.
    """
    held = store.histories()
    if not held:
        return tuple(Live(name, declaration(name), _state((), ())) for name in source_names())
    with listening(readings) as kept:
        for (name, _), states in held.items():
            if name in source_names():
                kept.note(states)
        return tuple(_listen(name, held, names, kept, as_of) for name in source_names())


def listen_here(settings: Settings, names: Names) -> tuple[Live, ...]:
    """The same, with the store and the sources that the settings name."""
    add_own_sources(settings)
    if unknown := sorted(settings.licences_held - set(source_names())):
        raise SettingRefused(
            f"SHAREDFUTURE_LICENCES: expected sources among {', '.join(source_names())}, "
            f"found {', '.join(unknown)}"
        )
    return listen(Store(settings.captures), names, readings=settings.readings, as_of=settings.as_of)


def _listen(
    name: str,
    held: Mapping[tuple[str, str], Sequence[Edition]],
    names: Names,
    readings: Readings,
    as_of: date | None,
) -> Live:
    declared = declaration(name)
    ear = _Ear(names, readings, name, declared)
    heard: list[Heard] = []
    for edition in declared.edition[::-1]:  # declared from the oldest to the newest
        states = held.get((name, edition.name), ())
        if not states or (as_of is not None and _published(name, edition) > as_of):
            continue
        found = ear.hear(_nearest(states, as_of), edition)
        if found is not None:
            heard.insert(0, found)
            if declared.editions is Editions.REPLACE:
                break
    return Live(name, declared, _state(heard, ear.faults), tuple(heard), tuple(ear.faults))


def _nearest(states: Sequence[Edition], as_of: date | None) -> Sequence[Edition]:
    """States, newest first, in the order in which they tell what was said on that day.

    The newest that was captured by then comes first; what was captured later may have been
    corrected since, and the earliest of it least.
    """
    if as_of is None:
        return states
    by_then = [state for state in states if state.captured_at.date() <= as_of]
    later = [state for state in states if state.captured_at.date() > as_of]
    return [*by_then, *reversed(later)]


def _state(heard: Sequence[Heard], faults: Sequence[str]) -> State:
    if heard:
        return State.STALE if faults else State.IN_USE
    return State.UNREADABLE if faults else State.NEVER_CAPTURED


def _published(name: str, edition: DeclaredEdition) -> date:
    """The last day on which it may have come out; without end where that is open."""
    try:
        return span_of(edition.published).latest or date.max
    except ValueError as error:
        raise DeclarationFaulty(
            f"{name}/source.toml, edition {edition.name}: expected the day it came out, "
            f"found {error}"
        ) from error
