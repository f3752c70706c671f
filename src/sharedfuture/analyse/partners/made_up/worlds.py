"""Made-up worlds whose hidden partners are known, to hold the models to.

Covariates are correlated, some skewed, some missing; partners follow a logistic rule; a few are
disclosed, at random or rather in open countries; the total is given. Two more worlds hold traps:
partners that follow the baseline's covariate alone, and partners that follow a curved rule.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.partners.problem import BoolArray, FloatArray, Problem
from sharedfuture.analyse.partners.total import expit, intercepts

MECHANISMS = ("random", "open")
RULES = ("many", "baseline", "curved")


@dataclass(frozen=True, slots=True)
class World:
    """A problem and the truth behind it."""

    problem: Problem
    partner: BoolArray
    probability: FloatArray  # by the rule that made the partners


def make_world(
    seed: int,
    *,
    countries: int = 200,
    covariates: int = 15,
    partners: int = 81,
    labels: int = 20,
    publishers: int = 20,
    rule: str = "many",
    mechanism: str = "random",
    missing: float = 0.15,
) -> World:
    """A world; the first covariate is the baseline's, the second how open a country is."""
    rng = np.random.default_rng(seed)
    values = _covariates(rng, countries, covariates)
    scores = _scores(rng, values, rule)
    start = intercepts(scores[None], np.ones((1, countries)), np.array([float(partners)]))
    probability = expit(scores + start[0])
    partner = rng.random(countries) < probability
    openness = 1.5 * values[:, 1] if mechanism == "open" else np.zeros(countries)
    known = np.zeros(countries, dtype=np.bool_)
    chance = np.where(partner, np.exp(openness), 0.0)
    named = min(labels, int(partner.sum()) - 1)
    known[rng.choice(countries, size=named, replace=False, p=chance / chance.sum())] = True
    said_by = rng.integers(0, publishers, size=countries)
    said_by[known] = rng.permutation(np.arange(named) % publishers)
    total = float(partner.sum())
    problem = Problem(
        covariates=_with_gaps(rng, values, missing),
        names=tuple(f"covariate-{place}" for place in range(covariates)),
        known=known,
        label_origins=tuple(
            (f"publisher-{said_by[place]}",) if known[place] else () for place in range(countries)
        ),
        label_trust=np.where(known, 0.95, 0.0),
        groups=rng.integers(0, 6, size=countries),
        total=total,
        total_low=total - 2.0,
        total_high=total + 2.0,
        eligible=np.ones(countries, dtype=np.bool_),
    )
    return World(problem, partner, probability)


def _covariates(rng: np.random.Generator, countries: int, covariates: int) -> FloatArray:
    """Normal with three factors in common; every third is skewed, as money is."""
    common = rng.standard_normal((countries, 3)) @ rng.standard_normal((3, covariates))
    values = 0.5 * common + rng.standard_normal((countries, covariates))
    values[:, 3::3] = np.exp(0.7 * values[:, 3::3])
    scaled: FloatArray = (values - values.mean(axis=0)) / values.std(axis=0)
    return scaled


def _scores(rng: np.random.Generator, values: FloatArray, rule: str) -> FloatArray:
    if rule == "baseline":
        only: FloatArray = 1.2 * values[:, 0]
        return only
    coefficients: FloatArray = np.append(0.6, rng.normal(0.0, 0.5, size=values.shape[1] - 1))
    straight: FloatArray = values @ coefficients
    if rule == "curved":
        curved: FloatArray = 2.0 * np.tanh(straight) - 1.0 * np.abs(values[:, 2])
        return curved
    return straight


def _with_gaps(rng: np.random.Generator, values: FloatArray, missing: float) -> FloatArray:
    """Gaps come rather in some countries than in others; the baseline's covariate has none."""
    poor = rng.beta(1.0, 3.0, size=(len(values), 1)) * 4.0 * missing
    gaps = rng.random(values.shape) < poor
    gaps[:, 0] = False
    return np.where(gaps, np.nan, values)
