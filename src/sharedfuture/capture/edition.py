"""An edition of a source as it is held on this disk: its files, named by us, known by hash."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sharedfuture.capture.folder import Capture
from sharedfuture.records.errors import CaptureDamaged


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an edition. `captured_at` is when these bytes were first had, in UTC."""

    name: str
    path: Path
    sha256: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """What is held of one edition of one source, by the name of each part.

    The pages of a paged part are parts of their own: `population.1`, `population.2` and so on.
    """

    source: str
    name: str
    parts: Mapping[str, Part]

    @property
    def captured_at(self) -> datetime:
        """When the last of its files was had."""
        return max(part.captured_at for part in self.parts.values())

    def has(self, part: str) -> bool:
        """Whether this part, or a page of it, is held."""
        return bool(self._named(part))

    def capture(self, part: str) -> Capture:
        """The bytes of one part.

        Raises CaptureDamaged where it is not held, or its bytes are not those that were captured.
        """
        held = self.parts.get(part)
        if held is None:
            found = ", ".join(sorted(self.parts)) or "nothing"
            raise CaptureDamaged(f"{self.source}/{self.name}: expected part {part}, found {found}")
        name = f"{self.source}/{self.name}/{part}"
        try:
            data = held.path.read_bytes()
        except OSError as error:
            raise CaptureDamaged(
                f"{name}: expected the captured file, found {error.strerror}"
            ) from error
        if (found := sha256(data).hexdigest()) != held.sha256:
            raise CaptureDamaged(f"{name}: expected bytes of hash {held.sha256}, found {found}")
        return Capture(name=name, data=data, sha256=held.sha256)

    def captures(self, part: str) -> Iterator[Capture]:
        """A part and its pages, in the order of the pages; nothing where there is none."""
        for name in self._named(part):
            yield self.capture(name)

    def _named(self, part: str) -> list[str]:
        pages = [name for name in self.parts if name == part or name.startswith(f"{part}.")]
        return sorted(pages, key=lambda name: int("0" + name[len(part) + 1 :]))
