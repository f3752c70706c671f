"""Endpoints of a measurement: a connection, its handshake and its page side by side."""

from typing import Any

from sharedfuture.extract.ooni.forms import (
    Connect,
    Control,
    ControlOutcome,
    Handshake,
    Layers,
)
from sharedfuture.extract.ooni.pages import Match, Page, read_page

_Row = tuple[Any, ...]  # cells in the order of the schema
_Key = int | str | tuple[Any, int]
_End = list[Any]  # the address, a connection, a handshake, a page; any but one may be absent
_NO_CONTROL = (None, None)
_NO_HANDSHAKE = (None, None, None)
_NO_PAGE = (None,) * len(Page._fields)


def ends_of(
    place: int, keys: Layers, *, control: Control | None, own_host: str | None, match: Match
) -> list[_Row]:
    """One row for each endpoint, in the order of the schema, as they first appear.

    What shares a transaction, or without one an address, is one endpoint: the first connection
    with the first handshake and the first page, the second with the second. Raises Unfit.
    """
    found: dict[_Key, _End] = {}
    for connect in keys.tcp_connect or ():
        address = _at(connect)
        _lay(found, 1, connect.transaction_id, address, connect)
    for handshake in keys.tls_handshakes or ():
        _lay(found, 2, handshake.transaction_id, handshake.address, handshake)
    for item in keys.requests or ():
        _lay(found, 3, item.transaction_id, item.address, item)
    theirs = control.http_request if control else None
    rows: list[_Row] = []
    for address, connect, handshake, item in found.values():
        rows.append(
            (
                place,
                address,
                _ended(connect) if connect else None,
                *(_handshake(handshake) if handshake else _NO_HANDSHAKE),
                *(read_page(item, theirs, own_host, match) if item else _NO_PAGE),
                *(_controlled(control, address) if control else _NO_CONTROL),
            )
        )
    return rows


def _lay(
    found: dict[_Key, _End], layer: int, transaction: int | None, address: str | None, item: object
) -> None:
    """Put an item where it belongs: with its transaction, without one with its address.

    Where that has an item of this layer already, it belongs to the next turn of the same; one
    with neither belongs to no other.
    """
    key: _Key = transaction or address or (layer, len(found))
    end = found.get(key)
    turn = 0
    while end is not None and end[layer] is not None:
        turn += 1
        end = found.get((key, turn))
    if end is None:
        end = found[(key, turn) if turn else key] = [address, None, None, None]
    elif not end[0]:
        end[0] = address
    end[layer] = item


def _at(item: Connect) -> str:
    return f"[{item.ip}]:{item.port}" if ":" in item.ip else f"{item.ip}:{item.port}"


def _ended(item: Connect) -> str | None:
    status = item.status
    if status is None:
        return None
    if isinstance(status.failure, str):
        return status.failure
    return "unknown_failure" if status.failure or status.success is False else "ok"


def _handshake(item: Handshake) -> _Row:
    name = item.server_name
    return name.lower() if name else None, item.failure or "ok", not item.no_tls_verify


def _controlled(control: Control, address: str | None) -> tuple[str | None, str | None]:
    """What the control's connection and handshake with the same address came to."""
    tried = control.tcp_connect.get(address) if control.tcp_connect and address else None
    if tried is None or address is None:
        return _NO_CONTROL
    over = control.tls_handshake.get(address) if control.tls_handshake else None
    return _outcome(tried), _outcome(over) if over else None


def _outcome(seen: ControlOutcome) -> str:
    return seen.failure or ("ok" if seen.status is not False else "unknown_failure")
