"""Queries that others wrote: one SELECT, read-only, within a time."""

import re
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import polars as pl

from sharedfuture.records.errors import QueryRefused
from sharedfuture.warehouse.connection import connect_locked, fill, lock, require_release

_WORD = re.compile(r"\w+")
_INDEPENDENT_CITATION = """
create view independent_citation as
select citation.*
from citation join source using (source_id)
where source_id <> 'src-report' and reliability not in ('E', 'F')
"""


def ask_release(database: Path, query: str, *, limit_seconds: float) -> pl.DataFrame:
    """Rows of one SELECT over a release.

    Raises QueryRefused where the text is not one SELECT, fails, or takes longer than the limit,
    and NoRelease where there is no such database.
    """
    require_release(database)
    with closing(connect_locked(database)) as connection:
        return _ask(connection, query, limit_seconds=limit_seconds)


def ask_each(
    frames: Mapping[str, pl.DataFrame], queries: Mapping[str, str], *, limit_seconds: float
) -> dict[str, list[dict[str, Any]] | QueryRefused]:
    """Rows of each query over the same tables, or why it was refused.

    Only tables that a query names are there. Values are whatever a query selects, hence `Any`.
    """
    answers: dict[str, list[dict[str, Any]] | QueryRefused] = {}
    words = set(_WORD.findall(" ".join([_INDEPENDENT_CITATION, *queries.values()]).lower()))
    with closing(connect_locked()) as connection:
        fill(connection, {name: frame for name, frame in frames.items() if name in words})
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
        answer = connection.sql(query)
        return _frame_of(answer.columns, answer.fetchall())
    except duckdb.InterruptException:
        raise QueryRefused(
            f"expected an answer within {limit_seconds:g} s, found none; narrow the query"
        ) from None
    except duckdb.Error as error:
        raise QueryRefused(str(error)) from error
    finally:
        timer.cancel()


def _frame_of(columns: list[str], rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """The rows as a frame; values of types that few tools know become text.

    Python values lie between the two, because the straight way ends the process on a date that is
    infinite. Raises QueryRefused where two columns have one name or a column mixes types.
    """
    if len(set(columns)) < len(columns):
        raise QueryRefused(f"expected columns of distinct names, found {', '.join(columns)}")
    plain = [[_plain(value) for value in row] for row in rows]
    try:
        return pl.DataFrame(plain, schema=columns, orient="row", infer_schema_length=None)
    except (pl.exceptions.PolarsError, TypeError, OverflowError) as error:
        raise QueryRefused(f"expected one plain type in each column, found {error}") from error


def _plain(value: object) -> object:
    match value:
        case None | bool() | float() | str() | date():
            return value
        case int():
            return value if abs(value) < 2**63 else str(value)
        case Decimal():
            return float(value)
        case list():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _require_select(query: str) -> None:
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise QueryRefused(str(error)) from error
    kinds = [statement.type for statement in statements]
    if kinds != [duckdb.StatementType.SELECT]:
        found = ", ".join(kind.name for kind in kinds) or "nothing"
        raise QueryRefused(f"expected one SELECT, found {found}")
