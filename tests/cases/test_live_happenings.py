"""Projects and incidents of captured editions beside the events of the ledger."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from sharedfuture.capture import Edition, Part
from sharedfuture.pipeline.live.happenings import INSIDE, inside, with_happenings
from sharedfuture.pipeline.live.listen import Heard, Live, State
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.declaration import declaration

NOBODY: frozenset[str] = frozenset()
CAPTURED_AT = datetime(2026, 3, 1, tzinfo=UTC)
LEDGER: dict[str, pl.DataFrame] = {
    "event": frame_of(
        TABLE["event"],
        [
            {
                "event_id": "ev-aiddata-20",
                "kind": "finance_telecom",
                "date_edtf": "2003-05-04",
                "title": "of the ledger",
            }
        ],
    ),
    "event_party": frame_of(
        TABLE["event_party"],
        [{"event_id": "ev-aiddata-20", "party_id": "DZA", "role": "country"}],
    ),
    "citation": frame_of(
        TABLE["citation"],
        [{"row_id": "ev-aiddata-20", "source_id": "src-aiddata-gcdf-3", "locator": "record 20"}],
    ),
    "stated": frame_of(TABLE["stated"], []),
    "actor": frame_of(TABLE["actor"], [{"actor_id": "act-exim", "country_id": "CHN"}]),
    "country": frame_of(
        TABLE["country"], [{"country_id": code} for code in ("DZA", "AGO", "SLB", "CHN", "FJI")]
    ),
}


def live(source: str, edition: str, **rows: list[dict[str, Any]]) -> Live:
    declared = declaration(source)
    frames = {}
    for kind, said in rows.items():
        schema = schema_of(STATED_TABLE[kind])
        schema.update(country_id=pl.String(), part=pl.String(), row=pl.Int64())
        whole = [
            {name: row.get(name) for name in schema} | {"part": "workbook", "row": at}
            for at, row in enumerate(said, 2)
        ]
        frames[kind] = pl.DataFrame(whole, schema=schema)
    part = Part("workbook", Path("nowhere"), "f" * 64, CAPTURED_AT)
    (of,) = (item for item in declared.edition if item.name == edition)
    heard = Heard(Edition(source, edition, {"workbook": part}), of, frames)
    return Live(source, declared, State.IN_USE, (heard,))


def project(key: str, country: str | None, **other: Any) -> dict[str, Any]:
    return {
        "project_key": key,
        "country_id": country,
        "commitment_year": 2005,
        "title": "China Eximbank provides loan for National Backbone to Huawei",
        "sector": "COMMUNICATIONS",
        "status": "Completion",
        **other,
    }


PROJECTS = [
    project("20", "DZA"),
    project("63", "AGO"),
    project("64", None),
    project("65", "AGO", status="Cancelled"),
    project("66", "AGO", title="Embassy donates television sets"),
    project("67", "AGO", commitment_year=None),
]
INCIDENTS: list[dict[str, Any]] = [
    {"incident_key": "1", "title": "a name", "start_edtf": "2022-05-04"},
    {"incident_key": "2", "title": "a name", "start_edtf": None},
    {"incident_key": "3", "title": "a name", "start_edtf": "2021"},
]
PARTIES: list[dict[str, Any]] = [
    {"incident_key": "1", "role": "initiator", "country_id": "CHN"},
    {"incident_key": "1", "role": "attributed_initiator", "country_id": "CHN"},
    {"incident_key": "1", "role": "receiver", "country_id": "SLB"},
    {"incident_key": "1", "role": "receiver", "country_id": "FJI"},
    {"incident_key": "2", "role": "receiver", "country_id": "SLB"},
    {"incident_key": "3", "role": "receiver", "country_id": None},
]
EUREPOC = live("eurepoc", "1.1", incident=INCIDENTS, incident_party=PARTIES)
AIDDATA = live("aiddata", "gcdf_3.0", project=PROJECTS)


def added(frames: Mapping[str, pl.DataFrame], name: str) -> pl.DataFrame:
    return frames[name].join(LEDGER[name], on=LEDGER[name].columns, how="anti", nulls_equal=True)


def test_nothing_captured_changes_nothing() -> None:
    frames = with_happenings(LEDGER, [], licences_held=NOBODY)
    assert all(frames[name].equals(LEDGER[name]) for name in LEDGER)
    assert [frame.height for frame in inside([], licences_held=NOBODY).values()] == [0, 0]


def test_a_project_is_an_event_that_cites_the_captured_edition() -> None:
    frames = with_happenings(LEDGER, [AIDDATA], licences_held=NOBODY)
    (event,) = added(frames, "event").to_dicts()
    assert event["event_id"] == "ev-aiddata-63"
    assert (event["date_edtf"], event["earliest_date"]) == ("2005", date(2005, 1, 1))
    parties = added(frames, "event_party").select("party_id", "role").rows()
    assert sorted(parties) == [("AGO", "country"), ("act-exim", "financier")]
    (stated,) = added(frames, "stated").to_dicts()
    assert (stated["row_id"], stated["line"], stated["file_sha256"]) == (
        "ev-aiddata-63",
        3,
        "f" * 64,
    )


def test_an_event_of_the_ledger_stands_and_is_cited_once_more() -> None:
    frames = with_happenings(LEDGER, [AIDDATA], licences_held=NOBODY)
    of_20 = frames["event"].filter(pl.col("event_id") == "ev-aiddata-20")
    assert of_20.get_column("date_edtf").to_list() == ["2003-05-04"]
    cited = frames["citation"].filter(pl.col("row_id") == "ev-aiddata-20")
    assert cited.get_column("source_id").to_list() == [
        "src-aiddata-gcdf-3",
        "src-live-aiddata-gcdf_3.0",
    ]


def test_editions_with_numbers_of_their_own_are_named_apart() -> None:
    old = live("aiddata", "gcof_1.0", project=PROJECTS)
    frames = with_happenings(LEDGER, [old], licences_held=NOBODY)
    assert added(frames, "event").get_column("event_id").to_list() == [
        "ev-aiddata-gcof-1.0-20",
        "ev-aiddata-gcof-1.0-63",
    ]


def test_incidents_that_may_not_be_passed_on_stay_inside() -> None:
    frames = with_happenings(LEDGER, [EUREPOC], licences_held=NOBODY)
    assert all(frames[name].equals(LEDGER[name]) for name in LEDGER)
    kept = inside([EUREPOC], licences_held=NOBODY)
    (event,) = kept[INSIDE[0]].to_dicts()
    assert (event["event_id"], event["source_id"]) == ("ev-eurepoc-1", EUREPOC.heard[0].source_id)
    assert event["title"] == "Cyber operation in the register eurepoc (record 1)"
    assert sorted(kept[INSIDE[1]].select("party_id", "role").rows()) == [
        ("CHN", "attributed_to"),
        ("FJI", "target"),
        ("SLB", "target"),
    ]


def test_with_the_licence_they_are_events_as_others() -> None:
    held = frozenset({"eurepoc"})
    frames = with_happenings(LEDGER, [EUREPOC], licences_held=held)
    assert added(frames, "event").get_column("event_id").to_list() == ["ev-eurepoc-1"]
    assert inside([EUREPOC], licences_held=held)[INSIDE[0]].is_empty()


def test_two_registers_with_the_same_incident_have_two_events() -> None:
    other = live("cfr_operations", "2020-11", incident=INCIDENTS, incident_party=PARTIES)
    kept = inside([EUREPOC, other], licences_held=NOBODY)
    assert kept[INSIDE[0]].get_column("event_id").to_list() == [
        "ev-cfr-operations-1",
        "ev-eurepoc-1",
    ]
