"""How probable it is that dates stand to each other as a playbook asks.

Exact where at most two uncertain dates hang together; where more do, by a fixed set of 8,192
points, whose error is below 0.005 (a test holds it to simulation).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sharedfuture.analyse.playbooks.matching.draws import even_points
from sharedfuture.analyse.playbooks.matching.relations import Relations

# First day and number of days.
Span = tuple[int, int]
# One relation of two steps: least and most days from the first to the second.
_Bound = tuple[int, int, float, float]

_POINTS = 8192
_MOST_STEPS = 12


def order_probability(spans: Mapping[int, Span], relations: Relations) -> float:
    """The probability that all relations hold between the steps that are filled.

    `spans` has, by position of the step, the first day that its happening may have and the number
    of days; dates are independent and uniform. One without a partner gives 1.
    """
    asked = [found for step in sorted(spans) for found in _asked_of(step, spans, relations)]
    unsure: list[Sequence[_Bound]] = []
    for choices in asked:
        states = [_state(bound, spans) for bound in choices]
        if any(state is True for state in states):
            continue
        left = [b for b, state in zip(choices, states, strict=True) if state is None]
        if not left:
            return 0.0
        unsure.append(left)
    probability = 1.0
    for group in _groups(unsure):
        probability *= _of_group(group, spans)
    return probability


def pair_probability(first: Span, second: Span, *, least: float, most: float) -> float:
    """P(least <= second - first < most) of two independent uniform dates, exactly."""
    return _up_to(first, second, most) - _up_to(first, second, least)


def _up_to(first: Span, second: Span, days: float) -> float:
    """P(second - first < days)."""
    if days == float("inf"):
        return 1.0
    gap = days - (second[0] - first[0])
    corners = (gap + first[1], gap, gap + first[1] - second[1], gap - second[1])
    areas = [max(0.0, corner) ** 2 / 2 for corner in corners]
    return (areas[0] - areas[1] - areas[2] + areas[3]) / (first[1] * second[1])


def _asked_of(
    step: int, spans: Mapping[int, Span], relations: Relations
) -> Iterable[Sequence[_Bound]]:
    """What must hold of a step: each entry is a list of bounds of which one must hold."""
    for wait in relations.waits[step]:
        if wait.earlier in spans:
            yield [(wait.earlier, step, float(wait.at_least_days), float("inf"))]
    windows = [
        (window.earlier, step, -float("inf"), _limit(window.within_days))
        for window in relations.windows[step]
        if window.earlier in spans and not any(passed in spans for passed in window.between)
    ]
    if windows:
        yield windows


def _limit(within_days: int | None) -> float:
    return float("inf") if within_days is None else within_days + 1.0


def _state(bound: _Bound, spans: Mapping[int, Span]) -> bool | None:
    """Whether a bound holds whatever the days are, can't hold, or None."""
    first, second = spans[bound[0]], spans[bound[1]]
    least, most = second[0] - first[0] - first[1], second[0] + second[1] - first[0]
    if bound[2] <= least and most <= bound[3]:
        return True
    return False if most <= bound[2] or least >= bound[3] else None


def _groups(unsure: Sequence[Sequence[_Bound]]) -> list[list[Sequence[_Bound]]]:
    """The relations apart by the dates that they share: those of two groups are independent."""
    groups: list[tuple[set[int], list[Sequence[_Bound]]]] = []
    for choices in unsure:
        steps = {step for bound in choices for step in bound[:2]}
        joined = [choices]
        apart = []
        for group in groups:
            if group[0] & steps:
                steps |= group[0]
                joined += group[1]
            else:
                apart.append(group)
        groups = [*apart, (steps, joined)]
    return [group for _, group in groups]


def _of_group(group: Sequence[Sequence[_Bound]], spans: Mapping[int, Span]) -> float:
    steps = sorted({step for choices in group for bound in choices for step in bound[:2]})
    if len(steps) == 2 and all(len(choices) == 1 for choices in group):
        return _of_pair([choices[0] for choices in group], spans)
    place = {step: at for at, step in enumerate(steps)}
    begin = min(spans[step][0] for step in steps)
    dates = {
        step: spans[step][0] - begin + spans[step][1] * _points()[place[step]] for step in steps
    }
    holds = np.ones(_POINTS, dtype=bool)
    for choices in group:
        any_of = np.zeros(_POINTS, dtype=bool)
        for first, second, least, most in choices:
            apart = dates[second] - dates[first]
            any_of |= (apart >= least) & (apart < most)
        holds &= any_of
    return float(holds.mean())


def _of_pair(bounds: Sequence[_Bound], spans: Mapping[int, Span]) -> float:
    first, second = bounds[0][:2]
    least, most = max(bound[2] for bound in bounds), min(bound[3] for bound in bounds)
    if least >= most:
        return 0.0
    below = 0.0 if least == -float("inf") else _up_to(spans[first], spans[second], least)
    return max(0.0, min(1.0, _up_to(spans[first], spans[second], most) - below))


@cache
def _points() -> NDArray[np.float64]:
    return even_points(_POINTS, _MOST_STEPS).astype(np.float64)
