"""Occurrences of a playbook in what did happen, with their fit worked out exactly.

    fit = P x (sum over filled steps of weight x certainty)
          - sum over negative steps of weight x certainty x P(order holds and it lies in the window)

never below 0. Weights are shares of the weight of all steps that are not negative, so 1 is a
playbook whose every step, optional ones included, is filled by happenings that are sure, in an
order that is sure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.playbooks.matching.pool import Pool
from sharedfuture.analyse.playbooks.matching.probability import Span, order_probability
from sharedfuture.analyse.playbooks.matching.search import best_rows, fits_of, negatives_of, search
from sharedfuture.analyse.playbooks.matching.task import EMPTY, NEAR, Histories, Rows, Task

# Draws of the search for what is shown; those of shuffles are fewer (parameters).
DRAWS = 256
# How far the draws of the search may be wrong about a fit: what comes so near to the best is
# worked out exactly, `_RIVALS` of them at the most.
_MARGIN = 0.04
_RIVALS = 6
# Partial occurrences that are kept where all occurrences are asked for.
_WIDTH_FOR_ALL = 20_000


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What fills which step, by position of the step; places are those of the pool.

    `adds` is what each step adds to the fit; for a negative step what it takes away.
    """

    country: int
    units: Mapping[int, int]
    fit: float
    order_probability: float
    adds: Mapping[int, float]


def histories_as_they_were(pool: Pool) -> Histories:
    """The dates as they are: a single history a country."""
    return Histories(pool.first_days[None, :], pool.lengths[None, :])


def best_occurrences(task: Task) -> list[Occurrence]:
    """The best occurrence of each country that has one, by country."""
    histories = histories_as_they_were(task.pool)
    best, fits = best_rows(task, histories)
    floor = np.ones(len(task.pool.countries))
    floor[best.element] = np.maximum(0.0, fits - _MARGIN - NEAR)
    below = best.element[fits < task.rest[0][best.element] - NEAR]
    near, _ = search(task, histories, below, width=_RIVALS * 4, floor=floor)
    by_country: dict[int, list[Occurrence]] = {}
    for rows in (best, _nearest(task, histories, near)):
        for found in weighed(task, histories, rows):
            by_country.setdefault(found.country, []).append(found)
    return [min(found, key=_place) for _, found in sorted(by_country.items())]


def all_occurrences(task: Task, country: int, *, most: int) -> list[Occurrence]:
    """All occurrences of two steps or more in one country, best first, `most` at the most.

    One that is part of a better one is left out.
    """
    histories = histories_as_they_were(task.pool)
    floor = np.zeros(len(task.pool.countries))
    rows, _ = search(task, histories, np.array([country]), width=_WIDTH_FOR_ALL, floor=floor)
    order = np.argsort(-fits_of(task, histories, rows), kind="stable")[: most * 20]
    kept: list[Occurrence] = []
    for found in sorted(weighed(task, histories, rows.take(order)), key=_place):
        units = set(found.units.items())
        if len(units) < 2 or found.fit <= NEAR:
            continue
        if not any(units <= set(other.units.items()) for other in kept):
            kept.append(found)
        if len(kept) == most:
            break
    return kept


def weighed(task: Task, histories: Histories, rows: Rows) -> list[Occurrence]:
    """The rows with their fit worked out exactly."""
    against = {step: worst for step, worst, _ in negatives_of(task, histories, rows)}
    return [
        _weigh(
            task,
            int(rows.element[at]),
            rows.chosen[at].tolist(),
            {step: int(worst[at]) for step, worst in against.items() if worst[at] != EMPTY},
        )
        for at in range(len(rows.element))
    ]


def _weigh(
    task: Task, country: int, chosen: Sequence[int], against: Mapping[int, int]
) -> Occurrence:
    units = {step: unit for step, unit in enumerate(chosen) if unit != EMPTY}
    spans = {step: _span(task.pool, unit) for step, unit in units.items()}
    holds = order_probability(spans, task.relations)
    adds = {
        step: float(task.weights[step] * task.pool.weights[unit]) * holds
        for step, unit in units.items()
    }
    for step, unit in against.items():
        joint = order_probability({**spans, step: _span(task.pool, unit)}, task.relations)
        if joint > 0:
            adds[step] = -float(task.weights[step] * task.pool.weights[unit]) * joint
            units[step] = unit
    fit = max(0.0, min(1.0, sum(adds.values())))
    return Occurrence(country, units, fit, holds, adds)


def _span(pool: Pool, unit: int) -> Span:
    return int(pool.first_days[unit]), int(pool.lengths[unit])


def _nearest(task: Task, histories: Histories, rows: Rows) -> Rows:
    """Of each history the rows with the highest fits."""
    fits = fits_of(task, histories, rows)
    order = np.lexsort((-fits, rows.element))
    element = rows.element[order]
    begins = np.flatnonzero(np.r_[True, element[1:] != element[:-1]]) if len(order) else order
    place = np.arange(len(order)) - np.repeat(begins, np.diff(np.r_[begins, len(order)]))
    return rows.take(order[place < _RIVALS])


def _place(found: Occurrence) -> tuple[float, int, tuple[tuple[int, int], ...]]:
    """Sorts the best first: by fit, by steps filled, by what comes first in the pool."""
    return -round(found.fit, 9), -len(found.units), tuple(sorted(found.units.items()))
