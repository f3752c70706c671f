"""Files of measurements: found where the user points, named by the bytes they hold."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from hashlib import sha256
from pathlib import Path

from sharedfuture.records.errors import MeasurementsUnreadable

ENDINGS = (".jsonl.gz", ".jsonl")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A file where it lies: its size in bytes and when it was last written, as the disk has it."""

    path: str
    byte_count: int
    written_ns: int

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Named:
    """A file and the hash of its first `byte_count` bytes, or why there is none."""

    found: Found
    file_key: str
    byte_count: int
    problem: str


def find_inputs(paths: Iterable[str]) -> list[Found]:
    """Every `*.jsonl.gz` and `*.jsonl` that the paths stand for, each once, in order.

    A path is a file, a folder, which is gone through to its ground (so the layouts of the public
    bucket need no more), or a pattern with `*`, `?` or `[`. Raises MeasurementsUnreadable for a
    path that stands for nothing.
    """
    found: dict[str, Found] = {}
    for path in paths:
        before = len(found)
        seen = False
        for file in _files(path):
            seen = True
            status = file.stat() if file.exists() else None
            name = str(file.resolve())
            found[name] = Found(
                name, status.st_size if status else 0, status.st_mtime_ns if status else 0
            )
        if len(found) == before and not seen:
            raise MeasurementsUnreadable(
                f"{path}: expected {' or '.join('*' + ending for ending in ENDINGS)}, a folder "
                "with such files or a pattern that finds some, found none"
            )
    return [found[name] for name in sorted(found)]


def name_by_bytes(found: Found) -> Named:
    """Hash a file as it is now; a file that grows meanwhile is what it was at the start."""
    digest, left = sha256(), found.byte_count
    try:
        with Path(found.path).open("rb") as file:
            while left and (block := file.read(min(left, _BLOCK))):
                digest.update(block)
                left -= len(block)
    except OSError as error:
        return Named(found, "", 0, f"{found.path}: {error.strerror or error}")
    return Named(found, digest.hexdigest(), found.byte_count - left, "")


def _files(path: str) -> Iterator[Path]:
    place = Path(path)
    if place.is_dir():
        yield from _below(place)
    elif place.exists() or not has_magic(path):
        if path.endswith(ENDINGS) and place.exists():
            yield place
    else:
        for name in glob(path, recursive=True):  # noqa: PTH207 - a pattern may be absolute
            if Path(name).is_dir():
                yield from _below(Path(name))
            elif name.endswith(ENDINGS):
                yield Path(name)


def _below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(ENDINGS):
                yield Path(place) / name
