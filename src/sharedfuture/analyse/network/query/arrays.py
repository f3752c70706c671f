"""The network as arrays: each edge is two arcs, one each way, sorted by the party they leave.

An arc is gone along only where the edge's `flow` allows it, unless direction is not asked for.
Arcs between the same two parties stand together, the surest first, so that the first that is held
on a day is the one that counts: parallel ties do not add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

_ALWAYS = 0  # before the first day that a date can have
_FOR_EVER = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class View:
    """What of the network is looked at.

    `day` is the day for which it is asked; None means after everything has begun and before
    anything ended. `layers` are those that count; None means all. With `is_flow` a way follows
    information, and passes through no country; without, it follows ties in any direction.
    `without` names edges that are taken away. `is_sure` counts an edge from the day by which it
    surely had begun; without it, from the first day it may have, times the probability of that.
    """

    day: date | None = None
    layers: frozenset[str] | None = None
    is_flow: bool = True
    with_candidates: bool = False
    without: frozenset[str] = frozenset()
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Network:
    """Edges of one frame as arrays; nothing in it changes after it was made."""

    parties: tuple[str, ...]
    edge_ids: tuple[str, ...]
    number_of: dict[str, int] = field(repr=False)
    edge_number_of: dict[str, int] = field(repr=False)
    is_country: Flags
    is_text: Flags
    first: Places
    second: Places
    strength: Numbers
    layers: tuple[str, ...]
    layer: Places
    is_inferred: Flags
    begins: Places
    begun: Places
    ends: Places
    tail: Places
    head: Places
    edge: Places
    twin: Places
    is_flow: Flags
    starts: Places

    def number(self, party_id: str) -> int:
        """The place of a party; raises KeyError where no edge names it."""
        return self.number_of[party_id]

    def held(self, view: View) -> Numbers:
        """How sure each edge is in this view, 0 where it does not count."""
        sure = np.where(self.is_inferred & (not view.with_candidates), 0.0, self.strength)
        if view.day is not None:
            sure = sure * self._begun(view.day.toordinal(), is_sure=view.is_sure)
        if view.layers is not None:
            counts = np.array([layer in view.layers for layer in self.layers], dtype=bool)
            sure = np.where(counts[self.layer], sure, 0.0)
        gone = [self.edge_number_of[name] for name in view.without if name in self.edge_number_of]
        if gone:
            sure[gone] = 0.0
        return sure

    def _begun(self, day: int, *, is_sure: bool) -> Numbers:
        """Probability that each edge holds on a day: its beginning is uniform over its days."""
        holds = day <= self.ends
        if is_sure:
            return (holds & (self.begun <= day)).astype(np.float64)
        days = self.begun - self.begins + 1
        return np.where(holds, np.clip((day - self.begins + 1) / days, 0.0, 1.0), 0.0)

    def usable(self, arcs: Places, view: View, sure: Numbers, *, end: int) -> Flags:
        """Which of the arcs can be gone along on the way to `end`; `sure` is what `held` gives.

        No way passes through a text; one that follows information passes through no country.
        """
        head = self.head[arcs]
        closed = self.is_text | self.is_country if view.is_flow else self.is_text
        usable: Flags = (sure[self.edge[arcs]] > 0) & (~closed[head] | (head == end))
        return usable & self.is_flow[arcs] if view.is_flow else usable

    def arcs_from(self, numbers: Places) -> Places:
        """The arcs that leave any of these parties."""
        counts = self.starts[numbers + 1] - self.starts[numbers]
        offsets = np.repeat(self.starts[numbers] - np.cumsum(counts) + counts, counts)
        return offsets + np.arange(len(offsets))


def network_of(
    edges: pl.DataFrame,
    *,
    country_ids: Iterable[str],
    text_ids: Iterable[str] = (),
    study_begins: date = date.min,
) -> Network:
    """The network of a frame with the columns of `network_edge`.

    `text_ids` are actors that are texts or programmes. An edge whose earliest day is open may have
    begun on any day since `study_begins`.
    """
    edges = edges.sort("edge_id")
    parties = tuple(sorted({*edges["from_id"], *edges["to_id"]}))
    number_of = {party: number for number, party in enumerate(parties)}
    countries, texts = set(country_ids), set(text_ids)
    layers = tuple(sorted(set(edges["layer"])))
    first, second = _numbers(edges["from_id"], parties), _numbers(edges["to_id"], parties)
    strength = edges["strength"].fill_null(0.0).to_numpy()
    begins, begun = _beginnings(edges, study_begins)
    arcs = _arcs(first, second, strength, edges["flow"])
    edge_ids = tuple(edges["edge_id"])
    return Network(
        parties=parties,
        edge_ids=edge_ids,
        number_of=number_of,
        edge_number_of={name: number for number, name in enumerate(edge_ids)},
        is_country=np.array([party in countries for party in parties], dtype=bool),
        is_text=np.array([party in texts for party in parties], dtype=bool),
        first=first,
        second=second,
        strength=strength,
        layers=layers,
        layer=_numbers(edges["layer"], layers),
        is_inferred=edges["is_inferred"].to_numpy().astype(bool),
        begins=begins,
        begun=begun,
        ends=_days(edges["until_date"], _FOR_EVER),
        tail=arcs.tail,
        head=arcs.head,
        edge=arcs.edge,
        twin=arcs.twin,
        is_flow=arcs.is_flow,
        starts=np.searchsorted(arcs.tail, np.arange(len(parties) + 1)),
    )


def _numbers(names: pl.Series, known: tuple[str, ...]) -> Places:
    """The place of each name among those known."""
    return names.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)


def _beginnings(edges: pl.DataFrame, study_begins: date) -> tuple[Places, Places]:
    """First and last day on which each edge can have begun; without any it always held."""
    begun = _days(edges["latest_date"], _ALWAYS)
    begins = _days(edges["earliest_date"], study_begins.toordinal())
    return np.minimum(begins, begun), begun


def _days(dates: pl.Series, absent: int) -> Places:
    """Days as ordinals of the proleptic Gregorian calendar."""
    epoch = date(1970, 1, 1).toordinal()
    days = dates.cast(pl.Date).cast(pl.Int32).cast(pl.Int64) + epoch
    return days.fill_null(absent).to_numpy().astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Both arcs of each edge."""

    tail: Places
    head: Places
    edge: Places
    twin: Places
    is_flow: Flags


def _arcs(first: Places, second: Places, strength: Numbers, flow: pl.Series) -> _Arcs:
    """Sorted by tail, head, strength (the surest first) and edge."""
    numbers = np.arange(len(first))
    tail, head = np.concatenate([first, second]), np.concatenate([second, first])
    edge = np.concatenate([numbers, numbers])
    is_flow = np.concatenate(
        [flow.is_in(["forward", "both"]).to_numpy(), flow.is_in(["backward", "both"]).to_numpy()]
    ).astype(bool)
    order = np.lexsort((edge, -strength[edge], head, tail))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    twins = np.concatenate([numbers + len(first), numbers])
    return _Arcs(tail[order], head[order], edge[order], place[twins][order], is_flow[order])
