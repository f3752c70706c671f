"""Figure 1 with other measures on its axes: does what it shows depend on which were taken?

One row a pair of a technology measure in one period and a democracy measure in one: how strongly
the two go together over the countries that both cover, and how many lie in the corner.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from sharedfuture.analyse.spectrum.association import pearson, percentile_bounds, spearman
from sharedfuture.analyse.spectrum.axes import Declared, Series, changes_between, read_axis
from sharedfuture.analyse.spectrum.frames import table_frame
from sharedfuture.analyse.spectrum.points import Numbers
from sharedfuture.analyse.spectrum.resampling import (
    Halves,
    Ranked,
    counted_pearson,
    counted_ranks,
    counted_spearman,
    draw_counts,
)
from sharedfuture.analyse.step import Step

STEP = Step(
    id="spectrum.alternatives",
    reads={"figures": "aligned.figure", "indicators": "aligned.indicator"},
    writes="derived.spectrum_alternative",
    version=1,
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both axes over the countries that both cover."""

    technology: Series
    democracy: Series
    countries: tuple[str, ...]

    @property
    def alternative_id(self) -> str:
        """Id of the row."""
        tech, democracy = self.technology, self.democracy
        return f"alt-{tech.measure}-{tech.period}-{democracy.measure}-{democracy.period}"


def run(
    figures: pl.DataFrame,
    indicators: pl.DataFrame,
    *,
    technology: Sequence[Declared],
    democracy: Sequence[Declared],
    figure_period: str,
    years_apart: int,
    least_countries: int,
    resamples: int,
    level: float,
    seed: int,
) -> pl.DataFrame:
    """One row a pair of series that are at most `years_apart` years apart.

    A country that one of them lacks is left out of the pair, never filled in; a pair with fewer
    than `least_countries` has no row. The intervals are percentiles over resampled countries.
    """
    across = read_axis(figures, indicators, declared=technology)
    up = read_axis(figures, indicators, declared=democracy)

    @cache
    def counts_of(countries: int) -> Halves:
        return draw_counts(countries, resamples=resamples, seed=seed)

    @cache
    def ranks_of(values: tuple[float, ...]) -> Ranked:
        return counted_ranks(counts_of(len(values)), np.array(values))

    rows = []
    for pair in _pairs(across, up, years_apart=years_apart):
        if len(pair.countries) >= least_countries:
            x, y = _values(pair.technology, pair), _values(pair.democracy, pair)
            counts = counts_of(len(x))
            straight = percentile_bounds(
                counted_pearson(counts, np.array(x), np.array(y)), level=level
            )
            ranked = percentile_bounds(
                counted_spearman(counts, ranks_of(x), ranks_of(y)), level=level
            )
            rows.append(
                {
                    **_row(pair, np.array(x), np.array(y), figure_period=figure_period),
                    "pearson_low": straight[0],
                    "pearson_high": straight[1],
                    "spearman_low": ranked[0],
                    "spearman_high": ranked[1],
                    "level": level,
                }
            )
    return table_frame("spectrum_alternative", rows)


def _pairs(across: Sequence[Series], up: Sequence[Series], *, years_apart: int) -> Iterator[_Pair]:
    for technology in across:
        for democracy in up:
            if abs(int(technology.period) - int(democracy.period)) <= years_apart:
                shared = technology.value.keys() & democracy.value.keys()
                yield _Pair(technology, democracy, tuple(sorted(shared)))


def _values(series: Series, pair: _Pair) -> tuple[float, ...]:
    return tuple(series.value[country] for country in pair.countries)


def _row(pair: _Pair, x: Numbers, y: Numbers, *, figure_period: str) -> Mapping[str, object]:
    """All of a pair but the intervals."""
    technology, democracy = pair.technology, pair.democracy
    in_corner = int(((x > technology.middle) & (y < democracy.middle)).sum())
    return {
        "alternative_id": pair.alternative_id,
        "technology_measure": technology.measure,
        "technology_title": technology.title,
        "technology_period": technology.period,
        "democracy_measure": democracy.measure,
        "democracy_title": democracy.title,
        "democracy_period": democracy.period,
        "n": len(pair.countries),
        "pearson": float(pearson(x, y)),
        "spearman": float(spearman(x, y)),
        "corner_countries": in_corner,
        "corner_share": in_corner / len(pair.countries),
        "corner": f"technology above {technology.middle:g}, democracy below {democracy.middle:g}",
        "warning": _warning(pair, figure_period=figure_period),
        "row_ids": [],
        "pool_ids": sorted(
            row_id
            for series in (technology, democracy)
            for country in pair.countries
            for row_id in series.row_ids[country]
        ),
    }


def _warning(pair: _Pair, *, figure_period: str) -> str | None:
    """Why the pair does not compare with Figure 1, or its axes with each other."""
    technology, democracy = pair.technology, pair.democracy
    found = []
    if technology.period != democracy.period:
        found.append(
            f"The axes are of different years: technology of {technology.period}, "
            f"democracy of {democracy.period}."
        )
    for series in (technology, democracy):
        changed = changes_between(series, figure_period)
        if changed:
            found.append(
                f"{series.title} of {series.period} does not compare with that of "
                f"{figure_period}: {' '.join(changed)}"
            )
    return " ".join(found) or None
