"""What a dataset is on disk: Parquet files in folders that name days, countries and the like."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sharedfuture.records.errors import EngineRefused, StoreUnwritable

if TYPE_CHECKING:
    import ibis
    import pyarrow
    from ibis.expr.schema import Schema


def dataset_files(folder: Path) -> list[Path]:
    """The Parquet files of a dataset, in order of their names; none where there is no folder."""
    return sorted(
        path
        for path in folder.rglob("*.parquet")
        if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    )


def partition_columns(folder: Path, file: Path) -> list[str]:
    """The columns that the folders between a dataset and one of its files name."""
    divided = (part.partition("=") for part in file.relative_to(folder).parts[:-1])
    return [name for name, sign, _ in divided if sign]


def schema_of_form(form: Mapping[str, pl.DataType]) -> "Schema":
    """The same columns in the types of expressions."""
    from ibis.formats.polars import PolarsSchema

    return PolarsSchema.to_ibis(dict(form))


def signed(schema: "Schema") -> "Schema":
    """The same for Spark, which knows no whole number without a sign: a wider one holds it."""
    import ibis

    wider = {"uint8": "int16", "uint16": "int32", "uint32": "int64", "uint64": "int64"}
    return ibis.schema(
        {name: ibis.dtype(wider.get(str(kind), kind)) for name, kind in schema.items()}
    )


def in_form(
    table: "ibis.Table", schema: "Schema", *, folder: Path, named: Collection[str] = ()
) -> "ibis.Table":
    """The columns of `schema`, in its order and types.

    Those in `named` are texts that folders name, and become what the form wants of them. Whole
    numbers become other whole numbers and times lose a zone where all values allow it, which shows
    as the rows are read. Raises EngineRefused where a column is lacking or of another kind.
    """
    found = table.schema()
    if lacking := sorted(set(schema) - set(found)):
        raise EngineRefused(f"{folder}: expected columns {', '.join(lacking)}, found none such")
    for name, expected in schema.items():
        kind = found[name]
        alike = (kind.is_integer() and expected.is_integer()) or (
            kind.is_timestamp() and expected.is_timestamp()
        )
        if not (name in named or alike or kind.castable(expected)):
            raise EngineRefused(f"{folder}: expected column {name} to be {expected}, found {kind}")
    return table.select(
        (table[name] if found[name] == expected else table[name].cast(expected)).name(name)
        for name, expected in schema.items()
    )


def in_declared_types(rows: "pyarrow.Table", schema: "Schema") -> pl.DataFrame:
    """Rows as a frame of the types that an expression declares, whichever engine gave them."""
    from ibis.formats.polars import PolarsSchema

    frame = pl.DataFrame(pl.from_arrow(rows))
    zoned = [
        name
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime) and kind.time_zone
    ]
    plain = frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC").dt.replace_time_zone(None))
    return plain.cast(
        {
            name: pl.Datetime("us") if isinstance(kind, pl.Datetime) else kind
            for name, kind in PolarsSchema.from_ibis(schema).items()
        }
    )


@contextmanager
def placed_when_whole(folder: Path) -> Iterator[Path]:
    """A folder to write in, beside the one it takes the name of when all went well."""
    if folder.exists():
        raise StoreUnwritable(f"{folder}: expected no such folder yet, found one")
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        partial.mkdir(exist_ok=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
