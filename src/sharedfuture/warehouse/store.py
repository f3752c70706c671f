"""The append-only store of what was captured and stated, kept over all builds."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import polars as pl

from sharedfuture.records.stated import Stated
from sharedfuture.warehouse.connection import connect, telling_of_the_disk

_TABLES = """
create schema if not exists captured;
create schema if not exists stated;
create table if not exists captured.file (
    file_sha256 text, name text, byte_count bigint, data blob, primary key (file_sha256, name)
);
create table if not exists stated.row (
    stated_id text primary key, kind text, row_id text, as_written text
);
create table if not exists stated.sighting (
    stated_id text, file_sha256 text, file text, line integer,
    primary key (stated_id, file_sha256, file, line)
);
"""


def keep_stated(
    database: Path, rows: Iterable[Stated], *, files: Iterable[tuple[str, str, bytes]]
) -> None:
    """Add captured files (name, hash, bytes) and stated rows that were not there before.

    Nothing is ever changed or taken away: a row written differently is a new row, the same row in
    a new edition of its file a new sighting. All of it or none, in one transaction.
    """
    captured = pl.DataFrame(
        [(digest, name, len(data), data) for name, digest, data in files],
        schema=["file_sha256", "name", "byte_count", "data"],
        orient="row",
    )
    hashes = dict(captured.select("name", "file_sha256").iter_rows())
    stated = pl.DataFrame(
        [
            (row.stated_id, row.kind, row.row_id, row.as_written, row.at.file, row.at.line)
            for row in rows
        ],
        schema=["stated_id", "kind", "row_id", "as_written", "file", "line"],
        orient="row",
    ).with_columns(file_sha256=pl.col("file").replace_strict(hashes))
    with telling_of_the_disk(database.parent), closing(connect(database)) as connection:
        connection.execute(_TABLES)
        connection.execute("begin")
        connection.register("captured_now", captured)
        connection.register("stated_now", stated)
        connection.execute("insert or ignore into captured.file select * from captured_now")
        connection.execute(
            "insert or ignore into stated.row "
            "select distinct stated_id, kind, row_id, as_written from stated_now"
        )
        connection.execute(
            "insert or ignore into stated.sighting "
            "select stated_id, file_sha256, file, line from stated_now"
        )
        connection.execute("commit")
