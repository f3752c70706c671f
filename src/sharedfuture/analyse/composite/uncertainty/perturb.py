"""Inputs as they also could have been: errors of measurement, other samples, other weights.

Perturbed values have shape (replicates, indicators, units), weights (replicates, weights). All
draws come from the generator that is handed in. A missing value stays missing in every
replicate, and a draw never makes one. A perturbation that varies nothing is refused.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 7 (errors of the
data, weights, leaving out indicators); Efron and Tibshirani (1993), An Introduction to the
Bootstrap, chapters 6 and 11.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

# The quantile function is infinite at 0 and 1.
_SMALLEST_DRAW, _LARGEST_DRAW = 2.0**-54, 1.0 - 2.0**-53


def draw_normal_errors(
    values: Array, standard_errors: Array, *, replicates: int, generator: np.random.Generator
) -> Array:
    """Values plus independent normal errors with the given standard errors.

    A standard error of 0 says that the value is exact, and it stays as it is. Raises NotDefined,
    with the positions of the indicators, where a present value has a standard error that is
    missing or negative, or where none is above 0.
    """
    errors = _require_spreads(values, standard_errors, "standard error")
    _require_some(errors, "standard error")
    draws = _standard_normal(values, replicates, generator)
    draws *= errors
    draws += values
    return draws


def draw_bounded_errors(
    values: Array,
    standard_errors: Array,
    *,
    bounds: tuple[float, float],
    replicates: int,
    generator: np.random.Generator,
) -> Array:
    """Values plus normal errors, on condition that the sum stays within bounds.

    The normal distribution truncated at both bounds, drawn by its quantile function. Near a bound
    its mean lies further inside than the value, by up to 0.8 standard errors at the bound itself:
    that is what the bound says, not a shift to be corrected. Raises as `draw_normal_errors` does,
    and NotDefined where a value lies outside the bounds.
    """
    low, high = bounds
    errors = _require_spreads(values, standard_errors, "standard error")
    _require_some(errors, "standard error")
    _require_inside(values, low, high)
    from scipy.special import ndtr, ndtri

    safe = np.where(errors > 0, errors, 1.0)
    start, end = np.asarray(ndtr((low - values) / safe)), np.asarray(ndtr((high - values) / safe))
    draws = generator.random((replicates, *values.shape))
    draws *= end - start
    draws += start
    drawn = values + errors * np.asarray(ndtri(np.clip(draws, _SMALLEST_DRAW, _LARGEST_DRAW)))
    return np.asarray(np.clip(drawn, low, high))


def draw_interval_errors(
    values: Array,
    low: Array,
    high: Array,
    *,
    level: float,
    replicates: int,
    generator: np.random.Generator,
) -> Array:
    """Values whose publisher gives an interval of the stated level, lopsided or not.

    A normal distribution of two halves: the value is its median, and `low` and `high` are its
    quantiles (1 - level) / 2 and (1 + level) / 2, whatever their distances from the value; with
    equal distances it is the normal distribution with standard error `standard_errors` gives.
    Raises NotDefined, with the positions of the indicators, where a limit is missing or on the
    wrong side of a present value, or where no interval has any width.
    """
    below = _require_spreads(values, values - low, "distance to the low limit")
    above = _require_spreads(values, high - values, "distance to the high limit")
    _require_some(np.maximum(below, above), "interval")
    quantile = _normal_quantile(level)
    draws = _standard_normal(values, replicates, generator)
    draws *= np.where(draws < 0, below / quantile, above / quantile)
    draws += values
    return draws


def standard_errors(low: Array, high: Array, *, level: float) -> Array:
    """Standard errors of a normal distribution with these symmetric limits of the stated level.

    Half the width over the normal quantile of (1 + level) / 2, 1.645 for level 0.9. NaN where a
    limit is missing.
    """
    return np.asarray((np.asarray(high) - low) / (2 * _normal_quantile(level)))


def draw_uniform_errors(
    low: Array, high: Array, *, replicates: int, generator: np.random.Generator
) -> Array:
    """Values spread evenly between limits: nothing is known but that the value lies between.

    Missing where a limit is. Raises NotDefined, with the positions of the indicators, where low
    is above high, or where all limits are equal.
    """
    width = _require_spreads(low + high, high - low, "width")
    _require_some(width, "width")
    return low + generator.random((replicates, *low.shape)) * width


def bootstrap_positions(
    count: int, *, replicates: int, generator: np.random.Generator
) -> Positions:
    """Positions of `count` units or indicators drawn with replacement, (replicates, count)."""
    if count < 2:
        raise RecipeRefused(f"resampling needs two or more, found {count}: {_VARIES_NOTHING}")
    return generator.integers(0, count, size=(replicates, count), dtype=np.intp)


def bootstrap_positions_within(
    groups: Sequence[object], *, replicates: int, generator: np.random.Generator
) -> Positions:
    """Positions drawn with replacement inside each group, so that no group is ever empty.

    `groups` names the group of each position, an indicator's pillar for example; position i of a
    replicate is always filled by a member of its own group. Raises RecipeRefused where every
    group has a single member.
    """
    members: dict[object, list[int]] = {}
    for position, group in enumerate(groups):
        members.setdefault(group, []).append(position)
    if all(len(positions) < 2 for positions in members.values()):
        raise RecipeRefused(f"a group of two or more, found none: {_VARIES_NOTHING}")
    drawn = np.empty((replicates, len(groups)), dtype=np.intp)
    for positions in members.values():
        picks = generator.integers(0, len(positions), size=(replicates, len(positions)))
        drawn[:, positions] = np.array(positions)[picks]
    return drawn


def jackknife_positions(count: int) -> Positions:
    """Positions with one left out in turn, shape (count, count - 1): row i lacks position i."""
    if count < 2:
        raise RecipeRefused(f"leaving one out needs two or more, found {count}")
    rest = np.arange(count - 1)
    return rest + (rest >= np.arange(count)[:, np.newaxis])


def count_positions(positions: Positions, count: int) -> Array:
    """How often each of `count` positions was drawn, shape (replicates, count).

    Times the weights of the indicators these are the weights of a resampled index.
    """
    replicates = len(positions)
    cells = positions + count * np.arange(replicates)[:, np.newaxis]
    counts = np.bincount(cells.reshape(-1), minlength=replicates * count)
    return counts.reshape(replicates, count).astype(np.float64)


def draw_noisy_weights(
    weights: Array, noise: float | Array, *, replicates: int, generator: np.random.Generator
) -> Array:
    """Each weight times 1 + u, with u uniform within plus or minus `noise`; not rescaled.

    `noise` is one share for all weights or one for each, from 0 (the weight stays) to 1 (it may
    double or vanish). Raises RecipeRefused for other shares, or where no weight varies.
    """
    nominal = _require_weights(weights)
    shares = np.broadcast_to(np.asarray(noise, dtype=np.float64), nominal.shape)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise RecipeRefused(f"noise from 0 to 1, found {noise}")
    if not (shares * nominal).any():
        raise RecipeRefused(f"noise above 0 on a weight above 0, found none: {_VARIES_NOTHING}")
    draws = generator.uniform(-1.0, 1.0, size=(replicates, *nominal.shape))
    return np.asarray(nominal * (1.0 + shares * draws))


def draw_dirichlet_weights(
    weights: Array, *, concentration: float, replicates: int, generator: np.random.Generator
) -> Array:
    """Weights of sum 1 from a Dirichlet distribution whose mean is `weights`, over their sum.

    The variance of a weight with share s is s (1 - s) / (concentration + 1): with equal weights,
    a concentration equal to their number makes every division of the whole equally likely, a
    larger one keeps closer to the nominal weights. A weight of 0 stays 0. Raises RecipeRefused
    where the concentration is not above 0 or fewer than two weights are.
    """
    nominal = _require_weights(weights)
    if not 0 < concentration < np.inf:
        raise RecipeRefused(f"a concentration above 0, found {concentration}")
    used = np.flatnonzero(nominal)
    if used.size < 2:
        raise RecipeRefused(f"two weights above 0, found {used.size}: {_VARIES_NOTHING}")
    drawn = np.zeros((replicates, nominal.size))
    shape = concentration * nominal[used] / nominal.sum()
    drawn[:, used] = generator.dirichlet(shape, size=replicates)
    return drawn


_VARIES_NOTHING = "a variation that varies nothing"


def _standard_normal(values: Array, replicates: int, generator: np.random.Generator) -> Array:
    return generator.standard_normal((replicates, *values.shape))


def _normal_quantile(level: float) -> float:
    """The normal quantile of (1 + level) / 2."""
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise RecipeRefused(f"a level between 0 and 1, found {level}")
    return float(ndtri((1.0 + level) / 2))


def _require_spreads(values: Array, spreads: Array, name: str) -> Array:
    """The spreads, 0 in the place of missing values, if each present value has a finite one."""
    if np.shape(spreads) != np.shape(values):
        raise RecipeRefused(
            f"a {name} for each value of shape {np.shape(values)}, found {np.shape(spreads)}"
        )
    missing = np.isnan(values)
    wrong = ~missing & ~((spreads >= 0) & (spreads < np.inf))
    _refuse(wrong, f"each present value needs a {name} of at least 0", spreads)
    return np.where(missing, 0.0, spreads)


def _require_some(spreads: Array, name: str) -> None:
    if not spreads.any():
        raise NotDefined(f"a {name} above 0, found none: {_VARIES_NOTHING}")


def _require_inside(values: Array, low: float, high: float) -> None:
    _refuse((values < low) | (values > high), f"values lie between {low} and {high}", values)


def _refuse(wrong: npt.NDArray[np.bool_], says: str, found: Array) -> None:
    """Raise NotDefined with the positions of the indicators where anything is wrong."""
    if wrong.any():
        rows = np.flatnonzero(np.atleast_2d(wrong).any(axis=-1))
        raise NotDefined(
            f"{says}; found {found[wrong][0]}, {int(wrong.sum())} in all", rows.tolist()
        )


def _require_weights(weights: Array) -> Array:
    """The weights, if they are one vector of finite numbers of at least 0."""
    nominal = np.asarray(weights, dtype=np.float64)
    if nominal.ndim != 1 or not ((nominal >= 0) & (nominal < np.inf)).all():
        raise RecipeRefused(f"a vector of weights of at least 0, found {nominal.tolist()}")
    return nominal
