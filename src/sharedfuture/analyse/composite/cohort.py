"""Many replicates of one index, of which the stages that they share are computed once.

A replicate is one walk through the stages. Two replicates that have made the same choices so far
are in the same state, and the next stage is run once for both. A cohort therefore holds the
distinct states after a stage as one array (states, indicators or elements, rows) and, for each
replicate, which state it is in. A single index is a cohort of one replicate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]
# Given the alternative of each state of a batch, the states' values and their rows: new values.
RunStage = Callable[[Positions, Array, Positions], Array]
FlagRows = Callable[[Positions, Array, Positions], Flags]


@dataclass(frozen=True)
class Cohort:
    """Distinct states, and the replicates that are in them.

    values   (states, entries, columns); NaN in the columns that a state has left out
    of       (replicates,): the state of each replicate
    kept     (columns,): the rows of the table that any state has, as positions
    sets     sets of columns that are in, as positions
    set_of   (states,): which of these sets each state has
    """

    values: Array
    of: Positions
    kept: Positions
    sets: tuple[Positions, ...]
    set_of: Positions

    @classmethod
    def start(cls, values: Array, of: Positions) -> "Cohort":
        """A cohort with all rows in; `values` has one entry for each state."""
        every_row = np.arange(values.shape[-1])
        return cls(values, of, every_row, (every_row,), np.zeros(len(values), dtype=np.intp))

    def advance(
        self, choice: Positions, run: RunStage, *, batch: Positions | None = None
    ) -> "Cohort":
        """The cohort after a stage; `choice` is the alternative of each replicate there.

        `run` is called once for each set of rows and each alternative, or, with `batch`, each
        batch number, which says for every alternative with which others it can be run at once.
        """
        state, alternative, of = _distinct(self.of, choice)
        together = alternative if batch is None else batch[alternative]
        parts = [
            (at, columns, run(alternative[at], self._taken(state[at], columns), self.kept[columns]))
            for at, columns in self._batches(state, together)
        ]
        values = _assembled(parts, len(state), len(self.kept))
        return Cohort(values, of, self.kept, self.sets, self.set_of[state])

    def restrict(self, choice: Positions, included: FlagRows) -> "Cohort":
        """The cohort after rows were left out; `included` gives flags (states, rows)."""
        state, alternative, of = _distinct(self.of, choice)
        flags = np.zeros((len(state), len(self.kept)), dtype=np.bool_)
        for at, columns in self._batches(state, alternative):
            taken = self._taken(state[at], columns)
            flags[np.ix_(at, columns)] = included(alternative[at], taken, self.kept[columns])
        left = np.flatnonzero(flags.any(axis=0))
        flags = flags[:, left]
        sets, set_of = np.unique(flags, axis=0, return_inverse=True)
        values = self._taken(state, left)
        if not flags.all():
            values = np.where(flags[:, None, :], values, np.nan)
        positions = tuple(map(np.flatnonzero, sets))
        return Cohort(values, of, self.kept[left], positions, set_of.reshape(-1))

    def spread(self, row_count: int) -> Array:
        """The values over all rows of the table, NaN in those that no state has."""
        if len(self.kept) == row_count:
            return self.values
        values = np.full((*self.values.shape[:-1], row_count), np.nan)
        values[..., self.kept] = self.values
        return values

    def _batches(
        self, state: Positions, together: Positions
    ) -> Iterator[tuple[Positions, Positions]]:
        """Positions of the new states that are run at once, and the columns that they have."""
        for number in np.unique(together):
            for set_number, columns in enumerate(self.sets):
                at = np.flatnonzero((together == number) & (self.set_of[state] == set_number))
                if at.size:
                    yield at, columns

    def _taken(self, state: Positions, columns: Positions) -> Array:
        values = self.values
        if len(state) != len(values) or (state != np.arange(len(state))).any():
            values = values[state]
        # A copy in rows, for sums over another layout differ in their last digits.
        return values if len(columns) == len(self.kept) else values.take(columns, axis=-1)


def _distinct(of: Positions, choice: Positions) -> tuple[Positions, Positions, Positions]:
    """The different pairs of state and alternative, and which pair each replicate is."""
    count = int(choice.max()) + 1
    pairs, position = np.unique(of * count + choice, return_inverse=True)
    return pairs // count, pairs % count, position.reshape(-1)


def _assembled(
    parts: Sequence[tuple[Positions, Positions, Array]], states: int, width: int
) -> Array:
    """The results of all batches in one array; columns that are not in stay missing."""
    result = parts[0][2]
    if len(parts) == 1 and result.shape[-1] == width:
        return result
    entries = result.shape[-2]
    values = np.empty((states, entries, width))
    for at, columns, result in parts:
        if len(columns) == width:
            values[at] = result
        else:
            values[at] = np.nan
            values[np.ix_(at, np.arange(entries), columns)] = result
    return values
