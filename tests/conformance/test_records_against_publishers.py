"""Events, memberships and totals read from pages: each of them is in the ledger."""

from collections import Counter
from collections.abc import Callable, Mapping

import polars as pl
import pytest

pytestmark = pytest.mark.conformance

Read = Callable[[str], list[dict[str, str]]]
Say = Callable[[str, int, int], None]
Tables = Mapping[str, pl.DataFrame]

# The ledger's name of each body or text.
ACTORS = {
    "AIIB": ("act-aiib",),
    "BRI Digital Economy International Cooperation Initiative": ("act-bri-digital-2017",),
    "BRI MoU": ("act-bri-mou", "act-bri"),
    "BRICS": ("act-brics",),
    "Budapest Convention on Cybercrime": ("act-budapest",),
    "CASCF": ("act-cascf",),
    "China + Central Asia Data Security Cooperation Initiative": ("act-data-security-c5",),
    "China-LAS Cooperation Initiative on Data Security": ("act-data-security-las",),
    "Declaration for the Future of the Internet": ("act-dfi",),
    "FOCAC": ("act-focac",),
    "Freedom Online Coalition": ("act-foc",),
    "Group of Friends of the Global Development Initiative": ("act-gdi-friends",),
    "International Code of Conduct for Information Security (A/66/359)": ("act-code-2011",),
    "International Code of Conduct for Information Security (A/69/723)": ("act-code-2015",),
    "Paris Call for Trust and Security in Cyberspace": ("act-paris-call",),
    "SCO": ("act-sco",),
    "SCO Agreement on Cooperation in Ensuring International Information Security": (
        "act-sco-agreement-2009",
    ),
    "UN Convention against Cybercrime": ("act-un-cybercrime",),
}

# Parties that are no country.
BODIES = {
    "League of Arab States": "act-las",
    "European Commission": "act-european-commission",
    "European Union": "act-european-union",
}


def test_memberships_and_signatures(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("alignment/memberships/memberships_and_signatories_from_pages.csv")
    ties = tables["tie"].rows(named=True)
    missing = [
        (row["organisation"], row["country"], row["date"])
        for row in rows
        if not any(_is_same_tie(row, tie) for tie in ties)
    ]
    assert missing == []
    assert len(rows) == 398
    say("memberships and signatures", len(rows), len(rows) - len(missing))


def _is_same_tie(row: Mapping[str, str], tie: Mapping[str, object]) -> bool:
    """Same party, as code or as written, same body, and a date that is not another one."""
    is_party = tie["from_id"] in (row["iso3"], BODIES.get(row["country"]))
    is_party = is_party or tie["from_as_written"] == row["country"]
    is_body = tie["to_id"] in ACTORS[row["organisation"]]
    return is_party and is_body and _is_same_date(row["date"], tie["since_edtf"])


def _is_same_date(written: str, edtf: object) -> bool:
    """A date of the file is the beginning of ours, or the other way round; none fits any."""
    ours = str(edtf or "").strip("/~?.")
    return not written or not ours or ours.startswith(written) or written.startswith(ours)


# What the file calls a channel, the ledger calls a kind of event.
_KIND = {"military_base_considered": ("military_base_considered", "military_base")}


def test_events_read_from_pages(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("alignment/agreements_and_events/events_from_pages.csv")
    events = tables["event"].rows(named=True)
    parties: dict[str, set[str]] = {}
    for event_id, party_id in tables["event_party"].select("event_id", "party_id").iter_rows():
        parties.setdefault(event_id, set()).add(party_id)
    missing = []
    for row in rows:
        kind = row["channel"].replace("-", "_")
        found = [
            event["event_id"]
            for event in events
            if event["kind"] in _KIND.get(kind, (kind,))
            and (not row["iso3"] or row["iso3"] in parties[event["event_id"]])
            and _is_same_date(row["date"], event["date_edtf"])
        ]
        if not found:
            missing.append((row["country"], row["channel"], row["date"]))
    assert missing == []
    assert len(rows) == 54
    say("events from pages", len(rows), len(rows) - len(missing))


def test_totals_without_names(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("alignment/memberships/aggregate_counts_over_time.csv")
    ours = Counter(
        (str(as_of or "")[:7], value)
        for as_of, value in tables["tally"].select("as_of", "value").iter_rows()
    )
    theirs = Counter((row["as_of"][:7], float(row["value"])) for row in rows)
    assert theirs - _without_days(ours, theirs) == Counter()
    assert len(rows) == 30
    say("totals without names", len(rows), sum(theirs.values()))


def _without_days(
    ours: Counter[tuple[str, float]], theirs: Counter[tuple[str, float]]
) -> Counter[tuple[str, float]]:
    """Ours, counted also under no date where the file gives none."""
    undated = {value for as_of, value in theirs if not as_of}
    return ours + Counter(("", value) for as_of, value in ours if as_of and value in undated)
