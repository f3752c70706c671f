"""Daily totals of a list of domains, and every block and unblock change in it.

A day on which no domain of a list was found blocked is a day without a check: the publisher
writes 0 for both. Changes are between a check and the one made before it, however long ago, so a
gap makes none; what changed during a gap is seen at the first check after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE

Packed = NDArray[np.uint8]
# Rows whose flags can be added up in a byte.
_ROWS_IN_A_BYTE = 255


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of one list; positions of days count from 1.

    `blocked` counts the blocked domains of each day. `row` (of the list, from 0), `position` and
    `is_block` are one entry for each change, in order of row and position; a change that is no
    block is an unblock.
    """

    domains: int
    blocked: NDArray[np.int64]
    row: NDArray[np.uint32]
    position: NDArray[np.uint16]
    is_block: NDArray[np.bool_]

    @property
    def is_checked(self) -> NDArray[np.bool_]:
        """Whether a check was made on a day."""
        return self.blocked > 0


def pack(blocked: NDArray[np.uint8]) -> tuple[Packed, NDArray[np.int64]]:
    """Rows of flags at eight to the byte, and how many are set on each day."""
    whole = len(blocked) // _ROWS_IN_A_BYTE * _ROWS_IN_A_BYTE
    grouped = blocked[:whole].reshape(-1, _ROWS_IN_A_BYTE, blocked.shape[1])
    counts = np.add.reduce(grouped, axis=1, dtype=np.uint8).sum(axis=0, dtype=np.int64)
    return np.packbits(blocked, axis=1), counts + blocked[whole:].sum(axis=0, dtype=np.int64)


def find_changes(packed: Iterable[Packed], blocked: NDArray[np.int64]) -> Changes:
    """Every change of a list: its packed rows in order, and the number blocked on each day."""
    gaps = _gaps(blocked > 0)
    rows, positions, blocks = [], [], []
    domains = 0
    for part in packed:
        flags = np.unpackbits(part, axis=1, count=len(blocked))
        for first, until, like in gaps:
            flags[:, first:until] = flags[:, like : like + 1]
        differs = flags[:, 1:] ^ flags[:, :-1]
        row, day = np.divmod(np.flatnonzero(differs.view(np.bool_)), len(blocked) - 1)
        rows.append((row + domains).astype(np.uint32))
        positions.append((day + 2).astype(np.uint16))
        blocks.append(flags[row, day + 1].astype(np.bool_))
        domains += len(part)
    return Changes(
        domains, blocked, np.concatenate(rows), np.concatenate(positions), np.concatenate(blocks)
    )


def _gaps(is_checked: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Runs of days without a check (from, until), and the day that each is to be like.

    That is the last check before it, and the first check for days before any.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([True], is_checked, [True])).astype(np.int8)))
    runs = edges.reshape(-1, 2).tolist()
    return [
        (first, until, first - 1 if first else until)
        for first, until in runs
        if first or until < len(is_checked)
    ]


def changes_frame(changes: Changes, domains: pl.Series) -> pl.DataFrame:
    """One row for each change: `domain`, `position` of the check, `change`."""
    return pl.DataFrame(
        {
            "domain": domains.gather(pl.Series(changes.row)),
            "position": changes.position,
            "change": pl.Series(changes.is_block).replace_strict(
                {True: "blocked", False: "unblocked"}, return_dtype=pl.String
            ),
        }
    )


def blocklist_days(changes: Changes, *, series: str, first_day: date | None) -> pl.DataFrame:
    """Rows of the table `blocklist_day`, one for each day, also of those without a check.

    Without a `first_day` the days have no date, only their number.
    """
    width = len(changes.blocked)
    made = np.flatnonzero(changes.is_checked)
    rows = []
    newly = np.bincount(changes.position[changes.is_block], minlength=width + 1)
    gone = np.bincount(changes.position[~changes.is_block], minlength=width + 1)
    before = dict(zip(made[1:].tolist(), made[:-1].tolist(), strict=True))
    for at in range(width):
        is_made, is_later = bool(changes.is_checked[at]), at in before
        rows.append(
            {
                "blocklist_day_id": f"bld-{series}-{at + 1:04}",
                "series": series,
                "day": first_day + timedelta(days=at) if first_day else None,
                "position": at + 1,
                "domains": changes.domains,
                "blocked": int(changes.blocked[at]) if is_made else None,
                "newly_blocked": int(newly[at + 1]) if is_later else None,
                "unblocked": int(gone[at + 1]) if is_later else None,
                "days_since": at - before[at] if is_later else None,
            }
        )
    return pl.DataFrame(rows, schema=schema_of(TABLE["blocklist_day"]))
