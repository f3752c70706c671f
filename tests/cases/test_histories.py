"""Histories: which rows become a happening, whose it is, and which rows are the same one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.playbooks import kinds
from sharedfuture.analyse.playbooks.history import STEP, run
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.live.happenings import inside
from sharedfuture.pipeline.live.registers import registers_of
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

PARAMETERS = read_parameters("sharedfuture.analyse.playbooks", "history")
Rows = Sequence[Mapping[str, Any]]
COUNTRIES: Rows = [
    {"country_id": code, "name": name}
    for code, name in (
        ("SLB", "Solomon Islands"),
        ("KAZ", "Kazakhstan"),
        ("AUS", "Australia"),
        ("CHN", "China"),
        ("RUS", "Russia"),
        ("USA", "United States"),
    )
]
ACTORS: Rows = [
    {"actor_id": "act-huawei", "name": "Huawei", "country_id": "CHN"},
    {"actor_id": "act-exim", "name": "Export-Import Bank of China", "country_id": "CHN"},
    {"actor_id": "act-cac", "name": "Cyberspace Administration of China", "country_id": "CHN"},
    {"actor_id": "act-slb-police", "name": "Police", "country_id": "SLB"},
    {"actor_id": "act-sco", "name": "SCO", "country_id": None},
    {"actor_id": "act-brics", "name": "BRICS", "country_id": None},
    {"actor_id": "act-dfi", "name": "Declaration", "country_id": None},
    {"actor_id": "act-paris-call", "name": "Paris Call", "country_id": None},
    {"actor_id": "act-pla", "name": "People's Liberation Army", "country_id": "CHN"},
    {"actor_id": "act-us-dod", "name": "Department of Defense", "country_id": "USA"},
]
SOURCES: Rows = [
    {
        "source_id": f"src-{name}",
        "publisher": publisher,
        "published_by_date": date(2023, 12, 12),
        "redistribution": may,
        "reliability": "B",
    }
    for name, publisher, may in (
        ("one", "One", "link_only"),
        ("one-again", "one ", "link_only"),
        ("two", "Two", "cite"),
        ("register", "Register", "derived_only"),
    )
]


def event(event_id: str, kind: str, day: date, last: date | None = None) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "kind": kind,
        "date_edtf": str(day) if last is None else f"{day}/{last}",
        "earliest_date": day,
        "latest_date": last or day,
        "title": event_id,
        "certainty": "documented",
    }


def tie(tie_id: str, kind: str, one: str, other: str, **more: Any) -> dict[str, Any]:
    return {
        "tie_id": tie_id,
        "kind": kind,
        "from_id": one,
        "to_id": other,
        "since_edtf": "2022-04",
        "earliest_date": date(2022, 4, 1),
        "latest_date": date(2022, 4, 30),
        "status": "signed",
        **more,
    }


def parties(event_id: str, **roles: str) -> list[dict[str, Any]]:
    return [
        {"event_id": event_id, "party_id": party, "role": role}
        for role, several in roles.items()
        for party in several.split()
    ]


def cited(row_id: str, *names: str) -> list[dict[str, Any]]:
    return [{"row_id": row_id, "source_id": f"src-{name}", "locator": "page"} for name in names]


def figure(indicator: str, value: float, period: str = "2022") -> dict[str, Any]:
    return {
        "figure_id": f"fig-SLB-{indicator}-{period}",
        "country_id": "SLB",
        "indicator_id": indicator,
        "period": period,
        "value": value,
    }


def history(**rows: Rows) -> pl.DataFrame:
    """The history of a made-up ledger; what is not given is empty."""
    frames: dict[str, pl.DataFrame] = {}
    registers = registers_of([]) | inside([], licences_held=frozenset())
    for name, stage in STEP.reads.items():
        given = {"countries": COUNTRIES, "actors": ACTORS, "sources": SOURCES} | rows
        empty = registers.get(stage)
        if empty is None:
            frames[name] = frame_of(TABLE[stage.partition(".")[2]], given.get(name, []))
        else:
            made = [{key: row.get(key) for key in empty.columns} for row in given.get(name, [])]
            frames[name] = pl.DataFrame(made, schema=empty.schema)
    arguments: dict[str, Any] = {**frames, **PARAMETERS}
    return run(**arguments)


def told(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.select("country_id", "sponsor_id", "kind", "origins").rows()


def test_an_event_is_a_happening_of_the_country_with_the_sponsor_that_took_part() -> None:
    found = history(
        events=[event("ev-loan", "finance_telecom", date(2022, 8, 18))],
        parties=parties("ev-loan", country="SLB", financier="act-exim", vendor="act-huawei"),
        citations=cited("ev-loan", "one"),
    )
    assert told(found) == [("SLB", "CHN", "finance_telecom", 1)]
    assert found.get_column("history_id").to_list() == ["his-SLB-ev-loan"]
    assert found.get_column("row_id").to_list() == ["ev-loan"]


def test_who_issued_a_report_or_is_only_named_is_no_sponsor() -> None:
    found = history(
        events=[
            event("ev-cable", "telecom_contract", date(2018, 6, 13)),
            event("ev-base", "military_base_considered", date(2020, 9, 1)),
        ],
        parties=[
            *parties("ev-cable", country="SLB", counterpart="AUS", named="act-huawei"),
            *parties("ev-base", country="SLB", named="act-pla", issuer="act-us-dod"),
        ],
    )
    assert told(found) == [
        ("AUS", None, "telecom_contract", 0),
        ("SLB", "CHN", "military_base_considered", 0),
        ("SLB", None, "telecom_contract", 0),
    ]


def test_countries_beside_each_other_are_not_each_others_sponsors() -> None:
    found = history(
        events=[event("ev-visit", "visit", date(2022, 4, 1))],
        parties=parties("ev-visit", host="SLB", country="AUS USA"),
    )
    assert set(found.select("country_id", "sponsor_id").rows()) == {
        ("SLB", "USA"),
        ("AUS", None),
    }


def test_a_country_is_never_its_own_sponsor() -> None:
    found = history(
        ties=[tie("tie-chn-sco", "member_of", "CHN", "act-sco", status="active")],
        events=[event("ev-forum", "forum_held", date(2015, 12, 16))],
        parties=parties("ev-forum", host="CHN", organiser="act-cac"),
    )
    assert found.select("country_id", "sponsor_id", "kind").rows() == [
        ("CHN", None, "forum_held"),
        ("CHN", "RUS", "forum_joined"),
    ]


@pytest.mark.parametrize(
    ("party", "status", "expected"),
    [
        ("act-sco", "active", ["his-KAZ-tie-x-CHN", "his-KAZ-tie-x-RUS"]),
        ("act-dfi", "active", ["his-KAZ-tie-x"]),
        ("act-paris-call", "active", []),
        ("act-dfi", "not_party", []),
        ("act-dfi", "denied", []),
        ("act-dfi", "unknown", []),
    ],
)
def test_joining_an_instrument_counts_for_those_whose_it_is(
    party: str, status: str, expected: list[str]
) -> None:
    found = history(ties=[tie("tie-x", "signatory_of", "KAZ", party, status=status)])
    assert found.get_column("history_id").to_list() == expected


def test_two_forums_joined_at_once_are_two_happenings() -> None:
    found = history(
        ties=[
            tie("tie-a", "member_of", "KAZ", "act-sco"),
            tie("tie-b", "member_of", "KAZ", "act-brics"),
        ]
    )
    assert found.height == 4


def test_the_same_agreement_as_event_and_as_tie_is_one_row_that_rests_on_both() -> None:
    found = history(
        events=[event("ev-pact", "agreement_security", date(2022, 4, 1), date(2022, 4, 30))],
        parties=parties("ev-pact", country="SLB", counterpart="CHN"),
        ties=[tie("tie-pact", "agreement_with", "SLB", "CHN")],
        citations=[*cited("ev-pact", "one"), *cited("tie-pact", "two", "one-again")],
    )
    assert told(found) == [("SLB", "CHN", "agreement_security", 2)]
    assert found.get_column("row_ids").to_list() == [["ev-pact", "tie-pact"]]


def test_fifty_planted_rows_of_one_publisher_are_one_row_of_one_origin() -> None:
    names = [f"ev-planted-{number:02}" for number in range(50)]
    ties = [
        tie(f"tie-planted-{number:02}", "trains", "act-cac", "act-slb-police")
        for number in range(50)
    ]
    found = history(
        events=[event(name, "training", date(2022, 4, 10)) for name in names],
        parties=[
            party for name in names for party in parties(name, trainee="SLB", trainer="act-cac")
        ],
        ties=ties,
        citations=[
            row
            for number, name in enumerate([*names, *(each["tie_id"] for each in ties)])
            for row in cited(name, "one" if number % 2 else "one-again")
        ],
    )
    assert told(found) == [("SLB", "CHN", "training", 1)]
    assert len(found.get_column("row_ids").to_list()[0]) == 100


def test_a_vague_row_joins_one_happening_and_glues_no_two_together() -> None:
    found = history(
        events=[
            event("ev-first", "training", date(2017, 4, 1)),
            event("ev-second", "training", date(2022, 10, 1)),
        ],
        parties=[
            *parties("ev-first", trainee="SLB", trainer="CHN"),
            *parties("ev-second", trainee="SLB", trainer="CHN"),
        ],
        figures=[figure("china_index_2024_police_training", 3, "2024")],
    )
    assert found.get_column("row_ids").to_list() == [
        ["ev-first", "fig-SLB-china_index_2024_police_training-2024"],
        ["ev-second"],
    ]


def test_figures_say_that_something_happened_in_or_by_their_period() -> None:
    found = history(
        figures=[
            figure("access_now_shutdowns", 3),
            figure("access_now_shutdowns", 0, "2021"),
            figure("china_index_2024_police_agreement", 4, "2024"),
            figure("eiu_overall", 4),
        ]
    )
    assert found.select(
        "kind", "sponsor_id", "date_edtf", "earliest_date", "latest_date"
    ).rows() == [
        ("shutdown", None, "2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("agreement_police", "CHN", "/2024", None, date(2024, 12, 31)),
    ]


def test_a_tie_without_a_date_was_there_when_it_was_first_published() -> None:
    undated = {"since_edtf": None, "earliest_date": None, "latest_date": None}
    found = history(
        ties=[
            tie("tie-told", "partners_with", "SLB", "act-cac", **undated),
            tie("tie-untold", "partners_with", "KAZ", "act-cac", **undated),
        ],
        citations=cited("tie-told", "one"),
    )
    assert found.select("row_id", "date_edtf", "earliest_date", "latest_date").rows() == [
        ("tie-told", "/2023-12-12", None, date(2023, 12, 12))
    ]


def test_a_first_block_is_a_happening_and_its_end_is_none() -> None:
    change = {
        "country_id": "SLB",
        "domain": "site.example",
        "after_date": date(2022, 1, 2),
        "by_date": date(2022, 1, 5),
    }
    found = history(
        changes=[
            {**change, "blocking_change_id": "change-a", "change": "blocked"},
            {**change, "blocking_change_id": "change-b", "change": "unblocked"},
        ],
        counts=[
            {
                "measurement_count_id": "mc-a",
                "country_id": "SLB",
                "kind": "website",
                "subject": "site.example",
            }
        ],
        citations=cited("mc-a", "one"),
    )
    assert told(found) == [("SLB", None, "blocking", 1)]


def test_filtering_equipment_is_of_its_makers_country_where_that_is_a_sponsor() -> None:
    sighting = {
        "country_id": "SLB",
        "kind": "product",
        "basis": "publication",
        "known_by_date": date(2024, 10, 31),
    }
    found = history(
        sightings=[
            {
                **sighting,
                "equipment_sighting_id": f"sig-{name}",
                "subject": name,
                "title": name,
                "vendor_country_id": country,
            }
            for name, country in (("huawei_iae", "CHN"), ("netsweeper", "CAN"))
        ]
    )
    assert found.select("sponsor_id", "title", "earliest_date").rows() == [
        ("CHN", "huawei_iae seen", None),
        (None, "netsweeper seen", None),
    ]


def test_a_single_event_that_may_not_be_passed_on_stands_with_its_year_and_its_source() -> None:
    found = history(
        events=[
            event("ev-secret", "cyber_operation", date(2022, 5, 4)),
            event("ev-secret-too", "cyber_operation", date(2022, 9, 4)),
            event("ev-open", "cyber_operation", date(2021, 5, 4)),
        ],
        parties=[
            party
            for name in ("ev-secret", "ev-secret-too", "ev-open")
            for party in parties(name, target="SLB", attributed_to="CHN")
        ],
        citations=[
            *cited("ev-secret", "register"),
            *cited("ev-secret-too", "register"),
            *cited("ev-open", "register", "two"),
        ],
    )
    assert found.select("history_id", "date_edtf", "row_id").rows() == [
        ("his-SLB-ev-open", "2021-05-04", "ev-open"),
        ("his-SLB-src-register-cyber_operation-2022", "2022", "src-register"),
    ]
    assert found.get_column("row_ids").to_list() == [["ev-open"], ["src-register"]]


def test_events_kept_inside_stand_with_their_year_and_join_a_count_of_the_same_register() -> None:
    found = history(
        inside_events=[
            {**event("ev-secret", "cyber_operation", date(2022, 5, 4)), "source_id": "src-register"}
        ],
        inside_parties=parties("ev-secret", target="SLB", attributed_to="CHN"),
        figures=[figure("eurepoc_incidents_by_china", 2)],
        citations=cited("fig-SLB-eurepoc_incidents_by_china-2022", "register"),
    )
    assert told(found) == [("SLB", "CHN", "cyber_operation", 1)]
    assert "ev-secret" not in str(found.rows())
    assert "05-04" not in str(found.rows())


def test_every_kind_that_a_rule_gives_has_a_title() -> None:
    known = set(kinds.titles())
    given = {rule.kind for rule in kinds.instrument_rules()}
    given |= {rule.kind for rule in kinds.figure_rules()}
    given |= {kind for rule in kinds.tie_rules() for kind in (rule.kind, *rule.may_be)}
    assert given <= known
    assert set(PARAMETERS["named_kinds"]) | set(PARAMETERS["kinds_by_subject"]) <= known
