"""One file a table, and beside each file its metadata."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from sharedfuture.records.errors import UnknownRow
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse import neutral, read_tables, telling_of_the_disk


def export_tables(
    release: Path, table: str | None, *, style: str, target: Path | None
) -> list[Path]:
    """Write one table, or all, as csv, parquet or json; returns the paths written.

    Beside each goes `<name>.metadata.json` with columns, release and the licence of each source.
    Raises NoRelease, UnknownRow where there is no such table, and StoreUnwritable.
    """
    tables = read_tables(release)
    if table is not None and table not in tables:
        raise UnknownRow(f"expected a table of {', '.join(tables)}, found {table!r}")
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    names = list(tables) if table is None else [table]
    paths = []
    for name in names:
        path = _place(f"{name}.{style}", target, is_one=table is not None)
        metadata = path.with_suffix(".metadata.json")
        text = json.dumps(_metadata(name, tables, manifest), indent=1, ensure_ascii=False)
        with telling_of_the_disk(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(tables[name], path, style)
            metadata.write_text(text + "\n", encoding="utf-8")
        paths += [path, metadata]
    return paths


def _place(file: str, target: Path | None, *, is_one: bool) -> Path:
    """One table goes to the file or folder named, or here; all of them always go to a folder."""
    if is_one:
        return target if target and target.suffix else (target or Path()) / file
    return (target or Path("export")) / file


def _write(frame: pl.DataFrame, path: Path, style: str) -> None:
    match style:
        case "csv":
            neutral(frame).write_csv(path)
        case "parquet":
            frame.write_parquet(path, compression="zstd")
        case "json":
            rows = json.dumps(frame.to_dicts(), ensure_ascii=False, default=str, indent=1)
            path.write_text(rows + "\n", encoding="utf-8")
        case other:
            raise ValueError(f"expected csv, parquet or json, found {other!r}")


def _metadata(
    name: str, tables: dict[str, pl.DataFrame], manifest: dict[str, Any]
) -> dict[str, Any]:
    table = TABLE[name]
    rows = tables[name]
    cited = tables["citation"]
    if table.id_column:
        ids = rows.get_column(table.id_column).implode()
        cited = cited.filter(pl.col("row_id").is_in(ids))
    sources = tables["source"].join(cited.select("source_id").unique(), on="source_id", how="semi")
    return {
        "table": name,
        "title": table.says,
        "release_id": manifest["release_id"],
        "as_of": manifest["as_of"],
        "rows": rows.height,
        "columns": {column.name: column.says for column in table.columns},
        "sources": sources.select(
            "source_id", "title", "publisher", "licence", "redistribution"
        ).to_dicts(),
    }
