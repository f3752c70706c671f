"""The shortest evidenced chain between two parties, and its weakest tie."""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.network.query.arrays import Network, Numbers, Places, View


@dataclass(frozen=True, slots=True)
class Chain:
    """Ties in order, by number of edge; `strength` is the product of theirs."""

    edges: tuple[int, ...]
    parties: tuple[int, ...]
    is_against: tuple[bool, ...]
    strength: float
    weakest: int

    @property
    def steps(self) -> int:
        """Number of ties."""
        return len(self.edges)


@dataclass(slots=True)
class _Search:
    """What is known of each party so far: how far it is, how sure, and by which arc."""

    steps: Places
    product: Numbers
    arc: Places


def shortest_chain(network: Network, start: int, *, end: int, view: View) -> Chain | None:
    """The chain of fewest ties and, among these, of the highest product of strengths.

    Of chains that are equal in both, the one whose edges come first by id, from the end back. None
    where there is no chain, or where both are the same party.
    """
    sure, count = network.held(view), len(network.parties)
    found = _Search(np.full(count, -1), np.zeros(count), np.full(count, -1))
    found.steps[start], found.product[start] = 0, 1.0
    frontier = np.array([start])
    while frontier.size and found.steps[end] < 0:
        arcs = network.arcs_from(frontier)
        arcs = arcs[found.steps[network.head[arcs]] < 0]
        arcs = arcs[network.usable(arcs, view, sure, end=end)]
        if (last := arcs[network.head[arcs] == end]).size:
            arcs = last  # nobody else at this distance matters any more
        frontier = _advance(network, arcs, found, sure=sure)
    return _walk_back(network, found, start, end, sure) if found.steps[end] > 0 else None


def _advance(network: Network, arcs: Places, found: _Search, *, sure: Numbers) -> Places:
    """The parties one tie further; each is reached by the arc that gives the highest product."""
    heads, edges = network.head[arcs], network.edge[arcs]
    products = found.product[network.tail[arcs]] * sure[edges]
    np.maximum.at(found.product, heads, products)
    best = products == found.product[heads]
    arcs, heads, edges = arcs[best], heads[best], edges[best]
    order = np.lexsort((edges, heads))
    begins = np.flatnonzero(np.diff(heads[order], prepend=-1))
    chosen = arcs[order[begins]]
    reached = network.head[chosen]
    found.arc[reached] = chosen
    found.steps[reached] = found.steps[network.tail[chosen]] + 1
    return reached


def _walk_back(network: Network, found: _Search, start: int, end: int, sure: Numbers) -> Chain:
    arcs: list[int] = []
    party = end
    while party != start:
        arcs.append(int(found.arc[party]))
        party = int(network.tail[arcs[-1]])
    arcs.reverse()
    edges = network.edge[arcs]
    return Chain(
        edges=tuple(int(edge) for edge in edges),
        parties=(start, *(int(party) for party in network.head[arcs])),
        is_against=tuple(bool(flag) for flag in network.tail[arcs] != network.first[edges]),
        strength=float(found.product[end]),
        weakest=int(edges[np.argmin(sure[edges])]),
    )
