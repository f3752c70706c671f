"""How much each element matters for the index, to be set beside how much it was meant to.

The importance of an element is the share of the variance of the index that would vanish if the
element were fixed: Pearson's correlation ratio, the first-order effect of sensitivity analysis.
Elements correlate, so importances need not sum to 1; divided by their sum they compare with
weights. Paruolo, Saisana and Saltelli, Journal of the Royal Statistical Society A 176 (2013);
Becker, Saisana, Paruolo and Vandecasteele, Ecological Indicators 80 (2017).
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.correlate import correlate_between, pearson
from sharedfuture.analyse.composite.statistics.series import require_varying, varies

LEAST_UNITS = 5
_MOST_KNOTS = 35
_LEAST_GAP = 1e-6
_SMOOTHNESS_STEPS = 101


@dataclass(frozen=True, slots=True)
class Importance:
    """Shares of the variance of the index, each of shape (elements,), from 0 to 1.

    `linear` is what a straight line explains (the squared correlation), `smooth` what a smooth
    curve explains (the correlation ratio).
    """

    linear: Array
    smooth: Array

    @property
    def relative(self) -> Array:
        """The correlation ratios divided by their sum: what compares with effective weights."""
        relative: Array = self.smooth / self.smooth.sum()
        return relative


def importance(values: Array, index: Array) -> Importance:
    """Importance of each element, shape (elements, units), for the index, shape (units,).

    Each element is set against the units that have both it and the index. Raises NotDefined
    where an element or the index does not vary over at least five such units.
    """
    require_varying(index, "importance for the index")
    usable = ~np.isnan(values) & ~np.isnan(index)
    few = (usable.sum(axis=1) < LEAST_UNITS) | ~varies(np.where(usable, values, np.nan))
    if few.any():
        raise NotDefined(
            f"importance needs {LEAST_UNITS} units with element and index and two different "
            f"values among them, found {int(usable[few].sum(axis=1).min())} such units",
            [int(at) for at in np.flatnonzero(few)],
        )
    linear = correlate_between(values, index[np.newaxis], method=pearson).coefficient[:, 0] ** 2
    pairs = zip(values, usable, strict=True)
    smooth = [correlation_ratio(element[kept], index[kept]) for element, kept in pairs]
    return Importance(linear, np.array(smooth))


def correlation_ratio(element: Array, index: Array) -> float:
    """Share of the variance of the index that a smooth curve in one complete element explains.

    The curve is a penalised linear spline with knots at quantiles, its smoothness chosen by
    generalised cross-validation; in the limit it is the straight line. Ruppert, Wand and
    Carroll, Semiparametric Regression (2003), sections 3.5, 5.3 and appendix B. The variance is
    that of the curve over the units, so a curve that follows noise would count it as explained;
    cross-validation keeps this small but not zero.
    """
    require_varying(element, "a correlation ratio")
    if not varies(index):
        return 0.0
    apart = _to_unit_range(index)
    apart -= apart.mean()
    total = float(apart @ apart)
    basis, roughness = _orthogonal_basis(_to_unit_range(element))
    along = basis.T @ apart
    shrinkage = _choose_shrinkage(roughness, along**2, total, len(index))
    return min(float(((shrinkage * along) ** 2).sum()) / total, 1.0)


def _choose_shrinkage(roughness: Array, along: Array, total: float, unit_count: int) -> Array:
    """What is left of each function at the smoothness with the best generalised cross-validation.

    `along` is the square that each function explains of the `total`.
    """
    rough = roughness[roughness > 0]
    if not len(rough):
        return np.ones(len(roughness))
    steps = np.geomspace(1e-4 / rough.max(), 1e4 / rough.min(), _SMOOTHNESS_STEPS)
    shrinkage = 1 / (1 + steps[:, np.newaxis] * roughness)
    left = np.maximum(total - ((2 - shrinkage) * shrinkage) @ along, 0.0)
    freedom = 1 - (shrinkage.sum(axis=1) + 1) / unit_count
    chosen: Array = shrinkage[(left / freedom**2).argmin()]
    return chosen


def _orthogonal_basis(element: Array) -> tuple[Array, Array]:
    """Orthonormal functions of the element without a mean, and the roughness of each.

    Demmler and Reinsch's basis: shrinking each function by its roughness gives the penalised
    fit for every smoothness at once. The straight line has no roughness.
    """
    bends = np.maximum(element[:, np.newaxis] - _knots(element), 0.0)
    design = np.column_stack([element, bends])
    design -= design.mean(axis=0)
    basis, triangle = np.linalg.qr(design)
    penalty = np.diag([0.0, *np.ones(bends.shape[1])])
    inner = np.linalg.solve(triangle.T, np.linalg.solve(triangle.T, penalty).T)
    roughness, rotation = np.linalg.eigh((inner + inner.T) / 2)
    roughness[roughness < 1e-12 * roughness.max()] = 0.0
    return basis @ rotation, roughness


def _knots(element: Array) -> Array:
    """Quantiles of the different values: one for every four, a few where there are few.

    Knots that nearly touch each other or an end of the range are left out.
    """
    unique = np.unique(element)
    few = min(len(unique) - 2, len(element) // 4, 3)
    count = min(_MOST_KNOTS, max(len(unique) // 4, few))
    knots = np.quantile(unique, np.arange(1, count + 1) / (count + 1))
    kept: Array = knots[(np.diff(knots, prepend=0.0) > _LEAST_GAP) & (knots < 1 - _LEAST_GAP)]
    return kept


def _to_unit_range(values: Array) -> Array:
    """Values moved and scaled to reach from 0 to 1."""
    unit: Array = (values - values.min()) / (values.max() - values.min())
    return unit
