"""Series of counts by day, cut where the share of blocked changed its level.

The model: the share stands at one of a few levels; on any day it may move to another, all days
alike; the counts of a day are beta-binomial about the level, so that many measurements of one day
weigh little more than two. Levels, chances and correlation are parameters. Because the levels are
few, the most probable way through any number of changes is found exactly, in time proportional to
the days (Viterbi's algorithm on a product partition model: Barry and Hartigan 1992, Fearnhead
2006).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Levels = NDArray[np.int8]

# Cells of one table that is worked on at once: it stays in the processor's cache.
_AT_ONCE = 200_000
_CODES_WITHOUT_SORTING = 1 << 22


@dataclass(frozen=True)
class Model:
    """The levels, how likely each is beforehand, and how often they change.

    `correlation` is that of two measurements of one day; `changes_a_day` the chance of a change.
    """

    rates: tuple[float, ...]
    chances: tuple[float, ...]
    correlation: float
    changes_a_day: float
    open_to: float
    shut_from: float

    @cached_property
    def log_chances(self) -> Floats:
        """Logarithm of the chances, made to add up to one."""
        chances = np.array(self.chances, dtype=np.float64)
        return np.asarray(np.log(chances / chances.sum()), dtype=np.float64)

    @cached_property
    def states(self) -> Levels:
        """Of each level -1 not blocked, 1 blocked, 0 in between."""
        rates = np.array(self.rates)
        return np.where(rates <= self.open_to, -1, np.where(rates >= self.shut_from, 1, 0)).astype(
            np.int8
        )


@dataclass(frozen=True, slots=True)
class Series:
    """Many series end to end: `days` count from any day and rise within each.

    Series i lies from `starts[i]` to before `starts[i + 1]`; none is empty, every day has
    decided measurements.
    """

    starts: Integers
    days: Integers
    blocked: Integers
    decided: Integers

    @property
    def lengths(self) -> Integers:
        """Days of each series."""
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """Logarithms of the likelihood of each day at each level; days with the same counts share one.

    `table` has a row for each pair of counts that occurs, `row_of_day` says which is a day's.
    """

    table: Floats
    row_of_day: Integers

    def of(self, days: Integers | slice) -> Floats:
        """The likelihoods of these days, by position in the flat arrays, with levels last."""
        return np.asarray(self.table[self.row_of_day[days]], dtype=np.float64)


def log_likelihoods(series: Series, model: Model) -> Likelihoods:
    """Of each day at each level; each pair of counts is worked out once."""
    base = int(series.decided.max(initial=0)) + 1
    pairs, row_of_day = _distinct(series.decided * base + series.blocked, largest=base * base)
    decided, blocked = (part.astype(np.float64)[:, None] for part in np.divmod(pairs, base))
    spread = 1.0 / model.correlation - 1.0
    shut = np.array(model.rates)[None, :] * spread
    free = spread - shut
    ways = gammaln(decided + 1) - gammaln(blocked + 1) - gammaln(decided - blocked + 1)
    table = ways + betaln(blocked + shut, decided - blocked + free) - betaln(shut, free)
    return Likelihoods(table, row_of_day)


def _distinct(codes: Integers, *, largest: int) -> tuple[Integers, Integers]:
    """The codes that occur, and which of these each is; small ones are found without sorting."""
    if largest > _CODES_WITHOUT_SORTING:
        found, which = np.unique(codes, return_inverse=True)
        return found, which.reshape(-1).astype(np.int64)
    occurs = np.zeros(largest, dtype=np.bool_)
    occurs[codes] = True
    found = np.flatnonzero(occurs)
    number = np.empty(largest, dtype=np.int64)
    number[found] = np.arange(len(found))
    return found, number[codes]


def best_levels(series: Series, likelihoods: Likelihoods, model: Model) -> Levels:
    """The number of the level on each day, on the most probable way through each series."""
    found = np.zeros(len(series.days), dtype=np.int8)
    order = np.argsort(series.lengths, kind="stable")
    done = 0
    while done < len(order):
        chosen = _next_batch(order[done:], series.lengths, len(model.rates))
        _fill_batch(found, chosen, series, likelihoods, model)
        done += len(chosen)
    return found


def _next_batch(order: Integers, lengths: Integers, levels: int) -> Integers:
    """As many of the shortest series as fit; the last of them is the longest."""
    cells = np.arange(1, len(order) + 1) * lengths[order] * levels
    return order[: max(1, int(np.searchsorted(cells, _AT_ONCE, side="right")))]


def _fill_batch(
    found: Levels, chosen: Integers, series: Series, likelihoods: Likelihoods, model: Model
) -> None:
    lengths, starts = series.lengths[chosen], series.starts[chosen]
    longest = int(lengths.max())
    steps = np.arange(longest)[:, None]
    inside = steps < lengths
    spots = starts + np.minimum(steps, lengths - 1)
    # Beyond its end a series stays as it is: nothing is seen, and no time passes.
    seen = np.where(inside[:, :, None], likelihoods.of(spots), 0.0)
    gaps = np.diff(series.days[spots], axis=0)
    log_stay = gaps * np.log1p(-model.changes_a_day)
    with np.errstate(divide="ignore"):
        log_move = np.log(-np.expm1(log_stay))
    way = _viterbi(seen, log_stay, log_move, model.log_chances)
    found[spots[inside]] = way[inside]


def _viterbi(seen: Floats, log_stay: Floats, log_move: Floats, log_chances: Floats) -> Levels:
    longest, many, levels = seen.shape
    came_from = np.empty((longest, many, levels), dtype=np.int8)
    own = np.arange(levels, dtype=np.int8)
    weight = log_chances + seen[0]
    for step in range(1, longest):
        best = weight.argmax(axis=1)
        highest = np.take_along_axis(weight, best[:, None], axis=1)
        stay = weight + log_stay[step - 1][:, None]
        move = highest + log_move[step - 1][:, None] + log_chances
        moves = move > stay
        came_from[step] = np.where(moves, best[:, None].astype(np.int8), own)
        weight = np.where(moves, move, stay) + seen[step]
    way = np.empty((longest, many), dtype=np.int8)
    way[-1] = weight.argmax(axis=1)
    rows = np.arange(many)
    for step in range(longest - 1, 0, -1):
        way[step - 1] = came_from[step, rows, way[step]]
    return way


@dataclass(frozen=True, slots=True)
class Change:
    """A change in one series, by positions in the flat arrays.

    The old state lies from `begin` to before `left`, the new from `entered` to before `end`; what
    is between is in neither state for sure. `is_blocked` tells the new state, `log_odds` is the
    weight of evidence for such a change against none anywhere from `begin` to `end`.
    """

    series: int
    begin: int
    left: int
    entered: int
    end: int
    is_blocked: bool
    log_odds: float
    probability: float


def find_changes(series: Series, model: Model, *, bracket_level: float) -> list[Change]:
    """Every change between not blocked and blocked, in order of series and day."""
    if not len(series.days):
        return []
    likelihoods = log_likelihoods(series, model)
    states = model.states[best_levels(series, likelihoods, model)]
    owner = np.repeat(np.arange(len(series.starts) - 1), series.lengths)
    known = np.flatnonzero(states)
    turns = np.flatnonzero(
        (states[known][1:] != states[known][:-1]) & (owner[known][1:] == owner[known][:-1])
    )
    left, entered = known[turns] + 1, known[turns + 1]
    own = owner[entered]
    follows = np.r_[False, own[1:] == own[:-1]]
    begins = np.where(follows, np.r_[0, entered[:-1]], series.starts[own])
    leads = np.r_[follows[1:], False]
    ends = np.where(leads, np.r_[left[1:], 0], series.starts[own + 1])
    return [
        _weigh(
            (int(number), int(begin), int(end)),
            bool(states[position] > 0),
            series.days[begin:end],
            likelihoods.of(slice(begin, end)),
            model=model,
            bracket_level=bracket_level,
        )
        for number, begin, end, position in zip(own, begins, ends, entered, strict=True)
    ]


def _weigh(
    window: tuple[int, int, int],
    is_blocked: bool,
    days: Integers,
    likelihoods: Floats,
    *,
    model: Model,
    bracket_level: float,
) -> Change:
    """Evidence for one change somewhere in a window against none, and between which days it was.

    Beforehand every day of the window is as likely as any other.
    """
    number, begin, end = window
    sums = np.vstack([np.zeros(likelihoods.shape[1]), np.cumsum(likelihoods, axis=0)])
    new = 1 if is_blocked else -1
    before = _mean_over(sums[1:-1], model, state=-new)
    after = _mean_over(sums[-1] - sums[1:-1], model, state=new)
    elapsed = days[-1] - days[0]
    at_each = before + after + np.log(np.diff(days) / elapsed)
    changed = np.logaddexp.reduce(at_each)
    log_odds = changed - np.logaddexp.reduce(sums[-1] + model.log_chances)
    mass = np.cumsum(np.exp(at_each - changed))
    tail = (1.0 - bracket_level) / 2.0
    first, last = np.searchsorted(mass, [tail, 1.0 - tail])
    odds = np.log(model.changes_a_day * elapsed) + log_odds
    return Change(
        series=number,
        begin=begin,
        left=begin + int(first) + 1,
        entered=begin + min(int(last), len(mass) - 1) + 1,
        end=end,
        is_blocked=is_blocked,
        log_odds=float(log_odds),
        probability=float(1.0 / (1.0 + np.exp(-odds))),
    )


def _mean_over(sums: Floats, model: Model, *, state: int) -> Floats:
    """Log of the likelihood averaged over the levels of one state."""
    of_state = model.states == state
    chances = model.log_chances[of_state]
    return np.asarray(
        np.logaddexp.reduce(sums[:, of_state] + chances, axis=1) - np.logaddexp.reduce(chances),
        dtype=np.float64,
    )
