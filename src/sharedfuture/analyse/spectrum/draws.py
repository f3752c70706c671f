"""What the two axes could have been: draws of technology and democracy for every country."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl

from sharedfuture.analyse.spectrum.points import DEMOCRACY_RANGE, Numbers, Points


@dataclass(frozen=True, slots=True)
class Noise:
    """How the axes are drawn; the reasons of the choices stand in `parameters.toml`.

    `item_dispersion` is the variance of item scores over that of yes/no items of the same mean;
    `prior_count` the pseudo-answers added on each side (one half: Jeffreys); `level` the level
    of the intervals, those of the democracy readings included.
    """

    draws: int
    item_dispersion: float
    prior_count: float
    level: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws by countries: technology as a share, democracy from 0 to 10."""

    tech: Numbers
    democracy: Numbers


@dataclass(frozen=True, slots=True)
class Centre:
    """The `mean` democracy reading of each country, in the order of the points."""

    reading_ids: tuple[str, ...]
    value: Numbers
    low: Numbers
    high: Numbers


def read_centre(points: Points, readings: pl.DataFrame) -> tuple[Points, Centre]:
    """The points whose mean democracy reading has an interval, and those readings.

    A country without one is left out: a rank is not published without its interval.
    """
    held = (
        readings.filter(
            pl.col("measure") == "mean", pl.col("country_id").is_in(list(points.country_ids))
        )
        .select("reading_id", "country_id", "value", "low", "high")
        .drop_nulls()
        .sort("country_id")
    )
    known = set(held["country_id"])
    kept = [index for index, name in enumerate(points.country_ids) if name in known]
    placed = Points(
        country_ids=tuple(points.country_ids[index] for index in kept),
        tech=points.tech[kept],
        items=points.items[kept],
        democracy=points.democracy[kept],
        row_ids=tuple(points.row_ids[index] for index in kept),
    )
    centre = Centre(
        reading_ids=tuple(held["reading_id"]),
        value=held["value"].to_numpy(),
        low=held["low"].to_numpy(),
        high=held["high"].to_numpy(),
    )
    return placed, centre


def draw(points: Points, centre: Centre, *, noise: Noise, seed: int) -> Draws:
    """Independent draws of both axes; the same seed gives the same draws."""
    generator = np.random.default_rng(seed)
    tech = _draw_tech(points, noise=noise, generator=generator)
    democracy = _draw_democracy(centre, noise=noise, generator=generator)
    return Draws(tech=tech, democracy=democracy)


def tech_bounds(points: Points, tech: Numbers, *, level: float) -> tuple[Numbers, Numbers]:
    """Bounds of technology from its draws, widened to hold the point.

    Only 0 and all points can lie outside; so do Brown, Cai and DasGupta (2001) with the Jeffreys
    interval at its ends.
    """
    low, high = np.quantile(tech, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.minimum(low, points.tech), np.maximum(high, points.tech)


def standard_errors(centre: Centre, *, level: float) -> Numbers:
    """Standard errors of the mean readings, from the half of the interval that was not cut.

    The table cuts bounds at 0 and 10; the wider half is the whole one as long as an interval
    does not reach both ends.
    """
    reach = NormalDist().inv_cdf((1 + level) / 2)
    half: Numbers = np.maximum(centre.high - centre.value, centre.value - centre.low)
    return half / reach


def _draw_tech(points: Points, *, noise: Noise, generator: np.random.Generator) -> Numbers:
    """Beta draws: the share of points, on items / item_dispersion yes/no items."""
    effective = points.items / noise.item_dispersion
    return generator.beta(
        points.tech * effective + noise.prior_count,
        (1 - points.tech) * effective + noise.prior_count,
        size=(noise.draws, len(points)),
    )


def _draw_democracy(centre: Centre, *, noise: Noise, generator: np.random.Generator) -> Numbers:
    """Normal draws around the mean reading; a draw beyond the scale is drawn again."""
    errors = standard_errors(centre, level=noise.level)
    draws = generator.normal(centre.value, errors, size=(noise.draws, len(centre.value)))
    outside = (draws < 0) | (draws > DEMOCRACY_RANGE)
    while outside.any():
        columns = np.nonzero(outside)[1]
        draws[outside] = generator.normal(centre.value[columns], errors[columns])
        outside = (draws < 0) | (draws > DEMOCRACY_RANGE)
    return draws
