"""Stated rows of the ledger to aligned tables; each row keeps its way back to what was written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sharedfuture.align.desk import Desk
from sharedfuture.align.names import Names
from sharedfuture.align.turns import REPORT, TURNS, WRITES
from sharedfuture.records.fault import Fault
from sharedfuture.records.frames import frame_of
from sharedfuture.records.inner_tables import CLAIM_REASON, READING_SPAN
from sharedfuture.records.stated import Refused, Stated
from sharedfuture.records.tables import TABLE


@dataclass(frozen=True, slots=True)
class Aligned:
    """The aligned tables by name, and the faults; frames are whole only where there are none."""

    frames: Mapping[str, pl.DataFrame]
    faults: tuple[Fault, ...]


def align(rows: Iterable[Stated], *, refused: Refused, file_hashes: Mapping[str, str]) -> Aligned:
    """Give every stated row its keys, and hold rows to each other.

    Faults are: an unknown country or actor (with the nearest known), a date that is not EDTF, an id
    used twice, an id that leads nowhere, a figure outside the range of its indicator, a reading
    that rests on the report itself, the same citation twice. What names something that `refused`
    holds is not a fault. `file_hashes` are those of the captured files.
    """
    stated = tuple(rows)
    indicators = {row.row_id: row for row in stated if row.kind == "indicator"}
    desk = Desk(Names(stated), file_hashes, indicators, refused)
    for row in stated:
        TURNS[row.kind](desk, row)
    _check_references(desk, stated)
    tables = [*(TABLE[name] for name in WRITES), READING_SPAN, CLAIM_REASON]
    frames = {table.name: frame_of(table, desk.rows.get(table.name, [])) for table in tables}
    return Aligned(frames, tuple(sorted(set(desk.faults))))


def _check_references(desk: Desk, rows: Iterable[Stated]) -> None:
    """Every id that is named must exist."""
    known = desk.first_seen
    for row in rows:
        for cite in row.cites:
            if cite.source_id not in known and not desk.refused.excuses(cite.source_id, "source"):
                desk.fault(row, "a source of sources/*.csv", repr(cite.source_id))
        for name in _named_ids(row):
            if name not in known and not _is_excused(desk, row, name):
                desk.fault(row, "an id of the ledger", repr(name))
    is_excused = desk.refused.excuses(REPORT, "source")
    if REPORT not in known and not is_excused and any(row.kind == "claim" for row in rows):
        first = next(row for row in rows if row.kind == "claim")
        desk.fault(first, f"the report as source {REPORT!r}", "no such source")


def _is_excused(desk: Desk, row: Stated, name: str) -> bool:
    """Whether the row that `name` stands for may have been refused before."""
    has_lost_figures = desk.has_lost_figures or "figure" in desk.refused.row_kinds
    if name.startswith("fig-") and has_lost_figures:
        return True
    return desk.refused.excuses(name, *_KINDS.get(row.kind, WRITES))


# What the ids that a row names can be; a citation may name a row of any kind.
_KINDS = {"reading": ("claim",), "case_history": ("event",)}


def _named_ids(row: Stated) -> list[str]:
    cells: Mapping[str, Any] = row.cells
    if row.kind == "citation":
        return [str(cells["row_id"])]
    if row.kind == "reading":
        return [str(cells["claim_id"])]
    if row.kind == "case_history":
        return [step["event"] for step in cells["step"]]
    return []
