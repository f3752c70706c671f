"""A chart as an SVG that stands in a page: drawn once, coloured by the page's own style.

Charts are drawn in stand-in colours, one for each role; in the SVG each becomes a variable of the
style sheet, so that the same drawing serves light, dark and print.
"""

import re
from collections.abc import Sequence

import altair as alt
import vl_convert
from markupsafe import Markup

# As on the site; nothing of it is imported, which would cost more than the audit.
SANS = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Helvetica, Arial, sans-serif"

# By role, the stand-in: a colour that nothing else in a drawing has.
ROLES = {
    "ink": "#010a01",
    "muted": "#020a02",
    "rule": "#030a03",
    "point": "#040a04",
    "accent": "#050a05",
    "paper": "#060a06",
    **{f"q{step}": f"#0{step}0b0{step}" for step in range(6)},
    **{f"r{step}": f"#0{step}0c0{step}" for step in range(6)},
}
INK, MUTED, RULE = ROLES["ink"], ROLES["muted"], ROLES["rule"]
POINT, ACCENT, PAPER = ROLES["point"], ROLES["accent"], ROLES["paper"]
# From little to much, and from below zero to above; see audit.css.
SEQUENCE = [ROLES[f"q{step}"] for step in range(1, 6)]
DIVERGING = [ROLES[f"r{step}"] for step in range(6)]

LONGEST = 24
LETTER = 7.6

_CONFIG = {
    "background": None,
    "font": SANS,
    "aria": False,
    "padding": 2,
    "view": {"stroke": None},
    "text": {"color": INK},
    "axis": {
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelLimit": 400,
    },
}


def draw(chart: alt.LayerChart | alt.Chart, chart_id: str, *, title: str, says: str) -> Markup:
    """The chart as SVG without a script, its text alternative in `title` and `says`."""
    with alt.data_transformers.enable(consolidate_datasets=False):
        spec = {**chart.to_dict(validate=False), "config": _CONFIG}
    svg = str(vl_convert.vegalite_to_svg(spec))
    found = re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox="([^"]+)"', svg)
    if found is None:
        raise ValueError(f"{chart_id}: expected an SVG with a size, found {svg[:120]!r}")
    inside = svg[svg.index(">", found.end()) + 1 :]
    for role, colour in ROLES.items():
        inside = inside.replace(colour, f"var(--{role})")
    head = Markup(
        '<svg class="chart" id="{0}" viewBox="{1}" style="--natural:{2:.0f}px" role="img" '
        'aria-labelledby="{0}-title {0}-says"><title id="{0}-title">{3}</title>'
        '<desc id="{0}-says">{4}</desc>'
    ).format(chart_id, found[3], float(found[1]), title, says)
    # The converter escapes what names bring; the colours are ours.
    return head + Markup(inside)


def label(text: str) -> str:
    """A name as an axis shows it: what is long is cut; tables have it whole."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def room_for(labels: Sequence[str]) -> float:
    """Pixels that labels need in the widest of the fonts that a reader may have."""
    return LETTER * max(map(len, labels), default=0) + 6
