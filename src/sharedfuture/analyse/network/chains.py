"""Declared questions of the form "how does this reach that?", each with its chain or with none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.network.bodies import (
    newest_day,
    schema_with_pool,
    stated_network,
    view_of,
)
from sharedfuture.analyse.network.query.arrays import Network
from sharedfuture.analyse.network.query.chain import Chain, shortest_chain
from sharedfuture.analyse.network.words import counted, names_of
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="network.chains",
    reads={
        "edges": "derived.network_edge",
        "actors": "aligned.actor",
        "countries": "aligned.country",
    },
    writes=("derived.chain", "derived.chain_step"),
    version=1,
)

# What goes along the ties of a layer, for sentences.
_WHAT: Mapping[str, str] = {
    "agreement": "information under agreements",
    "incident_reports": "reports of incidents",
    "vulnerability_reports": "reports of vulnerabilities",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all questions have in common."""

    network: Network
    names: Mapping[str, str]
    sentences: Mapping[str, str]
    newest: date


def run(
    edges: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    study_begins: int,
    questions: Sequence[Mapping[str, Any]],
) -> dict[str, pl.DataFrame]:
    """Two rows a question: along the flow of information, and over ties in any direction.

    A question about a party that the build does not know is left out. Where there is no chain the
    row says so, and rests on the whole network.
    """
    asked = _Asked(
        stated_network(edges, actors, countries, study_begins=study_begins),
        names_of(actors, countries),
        dict(edges.select("edge_id", "sentence").iter_rows()),
        newest_day(edges),
    )
    chains: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    for question in questions:
        if {question["from"], question["to"]} <= asked.network.number_of.keys():
            for is_flow in (True, False):
                chain = _find(asked, question, is_flow=is_flow)
                row = _row(asked, question, chain, is_flow=is_flow)
                chains.append(row)
                steps += _steps(asked.network, row["chain_id"], chain)
    return {
        "derived.chain": pl.DataFrame(chains, schema=schema_with_pool(TABLE["chain"])).sort(
            "chain_id"
        ),
        "derived.chain_step": pl.DataFrame(
            steps, schema=schema_with_rows(TABLE["chain_step"])
        ).sort("chain_step_id"),
    }


def _find(asked: _Asked, question: Mapping[str, Any], *, is_flow: bool) -> Chain | None:
    network = asked.network
    return shortest_chain(
        network,
        network.number(question["from"]),
        end=network.number(question["to"]),
        view=view_of(question["flow"] if is_flow else "any", is_flow=is_flow, day=asked.newest),
    )


def _row(
    asked: _Asked, question: Mapping[str, Any], chain: Chain | None, *, is_flow: bool
) -> dict[str, Any]:
    network = asked.network
    edge_ids = [] if chain is None else [network.edge_ids[edge] for edge in chain.edges]
    return {
        "chain_id": f"chain-{question['id']}" + ("" if is_flow else "-any"),
        "question": question["question"],
        "from_id": question["from"],
        "to_id": question["to"],
        "as_of_date": asked.newest,
        "is_flow": is_flow,
        "steps": None if chain is None else chain.steps,
        "strength": None if chain is None else chain.strength,
        "weakest_edge_id": None if chain is None else network.edge_ids[chain.weakest],
        "sentence": _sentence(asked, question, chain, is_flow=is_flow),
        "row_ids": edge_ids,
        "pool_ids": [] if edge_ids else list(network.edge_ids),
    }


def _steps(network: Network, chain_id: str, chain: Chain | None) -> Iterator[dict[str, Any]]:
    if chain is None:
        return
    for position, edge in enumerate(chain.edges):
        yield {
            "chain_step_id": f"{chain_id}-{position + 1}",
            "chain_id": chain_id,
            "position": position + 1,
            "edge_id": network.edge_ids[edge],
            "is_reversed": chain.is_against[position],
            "is_weakest": edge == chain.weakest,
            "row_ids": [network.edge_ids[edge]],
        }


def _sentence(
    asked: _Asked, question: Mapping[str, Any], chain: Chain | None, *, is_flow: bool
) -> str:
    names = asked.names
    ends = f"from {names[question['from']]} to {names[question['to']]}"
    what = _WHAT.get(question["flow"], "information") if is_flow else "information"
    if chain is None:
        how = f"along which {what} could go" if is_flow else "in any direction"
        return f"The sources at hand give no chain of ties {how} {ends}."
    way = " – ".join(names[asked.network.parties[party]] for party in chain.parties)
    weakest = asked.sentences[asked.network.edge_ids[chain.weakest]]
    ties = counted(chain.steps, "evidenced tie")
    says = (
        f"{what.capitalize()} could go along {ties} (that any did is not evidenced)"
        if is_flow
        else f"In any direction, {ties} {'lies' if chain.steps == 1 else 'lie'} between the two "
        "(which says who stands near whom, no more)"
    )
    return f"{says}: {way}. Strength {chain.strength:.2f}; weakest: {weakest}."
