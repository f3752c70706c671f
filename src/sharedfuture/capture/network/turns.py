"""One request at a time to each host, with a pause before the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from time import monotonic


class Turns:
    """Whose turn it is at which host, among all threads of a fetch."""

    def __init__(self, pause_seconds: float, stop: Event) -> None:
        self._pause = pause_seconds
        self._stop = stop
        self._guard = Lock()
        self._hosts: dict[str, Lock] = {}
        self._free_at: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for the host, and have it to oneself until the answer is read."""
        with self._guard:
            lock = self._hosts.setdefault(host, Lock())
        with lock:
            self._stop.wait(max(0.0, self._free_at.get(host, 0.0) - monotonic()))
            try:
                yield
            finally:
                self._free_at[host] = monotonic() + self._pause
