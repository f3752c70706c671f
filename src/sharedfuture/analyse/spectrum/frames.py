"""Frames in the shape of the public tables, filled or empty."""

from collections.abc import Mapping, Sequence

import polars as pl

from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE


def table_frame(name: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a frame of the public table `name`, with `row_ids` and `pool_ids`, by its key.

    NaN becomes null: what could not be computed is absent. A misspelt or missing column raises.
    """
    table = TABLE[name]
    schema: dict[str, pl.DataType | type[pl.DataType]] = dict(schema_of(table))
    schema |= {column: pl.List(pl.String) for column in ("row_ids", "pool_ids")}
    for row in rows:
        if row.keys() != schema.keys():
            raise KeyError(f"{name}: expected {sorted(schema)}, found {sorted(row)}")
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None)).sort(table.key)
