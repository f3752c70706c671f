"""The page of the network: a tool to search and open it, and below it what can be read as text.

Links to the tool are `network/index.html#act-cncert` or `#BEN@2021-12-31`: a party of the network,
and a day. They are read by the script and are no anchors of the page.
"""

from collections.abc import Iterator, Sequence

from sharedfuture.publish.site import words
from sharedfuture.publish.site.inference.network import words as network_words
from sharedfuture.publish.site.inference.network.files import PARTIES_FILE
from sharedfuture.publish.site.inference.network.reach import draw_reach
from sharedfuture.publish.site.inference.network.shown import (
    NETWORK_PAGE,
    NetworkShown,
    read_network,
)
from sharedfuture.publish.site.measured.evidence import Group, trace_row
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf

# The party that is shown before a reader has chosen one: the team that the report is about.
START = "act-cncert"
_TITLES = {
    "chain_id": "Chains",
    "reach_id": "Reach by body, flow and year",
    "tie_effect_id": "What changes without a tie",
    "community_id": "Communities",
}


def network_pages(shelf: Shelf) -> Iterator[Page]:
    """The page of the network; it says so where the release has none."""
    shown = read_network(shelf)
    edges = shelf.rows("network_edge")
    groups = _evidence(shelf, shown)
    yield Page(
        path=NETWORK_PAGE,
        template="network.html",
        title="The network",
        description="Who is tied to whom, since when, and how sure that is: search any institution "
        "or country, open its ties, and follow the chains that sources document.",
        section=NETWORK_PAGE,
        context={
            "nw": network_words,
            "shown": shown,
            "reach": draw_reach(shown.bodies),
            "count": _counts(edges),
            "edge_ids": [row["edge_id"] for row in edges],
            "start": _start(edges),
            "parties_script": PARTIES_FILE,
            "groups": groups,
            "row_ids": [item.row_id for _, rows in groups for item in rows],
        },
        here=frozenset(item.row_id for _, rows in groups for item in rows),
    )


def _counts(edges: Sequence[Row]) -> dict[str, int]:
    """Of how many ties and parties the network is made; what is inferred stands apart."""
    stated = [row for row in edges if not row["is_inferred"]]
    denied = sum(row["certainty"] == "denied" for row in stated)
    return {
        "all": len(edges),
        "ties": len(stated) - denied,
        "denied": denied,
        "inferred": len(edges) - len(stated),
        "parties": len({row[end] for row in stated for end in ("from_id", "to_id")}),
    }


def _start(edges: Sequence[Row]) -> str:
    """The party to begin with: the report's own, else the one with most ties."""
    counts: dict[str, int] = {}
    for row in edges:
        for end in ("from_id", "to_id"):
            counts[row[end]] = counts.get(row[end], 0) + 1
    if START in counts:
        return START
    return min(counts, key=lambda party: (-counts[party], party), default="")


def _evidence(shelf: Shelf, shown: NetworkShown) -> list[Group]:
    """What every row of the page is worked out from."""
    return [
        (_TITLES[column], [trace_row(shelf, _said(shelf, row, column), column) for row in rows])
        for column, rows in shown.explained()
        if rows
    ]


def _said(shelf: Shelf, row: Row, column: str) -> Row:
    """The row with a sentence."""
    if column != "community_id":
        return row
    stays = words.percent_text(row["stability"])
    sentence = (
        f"{shelf.name(row['party_id'])}: community {row['community']} of "
        f"{words.counted(row['size'] or 0, 'party', 'parties')}; in {stays} of resampled networks."
    )
    return {**row, "sentence": sentence}
