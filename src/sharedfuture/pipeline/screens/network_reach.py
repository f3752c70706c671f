"""What `sharedfuture network reach`, `without` and `communities` print."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.analyse.network import Reach, View, reach_of
from sharedfuture.pipeline.network import ReadNetwork, read_table
from sharedfuture.pipeline.screens.console import open_console
from sharedfuture.pipeline.screens.network import view_asked, write_json

_Row = dict[str, Any]


def show_reach(read: ReadNetwork, options: argparse.Namespace) -> None:
    """Countries from which a chain leads to a body, surest first, or their number by year."""
    body = read.find(options.body)
    view = view_asked(read, options)
    if options.by_year:
        _show_years(read, body, view, as_json=options.format == "json")
        return
    reach = _reach(read, body, view)
    sure = dict(zip(reach.parties.tolist(), reach.strengths.tolist(), strict=True))
    rows: list[_Row] = [
        {
            "country_id": country,
            "name": read.names.get(country, country),
            "strength": sure[read.network.number(country)],
        }
        for country in reach.countries
    ]
    rows.sort(key=lambda row: (-row["strength"], row["country_id"]))
    if options.format == "json":
        write_json({"body_id": body, "expected": reach.expected, "countries": rows})
        return
    _print_rows(rows)
    open_console().print(
        f"\na chain of ties leads to {escape(read.names.get(body, body))} from {len(rows)} "
        f"{'country' if len(rows) == 1 else 'countries'} ({reach.expected:.1f} where each counts "
        "as much as its surest chain is sure); that information took it is not said"
    )


def _show_years(read: ReadNetwork, body: str, view: View, *, as_json: bool) -> None:
    rows = list(_years(read, body, view))
    if as_json:
        write_json({"body_id": body, "years": rows})
        return
    _print_rows(rows)
    open_console().print(
        "\ncountries: over ties that had surely begun; possible: also over those that may have"
    )


def _years(read: ReadNetwork, body: str, view: View) -> Iterator[_Row]:
    """The years in which something changed."""
    before: tuple[object, ...] = ()
    newest = read.edges["latest_date"].max()
    oldest = read.edges["latest_date"].min()
    if not isinstance(newest, date) or not isinstance(oldest, date):
        return
    for year in range(oldest.year, newest.year + 1):
        at = replace(view, day=date(year, 12, 31))
        sure = _reach(read, body, at)
        likely = _reach(read, body, replace(at, is_sure=False))
        counts = (sure.countries, likely.countries)
        if counts != before and any(counts):
            yield {
                "year": year,
                "countries": len(sure.countries),
                "possible": len(likely.countries),
                "expected": likely.expected,
            }
        before = counts


def show_without(read: ReadNetwork, options: argparse.Namespace) -> None:
    """What each body whose reach the release follows would lose."""
    edge_id = read.find_edge(options.tie)
    view = view_asked(read, options)
    followed = read_table(read.folder, "reach")["body_id"].unique().sort().to_list()
    rows: list[_Row] = []
    for body in followed:
        before = _reach(read, body, view)
        after = _reach(read, body, replace(view, without=frozenset({edge_id})))
        if lost := sorted(set(before.countries) - set(after.countries)):
            rows.append(
                {
                    "body": read.names.get(body, body),
                    "body_id": body,
                    "countries": len(before.countries),
                    "left": len(after.countries),
                    "lost": ", ".join(lost),
                }
            )
    said = str(read.edges.filter(pl.col("edge_id") == edge_id)["sentence"][0])
    if options.format == "json":
        write_json({"edge_id": edge_id, "sentence": said, "bodies": rows})
        return
    open_console().print(f"without: {escape(said)}\n")
    if rows:
        _print_rows(rows)
    else:
        open_console().print("no body whose reach is followed loses a country")


def show_communities(read: ReadNetwork, options: argparse.Namespace) -> None:
    """All communities, or that of one party with its members."""
    table = read_table(read.folder, "community").sort("community", "party_id")
    if options.party is None:
        rows = (
            table.group_by("community", maintain_order=True)
            .agg(pl.first("size"), pl.mean("stability"), pl.first("label"))
            .to_dicts()
        )
    else:
        own = table.filter(pl.col("party_id") == read.find(options.party))["community"]
        rows = [
            {
                "party": read.names.get(row["party_id"], row["party_id"]),
                "party_id": row["party_id"],
                "stability": row["stability"],
            }
            for row in table.filter(pl.col("community").is_in(own.implode())).to_dicts()
        ]
    if options.format == "json":
        write_json(rows)
    else:
        _print_rows(rows)


def _reach(read: ReadNetwork, body: str, view: View) -> Reach:
    return reach_of(
        read.network, read.network.number(body), view=view, own=read.own_countries(body)
    )


def _print_rows(rows: list[_Row]) -> None:
    """A table whose columns are the keys of the first row."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name, cell in (rows[0] if rows else {}).items():
        table.add_column(
            name.replace("_", " "), justify="left" if isinstance(cell, str) else "right"
        )
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    open_console().print(table)


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else escape(str(value))
