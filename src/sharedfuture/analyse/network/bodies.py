"""A body whose reach is asked for, and where in the network it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from sharedfuture.analyse.network.making.kinds import kinds_of_text
from sharedfuture.analyse.network.query.arrays import Network, View, network_of
from sharedfuture.records.frames import schema_of
from sharedfuture.records.table import Table

WIDEST = "any"


@dataclass(frozen=True, slots=True)
class Body:
    """A body as the parameters name it: whose it is, and which flows to it are looked at."""

    body_id: str
    sponsor_id: str
    flows: tuple[str, ...]


def bodies_of(entries: Iterable[Mapping[str, Any]], network: Network) -> list[Body]:
    """The bodies that the network has; others are not known on the day of the build."""
    return [
        Body(entry["body_id"], entry["sponsor_id"], tuple(entry["flows"]))
        for entry in entries
        if entry["body_id"] in network.number_of
    ]


def layers_of(flow: str) -> frozenset[str] | None:
    """The layers of a flow: all, or one besides what goes on inside an apparatus."""
    return None if flow == WIDEST else frozenset({flow, "governance"})


def view_of(flow: str, **choices: Any) -> View:
    """The view of a flow; the other choices are those of `View`."""
    return View(layers=layers_of(flow), **choices)


def stated_network(
    edges: pl.DataFrame, actors: pl.DataFrame, countries: pl.DataFrame, *, study_begins: int
) -> Network:
    """The network without what was inferred."""
    return network_of(
        edges.filter(~pl.col("is_inferred")),
        country_ids=countries["country_id"],
        text_ids=actors.filter(pl.col("kind").is_in(kinds_of_text()))["actor_id"],
        study_begins=date(study_begins, 1, 1),
    )


def own_countries(network: Network, body: Body) -> frozenset[str]:
    """The country of a body, and its sponsor: neither counts as reached."""
    number = network.number(body.body_id)
    arcs = network.arcs_from(np.array([number]))
    own = {
        network.parties[int(network.head[arc])]
        for arc in arcs
        if network.edge_ids[int(network.edge[arc])] == f"edge-{body.body_id}"
    }
    return frozenset({*own, body.sponsor_id, body.body_id})


def newest_day(edges: pl.DataFrame) -> date:
    """The day by which the newest tie had begun: no day after it is spoken of."""
    newest = edges["latest_date"].max()
    return newest if isinstance(newest, date) else date.min


def schema_with_pool(table: Table) -> pl.Schema:
    """Columns and types of a table, with both lists of lineage."""
    lists = dict.fromkeys(("row_ids", "pool_ids"), pl.List(pl.String))
    return pl.Schema({**schema_of(table), **lists})
