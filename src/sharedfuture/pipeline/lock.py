"""One build at a time: a second one waits, and says for whom."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sharedfuture.records.errors import BuildRunning

_PAUSE_SECONDS = 0.2


@contextmanager
def build_lock(path: Path, *, wait_seconds: float, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock; the system lets go of it when the process ends, however it ends.

    Raises BuildRunning where another build still holds it after `wait_seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        waited = 0.0
        while not _take(file.fileno()):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            if waited == 0.0:
                tell(f"another build (process {holder}) is running; waiting for it")
            if waited >= wait_seconds:
                raise BuildRunning(
                    f"{path}: expected the other build (process {holder}) to end within "
                    f"{wait_seconds:g} s, found it still running; try again later"
                )
            time.sleep(_PAUSE_SECONDS)
            waited += _PAUSE_SECONDS
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
