"""Weights that people gave: a budget to allocate, or comparisons of pairs.

Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 6; Saaty, The
Analytic Hierarchy Process (1980), for comparisons; Aczél and Saaty, Journal of Mathematical
Psychology 27 (1983), for putting several people's comparisons together.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, positions_of, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.weights.plain import given_weights

# Mean consistency index of random comparisons of 1, 2, 3, ... things (Saaty 1980).
_OF_CHANCE = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
MOST_CONSISTENT_RATIO = 0.1


@dataclass(frozen=True, slots=True)
class Budget:
    """Mean weights of several people, and their spread, both of shape (indicators,).

    `deviation` is the sample standard deviation over people, 0 for a single person.
    """

    weights: Array
    deviation: Array


@dataclass(frozen=True, slots=True)
class Comparison:
    """Weights from a matrix of comparisons, and how well the comparisons fit together.

    `consistency_index` is 0 where they fit exactly; `consistency_ratio` sets it against that of
    random comparisons. Saaty asks for revision above 0.1.
    """

    weights: Array
    largest_eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    @property
    def is_consistent(self) -> bool:
        """Whether the ratio is within Saaty's limit of 0.1."""
        return self.consistency_ratio <= MOST_CONSISTENT_RATIO


def budget_weights(allocations: Array) -> Budget:
    """Weights from points that people allocated, shape (people, indicators).

    Each person counts the same, however large their budget was. Raises NotDefined where an
    allocation is missing or negative, or a person allocated nothing.
    """
    shares = given_weights(np.atleast_2d(allocations))
    several = len(shares) > 1
    deviation = shares.std(axis=0, ddof=1) if several else np.zeros(shares.shape[1])
    return Budget(given_weights(shares.mean(axis=0)), deviation)


def comparison_weights(matrix: Array) -> Comparison:
    """Weights from comparisons: `matrix[i, j]` is how many times i is as important as j.

    The weights are the eigenvector of the largest eigenvalue. Raises NotDefined where the matrix
    is not square, has more than 15 rows (no ratio is known for these), holds anything but
    positive numbers, or is not reciprocal: the diagonal is 1 and [j, i] is 1 / [i, j].
    """
    _require_reciprocal(matrix)
    size = len(matrix)
    eigenvalues, vectors = np.linalg.eig(matrix)
    largest = int(eigenvalues.real.argmax())
    eigenvalue = max(float(eigenvalues[largest].real), float(size))
    index = (eigenvalue - size) / (size - 1) if size > 2 else 0.0
    ratio = index / _OF_CHANCE[size - 1] if size > 2 else 0.0
    weights = given_weights(np.abs(vectors[:, largest].real))
    return Comparison(weights, eigenvalue, index, ratio)


def combine_comparisons(matrices: Array) -> Array:
    """One matrix for several people, shape (people, indicators, indicators): geometric means.

    They are the only means that keep the matrix reciprocal. Raises NotDefined where a person's
    matrix is not a reciprocal one.
    """
    for matrix in matrices:
        _require_reciprocal(matrix)
    combined: Array = np.exp(np.log(matrices).mean(axis=0))
    return combined


def _require_reciprocal(matrix: Array) -> None:
    """Raise NotDefined for anything but a reciprocal matrix of 1 to 15 rows."""
    size = len(matrix)
    if matrix.shape != (size, size) or not 1 <= size <= len(_OF_CHANCE):
        raise NotDefined(
            f"a square matrix of 1 to {len(_OF_CHANCE)} rows was expected, found {matrix.shape}"
        )
    positive = (matrix > 0) & np.isfinite(matrix)
    refuse(~positive.all(axis=1), "comparisons that are positive numbers were expected")
    off = np.abs(matrix * matrix.T - 1) > 1e-6
    if off.any():
        row, column = (int(at) for at in np.argwhere(off)[0])
        raise NotDefined(
            "a reciprocal matrix was expected, found "
            f"{matrix[row, column]:g} at ({row + 1}, {column + 1}) against "
            f"{matrix[column, row]:g} at ({column + 1}, {row + 1})",
            positions_of(np.asarray(off.any(axis=1))),
        )
