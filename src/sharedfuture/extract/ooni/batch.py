"""Measurements put together, in batches, as frames: one of measurements, one of observations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa

from sharedfuture.extract.ooni import schema
from sharedfuture.extract.ooni.ends import ends_of
from sharedfuture.extract.ooni.forms import Control, Keys, Layers, Measurement, Query, WebKeys
from sharedfuture.extract.ooni.head import Identity
from sharedfuture.extract.ooni.pages import Match, place_of
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
    files: list[str] = field(default_factory=list)
    heads: list[Identity] = field(default_factory=list)
    contexts: list[_Row] = field(default_factory=list)
    queries: Placed[Query] = field(default_factory=lambda: ([], []))
    second_queries: Placed[Query] = field(default_factory=lambda: ([], []))
    ends: list[_Row] = field(default_factory=list)

    def add(self, identity: Identity, measurement: Measurement, keys: Keys, *, file: str) -> None:
        """Take one measurement in; raises Unfit, and then has taken nothing of it."""
        place = len(self.heads)
        host, port, _ = place_of(identity.input)
        control = keys.control if isinstance(keys, WebKeys) else None
        ends: list[_Row] = []
        if isinstance(keys, Layers):
            ends = ends_of(place, keys, control=control, own_host=host, match=self.match)
        context = (measurement.test_version, host, port, *_web(keys, control), *_service(keys))
        self.files.append(file)
        self.heads.append(identity)
        self.contexts.append(context)
        self.ends += ends
        if isinstance(keys, Layers):
            _place(self.queries, place, keys.queries)
            if isinstance(keys, WebKeys):
                _place(self.second_queries, place, keys.x_dns_duplicate_responses)


def _place(placed: Placed[_Item], place: int, items: list[_Item] | None) -> None:
    if items:
        placed[0].extend(repeat(place, len(items)))
        placed[1].extend(items)


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


@dataclass(frozen=True, slots=True)
class Frames:
    """A batch: measurements and observations, both with the keys of their measurement."""

    measurements: pl.DataFrame
    observations: pl.DataFrame


def frames_of(gathering: Gathering) -> Frames:
    """The batch as frames in the order of the schema."""
    heads = _frame(gathering.heads, schema.IDENTITY).with_columns(
        pl.Series("file", gathering.files, dtype=pl.String)
    )
    contexts = _frame(gathering.contexts, schema.CONTEXT)
    seen = pl.concat([_answers(gathering), _endpoints(gathering)], how="diagonal")
    rows = pl.concat([heads[seen["place"]], seen], how="horizontal").with_columns(
        number=pl.int_range(pl.len(), dtype=pl.Int32).over("place")
    )
    return Frames(
        measurements=pl.concat([heads, contexts], how="horizontal").select(*schema.MEASUREMENT),
        observations=rows.select(*schema.OBSERVATION),
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


def _endpoints(gathering: Gathering) -> pl.DataFrame:
    """One row for each endpoint: its connection, handshake and page side by side."""
    address = pl.col("address")
    return _frame(gathering.ends, schema.END).with_columns(
        hostname=pl.coalesce("tls_server_name", "http_host"),
        ip=address.str.extract(r"^\[?([0-9A-Fa-f:.]+?)\]?:\d+$"),
        port=pl.coalesce(address.str.extract(r":(\d+)$").cast(pl.Int32, strict=False), "http_port"),
    )
