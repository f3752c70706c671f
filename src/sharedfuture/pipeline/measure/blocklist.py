"""A published day-by-day check of block lists, read as a stream: totals a day, every change."""

import lzma
import zlib
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from gzip import GzipFile
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.blocking.blocklist import (
    Packed,
    blocklist_days,
    changes_frame,
    find_changes,
    pack,
)
from sharedfuture.extract.gfw_matrix import read_matrix
from sharedfuture.records.errors import MeasurementsUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is known of the published file: whose list is which, and the day of the first flag. The
# daily lists and totals that its authors publish beside it agree with this day for day.
SERIES = ("gfw", "henan")
FIRST_DAY = date(2023, 11, 5)


@dataclass(slots=True)
class _List:
    """One list while it is read."""

    blocked: NDArray[np.int64]
    packed: list[Packed] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)


def read_blocklist(
    path: Path, *, first_day: date | None, series: Sequence[str] = SERIES
) -> Mapping[str, pl.DataFrame]:
    """The tables `blocklist_day` and `change` (series, domain, position, change) of a file.

    The file is plain or packed with xz or gzip. `series` names the lists in it, in order; without
    `first_day` no day has a date. Raises SourceChanged where the file is not in its form, and
    MeasurementsUnreadable where it cannot be read or has more lists than names.
    """
    lists: dict[int, _List] = {}
    with _opened(path) as stream:
        for flags in read_matrix(stream, path.name):
            packed, blocked = pack(flags.blocked)
            into = lists.setdefault(flags.part, _List(np.zeros_like(blocked)))
            into.packed.append(packed)
            into.blocked += blocked
            into.domains.extend(flags.domains)
    if len(lists) > len(series):
        raise MeasurementsUnreadable(
            f"{path.name}: expected {len(series)} list ({', '.join(series)}), found {len(lists)}"
        )
    days, changed = [], []
    for name, (_, told) in zip(series, sorted(lists.items()), strict=False):
        changes = find_changes(told.packed, told.blocked)
        days.append(blocklist_days(changes, series=name, first_day=first_day))
        changed.append(
            changes_frame(changes, pl.Series(told.domains)).select(
                pl.lit(name).alias("series"), pl.all()
            )
        )
    return {"blocklist_day": pl.concat(days), "change": pl.concat(changed)}


@contextmanager
def _opened(path: Path) -> "Iterator[IO[bytes]]":
    """The bytes of a file, unpacked as its name says."""
    try:
        if path.suffix == ".xz":
            with lzma.open(path) as file:
                yield cast(IO[bytes], file)
        elif path.suffix == ".gz":
            with GzipFile(path) as file:
                yield cast(IO[bytes], file)
        else:
            with path.open("rb") as file:
                yield file
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise MeasurementsUnreadable(f"{path}: expected a readable file, found: {error}") from error
