"""What the commands print: a table after a build, a tree of reasons, the rows of a query."""

import csv
import json
import sys
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from sharedfuture.findings import Node, load_evidence, trace
from sharedfuture.pipeline.screens.console import open_console
from sharedfuture.pipeline.screens.report import summarise
from sharedfuture.pipeline.settings import Settings
from sharedfuture.publish.export import export_tables
from sharedfuture.warehouse import ask_release, read_tables

__all__ = ["export_tables", "show_answer", "show_build", "show_explanation"]


def show_build(settings: Settings) -> None:
    """A short table of results, and the path to open."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for what, value in summarise(settings.release):
        table.add_row(what, value)
    console = open_console()
    console.print(table)
    console.print(f"\nrelease  {settings.release}\nopen     {settings.site / 'index.html'}")


def show_explanation(release: Path, row_id: str, *, style: str) -> None:
    """The tree from a row down to its sources; raises UnknownRow and NoRelease."""
    node = trace(load_evidence(read_tables(release)), row_id)
    if style == "json":
        sys.stdout.write(json.dumps(_plain(node), ensure_ascii=False, indent=1) + "\n")
    else:
        open_console().print(_branch(node, Tree(_label(node))))


def show_answer(release: Path, query: str, *, style: str, limit_seconds: float) -> None:
    """The rows of a query; raises QueryRefused and NoRelease."""
    frame = ask_release(release / "sharedfuture.duckdb", query, limit_seconds=limit_seconds)
    if style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(map(_flat, row) for row in frame.iter_rows())
    elif style == "json":
        rows = frame.fill_nan(None).to_dicts()
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, default=str, indent=1) + "\n")
    else:
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        for name, kind in frame.schema.items():
            table.add_column(escape(name), justify="right" if kind.is_numeric() else "left")
        for row in frame.iter_rows():
            table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
        open_console().print(table)


def _flat(cell: object) -> object:
    """A cell for CSV: a list as JSON, an absence as nothing."""
    return json.dumps(cell, default=str) if isinstance(cell, list) else cell


def _label(node: Node) -> str:
    return f"[bold]{escape(node.row_id)}[/bold]  {escape(node.says)}"


def _branch(node: Node, tree: Tree) -> Tree:
    for child in node.children:
        _branch(child, tree.add(_label(child)))
    if node.left_out:
        tree.add(f"… and {node.left_out} more")
    return tree


def _plain(node: Node) -> dict[str, Any]:
    return {
        "row_id": node.row_id,
        "table": node.table,
        "says": node.says,
        "left_out": node.left_out,
        "children": [_plain(child) for child in node.children],
    }
