"""Which layout a record is in, by the fields at its top."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from sharedfuture.extract.scan_hosts.reasons import Reason, Unfit

Fields = Mapping[str, msgspec.Raw]


class Layout(StrEnum):
    """A layout that can be read, and how it is known."""

    CENSYS_V1 = "Censys v1"
    CENSYS = "Censys v2 or Platform"
    SHODAN_HOST = "Shodan host"
    SHODAN_BANNER = "Shodan banner"
    ZGRAB2 = "ZGrab2"
    BINARYEDGE = "BinaryEdge"


KNOWN_BY: Mapping[Layout, str] = {
    Layout.CENSYS_V1: "ip, ports and a field for each port",
    Layout.CENSYS: "ip, services",
    Layout.SHODAN_HOST: "ip_str, data as a list",
    Layout.SHODAN_BANNER: "ip_str or ip, port, data as text",
    Layout.ZGRAB2: "ip or domain, data as an object",
    Layout.BINARYEDGE: "target, result",
}
# Objects that a record may be wrapped in, as answers of an API are.
_WRAPPERS = ("result", "resource", "host_v1", "host", "hit")
_DEEPEST_WRAPPER = 4
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder(msgspec.Raw)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def records_of(document: msgspec.Raw | bytes, *, depth: int = 0) -> Iterator[msgspec.Raw | bytes]:
    """Every record of a document: itself, those of a list, or those that it wraps.

    Raises what msgspec raises on JSON that is not well-formed.
    """
    if _start(document).startswith(b"["):
        for item in _LIST.decode(document):
            yield from records_of(item, depth=depth + 1) if depth == 0 else (item,)
        return
    if not _start(document).startswith(b"{"):
        yield _ANY.decode(document)
        return
    fields = _OBJECT.decode(document)
    if "events" in fields and "target" not in fields:
        yield from _LIST.decode(fields["events"])
        return
    if depth < _DEEPEST_WRAPPER and layout_of(fields) is None:
        for name in _WRAPPERS:
            if name in fields and _begins(fields[name], b"{"):
                yield from records_of(fields[name], depth=depth + 1)
                return
        if "hits" in fields and _begins(fields["hits"], b"["):
            for item in _LIST.decode(fields["hits"]):
                yield from records_of(item, depth=depth + 1)
            return
    yield document


def layout_of(fields: Fields) -> Layout | None:
    """The layout of a record; None where it is in none that is known."""
    if "target" in fields and "result" in fields:
        return Layout.BINARYEDGE
    if "services" in fields and "ip" in fields:
        return Layout.CENSYS
    if "data" in fields:
        data = fields["data"]
        is_placed = "ip_str" in fields or "ip" in fields
        if "port" in fields and is_placed and _begins(data, b'"'):
            return Layout.SHODAN_BANNER
        if is_placed and _begins(data, b"["):
            return Layout.SHODAN_HOST
        if (is_placed or "domain" in fields) and _begins(data, b"{"):
            return Layout.ZGRAB2
    if "ip" in fields and ("ports" in fields or "protocols" in fields):
        return Layout.CENSYS_V1
    return None


def fields_of(record: msgspec.Raw | bytes) -> Fields:
    """The fields at the top of a record. Raises Unfit where it is no object."""
    if not _start(record).startswith(b"{"):
        raise Unfit(Reason.UNKNOWN_LAYOUT)
    return _OBJECT.decode(record)


def _start(text: msgspec.Raw | bytes) -> bytes:
    return bytes(memoryview(text)[:64]).lstrip()


def _begins(value: msgspec.Raw, sign: bytes) -> bool:
    return bytes(memoryview(value)[:1]) == sign
