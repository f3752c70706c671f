"""What the publishers say now: captured editions read, kept, and given keys.

What an edition says is kept on disk by the hash of its bytes and of the code that read it, so that
nothing is read twice. Where the newest capture of an edition cannot be read, the one before stays
in use and the source is stale: it says so wherever it is shown.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.align.names import Names
from sharedfuture.align.statements import align_countries
from sharedfuture.capture import Edition, Store
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import CaptureDamaged, CaptureRefused, SourceChanged
from sharedfuture.sources.declaration import (
    Declaration,
    DeclaredEdition,
    Editions,
    add_sources,
    declaration,
    folder_of,
    source_names,
)
from sharedfuture.sources.reading import own_spellings, read_edition

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


@dataclass(slots=True)
class _Ear:
    """What listening to one source has met so far."""

    names: Names
    readings: Path
    declared: Declaration
    faults: list[str] = field(default_factory=list)

    def hear(self, states: Sequence[Edition], declared: DeclaredEdition) -> Heard | None:
        """The newest state of an edition that can be read; the faults of newer ones are noted."""
        for edition in states:
            try:
                return Heard(edition, declared, self._read(edition))
            except (SourceChanged, CaptureDamaged, CaptureRefused) as error:
                self.faults.append(str(error))
        return None

    def _read(self, edition: Edition) -> Frames:
        folder = self.readings / edition.source / _key(edition)
        if not folder.is_dir():
            _keep(folder, edition)
        fault = folder / "fault.json"
        if fault.is_file():
            raise SourceChanged(json.loads(fault.read_text(encoding="utf-8")))
        stated = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
        return {kind: self._aligned(edition.source, frame) for kind, frame in stated.items()}

    def _aligned(self, source: str, frame: pl.DataFrame) -> pl.DataFrame:
        return align_countries(
            frame,
            source=source,
            names=self.names,
            own=own_spellings(source),
            codes=self.declared.country_codes,
        )


def listen(
    store: Store, names: Names, *, readings: Path, as_of: date | None = None
) -> tuple[Live, ...]:
    """Every declared source with what it says now; with `as_of`, what was published by that day.

    `readings` is the folder in which what was read is kept.
    """
    return tuple(_listen(store, names, name, readings, as_of) for name in source_names())


def listen_here(settings: Settings, names: Names) -> tuple[Live, ...]:
    """The same, with the store and the sources that the settings name."""
    if settings.own_sources is not None:
        add_sources(settings.own_sources)
    return listen(Store(settings.captures), names, readings=settings.readings, as_of=settings.as_of)


def _listen(store: Store, names: Names, name: str, readings: Path, as_of: date | None) -> Live:
    declared = declaration(name)
    held = {edition.name for edition in store.editions(name)}
    ear = _Ear(names, readings, declared)
    heard: list[Heard] = []
    for edition in sorted(declared.edition, key=lambda item: item.published, reverse=True):
        if edition.name not in held or not _is_known(edition, as_of):
            continue
        found = ear.hear(store.history(name, edition.name), edition)
        if found is not None:
            heard.insert(0, found)
            if declared.editions is Editions.REPLACE:
                break
    return Live(name, declared, _state(heard, ear.faults), tuple(heard), tuple(ear.faults))


def _state(heard: Sequence[Heard], faults: Sequence[str]) -> State:
    if heard:
        return State.STALE if faults else State.IN_USE
    return State.UNREADABLE if faults else State.NEVER_CAPTURED


def _is_known(edition: DeclaredEdition, as_of: date | None) -> bool:
    if as_of is None:
        return True
    latest = span_of(edition.published).latest
    return latest is not None and latest <= as_of


def _keep(folder: Path, edition: Edition) -> None:
    """Read an edition and keep what it says, or why it could not be read."""
    unfinished = folder.with_name(f".unfinished-{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        frames = read_edition(edition)
    except SourceChanged as error:
        text = json.dumps(str(error), ensure_ascii=False)
        (unfinished / "fault.json").write_text(text, encoding="utf-8")
    else:
        for kind, frame in frames.items():
            frame.write_parquet(unfinished / f"{kind}.parquet", compression="zstd")
    unfinished.replace(folder)


def _key(edition: Edition) -> str:
    """Hash of the bytes of an edition and of the code that reads them."""
    digest = sha256(_code_hash(edition.source).encode())
    for name, part in sorted(edition.parts.items()):
        digest.update(f"{edition.name}\n{name}\n{part.sha256}\n".encode())
    return digest.hexdigest()[:32]


@cache
def _code_hash(source: str) -> str:
    digest = sha256()
    for path in _code_files(source):
        digest.update(f"{path.name}\n".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _code_files(source: str) -> Iterator[Path]:
    package = Path(__file__).parents[1]
    for folder in (folder_of(source), package / "extract"):
        yield from sorted(path for path in folder.glob("*") if path.is_file())
    for name in ("sources/reading.py", "sources/declaration.py", "records/stated_tables.py"):
        yield package / name
