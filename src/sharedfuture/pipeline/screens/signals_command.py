"""The words of `sharedfuture measure signals`; imports are late, so that help stays instant."""

from __future__ import annotations

from sharedfuture.pipeline.screens.arguments import as_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    import argparse
    from collections.abc import Callable
    from typing import TypeAlias

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def add_signals(works: Works, command: AddCommand) -> None:
    """Add signals to the works of `measure`."""
    parser = command(
        works,
        "signals",
        "shutdowns and outages in connectivity signals of your own, by two kinds of rules",
        epilog="examples:\n"
        "  sharedfuture measure signals iran.json --to events.csv\n"
        "  sharedfuture measure signals bgp.json probing.json.gz --series series.csv\n\n"
        "The files are answers of IODA's interface (v2, signals/raw), plain or .gz. An event has\n"
        "two brackets: it began after the one moment and by the other, and ended likewise.\n"
        "exit code 0: read and judged, whether or not there is an event",
        call=_signals,
    )
    parser.add_argument("file", nargs="+", type=as_path, help="answers of the interface, JSON")
    parser.add_argument(
        "--to", type=as_path, metavar="FILE", help="the events, as .csv or .parquet"
    )
    parser.add_argument(
        "--series", type=as_path, metavar="FILE", help="a row for each series and detector"
    )


def _signals(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.measure.signals import detect_in_files
    from sharedfuture.pipeline.screens.blocklist import write_frame
    from sharedfuture.pipeline.screens.shutdowns import show_signals

    series, events = detect_in_files(options.file)
    show_signals(series, events)
    for frame, path in ((events, options.to), (series, options.series)):
        if path is not None:
            write_frame(frame, path)
    return 0
