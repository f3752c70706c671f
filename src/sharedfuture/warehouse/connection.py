"""Connections: one for our own writing, one locked for queries that others wrote."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from sharedfuture.records.errors import NoRelease, StoreUnwritable

_DISK_ERRORS = (
    OSError,
    pl.exceptions.ComputeError,
    duckdb.OperationalError,
    duckdb.FatalException,
)
_LOCKED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "threads": "1",  # sums over rows come out alike to the last digit each time
}


@contextmanager
def telling_of_the_disk(folder: Path) -> Iterator[None]:
    """Turn what each library says of a full or shut disk into one StoreUnwritable."""
    try:
        yield
    except _DISK_ERRORS as error:
        reason = str(error).strip().splitlines()[-1]
        raise StoreUnwritable(
            f"{folder}: expected a folder with room to write, found {reason}"
        ) from error


def require_release(part: Path) -> None:
    """Raise NoRelease where this part of a release (its database, its tables) is not there."""
    if not part.exists():
        raise NoRelease(f"{part.parent}: expected a release, found none; run `sharedfuture build`")


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that writes."""
    return duckdb.connect(str(path))


def connect_locked(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that reads no file, loads no extension and cannot be set to do so.

    With `path`, that database, read-only; without, an empty one in memory that the caller fills
    before `lock`.
    """
    if path is None:
        return duckdb.connect(":memory:", config=dict(_LOCKED))
    connection = duckdb.connect(str(path), read_only=True, config=dict(_LOCKED))
    lock(connection)
    return connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Shut the file system and the configuration, for good."""
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def fill(connection: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame]) -> None:
    """Make a table of each frame."""
    for name, frame in frames.items():
        connection.register("incoming", frame)
        connection.execute(f'create table "{name}" as select * from incoming')
        connection.unregister("incoming")
