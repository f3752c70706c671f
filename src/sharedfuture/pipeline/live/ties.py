"""Memberships from publishers' own files, beside the ties of the ledger; the ledger wins."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.align.memberships import BesideLedger, Said, beside_ledger
from sharedfuture.pipeline.live.listen import Heard, Live
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE


def membership_tables(
    ties: pl.DataFrame, live: Sequence[Live], *, licences_held: frozenset[str]
) -> dict[str, pl.DataFrame]:
    """What the ledger lacks, by public table: ties, where each was read, and the differences.

    Sources whose licence lets nothing through but what is computed are not asked: a tie cannot be
    computed, it can only be passed on.
    """
    said = {
        item.name: heard
        for item in live
        for heard in item.heard
        if "membership" in heard.frames and item.may_leave(licences_held)
    }
    found = beside_ledger(
        ties,
        [Said(name, heard.frames["membership"], _day(heard)) for name, heard in said.items()],
    )
    return {
        "tie": found.ties,
        "citation": frame_of(TABLE["citation"], _citations(found, said)),
        "stated": frame_of(TABLE["stated"], _stated(found, said)),
        "difference": frame_of(TABLE["difference"], _differences(found, said)),
    }


def _day(heard: Heard) -> date:
    """The last day that the edition speaks of."""
    if heard.declared.speaks_of is not None:
        return date.fromisoformat(heard.declared.speaks_of)
    return span_of(heard.declared.published).latest or heard.edition.captured_at.date()


def _place(row: Mapping[str, object]) -> str:
    return f"{row['part']}, row {row['row']}"


def _citations(found: BesideLedger, said: Mapping[str, Heard]) -> Iterator[dict[str, object]]:
    for row in found.origins.iter_rows(named=True):
        yield {
            "row_id": row["tie_id"],
            "source_id": said[row["source"]].source_id,
            "locator": _place(row),
        }
    for row in found.differences.iter_rows(named=True):
        heard = said[row["source"]]
        yield {
            "row_id": _difference_id(row),
            "source_id": heard.source_id,
            "locator": _place(row),
        }


def _stated(found: BesideLedger, said: Mapping[str, Heard]) -> Iterator[dict[str, object]]:
    notes = dict(found.ties.select("tie_id", "note").iter_rows())
    for row in found.origins.iter_rows(named=True):
        heard = said[row["source"]]
        part = heard.edition.parts.get(str(row["part"]).partition("/")[0])
        words = f"tie\n{row['tie_id']}\n{notes[row['tie_id']]}"
        yield {
            "row_id": row["tie_id"],
            "stated_id": sha256(words.encode()).hexdigest()[:24],
            "table_name": "tie",
            "file": f"{heard.source_id}/{row['part']}",
            "line": row["row"],
            "file_sha256": part.sha256 if part else None,
        }


def _differences(found: BesideLedger, said: Mapping[str, Heard]) -> Iterator[dict[str, object]]:
    for row in found.differences.iter_rows(named=True):
        yield {
            "difference_id": _difference_id(row),
            "row_id": row["tie_id"],
            "what": row["what"],
            "ledger_says": row["ledger_says"],
            "file_says": row["stated_says"],
            "source_id": said[row["source"]].source_id,
            "locator": _place(row),
            "counts": "ledger",
        }


def _difference_id(row: Mapping[str, object]) -> str:
    return f"diff-{row['tie_id']}-{row['source']}-{row['row']}".replace("_", "-")
