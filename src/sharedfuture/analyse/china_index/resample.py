"""How sure a rank is: the order of countries in samples of the questions.

Each draw takes as many questions as there are, with replacement, and ranks all countries on them
(Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6 and 13). Questions are
treated as exchangeable, and the experts' own errors are not in it.

There are two ways to draw, which answer two questions. With a sample for each country, scores
vary as if each country had been asked questions of its own: this is what one takes a published
score for, a number with an error of its own. With one sample for all, countries that have the
same answers move together: this says how far the order hangs on the list of questions alone, and
its intervals are narrower.
"""

import numpy as np
import polars as pl

from sharedfuture.analyse.china_index.grid import (
    Grid,
    Numbers,
    means,
    middle,
    own_sample_means,
    read_grid,
    shared_sample_means,
)
from sharedfuture.analyse.china_index.score import ITEM_POINTS
from sharedfuture.analyse.ranks import competition_ranks

_WHOLE = ("rank", "rank_low", "rank_high", "width")


def rank_intervals(answers: pl.DataFrame, *, draws: int, level: float, seed: int) -> pl.DataFrame:
    """One row a country of one edition: share and rank, each with the middle `level` of the draws.

    Each country has a sample of its own. `answers` may be those of one domain. A draw without any
    question that a country answered says nothing of it; a country that answered nothing has
    neither rank nor interval. `width` is the number of places from the best rank of the interval
    to the last.
    """
    grid = read_grid(answers)
    return _intervals(grid, own_sample_means(grid.points, draws=draws, seed=seed), level=level)


def rank_intervals_one_list(
    answers: pl.DataFrame, *, draws: int, level: float, seed: int
) -> pl.DataFrame:
    """The same, with one sample of the questions for all countries."""
    grid = read_grid(answers)
    return _intervals(grid, shared_sample_means(grid.points, draws=draws, seed=seed), level=level)


def _intervals(grid: Grid, samples: Numbers, *, level: float) -> pl.DataFrame:
    share = means(grid.points)
    pct_low, pct_high = middle(samples * 100 / ITEM_POINTS, level=level, method="inverted_cdf")
    rank_low, rank_high = middle(_ranks(samples), level=level, method="inverted_cdf")
    return pl.DataFrame(
        {
            "country_id": pl.Series(grid.country_ids, dtype=pl.String),
            "pct": share * 100 / ITEM_POINTS,
            "pct_low": pct_low,
            "pct_high": pct_high,
            "rank": _ranks(share),
            "rank_low": rank_low,
            "rank_high": rank_high,
            "width": rank_high - rank_low,
        }
    ).with_columns(
        pl.col("pct", "pct_low", "pct_high").fill_nan(None),
        pl.col(_WHOLE).fill_nan(None).cast(pl.Int64),
    )


def _ranks(shares: Numbers) -> Numbers:
    """1 for the greatest share of a sample, equal ones with the best place; NaN where none is."""
    ranks: Numbers = competition_ranks(-shares).astype(np.float64)
    ranks[np.isnan(shares)] = np.nan
    return ranks
