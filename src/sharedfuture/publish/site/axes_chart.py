"""The chart of Figure 1 with any measures on its axes, written out as Vega-Lite."""

import altair as alt

from sharedfuture.publish.site.charts import Palette, Spec


def axes_spec(palette: Palette) -> Spec:
    """Figure 1 with any measures without its data: corner, points, the name of a marked country.

    The page sets titles and scales; data come in under the name `points`, the corner among them
    as a row with `x2` and `y2`, and a country that was looked for with `is_found`.
    """
    x, y = {"field": "x", "type": "quantitative"}, {"field": "y", "type": "quantitative"}
    scaled = {"title": "", "scale": {"domain": [0, 1]}, "axis": {"tickCount": 6}}
    found = {"condition": {"test": "datum.is_found", "value": palette.accent}}
    size = {"condition": {"test": "datum.is_found", "value": 110}, "value": 42}
    corner = {
        "transform": [{"filter": "isValid(datum.x2)"}],
        "mark": {
            "type": "rect",
            "color": palette.region,
            "stroke": palette.muted,
            "strokeDash": [3, 3],
        },
        "encoding": {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}},
    }
    points = {
        "transform": [{"filter": "isValid(datum.name)"}],
        "mark": {"type": "point", "filled": True, "opacity": 0.85, "cursor": "pointer"},
        "encoding": {
            "x": {**x, **scaled},
            "y": {**y, **scaled},
            "color": {**found, "value": palette.point},
            "size": size,
            "tooltip": [{"field": "says", "type": "nominal", "title": " "}],
        },
    }
    labels = {
        "transform": [{"filter": "datum.is_found"}],
        "mark": {
            "type": "text",
            "baseline": "bottom",
            "dy": -8,
            "fontSize": 11.5,
            "color": palette.accent,
        },
        "encoding": {"x": x, "y": y, "text": {"field": "name", "type": "nominal"}},
    }
    return {
        "$schema": alt.SCHEMA_URL,
        "data": {"name": "points"},
        "layer": [corner, points, labels],
        "width": "container",
        "height": 430,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }
