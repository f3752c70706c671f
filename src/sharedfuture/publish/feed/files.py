"""Both feeds of the changes of blocking, as files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from sharedfuture.publish.feed.atom import atom_feed
from sharedfuture.publish.feed.entries import About, entries_of
from sharedfuture.publish.feed.json_feed import json_feed

ATOM, JSON = "changes.atom", "changes.json"


def feed_files(
    changes: pl.DataFrame,
    about: About,
    *,
    names: Mapping[str, str],
    page_of: Callable[[str], str] | None = None,
) -> dict[str, bytes]:
    """The content of `changes.atom` and `changes.json`, of rows of `blocking_change`."""
    entries = entries_of(changes, names=names, page_of=page_of)
    return {
        ATOM: atom_feed(entries, about, file_name=ATOM),
        JSON: json_feed(entries, about, file_name=JSON),
    }


def write_feeds(
    changes: pl.DataFrame,
    folder: Path,
    *,
    about: About,
    names: Mapping[str, str],
    page_of: Callable[[str], str] | None = None,
) -> list[Path]:
    """Write both feeds into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in feed_files(changes, about, names=names, page_of=page_of).items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written
