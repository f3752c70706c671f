"""A verdict for each claim, decided by its test; none is written by hand.

A claim names one of three tests. `sql`: a query over the release says whether the claim holds.
`readings`: what independent sources say, aspect by aspect, is held against what the report says.
`untestable`: no evidence could decide it, and the claim says why.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import polars as pl

from sharedfuture.analyse.claims.readings import weigh_readings
from sharedfuture.analyse.claims.words import fill_sentence
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="claims.verdict",
    reads={
        "claims": "aligned.claim",
        "reasons": "aligned.claim_reason",
        "answers": "derived.claim_answer",
        "readings": "derived.reading",
        "citations": "aligned.citation",
        "sources": "aligned.source",
    },
    writes="derived.claim",
    version=1,
)

_UNHEARD = ("E", "F")

Reading: TypeAlias = Mapping[str, Any]


def run(
    claims: pl.DataFrame,
    reasons: pl.DataFrame,
    answers: pl.DataFrame,
    readings: pl.DataFrame,
    citations: pl.DataFrame,
    sources: pl.DataFrame,
) -> pl.DataFrame:
    """Claims with verdict and reason; `row_ids` names the rows that decided.

    A reading counts where its source is of reliability A to D.
    """
    answered = {row["claim_id"]: row for row in answers.iter_rows(named=True)}
    heard = _heard(readings, citations, sources)
    templates = {
        (row["claim_id"], row["verdict"]): row["template"] for row in reasons.iter_rows(named=True)
    }
    rows = []
    for claim in claims.iter_rows(named=True):
        claim_id = claim["claim_id"]
        answer, own_readings = answered.get(claim_id), heard.get(claim_id, [])
        verdict, row_ids = _decide(claim, answer, own_readings)
        because = _because(claim, verdict, templates.get((claim_id, verdict)), answer, own_readings)
        rows.append({**claim, "verdict": verdict, "because": because, "row_ids": row_ids})
    schema = schema_with_rows(TABLE["claim"])
    return pl.DataFrame(rows, schema=schema, orient="row")


def _heard(
    readings: pl.DataFrame, citations: pl.DataFrame, sources: pl.DataFrame
) -> dict[str, list[Reading]]:
    """Readings that count, by claim, each with the publisher who says it."""
    publishers = citations.join(sources, on="source_id").filter(
        ~pl.col("reliability").is_in(_UNHEARD)
    )
    counted = readings.join(
        publishers.select("row_id", "publisher").unique(
            "row_id", keep="first", maintain_order=True
        ),
        left_on="reading_id",
        right_on="row_id",
    )
    heard: dict[str, list[Reading]] = {}
    for reading in counted.sort("reading_id").iter_rows(named=True):
        heard.setdefault(reading["claim_id"], []).append(reading)
    return heard


def _decide(
    claim: Mapping[str, Any], answer: Mapping[str, Any] | None, readings: Sequence[Reading]
) -> tuple[str, list[str]]:
    match claim["test_kind"]:
        case "untestable":
            return "untestable", []
        case "sql":
            return _weigh_answer(answer)
        case "readings":
            return weigh_readings(readings)
        case other:
            raise ValueError(f"expected sql, readings or untestable, found {other!r}")


def _weigh_answer(answer: Mapping[str, Any] | None) -> tuple[str, list[str]]:
    """No answer, or one that rests on nothing, decides nothing."""
    if answer is None or answer["holds"] is None:
        return "insufficient", []
    row_ids = sorted(set(json.loads(answer["row_ids"])))
    if not row_ids:
        return "insufficient", []
    if answer["holds"]:
        return "supported", row_ids
    return ("weaker" if answer["partly"] else "contradicted"), row_ids


def _because(
    claim: Mapping[str, Any],
    verdict: str,
    template: str | None,
    answer: Mapping[str, Any] | None,
    readings: Sequence[Reading],
) -> str:
    if template is not None:
        return fill_sentence(template, json.loads(answer["answer"]) if answer else None)
    if verdict == "untestable":
        return str(claim["test"])
    if verdict == "insufficient":
        return "No source besides the report that could decide this is held."
    if claim["test_kind"] == "sql":
        return f"Decided by the query of this claim: {verdict}."
    return " ".join(_reading_sentence(reading) for reading in _telling(readings, verdict))


def _telling(readings: Sequence[Reading], verdict: str) -> list[Reading]:
    """The readings worth saying: those that agree for a supported claim, else those that do not."""
    is_supported = verdict == "supported"
    return [item for item in readings if (item["outcome"] == "agrees") == is_supported]


def _reading_sentence(reading: Reading) -> str:
    aspect, publisher = reading["aspect"], reading["publisher"]
    match reading["outcome"]:
        case "silent":
            return (
                f"On {aspect}, {publisher} says nothing; the report says {reading['report_says']}."
            )
        case "agrees":
            return f"On {aspect}, {publisher} agrees: {reading['source_says']}."
        case _:
            return (
                f"On {aspect}, the report says {reading['report_says']}, "
                f"{publisher} says {reading['source_says']}."
            )
