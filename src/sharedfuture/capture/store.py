"""The store of captures: every byte kept once by its hash, and the log of how it was had.

    objects/ab/abcdef…    bytes by SHA-256, read-only, never changed
    fetches.jsonl         one line a fetch, only ever added to
    partial/              large files on their way, which a later fetch goes on with
    incoming/             what is just being written
    store.lock            held together by all who write, alone by who sweeps

Bytes are written beside their place, brought to the disk, renamed, and only then logged: whoever
is killed at whatever moment leaves a whole store.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from sharedfuture.capture.edition import Edition
from sharedfuture.capture.held import object_path, states
from sharedfuture.capture.locks import is_locked
from sharedfuture.capture.log import Fetch, Log, bring_to_disk
from sharedfuture.capture.sniff import check_form
from sharedfuture.capture.wanted import Form
from sharedfuture.records.errors import CaptureDamaged, CaptureRefused, StoreUnwritable

_BLOCK_BYTES = 1024 * 1024
_PARTIAL_DAYS = 30
_NAME = re.compile(r"[a-z0-9_]+")
_EDITION = re.compile(r"[A-Za-z0-9._-]+")


class Store:
    """The captures below one folder, which need not be there before something is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects = folder / "objects"
        self.partial = folder / "partial"
        self._incoming = folder / "incoming"
        self._log = Log(folder / "fetches.jsonl")

    def fetches(self) -> tuple[Fetch, ...]:
        """Every line of the log, oldest first. Raises CaptureDamaged for a line it cannot read."""
        return self._log.fetches()

    def editions(self, source: str, *, as_of: date | None = None) -> tuple[Edition, ...]:
        """What is held of each edition, by name: the newest good capture of each part.

        With `as_of`, what was held at the end of that day (UTC).
        """
        found = states(self._fetches_of(source), objects=self.objects, as_of=as_of)
        return tuple(edition for _, edition in sorted({item.name: item for item in found}.items()))

    def history(self, source: str, edition: str) -> tuple[Edition, ...]:
        """All that an edition was ever held as, newest first."""
        found = states(self._fetches_of(source), objects=self.objects)
        return tuple(item for item in reversed(list(found)) if item.name == edition)

    def histories(self) -> Mapping[tuple[str, str], tuple[Edition, ...]]:
        """The history of every edition, by source and edition, in one reading of the log."""
        found: dict[tuple[str, str], list[Edition]] = {}
        for item in states(self.fetches(), objects=self.objects):
            found.setdefault((item.source, item.name), []).append(item)
        return {key: tuple(reversed(items)) for key, items in found.items()}

    def last_good(self, source: str, edition: str, part: str, *, url: str) -> Fetch | None:
        """The newest good fetch of a part from this address whose bytes are still here."""
        wanted = (source, edition, part, url)
        for fetch in reversed(self.fetches()):
            if (fetch.source, fetch.edition, fetch.part, fetch.url) == wanted and fetch.is_good:
                return fetch if object_path(self.objects, fetch).is_file() else None
        return None

    def path_of(self, fetch: Fetch) -> Path:
        """Where the bytes of a fetch lie."""
        return object_path(self.objects, fetch)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write to the store; who is alone with it first sweeps what others left unfinished.

        Raises StoreUnwritable where the disk is full or shut.
        """
        with telling_of_the_disk(self.folder):
            for folder in (self.objects, self.partial, self._incoming):
                folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / "store.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            with telling_of_the_disk(self.folder):
                with suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._sweep()
                fcntl.flock(lock, fcntl.LOCK_SH)
            yield
        finally:
            os.close(lock)

    def log(self, *fetches: Fetch) -> None:
        """Add lines that belong together; their bytes are kept before."""
        with telling_of_the_disk(self.folder):
            self._log.append(fetches)

    def keep(self, data: bytes | Path) -> str:
        """Keep bytes, or a copy of a file; their SHA-256. Only inside `writing`."""
        with telling_of_the_disk(self.folder):
            with NamedTemporaryFile(dir=self._incoming, delete=False) as file:
                path = Path(file.name)
                if isinstance(data, Path):
                    with data.open("rb") as source:
                        digest = _copy(source, file)
                else:
                    file.write(data)
                    digest = hashlib.sha256(data).hexdigest()
                file.flush()
                os.fsync(file.fileno())
            self._place(path, digest)
        return digest

    def move(self, path: Path) -> str:
        """Keep a file that lies in `partial` by moving it, once it is whole; its SHA-256."""
        with telling_of_the_disk(self.folder):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            self._place(path, digest)
        return digest

    def add(
        self, source: str, edition: str, part: str, *, path: Path, form: Form | None = None
    ) -> Fetch:
        """Keep a user's own copy of a part, such as of what a publisher hands out by a form.

        The log names the file, and nothing else of the machine. Raises CaptureRefused where it is
        not of the form, FileNotFoundError where there is no such file.
        """
        require_names(source, edition, part)
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such file")
        at, address = datetime.now(UTC), f"file:{path.name}"
        try:
            problem = check_form(path, form)
        except OSError as error:
            problem = f"expected a file to read, found {error.strerror}"
        if problem:
            raise CaptureRefused(f"{path}: {problem}")
        with self.writing():
            fetch = Fetch(
                *(source, edition, part, address, address, at),
                sha256=self.keep(path),
                byte_count=path.stat().st_size,
            )
            self.log(fetch)
        return fetch

    def check(self) -> tuple[str, ...]:
        """Hash everything anew; a sentence for each object that is damaged or gone."""
        found = []
        known = {fetch.sha256 for fetch in self.fetches() if fetch.sha256}
        for path in sorted(self.objects.glob("*/*")):
            known.discard(path.name)
            if not _is_intact(path, path.name):
                found.append(f"objects/{path.parent.name}/{path.name}: damaged")
        return (*found, *(f"objects/{name[:2]}/{name}: gone" for name in sorted(known)))

    def _fetches_of(self, source: str) -> Iterator[Fetch]:
        return (fetch for fetch in self.fetches() if fetch.source == source)

    def _place(self, path: Path, digest: str) -> None:
        """Rename a file that is on the disk to where it belongs; the same bytes are kept once."""
        target = self.objects / digest[:2] / digest
        if target.exists() and _is_intact(target, digest):
            path.unlink()
            return
        target.parent.mkdir(exist_ok=True)
        path.chmod(0o444)
        path.replace(target)
        bring_to_disk(target.parent)
        bring_to_disk(self.objects)

    def _sweep(self) -> None:
        """Take away what was left unfinished. Nobody else writes while this runs."""
        for path in self._incoming.iterdir():
            path.unlink()
        oldest = datetime.now(UTC).timestamp() - _PARTIAL_DAYS * 86_400
        for path in self.partial.iterdir():
            lock = path.with_suffix(".lock")
            if path.suffix == ".lock":
                is_locked(path)
            elif path.stat().st_mtime < oldest and not is_locked(lock):
                path.unlink()


@contextmanager
def telling_of_the_disk(folder: Path) -> Iterator[None]:
    """Turn what the system says of a full or shut disk into one sentence for a person."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not the system's: a library's own error of the same family
            raise
        where = error.filename or folder
        raise StoreUnwritable(
            f"{where}: expected a folder with room to write, found {error.strerror or error}; "
            "what was captured before is untouched"
        ) from error


def require_names(source: str, edition: str, part: str) -> None:
    """Raise CaptureRefused for names that are not ours."""
    for what, name, form in (
        ("source", source, _NAME),
        ("edition", edition, _EDITION),
        ("part", part, _NAME),
    ):
        if not form.fullmatch(name):
            raise CaptureRefused(f"expected a name of a {what} like {form.pattern}, found {name!r}")


def _is_intact(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError as error:
        raise CaptureDamaged(f"{path}: cannot be read: {error.strerror}") from error


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK_BYTES):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()
