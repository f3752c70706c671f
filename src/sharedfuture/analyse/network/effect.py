"""What hangs on single ties: which bodies lose how many countries if one is taken away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx
import polars as pl

from sharedfuture.analyse.network.bodies import (
    Body,
    bodies_of,
    own_countries,
    stated_network,
    view_of,
)
from sharedfuture.analyse.network.query.arrays import Network
from sharedfuture.analyse.network.query.seen import reach_of
from sharedfuture.analyse.network.words import counted, names_of
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="network.effect",
    reads={
        "edges": "derived.network_edge",
        "actors": "aligned.actor",
        "countries": "aligned.country",
    },
    writes="derived.tie_effect",
    version=1,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    network: Network
    names: Mapping[str, str]
    sentences: Mapping[str, str]
    bridges: frozenset[str]


def run(
    edges: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    least_lost: int,
    study_begins: int,
    bodies: Sequence[Mapping[str, Any]],
) -> pl.DataFrame:
    """One row a tie and body that loses at least `least_lost` countries without it."""
    network = stated_network(edges, actors, countries, study_begins=study_begins)
    asked = _Asked(
        network,
        names_of(actors, countries),
        dict(edges.select("edge_id", "sentence").iter_rows()),
        bridges_of(edges),
    )
    rows = [
        row
        for body in bodies_of(bodies, network)
        for row in _losses(asked, body, least_lost=least_lost)
    ]
    return pl.DataFrame(rows, schema=schema_with_rows(TABLE["tie_effect"])).sort("tie_effect_id")


def _losses(asked: _Asked, body: Body, *, least_lost: int) -> Iterator[dict[str, Any]]:
    """Only ties of the surest chains can matter: without another, these chains still stand."""
    network, view = asked.network, view_of(body.flows[0])
    own, number = own_countries(asked.network, body), asked.network.number(body.body_id)
    before = reach_of(network, number, view=view, own=own)
    for edge in before.edges:
        edge_id = network.edge_ids[edge]
        without = replace(view, without=frozenset({edge_id}))
        after = reach_of(network, number, view=without, own=own)
        lost = len(before.countries) - len(after.countries)
        if lost >= least_lost:
            yield {
                "tie_effect_id": f"effect-{edge_id}-{body.body_id}",
                "edge_id": edge_id,
                "body_id": body.body_id,
                "countries_lost": lost,
                "is_bridge": edge_id in asked.bridges,
                "sentence": f"Without one tie, {asked.names[body.body_id]} would be reached from "
                f"{counted(lost, 'country', 'countries')} fewer, {len(after.countries)} in place "
                f"of {len(before.countries)}: {asked.sentences[edge_id]}.",
                "row_ids": [network.edge_ids[item] for item in before.edges],
            }


def bridges_of(edges: pl.DataFrame) -> frozenset[str]:
    """Ties without which their two parties have no connection at all, in whatever direction."""
    held = edges.filter(pl.col("strength") > 0, ~pl.col("is_inferred"))
    graph = nx.Graph()
    edge_of: dict[frozenset[str], list[str]] = {}
    for edge_id, first, second in held.select("edge_id", "from_id", "to_id").iter_rows():
        graph.add_edge(first, second)
        edge_of.setdefault(frozenset((first, second)), []).append(edge_id)
    found = (edge_of[frozenset(pair)] for pair in nx.bridges(graph))
    return frozenset(names[0] for names in found if len(names) == 1)
