"""Covariates on one scale, and the missing ones filled in several times over.

Each covariate is brought to mean 0 and standard deviation 1 over the eligible countries that have
it, and cut at three standard deviations. Missing values are drawn from their distribution given the
country's other covariates, under a multivariate normal one whose moments come from the EM
algorithm, with a tenth of the identity in the correlations against overfitting. The results of
several fillings are pooled, which widens the intervals of countries with many gaps.
"""

from functools import lru_cache

import numpy as np

from sharedfuture.analyse.partners.problem import BoolArray, FloatArray

_CUT = 3.0
_SHRINKAGE = 0.1
_ROUNDS = 8
_SURE = 1e6  # precision with which an observed value is held


def standardise(covariates: FloatArray, eligible: BoolArray) -> FloatArray:
    """Countries x covariates on one scale; a column without differences becomes 0."""
    known = np.where(eligible[:, None], covariates, np.nan)
    has = ~np.isnan(known)
    counts = np.maximum(has.sum(axis=0), 1)
    centre = np.where(has, known, 0.0).sum(axis=0) / counts
    away = covariates - centre
    spread = np.sqrt(np.square(np.where(has, away, 0.0)).sum(axis=0) / counts)
    magnitude = np.abs(np.where(has, known, 0.0)).max(axis=0, initial=0.0)
    differs = spread > 1e-9 * np.maximum(magnitude, np.finfo(np.float64).tiny)
    scaled = np.divide(away, np.where(differs, spread, 1.0))
    scaled[:, ~differs] = 0.0
    cut: FloatArray = np.clip(scaled, -_CUT, _CUT)
    return cut


def fill(scaled: FloatArray, *, times: int, generator: np.random.Generator) -> list[FloatArray]:
    """First the means of what is missing, then `times` random fillings; one where none is."""
    has = ~np.isnan(scaled)
    if has.all():
        return [scaled]
    means, covariances = _conditional(scaled.shape, scaled.tobytes())
    gaps = np.flatnonzero(~has.all(axis=1))
    roots = np.linalg.cholesky(covariances[gaps])
    filled = [np.where(has, scaled, means)]
    for _ in range(times):
        noise = generator.standard_normal((len(gaps), scaled.shape[1]))
        drawn = means.copy()
        drawn[gaps] += np.einsum("nij,nj->ni", roots, noise)
        filled.append(np.clip(np.where(has, scaled, drawn), -_CUT, _CUT))
    return filled


@lru_cache(maxsize=4)
def _conditional(shape: tuple[int, int], values: bytes) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of each country's covariates given those it has.

    Models of the same countries ask for the same; what they get is not to be written into.
    """
    scaled = np.frombuffer(values).reshape(shape)
    has = ~np.isnan(scaled)
    columns = scaled.shape[1]
    identity = np.eye(columns)
    centre: FloatArray = np.zeros(columns)
    spread: FloatArray = identity
    held = has * _SURE
    observed = np.where(has, scaled, 0.0)
    for _ in range(_ROUNDS):
        precision = _inverse(spread)
        covariances = _inverse(precision + held[:, :, None] * identity)
        means: FloatArray = np.einsum(
            "nij,nj->ni", covariances, held * observed + precision @ centre
        )
        centre = means.mean(axis=0)
        away = means - centre
        spread = away.T @ away / len(scaled) + covariances.mean(axis=0)
        spread = (1.0 - _SHRINKAGE) * spread + _SHRINKAGE * identity
    means.flags.writeable = covariances.flags.writeable = False
    return means, covariances


def _inverse(matrices: FloatArray) -> FloatArray:
    inverse: FloatArray = np.asarray(np.linalg.inv(matrices), dtype=np.float64)
    return inverse
