"""A file on its way: what came so far, kept so that a later fetch can go on with it.

    <key>.part    the bytes so far
    <key>.json    how many of them are on the disk, and what they are a part of
    <key>.lock    held by who is fetching it

The key is a hash of the address. Only bytes known to be on the disk are gone on with, so that a
loss of power costs some bytes, and never mixes zeros into a file.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from sharedfuture.capture.locks import locked
from sharedfuture.capture.store import telling_of_the_disk

_CHECKPOINT_BYTES = 4 * 1024 * 1024


class _Known(msgspec.Struct, frozen=True):
    """What a partial file is a part of; a server that shows the same validator has the rest."""

    url: str
    validator: str
    byte_count: int


class Partial:
    """The bytes of one address so far. Made by `partial_file`, which holds its lock."""

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self.byte_count = 0
        self.validator: str | None = None
        self._info = path.with_suffix(".json")
        self._url = url
        self._safe = 0
        known = self._known()
        with telling_of_the_disk(path.parent):
            self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
            size = os.fstat(self._file.fileno()).st_size
            if known and known.url == url and size >= known.byte_count:
                self.byte_count = self._safe = known.byte_count
                self.validator = known.validator
            self._file.truncate(self.byte_count)
            self._file.seek(self.byte_count)

    def begin(self, validator: str | None) -> None:
        """Begin anew; `validator` is what the server will know this very file by, if anything."""
        self.byte_count = self._safe = 0
        self.validator = validator
        with telling_of_the_disk(self.path.parent):
            self._info.unlink(missing_ok=True)
            self._file.seek(0)
            self._file.truncate(0)

    def write(self, block: bytes) -> None:
        """Add what came."""
        with telling_of_the_disk(self.path.parent):
            rest = memoryview(block)
            while rest:
                rest = rest[self._file.write(rest) :]
        self.byte_count += len(block)
        if self.byte_count - self._safe >= _CHECKPOINT_BYTES:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Bring to the disk what came so far, and write down how much that is."""
        with telling_of_the_disk(self.path.parent):
            if self.validator is None or self.byte_count == self._safe:
                return
            os.fsync(self._file.fileno())
            known = _Known(self._url, self.validator, self.byte_count)
            fresh = self._info.with_suffix(".fresh")
            fresh.write_bytes(msgspec.json.encode(known))
            fresh.replace(self._info)
        self._safe = self.byte_count

    def forget(self) -> None:
        """Take away what came; it is kept elsewhere, or worth nothing."""
        self.validator, self.byte_count = None, 0
        for path in (self._info, self._info.with_suffix(".fresh"), self.path):
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; what cannot be gone on with is taken away."""
        try:
            self.checkpoint()
        finally:
            self._file.close()
            if self.validator is None or self.byte_count == 0:
                self.forget()

    def _known(self) -> _Known | None:
        try:
            return msgspec.json.decode(self._info.read_bytes(), type=_Known)
        except (OSError, msgspec.DecodeError):
            return None


@contextmanager
def partial_file(folder: Path, url: str, *, wait: Callable[[], None]) -> Iterator[Partial]:
    """The partial file of an address, while nobody else fetches it; `wait` as in `locked`."""
    path = folder / f"{sha256(url.encode()).hexdigest()}.part"
    with locked(path.with_suffix(".lock"), wait=wait):
        partial = Partial(path, url)
        try:
            yield partial
        finally:
            partial.close()
