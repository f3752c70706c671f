"""What the commands on partners print."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.analyse.partners.solved import Solved
from sharedfuture.analyse.partners.telling.targets import tell_checks
from sharedfuture.pipeline.forecasts.entry import Entry
from sharedfuture.pipeline.screens.console import open_console

Tables = Mapping[str, pl.DataFrame]
Rows = Sequence[Mapping[str, Any]]


def show_targets(tables: Tables, *, style: str) -> None:
    """Every target with its sentence."""
    rows = tables["partner_target"].to_dicts()
    if style == "json":
        _print_json(rows)
        return
    console = open_console()
    for row in rows:
        console.print(f"[bold]{row['partner_target_id']}[/bold]  {escape(row['sentence'])}")


def show_target(tables: Tables, target: str, *, first: int, style: str) -> None:
    """Known countries and the first candidates of a target."""
    rows = (
        tables["partner"]
        .filter(pl.col("target") == target)
        .join(tables["country"].select("country_id", "name"), on="country_id")
        .sort("rank", "country_id", nulls_last=True)
    )
    if style == "json":
        _print_json(rows.to_dicts())
        return
    console = open_console()
    (about,) = tables["partner_target"].filter(pl.col("partner_target_id") == target).to_dicts()
    console.print(f"[bold]{escape(about['sentence'])}[/bold]")
    known = rows.filter(pl.col("status") == "known")
    console.print(f"known: {', '.join(known.get_column('name')) or 'none'}\n")
    grid = _table(("rank", "right"), ("candidate", "left"), ("probability", "left"), ("", "left"))
    for row in rows.filter(pl.col("status") == "inferred").head(first).iter_rows(named=True):
        rank = f"{row['rank']} ({row['rank_low']} to {row['rank_high']})"
        because = row["because"].partition(", because ")[2]
        grid.add_row(rank, escape(row["name"]), _chance(row), escape(because))
    console.print(grid)


def show_country(tables: Tables, country: str, *, target: str | None, style: str) -> None:
    """One country in every target, or the one named, with its reasons."""
    chosen = tables["partner"].filter(
        pl.col("country_id") == country,
        pl.lit(value=True) if target is None else pl.col("target") == target,
    )
    reasons = tables["partner_reason"].join(chosen, on="partner_id", how="semi")
    rows = [
        row
        | {
            "reasons": reasons.filter(pl.col("partner_id") == row["partner_id"])
            .sort("position")
            .to_dicts()
        }
        for row in chosen.to_dicts()
    ]
    if style == "json":
        _print_json(rows)
        return
    titles = dict(tables["partner_target"].select("partner_target_id", "title").iter_rows())
    console = open_console()
    for row in rows:
        console.print(f"[bold]{escape(titles[row['target']])}[/bold]")
        console.print(f"  {escape(row['because'])}")
        for reason in row["reasons"]:
            sign = "+" if reason["direction"] == "for" else "-"
            sentence = escape(reason["sentence"])
            console.print(f"  {sign} {sentence} ({reason['contribution']:+.2f})")
    console.print(f"\nsharedfuture explain {rows[0]['partner_id']}" if rows else "no candidate")


def show_checks(solved: Iterable[Solved], *, style: str) -> None:
    """Every measure of every model; how many names it is taken over stands beside it."""
    items = list(solved)
    if style == "json":
        _print_json([row for item in items for row in tell_checks(item)])
        return
    console = open_console()
    for item in items:
        console.print(f"[bold]{escape(item.posed.target.title)}[/bold]")
        if not item.fits:
            console.print(f"  no model: {item.why_not}")
            continue
        console.print(f"  stands: {item.best}; expected {item.fit.expected:.1f} countries")
        grid = _table(("split", "left"), ("measure", "left"), ("model", "left"), ("", "left"))
        for check in sorted(item.checks, key=lambda it: (it.split, it.measure, it.model)):
            value = f"{check.value:.3f} ({check.low:.3f} to {check.high:.3f}), n = {check.n}"
            grid.add_row(check.split, check.measure, check.model, value)
        console.print(grid)


def show_frozen(frozen: Iterable[Entry]) -> None:
    """What was added to the register, and the hash to keep outside it."""
    for entry in frozen:
        sys.stdout.write(
            f"{entry.forecast_id}  {entry.countries} countries, expected {entry.expected}, "
            f"entry {entry.entry_sha256}\n"
        )
    sys.stdout.write(
        "commit evidence/forecasts; keep the last hash elsewhere too, so that no entry can be cut\n"
    )


def show_scores(tables: Tables, *, style: str) -> None:
    """Every frozen forecast with what came of it."""
    scores = tables["forecast_score"].sort("forecast_id", "measure")
    if style == "json":
        _print_json(scores.to_dicts())
        return
    if tables["forecast"].is_empty():
        sys.stdout.write("no forecast is frozen yet\n")
        return
    console = open_console()
    for row in tables["forecast"].sort("frozen_date", "forecast_id").iter_rows(named=True):
        console.print(
            f"[bold]{row['forecast_id']}[/bold]  frozen {row['frozen_date']}, "
            f"{row['countries']} countries, {row['code_version']}"
        )
        own = scores.filter(pl.col("forecast_id") == row["forecast_id"])
        for sentence in own.get_column("sentence"):
            console.print(f"  {escape(sentence)}")


def _chance(row: Mapping[str, Any]) -> str:
    low, high = row["probability_low"], row["probability_high"]
    return f"{row['probability']:.2f} ({low:.2f} to {high:.2f})"


def _table(*columns: tuple[str, str]) -> Table:
    grid = Table(box=None, pad_edge=False)
    for title, side in columns:
        grid.add_column(title, justify="right" if side == "right" else "left")
    return grid


def _print_json(rows: Rows) -> None:
    sys.stdout.write(json.dumps(rows, default=str, ensure_ascii=False, indent=1) + "\n")
