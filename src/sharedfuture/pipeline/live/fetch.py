"""Fetch declared sources into the store of captures, or take in a user's own copy."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sharedfuture.capture import Fetch, Store, Wanted
from sharedfuture.capture.fetch import Fetched, Network, Watch, fetch_all, state
from sharedfuture.pipeline.live.own_sources import add_own_sources
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import DeclarationFaulty
from sharedfuture.sources.declaration import declaration, source_names, wanted


def files_of(
    settings: Settings, sources: Sequence[str], *, edition: str | None
) -> tuple[Wanted, ...]:
    """The files of these sources that have an address, or of all sources.

    With `edition`, only of the edition by that name; of several sources, those that have it.
    Raises DeclarationFaulty for an unknown source, and for an edition that none of them has.
    """
    add_own_sources(settings)
    names = tuple(sources) or source_names()
    if edition is None:
        return tuple(file for name in names for file in wanted(name))
    having = [
        name for name in names if edition in {item.name for item in declaration(name).edition}
    ]
    if not having:
        raise DeclarationFaulty(
            f"{', '.join(names)}: expected a source with an edition {edition}, found none"
        )
    return tuple(file for name in having for file in wanted(name, editions=(edition,)))


def fetch(
    settings: Settings, files: Sequence[Wanted], *, since: date | None, watch: Watch
) -> tuple[Fetched, ...]:
    """Ask the publishers; what became of each file. See `capture.fetch.fetch_all`."""
    network = Network(permitted=settings.local_hosts)
    return fetch_all(files, Store(settings.captures), network=network, since=since, watch=watch)


def look(settings: Settings, files: Sequence[Wanted]) -> tuple[Fetched, ...]:
    """What is held of each file; nothing is asked of anybody."""
    store = Store(settings.captures)
    return tuple(state(store, file) for file in files)


def take_in(settings: Settings, source: str, *, edition: str, part: str, path: Path) -> Fetch:
    """Keep a user's own copy of one part of an edition.

    Raises DeclarationFaulty where the source declares no such edition or part, CaptureRefused
    where the file is not in its form.
    """
    add_own_sources(settings)
    declared = declaration(source)
    forms = {file.part: file.form for file in declared.file}
    editions = [item.name for item in declared.edition]
    for what, name, known in (("edition", edition, editions), ("part", part, list(forms))):
        if name not in known:
            raise DeclarationFaulty(
                f"{source}: expected {what} among {', '.join(known)}, found {name}"
            )
    store = Store(settings.captures)
    return store.add(source, edition, part, path=path, form=forms[part])
