"""Weights from a factor analysis: what indicators have in common, without what is their own.

Unlike components, factors explain the correlations only and leave each indicator a part of its
own. They are fitted by maximum likelihood over the uniquenesses (Jöreskog, Psychometrika 32,
1967; Lawley and Maxwell, Factor Analysis as a Statistical Method, 1971), bounded from below so
that no indicator is explained in full, which would be a degenerate solution (Heywood case). The
weights are the Handbook's (OECD/JRC 2008, step 6), as for components.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.correlate import pearson
from sharedfuture.analyse.composite.statistics.reliability import require_regular
from sharedfuture.analyse.composite.statistics.series import require_varying, take_complete_units
from sharedfuture.analyse.composite.weights.rotation import intermediate_weights, varimax

_MOST_TURNED = 7
LEAST_UNIQUENESS = 0.005


@dataclass(frozen=True, slots=True)
class Factors:
    """Unrotated loadings, shape (indicators, factors), and what each indicator has for itself.

    `uniquenesses` are shares of the variance, shape (indicators,); one at the lowest bound of
    0.005 warns of a degenerate solution.
    """

    loadings: Array
    uniquenesses: Array


def factor_weights(values: Array, *, factor_count: int) -> Array:
    """The Handbook's weights from this many factors, varimax-rotated.

    Units that lack a value are left out. Raises NotDefined as `common_factors` does, and where
    an indicator loads on no factor in its declared direction.
    """
    require_varying(values, "factor analysis")
    complete = take_complete_units(values, least=3)
    require_varying(complete, "factor analysis of complete units")
    correlation, _ = pearson(complete, complete)
    factors = common_factors(correlation, factor_count=factor_count)
    return intermediate_weights(varimax(factors.loadings))


def common_factors(correlation: Array, *, factor_count: int) -> Factors:
    """The factors that make the correlation matrix most likely.

    Raises NotDefined where the matrix is singular, where it holds too few correlations for so
    many factors, or where no solution is found.
    """
    size = len(correlation)
    freedom = (size - factor_count) ** 2 - size - factor_count
    if factor_count < 1 or freedom < 0:
        raise NotDefined(
            f"{size} indicators are too few for {factor_count} factors: "
            "their correlations would not determine the loadings"
        )
    require_regular(correlation)
    rough = [
        _minimised(start, correlation, factor_count, steps=25)
        for start in _starts(correlation, factor_count)
    ]
    best = min(rough, key=lambda result: float(result.fun))
    found = _minimised(best.x, correlation, factor_count, steps=10_000)
    if found.status == 1:
        raise NotDefined("the factors did not settle within 10,000 steps")
    return Factors(_loadings(found.x, correlation, factor_count), found.x)


def _minimised(start: Array, correlation: Array, factor_count: int, *, steps: int) -> Any:
    """SciPy's result of a search from one start, of at most so many steps."""
    from scipy.optimize import minimize

    return minimize(
        _misfit,
        start,
        args=(correlation, factor_count),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * len(start),
        options={"maxiter": steps, "ftol": 1e-15, "gtol": 1e-8},
    )


def _starts(correlation: Array, factor_count: int) -> Iterator[Array]:
    """Where the search begins: Joreskog's start, and it with one uniqueness low or high.

    The likelihood can have several peaks. From these starts, for up to seven indicators each in
    turn, no higher peak was found in the tests; with more indicators one may be missed.
    """
    size = len(correlation)
    usual = (1 - factor_count / (2 * size)) / np.diag(np.linalg.inv(correlation))
    usual = np.clip(usual, LEAST_UNIQUENESS, 1.0)
    yield usual
    for position in range(min(size, _MOST_TURNED)):
        for extreme in (0.01, 0.99):
            start = usual.copy()
            start[position] = extreme
            yield start


def _loadings(uniquenesses: Array, correlation: Array, factor_count: int) -> Array:
    """The best loadings for given uniquenesses."""
    scale = np.sqrt(uniquenesses)
    eigenvalues, vectors = np.linalg.eigh(correlation / np.outer(scale, scale))
    strongest = np.maximum(eigenvalues[: -factor_count - 1 : -1] - 1, 0.0)
    directions = vectors[:, : -factor_count - 1 : -1]
    loadings: Array = scale[:, np.newaxis] * directions * np.sqrt(strongest)
    return loadings


def _misfit(uniquenesses: Array, correlation: Array, factor_count: int) -> tuple[float, Array]:
    """What the likelihood loses against a perfect fit, up to a factor; and its gradient."""
    scale = np.sqrt(uniquenesses)
    rest = np.linalg.eigvalsh(correlation / np.outer(scale, scale))[:-factor_count]
    misfit = float((rest - np.log(rest) - 1).sum())
    loadings = _loadings(uniquenesses, correlation, factor_count)
    implied = (loadings**2).sum(axis=1) + uniquenesses
    return misfit, (implied - np.diag(correlation)) / uniquenesses**2
