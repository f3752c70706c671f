"""Variances of few observations each, moderated by borrowing from one another.

The model is Smyth's (2004): a country's sample variance on d degrees of freedom is
prior_variance * F(d, prior_degrees), and its moderated variance is the weighted mean
(prior_degrees * prior_variance + d * variance) / (prior_degrees + d).
The prior is fitted by maximum likelihood on a grid. Smyth's own estimator takes moments of log
variances, which variances near zero dominate; `docs/method/spectrum.md` shows what it would give.
"""

import math
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.spectrum.points import Numbers

_PRIOR_DEGREES = np.geomspace(2.5, 1000.0, 160)  # at 1000 all variances are as good as equal
_VARIANCE_RATIOS = np.geomspace(0.05, 2.0, 160)  # prior variance over pooled variance


@dataclass(frozen=True, slots=True)
class Prior:
    """The variance that a typical country has, and how many observations that is worth."""

    variance: float
    degrees: float


def fit_prior(variances: Numbers, degrees: Numbers) -> Prior | None:
    """The most likely prior; None where no country has a variance (no degree of freedom)."""
    known = degrees > 0
    if not known.any():
        return None
    variances, degrees = variances[known], degrees[known]
    pooled = float(np.average(variances, weights=degrees))
    if pooled == 0:
        return Prior(variance=0.0, degrees=float(_PRIOR_DEGREES[-1]))
    likelihood = np.zeros((len(_PRIOR_DEGREES), len(_VARIANCE_RATIOS)))
    for freedom in np.unique(degrees):
        ratios = variances[degrees == freedom] / pooled
        likelihood += _log_likelihood(ratios, float(freedom))
    row, column = np.unravel_index(int(likelihood.argmax()), likelihood.shape)
    return Prior(
        variance=pooled * float(_VARIANCE_RATIOS[column]), degrees=float(_PRIOR_DEGREES[row])
    )


def moderate(variances: Numbers, degrees: Numbers, prior: Prior) -> Numbers:
    """Each variance drawn towards the prior; with no degree of freedom it is the prior's."""
    total = prior.degrees + degrees
    moderated: Numbers = (
        prior.degrees * prior.variance + degrees * np.where(degrees > 0, variances, 0.0)
    ) / total
    return moderated


def student_quantile(degrees: float, level: float) -> float:
    """How many standard errors an interval of this level reaches each way, Student's t.

    With t = sqrt(degrees) * tan(angle) the density of the angle is a power of its cosine, which
    is bounded and is summed here; right to five digits from two degrees of freedom on.
    """
    angle = np.linspace(0.0, math.pi / 2, 20_001)
    density = np.cos(angle) ** (degrees - 1)
    steps = (density[1:] + density[:-1]) / 2
    cumulated = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
    return math.sqrt(degrees) * math.tan(float(np.interp(level, cumulated, angle)))


def _log_likelihood(ratios: Numbers, freedom: float) -> Numbers:
    """Log density of a scaled F over the grid, without what does not depend on the prior."""
    prior = _PRIOR_DEGREES[:, None]
    constant = np.array(
        [
            math.lgamma((freedom + degrees) / 2) - math.lgamma(degrees / 2)
            for degrees in _PRIOR_DEGREES
        ]
    )[:, None]
    scale = freedom / (prior * _VARIANCE_RATIOS[None, :])
    logs = np.zeros_like(scale)
    for ratio in ratios:
        logs += np.log1p(scale * ratio)
    likelihood: Numbers = (
        len(ratios) * (constant + freedom / 2 * np.log(scale)) - (freedom + prior) / 2 * logs
    )
    return likelihood
