"""`sharedfuture network` on a small release: every work, its faults, names a little off."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sharedfuture import cli
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE
from tests.network_sample import edge, edges_of

Run = Callable[..., str]

ACTORS = [
    {"actor_id": "act-team", "name": "Made-up Team (MUT)", "kind": "agency", "country_id": "AAA"},
    {"actor_id": "act-centre", "name": "Made-up Centre", "name_zh": "中心", "kind": "agency"},
]
COUNTRIES = [
    {"country_id": "AAA", "name": "Aland", "iso2": "AL"},
    {"country_id": "BBB", "name": "Bland", "iso2": "BL"},
]
EDGES = [
    edge(1, "act-team", "AAA", edge_id="edge-act-team", row_id="act-team", layer="governance"),
    edge(2, "act-team", "act-centre", row_id="tie-one", edge_id="edge-tie-one", strength=0.68),
    edge(3, "BBB", "act-centre", strength=0.0, certainty="denied", flow="forward"),
    edge(4, "BBB", "act-centre", is_inferred=True, strength=0.6, latest_date=date(2012, 1, 1)),
]


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Run:
    """Run the command on a release that holds just these tables."""
    folder = tmp_path / "out" / "release" / "parquet"
    folder.mkdir(parents=True)
    tables: dict[str, list[dict[str, Any]]] = {
        "actor": ACTORS,
        "country": COUNTRIES,
        "citation": [{"row_id": "tie-one", "source_id": "src-a", "locator": "page 1"}],
        "source": [{"source_id": "src-a", "title": "A Title", "publisher": "[bold]Press"}],
        "reach": [{"reach_id": "reach-act-centre-any-2012", "body_id": "act-centre"}],
        "community": [
            {
                "community_id": f"community-{party}",
                "party_id": party,
                "community": 1,
                "label": "Made-up Centre",
                "size": 2,
                "stability": 0.9,
            }
            for party in ("act-centre", "AAA")
        ],
    }
    for name, rows in tables.items():
        frame_of(TABLE[name], rows).write_parquet(folder / f"{name}.parquet")
    edges_of(EDGES).write_parquet(folder / "network_edge.parquet")
    monkeypatch.setenv("SHAREDFUTURE_OUT", str(tmp_path / "out"))

    def run(*words: str, code: int = 0) -> str:
        assert cli.main(["network", *words]) == code
        said = capsys.readouterr()
        return str(said.err if code else said.out)

    return run


def test_chain_names_its_weakest_tie_and_its_sources(network: Run) -> None:
    text = network("chain", "aland", "Made-up centre")
    assert "Aland to Made-up Centre: 2 ties, strength 0.34" in text
    assert "* AAA" not in text
    assert "* act-team and AAA" in text
    assert "[bold]Press" in text


def test_chain_as_json(network: Run) -> None:
    answer = json.loads(network("chain", "AL", "中心", "--format", "json"))
    assert answer["steps"] == 2
    assert answer["weakest_edge_id"] == "edge-act-team"
    assert [row["edge_id"] for row in answer["edges"]] == ["edge-act-team", "edge-tie-one"]
    assert [row["is_reversed"] for row in answer["edges"]] == [True, False]
    assert answer["edges"][1]["sources"][0]["locator"] == "page 1"


def test_there_is_no_chain_over_a_denied_tie_and_none_over_a_candidate_unasked(
    network: Run,
) -> None:
    assert "give no chain of ties along" in network("chain", "BBB", "act-centre")
    assert "in any direction" in network("chain", "BBB", "act-centre", "--any-direction")
    assert "CANDIDATE" in network("chain", "BBB", "act-centre", "--with-candidates")
    assert json.loads(network("chain", "BBB", "AAA", "--format", "json"))["steps"] is None


def test_show_has_the_denied_tie_and_the_candidate_only_if_asked(network: Run) -> None:
    plain = json.loads(network("show", "BBB", "--format", "json"))
    assert [row["certainty"] for row in plain["edges"]] == ["denied"]
    text = network("show", "BBB", "--with-candidates")
    assert "2 ties" in text
    assert "CANDIDATE, inferred: " in text
    assert "and 1 more" in network("show", "BBB", "--with-candidates", "--limit", "1")
    assert "0 ties at 2009-01-01" in network("show", "BBB", "--at", "2009-01-01")


def test_reach_counts_countries_and_years(network: Run) -> None:
    assert "from 1 country (0.3 " in network("reach", "act-centre")
    assert "from 0 countries" in network("reach", "act-centre", "--at", "2009-12-31")
    years = json.loads(network("reach", "act-centre", "--by-year", "--format", "json"))["years"]
    assert [(row["year"], row["countries"]) for row in years] == [(2010, 1)]
    both = json.loads(network("reach", "MUT", "--format", "json", "--with-candidates"))
    assert [row["country_id"] for row in both["countries"]] == ["BBB"]


def test_without_says_who_loses_what(network: Run) -> None:
    assert "AAA" in network("without", "tie-one")
    answer = json.loads(network("without", "edge-tie-one", "--format", "json"))
    assert answer["bodies"][0]["lost"] == "AAA"
    assert "no body" in network("without", "edge-00003")


def test_communities(network: Run) -> None:
    assert "0.90" in network("communities")
    assert "Aland" in network("communities", "Made-up Centre")
    assert json.loads(network("communities", "--format", "json"))[0]["size"] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "Made-up Centr"), "nearest: Made-up Centre (act-centre)"),
        (("chain", "Alnd", "BBB"), "nearest: Aland (AAA)"),
        (("show", "zzzzzz"), "found 'zzzzzz'"),
        (("without", "tie-onne"), "nearest: edge-tie-one"),
        (("reach", "act-centre", "--flow", "gossip"), "agreement, governance, found 'gossip'"),
    ],
)
def test_a_name_that_is_not_there_is_an_error_with_the_nearest(
    network: Run, words: tuple[str, ...], says: str
) -> None:
    assert says in network(*words, code=1)


def test_without_a_release_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHAREDFUTURE_OUT", str(tmp_path))
    assert cli.main(["network", "show", "BEN"]) == 1
    assert "run `sharedfuture build`" in capsys.readouterr().err


def test_a_hostile_name_is_only_a_name(network: Run) -> None:
    for name in ("", "../../etc/passwd", "'; drop table actor; --", "[red]x[/red]", "x" * 5000):
        assert "expected a party" in network("show", name, code=1)
    assert pl.DataFrame(EDGES).height == 4
