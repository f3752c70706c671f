"""What `measure footprint` prints: what was read, what counts, and vendors by country as bars."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.markup import escape
from rich.table import Table

from sharedfuture.extract.scan_hosts import SAYS, Reason
from sharedfuture.pipeline.measure.footprint import Measured
from sharedfuture.pipeline.screens.console import open_console

_COUNTRIES = 15
_VENDORS = 6
_WIDTH = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"
_ASIDE = {
    "ports": "answers on too many ports",
    "alike": "answers alike on too many ports",
    "vendors": "shows devices of too many makers",
}


def show_footprint(measured: Measured) -> None:
    """Counts, then for each country its vendors, the most seen first."""
    console = open_console()
    scan = measured.scan
    console.print(f"[bold]{escape(scan.name)}[/bold], {escape(scan.as_of_edtf)}")
    console.print(_grid(_counts(measured)))
    shown = measured.footprint.table.filter(pl.col("product").is_null() & ~pl.col("is_suppressed"))
    if shown.is_empty():
        console.print("no cell is large enough to be shown")
        return
    console.print()
    console.print(_bars(shown))
    console.print(
        f"intervals at 95 %; cells under {scan.least} are kept back, with others that would give "
        "them away"
    )


def _counts(measured: Measured) -> Sequence[tuple[str, str]]:
    read, found = measured.read, measured.footprint
    placed = found.hosts - sum(found.set_aside.values()) - found.without_country
    rows = [
        ("layouts", ", ".join(read.layouts) or "none"),
        ("files", f"{read.files:,}"),
        ("records read", f"{read.read:,}"),
        ("  kept", f"{read.kept:,}"),
        ("  seen before", f"{read.duplicate:,}"),
        ("  set aside", f"{read.quarantined:,}"),
        *((f"    {SAYS[Reason(name)]}", f"{count:,}") for name, count in read.reasons.items()),
        ("hosts", f"{found.hosts:,}"),
        *((f"  set aside: {_ASIDE[name]}", f"{n:,}") for name, n in found.set_aside.items()),
        ("  without a country that is known", f"{found.without_country:,}"),
        ("  counted, by country", f"{placed:,}"),
        ("countries", f"{found.countries:,}"),
    ]
    if found.countries_not_shown:
        rows.append(
            (
                f"  not shown, with {found.hosts_not_shown:,} hosts",
                f"{found.countries_not_shown:,}",
            )
        )
    if read.without_fingerprint:
        rows.append(("fingerprints that cannot be used", f"{read.without_fingerprint:,}"))
    return rows


def _bars(shown: pl.DataFrame) -> Table:
    """The countries with most hosts; of each all vendors of a seat, then the most seen vendors."""
    grid = Table(box=None, pad_edge=False)
    for heading in ("", "hosts", "vendor", "seen", "rate", "95 %", ""):
        is_number = heading in ("hosts", "seen", "rate")
        grid.add_column(heading, justify="right" if is_number else "left", no_wrap=True)
    largest = (
        shown.group_by("country_id")
        .agg(pl.col("hosts").first())
        .sort("hosts", "country_id", descending=[True, False])
        .head(_COUNTRIES)
    )
    widest = float(shown["rate"].to_numpy().max())
    for country_id, hosts in largest.iter_rows():
        rows = shown.filter(pl.col("country_id") == country_id).sort(
            pl.col("vendor").is_not_null(), -pl.col("seen"), "vendor"
        )
        for place, row in enumerate(rows.head(_VENDORS).iter_rows(named=True)):
            first = (country_id, f"{hosts:,}") if place == 0 else ("", "")
            grid.add_row(*first, *_cells(row, widest))
    return grid


def _cells(row: Mapping[str, Any], widest: float) -> tuple[str, ...]:
    """A row of the table, whose types are declared, hence `Any`."""
    vendor = row["vendor"] or f"all of {row['vendor_country_id']}"
    return (
        escape(vendor),
        f"{row['seen']:,}",
        f"{100 * row['rate']:.2f} %",
        f"{100 * row['rate_low']:.2f}–{100 * row['rate_high']:.2f}",
        _bar(row["rate"] / widest if widest else 0.0),
    )


def _bar(share: float) -> str:
    whole, eighth = divmod(round(share * _WIDTH * 8), 8)
    return ("█" * whole + _EIGHTHS[eighth]).rstrip()


def _grid(rows: Sequence[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right")
    for name, value in rows:
        grid.add_row(escape(name), escape(value))
    return grid
