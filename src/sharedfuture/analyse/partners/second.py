"""The second model: a Gaussian process over the covariates, which knows no straight lines.

Countries that are alike in all covariates together have like log-odds: the covariance falls with
the squared distance, over a length whose square is twice the median squared distance between two
countries. Its height is one of a grid and learnt. The process stands as its leading eigenvectors;
the variance that they leave out is added to each country's own.
"""

import numpy as np

from sharedfuture.analyse.partners.logistic import log_scale_prior
from sharedfuture.analyse.partners.posterior import Features, Modes
from sharedfuture.analyse.partners.problem import BoolArray, FloatArray

HEIGHTS = (0.7, 1.5, 3.0, 6.0)
TYPICAL_HEIGHT = 3.0
_STRETCH = 2.0
_MOST = 24


def kernel_features(filled: FloatArray, eligible: BoolArray) -> Features:
    """Eigenvectors of the covariance, scaled so that a coefficient has the height's scale."""
    kernel = np.exp(-0.5 * _squared(filled, filled) / _length(filled, eligible))
    values, vectors = np.linalg.eigh(kernel)
    kept = np.argsort(values)[::-1][:_MOST]
    scaled = vectors[:, kept] * np.sqrt(np.maximum(values[kept], 0.0))
    left_out = np.maximum(1.0 - (scaled**2).sum(axis=1), 0.0)
    grid = np.array(HEIGHTS)
    return Features(
        values=scaled,
        scales=np.repeat(grid[:, None], scaled.shape[1], axis=1),
        log_prior=log_scale_prior(grid, TYPICAL_HEIGHT),
        residual=grid[:, None] ** 2 * left_out,
    )


def local_contributions(
    filled: FloatArray, eligible: BoolArray, features: Features, modes: Modes
) -> FloatArray:
    """Countries x covariates: how the log-odds fall if the covariate were the average country's."""
    mean = (modes.share[0][:, None] * modes.at[0]).sum(axis=0)
    length = _length(filled, eligible)
    # The process at any point is the kernel to the countries times these.
    norms = (features.values**2).sum(axis=0)
    dual = features.values @ (mean / np.maximum(norms, 1e-12))
    apart = _squared(filled, filled)
    here = np.exp(-0.5 * apart / length) @ dual
    contributions = np.zeros_like(filled)
    for column, values in enumerate(filled.T):
        moved = apart - (values[:, None] - values) ** 2 + values**2
        contributions[:, column] = here - np.exp(-0.5 * moved / length) @ dual
    return contributions


def _length(filled: FloatArray, eligible: BoolArray) -> float:
    squared = _squared(filled[eligible], filled[eligible])
    apart = squared[np.triu_indices(len(squared), 1)]
    middle = float(np.median(apart)) if len(apart) else 0.0
    return _STRETCH * middle or 1.0


def _squared(left: FloatArray, right: FloatArray) -> FloatArray:
    sums = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)
    squared: FloatArray = np.maximum(sums - 2.0 * left @ right.T, 0.0)
    return squared
