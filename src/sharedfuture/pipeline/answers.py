"""Put the claims' queries to the tables, and hold what they answer to its form."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sharedfuture.analyse.claims.words import check_sentence, fill_sentence
from sharedfuture.pipeline.settings import Settings
from sharedfuture.pipeline.steps import Board
from sharedfuture.records.errors import LedgerFaulty, QueryRefused
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.frames import frame_of
from sharedfuture.records.inner_tables import CLAIM_ANSWER
from sharedfuture.warehouse import ask_each

ANSWERS = "derived.claim_answer"

# One row of an answer: whatever a query selects.
Answer = Mapping[str, Any]


def answer_claims(
    board: Board, tables: Mapping[str, pl.DataFrame], settings: Settings
) -> pl.DataFrame:
    """What each claim's query answers over `tables`.

    Raises LedgerFaulty, at the claim's place in the ledger, for a query that fails, gives more than
    one row or other columns than a verdict needs, or a sentence that its columns cannot fill.
    """
    claims = board.frames["aligned.claim"].filter(pl.col("test_kind") == "sql")
    queries = dict(claims.select("claim_id", "test").iter_rows())
    answers = ask_each(tables, queries, limit_seconds=settings.query_limit_seconds)
    templates: dict[str, list[str]] = {}
    for reason in board.frames["aligned.claim_reason"].iter_rows(named=True):
        templates.setdefault(reason["claim_id"], []).append(reason["template"])
    spots = spots_of(board.frames["aligned.stated"])
    faults = [
        Fault(spots[claim_id], *found)
        for claim_id, answer in answers.items()
        if (found := _fault_of(answer, templates.get(claim_id, [])))
    ]
    if faults:
        raise LedgerFaulty(faults)
    rows = [
        _answer_row(claim_id, answer[0])
        for claim_id, answer in answers.items()
        if isinstance(answer, list) and answer
    ]
    return frame_of(CLAIM_ANSWER, rows)


def spots_of(stated: pl.DataFrame) -> dict[str, Spot]:
    """Where in the ledger each row is written."""
    return {
        row_id: Spot(file, line)
        for row_id, file, line in stated.select("row_id", "file", "line").iter_rows()
    }


def _fault_of(
    answer: list[dict[str, Any]] | QueryRefused, templates: Sequence[str]
) -> tuple[str, str] | None:
    """What was expected of a claim's query and what was found, or None."""
    for template in templates:
        try:
            check_sentence(template)
        except ValueError as error:
            return "places such as {n} or {share:.1f}", f"{error} in {template!r}"
    if isinstance(answer, QueryRefused):
        return "a query that runs", str(answer).splitlines()[0]
    if len(answer) > 1:
        return "a query that gives one row", f"{len(answer)} rows"
    for row in answer:
        found = _column_fault(row) or _sentence_fault(row, templates)
        if found is not None:
            return found
    return None


def _column_fault(row: Answer) -> tuple[str, str] | None:
    if missing := {"holds", "row_ids"} - set(row):
        return "columns holds and row_ids", f"no column {', '.join(sorted(missing))}"
    for name in ("holds", "partly"):
        if not isinstance(value := row.get(name), bool | None):
            return f"{name} as a boolean", repr(value)
    row_ids = row["row_ids"]
    is_list = row_ids is None or isinstance(row_ids, list)
    if not is_list or not all(isinstance(item, str | None) for item in row_ids or []):
        return "row_ids as a list of ids", repr(row_ids)
    return None


def _sentence_fault(row: Answer, templates: Sequence[str]) -> tuple[str, str] | None:
    values = _plain_values(row)
    for template in templates:
        try:
            fill_sentence(template, values)
        except (KeyError, ValueError, TypeError) as error:
            return "a sentence that the query's columns fill", f"{error} in {template!r}"
    return None


def _answer_row(claim_id: str, row: Answer) -> dict[str, Any]:
    row_ids = sorted({item for item in row["row_ids"] or [] if item is not None})
    return {
        "claim_id": claim_id,
        "holds": row["holds"],
        "partly": bool(row.get("partly")),
        "row_ids": json.dumps(row_ids),
        "answer": json.dumps(_plain_values(row)),
    }


def _plain_values(row: Answer) -> dict[str, Any]:
    """What a sentence may name: text, numbers and booleans; dates as ISO text."""
    values = {key: value for key, value in row.items() if key != "row_ids"}
    plain: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return plain
