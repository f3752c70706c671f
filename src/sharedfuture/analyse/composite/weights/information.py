"""Weights from how much an indicator tells units apart: entropy and CRITIC.

Shannon, Bell System Technical Journal 27 (1948), and Zeleny, Multiple Criteria Decision Making
(1982), for entropy weights; Diakoulaki, Mavrotas and Papayannakis, Computers & Operations
Research 22 (1995), for CRITIC. Both say how indicators vary, not what matters.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, highest, lowest, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.correlate import correlate, pearson
from sharedfuture.analyse.composite.statistics.describe import describe
from sharedfuture.analyse.composite.statistics.series import require_varying
from sharedfuture.analyse.composite.weights.plain import given_weights


def entropy_weights(values: Array) -> Array:
    """Weights by how unevenly the units share in an indicator, shape (..., indicators).

    Values must be zero or more and point the same way, as after a min-max normalisation. Each
    indicator is taken over its present values; an indicator that is the same for all of them
    tells nothing and gets 0. Raises NotDefined for negative values, fewer than two present ones,
    an indicator that is all zero, and where no indicator varies.
    """
    present = ~np.isnan(values)
    count = present.sum(axis=-1)
    refuse(count < 2, "entropy needs two present values")
    filled = np.where(present, values, 0.0)
    refuse((filled < 0).any(axis=-1), "entropy needs values of zero or more")
    largest = filled.max(axis=-1, keepdims=True)
    refuse(largest[..., 0] == 0, "entropy needs a value above zero, found only zeros")
    within_range = filled / largest
    share = within_range / within_range.sum(axis=-1, keepdims=True)
    surprise = np.log(share, out=np.zeros_like(share), where=share > 0)
    evenness = -(share * surprise).sum(axis=-1) / np.log(count)
    constant = highest(values) == lowest(values)
    return _require_any(np.where(constant, 0.0, np.maximum(1 - evenness, 0.0)), "entropy")


def critic_weights(values: Array) -> Array:
    """Weights by contrast and conflict, shape (indicators,), of values that point the same way.

    The spread of an indicator, on its own range from 0 to 1, times the sum over the others of 1
    less their correlation with it. Missing values are left out of spreads, and pair by pair of
    correlations. Raises NotDefined for an indicator without two different values, for a pair
    that fewer than three units have or of which one does not vary over those, and where all
    indicators say the same.
    """
    require_varying(values, "CRITIC")
    low, high = lowest(values)[:, np.newaxis], highest(values)[:, np.newaxis]
    contrast = describe((values - low) / (high - low)).deviation
    coefficient = correlate(values, method=pearson).coefficient
    refuse(
        np.isnan(coefficient).any(axis=1),
        "CRITIC needs a correlation with every other indicator, found one that is not defined",
    )
    conflict = (1 - coefficient).sum(axis=1)
    return _require_any(contrast * conflict, "CRITIC")


def _require_any(information: Array, method: str) -> Array:
    """Information as weights; NotDefined where there is none."""
    if (information.max(axis=-1) <= 1e-12).any():
        raise NotDefined(
            f"{method} finds nothing that tells units apart: all indicators are alike",
            range(information.shape[-1]),
        )
    return given_weights(information)
