"""What a dossier says of what was measured in the country's networks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.measured.evidence import Group, measured_evidence
from sharedfuture.publish.site.measured.shelf import MeasuredShelf
from sharedfuture.publish.site.measured.shutdowns import counts_by_year
from sharedfuture.publish.site.measured.timeline import Timeline, draw_timeline
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_ORDERS = 6
MOST_SIGHTINGS = 30


@dataclass(frozen=True, slots=True)
class MeasuredHere:
    """The part of a dossier about measurements; without rows most of it is empty.

    years     the years of the registers of shutdowns, and a line of counts for each register
    orders    what came first, those with a clear order before the others
    row_ids   of all rows that the part explains
    """

    overall: Row | None
    networks: Sequence[Row]
    services: Sequence[Row]
    categories: Sequence[Row]
    domains: Sequence[Row]
    changes: Sequence[Row]
    likeness: Sequence[Row]
    sightings: Sequence[Row]
    years: tuple[int, ...]
    registers: list[tuple[str, list[Row | None]]]
    events: Sequence[Row]
    orders: list[Row]
    pairs: Sequence[Row]
    order_count: int
    timeline: Timeline | None
    evidence: list[Group]
    left_out: int

    @property
    def row_ids(self) -> list[str]:
        """Ids of the rows explained in the dossier, and of the sightings, for their sources."""
        return [row.row_id for _, rows in self.evidence for row in rows]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not self.evidence and not self.sightings

    @property
    def is_known(self) -> bool:
        """Whether enough was measured for a rate."""
        return self.overall is not None and measured_words.is_known(self.overall)


def measured_here(shelf: Shelf, measured: MeasuredShelf, country_id: str) -> MeasuredHere:
    """A country's part, from the rows that the site shows of it."""
    counts = counts_by_year(measured.shutdown_counts.get(country_id, ()))
    span = [year for held in counts.values() for year in held]
    years = tuple(sorted(set(span)))
    precedence = measured.precedence.get(country_id, ())
    sightings = measured.sightings.get(country_id, ())
    return MeasuredHere(
        overall=measured.overall.get(country_id),
        networks=measured.of(country_id, "network"),
        services=measured.of(country_id, "service"),
        categories=measured.of(country_id, "category"),
        domains=measured.of(country_id, "domain"),
        changes=sorted(
            measured.changes.get(country_id, ()),
            key=lambda row: str(row["by_date"] or row["after_date"] or ""),
            reverse=True,
        ),
        likeness=measured.likeness.get(country_id, ()),
        sightings=sightings[:MOST_SIGHTINGS],
        years=years,
        registers=[
            (name, [held.get(year) for year in years]) for name, held in sorted(counts.items())
        ],
        events=measured.shutdown_events.get(country_id, ()),
        orders=_orders(precedence),
        pairs=precedence,
        order_count=len(precedence),
        timeline=draw_timeline(precedence),
        evidence=measured_evidence(shelf, measured, country_id),
        left_out=measured.left_out.get(country_id, 0),
    )


def _orders(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["sequence"] == "unclear")[:MOST_ORDERS]
