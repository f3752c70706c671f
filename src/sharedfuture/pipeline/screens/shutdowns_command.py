"""The words of `sharedfuture measure shutdowns`; imports are late, so that help stays instant."""

from __future__ import annotations

import sys

from sharedfuture.pipeline.screens.arguments import as_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    import argparse
    from collections.abc import Callable
    from typing import TypeAlias

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def add_shutdowns(works: Works, command: AddCommand) -> None:
    """Add shutdowns to the works of `measure`."""
    parser = command(
        works,
        "shutdowns",
        "the ledger's tables about shutdowns, made anew from captured registers",
        epilog="examples:\n"
        "  sharedfuture fetch access_now ioda_curated\n"
        "  sharedfuture measure shutdowns --to my-tables\n"
        "  sharedfuture measure shutdowns --panels ip-observatory --to evidence/measurements\n\n"
        "The registers are those captured in var/captures. No event of a register is written,\n"
        "only counts and measures. It takes about half a minute: the models are learned anew.",
        call=_shutdowns,
    )
    parser.add_argument(
        "--panels",
        type=as_path,
        metavar="FOLDER",
        help="files of the Monash IP Observatory, by their published names, plain or .gz",
    )
    parser.add_argument("--to", type=as_path, metavar="FOLDER", help="write four CSV files there")


def _shutdowns(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.measure.shutdowns import shutdown_tables, write_tables
    from sharedfuture.pipeline.screens.shutdowns import show_tables
    from sharedfuture.pipeline.settings import settings_here

    tables = shutdown_tables(settings_here(), options.panels, tell=_tell)
    show_tables(tables)
    if options.to is not None:
        write_tables(tables, options.to)
        _tell(f"{', '.join(tables)} to {options.to}")
    return 0


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
