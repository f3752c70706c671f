"""What was read, put in its place: one row a measurement, whichever files hold it.

All that changes is written beside the dataset first; then a mark says that it is whole; then one
partition after the other is put in place by renaming. Ended at any moment, it is taken up again:
before the mark by beginning anew, after it by going on.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl

from sharedfuture.pipeline.measure.dataset import (
    ARRIVING,
    BY,
    COUNTED_BEFORE,
    COUNTING,
    COUNTS,
    DIVIDED,
    FILE,
    INCOMING,
    ORDER,
    READY,
    SETTLING,
    STANDING,
    WRITING,
    partition,
    read_files,
)

if TYPE_CHECKING:
    from sharedfuture.warehouse.engines import Engine

_id = "measurement_id"


def clear(dataset: Path) -> None:
    """Finish or take away what an earlier run, ended in the middle, has left."""
    settling = dataset / SETTLING
    if (settling / READY).exists():
        _put_in_place(dataset)
    shutil.rmtree(settling, ignore_errors=True)
    incoming = dataset / INCOMING
    for leftover in incoming.glob(f"{WRITING}*") if incoming.exists() else ():
        shutil.rmtree(leftover)
    for name in (COUNTING, COUNTED_BEFORE):
        shutil.rmtree(dataset / name, ignore_errors=True)


def arrived(dataset: Path) -> list[dict[str, Any]]:
    """The files that were read and are not in place yet, with their counts."""
    return [
        entry
        for place in sorted((dataset / INCOMING).glob(f"[!.]*/{COUNTS}"))
        for entry in json.loads(place.read_text(encoding="utf-8"))
    ]


def settle(dataset: Path, *, engine: "Engine") -> None:
    """Put everything that has arrived in its place."""
    portions = sorted(path.parent for path in (dataset / INCOMING).glob(f"[!.]*/{COUNTS}"))
    if not portions:
        return
    settling = dataset / SETTLING
    shutil.rmtree(settling, ignore_errors=True)
    settling.mkdir(parents=True)
    for table in ARRIVING:
        _link(_arriving_files(portions, table), settling / "arriving" / table)
    merge = _Merge.of(dataset, engine)
    touched = merge.touched()
    for table in DIVIDED:
        _link(_standing_files(dataset, table, touched), settling / "standing" / table)
        engine.write(merge.merged(table), settling / table, by=BY, order=ORDER[table])
    engine.write(merge.quarantine(), settling / "quarantine", by=(), order=ORDER["quarantine"])
    (settling / "file").mkdir()
    merge.files().write_parquet(settling / "file" / "data_0.parquet", compression="zstd")
    _mark(settling, touched, portions)
    _put_in_place(dataset)


@dataclass(frozen=True, slots=True)
class _Merge:
    """What arrives beside what stands, as expressions."""

    dataset: Path
    engine: "Engine"
    arriving: ibis.Table
    owners: ibis.Table  # of each measurement that arrives the file that it belongs to
    losing: ibis.Table  # measurements that stand and belong to another file now

    @classmethod
    def of(cls, dataset: Path, engine: "Engine") -> "_Merge":
        arriving = _dated(
            engine.read(dataset / SETTLING / "arriving" / "measurement", ARRIVING["measurement"])
        )
        standing = engine.read(dataset / "measurement", STANDING["measurement"])
        columns = (_id, "file_key", "day", "country_id")
        again = standing.select(*columns).semi_join(arriving.select(_id), _id)
        claims = arriving.select(*columns).union(again)
        owners = claims.group_by(_id).agg(owner=claims["file_key"].min())
        losing = again.join(owners, _id).filter(lambda row: row["file_key"] != row["owner"])
        return cls(dataset, engine, arriving, owners, losing)

    def touched(self) -> pl.DataFrame:
        """Days and countries in which anything changes."""
        columns = ("day", "country_id")
        found = self.arriving.select(*columns).union(self.losing.select(*columns)).distinct()
        return self.engine.fetch(found).sort(*columns)

    def merged(self, table: str) -> ibis.Table:
        """Every row of the touched partitions that belongs to its measurement's own file."""
        settling = self.dataset / SETTLING
        columns = list(STANDING[table])
        arriving = _dated(self.engine.read(settling / "arriving" / table, ARRIVING[table]))
        standing = self.engine.read(settling / "standing" / table, STANDING[table])
        rows = arriving.select(*columns).union(standing.select(*columns))
        owners = self.owners.rename(owned_id=_id)
        joined = rows.left_join(owners, rows[_id] == owners["owned_id"])
        is_own = joined["owner"].isnull() | (joined["owner"] == joined["file_key"])
        return joined.filter(is_own).select(*columns)

    def quarantine(self) -> ibis.Table:
        """All that was ever set aside."""
        form = STANDING["quarantine"]
        arriving = self.engine.read(self.dataset / SETTLING / "arriving" / "quarantine", form)
        return arriving.union(self.engine.read(self.dataset / "quarantine", form))

    def files(self) -> pl.DataFrame:
        """One row a file, with what it has among the measurements now."""
        owned = self.arriving.select(_id, "file_key").join(self.owners, _id)
        own = self._count(owned.filter(owned["owner"] == owned["file_key"]), "own")
        lost = self._count(self.losing, "lost")
        fresh = pl.DataFrame(arrived(self.dataset), schema_overrides=dict(FILE)).with_columns(
            kept=pl.lit(0, pl.Int64), duplicate=pl.lit(0, pl.Int64)
        )
        return (
            pl.concat([read_files(self.dataset), fresh.select(*FILE)])
            .join(own, on="file_key", how="left")
            .join(lost, on="file_key", how="left")
            .with_columns(
                kept=pl.col("kept") + pl.col("own").fill_null(0) - pl.col("lost").fill_null(0)
            )
            .with_columns(duplicate=pl.col("read") - pl.col("quarantined") - pl.col("kept"))
            .select(*FILE)
            .sort("file_key")
        )

    def _count(self, rows: ibis.Table, name: str) -> pl.DataFrame:
        return self.engine.fetch(rows.group_by("file_key").agg(**{name: rows.count()}))


def _dated(arriving: ibis.Table) -> ibis.Table:
    return arriving.mutate(day=arriving["measured_at"].date())


def _standing_files(dataset: Path, table: str, touched: pl.DataFrame) -> Iterator[tuple[Path, str]]:
    for day, country_id in touched.iter_rows():
        place = partition(table, day, country_id)
        for path in sorted((dataset / place).glob("*.parquet")):
            yield path, f"{place.removeprefix(f'{table}/')}/{path.name}"


def _arriving_files(portions: Iterable[Path], table: str) -> Iterator[tuple[Path, str]]:
    for portion in portions:
        for path in sorted((portion / table).glob("*.parquet")):
            yield path, f"{portion.name}-{path.name}"


def _link(files: Iterable[tuple[Path, str]], folder: Path) -> None:
    """The files under other names, without a copy of their bytes where the disk can do that."""
    for path, name in files:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, place)
        except OSError:
            shutil.copyfile(path, place)


def _mark(settling: Path, touched: pl.DataFrame, portions: Iterable[Path]) -> None:
    """Say that everything is written: what is to be replaced, and what of it has a successor."""
    places = ["quarantine", "file"]
    places += [
        partition(table, day, country_id)
        for table in DIVIDED
        for day, country_id in touched.iter_rows()
    ]
    told = {
        "places": {place: (settling / place).exists() for place in places},
        "portions": [path.name for path in portions],
    }
    partial = settling / f"{READY}.partial"
    with partial.open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(settling / READY)


def _put_in_place(dataset: Path) -> None:
    """Replace what is marked; what is in place already is left alone."""
    settling = dataset / SETTLING
    told = json.loads((settling / READY).read_text(encoding="utf-8"))
    for place, has_successor in told["places"].items():
        old, new = dataset / place, settling / place
        if new.exists():
            shutil.rmtree(old, ignore_errors=True)
            old.parent.mkdir(parents=True, exist_ok=True)
            new.rename(old)
        elif not has_successor:
            shutil.rmtree(old, ignore_errors=True)
    for portion in told["portions"]:
        shutil.rmtree(dataset / INCOMING / portion, ignore_errors=True)
    with suppress(OSError):  # where more has come in
        (dataset / INCOMING).rmdir()
    shutil.rmtree(settling)
