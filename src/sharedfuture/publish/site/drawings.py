"""Files of the headline chart, drawn at build time: SVG, PNG and CSV; the pages' chart script."""

import csv
import io
import json
import textwrap
from dataclasses import asdict, dataclass

import altair as alt

from sharedfuture.publish.site import charts
from sharedfuture.publish.site.axes_chart import axes_spec
from sharedfuture.publish.site.charts import Palette, Spec
from sharedfuture.publish.site.figure_pages import (
    FIGURE_TITLE,
    figure_licence,
    figure_note,
    quadrant_cuts,
)
from sharedfuture.publish.site.shelf import Shelf
from sharedfuture.publish.vega import draw_apart
from sharedfuture.records.release import ReleaseFacts

STILL_WIDTH = 760
SUBTITLE_LENGTH = 118
PNG_SCALE = 2.0
CSV_COLUMNS = (
    "country_id",
    "country",
    "technology",
    "technology_low",
    "technology_high",
    "democracy",
    "democracy_low",
    "democracy_high",
    "measure",
    "title",
    "unit",
    "source",
    "licence",
    "release",
)
UNITS = "technology: share of possible points, 0 to 1; democracy: points, 0 to 10"


@dataclass(frozen=True, slots=True)
class Specs:
    """The specifications that all pages share."""

    figure: Spec
    line: Spec
    bar: Spec
    axes: Spec


def make_specs(shelf: Shelf) -> Specs:
    """Each specification once, in light colours; data are filled in by the page."""
    palette = charts.LIGHT
    with alt.data_transformers.enable(consolidate_datasets=False):
        return Specs(
            figure=_bare(charts.figure_one_spec(palette, quadrant_cuts(shelf))),
            line=_bare(charts.line_spec(palette)),
            bar=_bare(charts.bar_spec(palette)),
            axes=_bare(axes_spec(palette)),
        )


def spec_script(specs: Specs) -> dict[str, object]:
    """What the pages' drawing script needs: both colour schemes and the shared specifications."""
    return {
        "line": specs.line,
        "bar": specs.bar,
        "light": {"config": charts.chart_config(charts.LIGHT), "palette": asdict(charts.LIGHT)},
        "dark": {"config": charts.chart_config(charts.DARK), "palette": asdict(charts.DARK)},
    }


def drawn_files(shelf: Shelf, facts: ReleaseFacts, specs: Specs) -> dict[str, bytes]:
    """Figure 1 as it first appears, as SVG in both schemes, PNG and CSV, and the script that
    draws in the page; by path from the site's root.

    The drawing takes a process of its own, so that a thread may wait for it.
    """
    stills = {
        "figure-1": _still(shelf, facts, specs.figure, charts.LIGHT),
        "figure-1-dark": _still(shelf, facts, _in_dark(specs.figure), charts.DARK),
    }
    drawn = draw_apart(stills, png={"figure-1": PNG_SCALE})
    return {
        **{f"charts/{name}.svg": svg.encode() for name, svg in drawn.svg.items()},
        **{f"charts/{name}.png": png for name, png in drawn.png.items()},
        "charts/figure-1.csv": _figure_csv(shelf, facts).encode(),
        "assets/charts.js": drawn.script.encode(),
    }


def _in_dark(spec: Spec) -> Spec:
    """The same in the colours of the dark scheme, each put in place of its like, as in pages."""
    text, dark = json.dumps(spec), asdict(charts.DARK)
    for name, colour in asdict(charts.LIGHT).items():
        text = text.replace(colour, dark[name])
    recoloured: Spec = json.loads(text)
    return recoloured


def _bare(spec: Spec) -> Spec:
    return {key: value for key, value in spec.items() if key != "config"}


def _still(shelf: Shelf, facts: ReleaseFacts, spec: Spec, palette: Palette) -> Spec:
    points = charts.figure_one_points(shelf)
    subtitle = (
        f"{len(points)} countries. Across: technology score, share of possible points. "
        f"Up: democracy, 0 to 10, Economist Intelligence Unit. {figure_note(shelf, facts)}"
    )
    return {
        **spec,
        "width": STILL_WIDTH,
        "autosize": {"type": "pad"},
        "padding": 12,
        "datasets": {"points": points},
        "config": charts.chart_config(palette),
        "title": {
            "text": FIGURE_TITLE,
            "subtitle": textwrap.wrap(subtitle, SUBTITLE_LENGTH),
        },
    }


def _figure_csv(shelf: Shelf, facts: ReleaseFacts) -> str:
    about = ["eiu", FIGURE_TITLE, UNITS, figure_note(shelf, facts), figure_licence(shelf)]
    about.append(facts.release_id)
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for point in charts.figure_one_points(shelf):
        values = [point["tech"], point["tech_low"], point["tech_high"]]
        values += [point["value"], point["low"], point["high"]]
        writer.writerow([point["country_id"], point["name"], *values, *about])
    return sheet.getvalue()
