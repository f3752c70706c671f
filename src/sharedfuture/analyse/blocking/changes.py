"""When a domain or service began or ceased to be blocked on a network, between which days.

Each network's series is judged by itself (`levels`); then changes of the same domain in the same
days are laid beside each other, to see how far one was seen (`national`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from sharedfuture.analyse.blocking.levels import Change, Model, Series, find_changes
from sharedfuture.analyse.blocking.national import Sight, Watch, organisation_of, reach_of
from sharedfuture.analyse.blocking.sentences import say_change, say_sureness
from sharedfuture.analyse.blocking.series import (
    SUBJECT,
    decided_rows,
    named_subjects,
    without_totals,
)
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="blocking.changes",
    reads={"counts": "aligned.measurement_count", "countries": "aligned.country"},
    writes="derived.blocking_change",
    version=1,
)
_TABLE = TABLE["blocking_change"]
_COLUMNS = (
    *("measurement_count_id", "network", "earliest_date", "latest_date"),
    *("decided", "blocked"),
)
_DAYS_A_YEAR = 365.25


def run(
    counts: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    rates: Sequence[float],
    chances: Sequence[float],
    day_correlation: float,
    open_to: float,
    shut_from: float,
    changes_a_year: float,
    bracket_level: float,
    least_days: int,
    least_probability: float,
    national_organisations: int,
    national_share: float,
    words_of_firms: Sequence[str],
) -> pl.DataFrame:
    """One row a change that is at least as probable as `least_probability`.

    Both states must have been seen on `least_days`. Where networks were measured, the total of
    their country is not looked at. Where only a period longer than a day is known, the bracket is
    as wide as the periods on both sides allow.
    """
    model = Model(
        rates=tuple(rates),
        chances=tuple(chances),
        correlation=day_correlation,
        changes_a_day=changes_a_year / _DAYS_A_YEAR,
        open_to=open_to,
        shut_from=shut_from,
    )
    rows = without_totals(named_subjects(decided_rows(counts)))
    found = [
        row
        for row in _changes(_mixed(rows), model, bracket_level=bracket_level)
        if row["probability"] >= least_probability and row["fewer_days"] >= least_days
    ]
    names = dict(countries.select("country_id", "name").iter_rows())
    organisations = _organisations(rows, names, words_of_firms)
    watches = _watches(rows, found)
    whole = _with_reach(
        found, watches, organisations, least=national_organisations, share=national_share
    )
    columns = [_row(row, names) for row in whole]
    return pl.DataFrame(columns, schema=schema_with_rows(_TABLE)).sort(_TABLE.key)


def _mixed(rows: pl.DataFrame) -> pl.DataFrame:
    """Series in which something was blocked and something was not: others cannot have changed."""
    blocked = pl.col("blocked").sum().over(SUBJECT)
    return rows.filter((blocked > 0) & (blocked < pl.col("decided").sum().over(SUBJECT))).sort(
        *SUBJECT, "earliest_date", "latest_date"
    )


def _changes(rows: pl.DataFrame, model: Model, *, bracket_level: float) -> list[dict[str, Any]]:
    if rows.is_empty():
        return []
    heads = rows.with_row_index("start").unique(SUBJECT, keep="first", maintain_order=True)
    series = Series(
        starts=np.append(heads.get_column("start").to_numpy(), rows.height).astype(np.int64),
        days=rows.get_column("earliest_date").cast(pl.Int32).cast(pl.Int64).to_numpy(),
        blocked=rows.get_column("blocked").to_numpy(),
        decided=rows.get_column("decided").to_numpy(),
    )
    owners = heads.select(SUBJECT).rows(named=True)
    columns = {name: rows.get_column(name) for name in _COLUMNS}
    return [
        {**owners[change.series], **_facts(change, columns)}
        for change in find_changes(series, model, bracket_level=bracket_level)
    ]


def _facts(change: Change, columns: Mapping[str, pl.Series]) -> dict[str, Any]:
    def sums(name: str) -> tuple[int, int]:
        values = columns[name]
        return (
            int(values[change.begin : change.left].sum()),
            int(values[change.entered : change.end].sum()),
        )

    (decided_before, decided_after), (before, after) = sums("decided"), sums("blocked")
    return {
        "network": columns["network"][change.entered],
        "change": "blocked" if change.is_blocked else "unblocked",
        # Of a period that is longer than a day only one end is sure.
        "after_date": columns["earliest_date"][change.left - 1],
        "by_date": columns["latest_date"][change.entered],
        "fewer_days": min(change.left - change.begin, change.end - change.entered),
        "measured_before": decided_before,
        "measured_after": decided_after,
        "rate_before": before / decided_before,
        "rate_after": after / decided_after,
        "log_odds": change.log_odds,
        "probability": change.probability,
        "row_ids": columns["measurement_count_id"][change.begin : change.end].to_list(),
    }


def _organisations(
    rows: pl.DataFrame, names: Mapping[str, str], words_of_firms: Sequence[str]
) -> dict[tuple[str, int], str]:
    """Whose each network of each country is, as far as its name says."""
    firms = frozenset(words_of_firms)
    networks = rows.group_by("country_id", "asn").agg(pl.col("network").drop_nulls().min())
    return {
        (country, asn): organisation_of(
            asn, name, country=f"{names.get(country, '')} {country}", words_of_firms=firms
        )
        for country, asn, name in networks.iter_rows()
        if asn is not None
    }


def _watches(
    rows: pl.DataFrame, found: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str, str], list[Watch]]:
    """By country and subject, when each network measured it; only of subjects that changed."""
    keys = ["country_id", "kind", "subject"]
    changed = pl.DataFrame(
        [{key: row[key] for key in keys} for row in found], schema=dict.fromkeys(keys, pl.String)
    ).unique()
    spans = (
        rows.join(changed, on=keys, how="semi")
        .group_by(*keys, "asn")
        .agg(first=pl.col("earliest_date").min(), last=pl.col("latest_date").max())
        .sort(*keys, "asn")
    )
    watches: dict[tuple[str, str, str], list[Watch]] = {}
    for country, kind, subject, asn, first, last in spans.iter_rows():
        watches.setdefault((country, kind, subject), []).append(Watch(asn, first, last))
    return watches


def _with_reach(
    found: Sequence[dict[str, Any]],
    watches: Mapping[tuple[str, str, str], Sequence[Watch]],
    organisations: Mapping[tuple[str, int], str],
    *,
    least: int,
    share: float,
) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for row in found:
        key = (row["country_id"], row["kind"], row["subject"], row["change"])
        groups.setdefault(key, []).append(row)
    whole = []
    for (country, kind, subject, _), members in groups.items():
        reaches = reach_of(
            [Sight(row["asn"], row["after_date"], row["by_date"]) for row in members],
            watches[country, kind, subject],
            organisations={
                asn: whose for (place, asn), whose in organisations.items() if place == country
            },
            least=least,
            share=share,
        )
        for row, reach in zip(members, reaches, strict=True):
            whole.append(
                {
                    **row,
                    "scope": reach.scope,
                    "networks": reach.networks,
                    "networks_measured": reach.measured,
                }
            )
    return whole


def _row(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    day: date = found["by_date"]
    network = "all" if found["asn"] is None else found["asn"]
    parts = ("change", found["country_id"], network, found["subject"], found["change"], day)
    row = {
        **found,
        "blocking_change_id": "-".join(str(part) for part in parts),
        "domain": found["subject"],
        "place": names.get(found["country_id"], found["country_id"]),
        "sureness": say_sureness(found["probability"]),
    }
    return {
        **{name: row.get(name) for name in schema_with_rows(_TABLE) if name != "sentence"},
        "sentence": say_change(row),
    }
