"""One file over the network: ask, follow redirects, go on where a part is there, try again."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from logging import NullHandler, getLogger

import httpcore
import httpx
import stamina

from sharedfuture.capture.log import Fetch
from sharedfuture.capture.network.connect import Client, Deadline
from sharedfuture.capture.network.guard import Guard, shown
from sharedfuture.capture.network.limits import Limits
from sharedfuture.capture.network.turns import Turns
from sharedfuture.capture.partial import Partial
from sharedfuture.capture.unpack import Bounds, inflate
from sharedfuture.records.errors import CaptureRefused, FetchFailed

# Retries are told by `tell`; without this, the library's own line would go to the screen.
getLogger("stamina").addHandler(NullHandler())

_KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-length")
_PACKINGS = {"gzip", "x-gzip", "deflate"}
_GZIP_OR_ZLIB = 32 + 15
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_PASSING = {408, 425, 429}
_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class Unready(Exception):
    """Could not be had now; may be had later, after `wait_seconds` where the server says so."""

    def __init__(self, says: str, *, wait_seconds: float | None = None) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(says)


@dataclass(slots=True)
class Answer:
    """What the server said last. `is_same` means: nothing new since the last good fetch."""

    final_url: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """How one file is asked for. `is_packed_itself` says that a packed answer is the file."""

    client: Client
    guard: Guard
    turns: Turns
    limits: Limits
    deadline: Deadline
    limit_bytes: int
    is_packed_itself: bool
    received: Callable[[int, int | None], None]
    tell: Callable[[str], None]

    def run(self, answer: Answer, partial: Partial, *, last: Fetch | None) -> None:
        """Bring the whole file into `partial`, unless it is the same as `last`.

        `answer` takes up what the server said, also where this raises FetchFailed.
        """
        url = self.guard.require_address(answer.final_url)
        attempts = stamina.retry_context(
            on=self._wait_before_next,
            attempts=self.limits.retries + 1,
            timeout=self.limits.seconds,
            wait_initial=self.limits.first_wait_seconds,
            wait_jitter=self.limits.first_wait_seconds,
            wait_max=self.limits.longest_wait_seconds,
        )
        tried = 0
        try:
            for attempt in attempts:
                tried = attempt.num
                with attempt, _speaking_plainly(self.limits):
                    self._attempt(url, answer, partial, last)
        except Unready as error:
            raise FetchFailed(f"{error} (tried {tried} times)") from error
        except CaptureRefused as error:
            raise FetchFailed(str(error)) from error

    def _wait_before_next(self, error: Exception) -> bool | float:
        """Whether to try again; a number is the seconds that the server wants to be left alone."""
        if not isinstance(error, Unready):
            return False
        self.tell(str(error))
        if error.wait_seconds is None:
            return True
        if error.wait_seconds > min(self.limits.longest_wait_seconds, self.deadline.left(None)):
            return False
        return error.wait_seconds

    def _attempt(
        self, url: httpx.URL, answer: Answer, partial: Partial, last: Fetch | None
    ) -> None:
        is_ranged = partial.byte_count > 0 and partial.validator is not None
        asked = _range_headers(partial) if is_ranged else _conditions(last)
        with self._answered(url, asked) as response:
            answer.final_url = str(response.url)
            answer.status = response.status_code
            answer.headers = _kept(response)
            if response.status_code == HTTPStatus.NOT_MODIFIED and asked and not is_ranged:
                answer.headers.pop("content-length", None)  # of the answer, not of the file
                answer.is_same = True
                return
            total = self._place_in_file(response, partial, is_ranged=is_ranged)
            self._receive(response, partial, total)

    @contextmanager
    def _answered(self, url: httpx.URL, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The answer after all redirects, each of which is judged before it is followed."""
        for _ in range(self.limits.redirects + 1):
            with (
                self.turns.turn(url.host),
                self.client.get(url, headers) as response,
            ):
                if not response.has_redirect_location:
                    yield response
                    return
                url = self.guard.require_hop(url, response.headers["location"])
        raise FetchFailed(
            f"expected at most {self.limits.redirects} redirects, found more; the last to "
            f"{shown(url)}"
        )

    def _place_in_file(
        self, response: httpx.Response, partial: Partial, *, is_ranged: bool
    ) -> int | None:
        """Be ready to add what comes; the bytes of the whole file, where the server says."""
        status = response.status_code
        if status == HTTPStatus.OK:
            partial.begin(_validator(response))
            total = _length(response)
        elif status == HTTPStatus.PARTIAL_CONTENT and is_ranged:
            total = _continued(response, partial)
        elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and is_ranged:
            partial.begin(None)
            raise Unready("expected the rest of the file, found that there is none", wait_seconds=0)
        else:
            raise _failure(response, self.limits)
        if total is not None and total > self.limit_bytes:
            partial.forget()
            raise FetchFailed(
                f"expected at most {self.limit_bytes:,} bytes, found {total:,} announced"
            )
        return total

    def _receive(self, response: httpx.Response, partial: Partial, total: int | None) -> None:
        for block in self._blocks(response):
            if partial.byte_count + len(block) > self.limit_bytes:
                partial.forget()
                raise FetchFailed(f"expected at most {self.limit_bytes:,} bytes, found more")
            partial.write(block)
            self.received(partial.byte_count, total)
        if response.status_code == HTTPStatus.PARTIAL_CONTENT and partial.byte_count != total:
            partial.begin(None)
            raise Unready("expected the rest of the file, found a part of it", wait_seconds=0)

    def _blocks(self, response: httpx.Response) -> Iterator[bytes]:
        """The bytes of the file; where the server packed them unasked, within the ratio."""
        packing = response.headers.get("content-encoding", "identity").strip().lower()
        if packing in ("", "identity") or (packing in _PACKINGS and self.is_packed_itself):
            return response.iter_raw()
        if packing not in _PACKINGS:
            raise FetchFailed(f"expected bytes as they are, found them packed by {shown(packing)}")
        bounds = Bounds(bytes=self.limit_bytes, ratio=self.limits.compression_ratio)
        return inflate(response.iter_raw(), bounds=bounds, name="answer", bits=_GZIP_OR_ZLIB)


def _range_headers(partial: Partial) -> dict[str, str]:
    return {"Range": f"bytes={partial.byte_count}-", "If-Range": str(partial.validator)}


def _conditions(last: Fetch | None) -> dict[str, str]:
    headers = last.headers if last is not None else {}
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
    return {name: headers[key] for name, key in pairs if key in headers}


def _kept(response: httpx.Response) -> dict[str, str]:
    """The headers worth keeping, where they are plain and short enough to be sent back."""
    found = {name: response.headers.get(name, "") for name in _KEPT_HEADERS}
    return {
        name: value
        for name, value in found.items()
        if value and len(value) <= 300 and value.isascii() and value.isprintable()
    }


def _validator(response: httpx.Response) -> str | None:
    """By what the server will know this very file: a strong tag, else its date.

    None where there is neither, or where the bytes were packed on the way.
    """
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    kept = _kept(response)
    tag = kept.get("etag", "")
    return tag if tag.startswith('"') else kept.get("last-modified")


def _length(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _continued(response: httpx.Response, partial: Partial) -> int:
    """The size of the whole file, where the answer goes on exactly where we stopped."""
    found = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    tag = _validator(response)
    goes_on = found is not None and int(found[1]) == partial.byte_count
    if not goes_on or tag not in (None, partial.validator):
        partial.begin(None)
        raise Unready(
            "expected the rest of the same file, found "
            f"{shown(response.headers.get('content-range', 'no range'))}",
            wait_seconds=0,
        )
    assert found is not None
    return int(found[2]) + 1 if found[3] == "*" else int(found[3])


def _failure(response: httpx.Response, limits: Limits) -> Exception:
    """What a status that brings no file means: later, or not at all."""
    status = response.status_code
    says = f"expected status 200, found {status} {shown(response.reason_phrase)}".rstrip()
    if status not in _PASSING and not 500 <= status <= 599:
        return FetchFailed(says)
    wait = _retry_after(response)
    if wait is not None and wait > limits.longest_wait_seconds:
        return FetchFailed(
            f"{says}; the server asks to be left alone for {wait:.0f} s, at most "
            f"{limits.longest_wait_seconds:g} s are waited; fetch again later"
        )
    return Unready(says, wait_seconds=wait)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds until the server may be asked again, said in seconds or as a date."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


@contextmanager
def _speaking_plainly(limits: Limits) -> Iterator[None]:
    """Turn what the network's libraries raise into our two errors: later, or not at all."""
    try:
        yield
    except httpcore.ConnectTimeout as error:
        raise Unready(
            f"expected a connection within {limits.connect_seconds:g} s, found none"
        ) from error
    except httpcore.TimeoutException as error:
        raise Unready(
            f"expected an answer, found silence for {limits.silence_seconds:g} s"
        ) from error
    except httpcore.ConnectError as error:
        cause = error.args[0] if error.args else None  # what the system said
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise FetchFailed(
                f"expected a certificate to trust, found: {shown(cause.verify_message)}"
            ) from error
        if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_HOST:
            raise FetchFailed(
                f"expected a host, found no such name: {shown(str(error))}"
            ) from error
        raise Unready(f"expected a connection, found: {shown(str(error))}") from error
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        raise Unready(
            f"expected the whole answer, found the connection cut: {shown(str(error))}"
        ) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise FetchFailed(f"expected an answer, found: {shown(str(error))}") from error
