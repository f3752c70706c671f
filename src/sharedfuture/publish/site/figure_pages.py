"""The pages about Figure 1 and the map: front page, spectrum, index of countries."""

import json
from collections import Counter
from collections.abc import Sequence

from sharedfuture.publish.site import sentences, tilemap, words
from sharedfuture.publish.site.charts import figure_one_points
from sharedfuture.publish.site.index import sentences as index_sentences
from sharedfuture.publish.site.index.map import index_layer
from sharedfuture.publish.site.index.shelf import IndexShelf
from sharedfuture.publish.site.inference.front import Answer
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.records.release import ReleaseFacts

HALF_SCALE = (0.5, 5.0)
FIGURE_TITLE = "PRC technology influence and democracy, 2022"
MEASURE_PREFIXES = {"eiu": "eiu_overall", "vdem": "vdem_polyarchy", "wgi": "wgi_voice"}


def place_parameters(shelf: Shelf) -> dict[str, float]:
    """The parameters with which this release placed the countries; none where it placed none."""
    for row in shelf.rows("run"):
        if row["step"] == "spectrum.place":
            parameters: dict[str, float] = json.loads(row["parameters"])
            return parameters
    return {}


def quadrant_cuts(shelf: Shelf) -> tuple[float, float]:
    """Where the corner quadrant is cut, on both axes; the middle of both scales if none is."""
    parameters = place_parameters(shelf)
    return (
        parameters.get("technology_cut", HALF_SCALE[0]),
        parameters.get("democracy_cut", HALF_SCALE[1]),
    )


def figure_sources(shelf: Shelf, measure: str) -> list[Row]:
    """The publications behind Figure 1 with one measure of democracy."""
    own = [prefix for name, prefix in MEASURE_PREFIXES.items() if measure in (name, "mean")]
    wanted = ("china_index_technology", *own)
    found: dict[str, Row] = {}
    for prefix in wanted:
        for indicator_id, indicator in shelf.indicator.items():
            if indicator_id.startswith(prefix) and indicator["source_id"] in shelf.source:
                found[indicator["source_id"]] = shelf.source[indicator["source_id"]]
    return list(found.values())


def figure_note(shelf: Shelf, facts: ReleaseFacts, measure: str = "eiu") -> str:
    """Sources, licences and release of Figure 1, for the chart's own subtitle."""
    parts = [
        f"{source['title']} ({source['publisher']}; licence: {source['licence'] or 'not stated'})"
        for source in figure_sources(shelf, measure)
    ]
    return f"Sources: {'; '.join(parts)}. Computed by sharedfuture, release {facts.release_id}."


def figure_licence(shelf: Shelf, measure: str = "eiu") -> str:
    """Licences of the publications behind Figure 1, as their publishers state them."""
    return "; ".join(
        f"{source['publisher']}: {source['licence'] or 'not stated'}"
        for source in figure_sources(shelf, measure)
    )


def front_page(
    shelf: Shelf,
    facts: ReleaseFacts,
    spec: dict[str, object],
    *,
    index: IndexShelf | None,
    answers: Sequence[Answer] = (),
) -> Page:
    """What this is, Figure 1, the map, the index, and ways further in."""
    verdicts = Counter(claim["verdict"] for claim in shelf.rows("claim"))
    context = {
        "spec": spec,
        "figure": figure_data(shelf, facts),
        "ranked": ranked(shelf),
        "warnings": sentences.warnings_of(shelf),
        "verdicts": [(name, verdicts.get(name, 0)) for name in words.VERDICT_SIGN],
        "claim_count": len(shelf.rows("claim")),
        "cases": shelf.rows("case_history"),
        "counts": {name: len(rows) for name, rows in shelf.tables.items()},
        "index": index,
        "answers": answers,
        "headlines": index_sentences.headlines(shelf, index) if index else [],
        **map_context(shelf, world_layers(shelf, index)),
    }
    return Page(
        path="index.html",
        template="index.html",
        title="The shared future in cyberspace, checked against evidence",
        description="An open observatory of China's community with a shared future in cyberspace: "
        "which countries are near it, through which channels, and what every number rests on.",
        section="index.html",
        context=context,
    )


def spectrum_page(shelf: Shelf) -> Page:
    """All countries of Figure 1 in order of rank."""
    return Page(
        path="spectrum.html",
        template="spectrum.html",
        title="Spectrum: all countries of Figure 1",
        description="Every country of Figure 1 with technology influence, democracy, distance to "
        "the corner, rank and probability, each with its interval.",
        section="spectrum.html",
        context={"ranked": ranked(shelf), "warnings": sentences.warnings_of(shelf)},
    )


def countries_page(shelf: Shelf, index: IndexShelf | None) -> Page:
    """Every country by region, and the map."""
    regions: dict[str, list[Row]] = {}
    for row in sorted(shelf.rows("country"), key=lambda row: (str(row["region"]), row["name"])):
        regions.setdefault(row["region"] or "Other", []).append(row)
    return Page(
        path="countries.html",
        template="countries.html",
        title="Countries and territories",
        description="A dossier for every country and territory, found by map, region or name.",
        section="countries.html",
        context={
            "regions": list(regions.items()),
            **map_context(shelf, world_layers(shelf, index)),
        },
    )


def ranked(shelf: Shelf) -> list[Row]:
    """The rows of the spectrum, nearest to the corner first."""
    rows = shelf.spectrum.values()
    return sorted(rows, key=lambda row: (row["rank"], row["spectrum_id"]))


def figure_data(shelf: Shelf, facts: ReleaseFacts) -> dict[str, object]:
    """What the live Figure 1 draws: points of each measure, and what its files must say."""
    measures = {
        measure: {
            "title": title,
            "note": figure_note(shelf, facts, measure),
            "licence": figure_licence(shelf, measure),
            "points": [_slim(point) for point in figure_one_points(shelf, measure)],
        }
        for measure, title in words.MEASURES.items()
    }
    return {
        "measures": {key: value for key, value in measures.items() if value["points"]},
        "title": FIGURE_TITLE,
        "release": facts.release_id,
    }


def _slim(point: Row) -> Row:
    return {key: value for key, value in point.items() if value not in (None, False)}


def world_layers(shelf: Shelf, index: IndexShelf | None) -> list[tilemap.Layer]:
    """What the map of the world shows: the corner first, then the index, then all figures."""
    layers = tilemap.map_layers(shelf)
    if index is None or not index.ranked:
        return layers
    return [*layers[:1], index_layer(index), *layers[1:]]


def _measured_too_little(layer: tilemap.Layer) -> dict[str, object]:
    """What is said of countries that have words and no value; nothing where there are none."""
    few = {key: text for key, text in layer.text.items() if key not in layer.level}
    return {"few": few} if few else {}


def map_context(shelf: Shelf, layers: Sequence[tilemap.Layer]) -> dict[str, object]:
    """What the template of the tile map needs."""
    if not layers:
        return {"layers": [], "tiles": [], "map_width": 0, "map_height": 0, "map_data": {}}
    drawn = tilemap.tiles(shelf, layers[0])
    width, height = tilemap.extent(drawn)
    data = {
        layer.layer_id: {
            "title": layer.title,
            "unit": layer.unit,
            "source": layer.source,
            "licence": layer.licence,
            "absence": layer.absence,
            "labels": layer.labels,
            "values": {
                key: [layer.level[key], layer.text[key], layer.row_id[key], layer.value[key]]
                for key in layer.level
            },
            **_measured_too_little(layer),
        }
        for layer in layers
    }
    return {
        "layers": layers,
        "tiles": drawn,
        "map_width": width,
        "map_height": height,
        "map_data": data,
    }
