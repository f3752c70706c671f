"""The tables that the report shows, by the name under which its template asks for them."""

from collections.abc import Iterator, Mapping

import polars as pl

from sharedfuture.publish.audit.columns import GRIDS
from sharedfuture.publish.audit.shown import Grid, Shown, number, shown, text

Tables = Mapping[str, pl.DataFrame]


def grids_of(tables: Tables) -> dict[str, Shown]:
    """Every table of the report; those of an analysis that was not done are not there."""
    names = dict(tables["framework"].select("code", "name").iter_rows())
    frames = dict(_frames(tables))
    grids = {
        grid.name: shown(frames[grid.name], grid, names) for grid in GRIDS if grid.name in frames
    }
    return grids | {"scores": _scores(tables, names)}


def _frames(tables: Tables) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "choices", tables["choice"]
    yield "variations", tables["variation"]
    yield "framework", tables["framework"]
    yield "indicators", _indicators(tables)
    yield "changes", tables["change"].filter(~pl.col("cause").str.contains("transformed"))
    yield "imputed", tables["imputed"]
    yield "units", tables["unit"].sort("available_share")
    yield "pairs", _pairs(tables["correlation"])
    yield "ancestors", _ancestors(tables)
    yield "reliability", tables["reliability"]
    yield (
        "without",
        tables["without"].with_columns(gain=pl.col("alpha_without") - pl.col("alpha")),
    )
    by_component = tables["component"].group_by("code", "component", maintain_order=True)
    yield "components", by_component.first()
    yield "weights", tables["weight"]
    if "sensitivity" in tables:
        yield "sensitivity", tables["sensitivity"].sort("total", descending=True)
    if "neighbour" in tables:
        yield "neighbours", tables["neighbour"]
    if "left_out" in tables:
        yield "left_out", tables["left_out"]


def _indicators(tables: Tables) -> pl.DataFrame:
    """With what an indicator is suspected of, and what was done to it, in words."""
    limit = dict(tables["thresholds"].select("threshold", "value").iter_rows())
    is_skewed = pl.col("skewness").abs() > limit["skewness"]
    is_suspected = is_skewed & (pl.col("kurtosis") > limit["kurtosis"])
    return tables["indicator"].with_columns(
        flag=pl.when(is_suspected).then(pl.lit("◐ outliers")).otherwise(pl.lit("")),
        done=pl.when(pl.col("is_transformed"))
        .then(pl.lit("transformed"))
        .when(pl.col("winsorised_count") > 0)
        .then(pl.format("{} drawn in", "winsorised_count"))
        .otherwise(pl.lit("")),
    )


def _pairs(correlations: pl.DataFrame) -> pl.DataFrame:
    inside = correlations.filter(pl.col("has_same_parent"))
    return inside.sort(pl.col("correlation").abs(), descending=True, nulls_last=True)


def _ancestors(tables: Tables) -> pl.DataFrame:
    """Each part with its own element, and beside it with the index."""
    top = tables["framework"]["code"][0]
    with_index = tables["ancestor"].filter(pl.col("above") == top)
    return (
        tables["ancestor"]
        .filter(pl.col("steps") == 1)
        .join(
            with_index.select("code", with_index="correlation", p_index="p_value"),
            on="code",
            how="left",
            maintain_order="left",
        )
    )


def _scores(tables: Tables, names: Mapping[str, str]) -> Shown:
    """The ranking with its intervals, the index and the level below it; bounds round outwards."""
    scores, framework = tables["score"], tables["framework"]
    columns = [number("rank", "rank", 0), text("name", "unit")]
    if "period" in scores.columns:
        columns.append(number("period", "period", 0))
    if "interval" in tables:
        keys = [key for key in ("unit", "period") if key in scores.columns]
        bounds = pl.col("rank_low").floor(), pl.col("rank_high").ceil()
        wanted = tables["interval"].select(*keys, *bounds, "rank_median")
        scores = scores.join(wanted, on=keys, how="left", maintain_order="left")
        columns += [number("rank_low", "from", 0), number("rank_high", "to", 0)]
        columns.append(number("rank_median", "median", 1))
    upper = framework.filter((pl.col("level") > 1) & (pl.col("level") >= framework["level"][0] - 1))
    columns += [number(code, names[code]) for code in upper["code"]]
    ranked = scores.filter(pl.col("rank").is_not_null())
    return shown(ranked, Grid("scores", "Ranks and scores", tuple(columns)), names)
