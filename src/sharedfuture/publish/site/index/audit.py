"""The page of the statistical audit of the index, every number with the row that holds it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from sharedfuture.publish.site.evidence import Evidence, evidence_of
from sharedfuture.publish.site.home import INDEX_AUDIT_PAGE, INDEX_PAGE
from sharedfuture.publish.site.index.method import STANDING, sensitivity_context, statistics_of
from sharedfuture.publish.site.index.shelf import IndexShelf, is_audited
from sharedfuture.publish.site.page import Page, row_ids_of
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.words import MINUS, NARROW

SECTIONS = {"data": "Data", "structure": "Structure", "robustness": "Robustness"}
SIGNS = {"met": "●", "look": "◐", "note": "–"}
READINGS = {
    "met": "within its threshold",
    "look": "needs a second look",
    "note": "for information",
}
# Between the colours of correlations, besides the thresholds of the audit.
NONE, STRONG = 0.0, 0.6
_PER_CENT = re.compile(r"(?<=\d)%")


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator, a pillar or the index: what it is, and what the audit measures of it."""

    element: Row
    row: Row
    above: Row | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A correlation in a table of all pairs: its row and the class of its colour."""

    row: Row
    colour: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of a level: a line for each part but the first, with its cells up to itself.

    Parts are numbered in the order of the recipe; `starts` are those that begin a pillar.
    """

    level: int
    parts: tuple[Row, ...]
    lines: tuple[tuple[Row, tuple[Cell | None, ...]], ...]
    starts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Alone:
    """An indicator left out: how far ranks move, in places and as a share of the axis."""

    element: Row
    share: float
    is_beyond: bool


def audit_pages(shelf: Shelf, index: IndexShelf) -> Iterator[Page]:
    """The page of the audit; nothing where the release has none."""
    if is_audited(shelf):
        yield _audit_page(shelf, index)


def _audit_page(shelf: Shelf, index: IndexShelf) -> Page:
    rows = {row["element"]: row for row in shelf.rows("audit_part")}
    limit = {row["threshold"]: row["value"] for row in shelf.rows("audit_threshold")}
    parts = _parts(index, rows)
    entries = _evidence(shelf, index)
    context = {
        "index": index,
        "findings": _findings(shelf),
        "chapters": SECTIONS,
        "signs": SIGNS,
        "readings": READINGS,
        "countries": len({country_id for country_id, _ in index.inputs}),
        "of_pillars": [(pillar, _under(index, pillar, rows)) for pillar in index.pillars],
        "parts": parts,
        "wholes": [part for part in _wholes(index, rows) if part.row["children"]],
        "components": shelf.rows("audit_component"),
        "most": max([_most(part) for part in parts], default=1.0),
        "correlations": [_pairs(shelf, index, level, limit) for level in (2, 1)],
        "bounds": _bounds(limit),
        "limit": limit,
        "is_tailed": partial(is_tailed, limit),
        "thresholds": [
            (row, f"{row['value']:g}".replace("-", MINUS)) for row in shelf.rows("audit_threshold")
        ],
        "run": index.choices.get("uncertainty", {}),
        "entries": entries,
        "standing": statistics_of(shelf, *STANDING),
        **_left_out(index, limit["alone"]),
        **sensitivity_context(index),
    }
    return Page(
        path=INDEX_AUDIT_PAGE,
        template="index_audit.html",
        title="Audit of the index",
        description="A statistical audit of the index: its data, how its parts hang together, how "
        "robust its ranking is, and what asks for a second look.",
        section=INDEX_PAGE,
        context=context,
        here=row_ids_of(entries),
    )


def site_sentence(sentence: str) -> str:
    """A sentence of the audit with its per cent signs as this site sets them."""
    return _PER_CENT.sub(f"{NARROW}%", sentence)


def is_tailed(limit: Mapping[str, float], skewness: float | None, kurtosis: float | None) -> bool:
    """Whether both moments are beyond their thresholds; absent ones are not."""
    if skewness is None or kurtosis is None:
        return False
    return abs(skewness) > limit["skewness"] and kurtosis > limit["kurtosis"]


def _findings(shelf: Shelf) -> list[Row]:
    """In the order of the audit, sentences as this site writes them."""
    rows = [{**row, "says": site_sentence(row["says"])} for row in shelf.rows("audit_finding")]
    return sorted(rows, key=lambda row: (list(SECTIONS).index(row["section"]), _id_of(row)))


def _id_of(row: Row) -> str:
    return str(row["audit_finding_id"])


def _under(index: IndexShelf, pillar: Row, rows: Mapping[str, Row]) -> list[Part]:
    return [
        Part(element, rows[element["element"]], pillar)
        for element in index.under(pillar)
        if element["element"] in rows
    ]


def _parts(index: IndexShelf, rows: Mapping[str, Row]) -> list[Part]:
    """Each pillar followed by its indicators."""
    found = []
    for pillar in index.pillars:
        if pillar["element"] in rows:
            found.append(Part(pillar, rows[pillar["element"]], index.elements.get(index.top)))
        found += _under(index, pillar, rows)
    return found


def _wholes(index: IndexShelf, rows: Mapping[str, Row]) -> Iterator[Part]:
    """The index, then its pillars."""
    for code in (index.top, *(pillar["element"] for pillar in index.pillars)):
        if code in rows and code in index.elements:
            yield Part(index.elements[code], rows[code])


def _most(part: Part) -> float:
    """The larger of what a part weighs and what it matters."""
    return max(part.element["effective_weight"] or 0.0, part.row["importance_share"] or 0.0)


def _bounds(limit: Mapping[str, float]) -> tuple[float, ...]:
    """Between the colours of correlations, from below."""
    return limit["negative"], NONE, limit["silent"], STRONG, limit["redundant"]


def _pairs(shelf: Shelf, index: IndexShelf, level: int, limit: Mapping[str, float]) -> Pairs:
    pillars = index.pillars
    groups = [pillars] if level == 2 else [index.under(pillar) for pillar in pillars]
    parts = tuple(row for group in groups for row in group)
    held = {
        frozenset((row["first"], row["second"])): row
        for row in shelf.rows("audit_pair")
        if row["level"] == level
    }

    def cell(one: Row, other: Row) -> Cell | None:
        row = held.get(frozenset((one["element"], other["element"])))
        if row is None or row["correlation"] is None:
            return None
        return Cell(row, f"r{sum(row['correlation'] > bound for bound in _bounds(limit))}")

    lines = tuple(
        (part, tuple(cell(part, other) for other in parts[:at]))
        for at, part in enumerate(parts)
        if at
    )
    starts = frozenset(str(group[0]["element"]) for group in groups[1:] if group)
    return Pairs(level, parts, lines, starts)


def _left_out(index: IndexShelf, alone: float) -> dict[str, object]:
    """Indicators by how far the ranks move without them; the threshold is in places."""
    known = [
        row for pillar in index.pillars for row in index.under(pillar) if row["shift"] is not None
    ]
    limit = alone * len(index.ranked)
    most = max([limit, *(row["shift"] for row in known)], default=1.0) or 1.0
    ordered = sorted(known, key=lambda row: (-row["shift"], row["element"]))
    return {
        "alone": [Alone(row, row["shift"] / most, row["shift"] > limit) for row in ordered],
        "alone_limit": limit,
        "alone_at": limit / most * 100,
    }


def _evidence(shelf: Shelf, index: IndexShelf) -> list[Evidence]:
    """Every row of the audit with what it is computed from."""
    name = {code: row["name"] for code, row in index.elements.items()}

    def named(code: str) -> str:
        return str(name.get(code, code))

    found = [
        evidence_of(shelf, _id_of(row), what=f"Finding: {row['says']}") for row in _findings(shelf)
    ]
    found += [
        evidence_of(shelf, row["audit_part_id"], what=f"Measures of {named(row['element'])}")
        for row in shelf.rows("audit_part")
    ]
    found += [
        evidence_of(
            shelf,
            row["audit_component_id"],
            what=f"Component {row['component']} of {named(row['element'])}",
        )
        for row in shelf.rows("audit_component")
    ]
    found += [
        evidence_of(
            shelf,
            row["audit_pair_id"],
            what=f"Correlation of {named(row['first'])} and {named(row['second'])}",
        )
        for row in shelf.rows("audit_pair")
    ]
    return found
