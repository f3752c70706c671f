"""Uncertain dates by a fixed set of draws: in which of them does one follow the other?

A date is uniform over the days that it may be, and within its day: of two happenings of the same
day each came first with probability one half. A draw is a bit; what holds in a draw is an `and` of
bits, so that the probability that a whole order holds is the share of the bits that are left, with
all that the relations have in common. Each step has a coordinate of its own in Sobol's sequence
(Joe and Kuo 2008), scrambled in a fixed way, so the draws are the same every time.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Rows of words of 64 draws each.
Bits = NDArray[np.uint64]
Days = NDArray[np.int32]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

# First days, numbers of days, and the points of the step that they stand in.
Dates = tuple[Days, Days, Floats]

_WORD = 64
_MOST_STEPS = 12
# Of thirty ways to scramble the sequence that with the most even pairs of steps.
_SCRAMBLE = 6
_ALL = np.uint64(2**64 - 1)
_NONE = np.uint64(0)
# Values that are drawn at once: 16 MB.
_AT_ONCE = 4_000_000


def even_points(draws: int, steps: int) -> Floats:
    """A row of `draws` points for each step, of 12 at the most; together they fill the cube evenly.

    `draws` is a multiple of 64 and a power of 2. Of two equal dates either comes first in nearly
    half of the draws: 0.44 to 0.56 for any two steps with 64 draws, closer with more.
    """
    from scipy.stats import qmc  # costs a second of import, which --help and others do not need

    generator = np.random.default_rng(_SCRAMBLE)
    points = qmc.Sobol(_MOST_STEPS, scramble=True, seed=generator).random(draws).T[:steps]
    single: Floats = np.ascontiguousarray(points, dtype=np.float32)
    return single


def all_bits(rows: int, points: Floats) -> Bits:
    """Every draw, for so many rows."""
    return np.full((rows, points.shape[1] // _WORD), _ALL)


def share(bits: Bits) -> NDArray[np.float64]:
    """The share of draws that are left, by row."""
    left: NDArray[np.float64] = np.bitwise_count(bits).sum(axis=1) / (_WORD * bits.shape[1])
    return left


def wait_bits(earlier: Dates, later: Dates, *, at_least_days: int) -> Bits:
    """The draws in which the later begins at least so many days after the earlier."""
    gap = later[0] - earlier[0]
    sure = gap - earlier[1] >= at_least_days
    unsure = ~sure & (gap + later[1] > at_least_days)
    bits = _known(sure, earlier[2])
    for rows, apart in _drawn(unsure, gap, earlier, later):
        bits[rows] = _packed(apart >= at_least_days)
    return bits


def window_bits(earlier: Dates, later: Dates, *, within_days: int) -> Bits:
    """The draws in which at most so many whole days lie between the two."""
    gap = later[0] - earlier[0]
    sure = gap + later[1] <= within_days + 1
    unsure = ~sure & (gap - earlier[1] < within_days + 1)
    bits = _known(sure, earlier[2])
    for rows, apart in _drawn(unsure, gap, earlier, later):
        bits[rows] = _packed(apart < within_days + 1)
    return bits


def _known(sure: Flags, points: Floats) -> Bits:
    words = np.where(sure, _ALL, _NONE)
    return np.repeat(words[:, None], points.size // _WORD, axis=1)


def _drawn(
    unsure: Flags, gap: Days, earlier: Dates, later: Dates
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """Days between the two in each draw, for the rows that are unsure, some at a time."""
    rows = np.flatnonzero(unsure)
    step = max(1, _AT_ONCE // earlier[2].shape[0])
    for at in range(0, len(rows), step):
        part = rows[at : at + step]
        apart = gap[part, None].astype(np.float32)
        apart = apart + later[1][part, None].astype(np.float32) * later[2]
        apart -= earlier[1][part, None].astype(np.float32) * earlier[2]
        yield part, apart


def _packed(flags: Flags) -> Bits:
    packed: Bits = np.packbits(flags, axis=1).view(np.uint64)
    return packed
