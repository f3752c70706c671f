"""Every way in which a row of the ledger can be wrong, and the exact line that says so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Ledger

Case = dict[str, Any]  # as the TOML file has it

OUTSIDE_BAND = re.compile(
    r"evidence:0: expected \d+ to \d+ rows of \w+, found \d+"
    r"|evidence/[\w./-]+:0: expected at least \d+ rows, found \d+"
)
CASES: list[Case] = tomllib.loads(
    Path(__file__).with_name("ledger_faults.toml").read_text(encoding="utf-8")
)["case"]

# Beside the controls of ASCII: those above it, and what turns, joins or hides text.
HIDDEN = [
    *(0x7F, 0x80, 0x85, 0x9F, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E),
    *(0x2060, 0x2066, 0x206F, 0xFEFF),
]


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
    assert "evidence/figures/eiu.csv:0: expected at least 82 rows, found 0" in found
    assert "evidence/cases.toml:0: expected at least 2 rows, found 1" in found
    assert [line for line in found if not OUTSIDE_BAND.fullmatch(line)] == []


@pytest.mark.parametrize("digits", [400, 4300])
def test_integer_of_many_digits_is_named_with_its_line(small_ledger: Ledger, digits: int) -> None:
    small_ledger.change("indicators.toml", "minimum = -1\n", f"minimum = -{'9' * digits}\n")
    assert small_ledger.faults() == [
        f"evidence/indicators.toml:58: expected minimum: a finite number, found -{'9' * 56}..."
    ]


def test_integer_of_more_digits_than_python_reads_is_a_fault(small_ledger: Ledger) -> None:
    small_ledger.change("indicators.toml", "minimum = -1\n", f"minimum = {'9' * 5000}\n")
    (fault,) = small_ledger.faults()
    assert re.fullmatch(
        r"evidence/indicators\.toml:58: expected well-formed TOML, found .*digits.*", fault
    )


@pytest.mark.parametrize("value", [2**53, 2**53 + 1, -(2**53), -(2**53) - 1])
def test_integer_that_a_double_would_round_is_a_fault(small_ledger: Ledger, value: int) -> None:
    small_ledger.change("countries.csv", "CN,Eastern Asia,true,3,", f"CN,Asia,true,{value},")
    assert small_ledger.faults() == [
        f"evidence/countries.csv:2: expected tile_column: a whole number, found '{value}'"
    ]


@pytest.mark.parametrize("value", [2**53 - 1, -(2**53) + 1])
def test_integer_that_a_double_holds_is_accepted(small_ledger: Ledger, value: int) -> None:
    small_ledger.change("countries.csv", "CN,Eastern Asia,true,3,", f"CN,Asia,true,{value},")
    assert small_ledger.faults() == []
    china = small_ledger.tables()["country"].filter(country_id="CHN")
    assert china["tile_column"].to_list() == [value]


@pytest.mark.parametrize("code", HIDDEN, ids=[f"U+{code:04X}" for code in HIDDEN])
def test_character_that_turns_or_hides_text_is_a_fault(small_ledger: Ledger, code: int) -> None:
    hidden = chr(code)
    small_ledger.change("actors.csv", "Belongs to no", f"Belongs{hidden}to no")
    assert small_ledger.faults() == [
        "evidence/actors.csv:4: expected note: text without control characters, "
        f"found {f'Belongs{hidden}to no country.'!r}"
    ]


@pytest.mark.parametrize(
    "reference", ["&frac12;", "&lt;", "&amp;", "&nbsp;", "&#60;", "&#x3c;", "&#60", "&eacute;"]
)
def test_reference_that_html_knows_is_a_fault(small_ledger: Ledger, reference: str) -> None:
    small_ledger.change("actors.csv", "Belongs to no", f"Belongs{reference}to no")
    assert small_ledger.faults() == [
        "evidence/actors.csv:4: expected note: plain text, "
        f"found HTML in 'Belongs{reference}to no country.'"
    ]


@pytest.mark.parametrize(
    "value",
    ["[" * 3000, "[" * 3000 + "]" * 3000, "{a = " * 3000 + "1" + "}" * 3000],
    ids=["open", "closed", "tables"],
)
def test_brackets_nested_too_deep_are_a_fault(small_ledger: Ledger, value: str) -> None:
    small_ledger.change("cases.toml", "[[case]]\n", f"[[case]]\nnote = {value}\n")
    assert small_ledger.faults() == [
        "evidence/cases.toml:1: expected well-formed TOML, found brackets nested too deep"
    ]


@pytest.mark.parametrize("line", ["\u2028", "\u2029", "\u0085"])
@pytest.mark.parametrize(
    ("name", "old", "new", "at"),
    [
        ("actors.csv", "Belongs to no", "Belongs{}to no", "actors.csv:5"),
        ("cases.toml", "A draft is leaked, then", "A draft{}is leaked, then", "cases.toml:8"),
        ("cases.toml", "A sample case", "A sample{}case", "cases.toml:8"),
        ("claims/sample.toml", "most, list", "most,{}list", "claims/sample.toml:51"),
        ("doctrine.toml", "our own words", "our own{}words", "doctrine.toml:20"),
    ],
)
def test_line_that_only_some_programs_see_is_none(
    small_ledger: Ledger, name: str, old: str, new: str, at: str, line: str
) -> None:
    """Whether such text is let in or not, the fault below it keeps its line."""
    row = "act-new,New,,forum,,Q0,,src-report,p\n" if name == "actors.csv" else 'mood = "good"\n'
    small_ledger.append(name, row)
    without = small_ledger.faults()
    small_ledger.change(name, old, new.format(line))
    assert without[-1].startswith(f"evidence/{at}: ")
    assert without[-1] in small_ledger.faults()


@pytest.mark.parametrize(
    "name", ["README.md", "ties/notes.md", ".editor", "sources/.sample.csv.swp", ".git/config"]
)
def test_notes_and_hidden_files_are_passed_over(small_ledger: Ledger, name: str) -> None:
    small_ledger.write(name, "not a row\n")
    assert small_ledger.faults() == []


@pytest.mark.parametrize(
    "name", ["README.MD", "Events.csv", "events.csv~", "ties/more/sample.csv", "claims/x.TOML"]
)
def test_every_other_file_is_a_fault(small_ledger: Ledger, name: str) -> None:
    small_ledger.write(name, "not a row\n")
    (fault,) = small_ledger.faults()
    assert fault.startswith(f"evidence/{name}:1: expected a file of the ledger: sources/*.csv, ")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2020-06", "2020"),
        ("2020-06-15", "2020-06"),
        ("2022/2023", "2022"),
        ("../2020", "2019"),
        ("", "2019"),
        ("2020", ""),
        ("2020-06-15", "2020-06-15"),
    ],
)
def test_tie_that_may_end_when_it_began_is_accepted(
    small_ledger: Ledger, since: str, until: str
) -> None:
    row = f"tie-new,supplies,PRC,SLB,{since},{until},active,press,,src-sample-gazette,list\n"
    small_ledger.append("ties/sample.csv", row)
    assert small_ledger.faults() == []


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("spellings.csv", "  norGE ,NOR,"),
        ("spellings.csv", '"Norway, Kingdom of",NOR,'),
        ("actors.csv", "act-new,New,,forum,,,p < 0.05 and 3 <4,src-report,p"),
        ("actors.csv", "act-new,Research & Development; R&D,,forum,,,,src-report,p"),
        ("actors.csv", "act-new,AT&T,,forum,,,Q&A & more; <3,src-report,p"),
        ("actors.csv", "act-new,AT&T; others,,forum,,,R&D; x,src-report,p"),
        ("actors.csv", "act-new,نام‌ها,,forum,,, café…,src-report,p"),
        ("actors.csv", "act-new,新的,新的,forum,,,,src-report,p"),
        ("figures/sample.csv", "SLB,un_vote_sample,2020,-1,,,,-1,src-report,p"),
        ("figures/sample.csv", "SLB,eiu_overall,2021/2021,5,,,,5,src-report,p"),
        (
            "readings.csv",
            "reading-new,claim-003-pakistan-signed,x,core,number,+.5,5e-1,0,src-sample-gazette,p,",
        ),
        ("citations.csv", "reading-003-month,src-sample-figures,table 1,"),
        ("citations.csv", "fig-PAK-eiu_overall-2022,src-report,paragraph 9,"),
    ],
    ids=[
        "case and spaces",
        "quoted comma",
        "less than",
        "ampersand",
        "AT&T",
        "ampersand and semicolon",
        "letters that need a joiner",
        "Chinese",
        "negative",
        "period of one year",
        "short numbers",
        "reading of two sources",
        "another place of one source",
    ],
)
def test_what_only_looks_wrong_is_accepted(small_ledger: Ledger, name: str, row: str) -> None:
    small_ledger.append(name, f"{row}\n")
    assert small_ledger.faults() == []
