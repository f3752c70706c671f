"""Agreements against what was measured: who is in them, what the dates allow, what is unclear."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.precedence.order import run
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

PARAMETERS = read_parameters("sharedfuture.analyse.precedence", "order")
Rows = Sequence[Mapping[str, Any]]
COUNTRIES: Rows = [
    {"country_id": "UGA", "name": "Uganda"},
    {"country_id": "RUS", "name": "Russia"},
    {"country_id": "CHN", "name": "China"},
]
ACTORS: Rows = [
    {"actor_id": "act-huawei", "name": "Huawei", "country_id": "CHN"},
    {"actor_id": "act-cac", "name": "Cyberspace Administration of China", "country_id": "CHN"},
    {"actor_id": "act-uga-police", "name": "Police", "country_id": "UGA"},
    {"actor_id": "act-forum", "name": "A forum", "country_id": None},
]


def tie(tie_id: str, **other: Any) -> dict[str, Any]:
    return {
        "tie_id": tie_id,
        "kind": "supplies",
        "from_id": "act-huawei",
        "to_id": "act-uga-police",
        "since_edtf": "2018",
        "earliest_date": date(2018, 1, 1),
        "latest_date": date(2018, 12, 31),
        "status": "reported",
        **other,
    }


def change(by: date, after: date, **other: Any) -> dict[str, Any]:
    return {
        "blocking_change_id": f"chg-{by}",
        "country_id": "UGA",
        "domain": "site.example",
        "change": "blocked",
        "after_date": after,
        "by_date": by,
        **other,
    }


CHANGE = change(date(2026, 1, 5), date(2026, 1, 2))


def found(
    *,
    ties: Rows = (),
    events: Rows = (),
    parties: Rows = (),
    sightings: Rows = (),
    changes: Rows = (),
    shutdowns: Rows = (),
    counts: Rows = (),
) -> list[dict[str, Any]]:
    frames: dict[str, Rows] = {
        "tie": ties,
        "event": events,
        "event_party": parties,
        "actor": ACTORS,
        "country": COUNTRIES,
        "equipment_sighting": sightings,
        "blocking_change": changes,
        "shutdown_event": shutdowns,
        "shutdown_count": counts,
    }
    told = [frame_of(TABLE[name], rows) for name, rows in frames.items()]
    return run(*told, **PARAMETERS).to_dicts()


def test_agreement_before_what_was_measured() -> None:
    (row,) = found(ties=[tie("tie-a")], changes=[CHANGE])
    assert (row["sequence"], row["days_between"]) == ("agreement_first", 2559)
    assert row["days_between"] == (date(2026, 1, 2) - date(2018, 12, 31)).days
    assert row["row_ids"] == ["tie-a", "chg-2026-01-05"]
    assert row["sentence"] == (
        "In Uganda, the agreement (Supply by Huawei, 2018) came before the first measured block of "
        "site.example (2026-01-02 to 2026-01-05), by 2,559 days at the least. The order is no "
        "cause."
    )


def test_what_stands_somewhere_may_have_stood_there_before() -> None:
    """A sighting after an agreement does not show that the box came after it."""
    sighting = {
        "equipment_sighting_id": "sig-a",
        "country_id": "UGA",
        "kind": "product",
        "subject": "huawei_iae",
        "title": "Filter",
        "vendor_country_id": "CHN",
        "known_by_date": date(2021, 8, 31),
    }
    (after,) = found(ties=[tie("tie-a")], sightings=[sighting])
    assert (after["sequence"], after["measured_earliest"]) == ("unclear", None)
    assert "first known 974 days after it; since when, is not known." in after["sentence"]
    (before,) = found(
        ties=[
            tie("tie-a", earliest_date=date(2022, 1, 1), latest_date=None, since_edtf="2022-01-01/")
        ],
        sightings=[sighting],
    )
    assert (before["sequence"], before["days_between"]) == ("measured_first", 123)
    foreign = {**sighting, "vendor_country_id": "USA"}
    assert found(ties=[tie("tie-a")], sightings=[foreign]) == []


def test_first_of_each_subject_counts() -> None:
    later = change(date(2026, 3, 5), date(2026, 3, 2))
    gone = change(date(2025, 1, 1), date(2024, 12, 1), change="unblocked")
    (row,) = found(ties=[tie("tie-a")], changes=[later, CHANGE, gone])
    assert row["measured_id"] == "chg-2026-01-05"


@pytest.mark.parametrize(
    "other",
    [
        {"status": "unknown"},
        {"status": "not_party"},
        {"kind": "member_of"},
        {"to_id": "act-forum"},
        {"from_id": "RUS"},
        {"from_id": "CHN", "to_id": "act-huawei"},
        {"since_edtf": None, "earliest_date": None, "latest_date": None},
    ],
)
def test_what_is_no_agreement_of_two_with_a_date_is_left_out(other: Mapping[str, Any]) -> None:
    assert found(ties=[tie("tie-a", **other)], changes=[CHANGE]) == []


def test_date_marked_as_about_is_widened() -> None:
    near = tie(
        "tie-a",
        since_edtf="2025-05~",
        earliest_date=date(2025, 5, 1),
        latest_date=date(2025, 5, 31),
    )
    (row,) = found(ties=[near], changes=[CHANGE])
    assert row["sequence"] == "unclear"
    assert "about 2024-04-30 to 2026-06-01" in row["sentence"]
    (sure,) = found(ties=[{**near, "since_edtf": "2025-05"}], changes=[CHANGE])
    assert sure["sequence"] == "agreement_first"


def event(event_id: str, day: date, **other: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "kind": "agreement_police",
        "date_edtf": str(day),
        "earliest_date": day,
        "latest_date": day,
        "title": "Police of both agree",
        **other,
    }


def party(event_id: str, party_id: str, role: str = "signatory") -> dict[str, Any]:
    return {"event_id": event_id, "party_id": party_id, "role": role}


def test_event_with_china_in_it_counts_for_every_other_country() -> None:
    day = date(2015, 5, 8)
    rows = found(
        events=[event("ev-a", day), event("ev-b", day, kind="visit"), event("ev-c", day)],
        parties=[
            *(party("ev-a", item) for item in ("act-cac", "RUS", "act-uga-police")),
            *(party("ev-b", item) for item in ("CHN", "UGA")),
            *(party("ev-c", item) for item in ("RUS", "UGA")),
            party("ev-c", "act-huawei", "named"),
        ],
        changes=[CHANGE],
    )
    assert [(row["country_id"], row["agreement_id"]) for row in rows] == [("UGA", "ev-a")]
    assert rows[0]["agreement"] == "Police of both agree"


def test_event_and_tie_of_the_same_days_are_one_agreement() -> None:
    day = date(2015, 5, 8)
    rows = found(
        events=[event("ev-a", day)],
        parties=[party("ev-a", "CHN"), party("ev-a", "UGA")],
        ties=[tie("tie-a", earliest_date=day, latest_date=day), tie("tie-b")],
        changes=[CHANGE],
    )
    assert [row["agreement_id"] for row in rows] == ["ev-a", "tie-b"]


def test_shutdowns_by_event_else_by_year() -> None:
    year = {
        "shutdown_count_id": "cnt-a",
        "register": "STOP",
        "country_id": "UGA",
        "year": 2016,
        "events": 2,
    }
    (row,) = found(ties=[tie("tie-a")], counts=[year, {**year, "year": 2017, "events": 1}])
    assert (row["sequence"], row["days_between"]) == ("measured_first", 366)
    # A register that has outages too: what was not ordered is no shutdown.
    outages = {**year, "year": 2012, "ordered": 0, "shutdown_count_id": "cnt-b"}
    (row,) = found(ties=[tie("tie-a")], counts=[year, outages])
    assert row["measured_id"] == "cnt-a"
    begun = {
        "shutdown_event_id": "shut-a",
        "country_id": "UGA",
        "cause": "shutdown",
        "start_earliest": date(2021, 1, 13),
        "start_latest": date(2021, 1, 14),
    }
    outage = {**begun, "shutdown_event_id": "shut-b", "cause": "outage"}
    earlier = {**outage, "start_earliest": date(2019, 1, 1), "start_latest": date(2019, 1, 1)}
    (row,) = found(ties=[tie("tie-a")], counts=[year], shutdowns=[begun, earlier])
    assert (row["measured_id"], row["sequence"]) == ("shut-a", "agreement_first")


def test_nothing_measured_is_nothing_said() -> None:
    assert found(ties=[tie("tie-a")]) == []
    assert isinstance(pl.DataFrame(found()), pl.DataFrame)
