"""How candidates of a step stand to what was chosen before: in which draws it is as asked."""

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.playbooks.matching.draws import (
    Bits,
    Dates,
    all_bits,
    wait_bits,
    window_bits,
)
from sharedfuture.analyse.playbooks.matching.pool import Places
from sharedfuture.analyse.playbooks.matching.task import EMPTY, Histories, Rows, Task

# A step, and the candidates tried in it: which row each is tried with, and its unit.
Tried = tuple[int, NDArray[np.intp], Places]


def possible(task: Task, histories: Histories, rows: Rows, tried: Tried) -> NDArray[np.intp]:
    """Which candidates some day of their dates allows; quick, and most fall out here."""
    step, origin, unit = tried
    shift = rows.element // len(task.pool.countries) * histories.first_days.shape[1]
    place = shift[origin] + unit
    first = histories.first_days.ravel().take(place)
    last = first + histories.lengths.ravel().take(place)
    begins, ends = _limits(task, histories, rows, step)
    possible: NDArray[np.intp] = np.flatnonzero((last > begins[origin]) & (first < ends[origin]))
    return possible


def _limits(task: Task, histories: Histories, rows: Rows, step: int) -> tuple[Places, Places]:
    """By row, the day before which the step cannot end, and that from which it cannot begin."""
    shift = rows.element // len(task.pool.countries) * histories.first_days.shape[1]
    begins = np.full(len(rows.element), -(2**40), np.int64)
    for wait in task.relations.waits[step]:
        chosen = rows.chosen[:, wait.earlier]
        first = histories.first_days.ravel().take(shift + np.maximum(chosen, 0))
        begins = np.maximum(begins, np.where(chosen != EMPTY, first + wait.at_least_days, begins))
    ends = np.full(len(rows.element), -(2**40), np.int64)
    is_open = np.ones(len(rows.element), bool)
    for window in task.relations.windows[step]:
        chosen = rows.chosen[:, window.earlier]
        holds = chosen != EMPTY
        holds &= (rows.chosen[:, list(window.between)] == EMPTY).all(axis=1)
        place = shift + np.maximum(chosen, 0)
        last = histories.first_days.ravel().take(place) + histories.lengths.ravel().take(place)
        end = 2**40 if window.within_days is None else last + window.within_days + 1
        ends = np.maximum(ends, np.where(holds, end, ends))
        is_open &= ~holds
    return begins, np.where(is_open, 2**40, ends)


def relation_bits(task: Task, histories: Histories, rows: Rows, tried: Tried) -> Bits:
    """The draws in which candidates of a step stand to those before as the playbook asks."""
    step, origin, unit = tried
    bits = all_bits(len(origin), task.points)
    shift = rows.element // len(task.pool.countries) * histories.first_days.shape[1]
    later = _dates(task, histories, shift[origin] + unit, step)
    for wait in task.relations.waits[step]:
        which = np.flatnonzero((rows.chosen[:, wait.earlier] != EMPTY)[origin])
        of = origin[which]
        earlier = _dates(task, histories, shift[of] + rows.chosen[of, wait.earlier], wait.earlier)
        bits[which] &= wait_bits(earlier, _some(later, which), at_least_days=wait.at_least_days)
    windows = task.relations.windows[step]
    if not windows:
        return bits
    near = np.zeros_like(bits)
    is_asked = np.zeros(len(rows.element), bool)
    for window in windows:
        holds = rows.chosen[:, window.earlier] != EMPTY
        holds &= (rows.chosen[:, list(window.between)] == EMPTY).all(axis=1)
        is_asked |= holds
        which = np.flatnonzero(holds[origin])
        if window.within_days is None:
            near[which] = all_bits(len(which), task.points)
            continue
        of = origin[which]
        place = shift[of] + rows.chosen[of, window.earlier]
        earlier = _dates(task, histories, place, window.earlier)
        near[which] |= window_bits(earlier, _some(later, which), within_days=window.within_days)
    free = ~is_asked[origin]
    near[free] = all_bits(int(free.sum()), task.points)
    bits &= near
    return bits


def _dates(task: Task, histories: Histories, place: Places, step: int) -> Dates:
    """Dates of units, by their place among all dates of all shuffles."""
    return (
        histories.first_days.ravel().take(place),
        histories.lengths.ravel().take(place),
        task.points[step],
    )


def _some(dates: Dates, which: NDArray[np.intp]) -> Dates:
    return dates if len(which) == len(dates[0]) else (dates[0][which], dates[1][which], dates[2])
