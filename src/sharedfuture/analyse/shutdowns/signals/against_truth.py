"""How well detected events fit known ones: what was found, what was not, how late. No chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sharedfuture.analyse.shutdowns.signals.drops import Drop


@dataclass(frozen=True, slots=True)
class Fit:
    """Known events found, detected ones that are no known event, and the time both share.

    `time_recall` is the share of the known time that was detected, and `time_precision` the share
    of the detected time that is known; None where there is no such time. `delay_s` is the median
    from the known onset to the first alert, negative where the alert came early.
    """

    known: int
    found: int
    detected: int
    false: int
    time_recall: float | None
    time_precision: float | None
    delay_s: float | None


def fit(detected: Sequence[Drop], known: Sequence[tuple[int, int]], *, tolerance_s: int) -> Fit:
    """Hold detected events to known ones, given as start and end in seconds.

    An event counts as found where a detected one overlaps it, or comes within the tolerance.
    """
    spans = [(drop.start_to, drop.end_from) for drop in detected]
    met = [[span for span in spans if _overlap(span, event, tolerance_s) > 0] for event in known]
    delays = [min(met_by)[0] - event[0] for event, met_by in zip(known, met, strict=True) if met_by]
    shared = sum(max(0, _overlap(span, event, 0)) for span in spans for event in known)
    known_s = sum(end - start for start, end in known)
    detected_s = sum(end - start for start, end in spans)
    return Fit(
        known=len(known),
        found=sum(bool(met_by) for met_by in met),
        detected=len(spans),
        false=sum(
            all(_overlap(span, event, tolerance_s) <= 0 for event in known) for span in spans
        ),
        time_recall=shared / known_s if known_s else None,
        time_precision=shared / detected_s if detected_s else None,
        delay_s=median(delays) if delays else None,
    )


def _overlap(one: tuple[int, int], other: tuple[int, int], tolerance_s: int) -> int:
    return min(one[1], other[1]) + tolerance_s - max(one[0], other[0])
