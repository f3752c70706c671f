"""The engine of many machines: Apache Spark, here or on a cluster that shares the folders."""

import logging
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import ibis
import polars as pl

from sharedfuture.records.errors import EngineRefused
from sharedfuture.warehouse.connection import telling_of_the_disk
from sharedfuture.warehouse.engines.datasets import (
    dataset_files,
    in_declared_types,
    in_form,
    partition_columns,
    placed_when_whole,
    schema_of_form,
    signed,
)
from sharedfuture.warehouse.engines.engine import Engine, Item, Result

if TYPE_CHECKING:
    from ibis.expr.schema import Schema
    from pyspark.sql import DataFrame, SparkSession

_LOG = Path(__file__).with_name("spark_log.properties").as_uri()
_SETTINGS: Mapping[str, str] = {
    "spark.app.name": "sharedfuture",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG}",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Times are UTC without a zone on every machine, and so they are in the files.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # A number that does not fit ends the work instead of becoming another, or nothing.
    "spark.sql.ansi.enabled": "true",
    # XXX is a country and 2024 a text where the form says so.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # A process of Python has one core; it shall not start a thread for every core there is.
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
}
_LOOPBACK: Mapping[str, str] = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


class SparkEngine(Engine):
    """See `Engine`: a session of Spark; what a task needs must be there on every machine."""

    name = "spark"

    def __init__(
        self, master: str, *, memory: str = "", threads: int = 0, spill: Path | None = None
    ) -> None:
        """Start a session; `memory` is that of each executor, `threads` the cores of all."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
            self._session = _start(_settings(master, memory=memory, threads=threads, spill=spill))
            from sharedfuture.warehouse.engines.spark_expressions import connect_expressions

            self._connection = connect_expressions(self._session)

    def read(self, folder: Path, form: Mapping[str, pl.DataType]) -> ibis.Table:
        """See `Engine.read`; the folder is one that every machine sees under this name."""
        schema = schema_of_form(form)
        name = ibis.util.gen_name("dataset")
        files = dataset_files(folder)
        if files:
            found = self._session.read.parquet(_place(folder))
        else:
            found = self._session.sql(self._without_rows(signed(schema)))
        found.createOrReplaceTempView(name)
        named = partition_columns(folder, files[0]) if files else ()
        return in_form(self._connection.table(name), signed(schema), folder=folder, named=named)

    def write(
        self, table: ibis.Table, folder: Path, *, by: Sequence[str], order: Sequence[str]
    ) -> None:
        """See `Engine.write`; all rows of a partition are put in order by one task."""
        from pyspark.sql import functions

        rows = self._rows(table)
        keys = [functions.col(name).asc_nulls_last() for name in (*by, *order)]
        whole = rows.repartition(*by) if by else rows.coalesce(1)
        sorted_rows = whole.sortWithinPartitions(*keys) if keys else whole
        with telling_of_the_disk(folder), placed_when_whole(folder) as partial:
            sorted_rows.write.partitionBy(*by).parquet(f"file://{partial.absolute()}")
            _name_plainly(partial)

    def fetch(self, table: ibis.Table) -> pl.DataFrame:
        """See `Engine.fetch`."""
        return in_declared_types(self._rows(table).toArrow(), table.schema())

    def each(self, task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """See `Engine.each`: a task of Spark an item, begun anew where an executor is lost."""
        from sharedfuture.warehouse.engines.spark_tasks import each_on_spark

        return each_on_spark(self._session.sparkContext, task, items)

    def close(self) -> None:
        """See `Engine.close`."""
        self._connection.disconnect()

    def _rows(self, table: ibis.Table) -> "DataFrame":
        name = ibis.util.gen_name("rows")
        self._connection.create_view(name, table)
        return self._session.table(name)

    def _without_rows(self, schema: "Schema") -> str:
        kinds = self._connection.compiler.type_mapper
        columns = ", ".join(
            f"cast(null as {kinds.to_string(kind)}) as `{name}`" for name, kind in schema.items()
        )
        return f"select {columns} where false"


def _settings(master: str, *, memory: str, threads: int, spill: Path | None) -> dict[str, str]:
    settings = {"spark.master": master, **_SETTINGS}
    is_here = master.startswith("local[")
    if is_here or urlsplit(master).hostname in ("127.0.0.1", "localhost"):
        settings |= _LOOPBACK
    if memory:
        # Java reads 8g, where DuckDB reads 8GB.
        size = memory.lower().replace(" ", "").removesuffix("ib").removesuffix("b")
        settings["spark.driver.memory" if is_here else "spark.executor.memory"] = size
    if threads > 0 and not is_here:
        settings["spark.cores.max"] = str(threads)
    if spill is not None:
        settings["spark.local.dir"] = str(spill.absolute())
    return settings


def _start(settings: Mapping[str, str]) -> "SparkSession":
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        raise EngineRefused("Spark is not installed here; pip install 'sharedfuture[spark]'")
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark import SparkConf
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    from sharedfuture.warehouse.engines.spark_tasks import first_cause

    _require_listening(settings["spark.master"])
    conf = SparkConf().setAll(list(settings.items()))
    try:
        session = SparkSession.builder.config(conf=conf).getOrCreate()
    except PySparkException as error:
        if error.getCondition() != "JAVA_GATEWAY_EXITED":
            raise
        raise EngineRefused(
            "Spark needs Java 17 or later, which did not start here; "
            "on Debian, apt install openjdk-17-jre-headless"
        ) from error
    except Py4JError as error:
        raise EngineRefused(
            f"{settings['spark.master']}: expected a Spark cluster, found {first_cause(error)}"
        ) from error
    logging.getLogger("SQLQueryContextLogger").disabled = True  # says again what is raised
    if session.sparkContext.pythonExec == "python3":  # nobody chose another by PYSPARK_PYTHON
        session.sparkContext.pythonExec = sys.executable
    return session


def _require_listening(master: str) -> None:
    """Raise EngineRefused where no master answers; Spark itself would wait for a minute."""
    if not master.startswith("spark://"):
        return
    said = ""
    for address in master.removeprefix("spark://").split(","):
        parts = urlsplit(f"//{address}")
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10).close()
        except (OSError, ValueError) as error:
            said = str(error)
        else:
            return
    raise EngineRefused(f"{master}: expected the master of a Spark cluster, found {said}")


def _place(folder: Path) -> str:
    """The folder as Spark names it, which sees a pattern in some signs."""
    return "file://" + "".join(
        f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in str(folder.absolute())
    )


def _name_plainly(folder: Path) -> None:
    """Name files as the other engine does, and take away what is not data."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".parquet":
            path.unlink()
    for path in dataset_files(folder):
        path.rename(path.with_name("data_0.parquet"))
