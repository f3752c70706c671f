"""Detection held to known events: on signals of the world, and on made-up ones, named as such.

What is known of the world comes from the curated list, never from the signal that is judged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedfuture.analyse.shutdowns.agreement import share_interval
from sharedfuture.analyse.shutdowns.bundle import made_up
from sharedfuture.analyse.shutdowns.rules import choices
from sharedfuture.analyse.shutdowns.signals.against_truth import Fit, fit
from sharedfuture.analyse.shutdowns.signals.detect import detect, detectors
from sharedfuture.analyse.shutdowns.signals.levels import Floats

Row = dict[str, Any]

_SEEDS = range(10)
# Name, daily swing and noise of the made-up signals.
_MADE_UP = (
    ("made-up-flat", 0.0, 0.002),
    ("made-up-daily", 0.15, 0.002),
    ("made-up-daily-noisy", 0.15, 0.03),
)
_MADE_UP_NOTE = "ten made-up signals, no data: they repeat their days better than real ones do"


@dataclass(frozen=True, slots=True)
class Known:
    """A signal with the events that are known of it; all times in seconds of one clock."""

    name: str
    values: Floats
    first_s: int
    step_s: int
    events: tuple[tuple[int, int], ...]
    note: str


def detections(signals: Sequence[Known]) -> list[Row]:
    """Rows of `shutdown_model` for detection: these signals, and the made-up ones."""
    made = [
        (
            name,
            [
                Known(f"{name}-{seed}", of.values, 0, made_up.STEP_S, of.outages, "")
                for seed in _SEEDS
                for of in [made_up.signal(seed, swing=swing, noise=noise)]
            ],
            _MADE_UP_NOTE,
        )
        for name, swing, noise in _MADE_UP
    ]
    every = [*((each.name, [each], each.note) for each in signals), *made]
    return [
        row
        for name, group, note in every
        for by in detectors()
        for row in _judged(name, group, by, note)
    ]


def _judged(name: str, group: Sequence[Known], by: str, note: str) -> Iterator[Row]:
    fits = [
        fit(
            detect(each.values, each.first_s, each.step_s, by=by),
            each.events,
            tolerance_s=each.step_s,
        )
        for each in group
    ]
    known = sum(each.known for each in fits)
    begin = {
        "task": "detection",
        "model": by,
        "split": name,
        "tested": sum(len(each.values) for each in group),
        "positive": known,
        "note": note,
    }
    found = sum(each.found for each in fits)
    low, high = share_interval(found, known)
    yield begin | {
        "measure": "found",
        "value": round(found / known, 4) if known else None,
        "value_low": None if low is None else round(low, 4),
        "value_high": None if high is None else round(high, 4),
        "level": choices("identity.toml", "match")["level"] if known else None,
    }
    for measure, value in _others(fits).items():
        yield begin | {
            "measure": measure,
            "value": None if value is None else round(value, 4),
            "value_low": None,
            "value_high": None,
            "level": None,
        }


def _others(fits: Sequence[Fit]) -> dict[str, float | None]:
    def mean(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return float(np.mean(known)) if known else None

    delay = mean([each.delay_s for each in fits])
    return {
        "events": float(sum(each.detected for each in fits)),
        "false_events": float(sum(each.false for each in fits)),
        "time_recall": mean([each.time_recall for each in fits]),
        "time_precision": mean([each.time_precision for each in fits]),
        "delay_hours": None if delay is None else delay / 3600,
    }
