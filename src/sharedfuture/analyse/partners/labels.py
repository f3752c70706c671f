"""What labels weigh: publishers are counted, never names.

In learning, all names that one publisher gives weigh `label_cap` names together at most: of m
names each weighs min(1, label_cap / m) for that publisher. A country's weight is its trust times
the sum of these over the publishers that name it, at most 1.

Against the total, a known country uses up trust x (1 - base rate) more than an unknown one. All
names of a publisher use up `charge_cap` of the total together at most; what is beyond is not taken
from the other countries but reported as excess.
"""

from collections.abc import Iterable

import numpy as np
from scipy.special import betaincinv

from sharedfuture.analyse.partners.problem import BoolArray, FloatArray, Problem

# Trust is a judgement: it is as uncertain as a share seen in so many statements that were checked.
_CHECKED = 10.0


def named_by(problem: Problem) -> tuple[BoolArray, tuple[str, ...]]:
    """Publishers x countries, who names whom among the known; and the publishers."""
    origins: Iterable[str] = (
        origin
        for country, named in enumerate(problem.label_origins)
        if problem.known[country]
        for origin in named
    )
    publishers = tuple(sorted(set(origins)))
    names = np.zeros((len(publishers), len(problem.known)), dtype=np.bool_)
    for country, named in enumerate(problem.label_origins):
        if problem.known[country]:
            for origin in named:
                names[publishers.index(origin), country] = True
    return names, publishers


def label_weights(names: BoolArray, trust: FloatArray, *, cap: float) -> FloatArray:
    """Splits x countries, what each label weighs in learning; `names` is splits x publishers x
    countries."""
    counts = names.sum(axis=-1, keepdims=True)
    shares = np.minimum(1.0, cap / np.maximum(counts, 1))
    weights: FloatArray = trust * np.minimum(1.0, (names * shares).sum(axis=-2))
    return weights


def label_charges(
    names: BoolArray, trust: FloatArray, *, base_rate: float, allowed: float
) -> FloatArray:
    """Splits x countries, the part of each label's trust that counts against the total.

    `allowed` is what the names of one publisher may use up together, in countries.
    """
    using = trust * (1.0 - base_rate)
    used = (names * using).sum(axis=-1, keepdims=True)
    shares = np.minimum(1.0, allowed / np.maximum(used, 1e-12))
    charges: FloatArray = trust * np.minimum(1.0, (names * shares).sum(axis=-2))
    return charges


def bounds(
    draws: FloatArray, trust: FloatArray, generator: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """The middle 95 % of the draws (draws x countries), with the trust in names itself uncertain.

    Its spread is that of a beta distribution, drawn in equal steps, so that means stay.
    """
    named = np.flatnonzero((trust > 0.0) & (trust < 1.0))
    values, of = np.unique(trust[named], return_inverse=True)
    steps = (np.arange(len(draws)) + 0.5) / len(draws)
    sure = betaincinv(values * _CHECKED, (1.0 - values) * _CHECKED, steps[:, None])
    drawn = generator.permuted(sure[:, of], axis=0)
    otherwise = (draws[:, named] - trust[named]) / (1.0 - trust[named])
    spread = draws.copy()
    spread[:, named] = drawn + (1.0 - drawn) * otherwise
    low, high = np.quantile(spread, [0.025, 0.975], axis=0)
    return low, high
