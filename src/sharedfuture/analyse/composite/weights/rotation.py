"""Rotation of loadings to a simple structure, and weights from rotated loadings.

Kaiser, Psychometrika 23 (1958), for varimax; Handbook on Constructing Composite Indicators
(OECD/JRC 2008), step 6, for the weights.
"""

from itertools import combinations
from math import cos, sin

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.weights.plain import given_weights

_MOST_SWEEPS = 1000
_SETTLED = 1e-7


def varimax(loadings: Array) -> Array:
    """Loadings, shape (indicators, factors), rotated so that each factor has few large ones.

    With Kaiser's normalisation: every indicator counts alike, whatever share of it the factors
    explain. Each factor's sign is chosen so that its loadings sum to zero or more; the order of
    factors is by falling explained variance. Raises NotDefined where it does not settle.
    """
    length = np.linalg.norm(loadings, axis=1, keepdims=True)
    normalised = np.divide(loadings, length, out=np.zeros_like(loadings), where=length > 0)
    rotated = _turn_all_pairs(normalised) * length
    rotated *= np.where(rotated.sum(axis=0) < 0, -1.0, 1.0)
    by_variance = np.argsort(-(rotated**2).sum(axis=0), kind="stable")
    ordered: Array = rotated[:, by_variance]
    return ordered


def intermediate_weights(loadings: Array) -> Array:
    """Weights of indicators from rotated loadings, shape (indicators, factors).

    Each indicator belongs to the factor on which it loads highest, and counts there by its
    squared loading as a share of what the factor explains; each factor counts by its share of
    what all explain. Multiplied, what the factor explains cancels: weights are as the squares of
    the highest loadings. Loadings are taken with their sign, so that no indicator is put with a
    factor against which it runs. Raises NotDefined for one that loads positively on none.
    """
    highest_loading = loadings.max(axis=1)
    refuse(
        ~(highest_loading > 0),
        "a positive loading was expected, found none: the indicator runs against every factor",
    )
    return given_weights(highest_loading**2)


def _turn_all_pairs(loadings: Array) -> Array:
    """The loadings with the largest variance of squares within factors.

    Turns pairs of factors in their plane, each by the best angle, until no turn is left; no turn
    makes the criterion worse.
    """
    turned = loadings.copy()
    pairs = list(combinations(range(loadings.shape[1]), 2))
    for _ in range(_MOST_SWEEPS):
        angles = []
        for one, other in pairs:
            angle = _best_angle(turned[:, one], turned[:, other])
            turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
            turned[:, [one, other]] = turned[:, [one, other]] @ turn
            angles.append(abs(angle))
        if max(angles, default=0.0) < _SETTLED:
            return turned
    raise NotDefined(f"varimax did not settle in {_MOST_SWEEPS} sweeps over all pairs of factors")


def _best_angle(first: Array, second: Array) -> float:
    """The angle that makes the variances of the squares of two factors largest together.

    With z = (first + i second)², the criterion varies as the cosine of four times the angle from
    a quarter of the phase of the sum of z² about the mean of z.
    """
    squared = (first + 1j * second) ** 2
    about_mean = (squared**2).sum() - squared.sum() ** 2 / len(squared)
    if abs(about_mean) < _SETTLED * (np.abs(squared) ** 2).sum():
        return 0.0  # all angles are as good, within rounding
    return float(np.angle(about_mean)) / 4
