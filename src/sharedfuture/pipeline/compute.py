"""From captured bytes to all public tables, in memory; nothing is written here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any

import polars as pl

from sharedfuture.align import align, known_by
from sharedfuture.analyse.claims.words import fill_sentence
from sharedfuture.capture import Capture
from sharedfuture.pipeline.settings import Settings
from sharedfuture.pipeline.steps import Board, find_steps, run_step
from sharedfuture.records.errors import LedgerFaulty, QueryRefused
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.frames import frame_of
from sharedfuture.records.inner_tables import CLAIM_ANSWER
from sharedfuture.records.stated import Stated
from sharedfuture.records.tables import TABLE, TABLES
from sharedfuture.sources import ledger
from sharedfuture.warehouse import ask_each

_ANSWERS = "derived.claim_answer"


@dataclass(frozen=True, slots=True)
class Computed:
    """All public tables, and the stated rows that they came from."""

    tables: Mapping[str, pl.DataFrame]
    rows: tuple[Stated, ...]


def compute(captures: Sequence[Capture], settings: Settings, *, bands: bool = True) -> Computed:
    """Read, align, analyse.

    Raises LedgerFaulty with every fault of the ledger: those of reading and aligning at once, and,
    where there are none, those that only show when the claims' queries run. `bands` holds the
    number of rows to what the source declares.
    """
    text = ledger.read(captures, bands=bands)
    aligned = align(text.rows, file_hashes={item.name: item.sha256 for item in captures})
    if faults := [*text.faults, *aligned.faults]:
        raise LedgerFaulty(faults)
    frames = aligned.frames
    if settings.as_of is not None:
        frames = known_by(frames, settings.as_of)
    board = Board({f"aligned.{name}": frame for name, frame in frames.items()})
    early, late = _split(find_steps())
    for module in early:
        run_step(module, board)
    board.frames[_ANSWERS] = _answer_claims(board, settings)
    for module in late:
        run_step(module, board)
    tables = _public_tables(board)
    _require_known_rows(tables)
    return Computed(tables, text.rows)


def _split(steps: Sequence[ModuleType]) -> tuple[list[ModuleType], list[ModuleType]]:
    """Steps before and after the claims' queries, which may ask about all that comes before."""
    late = [module for module in steps if _ANSWERS in module.STEP.reads.values()]
    return [module for module in steps if module not in late], late


def _public_tables(board: Board) -> dict[str, pl.DataFrame]:
    """One frame a public table; what analysis derived replaces what it started from."""
    selections = [
        {
            "selection_id": selection_id,
            "title": f"the whole set that a result depends on, {members[0]} to {members[-1]}",
            "row_count": len(members),
            "sha256": digest,
        }
        for selection_id, (digest, members) in board.selections.items()
    ]
    lineage = [{"result_id": result, "row_id": row} for result, row in board.lineage]
    made: dict[str, list[Any]] = {"selection": selections, "lineage": lineage, "run": board.runs}
    tables = {}
    for table in TABLES:
        stage = (f"derived.{table.name}", f"aligned.{table.name}")
        frame = next((board.frames[name] for name in stage if name in board.frames), None)
        tables[table.name] = frame_of(table, made.get(table.name, [])) if frame is None else frame
    return tables


def _answer_claims(board: Board, settings: Settings) -> pl.DataFrame:
    """Run the query of each claim over the tables so far; a query that fails is a fault."""
    claims = board.frames["aligned.claim"].filter(pl.col("test_kind") == "sql")
    queries = dict(claims.select("claim_id", "test").iter_rows())
    answers = ask_each(_public_tables(board), queries, limit_seconds=settings.query_limit_seconds)
    templates = {
        (row["claim_id"], row["verdict"]): row["template"]
        for row in board.frames["aligned.claim_reason"].iter_rows(named=True)
    }
    spots = _spots(board.frames["aligned.stated"])
    rows, faults = [], []
    for claim_id, answer in answers.items():
        own = [text for (owner, _), text in templates.items() if owner == claim_id]
        found = _fault_of(answer, own)
        if found is not None:
            faults.append(Fault(spots[claim_id], *found))
        elif isinstance(answer, list) and answer:
            rows.append(_answer_row(claim_id, answer[0]))
    if faults:
        raise LedgerFaulty(faults)
    return frame_of(CLAIM_ANSWER, rows)


def _fault_of(
    answer: list[dict[str, Any]] | QueryRefused, templates: Sequence[str]
) -> tuple[str, str] | None:
    """What was expected of a claim's query and what was found, or None."""
    if isinstance(answer, QueryRefused):
        return "a query that runs", str(answer).splitlines()[0]
    if len(answer) > 1:
        return "a query that gives one row", f"{len(answer)} rows"
    for row in answer:
        if missing := {"holds", "row_ids"} - set(row):
            return "columns holds and row_ids", f"no column {', '.join(sorted(missing))}"
        if row["holds"] not in (True, False, None) or row.get("partly") not in (True, False, None):
            return "holds and partly as booleans", f"{row['holds']!r}, {row.get('partly')!r}"
        for template in templates:
            try:
                fill_sentence(template, _plain_values(row))
            except (KeyError, ValueError) as error:
                return "a sentence that the query's columns fill", f"{error} in {template!r}"
    return None


def _answer_row(claim_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    row_ids = [item for item in row["row_ids"] or [] if item is not None]
    return {
        "claim_id": claim_id,
        "holds": row["holds"],
        "partly": bool(row.get("partly")),
        "row_ids": json.dumps(row_ids),
        "answer": json.dumps(_plain_values(row)),
    }


def _plain_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence may name: text, numbers and booleans; dates as ISO text."""
    values = {key: value for key, value in row.items() if key != "row_ids"}
    plain: dict[str, Any] = json.loads(
        json.dumps(
            values, default=lambda item: float(item) if isinstance(item, Decimal) else str(item)
        )
    )
    return plain


def _spots(stated: pl.DataFrame) -> dict[str, Spot]:
    return {
        row_id: Spot(file, line)
        for row_id, file, line in stated.select("row_id", "file", "line").iter_rows()
    }


def _require_known_rows(tables: Mapping[str, pl.DataFrame]) -> None:
    """Whatever a result rests on must be a row of the release."""
    known = {
        row_id
        for table in TABLES
        if table.id_column and table.name != "stated"
        for row_id in tables[table.name].get_column(table.id_column)
    }
    spots = _spots(tables["stated"])
    lost = tables["lineage"].filter(~pl.col("row_id").is_in(list(known)))
    if lost.height:
        raise LedgerFaulty(
            [
                Fault(
                    spots.get(result, Spot("lineage", 0)), "ids of rows of the release", repr(row)
                )
                for result, row in lost.iter_rows()
            ]
        )
    assert set(tables) == set(TABLE)
