"""The public tables as files: Parquet, CSV and one DuckDB database."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl

from sharedfuture.records.table import Table
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse.connection import connect, fill, require_release, telling_of_the_disk

_FORMULA = r"^[=+\-@\t\r]"


def write_tables(frames: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write each frame to `parquet/` and `csv/`, and all of them to one DuckDB file.

    Same frames give the same Parquet and CSV bytes. Raises StoreUnwritable where the disk is full
    or shut.
    """
    with telling_of_the_disk(folder):
        (folder / "parquet").mkdir(parents=True)
        (folder / "csv").mkdir()
        for name, frame in frames.items():
            frame.write_parquet(folder / "parquet" / f"{name}.parquet", compression="zstd")
            neutral(frame).write_csv(folder / "csv" / f"{name}.csv")
        with closing(connect(folder / "sharedfuture.duckdb")) as connection:
            fill(connection, frames)
            for name in frames:
                _describe(connection, TABLE[name])
            connection.execute("checkpoint")


def _describe(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Carry what each table and column means into the database."""
    connection.execute(f'comment on table "{table.name}" is {_quoted(table.says)}')
    for column in table.columns:
        connection.execute(
            f'comment on column "{table.name}"."{column.name}" is {_quoted(column.says)}'
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of a release, by name; raises NoRelease where there is none."""
    require_release(folder / "parquet")
    return {path.stem: pl.read_parquet(path) for path in sorted((folder / "parquet").iterdir())}


def neutral(frame: pl.DataFrame) -> pl.DataFrame:
    """The same, where no text begins as a spreadsheet formula does; numbers keep their sign."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(
        pl.when(
            pl.col(name).str.contains(_FORMULA)
            & pl.col(name).cast(pl.Float64, strict=False).is_null()
        )
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )
