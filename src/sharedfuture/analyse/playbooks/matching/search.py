"""The best occurrence of a playbook in each of many histories at once.

A history is a row of dates for the units of a pool, so the histories of all countries and all
their shuffles are searched together. Steps are filled in an order that the playbook allows; every
partial occurrence is a row, with the happenings chosen, the draws in which its order holds and
the weight filled. Filling a further step adds weight and can only take draws away, so

    (weight filled + most that the steps left could add) x share of draws left

is a bound of what it can come to. Rows whose bound lies below what was found are dropped, and of
each history only the `width` rows with the highest bounds are kept. Where none had to be left out
for the width, the best occurrence is found with certainty; where some had, and the best found is
below what they could have come to, the search is made again with a greater width.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.playbooks.matching.draws import all_bits, share
from sharedfuture.analyse.playbooks.matching.playbook import Party, Role
from sharedfuture.analyse.playbooks.matching.pool import Places, Weights
from sharedfuture.analyse.playbooks.matching.standing import possible, relation_bits
from sharedfuture.analyse.playbooks.matching.task import EMPTY, NEAR, Histories, Rows, Task

# Rows that are looked at together; bounds the memory of a search at some hundred megabytes.
_ROWS = 400_000
# Partial occurrences of a history that are kept: first quickly, then where that was not enough.
WIDTHS = (12, 200)


def best_rows(
    task: Task,
    histories: Histories,
    *,
    elements: Places | None = None,
    widths: Sequence[int] = WIDTHS,
) -> tuple[Rows, Weights]:
    """A row for each history that has an occurrence, sorted by history: its best; and its fit.

    `elements` are the histories that are searched; None for all.
    """
    size = len(histories.first_days) * len(task.pool.countries)
    best, fits = _nothing(task), np.zeros(0)
    if elements is None:
        elements = np.arange(size, dtype=np.int64)
    for width in widths:
        if not len(elements):
            break
        found, is_cut = search(
            task, histories, elements, width=width, floor=_spread(best, fits, size)
        )
        best, fits = _best_of(
            _together([best, found]), np.concatenate([fits, fits_of(task, histories, found)])
        )
        elements = elements[is_cut[elements] > _spread(best, fits, size)[elements] + NEAR]
    return best, fits


def _spread(rows: Rows, fits: Weights, size: int) -> Weights:
    """Fits by history; 0 where there is no row."""
    by_history = np.zeros(size)
    by_history[rows.element] = fits
    return by_history


def search(
    task: Task, histories: Histories, elements: Places, *, width: int, floor: Weights
) -> tuple[Rows, Weights]:
    """Occurrences of these histories that come to more than `floor`.

    Also, by history, the highest bound of those left out for the width; 0 where none was.
    """
    is_cut = np.zeros(len(floor))
    rows = Rows(
        elements,
        np.full((len(elements), len(task.playbook.steps)), EMPTY, np.int32),
        all_bits(len(elements), task.points),
        np.zeros(len(elements)),
    )
    for step in task.positive:
        parts = [rows.take(_bounds(task, rows, step + 1) > floor[rows.element] + NEAR)]
        for part in _portions(task, rows, step):
            grown = _grow(task, histories, rows.take(part), step)
            parts.append(grown.take(_bounds(task, grown, step + 1) > floor[grown.element] + NEAR))
        rows = _narrow(task, _together(parts), step + 1, width, is_cut)
    sponsored = [at for at in task.positive if task.playbook.steps[at].party is Party.SPONSOR]
    return rows.take((rows.chosen[:, sponsored] != EMPTY).any(axis=1)), is_cut


def fits_of(task: Task, histories: Histories, rows: Rows) -> Weights:
    """The fit of whole occurrences: weight filled x share of draws, less the negative steps."""
    fits = rows.filled * share(rows.bits)
    for step, _, lost in negatives_of(task, histories, rows):
        fits = fits - task.weights[step] * lost
    clipped: Weights = np.clip(fits, 0.0, 1.0)
    return clipped


def negatives_of(task: Task, histories: Histories, rows: Rows) -> list[tuple[int, Places, Weights]]:
    """For each negative step the unit that counts most against each row (or EMPTY), and how much.

    How much: its weight x the probability that the order holds and it lies in the window.
    """
    found = []
    for step, each in enumerate(task.playbook.steps):
        if not each.is_negative:
            continue
        worst = np.full(len(rows.element), EMPTY, np.int64)
        lost = np.zeros(len(rows.element))
        before = [wait.earlier for wait in task.relations.waits[step]]
        can = np.flatnonzero((rows.chosen[:, before] != EMPTY).any(axis=1))
        for portion in _portions(task, rows.take(can), step):
            part = can[portion]
            grown, origin = _expand(task, histories, rows.take(part), step)
            against = task.pool.weights[grown.chosen[:, step]] * share(grown.bits)
            order = np.lexsort((-against, origin))
            first = order[np.unique(origin[order], return_index=True)[1]]
            lost[part[origin[first]]] = against[first]
            worst[part[origin[first]]] = grown.chosen[first, step]
        found.append((step, worst, lost))
    return found


def is_whole(task: Task, rows: Rows) -> NDArray[np.bool_]:
    """Whether every required step is filled."""
    needed = [at for at, step in enumerate(task.playbook.steps) if step.role is Role.REQUIRED]
    whole: NDArray[np.bool_] = (rows.chosen[:, needed] != EMPTY).all(axis=1)
    return whole


def _nothing(task: Task) -> Rows:
    return Rows(
        np.zeros(0, np.int64),
        np.zeros((0, len(task.playbook.steps)), np.int32),
        all_bits(0, task.points),
        np.zeros(0),
    )


def _together(parts: Sequence[Rows]) -> Rows:
    return Rows(
        np.concatenate([part.element for part in parts]),
        np.concatenate([part.chosen for part in parts]),
        np.concatenate([part.bits for part in parts]),
        np.concatenate([part.filled for part in parts]),
    )


def _bounds(task: Task, rows: Rows, step: int) -> Weights:
    """What rows whose steps before `step` are decided could come to at the most."""
    country = rows.element % len(task.pool.countries)
    bounds: Weights = (rows.filled + task.rest[step][country]) * share(rows.bits)
    return bounds


def _portions(task: Task, rows: Rows, step: int) -> list[NDArray[np.intp]]:
    """The rows in portions that grow to a bounded number."""
    begins = task.pool.candidates[step].begins
    country = rows.element % len(task.pool.countries)
    grows = np.cumsum(begins[country + 1] - begins[country])
    if not len(grows) or not grows[-1]:
        return []
    portion = (grows - 1) // _ROWS
    cuts = np.flatnonzero(np.diff(portion)) + 1
    return np.split(np.arange(len(grows)), cuts)


def _grow(task: Task, histories: Histories, rows: Rows, step: int) -> Rows:
    """Every row with every candidate of a step that its dates allow and that it does not have."""
    grown, _ = _expand(task, histories, rows, step)
    grown.filled[:] += task.weights[step] * task.pool.weights[grown.chosen[:, step]]
    return grown


def _expand(
    task: Task, histories: Histories, rows: Rows, step: int
) -> tuple[Rows, NDArray[np.intp]]:
    """Every row with every candidate of a step, and which row each came from."""
    candidates = task.pool.candidates[step]
    country = rows.element % len(task.pool.countries)
    counts = candidates.begins[country + 1] - candidates.begins[country]
    origin = np.repeat(np.arange(len(counts)), counts)
    first = candidates.begins[country] - (np.cumsum(counts) - counts)
    unit = candidates.units[np.arange(len(origin)) + first[origin]]
    for other in _sharing(task, step):
        is_new = rows.chosen[origin, other] != unit
        origin, unit = origin[is_new], unit[is_new]
    can = possible(task, histories, rows, (step, origin, unit))
    origin, unit = origin[can], unit[can]
    bits = rows.bits[origin] & relation_bits(task, histories, rows, (step, origin, unit))
    left = np.flatnonzero(bits.any(axis=1))
    grown = rows.take(origin[left])
    grown.chosen[:, step] = unit[left]
    return Rows(grown.element, grown.chosen, bits[left], grown.filled), origin[left]


def _sharing(task: Task, step: int) -> list[int]:
    """Steps before this that the same happening could fill."""
    steps = task.playbook.steps
    return [at for at in range(step) if set(steps[at].kinds) & set(steps[step].kinds)]


def _narrow(task: Task, rows: Rows, step: int, width: int, is_cut: Weights) -> Rows:
    """The rows of each history with the highest bounds; the best of what is left out is noted.

    Among equals, which stay is decided by a scrambled number, so that they are spread over time.
    """
    counts = np.bincount(rows.element, minlength=1)
    if not len(rows.element) or counts.max() <= width:
        return rows
    bounds = _bounds(task, rows, step)
    low = ((1.0 - np.clip(bounds, 0.0, 1.0)) * (2**20 - 1)).astype(np.uint64)
    last = rows.chosen[:, step - 1].astype(np.int64) + 2
    scrambled = (last * 2654435761 % 2**32 >> 12).astype(np.uint64)
    key = rows.element.astype(np.uint64) << np.uint64(40) | low << np.uint64(20) | scrambled
    order = np.argsort(key)
    element = rows.element[order]
    begins = np.flatnonzero(np.r_[True, element[1:] != element[:-1]])
    place = np.arange(len(order)) - np.repeat(begins, np.diff(np.r_[begins, len(order)]))
    out = order[place >= width]
    np.maximum.at(is_cut, rows.element[out], bounds[out])
    return rows.take(order[place < width])


def _best_of(rows: Rows, fits: Weights) -> tuple[Rows, Weights]:
    """The row of each history with the highest fit; of equals that with more steps filled, and
    then that whose happenings come first in the pool."""
    steps_filled = (rows.chosen != EMPTY).sum(axis=1)
    keys = [rows.chosen[:, step] for step in range(rows.chosen.shape[1])][::-1]
    order = np.lexsort((*keys, -steps_filled, -np.round(fits, 9), rows.element))
    first = order[np.unique(rows.element[order], return_index=True)[1]]
    return rows.take(first), fits[first]
