"""The words of `sharedfuture index`: what it takes, and what each of its works calls.

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

    from sharedfuture.pipeline.index import Index, Source

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


_EXAMPLES = """\
examples:
  sharedfuture index score recipe.toml data.csv
  sharedfuture index audit recipe.toml data.csv --to audit.html
  sharedfuture index compare first.toml second.toml data.csv

How to write a recipe: docs/guides/make-an-index.md. \
exit code 0: done; 2: recipe or table at fault"""


def add_works(parser: argparse.ArgumentParser, *, command: AddCommand) -> None:
    """Add score, audit and compare to the parser of `index`."""
    parser.epilog = _EXAMPLES
    works = parser.add_subparsers(
        title="what to do", metavar="WORK", required=True, help="score, audit or compare"
    )
    _add_score(works, command)
    _add_audit(works, command)
    _add_compare(works, command)


def _add_score(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "score",
        "scores and ranks, with intervals where the recipe has [uncertainty]",
        epilog="examples:\n  sharedfuture index score recipe.toml data.csv\n"
        "  sharedfuture index score recipe.toml data.csv --metadata meta.csv --to scores.xlsx\n"
        "  sharedfuture index score recipe.toml iData.csv --metadata iMeta.csv --layout coinr\n"
        "  sharedfuture index score recipe.toml tool.xlsx --layout coin-tool --to results",
        call=_score,
    )
    parser.add_argument("recipe", type=as_path, help="the choices, as TOML")
    _add_source(parser)
    _add_run(parser)
    parser.add_argument(
        "--to", type=as_path, metavar="PATH", help="scores.csv, a workbook.xlsx, or a folder"
    )


def _add_audit(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "audit",
        "a statistical audit: one HTML page, and a workbook with every table",
        epilog="examples:\n  sharedfuture index audit recipe.toml data.csv\n"
        "  sharedfuture index audit recipe.toml data.csv --to my-audit.html --replicates 5000",
        call=_audit,
    )
    parser.add_argument("recipe", type=as_path, help="the choices, as TOML")
    _add_source(parser)
    _add_run(parser)
    parser.add_argument(
        "--to",
        type=as_path,
        metavar="FILE",
        help="the page; the workbook goes beside it as .xlsx (audit.html)",
    )


def _add_compare(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "compare",
        "two recipes on one table, or one recipe on two editions of it",
        epilog="examples:\n  sharedfuture index compare first.toml second.toml data.csv\n"
        "  sharedfuture index compare recipe.toml recipe.toml 2024.csv --other-data 2025.csv",
        call=_compare,
    )
    parser.add_argument("recipe", type=as_path, help="the first recipe, as TOML")
    parser.add_argument("other", type=as_path, help="the second recipe, as TOML")
    _add_source(parser)
    parser.add_argument(
        "--other-data", type=as_path, metavar="FILE", help="data of the second (the same)"
    )
    parser.add_argument(
        "--other-metadata", type=as_path, metavar="FILE", help="metadata of the second (the same)"
    )
    parser.add_argument(
        "--to", type=as_path, metavar="PATH", help="shifts.csv, a workbook.xlsx, or a folder"
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=as_path, help="the table: CSV, or the COIN Tool's workbook")
    parser.add_argument(
        "--metadata", type=as_path, metavar="FILE", help="indicators and elements, as CSV"
    )
    parser.add_argument(
        "--layout",
        choices=("table", "coinr", "coin-tool"),
        default="table",
        help="what the files look like (table)",
    )
    parser.add_argument(
        "--unit", default="unit", metavar="COLUMN", help="column of the units' codes (unit)"
    )
    parser.add_argument(
        "--name", metavar="COLUMN", help="column of the units' names (name, where there is one)"
    )
    parser.add_argument("--period", metavar="COLUMN", help="column of the periods of a panel")
    parser.add_argument(
        "--intervals",
        type=float,
        metavar="LEVEL",
        help="level of intervals in columns CODE_low and CODE_high, such as 0.95; "
        "standard errors in columns CODE_se are found by themselves",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, metavar="N", help="another seed than the recipe's")
    parser.add_argument("--replicates", type=int, metavar="N", help="another number of replicates")


def _read_index(options: argparse.Namespace) -> Index:
    from sharedfuture.pipeline.index import read_index

    return read_index(
        options.recipe, _source(options), seed=options.seed, replicates=options.replicates
    )


def _source(options: argparse.Namespace) -> Source:
    from sharedfuture.pipeline.index import Source

    return Source(
        data=options.data,
        metadata=options.metadata,
        layout=options.layout,
        unit=options.unit,
        name=options.name,
        period=options.period,
        intervals=options.intervals,
    )


def _score(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.index import score_index, write_tables
    from sharedfuture.pipeline.screens.index import show_paths, show_ranking

    index = _read_index(options)
    tables = score_index(index)
    show_ranking(index, tables)
    if options.to is not None:
        show_paths(write_tables(tables, options.to, first="score"))
    return 0


def _audit(options: argparse.Namespace) -> int:
    from pathlib import Path

    from sharedfuture.pipeline.index import audit_index, write_audit
    from sharedfuture.pipeline.screens.index import show_findings, show_paths

    index = _read_index(options)
    tables = audit_index(index, tell=_tell)
    paths = write_audit(tables, options.to or Path("audit.html"))
    show_findings(tables)
    show_paths(paths)
    return 0


def _compare(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from sharedfuture.pipeline.index import compare_indices, read_index, write_tables
    from sharedfuture.pipeline.screens.index import show_comparison, show_paths

    first = _source(options)
    second = replace(
        first,
        data=options.other_data or first.data,
        metadata=options.other_metadata or first.metadata,
    )
    tables = compare_indices(read_index(options.recipe, first), read_index(options.other, second))
    show_comparison(tables)
    if options.to is not None:
        show_paths(write_tables(tables, options.to, first="shift"))
    return 0


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
