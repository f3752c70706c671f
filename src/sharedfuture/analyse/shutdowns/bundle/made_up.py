"""Made-up signals with known outages, to hold detection to. They are no data."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STEP_S = 600
PER_DAY = 86400 // STEP_S


@dataclass(frozen=True, slots=True)
class Signal:
    """Values a step apart from zero on, and the known outages as start and end in seconds."""

    values: npt.NDArray[np.float64]
    outages: tuple[tuple[int, int], ...]


def signal(
    seed: int, *, days: int = 40, swing: float = 0.0, noise: float = 0.002, gaps: float = 0.01
) -> Signal:
    """A level of a thousand with a daily swing, noise and gaps, and outages of four kinds.

    Five mornings of five and a half hours in the dark; five days nearly dark; half a day with an
    eighth less; six hours with half less.
    """
    chance = np.random.default_rng(seed)
    steps = np.arange(days * PER_DAY)
    daily = 1 + swing * np.sin(2 * np.pi * steps / PER_DAY)
    values = 1000 * daily * (1 + noise * chance.standard_normal(len(steps)))
    known: list[tuple[int, int]] = []

    def lose(share: float, start: int, length: int) -> None:
        values[start : start + length] *= 1 - share
        known.append((start * STEP_S, (start + length) * STEP_S))

    for morning in range(16, 21):
        lose(1.0, morning * PER_DAY + 18, 33)
    lose(0.95, 23 * PER_DAY + int(chance.integers(PER_DAY)), 5 * PER_DAY)
    lose(0.12, 31 * PER_DAY + int(chance.integers(PER_DAY)), PER_DAY // 2)
    lose(0.55, 35 * PER_DAY + int(chance.integers(PER_DAY)), 36)
    values[chance.random(len(values)) < gaps] = np.nan
    return Signal(values, tuple(known))
