"""The posterior of a model that is linear in its features, under few labels and a given total.

For a country without a label, log-odds of q = intercept + features x coefficients, with the
intercept such that the probabilities sum to the total. A partner is disclosed with probability c,
whose log-odds may grow with openness. Then a country is labelled with probability
pi = c q / (1 - c + c q), that is log-odds(pi) = log-odds(c) + log(q), where q is the probability of
a partnership given that nothing was disclosed; and the log-likelihood, weighted by what each label
weighs, is w log(pi) + (1 - w) log(1 - pi). The log-odds of c are such that the labels expected are
as many as there are, which is also where the likelihood is greatest. The prior of the coefficients
is normal around 0; its scale is one of a grid, each with its own weight.

The mode comes from Newton's method, for all splits and scales of the grid at once; around it the
posterior is normal (Laplace), which importance weights correct where draws are asked for.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.partners.problem import FloatArray, IntArray
from sharedfuture.analyse.partners.total import expit, intercepts

_ROUNDS = 40
_CLOSE = 2e-3  # of the prior's scale
_LONGEST_STEP = 2.0
_LEAST_LABELS = 1e-3


@dataclass(frozen=True, slots=True)
class Features:
    """What the log-odds are linear in, and how large its coefficients may be."""

    values: FloatArray  # countries x features
    scales: FloatArray  # grid x features: standard deviations of the prior
    log_prior: FloatArray  # grid: of each choice of scales
    residual: FloatArray  # grid x countries: variance that the features leave out


@dataclass(frozen=True, slots=True)
class Evidence:
    """Labels, splits x countries, and what is left of the total for those without."""

    weights: FloatArray  # splits x countries: of each label in learning
    charges: FloatArray  # splits x countries: what each known one uses up of the total
    wanted: FloatArray  # splits: what is left of the total
    openness: FloatArray  # grid x countries: relative rate of disclosure


@dataclass(frozen=True, slots=True)
class Modes:
    """Splits x grid: the modes, and the normal approximations around them."""

    at: FloatArray  # splits x grid x features
    intercept: FloatArray  # splits x grid
    rate: FloatArray  # splits x grid: log-odds of disclosure
    covariance: FloatArray  # splits x grid x features x features
    share: FloatArray  # splits x grid: posterior probability of each choice of scales


@dataclass(slots=True)
class _State:
    """Everything at the coefficients that have been reached, one row a split and scale."""

    at: FloatArray
    intercept: FloatArray
    rate: FloatArray
    probability: FloatArray
    labelled: FloatArray  # pi


def find_modes(features: Features, evidence: Evidence) -> Modes:
    """Modes for every split and every choice of scales."""
    splits, grid = len(evidence.weights), len(features.scales)
    row = _Rows(features, evidence)
    state = row.state(np.zeros((splits * grid, features.values.shape[1])))
    for _ in range(_ROUNDS):
        gradient, information = row.scores(state)
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        length = np.sqrt((step**2).sum(axis=1, keepdims=True))
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, 1e-12))
        state = row.state(state.at + step, state)
        if (np.abs(step) * np.sqrt(row.precision)).max(initial=0.0) < _CLOSE:
            break
    covariance = np.asarray(np.linalg.inv(row.scores(state)[1]), dtype=np.float64)
    log_evidence = row.log_joint(state) + 0.5 * np.linalg.slogdet(covariance)[1]
    log_share = log_evidence.reshape(splits, grid) + features.log_prior
    share = np.exp(log_share - log_share.max(axis=1, keepdims=True))
    by_split = (splits, grid)
    return Modes(
        at=state.at.reshape(*by_split, -1),
        intercept=state.intercept.reshape(by_split),
        rate=state.rate.reshape(by_split),
        covariance=covariance.reshape(*by_split, *covariance.shape[1:]),
        share=share / share.sum(axis=1, keepdims=True),
    )


class _Rows:
    """The problem with one row for each split and each choice of scales."""

    def __init__(self, features: Features, evidence: Evidence) -> None:
        values, grid = features.values, len(features.scales)
        splits = len(evidence.weights)
        self.values = values
        self.products = (values[:, :, None] * values[:, None, :]).reshape(len(values), -1)
        self.precision = np.tile(features.scales**-2.0, (splits, 1))
        self.weights = np.repeat(evidence.weights, grid, axis=0)
        self.shares = np.repeat(1.0 - evidence.charges, grid, axis=0)
        self.wanted = np.repeat(evidence.wanted, grid)
        self.openness = np.tile(evidence.openness, (splits, 1))

    def state(self, at: FloatArray, before: _State | None = None) -> _State:
        scores = at @ self.values.T
        near = before.intercept if before else None
        intercept = intercepts(scores, self.shares, self.wanted, start=near)
        probability = expit(scores + intercept[:, None])
        label = label_scores(scores + intercept[:, None], self.openness)
        rate = disclosure(label, self.weights, start=before.rate if before else None)
        return _State(at, intercept, rate, probability, expit(label + rate[:, None]))

    def scores(self, state: _State) -> tuple[FloatArray, FloatArray]:
        """Gradient and curvature of the log-posterior, the intercept following along."""
        probability, labelled = state.probability, state.labelled
        pull = self.shares * probability * (1.0 - probability)
        centre = (pull @ self.values) / pull.sum(axis=1, keepdims=True)
        slope = (1.0 - probability) * (self.weights - labelled)
        gradient = slope @ self.values - centre * slope.sum(axis=1, keepdims=True)
        gradient -= self.precision * state.at
        expected = (1.0 - probability) ** 2 * labelled * (1.0 - labelled)
        seen = probability * (1.0 - probability) * (self.weights - labelled)
        worth = expected + np.maximum(seen, 0.0)  # never below the expected: stays invertible
        columns = self.values.shape[1]
        information = (worth @ self.products).reshape(-1, columns, columns)
        crossed = (worth @ self.values)[:, :, None] * centre[:, None, :]
        information -= crossed + crossed.transpose(0, 2, 1)
        whole = worth.sum(axis=1)[:, None, None]
        information += whole * centre[:, :, None] * centre[:, None, :]
        # The rate of disclosure follows along as well.
        noise = labelled * (1.0 - labelled)
        told = noise * (1.0 - probability)
        shared = told @ self.values - centre * told.sum(axis=1, keepdims=True)
        lost = shared[:, :, None] * shared[:, None, :] / noise.sum(axis=1)[:, None, None]
        information -= lost
        places = np.arange(columns)
        information[:, places, places] += self.precision
        return gradient, information

    def log_joint(self, state: _State) -> FloatArray:
        """Log-likelihood and log-prior, without constants that all rows share."""
        prior = 0.5 * (np.log(self.precision) - self.precision * state.at**2).sum(axis=1)
        total: FloatArray = log_likelihood(state.labelled, self.weights) + prior
        return total


def label_scores(scores: FloatArray, openness: FloatArray) -> FloatArray:
    """Log-odds of a label less those of disclosure: the logarithms of q and of openness."""
    told: FloatArray = np.log(openness) - np.logaddexp(0.0, -scores)
    return told


def disclosure(
    label: FloatArray, weights: FloatArray, *, start: FloatArray | None = None
) -> FloatArray:
    """The log-odds of disclosure at which as many labels are expected as there are, in weight."""
    wanted = np.maximum(weights.sum(axis=-1), _LEAST_LABELS)
    return intercepts(label, np.ones((1, label.shape[-1])), wanted, start=start)


def log_likelihood(labelled: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted log-likelihood of the labels, one for each row."""
    sure = np.clip(labelled, 1e-300, 1.0 - 1e-12)
    each = weights * np.log(sure) + (1.0 - weights) * np.log1p(-sure)
    total: FloatArray = each.sum(axis=-1)
    return total


def mean_scores(features: Features, modes: Modes) -> FloatArray:
    """Splits x countries: log-odds, less intercept, drawn in by how unsure they are.

    MacKay's approximation of the mean of the logistic function under a normal distribution,
    averaged over the grid by the posterior share of each choice of scales.
    """
    values = features.values
    scores = modes.at @ values.T
    turned = values @ modes.covariance
    variance = np.einsum("sgnk,nk->sgn", turned, values) + features.residual
    drawn_in = (scores + modes.intercept[:, :, None]) / np.sqrt(1.0 + np.pi * variance / 8.0)
    probability = (modes.share[:, :, None] * expit(drawn_in)).sum(axis=1)
    odds: FloatArray = np.log(probability) - np.log1p(-probability)
    return odds


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws from the posterior: choice of scales, coefficients, and log-odds less intercept."""

    chosen: IntArray
    coefficients: FloatArray
    scores: FloatArray


def draw(
    features: Features, evidence: Evidence, modes: Modes, *, draws: int, rng: np.random.Generator
) -> Drawn:
    """Draws from the posterior of the first split: proposed by Laplace, corrected by importance.

    Weights are cut at the mean weight times the root of their number (Ionides 2008).
    """
    chosen = np.searchsorted(np.cumsum(modes.share[0]), _even(draws, rng))
    chosen = np.minimum(chosen, len(features.scales) - 1)
    roots = np.linalg.cholesky(modes.covariance[0])
    noise = rng.standard_normal((draws, features.values.shape[1]))
    away = np.empty_like(noise)
    for place in np.unique(chosen):
        away[chosen == place] = noise[chosen == place] @ roots[place].T
    coefficients = modes.at[0][chosen] + away
    scores = coefficients @ features.values.T
    log_proposed = -0.5 * (noise**2).sum(axis=1) + np.log(modes.share[0])[chosen]
    log_proposed -= np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)[chosen]
    log_weight = _log_target(features, evidence, modes, chosen, coefficients, scores) - log_proposed
    weight = np.exp(log_weight - log_weight.max())
    weight = np.minimum(weight, weight.mean() * np.sqrt(draws))
    ladder = np.cumsum(weight) / weight.sum()
    kept = np.minimum(np.searchsorted(ladder, _even(draws, rng)), draws - 1)
    spread = np.sqrt(features.residual[chosen[kept]])
    if spread.any():
        scores = scores[kept] + spread * rng.standard_normal(spread.shape)
        return Drawn(chosen[kept], coefficients[kept], scores)
    return Drawn(chosen[kept], coefficients[kept], scores[kept])


def _log_target(
    features: Features,
    evidence: Evidence,
    modes: Modes,
    chosen: IntArray,
    coefficients: FloatArray,
    scores: FloatArray,
) -> FloatArray:
    shares = 1.0 - evidence.charges[:1]
    intercept = intercepts(scores, shares, np.repeat(evidence.wanted[:1], len(scores)))
    label = label_scores(scores + intercept[:, None], evidence.openness[chosen])
    labelled = expit(label + disclosure(label, evidence.weights[:1])[:, None])
    ratio = coefficients / features.scales[chosen]
    prior = -0.5 * (ratio**2).sum(axis=1) - np.log(features.scales[chosen]).sum(axis=1)
    target: FloatArray = log_likelihood(labelled, evidence.weights[:1]) + prior
    return target + features.log_prior[chosen]


def _even(draws: int, rng: np.random.Generator) -> FloatArray:
    """Points spread evenly over 0 to 1 from a random beginning."""
    points: FloatArray = (np.arange(draws) + rng.random()) / draws
    return points
