"""What `sharedfuture fetch` shows: a bar a file on a terminal, plain lines elsewhere, a table."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from sharedfuture.capture.fetch import Fetched, Outcome, Watch
from sharedfuture.capture.wanted import Wanted
from sharedfuture.pipeline.screens.console import open_console


@contextmanager
def watching(count: int) -> Iterator[Watch]:
    """Show how `count` files come in, on the error stream."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[amount]}"))
    console = Console(stderr=True, highlight=False)
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress, count)


def show_fetched(fetched: Sequence[Fetched]) -> None:
    """One row a file, sorted as they were asked for."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("source", "edition", "part", "what happened", "bytes", "in use since"):
        table.add_column(name, justify="right" if name == "bytes" else "left")
    for item in fetched:
        since = f"{item.captured_at:%Y-%m-%d}" if item.captured_at else "nothing"
        says = f"{item.outcome}: {item.problem}" if item.problem else str(item.outcome)
        wanted = item.wanted
        cells = (wanted.source, wanted.edition, wanted.part, says, f"{item.byte_count:,}", since)
        table.add_row(*map(escape, cells))
    open_console().print(table)


def name_of(wanted: Wanted) -> str:
    """A file as it is called on the screen."""
    return f"{wanted.source} {wanted.edition} {wanted.part}"


class _Lines:
    """A line a file; the numbers of the bytes would fill a log."""

    def started(self, wanted: Wanted) -> None:
        _tell(f"{name_of(wanted)}: asking {wanted.url}")

    def received(self, wanted: Wanted, byte_count: int, total: int | None) -> None:
        """Not shown."""

    def waits(self, wanted: Wanted, because: str) -> None:
        _tell(f"{name_of(wanted)}: {because}")

    def ended(self, fetched: Fetched) -> None:
        problem = f": {fetched.problem}" if fetched.problem else f", {decimal(fetched.byte_count)}"
        _tell(f"{name_of(fetched.wanted)}: {fetched.outcome}{problem}")


class _Bars:
    """A bar for each file that is on its way, and one for all of them."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress = progress
        self._guard = Lock()
        self._count, self._done = count, 0
        self._tasks: dict[tuple[str, str, str], TaskID] = {}
        self._all = progress.add_task("all", total=count, amount=f"0 of {count} files")

    def started(self, wanted: Wanted) -> None:
        with self._guard:
            self._tasks[_key(wanted)] = self._progress.add_task(
                escape(name_of(wanted)), total=None, amount=""
            )

    def received(self, wanted: Wanted, byte_count: int, total: int | None) -> None:
        amount = decimal(byte_count) + (f" of {decimal(total)}" if total else "")
        self._progress.update(
            self._tasks[_key(wanted)],
            description=escape(name_of(wanted)),
            completed=byte_count,
            total=total,
            amount=amount,
        )

    def waits(self, wanted: Wanted, because: str) -> None:
        self._progress.update(self._tasks[_key(wanted)], amount=f"[yellow]{escape(because)}")

    def ended(self, fetched: Fetched) -> None:
        with self._guard:
            self._done += 1
            amount = f"{self._done} of {self._count} files"
            self._progress.update(self._all, completed=self._done, amount=amount)
            self._progress.remove_task(self._tasks.pop(_key(fetched.wanted)))
        if fetched.outcome is Outcome.FAILED:
            line = f"{name_of(fetched.wanted)}: {fetched.problem}"
            self._progress.console.print(escape(line), style="red", soft_wrap=True)


def _key(wanted: Wanted) -> tuple[str, str, str]:
    """Pages of a file share its bar."""
    return wanted.source, wanted.edition, wanted.part.partition(".")[0]


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
