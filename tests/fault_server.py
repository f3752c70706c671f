"""A server on this machine that plays what goes wrong on the wire, and a fetch that asks it.

It answers one request a connection, with whatever bytes a test says, and then closes.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sharedfuture.capture import Form, Paging, Store, Wanted
from sharedfuture.capture.fetch import Fetched, Limits, Network, fetch_all

LIMITS = Limits(
    seconds=10.0,
    connect_seconds=2.0,
    silence_seconds=0.5,
    retries=2,
    first_wait_seconds=0.01,
    longest_wait_seconds=1.0,
    pause_seconds=0.0,
)
TABLE = b"country,score\nPakistan,3.25\nFrance,8.07\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]

    @property
    def start(self) -> int:
        """Where the range that was asked for begins; 0 where none was."""
        return int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))


class Line:
    """The connection on which an answer goes out."""

    def __init__(self, connection: socket.socket, asked: Asked) -> None:
        self._connection = connection
        self.asked = asked

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def answer(self, body: bytes = b"", *, status: str = "200 OK", **headers: str) -> None:
        """A whole answer; `content_length="…"` and the like replace what would be sent."""
        lines = {"content_length": str(len(body)), "connection": "close", **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


@dataclass(slots=True)
class FaultServer:
    """`answers` has a function for each path; `asked` is what was asked for, in turn."""

    port: int
    scheme: str
    answers: dict[str, Callable[[Line], None]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                block = connection.recv(65_536)
                if not block:
                    return
                head += block
            first, *lines = head.decode().partition("\r\n\r\n")[0].split("\r\n")
            pairs = (line.partition(": ") for line in lines)
            asked = Asked(first.split(" ")[1], {name.lower(): text for name, _, text in pairs})
            self.asked.append(asked)
            self.answers[asked.path](Line(connection, asked))


@contextmanager
def fault_server(tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """A server on a free port of this machine, a thread a connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = FaultServer(listener.getsockname()[1], "http" if tls is None else "https")
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        try:
            served = tls.wrap_socket(connection, server_side=True) if tls else connection
        except OSError:
            connection.close()
            return
        server.serve(served)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in threads:
            thread.join(10)


def wanted(
    url: str,
    *,
    part: str = "data",
    form: Form = Form.CSV,
    limit_bytes: int = 64 * 1024**2,
    paging: Paging | None = None,
) -> Wanted:
    """A file of edition 2024 of a made-up source."""
    return Wanted("press", "2024", part, url, form, limit_bytes, paging)


def fetch(
    store: Store,
    *files: Wanted,
    limits: Limits = LIMITS,
    authorities: Path | None = None,
) -> tuple[Fetched, ...]:
    """Fetch with small limits, with the hosts of the files permitted."""
    places = (urlsplit(file.url) for file in files)
    permitted = frozenset((str(place.hostname), place.port or 0) for place in places)
    return fetch_all(files, store, limits=limits, network=Network(permitted, authorities))


def held(store: Store, part: str = "data") -> bytes:
    """The bytes in use for a part."""
    (edition,) = store.editions("press")
    return edition.capture(part).data
