"""The pages of records: claims, cases, doctrine, institutions, events."""

from collections import Counter
from collections.abc import Iterator

from sharedfuture.publish.site import words
from sharedfuture.publish.site.country import country_events, event_order
from sharedfuture.publish.site.evidence import (
    Evidence,
    cited_by,
    event_evidence,
    evidence_of,
    tie_evidence,
)
from sharedfuture.publish.site.home import INSTITUTIONS, case_page, tie_page
from sharedfuture.publish.site.institutions import draw_institutions, institutional_ties
from sharedfuture.publish.site.page import Page, row_ids_of
from sharedfuture.publish.site.shelf import Row, Shelf

DOCTRINE_KINDS = (
    ("principle", "Principles"),
    ("proposal", "Proposals"),
    ("edition", "Editions of the text"),
    ("term", "Loaded terms"),
)


def record_pages(shelf: Shelf) -> Iterator[Page]:
    """Every page that shows records of the ledger one by one."""
    yield _claims(shelf)
    yield _case_index(shelf)
    for case in shelf.rows("case_history"):
        yield _case(shelf, case)
    yield _doctrine(shelf)
    yield _institutions(shelf)
    yield _events(shelf)


def _claims(shelf: Shelf) -> Page:
    claims = sorted(shelf.rows("claim"), key=lambda row: (row["paragraph"], row["claim_id"]))
    counts = Counter(claim["verdict"] for claim in claims)
    return Page(
        path="claims.html",
        template="claims.html",
        title="The report's claims, one by one",
        description="Each checkable statement of the report with its verdict, the reason, the "
        "test that decides it and the evidence.",
        section="claims.html",
        context={
            "claims": [(claim, evidence_of(shelf, claim["claim_id"], what="")) for claim in claims],
            "cited": {
                row["reading_id"]: cited_by(shelf, row["reading_id"])
                for row in shelf.rows("reading")
            },
            "counts": [(name, counts.get(name, 0)) for name in words.VERDICT_SIGN],
            "kinds": sorted({claim["kind"] for claim in claims}),
        },
    )


def _case_index(shelf: Shelf) -> Page:
    return Page(
        path="cases/index.html",
        template="cases.html",
        title="Case histories",
        description="The report's case histories as dated events, each with its source.",
        section="cases/index.html",
        context={"cases": shelf.rows("case_history")},
    )


def _case(shelf: Shelf, case: Row) -> Page:
    steps = [row for row in shelf.rows("case_step") if row["case_id"] == case["case_id"]]
    known = [(step, shelf.event.get(step["event_id"])) for step in steps]
    shown = {step["event_id"] for step in steps}
    others = [
        row for row in country_events(shelf, case["country_id"]) if row["event_id"] not in shown
    ]
    events = [event for _, event in known if event is not None] + others
    evidence = [
        evidence_of(shelf, case["case_id"], what=case["title"]),
        *(event_evidence(shelf, event) for event in events),
    ]
    related = [shelf.claim[key] for key in shelf.party_claims.get(case["country_id"], [])]
    return Page(
        path=case_page(case["case_id"]),
        template="case.html",
        title=str(case["title"]),
        description=f"{case['title']}: what happened when, and where the report and other "
        "sources differ.",
        section="cases/index.html",
        context={
            "case": case,
            "steps": known,
            "others": others,
            "compared": [
                (claim, shelf.readings[claim["claim_id"]])
                for claim in related
                if claim["claim_id"] in shelf.readings
            ],
            "related": related,
            "cited": {entry.row_id: entry.cited for entry in evidence}
            | {
                reading["reading_id"]: cited_by(shelf, reading["reading_id"])
                for claim in related
                for reading in shelf.readings.get(claim["claim_id"], [])
            },
            "evidence": evidence,
        },
        here=row_ids_of(evidence),
    )


def _doctrine(shelf: Shelf) -> Page:
    entries = {
        kind: sorted(
            (row for row in shelf.rows("doctrine") if row["kind"] == kind),
            key=lambda row: (row["position"] or 0, row["doctrine_id"]),
        )
        for kind, _ in DOCTRINE_KINDS
    }
    evidence = [
        evidence_of(shelf, row["doctrine_id"], what=row["title"]) for row in shelf.rows("doctrine")
    ]
    return Page(
        path="doctrine.html",
        template="doctrine.html",
        title="The doctrine",
        description="The principles, proposals, editions and loaded terms of the community with a "
        "shared future in cyberspace.",
        section="doctrine.html",
        context={
            "groups": [(title, entries[kind]) for kind, title in DOCTRINE_KINDS if entries[kind]],
            "evidence": evidence,
        },
    )


def _institutions(shelf: Shelf) -> Page:
    ties = institutional_ties(shelf)
    evidence = [
        *(
            evidence_of(shelf, row["actor_id"], what=row["name"], note=row["note"])
            for row in shelf.rows("actor")
        ),
        *(
            tie_evidence(shelf, tie)
            for tie in shelf.rows("tie")
            if tie_page(shelf, tie) == INSTITUTIONS
        ),
        *(
            evidence_of(shelf, row["tally_id"], what=row["statement"], note=row["note"])
            for row in shelf.rows("tally")
        ),
    ]
    return Page(
        path=INSTITUTIONS,
        template="institutions.html",
        title="Institutions and their ties",
        description="Agencies, response teams, companies, forums and instruments, and the "
        "documented ties between them.",
        section=INSTITUTIONS,
        context={
            "drawing": draw_institutions(shelf),
            "ties": [(tie, cited_by(shelf, tie["tie_id"])) for tie in ties],
            "actors": sorted(shelf.rows("actor"), key=lambda row: str(row["name"]).casefold()),
            "tallies": [(row, cited_by(shelf, row["tally_id"])) for row in shelf.rows("tally")],
            "evidence": evidence,
        },
    )


def _events(shelf: Shelf) -> Page:
    events = sorted(shelf.rows("event"), key=event_order)
    evidence: list[Evidence] = [event_evidence(shelf, event) for event in events]
    return Page(
        path="events.html",
        template="events.html",
        title="Events",
        description="Every dated event of the release in order of time, with its parties, how "
        "certain it is, and its sources.",
        section="events.html",
        context={
            "events": list(zip(events, evidence, strict=True)),
            "kinds": sorted({event["kind"] for event in events}),
        },
    )
