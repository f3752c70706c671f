"""How many measurements of what, on which network and day, came to what: counts of verdicts.

`daily_counts` is an Ibis expression, so that it runs wherever the verdicts are; what it gives is
small, and `measurement_counts` names networks and categories on it in Polars.
"""

from collections.abc import Mapping

import ibis
import polars as pl
from ibis.expr import types as ir

from sharedfuture.analyse.blocking.subjects import (
    NO_SUBJECT,
    NUMERIC_SUBJECT,
    UNKNOWN_NETWORK,
)
from sharedfuture.records.frames import schema_of
from sharedfuture.records.table import Table
from sharedfuture.records.tables import TABLE

# The host of an address: what stands between the scheme, with a user if any, and port or path.
_HOST = r"^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)"
_NUMERIC = r"^(\[.*\]|[0-9.]+)$"
_PLACE = ("country_id", "asn")
_COLUMNS = (
    *("country_id", "asn", "kind", "subject", "day"),
    *("measured", "blocked", "down", "ok", "insufficient"),
)
_TABLE: Table = TABLE["measurement_count"]


def daily_counts(verdicts: ir.Table) -> ir.Table:
    """Counts by country, network, kind, subject and day; one row of each at the most.

    `verdicts` has all layers of all measurements, with `day`, `is_deciding` and `technique_id`. A
    measurement counts once as website or service, by its deciding verdict. A technique or product
    counts once in a measurement, in whichever layer it was seen; it has a row, if only of nought,
    for every day on which its network measured what it is counted among, so that sums over days
    have the right denominator. A network that is not known has number 0.
    """
    known = verdicts.mutate(
        asn=verdicts.asn.fill_null(UNKNOWN_NETWORK).cast("int64"),
        day=verdicts.day.cast("date"),
    )
    deciding = known.filter(known.is_deciding)
    blocked = deciding.filter(deciding.verdict == "blocked")
    sites = deciding.filter(deciding.test_name == "web_connectivity")
    seen = known.filter(known.verdict == "blocked")
    return ibis.union(
        _by_verdict(sites, kind="website", subject=domain_of(sites.input)),
        _by_verdict(
            deciding.filter(deciding.test_name != "web_connectivity"),
            kind="service",
            subject=ibis._.test_name,
        ),
        _among(blocked, seen.mutate(subject=seen.technique_id), kind="technique"),
        _among(sites, known.mutate(subject=known["product"]), kind="product"),
    ).select(_COLUMNS)


def domain_of(address: ir.Value) -> ir.Value:
    """The host of a web address without `www.`, for both names lead to the same site.

    Other parts of a name are kept, because filters tell them apart: one language of an
    encyclopaedia may be blocked and another not. Addresses of machines get one word in common.
    """
    host = address.lower().re_extract(_HOST, 1).re_replace(r"\.+$", "")
    domain = host.re_replace(r"^www\.", "")
    return ibis.cases(
        (domain.isnull() | (domain == ""), NO_SUBJECT),
        (domain.re_search(_NUMERIC), NUMERIC_SUBJECT),
        else_=domain,
    )


def _by_verdict(rows: ir.Table, *, kind: str, subject: ir.Value) -> ir.Table:
    counted = rows.mutate(subject=subject).group_by(*_PLACE, "subject", "day")
    return counted.aggregate(
        kind=ibis.literal(kind),
        measured=ibis._.count().cast("int64"),
        **{
            verdict: (ibis._.verdict == verdict).cast("int64").sum().cast("int64")
            for verdict in ("blocked", "down", "ok", "insufficient")
        },
    )


def _among(rows: ir.Table, shown: ir.Table, *, kind: str) -> ir.Table:
    """Of the measurements in `rows`, how many showed each subject of `shown`."""
    hits = (
        shown.filter(shown.subject.notnull())
        .select("measurement_id", "subject")
        .distinct()
        .inner_join(rows.select("measurement_id", *_PLACE, "day"), "measurement_id")
    )
    counted = hits.group_by(*_PLACE, "subject", "day").aggregate(blocked=ibis._.count())
    days = rows.group_by(*_PLACE, "day").aggregate(measured=ibis._.count().cast("int64"))
    subjects = counted.select(*_PLACE, "subject").distinct()
    whole = days.inner_join(subjects, _PLACE).left_join(counted, (*_PLACE, "subject", "day"))
    none = ibis.null("int64")
    return whole.select(
        *(*_PLACE, "subject", "day", "measured"),
        kind=ibis.literal(kind),
        blocked=whole.blocked.fill_null(0).cast("int64"),
        down=none,
        ok=none,
        insufficient=none,
    )


def measurement_counts(
    counts: pl.DataFrame, *, networks: Mapping[int, str], categories: Mapping[str, str]
) -> pl.DataFrame:
    """The public table `measurement_count`, with names of networks and categories of domains.

    A domain has a category by its own name or by that with `www.`; nothing is guessed from others.
    """
    subject, day = pl.col("subject"), pl.col("day")
    of_domain = {name.removeprefix("www."): code for name, code in categories.items()}
    named = counts.with_columns(
        pl.concat_str(
            pl.lit("mc"), "country_id", "asn", "kind", "subject", "day", separator="-"
        ).alias("measurement_count_id"),
        network=pl.col("asn").replace_strict(dict(networks), default=None, return_dtype=pl.String),
        category=pl.when(pl.col("kind") == "website").then(
            subject.replace_strict(of_domain, default=None, return_dtype=pl.String)
        ),
        period_edtf=day.cast(pl.String),
        earliest_date=day,
        latest_date=day,
        note=pl.lit(None, pl.String),
    )
    return named.select(_TABLE.column_names).cast(schema_of(_TABLE)).sort(_TABLE.key)
