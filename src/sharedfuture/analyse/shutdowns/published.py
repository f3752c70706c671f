"""The measures of "Destination Unreachable" (SIGCOMM 2023), as its public notebooks define them.

They are kept as published, slips included, so that its numbers come out: an end before its
beginning counts as a negative length, and the percentile is the value at the place n * p / 100 of
the ordered lengths with minus infinity before them. `outages` are rows of the curated list, and
`register` rows of Access Now with `is_full_network`; both with `country_id`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from sharedfuture.analyse.shutdowns.clock import with_local_time
from sharedfuture.analyse.shutdowns.rules import choices
from sharedfuture.analyse.shutdowns.scopes import width

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_SEEN = ("is_seen_in_routing", "is_seen_in_probing", "is_seen_in_telescope")


@dataclass(frozen=True, slots=True)
class Share:
    """A count and of how many."""

    count: int
    of: int

    @property
    def percent(self) -> float:
        """The share in per cent."""
        return 100 * self.count / self.of


def in_window(outages: pl.DataFrame) -> pl.DataFrame:
    """The outages of the study's window that are of a country or territory, with their moments.

    Adds `begun`, `ended` and `hours`, which is negative where the end lies before the beginning.
    """
    first, until = _window()
    is_union = pl.col("country_as_written") == "European Union"
    begun = pl.col("start_edtf").str.to_datetime(_MOMENT, time_zone="UTC")
    ended = pl.col("end_edtf").str.to_datetime(_MOMENT, time_zone="UTC")
    return (
        outages.with_columns(begun=begun, ended=ended)
        .with_columns(hours=(pl.col("ended") - pl.col("begun")).dt.total_seconds() / 3600)
        .filter(pl.col("begun").dt.date().is_between(first, until, closed="left"), ~is_union)
    )


def register_once(register: pl.DataFrame) -> pl.DataFrame:
    """The register's events of the study's window, each once.

    A year's sheet repeats events that go on from the year before: one that agrees in country, days
    and area with an earlier year's is left out, and so is one that 2019 has too, by country and
    first day. Adds `first_day`, `last_day` and `width`.
    """
    first, until = _window()
    carried = choices("registers.toml", "published")["carried_into"]
    same = ["country_id", "start_edtf", "end_edtf", "area"]
    is_first = pl.col("count_year") == pl.col("count_year").min().over(same)
    once = register.filter(is_first)
    of_it = once.filter(pl.col("count_year") == carried)
    known = of_it.select("country_id", "start_edtf").unique()
    others = once.filter(pl.col("count_year") != carried)
    return (
        pl.concat([of_it, others.join(known, on=known.columns, how="anti")])
        .with_columns(
            first_day=pl.col("start_edtf").str.to_date("%Y-%m-%d"),
            last_day=pl.col("end_edtf").str.to_date("%Y-%m-%d"),
            width=width("access_now"),
        )
        .filter(pl.col("first_day").is_between(first, until))
    )


def matches(register: pl.DataFrame, outages: pl.DataFrame) -> pl.DataFrame:
    """Pairs of `shutdown_key` and `outage_key` by the study's rule.

    Same country, a shutdown of the full network, and an outage that began from the day before its
    first day until two days later, or until the end of its last day. `register` as given by
    `register_once`, `outages` by `in_window`.
    """
    rule = choices("registers.toml", "published")
    begun = pl.col("begun").dt.replace_time_zone(None)

    def day(column: str, days: int) -> pl.Expr:
        return (pl.col(column) + timedelta(days=days)).cast(pl.Datetime("us"))

    is_before_end = begun < day("last_day", rule["days_after_end"])
    return (
        register.filter("is_full_network")
        .select("shutdown_key", "country_id", "first_day", "last_day")
        .join(outages.select("outage_key", "country_id", "begun"), on="country_id")
        .filter(
            begun >= day("first_day", -rule["days_before"]),
            (begun < day("first_day", rule["days_after_start"])) | is_before_end.fill_null(False),
        )
        .select("shutdown_key", "outage_key")
        .sort("shutdown_key", "outage_key")
    )


def labelled(outages: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """The outages with `is_shutdown`: by their cause, or because the register has them."""
    causes = choices("registers.toml", "published")["causes"]
    by_cause = pl.col("cause").is_in(causes).fill_null(False)
    by_register = pl.col("outage_key").is_in(matched.get_column("outage_key").unique().to_list())
    return outages.with_columns(is_shutdown=by_cause | by_register)


def on_the_hour(outages: pl.DataFrame, *, shutdowns: bool) -> Share:
    """Outages of every scope whose first minute is the first of an hour in the capital."""
    chosen = with_local_time(outages, at="begun").filter(pl.col("is_shutdown") == shutdowns)
    return Share(chosen.filter(pl.col("local_minute") == 0).height, chosen.height)


def in_all_signals(outages: pl.DataFrame, *, shutdowns: bool) -> Share:
    """Outages of whole countries that all three signals show; what is not known is not shown."""
    chosen = _national(outages, shutdowns)
    every = pl.all_horizontal(pl.col(name).fill_null(False) for name in _SEEN)
    return Share(chosen.filter(every).height, chosen.height)


def hours_at(outages: pl.DataFrame, *, shutdowns: bool, percent: int) -> float:
    """The length in hours, at a percentile, of outages of whole countries."""
    lengths = _national(outages, shutdowns).get_column("hours").drop_nulls().sort().to_list()
    return float([float("-inf"), *lengths][(len(lengths) + 1) * percent // 100])


def found(register: pl.DataFrame, matched: pl.DataFrame) -> Mapping[str, Share]:
    """The register's events that the curated list has, by how wide they were."""
    keys = matched.get_column("shutdown_key").unique().to_list()
    is_found = pl.col("shutdown_key").is_in(keys)
    rows = register.group_by("width").agg(is_found.sum().alias("count"), pl.len().alias("of"))
    return {str(name): Share(count, of) for name, count, of in rows.sort("width").rows()}


def _national(outages: pl.DataFrame, shutdowns: bool) -> pl.DataFrame:
    return outages.filter(pl.col("scope") == "Country", pl.col("is_shutdown") == shutdowns)


def _window() -> tuple[date, date]:
    rule = choices("registers.toml", "published")
    return date.fromisoformat(rule["first"]), date.fromisoformat(rule["until"])
