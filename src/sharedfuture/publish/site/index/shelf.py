"""The observatory's own index as its pages ask for it: recipe, elements, scores, draws."""

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sharedfuture.publish.site.shelf import Row, Shelf

# The recipe of an index is TOML of any depth, checked by the engine before it was released.
Choices = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IndexShelf:
    """One index of the release; pillars and indicators stand in the order of the recipe.

    score     the rows of `score` by country and element; below the index, those with a value
    ranked    the rows of the index itself with a score, the highest first
    absent    those without one, by name of the country
    because   by indicator: because of what it is made as it is
    """

    index_id: str
    title: str
    recipe_id: str
    choices: Choices
    top: str
    elements: Mapping[str, Row]
    pillars: tuple[Row, ...]
    indicators: Mapping[str, tuple[Row, ...]]
    score: Mapping[tuple[str, str], Row]
    ranked: tuple[Row, ...]
    absent: tuple[Row, ...]
    inputs: Mapping[tuple[str, str], Row]
    ranks: Mapping[str, list[Row]]
    causes: Mapping[str, list[Row]]
    sensitivity: tuple[Row, ...]
    pairs: Mapping[tuple[str, str], float]
    because: Mapping[str, str]

    def of(self, country_id: str) -> Row | None:
        """A country's row on the index itself; None where it is no unit of the index."""
        return self.score.get((country_id, self.top))

    def above(self, country_id: str, other_id: str) -> float | None:
        """Probability that one country stands above another; None where there are no draws."""
        if (country_id, other_id) in self.pairs:
            return self.pairs[country_id, other_id]
        probability = self.pairs.get((other_id, country_id))
        return None if probability is None else 1.0 - probability

    @property
    def codes(self) -> list[str]:
        """Codes of all indicators, pillar by pillar."""
        return [row["element"] for pillar in self.pillars for row in self.under(pillar)]

    def under(self, pillar: Row) -> tuple[Row, ...]:
        """The indicators of a pillar."""
        return self.indicators.get(pillar["element"], ())


def read_index(shelf: Shelf) -> IndexShelf | None:
    """The index of the release; None where it has no recipe."""
    if not shelf.rows("recipe"):
        return None
    recipe = shelf.rows("recipe")[0]
    index_id, choices = recipe["index_id"], tomllib.loads(recipe["body"])
    elements = {row["element"]: row for row in _own(shelf, "score_element", index_id)}
    scores = _own(shelf, "score", index_id)
    top = next(row["code"] for row in choices["element"] if not row.get("parent"))
    on_top = [row for row in scores if row["element"] == top]
    pillars = _in_order(choices["element"], elements, parent=top)
    return IndexShelf(
        index_id=index_id,
        title=recipe["title"],
        recipe_id=recipe["recipe_id"],
        choices=choices,
        top=top,
        elements=elements,
        pillars=pillars,
        indicators={
            row["element"]: _in_order(choices["indicator"], elements, parent=row["element"])
            for row in pillars
        },
        score={
            (row["country_id"], row["element"]): row
            for row in scores
            if row["value"] is not None or row["element"] == top
        },
        ranked=_ranked(on_top),
        absent=_absent(shelf, on_top),
        inputs={
            (row["country_id"], row["indicator_code"]): row for row in shelf.rows("index_input")
        },
        ranks=_by_country(_own(shelf, "score_rank", index_id)),
        causes=_by_country(_own(shelf, "score_cause", index_id)),
        sensitivity=_sensitivity(_own(shelf, "score_sensitivity", index_id), choices),
        pairs={
            (row["above_id"], row["below_id"]): row["probability"]
            for row in _own(shelf, "score_pair", index_id)
        },
        because=_because(shelf),
    )


def is_audited(shelf: Shelf) -> bool:
    """Whether the release has an audit of its index; none where no country has a score."""
    return bool(shelf.rows("audit_finding"))


def step_parameters(shelf: Shelf, step: str) -> Choices:
    """What a step was run with in this release; nothing where it was not run."""
    for row in shelf.rows("run"):
        if row["step"] == step:
            parameters: Choices = json.loads(row["parameters"])
            return parameters
    return {}


def _own(shelf: Shelf, table: str, index_id: str) -> list[Row]:
    return [row for row in shelf.rows(table) if row["index_id"] == index_id]


def _ranked(rows: Iterable[Row]) -> tuple[Row, ...]:
    known = (row for row in rows if row["rank"] is not None)
    return tuple(sorted(known, key=lambda row: (row["rank"], row["country_id"])))


def _absent(shelf: Shelf, rows: Iterable[Row]) -> tuple[Row, ...]:
    without = (row for row in rows if row["rank"] is None)
    return tuple(sorted(without, key=lambda row: shelf.name(row["country_id"])))


def _in_order(
    entries: Iterable[Mapping[str, Any]], elements: Mapping[str, Row], *, parent: str
) -> tuple[Row, ...]:
    """Rows of the elements below a parent, in the order of the recipe."""
    return tuple(
        elements[entry["code"]]
        for entry in entries
        if entry.get("parent") == parent and entry["code"] in elements
    )


def _by_country(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["country_id"]].append(row)
    return groups


def _sensitivity(rows: list[Row], choices: Choices) -> tuple[Row, ...]:
    """What was varied, in the order of the recipe."""
    order = [entry["name"] for entry in choices.get("vary", ())]
    return tuple(sorted(rows, key=lambda row: order.index(row["cause"])))


def _because(shelf: Shelf) -> dict[str, str]:
    """By indicator the reason that the step which made the inputs was run with."""
    entries = step_parameters(shelf, "index.inputs").get("indicators", [])
    return {entry["code"]: entry["because"] for entry in entries}
