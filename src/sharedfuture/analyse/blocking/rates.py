"""How much of what was measured is blocked: of countries, networks, domains, services, categories.

Of what was measured: which sites volunteers test, and on which networks, is not a sample of all.
"""

from collections.abc import Iterable
from statistics import NormalDist

import polars as pl

from sharedfuture.analyse.blocking.categories import read_categories
from sharedfuture.analyse.blocking.sentences import say_network, say_rate
from sharedfuture.analyse.blocking.series import (
    SUBJECT,
    decided_rows,
    named_subjects,
    without_parts,
)
from sharedfuture.analyse.blocking.spread import difference_in_time, rate_with_interval
from sharedfuture.analyse.blocking.subjects import UNKNOWN_NETWORK
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="blocking.rates",
    reads={"counts": "aligned.measurement_count", "countries": "aligned.country"},
    writes="derived.blocking_rate",
    version=1,
)
_GROUP = ["country_id", "breakdown", "subject"]
_NAMING = ("breakdown", "subject", "network", "title", "place")
_DAY_ON_A_NETWORK = ["asn", "earliest_date", "latest_date"]


def run(
    counts: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    level: float,
    period_days: int,
    recent_days: int,
    least_clusters: int,
    widest: float,
    day_correlation: float,
    least_rate: float,
    least_power: float,
    trend_clusters: int,
    trend_sureness: float,
    least_trend: float,
    trend_margin: float,
) -> pl.DataFrame:
    """One row a subject that was decided at all in the last `period_days` of its country.

    A rate is empty, and its sentence says that too little was measured, where fewer than
    `least_clusters` days on a network were, where its interval is wider than `widest`, and where
    nothing was blocked but blocking of `least_rate` would have stayed unseen with more than one
    minus `least_power`, or could hide among what is undecided. The rate of a country, network or
    category is that of web sites; a service is a row of its own.
    """
    recent = _in_period(decided_rows(counts), period_days=period_days, recent_days=recent_days)
    rows = _numbered(pl.concat(list(_grouped(recent, day_correlation))), _GROUP, name="group")
    if rows.is_empty():
        return pl.DataFrame(schema=schema_with_rows(TABLE["blocking_rate"]))
    found = (
        _summary(rows)
        .join(_rates(rows, level=level), on="group")
        .join(difference_in_time(rows, ["group"]), on="group", how="left")
        .join(countries.select("country_id", place="name"), on="country_id", how="left")
    )
    power = 1 - (1 - least_rate) ** pl.col("witnesses")
    undecided = 1 - pl.col("decided") / pl.col("measured")
    is_enough = (
        (pl.col("clusters") >= least_clusters)
        & (pl.col("rate_high") - pl.col("rate_low") <= widest)
        & ((pl.col("blocked") > 0) | ((power >= least_power) & (undecided <= least_rate)))
    )
    judged = found.with_columns(
        _trend(
            trend_clusters=trend_clusters,
            sureness=trend_sureness,
            least=least_trend,
            margin=trend_margin,
        ),
        *(pl.when(is_enough).then(name).alias(name) for name in ("rate", "rate_low", "rate_high")),
        place=pl.col("place").fill_null(pl.col("country_id")),
        level=pl.lit(level),
        recent_days=pl.lit(recent_days),
    ).with_columns(trend=pl.when(is_enough).then("trend").otherwise(pl.lit("unknown")))
    return _with_words(judged)


def _in_period(rows: pl.DataFrame, *, period_days: int, recent_days: int) -> pl.DataFrame:
    """Rows of the last days of their country, with whether they are of the last of these."""
    until = pl.col("latest_date").max().over("country_id")
    back = (until - pl.col("earliest_date")).dt.total_days()
    return rows.with_columns(is_recent=back < recent_days).filter(back < period_days)


def _numbered(rows: pl.DataFrame, columns: list[str], *, name: str) -> pl.DataFrame:
    """The rows with a number for each combination of columns that occurs."""
    keys = rows.select(columns).unique(maintain_order=True).with_row_index(name)
    return rows.join(keys, on=columns, how="left", nulls_equal=True, maintain_order="left")


def _grouped(rows: pl.DataFrame, day_correlation: float) -> Iterable[pl.DataFrame]:
    """The rows once for each thing that they are part of, named by `breakdown` and `subject`.

    `stratum` and `cluster` say what a row is of and with what it goes together.
    """
    length = (pl.col("latest_date") - pl.col("earliest_date")).dt.total_days() + 1
    numbered = _numbered(rows, _DAY_ON_A_NETWORK, name="cluster")
    marked = _numbered(numbered, [*SUBJECT], name="stratum").with_columns(
        # A total of all networks over some days stands for each of these days.
        cluster_days=pl.when(pl.col("asn").is_null())
        .then(pl.min_horizontal(length, "decided"))
        .otherwise(1),
        day_correlation=pl.lit(day_correlation),
    )
    sites = marked.filter(pl.col("kind") == "website")
    whole = without_parts(sites)
    services = without_parts(marked.filter(pl.col("kind") == "service"))
    none = pl.lit(None, pl.String)
    known = pl.col("asn").is_not_null() & (pl.col("asn") != UNKNOWN_NETWORK)
    yield _as(whole, "country", subject=none, title=none)
    yield _as(sites.filter(known), "network", subject=pl.col("asn").cast(pl.String), title=none)
    yield _as(named_subjects(whole), "domain", subject=pl.col("subject"), title=pl.col("subject"))
    yield _as(
        named_subjects(services), "service", subject=pl.col("subject"), title=pl.col("subject")
    )
    title = pl.col("category").replace_strict(read_categories(), default=pl.col("category"))
    yield _as(
        whole.filter(pl.col("category").is_not_null()),
        "category",
        subject=pl.col("category"),
        title=title,
    )


def _as(rows: pl.DataFrame, breakdown: str, *, subject: pl.Expr, title: pl.Expr) -> pl.DataFrame:
    return rows.with_columns(title=title, breakdown=pl.lit(breakdown), subject=subject)


def _summary(rows: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("asn").filter(pl.col("asn") != UNKNOWN_NETWORK)
    return rows.group_by("group", maintain_order=True).agg(
        *(pl.col(name).first() for name in (*_GROUP, "title")),
        pl.col("network").drop_nulls().first(),
        since_date=pl.col("earliest_date").min(),
        until_date=pl.col("latest_date").max(),
        measured=pl.col("measured").sum(),
        down=pl.col("down").sum(),
        networks=pl.when(known.count() > 0).then(known.drop_nulls().n_unique().cast(pl.Int64)),
        is_daily=(pl.col("earliest_date") == pl.col("latest_date")).all(),
        days=pl.struct("earliest_date", "latest_date").n_unique().cast(pl.Int64),
        notes=pl.col("note").drop_nulls().unique().sort().str.join(". "),
        row_ids=pl.col("measurement_count_id").sort(),
    )


def _rates(rows: pl.DataFrame, *, level: float) -> pl.DataFrame:
    clusters = rows.group_by("group", "cluster", maintain_order=True).agg(
        pl.col("decided").sum(),
        pl.col("blocked").sum(),
        pl.col("day_correlation").first(),
        days=pl.col("cluster_days").max(),
    )
    of_a_day = pl.col("decided") / pl.col("days")
    alike = 1 + (of_a_day - 1) * pl.col("day_correlation")
    clusters = clusters.with_columns(witnesses=pl.col("decided") / alike)
    return rate_with_interval(clusters, ["group"], level=level)


def _trend(*, trend_clusters: int, sureness: float, least: float, margin: float) -> pl.Expr:
    """Worse, better, steady or unknown.

    Where nothing at all was seen to differ, three in as many days may still have (rule of three).
    """
    needed = NormalDist().inv_cdf(sureness)
    enough = (pl.col("trend_clusters") >= trend_clusters).fill_null(False)
    width = pl.max_horizontal(NormalDist().inv_cdf(0.975) * pl.col("error"), 3.0 / pl.col("few"))
    difference, score = pl.col("difference"), pl.col("score")
    return (
        pl.when(~enough)
        .then(pl.lit("unknown"))
        .when((score >= needed) & (difference >= least))
        .then(pl.lit("worse"))
        .when((score <= -needed) & (difference <= -least))
        .then(pl.lit("better"))
        .when((difference.abs() + width) <= margin)
        .then(pl.lit("steady"))
        .otherwise(pl.lit("unknown"))
        .alias("trend")
    )


def _with_words(judged: pl.DataFrame) -> pl.DataFrame:
    normal = NormalDist()
    titled = judged.with_columns(
        title=pl.Series(
            [
                say_network(row["network"], int(row["subject"]))
                if row["breakdown"] == "network"
                else row["title"] or row["place"]
                for row in judged.select(_NAMING).iter_rows(named=True)
            ],
            dtype=pl.String,
        ),
        blocking_rate_id=pl.concat_str(
            pl.lit("rate"), "country_id", "breakdown", "subject", separator="-", ignore_nulls=True
        ),
    )
    sentences = [
        say_rate({**row, "sureness_of_trend": normal.cdf(abs(row["score"] or 0.0))})
        for row in titled.drop("row_ids").iter_rows(named=True)
    ]
    return titled.with_columns(sentence=pl.Series(sentences, dtype=pl.String)).select(
        schema_with_rows(TABLE["blocking_rate"]).names()
    )
