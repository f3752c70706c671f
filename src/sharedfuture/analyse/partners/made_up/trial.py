"""The models held to made-up worlds, where the truth is known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.partners.fitting import fit, prepare
from sharedfuture.analyse.partners.made_up.worlds import World
from sharedfuture.analyse.partners.measures import (
    calibration_interval_over,
    expected_calibration_error,
)
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
from sharedfuture.analyse.ranks import average_ranks

_QUICK = Settings(imputations=0)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a model does over worlds, on the countries that it is not told."""

    calibration_error: float  # of all worlds together
    calibration_between: tuple[float, float]  # its middle 95 % over worlds drawn with replacement
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


def judge(
    worlds: Iterable[World], *, settings: Settings = _QUICK, drawn: Sequence[str] = ()
) -> Mapping[str, Judged]:
    """Each model over all worlds, as validation ranks by it; those in `drawn` as they are published
    as well, by draws: `logistic, drawn`."""
    told: dict[str, list[FloatArray]] = defaultdict(list)
    truth: list[BoolArray] = []
    for number, world in enumerate(worlds):
        hidden = ~world.problem.known
        truth.append(world.partner[hidden])
        for model in ("logistic", "second", "baseline"):
            told[model].append(point(world.problem, model, settings=settings)[hidden])
        told["mean"].append(0.5 * (told["logistic"][-1] + told["second"][-1]))
        for model in drawn:
            fitted = fit(world.problem, model=model, seed=number, settings=settings)
            told[f"{model}, drawn"].append(fitted.draws.mean(axis=0)[hidden])
    return {model: _judged(said, truth) for model, said in told.items()}


def _judged(said: list[FloatArray], truth: list[BoolArray]) -> Judged:
    scores = [
        float(np.log(np.where(is_partner, probability, 1.0 - probability)).mean())
        for probability, is_partner in zip(said, truth, strict=True)
    ]
    areas = [area_under(one, two) for one, two in zip(said, truth, strict=True)]
    error = expected_calibration_error(np.concatenate(said), np.concatenate(truth))
    between = calibration_interval_over(said, truth, np.random.default_rng(len(said)))
    return Judged(error, between, np.array(scores), np.array(areas))


def area_under(probability: FloatArray, is_partner: BoolArray) -> float:
    """Area under the ROC curve, by ranks; ties count half."""
    ranks = average_ranks(probability)
    count = int(is_partner.sum())
    over = ranks[is_partner].sum() - count * (count + 1) / 2
    return float(over / (count * (len(ranks) - count)))
