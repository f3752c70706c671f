"""Missing values replaced by what the other indicators say: regression and nearest neighbours.

Shape `(..., indicators, units)`, units on the last axis; NaN is a missing value. Each replicate
of a batch is fitted on its own. `members` holds sets of positions of indicators that inform one
another: all of them, or those under one aggregate. Inside a set the indicators are standardised
first (mean 0, sample standard deviation 1), so that units of measurement do not matter. Present
values come back to the bit; an indicator with missing values in no set is refused. The regressions
know no bounds: an indicator that cannot be negative can be imputed below zero.

Every function raises NotDefined where there is too little to learn from: a set of one indicator,
an indicator without two different values, a unit without any value in the set, too few units.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), chapter on imputation of
missing data; van Buuren and Groothuis-Oudshoorn, mice: Multivariate Imputation by Chained
Equations in R, Journal of Statistical Software 45(3), 2011; MacKay, Bayesian Interpolation,
Neural Computation 4(3), 1992; Troyanskaya et al., Missing value estimation methods for DNA
microarrays, Bioinformatics 17(6), 2001; Rubin, Multiple Imputation for Nonresponse in Surveys,
1987. The fitting is scikit-learn's.
"""

import importlib
import warnings
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.impute import Members, checked_members
from sharedfuture.analyse.composite.arrays.missing import require_complete
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


class _Imputer(Protocol):
    def fit_transform(self, table: Array) -> Array: ...


# Fills one standardised table of one set; the positions are for the errors.
_Fill = Callable[[Array, Positions], Array]


def impute_regression(values: Array, members: Members, *, rounds: int, tolerance: float) -> Array:
    """Least squares of each indicator on the others of its set, in turn until nothing moves.

    Starts from the means. One round goes over all indicators with missing values; it is the last
    when no unit's values move, in sum over the set, by more than `tolerance` times the largest
    standardised value. Raises NotDefined where that takes more than `rounds`, and where an
    indicator is present for no more units than the set has indicators.
    """

    def fill(table: Array, positions: Positions) -> Array:
        from sklearn.linear_model import LinearRegression

        _require_present(table, positions, more_than=len(positions))
        return _chained(table, positions, LinearRegression(), rounds, tolerance)

    return _over_sets(values, members, fill)


def impute_bayesian_regression(
    values: Array, members: Members, *, rounds: int, tolerance: float
) -> Array:
    """As `impute_regression`, with Bayesian ridge regression: fit for more indicators than units.

    The shrinkage is estimated from the data. Needs at least three units with the indicator.
    """

    def fill(table: Array, positions: Positions) -> Array:
        from sklearn.linear_model import BayesianRidge

        _require_present(table, positions, more_than=2)
        return _chained(table, positions, BayesianRidge(), rounds, tolerance)

    return _over_sets(values, members, fill)


def impute_nearest_units(values: Array, members: Members, *, neighbours: int) -> Array:
    """Missing values become the mean of the nearest units that have the indicator.

    Near is the Euclidean distance over the standardised indicators of the set that both units
    have, scaled up for those they lack. Units equally far compete: which of them counts depends
    on their order. Raises NotDefined where fewer than `neighbours` units have the indicator and
    at least one more in common.
    """
    if neighbours < 1:
        raise RecipeRefused(f"neighbours: expected at least one, found {neighbours}")

    def fill(table: Array, positions: Positions) -> Array:
        from sklearn.impute import KNNImputer

        _require_donors(table, positions, neighbours)
        filled: Array = KNNImputer(n_neighbors=neighbours).fit_transform(table.T).T
        return filled

    return _over_sets(values, members, fill)


def draw_imputations(
    values: Array, members: Members, *, draws: int, rounds: int, generator: np.random.Generator
) -> Array:
    """Several complete tables, each a draw of what the missing values could be.

    Chained Bayesian ridge regressions as in `impute_bayesian_regression`, but every prediction
    is drawn from its posterior distribution, over a fixed number of rounds and from a fresh
    start for each draw. The spread between draws is the uncertainty of imputing; its use is
    Rubin's multiple imputation. Gives (draws, ..., indicators, units).
    """
    if draws < 1 or rounds < 1:
        raise RecipeRefused(f"expected at least one draw and round, found {draws} and {rounds}")
    # scikit-learn draws from the older interface; it reads the generator's own stream here.
    chance = np.random.RandomState(generator.bit_generator)

    def fill(table: Array, positions: Positions) -> Array:
        from sklearn.linear_model import BayesianRidge

        _require_present(table, positions, more_than=2)
        imputer = _iterative_imputer()(
            BayesianRidge(),
            sample_posterior=True,
            max_iter=rounds,
            skip_complete=True,
            random_state=chance,
        )
        filled: Array = imputer.fit_transform(table.T).T
        return filled

    return np.stack([_over_sets(values, members, fill) for _ in range(draws)])


def _chained(
    table: Array, positions: Positions, estimator: object, rounds: int, tolerance: float
) -> Array:
    from sklearn.exceptions import ConvergenceWarning

    if rounds < 1 or not tolerance > 0:
        raise RecipeRefused(
            f"expected at least one round and a tolerance above 0, found {rounds}, {tolerance}"
        )
    imputer = _iterative_imputer()(
        estimator, max_iter=rounds, tol=tolerance, skip_complete=True, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", category=ConvergenceWarning)
        try:
            filled: Array = imputer.fit_transform(table.T).T
        except ConvergenceWarning as warning:
            says = f"the regressions have not settled to {tolerance} after {rounds} rounds"
            raise NotDefined(says, positions.tolist()) from warning
    return filled


def _iterative_imputer() -> Callable[..., "_Imputer"]:
    # scikit-learn calls its chained equations experimental; they are there after this import.
    importlib.import_module("sklearn.experimental.enable_iterative_imputer")
    found: Callable[..., _Imputer] = importlib.import_module("sklearn.impute").IterativeImputer
    return found


def _over_sets(values: Array, members: Members, fill: _Fill) -> Array:
    """`fill` for each set with missing values in each replicate; nothing may stay missing."""
    sets = checked_members(values, members)
    result = values.copy()
    for table in result.reshape(-1, *values.shape[-2:]):  # views of the copy
        for positions in sets:
            part = table[positions]
            is_missing = np.isnan(part)
            if is_missing.any():
                centre, spread = _scale(part, positions)
                filled = fill((part - centre) / spread, positions) * spread + centre
                table[positions] = np.where(is_missing, filled, part)
    require_complete(result)
    return result


def _scale(part: Array, positions: Positions) -> tuple[Array, Array]:
    """Mean and sample standard deviation of each indicator, as columns."""
    is_present = ~np.isnan(part)
    if len(positions) < 2:
        raise NotDefined("expected other indicators to learn from, found none", positions.tolist())
    is_flat = ~(np.fmax.reduce(part, axis=1) > np.fmin.reduce(part, axis=1))
    if is_flat.any():
        says = "expected at least two different values to learn from, found fewer"
        raise NotDefined(says, positions[is_flat].tolist())
    empty = np.flatnonzero(~is_present.any(axis=0)).tolist()
    if empty:
        says = f"expected a value of every unit to learn from, found none for units {empty}"
        raise NotDefined(says, positions.tolist())
    centre = np.nanmean(part, axis=1, keepdims=True)
    return centre, np.nanstd(part, axis=1, ddof=1, keepdims=True)


def _require_present(table: Array, positions: Positions, *, more_than: int) -> None:
    present = (~np.isnan(table)).sum(axis=1)
    is_short = (present <= more_than) & (present < table.shape[1])
    if is_short.any():
        found = int(present[is_short].min())
        says = f"expected the values of more than {more_than} units, found {found}"
        raise NotDefined(says, positions[is_short].tolist())


def _require_donors(table: Array, positions: Positions, neighbours: int) -> None:
    is_present = ~np.isnan(table)
    counts = is_present.astype(np.intp)
    # A unit can give to another when they have an indicator in common.
    is_comparable = (counts.T @ counts > 0).astype(np.intp)
    donors = np.where(is_present, neighbours, counts @ is_comparable)
    is_short = (donors < neighbours).any(axis=1)
    if is_short.any():
        found = int(donors.min())
        says = f"expected {neighbours} comparable units with a value, found {found}"
        raise NotDefined(says, positions[is_short].tolist())
