"""What the index commands print: a ranking, what was done to the data, two rankings compared."""

from collections.abc import Mapping, Sequence
from math import ceil, floor
from pathlib import Path

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.pipeline.index import Index
from sharedfuture.pipeline.screens.console import open_console

Tables = Mapping[str, pl.DataFrame]

_LISTED = 8


def show_ranking(index: Index, tables: Tables) -> None:
    """The ranking, with intervals where there are any, and what was done to the data."""
    console = open_console()
    console.print(f"[bold]{escape(_title(index))}[/bold]")
    scores = tables["score"]
    if "period" in scores.columns and index.table.is_panel:
        period = max(index.table.periods)
        scores = scores.filter(pl.col("period") == period)
        console.print(f"the latest period, {period:g}; the others are in the files written")
    ranked = scores.filter(pl.col("rank").is_not_null())
    console.print(_ranking(index, ranked, tables))
    console.print()
    console.print(_grid(_done(index, tables)))


def show_comparison(tables: Tables) -> None:
    """Shifts between two indices, how far they agree, and which choices differ."""
    console = open_console()
    grid = _table(
        ("rank", "right"), ("now", "right"), ("gain", "right"), ("unit", "left"),
        ("name", "left"), ("score", "right"), ("now", "right"),
    )  # fmt: skip
    for row in tables["shift"].iter_rows(named=True):
        gain = row["shared_rank_gain"]
        grid.add_row(
            _whole(row["first_rank"]),
            _whole(row["second_rank"]),
            "–" if gain is None else f"{gain:+d}".replace("-", "−") if gain else "0",
            escape(row["unit"]),
            escape(row["name"]),
            _number(row["first_score"]),
            _number(row["second_score"]),
        )
    console.print(grid)
    console.print()
    facts = dict(tables["about"].iter_rows())
    console.print(_grid([(name.replace("_", " "), _fact(value)) for name, value in facts.items()]))
    console.print()
    differences = tables["difference"]
    if differences.is_empty():
        console.print("the two recipes are the same")
        return
    grid = _table(("what differs", "left"), ("first", "left"), ("second", "left"))
    for cells in differences.iter_rows():
        grid.add_row(*(escape(str(cell or "–")) for cell in cells))
    console.print(grid)


def show_findings(tables: Tables) -> None:
    """The conclusions of an audit, those that need a look marked."""
    sign = {"met": "●", "look": "◐", "note": "–"}
    grid = _table(("", "left"), ("section", "left"), ("finding", "left"))
    for row in tables["findings"].iter_rows(named=True):
        grid.add_row(sign[row["reading"]], row["section"], escape(row["says"]))
    console = open_console()
    console.print(grid)
    console.print("\n● within its threshold   ◐ needs a second look   – for information")


def show_paths(paths: Sequence[Path]) -> None:
    """The files that were written."""
    shown = paths if len(paths) <= 4 else [paths[0].parent]
    open_console().print("\n".join(f"written    {path}" for path in shown), soft_wrap=True)


def _title(index: Index) -> str:
    table, framework = index.table, index.recipe.framework
    title = index.recipe.title or framework.titles[framework.index_code]
    units = len(set(table.units))
    return f"{title}: {units} units, {len(framework.indicators)} indicators"


def _ranking(index: Index, ranked: pl.DataFrame, tables: Tables) -> Table:
    code = index.recipe.framework.index_code
    if "interval" not in tables or index.uncertainty is None:
        grid = _table(("rank", "right"), ("unit", "left"), ("name", "left"), ("score", "right"))
        for row in ranked.iter_rows(named=True):
            grid.add_row(
                str(row["rank"]), escape(row["unit"]), escape(row["name"]), _number(row[code])
            )
        return grid
    level = f"{index.uncertainty.level:.0%} interval"
    has_scores = bool(tables["interval"]["score_low"].is_not_null().any())
    grid = _table(
        ("rank", "right"), (level, "left"), ("unit", "left"), ("name", "left"),
        ("score", "right"), *([(level, "left")] if has_scores else []),
    )  # fmt: skip
    keys = [key for key in ("unit", "period") if key in ranked.columns]
    columns = [*keys, "rank_low", "rank_high", "score_low", "score_high"]
    joined = ranked.join(
        tables["interval"].select(columns), on=keys, how="left", maintain_order="left"
    )
    for row in joined.iter_rows(named=True):
        scores = f"{_number(row['score_low'])} to {_number(row['score_high'])}"
        grid.add_row(
            str(row["rank"]),
            f"{floor(row['rank_low'])} to {ceil(row['rank_high'])}",
            escape(row["unit"]),
            escape(row["name"]),
            _number(row[code]),
            *([scores] if has_scores else []),
        )
    return grid


def _done(index: Index, tables: Tables) -> list[tuple[str, str]]:
    """What was left out and why, filled in, treated, and not used."""
    units = tables["unit"]
    absent = units.filter(pl.col("why_no_score").is_not_null())
    lines = [
        ("no score", f"{row['name']}: {row['why_no_score']}")
        for row in absent.iter_rows(named=True)
    ]
    cells = units.height * tables["indicator"].height
    imputed = tables["imputed"].height
    if imputed:
        lines.append(("filled in", f"{imputed} of {cells} values ({imputed / cells:.1%})"))
    missing = int(units["missing_count"].sum())
    if missing > imputed:
        lines.append(("missing", f"{missing - imputed} of {cells} values stay missing"))
    indicators = tables["indicator"]
    drawn_in = int(indicators["winsorised_count"].sum())
    if drawn_in:
        where = indicators.filter(pl.col("winsorised_count") > 0)["code"].to_list()
        lines.append(("winsorised", f"{drawn_in} values of {_listed(where)}"))
    transformed = indicators.filter(pl.col("is_transformed"))["code"].to_list()
    if transformed:
        lines.append(("transformed", _listed(transformed)))
    lines += [("look at", _problem(row)) for row in tables["problem"].iter_rows(named=True)]
    if index.unused:
        lines.append(("not used", f"columns {_listed(index.unused)}"))
    run = index.uncertainty
    if run is not None and "draw" in tables:
        lines.append(
            ("varied", f"{tables['draw'].height} replicates of "
             f"{', '.join(variation.name for variation in run.vary)}; seed {run.seed}")
        )  # fmt: skip
    else:
        lines.append(("intervals", "none: the recipe has no [uncertainty]"))
    return lines


def _problem(row: Mapping[str, str]) -> str:
    about = "; ".join(part for part in (row["indicators"], row["units"]) if part)
    return f"{about}: {row['says']}" if about else row["says"]


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + rest


def _grid(lines: Sequence[tuple[str, str]]) -> Table:
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for what, says in lines:
        grid.add_row(what, escape(says))
    return grid


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name, side in columns:
        table.add_column(name, justify="right" if side == "right" else "left")
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def _whole(value: int | None) -> str:
    return "–" if value is None else str(value)


def _fact(value: float | None) -> str:
    if value is None:
        return "not defined"
    return f"{value:.0f}" if value == int(value) else f"{value:.3f}".replace("-", "−")
