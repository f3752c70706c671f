"""How much of a result rests on the word of one publisher alone."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from sharedfuture.analyse.network.query.arrays import Network, View
from sharedfuture.analyse.network.query.seen import Reach, reach_of
from sharedfuture.analyse.origins import origin


def alone_behind(
    edges: pl.DataFrame, citations: pl.DataFrame, sources: pl.DataFrame
) -> dict[str, frozenset[str]]:
    """By publisher: the edges that nobody else states. Implied edges are not among them."""
    stated = (
        edges.filter(pl.col("kind") != "belongs_to")
        .join(citations, on="row_id")
        .join(sources, on="source_id")
        .select("edge_id", publisher=origin())
        .unique()
        .filter(pl.len().over("edge_id") == 1)
        .group_by("publisher")
        .agg(pl.col("edge_id").sort())
        .sort("publisher")
    )
    return {publisher: frozenset(names) for publisher, names in stated.iter_rows()}


def left_without_one(
    network: Network,
    body: int,
    reach: Reach,
    *,
    view: View,
    own: frozenset[str],
    alone: Mapping[str, frozenset[str]],
) -> int:
    """Countries that still reach the body without the one publisher that most of them rest on."""
    used = {network.edge_ids[edge] for edge in reach.edges}
    left = [
        len(reach_of(network, body, view=replace(view, without=names), own=own).countries)
        for names in alone.values()
        if names & used
    ]
    return min(left, default=len(reach.countries))
