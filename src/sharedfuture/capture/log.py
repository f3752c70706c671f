"""The log of fetches: one line of JSON a fetch, only ever added to.

Lines go in by one write under a lock, and are on the disk before the fetch counts as done. A
process that dies while it writes leaves half a line at the end; it is passed over, and cut off
when the next line goes in.
"""

import fcntl
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

import msgspec

from sharedfuture.records.errors import CaptureDamaged


@dataclass(frozen=True, slots=True)
class Fetch:
    """What one request for a file came to; a user's own copy is logged like one.

    `url` was asked, `final_url` answered; `at` is when it was asked (UTC); `sha256` names the
    bytes that were kept, None where there are none; `problem` says why they are not good, None
    where they are. `pages` is how many pages the answer has, for a part that comes in pages; all
    pages of one fetch stand in the log one after the other, or not at all.
    """

    source: str
    edition: str
    part: str
    url: str
    final_url: str
    at: datetime
    status: int | None = None
    sha256: str | None = None
    byte_count: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    problem: str | None = None
    pages: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether these bytes may be used."""
        return self.sha256 is not None and self.problem is None


class Log:
    """Reads and adds to the log. Each line is read once, however often the log is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._decoder = msgspec.json.Decoder(Fetch)
        self._encoder = msgspec.json.Encoder()
        self._guard = Lock()
        self._read: list[Fetch] = []
        self._offset = 0

    def fetches(self) -> tuple[Fetch, ...]:
        """All fetches, oldest first; none where there is no log.

        Raises CaptureDamaged with the number of the line that cannot be read, unless it is the
        last one and was cut off.
        """
        with self._guard:
            return self._fetches()

    def _fetches(self) -> tuple[Fetch, ...]:
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._offset:
                    self._read, self._offset = [], 0
                file.seek(self._offset)
                text = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        whole, end, rest = text.rpartition(b"\n")
        lines = whole.split(b"\n") if end else []
        first = len(self._read) + 1
        self._read += [self._decode(line, number=n) for n, line in enumerate(lines, first)]
        self._offset += len(whole) + len(end)
        last = self._half(rest)
        return (*self._read, last) if last else tuple(self._read)

    def append(self, fetches: Sequence[Fetch]) -> None:
        """Add lines that belong together; they are on the disk when this returns."""
        lines = b"".join(self._encoder.encode(fetch) + b"\n" for fetch in fetches)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            end = os.lseek(descriptor, 0, os.SEEK_END)
            start, rest = _last_line(descriptor, end)
            if rest and self._half(rest):
                lines = b"\n" + lines
            elif rest:
                os.ftruncate(descriptor, start)
                end = start
            _write(descriptor, lines, at=end)
            if end == 0:
                bring_to_disk(self.path.parent)
        finally:
            os.close(descriptor)

    def _decode(self, line: bytes, *, number: int) -> Fetch:
        try:
            return self._decoder.decode(line)
        except msgspec.DecodeError as error:
            raise CaptureDamaged(
                f"{self.path.name}:{number}: expected a line of the log, found {error}; "
                "take the line out to go on without it"
            ) from error

    def _half(self, line: bytes) -> Fetch | None:
        """What a line without its end says, where nothing but the end is missing."""
        try:
            return self._decoder.decode(line)
        except msgspec.DecodeError:
            return None


def _last_line(descriptor: int, end: int) -> tuple[int, bytes]:
    """Where what follows the last line break begins, and what it is."""
    start, rest = end, b""
    while start > 0:
        size = min(64 * 1024, start)
        block = os.pread(descriptor, size, start - size)
        _, found, after = block.rpartition(b"\n")
        rest = after + rest
        if found:
            return start - len(after), rest
        start -= size
    return 0, rest


def bring_to_disk(folder: Path) -> None:
    """Have the names in a folder on the disk; a rename is there when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(descriptor: int, lines: bytes, *, at: int) -> None:
    """Write all of it, or nothing: what a full disk took is taken back."""
    try:
        written = os.pwrite(descriptor, lines, at)
        while written < len(lines):
            written += os.pwrite(descriptor, lines[written:], at + written)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, at)
        raise
