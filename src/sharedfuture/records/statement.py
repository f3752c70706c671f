"""Rows of one kind, as a reader hands them over."""

from dataclasses import dataclass

import polars as pl

from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.frames import schema_of
from sharedfuture.records.stated_tables import STATED_TABLE


@dataclass(frozen=True, slots=True)
class Statement:
    """What a part of an edition says, as rows of one kind of `STATED`.

    `rows` may leave out columns that the publisher does not have, but not part and row.
    """

    kind: str
    rows: pl.DataFrame

    def whole(self) -> pl.DataFrame:
        """The rows with every column of their kind, typed; what was left out is empty.

        Raises SourceChanged where a column is not of the kind, or a value not of its type.
        """
        schema = schema_of(STATED_TABLE[self.kind])
        if unknown := set(self.rows.columns) - set(schema):
            raise SourceChanged(
                f"{self.kind}: expected columns among {', '.join(schema)}, found {sorted(unknown)}"
            )
        if lost := {"part", "row"} - set(self.rows.columns):
            raise SourceChanged(f"{self.kind}: expected part and row, found none of {sorted(lost)}")
        try:
            return self.rows.select(
                (pl.col(name) if name in self.rows.columns else pl.lit(None)).cast(kind).alias(name)
                for name, kind in schema.items()
            )
        except pl.exceptions.PolarsError as error:
            raise SourceChanged(f"{self.kind}: expected {schema}, found {error}") from error
