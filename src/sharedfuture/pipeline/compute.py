"""From captured bytes to all public tables, in memory; nothing is written here."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import polars as pl

from sharedfuture.align import align, known_by
from sharedfuture.align.names import Names
from sharedfuture.capture import Capture
from sharedfuture.pipeline.answers import ANSWERS, answer_claims, spots_of
from sharedfuture.pipeline.forecasts.chain import read_chain
from sharedfuture.pipeline.live.files_in_use import answers_of
from sharedfuture.pipeline.live.happenings import inside, with_happenings
from sharedfuture.pipeline.live.listen import Live, listen_here
from sharedfuture.pipeline.live.measured import with_own_counts
from sharedfuture.pipeline.live.panel import with_panel
from sharedfuture.pipeline.live.registers import registers_of, without_captured
from sharedfuture.pipeline.playbooks import read_playbooks
from sharedfuture.pipeline.recipes import read_recipes
from sharedfuture.pipeline.settings import Settings
from sharedfuture.pipeline.steps import Board, find_steps, run_steps
from sharedfuture.publish.release import withhold
from sharedfuture.records.errors import LedgerFaulty
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.frames import frame_of
from sharedfuture.records.stated import Stated
from sharedfuture.records.tables import TABLES
from sharedfuture.sources import ledger


@dataclass(frozen=True, slots=True)
class Computed:
    """All public tables, and the stated rows that they came from."""

    tables: Mapping[str, pl.DataFrame]
    rows: tuple[Stated, ...]


def compute(
    captures: Sequence[Capture],
    settings: Settings,
    *,
    bands: bool = True,
    beside: Executor | None = None,
) -> Computed:
    """Read, align, analyse.

    Raises LedgerFaulty with every fault of the ledger: those of reading and aligning at once, and,
    where there are none, those that only show when the claims' queries run. `bands` holds the
    number of rows to what the source declares; `beside` is a second process for analysis.
    """
    text = ledger.read(captures, bands=bands)
    aligned = align(
        text.rows,
        refused=text.refused,
        file_hashes={item.name: item.sha256 for item in captures},
    )
    chain = read_chain(captures, countries=_country_codes(text.rows))
    if faults := [*text.faults, *aligned.faults, *chain.faults]:
        raise LedgerFaulty(faults)
    frames = aligned.frames
    playbooks = read_playbooks(captures, frames)
    if settings.as_of is not None:
        frames = known_by(frames, settings.as_of)
    frames = playbooks.in_frames(frames)
    frames = chain.known_by(settings.as_of).in_frames(frames)
    live = listen_here(settings, Names(text.rows))
    frames = with_panel(frames, live, licences_held=settings.licences_held)
    frames = with_happenings(frames, live, licences_held=settings.licences_held)
    frames = with_own_counts(frames, settings)
    registers = registers_of(live)
    frames = without_captured(frames, registers)
    board = Board({f"aligned.{name}": frame for name, frame in frames.items()} | registers)
    board.frames["aligned.recipe"] = read_recipes(captures)
    board.frames["aligned.answer"] = answers_of(live)
    board.frames |= inside(live, licences_held=settings.licences_held)
    early, late = _split(find_steps())
    run_steps(early, board, beside=beside)
    board.frames[ANSWERS] = answer_claims(board, _publishable(board, live, settings), settings)
    run_steps(late, board, beside=beside)
    tables = _publishable(board, live, settings)
    _require_known_rows(tables)
    return Computed(tables, text.rows)


def _country_codes(rows: Sequence[Stated]) -> frozenset[str]:
    return frozenset(row.row_id for row in rows if row.kind == "country")


def _split(steps: Sequence[ModuleType]) -> tuple[list[ModuleType], list[ModuleType]]:
    """Steps before and after the claims' queries, which may ask about all that comes before."""
    late = [module for module in steps if ANSWERS in module.STEP.reads.values()]
    return [module for module in steps if module not in late], late


def _publishable(
    board: Board, live: Sequence[Live], settings: Settings
) -> Mapping[str, pl.DataFrame]:
    """The public tables without what a licence forbids to pass on, for claims' queries as well."""
    held = [
        heard.source_id
        for item in live
        for heard in item.heard
        if item.name in settings.licences_held
    ]
    return withhold(_public_tables(board), held=held)


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


def _require_known_rows(tables: Mapping[str, pl.DataFrame]) -> None:
    """Whatever a result rests on must be a row of the release."""
    known = {
        row_id
        for table in TABLES
        if table.id_column and table.name != "stated"
        for row_id in tables[table.name].get_column(table.id_column)
    }
    spots = spots_of(tables["stated"])
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
