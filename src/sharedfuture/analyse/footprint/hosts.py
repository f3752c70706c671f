"""Services to machines: each counts once, and those that only pretend are set aside."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import polars as pl


class Filters(NamedTuple):
    """The most that a machine may show and still be counted."""

    most_ports: int
    most_alike: int
    most_vendors: int


@cache
def read_filters() -> Filters:
    """The values of `filters.toml`."""
    text = files(__package__).joinpath("filters.toml").read_text(encoding="utf-8")
    return Filters(**{name: entry["value"] for name, entry in tomllib.loads(text).items()})


def hosts_of(services: pl.DataFrame, products: pl.DataFrame, *, filters: Filters) -> pl.DataFrame:
    """One row a machine: `host`, `country` and `asn` (0 unknown), `set_aside` (null where counted).

    `services` has a row a service, `products` a row a machine and product, with its `vendor`. A
    machine is where it is first said to be. `set_aside` is ports, alike or vendors.
    """
    whole = (
        services.lazy()
        .group_by("host")
        .agg(_first_known("country"), _first_known("asn"), ports=pl.col("port").n_unique())
    )
    alike = (
        services.lazy()
        .filter(pl.col("said") != 0)
        .unique(["host", "said", "port"])
        .group_by("host", "said")
        .len("alike")
        .group_by("host")
        .agg(pl.col("alike").max())
    )
    vendors = products.lazy().group_by("host").agg(vendors=pl.col("vendor").n_unique())
    return (
        whole.join(alike, on="host", how="left")
        .join(vendors, on="host", how="left")
        .select(
            "host",
            "country",
            "asn",
            set_aside=pl.when(pl.col("ports") > filters.most_ports)
            .then(pl.lit("ports"))
            .when(pl.col("alike") > filters.most_alike)
            .then(pl.lit("alike"))
            .when(pl.col("vendors") > filters.most_vendors)
            .then(pl.lit("vendors")),
        )
        .collect()
    )


def _first_known(name: str) -> pl.Expr:
    return pl.col(name).filter(pl.col(name) != 0).first().fill_null(0)
