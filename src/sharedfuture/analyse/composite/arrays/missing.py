"""What happens to a unit whose indicators are not all there: an explicit policy at each level.

Aggregators drop missing values and renormalise the weights. A policy decides beforehand for which
units that is allowed: it makes every value of a refused unit missing, so that whatever aggregator
follows gives it no score. The mask, not the score, is changed, because a unit without a score
must not be compared with the others either (Copeland, benefit of the doubt).

Missing values are never counted as zero: to replace them is imputation, a stage of its own.

`values` have shape (..., indicators, units), `weights` (indicators,) or (..., indicators); shares
have shape (..., units). A share is compared with its threshold up to rounding (1e-12): three of
four indicators are enough for 0.75.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), steps 3 and 6; the share
of indicators is the data availability threshold of Becker et al., COINr, Journal of Open Source
Software 7(78), 2022.
"""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

import numpy as np

from sharedfuture.analyse.composite.arrays.mean import shares_of
from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import RecipeRefused

_ROUNDING = 1e-12


class MissingRule(Enum):
    """What to do with a unit that lacks some of the indicators."""

    DROP = "drop"  # aggregate what is present, weights renormalised
    REFUSE = "refuse"  # no score
    LEAST_COUNT = "least_count"  # no score below a share of the indicators
    LEAST_WEIGHT = "least_weight"  # no score below a share of the weight
    RAISE = "raise"  # an error: there must be no missing value


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """A rule and its threshold; `least_share` (0 to 1) is read by the two LEAST rules only.

    Raises RecipeRefused for a threshold that is missing, out of range, or not read.
    """

    rule: MissingRule
    least_share: float | None = None

    def __post_init__(self) -> None:
        needed = self.rule in (MissingRule.LEAST_COUNT, MissingRule.LEAST_WEIGHT)
        if needed != (self.least_share is not None):
            expected = "a least share" if needed else "no least share"
            raise RecipeRefused(
                f"missing values: rule {self.rule.value!r} takes {expected}, "
                f"found {self.least_share}"
            )
        if self.least_share is not None and not 0.0 <= self.least_share <= 1.0:
            raise RecipeRefused(
                f"missing values: least share must be from 0 to 1, found {self.least_share}"
            )


def apply_policy(values: Array, weights: Array, policy: MissingPolicy) -> Array:
    """The values that may be aggregated: units that the policy refuses are missing throughout.

    Where no unit is refused this is the array that was given. Raises NotDefined under RAISE.
    """
    least = policy.least_share or 0.0
    match policy.rule:
        case MissingRule.DROP:
            return values
        case MissingRule.REFUSE:
            return mask_too_few(values, 1.0)
        case MissingRule.LEAST_COUNT:
            return mask_too_few(values, least)
        case MissingRule.LEAST_WEIGHT:
            return mask_too_light(values, weights, least_share=least)
        case MissingRule.RAISE:
            require_complete(values)
            return values
        case rule:
            assert_never(rule)


def mask_too_few(values: Array, least_share: float) -> Array:
    """Units with less than `least_share` of the indicators present become missing throughout.

    Indicators are counted whatever their weight.
    """
    return _masked(values, present_share(values), least_share)


def mask_too_light(values: Array, weights: Array, *, least_share: float) -> Array:
    """Units with less than `least_share` of the weight present become missing throughout."""
    return _masked(values, present_weight(values, weights), least_share)


def present_share(values: Array) -> Array:
    """Share of the indicators that are present, for each unit."""
    present: Array = np.mean(~np.isnan(values), axis=-2)
    return present


def present_weight(values: Array, weights: Array) -> Array:
    """Share of the weight whose indicators are present, for each unit."""
    present = (~np.isnan(values)).astype(np.float64)
    weight: Array = np.einsum("...i,...iu->...u", shares_of(weights, values), present)
    return weight


def require_complete(values: Array) -> None:
    """Raise NotDefined, with the indicators' positions, where a value is missing."""
    gone = np.isnan(values)
    refuse(gone.any(axis=-1), f"no missing value is allowed here, found {int(gone.sum())}")


def _masked(values: Array, share: Array, least_share: float) -> Array:
    refused = share < least_share - _ROUNDING
    return np.where(refused[..., None, :], np.nan, values) if refused.any() else values
