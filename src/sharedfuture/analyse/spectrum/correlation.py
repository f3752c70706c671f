"""How strongly technology influence and democracy go together, over countries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sharedfuture.analyse.spectrum.association import (
    Association,
    bootstrap,
    explained_variance,
    pearson,
    percentile_bounds,
    spearman,
)
from sharedfuture.analyse.spectrum.democracy import MEASURES
from sharedfuture.analyse.spectrum.frames import table_frame
from sharedfuture.analyse.spectrum.points import Numbers, Points, read_points
from sharedfuture.analyse.step import Step

STEP = Step(
    id="spectrum.correlation",
    reads={"figures": "aligned.figure", "readings": "derived.democracy_reading"},
    writes="derived.statistic",
    version=1,
)

LEAST_COUNTRIES = 3  # two points always lie on a line

_MEASURE_TITLES = {"vdem": "V-Dem's electoral democracy", "wgi": "the World Bank's voice index"}


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One correlation to take: what goes with technology, and the rows it rests on."""

    statistic_id: str
    title: str
    method: str
    association: Association
    tech: Numbers
    democracy: Numbers
    row_ids: list[str]
    unit: str = "correlation"


def run(
    figures: pl.DataFrame,
    readings: pl.DataFrame,
    *,
    period: str,
    resamples: int,
    level: float,
    focus_country: str,
    focus_name: str,
    seed: int,
) -> pl.DataFrame:
    """The number of countries and one row a correlation, with its interval.

    The intervals are of the countries: what other countries of the same kind might have shown.
    """
    points = read_points(figures, period=period)
    if not len(points):
        return table_frame("statistic", [])
    pairs = [
        *_figure_pairs(points),
        *_without_pairs(points, country_id=focus_country, name=focus_name),
        *_measure_pairs(points, figures, period=period),
        *_mean_pairs(points, readings),
    ]
    rows = [
        _row(pair, resamples=resamples, level=level, seed=seed)
        for pair in pairs
        if len(pair.tech) >= LEAST_COUNTRIES
    ]
    return table_frame("statistic", [_count_row(points), *rows])


def _figure_pairs(points: Points) -> Iterator[_Pairs]:
    """The figure's own two axes."""
    rows = points.all_row_ids
    yield _Pairs(
        "stat-pearson",
        "Correlation of PRC technology influence with democracy, as in Figure 1",
        "Pearson's r of the China Index technology share and the EIU's overall score",
        pearson,
        points.tech,
        points.democracy,
        rows,
    )
    yield _Pairs(
        "stat-spearman",
        "Rank correlation of PRC technology influence with democracy",
        "Spearman's rho of the same two axes, equal values sharing their mean rank",
        spearman,
        points.tech,
        points.democracy,
        rows,
    )
    yield _Pairs(
        "stat-explained-variance",
        "Share of the variance of one axis that a straight line on the other explains",
        "Square of Pearson's r",
        explained_variance,
        points.tech,
        points.democracy,
        rows,
        unit="share",
    )


def _without_pairs(points: Points, *, country_id: str, name: str) -> Iterator[_Pairs]:
    """The figure without the country that stands out in it."""
    if country_id not in points.country_ids:
        return
    kept = [index for index, other in enumerate(points.country_ids) if other != country_id]
    yield _Pairs(
        f"stat-pearson-without-{name.lower()}",
        f"Correlation of PRC technology influence with democracy, without {name}",
        f"Pearson's r as for Figure 1, {name} left out",
        pearson,
        points.tech[kept],
        points.democracy[kept],
        sorted(row_id for index in kept for row_id in points.row_ids[index]),
    )


def _measure_pairs(points: Points, figures: pl.DataFrame, *, period: str) -> Iterator[_Pairs]:
    """The figure with another measure on the democracy axis, on that measure's own scale."""
    for measure, title in _MEASURE_TITLES.items():
        held = figures.filter(
            pl.col("period") == period,
            pl.col("indicator_id") == MEASURES[measure],
            pl.col("value").is_not_null(),
        ).select("country_id", "value", row_id="figure_id")
        yield _joined(
            points,
            held,
            statistic_id=f"stat-pearson-{measure}",
            title=f"Correlation of PRC technology influence with {title}",
            method=f"Pearson's r of the China Index technology share and {title}",
        )


def _mean_pairs(points: Points, readings: pl.DataFrame) -> Iterator[_Pairs]:
    """The figure with the mean of the measures on the democracy axis."""
    held = readings.filter(pl.col("measure") == "mean", pl.col("value").is_not_null())
    yield _joined(
        points,
        held.select("country_id", "value", row_id="reading_id"),
        statistic_id="stat-pearson-mean",
        title="Correlation of PRC technology influence with the mean of the democracy measures",
        method="Pearson's r of the China Index technology share and the mean reading",
    )


def _joined(
    points: Points, held: pl.DataFrame, *, statistic_id: str, title: str, method: str
) -> _Pairs:
    """Pairs over the points that `held` (country_id, value, row_id) covers."""
    value = dict(zip(held["country_id"], held["value"], strict=True))
    row_id = dict(zip(held["country_id"], held["row_id"], strict=True))
    kept = [index for index, country in enumerate(points.country_ids) if country in value]
    countries = [points.country_ids[index] for index in kept]
    behind = [row_id[country] for country in countries]
    return _Pairs(
        statistic_id,
        title,
        method,
        pearson,
        points.tech[kept],
        np.array([value[country] for country in countries], dtype=np.float64),
        sorted([*behind, *_technology_rows(points, kept)]),
    )


def _technology_rows(points: Points, kept: list[int]) -> list[str]:
    """The figures of the technology axis alone."""
    return [row for index in kept for row in points.row_ids[index] if "technology" in row]


def _row(pair: _Pairs, *, resamples: int, level: float, seed: int) -> Mapping[str, object]:
    samples = bootstrap(pair.association, pair.tech, pair.democracy, resamples=resamples, seed=seed)
    low, high = percentile_bounds(samples, level=level)
    count = len(pair.tech)
    return {
        "statistic_id": pair.statistic_id,
        "title": pair.title,
        "value": float(pair.association(pair.tech, pair.democracy)),
        "low": low,
        "high": high,
        "level": level,
        "unit": pair.unit,
        "n": count,
        "method": f"{pair.method}, over {count} countries; interval: percentiles of "
        f"{resamples} resamples of the countries.",
        "row_ids": pair.row_ids,
        "pool_ids": [],
    }


def _count_row(points: Points) -> Mapping[str, object]:
    return {
        "statistic_id": "stat-countries",
        "title": "Countries in Figure 1",
        "value": float(len(points)),
        "low": None,
        "high": None,
        "level": None,
        "unit": "countries",
        "n": len(points),
        "method": "Countries with a China Index technology score and an EIU score.",
        "row_ids": points.all_row_ids,
        "pool_ids": [],
    }
