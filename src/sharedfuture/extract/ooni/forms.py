"""The form of OONI's raw measurements: only what is declared here is decoded.

Names are those of the publisher's data formats (df-000 base, df-001 HTTP, df-002 DNS, df-005 TCP,
df-006 TLS, ts-017 web connectivity in its old and 0.5 forms, and the specifications of the other
tests). The address of the probe and that of its resolver are not declared, so they are never read.
"""

from typing import Annotated, cast

import msgspec

_Headers = dict[str, object] | list[object] | None
# Numbers are bounded where they are read: no frame can overflow on a forged one.
_Number = Annotated[int, msgspec.Meta(ge=-1, le=2**31 - 1)]
_Big = Annotated[int, msgspec.Meta(ge=-1, le=2**53)]
_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class Binary(msgspec.Struct, gc=False):
    """A text that is no UTF-8, as base64."""

    data: str
    format: str


class Answer(msgspec.Struct, gc=False):
    """One record of a DNS answer."""

    ipv4: str | None = None
    ipv6: str | None = None
    asn: _Big | None = None


class Query(msgspec.Struct, gc=False):
    """One DNS query with its answers; `failure` is null where it succeeded."""

    hostname: str | None = None
    query_type: str | None = None
    engine: str | None = None
    failure: str | None = None
    answers: list[Answer] | None = None


class Status(msgspec.Struct, gc=False):
    """How a TCP connection ended; the oldest probes wrote false or true for the failure."""

    failure: str | bool | None = None
    success: bool | None = None


class Connect(msgspec.Struct, gc=False):
    """One TCP connection."""

    ip: str
    port: _Port
    status: Status | None = None
    transaction_id: _Big | None = None


class Handshake(msgspec.Struct, gc=False):
    """One TLS handshake; `no_tls_verify` where the certificate was not checked."""

    address: str | None = None
    server_name: str | None = None
    failure: str | None = None
    no_tls_verify: bool | None = None
    transaction_id: _Big | None = None


class Response(msgspec.Struct, gc=False):
    """What came back over HTTP."""

    body: str | Binary | None = None
    body_is_truncated: bool | None = None
    code: _Number | None = None
    headers: _Headers = None


class Request(msgspec.Struct, gc=False):
    """What was asked for over HTTP."""

    url: str | None = None


class Transaction(msgspec.Struct, gc=False):
    """One HTTP request with its response."""

    request: Request | None = None
    response: Response | None = None
    failure: str | None = None
    address: str | None = None
    transaction_id: _Big | None = None


class ControlOutcome(msgspec.Struct, gc=False):
    """How the control's connection or handshake with one address ended."""

    status: bool | None = None
    failure: str | None = None


class ControlNames(msgspec.Struct, gc=False):
    """What the control's resolver answered."""

    addrs: list[str] | None = None
    failure: str | None = None


class ControlPage(msgspec.Struct, gc=False):
    """What the control got over HTTP, redirects followed."""

    body_length: _Big | None = None
    failure: str | None = None
    headers: _Headers = None
    status_code: _Number | None = None
    title: str | None = None


class AddressFacts(msgspec.Struct, gc=False):
    """The network of an address, as the control's table has it."""

    asn: _Big | None = None


class Control(msgspec.Struct, gc=False):
    """The same fetch by a test helper outside the measured network."""

    tcp_connect: dict[str, ControlOutcome] | None = None
    tls_handshake: dict[str, ControlOutcome] | None = None
    http_request: ControlPage | None = None
    dns: ControlNames | None = None
    ip_info: dict[str, AddressFacts] | None = None


class Layers(msgspec.Struct, gc=False):
    """What every test that uses the network templates writes."""

    queries: list[Query] | None = None
    tcp_connect: list[Connect] | None = None
    tls_handshakes: list[Handshake] | None = None
    requests: list[Transaction] | None = None
    failure: str | None = None


class WebKeys(Layers, gc=False):
    """Web connectivity, old and 0.5; what the probe itself concluded comes last."""

    x_dns_duplicate_responses: list[Query] | None = None
    control: Control | None = None
    control_failure: str | None = None
    blocking: str | bool | None = None
    accessible: bool | None = None
    dns_consistency: str | None = None
    x_blocking_flags: _Big | None = None


class WhatsappKeys(Layers, gc=False):
    """WhatsApp: chat endpoints, registration, the web page."""

    registration_server_failure: str | None = None
    registration_server_status: str | None = None
    whatsapp_endpoints_status: str | None = None
    whatsapp_web_failure: str | None = None
    whatsapp_web_status: str | None = None


class TelegramKeys(Layers, gc=False):
    """Telegram: access points over TCP and HTTP, the web page."""

    telegram_tcp_blocking: bool | None = None
    telegram_http_blocking: bool | None = None
    telegram_web_failure: str | None = None
    telegram_web_status: str | None = None


class SignalKeys(Layers, gc=False):
    """Signal: its backend as a whole."""

    signal_backend_failure: str | None = None
    signal_backend_status: str | None = None


class MessengerKeys(Layers, gc=False):
    """Facebook Messenger: its names and its endpoints."""

    facebook_dns_blocking: bool | None = None
    facebook_tcp_blocking: bool | None = None


class PsiphonKeys(Layers, gc=False):
    """Psiphon: whether its tunnel came up."""

    bootstrap_time: float | None = None


class VanillaTorKeys(msgspec.Struct, gc=False):
    """Tor without disguise: whether it came up."""

    success: bool | None = None
    failure: str | None = None
    error: str | None = None


class TorTarget(msgspec.Struct, gc=False):
    """One directory authority or bridge."""

    failure: str | None = None
    target_protocol: str | None = None


class TorKeys(msgspec.Struct, gc=False):
    """Tor's directory authorities and default bridges."""

    targets: dict[str, TorTarget] | None = None


class EchoKeys(msgspec.Struct, gc=False):
    """A request that a server of the test sends back, to see whether it was altered."""

    tampering: bool | dict[str, object] | None = None
    failure: str | None = None
    requests: list[Transaction] | None = None


class OtherKeys(msgspec.Struct, gc=False):
    """A test that is not read further."""


Keys = Layers | VanillaTorKeys | TorKeys | EchoKeys | OtherKeys


class Head(msgspec.Struct, gc=False):
    """What stands at the top of every measurement."""

    test_name: str
    measurement_start_time: str
    probe_cc: str | None = None
    probe_asn: str | None = None
    resolver_asn: str | None = None
    report_id: str | None = None
    measurement_uid: str | None = None
    input: str | list[str] | None = None
    test_version: str | None = None
    software_name: str | None = None
    test_runtime: float | None = None


KEYS: dict[str, type[Keys]] = {
    "web_connectivity": WebKeys,
    "whatsapp": WhatsappKeys,
    "telegram": TelegramKeys,
    "signal": SignalKeys,
    "facebook_messenger": MessengerKeys,
    "psiphon": PsiphonKeys,
    "vanilla_tor": VanillaTorKeys,
    "tor": TorKeys,
    "http_header_field_manipulation": EchoKeys,
    "http_invalid_request_line": EchoKeys,
}


class Measurement(Head, gc=False):
    """A measurement whose keys are one of the known forms; null where the probe gave none."""

    test_keys: Keys | None = None


def decoder_of(test_name: str) -> "msgspec.json.Decoder[Measurement]":
    """The decoder of one test; of a test that is not known, of its head alone."""
    keys = KEYS.get(test_name, OtherKeys)
    form = msgspec.defstruct(
        "Measurement", [("test_keys", keys | None, None)], bases=(Head,), gc=False
    )
    return msgspec.json.Decoder(cast(type[Measurement], form))
