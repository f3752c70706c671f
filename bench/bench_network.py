"""Questions to a network of 100,000 edges, against networkx on the same graph.

    python bench/bench_network.py            rows of the table, printed

The network is made up: 20,000 parties, of whom 200 are countries and the rest bodies, with ties
of uneven number as real networks have them. The graph of networkx holds the ties of the day asked
for, made before the clock runs; ours works out the day within each question. `network_rows` gives
rows for `run.py`.
"""

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from timing import in_turn

from sharedfuture.analyse.network import (
    Network,
    View,
    neighbourhood,
    network_of,
    reach_of,
    shortest_chain,
)

Row = tuple[str, float, str, float, str, str]
_EDGES, _PARTIES, _COUNTRIES = 100_000, 20_000, 200
_LAYERS = ("agreement", "governance", "membership", "meeting", "equipment")
_FLOWS = ("forward", "backward", "both", "none")
_DAY = date(2020, 6, 30)
_GOAL = "under 50 ms"
_FAR = 1e6  # so small a part of a tie does strength count that no tie more outweighs it


def network_rows() -> list[Row]:
    """Four questions, each asked of twenty parties; the time is that of one question."""
    edges = made_up(seed=7)
    countries = [name_of(number) for number in range(_COUNTRIES)]
    network = network_of(edges, country_ids=countries)
    asked = random.Random(1).sample(range(_COUNTRIES, _PARTIES), 20)
    view = View(day=_DAY)
    graph = flow_graph(network, view)
    reverse = graph.reverse()
    around = around_graph(network, view)
    pairs = list(zip(asked, asked[1:] + asked[:1], strict=True))
    for start, end in pairs:  # the same answers, before they are timed
        ours_is, theirs_is = (
            chain_by_ours(network, start, end, view),
            chain_by_networkx(graph, start, end),
        )
        assert (ours_is is None) == (theirs_is is None)
        assert not ours_is or not theirs_is or np.allclose(ours_is, theirs_is)
    questions: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        (
            "shortest chain",
            lambda: [shortest_chain(network, a, end=b, view=view) for a, b in pairs],
            lambda: [chain_by_networkx(graph, a, b) for a, b in pairs],
        ),
        (
            "reach of a body",
            lambda: [reach_of(network, body, view=view) for body in asked],
            lambda: (
                [
                    nx.single_source_dijkstra_path_length(reverse, body, weight="length")
                    for body in asked[:2]
                ]
                * 10
            ),
        ),
        (
            "the same without a tie",
            lambda: [
                reach_of(
                    network, body, view=View(day=_DAY, without=frozenset({network.edge_ids[body]}))
                )
                for body in asked
            ],
            lambda: [removed(reverse, network, body) for body in asked[:2]] * 10,
        ),
        (
            "neighbourhood, 2 ties deep",
            lambda: [neighbourhood(network, body, view=view, depth=2) for body in asked],
            lambda: [nx.ego_graph(around, body, radius=2) for body in asked],
        ),
    ]
    share = {"reach of a body": 2, "the same without a tie": 2}
    rows: list[Row] = []
    for name, ours, theirs in questions:
        taken, others = in_turn(ours, theirs, runs=3)
        rows.append(
            (
                f"network of {_EDGES:,} edges: {name}",
                taken / len(asked),
                "networkx on the same graph",
                others / share.get(name, len(asked)),
                *(_GOAL, "s"),
            )
        )
    made, _ = in_turn(lambda: network_of(edges, country_ids=countries), lambda: None, runs=3)
    copied, _ = in_turn(lambda: edges.sort("edge_id"), lambda: None, runs=3)
    rows.append(
        (f"arrays of {_EDGES:,} edges", made, "sorting them by id", copied, *("no goal", "s"))
    )
    return rows


def name_of(number: int) -> str:
    """Ids in the order of their numbers."""
    return f"act-{number:06d}"


def made_up(*, seed: int) -> pl.DataFrame:
    """Edges with the columns of `network_edge` that the arrays are made of."""
    chance = np.random.default_rng(seed)
    weight = 1 / np.arange(1, _PARTIES + 1) ** 0.6
    ends = chance.choice(_PARTIES, size=(2, _EDGES), p=weight / weight.sum())
    ends = chance.permutation(_PARTIES)[ends]
    ends[1] = np.where(ends[0] == ends[1], (ends[1] + 1) % _PARTIES, ends[1])
    names = np.array([name_of(number) for number in range(_PARTIES)])
    days = [
        date(1995, 1, 1) + timedelta(days=int(day)) for day in chance.integers(0, 11_000, _EDGES)
    ]
    return pl.DataFrame(
        {
            "edge_id": [f"edge-{number:07d}" for number in range(_EDGES)],
            "from_id": names[ends[0]],
            "to_id": names[ends[1]],
            "layer": chance.choice(_LAYERS, _EDGES),
            "flow": chance.choice(_FLOWS, _EDGES, p=[0.35, 0.25, 0.3, 0.1]),
            "earliest_date": days,
            "latest_date": [day + timedelta(days=200) for day in days],
            "until_date": pl.Series([None] * _EDGES, dtype=pl.Date),
            "is_inferred": chance.random(_EDGES) < 0.05,
            "strength": chance.uniform(0.3, 0.99, _EDGES),
        }
    )


def flow_graph(network: Network, view: View) -> nx.DiGraph:
    """The arcs along which information can go on that day; a pair by its surest tie."""
    sure = network.held(view)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(network.parties)))
    for tail, head, edge, is_flow in zip(
        network.tail.tolist(),
        network.head.tolist(),
        network.edge.tolist(),
        network.is_flow.tolist(),
        strict=True,
    ):
        held = float(sure[edge])
        if is_flow and held > 0 and not network.is_country[head]:
            length = -np.log(held)
            if not graph.has_edge(tail, head) or graph[tail][head]["length"] > length:
                graph.add_edge(tail, head, length=length, cost=1 + length / _FAR)
    return graph


def around_graph(network: Network, view: View) -> nx.MultiGraph:
    """Ties in any direction."""
    sure = network.held(view)
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(len(network.parties)))
    graph.add_edges_from(
        (int(a), int(b))
        for a, b, held in zip(network.first, network.second, sure, strict=True)
        if held > 0
    )
    return graph


def chain_by_networkx(graph: nx.DiGraph, start: int, end: int) -> tuple[int, float] | None:
    """Fewest ties and, among these, the highest product: the same question, from both sides."""
    try:
        _, path = nx.bidirectional_dijkstra(graph, start, end, weight="cost")
    except nx.NetworkXNoPath:
        return None
    length = sum(graph[first][second]["length"] for first, second in pairwise(path))
    return len(path) - 1, float(np.exp(-length))


def chain_by_ours(network: Network, start: int, end: int, view: View) -> tuple[int, float] | None:
    """Ours in the same form."""
    chain = shortest_chain(network, start, end=end, view=view)
    return (chain.steps, chain.strength) if chain else None


def removed(reverse: nx.DiGraph, network: Network, body: int) -> dict[int, float]:
    """The reach without the tie of the same number."""
    ends = (int(network.second[body]), int(network.first[body]))
    kept = reverse.get_edge_data(*ends)
    if kept:
        reverse.remove_edge(*ends)
    lengths: dict[int, float] = nx.single_source_dijkstra_path_length(
        reverse, body, weight="length"
    )
    if kept:
        reverse.add_edge(*ends, **kept)
    return lengths


if __name__ == "__main__":
    for name, ours, against, theirs, goal, _ in network_rows():
        sys.stdout.write(
            f"{name}: {1000 * ours:,.2f} ms against {against} {1000 * theirs:,.2f} ms: "
            f"ratio {ours / theirs:.3f} (goal {goal})\n"
        )
