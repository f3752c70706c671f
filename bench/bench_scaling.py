"""What each stage of the engine costs as tables grow, drawn, with the order of its growth.

Each stage is timed on tables of growing numbers of units and of indicators; the slope of time on
size in a doubly logarithmic plot is the order at which its cost grows. It should not exceed the
order of the method: 1 for everything but comparisons of pairs of units, which are 2 in units.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.composite.arrays import (
    impute,
    mean,
    normalise,
    outrank,
    ranking,
    treat,
)

Array = npt.NDArray[np.float64]

UNITS = (100, 200, 400, 800, 1600, 3200)
INDICATORS = (10, 20, 40, 80, 160, 320)
FIXED_UNITS, FIXED_INDICATORS = 200, 40
# Below this the cost of calling NumPy hides the cost of the work.
LEAST_SECONDS = 0.0005

STAGES: Mapping[str, Callable[[Array], object]] = {
    "impute, group median": lambda v: impute.impute_group_median(
        np.where(v < np.quantile(v, 0.05), np.nan, v), np.arange(v.shape[-1]) % 4
    ),
    "treat outliers": lambda v: treat.treat(v),
    "normalise, min-max": lambda v: normalise.minmax(v),
    "normalise, ranks": lambda v: normalise.rank_score(v),
    "aggregate, geometric": lambda v: mean.geometric_mean(v, np.ones(len(v))),
    "rank the units": lambda v: ranking.rank(v[0]),
    "Copeland": lambda v: outrank.copeland(v, np.ones(len(v))),
}


def measure_scaling() -> pl.DataFrame:
    """Seconds of each stage by the size that grows and its value."""
    rows = []
    for stage, run in STAGES.items():
        for units in UNITS:
            seconds = _seconds(run, _values(FIXED_INDICATORS, units))
            rows.append({"stage": stage, "grows": "units", "size": units, "seconds": seconds})
        for indicators in INDICATORS:
            seconds = _seconds(run, _values(indicators, FIXED_UNITS))
            rows.append(
                {"stage": stage, "grows": "indicators", "size": indicators, "seconds": seconds}
            )
    return pl.DataFrame(rows)


def orders(measured: pl.DataFrame) -> pl.DataFrame:
    """Order of growth of each stage: the slope over the sizes that take long enough to tell."""
    rows = []
    for (stage, grows), part in measured.group_by("stage", "grows", maintain_order=True):
        told = part.filter(pl.col("seconds") >= LEAST_SECONDS)
        slope = None
        if told.height >= 3:
            slope = float(
                np.polyfit(np.log(told["size"].to_numpy()), np.log(told["seconds"].to_numpy()), 1)[
                    0
                ]
            )
        rows.append({"stage": stage, "grows": grows, "order": slope})
    return pl.DataFrame(rows)


def draw_scaling(measured: pl.DataFrame, path: Path) -> None:
    """The picture: time against size, both logarithmic, a line for each stage."""
    chart = (
        alt.Chart(measured.with_columns(milliseconds=pl.col("seconds") * 1000))
        .mark_line(point=True)
        .encode(
            x=alt.X("size:Q", scale=alt.Scale(type="log"), title=None),
            y=alt.Y("milliseconds:Q", scale=alt.Scale(type="log"), title="milliseconds"),
            color=alt.Color("stage:N", title="stage", scale=alt.Scale(scheme="dark2")),
            strokeDash=alt.StrokeDash("stage:N", title="stage"),
        )
        .properties(width=330, height=260)
        .facet(
            column=alt.Column(
                "grows:N",
                title=f"{FIXED_UNITS} units while indicators grow, "
                f"{FIXED_INDICATORS} indicators while units grow",
            )
        )
        .configure_view(stroke=None)
        .configure(background="white", font="sans-serif")
    )
    chart.save(path)


def _values(indicators: int, units: int) -> Array:
    return np.exp(np.random.default_rng(1).standard_normal((indicators, units)))


def _seconds(run: Callable[[Array], object], values: Array) -> float:
    """The least of several runs, which the machine's other work disturbs least."""
    run(values)
    times = []
    for _ in range(5):
        start = process_time()
        run(values)
        times.append(process_time() - start)
    return min(times)
