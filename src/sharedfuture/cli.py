"""The command line: parse, call, print, exit.

`argparse` and late imports keep `sharedfuture --help` instant: nothing heavy is loaded before a
command is known.
"""

from __future__ import annotations

import argparse
import os
import sys

from sharedfuture.pipeline.screens.arguments import as_day, as_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost a third of the time that --help takes
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

_EXAMPLES = """\
examples:
  sharedfuture build                        ledger to release and site
  sharedfuture build --as-of 2022-12-31     as it could have been known that day
  sharedfuture check                        every fault of the ledger, with file and line
  sharedfuture explain PAK                  a country, down to its sources
  sharedfuture explain stat-pearson         any number of the site, by its id
  sharedfuture sql "select name, rank from spectrum join country using (country_id) order by rank"
  sharedfuture export figure --format json --to figures.json
  sharedfuture index audit recipe.toml data.csv      an index of your own, audited
  sharedfuture measure ooni raw/20260101    OONI's raw measurements, read in and judged
  sharedfuture network chain Benin MSS      the shortest evidenced chain, its weakest tie named
  sharedfuture partners show cncert         candidates for a partnership that nobody disclosed
  sharedfuture playbooks find solomon-islands    sequences like it, and what chance gives
  sharedfuture fetch                        ask the publishers; keep every byte by its hash
  sharedfuture status                       how fresh each source is, and what went wrong
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 it was done, 1 it could not be done, 2 the input was at fault."""
    words = sys.argv[1:] if arguments is None else arguments
    options = _parser(words[0] if words else "").parse_args(words)
    call: Callable[[argparse.Namespace], int] = options.call
    from sharedfuture.records.errors import (
        IndexRefused,
        LedgerFaulty,
        PlaybookRefused,
        SharedfutureError,
    )

    try:
        return call(options)
    except LedgerFaulty as error:
        for fault in error.faults:
            print(fault)
        _tell(f"{error}; nothing was published")
        return 2
    except IndexRefused as error:
        _tell(f"sharedfuture: {error}")
        return 2
    except PlaybookRefused as error:
        for fault in error.faults:
            print(fault)
        _tell("the playbook cannot be used")
        return 2
    except (SharedfutureError, FileNotFoundError) as error:
        _tell(f"sharedfuture: {error}")
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        _tell("stopped; the last release is untouched")
        return 130


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _parser(asked: str | None = None) -> argparse.ArgumentParser:
    """All commands; those that have works of their own get them if one is `asked`, or none is."""
    parser = argparse.ArgumentParser(
        prog="sharedfuture",
        description="An open, evidence-first observatory of China's community with a shared future "
        "in cyberspace.",
        epilog=_EXAMPLES,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (
        *(_add_build, _add_check, _add_explain, _add_sql, _add_export),
        *(_add_groups, _add_sources, _add_fetch, _add_status, _add_diff, _add_completion),
    ):
        add(commands)
    for name in _GROUPS:
        if asked in (None, name):
            _add_works(name, commands.choices[name])
    return parser


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; asking it directly spares the import of `shutil`."""

    def __init__(self, prog: str) -> None:
        try:
            columns = os.get_terminal_size().columns
        except OSError:
            columns = 96
        super().__init__(prog, width=max(60, min(columns, 100) - 2))
        self._action_max_length = 14  # names of commands stand two further in than it counts


class _Version(argparse.Action):
    """Print the version, which is only looked up when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and stop")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"sharedfuture {version('sharedfuture')}")
        parser.exit()


def _command(
    commands: _Commands, name: str, says: str, *, epilog: str, call: object
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=says,
        description=f"{says[0].upper()}{says[1:]}.",
        epilog=epilog,
        formatter_class=_Help,
    )
    parser.set_defaults(call=call)
    return parser


def _add_build(commands: _Commands) -> None:
    parser = _command(
        commands,
        "build",
        "evidence to a release and a site",
        epilog="examples:\n  sharedfuture build\n"
        "  sharedfuture build --as-of 2022-12-31 --out past",
        call=_build,
    )
    parser.add_argument(
        "--as-of", type=as_day, metavar="DAY", help="use only what was published by this day"
    )
    parser.add_argument("--evidence", type=as_path, metavar="DIR", help="the ledger (evidence)")
    parser.add_argument(
        "--out", type=as_path, metavar="DIR", help="where release and site go (out)"
    )


def _add_check(commands: _Commands) -> None:
    parser = _command(
        commands,
        "check",
        "every fault of the ledger, with file and line",
        epilog="examples:\n  sharedfuture check\n  sharedfuture check --evidence my-ledger\n\n"
        "exit code 0: no fault; 2: faults, one a line as file:line: expected …, found …",
        call=_check,
    )
    parser.add_argument("--evidence", type=as_path, metavar="DIR", help="the ledger (evidence)")


def _add_explain(commands: _Commands) -> None:
    parser = _command(
        commands,
        "explain",
        "why this number: the tree from a row or country down to its sources",
        epilog="examples:\n  sharedfuture explain PAK\n  sharedfuture explain spec-PAK\n"
        "  sharedfuture explain fig-PAK-eiu_overall-2022\n"
        "  sharedfuture explain stat-pearson --format json",
        call=_explain,
    )
    parser.add_argument("row", help="a country code or the id of any row")
    parser.add_argument(
        "--format", choices=("tree", "json"), default="tree", help="how to print it (tree)"
    )


def _add_sql(commands: _Commands) -> None:
    parser = _command(
        commands,
        "sql",
        "read-only SQL over the release",
        epilog='examples:\n  sharedfuture sql "select count(*) from claim"\n'
        '  sharedfuture sql "select verdict, count(*) from claim group by all" --format csv\n'
        '  sharedfuture sql "show tables"\n\n'
        "One SELECT, no file access, no extensions. Tables and columns: docs/tables.md.",
        call=_sql,
    )
    parser.add_argument("query", help="one SELECT")
    parser.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print it (table)",
    )
    parser.add_argument(
        "--limit", type=float, default=20.0, metavar="SECONDS", help="time limit (20)"
    )


def _add_export(commands: _Commands) -> None:
    parser = _command(
        commands,
        "export",
        "a table of the release as one file, with its metadata beside it",
        epilog="examples:\n  sharedfuture export figure --format csv --to figure.csv\n"
        "  sharedfuture export --format csv            every table, into the folder export/",
        call=_export,
    )
    parser.add_argument("table", nargs="?", help="name of a table; none means all")
    parser.add_argument(
        "--format",
        choices=("csv", "parquet", "json"),
        default="csv",
        help="form of the files (csv)",
    )
    parser.add_argument("--to", type=as_path, metavar="PATH", help="file, or folder for all tables")


# Commands with works of their own: what they are for, and the module that adds the works.
_GROUPS: Mapping[str, tuple[str, str]] = {
    "index": ("a composite index of your own table: score, audit, compare", "index_command"),
    "measure": ("measurements of networks: read in, judged, counted", "measure_command"),
    "network": (
        "actors and ties: who stands around whom, chains, reach, single ties",
        "network_command",
    ),
    "playbooks": (
        "sequences of happenings: where each is found, and how often chance gives it",
        "playbooks_command",
    ),
    "partners": (
        "who may be a partner though nobody says so: candidates, forecasts",
        "partners_command",
    ),
}


def _add_groups(commands: _Commands) -> None:
    for name, (says, _) in _GROUPS.items():
        _command(commands, name, says, epilog="", call=None)


def _add_works(name: str, parser: argparse.ArgumentParser) -> None:
    from importlib import import_module

    module = import_module(f"sharedfuture.pipeline.screens.{_GROUPS[name][1]}")
    module.add_works(parser, command=_command)


def _add_sources(commands: _Commands) -> None:
    parser = _command(
        commands,
        "sources",
        "whom the observatory can listen to, under which licence, how fresh",
        epilog="examples:\n  sharedfuture sources\n  sharedfuture sources rsf vdem\n"
        "  sharedfuture sources --format json",
        call=_sources,
    )
    _add_standing(parser)


def _add_status(commands: _Commands) -> None:
    parser = _command(
        commands,
        "status",
        "each source's last capture, edition, age, rows in and out, faults",
        epilog="examples:\n  sharedfuture status\n  sharedfuture status access_now\n"
        "  sharedfuture status --format json\n\n"
        "exit code 0: nothing is wrong; 1: a file cannot be read, or could not be had",
        call=_status,
    )
    _add_standing(parser)


def _add_diff(commands: _Commands) -> None:
    parser = _command(
        commands,
        "diff",
        "what differs between two releases: new data, corrected, source lost, or the method",
        epilog="examples:\n  sharedfuture diff                  the last build against this one\n"
        "  sharedfuture diff past/release out/release\n"
        "  sharedfuture diff --table figure --format csv\n\n"
        "Each row that differs is counted once; the four parts add up to all of them.",
        call=_diff,
    )
    parser.add_argument("before", nargs="?", help="a release's folder or a build's id")
    parser.add_argument("after", nargs="?", help="the other; none means the release in place")
    parser.add_argument("--table", metavar="NAME", help="only this public table")
    parser.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print it; csv and json have every cell (table)",
    )


def _add_standing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="*", help="names of sources; none means all")
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="how to print it (table)"
    )


def _add_fetch(commands: _Commands) -> None:
    from sharedfuture.pipeline.screens.fetch_command import FETCH_EXAMPLES, add_options, run

    parser = _command(
        commands,
        "fetch",
        "ask the publishers for their files, and keep them by hash",
        epilog=FETCH_EXAMPLES,
        call=run,
    )
    add_options(parser)


def _add_completion(commands: _Commands) -> None:
    parser = _command(
        commands,
        "completion",
        "completion for your shell",
        epilog='example:\n  eval "$(sharedfuture completion bash)"',
        call=_completion,
    )
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="your shell")


def _build(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from sharedfuture.pipeline.build import build
    from sharedfuture.pipeline.settings import settings_here

    settings = settings_here()
    settings = replace(
        settings,
        as_of=options.as_of,
        evidence=options.evidence or settings.evidence,
        out=options.out or settings.out,
    )
    built = build(settings, tell=_tell)
    if not built.is_new:
        _tell("nothing has changed since the last build")
        print(f"release  {settings.release}\nsite     {settings.site / 'index.html'}")
        return 0
    from sharedfuture.pipeline.screens.release import show_build

    show_build(settings)
    return 0


def _check(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from sharedfuture.pipeline.build import capture_ledger
    from sharedfuture.pipeline.compute import compute
    from sharedfuture.pipeline.settings import settings_here

    settings = settings_here()
    settings = replace(settings, evidence=options.evidence or settings.evidence)
    computed = compute(capture_ledger(settings), settings)
    print(f"{len(computed.rows)} rows of the ledger, no fault")
    return 0


def _explain(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.release import show_explanation
    from sharedfuture.pipeline.settings import settings_here

    show_explanation(settings_here().release, options.row, style=options.format)
    return 0


def _sql(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.release import show_answer
    from sharedfuture.pipeline.settings import settings_here

    show_answer(
        settings_here().release, options.query, style=options.format, limit_seconds=options.limit
    )
    return 0


def _sources(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from sharedfuture.pipeline.live.status import standings
    from sharedfuture.pipeline.screens.status import show_sources
    from sharedfuture.pipeline.settings import settings_here

    found = standings(settings_here(), options.source, today=datetime.now(UTC).date())
    show_sources(found, style=options.format)
    return 0


def _status(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from sharedfuture.pipeline.live.status import standings
    from sharedfuture.pipeline.screens.status import show_status
    from sharedfuture.pipeline.settings import settings_here

    found = standings(settings_here(), options.source, today=datetime.now(UTC).date())
    show_status(found, style=options.format)
    return 1 if any(item.faults for item in found) else 0


def _diff(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.diff import compare, find_releases, show_changes
    from sharedfuture.pipeline.settings import settings_here

    before, after = find_releases(settings_here(), options.before, options.after)
    changes = compare(before, after, table=options.table)
    show_changes(changes, before, after, style=options.format)
    return 0


def _export(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.release import export_tables
    from sharedfuture.pipeline.settings import settings_here

    for path in export_tables(
        settings_here().release, options.table, style=options.format, target=options.to
    ):
        print(path)
    return 0


def _completion(options: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(_parser(), shell=options.shell))
    return 0


if __name__ == "__main__":
    sys.exit(main())
