"""Counts of the registers by country and year, and how far two of them agree, with intervals."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from sharedfuture.analyse.shutdowns.agreement import Coverage, share_interval, years_in_common
from sharedfuture.analyse.shutdowns.rules import choices
from sharedfuture.analyse.shutdowns.scopes import title
from sharedfuture.records.frames import schema_of
from sharedfuture.records.shutdown_ids import agreement_id, count_id
from sharedfuture.records.tables import TABLE

_OUT = ("no_country", "no_date", "before_coverage", "after_coverage")
_BOTH = ("register", "other_register")
COUNTRY_YEARS = "country_years"


def by_country(records: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Rows of `shutdown_count`: by register, country and year, and by register looked in.

    A year is that of the first day by the capital's clock. Looked in another register are only the
    events that it could have had: while both kept records.
    """
    known = records.drop_nulls(["country_id", "first_day"]).with_columns(
        is_national=pl.col("width") == "national", is_ordered=pl.col("cause") == "shutdown"
    )
    counted = _summed(
        known.with_columns(
            year=pl.col("first_day").dt.year().cast(pl.Int64),
            other_register=pl.lit(None, pl.String),
            is_met=pl.lit(None, pl.Boolean),
        )
    )
    pairs = said.filter(~pl.col("verdict").is_in(_OUT)).select(
        *_BOTH, "key", is_met=pl.col("verdict").is_in(["same", "part"])
    )
    looked_in = _summed(
        known.join(pairs, on=["register", "key"]).with_columns(year=pl.lit(None, pl.Int64))
    )
    whole = pl.concat([counted, looked_in])
    ids = [
        count_id(*row)
        for row in whole.select("register", "country_id", "year", "other_register").iter_rows()
    ]
    return whole.with_columns(
        pl.Series("shutdown_count_id", ids, dtype=pl.String),
        width=pl.lit("all"),
        note=pl.lit(None, pl.String),
    ).select(*TABLE["shutdown_count"].column_names, "row_ids")


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by("register", "other_register", "country_id", "year")
        .agg(
            events=pl.len().cast(pl.Int64),
            national=pl.col("is_national").sum().cast(pl.Int64),
            ordered=pl.col("is_ordered").sum().cast(pl.Int64),
            matched=pl.when(pl.col("is_met").is_not_null().any())
            .then(pl.col("is_met").sum().cast(pl.Int64))
            .otherwise(None),
            row_ids=pl.col("capture_ids").explode().unique().sort(),
        )
        .sort("register", "other_register", "country_id", "year")
    )


def agreements(
    records: pl.DataFrame, years: pl.DataFrame, said: pl.DataFrame, *, of: Mapping[str, Coverage]
) -> pl.DataFrame:
    """Rows of `shutdown_agreement` without shares: by pair of registers and width."""
    wide = records.select(
        "register",
        "key",
        width=pl.col("width").replace({"local": "regional"}),
    )
    held = said.filter(~pl.col("verdict").is_in(_OUT)).join(wide, on=["register", "key"])
    files = {
        name: set(ids)
        for name, ids in records.group_by("register")
        .agg(pl.col("capture_ids").explode().unique())
        .iter_rows()
    }
    rows = [
        _agreed(register, other, width, group, of, files)
        for (register, other), pair in sorted(held.group_by(*_BOTH), key=lambda each: each[0])
        for width, group in _by_width(pair)
    ]
    rows += _by_country_and_year(records, years, files)
    schema = schema_of(TABLE["shutdown_agreement"])
    schema["row_ids"] = pl.List(pl.String())
    return pl.DataFrame(rows, schema=schema)


def _by_width(pair: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    return [
        ("all", pair),
        *((str(width), group) for (width,), group in sorted(pair.group_by("width"))),
    ]


def _agreed(
    register: str,
    other: str,
    width: str,
    group: pl.DataFrame,
    of: Mapping[str, Coverage],
    files: Mapping[str, set[str]],
) -> dict[str, object]:
    both = of[register], of[other]
    return {
        "shutdown_agreement_id": agreement_id(register, other, width),
        "register": register,
        "other_register": other,
        "width": width,
        "since_date": max(each.first for each in both).date(),
        "until_date": min(each.last for each in both).date(),
        "events": group.height,
        "matched": group.filter(pl.col("verdict").is_in(["same", "part"])).height,
        "row_ids": sorted(files[register] | files[other]),
    }


def _by_country_and_year(
    records: pl.DataFrame, years: pl.DataFrame, files: Mapping[str, set[str]]
) -> list[dict[str, object]]:
    """A register that names countries and years alone, against those that name events."""
    rows: list[dict[str, object]] = []
    if years.is_empty() or records.is_empty():
        return rows
    (name,) = years.get_column("register").unique()
    own = set(years.get_column("capture_ids").explode())
    for register, both, here, there in years_in_common(records, years).iter_rows():
        theirs = records.filter(register=register).get_column("start_from") + timedelta(days=1)
        span = years.get_column("year").sort()
        since = max(span[0], theirs.dt.year().min())
        until = min(span[-1], theirs.dt.year().max())
        for one, other, events in ((name, register, both + here), (register, name, both + there)):
            rows.append(
                {
                    "shutdown_agreement_id": agreement_id(one, other, COUNTRY_YEARS),
                    "register": one,
                    "other_register": other,
                    "width": COUNTRY_YEARS,
                    "since_date": date(since, 1, 1),
                    "until_date": date(until, 12, 31),
                    "events": events,
                    "matched": both,
                    "row_ids": sorted(files[register] | own),
                }
            )
    return rows


def with_shares(agreed: pl.DataFrame, *, least_events: int) -> pl.DataFrame:
    """The rows with share, Wilson's interval and a sentence; of few events no share is given."""
    level = choices("identity.toml", "match")["level"]
    shares, lows, highs, sentences = [], [], [], []
    for row in agreed.iter_rows(named=True):
        is_enough = row["events"] >= least_events
        low, high = share_interval(row["matched"], row["events"]) if is_enough else (None, None)
        shares.append(row["matched"] / row["events"] if is_enough else None)
        lows.append(None if low is None else round(low, 12))
        highs.append(high)
        sentences.append(_sentence(row, low, high))
    return agreed.with_columns(
        pl.Series("share", shares, dtype=pl.Float64),
        pl.Series("share_low", lows, dtype=pl.Float64),
        pl.Series("share_high", highs, dtype=pl.Float64),
        pl.Series("sentence", sentences, dtype=pl.String),
        level=pl.when(pl.Series(lows, dtype=pl.Float64).is_not_null()).then(level),
    ).select(*TABLE["shutdown_agreement"].column_names, "row_ids")


def _sentence(row: Mapping[str, object], low: float | None, high: float | None) -> str:
    matched, events = row["matched"], row["events"]
    what = {
        "all": "events",
        COUNTRY_YEARS: "countries and years",
        "unknown": "events of unknown width",
        "network": "events of single networks",
    }.get(str(row["width"]), f"{row['width']} events")
    begin = (
        f"Of {events:,} {what} that {title(str(row['register']))} has from {row['since_date']} to "
        f"{row['until_date']}, {title(str(row['other_register']))} has {matched:,}"
    )
    if low is None or high is None:
        return f"{begin}: too few for a share."
    share = int(str(matched)) / int(str(events))
    return f"{begin}: {share:.1%} (95 % interval {low:.1%} to {high:.1%})."


def with_no_rows(ledger: pl.DataFrame, *, like: pl.DataFrame) -> pl.DataFrame:
    """Rows of the ledger, which rest on what they cite and on no other row."""
    empty = pl.lit([], pl.List(pl.String())).alias("row_ids")
    return ledger.with_columns(empty).select(like.columns).cast(like.schema)
