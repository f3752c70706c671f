"""The published total: its uncertainty, and the intercept that makes probabilities sum to it."""

import numpy as np

from sharedfuture.analyse.partners.problem import FloatArray, Problem, ProblemError

_STEPS = 80
_LONGEST_STEP = 2.0
_CLOSE = 1e-8


def mean_total(problem: Problem) -> float:
    """The total expected, given its bounds: the mean of the triangle over them."""
    return (problem.total_low + problem.total + problem.total_high) / 3.0


def draw_totals(problem: Problem, draws: int, generator: np.random.Generator) -> FloatArray:
    """Totals from the triangle over their bounds, highest at the published one, in random order.

    They are drawn in equal steps and moved to the triangle's mean, which thus holds for any number
    of draws. A total that is its own upper bound (at most so many) has a mean below it.
    """
    low, mode, high = problem.total_low, problem.total, problem.total_high
    if low == high:
        return np.full(draws, mode)
    steps = (np.arange(draws) + 0.5) / draws
    lower = low + np.sqrt(steps * (high - low) * (mode - low))
    upper = high - np.sqrt((1.0 - steps) * (high - low) * (high - mode))
    totals = np.where(steps < (mode - low) / (high - low), lower, upper)
    return generator.permutation(totals + (mean_total(problem) - totals.mean()))


def left_over(totals: FloatArray, charges: FloatArray) -> FloatArray:
    """What is left of each total after the known; never so little or so much as to be impossible.

    `charges` is (splits or draws) x countries. At least half a country stays hidden and at least
    half a country free: a total below what is known is a total that is out of date.
    """
    free = (1.0 - charges).sum(axis=-1)
    if (free <= 1.0).any():
        raise ProblemError("all eligible countries are known")
    left: FloatArray = np.clip(totals - charges.sum(axis=-1), 0.5, free - 0.5)
    return left


def intercepts(
    scores: FloatArray,
    shares: FloatArray,
    wanted: FloatArray,
    *,
    start: FloatArray | None = None,
) -> FloatArray:
    """For each row, the intercept at which the sum of shares x probability is what is wanted.

    By Newton's method, all rows at once. `scores` are log-odds without intercept, rows x
    countries; `shares` has the same form or one row; `start` is where to begin, if it is known.
    """
    if start is None:
        rate = np.clip(wanted / shares.sum(axis=-1), 1e-6, 1 - 1e-6)
        start = np.log(rate / (1.0 - rate)) - scores.mean(axis=-1)
    at: FloatArray = start
    for _ in range(_STEPS):
        probability = expit(scores + at[:, None])
        summed = shares * probability
        miss = summed.sum(axis=-1) - wanted
        if np.abs(miss).max() < _CLOSE:
            break
        slope = (summed * (1.0 - probability)).sum(axis=-1)
        at = at - np.clip(miss / np.maximum(slope, 1e-12), -_LONGEST_STEP, _LONGEST_STEP)
    return at


def expit(scores: FloatArray) -> FloatArray:
    """Probabilities from log-odds."""
    probability: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(scores, -40.0, 40.0)))
    return probability
