"""Actors and ties as one dated network: who leads to whom, along what, and how sure that is.

A tie is an edge; so is each pair of parties in an event that ties them, and each body with its
country. `Network` holds the edges as arrays and answers questions at any date.

In:       frames of ties, events, actors, citations
Out:      frames: edges, reach, chains, communities, effects of single ties
Imports:  records
"""

from sharedfuture.analyse.network.query.arrays import Network, View, network_of
from sharedfuture.analyse.network.query.chain import Chain, shortest_chain
from sharedfuture.analyse.network.query.neighbours import neighbourhood
from sharedfuture.analyse.network.query.seen import Reach, reach_of

__all__ = [
    "Chain",
    "Network",
    "Reach",
    "View",
    "neighbourhood",
    "network_of",
    "reach_of",
    "shortest_chain",
]
