"""Where a filtering product, a technique that hardly others use, or a vendor's equipment was seen.

A sighting says that it was seen, out of how much that could have shown it. It does not say who
runs the equipment, who paid for it, or that it is used against anybody.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.blocking.judging.products import Product, products
from sharedfuture.analyse.blocking.judging.techniques import techniques
from sharedfuture.analyse.blocking.subjects import UNKNOWN_NETWORK
from sharedfuture.analyse.intervals import jeffreys
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="blocking.sightings",
    reads={
        "counts": "aligned.measurement_count",
        "footprint": "aligned.footprint",
        "countries": "aligned.country",
    },
    writes="derived.equipment_sighting",
    version=1,
)


_BY = ("country_id", "asn", "kind", "subject")
Key = tuple[str, int | None, str, str]
Grouped = list[tuple[Key, pl.DataFrame]]
_AS_OF = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?[~?%]?")


def run(
    counts: pl.DataFrame,
    footprint: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    level: float,
    correlation: float,
    distinctive_from: float,
    vendor_country_id: str,
) -> pl.DataFrame:
    """One row for each country, network, subject and basis, where it was seen at least once.

    Products are all those of the table, whoever makes them; techniques those that are recorded
    for China and at least so distinctive; vendors those with their seat in `vendor_country_id`,
    from scans, where the cell is not suppressed.
    """
    names = dict(countries.select("country_id", "name").iter_rows())
    shown = _counts_that_tell(counts, distinctive_from=distinctive_from)
    rows = [
        _measured_row(key, own, level=level, correlation=correlation)
        for key, own in _places(shown.filter(pl.col("measured").is_not_null()))
        if own["blocked"].sum() > 0
    ]
    named = shown.filter(pl.col("measured").is_null())
    rows += [_published_row(key, own) for key, own in _grouped(named)]
    rows += [
        _scanned_row(row)
        for row in footprint.filter(
            pl.col("vendor_country_id") == vendor_country_id,
            pl.col("product").is_null(),
            ~pl.col("is_suppressed"),
            pl.col("seen") > 0,
        ).to_dicts()
    ]
    told = [{**row, "sentence": _sentence(row, names)} for row in rows]
    return pl.DataFrame(told, schema=schema_with_rows(TABLE["equipment_sighting"])).sort(
        "equipment_sighting_id"
    )


def _counts_that_tell(counts: pl.DataFrame, *, distinctive_from: float) -> pl.DataFrame:
    """Rows of products, by id, and of techniques that set China's system apart."""
    telling = [
        item.id
        for item in techniques()
        if item.recorded_for_china and item.distinctiveness >= distinctive_from
    ]
    is_product = pl.col("kind") == "product"
    return counts.filter(
        is_product | ((pl.col("kind") == "technique") & pl.col("subject").is_in(telling))
    )


def _places(rows: pl.DataFrame) -> Grouped:
    """Each network that is known, and each country: its own rows, else its networks' together."""
    whole = rows.filter(pl.col("asn").is_null())
    networks = rows.filter(pl.col("asn").is_not_null())
    place = ["country_id", "kind", "subject"]
    summed = networks.join(whole, on=place, how="anti").with_columns(asn=pl.lit(None, pl.Int64))
    known = networks.filter(pl.col("asn") != UNKNOWN_NETWORK)
    return _grouped(pl.concat([whole, summed, known]))


def _grouped(rows: pl.DataFrame) -> Grouped:
    ordered = rows.sort(*_BY, "earliest_date", "measurement_count_id")
    groups = ordered.group_by(_BY, maintain_order=True)
    return [((str(a), b, str(c), str(d)), own) for (a, b, c, d), own in groups]


def _measured_row(
    key: Key, own: pl.DataFrame, *, level: float, correlation: float
) -> dict[str, Any]:
    measured, seen = int(own["measured"].sum()), int(own["blocked"].sum())
    hits = own.filter(pl.col("blocked") > 0)
    low, high = share_interval(
        seen, measured, clusters=own.height, level=level, correlation=correlation
    )
    return {
        **_subject(key, "measurement"),
        "network": own["network"].drop_nulls().first() if key[1] is not None else None,
        "measured": measured,
        "seen": seen,
        "rate": seen / measured,
        "rate_low": low,
        "rate_high": high,
        "level": level,
        "first_date": hits["earliest_date"].min(),
        "known_by_date": hits["latest_date"].min(),
        "last_date": hits["latest_date"].max(),
        "row_ids": own["measurement_count_id"].to_list(),
    }


def _published_row(key: Key, own: pl.DataFrame) -> dict[str, Any]:
    has_start = own["earliest_date"].null_count() == 0
    return {
        **_subject(key, "publication"),
        "network": own["network"].drop_nulls().first(),
        "first_date": own["earliest_date"].min() if has_start else None,
        "known_by_date": own["latest_date"].min(),
        "last_date": own["latest_date"].max(),
        "row_ids": own["measurement_count_id"].to_list(),
    }


def _scanned_row(row: Mapping[str, Any]) -> dict[str, Any]:
    first, last = _span(row["as_of_edtf"])
    key = (row["country_id"], None, "vendor", str(row["vendor"]))
    return {
        **_subject(key, "scan"),
        "equipment_sighting_id": f"sig-{row['footprint_id']}",
        "vendor": row["vendor"],
        "vendor_country_id": row["vendor_country_id"],
        "measured": row["hosts"],
        **{name: row[name] for name in ("seen", "rate", "rate_low", "rate_high", "level")},
        "first_date": first,
        "known_by_date": last,
        "last_date": last,
        "row_ids": [row["footprint_id"]],
    }


def _subject(key: Key, basis: str) -> dict[str, Any]:
    country_id, asn, kind, subject = key
    place = "all" if asn is None else asn
    product = _product(subject) if kind == "product" else None
    return {
        "equipment_sighting_id": f"sig-{country_id}-{place}-{kind}-{subject}-{basis}",
        "country_id": country_id,
        "asn": asn,
        "kind": kind,
        "subject": subject,
        "title": product.name if product else _TITLES.get(subject, subject),
        "vendor": product.vendor if product else None,
        "vendor_country_id": product.vendor_country_id if product else None,
        "basis": basis,
    }


_TITLES = {item.id: item.title for item in techniques()}


def _product(product_id: str) -> Product | None:
    return next((item for item in products() if item.product_id == product_id), None)


def share_interval(
    seen: int, measured: int, *, clusters: int, level: float, correlation: float
) -> tuple[float, float]:
    """Jeffreys interval of a share whose measurements hang together within clusters.

    Kish's design effect makes them count as fewer. A share of all or none keeps its own bound.
    """
    effect = 1.0 + (max(1.0, measured / clusters) - 1.0) * correlation
    hit, missed = seen / effect, (measured - seen) / effect
    return jeffreys(hit, missed, level=level)


def _span(edtf: str | None) -> tuple[date | None, date | None]:
    """First and last day of a plain EDTF date; none of any other."""
    if not edtf or not (found := _AS_OF.fullmatch(edtf)):
        return None, None
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None:
        return None, None
    last_month = month or 12
    last_day = day or monthrange(year, last_month)[1]
    return date(year, month or 1, day or 1), date(year, last_month, last_day)


def _sentence(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    country = names.get(row["country_id"], row["country_id"])
    where = f"{row.get('network') or 'a network'} in {country}" if row["asn"] else country
    return " ".join([_SAYS[row["basis"]](row, where), _limit(row)])


def _limit(row: Mapping[str, Any]) -> str:
    return "Who runs it is not said." if row["basis"] == "publication" else _LIMITS[row["kind"]]


def _say_measured(row: Mapping[str, Any], where: str) -> str:
    one_of = "blocked measurements" if row["kind"] == "technique" else "measurements of sites"
    seen_by = f", first by {row['known_by_date']}" if row["known_by_date"] else ""
    return (
        f"{_title(row)} was seen in {row['seen']:,} of {row['measured']:,} {one_of} in {where} "
        f"({row['rate']:.1%}, {row['level']:.0%} interval {row['rate_low']:.1%} to "
        f"{row['rate_high']:.1%}){seen_by}."
    )


def _say_published(row: Mapping[str, Any], where: str) -> str:
    by = f", known by {row['known_by_date']}" if row["known_by_date"] else ""
    return f"{_title(row)} is published as in use in {where}{by}; how often is not said."


def _say_scanned(row: Mapping[str, Any], where: str) -> str:
    return (
        f"Equipment of {row['vendor']} was recognised on {row['seen']:,} of {row['measured']:,} "
        f"scanned hosts in {where} ({row['rate']:.1%})."
    )


def _title(row: Mapping[str, Any]) -> str:
    return f"{row['title']} ({row['vendor']})" if row["vendor"] else str(row["title"])


_SAYS = {"measurement": _say_measured, "publication": _say_published, "scan": _say_scanned}
_LIMITS = {
    "product": "That it answered does not say who runs it.",
    "technique": "A technique does not say whose equipment it is.",
    "vendor": "That it stands there does not say what it is used for.",
}
