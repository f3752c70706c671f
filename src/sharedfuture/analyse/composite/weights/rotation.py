"""Rotation of loadings to a simple structure, and weights from rotated loadings.

Kaiser, Psychometrika 23 (1958), for varimax; Handbook on Constructing Composite Indicators
(OECD/JRC 2008), section 6.1, for the weights.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.weights.plain import given_weights

_MOST_STEPS = 1000


def varimax(loadings: Array) -> Array:
    """Loadings, shape (indicators, factors), rotated so that each factor has few large ones.

    With Kaiser's normalisation: every indicator counts alike, whatever share of it the factors
    explain. Each factor's sign is chosen so that its loadings sum to zero or more; the order of
    factors is by falling explained variance. Raises NotDefined where it does not settle.
    """
    length = np.linalg.norm(loadings, axis=1, keepdims=True)
    normalised = np.divide(loadings, length, out=np.zeros_like(loadings), where=length > 0)
    rotated = normalised @ _rotation(normalised) * length
    rotated *= np.where(rotated.sum(axis=0) < 0, -1.0, 1.0)
    by_variance = np.argsort(-(rotated**2).sum(axis=0), kind="stable")
    ordered: Array = rotated[:, by_variance]
    return ordered


def intermediate_weights(loadings: Array) -> Array:
    """Weights of indicators from rotated loadings, shape (indicators, factors).

    Each indicator belongs to the factor on which it loads highest, with the square of that
    loading as a share of the variance that the factor explains; each factor counts by the share
    of variance it explains of all. Loadings are taken with their sign: an indicator is not put
    with a factor against which it runs. Raises NotDefined for one that loads positively on none.
    """
    refuse(
        ~(loadings.max(axis=1) > 0),
        "a positive loading was expected, found none: the indicator runs against every factor",
    )
    explained = (loadings**2).sum(axis=0)
    factor = loadings.argmax(axis=1)
    own = loadings[np.arange(len(loadings)), factor] ** 2
    return given_weights(own / explained[factor] * (explained[factor] / explained.sum()))


def _rotation(normalised: Array) -> Array:
    """The orthogonal rotation with the largest variance of squared loadings within factors.

    Each step moves to the rotation nearest to the criterion's gradient, which never makes the
    criterion worse.
    """
    rotation = np.eye(normalised.shape[1])
    reached = -1.0
    for _ in range(_MOST_STEPS):
        rotated = normalised @ rotation
        pull = rotated**3 - rotated * (rotated**2).mean(axis=0)
        left, strength, right = np.linalg.svd(normalised.T @ pull)
        rotation = np.asarray(left @ right)
        if strength.sum() <= reached * (1 + 1e-12):
            return rotation
        reached = strength.sum()
    raise NotDefined(f"varimax did not settle in {_MOST_STEPS} steps")
