"""What differs between two releases: find them, compare them, print it."""

import sys
from pathlib import Path

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.findings import compare_releases, count_parts
from sharedfuture.pipeline.screens.console import open_console
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import NoRelease, UnknownRow
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse import read_tables


def find_releases(settings: Settings, before: str | None, after: str | None) -> tuple[Path, Path]:
    """The folders of two releases, each given as a folder or by the id of a build.

    Without names: the release in place and the youngest other build. Raises NoRelease.
    """
    now = settings.release.resolve() if after is None else _find(settings, after)
    if before is not None:
        return _find(settings, before), now
    others = [
        path / "release"
        for path in (settings.out / "builds").glob("*/")
        if (path / "release").resolve() != now and (path / "release" / "parquet").is_dir()
    ]
    if not others:
        raise NoRelease(f"{settings.out}: expected an earlier build to compare with, found none")
    return max(others, key=lambda path: path.stat().st_mtime_ns), now


def compare(before: Path, after: Path, *, table: str | None) -> pl.DataFrame:
    """Every cell that differs, of one table or of all. Raises NoRelease, UnknownRow."""
    if table is not None and table not in TABLE:
        raise UnknownRow(f"expected a table of {', '.join(TABLE)}, found {table!r}")
    changes = compare_releases(read_tables(before), read_tables(after))
    return changes if table is None else changes.filter(table_name=table)


def show_changes(changes: pl.DataFrame, before: Path, after: Path, *, style: str) -> None:
    """The parts of the difference by table, and the numbers of the findings that moved."""
    if style == "csv":
        sys.stdout.write(changes.write_csv())
        return
    if style == "json":
        sys.stdout.write(changes.write_json() + "\n")
        return
    console = open_console()
    console.print(escape(f"before  {before}\nafter   {after}\n"), soft_wrap=True)
    counts = count_parts(changes)
    console.print(_printed(counts, total=True) if counts.height else "no row differs")
    moved = changes.filter(
        pl.col("table_name").is_in(["statistic", "spectrum"]),
        pl.col("column_name").is_in(["value", "rank"]),
    )
    if moved.height:
        console.print("\nnumbers of Figure 1 and of the findings that moved")
        console.print(_printed(moved.select("row_key", "column_name", "before", "after", "part")))


def _find(settings: Settings, name: str) -> Path:
    for folder in (Path(name), Path(name) / "release", settings.out / "builds" / name / "release"):
        if (folder / "parquet").is_dir():
            return folder
    built = sorted(path.name for path in (settings.out / "builds").glob("*/"))
    raise NoRelease(
        f"{name}: expected a folder of a release or the id of a build "
        f"({', '.join(built) or 'there is none'}), found neither"
    )


def _printed(frame: pl.DataFrame, *, total: bool = False) -> Table:
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), show_footer=total)
    for name in frame.columns:
        sums = f"{frame.get_column(name).sum():,}" if name in numbers else "all"
        table.add_column(
            name.replace("_", " "), justify="right" if name in numbers else "left", footer=sums
        )
    for row in frame.iter_rows():
        cells = (f"{cell:,}" if isinstance(cell, int) else str(cell or "") for cell in row)
        table.add_row(*map(escape, cells))
    return table
