"""Chart specifications: Figure 1 and the line over time, each made once for the whole site."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import altair as alt

from sharedfuture.publish.site import words
from sharedfuture.publish.site.sentences import NAMED_BY_REPORT
from sharedfuture.publish.site.shelf import Row, Shelf

# A Vega-Lite specification is JSON of any depth.
Spec = dict[str, Any]

SANS = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Helvetica, Arial, sans-serif"
LABELLED_NEAREST = 10
LABELLED_FARTHEST = 3
LABEL_WIDTHS = (640, 250)  # plot widths on a desk and on a phone, pixels
LABEL_PLOT_HEIGHT = 380
LABEL_LETTER = 6.6
LABEL_HEIGHT = 13


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a chart in one colour scheme."""

    paper: str
    ink: str
    muted: str
    rule: str
    accent: str
    point: str
    region: str


LIGHT = Palette("#fdfcf9", "#1c1b19", "#5c5952", "#d9d5ca", "#8a3b12", "#0072b2", "#f3ead9")
DARK = Palette("#171614", "#ece8df", "#a8a297", "#3b3832", "#f0a36b", "#56b4e9", "#2a251c")


def chart_config(palette: Palette) -> Spec:
    """The look that all charts share."""
    axis = {
        "labelColor": palette.muted,
        "titleColor": palette.ink,
        "gridColor": palette.rule,
        "domainColor": palette.rule,
        "tickColor": palette.rule,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
    }
    title = {
        "color": palette.ink,
        "subtitleColor": palette.muted,
        "fontSize": 15,
        "subtitleFontSize": 11.5,
        "fontWeight": 600,
        "anchor": "start",
        "frame": "bounds",
        "offset": 12,
        "subtitlePadding": 6,
    }
    return {
        "background": palette.paper,
        "font": SANS,
        "axis": axis,
        "title": title,
        "view": {"stroke": None},
        "text": {"color": palette.ink},
    }


def figure_one_spec(palette: Palette, cuts: tuple[float, float]) -> Spec:
    """Figure 1 without its data: quadrant, intervals, points, labels.

    The page sets `intervals` (shown for all), `chosen` (ids of selected countries) and `found`
    (the id that a search or the keyboard points at); data come in under the name `points`.
    """
    intervals = alt.param(name="intervals", value=False)
    chosen = alt.param(name="chosen", value=[])
    found = alt.param(name="found", value="")
    is_marked = "indexof(chosen, datum.country_id) >= 0 || found == datum.country_id"
    base = alt.Chart(alt.NamedData("points"))
    layers = alt.layer(
        *_quadrant(palette, cuts),
        *_intervals(base, palette, is_marked),
        _points(base, palette, is_marked),
        _labels(base, palette, is_marked),
    )
    chart = layers.add_params(intervals, chosen, found).properties(width="container", height=430)
    return {**chart.to_dict(), "autosize": {"type": "fit-x", "contains": "padding"}}


def line_spec(palette: Palette) -> Spec:
    """A value over the years without its data: band of the interval, line, points.

    A rule stands where a break begins (`break`), and nothing joins the parts (`part`) beside it.
    """
    base = alt.Chart(alt.NamedData("points")).encode(
        x=alt.X(
            "year:Q",
            title=None,
            scale=alt.Scale(zero=False),
            axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        )
    )
    band = base.mark_area(opacity=0.22, color=palette.point).encode(
        y=alt.Y("low:Q", title=None), y2="high:Q", detail="part:N"
    )
    line = base.mark_line(color=palette.point, strokeWidth=1.8).encode(y="value:Q", detail="part:N")
    broken = (
        alt.Chart(alt.NamedData("points"))
        .transform_filter("isValid(datum['break'])")
        .mark_rule(color=palette.muted, strokeDash=[4, 3])
        .encode(x=alt.X("break:Q", scale=alt.Scale(zero=False)))
    )
    points = base.mark_point(
        color=palette.point, filled=True, size=34, opacity=1, cursor="pointer"
    ).encode(y="value:Q", tooltip=[alt.Tooltip("says:N", title=" ")])
    chart = alt.layer(broken, band, line, points).properties(width="container", height=170)
    return {**chart.to_dict(), "autosize": {"type": "fit-x", "contains": "padding"}}


def bar_spec(palette: Palette) -> Spec:
    """A count by year without its data."""
    bars = (
        alt.Chart(alt.NamedData("points"))
        .mark_bar(color=palette.point, width=alt.RelativeBandSize(0.7), cursor="pointer")
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(tickMinStep=1, format="d")),
            tooltip=[alt.Tooltip("says:N", title=" ")],
        )
        .properties(width="container", height=170)
    )
    return {**bars.to_dict(), "autosize": {"type": "fit-x", "contains": "padding"}}


def figure_one_points(shelf: Shelf, measure: str = "eiu") -> list[Row]:
    """The points of Figure 1 for one measure of democracy, nearest to the corner first."""
    ordered = sorted(shelf.spectrum.values(), key=lambda row: (row["rank"], row["spectrum_id"]))
    points = []
    for row in ordered:
        reading = _reading(shelf, row["country_id"], measure)
        if reading is not None and reading["value"] is not None and row["tech"] is not None:
            points.append(_point(shelf, row, reading))
    for width in LABEL_WIDTHS:
        wanted = [*points[:LABELLED_NEAREST], *points[: -LABELLED_FARTHEST - 1 : -1]]
        for point, side in _readable(wanted, points, width):
            point["label"] = width
            point[f"side_{width}"] = side
    return points


def _readable(candidates: list[Row], points: list[Row], width: int) -> Iterator[tuple[Row, str]]:
    """Points whose names can stand beside them, at a plot width, without covering anything.

    Each comes with the side on which there is room; the country that the report names comes first.
    """
    taken = [
        (point["tech"] * width - 4, 8.0, point["value"] / 10 * LABEL_PLOT_HEIGHT)
        for point in points
    ]
    for point in sorted(candidates, key=lambda point: not _is_named(point)):
        length = len(point["name"]) * LABEL_LETTER + 6
        x, y = point["tech"] * width, point["value"] / 10 * LABEL_PLOT_HEIGHT
        boxes = {
            "right": (x + 6, length, y),
            "left": (x - 6 - length, length, y),
            "below": (x - length / 2, length, y - LABEL_HEIGHT - 1),
            "above": (x - length / 2, length, y + LABEL_HEIGHT + 1),
        }
        for side, box in boxes.items():
            is_inside = box[0] >= 0 and box[0] + length <= width
            if is_inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield point, side
                break


def _is_named(point: Row) -> bool:
    return bool(point["country_id"] == NAMED_BY_REPORT)


def _overlap(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether two boxes, each left edge, length and height of its middle, cover one another."""
    is_beside = one[0] + one[1] < other[0] or other[0] + other[1] < one[0]
    return not is_beside and abs(one[2] - other[2]) <= LABEL_HEIGHT


def _reading(shelf: Shelf, country_id: str, measure: str) -> Row | None:
    readings = shelf.democracy.get(country_id, [])
    return next((row for row in readings if row["measure"] == measure), None)


def _point(shelf: Shelf, row: Row, reading: Row) -> Row:
    is_own = reading["low"] is not None and reading["high"] is not None
    low, high = (reading["low"], reading["high"]) if is_own else (None, None)
    if reading["measure"] == "eiu" and not is_own:
        low, high = row["democracy_low"], row["democracy_high"]
    tech_range = words.interval_text(row["tech_low"], row["tech_high"])
    tech = f"{words.number_text(row['tech'])} ({tech_range})"
    value = f"{words.number_text(reading['value'])} ({words.interval_text(low, high)})"
    return {
        "country_id": row["country_id"],
        "name": shelf.name(row["country_id"]),
        "tech": _rounded(row["tech"]),
        "tech_low": _rounded(row["tech_low"]),
        "tech_high": _rounded(row["tech_high"]),
        "value": _rounded(reading["value"]),
        "low": _rounded(low),
        "high": _rounded(high),
        "reading_id": reading["reading_id"],
        "label": 0,
        **{f"side_{width}": "" for width in LABEL_WIDTHS},
        "tech_says": tech,
        "value_says": value,
        "rank_says": f"{row['rank']} ({row['rank_low']} to {row['rank_high']})",
        "corner_says": words.probability_text(row["corner_probability"]),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _quadrant(palette: Palette, cuts: tuple[float, float]) -> tuple[alt.Chart, alt.Chart]:
    tech, democracy = cuts
    corner = alt.InlineData([{"x": tech, "x2": 1, "y": 0, "y2": democracy}])
    box = alt.Chart(corner).mark_rect(color=palette.region, stroke=palette.muted, strokeDash=[3, 3])
    text = alt.Chart(corner).mark_text(
        text="corner quadrant", align="right", baseline="bottom", dx=-5, dy=-4, fontSize=11
    )
    return (
        box.encode(x="x:Q", x2="x2:Q", y="y:Q", y2="y2:Q"),
        text.encode(x="x2:Q", y=alt.Y("y:Q"), color=alt.value(palette.muted)),
    )


def _intervals(base: alt.Chart, palette: Palette, is_marked: str) -> tuple[alt.Chart, alt.Chart]:
    opacity = alt.when(is_marked).then(alt.value(0.95)).when("intervals").then(alt.value(0.28))
    rule = base.mark_rule(color=palette.point, strokeWidth=1.2)
    across = rule.encode(x="tech_low:Q", x2="tech_high:Q", y="value:Q")
    upright = rule.encode(x="tech:Q", y="low:Q", y2="high:Q")
    shown = opacity.otherwise(alt.value(0))
    return across.encode(opacity=shown), upright.encode(opacity=shown)


def _points(base: alt.Chart, palette: Palette, is_marked: str) -> alt.Chart:
    tooltip = [
        alt.Tooltip("name:N", title="Country"),
        alt.Tooltip("tech_says:N", title="Technology"),
        alt.Tooltip("value_says:N", title="Democracy"),
        alt.Tooltip("rank_says:N", title="Rank, 95 % interval"),
        alt.Tooltip("corner_says:N", title="Probability of the corner"),
    ]
    x_axis = alt.Axis(format=".1f", grid=True, tickCount=6)
    points: alt.Chart = base.mark_point(filled=True, opacity=0.85, cursor="pointer").encode(
        x=alt.X(
            "tech:Q",
            title="PRC technology influence, share of points →",
            scale=alt.Scale(domain=[0, 1]),
            axis=x_axis,
        ),
        y=alt.Y(
            "value:Q",
            title="↑ Democracy, 0 to 10",
            scale=alt.Scale(domain=[0, 10]),
            axis=alt.Axis(format="d", tickCount=6),
        ),
        color=alt.when(is_marked)
        .then(alt.value(palette.accent))
        .otherwise(alt.value(palette.point)),
        size=alt.when(is_marked).then(alt.value(110)).otherwise(alt.value(42)),
        tooltip=tooltip,
    )
    return points


def _labels(base: alt.Chart, palette: Palette, is_marked: str) -> alt.Chart:
    """Names beside points; one that is only shown because it is marked stands to the right."""
    wide, narrow = LABEL_WIDTHS
    labels: alt.Chart = (
        base.transform_filter(f"datum.label > 0 && datum.label <= width || {is_marked}")
        .transform_calculate(
            side=f"(width >= {wide} ? datum.side_{wide} : datum.side_{narrow}) "
            "|| (datum.tech > 0.8 ? 'left' : 'right')"
        )
        .mark_text(
            align=alt.expr(
                "datum.side == 'right' ? 'left' : datum.side == 'left' ? 'right' : 'center'"
            ),
            dx=alt.expr("datum.side == 'right' ? 8 : datum.side == 'left' ? -8 : 0"),
            dy=alt.expr("datum.side == 'below' ? 14 : datum.side == 'above' ? -12 : 0"),
            baseline="middle",
            fontSize=11.5,
        )
        .encode(
            x="tech:Q",
            y="value:Q",
            text="name:N",
            color=alt.when(is_marked)
            .then(alt.value(palette.accent))
            .otherwise(alt.value(palette.ink)),
        )
    )
    return labels
