"""Principal components of the correlation matrix, and how many of them chance would give.

Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 4; Horn,
Psychometrika 30 (1965), for parallel analysis. Rotation and weights are in
`sharedfuture.analyse.composite.weights`.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.correlate import pearson
from sharedfuture.analyse.composite.statistics.series import require_varying, take_complete_units

LEAST_UNITS = 3


@dataclass(frozen=True, slots=True)
class Components:
    """Components in order of falling variance.

    `eigenvalues` and `shares` of the total variance have shape (components,). `directions` has
    shape (indicators, components); each column is a unit vector whose sign is chosen so that its
    element of largest size is positive (the first of them, where several are as large within
    rounding). `unit_count` is the number of complete units they rest on.
    """

    eigenvalues: Array
    shares: Array
    directions: Array
    unit_count: int

    @property
    def loadings(self) -> Array:
        """Correlation of each indicator with each component, shape (indicators, components)."""
        return self.directions * np.sqrt(self.eigenvalues)


def principal_components(values: Array) -> Components:
    """Components of the correlations of the units that lack nothing.

    There are as many as indicators; with fewer units than indicators the last ones have no
    variance. Raises NotDefined where fewer than three units are complete, or an indicator does
    not vary over them.
    """
    complete = take_complete_units(values, least=LEAST_UNITS)
    require_varying(complete, "principal components")
    correlation, _ = pearson(complete, complete)
    eigenvalues, vectors = np.linalg.eigh(correlation)
    eigenvalues = np.maximum(eigenvalues[::-1], 0.0)
    directions = orient(vectors[:, ::-1])
    return Components(eigenvalues, eigenvalues / len(values), directions, complete.shape[1])


def orient(columns: Array) -> Array:
    """Columns with signs chosen so that the element of largest size is positive in each.

    Where several elements are as large within rounding, the first of them decides.
    """
    size = np.abs(columns)
    decides = (size >= size.max(axis=0) * (1 - 1e-9)).argmax(axis=0)
    signs = np.where(columns[decides, np.arange(columns.shape[1])] < 0, -1.0, 1.0)
    oriented: Array = columns * signs
    return oriented


def chance_eigenvalues(
    indicator_count: int,
    unit_count: int,
    *,
    generator: np.random.Generator,
    replicates: int,
    level: float,
) -> Array:
    """The eigenvalues that unrelated normal series reach with probability `level`.

    Horn's parallel analysis: components of the data whose eigenvalue is above its counterpart
    here, shape (indicators,), say more than chance does. 0.95 is the usual level.
    """
    if unit_count < LEAST_UNITS:
        raise NotDefined(f"at least {LEAST_UNITS} units were expected, found {unit_count}")
    drawn = generator.standard_normal((replicates, indicator_count, unit_count))
    drawn -= drawn.mean(axis=-1, keepdims=True)
    drawn /= np.linalg.norm(drawn, axis=-1, keepdims=True)
    eigenvalues = np.linalg.eigvalsh(drawn @ drawn.swapaxes(-1, -2))
    chance: Array = np.quantile(eigenvalues, level, axis=0)[::-1]
    return chance
