"""The ranking of the index beside the order of Figure 1 by distance to its corner."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.composite.arrays.ranking import Ties, rank_ascending
from sharedfuture.analyse.index.statistic_rows import (
    Statistic,
    frame_of_statistics,
    scored_countries,
)
from sharedfuture.analyse.step import Step

STEP = Step(
    id="index.comparison",
    reads={"scores": "derived.score", "spectrum": "derived.spectrum"},
    writes="derived.statistic",
    version=1,
)

Numbers = NDArray[np.float64]
# Takes nearness on both, the last axis over countries; gives one number for each sample.
Agreement = Callable[[Numbers, Numbers], Numbers]

LEAST_COUNTRIES = 3  # two points always lie on a line


@dataclass(frozen=True, slots=True)
class _Shared:
    """Nearness of the countries that both have, higher is nearer, and the rows behind it."""

    index: Numbers
    figure: Numbers
    row_ids: Sequence[str]


def run(
    scores: pl.DataFrame,
    spectrum: pl.DataFrame,
    *,
    pillars_apart: list[str],
    first_places: int,
    resamples: int,
    level: float,
    seed: int,
) -> pl.DataFrame:
    """Rank correlation and overlap of the first places, over the countries that both have.

    `pillars_apart` are pillars that share no indicator with the figure; their mean is compared
    too. Intervals are percentiles of resamples of the countries.
    """
    found = []
    for shared, statistic in (
        (_with_index(scores, spectrum), _of_ranks),
        (_with_pillars(scores, spectrum, pillars_apart), _of_pillars(pillars_apart)),
        (_with_index(scores, spectrum), _of_first_places(first_places)),
    ):
        if len(shared.index) >= LEAST_COUNTRIES:
            found.append(statistic(shared, resamples=resamples, level=level, seed=seed))
    return frame_of_statistics(found)


def spearman(first: Numbers, second: Numbers) -> Numbers:
    """Correlation of ranks along the last axis, ties sharing their mean rank; NaN if all tie."""
    ranks = [rank_ascending(side, ties=Ties.AVERAGE) for side in (first, second)]
    x, y = (side - side.mean(axis=-1, keepdims=True) for side in ranks)
    scale = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    product = (x * y).sum(axis=-1)
    rho: Numbers = np.where(scale > 0, product / np.where(scale > 0, scale, 1.0), np.nan)
    return rho


def shared_first_places(first: Numbers, second: Numbers, *, places: int) -> Numbers:
    """How many of the first places on one side are among the first places on the other.

    Along the last axis; where the last of these places is shared, who stands earlier has it.
    """
    sides = [np.argsort(-side, axis=-1, kind="stable")[..., :places] for side in (first, second)]
    is_among = (sides[0][..., :, None] == sides[1][..., None, :]).any(axis=-1)
    shared: Numbers = is_among.sum(axis=-1).astype(np.float64)
    return shared


def _of_ranks(shared: _Shared, *, resamples: int, level: float, seed: int) -> Statistic:
    return _statistic(
        shared,
        spearman,
        "stat-index-figure-spearman",
        "Rank correlation of the index with nearness to the corner of Figure 1",
        "Spearman's rho of score and distance to the corner, turned so that 1 is the same order",
        resamples=resamples,
        level=level,
        seed=seed,
    )


def _of_pillars(pillars: Sequence[str]) -> Callable[..., Statistic]:
    def make(shared: _Shared, *, resamples: int, level: float, seed: int) -> Statistic:
        return _statistic(
            shared,
            spearman,
            "stat-index-figure-spearman-apart",
            "Rank correlation of the pillars that share nothing with Figure 1 with nearness to "
            "its corner",
            f"Spearman's rho as for the index, of the mean of the pillars {', '.join(pillars)}, "
            "which have no indicator in common with the figure",
            resamples=resamples,
            level=level,
            seed=seed,
        )

    return make


def _of_first_places(places: int) -> Callable[..., Statistic]:
    def make(shared: _Shared, *, resamples: int, level: float, seed: int) -> Statistic:
        count = len(shared.index)
        taken = min(places, count)
        chance = taken * taken / count
        return _statistic(
            shared,
            lambda first, second: shared_first_places(first, second, places=taken),
            f"stat-index-figure-first-{places}",
            f"Countries among the first {places} both on the index and in Figure 1",
            f"Countries that are among the first {taken} by both orders, of those that have both; "
            f"two orders that have nothing to do with each other share {chance:.1f} on average",
            unit="countries",
            resamples=resamples,
            level=level,
            seed=seed,
        )

    return make


def _statistic(
    shared: _Shared,
    agreement: Agreement,
    statistic_id: str,
    title: str,
    method: str,
    *,
    resamples: int,
    level: float,
    seed: int,
    unit: str = "correlation",
) -> Statistic:
    count = len(shared.index)
    chosen = np.random.default_rng(seed).integers(0, count, size=(resamples, count))
    drawn = agreement(shared.index[chosen], shared.figure[chosen])
    tail = (1 - level) / 2
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, [tail, 1 - tail]) if known.size else (None, None)
    value = float(agreement(shared.index, shared.figure))
    return Statistic(
        statistic_id,
        title,
        value=value,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        level=level,
        unit=unit,
        n=count,
        method=f"{method}, over {count} countries; interval: percentiles of {resamples} resamples "
        "of the countries.",
        pool_ids=shared.row_ids,
    )


def _with_index(scores: pl.DataFrame, spectrum: pl.DataFrame) -> _Shared:
    ranked = scored_countries(scores).select("country_id", "value", row_ids="score_id")
    return _joined(ranked.with_columns(pl.concat_list("row_ids")), spectrum)


def _with_pillars(scores: pl.DataFrame, spectrum: pl.DataFrame, pillars: list[str]) -> _Shared:
    """The mean of some pillars, for the countries that have a score on each of them."""
    means = (
        scores.filter(pl.col("element").is_in(pillars), pl.col("value").is_not_null())
        .group_by("country_id")
        .agg(value=pl.col("value").mean(), held=pl.len(), row_ids=pl.col("score_id").sort())
        .filter(pl.col("held") == len(pillars))
    )
    return _joined(means, spectrum)


def _joined(near: pl.DataFrame, spectrum: pl.DataFrame) -> _Shared:
    """`near` has country_id, value and row_ids; the nearer, the higher the value."""
    both = near.join(
        spectrum.filter(pl.col("corner_distance").is_not_null()), on="country_id"
    ).sort("country_id")
    return _Shared(
        both["value"].to_numpy(),
        -both["corner_distance"].to_numpy(),
        sorted([*both["row_ids"].explode().drop_nulls(), *both["spectrum_id"]]),
    )
