"""Rows of the tables of inferences in one line each, and the way from them to sources."""

from collections.abc import Iterator

import polars as pl
import pytest
from tests.inference_sample import inference_tables

from sharedfuture.findings import Evidence, Node, load_evidence, trace
from sharedfuture.findings.inference_words import INFERENCE_SAYINGS
from sharedfuture.findings.words import say_row
from sharedfuture.records.inference_tables import INFERENCE_TABLES

MADE_UP = inference_tables()


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence(MADE_UP)


def nodes_of(node: Node) -> Iterator[Node]:
    """A tree, node by node."""
    yield node
    for child in node.children:
        yield from nodes_of(child)


def test_every_table_of_inferences_has_its_words() -> None:
    assert set(INFERENCE_SAYINGS) == {table.name for table in INFERENCE_TABLES}


@pytest.mark.parametrize("table", [table.name for table in INFERENCE_TABLES])
def test_row_of_which_nothing_but_the_id_is_known_is_said(table: str) -> None:
    declared = next(item for item in INFERENCE_TABLES if item.name == table)
    empty = {column.name: None for column in declared.columns}
    line = say_row(table, {**empty, "sentence": "It is so.", "file": None}, None)
    assert "\n" not in line
    assert line.strip()


@pytest.mark.parametrize("table", [table.name for table in INFERENCE_TABLES])
def test_rows_are_said_in_one_line(table: str) -> None:
    for row in MADE_UP[table].iter_rows(named=True):
        line = say_row(table, row, None)
        assert "\n" not in line
        assert "{" not in line


def test_inferred_country_is_a_candidate_and_never_more() -> None:
    said = {
        row["partner_id"]: say_row("partner", row, None)
        for row in MADE_UP["partner"].iter_rows(named=True)
    }
    assert said["partner-team-BBB"].startswith(
        "BBB, team: candidate, probability 0.40 (0.20 to 0.60), because it sits in three forums"
    )
    assert said["partner-team-AAA"] == "AAA, team: known (one publisher documents it)"
    assert said["partner-team-DDD"].startswith("DDD, team: no probability, because")
    assert not any("is a partner" in line for line in said.values())


def test_probability_walks_through_its_reasons_to_sources(evidence: Evidence) -> None:
    tree = trace(evidence, "partner-team-BBB")
    assert [child.table for child in tree.children] == ["partner_reason", "partner_reason"]
    assert [child.says[:4] for child in tree.children] == ["for:", "agai"]
    assert {leaf.row_id for leaf in tree.leaves()} == {"src-made-up"}
    assert "tie" in {node.table for node in nodes_of(tree)}


def test_match_walks_through_what_fills_its_steps_to_sources(evidence: Evidence) -> None:
    tree = trace(evidence, "match-made-up-CHN-AAA")
    assert {child.says.split(":")[0] for child in tree.children} == {
        "step 1, pact",
        "step 2, visit",
        "step 3, deal",
    }
    assert {leaf.row_id for leaf in tree.leaves()} == {"src-made-up"}


def test_reason_with_many_rows_shows_a_few_and_counts_the_others() -> None:
    many = pl.DataFrame(
        {
            "result_id": ["reason-team-BBB-1"] * 6,
            "row_id": [f"tie-{country_id}" for country_id in ("AAA", "CCC", "DDD", "EEE", "FFF")]
            + ["tally-made-up"],
        }
    )
    lineage = pl.concat([MADE_UP["lineage"], many], how="diagonal")
    tree = trace(load_evidence({**MADE_UP, "lineage": lineage}), "reason-team-BBB-1")
    assert len(tree.children) + tree.left_out == 7
    assert tree.left_out == 3


def test_country_tells_what_is_inferred_of_it_before_the_rest(evidence: Evidence) -> None:
    told = [child.row_id for child in trace(evidence, "AAA").children]
    assert told[:2] == ["partner-team-AAA", "match-made-up-CHN-AAA"]
    assert "tie-AAA" in told
    assert "partner-team-DDD" not in [child.row_id for child in trace(evidence, "DDD").children]


def test_reason_that_rests_on_the_country_itself_ends_in_a_source_in_its_tree_too() -> None:
    own = pl.DataFrame({"result_id": ["reason-team-BBB-2"], "row_id": ["BBB"]})
    lineage = MADE_UP["lineage"].filter(pl.col("result_id") != "reason-team-BBB-2")
    cited = pl.DataFrame({"row_id": ["BBB"], "source_id": ["src-made-up"], "locator": ["page 1"]})
    tables = {
        **MADE_UP,
        "lineage": pl.concat([lineage, own], how="diagonal"),
        "citation": pl.concat([MADE_UP["citation"], cited], how="diagonal"),
    }
    tree = trace(load_evidence(tables), "BBB")
    assert {leaf.row_id for leaf in tree.leaves()} == {"src-made-up"}


def test_inferred_tie_says_so() -> None:
    rows = {row["edge_id"]: row for row in MADE_UP["network_edge"].iter_rows(named=True)}
    assert "inferred, strength 0.03" in say_row("network_edge", rows["edge-partner-CCC"], None)
    assert "inferred" not in say_row("network_edge", rows["edge-tie-BBB"], None)
