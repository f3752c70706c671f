"""The charts of an audit: what each shows, from the tables, in stand-in colours."""

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from sharedfuture.publish.audit.drawing import (
    ACCENT,
    DIVERGING,
    INK,
    MUTED,
    PAPER,
    POINT,
    SEQUENCE,
    label,
    room_for,
)

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, object]

PLOT = 215
ROW = 15
SHARE_BOUNDS = (0.05, 0.1, 0.25, 0.5)
WIDTH_BOUNDS = (0.2, 0.4, 0.6, 0.8)


def correlation_bounds(tables: Tables) -> tuple[float, ...]:
    """Bounds between the colours of correlations: the thresholds of the audit, zero, and 0.6."""
    limit = dict(tables["thresholds"].select("threshold", "value").iter_rows())
    return limit["negative"], 0.0, limit["silent"], 0.6, limit["redundant"]


def correlation_chart(tables: Tables, level: int) -> alt.LayerChart:
    """Every pair of a level below the diagonal; pairs of one element are together and framed."""
    bounds = correlation_bounds(tables)
    pairs = tables["correlation"].filter(
        (pl.col("level") == level) & pl.col("correlation").is_not_null()
    )
    codes = _by_parent(tables, level, {*pairs["first"], *pairs["second"]})
    place = {code: at for at, code in enumerate(codes)}
    rows = [
        {
            "across": min(row["first"], row["second"], key=place.__getitem__),
            "down": max(row["first"], row["second"], key=place.__getitem__),
            "step": _step(row["correlation"], bounds),
            "mark": _mark(row["correlation"], bounds),
            "is_framed": row["has_same_parent"],
        }
        for row in pairs.iter_rows(named=True)
    ]
    step = 24 if len(codes) <= 14 else 15
    base = alt.Chart(alt.InlineData(rows)).encode(
        x=_across("across", codes[:-1]),
        y=_down("down", codes[1:]),
    )
    cells = base.mark_rect(stroke=PAPER).encode(
        color=alt.Color("step:O", scale=_steps(DIVERGING), legend=None)
    )
    frames = base.transform_filter("datum.is_framed").mark_rect(
        filled=False, color=INK, strokeWidth=1.5
    )
    marked = base.transform_filter("datum.mark != ''")
    marks = marked.mark_text(fontSize=11, fontWeight=600).encode(
        text="mark:N", color=alt.value(INK)
    )
    return _layered([cells, frames, marks], width=alt.Step(step), height=alt.Step(step))


def weight_chart(tables: Tables, level: int) -> alt.LayerChart:
    """Effective weight (ring) and share of importance (dot) of each part of a level."""
    names = _names(tables)
    weights = tables["weight"].filter(pl.col("level") == level)
    rows: list[Row] = [
        {
            "name": names[row["code"]],
            "weight": row["effective_weight"],
            "importance": row["importance_share"],
        }
        for row in weights.iter_rows(named=True)
    ]
    order = [str(row["name"]) for row in rows]
    base = alt.Chart(alt.InlineData(rows)).encode(y=_down("name", order))
    x = alt.X("weight:Q", title="share of the index →", axis=_number_axis("%"))
    known = base.transform_filter("datum.importance != null")
    rule = known.mark_rule(color=MUTED).encode(x=x, x2="importance:Q")
    ring = base.mark_point(color=INK, size=45).encode(x=x)
    dot = known.mark_point(color=POINT, filled=True, size=50, opacity=1).encode(x="importance:Q")
    return _layered([rule, ring, dot], width=PLOT, height=alt.Step(ROW))


def interval_chart(intervals: pl.DataFrame) -> alt.LayerChart:
    """Rank (dot), median (tick) and interval (bar) of each unit, the best on top."""
    rows: list[Row] = [
        {key: row[key] for key in ("rank", "rank_low", "rank_high", "rank_median")}
        | {"name": row["shown"]}
        for row in _ranked(intervals).iter_rows(named=True)
    ]
    order = [str(row["name"]) for row in rows]
    base = alt.Chart(alt.InlineData(rows)).encode(y=_down("name", order))
    top = alt.Scale(domain=[1, max(len(rows), 2)], nice=False)
    x = alt.X(
        "rank_low:Q", title="rank, 1 is the highest score →", scale=top, axis=_number_axis("d")
    )
    bar = base.mark_rule(color=POINT, strokeWidth=5, opacity=0.4).encode(x=x, x2="rank_high:Q")
    tick = base.mark_tick(color=INK, thickness=1.5, size=9).encode(x="rank_median:Q")
    dot = base.mark_point(color=INK, filled=True, size=26, opacity=1).encode(x="rank:Q")
    return _layered([bar, tick, dot], width=PLOT, height=alt.Step(ROW))


def probability_chart(probabilities: pl.DataFrame) -> alt.Chart:
    """Probability of each rank: one row a unit, one column a rank."""
    ranked = _ranked(probabilities)
    columns = [f"rank_{at + 1}" for at in range(ranked.height)]
    rows = [
        {"name": row["shown"], "rank": at, "step": _step(row[column], SHARE_BOUNDS)}
        for row in ranked.iter_rows(named=True)
        for at, column in enumerate(columns, 1)
        if row[column] > 0
    ]
    order = ranked["shown"].to_list()
    shown = list(range(1, len(columns) + 1))
    ticks = [at for at in shown if at == 1 or at % max(5 * round(len(shown) / 30), 1) == 0]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_rect()
        .encode(
            x=alt.X("rank:O", title="rank →", scale=_domain(shown), axis=_cell_axis(ticks)),
            y=_down("name", order),
            color=alt.Color("step:O", scale=_steps(SEQUENCE), legend=None),
        )
        .properties(width=max(PLOT, 6 * len(columns)), height=alt.Step(ROW))
    )
    return chart


def sensitivity_chart(indices: pl.DataFrame) -> alt.LayerChart:
    """First-order (ring) and total-order (dot) index of each variation, with intervals."""
    kinds = ("first", "total")
    rows: list[Row] = [
        {
            "name": row["variation"],
            "kind": kind,
            "value": row[kind],
            "low": row[f"{kind}_low"],
            "high": row[f"{kind}_high"],
        }
        for row in indices.sort("total", descending=True).iter_rows(named=True)
        for kind in kinds
    ]
    order = list(dict.fromkeys(str(row["name"]) for row in rows))
    base = alt.Chart(alt.InlineData(rows)).encode(
        y=_down("name", order),
        yOffset=alt.YOffset("kind:N", sort=list(kinds)),
    )
    x = alt.X("value:Q", title="share of the variance →", axis=_number_axis(".1f"))
    bar = base.mark_rule(color=POINT, strokeWidth=4, opacity=0.4).encode(
        x=alt.X("low:Q", title="share of the variance →", axis=_number_axis(".1f")), x2="high:Q"
    )
    ring = base.transform_filter("datum.kind == 'first'").mark_point(color=INK, size=45).encode(x=x)
    dot = (
        base.transform_filter("datum.kind == 'total'")
        .mark_point(color=POINT, filled=True, size=50, opacity=1)
        .encode(x=x)
    )
    return _layered([bar, ring, dot], width=PLOT, height=alt.Step(15))


def cause_chart(causes: pl.DataFrame, names: Sequence[str]) -> alt.Chart:
    """Width of each unit's rank interval with one variation alone, as a share of the whole."""
    ranked = _ranked(causes)
    order = ranked["shown"].to_list()
    rows = [
        {
            "name": row["shown"],
            "cause": name,
            "step": _step(row[f"alone:{name}"], WIDTH_BOUNDS),
        }
        for row in ranked.iter_rows(named=True)
        for name in names
        if row[f"alone:{name}"] is not None and row["whole_width"]
    ]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_rect()
        .encode(
            x=_across("cause", names),
            y=_down("name", order),
            color=alt.Color("step:O", scale=_steps(SEQUENCE), legend=None),
        )
        .properties(width=alt.Step(30), height=alt.Step(ROW))
    )
    return chart


def left_out_chart(tables: Tables, limit: float) -> alt.LayerChart:
    """Mean shift of the ranks without each indicator, with the threshold of the audit."""
    names, left_out = _names(tables), tables["left_out"].filter(pl.col("level") == 1)
    rows: list[Row] = [
        {"name": names[row["code"]], "shift": row["mean_shift"]}
        for row in left_out.iter_rows(named=True)
        if row["mean_shift"] is not None
    ]
    order = [str(row["name"]) for row in rows]
    x = alt.X("shift:Q", title="places, mean over all units →", axis=_number_axis("~g"))
    bars = (
        alt.Chart(alt.InlineData(rows))
        .mark_bar(color=POINT, height=8)
        .encode(
            x=x,
            y=_down("name", order),
        )
    )
    line = (
        alt.Chart(alt.InlineData([{"limit": limit}]))
        .mark_rule(color=ACCENT, strokeDash=[4, 3])
        .encode(x="limit:Q")
    )
    return _layered([bars, line], width=PLOT, height=alt.Step(ROW))


def _layered(
    layers: Sequence[alt.Chart], *, width: float | alt.Step, height: alt.Step
) -> alt.LayerChart:
    return alt.LayerChart(layer=list(layers), width=width, height=height)


def _ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a rank, with the name that an axis shows; a double gets its code."""
    ranked = frame.filter(pl.col("rank").is_not_null())
    return ranked.with_columns(shown=pl.Series(_told_apart(ranked), dtype=pl.String))


def _told_apart(frame: pl.DataFrame) -> list[str]:
    names = [label(name) for name in frame["name"]]
    return [
        label(f"{unit} {name}") if names.count(name) > 1 else name
        for unit, name in zip(frame["unit"], names, strict=True)
    ]


def _names(tables: Tables) -> dict[str, str]:
    """By code the name that an axis shows; one that stands twice gets its code."""
    pairs = list(tables["framework"].select("code", "name").iter_rows())
    shown = [label(name) for _, name in pairs]
    return {
        code: label(f"{code} {name}") if shown.count(label(name)) > 1 else label(name)
        for code, name in pairs
    }


def _step(value: float | None, bounds: Sequence[float]) -> int:
    """How many bounds a value is above."""
    return sum(value > bound for bound in bounds) if value is not None else 0


def _by_parent(tables: Tables, level: int, used: set[str]) -> list[str]:
    """The codes of a level that are used, those of one element side by side."""
    framework = tables["framework"]
    place = {code: at for at, code in enumerate(framework["code"])}
    parts = framework.filter(pl.col("level") == level).select("code", "parent").iter_rows()
    found = [(place[parent], place[code], code) for code, parent in parts if code in used]
    return [code for *_, code in sorted(found)]


def _mark(correlation: float, bounds: Sequence[float]) -> str:
    if correlation < bounds[0]:
        return "−"
    return "+" if correlation > bounds[-1] else ""


def _steps(colours: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(range(len(colours))), range=list(colours))


def _domain(values: Sequence[str] | Sequence[int]) -> alt.Scale:
    return alt.Scale(domain=list(values))


def _down(field: str, names: Sequence[str]) -> alt.Y:
    """Rows in this order, with room for their names in any font."""
    axis = alt.Axis(
        ticks=False, domain=False, labelPadding=6, labelOverlap=False, minExtent=room_for(names)
    )
    return alt.Y(f"{field}:N", sort=None, scale=_domain(names), title=None, axis=axis)


def _number_axis(form: str) -> alt.Axis:
    return alt.Axis(format=form, tickCount=5, grid=True, domain=False)


def _cell_axis(values: Sequence[int]) -> alt.Axis:
    """The axis of cells that are numbered, with a label at some of them."""
    return alt.Axis(ticks=False, domain=False, labelAngle=0, values=list(values))


def _across(field: str, names: Sequence[str]) -> alt.X:
    """Columns in this order, their names upright."""
    axis = alt.Axis(
        ticks=False, domain=False, labelAngle=-90, labelOverlap=False, minExtent=room_for(names)
    )
    return alt.X(f"{field}:N", sort=None, scale=_domain(names), title=None, axis=axis)
