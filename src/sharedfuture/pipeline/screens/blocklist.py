"""What `sharedfuture measure blocklist` prints and writes."""

from pathlib import Path

import polars as pl
from rich.table import Table

from sharedfuture.pipeline.screens.console import open_console
from sharedfuture.records.errors import StoreUnwritable


def show_blocklist(days: pl.DataFrame) -> None:
    """A line for each list: domains, days checked, least and most blocked, changes."""
    table = Table(box=None, header_style="bold")
    for title in ("list", "domains", "days", "checked", "blocked", "blocks", "unblocks"):
        table.add_column(title, justify="left" if title == "list" else "right")
    for (series,), own in days.group_by("series", maintain_order=True):
        table.add_row(
            str(series),
            f"{own.item(0, 'domains'):,}",
            str(own.height),
            str(own["blocked"].count()),
            f"{own['blocked'].min()!s} to {own['blocked'].max()!s}",
            f"{own['newly_blocked'].sum():,}",
            f"{own['unblocked'].sum():,}",
        )
    open_console().print(table)


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """A frame as CSV, or as Parquet where the name says so; says where it went."""
    try:
        if path.suffix == ".parquet":
            frame.write_parquet(path)
        else:
            frame.write_csv(path)
    except OSError as error:
        raise StoreUnwritable(f"{path}: {error}") from error
    open_console().print(f"{frame.height:,} rows to {path}")
