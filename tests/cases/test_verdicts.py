"""From readings and answers to verdicts: every rule of the method as a table of cases."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.claims import readings as readings_step
from sharedfuture.analyse.claims import verdict as verdict_step
from sharedfuture.analyse.claims.readings import compare_reading, weigh_readings
from sharedfuture.records.frames import frame_of
from sharedfuture.records.inner_tables import CLAIM_ANSWER, CLAIM_REASON, READING_SPAN
from sharedfuture.records.tables import TABLE

Row = dict[str, Any]  # one row of a frame

YEAR = (date(2021, 1, 1), date(2021, 12, 31))
MAY = (date(2021, 5, 1), date(2021, 5, 31))
JUNE = (date(2021, 6, 1), date(2021, 6, 30))
LAST_OF_MAY = (date(2021, 5, 31), date(2021, 5, 31))
FIRST_OF_JUNE = (date(2021, 6, 1), date(2021, 6, 1))
SINCE_JUNE = (date(2021, 6, 1), None)
UNTIL_MAY = (None, date(2021, 5, 31))
NEVER = (None, None)


@pytest.mark.parametrize(
    ("report", "source", "outcome"),
    [
        (MAY, MAY, "agrees"),
        (MAY, YEAR, "agrees"),
        (YEAR, MAY, "agrees"),
        (MAY, LAST_OF_MAY, "agrees"),
        (MAY, FIRST_OF_JUNE, "differs"),
        (FIRST_OF_JUNE, MAY, "differs"),
        (MAY, JUNE, "differs"),
        (SINCE_JUNE, JUNE, "agrees"),
        (SINCE_JUNE, MAY, "differs"),
        (MAY, SINCE_JUNE, "differs"),
        (UNTIL_MAY, SINCE_JUNE, "differs"),
        (UNTIL_MAY, LAST_OF_MAY, "agrees"),
        (NEVER, MAY, "agrees"),
    ],
)
def test_dates_agree_where_their_days_overlap(
    report: tuple[date | None, date | None],
    source: tuple[date | None, date | None],
    outcome: str,
) -> None:
    reading = {
        "type": "date",
        "report_says": "x",
        "source_says": "y",
        "report_earliest": report[0],
        "report_latest": report[1],
        "source_earliest": source[0],
        "source_latest": source[1],
    }
    assert compare_reading(reading) == outcome


@pytest.mark.parametrize(
    ("kind", "report", "source", "tolerance", "outcome"),
    [
        ("number", "33", "33", None, "agrees"),
        ("number", "33", "33.0", None, "agrees"),
        ("number", "33", "34", None, "differs"),
        ("number", "33", "34", 1.0, "agrees"),
        ("number", "34", "33", 1.0, "agrees"),
        ("number", "33", "34.5", 1.0, "differs"),
        ("number", "-3", "3", 0.0, "differs"),
        ("number", "0", "0", None, "agrees"),
        ("number", "0.8", "0.7", 0.1, "agrees"),
        ("number", "0.7", "0.8", 0.1, "agrees"),
        ("number", "0.3", "0.1", 0.2, "agrees"),
        ("number", "0.81", "0.7", 0.1, "differs"),
        ("number", "9007199254740993", "9007199254740992", None, "differs"),
        ("number", "+.5", "5e-1", None, "agrees"),
        ("name", "Huawei", "huawei", None, "agrees"),
        ("name", "Solomon  Islands", "Solomon Islands", None, "agrees"),
        ("name", "Huawei", "ZTE", None, "differs"),
        ("yes_no", "yes", "Yes", None, "agrees"),
        ("yes_no", "yes", "no", None, "differs"),
        ("number", "33", None, 1.0, "silent"),
        ("name", "Huawei", None, None, "silent"),
        ("yes_no", "no", None, None, "silent"),
        ("date", "2021", None, None, "silent"),
    ],
)
def test_numbers_names_and_answers(
    kind: str, report: str, source: str | None, tolerance: float | None, outcome: str
) -> None:
    reading = {
        "type": kind,
        "report_says": report,
        "source_says": source,
        "tolerance": tolerance,
    }
    assert compare_reading(reading) == outcome


def test_unknown_type_of_reading_stops_the_work() -> None:
    with pytest.raises(ValueError, match="found 'colour'"):
        compare_reading({"type": "colour", "report_says": "x", "source_says": "y"})


@pytest.mark.parametrize(
    ("readings", "verdict"),
    [
        ([], "insufficient"),
        (["core a agrees"], "supported"),
        (["core a agrees", "core b agrees"], "supported"),
        (["core a agrees", "core a silent"], "supported"),
        (["core a agrees", "detail b agrees"], "supported"),
        (["core a agrees", "detail b silent"], "supported"),
        (["core a differs"], "contradicted"),
        (["core a differs", "core b agrees"], "contradicted"),
        (["core a differs", "core a silent"], "contradicted"),
        (["core a differs", "core b silent"], "contradicted"),
        (["core a agrees", "core a differs"], "weaker"),
        (["core a agrees", "core b silent"], "weaker"),
        (["core a agrees", "detail b differs"], "weaker"),
        (["core a agrees", "detail b agrees", "detail b differs"], "weaker"),
        (["core a silent"], "insufficient"),
        (["core a silent", "core b silent"], "insufficient"),
        (["core a silent", "detail b agrees"], "insufficient"),
        (["detail a agrees"], "insufficient"),
        (["detail a differs"], "insufficient"),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, list) else None,
)
def test_verdict_over_readings(readings: list[str], verdict: str) -> None:
    rows = []
    for number, reading in enumerate(readings):
        weight, aspect, outcome = reading.split()
        rows.append(
            {
                "reading_id": f"reading-{number}",
                "weight": weight,
                "aspect": aspect,
                "outcome": outcome,
            }
        )
    found, row_ids = weigh_readings(rows)
    assert found == verdict
    assert row_ids == ([] if verdict == "insufficient" else [row["reading_id"] for row in rows])


def source(source_id: str, reliability: str) -> Row:
    return {
        "source_id": source_id,
        "title": "Title",
        "publisher": f"Publisher {reliability}",
        "reliability": reliability,
    }


def reading(name: str, source_says: str | None, **cells: Any) -> Row:
    return {
        "reading_id": f"reading-{name}",
        "claim_id": "claim-x",
        "aspect": "the number",
        "weight": "core",
        "type": "number",
        "report_says": "7",
        "source_says": source_says,
        **cells,
    }


def judge(
    claim: Row,
    *,
    readings: list[tuple[Row, str]] | None = None,
    answer: Row | None = None,
    reasons: dict[str, str] | None = None,
) -> Row:
    """Verdict of one claim; each reading comes with the id of its source."""
    held = readings or []
    cites = [
        {"row_id": row["reading_id"], "source_id": source_id, "locator": "p"}
        for row, source_id in held
    ]
    compared = readings_step.run(
        frame_of(TABLE["reading"], [row for row, _ in held]), frame_of(READING_SPAN, [])
    )
    given = [
        {"claim_id": "claim-x", "verdict": k, "template": t} for k, t in (reasons or {}).items()
    ]
    frame = verdict_step.run(
        claims=frame_of(TABLE["claim"], [{"claim_id": "claim-x", **claim}]),
        reasons=frame_of(CLAIM_REASON, given),
        answers=frame_of(CLAIM_ANSWER, [{"claim_id": "claim-x", **answer}] if answer else []),
        readings=compared.drop("row_ids"),
        citations=frame_of(TABLE["citation"], cites),
        sources=frame_of(TABLE["source"], [source(f"src-{grade}", grade) for grade in "ABCDEF"]),
    )
    (row,) = frame.to_dicts()
    return row


@pytest.mark.parametrize(
    ("grade", "verdict"),
    [
        ("A", "supported"),
        ("B", "supported"),
        ("C", "supported"),
        ("D", "supported"),
        ("E", "insufficient"),
        ("F", "insufficient"),
    ],
)
def test_readings_of_unreliable_sources_do_not_count(grade: str, verdict: str) -> None:
    row = judge({"test_kind": "readings"}, readings=[(reading("1", "7"), f"src-{grade}")])
    assert row["verdict"] == verdict


def test_unreliable_source_neither_weakens_nor_supports() -> None:
    heard = [(reading("1", "7"), "src-B"), (reading("2", "9"), "src-E")]
    row = judge({"test_kind": "readings"}, readings=heard)
    assert row["verdict"] == "supported"
    assert row["row_ids"] == ["reading-1"]


def answered(holds: bool | None, row_ids: list[str], *, partly: bool = False, **values: Any) -> Row:
    return {
        "holds": holds,
        "partly": partly,
        "row_ids": json.dumps(row_ids),
        "answer": json.dumps({"holds": holds, "partly": partly, **values}),
    }


@pytest.mark.parametrize(
    ("answer", "verdict", "row_ids"),
    [
        (None, "insufficient", []),
        (answered(None, ["fig-a"]), "insufficient", []),
        (answered(None, ["fig-a"], partly=True), "insufficient", []),
        (answered(True, []), "insufficient", []),
        (answered(False, []), "insufficient", []),
        (answered(True, ["fig-b", "fig-a", "fig-a"]), "supported", ["fig-a", "fig-b"]),
        (answered(True, ["fig-a"], partly=True), "supported", ["fig-a"]),
        (answered(False, ["fig-a"], partly=True), "weaker", ["fig-a"]),
        (answered(False, ["fig-a"]), "contradicted", ["fig-a"]),
    ],
)
def test_verdict_over_answers(answer: Row | None, verdict: str, row_ids: list[str]) -> None:
    row = judge({"test_kind": "sql"}, answer=answer)
    assert (row["verdict"], row["row_ids"]) == (verdict, row_ids)


def test_untestable_claim_says_why() -> None:
    row = judge({"test_kind": "untestable", "test": "Nobody could know."})
    assert (row["verdict"], row["because"], row["row_ids"]) == (
        "untestable",
        "Nobody could know.",
        [],
    )


def test_unknown_kind_of_test_stops_the_work() -> None:
    with pytest.raises(ValueError, match="found 'oracle'"):
        judge({"test_kind": "oracle"})


SAYS_7 = (reading("1", "7"), "src-A")
SAYS_9 = (reading("2", "9"), "src-B")
SAYS_NOTHING = (reading("3", None, aspect="the year", report_says="2021"), "src-C")


@pytest.mark.parametrize(
    ("readings", "because"),
    [
        ([SAYS_7], "On the number, Publisher A agrees: 7."),
        ([SAYS_9], "On the number, the report says 7, Publisher B says 9."),
        ([SAYS_7, SAYS_9], "On the number, the report says 7, Publisher B says 9."),
        (
            [SAYS_7, SAYS_NOTHING],
            "On the year, Publisher C says nothing; the report says 2021.",
        ),
        (
            [SAYS_9, SAYS_NOTHING],
            "On the number, the report says 7, Publisher B says 9. "
            "On the year, Publisher C says nothing; the report says 2021.",
        ),
        ([SAYS_NOTHING], "No source besides the report that could decide this is held."),
        ([], "No source besides the report that could decide this is held."),
    ],
)
def test_sentence_names_the_readings_that_decided(
    readings: list[tuple[Row, str]], because: str
) -> None:
    assert judge({"test_kind": "readings"}, readings=readings)["because"] == because


@pytest.mark.parametrize(
    ("answer", "because"),
    [
        (answered(True, ["fig-a"], n=3, r=-0.268), "It holds for 3 (-0.27)."),
        (answered(True, ["fig-a"], n=None, r=None), "It holds for unknown (unknown)."),
        (
            answered(False, ["fig-a"], n=3, r=0.1),
            "Decided by the query of this claim: contradicted.",
        ),
        (
            answered(None, [], n=3, r=0.1),
            "No source besides the report that could decide this is held.",
        ),
    ],
)
def test_sentence_of_a_query_is_filled_from_its_columns(answer: Row, because: str) -> None:
    reasons = {"supported": "It holds for {n} ({r:.2f})."}
    assert judge({"test_kind": "sql"}, answer=answer, reasons=reasons)["because"] == because


def test_readings_keep_their_outcome_in_the_table() -> None:
    frame = readings_step.run(
        frame_of(TABLE["reading"], [reading("1", "7"), reading("2", "9"), reading("3", None)]),
        frame_of(READING_SPAN, []),
    )
    assert frame.select("reading_id", "outcome").rows() == [
        ("reading-1", "agrees"),
        ("reading-2", "differs"),
        ("reading-3", "silent"),
    ]
    assert frame.schema["row_ids"] == pl.List(pl.String)
