"""What was read of captured editions, kept on disk so that nothing is read twice.

    readings/<source>/<edition>/<key>/    what one state of an edition says, or its fault
    readings/.unfinished-…                what is just being written, one folder a process
    readings.lock                         held together by all who listen, alone by who sweeps

The key is a hash of the bytes and of all code that turns them into rows. A folder is renamed to its
place when it is whole; whoever is killed at whatever moment leaves nothing that would be believed.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import msgspec
import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.capture.store import telling_of_the_disk
from sharedfuture.records.errors import CaptureRefused, SharedfutureError, SourceChanged
from sharedfuture.sources.declaration import folder_of
from sharedfuture.sources.reading import read_edition

_UNFINISHED = ".unfinished-"
_SHARED_CODE = (
    "capture/unpack.py",
    "records/frames.py",
    "records/statement.py",
    "records/stated_tables.py",
    "sources/declaration.py",
    "sources/reading.py",
)
_SHAPING_PACKAGES = ("msgspec", "polars", "pyarrow", "python-calamine")


class _Kept(msgspec.Struct, frozen=True):
    """What stands in a folder: frames of these kinds, or the fault that was met."""

    kinds: tuple[str, ...] = ()
    fault: str | None = None


class Readings:
    """What was read, below one folder; only inside `listening` to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._code: dict[str, str] = {}
        self._noted: dict[Path, set[str]] = {}

    def read(self, edition: Edition) -> dict[str, pl.DataFrame]:
        """What one state of an edition says, read now or before, a frame a kind.

        Raises SourceChanged where it cannot be read, CaptureDamaged where its bytes are not those
        that were captured.
        """
        folder = self._folder_of(edition)
        with suppress(OSError, msgspec.DecodeError, pl.exceptions.PolarsError):
            return _frames(folder)
        self._keep(edition, folder)
        return _frames(folder)

    def note(self, states: Sequence[Edition]) -> None:
        """All states of one edition that may be asked for: what was read of them is not swept."""
        folders = [self._folder_of(edition) for edition in states]
        self._noted[folders[0].parent] = {folder.name for folder in folders}

    def sweep(self) -> None:
        """Take away what was read of noted editions by other code, and what was left unfinished.

        Only who is alone may.
        """
        for place, names in self._noted.items():
            for path in place.glob("*"):
                if path.name not in names:
                    shutil.rmtree(path)
        for path in self.folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(path)

    def _keep(self, edition: Edition, folder: Path) -> None:
        """Read an edition and keep what it says, or why it could not be read."""
        frames: Mapping[str, pl.DataFrame] = {}
        fault = None
        try:
            frames = _read(edition)
        except (SourceChanged, CaptureRefused) as error:
            fault = str(error)
        unfinished = Path(mkdtemp(prefix=_UNFINISHED, dir=self.folder))
        for kind, frame in frames.items():
            packed = BytesIO()  # of a full disk the library speaks in errors of its own
            frame.write_parquet(packed, compression="zstd")
            (unfinished / f"{kind}.parquet").write_bytes(packed.getbuffer())
        kept = msgspec.json.encode(_Kept(tuple(frames), fault))
        (unfinished / "kept.json").write_bytes(kept)
        folder.parent.mkdir(parents=True, exist_ok=True)
        _put(unfinished, folder)

    def _folder_of(self, edition: Edition) -> Path:
        digest = sha256(self._code_hash(edition.source).encode())
        for name, part in sorted(edition.parts.items()):
            digest.update(f"{name}\n{part.sha256}\n".encode())
        return self.folder / edition.source / edition.name / digest.hexdigest()[:32]

    def _code_hash(self, source: str) -> str:
        if source not in self._code:
            digest = sha256()
            for path in _code_files(source):
                digest.update(f"{path.name}\n".encode())
                digest.update(sha256(path.read_bytes()).digest())
            for package in _SHAPING_PACKAGES:
                digest.update(f"{package} {version(package)}\n".encode())
            self._code[source] = digest.hexdigest()
        return self._code[source]


@contextmanager
def listening(folder: Path) -> Iterator[Readings]:
    """The readings below a folder. Who is the last to leave sweeps what nobody needs any more.

    Raises StoreUnwritable where the disk is full or shut.
    """
    with telling_of_the_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder.with_name(f"{folder.name}.lock")
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            readings = Readings(folder)
            yield readings
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                readings.sweep()
        finally:
            os.close(lock)


def _read(edition: Edition) -> Mapping[str, pl.DataFrame]:
    """Have the edition read. A reader that breaks down stops its own source and no other."""
    try:
        return read_edition(edition)
    except (SharedfutureError, OSError, MemoryError):
        raise
    except Exception as error:  # whatever a reader did not foresee
        says = " ".join(str(error).split())[:200]
        raise SourceChanged(
            f"{edition.source}/{edition.name}: expected files that the reader can read, "
            f"found {type(error).__name__}: {says}"
        ) from error


def _frames(folder: Path) -> dict[str, pl.DataFrame]:
    kept = msgspec.json.decode((folder / "kept.json").read_bytes(), type=_Kept)
    if kept.fault is not None:
        raise SourceChanged(kept.fault)
    return {kind: pl.read_parquet(folder / f"{kind}.parquet") for kind in kept.kinds}


def _put(unfinished: Path, folder: Path) -> None:
    """Rename to its place, unless another process was faster and what it kept is whole."""
    try:
        unfinished.rename(folder)
    except OSError:
        with suppress(OSError, msgspec.DecodeError, pl.exceptions.PolarsError, SourceChanged):
            _frames(folder)
            shutil.rmtree(unfinished)
            return
        folder.rename(unfinished.with_name(f"{unfinished.name}-damaged"))
        unfinished.rename(folder)


def _code_files(source: str) -> Iterator[Path]:
    package = Path(__file__).parents[2]
    for folder in (folder_of(source), package / "extract"):
        yield from sorted(path for path in folder.glob("*") if path.is_file())
    for name in _SHARED_CODE:
        yield package / name
