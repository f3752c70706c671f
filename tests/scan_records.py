"""Made-up records of scans, in the layouts of their publishers; addresses are of no network.

Addresses come from ranges kept for documents (RFC 5737, RFC 3849) and for benchmarks (RFC 2544).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address
from typing import Any

COUNTRIES = {"KE": "KEN", "NG": "NGA", "ZM": "ZMB", "US": "USA", "TW": "TWN"}
KEY = b"k" * 32

Record = dict[str, Any]  # JSON, of any form

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "http_header.server": ("http", "response", "headers", "Server"),
    "http_header.wwwauth": ("http", "response", "headers", "WWW_Authenticate"),
    "http_header.cookie": ("http", "response", "headers", "Set_Cookie"),
    "html_title": ("http", "response", "html_title"),
    "ssh.banner": ("ssh", "endpoint_id", "raw"),
    "ftp.banner": ("ftp", "banner"),
    "telnet_banners": ("telnet", "banner"),
    "snmp.sys_description": ("snmp", "oid_system", "desc"),
    "snmp.sys_object_id": ("snmp", "oid_system", "object_id"),
}
KINDS = (*_FIELDS, "favicon.md5", "rtsp_header.server")


def address(number: int) -> str:
    """An address of the benchmark range, and beyond it."""
    return str(IPv4Address(0xC6120000 + number))


def censys_host(
    number: int,
    texts: Sequence[tuple[str, str]] = (),
    *,
    country: str | None = "KE",
    asn: int | None = 64496,
    port: int = 80,
) -> Record:
    """A host of Censys v2 with a service for each text, from `port` on."""
    services = [censys_service(kind, text, port + at) for at, (kind, text) in enumerate(texts)]
    return {
        "ip": address(number),
        "services": services,
        "location": {"country_code": country, "city": "Nairobi"},
        "autonomous_system": {"asn": asn, "name": "EXAMPLE"},
    }


def censys_service(kind: str, text: str, port: int) -> Record:
    """A service of Censys v2 that says one text of a kind."""
    service: Record = {"port": port, "transport_protocol": "TCP", "service_name": "UNKNOWN"}
    if kind == "favicon.md5":
        return service | {"http": {"response": {"favicons": [{"md5_hash": text}]}}}
    if kind == "rtsp_header.server":
        banner = f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: {text}\r\n\r\n"
        return service | {"service_name": "RTSP", "banner": banner}
    *path, last = _FIELDS[kind]
    value: Any = f"SSH-2.0-{text}" if kind == "ssh.banner" else text
    value = f"220 {text}" if kind == "ftp.banner" else value
    value = [text] if "headers" in path else value
    inner: Record = {last: value}
    for name in reversed(path):
        inner = {name: inner}
    return service | inner


def shodan_banner(number: int, said: str, *, port: int = 80, **more: Any) -> Record:
    """A line of Shodan's bulk export."""
    return {
        "ip_str": address(number),
        "ip": 1,
        "port": port,
        "transport": "tcp",
        "data": said,
        "asn": "AS64496",
        "location": {"country_code": "KE"},
        "hostnames": ["host.example"],
        "_shodan": {"module": "auto"},
        **more,
    }


def lines_of(records: Iterable[object]) -> bytes:
    """Records as JSON lines."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)
