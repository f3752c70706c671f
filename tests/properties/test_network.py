"""Chains, reach and removal on made-up networks, against networkx and against themselves."""

from dataclasses import replace
from datetime import date, timedelta
from math import isclose, prod
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network_sample import edge, edges_of

from sharedfuture.analyse.network import (
    Network,
    View,
    neighbourhood,
    network_of,
    reach_of,
    shortest_chain,
)
from sharedfuture.analyse.network.communities import communities_of, stability, surest_by_pair
from sharedfuture.analyse.network.effect import bridges_of

COUNTRIES = ("AAA", "BBB", "CCC")
BODIES = tuple(f"act-{letter}" for letter in "defghij")
PARTIES = (*COUNTRIES, *BODIES)
DAY = date(2015, 6, 1)

Rows = list[dict[str, Any]]


@st.composite
def rows_of(draw: st.DrawFn) -> Rows:
    count = draw(st.integers(1, 30))
    rows = []
    for number in range(count):
        first, second = draw(
            st.lists(st.sampled_from(PARTIES), min_size=2, max_size=2, unique=True)
        )
        begun = date(2008, 1, 1) + timedelta(days=draw(st.integers(0, 4000)))
        rows.append(
            edge(
                number,
                first,
                second,
                flow=draw(st.sampled_from(["forward", "backward", "both", "none"])),
                strength=draw(st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.95])),
                is_inferred=draw(st.booleans()) and draw(st.booleans()),
                latest_date=begun,
                earliest_date=begun - timedelta(days=draw(st.integers(0, 900))),
                until_date=draw(st.sampled_from([None, None, begun + timedelta(days=700)])),
            )
        )
    return rows


def made(rows: Rows) -> Network:
    return network_of(edges_of(rows), country_ids=COUNTRIES, study_begins=date(1994, 1, 1))


def holds(row: dict[str, Any], view: View) -> bool:
    until = row.get("until_date")
    begun = view.day is None or row["latest_date"] <= view.day
    ended = view.day is not None and until is not None and until < view.day
    shown = view.with_candidates or not row["is_inferred"]
    return row["strength"] > 0 and begun and not ended and shown


def graph_of(rows: Rows, view: View, end: str) -> nx.DiGraph:
    """The same, written down arc by arc."""
    graph = nx.DiGraph()
    graph.add_nodes_from(PARTIES)
    for row in filter(lambda row: holds(row, view), rows):
        ways = [(row["from_id"], row["to_id"], ("forward", "both"))]
        ways.append((row["to_id"], row["from_id"], ("backward", "both")))
        for tail, head, flows in ways:
            if view.is_flow and (row["flow"] not in flows or (head in COUNTRIES and head != end)):
                continue
            known = graph.get_edge_data(tail, head, {"sure": 0.0})["sure"]
            graph.add_edge(tail, head, sure=max(known, row["strength"]))
    return graph


def best_by_hand(graph: nx.DiGraph, start: str, end: str) -> tuple[int, float] | None:
    """All shortest paths, and the highest product among them."""
    if not nx.has_path(graph, start, end):
        return None
    paths = list(nx.all_shortest_paths(graph, start, end))
    products = [prod(graph[a][b]["sure"] for a, b in nx.utils.pairwise(path)) for path in paths]
    return len(paths[0]) - 1, max(products)


@given(rows_of(), st.sampled_from(PARTIES), st.sampled_from(PARTIES), st.booleans())
def test_chain_is_the_shortest_and_of_these_the_surest(
    rows: Rows, start: str, end: str, is_flow: bool
) -> None:
    network = made(rows)
    if start == end or not {start, end} <= set(network.parties):
        return
    view = View(day=DAY, is_flow=is_flow)
    chain = shortest_chain(network, network.number(start), end=network.number(end), view=view)
    expected = best_by_hand(graph_of(rows, view, end), start, end)
    assert (chain is None) == (expected is None)
    if chain and expected:
        assert chain.steps == expected[0]
        assert isclose(chain.strength, expected[1])
        strengths = [network.strength[number] for number in chain.edges]
        assert isclose(chain.strength, prod(strengths))
        assert network.strength[chain.weakest] == min(strengths)


@given(rows_of(), st.sampled_from(PARTIES))
def test_reach_is_everyone_from_whom_a_way_leads(rows: Rows, body: str) -> None:
    network = made(rows)
    if body not in network.number_of:
        return
    view = View(day=DAY)
    reach = reach_of(network, network.number(body), view=view)
    graph = graph_of(rows, view, body)
    assert {network.parties[item] for item in reach.parties} == nx.ancestors(graph, body)
    assert set(reach.countries) == nx.ancestors(graph, body) & set(COUNTRIES)
    assert 0 <= reach.expected <= len(reach.countries)


@given(rows_of(), st.sampled_from(PARTIES), st.data())
def test_removing_an_edge_never_raises_reach(rows: Rows, body: str, data: st.DataObject) -> None:
    network = made(rows)
    if body not in network.number_of:
        return
    gone = data.draw(st.sampled_from(network.edge_ids))
    for view in (View(day=DAY), View(day=DAY, is_sure=False), View()):
        before = reach_of(network, network.number(body), view=view)
        without = replace(view, without=frozenset({gone}))
        after = reach_of(network, network.number(body), view=without)
        assert set(after.countries) <= set(before.countries)
        assert after.expected <= before.expected + 1e-9
        if network.edge_number_of[gone] not in before.edges:
            assert after.countries == before.countries


@given(rows_of(), st.sampled_from(PARTIES), st.integers(2, 50))
def test_many_ties_of_one_origin_between_a_pair_are_one(rows: Rows, body: str, copies: int) -> None:
    planted = [edge(1000 + number, "AAA", "act-d", strength=0.68) for number in range(copies)]
    once, often = made([*rows, planted[0]]), made([*rows, *planted])
    if body not in once.number_of:
        return
    for view in (View(), View(is_flow=False)):
        few = reach_of(once, once.number(body), view=view)
        many = reach_of(often, often.number(body), view=view)
        assert few.countries == many.countries
        assert isclose(few.expected, many.expected)
        start, end = once.number("AAA"), once.number(body)
        chain = shortest_chain(once, start, end=end, view=view)
        same = shortest_chain(often, start, end=end, view=view)
        assert (chain is None) == (same is None)
        if chain and same:
            assert (chain.steps, chain.strength) == (same.steps, same.strength)
    pairs = [surest_by_pair(edges_of(item)) for item in ([*rows, planted[0]], [*rows, *planted])]
    assert pairs[0] == pairs[1]


@given(rows_of())
def test_no_chain_goes_over_a_denied_or_inferred_tie(rows: Rows) -> None:
    network = made(rows)
    for start in network.parties:
        for end in network.parties:
            ends = network.number(start), network.number(end)
            chain = shortest_chain(network, ends[0], end=ends[1], view=View(is_flow=False))
            for number in chain.edges if chain else ():
                assert network.strength[number] > 0
                assert not network.is_inferred[number]


@given(rows_of(), st.sampled_from(PARTIES))
def test_the_ties_of_a_party_are_all_shown_and_with_them_the_denied(rows: Rows, party: str) -> None:
    network = made(rows)
    if party not in network.number_of:
        return
    view = View(with_candidates=True)
    found = neighbourhood(network, network.number(party), view=view, depth=1)
    named = {network.edge_ids[number] for number in found}
    assert named == {row["edge_id"] for row in rows if party in (row["from_id"], row["to_id"])}


def test_nobody_is_reached_over_a_denied_tie() -> None:
    network = made([edge(1, "AAA", "act-d", strength=0.0), edge(2, "act-d", "act-e")])
    shown = neighbourhood(network, network.number("AAA"), view=View(), depth=2)
    assert [network.edge_ids[number] for number in shown] == ["edge-00001"]


@pytest.mark.parametrize(
    ("day", "sure", "expected"),
    [
        (date(2009, 12, 31), 0, 0.0),
        (date(2010, 1, 1), 0, 0.1),
        (date(2010, 1, 5), 0, 0.5),
        (date(2010, 1, 10), 1, 1.0),
    ],
)
def test_a_beginning_is_uniform_over_the_days_that_it_allows(
    day: date, sure: int, expected: float
) -> None:
    between = {"earliest_date": date(2010, 1, 1), "latest_date": date(2010, 1, 10)}
    network = made([edge(1, "AAA", "act-d", strength=1.0, **between)])
    body = network.number("act-d")
    assert len(reach_of(network, body, view=View(day=day)).countries) == sure
    likely = reach_of(network, body, view=View(day=day, is_sure=False))
    assert likely.expected == pytest.approx(expected)


def test_no_way_of_information_passes_through_a_country_and_none_through_a_text() -> None:
    rows = [edge(1, "AAA", "BBB"), edge(2, "BBB", "act-d"), edge(3, "AAA", "act-e")]
    rows.append(edge(4, "act-e", "act-d"))
    network = network_of(edges_of(rows), country_ids=COUNTRIES, text_ids=["act-e"])
    ends = network.number("AAA"), network.number("act-d")
    assert shortest_chain(network, ends[0], end=ends[1], view=View()) is None
    around = shortest_chain(network, ends[0], end=ends[1], view=View(is_flow=False))
    assert around is not None
    assert [network.parties[number] for number in around.parties] == ["AAA", "BBB", "act-d"]


@given(rows_of())
def test_same_rows_in_any_order_give_the_same_network(rows: Rows) -> None:
    first, second = made(rows), made(rows[::-1])
    assert first.edge_ids == second.edge_ids
    assert (first.tail == second.tail).all()
    assert (first.edge == second.edge).all()


@given(rows_of())
def test_bridges_are_those_whose_loss_parts_their_ends(rows: Rows) -> None:
    held = [row for row in rows if row["strength"] > 0 and not row["is_inferred"]]
    found = bridges_of(edges_of(rows))
    for row in held:
        rest = nx.Graph((other["from_id"], other["to_id"]) for other in held if other is not row)
        rest.add_nodes_from((row["from_id"], row["to_id"]))
        assert (row["edge_id"] in found) != nx.has_path(rest, row["from_id"], row["to_id"])


def test_communities_are_the_same_again_and_certain_where_ties_are() -> None:
    cliques = [("act-a", "act-b", "act-c", "act-d"), ("act-e", "act-f", "act-g", "act-h")]
    pairs = {
        (first, second): 1.0
        for members in cliques
        for place, first in enumerate(members)
        for second in members[place + 1 :]
    }
    pairs["act-a", "act-e"] = 0.1
    found = communities_of(pairs, seed=1)
    assert found == communities_of(pairs, seed=1) == [set(members) for members in cliques]
    assert set(stability(pairs, found, resamples=10, seed=1).values()) == {1.0}


def test_an_empty_network_has_no_answer_and_no_error() -> None:
    network = network_of(edges_of([]).clear(), country_ids=COUNTRIES)
    assert network.parties == ()
    assert surest_by_pair(pl.DataFrame(edges_of([]))) == {}
    assert communities_of({}, seed=1) == []
