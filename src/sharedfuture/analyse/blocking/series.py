"""Counts of websites and services as series without overlap, for rates and changes."""

import polars as pl

from sharedfuture.analyse.blocking.subjects import NO_SUBJECT, NUMERIC_SUBJECT, UNKNOWN_NETWORK

SUBJECT = ("country_id", "asn", "kind", "subject")
_SPAN = ("earliest_date", "latest_date")


def decided_rows(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts of websites and services with `decided`: blocked, down or ok; rows with none left out.

    Where a subject was counted twice for one period, the count of more measurements stands. Where
    days and longer periods of it overlap, only the days stand, so that nothing counts twice.
    """
    dated = counts.filter(
        pl.col("kind").is_in(("website", "service")),
        pl.col("earliest_date").is_not_null(),
        pl.col("latest_date").is_not_null(),
    ).with_columns(decided=pl.sum_horizontal("blocked", "down", "ok"))
    single = (
        dated.filter(pl.col("decided") > 0)
        .sort("measured", "measurement_count_id", descending=[True, False])
        .unique([*SUBJECT, *_SPAN], keep="first", maintain_order=True)
        .with_columns(length=(pl.col("latest_date") - pl.col("earliest_date")).dt.total_days())
    )
    finest = pl.col("length") == pl.col("length").min()
    first = pl.col("earliest_date").filter(finest).min().over(SUBJECT)
    last = pl.col("latest_date").filter(finest).max().over(SUBJECT)
    is_finest = pl.col("length") == pl.col("length").min().over(SUBJECT)
    apart = (pl.col("latest_date") < first) | (pl.col("earliest_date") > last)
    return single.filter(is_finest | apart).drop("length").sort(*SUBJECT, *_SPAN)


def named_subjects(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of single domains and services on networks that are known, or of whole countries."""
    return rows.filter(
        pl.col("subject").is_not_null(),
        ~pl.col("subject").is_in((NUMERIC_SUBJECT, NO_SUBJECT)),
        pl.col("asn").is_null() | (pl.col("asn") != UNKNOWN_NETWORK),
    )


def without_totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of networks; those of a whole country only for subjects that no network has."""
    of_networks = rows.filter(pl.col("asn").is_not_null())
    totals = rows.filter(pl.col("asn").is_null())
    keys = ["country_id", "kind", "subject"]
    alone = totals.join(of_networks, on=keys, how="anti", nulls_equal=True)
    return pl.concat([of_networks, alone])


def without_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Every measurement once: a network's count is left out where its country's total is there."""
    totals = rows.filter(pl.col("asn").is_null())
    of_networks = rows.filter(pl.col("asn").is_not_null())
    keys = ["country_id", "kind", "subject", *_SPAN]
    return pl.concat([totals, of_networks.join(totals, on=keys, how="anti", nulls_equal=True)])
