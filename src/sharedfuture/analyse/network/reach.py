"""What a body could see, year by year: the countries from which a chain of ties leads to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.network.bodies import (
    Body,
    bodies_of,
    newest_day,
    own_countries,
    schema_with_pool,
    stated_network,
    view_of,
)
from sharedfuture.analyse.network.query.arrays import Network, View
from sharedfuture.analyse.network.query.publishers import alone_behind, left_without_one
from sharedfuture.analyse.network.query.seen import Reach, reach_of
from sharedfuture.analyse.network.words import counted, names_of
from sharedfuture.analyse.step import Step
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="network.reach",
    reads={
        "edges": "derived.network_edge",
        "actors": "aligned.actor",
        "countries": "aligned.country",
        "citations": "aligned.citation",
        "sources": "aligned.source",
    },
    writes="derived.reach",
    version=1,
)

_NAMED_ONE_BY_ONE = 12


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all rows have in common."""

    network: Network
    alone: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    last_year: int


def run(
    edges: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    citations: pl.DataFrame,
    sources: pl.DataFrame,
    *,
    first_year: int,
    study_begins: int,
    bodies: Sequence[Mapping[str, Any]],
) -> pl.DataFrame:
    """One row a body, flow and year; it rests on the ties of the surest chains."""
    network = stated_network(edges, actors, countries, study_begins=study_begins)
    asked = _Asked(
        network,
        alone_behind(edges, citations, sources),
        names_of(actors, countries),
        newest_day(edges).year,
    )
    rows = [
        row
        for body in bodies_of(bodies, network)
        for flow in body.flows
        for row in _years(asked, body, flow, first_year)
    ]
    return pl.DataFrame(rows, schema=schema_with_pool(TABLE["reach"])).sort("reach_id")


def _years(asked: _Asked, body: Body, flow: str, first_year: int) -> Iterator[dict[str, Any]]:
    """The years in order."""
    own = own_countries(asked.network, body)
    number = asked.network.number(body.body_id)
    known: dict[bytes, Reach] = {}

    def reach_in(view: View) -> Reach:
        """The same ties give the same reach: in many years nothing changed."""
        held = asked.network.held(view).tobytes()
        if held not in known:
            known[held] = reach_of(asked.network, number, view=view, own=own)
        return known[held]

    for year in range(first_year, asked.last_year + 1):
        view = view_of(flow, day=date(year, 12, 31))
        sure, likely = reach_in(view), reach_in(replace(view, is_sure=False))
        left = (
            left_without_one(asked.network, number, sure, view=view, own=own, alone=asked.alone)
            if year == asked.last_year
            else None
        )
        signed = _signed(asked.network, sure, year)
        yield {
            "reach_id": f"reach-{body.body_id}-{flow}-{year}",
            "body_id": body.body_id,
            "sponsor_id": body.sponsor_id,
            "flow": flow,
            "year": year,
            "countries": len(sure.countries),
            "countries_possible": len(likely.countries),
            "countries_expected": likely.expected,
            "countries_left": left,
            "signed": signed,
            "sentence": _sentence(asked.names[body.body_id], view, sure, likely, left, signed),
            **_rests_on(asked.network, sure, likely, body),
        }


def _signed(network: Network, reach: Reach, year: int) -> int:
    """Ties of the surest chains that began in this year, where the year is known."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return sum(
        first <= network.begins[edge] and network.begun[edge] <= last for edge in reach.edges
    )


def _rests_on(network: Network, sure: Reach, likely: Reach, body: Body) -> dict[str, list[str]]:
    """The ties of the chains; of a body that nobody reaches, what makes it one.

    Many ties are named as one set, which the years share in which nothing changed.
    """
    used = sorted({network.edge_ids[edge] for edge in (*sure.edges, *likely.edges)})
    if len(used) > _NAMED_ONE_BY_ONE:
        return {"row_ids": [], "pool_ids": used}
    return {"row_ids": used or [body.body_id], "pool_ids": []}


def _sentence(
    name: str, view: View, sure: Reach, likely: Reach, left: int | None, signed: int
) -> str:
    year = view.day.year if view.day else ""
    most, least = len(likely.countries), len(sure.countries)
    number = (
        counted(least, "country", "countries")
        if most == least
        else f"{least} to {most} countries, as the beginning of some ties is not known"
    )
    new = f" {counted(signed, 'tie')} of the year {'is' if signed == 1 else 'are'} on these chains."
    alone = "" if left is None else f" {left} are left without the publisher that most rest on."
    return (
        f"At the end of {year} a chain of ties led to {name} from {number} "
        f"({likely.expected:.1f} where each counts as much as its surest chain is sure)."
        f"{new if signed else ''}{alone}"
    )
