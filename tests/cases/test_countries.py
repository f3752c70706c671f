"""Country names against a well-kept library, and territories that other tools lose."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import country_converter
import pandas as pd
import pytest

if TYPE_CHECKING:
    from tests.conftest import Ledger

EVIDENCE = Path(__file__).parents[2] / "evidence"

# Spellings on which the library has not one answer; each is decided here, with its reason.
DECIDED_HERE = {
    "Bolívia": "Portuguese spelling of Bolivia, in a register of ties",
    "CAR": "Central African Republic, in the Access Now register",
    "Congo (Republic)": "the state whose capital is Brazzaville",
    "D.R. Congo": "the state whose capital is Kinshasa",
    "DRC": "the state whose capital is Kinshasa",
    "Holland": "a part of the Netherlands, in common use for the whole",
    "Macau SAR, China": "names two; the text before the comma is what is meant",
    "PRC": "People's Republic of China",
    "ROK": "Republic of Korea",
    "Sahrawi Arab Democratic Republic": "the state that claims Western Sahara",
    "UAE": "United Arab Emirates",
    "XKK": "Kosovo in the codes of some statistics",
    "XKS": "Kosovo in the codes of some statistics",
    "Yugoslavia": "until 2006; its votes are continued by Serbia",
}
TERRITORIES = {
    "XKX": ("Kosovo", "XKX", "Republic of Kosovo"),
    "TWN": ("Taiwan", "TWN", "Chinese Taipei"),
    "HKG": ("Hong Kong", "HKG", "Hong Kong SAR, China"),
    "MAC": ("Macao", "MAC", "Macau"),
    "PSE": ("Palestine", "PSE", "West Bank and Gaza"),
}


def rows(name: str) -> list[dict[str, str]]:
    with (EVIDENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names() -> dict[str, str]:
    """Every way in which the ledger knows a country, with its code."""
    found = {row["name"]: row["country_id"] for row in rows("countries.csv")}
    return found | {row["as_written"]: row["country_id"] for row in rows("spellings.csv")}


@cache
def converter() -> country_converter.CountryConverter:
    """The library with its own table, read as text: pandas would take Namibia's NA for nothing."""
    path = country_converter.country_converter.COUNTRY_DATA_FILE
    table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    table["obsolete"] = table["obsolete"].replace("", None)
    return country_converter.CountryConverter(country_data=table)


def answers() -> dict[str, str | None]:
    """The library's one answer for each name; None where it has none, or several."""
    known = names()
    with pytest.MonkeyPatch.context() as patch:
        log = country_converter.country_converter.log
        patch.setattr(log, "warning", lambda *_: None)
        found = converter().convert(list(known), to="ISO3", not_found="none")
    return {
        name: code if isinstance(code, str) and code != "none" else None
        for name, code in zip(known, found, strict=True)
    }


def test_every_name_agrees_where_the_library_has_one_answer() -> None:
    known = names()
    differing = {
        name: (known[name], code)
        for name, code in answers().items()
        if code is not None and code != known[name]
    }
    assert differing == {}


def test_names_without_one_answer_are_decided_with_a_reason() -> None:
    assert {name for name, code in answers().items() if code is None} == set(DECIDED_HERE)


def test_no_spelling_names_two_countries() -> None:
    folded = {(name.casefold(), code) for name, code in names().items()}
    spellings = [name for name, _ in folded]
    assert len(spellings) == len(set(spellings))
    assert len({row["name"] for row in rows("countries.csv")}) == len(rows("countries.csv"))


def test_codes_of_two_and_three_letters_belong_together() -> None:
    wrong = {
        row["country_id"]: row["iso2"]
        for row in rows("countries.csv")
        if converter().convert(row["country_id"], src="ISO3", to="ISO2") != row["iso2"]
    }
    assert wrong == {}


def test_members_of_the_united_nations_are_those_of_the_library() -> None:
    members = {row["country_id"] for row in rows("countries.csv") if row["is_un_member"] == "true"}
    listed = converter().data
    assert members == set(listed.loc[listed["UNmember"] != "", "ISO3"])
    assert len(members) == 193


def test_tiles_do_not_overlap() -> None:
    tiles = [(row["tile_column"], row["tile_row"]) for row in rows("countries.csv")]
    assert sorted(tiles) == sorted(set(tiles))


def test_territories_keep_their_own_rows(small_ledger: Ledger) -> None:
    """Through alignment, under every name; none is folded into another country or lost."""
    for name in ("countries.csv", "spellings.csv"):
        real = (EVIDENCE / name).read_text(encoding="utf-8")
        small_ledger.write(name, real.replace("src-iso-3166", "src-sample-figures"))
    figures = ""
    for spellings in TERRITORIES.values():
        for year, spelling in enumerate(spellings, start=2015):
            figures += f'"{spelling}",eiu_overall,{year},5,,,,5,src-sample-figures,p\n'
    small_ledger.append("figures/sample.csv", figures)
    sources = {
        f"{row['source_id']},Source,Sample Institute,2023,,not stated,open,A,\n"
        for row in rows("countries.csv")
        if row["source_id"] != "src-iso-3166"
    }
    small_ledger.append("sources/sample.csv", "".join(sorted(sources)))
    tables = small_ledger.tables()
    figure_ids = set(tables["figure"]["figure_id"])
    for code, spellings in TERRITORIES.items():
        assert tables["country"]["country_id"].to_list().count(code) == 1
        for year, spelling in enumerate(spellings, start=2015):
            assert f"fig-{code}-eiu_overall-{year}" in figure_ids, spelling
