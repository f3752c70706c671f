"""Correlations of series with each other, with p-values and numbers of pairs.

Each pair of series is correlated over the units that both have (pairwise complete). Pairs with
the same missing units are one problem without missing values, solved by matrix products; so the
cost grows with the number of different patterns of gaps. That of Kendall's tau grows with the
square of the units, since it compares every unit with every other.

Sources: Kendall, Rank Correlation Methods (1970), for tau-b; Handbook on Constructing Composite
Indicators (OECD/JRC 2008), step 4, for their use. The p-values are those of the module
`sharedfuture.analyse.composite.statistics.independence`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.ranking import Ties, rank_ascending
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans
from sharedfuture.analyse.composite.statistics.independence import (
    kendall_p_value,
    spearman_p_value,
    student_p_value,
    sum_ties,
)
from sharedfuture.analyse.composite.statistics.series import Positions, require_varying, varies

LEAST_PAIRS = 3

# A method takes two sets of complete series over the same units, shapes (first, units) and
# (second, units), each of which varies; it gives coefficients and p-values, (first, second).
Method = Callable[[Array, Array], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Correlations:
    """Coefficients, their p-values and the number of pairs they rest on, each (first, second).

    Coefficient and p-value are NaN where fewer than three units have both series, or where one
    of the two does not vary over those units; with complete series neither can happen.
    """

    coefficient: Array
    p_value: Array
    pair_count: npt.NDArray[np.int64]

    @property
    def transposed(self) -> "Correlations":
        """The same, with first and second exchanged."""
        return Correlations(self.coefficient.T, self.p_value.T, self.pair_count.T)


def correlate(values: Array, *, method: Method) -> Correlations:
    """Every series with every other (and with itself), shapes (series, series).

    Raises NotDefined where a series has no two different values.
    """
    require_varying(values, "a correlation")
    patterns = list(_patterns(values))
    blocks = [
        (rows, columns, _relate(values[rows], values[columns], mask & other, method))
        for at, (rows, mask) in enumerate(patterns)
        for columns, other in patterns[at:]
    ]
    mirrored = [(columns, rows, block.transposed) for rows, columns, block in blocks]
    return _assemble([*mirrored, *blocks], (len(values), len(values)))


def correlate_between(first: Array, second: Array, *, method: Method) -> Correlations:
    """Each series of one set with each of another over the same units, shapes (first, second).

    Raises NotDefined where a series has no two different values; its positions count through
    the first set, then through the second.
    """
    require_varying(np.concatenate([first, second]), "a correlation")
    blocks = [
        (rows, columns, _relate(first[rows], second[columns], mask & other, method))
        for rows, mask in _patterns(first)
        for columns, other in _patterns(second)
    ]
    return _assemble(blocks, (len(first), len(second)))


def pearson(first: Array, second: Array) -> tuple[Array, Array]:
    """Product-moment correlations."""
    coefficient: Array = np.clip(_standardise(first) @ _standardise(second).T, -1.0, 1.0)
    return coefficient, student_p_value(coefficient, first.shape[1])


def spearman(first: Array, second: Array) -> tuple[Array, Array]:
    """Correlations of ranks, ties sharing their mean rank."""
    count = first.shape[1]
    coefficient, _ = pearson(_rank(first), _rank(second))
    is_tied = _has_ties(first)[:, None] | _has_ties(second)
    return coefficient, spearman_p_value(coefficient, count, is_tied=is_tied)


def kendall(first: Array, second: Array) -> tuple[Array, Array]:
    """Kendall's tau-b: concordant less discordant pairs, over the pairs that each side orders."""
    count = first.shape[1]
    ties = sum_ties(first), sum_ties(second)
    told_apart = [(count * (count - 1) - sums[:, 0]) / 2 for sums in ties]
    scale = np.sqrt(told_apart[0][:, None] * told_apart[1])
    coefficient = np.clip(_concordance(_rank(first), _rank(second)) / scale, -1.0, 1.0)
    chance = kendall_p_value(coefficient, count, first_ties=ties[0], second_ties=ties[1])
    return coefficient, chance


def _patterns(values: Array) -> Iterator[tuple[Positions, Booleans]]:
    """Positions of the series that have the same units, and the mask of those units."""
    present = ~np.isnan(values)
    if present.all():
        yield np.arange(len(values)), np.ones(values.shape[1], dtype=bool)
        return
    masks, which = np.unique(present, axis=0, return_inverse=True)
    for at, mask in enumerate(masks):
        yield np.flatnonzero(which.ravel() == at), mask


def _relate(first: Array, second: Array, mask: Booleans, method: Method) -> Correlations:
    """Correlations over the units of the mask; NaN where that is not defined."""
    count = int(mask.sum())
    shape = (len(first), len(second))
    coefficient, chance = np.full(shape, np.nan), np.full(shape, np.nan)
    if count >= LEAST_PAIRS:
        first, second = first[:, mask], second[:, mask]
        defined = np.ix_(np.flatnonzero(varies(first)), np.flatnonzero(varies(second)))
        if coefficient[defined].size:
            coefficient[defined], chance[defined] = method(
                first[varies(first)], second[varies(second)]
            )
    return Correlations(coefficient, chance, np.full(shape, count))


def _assemble(
    blocks: list[tuple[Positions, Positions, Correlations]], shape: tuple[int, int]
) -> Correlations:
    """The blocks put in their places."""
    whole = Correlations(np.empty(shape), np.empty(shape), np.empty(shape, dtype=np.int64))
    for rows, columns, block in blocks:
        at = np.ix_(rows, columns)
        whole.coefficient[at] = block.coefficient
        whole.p_value[at] = block.p_value
        whole.pair_count[at] = block.pair_count
    return whole


def _standardise(values: Array) -> Array:
    """Deviations from the mean, scaled to unit length; no size of number under- or overflows."""
    within_range = _scale_down(values)
    deviation = _scale_down(within_range - within_range.mean(axis=1, keepdims=True))
    standardised: Array = deviation / np.linalg.norm(deviation, axis=1, keepdims=True)
    return standardised


def _scale_down(values: Array) -> Array:
    """Each series divided by the power of two above its largest number: no digit is lost."""
    _, exponent = np.frexp(np.abs(values).max(axis=1, keepdims=True))
    scaled: Array = np.ldexp(values, -exponent)
    return scaled


def _rank(values: Array) -> Array:
    """Rank of each value within its series, from 1; ties share their mean rank."""
    return rank_ascending(values, ties=Ties.AVERAGE)


def _has_ties(values: Array) -> Booleans:
    ordered = np.sort(values, axis=1)
    ties: Booleans = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    return ties


def _concordance(first: Array, second: Array) -> Array:
    """Concordant less discordant pairs of units, for each pair of series, from their ranks.

    Works through slices of the units, so that memory stays bounded. Sums of signs up to 2**24
    are exact in single precision; a slice holds fewer.
    """
    count = first.shape[1]
    step = max(1, 2**21 // (count * max(len(first), len(second))))
    total = np.zeros((len(first), len(second)))
    halves = first.astype(np.float32), second.astype(np.float32)
    for start in range(0, count, step):
        signs = [
            np.sign(ranks[:, start : start + step, None] - ranks[:, None, :]).reshape(
                len(ranks), -1
            )
            for ranks in halves
        ]
        total += signs[0] @ signs[1].T
    return total / 2
