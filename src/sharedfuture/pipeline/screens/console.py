"""The console that tables are printed on: as wide as the terminal, and uncut elsewhere."""

import sys

from rich.console import Console

_UNCUT = 100_000


def open_console() -> Console:
    """A console for the output of a command; in a pipe or a file no line is cut."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _UNCUT)
