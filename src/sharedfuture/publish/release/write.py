"""Write a release to a new folder: tables first, then everything that speaks about them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from sharedfuture.publish.release.cite import TITLE, bibtex, citation_file
from sharedfuture.records.release import ReleaseFacts
from sharedfuture.records.table import Table
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse import write_tables

# The database is made from the same frames, but its pages are not laid out alike each time.
_NOT_HASHED = ("sharedfuture.duckdb", "manifest.json")


def write_release(tables: Mapping[str, pl.DataFrame], folder: Path, *, facts: ReleaseFacts) -> None:
    """Write all files of a release into `folder`, which must be empty or absent."""
    write_tables(tables, folder)
    _write_json(folder / "datapackage.json", _data_package(tables, facts))
    (folder / "CITATION.cff").write_text(citation_file(facts), encoding="utf-8")
    (folder / "citation.bib").write_text(bibtex(tables["source"], facts), encoding="utf-8")
    _write_json(folder / "manifest.json", _manifest(folder, tables, facts))


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _data_package(tables: Mapping[str, pl.DataFrame], facts: ReleaseFacts) -> dict[str, Any]:
    """A Frictionless data package over the CSV files (specs.frictionlessdata.io/data-package)."""
    return {
        "name": "sharedfuture",
        "id": facts.release_id,
        "version": facts.version,
        "title": TITLE,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "for our own words and derived tables; figures keep the licence of their "
                "source, see the table source",
            }
        ],
        "resources": [_resource(TABLE[name], frame) for name, frame in tables.items()],
    }


def _resource(table: Table, frame: pl.DataFrame) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "path": f"csv/{table.name}.csv",
        "title": table.says,
        "rows": frame.height,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": column.name, "type": column.kind.value, "description": column.says}
                for column in table.columns
            ],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _manifest(
    folder: Path, tables: Mapping[str, pl.DataFrame], facts: ReleaseFacts
) -> dict[str, Any]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "release_id": facts.release_id,
        "version": facts.version,
        "as_of": facts.as_of,
        "latest_source_date": facts.latest_source_date,
        "ledger_sha256": facts.ledger_sha256,
        "licences_held": list(facts.licences_held),
        "rows": {name: frame.height for name, frame in tables.items()},
        "files": {
            path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.name not in _NOT_HASHED
        },
    }
