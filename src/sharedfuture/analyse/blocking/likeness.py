"""How like the ways of blocking in a country or network are to those recorded for China.

Each technique has a weight: its distinctiveness where it is recorded for China, else 0. The
likeness of a place is the mean weight of what was blocked there. A system that only resets
connections shares what China does too and scores little, because nearly everybody does it; one
that answers from the injectors' own pools scores near 1.

The shares of the techniques have a Dirichlet posterior. Measurements of one network and period
hang together, so they count as fewer (Kish's design effect): with few, or many of one place and
day, the interval is wide. A likeness is about ways; it does not say whose equipment it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.blocking.judging.techniques import techniques, techniques_frame
from sharedfuture.analyse.blocking.subjects import UNKNOWN_NETWORK
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="blocking.techniques",
    reads={"counts": "aligned.measurement_count", "countries": "aligned.country"},
    writes=("derived.blocking_technique", "derived.technique_likeness"),
    version=1,
)


Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the interval rests on: its level, draws, seed, prior and correlation."""

    level: float
    draws: int
    seed: int
    prior: float
    correlation: float


def run(
    counts: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    level: float,
    draws: int,
    seed: int,
    prior: float,
    correlation: float,
    distinctive_from: float,
) -> Mapping[str, pl.DataFrame]:
    """The table of techniques, and one row for each country and network where one was seen.

    A country's figure comes from rows for the whole country where there are any, else from all
    its networks together, those that are not known among them. Without a blocked measurement of
    known technique there is no row: nothing seen is not unlikeness.
    """
    posterior = Posterior(level, draws, seed, prior, correlation)
    names = dict(countries.select("country_id", "name").iter_rows())
    rows = [
        _row(place, own, posterior, distinctive_from=distinctive_from)
        for place, own in _places(technique_counts(counts))
    ]
    told = [{**row, "sentence": _sentence(row, names)} for row in rows]
    return {
        "derived.blocking_technique": techniques_frame(),
        "derived.technique_likeness": pl.DataFrame(
            told, schema=schema_with_rows(TABLE["technique_likeness"])
        ).sort("technique_likeness_id"),
    }


def technique_counts(counts: pl.DataFrame) -> pl.DataFrame:
    """The rows of techniques that say how something was blocked, where they were seen."""
    known = [item.id for item in techniques() if item.says_how]
    return counts.filter(
        pl.col("kind") == "technique", pl.col("subject").is_in(known), pl.col("blocked") > 0
    ).sort("measurement_count_id")


def _places(seen: pl.DataFrame) -> list[tuple[tuple[str, int | None], pl.DataFrame]]:
    """Each country and each known network, with its rows."""
    whole = seen.filter(pl.col("asn").is_null())
    has_whole = whole.get_column("country_id").unique().implode()
    networks = seen.filter(pl.col("asn").is_not_null())
    country = pl.concat([whole, networks.filter(~pl.col("country_id").is_in(has_whole))])
    named = networks.filter(pl.col("asn") != UNKNOWN_NETWORK)
    places = [("country_id", None, country), ("country_id", "asn", named)]
    return [
        ((own.item(0, first), own.item(0, second) if second else None), own)
        for first, second, rows in places
        for own in _grouped(rows, *([first, second] if second else [first]))
    ]


def _grouped(rows: pl.DataFrame, *by: str) -> list[pl.DataFrame]:
    ordered = rows.sort(*by, "measurement_count_id")
    return ordered.partition_by(by, maintain_order=True)


def _row(
    place: tuple[str, int | None],
    own: pl.DataFrame,
    posterior: Posterior,
    *,
    distinctive_from: float,
) -> dict[str, object]:
    country_id, asn = place
    key = f"lik-{country_id}-{'all' if asn is None else asn}"
    sums = dict(own.group_by("subject").agg(pl.col("blocked").sum()).rows())
    shares = np.array([sums.get(item.id, 0) for item in techniques()], dtype=np.float64)
    clusters = own.group_by("asn", "earliest_date", "latest_date").len().height
    total = int(shares.sum())
    mean, low, high = likeness(shares, clusters=clusters, posterior=posterior, key=key)
    return {
        "technique_likeness_id": key,
        "country_id": country_id,
        "asn": asn,
        "network": None if asn is None else own.get_column("network").drop_nulls().first(),
        "since_date": own.get_column("earliest_date").min(),
        "until_date": own.get_column("latest_date").max(),
        "blocked": total,
        "techniques": len(sums),
        "likeness": mean,
        "likeness_low": low,
        "likeness_high": high,
        "level": posterior.level,
        "shared": _share_of(shares, least=0.0),
        "distinctive": _share_of(shares, least=distinctive_from),
        "row_ids": own.get_column("measurement_count_id").to_list(),
    }


def weights() -> Shares:
    """The weight of each technique, in the order of the table."""
    return np.array(
        [item.distinctiveness if item.recorded_for_china else 0.0 for item in techniques()]
    )


def _share_of(shares: Shares, *, least: float) -> float:
    """Share that techniques explain which are recorded for China and at least so distinctive."""
    counted = np.array(
        [item.recorded_for_china and item.distinctiveness >= least for item in techniques()]
    )
    return float(shares[counted].sum() / shares.sum())


def likeness(
    shares: Shares, *, clusters: int, posterior: Posterior, key: str
) -> tuple[float, float, float]:
    """Posterior mean and interval of the mean weight, from counts of each technique.

    `clusters` are the networks and periods that the counts come from; `key` makes the draws of a
    place its own, so that no row depends on which others there are.
    """
    total = float(shares.sum())
    size = max(1.0, total / clusters)
    effect = 1.0 + (size - 1.0) * posterior.correlation
    alpha = shares / effect + posterior.prior / len(shares)
    random = np.random.default_rng([posterior.seed, crc32(key.encode())])
    # Shares that have the same weight can be added up beforehand: the sums are Dirichlet as well.
    values, group = np.unique(weights(), return_inverse=True)
    drawn = random.dirichlet(np.bincount(group, alpha), size=posterior.draws) @ values
    tail = (1.0 - posterior.level) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return float(alpha @ weights() / alpha.sum()), float(low), float(high)


def _sentence(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    country = names.get(str(row["country_id"]), str(row["country_id"]))
    where = country if row["asn"] is None else f"{row['network'] or 'a network'} in {country}"
    many = row["blocked"]
    measured = "blocked measurement" if many == 1 else "blocked measurements"
    return (
        f"Of {many:,} {measured} in {where}, {row['shared']:.0%} were blocked in ways that are "
        f"recorded for China too, {row['distinctive']:.0%} in ways that hardly others use: "
        f"likeness {row['likeness']:.2f} ({row['level']:.0%} interval {row['likeness_low']:.2f} to "
        f"{row['likeness_high']:.2f}, of 0 to 1). Ways of blocking do not say whose equipment it "
        "is."
    )
