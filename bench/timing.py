"""Two works timed beside each other."""

from collections.abc import Callable
from statistics import median
from time import perf_counter


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], *, runs: int
) -> tuple[float, float]:
    """Median seconds of each, measured in turn after one run that does not count."""
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for call, kept in zip((ours, theirs), times, strict=True):
            start = perf_counter()
            call()
            kept.append(perf_counter() - start)
    return median(times[0]), median(times[1])
