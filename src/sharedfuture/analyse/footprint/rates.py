"""Counts and rates of machines by country and product, with intervals that know of networks.

Machines of one network are bought together, so they count for less than as many single ones: the
interval is Wilson's for the number of machines divided by the design effect of networks as
clusters (ratio estimator; Cochran, Sampling Techniques, section 11), with Student's quantile for
their number.
"""

from typing import NamedTuple

import polars as pl
from scipy.special import stdtrit

from sharedfuture.analyse.intervals import wilson

NOT_NAMED = "(not named)"
SEVERAL = "(several)"


class Interval(NamedTuple):
    """Bounds of a rate, and how many times as wide networks make its variance."""

    low: float
    high: float
    design_effect: float | None


def counts_by(
    hosts: pl.DataFrame, recognised: pl.DataFrame, *, by: tuple[str, ...]
) -> pl.DataFrame:
    """Machines by country and the columns of `by`: `seen`, and sums over networks for the interval.

    `hosts` are those that count; `recognised` has a row a machine and what it is counted as.
    """
    sizes = hosts.group_by("country", "asn").agg(size=pl.len().cast(pl.Float64))
    placed = recognised.join(hosts, on="host").unique(["host", *by])
    return (
        placed.group_by("country", "asn", *by)
        .agg(seen=pl.len())
        .join(sizes, on=["country", "asn"])
        .group_by("country", *by)
        .agg(
            seen=pl.col("seen").sum(),
            seen_squared=(pl.col("seen").cast(pl.Float64) ** 2).sum(),
            seen_by_size=(pl.col("seen") * pl.col("size")).sum(),
        )
        .sort("country", *by)
    )


def denominators(hosts: pl.DataFrame) -> pl.DataFrame:
    """Machines that count, by country, with networks and the sum of their squared sizes.

    Machines of which the network is not known are one network together.
    """
    return (
        hosts.group_by("country", "asn")
        .agg(size=pl.len())
        .group_by("country")
        .agg(
            hosts=pl.col("size").sum(),
            networks=pl.len(),
            size_squared=(pl.col("size").cast(pl.Float64) ** 2).sum(),
        )
        .sort("country")
    )


def one_product_a_vendor(products: pl.DataFrame) -> pl.DataFrame:
    """A row a machine and vendor, with one product: so products add up to their vendor.

    `products` has columns host, vendor, product; a product that is not named is empty.
    """
    named = pl.col("product").filter(pl.col("product") != "")
    return products.group_by("host", "vendor").agg(
        product=pl.when(named.n_unique() == 0)
        .then(pl.lit(NOT_NAMED))
        .when(named.n_unique() == 1)
        .then(named.first())
        .otherwise(pl.lit(SEVERAL))
    )


def interval(
    seen: int,
    hosts: int,
    *,
    networks: int,
    seen_squared: float,
    seen_by_size: float,
    size_squared: float,
    level: float,
) -> Interval:
    """Bounds of seen over hosts. With one network nothing is known of how networks differ.

    Then the interval is that of single machines and the design effect is none.
    """
    rate = seen / hosts
    plain = rate * (1 - rate) / hosts
    effect: float | None = None
    if networks > 1:
        spread = seen_squared - 2 * rate * seen_by_size + rate**2 * size_squared
        variance = networks / (networks - 1) * max(spread, 0.0) / hosts**2
        effect = max(1.0, variance / plain) if plain > 0 else 1.0
    freedom = networks - 1 if networks > 1 else hosts
    low, high = wilson(rate, hosts / (effect or 1.0), _quantile(level, freedom))
    return Interval(max(0.0, min(low, rate)), min(1.0, max(high, rate)), effect)


def _quantile(level: float, freedom: int) -> float:
    return float(stdtrit(max(freedom, 1), (1 + level) / 2))
