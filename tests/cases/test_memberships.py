"""Memberships that sources state, beside the ledger's ties: the ledger wins where they differ."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.align.memberships import ACTORS, BesideLedger, Said, beside_ledger
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.cow_igo.organisations import ORGANISATIONS
from sharedfuture.sources.declaration import source_names

EVIDENCE = Path(__file__).parents[2] / "evidence"
LEDGER = [
    ("tie-bra-brics", "member_of", "BRA", "act-brics", "active", "2006", None),
    ("tie-arg-brics-not", "member_of", "ARG", "act-brics", "not_party", None, None),
    ("tie-irn-sco-observer", "participates_in", "IRN", "act-sco", "observer", "2005", "2023-07"),
    ("tie-irn-sco", "member_of", "IRN", "act-sco", "active", "2023-07", None),
    ("tie-chn-sco", "member_of", "CHN", "act-sco", "active", "2001-06", None),
    ("tie-chn-partners", "partners_with", "CHN", "act-cica", "announced", "2017", None),
]


def ledger() -> pl.DataFrame:
    names = ("tie_id", "kind", "from_id", "to_id", "status", "since_edtf", "until_edtf")
    return frame_of(TABLE["tie"], [dict(zip(names, row, strict=True)) for row in LEDGER])


def said(source: str, year: int, *rows: Mapping[str, object]) -> Said:
    """Rows as a reader states them, aligned; only what is given is filled in."""
    schema = {**schema_of(STATED_TABLE["membership"]), "country_id": pl.String()}
    filled = [
        {"as_written": "as it stands", "part": "part", "row": at, **row}
        for at, row in enumerate(rows, 1)
    ]
    return Said(source, pl.DataFrame(filled, schema=schema), date(year, 12, 31))


def member(country: str, organisation: str, **more: object) -> dict[str, object]:
    return {
        "organisation": organisation,
        "country_as_written": country.lower(),
        "country_id": country,
        "status": "member",
        **more,
    }


def ids(found: BesideLedger) -> list[str]:
    return found.ties.get_column("tie_id").to_list()


def test_what_the_ledger_lacks_becomes_a_tie_that_leads_to_its_cell() -> None:
    found = beside_ledger(
        ledger(),
        [said("cow_igo", 2014, member("IND", "AALCO", since_edtf="1957", until_edtf="2010"))],
    )
    assert found.ties.schema == schema_of(TABLE["tie"])
    (tie,) = found.ties.rows(named=True)
    assert tie == {
        "tie_id": "tie-ind-aalco-cow_igo-1957",
        "kind": "member_of",
        "from_id": "IND",
        "to_id": "act-aalco",
        "from_as_written": "ind",
        "to_as_written": "AALCO",
        "since_edtf": "1957",
        "until_edtf": "2010",
        "earliest_date": date(1957, 1, 1),
        "latest_date": date(2010, 12, 31),
        "status": "active",
        "disclosed_by": "researcher",
        "note": "member by cow_igo (as it stands)",
    }
    assert found.origins.rows() == [("tie-ind-aalco-cow_igo-1957", "cow_igo", "part", 1)]
    assert found.differences.is_empty()


def test_membership_without_end_says_until_when_it_is_known() -> None:
    source = said("cow_igo", 2014, member("CHN", "aalco", since_edtf="1983"))
    tie = beside_ledger(ledger(), [source]).ties.row(0, named=True)
    assert tie["until_edtf"] == "2014-12-31/.."
    assert tie["latest_date"] is None
    assert tie["note"].endswith(", as of 2014-12-31")


def test_same_membership_is_no_difference() -> None:
    found = beside_ledger(ledger(), [said("factbook", 2026, member("BRA", "BRICS"))])
    assert ids(found) == []
    assert found.differences.is_empty()


@pytest.mark.parametrize(
    ("source", "country", "what", "tie_id", "stated"),
    [
        (
            said("factbook", 2026, member("IRN", "SCO", status="observer")),
            "IRN",
            "status",
            "tie-irn-sco",
            "participates_in observer",
        ),
        (
            said("cow_igo", 2014, member("CHN", "SCO", since_edtf="1996")),
            "CHN",
            "since",
            "tie-chn-sco",
            "member_of active 1996/",
        ),
        (
            said("factbook", 2026, member("ARG", "BRICS")),
            "ARG",
            "status",
            "tie-arg-brics-not",
            "member_of active",
        ),
    ],
)
def test_ledger_wins_and_both_statements_are_kept(
    source: Said, country: str, what: str, tie_id: str, stated: str
) -> None:
    found = beside_ledger(ledger(), [source])
    assert ids(found) == []
    (difference,) = found.differences.rows(named=True)
    assert (difference["country_id"], difference["what"]) == (country, what)
    assert difference["tie_id"] == tie_id
    assert difference["stated_says"] == stated
    assert difference["ledger_says"] in {
        "member_of active 2023-07/",
        "member_of active 2001-06/",
        "member_of not_party",
    }


def test_earlier_standing_is_held_to_the_tie_of_its_own_time() -> None:
    before = member("IRN", "SCO", status="observer", since_edtf="2005")
    assert beside_ledger(ledger(), [said("cow_igo", 2014, before)]).differences.is_empty()
    earlier = member("BRA", "BRICS", status="observer")
    found = beside_ledger(ledger(), [said("factbook", 2004, earlier)])
    assert ids(found) == ["tie-bra-brics-factbook-observer"]
    assert found.differences.is_empty()


def test_beginning_that_is_in_doubt_contradicts_nothing() -> None:
    row = member("CHN", "SCO", since_edtf="1996?")
    assert beside_ledger(ledger(), [said("cow_igo", 2014, row)]).differences.is_empty()


def test_second_source_adds_only_what_it_says_otherwise() -> None:
    older = said(
        "cow_igo",
        2014,
        member("KAZ", "CICA", since_edtf="2006"),
        member("USA", "CICA", since_edtf="2006", until_edtf="2010"),
    )
    newer = said("factbook", 2026, member("KAZ", "CICA"), member("USA", "CICA", status="observer"))
    assert ids(beside_ledger(ledger(), [newer, older])) == [
        "tie-kaz-cica-cow_igo-2006",
        "tie-usa-cica-cow_igo-2006",
        "tie-usa-cica-factbook-observer",
    ]


def test_partnership_of_another_kind_is_no_membership() -> None:
    found = beside_ledger(ledger(), [said("factbook", 2026, member("CHN", "CICA"))])
    assert ids(found) == ["tie-chn-cica-factbook"]


def test_what_is_no_country_or_no_actor_of_the_ledger_is_left_out() -> None:
    found = beside_ledger(
        ledger(),
        [
            said(
                "factbook",
                2026,
                member("IND", "SCO", country_id=None),
                member("IND", "SCO", status="represented"),
                member("IND", "OIC"),
            )
        ],
    )
    assert ids(found) == []
    assert found.origins.is_empty()
    assert found.differences.is_empty()


def test_source_whose_names_are_not_declared_is_refused() -> None:
    with pytest.raises(KeyError, match="another"):
        beside_ledger(ledger(), [said("another", 2026, member("IND", "SCO"))])


def test_declared_names_lead_to_organisations_of_the_ledger() -> None:
    with (EVIDENCE / "actors.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["actor_id"]: row["kind"] for row in csv.DictReader(file)}
    named = {actor for names in ACTORS.values() for actor in names.values()}
    assert {kinds[actor] for actor in named} <= {"organisation", "forum", "bank"}
    assert set(ACTORS) <= set(source_names())
    assert set(ACTORS["cow_igo"]) <= set(ORGANISATIONS)
