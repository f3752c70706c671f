"""Figure 1 with other measures and other years on its axes: the pairs, as analysis computed them.

The page draws points and computes nothing: correlations, intervals and warnings are rows of
`spectrum_alternative`. A value that its licence forbids to pass on is counted and not drawn.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sharedfuture.publish.site import words
from sharedfuture.publish.site.home import AXES_PAGE
from sharedfuture.publish.site.index.shelf import step_parameters
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.records.release import ReleaseFacts

STEP = "spectrum.alternatives"
FIGURE_PAIR = "alt-china_index-2022-eiu-2022"
DECIMALS = 4
AXES = ("technology", "democracy")

Figures = Mapping[str, Mapping[str, Mapping[str, Row]]]  # indicator, period, country


@dataclass(frozen=True, slots=True)
class Axis:
    """One measure in one period as it can be drawn: a value a country, and where each stands."""

    key: str
    title: str
    licence: str
    low: float
    high: float
    indicator_id: str
    period: str
    values: dict[str, float] = field(default_factory=dict)
    row_ids: list[str] = field(default_factory=list)


def axes_page(shelf: Shelf, facts: ReleaseFacts, spec: dict[str, object]) -> Page:
    """Every pair of measures with its numbers, and the points of one at a time."""
    pairs = shelf.rows("spectrum_alternative")
    axes = _axes(shelf, pairs)
    context = {
        "pairs": pairs,
        "first": _first(pairs),
        "axes": axes,
        "rows_of": {axis.key: axis.row_ids for held in axes.values() for axis in held},
        "data": _data(shelf, facts, pairs, axes),
        "spec": spec,
    }
    return Page(
        path=AXES_PAGE,
        template="axes.html",
        title="Figure 1 with other measures",
        description="Technology influence and democracy by other measures and in other years: "
        "the points, how strongly they go together, and what does not compare.",
        section="spectrum.html",
        context=context,
        here=frozenset(row["alternative_id"] for row in pairs),
    )


def _first(pairs: list[Row]) -> Row | None:
    """The pair of Figure 1, or the first there is."""
    own = (row for row in pairs if row["alternative_id"] == FIGURE_PAIR)
    return next(own, pairs[0] if pairs else None)


def _axes(shelf: Shelf, pairs: list[Row]) -> dict[str, list[Axis]]:
    """The measures that pairs name, axis by axis, as the step that paired them declares them."""
    declared = step_parameters(shelf, STEP)
    figures = _by_indicator(shelf, [item for axis in AXES for item in declared.get(axis, [])])
    found: dict[str, list[Axis]] = {}
    for axis in AXES:
        used = {(row[f"{axis}_measure"], row[f"{axis}_period"]) for row in pairs}
        made: dict[str, Axis] = {}
        for item in declared.get(axis, []):
            for period in sorted(figures.get(item["indicator"], {})):
                if (item["measure"], period) in used:
                    drawn = _axis(shelf, figures, item, period)
                    made.setdefault(drawn.key, drawn)
        found[axis] = sorted(made.values(), key=lambda made: made.key)
    return found


def _by_indicator(shelf: Shelf, declared: list[Row]) -> Figures:
    """The figures of the declared indicators, with or without a value."""
    wanted = {item[name] for item in declared for name in ("indicator", "possible") if name in item}
    found: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in shelf.rows("figure"):
        if row["indicator_id"] in wanted:
            found[row["indicator_id"]][row["period"]][row["country_id"]] = row
    return found


def _axis(shelf: Shelf, figures: Figures, item: Row, period: str) -> Axis:
    rows = figures[item["indicator"]][period]
    source = shelf.source.get(shelf.indicator[item["indicator"]]["source_id"], {})
    made = Axis(
        key=f"{item['measure']}-{period}",
        title=f"{item['title']}, {period}",
        licence=f"{source.get('publisher') or ''}: {source.get('licence') or 'not stated'}",
        low=item["low"],
        high=item["high"],
        indicator_id=item["indicator"],
        period=period,
        row_ids=[row["figure_id"] for row in rows.values()],
    )
    possible = figures.get(item["possible"], {}).get(period, {}) if "possible" in item else None
    for country_id, row in rows.items():
        value = row["value"]
        if possible is not None and value is not None:
            whole = possible.get(country_id, {}).get("value")
            value = value / whole if whole else None
        if value is not None:
            made.values[country_id] = round(value, DECIMALS)
    return made


def _data(
    shelf: Shelf, facts: ReleaseFacts, pairs: list[Row], axes: Mapping[str, list[Axis]]
) -> dict[str, object]:
    """What the script draws; of the measures of democracy only countries that can be drawn."""
    shown = {country for axis in axes[AXES[0]] for country in axis.values}
    return {
        "release": facts.release_id,
        "names": {country: shelf.name(country) for country in sorted(shown)},
        **{
            name: {
                axis.key: {
                    "title": axis.title,
                    "licence": axis.licence,
                    "low": min([axis.low, *axis.values.values()]),
                    "high": max([axis.high, *axis.values.values()]),
                    "middle": (axis.low + axis.high) / 2,
                    "indicator": axis.indicator_id,
                    "period": axis.period,
                    "values": {key: axis.values[key] for key in sorted(shown & set(axis.values))},
                }
                for axis in axes[name]
            }
            for name in AXES
        },
        "pairs": {row["alternative_id"]: _pair(row) for row in pairs},
    }


def _pair(row: Row) -> dict[str, object]:
    """What is said of a pair: its numbers in the words of a page."""
    return {
        "n": row["n"],
        "pearson": interval(row, "pearson"),
        "spearman": interval(row, "spearman"),
        "corner": f"{row['corner_countries']} ({words.percent_text(row['corner_share'])})",
        "warning": row["warning"] or "",
    }


def interval(row: Row, name: str) -> str:
    """A correlation with its interval."""
    bounds = words.interval_text(row[f"{name}_low"], row[f"{name}_high"])
    text = words.number_text(row[name])
    return f"{text} ({bounds})" if bounds else text
