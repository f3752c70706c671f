"""Histories: everything that is known to have happened in a country, with its date and sponsor.

What counts as a happening, and of what kind, stands in `kinds.toml`:

* an event of the ledger, for each country concerned in it, and for each sponsor (China, Russia,
  the United States) that is a party or has an actor among the parties;
* a tie with a sponsor, an actor of it, or an instrument or forum that is its own;
* a yearly figure above zero that says that something happened, dated to the year, or not later
  than the end of the period;
* a website that began to be blocked, filtering equipment that was seen, a shutdown in a register.

Rows of the same country, sponsor, kind (of forums and declarations: the same one) whose dates
overlap are taken as the same happening. It has the id, date, title and certainty of the row with
the narrowest dates, rests on all of them, and its `origins` are their publishers, each once. So
fifty rows of one publisher on one thing are one row of one origin. What this costs: two happenings
of the same kind in the same year, of which one is dated to the year only, are one row.

Dates are those that the EDTF date allows; an open side is empty. A tie without a date was there
when the first source that has it was published. A row without any date is left out, and so is what
names no country (a region, an organisation as a whole).

Single events of sources of which only what is computed may leave are not restated: they stand with
their year, their kind and their source, which is what a count of them would say.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.origins import origins_of
from sharedfuture.analyse.playbooks import measured, told
from sharedfuture.analyse.playbooks.kinds import titles
from sharedfuture.analyse.playbooks.said import sources_cited
from sharedfuture.analyse.playbooks.same import Happening, happenings
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="playbooks.history",
    reads={
        "events": "aligned.event",
        "parties": "aligned.event_party",
        "inside_events": "aligned.inside_event",
        "inside_parties": "aligned.inside_party",
        "ties": "aligned.tie",
        "actors": "aligned.actor",
        "countries": "aligned.country",
        "figures": "aligned.figure",
        "citations": "aligned.citation",
        "sources": "aligned.source",
        "counts": "aligned.measurement_count",
        "changes": "derived.blocking_change",
        "sightings": "derived.equipment_sighting",
        "shutdowns": "derived.shutdown_event",
        "reports": "derived.shutdown_report",
        "records": "aligned.shutdown_record",
        "captures": "aligned.capture",
    },
    writes="derived.history",
    version=1,
)

_DERIVED_ONLY = "derived_only"


def run(
    events: pl.DataFrame,
    parties: pl.DataFrame,
    inside_events: pl.DataFrame,
    inside_parties: pl.DataFrame,
    ties: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    figures: pl.DataFrame,
    citations: pl.DataFrame,
    sources: pl.DataFrame,
    counts: pl.DataFrame,
    changes: pl.DataFrame,
    sightings: pl.DataFrame,
    shutdowns: pl.DataFrame,
    reports: pl.DataFrame,
    records: pl.DataFrame,
    captures: pl.DataFrame,
    *,
    sponsors: Sequence[str],
    concerned_roles: Sequence[str],
    home_roles: Sequence[str],
    sponsor_roles: Sequence[str],
    named_kinds: Sequence[str],
    assessed_homes: Mapping[str, str],
    tie_statuses: Sequence[str],
    kinds_by_subject: Sequence[str],
) -> pl.DataFrame:
    """One row for each happening of a country and sponsor; see the module for what is one."""
    where = told.places(actors, countries, sponsors=sponsors, assessed_homes=assessed_homes)
    cited, counted = sources_cited(citations), measured.with_sources(counts, citations)
    restricted = sources.filter(pl.col("redistribution") == _DERIVED_ONLY)
    roles = told.Roles(concerned_roles, home_roles, sponsor_roles, named_kinds)
    of_events = _with_cited(told.from_events(events, parties, where, roles), cited)
    of_inside = _with_cited(
        told.from_events(inside_events, inside_parties, where, roles), _kept(inside_events)
    )
    of_ties = told.from_ties(
        ties.filter(pl.col("status").is_in(tie_statuses)),
        where,
        by_subject=kinds_by_subject,
        published=_first_published(citations, sources),
    )
    parts = (
        _as_years(of_events, restricted),
        _as_years(of_inside, restricted),
        _with_cited(of_ties, cited),
        measured.from_blocking(changes, counted),
        measured.from_sightings(sightings, counted, sponsors=sponsors),
        _as_years(measured.from_shutdowns(shutdowns, reports, records, captures), restricted),
        _with_cited(measured.from_figures(figures), cited),
    )
    return _history(happenings(_known(parts, countries)), sources)


def _known(parts: Sequence[pl.DataFrame], countries: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of all parts with a date, of countries and of no sponsor's own.

    What is nearer to the ground comes first: an event before a tie, a tie before a figure.
    """
    ranked = [part.with_columns(rank=pl.lit(rank)) for rank, part in enumerate(parts)]
    return (
        pl.concat(ranked, how="diagonal")
        .filter(
            pl.col("earliest").is_not_null() | pl.col("latest").is_not_null(),
            pl.col("country_id").is_in(countries.get_column("country_id").implode()),
            pl.col("country_id").ne_missing(pl.col("sponsor_id")),
        )
        .to_dicts()
    )


def _with_cited(frame: pl.DataFrame, cited: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("source_ids").join(cited, on="row_id", how="left")


def _kept(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(row_id="event_id", source_ids=pl.concat_list("source_id"))


def _first_published(citations: pl.DataFrame, sources: pl.DataFrame) -> dict[str, date]:
    """By row, the last day that the publication of the first of its sources allows."""
    first = (
        citations.join(sources.drop_nulls("published_by_date"), on="source_id")
        .group_by("row_id")
        .agg(pl.col("published_by_date").min())
    )
    return dict(first.iter_rows())


def _as_years(frame: pl.DataFrame, restricted: pl.DataFrame) -> pl.DataFrame:
    """Rows that only restricted sources state, with year, kind and source in their place."""
    others = pl.col("source_ids").list.set_difference(restricted.get_column("source_id").to_list())
    is_free = others.list.len() > 0
    is_single = ~is_free.fill_null(True)
    first, last = pl.col("earliest").dt.year(), pl.col("latest").dt.year()
    source = pl.col("source_ids").list.first()
    title = pl.col("kind").replace(dict(titles()))
    years = pl.when(first == last).then(last.cast(pl.String))
    changed = {
        "date_edtf": years.otherwise(
            pl.format("{}/{}", first.cast(pl.String).fill_null(""), last.cast(pl.String))
        ),
        "earliest": pl.date(first, 1, 1),
        "latest": pl.date(last, 12, 31),
        "title": pl.format("{}, in a register whose single rows may not be passed on", title),
        "row_id": source,
    }
    return frame.with_columns(
        pl.when(is_single).then(value).otherwise(name).alias(name)
        for name, value in changed.items()
    )


def _history(found: Sequence[Happening], sources: pl.DataFrame) -> pl.DataFrame:
    shared = Counter((each.core["country_id"], each.core["row_id"]) for each in found)
    made = [_row(happening, shared) for happening in found]
    frame = pl.DataFrame(
        made, schema={**schema_with_rows(TABLE["history"]), "source_ids": pl.List(pl.String())}
    )
    cited = frame.select(row_id="history_id", source_id="source_ids").explode("source_id")
    origins = origins_of(cited.drop_nulls(), sources).select(history_id="row_id", counted="origins")
    return (
        frame.join(origins, on="history_id", how="left")
        .with_columns(origins=pl.col("counted").fill_null(0))
        .drop("counted", "source_ids")
        .sort("history_id")
    )


def _row(happening: Happening, shared: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    core = happening.core
    return {
        "history_id": _id(core, is_shared=shared[core["country_id"], core["row_id"]] > 1),
        "country_id": core["country_id"],
        "sponsor_id": core["sponsor_id"],
        "kind": core["kind"],
        "date_edtf": core["date_edtf"],
        "earliest_date": core["earliest"],
        "latest_date": core["latest"],
        "certainty": core["certainty"],
        "row_id": core["row_id"],
        "title": core["title"],
        "row_ids": sorted({row["row_id"] for row in happening.rows}),
        "source_ids": sorted({each for row in happening.rows for each in row["source_ids"] or ()}),
    }


def _id(core: Mapping[str, Any], *, is_shared: bool) -> str:
    """Country and row, and the sponsor where the row is about several.

    A source in place of its rows states many things, so that kind and year are added.
    """
    row = core["row_id"]
    if row.startswith("src-"):
        row = f"{row}-{core['kind']}-{core['date_edtf'].replace('/', '-to-')}"
    sponsor = f"-{core['sponsor_id']}" if is_shared and core["sponsor_id"] else ""
    return f"his-{core['country_id']}-{row}{sponsor}"
