"""Locks between processes and threads, which the system drops when their holder ends."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(path: Path, *, wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock that `path` stands for; `wait` is called again and again until it is free.

    What `wait` raises ends the waiting. The file goes with the lock, so that none is left over.
    """
    descriptor = _take(path)
    while descriptor is None:
        wait()
        descriptor = _take(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds this lock now."""
    if not path.exists():
        return False
    descriptor = _take(path)
    if descriptor is None:
        return True
    path.unlink(missing_ok=True)
    os.close(descriptor)
    return False


def _take(path: Path) -> int | None:
    """A descriptor that holds the lock, or None. A file that its last holder took away while we
    waited for it is no lock any more."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(FileNotFoundError):
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None
