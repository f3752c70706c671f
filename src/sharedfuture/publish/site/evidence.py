"""What a row rests on: its words, its sources, its place in the ledger, or its inputs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_INPUTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of a row."""

    source_id: str
    title: str
    publisher: str
    url: str | None
    locator: str
    note: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One anchored entry of an evidence list.

    A stated row has `cited` and `ledger`; a computed one has `inputs`, of which the first
    twelve are shown at once and the `further` ones on demand.
    """

    row_id: str
    what: str
    as_written: str
    note: str
    cited: tuple[Cited, ...]
    ledger: str
    stated_id: str
    inputs: tuple[str, ...]
    further: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapturedSeries:
    """The values of one indicator that come from publishers' own files.

    `editions` are source, title and the values with their anchors; `counts` the values by source.
    """

    what: str
    editions: tuple[tuple[str, str, Markup], ...]
    row_ids: tuple[str, ...]
    counts: Mapping[str, int]


def cited_by(shelf: Shelf, row_id: str) -> tuple[Cited, ...]:
    """The citations of a row, in the order of the table."""
    return tuple(_cited(shelf, row) for row in shelf.citations.get(row_id, []))


def evidence_of(
    shelf: Shelf, row_id: str, *, what: str, as_written: str = "", note: str | None = ""
) -> Evidence:
    """The evidence of one row; `what` says in a few words which row it is."""
    stated = shelf.stated.get(row_id)
    inputs = shelf.inputs.get(row_id, [])
    return Evidence(
        row_id=row_id,
        what=what,
        as_written=as_written,
        note=note or "",
        cited=cited_by(shelf, row_id),
        ledger=f"{stated['file']}:{stated['line']}" if stated else "",
        stated_id=(stated["stated_id"] or "")[:12] if stated else "",
        inputs=tuple(inputs[:MOST_INPUTS_SHOWN]),
        further=tuple(inputs[MOST_INPUTS_SHOWN:]),
    )


def figure_evidence(shelf: Shelf, row: Row) -> Evidence:
    """The evidence of a figure: value and country as the publisher writes them."""
    indicator = shelf.indicator[row["indicator_id"]]
    written = row["as_written"] or (words.plain(row["gap"]) if row["gap"] else "")
    what = f"{indicator['title']}, {words.period_text(row['period'])}"
    note = ""
    if row["country_as_written"] and row["country_as_written"] != shelf.name(row["country_id"]):
        note = f"Country as named by the source: {row['country_as_written']}"
    return evidence_of(shelf, row["figure_id"], what=what, as_written=written, note=note)


def captured_evidence(shelf: Shelf, rows: Sequence[Row]) -> CapturedSeries:
    """The evidence of a series from publishers' own files, in few bytes: every value has its own
    anchor, with its row in the file, edition by edition."""
    indicator = shelf.indicator[rows[0]["indicator_id"]]
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_source[shelf.citations[row["figure_id"]][0]["source_id"]].append(row)
    editions = []
    for source_id, held in by_source.items():
        title = shelf.source.get(source_id, {}).get("title") or source_id
        said = Markup(", ").join(_captured_value(shelf, row) for row in held)
        editions.append((source_id, title, said))
    return CapturedSeries(
        what=indicator["title"],
        editions=tuple(editions),
        row_ids=tuple(row["figure_id"] for row in rows),
        counts={source_id: len(held) for source_id, held in by_source.items()},
    )


def _captured_value(shelf: Shelf, row: Row) -> Markup:
    written = words.ABSENCE.get(row["gap"], words.plain(row["gap"])) or row["as_written"]
    stated = shelf.stated.get(row["figure_id"])
    place = f", row {stated['line']}" if stated and stated["line"] else ""
    text = f"{words.period_text(row['period'])}: {written}{place}"
    return Markup('<span id="{}">{}</span>').format(row["figure_id"], text)


def tie_evidence(shelf: Shelf, row: Row) -> Evidence:
    """The evidence of a tie: both parties as the source writes them."""
    what = f"{shelf.name(row['from_id'])} {words.plain(row['kind'])} {shelf.name(row['to_id'])}"
    written = f"{row['from_as_written'] or ''} → {row['to_as_written'] or ''}"
    return evidence_of(shelf, row["tie_id"], what=what, as_written=written, note=row["note"])


def event_evidence(shelf: Shelf, row: Row) -> Evidence:
    """The evidence of an event: its date as written."""
    return evidence_of(
        shelf,
        row["event_id"],
        what=row["title"],
        as_written=row["date_edtf"] or "",
        note=row["note"],
    )


def derived_evidence(shelf: Shelf, country_id: str) -> list[Evidence]:
    """What the computed rows of a country rest on: spectrum, democracy readings, votes."""
    found = []
    place = shelf.spectrum.get(country_id)
    if place:
        found.append(evidence_of(shelf, place["spectrum_id"], what="Place in Figure 1 (computed)"))
    for row in shelf.democracy.get(country_id, []):
        measure = words.MEASURES.get(row["measure"], row["measure"])
        what = f"Democracy on the scale of Figure 1: {measure} (computed)"
        found.append(evidence_of(shelf, row["reading_id"], what=what))
    agreement = shelf.agreement.get(country_id)
    if agreement:
        what = "Votes equal to China's on information security (computed)"
        found.append(evidence_of(shelf, agreement["un_agreement_id"], what=what))
    return found


def _cited(shelf: Shelf, citation: Row) -> Cited:
    source = shelf.source.get(citation["source_id"], {})
    return Cited(
        source_id=citation["source_id"],
        title=source.get("title") or citation["source_id"],
        publisher=source.get("publisher") or "",
        url=source.get("url"),
        locator=citation["locator"] or "",
        note=citation["note"] or "",
    )
