"""Do the indicators of a group measure one thing: alpha, sampling adequacy, sphericity.

Sources: Cronbach, Psychometrika 16 (1951), for alpha; Kaiser and Rice, Educational and
Psychological Measurement 34 (1974), for the measure of sampling adequacy (KMO); Bartlett,
British Journal of Psychology (Statistical Section) 3 (1950), for the test of sphericity;
Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 4, for their use.

Alpha is made of a covariance matrix (of a correlation matrix it is the standardised alpha), so
that how missing values are met is the caller's visible choice: `pairwise_covariance` or
`complete_covariance`.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, lowest, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.series import take_complete_units


@dataclass(frozen=True, slots=True)
class SamplingAdequacy:
    """KMO of the whole group, and of each indicator, shape (indicators,); all from 0 to 1.

    Kaiser calls values below 0.5 unacceptable, from 0.8 on meritorious.
    """

    overall: float
    of_each: Array


@dataclass(frozen=True, slots=True)
class Sphericity:
    """Bartlett's test that all correlations are zero."""

    chi_squared: float
    freedom: int
    p_value: float


def pairwise_covariance(values: Array) -> Array:
    """Sample covariances, shape (indicators, indicators), each over the units that have both.

    Raises NotDefined where two indicators have fewer than two units in common.
    """
    present = (~np.isnan(values)).astype(float)
    count = present @ present.T
    refuse((count < 2).any(axis=1), "a covariance needs two units that have both indicators")
    # Deviations from each indicator's own lowest value and mean: no digits are lost below.
    above = np.where(present > 0, values - lowest(values)[:, np.newaxis], 0.0)
    apart = present * (above - (above.sum(axis=1) / present.sum(axis=1))[:, np.newaxis])
    sums = apart @ present.T
    covariance: Array = (apart @ apart.T - sums * sums.T / count) / (count - 1)
    return covariance


def complete_covariance(values: Array) -> Array:
    """Sample covariances, shape (indicators, indicators), over the units that lack nothing.

    Raises NotDefined where there are fewer than two such units.
    """
    return pairwise_covariance(take_complete_units(values, least=2))


def cronbach_alpha(covariance: Array) -> float:
    """Alpha of the indicators of a covariance matrix.

    At most 1; negative where covariances are negative on the whole, so that the indicators do
    not point the same way. Raises NotDefined for a single indicator, and where the covariances
    do not have a positive sum.
    """
    size = len(covariance)
    total = float(covariance.sum())
    if not total > _rounding(covariance):
        raise NotDefined(
            f"alpha needs covariances with a positive sum, found {total:.3g}", range(size)
        )
    return float(_alpha(size, np.trace(covariance), total))


def alpha_without_each(covariance: Array) -> Array:
    """Alpha of the others when each indicator is left out, shape (indicators,).

    Raises NotDefined for fewer than three indicators, and where covariances of the rest do not
    have a positive sum.
    """
    own = np.diag(covariance)
    total = covariance.sum() - 2 * covariance.sum(axis=1) + own
    refuse(
        ~(total > _rounding(covariance)),
        "without this indicator the covariances do not have a positive sum, which alpha needs",
    )
    return _alpha(len(covariance) - 1, np.trace(covariance) - own, total)


def sampling_adequacy(correlation: Array) -> SamplingAdequacy:
    """How much of the squared correlations is left when all other indicators are held fixed.

    Raises NotDefined where the correlation matrix is singular (the positions are the indicators
    that follow from the others), where it is not one of complete values, or where nothing
    correlates.
    """
    require_regular(correlation)
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    apart = ~np.eye(len(correlation), dtype=bool)
    plain_squares = np.where(apart, correlation, 0.0) ** 2
    partial_squares = np.where(apart, partial, 0.0) ** 2
    plain, held = plain_squares.sum(axis=1), partial_squares.sum(axis=1)
    refuse(plain + held == 0, "sampling adequacy needs a correlation that is not zero")
    return SamplingAdequacy(float(plain.sum() / (plain.sum() + held.sum())), plain / (plain + held))


def sphericity(correlation: Array, unit_count: int) -> Sphericity:
    """Bartlett's test on the correlation matrix of `unit_count` complete units.

    Raises NotDefined where the matrix is singular or of a single indicator, and where there are
    too few units for the test.
    """
    from scipy.special import chdtrc

    size = len(correlation)
    require_regular(correlation)
    factor = unit_count - 1 - (2 * size + 5) / 6
    if size < 2 or factor <= 0:
        raise NotDefined(
            f"sphericity needs two indicators and more units than indicators, "
            f"found {size} indicators and {unit_count} units",
            range(size),
        )
    chi_squared = -factor * float(np.linalg.slogdet(correlation)[1])
    freedom = size * (size - 1) // 2
    return Sphericity(chi_squared, freedom, float(chdtrc(freedom, max(chi_squared, 0.0))))


def require_regular(correlation: Array) -> None:
    """Raise NotDefined unless the correlation matrix can be inverted.

    A matrix of pairwise complete correlations need not be one; neither is that of indicators of
    which one follows from others, or of more indicators than units.
    """
    if np.isnan(correlation).any():
        refuse(
            np.isnan(correlation).all(axis=1) | np.isnan(np.diag(correlation)),
            "a correlation matrix without gaps was expected",
        )
        raise NotDefined("a correlation matrix without gaps was expected, found undefined pairs")
    eigenvalues, vectors = np.linalg.eigh(correlation)
    least = len(correlation) * np.finfo(float).eps * eigenvalues[-1]
    if eigenvalues[0] <= least * 10:
        share = np.abs(vectors[:, 0])
        raise NotDefined(
            "the correlation matrix is singular: one of these indicators follows from the others, "
            "or there are fewer units than indicators "
            f"(smallest eigenvalue {eigenvalues[0]:.3g} of {eigenvalues[-1]:.3g})",
            [int(at) for at in np.flatnonzero(share > 1e-6 * share.max())],
        )


def _alpha(count: int, own: Array | float, total: Array | float) -> Array:
    """k / (k - 1) times the share of the total that is covariance between indicators."""
    if count < 2:
        raise NotDefined(f"alpha needs two indicators, found {max(count, 0)}")
    alpha: Array = np.asarray(count / (count - 1) * (1 - own / np.asarray(total)))
    return alpha


def _rounding(covariance: Array) -> float:
    """What a sum of these covariances may be off from zero by rounding alone."""
    return float(covariance.size * np.finfo(float).eps * np.abs(covariance).max(initial=0.0))
