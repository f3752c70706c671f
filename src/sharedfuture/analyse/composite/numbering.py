"""Several choices of a replicate written as one whole number, and read back."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.intp]


def number_choices(choices: Positions, columns: Sequence[int], counts: Sequence[int]) -> Positions:
    """One number for what each replicate has chosen in some columns of (replicates, variations).

    A column with `counts` alternatives takes one digit more, for the nominal recipe.
    """
    number = np.zeros(len(choices), dtype=np.intp)
    for column in columns:
        number = number * (counts[column] + 1) + choices[:, column]
    return number


def read_choices(number: Positions, columns: Sequence[int], counts: Sequence[int]) -> Positions:
    """The alternatives behind each number, (numbers, columns): undoes `number_choices`."""
    digits = np.empty((len(number), len(columns)), dtype=np.intp)
    rest = number
    for at in range(len(columns) - 1, -1, -1):
        rest, digits[:, at] = np.divmod(rest, counts[columns[at]] + 1)
    return digits
