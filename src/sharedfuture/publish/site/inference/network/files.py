"""The network as scripts that the page loads on demand: parties at once, ties part by part.

Scripts, so that the page also works from a file; arrays without names, so that they are short.
Parties stand in the order of their ids and are divided into parts of about as many ties each; a tie
stands in the part of either end, so that one part holds all ties of its parties. A party with very
many ties has a part of its own.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from sharedfuture.publish.site import words
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.inference.network.words import (
    CERTAINTIES,
    FLOWS,
    kind_text,
    layer_text,
)
from sharedfuture.publish.site.shelf import Shelf

FOLDER = "network/data"
PARTIES_FILE = f"{FOLDER}/parties.js"
TIES_OF_A_PART = 1500
EPOCH = date(1970, 1, 1).toordinal()
_COLUMNS = (
    *("from_id", "to_id", "layer", "kind", "earliest_date", "latest_date", "until_date"),
    *("flow", "certainty", "is_inferred", "origins", "row_id", "edge_id", "sentence"),
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names in place of which the ties carry numbers."""

    parties: tuple[str, ...]
    layers: tuple[str, ...]
    kinds: tuple[str, ...]
    starts: tuple[int, ...]  # the first party of each part

    def part_of(self, party: int) -> int:
        """The part that holds all ties of a party."""
        return bisect_right(self.starts, party) - 1


def network_files(shelf: Shelf, tables: Mapping[str, pl.DataFrame]) -> Mapping[str, str | bytes]:
    """The scripts by their path on the site; nothing where the release has no edges."""
    edges = tables["network_edge"]
    if edges.is_empty():
        return {}
    degree = _degrees(edges)
    parties = tuple(sorted(degree))
    vocabulary = Vocabulary(
        parties=parties,
        layers=tuple(edges["layer"].drop_nulls().unique().sort()),
        kinds=tuple(edges["kind"].drop_nulls().unique().sort()),
        starts=divide([degree[party] for party in parties]),
    )
    return {
        PARTIES_FILE: _parties_script(shelf, edges, vocabulary, degree=degree),
        **dict(_part_scripts(shelf, edges, vocabulary)),
    }


def divide(degrees: Sequence[int], most: int = TIES_OF_A_PART) -> tuple[int, ...]:
    """The first place of each part: as many ties as fit, at least one party."""
    starts, held = [0], 0
    for place, degree in enumerate(degrees):
        if held and held + degree > most:
            starts.append(place)
            held = 0
        held += degree
    return tuple(starts)


def _degrees(edges: pl.DataFrame) -> dict[str, int]:
    """By party the number of ties that it is an end of; inferred ties do not count."""
    ends = pl.concat(
        [
            edges.select(party=pl.col("from_id"), counts=~pl.col("is_inferred")),
            edges.filter(pl.col("from_id") != pl.col("to_id")).select(
                party=pl.col("to_id"), counts=~pl.col("is_inferred")
            ),
        ]
    )
    summed = ends.group_by("party").agg(pl.col("counts").sum())
    return dict(zip(summed["party"], summed["counts"], strict=True))


def _parties_script(
    shelf: Shelf, edges: pl.DataFrame, vocabulary: Vocabulary, *, degree: Mapping[str, int]
) -> str:
    """What the search needs to know of every party, and the names of everything."""
    days = edges.select(
        first=pl.min_horizontal(pl.col("earliest_date").min(), pl.col("latest_date").min()),
        last=pl.max_horizontal(pl.col("latest_date").max(), pl.col("until_date").max()),
    ).row(0)
    kinds_of_party = sorted({_kind_of(shelf, party) for party in vocabulary.parties})
    place = {kind: at for at, kind in enumerate(kinds_of_party)}
    content = {
        "edges": edges.height,
        "first": _day(days[0]),
        "last": _day(days[1]),
        "starts": vocabulary.starts,
        "layers": [[name, layer_text(name)] for name in vocabulary.layers],
        "kinds": [kind_text(kind) for kind in vocabulary.kinds],
        "certainties": CERTAINTIES,
        "partyKinds": kinds_of_party,
        "parties": [
            [party, shelf.name(party), place[_kind_of(shelf, party)], degree[party]]
            + ([further] if (further := _further(shelf, party)) else [])
            for party in vocabulary.parties
        ],
    }
    return f"window.sharedfutureNetwork={_json(content)};\n"


def _kind_of(shelf: Shelf, party: str) -> str:
    actor = shelf.actor.get(party)
    return words.plain(actor["kind"]) if actor else "country"


def _further(shelf: Shelf, party: str) -> str:
    """Other words by which a party is searched."""
    actor = shelf.actor.get(party)
    if actor:
        return str(actor["name_zh"] or "")
    country = shelf.country.get(party)
    return str(country["iso2"] or "") if country else ""


def _part_scripts(
    shelf: Shelf, edges: pl.DataFrame, vocabulary: Vocabulary
) -> Iterator[tuple[str, str]]:
    """Each part with the pages that its ties are explained on."""
    page_of = find_homes(shelf).page_of
    parts: dict[int, list[list[object]]] = defaultdict(list)
    place = {party: at for at, party in enumerate(vocabulary.parties)}
    layer = {name: at for at, name in enumerate(vocabulary.layers)}
    kind = {name: at for at, name in enumerate(vocabulary.kinds)}
    certainty = {name: at for at, name in enumerate(CERTAINTIES)}
    for row in edges.select(_COLUMNS).iter_rows():
        start, end = place[row[0]], place[row[1]]
        tie = [
            *(start, end, layer.get(row[2]), kind.get(row[3])),
            *(_day(day) for day in row[4:7]),
            FLOWS.index(row[7]) if row[7] in FLOWS else 0,
            *(certainty.get(row[8], len(certainty)), int(bool(row[9])), row[10] or 0),
            *(row[11], row[12], _title(shelf, row[11], sentence=row[13] if row[9] else None)),
        ]
        for part in {vocabulary.part_of(start), vocabulary.part_of(end)}:
            parts[part].append(tie)
    for part, ties in sorted(parts.items()):
        yield f"{FOLDER}/{part}.js", _part_script(part, ties, page_of)


def _title(shelf: Shelf, row_id: str, *, sentence: str | None) -> str | None:
    """What a tie's kind does not say: what happened, or how probable a candidate is."""
    event = shelf.event.get(row_id)
    return event["title"] if event else sentence


def _part_script(part: int, ties: Iterable[list[object]], page_of: Mapping[str, str]) -> str:
    """The last three of a tie are row, edge and title; here the row's page comes before them.

    The edge's id is nought where it is the row's with `edge-` before it; what is nought at the end
    is left out.
    """
    pages: dict[str, int] = {}
    written = []
    for *tie, row_id, edge_id, title in ties:
        page = page_of.get(str(row_id))
        at = -1 if page is None else pages.setdefault(page, len(pages))
        own = 0 if edge_id == f"edge-{row_id}" else edge_id
        further = [own, title] if title else [own] if own else []
        written.append([*tie, at, row_id, *further])
    return f"window.sharedfutureTies({part},{_json(list(pages))},{_json(written)});\n"


def _day(day: date | None) -> int | None:
    """Days since the beginning of 1970, as scripts count them."""
    return None if day is None else day.toordinal() - EPOCH


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
