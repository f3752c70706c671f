"""The same on a real cluster as on one machine, also where a machine is lost in the middle.

One master and two workers on loopback, from the package's own programs. Passed over where there is
no Java, which is said.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Thread

import ibis
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sharedfuture.analyse.blocking.counts import daily_counts
from sharedfuture.pipeline.measure.dataset import STANDING
from sharedfuture.pipeline.measure.ingest import Tally, ingest
from sharedfuture.records.errors import EngineRefused, TaskFailed
from sharedfuture.warehouse.engines import Engine, open_engine
from tests.measured import AS_OF, contents, countries_in, measurement, pack
from tests.spark_cluster import Cluster, has_java, spark_cluster, wait_until

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(
        not has_java(), reason="no Java here, which Spark needs: openjdk-17-jre-headless on Debian"
    ),
]

FORM: Mapping[str, pl.DataType] = {
    "day": pl.Date(),
    "country_id": pl.String(),
    "measured_at": pl.Datetime("us"),
    "number": pl.UInt32(),
    "asn": pl.Int64(),
    "verdict": pl.String(),
    "share": pl.Float64(),
    "is_blocked": pl.Boolean(),
    "names": pl.List(pl.String()),
}
FEW = pl.DataFrame(
    {"asn": [1, 2, None], "network": ["one", None, "none"], "since": [date(2024, 1, 2)] * 3}
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with spark_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as started:
        yield started


@pytest.fixture(scope="module")
def engines(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Engine]]:
    spill = tmp_path_factory.mktemp("spill")
    with (
        open_engine(threads=2, memory="500MB", spill=spill) as duck,
        open_engine(cluster.url, spill=spill) as spark,
    ):
        yield duck, spark


@pytest.fixture(scope="module")
def dataset(engines: tuple[Engine, Engine], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with gaps in every column."""
    folder = tmp_path_factory.mktemp("data") / "rows"
    engines[0].write(made_up(4_000), folder, by=["day", "country_id"], order=["number"])
    return folder


def made_up(rows: int) -> ibis.Table:
    number = ibis.range(rows).unnest().name("number").as_table().number
    table = number.as_table()
    gap = ibis.null()
    return table.select(
        day=(ibis.date("2024-01-01") + (number % 3).as_interval("D")).cast("date"),
        country_id=(number % 4 == 0).ifelse(gap, (number % 2 == 0).ifelse("IRN", "NOR")),
        measured_at=ibis.timestamp("2024-01-01 00:00:00") + (number * 97).as_interval("s"),
        number=number.cast("uint32"),
        asn=(number % 11 == 0).ifelse(gap, (number * 7919 % 5).cast("int64")),
        verdict=(number % 7 == 0).ifelse(gap, (number % 5 > 2).ifelse("blocked", "ok")),
        share=(number % 13 == 0).ifelse(gap, number / 8),
        is_blocked=(number % 9 == 0).ifelse(gap, number % 2 == 0),
        names=(number % 6 == 0).ifelse(gap, ibis.array([number.cast("string"), "a"])),
    )


def counted(rows: ibis.Table) -> ibis.Table:
    return rows.group_by("day", "country_id", "asn").agg(
        measured=rows.count(),
        blocked=(rows.verdict == "blocked").sum(),
        known=rows.verdict.notnull().sum(),
        first=rows.measured_at.min(),
        last=rows.measured_at.max(),
        networks=rows.asn.nunique(),
        total=rows.number.sum(),
        share=rows.share.mean(),
    )


def windowed(rows: ibis.Table) -> ibis.Table:
    series = ibis.window(group_by=["country_id", "asn"], order_by=["measured_at", "number"])
    whole = ibis.window(group_by=["country_id", "asn"])
    return rows.mutate(
        place=ibis.row_number().over(series),
        before=rows.verdict.lag().over(series),
        onset=rows.measured_at.min().over(whole),
        so_far=rows.number.cast("int64").cumsum().over(series),
    )


def joined(rows: ibis.Table) -> ibis.Table:
    return rows.left_join(ibis.memtable(FEW), "asn").select(
        "number", "asn", "network", "since", is_later=ibis._.day >= ibis._.since
    )


def without(rows: ibis.Table) -> ibis.Table:
    return rows.anti_join(rows.filter(rows.verdict == "blocked"), ["asn", "country_id"])


def listed(rows: ibis.Table) -> ibis.Table:
    return rows.mutate(
        first=rows.names[0], count=rows.names.length(), is_in=rows.names.contains("8")
    ).filter(ibis._.names.notnull())


def unnested(rows: ibis.Table) -> ibis.Table:
    return rows.select("number", name=rows.names.unnest()).filter(ibis._.name != "a")


def in_order(rows: ibis.Table) -> ibis.Table:
    return rows.order_by("verdict", ibis.desc("share"), "number").limit(50)


def texts(rows: ibis.Table) -> ibis.Table:
    text = rows.country_id.fill_null("none") + ":" + rows.number.cast("string")
    return rows.select(
        "number",
        text=text.upper(),
        part=text.split(":")[1],
        is_like=text.re_search("1[0-9]$"),
        cut=text.re_extract("([0-9])$", 1),
        week=rows.measured_at.truncate("W"),
        day_of=rows.measured_at.date(),
        whole=rows.number.cast("int64") // 7,
        rest=rows.number.cast("int64") % 7,
        name=ibis.cases((rows.share > 100, "large"), (rows.share > 10, "some"), else_="few"),
    )


def medians(rows: ibis.Table) -> ibis.Table:
    return rows.group_by("country_id").agg(
        median=rows.share.median(),
        spread=rows.share.std(how="sample"),
        every=rows.verdict.collect(distinct=True).length(),
    )


def together(rows: ibis.Table) -> ibis.Table:
    blocked = rows.filter(rows.verdict == "blocked").select("country_id", kind=ibis.literal("b"))
    return blocked.union(rows.select("country_id", kind=rows.verdict), distinct=True)


EXPRESSIONS: tuple[Callable[[ibis.Table], ibis.Table], ...] = (
    *(counted, windowed, joined, without, listed, unnested, in_order, texts, medians, together),
)


def require_same(ours: pl.DataFrame, theirs: pl.DataFrame, *, is_ordered: bool = False) -> None:
    """The same rows and types; a sum of fractions may differ in its last digits."""
    if not is_ordered:
        keys = [name for name, kind in ours.schema.items() if not kind.is_float()]
        ours, theirs = (frame.sort(keys, maintain_order=True) for frame in (ours, theirs))
    assert_frame_equal(ours, theirs, rel_tol=1e-12)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda expression: expression.__name__)
def test_expressions_give_the_same_rows(
    engines: tuple[Engine, Engine],
    dataset: Path,
    expression: Callable[[ibis.Table], ibis.Table],
) -> None:
    signed = {**FORM, "number": pl.Int64()}  # Spark knows no number without a sign
    ours, theirs = (engine.fetch(expression(engine.read(dataset, signed))) for engine in engines)
    assert ours.height > 0
    require_same(ours, theirs, is_ordered=expression is in_order)


def test_what_one_engine_writes_the_other_reads(
    engines: tuple[Engine, Engine], dataset: Path, tmp_path: Path
) -> None:
    duck, spark = engines
    spark.write(
        spark.read(dataset, FORM), tmp_path / "of spark", by=["day", "country_id"], order=["number"]
    )
    assert names_in(tmp_path / "of spark") == names_in(dataset)
    for path in sorted(dataset.rglob("*.parquet")):
        theirs = pl.read_parquet(tmp_path / "of spark" / path.relative_to(dataset))
        ours = pl.read_parquet(path, hive_partitioning=False)
        assert_frame_equal(ours, theirs.cast({"number": pl.UInt32}))
    back = duck.fetch(duck.read(tmp_path / "of spark", FORM)).sort("number")
    assert_frame_equal(back, duck.fetch(duck.read(dataset, FORM)).sort("number"))
    odd = tmp_path / "odd [name] of *it's*"
    spark.write(spark.read(tmp_path / "none", FORM), odd, by=[], order=["number"])
    assert spark.fetch(spark.read(odd, FORM)).is_empty()


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def begun(number: int, *, folder: Path) -> str:
    """A task that leaves word of where it is at work, and of its end."""
    if number == 13:
        raise ValueError("bad luck")
    word = folder / f"{number}-{uuid.uuid4()}"
    word.with_suffix(".begun").write_text(str(Path.cwd()))
    time.sleep(0.4)
    word.with_suffix(".ended").touch()
    return sha256(str(number).encode()).hexdigest()


def test_failure_of_a_task_names_its_item(engines: tuple[Engine, Engine], tmp_path: Path) -> None:
    with pytest.raises(TaskFailed, match=r"^13: ValueError: bad luck$"):
        list(engines[1].each(partial(begun, folder=tmp_path), [13, 1]))
    assert list(engines[1].each(abs, [])) == []


def test_tasks_survive_the_loss_of_a_machine(
    cluster: Cluster, engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    restore(cluster)
    items = list(range(20, 34))
    results = engines[1].each(partial(begun, folder=tmp_path), items)
    got = [next(results)]
    killed = kill_at_work(cluster, tmp_path)
    got += results
    assert sorted(got) == sorted(sha256(str(item).encode()).hexdigest() for item in items)
    places = [path.read_text() for path in tmp_path.glob("*.begun")]
    assert len(places) > len(items), "what the lost machine had begun was begun again"
    assert any(Path(place).is_relative_to(killed) for place in places)


def restore(cluster: Cluster) -> None:
    """Bring the cluster back to two workers."""
    alive = sum(worker.process.poll() is None for worker in cluster.workers)
    cluster.add_workers(2 - alive)


def kill_at_work(cluster: Cluster, folder: Path) -> Path:
    """Kill the worker of a task that has begun and not ended; the folder of that worker."""
    for _ in range(6_000):
        for path in folder.glob("*.begun"):
            place = path.read_text()
            if place and not path.with_suffix(".ended").exists():
                worker = cluster.worker_of(Path(place))
                worker.kill()
                return worker.folder
        time.sleep(0.01)
    raise AssertionError("expected a task in the middle of its work within a minute, found none")


def test_expression_survives_the_loss_of_a_machine(
    cluster: Cluster, engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    restore(cluster)
    duck, spark = engines
    duck.write(made_up(2_500_000), tmp_path / "rows", by=["day"], order=["number"])
    signed = {**FORM, "number": pl.Int64()}
    ours, theirs = (
        counted(windowed(engine.read(tmp_path / "rows", signed))).order_by("day", "asn")
        for engine in engines
    )
    wait_until(lambda: len(set(spark.each(place_of, range(4)))) == 2, what="both machines at work")
    tracker = spark._session.sparkContext.statusTracker()  # type: ignore[attr-defined]
    fetched: list[pl.DataFrame] = []
    thread = Thread(target=lambda: fetched.append(spark.fetch(theirs)))
    thread.start()

    wait_until(tracker.getActiveStageIds, what="the cluster in the middle of the expression")
    victim = next(worker for worker in cluster.workers if worker.process.poll() is None)
    victim.kill()
    assert thread.is_alive()
    thread.join()
    require_same(duck.fetch(ours), fetched[0])


def place_of(number: int) -> str:
    """Where a task is at work."""
    time.sleep(0.1 + number / 100)
    return str(Path.cwd())


def test_ingest_survives_the_loss_of_a_machine(
    cluster: Cluster,
    engines: tuple[Engine, Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sharedfuture.pipeline.measure.ingest._LEAST_BYTES", 1)  # a file a task
    restore(cluster)
    duck, spark = engines
    for file in range(8):
        lines = [
            measurement(number, day=1 + number % 3, country=("ZM", "UG", "IT")[number % 3])
            for number in range(file * 350, file * 350 + 400)
        ]
        pack(tmp_path / "in" / f"{file}.jsonl.gz", [*lines, b"{"])
    ours = read_in(duck, tmp_path, tmp_path / "ours")
    thread = Thread(target=kill_once_there_is, args=(cluster, tmp_path / "theirs" / "incoming"))
    thread.start()
    theirs = read_in(spark, tmp_path, tmp_path / "theirs")
    thread.join()
    assert ours.read == 8 * 401
    for name in ("files", "read", "kept", "quarantined", "duplicate", "reasons", "verdicts"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert contents(tmp_path / "ours") == contents(tmp_path / "theirs")
    require_same(
        *(
            engine.fetch(
                daily_counts(engine.read(tmp_path / name / "verdict", STANDING["verdict"]))
            )
            for engine, name in ((duck, "ours"), (spark, "theirs"))
        )
    )


def read_in(engine: Engine, folder: Path, dataset: Path) -> Tally:
    return ingest(
        [str(folder / "in")],
        dataset,
        engine=engine,
        references=folder / "references",
        countries=countries_in(folder),
        as_of=AS_OF,
        tell=lambda _: None,
    )


def kill_once_there_is(cluster: Cluster, folder: Path) -> None:
    """Kill a worker when the first result of ingest is in place, or is being written."""
    wait_until(lambda: folder.exists() and any(folder.iterdir()), what="the first result")
    next(worker for worker in cluster.workers if worker.process.poll() is None).kill()


def test_master_that_is_not_there_is_told_of() -> None:
    with pytest.raises(
        EngineRefused, match=r"expected the master of a Spark cluster, found .*refused"
    ):
        open_engine("spark://127.0.0.1:9")
