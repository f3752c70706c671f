"""What is searched for where: a playbook, a pool, histories, and occurrences as rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.playbooks.matching.draws import Bits, Days, Floats, even_points
from sharedfuture.analyse.playbooks.matching.playbook import Playbook
from sharedfuture.analyse.playbooks.matching.pool import Places, Pool, Weights, best_weights
from sharedfuture.analyse.playbooks.matching.relations import Relations, relations_of

EMPTY = -1
# Fits that are nearer than this are equal: sums of the same weights in another order.
NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Histories:
    """Dates of the units of a pool: a row for each shuffle, or one for what was."""

    first_days: Days
    lengths: Days


@dataclass(frozen=True, slots=True)
class Rows:
    """Occurrences, whole or partial.

    `element` is the history: shuffle x number of countries + country. `chosen` has the unit of each
    step, or EMPTY; `filled` the weight so far, as a share of all weight.
    """

    element: Places
    chosen: NDArray[np.int32]
    bits: Bits
    filled: Weights

    def take(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> "Rows":
        """Some of the rows."""
        return Rows(self.element[which], self.chosen[which], self.bits[which], self.filled[which])


@dataclass(frozen=True, slots=True)
class Task:
    """A playbook and a pool, with what a search needs of them."""

    playbook: Playbook
    pool: Pool
    relations: Relations
    points: Floats
    weights: Weights  # of the steps, in the order of the playbook; shares of all weight
    rest: Weights  # by step and country: most that this step and those behind it could add

    @property
    def positive(self) -> list[int]:
        """Positions of the steps that a match is made of."""
        return [at for at, step in enumerate(self.playbook.steps) if not step.is_negative]


def task_of(playbook: Playbook, pool: Pool, *, draws: int) -> Task:
    """What is searched for where, with so many draws of the uncertain dates."""
    steps = playbook.steps
    weights = np.array([step.weight for step in steps])
    weights = weights / sum(step.weight for step in playbook.positive)
    most = best_weights(pool, range(len(steps))) * weights[:, None]
    most[[step.is_negative for step in steps]] = 0
    rest = np.zeros((len(steps) + 1, len(pool.countries)))
    rest[:-1] = np.cumsum(most[::-1], axis=0)[::-1]
    return Task(
        playbook, pool, relations_of(playbook), even_points(draws, len(steps)), weights, rest
    )
