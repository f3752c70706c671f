"""Linear least squares with linear equalities and inequalities, solved in finitely many steps.

Lawson and Hanson, Solving Least Squares Problems (1974), chapter 23: the equalities are taken
out by a basis of their null space, what is left becomes the search for the shortest vector that
meets the inequalities, and this a problem of non-negative least squares.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array
from sharedfuture.analyse.composite.errors import NotDefined

_NOTHING = 1e-13


def least_squares_within(
    matrix: Array, target: Array, *, equal: tuple[Array, Array], at_least: tuple[Array, Array]
) -> Array:
    """The x with the smallest |matrix x - target| among those that meet the constraints.

    `equal` is (E, f) for E x = f; `at_least` is (G, h) for G x >= h. The matrix must have
    independent columns; then there is one answer. Raises NotDefined where no x meets the
    constraints.
    """
    fixed: Array = np.linalg.pinv(equal[0]) @ equal[1]
    free = _null_space(equal[0])
    rows, limits = at_least[0] @ free, at_least[1] - at_least[0] @ fixed
    if not free.shape[1]:
        _require_feasible((limits <= 1e-10 * np.abs(fixed).max()).all())
        return fixed
    orthogonal, triangle = np.linalg.qr(matrix @ free)
    best = orthogonal.T @ (target - matrix @ fixed)
    rows = np.linalg.solve(triangle.T, rows.T).T
    correction = _shortest(rows, limits - rows @ best)
    found: Array = fixed + free @ np.linalg.solve(triangle, best + correction)
    return found


def _shortest(rows: Array, limits: Array) -> Array:
    """The shortest z with rows z >= limits."""
    from scipy.optimize import nnls

    scale = np.linalg.norm(np.column_stack([rows, limits]), axis=1)
    scale = np.where(scale > 0, scale, 1.0)
    stacked = np.vstack([(rows / scale[:, np.newaxis]).T, limits / scale])
    wanted = np.zeros(len(stacked))
    wanted[-1] = 1.0
    multipliers, _ = nnls(stacked, wanted, maxiter=100 * stacked.shape[1])
    residual = stacked @ multipliers - wanted
    _require_feasible(residual[-1] < -_NOTHING)
    shortest: Array = -residual[:-1] / residual[-1]
    return shortest


def _null_space(rows: Array) -> Array:
    """Orthonormal columns that the rows send to zero."""
    _, sizes, directions = np.linalg.svd(rows)
    rank = int((sizes > sizes.max(initial=0.0) * 1e-12).sum())
    return directions[rank:].T


def _require_feasible(is_feasible: bool | np.bool_) -> None:
    if not is_feasible:
        raise NotDefined("nothing meets all conditions at once")
