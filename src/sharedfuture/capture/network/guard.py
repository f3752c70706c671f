"""Which addresses may be asked: public ones over http or https, and those expressly permitted.

A name is looked up once, every address that it stands for is judged, and the connection goes to
an address that was judged: what a name server answers later changes nothing.
"""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from sharedfuture.records.errors import FetchFailed

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(rb"[A-Za-z0-9._:-]{1,253}")

# IANA's registries of special-purpose addresses; all of 0/8, 240/4 and what is for documentation,
# measurement or tunnels counts, too. The interpreter's own `is_global` differs between versions.
_NOT_PUBLIC_4 = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
            *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_PUBLIC_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20"))
)
# Where a network has only IPv6, its name servers put public IPv4 addresses into this one.
_TRANSLATED = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges addresses; `permitted` holds `(host, port)` pairs that need not be public."""

    permitted: frozenset[tuple[str, int]] = frozenset()

    def require_address(self, text: str | httpx.URL) -> httpx.URL:
        """The address, parsed; raises FetchFailed where its form forbids to ask it."""
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL as error:
            raise FetchFailed(f"expected an address, found {shown(text)} ({error})") from error
        if url.scheme not in _PORTS:
            raise FetchFailed(f"expected an http or https address, found {shown(url)}")
        if not url.host:
            raise FetchFailed(f"expected an address with a host, found {shown(url)}")
        if not _HOST.fullmatch(url.raw_host) or not 0 < (url.port or 80) < 65_536:
            raise FetchFailed(f"expected a host and port that can be, found {shown(url)}")
        if url.userinfo:
            raise FetchFailed(f"expected no name or password in the address of {url.host}")
        literal = _literal(url.host)
        if literal is not None and not self.is_permitted(url) and not is_public(literal):
            raise FetchFailed(f"expected a public address, found {shown(url)}")
        return url

    def require_hop(self, current: httpx.URL, location: str) -> httpx.URL:
        """Where a redirect leads, judged as `require_address` does.

        Nothing leads from https to http, or from a public host to one that is merely permitted.
        """
        try:
            url = self.require_address(current.join(location))
        except httpx.InvalidURL as error:
            raise FetchFailed(f"expected an address, found {shown(location)}") from error
        except FetchFailed as error:
            raise FetchFailed(f"redirected: {error}") from error
        if current.scheme == "https" and url.scheme == "http":
            raise FetchFailed(f"redirected: expected https to stay https, found {shown(url)}")
        if self.is_permitted(url) and not self.is_permitted(current):
            raise FetchFailed(f"redirected: expected a public address, found {shown(url)}")
        return url

    def is_permitted(self, url: httpx.URL) -> bool:
        """Whether this host and port are among the permitted."""
        return (url.host.lower(), url.port or _PORTS[url.scheme]) in self.permitted

    def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses of a host, in the order to try them.

        Raises FetchFailed where one of them is not public; OSError where the name is unknown.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise FetchFailed(f"expected a host, found no name that can be: {host}") from error
        addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        if (host.lower(), port) not in self.permitted:
            for address in addresses:
                if not is_public(ip_address(address)):
                    raise FetchFailed(f"expected a public address, found {host} at {address}")
        return addresses


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public network.

    Private, loopback, link-local, multicast, reserved and carrier-grade ranges do not, nor do
    IPv6 addresses that carry an IPv4 address inside; the translated ones are judged by it.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def shown(text: str | httpx.URL) -> str:
    """An address, or what a server said, fit for a message: printable and short."""
    printable = "".join(_printable(str(text)))
    return printable if len(printable) <= 200 else f"{printable[:197]}..."


def _printable(text: str) -> Iterator[str]:
    for character in text[:400]:
        yield character if character.isprintable() else "?"


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
