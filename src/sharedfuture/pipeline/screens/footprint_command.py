"""The words of `sharedfuture measure footprint`, and what it calls.

Imports are late, so that `sharedfuture --help` stays instant.
"""

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


def add_footprint(works: Works, command: AddCommand) -> None:
    """Add footprint to the works of `measure`."""
    parser = command(
        works,
        "footprint",
        "vendors by country, from your own exports of internet-wide scans",
        epilog="examples:\n"
        "  sharedfuture measure footprint hosts.jsonl.gz --recog recog/xml "
        '--scan "Censys October" --as-of 2026-10\n'
        "  sharedfuture measure footprint export/ --recog recog/xml "
        "--scan shodan --as-of 2026-10-03 --to footprint.csv\n\n"
        "reads Censys (v1, v2, Platform), Shodan (hosts, bulk lines), ZGrab2 and BinaryEdge, plain "
        "or gzip;\nno address, name of a host or certificate leaves the process",
        call=_footprint,
    )
    parser.add_argument(
        "files", type=as_path, nargs="+", metavar="FILE", help="exports, or folders of them"
    )
    parser.add_argument(
        "--recog",
        type=as_path,
        required=True,
        metavar="FOLDER",
        help="folder of Rapid7 recog's databases (*.xml, packed or not)",
    )
    parser.add_argument(
        "--scan", required=True, metavar="NAME", help="your name for the scan: letters, digits, -"
    )
    parser.add_argument(
        "--as-of", required=True, metavar="EDTF", help="when the scan was made, such as 2026-10"
    )
    parser.add_argument(
        "--least", type=int, default=10, metavar="N", help="cells under this are kept back (10)"
    )
    parser.add_argument("--to", type=as_path, metavar="FILE", help="the table, as .csv or .parquet")


def _footprint(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.measure.footprint import (
        measure_footprint,
        scan_of,
        write_footprint,
    )
    from sharedfuture.pipeline.measure.references import read_countries
    from sharedfuture.pipeline.screens.footprint import show_footprint
    from sharedfuture.pipeline.settings import settings_here

    scan = scan_of(options.scan, options.as_of, least=options.least)
    measured = measure_footprint(
        options.files,
        recog=options.recog,
        scan=scan,
        countries=read_countries(settings_here().evidence / "countries.csv"),
        tell=_tell,
    )
    show_footprint(measured)
    if options.to is not None:
        write_footprint(measured.footprint.table, options.to)
    return 0


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
