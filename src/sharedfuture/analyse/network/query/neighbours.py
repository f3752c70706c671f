"""Who stands around a party: the edges within so many ties of it, whatever their direction."""

from dataclasses import replace

import numpy as np

from sharedfuture.analyse.network.query.arrays import Network, Places, View


def neighbourhood(network: Network, party: int, *, view: View, depth: int) -> Places:
    """Numbers of the edges within `depth` ties, nearest first and then by id.

    Denied edges of the day are among them, and so they must be: but nobody is reached over one.
    """
    sure, shown = network.held(view), _all_sure(network).held(view) > 0
    frontier = np.array([party])
    far = np.zeros(len(network.parties), dtype=bool)
    far[party] = True
    found = [np.empty(0, dtype=np.int64)]
    seen = np.zeros(len(network.edge_ids), dtype=bool)
    for _ in range(depth):
        arcs = network.arcs_from(frontier)
        edges = np.unique(network.edge[arcs[shown[network.edge[arcs]]]])
        found.append(edges[~seen[edges]])
        seen[edges] = True
        heads = np.unique(network.head[arcs[sure[network.edge[arcs]] > 0]])
        frontier = heads[~far[heads]]
        far[frontier] = True
    return np.concatenate(found)


def _all_sure(network: Network) -> Network:
    """The same network with every edge fully sure: for showing, never for counting."""
    return replace(network, strength=np.ones_like(network.strength))
