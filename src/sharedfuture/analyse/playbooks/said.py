"""What a row of another table says happened in a country: the form that all of them take."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

SAID: Mapping[str, pl.DataType] = {
    "country_id": pl.String(),
    "sponsor_id": pl.String(),
    "kind": pl.String(),
    # Kinds of a row that tells the happening apart better; empty where the kind is settled.
    "may_be": pl.List(pl.String()),
    # What only rows about the same thing share, where several of a kind are common at once.
    "subject": pl.String(),
    "date_edtf": pl.String(),
    "earliest": pl.Date(),
    "latest": pl.Date(),
    "certainty": pl.String(),
    "title": pl.String(),
    "row_id": pl.String(),
    # The sources that the row cites, or that the rows cite from which it was worked out.
    "source_ids": pl.List(pl.String()),
}


def said(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows in the common form; what is not named is empty."""
    return pl.DataFrame([{name: row.get(name) for name in SAID} for row in rows], schema=dict(SAID))


def in_form(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame in the common form; columns that it lacks are empty."""
    have = set(frame.columns)
    return frame.select(
        (pl.col(name) if name in have else pl.lit(None)).cast(kind).alias(name)
        for name, kind in SAID.items()
    )


def sources_cited(citations: pl.DataFrame) -> pl.DataFrame:
    """By `row_id`, the `source_ids` that it cites."""
    return citations.group_by("row_id").agg(source_ids=pl.col("source_id").unique().sort())
