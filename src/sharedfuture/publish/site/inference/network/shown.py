"""What the page of the network shows of its tables, and where its rows are explained.

Tables can be longer than a page should be. Here it is decided, once, which rows are shown; the
others are in the tables to take away, and nothing on the site leads to them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.inference.shelf import sponsor_order
from sharedfuture.publish.site.shelf import Row, Shelf

NETWORK_PAGE = "network/index.html"
ANY_FLOW = "any"
MOST_BODIES = 10  # for each sponsor
MOST_COMMUNITIES = 12
MOST_MEMBERS = 40
MOST_EFFECTS = 25


@dataclass(frozen=True, slots=True)
class Link:
    """One tie of a chain, with the party that it leads on to."""

    edge: Row
    to_id: str
    is_reversed: bool
    is_weakest: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """An answer to a question; without links no chain is evidenced."""

    row: Row
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers: the chain along the flow of information, then any other."""

    text: str
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What one body could see: by flow its rows, year by year; all flows together come first."""

    body_id: str
    sponsor_id: str
    flows: Mapping[str, Sequence[Row]]

    def changes(self) -> Iterator[tuple[str, Sequence[Row]]]:
        """By flow the years in which the count changed, with the first and the last."""
        for flow, rows in self.flows.items():
            yield (
                flow,
                [
                    row
                    for at, row in enumerate(rows)
                    if at in (0, len(rows) - 1) or row["countries"] != rows[at - 1]["countries"]
                ],
            )


@dataclass(frozen=True, slots=True)
class Community:
    """Parties that hang together; `further` are not shown."""

    number: int
    label: str
    size: int
    members: tuple[Row, ...]
    further: int


@dataclass(frozen=True, slots=True)
class NetworkShown:
    """The rows of the page, in the order of the page."""

    questions: tuple[Question, ...]
    bodies: tuple[Body, ...]
    communities: tuple[Community, ...]
    effects: tuple[tuple[Row, Row | None], ...]  # what changes, and the tie that is removed
    edge: Mapping[str, Row]  # of chains and effects

    def explained(self) -> Iterator[tuple[str, Sequence[Row]]]:
        """By column of the id, the rows whose evidence stands on the page."""
        yield "chain_id", [chain.row for asked in self.questions for chain in asked.chains]
        yield (
            "reach_id",
            [row for body in self.bodies for _, rows in body.changes() for row in rows],
        )
        yield "tie_effect_id", [row for row, _ in self.effects]
        yield "community_id", [row for found in self.communities for row in found.members]


def read_network(shelf: Shelf) -> NetworkShown:
    """The rows that the page shows."""
    effects = sorted(shelf.rows("tie_effect"), key=_effect_order)[:MOST_EFFECTS]
    wanted = {row["edge_id"] for row in (*shelf.rows("chain_step"), *effects)}
    edge = {row["edge_id"]: row for row in shelf.rows("network_edge") if row["edge_id"] in wanted}
    return NetworkShown(
        questions=tuple(_questions(shelf, edge)),
        bodies=tuple(_bodies(shelf.rows("reach"))),
        communities=tuple(_communities(shelf)),
        effects=tuple((row, edge.get(row["edge_id"])) for row in effects),
        edge=edge,
    )


def network_homes(shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Where on the site each of these rows is explained."""
    for column, rows in read_network(shelf).explained():
        for row in rows:
            yield row[column], NETWORK_PAGE


def _questions(shelf: Shelf, edge: Mapping[str, Row]) -> Iterator[Question]:
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in shelf.rows("chain_step"):
        steps[row["chain_id"]].append(row)
    asked: dict[str, list[Chain]] = defaultdict(list)
    for row in shelf.rows("chain"):
        held = sorted(steps[row["chain_id"]], key=lambda step: step["position"])
        asked[row["question"]].append(Chain(row, tuple(_links(held, edge))))
    for text, chains in asked.items():
        yield Question(text, tuple(sorted(chains, key=lambda chain: not chain.row["is_flow"])))


def _links(steps: Iterable[Row], edge: Mapping[str, Row]) -> Iterator[Link]:
    for step in steps:
        tie = edge.get(step["edge_id"])
        if tie is not None:
            to_id = tie["from_id"] if step["is_reversed"] else tie["to_id"]
            yield Link(tie, to_id, bool(step["is_reversed"]), bool(step["is_weakest"]))


def _bodies(rows: Iterable[Row]) -> Iterator[Body]:
    """Bodies by sponsor, those that reach most first."""
    flows: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        flows[row["sponsor_id"] or "", row["body_id"]][row["flow"]].append(row)
    found: dict[str, list[Body]] = defaultdict(list)
    for (sponsor_id, body_id), held in flows.items():
        ordered = {
            flow: tuple(sorted(held[flow], key=lambda row: row["year"]))
            for flow in sorted(held, key=lambda name: (name != ANY_FLOW, name))
        }
        found[sponsor_id].append(Body(body_id, sponsor_id, ordered))
    for sponsor_id in sorted(found, key=sponsor_order):
        yield from sorted(found[sponsor_id], key=_body_order)[:MOST_BODIES]


def _body_order(body: Body) -> tuple[int, str]:
    most = max((row["countries"] or 0 for row in next(iter(body.flows.values()))), default=0)
    return -most, body.body_id


def _communities(shelf: Shelf) -> Iterator[Community]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in shelf.rows("community"):
        groups[row["community"]].append(row)
    for number in sorted(groups)[:MOST_COMMUNITIES]:
        rows = sorted(groups[number], key=lambda row: shelf.name(row["party_id"]).casefold())
        shown = tuple(rows[:MOST_MEMBERS])
        size = rows[0]["size"] or len(rows)
        yield Community(number, rows[0]["label"] or "", size, shown, size - len(shown))


def _effect_order(row: Row) -> tuple[int, bool, str]:
    """What cuts off most countries first."""
    return -(row["countries_lost"] or 0), not row["is_bridge"], row["tie_effect_id"]
