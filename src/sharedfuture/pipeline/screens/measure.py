"""What `sharedfuture measure ooni` shows: how far it is, and what came of it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import polars as pl
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table

from sharedfuture.extract.ooni import SAYS, Reason
from sharedfuture.pipeline.measure.ingest import Progress, Tally
from sharedfuture.pipeline.screens.console import open_console

_SHOWN = 8
_SAYS = {
    "naming": "files are named by their bytes",
    "reading": "reading",
    "settling": "putting in place",
}


@contextmanager
def watching() -> Iterator[Callable[[str | Progress], None]]:
    """Show how a run goes on, on the error stream: a bar on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines().tell
        return
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[says]}"))
    with Bars(*columns, console=console, transient=True) as bars:
        yield _Bar(bars).tell


class _Lines:
    """A line a stage; a line a task would fill a log."""

    def __init__(self) -> None:
        self._stage = ""

    def tell(self, told: str | Progress) -> None:
        if isinstance(told, str):
            sys.stderr.write(f"{told}\n")
        elif told.stage != self._stage and told.all_files:
            self._stage = told.stage
            sys.stderr.write(f"{_SAYS[told.stage]}: {told.all_files:,} files\n")


class _Bar:
    """One bar, by bytes, with files and measurements a second."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._start = monotonic()

    def tell(self, told: str | Progress) -> None:
        if isinstance(told, str):
            self._bars.console.print(escape(told))
            return
        if self._task is None:
            self._task = self._bars.add_task("", total=None, says="")
        if told.stage != "reading":
            self._start = monotonic()
        rate = told.read / max(monotonic() - self._start, 1e-3)
        says = f"{told.files:,} of {told.all_files:,} files, {told.read:,} lines, {rate:,.0f}/s"
        self._bars.update(
            self._task,
            description=_SAYS[told.stage],
            total=told.all_bytes if told.stage == "reading" else None,
            completed=told.bytes,
            says=says if told.stage == "reading" else f"{told.all_files:,} files",
        )


def show_tally(tally: Tally, dataset: Path) -> None:
    """What was read, what came of every line, why lines were set aside, and the verdicts."""
    console = open_console()
    for problem in tally.problems:
        console.print(escape(f"not read: {problem}"), soft_wrap=True)
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name in ("what", "count", "says"):
        grid.add_column(name, justify="right" if name == "count" else "left")
    known = f"; {tally.known:,} more were there already" if tally.known else ""
    grid.add_row("files", f"{tally.files:,}", f"{decimal(tally.bytes)}{known}")
    grid.add_row("read", f"{tally.read:,}", _rate(tally))
    grid.add_row("  kept", f"{tally.kept:,}", f"the dataset holds {tally.total:,} now")
    grid.add_row("  quarantined", f"{tally.quarantined:,}", "")
    for reason, count in tally.reasons.items():
        grid.add_row(f"    {reason}", f"{count:,}", escape(SAYS[Reason(reason)]))
    grid.add_row("  duplicate", f"{tally.duplicate:,}", "")
    for verdict, count in tally.verdicts.items():
        grid.add_row(verdict, f"{count:,}", "of those kept")
    judged = sum(tally.verdicts.values())
    if tally.kept > judged:
        grid.add_row("not judged", f"{tally.kept - judged:,}", "of tests without a verdict")
    console.print(grid)
    console.print(f"written    {dataset}", soft_wrap=True)


def show_findings(found: Mapping[str, pl.DataFrame]) -> None:
    """What the dataset says of countries and of changes, in sentences, the surest first."""
    console = open_console()
    changes = found["blocking_change"].sort("log_odds", descending=True)
    rates = found["blocking_rate"].filter(breakdown="country").sort("measured", descending=True)
    for title, rows in (("blocking by country", rates), ("changes", changes)):
        if rows.is_empty():
            continue
        console.print(f"\n{title}, {min(rows.height, _SHOWN)} of {rows.height:,}:")
        for sentence in rows.head(_SHOWN).get_column("sentence"):
            console.print(f"  {escape(sentence)}", soft_wrap=True)
    console.print(
        "\na build from here on takes these counts in (`sharedfuture build`), where the dataset "
        "lies in var/measurements",
        soft_wrap=True,
    )


def _rate(tally: Tally) -> str:
    if not tally.read or not tally.seconds:
        return "lines"
    return f"lines in {tally.seconds:,.1f} s, {tally.read / tally.seconds:,.0f}/s"
