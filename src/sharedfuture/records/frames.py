"""Rows to frames with the columns and types that a public table declares."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from sharedfuture.records.table import Kind, Table

_TYPES: Mapping[Kind, type[pl.DataType]] = {
    Kind.TEXT: pl.String,
    Kind.INTEGER: pl.Int64,
    Kind.NUMBER: pl.Float64,
    Kind.BOOLEAN: pl.Boolean,
    Kind.DATE: pl.Date,
}


def schema_of(table: Table) -> pl.Schema:
    """Polars types of a table's columns, in order."""
    return pl.Schema({column.name: _TYPES[column.kind] for column in table.columns})


def schema_with_rows(table: Table) -> pl.Schema:
    """The same with `row_ids`, as an analysis step returns it."""
    return pl.Schema({**schema_of(table), "row_ids": pl.List(pl.String)})


def frame_of(table: Table, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A frame with exactly the table's columns, sorted by its key; other keys are left out.

    Values come from records that were typed before, hence `Any`.
    """
    schema = schema_of(table)
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    for row in rows:
        for name, values in columns.items():
            values.append(row.get(name))
    return pl.DataFrame(columns, schema=schema).sort(table.key)
