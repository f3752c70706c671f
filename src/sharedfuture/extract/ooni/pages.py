"""A page as facts: what is compared and matched here, so that its text need not be kept.

Pages come from others, and block pages often print the reader's address: neither body, title,
headers nor the path of a redirect leave this module.
"""

import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sharedfuture.extract.ooni.forms import Binary, ControlPage, Transaction
from sharedfuture.extract.ooni.reasons import Reason, Unfit

# Fingerprints found in a body and headers (lower-case names); the ids, in a fixed order.
Match = Callable[[str, Mapping[str, str]], Sequence[str]]

_TITLE_WITHIN = 1 << 16
_BINARY_WITHIN = 1 << 16  # of a body that is no text only its start is searched
# Headers that any server and any block page sends: they tell nothing.
_EVERYWHERE = {
    *("cache-control", "connection", "content-length", "content-type", "date", "expires"),
    *("last-modified", "location", "pragma", "server", "set-cookie", "transfer-encoding", "vary"),
}
# Scheme, host and port; what stands before an @ is left out.
_ADDRESS = re.compile(
    r"(https?)://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:\s]*)(?::([0-9]{1,5}))?(?![^/?#])",
    re.IGNORECASE,
)


class Page(NamedTuple):
    """One HTTP exchange; `outcome` is "ok" or OONI's word for the failure."""

    host: str | None
    port: int | None
    is_tls: bool
    outcome: str
    status_code: int | None
    body_length: int | None
    body_is_truncated: bool
    redirects_to: str | None
    title_agrees: bool | None
    header_share: float | None
    fingerprint_ids: list[str]


def read_page(
    item: Transaction, control: ControlPage | None, own_host: str | None, match: Match
) -> Page:
    """Facts of one exchange.

    A page that came over TLS from the very host that was asked for is the host's own: no third
    party could have put a fingerprint there, and its body is not looked into. `title_agrees` and
    `header_share` (how many of the control's telling header names are there too) are null where
    there is nothing to compare. Raises Unfit where a body said to be base64 is not.
    """
    host, port, is_tls = place_of(item.request.url if item.request else None)
    response = item.response
    outcome = item.failure or "ok"
    if response is None:
        return Page(host, port, is_tls, outcome, None, None, False, None, None, None, [])
    headers = _named(response.headers)
    is_own = is_tls and host is not None and host == own_host
    body, length = _text(response.body, is_wanted=not is_own)
    found = match(body, headers)
    share = _header_share(headers, control)
    to = headers.get("location")
    return Page(
        host,
        port,
        is_tls,
        outcome,
        response.code or None,
        length,
        bool(response.body_is_truncated),
        place_of(to)[0] or host if to else None,
        _title_agrees(body, control),
        share,
        list(found),
    )


@lru_cache(1 << 14)
def place_of(address: str | None) -> tuple[str | None, int | None, bool]:
    """Host (lower case, IDNA), port and whether it is TLS; none where it is no web address."""
    found = _ADDRESS.match(address) if address else None
    if found is None:
        return None, None, False
    scheme, host, port = found.groups()
    try:
        host = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None, None, False
    is_tls = scheme.lower() == "https"
    return host.strip("[]") or None, int(port) if port else 443 if is_tls else 80, is_tls


def _named(headers: object) -> dict[str, str]:
    """Headers with lower-case names; of several values the first counts."""
    if not isinstance(headers, dict):
        return {}
    found = {name.lower(): value for name, value in headers.items() if type(value) is str}
    if len(found) < len(headers):
        for name, value in headers.items():
            first = value[0] if isinstance(value, list) and value else value
            text = _octets(first.get("data")) if isinstance(first, dict) else first
            if isinstance(text, str):
                found.setdefault(name.lower(), text)
    return found


def _octets(data: object) -> str | None:
    """A header that is no UTF-8, byte by byte; none where it cannot be read."""
    if not isinstance(data, str):
        return None
    try:
        return binascii.a2b_base64(data.encode("ascii"), strict_mode=True).decode("latin-1")
    except ValueError:
        return None


def _text(body: str | Binary | None, *, is_wanted: bool) -> tuple[str, int | None]:
    """The body as text, empty where it is not wanted, and its length in bytes."""
    if body is None:
        return "", None
    if isinstance(body, str):
        length = len(body) if body.isascii() else len(body.encode("utf-8", "replace"))
        return body if is_wanted else "", length
    try:
        data = binascii.a2b_base64(body.data.encode("ascii"), strict_mode=True)
    except ValueError as error:
        raise Unfit(Reason.BAD_BASE64, f"{error}") from error
    start = data[:_BINARY_WITHIN].decode("utf-8", "replace") if is_wanted else ""
    return start, len(data)


def _title_agrees(body: str, control: ControlPage | None) -> bool | None:
    """Whether the page's title is the control's; none where either has none."""
    theirs = control.title.strip() if control and control.title else ""
    if not theirs or not body:
        return None
    return title_of(body) == " ".join(theirs.split())


def title_of(body: str) -> str | None:
    """The text of the first title near the start of a page."""
    start = body.find("<title", 0, _TITLE_WITHIN)
    if start < 0:
        start = body.find("<TITLE", 0, _TITLE_WITHIN)
    if start < 0:
        return None
    start = body.find(">", start) + 1
    end = body.find("</", start, start + 4096)
    return " ".join(body[start:end].split()) if 0 < start < end else None


def _header_share(headers: Mapping[str, str], control: ControlPage | None) -> float | None:
    theirs = control.headers if control else None
    if not isinstance(theirs, dict) or not headers:
        return None
    telling = {name.lower() for name in theirs} - _EVERYWHERE
    return sum(name in headers for name in telling) / len(telling) if telling else None
