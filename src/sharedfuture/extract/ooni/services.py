"""The tests of single services as parts that were reached or not."""

from collections.abc import Callable

from sharedfuture.extract.ooni.forms import (
    EchoKeys,
    Keys,
    MessengerKeys,
    PsiphonKeys,
    SignalKeys,
    TelegramKeys,
    TorKeys,
    VanillaTorKeys,
    WhatsappKeys,
)

# A part's name and "ok", the failure, or none where the test gave no result for it.
Part = tuple[str, str | None]


def parts_of(keys: Keys) -> list[Part]:
    """Every part that a test of one service tried; none for tests of web sites and unknown ones."""
    read = _READ.get(type(keys))
    return read(keys) if read else []


def _whatsapp(keys: WhatsappKeys) -> list[Part]:
    return [
        ("endpoints", _status(keys.whatsapp_endpoints_status, None)),
        (
            "registration",
            _status(keys.registration_server_status, keys.registration_server_failure),
        ),
        ("web", _status(keys.whatsapp_web_status, keys.whatsapp_web_failure)),
    ]


def _telegram(keys: TelegramKeys) -> list[Part]:
    return [
        ("access_points_tcp", _blocked(keys.telegram_tcp_blocking)),
        ("access_points_http", _blocked(keys.telegram_http_blocking)),
        ("web", _status(keys.telegram_web_status, keys.telegram_web_failure)),
    ]


def _signal(keys: SignalKeys) -> list[Part]:
    return [("backend", _status(keys.signal_backend_status, keys.signal_backend_failure))]


def _messenger(keys: MessengerKeys) -> list[Part]:
    return [
        ("names", _blocked(keys.facebook_dns_blocking)),
        ("endpoints", _blocked(keys.facebook_tcp_blocking)),
    ]


def _psiphon(keys: PsiphonKeys) -> list[Part]:
    if keys.failure is None and not keys.bootstrap_time:
        return [("tunnel", None)]
    return [("tunnel", keys.failure or "ok")]


def _vanilla_tor(keys: VanillaTorKeys) -> list[Part]:
    if keys.success is None:
        return [("tunnel", keys.failure or keys.error)]
    return [("tunnel", "ok" if keys.success else keys.failure or keys.error or "unknown_failure")]


def _tor(keys: TorKeys) -> list[Part]:
    targets = (keys.targets or {}).values()
    return [(target.target_protocol or "target", target.failure or "ok") for target in targets]


def _echo(keys: EchoKeys) -> list[Part]:
    told = keys.tampering
    if isinstance(told, dict):
        told = any(value is True for name, value in told.items()) or bool(
            told.get("header_name_diff")
        )
    failures = [item.failure for item in keys.requests or () if item.failure]
    if told is None or keys.failure or failures:
        return [("echo", keys.failure or (failures[0] if failures else None))]
    return [("echo", "altered" if told else "ok")]


def _status(status: str | None, failure: str | None) -> str | None:
    if status is None:
        return None
    return "ok" if status == "ok" else failure or status


def _blocked(told: bool | None) -> str | None:
    return None if told is None else "blocked" if told else "ok"


_READ: dict[type[Keys], Callable[..., list[Part]]] = {
    WhatsappKeys: _whatsapp,
    TelegramKeys: _telegram,
    SignalKeys: _signal,
    MessengerKeys: _messenger,
    PsiphonKeys: _psiphon,
    VanillaTorKeys: _vanilla_tor,
    TorKeys: _tor,
    EchoKeys: _echo,
}
