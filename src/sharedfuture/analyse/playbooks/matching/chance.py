"""What chance gives: the same search on histories whose dates were shuffled.

Two ways to shuffle, each with a question of its own:

* within country: the dates of what a country's history has for the playbook are dealt anew among
  these happenings. What happened and when something happened stay; which came when is broken.
* within kind: the dates of all happenings of one kind are dealt anew among the countries that have
  it. Each kind keeps its calendar (a register that begins late still begins late) and each country
  the number it has of each kind; what is broken is that they were the same country's.

Either way dates are exchanged with others of like precision only (month, year, vaguer).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.playbooks.matching.pool import Places, Pool, Weights
from sharedfuture.analyse.playbooks.matching.search import best_rows, is_whole
from sharedfuture.analyse.playbooks.matching.task import NEAR, Histories, Task

# Histories (shuffles x countries) that are searched at once.
_AT_ONCE = 40_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The best fit of each history, and whether it was whole: shuffles x countries."""

    fits: Weights
    is_whole: NDArray[np.bool_]

    @property
    def found(self) -> Places:
        """By shuffle, the number of countries with a whole match."""
        counted: Places = self.is_whole.sum(axis=1).astype(np.int64)
        return counted


def see(task: Task, histories: Histories) -> Seen:
    """The best fit of each history; 0 where there is no occurrence.

    Histories of a country that are the same but for the names of like happenings are searched once.
    """
    shape = (len(histories.first_days), len(task.pool.countries))
    fits, whole = np.zeros(shape), np.zeros(shape, bool)
    elements, back = _distinct(task.pool, histories)
    rows, found = best_rows(task, histories, elements=elements)
    fits.ravel()[rows.element] = found
    whole.ravel()[rows.element] = is_whole(task, rows) & (found > NEAR)
    return Seen(fits.ravel()[elements][back], whole.ravel()[elements][back])


def _distinct(pool: Pool, histories: Histories) -> tuple[Places, Places]:
    """One history of each that are alike, and for each history (as a table) which of these it is.

    Happenings that can fill the same steps with the same weight are alike. Each gets a number made
    of what it is and of its dates; histories whose numbers have the same sum (64 bits) are alike.
    """
    countries = len(pool.countries)
    alike = np.zeros((len(pool.country), len(pool.candidates) + 1))
    alike[:, -1] = pool.weights
    for step, candidates in enumerate(pool.candidates):
        alike[candidates.units, step] = 1
    kind = np.unique(alike, axis=0, return_inverse=True)[1].ravel().astype(np.uint64)
    days = histories.first_days.astype(np.uint64) << np.uint64(20)
    numbers = _scramble((days | histories.lengths.astype(np.uint64)) ^ _scramble(kind + kind))
    begins = np.searchsorted(pool.country, np.arange(countries))
    marks = np.add.reduceat(numbers, begins, axis=1) if countries else numbers[:, :0]
    marks ^= _scramble(np.arange(countries, dtype=np.uint64) * np.uint64(7919))
    _, first, back = np.unique(marks.ravel(), return_index=True, return_inverse=True)
    return first.astype(np.int64), back.reshape(marks.shape).astype(np.int64)


def _scramble(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers spread over 64 bits (the finaliser of SplitMix64; Steele, Lea and Flood 2014)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    spread: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return spread


def see_shuffled(
    task: Task,
    groups: Places,
    *,
    shuffles: int,
    seed: int,
    tell: Callable[[int], None] | None = None,
) -> Seen:
    """The same for histories whose dates were dealt anew within `groups` of units.

    `tell` hears after each portion how many shuffles are done.
    """
    parts = []
    done = 0
    for histories in _shuffled(task.pool, groups, shuffles=shuffles, seed=seed):
        parts.append(see(task, histories))
        done += len(histories.first_days)
        if tell is not None:
            tell(done)
    return Seen(
        np.concatenate([part.fits for part in parts]),
        np.concatenate([part.is_whole for part in parts]),
    )


def _shuffled(pool: Pool, groups: Places, *, shuffles: int, seed: int) -> Iterator[Histories]:
    generator = np.random.default_rng(seed)
    in_groups = np.argsort(groups, kind="stable")
    portion = max(1, _AT_ONCE // max(1, len(pool.countries), len(pool.country) // 8))
    for begin in range(0, shuffles, portion):
        count = min(portion, shuffles - begin)
        dealt = np.argsort(groups + generator.random((count, len(groups))), axis=1)
        order = np.empty_like(dealt)
        order[:, in_groups] = dealt
        yield Histories(pool.first_days[order], pool.lengths[order])


def chance_of(observed: Weights, shuffled: Weights) -> Weights:
    """By country, (1 + shuffles that fit at least as well) / (1 + shuffles)."""
    as_well = (shuffled >= observed - NEAR).sum(axis=0)
    chances: Weights = (1 + as_well) / (1 + len(shuffled))
    return chances


def chance_of_any(observed: Weights, shuffled: Weights) -> Weights:
    """By country, the share of shuffles in which the best of all countries fits as well.

    Counted as `chance_of` does.
    """
    highest = shuffled.max(axis=1, initial=0.0)
    return chance_of(observed, np.repeat(highest[:, None], len(observed), axis=1))
