"""How far the order of Figure 1 depends on error and on the scaling of its axes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.ranks import competition_ranks, rank_bounds
from sharedfuture.analyse.spectrum.association import pearson, percentile_bounds
from sharedfuture.analyse.spectrum.draws import Centre, Draws, Noise, draw, read_centre
from sharedfuture.analyse.spectrum.frames import table_frame
from sharedfuture.analyse.spectrum.nearness import (
    SCALINGS,
    full_range_distance,
    is_undominated,
    nearest_shares,
)
from sharedfuture.analyse.spectrum.place import corner_membership
from sharedfuture.analyse.spectrum.points import Points, read_points
from sharedfuture.analyse.step import Step

STEP = Step(
    id="spectrum.ranking",
    reads={"figures": "aligned.figure", "readings": "derived.democracy_reading"},
    writes="derived.statistic",
    version=1,
)

_SCALING_TITLES = {
    "full-range": "both axes over their full possible range",
    "observed-range": "both axes from the least to the greatest value observed",
    "standardised": "both axes in standard deviations of the countries",
    "ranks": "both axes as ranks",
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """The points, their draws, and what every row of the table shares."""

    points: Points
    centre: Centre
    drawn: Draws
    level: float
    row_ids: list[str]


def run(
    figures: pl.DataFrame,
    readings: pl.DataFrame,
    *,
    period: str,
    draws: int,
    item_dispersion: float,
    prior_count: float,
    level: float,
    technology_cut: float,
    democracy_cut: float,
    focus_country: str,
    focus_name: str,
    weights: int,
    seed: int,
) -> pl.DataFrame:
    """Statistics of the draws, and the focus country's rank under each scaling of the axes."""
    points, centre = read_centre(read_points(figures, period=period), readings)
    if not len(points):
        return table_frame("statistic", [])
    noise = Noise(
        draws=draws, item_dispersion=item_dispersion, prior_count=prior_count, level=level
    )
    drawn = draw(points, centre, noise=noise, seed=seed)
    figure = _Figure(
        points, centre, drawn, level, sorted([*points.all_row_ids, *centre.reading_ids])
    )
    rows = [
        _noise_row(figure),
        *_width_rows(figure),
        _corner_row(figure, technology_cut=technology_cut, democracy_cut=democracy_cut),
        _frontier_row(figure),
    ]
    if focus_country in points.country_ids:
        focus = points.country_ids.index(focus_country)
        rows.extend(_scaling_rows(figure, focus=focus, name=focus_name))
        rows.append(_weight_row(figure, focus=focus, name=focus_name, weights=weights))
    return table_frame("statistic", rows)


def _noise_row(figure: _Figure) -> Mapping[str, object]:
    values = pearson(figure.drawn.tech, figure.drawn.democracy)
    known = values[~np.isnan(values)]
    return _row(
        figure,
        "stat-pearson-noise",
        "Correlation of the two axes when both are redrawn with their uncertainty",
        value=float(np.median(known)) if len(known) else float("nan"),
        bounds=percentile_bounds(values, level=figure.level),
        unit="correlation",
        method="Median and percentiles of Pearson's r over the draws; the countries stay the same.",
    )


def _width_rows(figure: _Figure) -> Iterator[Mapping[str, object]]:
    """Rank width with both axes redrawn, and with one of them held still."""
    still_tech = np.broadcast_to(figure.points.tech, figure.drawn.tech.shape)
    still_democracy = np.broadcast_to(figure.centre.value, figure.drawn.democracy.shape)
    for suffix, words, tech, democracy in (
        ("median", "both axes redrawn", figure.drawn.tech, figure.drawn.democracy),
        ("technology", "only technology redrawn", figure.drawn.tech, still_democracy),
        ("democracy", "only democracy redrawn", still_tech, figure.drawn.democracy),
    ):
        ranks = competition_ranks(full_range_distance(tech, democracy))
        low, high = rank_bounds(ranks, level=figure.level)
        yield _row(
            figure,
            f"stat-rank-width-{suffix}",
            f"Median width of a country's rank interval, {words}",
            value=float(np.median(high - low)),
            bounds=None,
            unit="places",
            method=f"Median over the countries of the width of the {figure.level:.0%} rank "
            f"interval, {words}.",
        )


def _corner_row(
    figure: _Figure, *, technology_cut: float, democracy_cut: float
) -> Mapping[str, object]:
    counts = corner_membership(
        figure.drawn, technology_cut=technology_cut, democracy_cut=democracy_cut
    ).sum(axis=1)
    return _row(
        figure,
        "stat-countries-in-corner",
        "Expected number of countries in the corner",
        value=float(counts.mean()),
        bounds=percentile_bounds(counts, level=figure.level),
        unit="countries",
        method=f"Mean and percentiles over the draws of the countries with a technology share "
        f"above {technology_cut:g} and democracy below {democracy_cut:g}.",
    )


def _frontier_row(figure: _Figure) -> Mapping[str, object]:
    undominated = is_undominated(figure.points.tech, figure.points.democracy)
    names = _names(figure.points, undominated)
    return _row(
        figure,
        "stat-frontier-countries",
        "Countries that no other country exceeds on both axes",
        value=float(undominated.sum()),
        bounds=None,
        unit="countries",
        method="Points to which no other has at least as much technology and as little democracy; "
        f"under some weighting or scaling one of them is the nearest: {names}.",
    )


def _scaling_rows(figure: _Figure, *, focus: int, name: str) -> Iterator[Mapping[str, object]]:
    """The focus country's rank, and how often it is nearest, under each scaling."""
    for scaling, distance in SCALINGS.items():
        by_point = competition_ranks(distance(figure.points.tech, figure.points.democracy))
        by_draw = competition_ranks(distance(figure.drawn.tech, figure.drawn.democracy))[:, focus]
        title = _SCALING_TITLES[scaling]
        nearest = _names(figure.points, by_point == 1)
        low, high = rank_bounds(by_draw, level=figure.level)
        yield _row(
            figure,
            f"stat-rank-{name.lower()}-{scaling}",
            f"Rank of {name} by distance to the corner, {title}",
            value=float(by_point[focus]),
            bounds=(float(low), float(high)),
            unit="rank",
            method=f"Rank of the point by plain distance, {title}; interval over the draws; "
            f"nearest point: {nearest}.",
        )
        yield _row(
            figure,
            f"stat-first-{name.lower()}-{scaling}",
            f"Probability that {name} is nearest to the corner, {title}",
            value=float((by_draw == 1).mean()),
            bounds=None,
            unit="share",
            method=f"Share of the draws in which no country is nearer, {title}.",
        )


def _weight_row(figure: _Figure, *, focus: int, name: str, weights: int) -> Mapping[str, object]:
    points = figure.points
    shares = nearest_shares(points.tech, points.democracy, weights=weights)
    return _row(
        figure,
        f"stat-weight-share-{name.lower()}",
        f"Share of the possible weightings of the axes at which {name} is nearest",
        value=float(shares[focus]),
        bounds=None,
        unit="share",
        method=f"Of {weights} weights of technology from 0 to 1 (both axes over their full range), "
        "the share at which the point has the least weighted distance to the corner.",
    )


def _names(points: Points, chosen: NDArray[np.bool_]) -> str:
    return ", ".join(name for name, is_in in zip(points.country_ids, chosen, strict=True) if is_in)


def _row(
    figure: _Figure,
    statistic_id: str,
    title: str,
    *,
    value: float,
    bounds: tuple[float, float] | None,
    unit: str,
    method: str,
) -> Mapping[str, object]:
    low, high = bounds if bounds is not None else (None, None)
    return {
        "statistic_id": statistic_id,
        "title": title,
        "value": value,
        "low": low,
        "high": high,
        "level": None if bounds is None else figure.level,
        "unit": unit,
        "n": len(figure.points),
        "method": method,
        "row_ids": figure.row_ids,
        "pool_ids": [],
    }
