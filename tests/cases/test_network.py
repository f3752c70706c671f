"""The network of the project's own ledger: known ties, ways and their absence, planted sources."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sharedfuture.align import align
from sharedfuture.analyse.network import (
    Network,
    View,
    chains,
    communities,
    edges,
    effect,
    inferred,
    neighbourhood,
    network_of,
    reach,
    reach_of,
    shortest_chain,
)
from sharedfuture.analyse.network.making.kinds import (
    event_roles,
    flow_of_belonging,
    kinds_without_edge,
    tie_kinds,
)
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE
from sharedfuture.sources import ledger
from sharedfuture.sources.ledger.layout import ACTOR_KINDS, EVENT_KINDS, TIE_KINDS

ROOM = "sharedfuture.analyse.network"
Frames = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def frames() -> Frames:
    root = Path(__file__).parents[2]
    nowhere = root / "nowhere"
    captures = capture_ledger(Settings(evidence=root / "evidence", out=nowhere, var=nowhere))
    text = ledger.read(captures, bands=False)
    hashes = {item.name: item.sha256 for item in captures}
    return align(text.rows, refused=text.refused, file_hashes=hashes).frames


def run_edges(frames: Frames) -> pl.DataFrame:
    return edges.run(
        frames["tie"],
        frames["event"],
        frames["event_party"],
        frames["actor"],
        frames["country"],
        frames["citation"],
        frames["source"],
        **read_parameters(ROOM, "edges"),
    )


def run_reach(table: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    return reach.run(
        table,
        frames["actor"],
        frames["country"],
        frames["citation"],
        frames["source"],
        **read_parameters(ROOM, "reach"),
    )


@pytest.fixture(scope="module")
def table(frames: Frames) -> pl.DataFrame:
    return run_edges(frames)


@pytest.fixture(scope="module")
def network(table: pl.DataFrame, frames: Frames) -> Network:
    return as_network(table, frames)


def as_network(table: pl.DataFrame, frames: Frames) -> Network:
    texts = frames["actor"].filter(pl.col("kind").is_in(["instrument", "initiative"]))
    return network_of(
        table, country_ids=frames["country"]["country_id"], text_ids=texts["actor_id"]
    )


def way(network: Network, start: str, end: str, view: View) -> list[str] | None:
    chain = shortest_chain(network, network.number(start), end=network.number(end), view=view)
    return None if chain is None else [network.parties[number] for number in chain.parties]


def test_every_kind_of_the_ledger_has_a_meaning() -> None:
    assert set(tie_kinds()["kind"]) == set(TIE_KINDS)
    assert set(EVENT_KINDS) <= set(event_roles()["kind"]) | kinds_without_edge()
    assert not set(event_roles()["kind"]) & kinds_without_edge()
    assert set(flow_of_belonging()) == set(ACTOR_KINDS)


def test_every_tie_and_body_is_an_edge_of_its_own(table: pl.DataFrame, frames: Frames) -> None:
    rows = set(table["row_id"])
    assert set(frames["tie"]["tie_id"]) <= rows
    assert set(frames["actor"].drop_nulls("country_id")["actor_id"]) <= rows
    assert table["edge_id"].is_unique().all()
    known = {*frames["actor"]["actor_id"], *frames["country"]["country_id"]}
    assert {*table["from_id"], *table["to_id"]} <= known


def test_a_body_belongs_to_its_country(table: pl.DataFrame) -> None:
    row = table.row(by_predicate=pl.col("edge_id") == "edge-act-bjcsirt", named=True)
    assert (row["from_id"], row["to_id"], row["flow"]) == ("act-bjcsirt", "BEN", "both")
    assert row["row_ids"] == ["act-bjcsirt"]
    assert row["earliest_date"] is row["latest_date"] is None


def test_the_way_from_benin_to_state_security_and_its_weakest_tie(network: Network) -> None:
    chain = shortest_chain(
        network, network.number("BEN"), end=network.number("act-mss"), view=View()
    )
    assert chain is not None
    assert [network.parties[number] for number in chain.parties] == [
        *("BEN", "act-cncert", "act-wic", "act-cac", "act-mss-minister", "act-mss")
    ]
    assert network.edge_ids[chain.weakest] == "edge-tie-mss-minister-participates-in-cac"


@pytest.mark.parametrize(
    ("start", "end", "flow"),
    [
        ("BEN", "act-mss", "incident_reports"),
        ("act-prc-security-firms", "act-mss", "vulnerability_reports"),
    ],
)
def test_no_way_is_stated_for_the_reports_themselves(
    network: Network, start: str, end: str, flow: str
) -> None:
    view = View(layers=frozenset({flow, "governance"}))
    assert way(network, start, end, view) is None


def test_vulnerabilities_go_where_the_regulation_says(network: Network) -> None:
    view = View(layers=frozenset({"vulnerability_reports", "governance"}))
    ends = "act-network-product-providers", "act-notification-centre"
    assert way(network, *ends, view) == [ends[0], "act-miit-nvdb", ends[1]]


def test_membership_leads_on_to_what_an_organisation_founded(network: Network) -> None:
    founded = "edge-tie-las-founded-cascf"
    number = network.edge_number_of[founded]
    assert network.parties[network.first[number]] == "act-las"
    assert way(network, "act-las", "act-cascf", View()) == ["act-las", "act-cascf"]
    reached = reach_of(network, network.number("act-cascf"), view=View())
    assert "act-las" in {network.parties[item] for item in reached.parties}


def reached(network: Network, body: str, countries: set[str]) -> int:
    found = reach_of(network, network.number(body), view=View())
    return len(countries & {network.parties[number] for number in found.parties})


def test_rules_that_keep_reach_from_being_everyone(table: pl.DataFrame, frames: Frames) -> None:
    countries = set(frames["country"]["country_id"])
    bodies = ["act-mss", "act-mps", "act-cncert", "act-roskomnadzor", "USA"]
    relays = network_of(table, country_ids=[])
    assert len({reached(relays, body, countries) for body in bodies[:4]}) == 1
    heard = table.with_columns(
        flow=pl.when(pl.col("layer") == "membership").then(pl.lit("both")).otherwise("flow")
    )
    ruled, hearing = as_network(table, frames), as_network(heard, frames)
    assert reached(ruled, "USA", countries) * 3 < reached(hearing, "USA", countries)
    assert reached(ruled, "act-mps", countries) * 3 < reached(relays, "act-mps", countries)


def test_nobody_is_reached_before_a_tie_began(network: Network) -> None:
    body = network.number("act-mss")
    early = reach_of(network, body, view=View(day=date(2022, 12, 31)), own=frozenset({"CHN"}))
    assert early.countries == ()


def test_a_denied_tie_stays_beside_the_other_and_carries_nothing(
    table: pl.DataFrame, frames: Frames
) -> None:
    one = frames["tie"].filter(pl.col("tie_id") == "tie-slb-hosts-plan")
    denial = one.with_columns(tie_id=pl.lit("tie-planted-denial"), status=pl.lit("not_party"))
    planted = run_edges({**frames, "tie": pl.concat([frames["tie"], denial])})
    both = planted.filter(pl.col("row_id").is_in(["tie-slb-hosts-plan", "tie-planted-denial"]))
    assert both.height == 2
    assert planted.height == table.height + 1
    denied = both.filter(certainty="denied")
    assert denied["strength"].to_list() == [0.0]
    network = as_network(planted, frames)
    shown = neighbourhood(network, network.number("SLB"), view=View(), depth=1)
    assert set(both["edge_id"]) <= {network.edge_ids[number] for number in shown}
    alone = planted.filter(pl.col("edge_id").is_in(denied["edge_id"].implode()))
    only = as_network(alone, frames)
    assert way(only, "SLB", "act-plan", View(is_flow=False)) is None


def plant(frames: Frames, pairs: list[tuple[str, str]], *, publishers: int = 1) -> Frames:
    """As many ties, each on a source of its own, of so many publishers."""
    ties, sources, cites = [], [], []
    for number, (first, second) in enumerate(pairs):
        ties.append(
            {
                "tie_id": f"tie-planted-{number}",
                "kind": "partners_with",
                "from_id": first,
                "to_id": second,
                "since_edtf": "2020",
                "earliest_date": date(2020, 1, 1),
                "latest_date": date(2020, 12, 31),
                "status": "reported",
            }
        )
        sources.append(
            {
                "source_id": f"src-planted-{number}",
                "publisher": f"Planted Press {number % publishers}{' ' * (number % 2)}",
                "published_by_date": date(2021, 1, 1),
                "reliability": "C",
            }
        )
        cites.append({"row_id": f"tie-planted-{number}", "source_id": f"src-planted-{number}"})
    rows: Mapping[str, list[dict[str, Any]]] = {"tie": ties, "source": sources, "citation": cites}
    more = {name: frame_of(TABLE[name], items) for name, items in rows.items()}
    return {**frames, **{name: pl.concat([frames[name], frame]) for name, frame in more.items()}}


def test_fifty_ties_of_one_publisher_between_a_pair_count_as_one(frames: Frames) -> None:
    pair = ("SWE", "act-cncert")
    once = run_reach(run_edges(plant(frames, [pair])), plant(frames, [pair]))
    often_frames = plant(frames, [pair] * 50)
    often = run_reach(run_edges(often_frames), often_frames)
    columns = ["reach_id", "countries", "countries_possible", "countries_expected"]
    assert once.select(columns).equals(often.select(columns))
    assert once["countries_left"].equals(often["countries_left"])


def test_fifty_sources_of_one_publisher_for_one_tie_are_one_origin(frames: Frames) -> None:
    planted = plant(frames, [("SWE", "act-cncert")] * 50)
    merged = {
        **planted,
        "citation": planted["citation"].with_columns(
            row_id=pl.when(pl.col("row_id").str.starts_with("tie-planted-"))
            .then(pl.lit("tie-planted-0"))
            .otherwise("row_id")
        ),
    }
    row = run_edges(merged).row(by_predicate=pl.col("edge_id") == "edge-tie-planted-0", named=True)
    assert row["origins"] == 1
    assert row["strength"] == pytest.approx(0.8 * 0.7)


def test_what_rests_on_one_publisher_alone_is_said(table: pl.DataFrame, frames: Frames) -> None:
    before = run_reach(table, frames).filter(body_id="act-cncert", flow="agreement")
    named = set(table.filter(pl.col("to_id") == "act-cncert")["from_id"])
    fifty = [code for code in frames["country"]["country_id"] if code not in {*named, "CHN"}][:50]
    planted = plant(frames, [(code, "act-cncert") for code in fifty])
    after = run_reach(run_edges(planted), planted).filter(body_id="act-cncert", flow="agreement")
    newest = pl.col("countries_left").is_not_null()
    assert after.filter(newest)["countries"].item() > before.filter(newest)["countries"].item()
    assert (
        after.filter(newest)["countries_left"].item() <= before.filter(newest)["countries"].item()
    )


def test_steps_give_their_tables_and_every_row_its_reasons(
    table: pl.DataFrame, frames: Frames
) -> None:
    known = {*table["edge_id"], *frames["actor"]["actor_id"], *frames["country"]["country_id"]}
    parties = frames["actor"], frames["country"]
    answered = chains.run(table, *parties, **read_parameters(ROOM, "chains"))
    found = {
        "reach": run_reach(table, frames),
        "chain": answered["derived.chain"],
        "chain_step": answered["derived.chain_step"],
        "community": communities.run(table, *parties, **read_parameters(ROOM, "communities")),
        "tie_effect": effect.run(table, *parties, **read_parameters(ROOM, "effect")),
    }
    for name, frame in found.items():
        assert frame.height, name
        assert set(TABLE[name].column_names) <= set(frame.columns), name
        assert frame[TABLE[name].key[0]].is_unique().all(), name
        reasons = frame.select(pl.concat_list(pl.col("^(row|pool)_ids$"))).to_series()
        assert (reasons.list.len() > 0).all(), name
        assert set(reasons.explode()) <= known, name
    asked = read_parameters(ROOM, "chains")["questions"]
    assert answered["derived.chain"].height == 2 * len(asked)
    none = answered["derived.chain"].filter(pl.col("steps").is_null())
    assert none["sentence"].str.starts_with("The sources at hand give no chain").all()


def test_candidates_are_edges_that_say_so(frames: Frames) -> None:
    partners = frame_of(
        TABLE["partner"],
        [
            {
                "partner_id": f"partner-{target}-{country}",
                "country_id": country,
                "target": target,
                "status": status,
                "probability": probability,
                "probability_low": 0.2,
                "probability_high": 0.9,
            }
            for target, country, status, probability in [
                ("cncert", "PAK", "inferred", 0.6),
                ("cncert", "BEN", "known", 1.0),
                ("cncert", "SWE", "inferred", 0.1),
                ("cncert", "FRA", "abstained", None),
                ("foc", "PAK", "inferred", 0.9),
            ]
        ],
    )
    targets = frame_of(
        TABLE["partner_target"], [{"partner_target_id": "cncert", "title": "a partnership"}]
    )
    drawn = inferred.run(partners, targets, frames["country"], **read_parameters(ROOM, "inferred"))
    assert drawn["edge_id"].to_list() == ["edge-partner-cncert-PAK"]
    assert drawn["is_inferred"].all()
    assert drawn["origins"].to_list() == [0]
    assert drawn["sentence"].item() == (
        "Candidate for a partnership: Pakistan, probability 0.6 (0.2 to 0.9)"
    )
