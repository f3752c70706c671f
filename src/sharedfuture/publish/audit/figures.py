"""The figures of the report: charts with what they show in words, by the name in the template."""

from collections.abc import Mapping

import polars as pl
from markupsafe import Markup

from sharedfuture.publish.audit import charts
from sharedfuture.publish.audit.drawing import draw

Tables = Mapping[str, pl.DataFrame]

# Beyond this many parts a chart of all pairs cannot be read; the level above is shown instead.
MOST_PAIRED = 70
# Beyond this many units only the first are drawn; the tables have all.
MOST_UNITS = 150


def figures_of(tables: Tables) -> dict[str, Markup]:
    """Every figure of the report; those of an analysis that was not done are not there."""
    found = _on_structure(tables)
    if "interval" in tables:
        found |= _on_ranks(tables)
    if "sensitivity" in tables:
        found["sensitivity"] = draw(
            charts.sensitivity_chart(tables["sensitivity"]),
            "audit-sensitivity",
            title="Sobol’ indices of each variation",
            says=_indices_in_words(tables["sensitivity"]),
        )
    if "left_out" in tables:
        shifts = tables["left_out"].filter(pl.col("level") == 1)
        limit = dict(tables["thresholds"].select("threshold", "value").iter_rows())["alone"]
        found["left_out"] = draw(
            charts.left_out_chart(tables, limit * tables["score"]["rank"].count()),
            "audit-left-out",
            title="Mean shift of ranks without each indicator",
            says=_largest(shifts, "mean_shift", "places"),
        )
    return found


def _on_structure(tables: Tables) -> dict[str, Markup]:
    found = {}
    depth = int(tables["framework"]["level"][0])
    for level in range(1, depth):
        pairs = tables["correlation"].filter(pl.col("level") == level)
        parts = tables["framework"].filter(pl.col("level") == level).height
        if pairs.is_empty() or parts > MOST_PAIRED:
            continue
        found[f"correlations_{level}"] = draw(
            charts.correlation_chart(tables, level),
            f"audit-correlations-{level}",
            title=f"Correlations of {parts} parts of level {level}",
            says=_pairs_in_words(pairs),
        )
    found["weights"] = draw(
        charts.weight_chart(tables, 1),
        "audit-weights",
        title="Effective weight and importance of each indicator",
        says=_largest(
            tables["weight"].filter(pl.col("level") == 1).rename({"code": "name"}),
            "importance_share",
            "of the importance",
        ),
    )
    return found


def _on_ranks(tables: Tables) -> dict[str, Markup]:
    intervals, chances = tables["interval"], tables["probability"]
    period = dict(tables["about"].iter_rows()).get("period")
    if period is not None:
        intervals = intervals.filter(pl.col("period") == float(period))
    ranked = intervals.filter(pl.col("rank").is_not_null())
    first = ranked.row(0, named=True)
    names = [
        name
        for name in tables["variation"]["variation"]
        if f"alone:{name}" in tables["cause"].columns
    ]
    return {
        "intervals": draw(
            charts.interval_chart(ranked.head(MOST_UNITS)),
            "audit-intervals",
            title=f"Rank intervals of {ranked.height} units",
            says=f"{first['name']} is first, with ranks from {first['rank_low']:g} to "
            f"{first['rank_high']:g}. The table of scores has all intervals.",
        ),
        "probabilities": draw(
            charts.probability_chart(chances.head(MOST_UNITS)),
            "audit-probabilities",
            title="Probability of each rank",
            says="Units from the first rank down, ranks across; the darker, the more probable.",
        ),
        "causes": draw(
            charts.cause_chart(tables["cause"].head(MOST_UNITS), names),
            "audit-causes",
            title="Width of each rank interval by cause",
            says=f"For each unit, the width of its interval when only one of {', '.join(names)} "
            "varies, as a share of the whole width.",
        ),
    }


def _pairs_in_words(pairs: pl.DataFrame) -> str:
    known = pairs.filter(pl.col("correlation").is_not_null()).sort("correlation")
    if known.is_empty():
        return "No pair has a correlation."
    low, high = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"{known.height} pairs, from {low['correlation']:.2f} ({low['first']} with "
        f"{low['second']}) to {high['correlation']:.2f} ({high['first']} with {high['second']})."
    )


def _indices_in_words(indices: pl.DataFrame) -> str:
    parts = [
        f"{row['variation']}: first order {row['first']:.2f}, total order {row['total']:.2f}"
        for row in indices.sort("total", descending=True).iter_rows(named=True)
    ]
    return "; ".join(parts) + "."


def _largest(frame: pl.DataFrame, column: str, unit: str) -> str:
    known = frame.filter(pl.col(column).is_not_null()).sort(column, descending=True)
    if known.is_empty():
        return "No value is known."
    row = known.row(0, named=True)
    return f"The largest is {row['name']}: {row[column]:.2f} {unit}."
