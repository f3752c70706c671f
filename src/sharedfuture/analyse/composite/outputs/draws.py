"""An uncertainty run as frames: intervals, probabilities, indices, causes, and every draw."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.composite.methods.aggregating import (
    BenefitOfDoubt,
    Copeland,
    NetFlow,
    OwnAggregator,
)
from sharedfuture.analyse.composite.outputs.frames import Column, frame_of, row_columns, whole
from sharedfuture.analyse.composite.score import Scored
from sharedfuture.analyse.composite.table import Positions
from sharedfuture.analyse.composite.uncertainty.attribution import WidthShares
from sharedfuture.analyse.composite.uncertainty.leave_out import LeftOut
from sharedfuture.analyse.composite.uncertainty.montecarlo import Simulated
from sharedfuture.analyse.composite.uncertainty.rank_distribution import (
    compare_pairs,
    quantiles,
    summarise_ranks,
)
from sharedfuture.analyse.composite.uncertainty.sensitivity import Sensitivity

Array = npt.NDArray[np.float64]


def interval_frame(simulated: Simulated) -> pl.DataFrame:
    """Nominal rank, median rank and intervals of rank and score, by nominal rank.

    `mean_shift` is the mean absolute distance of a row's rank from its nominal one;
    `scored_count` says in how many replicates the row has a score. There are no intervals of
    scores where replicates have scales of their own, so that only ranks can be compared.
    """
    low, high = simulated.rank_interval()
    ranks, scores = simulated.ranks(), simulated.scores()
    score_low = score_high = score_median = np.full(len(low), np.nan)
    if has_one_scale(simulated):
        score_low, score_high = simulated.score_interval()
        score_median = quantiles(scores, [0.5])[0]
    frame = frame_of(
        row_columns(simulated.plan.table)
        | {
            "rank": whole(simulated.nominal_ranks()),
            "rank_low": low,
            "rank_high": high,
            "rank_median": quantiles(ranks, [0.5])[0],
            "rank_width": high - low,
            "mean_shift": simulated.rank_change.unit_mean_absolute,
            "score": simulated.nominal.scores(simulated.index_code)[0],
            "score_low": score_low,
            "score_high": score_high,
            "score_median": score_median,
            "scored_count": (~np.isnan(scores)).sum(axis=0),
        }
    )
    return frame.sort("rank", nulls_last=True, maintain_order=True)


def has_one_scale(simulated: Simulated) -> bool:
    """Whether scores of all replicates are on one scale.

    They are not where the normaliser varies, or an aggregator that counts comparisons between
    units takes turns with one that does not.
    """
    parts = {part for variation in simulated.plan.variations for part in variation.parts()}
    if "normalise" in parts:
        return False
    methods = {
        type(variation.replaced("aggregate", simulated.plan.recipe.aggregate, at).by)
        for variation in simulated.plan.variations
        if "aggregate" in variation.parts()
        for at in range(variation.count)
    }
    return len(methods) < 2 or not methods & _OWN_SCALES


# Aggregators whose scores are not on the scale of what they aggregate.
_OWN_SCALES = {Copeland, NetFlow, BenefitOfDoubt, OwnAggregator}


def probability_frame(simulated: Simulated, rows: Positions) -> pl.DataFrame:
    """Probability of each rank among the rows of one period, one column a rank."""
    found = summarise_ranks(simulated.ranks()[:, rows]).probability
    columns = {f"rank_{at + 1}": found[:, at] for at in range(found.shape[1])}
    return _by_rank(simulated, rows, columns)


def pair_frame(simulated: Simulated, rows: Positions) -> pl.DataFrame:
    """How often each row of one period stands above each other, a column for each unit."""
    above = compare_pairs(simulated.scores()[:, rows]).above
    units = [simulated.plan.table.units[row] for row in rows]
    return _by_rank(simulated, rows, {unit: above[:, at] for at, unit in enumerate(units)})


def neighbour_frame(simulated: Simulated, rows: Positions) -> pl.DataFrame:
    """For rows next to each other in the ranking, how often the first stands above the second."""
    table = simulated.plan.table
    nominal = simulated.nominal_ranks()[rows]
    ordered = [at for at in np.argsort(nominal, kind="stable") if not np.isnan(nominal[at])]
    above = compare_pairs(simulated.scores()[:, rows]).above
    pairs = list(pairwise(ordered))
    return frame_of(
        {
            "rank": whole(np.array([nominal[first] for first, _ in pairs], dtype=float)),
            "first": pl.Series([table.units[rows[at]] for at, _ in pairs], dtype=pl.String),
            "first_name": pl.Series([table.titles[rows[at]] for at, _ in pairs], dtype=pl.String),
            "second": pl.Series([table.units[rows[at]] for _, at in pairs], dtype=pl.String),
            "second_name": pl.Series([table.titles[rows[at]] for _, at in pairs], dtype=pl.String),
            "probability_above": np.array([above[pair] for pair in pairs], dtype=float),
        }
    )


def draw_frame(simulated: Simulated) -> pl.DataFrame:
    """Every replicate: what it has drawn of each variation, and all scores of the index."""
    table, scores = simulated.plan.table, simulated.scores()
    rows = table.units
    if table.periods:
        rows = tuple(f"{u} {p:g}" for u, p in zip(table.units, table.periods, strict=True))
    columns: dict[str, Column] = {"replicate": np.arange(1, len(scores) + 1)}
    columns |= {name: simulated.labels(name) for name in simulated.names}
    columns["mean_absolute_rank_shift"] = simulated.rank_change.mean_absolute
    columns |= {f"score {row}": scores[:, at] for at, row in enumerate(rows)}
    return frame_of(columns)


def sensitivity_frame(found: Sensitivity) -> pl.DataFrame:
    """First- and total-order indices of the mean absolute rank shift, with their intervals."""
    return frame_of(
        {
            "variation": found.names,
            "first": found.indices.first,
            "first_low": found.intervals.first_low,
            "first_high": found.intervals.first_high,
            "total": found.indices.total,
            "total_low": found.intervals.total_low,
            "total_high": found.intervals.total_high,
        }
    )


def cause_frame(
    simulated: Simulated, widths: WidthShares, sensitivity: Sensitivity | None, rows: Positions
) -> pl.DataFrame:
    """For each row of one period: the width of its rank interval, and its causes.

    `alone:x` is the width with x varying alone and `relieved:x` what goes away without it, both
    over the whole width; `first:x` and `total:x` are shares of the variance of the rank.
    """
    columns: dict[str, Column] = {"whole_width": widths.whole[rows]}
    for at, name in enumerate(simulated.names):
        columns[f"alone:{name}"] = widths.alone[at, rows]
        columns[f"relieved:{name}"] = widths.relieved[at, rows]
        if sensitivity is not None:
            columns[f"first:{name}"] = sensitivity.units.first[at, rows]
            columns[f"total:{name}"] = sensitivity.units.total[at, rows]
    columns["together"] = widths.remainder[rows]
    return _by_rank(simulated, rows, columns)


def left_out_frame(scored: Scored, found: LeftOut) -> pl.DataFrame:
    """For each part left out: mean and largest shift of ranks, and whom it moves most."""
    titles, nominal = scored.framework.titles, scored.ranks()
    distance = np.abs(found.ranks - nominal)
    compared = ~np.isnan(distance)
    largest = np.where(compared, distance, -1.0)
    most = largest.argmax(axis=1)
    moved = np.asarray(compared.any(axis=1))
    table = scored.table
    return frame_of(
        {
            "code": found.codes,
            "name": [titles[code] for code in found.codes],
            "mean_shift": found.shift,
            "largest_shift": whole(np.where(moved, largest.max(axis=1), np.nan)),
            "most_moved": [
                table.titles[row] if has else None for row, has in zip(most, moved, strict=True)
            ],
            "compared_count": compared.sum(axis=1),
        }
    )


def left_out_rank_frame(scored: Scored, found: LeftOut) -> pl.DataFrame:
    """Rank of each row with all parts, and without each of them."""
    columns = {"rank": whole(scored.ranks())}
    columns |= {f"without {code}": whole(found.ranks[at]) for at, code in enumerate(found.codes)}
    frame = frame_of(row_columns(scored.table) | columns)
    return frame.sort("rank", nulls_last=True, maintain_order=True)


def _by_rank(
    simulated: Simulated, rows: Positions, columns: dict[str, Array] | dict[str, Column]
) -> pl.DataFrame:
    table = simulated.plan.table
    who: dict[str, Column] = {
        "unit": [table.units[row] for row in rows],
        "name": [table.titles[row] for row in rows],
        "rank": whole(simulated.nominal_ranks()[rows]),
    }
    return frame_of(who | dict(columns)).sort("rank", nulls_last=True, maintain_order=True)
