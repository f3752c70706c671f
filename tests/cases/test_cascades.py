"""One mistake is one fault: what leans on a row that was refused is not at fault itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Ledger

FIGURES = "figures/sample.csv"
ATLANTIS = "Atlantis,eiu_overall,2021,5,,,,5,src-sample-gazette,opening of the page\n"
UNKNOWN = f"evidence/{FIGURES}:18: expected a known country, found 'Atlantis'"

# File and line of the mistake, what stood there, what stands there now.
REFUSED_ROWS = [
    ("source", "sources/sample.csv", 4, "CC BY 4.0,open,A", "CC BY 4.0,opne,A"),
    ("the report", "sources/sample.csv", 2, "link_only,B", "link_only,Z"),
    ("country", "countries.csv", 3, "Northern Europe,true", "Northern Europe,yes"),
    ("actor", "actors.csv", 3, "company,CHN", "compny,CHN"),
    ("event of a case", "events.csv", 3, "leaked,reported", "leaked,reportd"),
    ("event with a citation", "events.csv", 2, "signed,documented", "signed,docmented"),
    ("date of an event", "events.csv", 3, "2022-03-24", "2022-99"),
    ("indicator", "indicators.toml", 35, "decimals = 2", "decimals = 2.5"),
    ("claim with readings", "claims/sample.toml", 5, "paragraph = 3", "paragraph = 3.5"),
]
LOST_FILES = [
    ("indicators.toml", 29, 'title = "Sample democracy"', 'title = "Sample democracy'),
    ("claims/sample.toml", 5, "paragraph = 3", "paragraph = "),
    ("cases.toml", 2, 'case_id = "case-sample"', "case_id = case"),
    ("sources/sample.csv", 1, "reliability,note", "reliability"),
    ("events.csv", 1, "certainty,parties", "parties"),
    ("actors.csv", 1, "wikidata_id,note", "note"),
]

# Rows whose form is wrong, so that not even their cells were read.
SHAPELESS_ROWS = [
    ("short", "sources/sample.csv", 4, "open,A,Invented values.", "open,A"),
    ("of two lines", "sources/sample.csv", 4, "Invented values.", '"Invented\nvalues."'),
    ("not closed", "sources/sample.csv", 4, "src-sample-figures,S", 'src-sample-figures,"S'),
]


def lines_of(ledger: Ledger) -> list[str]:
    return [fault.partition(": ")[0] for fault in ledger.faults()]


@pytest.mark.parametrize(
    ("name", "line", "old", "new"),
    [case[1:] for case in REFUSED_ROWS],
    ids=[case[0] for case in REFUSED_ROWS],
)
def test_row_that_names_a_refused_row_is_not_at_fault(
    small_ledger: Ledger, name: str, line: int, old: str, new: str
) -> None:
    small_ledger.change(name, old, new)
    assert lines_of(small_ledger) == [f"evidence/{name}:{line}"]


@pytest.mark.parametrize(("name", "line", "old", "new"), LOST_FILES)
def test_row_that_names_one_of_a_file_that_cannot_be_read_is_not_at_fault(
    small_ledger: Ledger, name: str, line: int, old: str, new: str
) -> None:
    small_ledger.change(name, old, new)
    assert lines_of(small_ledger) == [f"evidence/{name}:{line}"]


def test_what_is_unknown_besides_is_still_at_fault(small_ledger: Ledger) -> None:
    """An unknown source, indicator and country do not hide behind a refused row of their kind."""
    small_ledger.change("sources/sample.csv", "CC BY 4.0,open,A", "CC BY 4.0,opne,A")
    small_ledger.change("indicators.toml", "decimals = 2", "decimals = 2.5")
    small_ledger.append(FIGURES, "Norway,eiu_over,2021,5,,,,5,src-sample-gazett,p\n")
    assert lines_of(small_ledger) == [
        f"evidence/{FIGURES}:18",
        f"evidence/{FIGURES}:18",
        "evidence/indicators.toml:35",
        "evidence/sources/sample.csv:4",
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Norge,NO", "expected 3 cells, found 2"),
        ("Norge,norway,", "expected country_id: an ISO 3166-1 alpha-3 code, found 'norway'"),
        ("<b>Norge</b>,NOR,", "expected as_written: plain text, found HTML in '<b>Norge</b>'"),
    ],
    ids=["short", "code", "HTML"],
)
def test_one_malformed_spelling_excuses_no_other_country(
    small_ledger: Ledger, row: str, found: str
) -> None:
    small_ledger.append("spellings.csv", f"{row}\n")
    small_ledger.append(FIGURES, ATLANTIS)
    assert small_ledger.faults() == [UNKNOWN, f"evidence/spellings.csv:4: {found}"]


def test_country_whose_spelling_is_malformed_is_not_at_fault(small_ledger: Ledger) -> None:
    small_ledger.append("spellings.csv", "Norge,norway,\n")
    small_ledger.append(FIGURES, ATLANTIS.replace("Atlantis", "Norge"))
    assert lines_of(small_ledger) == ["evidence/spellings.csv:4"]


def test_two_unknown_countries_are_no_id_used_twice(small_ledger: Ledger) -> None:
    """As long as nobody knows the country, there is no id yet."""
    small_ledger.append(FIGURES, ATLANTIS + ATLANTIS.replace("Atlantis", "Lemuria"))
    small_ledger.append(FIGURES, ATLANTIS)
    assert small_ledger.faults() == [
        f"evidence/{FIGURES}:{line}: expected a known country, found {country!r}"
        for line, country in ((18, "Atlantis"), (19, "Lemuria"), (20, "Atlantis"))
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("Eastern Asia,true", "Eastern Asia,yes", 2), ("tile_column,tile_row", "tile_column", 1)],
    ids=["row", "file"],
)
def test_spelling_of_a_refused_country_is_not_at_fault(
    small_ledger: Ledger, old: str, new: str, line: int
) -> None:
    small_ledger.change("countries.csv", old, new)
    assert lines_of(small_ledger) == [f"evidence/countries.csv:{line}"]


@pytest.mark.parametrize(
    ("name", "line", "old", "new"),
    [case[1:] for case in SHAPELESS_ROWS],
    ids=[case[0] for case in SHAPELESS_ROWS],
)
def test_row_that_names_a_row_without_form_is_not_at_fault(
    small_ledger: Ledger, name: str, line: int, old: str, new: str
) -> None:
    small_ledger.change(name, old, new)
    found = {fault.partition(":")[0] for fault in small_ledger.faults()}
    assert found == {f"evidence/{name}"}


@pytest.mark.parametrize(
    ("old", "new"), [(",4.1,", ",4.x,"), ("Pakistan,eiu", "Atlantis,eiu")], ids=["value", "country"]
)
def test_citation_of_a_refused_figure_is_not_at_fault(
    small_ledger: Ledger, old: str, new: str
) -> None:
    small_ledger.change(FIGURES, old, new)
    assert lines_of(small_ledger) == [f"evidence/{FIGURES}:8"]
