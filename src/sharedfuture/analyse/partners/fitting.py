"""Fit a model of hidden partners to a problem."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.partners.filling import fill, standardise
from sharedfuture.analyse.partners.labels import bounds, label_charges, label_weights, named_by
from sharedfuture.analyse.partners.logistic import baseline_features, logistic_features
from sharedfuture.analyse.partners.posterior import (
    Evidence,
    Features,
    draw,
    find_modes,
)
from sharedfuture.analyse.partners.problem import (
    MODELS,
    BoolArray,
    Fit,
    FloatArray,
    IntArray,
    Problem,
    ProblemError,
    Settings,
    canonical_order,
    check,
    coverage,
    in_order,
)
from sharedfuture.analyse.partners.second import kernel_features, local_contributions
from sharedfuture.analyse.partners.total import (
    draw_totals,
    expit,
    intercepts,
    left_over,
    mean_total,
)

_DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A problem made ready: eligible countries only, in an order that does not depend on chance."""

    problem: Problem
    filled: Sequence[FloatArray]  # the means of what is missing, then random fillings
    names: BoolArray  # publishers x countries
    publishers: tuple[str, ...]
    openness: FloatArray  # slopes x countries: relative rate of disclosure
    baseline: int  # column


def fit(problem: Problem, *, model: str = "mean", seed: int, settings: Settings = _DEFAULTS) -> Fit:
    """Probabilities of partnership by one of the models: logistic, second, mean or baseline."""
    if model not in MODELS:
        raise ProblemError(f"no model {model!r}; there are {', '.join(MODELS)}")
    check(problem)
    order = canonical_order(problem)
    order = order[problem.eligible[order]]
    rng = np.random.default_rng(seed)
    ready = prepare(in_order(problem, order), settings, rng)
    parts = ("logistic", "second") if model == "mean" else (model,)
    each = settings.draws // len(parts)
    fitted = [_fit_one(ready, part, each, settings, rng) for part in parts]
    probabilities = np.concatenate([drawn for drawn, _ in fitted])
    contributions = np.mean([told for _, told in fitted], axis=0)
    return _told(problem, model, settings, order, probabilities, contributions, rng)


def prepare(problem: Problem, settings: Settings, rng: np.random.Generator) -> Prepared:
    """Scale and fill the covariates of a problem all of whose countries are eligible."""
    scaled = standardise(problem.covariates, problem.eligible)
    filled = fill(scaled, times=settings.imputations, generator=rng)
    names, publishers = named_by(problem)
    openness = np.ones((1, len(scaled)))
    if settings.openness:
        column = filled[0][:, _column(problem, settings.openness)]
        openness = np.exp(np.outer(settings.openness_slopes, column))
    baseline = _column(problem, settings.baseline) if settings.baseline else 0
    return Prepared(problem, filled, names, publishers, openness, baseline)


def evidence_of(
    ready: Prepared, names: BoolArray, features: Features, settings: Settings
) -> Evidence:
    """What the labels say in each split; `names` is splits x publishers x countries."""
    grid = len(features.scales) // len(ready.openness)
    problem = ready.problem
    trust, total = problem.label_trust, mean_total(problem)
    charges = label_charges(
        names,
        trust,
        base_rate=min(total / len(trust), 1.0),
        allowed=settings.charge_cap * total,
    )
    return Evidence(
        weights=label_weights(names, trust, cap=settings.label_cap),
        charges=charges,
        wanted=left_over(np.full(len(names), total), charges),
        openness=np.repeat(ready.openness, grid, axis=0),
    )


def features_of(model: str, ready: Prepared, filled: FloatArray) -> Features:
    """What the log-odds of a model are linear in; every choice of scales with every slope."""
    if model == "second":
        features = kernel_features(filled, ready.problem.eligible)
    elif model == "baseline":
        features = baseline_features(filled, ready.baseline)
    else:
        features = logistic_features(filled, ready.baseline)
    slopes = len(ready.openness)
    return Features(
        values=features.values,
        scales=np.tile(features.scales, (slopes, 1)),
        log_prior=np.tile(features.log_prior, slopes),
        residual=np.tile(features.residual, (slopes, 1)),
    )


def _fit_one(
    ready: Prepared, model: str, draws: int, settings: Settings, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draws of the probabilities, and contributions to the log-odds."""
    fillings = list(ready.filled[1:] or ready.filled)
    parts = np.array_split(np.arange(draws), len(fillings))
    scores, coefficients = [], []
    for filled, part in zip(fillings, parts, strict=True):
        features = features_of(model, ready, filled)
        evidence = evidence_of(ready, ready.names[None], features, settings)
        modes = find_modes(features, evidence)
        drawn = draw(features, evidence, modes, draws=len(part), rng=rng)
        scores.append(drawn.scores)
        coefficients.append(drawn.coefficients.mean(axis=0))
    charges = evidence.charges
    wanted = left_over(draw_totals(ready.problem, draws, rng), charges)
    together = np.concatenate(scores)
    probability = expit(together + intercepts(together, 1.0 - charges, wanted)[:, None])
    trust = ready.problem.label_trust
    told = _contributions(model, ready, settings, np.mean(coefficients, axis=0))
    has = ~np.isnan(ready.problem.covariates)
    return trust + (1.0 - trust) * probability, np.where(has, told, 0.0)


def _contributions(
    model: str, ready: Prepared, settings: Settings, coefficients: FloatArray
) -> FloatArray:
    """Countries x covariates, log-odds beside the average country; missing ones at their means."""
    filled = ready.filled[0]
    if model == "logistic":
        return filled * coefficients
    if model == "second":
        features = features_of(model, ready, filled)
        modes = find_modes(features, evidence_of(ready, ready.names[None], features, settings))
        return local_contributions(filled, ready.problem.eligible, features, modes)
    alone = np.zeros_like(filled)
    alone[:, ready.baseline] = filled[:, ready.baseline] * coefficients[0]
    return alone


def _told(
    problem: Problem,
    model: str,
    settings: Settings,
    order: IntArray,
    probabilities: FloatArray,
    contributions: FloatArray,
    rng: np.random.Generator,
) -> Fit:
    """The draws put back into the order of the problem, and summed up."""
    countries, columns = problem.covariates.shape
    draws = np.zeros((len(probabilities), countries))
    draws[:, order] = probabilities
    because = np.zeros((countries, columns))
    because[order] = contributions
    low, high = np.zeros(countries), np.zeros(countries)
    low[order], high[order] = bounds(probabilities, problem.label_trust[order], rng)
    share = coverage(problem)
    thin = (share < settings.least_coverage) | (high - low > settings.widest)
    abstained = problem.eligible & ~problem.known & thin
    expected = float(draws.mean(axis=0).sum())
    return Fit(
        model=model,
        probability=np.where(abstained, np.nan, draws.mean(axis=0)),
        low=np.where(abstained, np.nan, low),
        high=np.where(abstained, np.nan, high),
        draws=draws,
        contributions=because,
        abstained=abstained,
        coverage=share,
        expected=expected,
        excess=round(max(expected - mean_total(problem), 0.0), 6),
    )


def _column(problem: Problem, name: str) -> int:
    if name not in problem.names:
        raise ProblemError(f"no covariate {name!r}")
    return problem.names.index(name)
