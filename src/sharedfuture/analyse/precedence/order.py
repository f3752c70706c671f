"""The order of agreements and what was measured, from the days that both allow.

One came before the other only where its last possible day lies before the other's first: dates
that overlap, or that are open on the side that matters, leave the order unclear. The order is a
fact about dates; it is no cause, and what comes first in a register or in measurements need not
be the first there was.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.precedence.agreements import agreements
from sharedfuture.analyse.precedence.beginnings import beginnings
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="precedence.order",
    reads={
        "ties": "aligned.tie",
        "events": "aligned.event",
        "parties": "aligned.event_party",
        "actors": "aligned.actor",
        "countries": "aligned.country",
        "sightings": "derived.equipment_sighting",
        "changes": "derived.blocking_change",
        "shutdowns": "derived.shutdown_event",
        "counts": "derived.shutdown_count",
    },
    writes="derived.precedence",
    version=1,
)


def run(
    ties: pl.DataFrame,
    events: pl.DataFrame,
    parties: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    sightings: pl.DataFrame,
    changes: pl.DataFrame,
    shutdowns: pl.DataFrame,
    counts: pl.DataFrame,
    *,
    tie_kinds: Sequence[str],
    tie_statuses: Sequence[str],
    event_kinds: Sequence[str],
    with_country: str,
    about_days: int,
    registers: Mapping[str, str],
) -> pl.DataFrame:
    """One row for each agreement of a country and each beginning that was measured there."""
    agreed = agreements(
        ties,
        events,
        parties,
        actors,
        tie_kinds=tie_kinds,
        tie_statuses=tie_statuses,
        event_kinds=event_kinds,
        with_country=with_country,
        about_days=about_days,
    )
    begun = beginnings(
        sightings,
        changes,
        shutdowns,
        counts,
        vendor_country_id=with_country,
        registers=registers,
    )
    names = dict(countries.select("country_id", "name").iter_rows())
    pairs = agreed.join(begun, on="country_id", suffix="_measured").sort(
        "country_id", "agreement_id", "measured_id"
    )
    rows = [_row(pair, names) for pair in pairs.to_dicts() if pair["country_id"] in names]
    return pl.DataFrame(rows, schema=schema_with_rows(TABLE["precedence"])).sort("precedence_id")


def order_of(
    agreed: tuple[date | None, date | None], begun: tuple[date | None, date | None]
) -> tuple[str, int | None]:
    """The order of two brackets (first and last possible day), and the days between, at least."""
    if agreed[1] is not None and begun[0] is not None and agreed[1] < begun[0]:
        return "agreement_first", (begun[0] - agreed[1]).days
    if begun[1] is not None and agreed[0] is not None and begun[1] < agreed[0]:
        return "measured_first", (agreed[0] - begun[1]).days
    return "unclear", None


def _row(pair: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    agreed = (pair["earliest"], pair["latest"])
    begun = (pair["earliest_measured"], pair["latest_measured"])
    sequence, days = order_of(agreed, begun)
    row = {
        "precedence_id": f"prec-{pair['country_id']}-{pair['agreement_id']}-{pair['measured_id']}",
        "country_id": pair["country_id"],
        "agreement_id": pair["agreement_id"],
        "agreement": pair["agreement"],
        "agreement_earliest": agreed[0],
        "agreement_latest": agreed[1],
        "measured_kind": pair["kind"],
        "measured_id": pair["measured_id"],
        "measured": pair["measured"],
        "measured_earliest": begun[0],
        "measured_latest": begun[1],
        "sequence": sequence,
        "days_between": days,
        "row_ids": [pair["agreement_id"], pair["measured_id"]],
    }
    return {**row, "sentence": _sentence(row, names, is_about=pair["is_about"])}


def _sentence(row: Mapping[str, Any], names: Mapping[str, str], *, is_about: bool) -> str:
    country = names[row["country_id"]]
    agreed = (
        f"the agreement ({row['agreement']}, {'about ' if is_about else ''}"
        f"{_days(row['agreement_earliest'], row['agreement_latest'])})"
    )
    measured = f"{row['measured']} ({_days(row['measured_earliest'], row['measured_latest'])})"
    days = row["days_between"]
    since = f"{days:,} day{'' if days == 1 else 's'} at the least" if days is not None else ""
    says = {
        "agreement_first": f"{agreed} came before {measured}, by {since}.",
        "measured_first": f"{measured} came before {agreed}, by {since}.",
        "unclear": f"the dates do not say which came first, {agreed} or {measured}.",
    }[row["sequence"]]
    return f"In {country}, {says}{_since_when(row)} The order is no cause."


def _since_when(row: Mapping[str, Any]) -> str:
    """What can be said of something seen after an agreement, that may have stood there before."""
    seen, agreed = row["measured_latest"], row["agreement_latest"]
    if row["sequence"] != "unclear" or row["measured_earliest"] or not agreed or seen <= agreed:
        return ""
    return f" It is first known {(seen - agreed).days:,} days after it; since when, is not known."


def _days(earliest: date | None, latest: date | None) -> str:
    if earliest is not None and earliest == latest:
        return earliest.isoformat()
    if earliest is None:
        return f"by {latest}" if latest else "no date"
    if latest == date(earliest.year, 12, 31) and earliest == date(earliest.year, 1, 1):
        return str(earliest.year)
    return f"{earliest} to {latest}" if latest else f"from {earliest}"
