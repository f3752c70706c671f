"""Intervals of a rate, and whether it rose, where measurements of one day and network are alike.

One probe asks many times in a day and gets the same answer: days on a network are what was
sampled, not measurements. The variance of a rate is that of a ratio of sums over such days
(Cochran 1977, section 6), which gives a number of measurements that are as good as independent;
the interval is Wilson's for that number, with Student's distribution for few days (Korn and
Graubard 1998; Dean and Pagano 2015). It is never narrower than Wilson's for all measurements.
"""

import polars as pl
from scipy.special import stdtrit

from sharedfuture.analyse.intervals import wilson

_decided, _blocked = pl.col("decided"), pl.col("blocked")


def rate_with_interval(clusters: pl.DataFrame, by: list[str], *, level: float) -> pl.DataFrame:
    """One row for each group `by`: `rate` with bounds, `unseen`, `clusters`.

    `clusters` has one row for each group and day on a network, with `decided`, `blocked` and
    `witnesses`, the number of independent measurements that it counts for where none or all was
    blocked and there is no spread to be seen. `unseen` is the share of blocked that cannot be ruled
    out; it is empty where the spread is not known.
    """
    total = clusters.with_columns(
        rate=(_blocked.sum() / _decided.sum()).over(by),
    )
    residual = (_blocked - _decided * pl.col("rate")).pow(2)
    summed = total.group_by(by, maintain_order=True).agg(
        rate=pl.col("rate").first(),
        decided=_decided.sum(),
        blocked=_blocked.sum(),
        clusters=pl.len().cast(pl.Int64),
        witnesses=pl.col("witnesses").sum().cast(pl.Float64),
        squares=residual.sum(),
    )
    normal = _quantile(level, None)
    count, rate = pl.col("clusters"), pl.col("rate")
    design = (pl.col("squares") * count / ((count - 1) * _decided * rate * (1 - rate))).clip(
        lower_bound=1.0
    )
    shrunk = (normal / pl.col("student")) ** 2 / design
    is_even = (_blocked == 0) | (_blocked == _decided)
    effective = pl.when(is_even).then("witnesses").otherwise(_decided * shrunk)
    low, high = wilson(rate, pl.col("effective"), normal)
    return (
        summed.with_columns(student=_students(summed.get_column("clusters"), level))
        .with_columns(effective=effective.fill_nan(None))
        .with_columns(
            rate_low=_tidy(low),
            rate_high=_tidy(high),
        )
        .with_columns(unseen=pl.col("rate_high").fill_nan(None))
        .drop("student", "squares")
    )


def _students(clusters: pl.Series, level: float) -> pl.Series:
    freedom = (clusters - 1).clip(lower_bound=1)
    tables = {number: _quantile(level, number) for number in freedom.unique().to_list()}
    return freedom.replace_strict(tables, return_dtype=pl.Float64)


def _quantile(level: float, freedom: int | None) -> float:
    """Half the width of an interval in standard errors; without freedom that of the normal."""
    return float(stdtrit(1e12 if freedom is None else freedom, 0.5 + level / 2))


def _tidy(bound: pl.Expr) -> pl.Expr:
    """A bound without the traces that rounding leaves at both ends."""
    return bound.round(12).clip(0.0, 1.0) + 0.0


def difference_in_time(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """One row for each group `by` that has both periods, with `difference`, `error`, `score`.

    `rows` has `stratum` (a subject on a network), `cluster` (a day on a network), `is_recent`,
    `decided` and `blocked`. Only strata of both periods count, each compared with itself, so that
    a change of what is measured is not taken for a change of blocking: the difference is Mantel
    and Haenszel's. Its variance is taken as if nothing had changed and adds up by clusters, so
    `score` is normal under no change; `few` is the lesser number of clusters of the two periods.
    """
    per = [*by, "stratum"]
    recent = pl.col("is_recent")
    strata = rows.with_columns(
        now=pl.when(recent).then("decided").otherwise(0).sum().over(per),
        then=pl.when(recent).then(0).otherwise("decided").sum().over(per),
        pooled=(_blocked.sum() / _decided.sum()).over(per),
    ).filter(pl.col("now") > 0, pl.col("then") > 0)
    both = pl.col("now") + pl.col("then")
    share = pl.when(recent).then(pl.col("then") / both).otherwise(-pl.col("now") / both)
    parts = strata.with_columns(part=share * (_blocked - _decided * pl.col("pooled")))
    weights = (
        strata.unique(per).group_by(by).agg(weight=(pl.col("now") * pl.col("then") / both).sum())
    )
    clustered = parts.group_by(*by, "cluster", "is_recent").agg(pl.col("part").sum())
    return (
        clustered.group_by(by)
        .agg(
            total=pl.col("part").sum(),
            root=pl.col("part").pow(2).sum().sqrt(),
            few=pl.min_horizontal(recent.sum(), (~recent).sum()).cast(pl.Int64),
            trend_clusters=pl.len().cast(pl.Int64),
        )
        .join(weights, on=by, nulls_equal=True)
        .with_columns(
            difference=pl.col("total") / pl.col("weight"),
            error=pl.col("root") / pl.col("weight"),
            score=pl.when(pl.col("root") > 0).then(pl.col("total") / pl.col("root")).otherwise(0.0),
        )
        .drop("total", "root", "weight")
    )
