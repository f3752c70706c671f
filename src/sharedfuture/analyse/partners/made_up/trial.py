"""The models held to made-up worlds, where the truth is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from sharedfuture.analyse.partners.fitting import prepare
from sharedfuture.analyse.partners.made_up.worlds import World
from sharedfuture.analyse.partners.measures import expected_calibration_error
from sharedfuture.analyse.partners.problem import (
    BoolArray,
    FloatArray,
    Problem,
    Settings,
    canonical_order,
    check,
    in_order,
)
from sharedfuture.analyse.partners.splits import make_splits, predict

_QUICK = Settings(imputations=0)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a model does over worlds, on the countries that it is not told."""

    calibration_error: float  # of all worlds together
    log_score: FloatArray  # by world: mean logarithm of what it gave to what was
    area: FloatArray  # by world: probability that a partner stands above one that is not


def point(problem: Problem, model: str, *, settings: Settings = _QUICK) -> FloatArray:
    """By country, the posterior mean by Laplace alone, without draws: what validation ranks by."""
    check(problem)
    order = canonical_order(problem)
    order = order[problem.eligible[order]]
    ready = prepare(in_order(problem, order), settings, np.random.default_rng(0))
    everything = make_splits(ready, most=0)[:1]
    parts = ("logistic", "second") if model == "mean" else (model,)
    given_none = np.mean(
        [predict(ready, everything, part, settings)[0][0] for part in parts], axis=0
    )
    trust = ready.problem.label_trust
    probability = np.zeros(len(problem.known))
    probability[order] = trust + (1.0 - trust) * given_none
    return probability


def judge(worlds: Iterable[World], *, settings: Settings = _QUICK) -> Mapping[str, Judged]:
    """Each model over all worlds."""
    told: dict[str, list[FloatArray]] = {"logistic": [], "second": [], "mean": [], "baseline": []}
    truth: list[BoolArray] = []
    for world in worlds:
        hidden = ~world.problem.known
        truth.append(world.partner[hidden])
        for model in ("logistic", "second", "baseline"):
            told[model].append(point(world.problem, model, settings=settings)[hidden])
        told["mean"].append(0.5 * (told["logistic"][-1] + told["second"][-1]))
    return {model: _judged(said, truth) for model, said in told.items()}


def _judged(said: list[FloatArray], truth: list[BoolArray]) -> Judged:
    scores = [
        float(np.log(np.where(is_partner, probability, 1.0 - probability)).mean())
        for probability, is_partner in zip(said, truth, strict=True)
    ]
    areas = [area_under(one, two) for one, two in zip(said, truth, strict=True)]
    error = expected_calibration_error(np.concatenate(said), np.concatenate(truth))
    return Judged(error, np.array(scores), np.array(areas))


def area_under(probability: FloatArray, is_partner: BoolArray) -> float:
    """Area under the ROC curve, by ranks; ties count half."""
    ranks = rankdata(probability)
    count = int(is_partner.sum())
    over = ranks[is_partner].sum() - count * (count + 1) / 2
    return float(over / (count * (len(ranks) - count)))
