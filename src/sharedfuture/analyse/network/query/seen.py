"""What a party could see: everyone from whom a chain of ties leads to it, and how surely."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sharedfuture.analyse.network.query.arrays import Network, Numbers, Places, View

_CERTAIN = 1e-12  # scipy takes a length of nothing for no arc


@dataclass(frozen=True, slots=True)
class Reach:
    """Parties from whom a chain leads to the body, each with the strength of its surest chain.

    `edges` are the ties of the surest chains of the countries, by number.
    """

    parties: Places
    strengths: Numbers
    countries: tuple[str, ...]
    expected: float
    edges: tuple[int, ...]


def reach_of(
    network: Network, body: int, *, view: View, own: frozenset[str] = frozenset()
) -> Reach:
    """Everyone who has a chain to `body`; the countries in `own` are not counted.

    The surest chain is the one with the highest product of strengths, however many ties it has:
    a tie more can then never make anyone less sure.
    """
    sure = network.held(view)
    last = network.twin[network.arcs_from(np.array([body]))]
    if not network.usable(last, view, sure, end=body).any():
        return Reach(np.empty(0, dtype=np.int64), np.empty(0), (), 0.0, ())
    arcs, lengths = _arcs_towards(network, body, view, sure)
    count = len(network.parties)
    starts = np.searchsorted(network.tail[arcs], np.arange(count + 1))
    graph = csr_array((lengths, network.head[arcs], starts), shape=(count, count))
    far, before = dijkstra(graph, indices=body, return_predecessors=True)
    far[body] = np.inf
    parties = np.flatnonzero(np.isfinite(far))
    counted = [
        int(party)
        for party in parties[network.is_country[parties]]
        if network.parties[party] not in own
    ]
    strengths = np.exp(-far[parties])
    return Reach(
        parties=parties,
        strengths=strengths,
        countries=tuple(network.parties[party] for party in counted),
        expected=float(np.exp(-far[counted]).sum()),
        edges=_ties_used(network, counted, before, arcs),
    )


def _arcs_towards(network: Network, body: int, view: View, sure: Numbers) -> tuple[Places, Numbers]:
    """The surest arc of each pair, for a search from the body backwards, with its length."""
    arcs = np.flatnonzero(network.usable(network.twin, view, sure, end=body))
    tails, heads = network.tail[arcs], network.head[arcs]
    begins = np.flatnonzero(
        np.concatenate([[True], (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])])
    )
    best = np.maximum.reduceat(sure[network.edge[arcs]], begins)
    return arcs[begins], np.maximum(-np.log(best), _CERTAIN)


def _ties_used(
    network: Network, counted: list[int], before: Places, arcs: Places
) -> tuple[int, ...]:
    """The edges of the chains from the counted countries; arcs are sorted by tail and head."""
    count = len(network.parties)
    keys = network.tail[arcs] * count + network.head[arcs]
    used: set[int] = set()
    waiting, seen = list(counted), set(counted)
    while waiting:
        party = waiting.pop()
        nearer = int(before[party])
        if nearer < 0:
            continue
        used.add(int(network.edge[arcs[np.searchsorted(keys, nearer * count + party)]]))
        if nearer not in seen:
            seen.add(nearer)
            waiting.append(nearer)
    return tuple(sorted(used))
