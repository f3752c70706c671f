"""The engine of one machine: what it reads, writes and gives back, and how its tasks end."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import ibis
import polars as pl
import pytest

from sharedfuture.records.errors import EngineRefused, StoreUnwritable, TaskFailed
from sharedfuture.warehouse.engines import Engine, open_engine

FORM: Mapping[str, pl.DataType] = {
    "day": pl.Date(),
    "country_id": pl.String(),
    "measured_at": pl.Datetime("us"),
    "number": pl.UInt32(),
    "share": pl.Float64(),
    "is_blocked": pl.Boolean(),
    "names": pl.List(pl.String()),
}
ROWS = 3_000


def made_up(rows: int = ROWS) -> pl.DataFrame:
    """Rows in no order, of three days and three countries, one of them without a name."""
    number = pl.int_range(rows, dtype=pl.UInt32, eager=True)
    return pl.DataFrame({"number": number}).select(
        day=pl.date(2024, 1, 1) + pl.duration(days=pl.col("number") % 3),
        country_id=pl.Series([("IRN", "XXX", None)[i * 7 % 3] for i in range(rows)]),
        measured_at=pl.datetime(2024, 1, 1) + pl.duration(microseconds=pl.col("number") * 1_001),
        number=pl.col("number").reverse(),
        share=pl.col("number") / 7,
        is_blocked=pl.when(pl.col("number") % 5 > 0).then(pl.col("number") % 2 == 0),
        names=pl.concat_list(pl.lit("a"), pl.lit("b")),
    )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(threads=2, memory="500MB", spill=tmp_path / "spill") as opened:
        yield opened


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_written_is_read(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "odd [name] of *it's*"
    engine.write(ibis.memtable(made_up()), folder, by=["day", "country_id"], order=["number"])
    read = engine.fetch(engine.read(folder, FORM))
    assert read.schema == dict(FORM)
    assert read.sort("number").equals(made_up().cast(dict(FORM)).sort("number"))  # type: ignore[arg-type]


def test_a_partition_is_one_file_in_order(engine: Engine, tmp_path: Path) -> None:
    # More files than DuckDB keeps open at a time.
    table = ibis.range(700_000).unnest().name("number").as_table()
    spread = table.mutate(
        day=(table.number % 130).cast("string"), key=(table.number * 7919) % 700_001
    )
    for name in ("first", "second"):
        engine.write(spread, tmp_path / name, by=["day"], order=["key"])
    files = sorted((tmp_path / "first").rglob("*.parquet"))
    assert len(files) == 130
    assert all(pl.read_parquet(path)["key"].is_sorted() for path in files)
    assert sum(pl.read_parquet(path).height for path in files) == 700_000
    assert hashes(tmp_path / "first") == hashes(tmp_path / "second")


def test_large_partitions_are_in_order_too(engine: Engine, tmp_path: Path) -> None:
    # More rows a partition than DuckDB collects before it writes.
    table = ibis.range(1_500_000).unnest().name("number").as_table()
    spread = table.mutate(day=(table.number % 2), key=(table.number * 7919) % 1_500_007)
    engine.write(spread, tmp_path / "out", by=["day"], order=["key"])
    files = sorted((tmp_path / "out").rglob("*.parquet"))
    assert len(files) == 2
    assert all(pl.read_parquet(path)["key"].is_sorted() for path in files)


def test_rows_are_written_without_partitions(engine: Engine, tmp_path: Path) -> None:
    engine.write(ibis.memtable(made_up()), tmp_path / "out", by=[], order=["number"])
    read = engine.fetch(engine.read(tmp_path / "out", FORM))
    assert read["number"].to_list() == list(range(ROWS))


def test_types_are_those_that_the_expression_declares(engine: Engine, tmp_path: Path) -> None:
    # DuckDB sums whole numbers to 128 bits, which Parquet does not know, and days to times.
    rows = ibis.memtable(made_up())
    summed = rows.group_by(day=rows.day + ibis.interval(days=1)).agg(total=rows.number.sum())
    engine.write(summed, tmp_path / "out", by=["day"], order=["total"])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        f"day=2024-01-0{day}" for day in (2, 3, 4)
    }
    file = next((tmp_path / "out").rglob("*.parquet"))
    assert pl.read_parquet_schema(file)["total"] == pl.Int64()


@pytest.mark.parametrize("is_made", [True, False])
def test_a_dataset_without_files_has_no_rows(engine: Engine, tmp_path: Path, is_made: bool) -> None:
    folder = tmp_path / "none"
    if is_made:
        engine.write(
            ibis.memtable(made_up(0).cast(dict(FORM))),  # type: ignore[arg-type]
            folder,
            by=["day"],
            order=[],
        )
        assert folder.is_dir()
    table = engine.read(folder, FORM)
    assert engine.fetch(table).schema == dict(FORM)
    assert engine.fetch(table).is_empty()
    assert engine.fetch(table.count().as_table()).item() == 0


def test_hidden_files_are_not_of_the_dataset(engine: Engine, tmp_path: Path) -> None:
    engine.write(ibis.memtable(made_up()), tmp_path / "out", by=["day"], order=["number"])
    file = next((tmp_path / "out").rglob("*.parquet"))
    for hidden in (".being-written", "_temporary"):
        place = tmp_path / "out" / hidden / file.parent.name
        place.mkdir(parents=True)
        (place / "a.parquet").write_bytes(b"not whole")
    assert engine.fetch(engine.read(tmp_path / "out", FORM)).height == ROWS


def test_columns_within_files_give_way_to_folders(engine: Engine, tmp_path: Path) -> None:
    place = tmp_path / "out" / "day=2024-05-06" / "country_id=NOR"
    place.mkdir(parents=True)
    made_up().cast({"number": pl.Int64}).write_parquet(place / "a.parquet")
    read = engine.fetch(engine.read(tmp_path / "out", FORM))
    assert read.schema == dict(FORM)
    assert set(read["country_id"]) == {"NOR"}
    assert set(read["day"]) == {date(2024, 5, 6)}


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (pl.lit("7").alias("number"), "expected column number to be uint32, found string"),
        (pl.lit(7).alias("other"), "expected columns number, found none such"),
    ],
)
def test_another_form_is_refused(
    engine: Engine, tmp_path: Path, column: pl.Expr, told: str
) -> None:
    frame = made_up().drop("number").with_columns(column)
    (tmp_path / "out").mkdir()
    frame.write_parquet(tmp_path / "out" / "a.parquet")
    with pytest.raises(EngineRefused, match=told):
        engine.read(tmp_path / "out", FORM)


def test_times_lose_their_zone_and_stay_the_same(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    zoned = pl.DataFrame({"at": [datetime(2024, 1, 1, 12)]}).select(  # noqa: DTZ001
        pl.col("at").dt.replace_time_zone("Asia/Tehran")
    )
    zoned.write_parquet(tmp_path / "out" / "a.parquet")
    read = engine.fetch(engine.read(tmp_path / "out", {"at": pl.Datetime("us")}))
    assert read["at"].to_list() == [datetime(2024, 1, 1, 8, 30)]  # noqa: DTZ001


def test_nothing_is_written_over(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(StoreUnwritable, match="expected no such folder yet"):
        engine.write(ibis.memtable(made_up()), tmp_path / "out", by=[], order=[])


def test_a_write_that_fails_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    table = ibis.memtable(made_up())
    faulty = table.mutate(number=table.country_id.cast("int64"))
    with pytest.raises(EngineRefused, match=r"XXX|IRN"):
        engine.write(faulty, tmp_path / "data" / "out", by=["day"], order=[])
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.conformance
def test_what_memory_does_not_hold_goes_to_the_disk(tmp_path: Path) -> None:
    with open_engine(threads=2, memory="100MB", spill=tmp_path) as small:
        table = ibis.range(4_000_000).unnest().name("number").as_table()
        wide = table.mutate(text=(table.number * 7919 % 4_000_037).cast("string") + "-" * 20)
        small.write(wide, tmp_path / "out", by=[], order=["text"])
        counted = small.fetch(
            small.read(tmp_path / "out", {"text": pl.String()}).count().as_table()
        )
    assert counted.item() == 4_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_engine_that_is_not_known_is_refused() -> None:
    with pytest.raises(
        EngineRefused, match=r"expected duckdb, spark://host:port or local\[cores\]"
    ):
        open_engine("postgres")


def test_memory_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(EngineRefused, match="Memory must have a number"):
        open_engine(memory="a lot")


def squared(number: int) -> tuple[int, int]:
    """A task: the square, and who worked it out."""
    if number == 13:
        raise ValueError("bad luck")
    return number * number, os.getpid()


@pytest.mark.parametrize("threads", [1, 2])
def test_tasks_are_worked_out(threads: int) -> None:
    with open_engine(threads=threads) as opened:
        results = list(opened.each(squared, range(12)))
    assert sorted(square for square, _ in results) == [number**2 for number in range(12)]
    assert (os.getpid() in {pid for _, pid in results}) == (threads == 1)


@pytest.mark.parametrize("threads", [1, 2])
def test_failure_of_a_task_names_its_item(threads: int) -> None:
    with (
        open_engine(threads=threads) as opened,
        pytest.raises(TaskFailed, match=r"^13: ValueError: bad luck$"),
    ):
        list(opened.each(squared, [*range(20)]))
    assert multiprocessing.active_children() == []


def ended(number: int) -> None:
    """A task whose process is ended from outside."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_is_told_of() -> None:
    with (
        open_engine(threads=2) as opened,
        pytest.raises(TaskFailed, match=r"a process ended in the middle of its task.*\b3\b"),
    ):
        list(opened.each(ended, range(20)))


WAITING = """
import sys, time
from pathlib import Path
from sharedfuture.warehouse.engines import open_engine

def wait(path):
    path.write_text("begun")
    time.sleep(600)

if __name__ == "__main__":
    with open_engine(threads=2) as engine:
        list(engine.each(wait, [Path(sys.argv[1]) / name for name in "ab"]))
"""


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("sent", "is_group"), [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGKILL, False)]
)
def test_tasks_end_with_the_command(tmp_path: Path, sent: signal.Signals, is_group: bool) -> None:
    script = tmp_path / "waiting.py"
    script.write_text(WAITING, encoding="utf-8")
    begun = tmp_path / "begun"
    begun.mkdir()
    process = subprocess.Popen(
        [sys.executable, str(script), str(begun)],
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while len(list(begun.iterdir())) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)
    (os.killpg if is_group else os.kill)(process.pid, sent)
    process.wait(timeout=30)
    while is_any_left(process.pid):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_any_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
