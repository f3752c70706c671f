"""Machines and what they are recognised as, to rows of the table `footprint`.

For each country: the machines that count, each vendor, each product of a vendor that is shown,
and all vendors with one seat together (`vendor` empty). Small cells are kept back, and with them
as many others as keep them open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sharedfuture.analyse.footprint.hosts import Filters, hosts_of
from sharedfuture.analyse.footprint.rates import (
    counts_by,
    denominators,
    interval,
    one_product_a_vendor,
)
from sharedfuture.analyse.footprint.suppress import is_open, kept_back
from sharedfuture.analyse.footprint.vendors import Product
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

LEVEL = 0.95
FEWEST_LEAST = 5

Row = dict[str, Any]  # of a frame, whose types are declared


@dataclass(frozen=True, slots=True)
class Scan:
    """How the rows are labelled: the user's name for the scan, when it was made, the least cell."""

    name: str
    as_of_edtf: str
    least: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """The table, and what became of the machines.

    `hosts = sum of set_aside + without_country + in countries shown + in countries not shown`.
    """

    table: pl.DataFrame
    hosts: int
    set_aside: Mapping[str, int]
    without_country: int
    countries: int
    countries_not_shown: int
    hosts_not_shown: int


def footprint(
    services: pl.DataFrame,
    products: pl.DataFrame,
    *,
    known: Sequence[Product],
    country_ids: Sequence[str],
    scan: Scan,
    filters: Filters,
) -> Footprint:
    """The footprint of a scan. Raises ValueError where cells of fewer than five were to be shown.

    `products` has a row a machine and number of a product in `known`; countries are numbered from
    1 in the order of `country_ids`.
    """
    if scan.least < FEWEST_LEAST:
        raise ValueError(f"expected a least cell of {FEWEST_LEAST} or more, found {scan.least}")
    named = products.join(_names(known), on="product").select(
        "host", "vendor", "seat", product="name"
    )
    every = hosts_of(services, named, filters=filters)
    placed = every.filter(pl.col("set_aside").is_null() & (pl.col("country") != 0))
    sizes = denominators(placed)
    not_shown = kept_back(
        {country_ids[row["country"] - 1]: row["hosts"] for row in sizes.iter_rows(named=True)},
        least=scan.least,
    )
    rows = _Rows(placed, named, sizes.to_dicts(), scan)
    cells = [
        cell
        for size in rows.sizes
        if (country_id := country_ids[size["country"] - 1]) not in not_shown
        for cell in rows.of_country(size, country_id)
    ]
    aside = dict(every["set_aside"].drop_nulls().value_counts().sort("set_aside").iter_rows())
    hidden = sizes.filter(
        pl.col("country").is_in([country_ids.index(name) + 1 for name in not_shown])
    )
    return Footprint(
        frame_of(TABLE["footprint"], cells),
        every.height,
        aside,
        every.filter(pl.col("set_aside").is_null() & (pl.col("country") == 0)).height,
        sizes.height,
        len(not_shown),
        int(hidden["hosts"].sum()),
    )


def _names(known: Sequence[Product]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "product": pl.Series(range(len(known)), dtype=pl.UInt16),
            "vendor": pl.Series([item.vendor for item in known], dtype=pl.String),
            "seat": pl.Series([item.vendor_country_id for item in known], dtype=pl.String),
            "name": pl.Series([item.product for item in known], dtype=pl.String),
        }
    )


class _Rows:
    """Counts at every level, and the rows of a country made of them."""

    def __init__(
        self, hosts: pl.DataFrame, named: pl.DataFrame, sizes: list[Row], scan: Scan
    ) -> None:
        self.sizes, self._scan = sizes, scan
        seats = named.select("vendor", "seat").unique()
        self._seats = dict(seats.iter_rows())
        self._whole = _by_country(
            counts_by(hosts, named.filter(pl.col("seat").is_not_null()), by=("seat",))
        )
        self._vendors = _by_country(counts_by(hosts, named, by=("vendor",)))
        single = one_product_a_vendor(named)
        self._products = _by_country(counts_by(hosts, single, by=("vendor", "product")))

    def of_country(self, size: Row, country_id: str) -> Iterator[Row]:
        """All vendors of a seat, each vendor, each product of a vendor that is shown."""
        least = self._scan.least
        vendors = self._vendors.get(size["country"], [])
        for whole in self._whole.get(size["country"], []):
            small = [
                row["seen"]
                for row in vendors
                if row["seen"] < least and self._seats[row["vendor"]] == whole["seat"]
            ]
            is_shown = whole["seen"] >= least and is_open(small, least=least)
            yield self._row(whole, size, country_id, "", "", is_shown=is_shown)
        for vendor in vendors:
            name = vendor["vendor"]
            is_shown = vendor["seen"] >= least
            yield self._row(vendor, size, country_id, name, "", is_shown=is_shown)
            if is_shown:
                yield from self._products_of(name, size, country_id)

    def _products_of(self, vendor: str, size: Row, country_id: str) -> Iterator[Row]:
        rows = [row for row in self._products.get(size["country"], []) if row["vendor"] == vendor]
        hidden = kept_back({row["product"]: row["seen"] for row in rows}, least=self._scan.least)
        for row in rows:
            name = row["product"]
            yield self._row(row, size, country_id, vendor, name, is_shown=name not in hidden)

    def _row(
        self, cell: Row, size: Row, country_id: str, vendor: str, product: str, *, is_shown: bool
    ) -> Row:
        seat = cell["seat"] if not vendor else self._seats[vendor]
        words = (self._scan.name, country_id, vendor or f"all of {seat}", product)
        row: Row = {
            "footprint_id": "-".join(["fp", *(_slug(word) for word in words if word)]),
            "scan": self._scan.name,
            "country_id": country_id,
            "vendor": vendor or None,
            "vendor_country_id": seat,
            "product": product or None,
            "as_of_edtf": self._scan.as_of_edtf,
            "hosts": size["hosts"],
            "networks": size["networks"],
            "is_suppressed": not is_shown,
        }
        if not is_shown:
            return row | {"note": f"kept back: under {self._scan.least}, or would give one away"}
        found = interval(
            cell["seen"],
            size["hosts"],
            networks=size["networks"],
            seen_squared=cell["seen_squared"],
            seen_by_size=cell["seen_by_size"],
            size_squared=size["size_squared"],
            level=LEVEL,
        )
        return row | {
            "seen": cell["seen"],
            "rate": cell["seen"] / size["hosts"],
            "rate_low": found.low,
            "rate_high": found.high,
            "level": LEVEL,
            "design_effect": found.design_effect,
            "note": None if found.design_effect else "one network: the interval is too narrow",
        }


def _by_country(counts: pl.DataFrame) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in counts.iter_rows(named=True):
        found.setdefault(row["country"], []).append(row)
    return found


def _slug(word: str) -> str:
    """A word as a part of an id; letters and digits of every script stay."""
    return re.sub(r"[\W_]+", "_", word.casefold()).strip("_") if not word.isupper() else word
