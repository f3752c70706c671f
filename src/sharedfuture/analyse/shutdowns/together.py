"""Registers held together: one identity for an event, why others lack it, how far they agree.

What captured registers say replaces, register by register, the counts of the ledger; where nothing
is captured the ledger's counts stand.
"""

from collections.abc import Mapping

import polars as pl

from sharedfuture.analyse.shutdowns import agreement, counts, identity, tables
from sharedfuture.analyse.step import Step

STEP = Step(
    id="shutdowns.together",
    reads={
        "records": "aligned.shutdown_record",
        "years": "aligned.shutdown_year",
        "counted": "aligned.shutdown_count",
        "agreed": "aligned.shutdown_agreement",
        "countries": "aligned.country",
    },
    writes=(
        "derived.shutdown_event",
        "derived.shutdown_report",
        "derived.shutdown_agreement",
        "derived.shutdown_count",
    ),
    version=1,
)


def run(
    records: pl.DataFrame,
    years: pl.DataFrame,
    counted: pl.DataFrame,
    agreed: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    least_events: int,
) -> Mapping[str, pl.DataFrame]:
    """The four tables; every record of a register is in one event and has one report.

    Rows of captured registers rest on the files that were captured; those of the ledger on what
    they cite. `counted` and `agreed` are the ledger's, without what was captured.
    """
    met = identity.pairs(records)
    made = identity.events(records, met)
    of = agreement.coverages(records)
    said = agreement.verdicts(records, met, made, of=of)
    names = dict(countries.select("country_id", "name").iter_rows())
    own = counts.agreements(records, years, said, of=of)
    every = pl.concat([counts.with_no_rows(agreed, like=own), own])
    own_counts = counts.by_country(records, said)
    return {
        "derived.shutdown_event": tables.event_rows(records, made, names=names),
        "derived.shutdown_report": tables.report_rows(records, made, said),
        "derived.shutdown_agreement": counts.with_shares(every, least_events=least_events),
        "derived.shutdown_count": pl.concat(
            [counts.with_no_rows(counted, like=own_counts), own_counts]
        ),
    }
