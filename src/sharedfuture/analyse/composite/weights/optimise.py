"""Weights that make correlations with the index as wanted: in proportion, or as high as can be.

Becker, Saisana, Paruolo and Vandecasteele, "Weights and importance in composite indicators:
closing the gap", Ecological Indicators 80 (2017), in their linear form: the index is a weighted
arithmetic mean, importance is the correlation with it.

Both problems are convex once the weights are scaled so that the correlations with the index have
a fixed sum, so the answer is the best there is within the bounds, and does not depend on a start.
With R the correlations of the elements and a their weights times their standard deviations, the
correlations with the index are R a over a common factor. Normalised to sum to 1 they are R a
wherever 1'R a = 1: then the squared distance from the targets is a convex quadratic in a. And
the sum of correlations is largest where, with 1'R a = 1, the variance a'R a of the index is
smallest. Bounds on shares are linear in a as well. Least squares with linear constraints is all
that is needed, and solved exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.components import LEAST_UNITS
from sharedfuture.analyse.composite.statistics.correlate import pearson
from sharedfuture.analyse.composite.statistics.describe import describe
from sharedfuture.analyse.composite.statistics.reliability import require_regular
from sharedfuture.analyse.composite.statistics.series import require_varying, take_complete_units
from sharedfuture.analyse.composite.weights.least_squares import least_squares_within
from sharedfuture.analyse.composite.weights.plain import given_weights


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and largest share of an element in its group; a negative share turns it round."""

    lower: float = 0.0
    upper: float = 1.0


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the elements reach the index: through groups that themselves have fixed weights.

    `groups` has the position of the group of each element, `weights` the share of each group in
    the index, which sum to 1.
    """

    groups: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def single(cls, element_count: int) -> "Grouping":
        """All elements directly below the index."""
        return cls((0,) * element_count, (1.0,))


@dataclass(frozen=True, slots=True)
class Optimised:
    """Weights, shape (elements,), and the correlation of each element with the index they make.

    The weights sum to 1 within each group.
    """

    weights: Array
    correlations: Array


@dataclass(frozen=True, slots=True)
class Balanced(Optimised):
    """As `Optimised`, with the mean squared difference from the targets.

    Targets and correlations are compared after both are divided by their sums.
    """

    mismatch: float


def balanced_weights(
    values: Array,
    targets: Sequence[float],
    *,
    grouping: Grouping | None = None,
    bounds: Bounds | None = None,
) -> Balanced:
    """Weights with which correlations with the index come nearest to being as the targets.

    `targets` has one positive importance for each element, in the order of `values`, shape
    (elements, units). Without a grouping all elements are directly below the index; without
    bounds every share is from 0 to 1. Units that lack a value are left out. Raises NotDefined
    where targets are not positive numbers, an element does not vary, the bounds leave no room,
    or no weights within them give the elements correlations with a positive sum.
    """
    wanted = given_weights(np.asarray(targets, dtype=float))
    refuse(wanted == 0, "a target above zero was expected")
    problem = _Problem.of(values, grouping, bounds)
    found = problem.optimised(problem.solve(problem.correlation, wanted))
    reached = found.correlations / found.correlations.sum()
    mismatch = float(((reached - wanted) ** 2).mean())
    return Balanced(found.weights, found.correlations, mismatch)


def most_informative_weights(
    values: Array, *, grouping: Grouping | None = None, bounds: Bounds | None = None
) -> Optimised:
    """Weights with the largest sum of correlations of the elements with the index.

    For elements directly below the index, and without bounds that bind, these are the weights
    that count all elements alike once they are divided by their standard deviations. The same
    conventions and errors as for `balanced_weights`.
    """
    problem = _Problem.of(values, grouping, bounds)
    root = np.asarray(np.linalg.cholesky(problem.correlation), dtype=float).T
    return problem.optimised(problem.solve(root, np.zeros(len(values))))


@dataclass(frozen=True, slots=True)
class _Problem:
    """Correlations and standard deviations of the elements, and which weights are allowed.

    `belongs` is 1 where an element belongs to a group, shape (groups, elements).
    """

    correlation: Array
    deviation: Array
    belongs: Array
    group_weights: Array
    bounds: Bounds

    @classmethod
    def of(cls, values: Array, grouping: Grouping | None, bounds: Bounds | None) -> "_Problem":
        """The problem for these elements; NotDefined where it cannot have one solution."""
        grouping = grouping or Grouping.single(len(values))
        bounds = bounds or Bounds()
        complete = take_complete_units(values, least=LEAST_UNITS)
        require_varying(complete, "optimised weights")
        correlation, _ = pearson(complete, complete)
        require_regular(correlation)
        positions = np.arange(len(grouping.weights))[:, np.newaxis]
        belongs = (positions == np.asarray(grouping.groups)).astype(float)
        group_weights = given_weights(np.asarray(grouping.weights, dtype=float))
        _require_room(belongs.sum(axis=1), group_weights, bounds)
        deviation = describe(complete).deviation
        return cls(correlation, deviation, belongs, group_weights, bounds)

    def solve(self, matrix: Array, target: Array) -> Array:
        """The scaled weights a with 1'R a = 1 and the smallest |matrix a - target|."""
        # Rows that take the effective weight of an element, a group and all elements out of a.
        elements = np.diag(self.deviation.min() / self.deviation)
        groups = self.belongs @ elements
        whole = groups.sum(axis=0)
        own_group = self.belongs.T @ groups
        equalities = np.vstack(
            [groups - np.outer(self.group_weights, whole), self.correlation.sum(axis=0)]
        )
        inequalities = np.vstack(
            [
                elements - self.bounds.lower * own_group,
                self.bounds.upper * own_group - elements,
                whole,
            ]
        )
        try:
            return least_squares_within(
                matrix,
                target,
                equal=(equalities, np.append(np.zeros(len(groups)), 1.0)),
                at_least=(inequalities, np.zeros(len(inequalities))),
            )
        except NotDefined as error:
            raise NotDefined(
                "weights within the bounds that give the elements correlations with a positive "
                "sum were expected, found none: the elements pull apart"
            ) from error

    def optimised(self, scaled: Array) -> Optimised:
        """What the scaled weights mean, and what they reach."""
        plain = scaled / self.deviation
        shares = plain / (self.belongs.T @ (self.belongs @ plain))
        shares = np.clip(shares, self.bounds.lower, self.bounds.upper)
        # From the shares as they are handed out, so that they and what is reported agree.
        effective = shares * (self.belongs.T @ self.group_weights) * self.deviation
        pull = self.correlation @ effective
        return Optimised(shares, pull / np.sqrt(effective @ pull))


def _require_room(sizes: Array, group_weights: Array, bounds: Bounds) -> None:
    """Raise NotDefined unless every group has elements, a weight, and shares within bounds."""
    if not sizes.all() or not group_weights.all():
        raise NotDefined("groups with elements and a weight above zero were expected")
    if not bounds.lower < bounds.upper or not np.isfinite([bounds.lower, bounds.upper]).all():
        raise NotDefined(
            f"a lower below an upper bound was expected, found {bounds.lower} and {bounds.upper}"
        )
    if (bounds.lower * sizes > 1).any() or (bounds.upper * sizes < 1).any():
        raise NotDefined(
            f"shares from {bounds.lower} to {bounds.upper} cannot sum to 1 in groups of "
            f"{sorted({int(size) for size in sizes})} elements"
        )
