"""What `sharedfuture measure signals` and `sharedfuture measure shutdowns` print."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.pipeline.screens.console import open_console

_MOST_EVENTS = 40


def show_signals(series: pl.DataFrame, events: pl.DataFrame) -> None:
    """A line for each series and detector, then the events, the latest of many left to the file."""
    console = open_console()
    judged = Table(box=None, header_style="bold")
    for title in ("entity", "series", "detector"):
        judged.add_column(title)
    for title in ("values", "no verdict", "events"):
        judged.add_column(title, justify="right")
    for row in series.iter_rows(named=True):
        judged.add_row(
            escape(row["entity"]),
            escape(row["series"]),
            row["detector"],
            f"{row['values']:,}",
            f"{row['undecided']:.0%}",
            str(row["events"]),
        )
    console.print(judged)
    if events.is_empty():
        console.print("no event")
        return
    table = Table(box=None, header_style="bold")
    for title in ("entity", "series", "detector", "began after", "by", "ended after", "by"):
        table.add_column(title)
    for title in ("loss", "severity", "score"):
        table.add_column(title, justify="right")
    for row in events.head(_MOST_EVENTS).iter_rows(named=True):
        table.add_row(
            escape(row["entity"]),
            escape(row["series"]),
            row["detector"],
            *(_time(row[name]) for name in ("start_after", "start_by", "end_after", "end_by")),
            f"{row['greatest_loss']:.0%}",
            f"{row['severity']:,.0f}",
            f"{row['score']:,.0f}",
        )
    console.print(table)
    if events.height > _MOST_EVENTS:
        console.print(f"and {events.height - _MOST_EVENTS:,} more; --to FILE has all")


def show_tables(tables: Mapping[str, pl.DataFrame]) -> None:
    """How many rows each table has, how far the registers agree, what was published and is here."""
    console = open_console()
    agreed = Table(box=None, header_style="bold")
    for title in ("register", "looked for in", "width"):
        agreed.add_column(title)
    for title in ("events", "matched"):
        agreed.add_column(title, justify="right")
    for row in tables["shutdown_agreements.csv"].iter_rows(named=True):
        agreed.add_row(
            row["register"],
            row["other_register"],
            row["width"],
            f"{row['events']:,}",
            f"{row['matched']:,}",
        )
    console.print(agreed)
    measured = Table(box=None, header_style="bold")
    measured.add_column("measure")
    for title in ("published", "here"):
        measured.add_column(title, justify="right")
    for row in tables["shutdown_measures.csv"].iter_rows(named=True):
        measured.add_row(row["title"], str(row["published"] or ""), str(row["here"]))
    console.print(measured)
    for name, frame in tables.items():
        console.print(f"{name}: {frame.height:,} rows")


def _time(moment: datetime | None) -> str:
    return "not known" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
