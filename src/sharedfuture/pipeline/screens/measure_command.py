"""The words of `sharedfuture measure`: what it takes, and what each of its works calls.

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

_OONI_EXAMPLES = """\
examples:
  sharedfuture measure ooni 2026010100_IT_webconnectivity.n0.0.jsonl.gz
  sharedfuture measure ooni raw/20260101 raw/20260102          folders of the public bucket
  sharedfuture measure ooni 'raw/2026*/*/UG' --to var/uganda
  sharedfuture measure ooni raw --engine spark://master:7077

Files are those that OONI publishes, *.jsonl.gz or *.jsonl. What the dataset holds already is
passed by, so that a run that was ended can be started again. Bad lines are set aside in
quarantine, with their reason and place. Fingerprints and the like are looked for in --references
under their publishers' names.
exit code 0: all is read; 1: a file could not be read, or there was none"""


_EXAMPLES = """\
examples:
  sharedfuture measure ooni raw/20260101                     a day of the archive, read in
  sharedfuture measure ooni 'downloads/*.jsonl.gz' --to mine
  sharedfuture measure blocklist gfw-day-by-day-check.txt.xz --to blocklist.csv"""


def add_works(parser: argparse.ArgumentParser, *, command: AddCommand) -> None:
    """Add ooni, blocklist, signals, shutdowns and footprint to the parser of `measure`."""
    from sharedfuture.pipeline.screens.blocklist_command import add_blocklist
    from sharedfuture.pipeline.screens.footprint_command import add_footprint
    from sharedfuture.pipeline.screens.shutdowns_command import add_shutdowns
    from sharedfuture.pipeline.screens.signals_command import add_signals

    parser.epilog = _EXAMPLES
    works = parser.add_subparsers(
        title="what to do",
        metavar="WORK",
        required=True,
        help="ooni, blocklist, signals, shutdowns or footprint",
    )
    _add_ooni(works, command)
    for add in (add_blocklist, add_signals, add_shutdowns, add_footprint):
        add(works, command)


def _add_ooni(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "ooni",
        "OONI's raw measurements into a dataset of observations and verdicts",
        epilog=_OONI_EXAMPLES,
        call=_ooni,
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders, or patterns in quotes"
    )
    parser.add_argument(
        "--to", type=as_path, metavar="DATASET", help="the dataset (var/measurements/ooni)"
    )
    parser.add_argument(
        "--references",
        type=as_path,
        metavar="FOLDER",
        help="what others publish: fingerprints and the like (var/measurements/references)",
    )
    parser.add_argument(
        "--engine",
        default="duckdb",
        metavar="NAME",
        help="duckdb, local[2] or spark://host:port (duckdb)",
    )
    parser.add_argument(
        "--processes", type=int, default=0, metavar="N", help="side by side (all cores)"
    )


def _ooni(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from sharedfuture.pipeline.measure.findings import write_findings
    from sharedfuture.pipeline.measure.ingest import ingest
    from sharedfuture.pipeline.measure.references import read_references
    from sharedfuture.pipeline.screens.measure import show_findings, show_tally, watching
    from sharedfuture.pipeline.settings import settings_here
    from sharedfuture.warehouse.engines import open_engine

    settings = settings_here()
    place = settings.var / "measurements"
    dataset = options.to or place / "ooni"
    references = options.references or place / "references"
    countries = settings.evidence / "countries.csv"
    try:
        with open_engine(options.engine, threads=options.processes) as engine, watching() as tell:
            tally = ingest(
                options.paths,
                dataset,
                engine=engine,
                references=references,
                countries=countries,
                as_of=datetime.now(UTC).replace(tzinfo=None),
                tell=tell,
            )
            known = read_references(references, countries=countries)
            found = write_findings(dataset, engine, known, tell, countries=countries)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; started again, it goes on where it was\n")
        return 130
    show_tally(tally, dataset)
    show_findings(found)
    return 1 if tally.problems else 0
