"""The page of the index: its ranking, who has no score, the map, and weights to try."""

from collections.abc import Iterator
from dataclasses import dataclass

from sharedfuture.publish.site.figure_pages import map_context
from sharedfuture.publish.site.home import INDEX_PAGE
from sharedfuture.publish.site.index import recipe as index_recipe
from sharedfuture.publish.site.index import sentences as index_sentences
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.index.audit import audit_pages
from sharedfuture.publish.site.index.charts import draw_ranking
from sharedfuture.publish.site.index.map import score_layers
from sharedfuture.publish.site.index.method import method_page
from sharedfuture.publish.site.index.shelf import IndexShelf, is_audited
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.records.release import ReleaseFacts

LICENCE = "CC BY 4.0"
MEANS = ("arithmetic", "geometric")
RULES = ("drop", "refuse", "least_count", "least_weight")
STEP = 0.05  # of a weight's slider
LEAST_REACH = 3.0
PILLAR_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Unscored:
    """A country without a score: why, and how much of each pillar is known."""

    row: Row
    reason: str
    known: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Slider:
    """The weight of one element: its value in the recipe and how far it can be moved."""

    code: str
    name: str
    weight: float
    reach: float
    share: float


def index_pages(shelf: Shelf, index: IndexShelf | None, facts: ReleaseFacts) -> Iterator[Page]:
    """The index, its method and its audit; nothing where the release has no index."""
    if index is not None:
        yield _index_page(shelf, index, facts)
        yield method_page(shelf, index)
        yield from audit_pages(shelf, index)


def _index_page(shelf: Shelf, index: IndexShelf, facts: ReleaseFacts) -> Page:
    context = {
        "index": index,
        "counts": index_sentences.counts_of(shelf, index),
        "headlines": index_sentences.headlines(shelf, index),
        "chart": draw_ranking(index),
        "regions": _regions(shelf, index),
        "unscored": [_unscored(index, row) for row in index.absent],
        "sliders": _sliders(index) if can_be_reweighed(index) else [],
        "mean": index_recipe.mean_of(index.choices, len(index.choices["index"]["levels"])),
        "step": STEP,
        "data": reweighing_data(shelf, index, facts),
        "labels": index_words.score_labels(),
        "is_audited": is_audited(shelf),
        **map_context(shelf, score_layers(index)),
    }
    return Page(
        path=INDEX_PAGE,
        template="index_page.html",
        title=f"Index: {index.title}",
        description="How far each country has drifted towards China's community by what is "
        "documented: score, rank and interval, five pillars, and weights to try.",
        section=INDEX_PAGE,
        context=context,
    )


def can_be_reweighed(index: IndexShelf) -> bool:
    """Whether the page can compute the index as the recipe does.

    It can with three levels, given weights, and means and policies that its script has.
    """
    depth = len(index.choices["index"]["levels"])
    levels = range(2, depth + 1)
    return bool(index.ranked) and (
        depth == 3
        and index.choices.get("weigh", {}).get("method") == "given"
        and all(index_recipe.mean_of(index.choices, level) in MEANS for level in levels)
        and all(index_recipe.policy_of(index.choices, level)[0] in RULES for level in levels)
        and not index.choices.get("aggregate", {}).get("element")
    )


def reweighing_data(shelf: Shelf, index: IndexShelf, facts: ReleaseFacts) -> dict[str, object]:
    """What the page needs to compute every score anew: normalised values, weights, policies."""
    weights, codes = index_recipe.weights_of(index.choices), index.codes
    return {
        "title": index.title,
        "release": facts.release_id,
        "licence": LICENCE,
        "means": [index_recipe.mean_of(index.choices, level) for level in (2, 3)],
        "policies": [
            dict(zip(("rule", "least"), index_recipe.policy_of(index.choices, level), strict=True))
            for level in (2, 3)
        ],
        "pillars": [
            {
                "code": pillar["element"],
                "name": pillar["name"],
                "weight": weights[pillar["element"]],
                "indicators": [
                    {"code": row["element"], "name": row["name"], "weight": weights[row["element"]]}
                    for row in index.under(pillar)
                ],
            }
            for pillar in index.pillars
        ],
        "countries": [_country(shelf, index, row, codes) for row in index.ranked],
    }


def _country(shelf: Shelf, index: IndexShelf, row: Row, codes: list[str]) -> dict[str, object]:
    """A country as the script reads it; `values` are in the order of the indicators."""
    country_id = row["country_id"]
    rows = (index.score.get((country_id, code)) for code in codes)
    pillars = (index.score.get((country_id, pillar["element"])) for pillar in index.pillars)
    return {
        "id": country_id,
        "name": shelf.name(country_id),
        "row": row["score_id"],
        "score": row["value"],
        "low": row["low"],
        "high": row["high"],
        "rank": row["rank"],
        "rank_low": row["rank_low"],
        "rank_high": row["rank_high"],
        "score_says": index_words.with_range(
            index_words.score_text(row), index_words.range_text(row)
        ),
        "pillars": [round(held["value"], PILLAR_DECIMALS) if held else None for held in pillars],
        "values": [held["value"] if held else None for held in rows],
    }


def _sliders(index: IndexShelf) -> list[tuple[Slider, list[Slider]]]:
    """Each pillar with its indicators."""
    weights = index_recipe.weights_of(index.choices)
    reach = max(LEAST_REACH, 2 * max(weights.values(), default=1.0))
    return [
        (
            _slider(pillar, weights, reach),
            [_slider(row, weights, reach) for row in index.under(pillar)],
        )
        for pillar in index.pillars
    ]


def _slider(row: Row, weights: dict[str, float], reach: float) -> Slider:
    return Slider(row["element"], row["name"], weights[row["element"]], reach, row["weight"])


def _regions(shelf: Shelf, index: IndexShelf) -> list[str]:
    held = {shelf.country[row["country_id"]]["region"] for row in index.ranked}
    return sorted(region for region in held if region)


def _unscored(index: IndexShelf, row: Row) -> Unscored:
    known = []
    for pillar in index.pillars:
        inputs = [
            index.inputs.get((row["country_id"], indicator["element"]))
            for indicator in index.under(pillar)
        ]
        held = sum(item is not None and item["value"] is not None for item in inputs)
        known.append((str(pillar["name"]), held, len(inputs)))
    return Unscored(row, index_words.absence_text(row["why_absent"]), tuple(known))
