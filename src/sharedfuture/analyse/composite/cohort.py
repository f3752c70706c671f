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

    values   (states, entries, rows); NaN in the rows that a state has left out
    of       (replicates,): the state of each replicate
    rows     sets of rows that are in, as positions
    rows_of  (states,): which of these sets each state has
    """

    values: Array
    of: Positions
    rows: tuple[Positions, ...]
    rows_of: Positions

    @classmethod
    def start(cls, values: Array, of: Positions) -> "Cohort":
        """A cohort with all rows in; `values` has one entry for each state."""
        every_row = np.arange(values.shape[-1])
        return cls(values, of, (every_row,), np.zeros(len(values), dtype=np.intp))

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
            (at, rows, run(alternative[at], self._taken(state[at], rows), rows))
            for at, rows in self._batches(state, together)
        ]
        values = _assembled(parts, len(state), self.values.shape[-1])
        return Cohort(values, of, self.rows, self.rows_of[state])

    def restrict(self, choice: Positions, included: FlagRows) -> "Cohort":
        """The cohort after rows were left out; `included` gives flags (states, rows)."""
        state, alternative, of = _distinct(self.of, choice)
        flags = np.zeros((len(state), self.values.shape[-1]), dtype=np.bool_)
        for at, rows in self._batches(state, alternative):
            found = included(alternative[at], self._taken(state[at], rows), rows)
            flags[np.ix_(at, rows)] = found
        sets, rows_of = np.unique(flags, axis=0, return_inverse=True)
        values = self._taken(state, np.arange(flags.shape[1]))
        if not flags.all():
            values = np.where(flags[:, None, :], values, np.nan)
        return Cohort(values, of, tuple(map(np.flatnonzero, sets)), rows_of.reshape(-1))

    def gather(self, entry: int) -> Array:
        """The values of one entry for every replicate: (replicates, rows)."""
        gathered: Array = self.values[:, entry][self.of]
        return gathered

    def _batches(
        self, state: Positions, together: Positions
    ) -> Iterator[tuple[Positions, Positions]]:
        """Positions of the new states that are run at once, and the rows that they have."""
        for number in np.unique(together):
            for set_number, rows in enumerate(self.rows):
                at = np.flatnonzero((together == number) & (self.rows_of[state] == set_number))
                if at.size:
                    yield at, rows

    def _taken(self, state: Positions, rows: Positions) -> Array:
        values = self.values
        if len(state) != len(values) or (state != np.arange(len(state))).any():
            values = values[state]
        # A copy in rows, for sums over another layout differ in their last digits.
        return values if len(rows) == values.shape[-1] else values.take(rows, axis=-1)


def _distinct(of: Positions, choice: Positions) -> tuple[Positions, Positions, Positions]:
    """The different pairs of state and alternative, and which pair each replicate is."""
    count = int(choice.max()) + 1
    pairs, position = np.unique(of * count + choice, return_inverse=True)
    return pairs // count, pairs % count, position.reshape(-1)


def _assembled(
    parts: Sequence[tuple[Positions, Positions, Array]], states: int, width: int
) -> Array:
    """The results of all batches in one array; rows that are not in stay missing."""
    result = parts[0][2]
    if len(parts) == 1 and result.shape[-1] == width:
        return result
    entries = result.shape[-2]
    values = np.empty((states, entries, width))
    for at, rows, result in parts:
        if len(rows) == width:
            values[at] = result
        else:
            values[at] = np.nan
            values[np.ix_(at, np.arange(entries), rows)] = result
    return values
