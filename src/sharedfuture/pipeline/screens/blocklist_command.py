"""The words of `sharedfuture measure blocklist`; imports are late, so that help stays instant."""

from __future__ import annotations

from sharedfuture.pipeline.screens.arguments import as_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    import argparse
    from collections.abc import Callable
    from datetime import date
    from typing import TypeAlias

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def add_blocklist(works: Works, command: AddCommand) -> None:
    """Add blocklist to the works of `measure`."""
    parser = command(
        works,
        "blocklist",
        "totals and changes of a published day-by-day check of block lists",
        epilog="examples:\n"
        "  sharedfuture measure blocklist gfw-day-by-day-check.txt.xz --to blocklist.csv\n"
        "  sharedfuture measure blocklist gfw-day-by-day-check.txt.xz --changes changes.parquet\n"
        "  sharedfuture measure blocklist other.txt.xz --series mine --first-day ''\n\n"
        "The file is that of gfw-report's sp25-regional: a domain and a flag for each day.",
        call=_blocklist,
    )
    parser.add_argument("file", type=as_path, help="the file, plain, .xz or .gz")
    parser.add_argument(
        "--to", type=as_path, metavar="CSV", help="rows of the table blocklist_day, one a day"
    )
    parser.add_argument(
        "--changes",
        type=as_path,
        metavar="FILE",
        help="every block and unblock change of every domain, as .parquet or .csv",
    )
    parser.add_argument(
        "--series", metavar="NAMES", default="gfw,henan", help="the lists in the file (gfw,henan)"
    )
    parser.add_argument(
        "--first-day",
        type=_day,
        metavar="DAY",
        default="2023-11-05",
        help="day of the first flag (2023-11-05); '' where it is not known",
    )


def _blocklist(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.measure.blocklist import read_blocklist
    from sharedfuture.pipeline.screens.blocklist import show_blocklist, write_frame

    tables = read_blocklist(
        options.file, first_day=options.first_day, series=options.series.split(",")
    )
    show_blocklist(tables["blocklist_day"])
    for name, path in (("blocklist_day", options.to), ("change", options.changes)):
        if path is not None:
            write_frame(tables[name], path)
    return 0


def _day(text: str) -> date | None:
    from datetime import date

    return date.fromisoformat(text) if text else None
