"""What can be known of the models from the few countries that are known.

Labels are taken away and it is asked where the models then put the countries: one country at a
time, one region at a time, one publisher at a time. All measures are over countries that are known
partners; of those that are not, nobody knows. Whether the model is better than counting forums is
decided here, by numbers, and by `standing` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.intervals import jeffreys
from sharedfuture.analyse.partners.fitting import Prepared, prepare
from sharedfuture.analyse.partners.measures import (
    calibration_floor,
    calibration_interval,
    disclosed_calibration,
    mean_interval,
    median_interval,
    middle,
    rank_correlations,
)
from sharedfuture.analyse.partners.problem import (
    Fit,
    FloatArray,
    Problem,
    Settings,
    canonical_order,
    check,
    in_order,
)
from sharedfuture.analyse.partners.splits import Split, make_splits, predict, ranked

_DEFAULTS = Settings(imputations=0)
_PARTS = ("logistic", "second", "baseline")
_COMPARED = ("logistic", "second", "mean", "baseline")
_SPLITS = ("one_out", "region_out", "origin_out")


@dataclass(frozen=True, slots=True)
class Check:
    """A measure of a model in a kind of split."""

    model: str
    split: str  # all, one_out, region_out or origin_out
    measure: str
    value: float
    low: float
    high: float
    n: int  # known countries that it is taken over


@dataclass(frozen=True, slots=True)
class _Left:
    """What a model says of the countries left out in one kind of split, one entry each."""

    rank: FloatArray
    hidden: FloatArray  # partners not yet known, by the total
    log_score: FloatArray
    placed: FloatArray  # share of the expected partners below it
    rate: float


def validate(
    problem: Problem,
    *,
    seed: int,
    settings: Settings = _DEFAULTS,
    fits: Mapping[str, Fit] | None = None,
    most: int | None = None,
) -> list[Check]:
    """Every measure of every model in every kind of split.

    With `imputations=0` missing covariates stand as their means (quick, for a build). `most` is
    how many known countries are left out one at a time; with `fits`, the stability of the ranks
    over their draws is told, too.
    """
    check(problem)
    order = canonical_order(problem)
    order = order[problem.eligible[order]]
    rng = np.random.default_rng(seed)
    ready = prepare(in_order(problem, order), settings, rng)
    if not ready.problem.known.any():
        return []
    splits = make_splits(ready, most=most)
    said = {model: predict(ready, splits, model, settings) for model in _PARTS}
    wanted = said["baseline"][1]
    by_model = {model: probability for model, (probability, _) in said.items()}
    by_model["mean"] = 0.5 * (by_model["logistic"] + by_model["second"])
    ranks = {model: ranked(ready, splits, by_model[model]) for model in _COMPARED}
    checks: list[Check] = []
    for kind in _SPLITS:
        left = {
            model: _left_out(ready, splits, kind, by_model[model], ranks[model], wanted)
            for model in _COMPARED
        }
        for model in _COMPARED:
            checks += _measured(model, kind, left[model], left["baseline"], rng)
    for model in _COMPARED:
        checks += _steady(model, ready, splits, by_model[model])
    for model, fitted in (fits or {}).items():
        checks += _steady_draws(model, fitted, problem)
    return checks


def standing(checks: Sequence[Check]) -> str:
    """The model that stands: the best of those surely better than the baseline, or the baseline.

    Surely: the whole interval of its lift, known countries left out one at a time, is above 0.
    """
    lifts = [
        check
        for check in checks
        if (check.split, check.measure) == ("one_out", "lift") and check.low > 0
    ]
    return max(lifts, key=lambda check: check.value).model if lifts else "baseline"


def _left_out(
    ready: Prepared,
    splits: Sequence[Split],
    kind: str,
    probability: FloatArray,
    ranks: FloatArray,
    wanted: FloatArray,
) -> _Left:
    """Arrays are splits x countries; `wanted` is what is left of the total in each split."""
    never = ~ready.problem.known
    rank, hidden, log_score, placed = [], [], [], []
    for place, split in enumerate(splits):
        if split.kind != kind:
            continue
        candidates = probability[place, never]
        for country in split.held_out:
            own = probability[place, country]
            mean = (candidates.sum() + own) / (len(candidates) + 1)
            below = candidates[candidates < own].sum() + 0.5 * own
            below += 0.5 * candidates[candidates == own].sum()
            rank.append(ranks[place, country])
            hidden.append(wanted[place])
            log_score.append(np.log(own / mean))
            placed.append(below / (candidates.sum() + own))
    rate = float(probability[0, never].mean())
    return _Left(np.array(rank), np.array(hidden), np.array(log_score), np.array(placed), rate)


def _measured(
    model: str, kind: str, left: _Left, baseline: _Left, rng: np.random.Generator
) -> list[Check]:
    count = len(left.rank)
    if count == 0:
        return []

    def told(measure: str, value: float, interval: tuple[float, float]) -> Check:
        return Check(model, kind, measure, value, *interval, count)

    def recall(measure: str, hits: FloatArray) -> Check:
        return told(measure, float(hits.mean()), jeffreys(hits.sum(), count - hits.sum()))

    floor = calibration_floor(count, left.rate, rng)
    lift = left.log_score - baseline.log_score
    checks = [
        recall("recall_at_20", (left.rank <= 20.0).astype(np.float64)),
        recall("recall_at_total", (left.rank <= left.hidden).astype(np.float64)),
        told("median_rank", float(np.median(left.rank)), median_interval(left.rank, rng)),
        told("log_score", float(left.log_score.mean()), mean_interval(left.log_score, rng)),
        told(
            "calibration_error",
            float(disclosed_calibration(left.placed, left.rate)),
            calibration_interval(left.placed, left.rate, rng),
        ),
        told("calibration_floor", float(floor.mean()), middle(floor)),
    ]
    if model != "baseline":
        checks.append(told("lift", float(lift.mean()), mean_interval(lift, rng)))
    return checks


def _steady(
    model: str, ready: Prepared, splits: Sequence[Split], probability: FloatArray
) -> list[Check]:
    """How like the ranks of the candidates are when a known country is left out."""
    never = ~ready.problem.known
    rows = [place for place, split in enumerate(splits) if split.kind == "one_out"]
    alike = rank_correlations(probability[0, never], probability[rows][:, never])
    return [
        Check(model, "one_out", "rank_stability", float(alike.mean()), *middle(alike), len(rows))
    ]


def _steady_draws(model: str, fitted: Fit, problem: Problem) -> list[Check]:
    """How like the ranks of the candidates are from draw to draw."""
    candidates = problem.eligible & ~problem.known
    draws = fitted.draws[:, candidates]
    alike = rank_correlations(draws.mean(axis=0), draws)
    known = int((problem.known & problem.eligible).sum())
    return [Check(model, "all", "rank_stability", float(alike.mean()), *middle(alike), known)]
