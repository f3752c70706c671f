"""What `sharedfuture sources` and `sharedfuture status` print."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from sharedfuture.pipeline.live.status import Standing
from sharedfuture.pipeline.screens.console import open_console

_MAY_LEAVE = {
    "open": "all, with credit",
    "cite": "single figures",
    "derived_only": "what is computed",
    "link_only": "only the address",
}


def show_sources(standings: Sequence[Standing], *, style: str) -> None:
    """Who is listened to: title, publisher, licence, what may leave, how fresh."""
    rows = [
        {
            "source": item.live.name,
            "title": item.live.declared.title,
            "publisher": item.live.declared.publisher,
            "licence": item.live.declared.licence,
            "may leave": _MAY_LEAVE[item.live.declared.redistribution.value],
            "edition": _edition(item),
            "captured": _day(item.last_good),
            "state": item.says,
        }
        for item in standings
    ]
    _show(rows, style=style, right=())


def show_status(standings: Sequence[Standing], *, style: str) -> None:
    """How each source stands, and a line for everything that went wrong."""
    rows = [
        {
            "source": item.live.name,
            "state": item.says,
            "edition": _edition(item),
            "captured": _day(item.last_good),
            "age": "" if item.age_days is None else f"{item.age_days} d",
            "cadence": item.live.declared.cadence.value,
            "rows in": item.live.rows_in,
            "rows out": item.rows_out,
            "faults": len(item.faults),
        }
        for item in standings
    ]
    faults = [
        {"source": item.live.name, "fault": fault} for item in standings for fault in item.faults
    ]
    if style == "json":
        _print_json({"sources": rows, "faults": faults})
        return
    _show(rows, style=style, right=("age", "rows in", "rows out", "faults"))
    for fault in faults:
        sys.stderr.write(f"{fault['source']}: {fault['fault']}\n")


def _edition(item: Standing) -> str:
    heard = item.live.heard
    if not heard:
        return ""
    newest = heard[-1].edition.name
    return newest if len(heard) == 1 else f"{heard[0].edition.name} to {newest}"


def _day(day: object) -> str:
    return "" if day is None else str(day)


def _show(rows: Sequence[Mapping[str, object]], *, style: str, right: Iterable[str]) -> None:
    if style == "json":
        _print_json(rows)
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in rows[0] if rows else ():
        table.add_column(name, justify="right" if name in right else "left")
    for row in rows:
        table.add_row(
            *(escape(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row.values())
        )
    open_console().print(table)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
