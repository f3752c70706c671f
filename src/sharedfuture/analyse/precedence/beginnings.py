"""When it is first known to have been so in a country: sightings, blocking, shutdowns."""

from collections.abc import Mapping

import polars as pl

BEGINNING: Mapping[str, type[pl.DataType]] = {
    "country_id": pl.String,
    "kind": pl.String,
    "measured_id": pl.String,
    "measured": pl.String,
    "earliest": pl.Date,
    "latest": pl.Date,
}


def beginnings(
    sightings: pl.DataFrame,
    changes: pl.DataFrame,
    shutdowns: pl.DataFrame,
    counts: pl.DataFrame,
    *,
    vendor_country_id: str,
    registers: Mapping[str, str],
) -> pl.DataFrame:
    """The first of each kind and subject in each country.

    What stands somewhere may have stood there long before it was seen, so it has no earliest day;
    a block change and a shutdown have begun between two days. A year's count of shutdowns is used
    only where a country has no single event with a date; `registers` has their titles.
    """
    events = _shutdowns(shutdowns)
    years = _shutdown_years(counts, registers).join(events, on="country_id", how="anti")
    parts = [_sightings(sightings, vendor_country_id), _blocking(changes), events, years]
    return pl.concat([part.cast(dict(BEGINNING)) for part in parts]).sort(  # type: ignore[arg-type]
        "country_id", "kind", "measured_id"
    )


def _sightings(sightings: pl.DataFrame, vendor_country_id: str) -> pl.DataFrame:
    """Products and vendors with their seat there, and techniques; the earliest known of each."""
    telling = (pl.col("kind") == "technique") | (pl.col("vendor_country_id") == vendor_country_id)
    return (
        sightings.filter(telling, pl.col("known_by_date").is_not_null())
        .sort("known_by_date", pl.col("asn").is_not_null(), "equipment_sighting_id")
        .unique(["country_id", "kind", "subject"], keep="first", maintain_order=True)
        .select(
            "country_id",
            "kind",
            measured_id="equipment_sighting_id",
            measured=pl.format("{} seen", "title"),
            earliest=pl.lit(None, pl.Date),
            latest="known_by_date",
        )
    )


def _blocking(changes: pl.DataFrame) -> pl.DataFrame:
    """The first domain that began to be blocked, as far as measurements go back."""
    return (
        changes.filter(pl.col("change") == "blocked", pl.col("by_date").is_not_null())
        .sort("by_date", "after_date", "blocking_change_id")
        .unique("country_id", keep="first", maintain_order=True)
        .select(
            "country_id",
            kind=pl.lit("blocking"),
            measured_id="blocking_change_id",
            measured=pl.format("the first measured block of {}", "domain"),
            earliest="after_date",
            latest="by_date",
        )
    )


def _shutdowns(shutdowns: pl.DataFrame) -> pl.DataFrame:
    """The first shutdown with a date; what the registers call an outage is none."""
    return (
        shutdowns.filter(pl.col("cause") == "shutdown", pl.col("start_latest").is_not_null())
        .sort("start_latest", "start_earliest", "shutdown_event_id")
        .unique("country_id", keep="first", maintain_order=True)
        .select(
            "country_id",
            kind=pl.lit("shutdown"),
            measured_id="shutdown_event_id",
            measured=pl.lit("the first shutdown in the registers"),
            earliest="start_earliest",
            latest="start_latest",
        )
    )


def _shutdown_years(counts: pl.DataFrame, registers: Mapping[str, str]) -> pl.DataFrame:
    """The first year with a shutdown in a register.

    Where a register has outages too, and tells them apart, only what it says was ordered counts.
    """
    shut = pl.coalesce("ordered", "events")
    return (
        counts.filter(pl.col("other_register").is_null(), shut > 0, pl.col("year").is_not_null())
        .sort("year", "register", "shutdown_count_id")
        .unique("country_id", keep="first", maintain_order=True)
        .select(
            "country_id",
            kind=pl.lit("shutdown"),
            measured_id="shutdown_count_id",
            measured=pl.format(
                "the first year with a shutdown in the register of {}",
                pl.col("register").replace(dict(registers)),
            ),
            earliest=pl.date("year", 1, 1),
            latest=pl.date("year", 12, 31),
        )
    )
