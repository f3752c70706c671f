"""The institutions as a drawing: columns by kind, ordered so that ties cross little.

The layout is made at build time and the same for the same tables: no chance is drawn.
Columns in place of a force layout keep every label readable and every line traceable. It is the
whole picture of one part of the network, to look at and to print; the page of the network shows any
party with its ties on any day, but never all at once.
"""

from collections import defaultdict
from dataclasses import dataclass

import networkx as nx

from sharedfuture.publish.site.home import CHINA, is_institutional
from sharedfuture.publish.site.shelf import Row, Shelf

COLUMN_WIDTH = 204
ROW_HEIGHT = 19
TOP = 40
SWEEPS = 12
LABEL_LENGTH = 30
SHORT_ENDING = 9

COLUMNS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "Party, state, military",
        frozenset({"party_organ", "ministry", "military", "security_service", "office", "agency"}),
    ),
    ("Databases, research", frozenset({"platform", "research_body", "university"})),
    ("Companies, banks", frozenset({"company", "bank", "industry_body", "threat_actor"})),
    ("Forums, instruments", frozenset({"forum", "organisation", "instrument", "initiative"})),
    ("Outside China", frozenset()),
)


@dataclass(frozen=True, slots=True)
class Node:
    """An actor or country in the drawing."""

    party_id: str
    label: str
    name: str
    x: int
    y: int
    degree: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A tie in the drawing, as the path of a curve."""

    tie: Row
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing, in its own units."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[tuple[int, str], ...]
    width: int
    height: int


def institutional_ties(shelf: Shelf) -> list[Row]:
    """Ties of the network, in the order of the table."""
    return [tie for tie in shelf.rows("tie") if is_institutional(shelf, tie)]


def draw_institutions(shelf: Shelf) -> Drawing:
    """Place every party that has an institutional tie."""
    ties = institutional_ties(shelf)
    graph: nx.Graph = nx.Graph()
    graph.add_edges_from((tie["from_id"], tie["to_id"]) for tie in ties)
    columns = _ordered_columns(shelf, graph)
    nodes = {
        party: _node(shelf, party, column, place, graph)
        for column, parties in enumerate(columns)
        for place, party in enumerate(parties)
    }
    tallest = max((len(parties) for parties in columns), default=0)
    return Drawing(
        nodes=tuple(nodes.values()),
        edges=tuple(Edge(tie, _path(nodes[tie["from_id"]], nodes[tie["to_id"]])) for tie in ties),
        headings=tuple((at * COLUMN_WIDTH + 10, title) for at, (title, _) in enumerate(COLUMNS)),
        width=len(COLUMNS) * COLUMN_WIDTH,
        height=TOP + tallest * ROW_HEIGHT + 10,
    )


def _column_of(shelf: Shelf, party: str) -> int:
    actor = shelf.actor.get(party)
    outside = len(COLUMNS) - 1
    if actor is None:
        return 0 if party == CHINA else outside
    if actor["kind"] in COLUMNS[3][1]:
        return 3
    if actor["country_id"] != CHINA:
        return outside
    found = [at for at, (_, kinds) in enumerate(COLUMNS) if actor["kind"] in kinds]
    return found[0] if found else 1


def _ordered_columns(shelf: Shelf, graph: nx.Graph) -> list[list[str]]:
    """Parties by column; a party moves towards the middle of its neighbours, sweep by sweep."""
    grouped: dict[int, list[str]] = defaultdict(list)
    for party in sorted(graph.nodes):
        grouped[_column_of(shelf, party)].append(party)
    columns = [
        sorted(grouped[at], key=lambda party: (-graph.degree(party), party))
        for at in range(len(COLUMNS))
    ]
    for _ in range(SWEEPS):
        height = _relative_heights(columns)
        columns = [
            sorted(parties, key=lambda party: (_middle(graph, party, height), party))
            for parties in columns
        ]
    return columns


def _relative_heights(columns: list[list[str]]) -> dict[str, float]:
    return {
        party: (place + 0.5) / len(parties)
        for parties in columns
        for place, party in enumerate(parties)
    }


def _middle(graph: nx.Graph, party: str, height: dict[str, float]) -> float:
    neighbours = [height[other] for other in sorted(graph.neighbors(party))]
    return round(sum(neighbours) / len(neighbours), 6)


def _node(shelf: Shelf, party: str, column: int, place: int, graph: nx.Graph) -> Node:
    name = shelf.name(party)
    return Node(
        party_id=party,
        label=_label(name),
        name=name,
        x=column * COLUMN_WIDTH + 10,
        y=TOP + place * ROW_HEIGHT + ROW_HEIGHT // 2,
        degree=int(graph.degree(party)),
    )


def _label(name: str) -> str:
    """A name that fits its column; an abbreviation at its end is kept."""
    if len(name) <= LABEL_LENGTH:
        return name
    stem, bracket, ending = name.rpartition(" (")
    kept = f" ({ending}" if bracket and len(ending) < SHORT_ENDING else ""
    return f"{(stem if kept else name)[: LABEL_LENGTH - 1 - len(kept)].rstrip()}…{kept}"


def _path(start: Node, end: Node) -> str:
    if start.x == end.x:
        bend = start.x - 6 - min(60, abs(start.y - end.y) // 3)
        return f"M{start.x} {start.y}Q{bend} {(start.y + end.y) // 2} {end.x} {end.y}"
    left, right = (start, end) if start.x < end.x else (end, start)
    half = (left.x + right.x) // 2
    return f"M{left.x} {left.y}C{half} {left.y} {half} {right.y} {right.x} {right.y}"
