"""Raw measurements into a dataset: every file once, every line accounted for, at any interruption.

Files are named by the hash of their bytes, read side by side into `incoming`, then settled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import ibis
import polars as pl

from sharedfuture.analyse.blocking.judging import VERDICTS
from sharedfuture.capture.locks import locked
from sharedfuture.pipeline.measure.dataset import STANDING, read_files
from sharedfuture.pipeline.measure.inputs import Found, Named, find_inputs, name_by_bytes
from sharedfuture.pipeline.measure.portion import Portion, read_portion
from sharedfuture.pipeline.measure.references import missing_references, read_judging
from sharedfuture.pipeline.measure.settle import arrived, clear, settle
from sharedfuture.records.errors import MeasurementsUnreadable

if TYPE_CHECKING:
    from sharedfuture.warehouse.engines import Engine


_MOST_BYTES = 64 << 20  # of the files of one task, packed
_LEAST_BYTES = 2 << 20
_MOST_FILES = 512
_TASKS = 64  # as many at least, where there are bytes enough, so that no process waits at the end


@dataclass(slots=True)
class Tally:
    """What a run did; of the lines of its files `read = kept + quarantined + duplicate`.

    `known` are files that the dataset held already; `problems` has a sentence for each file that
    could not be read. `reasons` counts lines set aside, `verdicts` kept measurements that could
    be judged; `total` is what the dataset holds now.
    """

    files: int = 0
    known: int = 0
    bytes: int = 0
    read: int = 0
    kept: int = 0
    quarantined: int = 0
    duplicate: int = 0
    total: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    reasons: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files and bytes of all that are new, and lines read so far."""

    stage: str
    files: int
    all_files: int
    bytes: int
    all_bytes: int
    read: int


Tell = Callable[[str | Progress], None]


def ingest(
    paths: Sequence[str],
    dataset: Path,
    *,
    engine: "Engine",
    references: Path,
    countries: Path,
    as_of: datetime,
    tell: Tell,
) -> Tally:
    """Read everything that `paths` stand for into `dataset`; what it holds already is passed by.

    `references` is the folder of what others publish, `countries` the ledger's table; `as_of` is
    the time of reading in UTC, without zone, after which nothing can have been measured. Raises
    MeasurementsUnreadable where nothing is found, or another run holds the dataset.
    """
    start = monotonic()
    found = find_inputs(paths)
    if not found:
        raise MeasurementsUnreadable(
            f"{', '.join(paths)}: expected *.jsonl.gz or *.jsonl, found none"
        )
    for sentence in missing_references(references):
        tell(sentence)
    read_judging(references, countries=countries)  # a fault shows here, not in every task
    dataset.mkdir(parents=True, exist_ok=True)
    with locked(dataset / ".lock", wait=lambda: _refuse(dataset)):
        clear(dataset)
        tally = Tally()
        new = _new(found, dataset, engine=engine, tally=tally, tell=tell)
        template = Portion((), str(dataset.absolute()), str(references), str(countries), as_of)
        _read(new, template, engine=engine, tally=tally, tell=tell)
        keys = [entry["file_key"] for entry in arrived(dataset)]
        tell(Progress("settling", len(new), len(new), 0, 0, tally.read))
        settle(dataset, engine=engine)
        _add_up(tally, dataset, keys, engine=engine)
    tally.seconds = monotonic() - start
    return tally


def _refuse(dataset: Path) -> None:
    raise MeasurementsUnreadable(
        f"{dataset}: expected no other run at work there, found one; try again when it has ended"
    )


def _new(
    found: Sequence[Found], dataset: Path, *, engine: "Engine", tally: Tally, tell: Tell
) -> list[Named]:
    """The files that the dataset does not hold, named by their bytes; of equals one."""
    held = read_files(dataset).select("file_key", "path", "size_seen", "written_ns").rows()
    held += [
        (entry["file_key"], entry["path"], entry["size_seen"], entry["written_ns"])
        for entry in arrived(dataset)
    ]
    keys = {row[0] for row in held}
    places = {row[1:] for row in held}
    fresh = [item for item in found if (item.path, item.byte_count, item.written_ns) not in places]
    tell(Progress("naming", 0, len(fresh), 0, sum(item.byte_count for item in fresh), 0))
    new: dict[str, Named] = {}
    few = sum(item.byte_count for item in fresh) < _MOST_BYTES
    for named in map(name_by_bytes, fresh) if few else engine.each(name_by_bytes, fresh):
        if named.problem:
            tally.problems.append(named.problem)
        elif named.file_key not in keys:
            other = new.get(named.file_key)
            if other is None or named.found.path < other.found.path:
                new[named.file_key] = named
    tally.known = len(found) - len(new) - len(tally.problems)
    return list(new.values())


def _read(
    new: Sequence[Named], template: Portion, *, engine: "Engine", tally: Tally, tell: Tell
) -> None:
    all_bytes = sum(item.byte_count for item in new)
    lines = 0
    for done in engine.each(read_portion, list(_portions(new, template))):
        tally.files += done.file_count
        tally.bytes += done.byte_count
        tally.problems += done.problems
        lines += done.read
        tell(Progress("reading", tally.files, len(new), tally.bytes, all_bytes, lines))
    tally.problems.sort()


def _portions(new: Sequence[Named], template: Portion) -> Iterator[Portion]:
    """Files together in tasks: small ones many at a time, which spares what each batch costs."""
    most = min(_MOST_BYTES, max(_LEAST_BYTES, sum(item.byte_count for item in new) // _TASKS))
    held: list[Named] = []
    for item in sorted(new, key=lambda item: item.found.path):
        if held and (
            sum(other.byte_count for other in held) + item.byte_count > most
            or len(held) >= _MOST_FILES
        ):
            yield _portion(held, template)
            held = []
        held.append(item)
    if held:
        yield _portion(held, template)


def _portion(files: Sequence[Named], template: Portion) -> Portion:
    ordered = tuple(sorted(files, key=lambda item: item.file_key))
    return Portion(
        ordered, template.dataset, template.references, template.countries, template.as_of
    )


def _add_up(tally: Tally, dataset: Path, keys: Sequence[str], *, engine: "Engine") -> None:
    """The numbers of this run's files as they stand in the dataset now."""
    files = read_files(dataset)
    own = files.filter(pl.col("file_key").is_in(keys))
    for name in ("read", "kept", "quarantined", "duplicate"):
        setattr(tally, name, int(own[name].sum()))
    tally.files = own.height
    tally.total = int(files["kept"].sum())
    tally.reasons = _reasons(dataset, own)
    tally.verdicts = _verdicts(dataset, own, engine=engine)


def _reasons(dataset: Path, files: pl.DataFrame) -> dict[str, int]:
    """Lines of these files that were set aside, by reason, the most common first."""
    if not files["quarantined"].sum():
        return {}
    counted = (
        pl.scan_parquet(dataset / "quarantine" / "*.parquet")
        .join(files.lazy(), on="file_key", how="semi")
        .group_by("reason")
        .len()
        .sort("len", "reason", descending=[True, False])
        .collect()
    )
    return dict(counted.iter_rows())


def _verdicts(dataset: Path, files: pl.DataFrame, *, engine: "Engine") -> dict[str, int]:
    """Measurements of these files by what they came to as a whole."""
    if not files["kept"].sum():
        return {}
    rows = engine.read(dataset / "verdict", STANDING["verdict"])
    own = rows.filter(rows["is_deciding"]).semi_join(
        ibis.memtable(files.select("file_key").to_arrow()), "file_key"
    )
    counted = engine.fetch(own.group_by("verdict").agg(count=own.count()))
    found = dict(counted.select("verdict", "count").iter_rows())
    return {name: int(found[name]) for name in VERDICTS if name in found}
