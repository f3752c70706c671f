"""Capture a folder that stands on this disk, such as the ledger."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Capture:
    """The bytes of one file, under the name by which faults and citations call it."""

    name: str
    data: bytes
    sha256: str


def capture_folder(folder: Path) -> tuple[Capture, ...]:
    """All files below `folder`, sorted by name.

    Names are relative to the folder's parent (`evidence/events.csv`). Hidden files and
    directories are passed over. Raises FileNotFoundError where there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    return tuple(_capture(path, folder) for path in paths)


def _capture(path: Path, folder: Path) -> Capture:
    data = path.read_bytes()
    name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
    return Capture(name=name, data=data, sha256=sha256(data).hexdigest())
