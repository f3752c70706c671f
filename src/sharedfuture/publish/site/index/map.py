"""The index on the tile map: the score, and that of each pillar."""

from collections.abc import Iterable

from sharedfuture.publish.site import words
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.index.shelf import IndexShelf
from sharedfuture.publish.site.shelf import Row
from sharedfuture.publish.site.tilemap import Layer, make_layer

UNIT = "score, 1 to 100"
ORIGIN = "computed here, from the sources of the index"


def score_layers(index: IndexShelf) -> list[Layer]:
    """The index first, then its pillars; nothing where no country has a score."""
    if not index.ranked:
        return []
    pillars = (
        _layer(
            pillar["element"],
            f"Pillar of the index: {pillar['name']}",
            (row for (_, code), row in index.score.items() if code == pillar["element"]),
        )
        for pillar in index.pillars
    )
    return [index_layer(index), *pillars]


def index_layer(index: IndexShelf) -> Layer:
    """The score of the index, with its interval and the rank beside it."""
    layer = _layer("index", "Index of drift: score", index.ranked)
    for row in index.ranked:
        score = index_words.with_range(index_words.score_text(row), index_words.range_text(row))
        rank = index_words.with_range(str(row["rank"]), index_words.rank_range(row))
        layer.text[row["country_id"]] = f"{score}, rank {rank}"
    return layer


def _layer(layer_id: str, title: str, rows: Iterable[Row]) -> Layer:
    held = {row["country_id"]: row for row in rows if row["value"] is not None}
    return make_layer(
        layer_id,
        (title, UNIT, ORIGIN, "CC BY 4.0"),
        absence="no score",
        values={key: row["value"] for key, row in held.items()},
        row_id={key: row["score_id"] for key, row in held.items()},
        bounds=index_words.SCORE_BOUNDS,
        say=lambda value: words.number_text(value, 0),
    )
