"""The dossier of a country: everything the release says about it, with its evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sharedfuture.publish.site import sentences, words
from sharedfuture.publish.site.china_index import standings
from sharedfuture.publish.site.evidence import (
    CapturedSeries,
    Evidence,
    captured_evidence,
    derived_evidence,
    event_evidence,
    evidence_of,
    figure_evidence,
    tie_evidence,
)
from sharedfuture.publish.site.home import CHINA, MEMBERSHIP_KINDS, country_page
from sharedfuture.publish.site.index.country import standing, standing_evidence
from sharedfuture.publish.site.index.shelf import IndexShelf
from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.inference.dossier import InferredHere, inferred_here
from sharedfuture.publish.site.inference.shelf import read_inference
from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.measured.dossier import MeasuredHere, measured_here
from sharedfuture.publish.site.measured.evidence import sources_of
from sharedfuture.publish.site.measured.shelf import read_measured
from sharedfuture.publish.site.page import Page, row_ids_of
from sharedfuture.publish.site.series import series_charts
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.themes import (
    VOTE_PREFIX,
    figures_by_indicator,
    has_evidence,
    latest_by_theme,
    missing_indicators,
    withheld_series,
)


@dataclass(frozen=True, slots=True)
class Vote:
    """One roll call: how the country voted and how China did."""

    indicator: Row
    row: Row
    china: Row | None


def country_pages(shelf: Shelf, index: IndexShelf | None, release_id: str) -> Iterator[Page]:
    """One dossier for every country of the release."""
    china = figures_by_indicator(shelf, CHINA)
    held, inferences = read_measured(shelf), read_inference(shelf)
    for country in shelf.rows("country"):
        part = measured_here(shelf, held, country["country_id"])
        inferred = inferred_here(shelf, inferences, country["country_id"])
        yield _dossier(shelf, country, index, china, release_id, measured=part, inferred=inferred)


def _dossier(
    shelf: Shelf,
    country: Row,
    index: IndexShelf | None,
    china: Mapping[str, list[Row]],
    release_id: str,
    *,
    measured: MeasuredHere,
    inferred: InferredHere,
) -> Page:
    country_id = country["country_id"]
    ties = sorted(shelf.ties.get(country_id, []), key=_tie_order)
    events = country_events(shelf, country_id)
    captured = list(_captured(shelf, country_id))
    evidence = [
        *_evidence(shelf, country, ties, events),
        *standing_evidence(shelf, index, country_id),
    ]
    context = {
        "country": country,
        "place": shelf.spectrum.get(country_id),
        "place_sentence": sentences.place_of(shelf, country_id),
        "spectrum_count": len(shelf.spectrum),
        "standing": standing(shelf, index, country_id),
        "china_index": standings(shelf, country_id),
        "readings": shelf.democracy.get(country_id, []),
        "themes": latest_by_theme(shelf, country_id),
        "charts": series_charts(shelf, country_id, release_id),
        "agreement": shelf.agreement.get(country_id),
        "votes": _votes(shelf, country_id, china),
        "bonds": [tie for tie in ties if tie["kind"] not in MEMBERSHIP_KINDS],
        "memberships": [tie for tie in ties if tie["kind"] in MEMBERSHIP_KINDS],
        "events": events,
        "claims": [shelf.claim[key] for key in shelf.party_claims.get(country_id, [])],
        "cases": [row for row in shelf.rows("case_history") if row["country_id"] == country_id],
        "missing": missing_indicators(shelf, country_id),
        "withheld": withheld_series(shelf, country_id),
        "sources": _sources(shelf, evidence, captured, sources_of(shelf, measured.evidence)),
        "evidence": evidence,
        "captured": captured,
        "measured": measured,
        "mw": measured_words,
        "inferred": inferred,
        "iw": inference_words,
    }
    return Page(
        path=country_page(country_id),
        template="country.html",
        title=str(country["name"]),
        description=f"{country['name']}: figures, ties, votes and events on information control "
        "and technology from China, each with its source.",
        section="countries.html",
        context=context,
        here=row_ids_of(evidence).union(
            measured.row_ids, inferred.row_ids, *(series.row_ids for series in captured)
        ),
    )


def country_events(shelf: Shelf, country_id: str) -> list[Row]:
    """Events in which a country, or an actor that belongs to it, had a part, oldest first.

    China's own page shows only events that name the country itself: its offices are in nearly all.
    """
    parties = [country_id]
    if country_id != CHINA:
        parties += [key for key, row in shelf.actor.items() if row["country_id"] == country_id]
    found = {event for party in parties for event in shelf.party_events.get(party, [])}
    rows = [shelf.event[key] for key in sorted(found) if key in shelf.event]
    return sorted(rows, key=event_order)


def event_order(row: Row) -> tuple[str, str]:
    """Order of events: by first possible day, then by id."""
    return words.sort_date(row["earliest_date"], row["latest_date"]), str(row["event_id"])


def _tie_order(row: Row) -> tuple[str, str, str]:
    day = words.sort_date(row["earliest_date"], row["latest_date"])
    return str(row["kind"]), day, str(row["tie_id"])


def _votes(shelf: Shelf, country_id: str, china: Mapping[str, list[Row]]) -> list[Vote]:
    votes = []
    for indicator_id, rows in figures_by_indicator(shelf, country_id).items():
        if indicator_id.startswith(VOTE_PREFIX):
            beside = {row["period"]: row for row in china.get(indicator_id, [])}
            indicator = shelf.indicator[indicator_id]
            votes += [Vote(indicator, row, beside.get(row["period"])) for row in rows]
    return sorted(votes, key=lambda vote: (str(vote.row["period"]), str(vote.row["figure_id"])))


def _evidence(shelf: Shelf, country: Row, ties: list[Row], events: list[Row]) -> list[Evidence]:
    """Evidence of every row that the dossier shows, in the order of its sections."""
    country_id = country["country_id"]
    entry = evidence_of(shelf, country_id, what="The country's entry", as_written=country["name"])
    figures = [
        figure_evidence(shelf, row)
        for rows in figures_by_indicator(shelf, country_id).values()
        for row in rows
        if not row["edition"]
    ]
    return [
        entry,
        *derived_evidence(shelf, country_id),
        *figures,
        *(tie_evidence(shelf, tie) for tie in ties),
        *(event_evidence(shelf, event) for event in events),
    ]


def _captured(shelf: Shelf, country_id: str) -> Iterator[CapturedSeries]:
    """Evidence of the figures that publishers' own files give, series by series."""
    for rows in figures_by_indicator(shelf, country_id).values():
        held = [row for row in rows if row["edition"] and has_evidence(shelf, row)]
        if held:
            yield captured_evidence(shelf, held)


def _sources(
    shelf: Shelf,
    evidence: list[Evidence],
    captured: list[CapturedSeries],
    measured: Mapping[str, int],
) -> list[tuple[Row, int]]:
    """Sources of the dossier with the number of its rows that rest on each, most first."""
    counts: dict[str, int] = dict(measured)
    for series in captured:
        for source_id, count in series.counts.items():
            counts[source_id] = counts.get(source_id, 0) + count
    for entry in evidence:
        for cited in entry.cited:
            counts[cited.source_id] = counts.get(cited.source_id, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(shelf.source[key], count) for key, count in ordered if key in shelf.source]
