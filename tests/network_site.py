"""A made-up network on the site: a small one for the eye, a large one for what must hold.

Numbers are set by rule, so that texts made of them stay as they are whatever the analyses do. The
part of the site that shows the network can be written alone, for a browser.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.inference.network.files import network_files
from sharedfuture.publish.site.inference.network.pages import network_pages
from sharedfuture.publish.site.search_index import search_script
from sharedfuture.publish.site.shelf import read_shelf
from sharedfuture.records.frames import frame_of
from sharedfuture.records.release import ReleaseFacts
from sharedfuture.records.tables import TABLES
from tests.index_sample import no_index_tables

Row = dict[str, Any]
SOURCE = "src-counts"
HUB = "act-hub"
ASSETS = (
    *("site.css", "site.js", "search.js", "drawing.js"),
    *("network.css", "network.js", "network-drawing.js"),
)
FACTS = ReleaseFacts(
    release_id="0123456789abcdef",
    version="0.0.0",
    as_of=None,
    latest_source_date="2025-06-30",
    ledger_sha256="0" * 64,
)
# Row, first party, second party, layer, kind, flow.
TIES = (
    ("tie-a-reports", "act-a", "act-b", "incident_reports", "reports_incidents_to", "forward"),
    ("tie-b-part", "act-b", "act-c", "governance", "part_of", "forward"),
    ("tie-c-oversees", "act-c", "act-b", "governance", "oversees", "backward"),
    ("tie-bbb-agreement", "BBB", "act-b", "agreement", "agreement_with", "both"),
    ("tie-ccc-denied", "CCC", "act-b", "agreement", "agreement_with", "both"),
    ("tie-ddd-ended", "DDD", "act-b", "agreement", "agreement_with", "both"),
    ("tie-eee-perhaps", "EEE", "act-b", "agreement", "agreement_with", "both"),
    ("partner-fff", "FFF", "act-b", "agreement", "partners_with", "both"),
    ("tie-aaa-a", "act-a", "AAA", "governance", "belongs_to", "both"),
    ("tie-c-studies", "act-c", "act-c", "study", "studies", "none"),
)
# First and last day of the beginning, end, certainty.
WHEN: Mapping[str, tuple[str | None, str | None, str | None, str]] = {
    "tie-a-reports": ("2016-01-01", "2016-12-31", None, "documented"),
    "tie-b-part": ("2014-05-06", "2014-05-06", None, "documented"),
    "tie-c-oversees": (None, "2018-03-01", None, "reported"),
    "tie-bbb-agreement": ("2019-04-01", "2019-04-30", None, "announced"),
    "tie-ccc-denied": ("2020-01-01", "2020-01-01", None, "denied"),
    "tie-ddd-ended": ("2015-02-03", "2015-02-03", "2021-12-31", "documented"),
    "tie-eee-perhaps": ("2024-01-01", "2026-12-31", None, "alleged"),
    "partner-fff": ("2022-01-01", "2022-01-01", None, "assessed"),
    "tie-aaa-a": (None, None, None, "documented"),
    "tie-c-studies": ("2022-01-01", "2022-01-01", None, "documented"),
}
ACTORS = {
    "act-a": ("Response team of Aland", "agency", "AAA"),
    "act-b": ("Team B", "agency", "CHN"),
    "act-c": ("Ministry C", "ministry", "CHN"),
}
KINDS = (
    ("agreement", "agreement_with", "both"),
    ("membership", "member_of", "forward"),
    ("governance", "oversees", "backward"),
    ("meeting", "participates_in", "both"),
)


def network_tables() -> dict[str, pl.DataFrame]:
    """All public tables with a small network; those that the page does not need are empty."""
    rows: dict[str, list[Row]] = {
        "source": [_source()],
        "actor": [
            {"actor_id": key, "name": name, "kind": kind, "country_id": country}
            for key, (name, kind, country) in ACTORS.items()
        ],
        "network_edge": [_edge(*tie) for tie in TIES],
        "tie": [_tie(*tie) for tie in TIES if tie[0].startswith("tie-")],
        "chain": list(_chains()),
        "chain_step": list(_steps()),
        "reach": list(_reach()),
        "community": list(_communities()),
        "tie_effect": [_effect()],
    }
    derived = {
        "reach": "tie-a-reports",
        "chain": "tie-b-part",
        "tie_effect": "tie-a-reports",
        "community": "tie-b-part",
    }
    rows["lineage"] = [
        {"result_id": row[f"{table}_id"], "row_id": row_id}
        for table, row_id in derived.items()
        for row in rows[table]
    ]
    rows["citation"] = [
        {"row_id": row["tie_id"], "source_id": SOURCE, "locator": "page 1"} for row in rows["tie"]
    ]
    return _frames(rows)


def large_network_tables(edges: int, *, seed: int = 7) -> dict[str, pl.DataFrame]:
    """A network of so many edges; a tenth of them end in one hub, the others are spread."""
    chance = Random(seed)
    actors = [f"act-{number:05}" for number in range(max(edges // 6, 40))]
    everyone = [*actors, *no_index_tables()["country"]["country_id"].to_list()]
    named: list[Row] = [
        {"actor_id": key, "name": f"Institution {key[4:]} of somewhere", "kind": "agency"}
        for key in actors
    ]
    hub: Row = {"actor_id": HUB, "name": "The hub of all", "kind": "forum"}
    ends = (HUB if number % 10 == 0 else chance.choice(actors) for number in range(edges))
    made = [
        _chance_edge(chance, number, start=chance.choice(everyone), end=end)
        for number, end in enumerate(ends)
    ]
    return _frames({"network_edge": made, "actor": [*named, hub]})


def write_network_site(tables: Mapping[str, pl.DataFrame], folder: Path) -> Path:
    """The page of the network with everything that it loads, below `folder`; its path."""
    shelf = read_shelf(tables)
    pages = list(network_pages(shelf))
    environment, homes = make_environment(shelf, FACTS), find_homes(shelf)
    texts: dict[str, str | bytes] = {
        **{page.path: render(environment, page, homes) for page in pages},
        **network_files(shelf, tables),
        "assets/search-index.js": search_script(shelf, pages),
    }
    for name in ASSETS:
        text = files("sharedfuture.publish.site").joinpath("assets", name).read_text("utf-8")
        texts[f"assets/{name}"] = text
    for path, content in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / pages[0].path


def _frames(rows: Mapping[str, list[Row]]) -> dict[str, pl.DataFrame]:
    made = {table.name: frame_of(table, rows.get(table.name, [])) for table in TABLES}
    return {**made, "country": no_index_tables()["country"]}


def _source() -> Row:
    return {
        "source_id": SOURCE,
        "title": "Made-up ties",
        "publisher": "Example Institute",
        "licence": "CC0-1.0",
        "redistribution": "open",
        "published_by_date": date(2025, 6, 30),
        "published": "2025-06-30",
        "reliability": "B",
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _edge(row_id: str, start: str, end: str, layer: str, kind: str, flow: str) -> Row:
    earliest, latest, until, certainty = WHEN[row_id]
    return {
        "edge_id": f"edge-{row_id}",
        "row_id": row_id,
        "from_id": start,
        "to_id": end,
        "layer": layer,
        "kind": kind,
        "flow": flow,
        "earliest_date": _day(earliest),
        "latest_date": _day(latest),
        "until_date": _day(until),
        "certainty": certainty,
        "is_inferred": row_id.startswith("partner-"),
        "origins": 1,
        "strength": 0.0 if certainty == "denied" else 0.85,
        "sentence": f"{start} {kind} {end} ({certainty}, 1 publisher)",
    }


def _chance_edge(chance: Random, number: int, *, start: str, end: str) -> Row:
    layer, kind, flow = chance.choice(KINDS)
    begun = date(2000, 1, 1) + timedelta(days=chance.randrange(9000))
    return {
        "edge_id": f"edge-tie-{number:06}",
        "row_id": f"tie-{number:06}",
        "from_id": start,
        "to_id": end,
        "layer": layer,
        "kind": kind,
        "flow": flow,
        "earliest_date": begun,
        "latest_date": begun + timedelta(days=chance.choice((0, 0, 30, 364))),
        "until_date": date(2024, 1, 1) if number % 50 == 0 else None,
        "certainty": chance.choice(("documented", "announced", "alleged", "denied")),
        "is_inferred": number % 97 == 0,
        "origins": 1 + number % 3,
        "strength": 0.8,
    }


def _tie(row_id: str, start: str, end: str, _layer: str, kind: str, _flow: str) -> Row:
    earliest, latest, until, certainty = WHEN[row_id]
    return {
        "tie_id": row_id,
        "kind": kind,
        "from_id": start,
        "to_id": end,
        "from_as_written": start,
        "to_as_written": end,
        "since_edtf": earliest,
        "until_edtf": until,
        "earliest_date": _day(earliest),
        "latest_date": _day(latest),
        "status": "denied" if certainty == "denied" else "active",
        "disclosed_by": "press",
    }


def _chains() -> Iterator[Row]:
    """A question with a chain, and one without."""
    yield {
        "chain_id": "chain-aland-c",
        "question": "How does an incident in Aland reach Ministry C?",
        "from_id": "AAA",
        "to_id": "act-c",
        "as_of_date": date(2025, 6, 30),
        "is_flow": True,
        "steps": 3,
        "strength": 0.61,
        "weakest_edge_id": "edge-tie-a-reports",
        "sentence": "Three ties; the weakest is the second.",
    }
    yield {
        "chain_id": "chain-feria-c",
        "question": "How does an incident in Feria reach Ministry C?",
        "from_id": "FFF",
        "to_id": "act-c",
        "as_of_date": date(2025, 6, 30),
        "is_flow": True,
        "sentence": "No chain.",
    }


def _steps() -> Iterator[Row]:
    ties = (("tie-aaa-a", True), ("tie-a-reports", False), ("tie-b-part", False))
    for position, (row_id, is_reversed) in enumerate(ties, start=1):
        yield {
            "chain_step_id": f"step-{position}",
            "chain_id": "chain-aland-c",
            "position": position,
            "edge_id": f"edge-{row_id}",
            "is_reversed": is_reversed,
            "is_weakest": position == 2,
        }


def _communities() -> Iterator[Row]:
    members = (("act-b", 1), ("act-c", 1), ("BBB", 1), ("act-a", 2), ("AAA", 2))
    for party, number in members:
        yield {
            "community_id": f"community-{party}",
            "party_id": party,
            "community": number,
            "label": "Team B, Ministry C" if number == 1 else "Aland",
            "size": 3 if number == 1 else 2,
            "stability": 0.9,
        }


def _effect() -> Row:
    return {
        "tie_effect_id": "effect-act-c-tie-a-reports",
        "edge_id": "edge-tie-a-reports",
        "body_id": "act-c",
        "countries_lost": 1,
        "is_bridge": True,
        "sentence": "Without it Ministry C no longer reaches Aland.",
    }


def _reach() -> Iterator[Row]:
    for body, sponsor, factor in (("act-b", "CHN", 1), ("act-c", "CHN", 2), ("act-a", "USA", 3)):
        for flow in ("any", "incident_reports"):
            for year in range(2015, 2026):
                countries = (year - 2014) // 2 * factor // (1 if flow == "any" else 2)
                yield {
                    "reach_id": f"reach-{body}-{flow}-{year}",
                    "body_id": body,
                    "sponsor_id": sponsor,
                    "flow": flow,
                    "year": year,
                    "countries": countries,
                    "countries_expected": countries * 0.7,
                    "signed": year % 2,
                    "sentence": f"{body} could see {countries} countries in {year}.",
                }
