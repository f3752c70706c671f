"""The tables about measurements as pages ask for them: which rows are shown, and where.

A measured country can have thousands of rows. A dossier shows those that say most; the others are
in the tables to take away, and nothing on the site leads to them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.shelf import Row, Shelf

MOST_NETWORKS = 12
MOST_DOMAINS = 15
MOST_CHANGES = 25
MOST_EVENTS = 15
MOST_PRECEDENCE = 60
MOST_COUNTS = 240
MOST_FOOTPRINTS = 400
MOST_SIGHTINGS = 500

# What the rates of a country are divided by, beside the country as a whole.
KINDS = ("network", "service", "category", "domain")

Grouped = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class MeasuredShelf:
    """By country what is shown of it, the rows that say most first.

    overall   the rate of the country as a whole, where it was measured
    rates     by what they are of, as in KINDS
    counts    published counts that the rest is worked out from
    left_out  how many rows a dossier leaves to the tables to take away
    """

    overall: Mapping[str, Row]
    rates: Mapping[str, Grouped]
    changes: Grouped
    likeness: Grouped
    sightings: Grouped
    precedence: Grouped
    shutdown_counts: Grouped
    shutdown_events: Grouped
    counts: Grouped
    left_out: Mapping[str, int]

    def of(self, country_id: str, by: str) -> Sequence[Row]:
        """The rates of a country's networks, services, categories or domains."""
        return self.rates.get(country_id, {}).get(by, ())

    def in_dossier(self, country_id: str) -> Iterator[tuple[str, Sequence[Row]]]:
        """By column of the id, the rows that the country's dossier explains."""
        overall = self.overall.get(country_id)
        rates = [row for by in KINDS for row in self.of(country_id, by)]
        yield "blocking_rate_id", [*([overall] if overall else []), *rates]
        yield "blocking_change_id", self.changes.get(country_id, ())
        yield "technique_likeness_id", self.likeness.get(country_id, ())
        yield "precedence_id", self.precedence.get(country_id, ())
        yield "shutdown_count_id", self.shutdown_counts.get(country_id, ())
        yield "shutdown_event_id", self.shutdown_events.get(country_id, ())
        yield "measurement_count_id", self.counts.get(country_id, ())

    @property
    def country_ids(self) -> set[str]:
        """Countries of which a dossier has anything to show."""
        return {
            *self.overall,
            *self.rates,
            *self.counts,
            *self.precedence,
            *self.shutdown_counts,
            *self.shutdown_events,
            *self.changes,
            *self.likeness,
        }


def read_measured(shelf: Shelf) -> MeasuredShelf:
    """What the site shows of the measurements of a release."""
    left_out: Counter[str] = Counter()

    def first(table: str, most: int | None, order: Callable[[Row], object]) -> Grouped:
        found = {}
        for country_id, rows in _by_country(shelf.rows(table)).items():
            # Keys of one order are tuples of one shape.
            ordered = sorted(rows, key=order)  # type: ignore[arg-type]
            found[country_id] = ordered if most is None else ordered[:most]
            left_out[country_id] += len(ordered) - len(found[country_id])
        return found

    rates = _by_country(shelf.rows("blocking_rate"))
    overall = {
        country_id: row
        for country_id, rows in rates.items()
        for row in rows
        if row["breakdown"] == "country"
    }
    divided = {country_id: _divided(rows) for country_id, rows in rates.items()}
    counts = _counts(shelf, overall)
    for country_id, rows in rates.items():
        shown = sum(len(held) for held in divided[country_id].values())
        left_out[country_id] += len(rows) - shown - (country_id in overall)
    for row in shelf.rows("measurement_count"):
        left_out[row["country_id"]] += 1
    for country_id, held in counts.items():
        left_out[country_id] -= len(held)
    return MeasuredShelf(
        overall=overall,
        rates=divided,
        changes=first("blocking_change", MOST_CHANGES, _by_weight),
        likeness=first("technique_likeness", MOST_NETWORKS + 1, _whole_first),
        sightings=_by_country(sightings_shown(shelf)),
        precedence=first("precedence", MOST_PRECEDENCE, _in_time),
        shutdown_counts=first("shutdown_count", None, lambda row: row["shutdown_count_id"]),
        shutdown_events=first("shutdown_event", MOST_EVENTS, _newest_first),
        counts=counts,
        left_out=left_out,
    )


def _counts(shelf: Shelf, overall: Mapping[str, Row]) -> dict[str, list[Row]]:
    """The counts under what a dossier shows first, then others, up to a number that can be read."""
    found = {}
    for country_id, rows in _by_country(shelf.rows("measurement_count")).items():
        whole = overall.get(country_id)
        used = set(shelf.inputs.get(whole["blocking_rate_id"], ())) if whole else set()
        rows.sort(key=lambda row: (row["measurement_count_id"] not in used, *_period(row)))
        found[country_id] = rows[:MOST_COUNTS]
    return found


def _period(row: Row) -> tuple[str, str]:
    return str(row["earliest_date"] or ""), str(row["measurement_count_id"])


def _divided(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rates by what they are of; the most measured networks, the domains blocked most surely."""
    by: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by[row["breakdown"]].append(row)
    return {
        "network": sorted(by["network"], key=_most_measured)[:MOST_NETWORKS],
        "service": sorted(by["service"], key=surest_first),
        "category": sorted(by["category"], key=surest_first),
        "domain": sorted(by["domain"], key=surest_first)[:MOST_DOMAINS],
    }


def surest_first(row: Row) -> tuple[float, float, str]:
    """Order of rates: by the lower bound, so that what is surely blocked comes first."""
    return -(row["rate_low"] or 0.0), -(row["rate"] or 0.0), str(row["blocking_rate_id"])


def _most_measured(row: Row) -> tuple[int, str]:
    return -(row["decided"] or 0), str(row["blocking_rate_id"])


SCOPES = ("national", "several_networks", "one_network", "undivided")


def _by_weight(row: Row) -> tuple[int, float, str]:
    place = SCOPES.index(row["scope"]) if row["scope"] in SCOPES else len(SCOPES)
    return place, -(row["log_odds"] or 0.0), str(row["blocking_change_id"])


def _whole_first(row: Row) -> tuple[bool, int, str]:
    return row["asn"] is not None, -(row["blocked"] or 0), str(row["technique_likeness_id"])


def _in_time(row: Row) -> tuple[str, str, str]:
    day = row["agreement_earliest"] or row["agreement_latest"]
    other = row["measured_latest"] or row["measured_earliest"]
    return str(day or "9999"), str(other or "9999"), str(row["precedence_id"])


def _newest_first(row: Row) -> tuple[int, str]:
    day = row["start_earliest"] or row["start_latest"]
    return -(day.toordinal() if day else 0), str(row["shutdown_event_id"])


def sightings_shown(shelf: Shelf) -> list[Row]:
    """Products, techniques and vendors that were seen, the surest first; not those looked for in
    vain."""
    seen = [row for row in shelf.rows("equipment_sighting") if row["seen"] != 0]
    return sorted(seen, key=_surest_seen)[:MOST_SIGHTINGS]


def is_same_box(row: Row, country_id: str) -> bool:
    """Whether a sighting is of a technique, or of a product whose vendor has its seat there."""
    return bool(row["kind"] == "technique" or row["vendor_country_id"] == country_id)


def footprints_shown(shelf: Shelf) -> list[Row]:
    """Cells of scans that are large enough to be shown, by scan and vendor, the highest first."""
    rows = [row for row in shelf.rows("footprint") if not row["is_suppressed"]]
    return sorted(rows, key=_by_vendor)[:MOST_FOOTPRINTS]


def _surest_seen(row: Row) -> tuple[str, float, str]:
    return str(row["kind"]), -(row["rate_low"] or 0.0), str(row["equipment_sighting_id"])


def _by_vendor(row: Row) -> tuple[str, str, str, float, str]:
    of = str(row["scan"]), str(row["vendor"]), str(row["product"] or "")
    return *of, -(row["rate_low"] or 0.0), str(row["footprint_id"])


def _by_country(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["country_id"]:
            groups[row["country_id"]].append(row)
    return groups
