"""The outlier test on skewness and kurtosis.

The OECD/JRC Handbook (2008), the COIN Tool (User Guide, 2019) and COINr take an indicator as
having outliers where its absolute skewness and its kurtosis both reach a limit.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.moments import skewness_and_kurtosis
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans
from sharedfuture.analyse.composite.errors import RecipeRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """An indicator fails where |skewness| and excess kurtosis are both at or above these."""

    skewness: float = 2.0
    kurtosis: float = 3.5

    def __post_init__(self) -> None:
        if not (self.skewness > 0 and math.isfinite(self.skewness)):
            raise RecipeRefused(f"limit of skewness: expected above 0, found {self.skewness}")
        if not math.isfinite(self.kurtosis):
            raise RecipeRefused(f"limit of kurtosis: expected a number, found {self.kurtosis}")

    def passes(self, skewness: Array, kurtosis: Array) -> Booleans:
        """Where not both are at their limits; what is not defined (NaN) is not at its limit."""
        return ~((np.abs(skewness) >= self.skewness) & (kurtosis >= self.kurtosis))


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, eq=False)
class OutlierTest:
    """Of each indicator: whether it passes, its skewness and its excess kurtosis."""

    passes: Booleans
    skewness: Array
    kurtosis: Array

    def at(self, rows: npt.NDArray[np.intp]) -> "OutlierTest":
        """The test of some of the indicators."""
        return OutlierTest(self.passes[rows], self.skewness[rows], self.kurtosis[rows])

    def shaped(self, shape: tuple[int, ...]) -> "OutlierTest":
        """The same in another shape."""
        return OutlierTest(
            self.passes.reshape(shape), self.skewness.reshape(shape), self.kurtosis.reshape(shape)
        )


def outlier_test(values: Array, *, limits: Limits = DEFAULT_LIMITS) -> OutlierTest:
    """Test each indicator, shape (...): it passes if |skewness| < limit or kurtosis < limit.

    Missing values are left out. An indicator with fewer than 4 present values, or with equal
    values only, has no kurtosis (NaN) and passes: nothing speaks against it.
    """
    skewness, kurtosis = skewness_and_kurtosis(values)
    return OutlierTest(limits.passes(skewness, kurtosis), skewness, kurtosis)
