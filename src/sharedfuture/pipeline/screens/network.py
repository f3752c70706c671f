"""What `sharedfuture network show` and `chain` print."""

import argparse
import json
import sys
from typing import Any

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.analyse.network import Chain, View, neighbourhood, shortest_chain
from sharedfuture.pipeline.network import ReadNetwork
from sharedfuture.pipeline.screens.console import open_console
from sharedfuture.records.errors import UnknownRow

_EDGE = (
    *("edge_id", "row_id", "from_id", "to_id", "layer", "kind", "flow"),
    *("earliest_date", "latest_date", "until_date", "certainty", "is_inferred", "origins"),
    *("strength", "sentence"),
)


def view_asked(read: ReadNetwork, options: argparse.Namespace, **choices: Any) -> View:
    """The view that the options ask for; raises UnknownRow for a layer that no tie has."""
    flow = getattr(options, "flow", "any")
    known = read.network.layers
    if flow != "any" and flow not in known:
        raise UnknownRow(f"expected as layer any, {', '.join(known)}, found {flow!r}")
    return View(
        day=options.at,
        layers=None if flow == "any" else frozenset({flow, "governance"}),
        with_candidates=options.with_candidates,
        **choices,
    )


def show_neighbourhood(read: ReadNetwork, options: argparse.Namespace) -> None:
    """The ties around a party, nearest first."""
    party = read.find(options.party)
    numbers = neighbourhood(
        read.network,
        read.network.number(party),
        view=view_asked(read, options),
        depth=max(1, options.depth),
    )
    shown = read.edges[numbers[: max(0, options.limit)]]
    if options.format == "json":
        write_json({"party": party, "ties": len(numbers), "edges": edges_for_json(read, shown)})
        return
    console = open_console()
    console.print(f"[bold]{escape(read.names.get(party, party))}[/bold] ({party}): ", end="")
    console.print(f"{len(numbers)} {'tie' if len(numbers) == 1 else 'ties'}{_when(options)}\n")
    console.print(table_of(read, shown))
    if len(numbers) > shown.height:
        console.print(f"… and {len(numbers) - shown.height} more; --limit shows them")


def show_chain(read: ReadNetwork, options: argparse.Namespace) -> None:
    """The chain, a line for each tie, or that there is none."""
    start, end = read.find(options.start), read.find(options.end)
    view = view_asked(read, options, is_flow=not options.any_direction)
    chain = shortest_chain(
        read.network, read.network.number(start), end=read.network.number(end), view=view
    )
    edges = read.edges[list(chain.edges)] if chain else read.edges.clear()
    if options.format == "json":
        write_json(_chain_for_json(read, start, end, chain, edges))
        return
    console = open_console()
    ends = f"{_named(read, start)} to {_named(read, end)}{_when(options)}"
    if chain is None:
        how = "in any direction" if options.any_direction else "along which information could go"
        console.print(f"{ends}: the sources at hand give no chain of ties {how}")
        return
    console.print(
        f"{ends}: {chain.steps} {'tie' if chain.steps == 1 else 'ties'}, strength "
        f"{chain.strength:.2f}\n{' – '.join(_named(read, p) for p in _parties(read, chain))}\n"
    )
    console.print(table_of(read, edges, weakest=read.network.edge_ids[chain.weakest]))
    console.print(
        "\nweakest tie marked with *. That the ties stand is evidenced as said; that anything "
        "went along them is not."
    )


def _parties(read: ReadNetwork, chain: Chain) -> list[str]:
    return [read.network.parties[number] for number in chain.parties]


def _chain_for_json(
    read: ReadNetwork, start: str, end: str, chain: Chain | None, edges: pl.DataFrame
) -> dict[str, Any]:
    if chain is None:
        return {"from_id": start, "to_id": end, "steps": None, "edges": []}
    rows = edges_for_json(read, edges)
    for row, is_against in zip(rows, chain.is_against, strict=True):
        row["is_reversed"] = is_against
    return {
        "from_id": start,
        "to_id": end,
        "steps": chain.steps,
        "strength": chain.strength,
        "weakest_edge_id": read.network.edge_ids[chain.weakest],
        "parties": _parties(read, chain),
        "edges": rows,
    }


def _named(read: ReadNetwork, party: str) -> str:
    return escape(read.names.get(party, party))


def _when(options: argparse.Namespace) -> str:
    return f" at {options.at}" if options.at else ""


def edges_for_json(read: ReadNetwork, edges: pl.DataFrame) -> list[dict[str, Any]]:
    """Edges as they stand in the table, each with its sources."""
    sources = read.sources_of(edges["row_id"].to_list())
    return [
        {**row, "sources": sources.get(row["row_id"], [])}
        for row in edges.select(_EDGE).iter_rows(named=True)
    ]


def table_of(read: ReadNetwork, edges: pl.DataFrame, *, weakest: str = "") -> Table:
    """A line for each tie: what it says, what it carries, how sure it is, who says so."""
    sources = read.sources_of(edges["row_id"].to_list())
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("tie", "carries", "strength", "sources"):
        table.add_column(title, justify="right" if title == "strength" else "left")
    for row in edges.iter_rows(named=True):
        said = dict.fromkeys(item["publisher"] for item in sources.get(row["row_id"], []))
        mark = "* " if row["edge_id"] == weakest else ""
        guess = "CANDIDATE, inferred: " if row["is_inferred"] else ""
        table.add_row(
            escape(f"{mark}{guess}{row['sentence']}"),
            row["layer"].replace("_", " "),
            f"{row['strength']:.2f}",
            escape("; ".join(said)),
        )
    return table


def write_json(answer: object) -> None:
    """An answer as JSON; days as they are written in ISO 8601."""
    text = json.dumps(answer, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write(f"{text}\n")
