"""Queries that others wrote: one SELECT, read-only, within a time."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import polars as pl

from sharedfuture.records.errors import QueryRefused
from sharedfuture.warehouse.connection import connect_locked, fill, lock

_INDEPENDENT_CITATION = """
create view independent_citation as
select citation.*
from citation join source using (source_id)
where source_id <> 'src-report' and reliability not in ('E', 'F')
"""


def ask_release(database: Path, query: str, *, limit_seconds: float) -> pl.DataFrame:
    """Rows of one SELECT over a release.

    Raises QueryRefused where the text is not one SELECT, fails, or takes longer than the limit.
    """
    with closing(connect_locked(database)) as connection:
        return _ask(connection, query, limit_seconds=limit_seconds)


def ask_each(
    frames: Mapping[str, pl.DataFrame], queries: Mapping[str, str], *, limit_seconds: float
) -> dict[str, list[dict[str, Any]] | QueryRefused]:
    """Rows of each query over the same tables, or why it was refused.

    Values are whatever a query selects, hence `Any`.
    """
    answers: dict[str, list[dict[str, Any]] | QueryRefused] = {}
    with closing(connect_locked()) as connection:
        fill(connection, frames)
        connection.execute(_INDEPENDENT_CITATION)
        lock(connection)
        for name, query in queries.items():
            try:
                answers[name] = _ask(connection, query, limit_seconds=limit_seconds).to_dicts()
            except QueryRefused as error:
                answers[name] = error
    return answers


def _ask(
    connection: duckdb.DuckDBPyConnection, query: str, *, limit_seconds: float
) -> pl.DataFrame:
    _require_select(query)
    timer = Timer(limit_seconds, connection.interrupt)
    timer.start()
    try:
        return pl.DataFrame(connection.sql(query).to_arrow_table())
    except duckdb.InterruptException:
        raise QueryRefused(
            f"expected an answer within {limit_seconds:g} s, found none; narrow the query"
        ) from None
    except duckdb.Error as error:
        raise QueryRefused(str(error)) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise QueryRefused(
            f"expected columns of distinct names and plain types, found {error}"
        ) from error
    finally:
        timer.cancel()


def _require_select(query: str) -> None:
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise QueryRefused(str(error)) from error
    kinds = [statement.type for statement in statements]
    if kinds != [duckdb.StatementType.SELECT]:
        found = ", ".join(kind.name for kind in kinds) or "nothing"
        raise QueryRefused(f"expected one SELECT, found {found}")
