"""Which keys were seen before, in eight bytes a key."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


class SeenKeys:
    """Keys of all batches so far: sorted runs, of which two of like size are made into one."""

    def __init__(self) -> None:
        self._runs: list[Keys] = []

    def new_among(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of the keys are seen for the first time; from now on all of them count as seen."""
        _, first = np.unique(keys, return_index=True)
        is_new = np.zeros(len(keys), dtype=np.bool_)
        is_new[first] = True
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, keys), len(run) - 1)
            is_new &= run[places] != keys
        if is_new.any():
            self._add(np.sort(keys[is_new]))
        return is_new

    def _add(self, run: Keys) -> None:
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]))
        self._runs.append(run)
