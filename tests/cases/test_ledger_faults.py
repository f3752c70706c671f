"""Every way in which a row of the ledger can be wrong, and the exact line that says so."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Ledger

Case = dict[str, Any]  # as the TOML file has it

CASES: list[Case] = tomllib.loads(
    Path(__file__).with_name("ledger_faults.toml").read_text(encoding="utf-8")
)["case"]


def make(ledger: Ledger, case: Case) -> None:
    """Replace `old` by `new`, or add `row` after the last."""
    if "old" in case:
        ledger.change(case["file"], case["old"], case["new"])
    elif (ledger.settings.evidence / case["file"]).exists():
        ledger.append(case["file"], f"{case['row']}\n")
    else:
        ledger.write(case["file"], f"{case['row']}\n")


def named(name: str) -> Case:
    (found,) = (case for case in CASES if case["name"] == name)
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_fault_is_named_with_its_line(small_ledger: Ledger, case: Case) -> None:
    make(small_ledger, case)
    assert small_ledger.faults() == case["faults"]


def test_all_faults_of_all_files_are_told_at_once(small_ledger: Ledger) -> None:
    cases = [
        named("Wikidata item that is none"),
        named("edition with a wrong date"),
        named("event without date"),
        named("NaN"),
        named("too few cells"),
        named("unknown side of a tie"),
        named("subject of a claim without a row"),
    ]
    for case in cases:
        make(small_ledger, case)
    assert small_ledger.faults() == sorted(line for case in cases for line in case["faults"])


def test_sample_has_no_fault(small_ledger: Ledger) -> None:
    assert small_ledger.faults() == []


def test_quotation_of_forty_words_is_accepted(small_ledger: Ledger) -> None:
    small_ledger.change("claims/sample.toml", '"signed in May"', f'"{"word " * 40}"')
    assert small_ledger.faults() == []


def test_byte_order_mark_is_accepted(small_ledger: Ledger) -> None:
    small_ledger.write("events.csv", b"\xef\xbb\xbf" + small_ledger.read("events.csv").encode())
    assert small_ledger.faults() == []
    assert small_ledger.tables()["event"].height == 3


@pytest.mark.parametrize("name", ["spellings.csv", "cases.toml"])
def test_byte_that_is_not_utf8_is_named_with_its_line(small_ledger: Ledger, name: str) -> None:
    data = small_ledger.read(name).encode().replace(b"Solomons", b"Solom\xf6ns", 1)
    small_ledger.write(name, data)
    own = [fault for fault in small_ledger.faults() if fault.startswith(f"evidence/{name}")]
    assert own == [f"evidence/{name}:3: expected UTF-8 text, found byte 0xf6"]


def test_empty_file_lacks_every_column(small_ledger: Ledger) -> None:
    small_ledger.write("citations.csv", "")
    assert small_ledger.faults() == [
        f"evidence/citations.csv:1: expected column '{column}', found only an empty file"
        for column in ("locator", "note", "row_id", "source_id")
    ]


def test_counts_outside_their_bands_are_faults(small_ledger: Ledger) -> None:
    found = small_ledger.faults(bands=True)
    assert "evidence:0: expected 190 to 260 rows of country, found 4" in found
    assert "evidence:0: expected 150 to 2000 rows of claim, found 4" in found
    assert all(line.startswith("evidence:0: expected ") for line in found)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("spellings.csv", "  norGE ,NOR,"),
        ("spellings.csv", '"Norway, Kingdom of",NOR,'),
        ("actors.csv", "act-new,New,,forum,,,p < 0.05 and 3 <4,src-report,p"),
        ("actors.csv", "act-new,Research & Development; R&D,,forum,,,,src-report,p"),
        ("actors.csv", "act-new,新的,新的,forum,,,,src-report,p"),
        ("figures/sample.csv", "SLB,un_vote_sample,2020,-1,,,,-1,src-report,p"),
    ],
    ids=["case and spaces", "quoted comma", "less than", "ampersand", "Chinese", "negative"],
)
def test_what_only_looks_wrong_is_accepted(small_ledger: Ledger, name: str, row: str) -> None:
    small_ledger.append(name, f"{row}\n")
    assert small_ledger.faults() == []
