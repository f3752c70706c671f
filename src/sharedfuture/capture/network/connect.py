"""The client: httpx over connections that go where the guard has looked, and end in time."""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import metadata
from threading import Event
from time import monotonic
from typing import Any

import httpcore
import httpx

from sharedfuture.capture.network.guard import Guard
from sharedfuture.capture.network.limits import Limits, Network
from sharedfuture.records.errors import FetchFailed

_Options = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]


_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "keep-alive"}


class Stopped(Exception):
    """The fetch was told to stop; nothing is logged."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a file must be there, and whether to stop before; on the monotonic clock."""

    ends: float
    seconds: float
    stop: Event

    @classmethod
    def of(cls, limits: Limits, stop: Event) -> "Deadline":
        """Begin now."""
        return cls(monotonic() + limits.seconds, limits.seconds, stop)

    def left(self, at_most: float | None) -> float:
        """Seconds left, never more than `at_most`. Raises FetchFailed or Stopped at the end."""
        if self.stop.is_set():
            raise Stopped
        seconds = self.ends - monotonic()
        if seconds <= 0:
            raise FetchFailed(
                f"expected the whole file within {self.seconds:g} s, found it still coming"
            )
        return seconds if at_most is None else min(seconds, at_most)


@cache
def trusted(network: Network) -> ssl.SSLContext:
    """Who may vouch for a server: the public authorities, whatever the environment says."""
    if network.authorities is None:
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context(cafile=str(network.authorities))


@dataclass(frozen=True, slots=True)
class Client:
    """Asks for one file. It follows no redirect by itself, keeps no cookie, and knows no proxy."""

    transport: httpx.BaseTransport
    timeout: httpx.Timeout

    @contextmanager
    def get(self, url: httpx.URL, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer, its body still to be read."""
        request = httpx.Request(
            "GET",
            url,
            headers={**_HEADERS, "User-Agent": user_agent(), **headers},
            extensions={"timeout": self.timeout.as_dict()},
        )
        response = self.transport.handle_request(request)
        response.request = request
        with closing(response):
            yield response


@contextmanager
def open_client(
    guard: Guard, *, tls: ssl.SSLContext, limits: Limits, deadline: Deadline
) -> Iterator[Client]:
    """A client over connections that the guard has judged and the deadline ends."""
    with _Transport(guard, tls, deadline) as transport:
        yield Client(
            transport, httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds)
        )


@cache
def user_agent() -> str:
    """Who asks: name, version, purpose, and the homepage where the package states one."""
    about = metadata("sharedfuture")
    links = [link.partition(", ")[2] for link in about.get_all("Project-URL") or ()]
    purpose = "; ".join([about["Summary"], *(f"+{link}" for link in links[:1])])
    return f"sharedfuture/{about['Version']} ({purpose})"


class _Transport(httpx.BaseTransport):
    """httpx over a pool whose connections are ours; errors stay those of httpcore."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext, deadline: Deadline) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            keepalive_expiry=5.0,
            network_backend=_Backend(guard, deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.NetworkBackend):
    """Connects to the very addresses that the guard has judged."""

    def __init__(self, guard: Guard, deadline: Deadline) -> None:
        self._guard = guard
        self._deadline = deadline
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _Options | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._guard.resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(error) from error
        refused: Exception = httpcore.ConnectError(f"{host}: no address")
        for address in addresses:
            try:
                stream = self._system.connect_tcp(
                    address,
                    port,
                    timeout=self._deadline.left(timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
            else:
                return _Stream(stream, self._deadline)
        raise refused


class _Stream(httpcore.NetworkStream):
    """A connection on which no single wait goes beyond the deadline of the file."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._deadline.left(timeout))
        except httpcore.ReadTimeout:
            self._deadline.left(None)
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(secured, self._deadline)

    # What is asked for by name is of many types; the library itself says Any.
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
