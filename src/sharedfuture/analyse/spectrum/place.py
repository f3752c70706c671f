"""Each country's place in Figure 1: the point, its rank and how sure both are."""

import numpy as np
import polars as pl

from sharedfuture.analyse.ranks import Ranks, competition_ranks, rank_bounds
from sharedfuture.analyse.spectrum.draws import (
    Centre,
    Draws,
    Noise,
    draw,
    read_centre,
    tech_bounds,
)
from sharedfuture.analyse.spectrum.frames import table_frame
from sharedfuture.analyse.spectrum.nearness import full_range_distance
from sharedfuture.analyse.spectrum.points import Numbers, Points, read_points
from sharedfuture.analyse.step import Step

STEP = Step(
    id="spectrum.place",
    reads={"figures": "aligned.figure", "readings": "derived.democracy_reading"},
    writes="derived.spectrum",
    version=1,
)


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
    seed: int,
) -> pl.DataFrame:
    """One row a country that has both axes and a democracy interval.

    The point and `rank` are those of the figure (EIU); ranks and probabilities of the draws are
    about the mean of the measures. A rank outside its interval says that the EIU stands apart.
    """
    points, centre = read_centre(read_points(figures, period=period), readings)
    if not len(points):
        return table_frame("spectrum", [])
    noise = Noise(
        draws=draws, item_dispersion=item_dispersion, prior_count=prior_count, level=level
    )
    drawn = draw(points, centre, noise=noise, seed=seed)
    columns: dict[str, Numbers | Ranks] = {
        **_axis_columns(points, centre, drawn, level=level),
        **_rank_columns(points, drawn, level=level),
        **_corner_columns(drawn, technology_cut=technology_cut, democracy_cut=democracy_cut),
    }
    pool_ids = sorted([*points.all_row_ids, *centre.reading_ids])
    rows = [
        {
            "spectrum_id": f"spec-{country_id}",
            "country_id": country_id,
            **{name: column[index].item() for name, column in columns.items()},
            "row_ids": sorted([*points.row_ids[index], centre.reading_ids[index]]),
            "pool_ids": pool_ids,
        }
        for index, country_id in enumerate(points.country_ids)
    ]
    return table_frame("spectrum", rows)


def corner_membership(
    drawn: Draws, *, technology_cut: float | Numbers, democracy_cut: float | Numbers
) -> Numbers:
    """1 where a draw has more technology and less democracy than the cuts, else 0."""
    inside = (drawn.tech > technology_cut) & (drawn.democracy < democracy_cut)
    return inside.astype(np.float64)


def _axis_columns(
    points: Points, centre: Centre, drawn: Draws, *, level: float
) -> dict[str, Numbers | Ranks]:
    low, high = tech_bounds(points, drawn.tech, level=level)
    return {
        "tech": points.tech,
        "tech_low": low,
        "tech_high": high,
        "democracy": points.democracy,
        "democracy_low": centre.low,
        "democracy_high": centre.high,
    }


def _rank_columns(points: Points, drawn: Draws, *, level: float) -> dict[str, Numbers | Ranks]:
    distance = full_range_distance(points.tech, points.democracy)
    ranks = competition_ranks(full_range_distance(drawn.tech, drawn.democracy))
    low, high = rank_bounds(ranks, level=level)
    return {
        "corner_distance": distance,
        "rank": competition_ranks(distance),
        "rank_low": low,
        "rank_high": high,
        "rank_median": np.median(ranks, axis=0),
        "first_probability": (ranks == 1).mean(axis=0),
    }


def _corner_columns(
    drawn: Draws, *, technology_cut: float, democracy_cut: float
) -> dict[str, Numbers | Ranks]:
    """Shares of draws inside the quadrant: cut at fixed values, and at each draw's medians."""
    fixed = corner_membership(drawn, technology_cut=technology_cut, democracy_cut=democracy_cut)
    median = corner_membership(
        drawn,
        technology_cut=np.median(drawn.tech, axis=1, keepdims=True),
        democracy_cut=np.median(drawn.democracy, axis=1, keepdims=True),
    )
    return {
        "corner_probability": fixed.mean(axis=0),
        "corner_probability_median": median.mean(axis=0),
    }
