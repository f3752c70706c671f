"""Measurements put together, in batches, as frames: one of measurements, one of observations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa

from sharedfuture.extract.ooni import schema
from sharedfuture.extract.ooni.forms import (
    Connect,
    Control,
    Handshake,
    Keys,
    Layers,
    Measurement,
    Query,
    WebKeys,
)
from sharedfuture.extract.ooni.head import Identity
from sharedfuture.extract.ooni.pages import Match, place_of, read_page
from sharedfuture.extract.ooni.services import parts_of

_Row = tuple[Any, ...]  # cells of a row in the order of its schema; Arrow checks their types
_Item = TypeVar("_Item")
Placed = tuple[list[int], list[_Item]]


@dataclass(slots=True)
class Gathering:
    """Measurements of one batch, not yet frames; each list holds what its name says.

    What belongs to a measurement carries its place in the batch, the column `place`; for what is
    taken over as it was decoded the places stand in a list beside it.
    """

    match: Match
    heads: list[Identity] = field(default_factory=list)
    contexts: list[_Row] = field(default_factory=list)
    queries: Placed[Query] = field(default_factory=lambda: ([], []))
    second_queries: Placed[Query] = field(default_factory=lambda: ([], []))
    connects: Placed[Connect] = field(default_factory=lambda: ([], []))
    handshakes: Placed[Handshake] = field(default_factory=lambda: ([], []))
    pages: list[_Row] = field(default_factory=list)
    controls: list[_Row] = field(default_factory=list)

    def add(self, identity: Identity, measurement: Measurement, keys: Keys) -> None:
        """Take one measurement in; raises Unfit, and then has taken nothing of it."""
        place = len(self.heads)
        host, port, _ = place_of(identity.input)
        control = keys.control if isinstance(keys, WebKeys) else None
        pages = self._pages(place, keys, control, host)
        context = (measurement.test_version, host, port, *_web(keys, control), *_service(keys))
        self.heads.append(identity)
        self.contexts.append(context)
        self.pages += pages
        if isinstance(keys, Layers):
            self._layers(place, keys)
        if control is not None:
            self.controls += _controlled(place, control)

    def _layers(self, place: int, keys: Layers) -> None:
        _place(self.queries, place, keys.queries)
        _place(self.connects, place, keys.tcp_connect)
        _place(self.handshakes, place, keys.tls_handshakes)
        if isinstance(keys, WebKeys):
            _place(self.second_queries, place, keys.x_dns_duplicate_responses)

    def _pages(
        self, place: int, keys: Keys, control: Control | None, host: str | None
    ) -> list[_Row]:
        if not isinstance(keys, Layers) or not keys.requests:
            return []
        seen = control.http_request if control else None
        rows: list[_Row] = []
        for number, item in enumerate(keys.requests):
            page = read_page(item, control=seen, own_host=host, match=self.match)
            key = _key(item.transaction_id, item.address) or f"page {number}"
            rows.append((place, key, item.address, *page))
        return rows


def _place(placed: Placed[_Item], place: int, items: list[_Item] | None) -> None:
    if items:
        placed[0].extend(repeat(place, len(items)))
        placed[1].extend(items)


def _key(transaction: int | None, address: str | None) -> str | None:
    """What ties the layers of one endpoint together: the transaction, else the address."""
    return str(transaction) if transaction else address


def _web(keys: Keys, control: Control | None) -> _Row:
    """The context of a test of a web site, in the order of the schema."""
    if not isinstance(keys, WebKeys):
        return (None,) * 12
    names = control.dns if control else None
    page = control.http_request if control else None
    addresses = [
        item for item in (names.addrs if names and names.addrs else ()) if item[-1:] != "."
    ]
    told = keys.blocking
    return (
        keys.control_failure or ("ok" if page or names else None),
        (names.failure or "ok") if names else None,
        [item for item in addresses if item[:1].isdigit() or ":" in item],
        _networks(control, addresses),
        (page.failure or "ok") if page else None,
        page.status_code if page and (page.status_code or 0) > 0 else None,
        page.body_length if page and (page.body_length or -1) >= 0 else None,
        bool(page.title) if page else None,
        told if isinstance(told, str) else None if told is None else str(told).lower(),
        keys.accessible,
        keys.dns_consistency,
        keys.x_blocking_flags,
    )


def _networks(control: Control | None, addresses: Sequence[str]) -> list[int]:
    facts = (control.ip_info if control else None) or {}
    found = {facts[item].asn for item in addresses if item in facts}
    return sorted(number for number in found if number)


def _service(keys: Keys) -> _Row:
    parts = parts_of(keys)
    return [name for name, _ in parts], [outcome or "" for _, outcome in parts]


def _controlled(place: int, control: Control) -> list[_Row]:
    """What the control's connections and handshakes with each address came to."""
    rows: list[_Row] = []
    handshakes = control.tls_handshake or {}
    for address, seen in (control.tcp_connect or {}).items():
        over = handshakes.get(address)
        rows.append(
            (
                place,
                address,
                seen.failure or ("ok" if seen.status is not False else "unknown_failure"),
                over
                and (over.failure or ("ok" if over.status is not False else "unknown_failure")),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Frames:
    """A batch: measurements and observations, both with the keys of their measurement."""

    measurements: pl.DataFrame
    observations: pl.DataFrame


def frames_of(gathering: Gathering) -> Frames:
    """The batch as frames in the order of the schema."""
    heads = _frame(gathering.heads, schema.IDENTITY).with_columns(
        place=pl.int_range(pl.len(), dtype=pl.UInt32)
    )
    contexts = _frame(gathering.contexts, schema.CONTEXT)
    observations = pl.concat([_answers(gathering), _endpoints(gathering)], how="diagonal")
    joined = heads.join(observations, on="place", how="inner", maintain_order="left_right")
    return Frames(
        measurements=pl.concat([heads.drop("place"), contexts], how="horizontal"),
        observations=joined.select(schema.OBSERVATION.keys()).cast(schema.OBSERVATION),  # type: ignore[arg-type]
    )


def _frame(rows: Sequence[_Row], form: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return _columns(list(zip(*rows, strict=True)) if rows else [()] * len(form), form)


def _columns(columns: Sequence[Sequence[object]], form: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame by way of Arrow, which takes lists of lists without a detour."""
    types = schema.arrow_types(form)
    arrays = [pa.array(cells, type=kind) for cells, kind in zip(columns, types, strict=True)]
    frame = pl.from_arrow(pa.table(arrays, names=list(form)))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _answers(gathering: Gathering) -> pl.DataFrame:
    """One row for each address answered, one for each query that got none."""
    places, first = gathering.queries
    second_places, second = gathering.second_queries
    queries = first + second
    told = _columns(
        [
            places + second_places,
            [item.hostname.lower() if item.hostname else None for item in queries],
            [item.engine for item in queries],
            [item.query_type for item in queries],
            [False] * len(first) + [True] * len(second),
            [item.failure or "ok" for item in queries],
        ],
        schema.QUERY,
    )
    rows: list[int] = []
    addresses: list[str | None] = []
    networks: list[int | None] = []
    for row, item in enumerate(queries):
        before = len(rows)
        for answer in item.answers or ():
            address = answer.ipv4 or answer.ipv6
            if address:
                rows.append(row)
                addresses.append(address)
                networks.append(answer.asn or None)
        if len(rows) == before:
            rows.append(row)
            addresses.append(None)
            networks.append(None)
    answered = _columns([addresses, networks], schema.ANSWERED)
    return pl.concat([told[rows], answered], how="horizontal")


def _connects(gathering: Gathering) -> pl.DataFrame:
    places, items = gathering.connects
    at = [
        f"[{item.ip}]:{item.port}" if ":" in item.ip else f"{item.ip}:{item.port}" for item in items
    ]
    keys = [_key(item.transaction_id, address) for item, address in zip(items, at, strict=True)]
    return _columns([places, keys, at, [_ended(item) for item in items]], schema.CONNECT)


def _handshakes(gathering: Gathering) -> pl.DataFrame:
    places, items = gathering.handshakes
    return _columns(
        [
            places,
            [
                _key(item.transaction_id, item.address) or f"handshake {number}"
                for number, item in enumerate(items)
            ],
            [item.address for item in items],
            [item.server_name.lower() if item.server_name else None for item in items],
            [item.failure or "ok" for item in items],
            [not item.no_tls_verify for item in items],
        ],
        schema.HANDSHAKE,
    )


def _endpoints(gathering: Gathering) -> pl.DataFrame:
    """One row for each endpoint: its connection, handshake and page side by side."""
    keys = ["place", "key", "turn"]
    connects, handshakes, pages = (
        frame.with_columns(turn=pl.int_range(pl.len()).over("place", "key"))
        for frame in (
            _connects(gathering),
            _handshakes(gathering),
            _frame(gathering.pages, schema.PAGE),
        )
    )
    controls = _frame(gathering.controls, schema.CONTROLLED)
    joined = (
        connects.join(handshakes, on=keys, how="full", coalesce=True, suffix="_tls")
        .join(pages, on=keys, how="full", coalesce=True, suffix="_page")
        .with_columns(address=pl.coalesce("address", "address_tls", "address_page"))
    )
    return (
        joined.join(controls, on=["place", "address"], how="left", maintain_order="left")
        .with_columns(
            hostname=pl.coalesce("tls_server_name", "http_host"),
            ip=pl.col("address").str.extract(r"^\[?([0-9A-Fa-f:.]+?)\]?:\d+$"),
            port=pl.coalesce(
                pl.col("address").str.extract(r":(\d+)$").cast(pl.Int32, strict=False), "http_port"
            ),
        )
        .sort("place", "key", "turn")
    )


def _ended(item: Connect) -> str | None:
    status = item.status
    if status is None:
        return None
    if isinstance(status.failure, str):
        return status.failure
    return "unknown_failure" if status.failure or status.success is False else "ok"
