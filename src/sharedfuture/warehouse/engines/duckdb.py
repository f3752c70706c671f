"""The engine of one machine: DuckDB, which puts on disk what memory does not hold."""

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import ibis
import polars as pl

from sharedfuture.records.errors import EngineRefused, StoreUnwritable
from sharedfuture.warehouse.connection import telling_of_the_disk
from sharedfuture.warehouse.engines.datasets import (
    dataset_files,
    in_declared_types,
    in_form,
    partition_columns,
    placed_when_whole,
    schema_of_form,
)
from sharedfuture.warehouse.engines.engine import Engine, Item, Result
from sharedfuture.warehouse.engines.processes import each_in_processes, sensible_count

if TYPE_CHECKING:
    from ibis.expr.schema import Schema


class DuckEngine(Engine):
    """See `Engine`: a database in memory, its own processes for tasks."""

    name = "duckdb"

    def __init__(self, *, memory: str = "", threads: int = 0, spill: Path | None = None) -> None:
        """Start an empty database; `spill` is made where it is not there."""
        self._threads = sensible_count(threads)
        if spill is not None:
            spill.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(prefix="sharedfuture-", dir=spill)
        try:
            with _telling(self._spill):
                self._connection = ibis.duckdb.connect(
                    memory_limit=memory or "70%",
                    threads=self._threads,
                    temp_directory=str(self._spill / "memory"),
                    autoinstall_known_extensions=False,
                    autoload_known_extensions=False,
                )
        except EngineRefused:
            self._folder.cleanup()
            raise

    @property
    def _spill(self) -> Path:
        return Path(self._folder.name)

    def read(self, folder: Path, form: Mapping[str, pl.DataType]) -> ibis.Table:
        """See `Engine.read`."""
        schema = schema_of_form(form)
        name = ibis.util.gen_name("dataset")
        files = dataset_files(folder)
        query = self._reading(folder, files, schema) if files else self._without_rows(schema)
        named = partition_columns(folder, files[0]) if files else ()
        with _telling(folder):
            self._run(f"create temp view {_name(name)} as {query}")
            return in_form(self._connection.table(name), schema, folder=folder, named=named)

    def write(
        self, table: ibis.Table, folder: Path, *, by: Sequence[str], order: Sequence[str]
    ) -> None:
        """See `Engine.write`.

        The rows are worked out and put in order on all cores into one file, which a single thread
        then divides: several would each leave a file of their own, in an order of their own.
        """
        keys = [*by, *order]
        name = ibis.util.gen_name("ordered")
        with _telling(folder), placed_when_whole(folder) as partial:
            self._connection.create_view(name, table.order_by(keys) if keys else table)
            try:
                rows = self._declared(name, table.schema())
                if by:
                    self._write_divided(rows, partial, by=by)
                else:
                    partial.mkdir()
                    self._copy(rows, partial / "data_0.parquet")
            finally:
                self._run(f"drop view {_name(name)}")

    def _write_divided(self, rows: str, folder: Path, *, by: Sequence[str]) -> None:
        whole = self._spill / f"{ibis.util.gen_name('whole')}.parquet"
        try:
            self._copy(rows, whole, compression="lz4")
            self._run("set threads = 1")
            self._copy(f"select * from read_parquet({_text(whole)})", folder, by=by)
        finally:
            self._run(f"set threads = {self._threads}")
            whole.unlink(missing_ok=True)

    def fetch(self, table: ibis.Table) -> pl.DataFrame:
        """See `Engine.fetch`."""
        with _telling(self._spill):
            return in_declared_types(self._connection.to_pyarrow(table), table.schema())

    def each(self, task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """See `Engine.each`: one process a thread; with one, this process."""
        return each_in_processes(task, items, count=self._threads)

    def close(self) -> None:
        """See `Engine.close`."""
        self._connection.disconnect()
        self._folder.cleanup()

    def _reading(self, folder: Path, files: Sequence[Path], schema: "Schema") -> str:
        named = ", ".join(map(_text, files))
        kinds = ", ".join(
            f"{_name(column)}: {self._kind(schema, column)}"
            for column in partition_columns(folder, files[0])
        )
        typed = f", hive_types = {{{kinds}}}" if kinds else ""
        hive = "true" if kinds else "false"
        return f"select * from read_parquet([{named}], hive_partitioning = {hive}{typed})"

    def _declared(self, name: str, schema: "Schema") -> str:
        """Rows in the types that the expression declares; DuckDB's own sums and days are wider."""
        columns = ", ".join(
            f"cast({_name(column)} as {self._kind(schema, column)}) as {_name(column)}"
            for column in schema
        )
        return f"select {columns} from {_name(name)}"

    def _without_rows(self, schema: "Schema") -> str:
        columns = ", ".join(
            f"cast(null as {self._kind(schema, column)}) as {_name(column)}" for column in schema
        )
        return f"select {columns} where false"

    def _kind(self, schema: "Schema", column: str) -> str:
        kind = schema.get(column, ibis.dtype("string"))
        return str(self._connection.compiler.type_mapper.to_string(kind))

    def _copy(
        self, query: str, place: Path, *, by: Sequence[str] = (), compression: str = "zstd"
    ) -> None:
        parts = f", partition_by ({', '.join(map(_name, by))})" if by else ""
        self._run(
            f"copy ({query}) to {_text(place)} (format parquet, compression {compression}{parts})"
        )

    def _run(self, statement: str) -> None:
        self._connection.con.execute(statement)


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    """Turn what DuckDB says of its memory, a full disk or unfit rows into errors of our own."""
    with warnings.catch_warnings():
        # Ibis still asks DuckDB for Arrow by a name that is going away.
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        try:
            with telling_of_the_disk(folder):
                yield
        except StoreUnwritable as error:
            if isinstance(error.__cause__, duckdb.OutOfMemoryException):
                raise EngineRefused(
                    "expected the work to fit into the memory allowed and the disk beside it, "
                    f"found {error.__cause__}"
                ) from error
            raise
        except duckdb.Error as error:
            raise EngineRefused(f"{folder}: {error}") from error


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
