"""Which replicates to run: points of the unit cube, and the choices that they stand for.

A design is an array of shape (rows, factors), each number in [0, 1). A row is a replicate, a
column is one thing that is uncertain. `pick_...` turns a column into one of several
alternatives, `place_...` into numbers of a distribution, by its quantile function; so every
design serves every kind of uncertainty. Alternatives are picked from the whole of [0, 1), not
from the range that happened to be drawn: a row's choice depends on that row alone.

Sources: Saltelli et al., Global Sensitivity Analysis: The Primer (2008), chapters 2 and 4;
OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused

Array = npt.NDArray[np.float64]
Choices = npt.NDArray[np.intp]
Labels = npt.NDArray[np.str_]

MOST_COMBINATIONS = 1_000_000
_SMALLEST_DRAW = 2.0**-54


@dataclass(frozen=True, slots=True)
class SaltelliDesign:
    """Blocks A, B, AB1, AB2, ...: block ABi is A with its column i taken from B.

    points        shape ((factors + 2) * rows, factors), one block after the other
    labels        the block of each row of `points`
    row_count     rows of one block
    factor_count  columns
    """

    points: Array
    labels: Labels
    row_count: int
    factor_count: int


def draw_random(rows: int, factors: int, *, seed: int) -> Array:
    """Independent uniform draws, shape (rows, factors): plain Monte Carlo."""
    _require_size(rows, factors)
    return np.random.default_rng(seed).random((rows, factors))


def draw_sobol_sequence(rows: int, factors: int, *, seed: int) -> Array:
    """A scrambled Sobol' sequence, shape (rows, factors); `rows` is a power of two.

    Fills the cube more evenly than chance, so means of smooth results settle faster. Only whole
    powers of two keep the balance (Owen 1998, scrambling Sobol' and Niederreiter-Xing points;
    2020, on dropping the first Sobol' point); other numbers are refused with RecipeRefused.
    """
    _require_size(rows, factors)
    if rows & (rows - 1):
        raise RecipeRefused(f"a Sobol' sequence needs a power of two as rows, found {rows}")
    from scipy.stats import qmc

    sequence = qmc.Sobol(factors, scramble=True, seed=np.random.default_rng(seed))
    return np.asarray(sequence.random(rows), dtype=np.float64)


def draw_latin_hypercube(rows: int, factors: int, *, seed: int) -> Array:
    """A Latin hypercube, shape (rows, factors): each of `rows` equal strata of a factor once.

    Source: McKay, Beckman and Conover (1979), with a uniform draw inside each stratum.
    """
    _require_size(rows, factors)
    generator = np.random.default_rng(seed)
    strata = np.broadcast_to(np.arange(rows)[:, np.newaxis], (rows, factors))
    draws = (generator.permuted(strata, axis=0) + generator.random((rows, factors))) / rows
    # The last stratum's draw can round up to 1, which lies outside the cube.
    return np.minimum(draws, np.nextafter(1.0, 0.0))


def full_factorial(alternative_counts: Sequence[int]) -> Choices:
    """Every combination of alternatives once, shape (combinations, factors); the last runs fastest.

    Results in this order become the table of `factorial_indices` by a plain reshape to
    `alternative_counts`. More than a million combinations are refused with RecipeRefused.
    """
    counts = tuple(int(count) for count in alternative_counts)
    if not counts or min(counts) < 1:
        raise RecipeRefused(f"each factor needs at least one alternative, found {counts}")
    combinations = 1
    for count in counts:
        combinations *= count
    if combinations > MOST_COMBINATIONS:
        raise RecipeRefused(
            f"a full factorial of at most {MOST_COMBINATIONS:,} rows, found {combinations:,}"
        )
    return np.indices(counts).reshape(len(counts), combinations).T.astype(np.intp)


def place_alternatives(choices: Choices, alternative_counts: Sequence[int]) -> Array:
    """Points of the unit cube that `pick_alternatives` reads back as these choices.

    Each choice goes to the middle of its cell, (choice + 1/2) / alternatives, so that a full
    factorial can be run like any other design.
    """
    return (choices + 0.5) / np.asarray(alternative_counts, dtype=np.float64)


def saltelli_design(halves: Array) -> SaltelliDesign:
    """The design of first- and total-order Sobol' indices: (factors + 2) * rows points.

    `halves` is any design of shape (rows, 2 * factors): its left half is A, its right half B. A
    Sobol' sequence must therefore be drawn with twice the number of factors; two sequences of
    one half each would be the same points or overlap.

    Source: Saltelli et al. (2010), Computer Physics Communications 181, 259-270, the radial
    scheme that takes columns of B into A.
    """
    rows, columns = halves.shape
    if columns % 2 or columns < 4:
        raise RecipeRefused(
            f"the design is drawn with two columns for each of at least two factors, "
            f"found {columns} columns"
        )
    factors = columns // 2
    left, right = halves[:, :factors], halves[:, factors:]
    mixed = np.repeat(left[np.newaxis], factors, axis=0)
    each = np.arange(factors)
    mixed[each, :, each] = right.T
    names = np.array(["A", "B", *(f"AB{factor + 1}" for factor in each)])
    return SaltelliDesign(
        points=np.concatenate([left, right, mixed.reshape(-1, factors)]),
        labels=np.repeat(names, rows),
        row_count=rows,
        factor_count=factors,
    )


def distinct_rows(choices: Choices) -> tuple[Choices, Choices]:
    """The different rows of an array, and for each row the position of its like among them.

    Designs over alternatives repeat themselves; with `different, position`, results of the
    different rows alone give those of all rows as `results[position]`.
    """
    different, position = np.unique(choices, axis=0, return_inverse=True)
    return different, position.reshape(-1)


def pick_alternatives(draws: Array, count: int) -> Choices:
    """One of `count` equally likely alternatives for each draw: floor(draw * count), from 0.

    Raises RecipeRefused where there is but one alternative, a variation that varies nothing.
    """
    if count < 2:
        raise RecipeRefused(f"two alternatives or more, found {count}: {_VARIES_NOTHING}")
    # A product of a number below 1 and a whole number never rounds up to that number.
    return np.floor(_inside_cube(draws) * count).astype(np.intp)


def pick_weighted_alternatives(draws: Array, probabilities: Sequence[float] | Array) -> Choices:
    """One alternative for each draw, from 0, with the given probabilities, which sum to 1.

    An alternative of probability 0 is never picked. Raises RecipeRefused where a probability is
    negative, their sum is not 1, or one of them is 1, a variation that varies nothing.
    """
    shares = np.asarray(probabilities, dtype=np.float64)
    if shares.min() < 0 or abs(shares.sum() - 1.0) > 1e-9:
        raise RecipeRefused(f"probabilities of at least 0 with sum 1, found {shares.tolist()}")
    possible = np.flatnonzero(shares)
    if possible.size < 2:
        raise RecipeRefused(f"two possible alternatives or more, found 1: {_VARIES_NOTHING}")
    # Without the last edge: a draw above a sum that rounds to less than 1 is the last one's.
    edges = np.cumsum(shares[possible])[:-1]
    return possible[np.searchsorted(edges, _inside_cube(draws), side="right")]


def place_uniform(draws: Array, low: float, high: float) -> Array:
    """Draws spread evenly over [low, high). Raises RecipeRefused unless low < high."""
    if not low < high:
        raise RecipeRefused(f"low < high, found {low} and {high}: {_VARIES_NOTHING}")
    return low + _inside_cube(draws) * (high - low)


def place_triangular(draws: Array, low: float, mode: float, high: float) -> Array:
    """Draws of the triangular distribution on [low, high] whose density peaks at `mode`.

    Raises RecipeRefused unless low <= mode <= high and low < high.
    """
    if not (low <= mode <= high and low < high):
        raise RecipeRefused(f"low <= mode <= high and low < high, found {low}, {mode}, {high}")
    inside, width = _inside_cube(draws), high - low
    rising = low + np.sqrt(inside * width * (mode - low))
    falling = high - np.sqrt((1.0 - inside) * width * (high - mode))
    return np.where(inside < (mode - low) / width, rising, falling)


def place_normal(draws: Array, mean: float, standard_deviation: float) -> Array:
    """Draws of the normal distribution; a draw of 0 is read as 2**-54, so none is infinite.

    Raises RecipeRefused unless the standard deviation is above 0.
    """
    _require_spread("standard deviation", standard_deviation)
    from scipy.special import ndtri

    inside = np.maximum(_inside_cube(draws), _SMALLEST_DRAW)
    return mean + standard_deviation * np.asarray(ndtri(inside))


def place_student(draws: Array, centre: float, scale: float, *, degrees_of_freedom: float) -> Array:
    """Draws of Student's t with the given centre and scale; a draw of 0 is read as 2**-54.

    The scale is not the standard deviation, which is larger by sqrt(df / (df - 2)) and does not
    exist up to 2 degrees of freedom. Raises RecipeRefused unless both are above 0.
    """
    _require_spread("scale", scale)
    _require_spread("degrees of freedom", degrees_of_freedom)
    from scipy.special import stdtrit

    inside = np.maximum(_inside_cube(draws), _SMALLEST_DRAW)
    return centre + scale * np.asarray(stdtrit(degrees_of_freedom, inside))


_VARIES_NOTHING = "a variation that varies nothing"


def _require_size(rows: int, factors: int) -> None:
    if rows < 1 or factors < 1:
        raise RecipeRefused(f"a design has rows and factors, found {rows} by {factors}")


def _require_spread(name: str, spread: float) -> None:
    if not 0 < spread < np.inf:
        raise RecipeRefused(f"{name} above 0 and finite, found {spread}: {_VARIES_NOTHING}")


def _inside_cube(draws: Array) -> Array:
    """The draws, if all lie in [0, 1); NaN does not."""
    numbers = np.asarray(draws, dtype=np.float64)
    outside = ~((numbers >= 0) & (numbers < 1))
    if outside.any():
        raise RecipeRefused(f"draws in [0, 1), found {numbers[outside][0]}")
    return numbers
