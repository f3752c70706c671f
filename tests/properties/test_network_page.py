"""What the page of the network shows and loads: parts, dates, anchors, pictures of reach."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.index_sample import no_index_tables
from tests.network_site import FACTS, large_network_tables, network_tables

from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.inference.network.files import FOLDER, divide, network_files
from sharedfuture.publish.site.inference.network.pages import network_pages
from sharedfuture.publish.site.inference.network.reach import FLOOR, TOP, draw_reach
from sharedfuture.publish.site.inference.network.shown import NETWORK_PAGE, read_network
from sharedfuture.publish.site.inference.network.words import CERTAINTIES, kind_text
from sharedfuture.publish.site.shelf import read_shelf
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE


def text_of(tables: Mapping[str, pl.DataFrame]) -> str:
    """The page of the network as HTML."""
    shelf = read_shelf(tables)
    (page,) = network_pages(shelf)
    return render(make_environment(shelf, FACTS), page, find_homes(shelf))


def files_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """The scripts by name, without their folder."""
    made = network_files(read_shelf(tables), tables)
    return {path.removeprefix(f"{FOLDER}/"): str(text) for path, text in made.items()}


def parties_in(files: Mapping[str, str]) -> dict[str, Any]:
    """What the script of the parties hands over."""
    script = files["parties.js"]
    found: dict[str, Any] = json.loads(script[script.index("=") + 1 :].rstrip().rstrip(";"))
    return found


def ties_in(script: str) -> tuple[int, list[str], list[list[Any]]]:
    """Number, pages and ties of a part."""
    inner = script[script.index("(") + 1 : script.rindex(")")]
    part, pages, ties = json.loads(f"[{inner}]")
    return part, pages, ties


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(1, 3000))
def test_parts_follow_one_another_and_hold_no_more_than_they_should(
    degrees: list[int], most: int
) -> None:
    starts = divide(degrees, most)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    for start, end in zip(starts, (*starts[1:], len(degrees)), strict=True):
        held = [degree for degree in degrees[start:end] if degree]
        assert sum(held) <= most or len(held) == 1


def test_one_part_holds_all_ties_of_its_parties() -> None:
    tables = large_network_tables(3000)
    files = files_of(tables)
    parties = parties_in(files)
    ids = [party[0] for party in parties["parties"]]
    starts = [*parties["starts"], len(ids)]
    found: dict[str, set[str]] = {}
    for name, script in files.items():
        if name == "parties.js":
            continue
        part, _, ties = ties_in(script)
        for tie in ties:
            for party in tie[:2]:
                if starts[part] <= party < starts[part + 1]:
                    found.setdefault(ids[party], set()).add(tie[12])
    expected: dict[str, set[str]] = {}
    for start, end, row_id in tables["network_edge"].select("from_id", "to_id", "row_id").rows():
        expected.setdefault(start, set()).add(row_id)
        expected.setdefault(end, set()).add(row_id)
    assert found == expected
    assert len(files) > 3


def test_what_happened_and_how_probable_a_candidate_is_stands_with_the_tie() -> None:
    tables = network_tables()
    event = {"event_id": "tie-b-part", "kind": "visit", "title": "A visit"}
    tables["event"] = frame_of(TABLE["event"], [event])
    _, _, ties = ties_in(files_of(tables)["0.js"])
    titles = {tie[12]: tie[14] for tie in ties if len(tie) > 14}
    assert titles == {
        "tie-b-part": "A visit",
        "partner-fff": "FFF partners_with act-b (assessed, 1 publisher)",
    }


def test_inferred_ties_do_not_count_in_the_search() -> None:
    parties = {row[0]: row for row in parties_in(files_of(network_tables()))["parties"]}
    assert parties["FFF"][3] == 0
    assert parties["act-b"][3] == 7


def test_a_tie_is_written_with_its_days_flow_certainty_and_page() -> None:
    _, pages, ties = ties_in(files_of(network_tables())["0.js"])
    tie = next(tie for tie in ties if tie[12] == "tie-ddd-ended")
    epoch = date(1970, 1, 1).toordinal()
    assert [day and date.fromordinal(day + epoch).isoformat() for day in tie[4:7]] == [
        "2015-02-03",
        "2015-02-03",
        "2021-12-31",
    ]
    assert tie[7] == 3, "information can go both ways"
    assert CERTAINTIES[tie[8]] == "documented"
    assert pages[tie[11]] == "institutions.html"
    assert len(tie) == 13, "the id of the edge follows from that of its row"


def test_same_tables_give_the_same_files() -> None:
    tables = large_network_tables(500)
    assert files_of(tables) == files_of(tables)


def test_kinds_in_words() -> None:
    kinds = ("agreement_police", "agreement_with", "finance_telecom", "finances", "member_of")
    assert [kind_text(kind) for kind in kinds] == [
        *("police agreement", "agreement with", "telecom finance", "finances", "member of"),
    ]


def test_every_row_that_is_explained_has_its_anchor_and_its_home() -> None:
    tables = network_tables()
    text, shelf = text_of(tables), read_shelf(tables)
    homes = find_homes(shelf).page_of
    rows = [row[key] for key, held in read_network(shelf).explained() for row in held]
    assert len(rows) > 40
    for row_id in rows:
        assert text.count(f'id="{row_id}"') == 1
        assert homes[row_id] == NETWORK_PAGE
    numbers = re.findall(r'data-row="([^"]+)"', text)
    assert set(numbers) <= {*rows}


def test_weakest_links_are_marked_and_missing_chains_said() -> None:
    text = text_of(network_tables())
    assert text.count("weakest link</strong>") == 1
    assert "<strong>No chain is evidenced</strong>" in text
    assert text.index("act-a reports_incidents_to act-b") < text.index("weakest link</strong>")


def test_pictures_of_reach_have_one_scale() -> None:
    drawn = draw_reach(read_network(read_shelf(network_tables())).bodies)
    assert [panel.body.body_id for panel in drawn.panels] == ["act-c", "act-b", "act-a"]
    highest = min(panel.end[1] for panel in drawn.panels)
    assert highest == TOP
    for panel in drawn.panels:
        share = (FLOOR - panel.end[1]) / (FLOOR - TOP)
        assert share == pytest.approx(panel.last["countries"] / 15, abs=0.01)
        assert panel.evidenced.count("M") == 1


def test_without_edges_the_page_says_so_and_loads_nothing() -> None:
    tables = no_index_tables()
    text = text_of(tables)
    assert "Nothing in this release." in text
    assert "network/data" not in text
    assert network_files(read_shelf(tables), tables) == {}


def test_names_cannot_open_an_element_or_end_a_script() -> None:
    tables = network_tables()
    bad = "</script><img src=x onerror=alert(1)>"
    tables["actor"] = tables["actor"].with_columns(name=pl.lit(bad))
    tables["chain"] = tables["chain"].with_columns(question=pl.lit(bad))
    tables["network_edge"] = tables["network_edge"].with_columns(sentence=pl.lit(bad))
    assert "<img" not in text_of(tables)
    assert parties_in(files_of(tables))["parties"][-1][1] == bad
