"""Who stands together: communities of the network, and how far each belonging can be relied on."""

from collections.abc import Iterable, Mapping, Sequence

import networkx as nx
import numpy as np
import polars as pl

from sharedfuture.analyse.network.bodies import schema_with_pool
from sharedfuture.analyse.network.words import names_of
from sharedfuture.analyse.step import Step
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="network.communities",
    reads={
        "edges": "derived.network_edge",
        "actors": "aligned.actor",
        "countries": "aligned.country",
    },
    writes="derived.community",
    version=1,
)

Pairs = Mapping[tuple[str, str], float]


def run(
    edges: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    resamples: int,
    labelled: int,
    seed: int,
) -> pl.DataFrame:
    """One row a party; it rests on the ties that it has, and on all of them as a set.

    A pair of parties is joined once, as surely as its surest tie; denied ties join nobody.
    """
    held = edges.filter(pl.col("strength") > 0, ~pl.col("is_inferred")).sort("edge_id")
    pairs = surest_by_pair(held)
    found = communities_of(pairs, seed=seed)
    stays = stability(pairs, found, resamples=resamples, seed=seed)
    names, degree = names_of(actors, countries), _degrees(pairs)
    labels = [_label(members, degree, names, labelled) for members in found]
    ties = _ties_by_party(held)
    all_ids = held["edge_id"].to_list()
    rows = [
        {
            "community_id": f"community-{party}",
            "party_id": party,
            "community": number + 1,
            "label": labels[number],
            "size": len(members),
            "stability": stays[party],
            "row_ids": ties[party],
            "pool_ids": all_ids,
        }
        for number, members in enumerate(found)
        for party in sorted(members)
    ]
    schema = schema_with_pool(TABLE["community"])
    return pl.DataFrame(rows, schema=schema).sort("community_id")


def surest_by_pair(held: pl.DataFrame) -> dict[tuple[str, str], float]:
    """By pair of parties, in order: the strength of the surest tie, whatever its direction."""
    joined = (
        held.select(
            first=pl.min_horizontal("from_id", "to_id"),
            second=pl.max_horizontal("from_id", "to_id"),
            strength="strength",
        )
        .group_by("first", "second")
        .agg(pl.col("strength").max())
        .sort("first", "second")
    )
    return {(first, second): sure for first, second, sure in joined.iter_rows()}


def communities_of(pairs: Pairs, *, seed: int) -> list[set[str]]:
    """Communities by the Louvain method, the largest first and then by their first party."""
    found: Iterable[set[str]] = nx.community.louvain_communities(
        _graph(pairs), weight="strength", seed=seed
    )
    return sorted(found, key=lambda members: (-len(members), min(members)))


def stability(
    pairs: Pairs, found: Sequence[set[str]], *, resamples: int, seed: int
) -> dict[str, float]:
    """Share of resampled networks in which each party stays with its community.

    In a resample each pair is kept with the probability that its strength is. A party stays where
    the community that it then has is, of all, the one that overlaps most with its own.
    """
    chance = np.random.default_rng(seed)
    sure = np.array(list(pairs.values()))
    own = {party: members for members in found for party in members}
    stayed = dict.fromkeys(own, 0)
    for _ in range(resamples):
        kept = chance.random(len(sure)) < sure
        drawn = {pair: 1.0 for pair, is_kept in zip(pairs, kept, strict=True) if is_kept}
        again = communities_of(drawn, seed=int(chance.integers(2**31)))
        for members in found:
            most = max(again, key=lambda other: len(members & other), default=set[str]())
            for party in members & most:
                stayed[party] += 1
    return {party: count / resamples for party, count in stayed.items()}


def _graph(pairs: Pairs) -> nx.Graph:
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        [(first, second, sure) for (first, second), sure in pairs.items()], weight="strength"
    )
    return graph


def _degrees(pairs: Pairs) -> dict[str, float]:
    degree: dict[str, float] = {}
    for (first, second), sure in pairs.items():
        degree[first] = degree.get(first, 0.0) + sure
        degree[second] = degree.get(second, 0.0) + sure
    return degree


def _label(
    members: set[str], degree: Mapping[str, float], names: Mapping[str, str], labelled: int
) -> str:
    best = sorted(members, key=lambda party: (-degree[party], party))[:labelled]
    return "; ".join(names.get(party, party) for party in best)


def _ties_by_party(held: pl.DataFrame) -> dict[str, list[str]]:
    ends = pl.concat(
        [held.select("edge_id", party="from_id"), held.select("edge_id", party="to_id")]
    )
    return dict(ends.group_by("party").agg(pl.col("edge_id").sort()).iter_rows())
