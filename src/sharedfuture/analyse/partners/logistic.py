"""The logistic model and the baseline: log-odds that are linear in the covariates.

The coefficient of the baseline's covariate has a normal prior with standard deviation 1.25 a
standard deviation of the covariate, the weakly informative scale of Gelman et al. (2008: 2.5 for
two standard deviations) without the Cauchy's tails. Those of the others share one scale, which is
one of a grid and learnt: where the labels give no reason to go beyond the baseline it is small, and
the model is the baseline. No sign is given to any.
"""

import numpy as np

from sharedfuture.analyse.partners.posterior import Features
from sharedfuture.analyse.partners.problem import FloatArray

BASELINE_SCALE = 1.25
SCALES = (0.05, 0.15, 0.3, 0.6, 1.2)
TYPICAL_SCALE = 0.5  # of the half-normal prior of the shared scale


def logistic_features(filled: FloatArray, baseline: int) -> Features:
    """All covariates, the baseline's with a scale of its own."""
    grid = np.array(SCALES)
    scales = np.repeat(grid[:, None], filled.shape[1], axis=1)
    scales[:, baseline] = BASELINE_SCALE
    return Features(
        values=filled,
        scales=scales,
        log_prior=log_scale_prior(grid, TYPICAL_SCALE),
        residual=np.zeros((len(grid), len(filled))),
    )


def baseline_features(filled: FloatArray, baseline: int) -> Features:
    """The baseline's covariate alone."""
    return Features(
        values=filled[:, [baseline]],
        scales=np.array([[BASELINE_SCALE]]),
        log_prior=np.zeros(1),
        residual=np.zeros((1, len(filled))),
    )


def log_scale_prior(grid: FloatArray, typical: float) -> FloatArray:
    """Log-weights of a half-normal prior on a grid whose steps are even in logarithms."""
    log_weight: FloatArray = np.log(grid) - 0.5 * (grid / typical) ** 2
    log_weight -= np.log(np.exp(log_weight).sum())
    return log_weight
