"""A record to what its machine said: texts of the kinds that fingerprints are made for."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from sharedfuture.extract.scan_hosts import forms
from sharedfuture.extract.scan_hosts.layouts import Layout

LABEL = "label.vendor"
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_CODE = re.compile(r"\A\d{3}[ -]")
_SSH = re.compile(r"\ASSH-[\d.]+-")
_CPE = re.compile(r"\Acpe:(?:/|2\.3:)[hoa]:([^:]+):")
_LIST = msgspec.json.Decoder(list[str])
_TEXT = msgspec.json.Decoder(str)
_WRAPPED = msgspec.json.Decoder(dict[str, list[str]])
_HEADERS = {
    "http": {
        "server": "http_header.server",
        "www-authenticate": "http_header.wwwauth",
        "set-cookie": "http_header.cookie",
    },
    "rtsp": {"server": "rtsp_header.server"},
    "sip": {"server": "sip_header.server", "user-agent": "sip_header.user_agent"},
}
_GREETINGS = {"ssh": "ssh.banner", "ftp": "ftp.banner", "telnet": "telnet_banners"}
Texts = Iterator[tuple[str, str]]


class Service(NamedTuple):
    """A service that answered; `said` is all of it, to tell whether two said the same."""

    port: int
    transport: str
    said: str
    texts: tuple[tuple[str, str], ...]


class Host(NamedTuple):
    """A record: a machine, or one of its services where `is_service`."""

    name: str
    country: str
    asn: str | int | None
    services: list[Service]
    is_service: bool


def _censys(record: bytes) -> Host:
    found = _CENSYS.decode(record)
    whole = [item.vendor for item in (found.hardware, found.operating_system) if item]
    services = [_censys_service(item) for item in found.services or ()]
    if any(whole):
        labels = tuple((LABEL, name) for name in whole if name)
        services.append(Service(0, "", "", labels))
    return Host(
        found.ip,
        (found.location and found.location.country_code) or "",
        found.autonomous_system.asn if found.autonomous_system else None,
        services,
        False,
    )


def _censys_service(item: forms.CensysService) -> Service:
    name = (item.protocol or item.service_name or "").lower()
    said = item.banner or ""
    texts: list[tuple[str, str]] = []
    if item.http:
        texts += _page(item.http.response or item.http)
    for endpoint in item.endpoints or ():
        texts += _page(endpoint.http) if endpoint.http else ()
    if item.ssh and item.ssh.endpoint_id:
        texts += _greeting("ssh", item.ssh.endpoint_id.raw or "")
    texts += _greeting("telnet", (item.telnet and item.telnet.banner) or "")
    texts += _greeting("ftp", (item.ftp and item.ftp.banner) or "")
    if item.snmp and (system := item.snmp.oid_system or item.snmp.system):
        texts += _snmp(system.desc, system.object_id)
    if not texts and said:
        texts += _spoken(name, said)
    for label in (*(item.hardware or ()), *(item.software or ()), *(item.operating_systems or ())):
        if label.vendor:
            texts.append((LABEL, label.vendor))
    said = said or "\n".join(text for _, text in texts)
    return Service(item.port or 0, item.transport_protocol or "", said, tuple(texts))


def _page(page: forms.HttpAnswer) -> Texts:
    yield from _headers(page.headers)
    if page.html_title:
        yield "html_title", page.html_title.strip()
    for icon in page.favicons or ():
        if value := icon.md5_hash or icon.hash_md5:
            yield "favicon.md5", value


def _headers(headers: forms.Headers) -> Texts:
    """Headers as a text, a list of texts, or an object with such a list."""
    for name, value in headers.items():
        kind = _HEADERS["http"].get(name.lower().replace("_", "-"))
        if kind is None:
            continue
        first = bytes(memoryview(value)[:1])
        if first == b"[":
            values = _LIST.decode(value)
        elif first == b"{":
            values = _WRAPPED.decode(value).get("headers", [])
        else:
            values = [_TEXT.decode(value)] if first == b'"' else []
        yield from ((kind, text.strip()) for text in values)


def _greeting(protocol: str, text: str) -> Texts:
    """A greeting as recog has it: without the code of FTP and without SSH's version."""
    text = text.strip()
    if protocol == "ftp":
        text = _CODE.sub("", text)
    if protocol == "ssh":
        text = _SSH.sub("", text.split("\n", 1)[0].strip())
    if text:
        yield _GREETINGS[protocol], text


def _snmp(description: str | None, object_id: str | None) -> Texts:
    if description:
        yield "snmp.sys_description", description.strip()
    if object_id:
        yield "snmp.sys_object_id", object_id.strip().removeprefix(".")


def _spoken(protocol: str, said: str) -> Texts:
    """What can be read from the words of a service of which no fields are given."""
    for known, headers in _HEADERS.items():
        if protocol.startswith(known) or said.startswith(f"{known.upper()}/"):
            for line in said.splitlines()[1:100]:
                name, colon, value = line.partition(":")
                if colon and (kind := headers.get(name.strip().lower())):
                    yield kind, value.strip()
            return
    for known in _GREETINGS:
        if protocol.startswith(known):
            yield from _greeting(known, said)
            return
    if protocol.startswith("snmp"):
        yield from _snmp(said, None)


def _old_censys(record: bytes) -> Host:
    fields = _FIELDS.decode(record)
    location = _LOCATION.decode(fields["location"]) if "location" in fields else None
    network = (
        _NETWORK.decode(fields["autonomous_system"]) if "autonomous_system" in fields else None
    )
    services = [
        _old_service(int(port), name, item)
        for port, value in fields.items()
        if port.isascii() and port.isdigit() and len(port) < 6
        for name, item in _OLD_SERVICES.decode(value).items()
    ]
    return Host(
        _TEXT.decode(fields["ip"]),
        (location and location.country_code) or "",
        network.asn if network else None,
        services,
        False,
    )


def _old_service(port: int, protocol: str, item: forms.OldService) -> Service:
    texts: list[tuple[str, str]] = []
    makers: list[forms.OldMetadata | None] = []
    if item.get:
        texts += _headers(item.get.headers)
        texts += [("html_title", item.get.title.strip())] if item.get.title else []
        makers.append(item.get.metadata)
    for greeting, known in ((item.v2 and item.v2.banner, "ssh"), (item.banner, protocol)):
        if greeting:
            if known in _GREETINGS:
                texts += _greeting(known, greeting.raw or greeting.banner or "")
            makers.append(greeting.metadata)
    texts += [(LABEL, maker.manufacturer) for maker in makers if maker and maker.manufacturer]
    return Service(port, "tcp", "\n".join(text for _, text in texts), tuple(texts))


def _shodan_host(record: bytes) -> Host:
    found = _SHODAN_HOST.decode(record)
    country = found.country_code or ""
    for item in found.data:
        country = country or (item.location and item.location.country_code) or ""
    services = [_shodan_service(item) for item in found.data]
    return Host(str(found.ip_str or found.ip or ""), country, found.asn, services, False)


def _shodan_banner(record: bytes) -> Host:
    found = _SHODAN_BANNER.decode(record)
    country = (found.location and found.location.country_code) or ""
    name = str(found.ip_str or found.ip or "")
    return Host(name, country, found.asn, [_shodan_service(found)], True)


def _shodan_service(item: forms.ShodanBanner) -> Service:
    texts: list[tuple[str, str]] = []
    module = item.crawler.module.lower() if item.crawler else ""
    if item.snmp:
        texts += _snmp(item.snmp.description, item.snmp.objectid)
    if not texts:
        texts += _spoken("http" if item.http else module, item.data)
    if item.http:
        if item.http.server and not any(kind.endswith(".server") for kind, _ in texts):
            texts.append(("http_header.server", item.http.server))
        if item.http.title:
            texts.append(("html_title", item.http.title.strip()))
    old = item.cpe if isinstance(item.cpe, list) else []
    for name in (*(item.cpe23 or ()), *old):
        if made := _CPE.match(name):
            texts.append((LABEL, made.group(1)))
    return Service(item.port, item.transport or "", item.data, tuple(texts))


def _grab(record: bytes) -> Host:
    found = _GRAB.decode(record)
    services = [
        _grabbed(name, item) for name, item in found.data.items() if item.result is not None
    ]
    return Host(
        found.ip or found.domain or "",
        (found.location and found.location.country_code) or "",
        found.autonomous_system.asn if found.autonomous_system else None,
        services,
        False,
    )


def _grabbed(name: str, item: forms.Grabbed) -> Service:
    result = item.result or forms.GrabbedResult()
    protocol = (item.protocol or name).lower()
    texts: list[tuple[str, str]] = []
    if result.response:
        texts += _headers(result.response.headers)
        if found := _TITLE.search((result.response.body or "")[:65_536]):
            texts.append(("html_title", found.group(1).strip()))
    if result.server_id:
        texts += _greeting("ssh", result.server_id.raw or "")
    if result.banner:
        texts += _spoken(protocol, result.banner)
    return Service(item.port or 0, protocol, "\n".join(text for _, text in texts), tuple(texts))


def _edge(record: bytes) -> Host:
    found = _EDGE.decode(record)
    data = found.result.data or forms.EdgeData()
    texts: list[tuple[str, str]] = []
    said = (data.service and data.service.banner) or ""
    if said:
        words = said.replace("\\r", "\r").replace("\\n", "\n")
        texts += _spoken(((data.service and data.service.name) or "").lower(), words)
    if data.response:
        texts += _headers(data.response.headers)
        texts += [("html_title", data.response.title.strip())] if data.response.title else []
    module = found.origin.type if found.origin else ""
    service = Service(found.target.port, module, said, tuple(texts))
    return Host(found.target.ip, "", None, [service], True)


_CENSYS = msgspec.json.Decoder(forms.CensysHost)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LOCATION = msgspec.json.Decoder(forms.Location | None)
_NETWORK = msgspec.json.Decoder(forms.Network | None)
_OLD_SERVICES = msgspec.json.Decoder(dict[str, forms.OldService])
_SHODAN_HOST = msgspec.json.Decoder(forms.ShodanHost)
_SHODAN_BANNER = msgspec.json.Decoder(forms.ShodanBanner)
_GRAB = msgspec.json.Decoder(forms.Grab)
_EDGE = msgspec.json.Decoder(forms.EdgeEvent)

READERS: Mapping[Layout, Callable[[bytes], Host]] = {
    Layout.CENSYS_V1: _old_censys,
    Layout.CENSYS: _censys,
    Layout.SHODAN_HOST: _shodan_host,
    Layout.SHODAN_BANNER: _shodan_banner,
    Layout.ZGRAB2: _grab,
    Layout.BINARYEDGE: _edge,
}


def host_of(record: bytes, *, layout: Layout) -> Host:
    """What a record of a layout says. Raises what msgspec raises where it does not fit."""
    return READERS[layout](record)
