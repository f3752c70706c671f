"""From any row down to its sources: names, nearest ids, samples that are told once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from sharedfuture.findings import Evidence, Node, load_evidence, trace
from sharedfuture.records.errors import UnknownRow
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse import read_tables

if TYPE_CHECKING:
    from sharedfuture.pipeline.settings import Settings

DRAWN = 200
SEED = 7


@pytest.fixture(scope="module")
def small(small_tables: Mapping[str, pl.DataFrame]) -> Evidence:
    """The sample, indexed for walking."""
    return load_evidence(small_tables)


@pytest.fixture(scope="module")
def real(release: Settings) -> Evidence:
    """The release of this project, indexed for walking."""
    return load_evidence(read_tables(release.release))


def steps_of(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node of a tree, with those above it."""
    yield node, above
    for child in node.children:
        yield from steps_of(child, (*above, node))


@pytest.mark.parametrize(
    "name", ["SLB", "slb", "SB", "sb", "Solomon Islands", "solomon islands", "SOLOMON ISLANDS"]
)
def test_country_is_found_by_its_name(small: Evidence, name: str) -> None:
    tree = trace(small, name)
    assert (tree.row_id, tree.table) == ("SLB", "country")
    below = {child.row_id for child in tree.children}
    assert {"fig-SLB-eiu_overall-2022", "tie-vendor-slb", "ev-slb-2022-leak"} <= below


def test_actor_of_a_country_does_not_make_it_one(small: Evidence) -> None:
    assert "ev-slb-2022-leak" in {child.row_id for child in trace(small, "CHN").children}
    assert "act-sample-agency" not in {child.row_id for child in trace(small, "CHN").children}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("fig-SLB-eiu_overal-2022", "fig-SLB-eiu_overall-2022"),
        ("act-sample-agenzy", "act-sample-agency"),
        ("Norwey", "NOR"),
        ("norwey", "NOR"),
    ],
)
def test_unknown_row_is_refused_with_the_nearest(small: Evidence, name: str, nearest: str) -> None:
    with pytest.raises(UnknownRow) as caught:
        trace(small, name)
    said, _, hint = str(caught.value).partition("; nearest: ")
    assert said == f"expected a country or the id of a row, found {name!r}"
    assert hint.split(", ")[0] == nearest


@pytest.mark.parametrize("name", ["", "Xqzzwv", "%", "act-"])
def test_row_like_none_is_refused_without_a_guess(small: Evidence, name: str) -> None:
    with pytest.raises(UnknownRow, match=r"found '.*'$"):
        trace(small, name)


def made(lineage: list[tuple[str, str]], cited: Mapping[str, str]) -> Evidence:
    """Evidence of actors and samples, known by their ids alone, one source below them."""
    ids = {item for pair in lineage for item in pair} | set(cited)
    source: dict[str, Any] = {"source_id": "src-a", "title": "T", "publisher": "P"}
    chosen = [
        {"selection_id": item, "title": item, "row_count": 9, "sha256": ""}
        for item in ids
        if item.startswith("sel-")
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "actor": [{"actor_id": item, "name": item} for item in ids if item.startswith("act-")],
        "selection": chosen,
        "source": [source],
        "citation": [
            {"row_id": row, "source_id": "src-a", "locator": place} for row, place in cited.items()
        ],
        "lineage": [{"result_id": result, "row_id": row} for result, row in lineage],
    }
    return load_evidence({name: frame_of(TABLE[name], rows.get(name, [])) for name in TABLE})


def test_sample_inside_a_sample_is_not_told_again() -> None:
    """Each member depends on a sample of its own; what it rests on itself is told."""
    evidence = made(
        [
            ("act-top", "sel-outer"),
            ("sel-outer", "act-member"),
            ("act-member", "act-own"),
            ("act-member", "sel-inner"),
            ("act-member", "sel-outer"),
            ("sel-inner", "act-far"),
        ],
        {"act-own": "p 1", "act-far": "p 2"},
    )
    told = [node.row_id for node, _ in steps_of(trace(evidence, "act-top"))]
    assert told == ["act-top", "sel-outer", "act-member", "act-own", "src-a"]
    alone = [node.row_id for node, _ in steps_of(trace(evidence, "act-member"))]
    assert "sel-inner" in alone, "outside a sample it is told"


def test_member_that_rests_on_a_sample_alone_keeps_it() -> None:
    evidence = made(
        [("sel-outer", "act-member"), ("act-member", "sel-inner"), ("sel-inner", "act-far")],
        {"act-far": "p 2"},
    )
    tree = trace(evidence, "sel-outer")
    assert [leaf.row_id for leaf in tree.leaves()] == ["src-a"]


def test_long_sample_shows_a_few_and_counts_the_others() -> None:
    members = [f"act-{number}" for number in range(9)]
    evidence = made([("sel-all", member) for member in members], dict.fromkeys(members, "p"))
    tree = trace(evidence, "sel-all")
    assert len(tree.children) + tree.left_out == 9
    assert 0 < len(tree.children) < 9


def test_circle_of_rows_ends() -> None:
    evidence = made([("act-a", "act-b"), ("act-b", "act-a")], {"act-a": "p", "act-b": "q"})
    told = [node.row_id for node, _ in steps_of(trace(evidence, "act-a"))]
    assert told == ["act-a", "act-b", "src-a", "src-a"]


# Choices of the project itself: a file of the ledger, and limits that name their origin in words.
OUR_OWN = ("recipe", "audit_threshold", "connector")


def test_rows_of_the_release_end_in_sources(real: Evidence) -> None:
    drawn = random.Random(SEED).sample(sorted(real.rows), DRAWN)
    derived = [row for row, (table, _) in real.rows.items() if table in ("statistic", "selection")]
    stranded = [
        (row, leaf.row_id)
        for row in [*drawn, *derived]
        for leaf in trace(real, row).leaves()
        if not leaf.is_source and leaf.table not in OUR_OWN
    ]
    assert stranded == []


def test_no_sample_of_the_release_is_told_inside_another(real: Evidence) -> None:
    results = [
        row for row, (table, _) in real.rows.items() if table in ("statistic", "spectrum", "claim")
    ]
    again = [
        (row, node.row_id)
        for row in results
        for node, above in steps_of(trace(real, row))
        if node.table == "selection"
        and any(item.table == "selection" for item in above)
        # an absence rests on the whole list that does not name it, and on nothing else
        and any(other.table != "selection" for other in above[-1].children)
    ]
    assert again == []
