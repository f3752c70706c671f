"""The tile map: each country one square, so that small states are as visible as large ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.themes import VOTE_PREFIX

CELL = 30
GAP = 2
CLASSES = 6
LEAST_COUNTRIES = 25


@dataclass(frozen=True, slots=True)
class Tile:
    """One country's square; `level` is its class for the first layer, None without a value."""

    country_id: str
    name: str
    x: int
    y: int
    level: int | None
    says: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One quantity that the map can show: upper bounds of its classes and a value a country."""

    layer_id: str
    title: str
    unit: str
    source: str
    licence: str
    absence: str
    labels: tuple[str, ...]
    level: dict[str, int]
    text: dict[str, str]
    value: dict[str, float]
    row_id: dict[str, str]


def map_layers(shelf: Shelf) -> list[Layer]:
    """The corner probability first, then the latest value of each indicator with enough data."""
    layers = [_corner_layer(shelf)]
    latest = _latest(shelf)
    for indicator_id, indicator in shelf.indicator.items():
        if indicator_id in latest and not indicator_id.startswith(VOTE_PREFIX):
            layer = _figure_layer(shelf, indicator, latest[indicator_id])
            if len(layer.level) >= LEAST_COUNTRIES:
                layers.append(layer)
    votes = _vote_layer(shelf)
    return [layer for layer in [*layers, votes] if layer.level]


def tiles(shelf: Shelf, layer: Layer) -> list[Tile]:
    """Squares of all countries, in order of their names, for the keyboard."""
    placed = [row for row in shelf.rows("country") if row["tile_column"] is not None]
    left = min((row["tile_column"] for row in placed), default=0)
    top = min((row["tile_row"] for row in placed), default=0)
    return [
        Tile(
            country_id=row["country_id"],
            name=row["name"],
            x=(row["tile_column"] - left) * CELL,
            y=(row["tile_row"] - top) * CELL,
            level=layer.level.get(row["country_id"]),
            says=layer.text.get(row["country_id"], layer.absence),
        )
        for row in sorted(placed, key=lambda row: str(row["name"]))
    ]


def extent(drawn: Sequence[Tile]) -> tuple[int, int]:
    """Width and height of the drawing, in its own units."""
    width = max((tile.x for tile in drawn), default=0) + CELL
    return width, max((tile.y for tile in drawn), default=0) + CELL


def make_layer(
    layer_id: str,
    naming: tuple[str, str, str, str],
    *,
    absence: str,
    values: Mapping[str, float | None],
    row_id: dict[str, str],
    bounds: tuple[float, ...],
    say: Callable[[float], str],
) -> Layer:
    """A layer of these values by country; `naming` is its title, unit, source and licence.

    A country without a value, such as one that is withheld, is not in it. `bounds` are the upper
    bounds of its classes, and `say` is how a value is written.
    """
    title, unit, source, licence = naming
    known = {key: value for key, value in values.items() if value is not None}
    return Layer(
        layer_id=layer_id,
        title=title,
        unit=unit,
        source=source,
        licence=licence,
        absence=absence,
        labels=tuple(
            f"up to {say(bound)}" if place == 0 else f"to {say(bound)}"
            for place, bound in enumerate(bounds)
        ),
        level={key: _class_of(value, bounds) for key, value in known.items()},
        text={key: say(value) for key, value in known.items()},
        value={key: round(value, 6) for key, value in known.items()},
        row_id=row_id,
    )


def _corner_layer(shelf: Shelf) -> Layer:
    bounds = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0)
    values = {key: row["corner_probability"] for key, row in shelf.spectrum.items()}
    layer = make_layer(
        "corner",
        ("Probability of lying in the corner of Figure 1", "share of draws", "computed here", ""),
        absence="not in Figure 1",
        values=values,
        row_id={key: row["spectrum_id"] for key, row in shelf.spectrum.items()},
        bounds=bounds,
        say=words.percent_text,
    )
    for key, value in layer.value.items():
        layer.text[key] = words.probability_text(value)
    return layer


def _vote_layer(shelf: Shelf) -> Layer:
    rows = {row["country_id"]: row for row in shelf.rows("un_agreement") if row["votes_shared"]}
    return make_layer(
        "votes",
        (
            "UN votes on information security equal to China's",
            "share of votes",
            "computed here",
            "",
        ),
        absence="no vote recorded",
        values={key: row["share"] for key, row in rows.items()},
        row_id={key: row["un_agreement_id"] for key, row in rows.items()},
        bounds=(0.2, 0.4, 0.6, 0.8, 0.99, 1.0),
        say=words.percent_text,
    )


def _latest(shelf: Shelf) -> dict[str, dict[str, Row]]:
    """By headline indicator and country the row of the latest period that has a value."""
    found: dict[str, dict[str, Row]] = {}
    for row in shelf.rows("figure"):
        if row["value"] is not None and row["indicator_id"] in shelf.headline:
            latest = found.setdefault(row["indicator_id"], {})
            held = latest.get(row["country_id"])
            if held is None or str(held["period"]) < str(row["period"]):
                latest[row["country_id"]] = row
    return found


def _figure_layer(shelf: Shelf, indicator: Row, latest: dict[str, Row]) -> Layer:
    values = {key: float(row["value"]) for key, row in latest.items()}
    decimals = 2 if indicator["decimals"] is None else int(indicator["decimals"])
    source = shelf.source.get(indicator["source_id"], {})
    layer = make_layer(
        indicator["indicator_id"],
        (
            indicator["title"],
            indicator["unit"],
            source.get("publisher") or "",
            source.get("licence") or "",
        ),
        absence=words.ABSENCE.get(indicator["absence"] or "", "no data"),
        values=values,
        row_id={key: row["figure_id"] for key, row in latest.items()},
        bounds=_bounds(sorted(values.values())),
        say=lambda value: words.number_text(value, decimals),
    )
    for key, row in latest.items():
        text = words.figure_text(row, indicator)
        layer.text[key] = f"{text} ({words.period_text(row['period'])})"
    return layer


def _class_of(value: float, bounds: Sequence[float]) -> int:
    return next((place for place, bound in enumerate(bounds) if value <= bound), len(bounds) - 1)


def _bounds(ordered: Sequence[float]) -> tuple[float, ...]:
    """Upper bounds of at most six classes with about the same number of countries each."""
    if not ordered:
        return ()
    distinct = sorted(set(ordered))
    if len(distinct) <= CLASSES:
        return tuple(distinct)
    last = len(ordered) - 1
    picked = {ordered[round(last * place / CLASSES)] for place in range(1, CLASSES + 1)}
    return tuple(sorted(picked))
