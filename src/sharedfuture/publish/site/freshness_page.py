"""The page of whom we listen to: every connector, how it stands, and what was read by hand."""

from collections import Counter

from sharedfuture.publish.site.home import FRESHNESS_PAGE
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.records.cadence import DUE_AFTER_DAYS

STATES = {
    "in_use": "in use",
    "stale": "stale",
    "unreadable": "cannot be read",
    "never_captured": "not captured",
}
STATE_SAYS = {
    "in_use": "the newest file that was captured is read and used",
    "stale": "a newer file was captured and could not be read: the last good one stays in use",
    "unreadable": "a file was captured and could not be read, and there is no earlier one",
    "never_captured": "no file was captured when this release was made; where the ledger has "
    "figures of this publisher, they were read by hand",
}
SIGNS = {"in_use": "●", "stale": "◐", "unreadable": "✕", "never_captured": "○"}


def freshness_page(shelf: Shelf) -> Page:
    """How each source stands: edition, dates, licence, rows, and why a newer one is not in use."""
    connectors = sorted(shelf.rows("connector"), key=_order)
    counts = Counter(row["state"] for row in connectors)
    captured = {row["source_id"] for row in shelf.rows("capture")}
    return Page(
        path=FRESHNESS_PAGE,
        template="freshness.html",
        title="Whom we listen to",
        description="Every publisher whose own files can be read, with edition, dates, licence and "
        "state, and the publications that were read for the ledger.",
        section="sources.html",
        context={
            "connectors": connectors,
            "captures": shelf.rows("capture"),
            "differences": shelf.rows("difference"),
            "counts": [(state, counts.get(state, 0)) for state in STATES],
            "by_hand": _by_hand(shelf, captured),
            "states": STATES,
            "state_says": STATE_SAYS,
            "signs": SIGNS,
            "cadence_days": DUE_AFTER_DAYS,
        },
    )


def _order(row: Row) -> tuple[int, str]:
    return list(STATES).index(row["state"]), str(row["title"])


def _by_hand(shelf: Shelf, captured: set[str]) -> list[tuple[Row, int]]:
    """Publications whose figures were read for the ledger, with their number, most first."""
    figures = {row["figure_id"] for row in shelf.rows("figure")}
    counts = Counter(
        row["source_id"]
        for row in shelf.rows("citation")
        if row["row_id"] in figures and row["source_id"] not in captured
    )
    return [
        (shelf.source[source_id], count)
        for source_id, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if source_id in shelf.source
    ]
