"""One task of reading: some files to frames, verdicts and Parquet, placed with one rename."""

import gc
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from sharedfuture.analyse.blocking.judging import deciding, verdicts
from sharedfuture.extract.ooni import Batch, Reading
from sharedfuture.pipeline.measure.dataset import ARRIVING, COUNTS, INCOMING, WRITING
from sharedfuture.pipeline.measure.inputs import Named
from sharedfuture.pipeline.measure.references import Judging, read_judging

_IN_MEMORY = 8 << 20  # files up to this size are read at once
_NOT_TRIED = "http.not_tried"  # the one rule that only a measurement as a whole has


@dataclass(frozen=True, slots=True)
class Portion:
    """Files that one task reads, and where it finds and leaves things; travels between processes.

    `files` stand in the order of their keys, so that of a measurement in two of them the one with
    the smaller key is kept, as in the dataset as a whole.
    """

    files: tuple[Named, ...]
    dataset: str
    references: str
    countries: str
    as_of: datetime

    def __str__(self) -> str:
        more = f" and {len(self.files) - 1} more" if len(self.files) > 1 else ""
        return f"{self.files[0].found}{more}"

    @property
    def key(self) -> str:
        """The name of the folder that the portion becomes."""
        return sha256("".join(item.file_key for item in self.files).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Done:
    """What a task read: files, bytes and lines, and files that could not be read, with why."""

    file_count: int
    byte_count: int
    read: int
    problems: tuple[str, ...]


def read_portion(portion: Portion) -> Done:
    """Read, judge and write; the folder appears when all of it is written. May be done twice.

    A file that fails is left out, with all its lines, and the others are read again without it.
    """
    files = list(portion.files)
    problems: list[str] = []
    while files:
        try:
            with _without_collector():
                return _read(portion, files, tuple(problems))
        except _FileFailed as failure:
            problems.append(str(failure))
            files.remove(failure.file)
    shutil.rmtree(_writing(portion), ignore_errors=True)
    return Done(0, 0, 0, tuple(problems))


def _writing(portion: Portion) -> Path:
    return Path(portion.dataset) / INCOMING / f"{WRITING}{portion.key}"


def _read(portion: Portion, files: Sequence[Named], problems: tuple[str, ...]) -> Done:
    target, writing = Path(portion.dataset) / INCOMING / portion.key, _writing(portion)
    shutil.rmtree(writing, ignore_errors=True)
    for table in ARRIVING:
        (writing / table).mkdir(parents=True)
    judging = _judging(portion.references, portion.countries)
    reading = Reading(judging.countries, portion.as_of, judging.fingerprints.match)
    known = judging.fingerprints.frame()
    names = {item.file_key: Path(item.found.path).name for item in files}
    quarantined = dict.fromkeys(names, 0)
    for number, batch in enumerate(reading.batches_of(_streams(files))):
        _write(_tables(batch, known, judging.forged, names), writing, number)
        for key in batch.quarantine["file"]:
            quarantined[key] += 1
    counts = [
        _counts(item, reading.line_counts[item.file_key], quarantined[item.file_key])
        for item in files
    ]
    (writing / COUNTS).write_text(json.dumps(counts), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)  # the same task was done before
    writing.rename(target)
    size = sum(item.byte_count for item in files)
    return Done(len(files), size, sum(reading.line_counts.values()), problems)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing that is decoded refers to itself, and looking for it costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _counts(item: Named, read: int, quarantined: int) -> dict[str, Any]:
    return {
        "file_key": item.file_key,
        "name": Path(item.found.path).name,
        "path": item.found.path,
        "byte_count": item.byte_count,
        "size_seen": item.found.byte_count,
        "written_ns": item.found.written_ns,
        "read": read,
        "quarantined": quarantined,
    }


@lru_cache(1)
def _judging(references: str, countries: str) -> Judging:
    """Read once by each process."""
    return read_judging(Path(references), countries=Path(countries))


def _tables(
    batch: Batch, fingerprints: pl.DataFrame, forged: frozenset[str], names: dict[str, str]
) -> dict[str, pl.DataFrame]:
    """The batch's tables in the columns of the dataset; its files are named by their keys."""
    found = verdicts(
        batch.measurements, batch.observations, fingerprints=fingerprints, forged=forged
    )
    whole = deciding(found).select(*found.columns, is_deciding=pl.lit(True))
    keys = ["measurement_id", "layer"]
    judged = pl.concat(
        [
            found.join(whole.select(*keys, "is_deciding"), on=keys, how="left"),
            whole.filter(pl.col("rule_id") == _NOT_TRIED),
        ]
    ).with_columns(pl.col("is_deciding").fill_null(False))
    owner = batch.measurements.select("measurement_id", file_key="file")
    return {
        "measurement": batch.measurements.rename({"file": "file_key"}),
        "observation": batch.observations.rename({"file": "file_key"}),
        "verdict": judged.join(owner, on="measurement_id", how="left"),
        "quarantine": batch.quarantine.with_columns(
            file=pl.col("file").replace_strict(names, return_dtype=pl.String),
            file_key="file",
        ),
    }


def _write(tables: dict[str, pl.DataFrame], folder: Path, number: int) -> None:
    for table, frame in tables.items():
        if frame.height:
            frame.select(*ARRIVING[table]).write_parquet(
                folder / table / f"{number:06}.parquet",
                compression="zstd",
                compression_level=1,
                statistics=False,
            )


class _FileFailed(Exception):
    """A file that cannot be read, or is not any more what it was when it was named."""

    def __init__(self, file: Named, problem: str) -> None:
        self.file = file
        super().__init__(f"{file.found.path}: {problem}")


def _streams(files: Sequence[Named]) -> Iterator[tuple[str, BinaryIO]]:
    """Each file's bytes, by its key; raises _FileFailed at the latest at a file's end."""
    for item in files:
        try:
            with Path(item.found.path).open("rb") as file:
                if item.byte_count <= _IN_MEMORY:
                    data = file.read(item.byte_count)
                    _check(item, sha256(data).hexdigest())
                    yield item.file_key, io.BytesIO(data)
                else:
                    checked = _Checked(file, item.byte_count)
                    yield item.file_key, cast(BinaryIO, checked)
                    _check(item, checked.rest())
        except OSError as error:
            raise _FileFailed(item, error.strerror or str(error)) from error


def _check(item: Named, digest: str) -> None:
    if digest != item.file_key:
        raise _FileFailed(item, "it was changed while it was read; read it in again")


class _Checked:
    """The first bytes of a file, hashed as they are read the first time."""

    def __init__(self, file: BinaryIO, byte_count: int) -> None:
        self._file, self._end = file, byte_count
        self._digest, self._hashed = sha256(), 0
        self.tell: Callable[[], int] = file.tell
        self.seek: Callable[[int], int] = file.seek
        self.seekable: Callable[[], bool] = file.seekable

    def read(self, size: int) -> bytes:
        start = self._file.tell()
        data = self._file.read(min(size, self._end - start))
        fresh = start + len(data) - self._hashed
        if fresh > 0:
            self._digest.update(memoryview(data)[len(data) - fresh :])
            self._hashed += fresh
        return data

    def rest(self) -> str:
        """The hash of all the bytes; what a damaged stream left unread is read for it."""
        self._file.seek(self._hashed)
        while self.read(1 << 20):
            pass
        return self._digest.hexdigest()
