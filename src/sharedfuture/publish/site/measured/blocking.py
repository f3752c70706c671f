"""The page of blocking: where it is measured, what changed, in which way it is done."""

from collections.abc import Iterable, Sequence

from sharedfuture.publish.site import words
from sharedfuture.publish.site.figure_pages import map_context
from sharedfuture.publish.site.home import BLOCKING_PAGE
from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.measured.blocklist import blocklists
from sharedfuture.publish.site.measured.feeds import latest_day
from sharedfuture.publish.site.measured.shelf import SCOPES, MeasuredShelf, surest_first
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.tilemap import Layer, make_layer

MOST_CHANGES = 60
MOST_RATES = 80
MOST_SUBJECTS = 40
RATE_BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
COUNT_BOUNDS = (10, 100, 1_000, 10_000, 100_000, 10_000_000)
LEAST_ALIKE = 0.05  # lower bound from which a likeness can be told from none
ORIGIN = "computed here, from counts of measurements"
LICENCE = "CC BY 4.0; the counts keep their publishers’ licences"


def blocking_page(shelf: Shelf, measured: MeasuredShelf) -> Page:
    """What is known of blocking, country by country; what is missing where nothing is."""
    overall = list(measured.overall.values())
    known = sorted(filter(measured_words.is_known, overall), key=surest_first)
    few = [row for row in overall if not measured_words.is_known(row)]
    likeness = _likeness(measured)
    changes = _changes(measured)
    lists = blocklists(shelf)
    return Page(
        path=BLOCKING_PAGE,
        template="blocking.html",
        title="Blocking, as measured",
        description="Where blocking of sites and services was measured: rates with intervals and "
        "denominators, blocks and unblocks, techniques, and the daily size of China's own "
        "blocklist.",
        section=BLOCKING_PAGE,
        context={
            "known": known,
            "blocked": [row for row in known if row["blocked"]][:MOST_RATES],
            "left_out": max(sum(bool(row["blocked"]) for row in known) - MOST_RATES, 0),
            "clear": sorted(
                (row for row in known if not row["blocked"]),
                key=lambda row: shelf.name(row["country_id"]),
            ),
            "kinds_of_counts": _kinds_of_counts(shelf),
            "few": sorted(few, key=lambda row: shelf.name(row["country_id"])),
            "unmeasured": len(shelf.country) - len(overall),
            "span": _span(overall),
            "changes": changes,
            "change_counts": _change_counts(shelf.rows("blocking_change")),
            "scopes": SCOPES,
            "techniques": shelf.rows("blocking_technique"),
            "alike": [row for row in likeness if (row["likeness_low"] or 0.0) >= LEAST_ALIKE],
            "unlike": [row for row in likeness if (row["likeness_low"] or 0.0) < LEAST_ALIKE],
            "domains": _surest(measured, "domain"),
            "categories": _surest(measured, "category"),
            "blocklists": lists,
            "has_feeds": latest_day(shelf) is not None,
            "mw": measured_words,
            **map_context(shelf, [layer for layer in _layers(overall) if layer.level]),
        },
        here=frozenset(row["technique_id"] for row in shelf.rows("blocking_technique")).union(
            row_id for item in lists for row_id in item.row_ids
        ),
    )


def _layers(overall: Sequence[Row]) -> list[Layer]:
    """The rate, and how much was measured: no zero where too little was measured."""
    row_id = {row["country_id"]: row["blocking_rate_id"] for row in overall}
    rates = make_layer(
        "rate",
        ("Share of decided measurements that were blocked", "per cent", ORIGIN, LICENCE),
        absence=measured_words.NONE,
        values={row["country_id"]: row["rate"] for row in overall},
        row_id=row_id,
        bounds=RATE_BOUNDS,
        say=measured_words.share_text,
    )
    for row in overall:
        rates.text[row["country_id"]] = _rate_says(row)
    decided = make_layer(
        "decided",
        ("Decided measurements: how much could be seen", "measurements", ORIGIN, LICENCE),
        absence=measured_words.NONE,
        values={row["country_id"]: row["decided"] for row in overall},
        row_id=row_id,
        bounds=COUNT_BOUNDS,
        say=lambda value: words.number_text(value, 0),
    )
    return [rates, decided]


def _rate_says(row: Row) -> str:
    decided = words.counted(row["decided"] or 0, "decided measurement")
    if not measured_words.is_known(row):
        return f"{measured_words.FEW} ({decided})"
    interval = measured_words.range_text(row["rate_low"], row["rate_high"])
    between = f" ({interval})" if interval else ""
    return f"{measured_words.share_text(row['rate'])}{between} of {decided}"


def _span(rows: Iterable[Row]) -> str:
    days = [day for row in rows for day in (row["since_date"], row["until_date"]) if day]
    return measured_words.span_text(min(days), max(days)) if days else ""


def _changes(measured: MeasuredShelf) -> list[Row]:
    """The latest changes that dossiers show, the newest first."""
    rows = [row for held in measured.changes.values() for row in held]
    rows.sort(key=lambda row: (str(row["by_date"] or row["after_date"] or ""), _change_id(row)))
    return rows[::-1][:MOST_CHANGES]


def _change_id(row: Row) -> str:
    return str(row["blocking_change_id"])


def _change_counts(rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    """By scope how many blocks and unblocks there are in all."""
    return [
        (
            scope,
            sum(row["scope"] == scope and row["change"] == "blocked" for row in rows),
            sum(row["scope"] == scope and row["change"] == "unblocked" for row in rows),
        )
        for scope in SCOPES
    ]


def _likeness(measured: MeasuredShelf) -> list[Row]:
    """Countries by the likeness of their techniques, the surest likeness first."""
    rows = [row for held in measured.likeness.values() for row in held if row["asn"] is None]
    return sorted(
        rows,
        key=lambda row: (
            -(row["likeness_low"] or 0.0),
            -(row["likeness"] or 0.0),
            str(row["technique_likeness_id"]),
        ),
    )


def _kinds_of_counts(shelf: Shelf) -> list[tuple[str, str, int, int]]:
    """What the publishers say of their counts: source, its words, countries, measurements."""
    found: dict[tuple[str, str], tuple[set[str], int]] = {}
    for row in shelf.rows("measurement_count"):
        for cited in shelf.citations.get(row["measurement_count_id"], []):
            key = (cited["source_id"], row["note"] or "")
            countries, measured = found.get(key, (set(), 0))
            of = row["measured"] or 0 if row["kind"] in ("website", "service") else 0
            found[key] = ({*countries, row["country_id"]}, measured + of)
    return [
        (source_id, note, len(countries), measured)
        for (source_id, note), (countries, measured) in sorted(found.items())
    ]


def _surest(measured: MeasuredShelf, by: str) -> list[Row]:
    """Domains or categories of all countries with something blocked, the surest first."""
    rows = [row for country_id in measured.rates for row in measured.of(country_id, by)]
    found = [row for row in rows if measured_words.is_known(row) and row["blocked"]]
    return sorted(found, key=surest_first)[:MOST_SUBJECTS]
