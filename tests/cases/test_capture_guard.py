"""Which addresses are public, and which forms of an address are asked at all."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedfuture.capture.network.guard import Guard, is_public, shown
from sharedfuture.records.errors import FetchFailed

TRANSLATED = ip_network("64:ff9b::/96")
NOT_PUBLIC = [
    # private
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    # this machine, this network, this link
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3"),  # noqa: S104
    *("169.254.169.254", "169.254.0.1"),
    # carrier-grade translation, protocol assignments, measurement, relays
    *("100.64.0.1", "100.127.255.255", "192.0.0.8", "198.18.0.1", "198.19.255.255", "192.88.99.1"),
    # documentation, multicast, reserved, broadcast
    *("192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255"),
    # the same in version 6
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1"),
    *("2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1", "2001:0:1::1", "2001:10::1"),
    # addresses of version 4 inside those of version 6
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::"),
    *("2002:808:808::", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::8.8.8.8"),
]
PUBLIC = [
    *("8.8.8.8", "93.184.215.14", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255"),
    *("100.128.0.1", "198.17.255.255", "223.255.255.255", "11.0.0.1", "169.253.1.1"),
    *("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::1", "64:ff9b::8.8.8.8"),
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_nothing_special_is_public(address: IPv4Address | IPv6Address) -> None:
    special = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
    )
    if any(special) and address not in TRANSLATED:
        assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_carried_addresses_are_no_way_round(address: IPv4Address) -> None:
    assert not is_public(IPv6Address(f"::ffff:{address}"))
    assert not is_public(IPv6Address(0x2002 << 112 | int(address) << 80))
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))
    assert is_public(translated) is is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "gopher://example.org/a",
        "javascript:alert(1)",
        "//example.org/a",
        "example.org/a",
        "",
        "http://",
        "http:///a",
        "http://user@example.org/a",
        "http://:word@example.org/a",
        "http://example.org:99999/a",
        f"http://{'a' * 300}.org/",
        "http://[::1",
        "http://127.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://exa mple.org/",
        "http://example.org/\x00",
    ],
)
def test_form_of_an_address_that_is_refused(url: str) -> None:
    with pytest.raises(FetchFailed):
        Guard().require_address(url)


def test_every_address_of_a_name_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(_: str, port: int, **__: object) -> list[object]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("8.8.8.8", "192.168.0.1")
        ]

    monkeypatch.setattr("sharedfuture.capture.network.guard.socket.getaddrinfo", look_up)
    with pytest.raises(FetchFailed, match=r"found mixed.example at 192\.168\.0\.1"):
        Guard().resolve("mixed.example", 80)
    permitted = Guard(frozenset({("mixed.example", 80)}))
    assert permitted.resolve("mixed.example", 80) == ("8.8.8.8", "192.168.0.1")
    with pytest.raises(FetchFailed):
        permitted.resolve("mixed.example", 81)


def test_name_that_no_name_server_knows_how_to_read() -> None:
    with pytest.raises(FetchFailed, match="expected a host, found no name that can be"):
        Guard().resolve(f"{'a' * 64}.example", 80)


def test_public_host_does_not_lead_to_a_permitted_one() -> None:
    guard = Guard(frozenset({("127.0.0.1", 8000), ("mirror.lan", 80)}))
    mirror = httpx.URL("http://mirror.lan/a")
    assert guard.require_hop(mirror, "http://127.0.0.1:8000/b").port == 8000
    with pytest.raises(FetchFailed, match="redirected: expected a public address"):
        guard.require_hop(httpx.URL("https://example.org/a"), "https://mirror.lan:80/b")


@given(st.text(max_size=500))
def test_what_a_server_says_is_fit_for_a_screen(text: str) -> None:
    said = shown(text)
    assert said.isprintable()
    assert len(said) <= 200


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
def test_any_location_is_judged_or_refused(location: str) -> None:
    guard, current = Guard(), httpx.URL("https://example.org/a/b?c")
    try:
        url = guard.require_hop(current, location)
    except FetchFailed:
        return
    assert url.scheme == "https"
    assert url.host
    assert not url.userinfo
