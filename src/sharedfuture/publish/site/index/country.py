"""A country on the index: what its dossier shows of it, and the evidence of each row."""

from dataclasses import dataclass

from sharedfuture.publish.site.evidence import Evidence, evidence_of
from sharedfuture.publish.site.index import recipe as index_recipe
from sharedfuture.publish.site.index import sentences as index_sentences
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.index.charts import RanksChart, draw_ranks
from sharedfuture.publish.site.index.shelf import IndexShelf
from sharedfuture.publish.site.sentences import Sentence
from sharedfuture.publish.site.shelf import Row, Shelf

NEIGHBOURS = 3  # on either side


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator or a pillar of a country: its element, its score, the value below it."""

    element: Row
    score: Row | None
    value: Row | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A country near by in the ranking; `above` is how often this one stands above it."""

    row: Row
    above: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What a dossier says of the index; without a score most of it is empty."""

    sentence: Sentence
    row: Row | None
    count: int
    pillars: tuple[tuple[Part, tuple[Part, ...]], ...]
    ranks: RanksChart | None
    cause: Sentence
    causes: tuple[tuple[str, Row], ...]
    neighbours: tuple[Neighbour, ...]

    @property
    def row_ids(self) -> list[str]:
        """The country's score, and every value below it."""
        values = [part.value for _, parts in self.pillars for part in parts if part.value]
        top = [self.row["score_id"]] if self.row else []
        return [*top, *(value["index_input_id"] for value in values)]


def standing(shelf: Shelf, index: IndexShelf | None, country_id: str) -> Standing | None:
    """A country's part of the index; None where there is no index."""
    if index is None:
        return None
    row = index.of(country_id)
    is_scored = row is not None and row["rank"] is not None
    ranks = index.ranks.get(country_id, [])
    causes = sorted(
        index.causes.get(country_id, []), key=lambda item: (-(item["alone"] or 0), item["cause"])
    )
    return Standing(
        sentence=index_sentences.standing_of(shelf, index, country_id),
        row=row,
        count=len(index.ranked),
        pillars=_pillars(index, country_id) if row is not None else (),
        ranks=draw_ranks(row, ranks, len(index.ranked)) if row and is_scored and ranks else None,
        cause=index_sentences.cause_of(index, country_id),
        causes=tuple((index_recipe.title_of(item["cause"]), item) for item in causes),
        neighbours=_neighbours(index, row) if row is not None and is_scored else (),
    )


def standing_evidence(shelf: Shelf, index: IndexShelf | None, country_id: str) -> list[Evidence]:
    """Evidence of every row of the index that a dossier shows, from the whole to the parts."""
    if index is None or index.of(country_id) is None:
        return []
    scores = [
        evidence_of(shelf, row["score_id"], what=f"Score: {_named(index, code)} (computed)")
        for code in [index.top, *_codes_above(index), *index.codes]
        if (row := index.score.get((country_id, code))) is not None
    ]
    inputs = [
        evidence_of(
            shelf,
            row["index_input_id"],
            what=f"Value: {_named(index, code)}",
            as_written=index_words.STATES.get(str(row["state"]), ""),
        )
        for code in index.codes
        if (row := index.inputs.get((country_id, code))) is not None
    ]
    return [*scores, *inputs]


def _codes_above(index: IndexShelf) -> list[str]:
    return [pillar["element"] for pillar in index.pillars]


def _named(index: IndexShelf, code: str) -> str:
    row = index.elements.get(code)
    return str(row["name"]) if row else code


def _pillars(index: IndexShelf, country_id: str) -> tuple[tuple[Part, tuple[Part, ...]], ...]:
    def part(element: Row) -> Part:
        key = (country_id, element["element"])
        return Part(element, index.score.get(key), index.inputs.get(key))

    return tuple(
        (part(pillar), tuple(part(row) for row in index.under(pillar))) for pillar in index.pillars
    )


def _neighbours(index: IndexShelf, row: Row) -> tuple[Neighbour, ...]:
    at = next(
        place
        for place, other in enumerate(index.ranked)
        if other["country_id"] == row["country_id"]
    )
    near = index.ranked[max(at - NEIGHBOURS, 0) : at + NEIGHBOURS + 1]
    found = []
    for other in near:
        above = index.above(row["country_id"], other["country_id"])
        if other["country_id"] != row["country_id"] and above is not None:
            found.append(Neighbour(other, above))
    return tuple(found)
