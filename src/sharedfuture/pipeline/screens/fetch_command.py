"""The words of `sharedfuture fetch`: what it takes, and what it calls.

Imports are late, so that `sharedfuture --help` stays instant.
"""

from __future__ import annotations

import sys

from sharedfuture.pipeline.screens.arguments import as_day, as_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    import argparse

FETCH_EXAMPLES = """\
examples:
  sharedfuture fetch                              all sources that have an address
  sharedfuture fetch rsf --edition 2025           one edition of one source
  sharedfuture fetch --since 2026-01-31           but not what was had since that day
  sharedfuture fetch --offline                    what is held; nobody is asked
  sharedfuture fetch eiu_democracy --edition 2024 --file my-copy.csv --part own_copy
                                                  a copy of your own, taken in

Captures are kept in var/captures. SHAREDFUTURE_LOCAL_HOSTS=127.0.0.1:8000,mirror.lan:443 lets
hosts of your own network be asked; no other address that is not public ever is.
exit code 0: all is there; 1: something is not, and what was captured before stays in use"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what `fetch` takes to its parser."""
    parser.add_argument("source", nargs="*", help="names of sources; none means all")
    parser.add_argument("--edition", metavar="NAME", help="only this edition")
    parser.add_argument(
        "--since", type=as_day, metavar="DAY", help="leave out what was had on this day or later"
    )
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody; show what is held and what is not"
    )
    parser.add_argument(
        "--file", type=as_path, metavar="PATH", help="take in a copy of your own instead"
    )
    parser.add_argument("--part", metavar="NAME", help="which part of the edition --file is")


def run(options: argparse.Namespace) -> int:
    """Fetch, look, or take a file in; the exit code."""
    try:
        return _take_in(options) if options.file is not None else _fetch(options)
    except KeyboardInterrupt:
        _tell("stopped; what was captured stays, and a large file goes on where it stopped")
        return 130


def _fetch(options: argparse.Namespace) -> int:
    from sharedfuture.capture.fetch import Outcome
    from sharedfuture.pipeline.live.fetch import fetch, files_of, look
    from sharedfuture.pipeline.screens.fetch import show_fetched, watching
    from sharedfuture.pipeline.settings import settings_here

    settings = settings_here()
    files = files_of(settings, options.source, edition=options.edition)
    if options.offline:
        fetched = look(settings, files)
    else:
        with watching(len(files)) as watch:
            fetched = fetch(settings, files, since=options.since, watch=watch)
    show_fetched(fetched)
    failed = sum(item.outcome in (Outcome.FAILED, Outcome.NOT_HELD) for item in fetched)
    if failed:
        what = "are not held" if options.offline else "could not be had"
        _tell(f"{failed} of {len(fetched)} files {what}")
    return 1 if failed else 0


def _take_in(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.live.fetch import take_in
    from sharedfuture.pipeline.settings import settings_here
    from sharedfuture.records.errors import CaptureRefused

    if len(options.source) != 1 or options.edition is None or options.part is None:
        raise CaptureRefused(
            "--file: expected one source, --edition and --part, as in "
            "sharedfuture fetch eiu_democracy --edition 2024 --file my-copy.csv --part own_copy"
        )
    kept = take_in(
        settings_here(),
        options.source[0],
        edition=options.edition,
        part=options.part,
        path=options.file,
    )
    sys.stdout.write(
        f"{kept.source} {kept.edition} {kept.part}: kept {kept.byte_count:,} bytes, "
        f"SHA-256 {kept.sha256}\n"
    )
    return 0


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
