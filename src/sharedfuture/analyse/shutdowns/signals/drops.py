"""From alert levels to events with brackets, and how severe they are. NumPy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.shutdowns.rules import EventRule
from sharedfuture.analyse.shutdowns.signals.levels import (
    CRITICAL,
    NORMAL,
    UNKNOWN,
    WARNING,
    Floats,
    Leveled,
)


@dataclass(frozen=True, slots=True)
class Drop:
    """A signal that went down and, where `end_to` is known, came back. Times in seconds, UTC.

    It began after `start_from`, the last value known as normal, and no later than `start_to`, the
    first alert. It ended after `end_from`, the end of the last alert's step, and no later than
    `end_to`, the first value known as normal again. None where the signal does not say. `area` is
    IODA's severity: the sum over its steps of the loss in per cent times the step in minutes.
    """

    start_from: int | None
    start_to: int
    end_from: int
    end_to: int | None
    is_critical: bool
    area: float
    greatest_loss: float


def drops(values: Floats, first_s: int, step_s: int, *, of: Leveled, rule: EventRule) -> list[Drop]:
    """The events of a signal. A missing value neither begins an event nor ends one."""
    runs = _joined(_runs(of.levels), of.levels, most=rule.join_s // step_s)
    found = [
        _drop(values, of, first_s=first_s, step_s=step_s, start=start, end=end)
        for start, end in runs
    ]
    return [drop for drop in found if drop.end_from - drop.start_to >= rule.least_s]


def severity(areas: Mapping[str, Sequence[float]]) -> float:
    """IODA's score of an event: the greatest area of each data source, and their product.

    A data source without an area does not count. Nothing at all is a score of zero.
    """
    greatest = [max(each) for each in areas.values() if each]
    return float(np.prod(greatest)) if greatest else 0.0


def overlapping(events: Mapping[str, Sequence[Drop]]) -> list[dict[str, list[Drop]]]:
    """Events of several data sources put together where they overlap in time, as IODA merges them.

    What comes out is in the order of time; each is the drops of it by data source.
    """
    ordered = sorted(
        (
            (drop.start_to, drop.end_from, source, drop)
            for source in events
            for drop in events[source]
        ),
        key=lambda item: item[:3],
    )
    merged: list[dict[str, list[Drop]]] = []
    until = None
    for start, end, source, drop in ordered:
        if until is None or start >= until:
            merged.append({})
            until = end
        until = max(until, end)
        merged[-1].setdefault(source, []).append(drop)
    return merged


def _runs(levels: npt.NDArray[np.int8]) -> list[tuple[int, int]]:
    """First and last alert of each run of alerts; missing values between alerts belong to it."""
    alerts = np.flatnonzero(levels >= WARNING)
    if not len(alerts):
        return []
    normals_before = np.cumsum(levels == NORMAL)[alerts]
    is_first = np.concatenate([[True], np.diff(normals_before) > 0])
    firsts = np.flatnonzero(is_first)
    lasts = np.concatenate([firsts[1:], [len(alerts)]]) - 1
    return [(int(alerts[a]), int(alerts[b])) for a, b in zip(firsts, lasts, strict=True)]


def _joined(
    runs: Sequence[tuple[int, int]], levels: npt.NDArray[np.int8], *, most: int
) -> list[tuple[int, int]]:
    """Runs with fewer than `most` normal values between them as one."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and int(np.sum(levels[joined[-1][1] : start] == NORMAL)) < most:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _drop(values: Floats, of: Leveled, *, first_s: int, step_s: int, start: int, end: int) -> Drop:
    before = np.flatnonzero(of.levels[:start] == NORMAL)
    after = np.flatnonzero(of.levels[end + 1 :] == NORMAL)
    span = slice(start, end + 1)
    is_alert = of.levels[span] >= WARNING
    loss = np.where(is_alert, 1 - values[span] / np.where(is_alert, of.expected[span], 1.0), 0.0)
    return Drop(
        start_from=None if not len(before) else first_s + int(before[-1]) * step_s,
        start_to=first_s + start * step_s,
        end_from=first_s + (end + 1) * step_s,
        end_to=None if not len(after) else first_s + (end + 1 + int(after[0])) * step_s,
        is_critical=bool(np.any(of.levels[span] == CRITICAL)),
        area=float(np.sum(loss * 100) * step_s / 60),
        greatest_loss=float(np.max(loss)),
    )


def known_share(of: Leveled) -> float:
    """The share of the values on which there was a verdict; zero for an empty signal."""
    return float(np.mean(of.levels != UNKNOWN)) if len(of.levels) else 0.0
