"""Correlations as a list of pairs: which pairs are of interest, and which stand out.

Within a group a very high correlation counts one thing twice, a negative one lets two indicators
cancel each other (Handbook on Constructing Composite Indicators, OECD/JRC 2008, step 4; JRC
statistical audits use the same reading).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans
from sharedfuture.analyse.composite.statistics.correlate import Correlations
from sharedfuture.analyse.composite.statistics.series import Positions


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of series by position, each array of shape (pairs,).

    Coefficient and p-value are NaN where a correlation is not defined for the units that both
    series have; such a pair stands out in no way.
    """

    first: Positions
    second: Positions
    coefficient: Array
    p_value: Array
    pair_count: npt.NDArray[np.int64]

    def where(self, kept: Booleans) -> "Pairs":
        """The pairs for which `kept`, shape (pairs,), is true."""
        return Pairs(
            self.first[kept],
            self.second[kept],
            self.coefficient[kept],
            self.p_value[kept],
            self.pair_count[kept],
        )


def list_pairs(correlations: Correlations) -> Pairs:
    """Every pair of one set of series once, without pairs of a series with itself."""
    first, second = np.triu_indices(len(correlations.coefficient), k=1)
    return _take(correlations, first, second)


def list_pairs_within(correlations: Correlations, groups: Sequence[int]) -> Pairs:
    """As `list_pairs`, only pairs of the same group; `groups` has one number for each series."""
    pairs = list_pairs(correlations)
    group = np.asarray(groups)
    return pairs.where(group[pairs.first] == group[pairs.second])


def list_crossing(correlations: Correlations) -> Pairs:
    """Every series of the first set with every series of the second."""
    first, second = np.indices(correlations.coefficient.shape).reshape(2, -1)
    return _take(correlations, first, second)


def list_own_parents(correlations: Correlations, parents: Sequence[int]) -> Pairs:
    """Each series of the first set with its own parent, a position in the second set."""
    return _take(correlations, np.arange(len(parents)), np.asarray(parents, dtype=np.intp))


def flag_above(pairs: Pairs, threshold: float) -> Pairs:
    """Pairs whose coefficient is above the threshold: the same thing may be counted twice."""
    return pairs.where(pairs.coefficient > threshold)


def flag_below(pairs: Pairs, threshold: float) -> Pairs:
    """Pairs whose coefficient is below the threshold: the two may cancel each other."""
    return pairs.where(pairs.coefficient < threshold)


def flag_stronger(pairs: Pairs, threshold: float) -> Pairs:
    """Pairs whose coefficient is above the threshold or below its negative.

    With denominators as second set: indicators that may need to be divided by one.
    """
    return pairs.where(np.abs(pairs.coefficient) > threshold)


def keep_significant(correlations: Correlations, level: float) -> Array:
    """The coefficients, NaN where the p-value is above `level` or not defined."""
    kept: Array = np.where(correlations.p_value <= level, correlations.coefficient, np.nan)
    return kept


def adjust_p_values(p_values: Array) -> Array:
    """P-values of many tests, shape (tests,), adjusted to the false discovery rate.

    Calling those at or below x a discovery keeps the expected share of false ones among them at
    or below x. NaN is passed over and stays NaN. Benjamini and Hochberg, Journal of the Royal
    Statistical Society B 57 (1995), 289-300; pairs of correlations are dependent, for which
    Benjamini and Yekutieli, Annals of Statistics 29 (2001), give the conditions.
    """
    adjusted = np.full(p_values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    descending = known[np.argsort(-p_values[known], kind="stable")]
    count = len(known)
    scaled = p_values[descending] * (count / np.arange(count, 0, -1))
    adjusted[descending] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return adjusted


def _take(correlations: Correlations, first: Positions, second: Positions) -> Pairs:
    return Pairs(
        first,
        second,
        correlations.coefficient[first, second],
        correlations.p_value[first, second],
        correlations.pair_count[first, second],
    )
