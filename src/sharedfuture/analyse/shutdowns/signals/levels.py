"""From a signal to alert levels: by the published rules, and by a robust alternative. NumPy alone.

A signal is an array of values a step apart; NaN is missing. Levels are NORMAL, WARNING, CRITICAL,
and UNKNOWN where a value is missing or too little is known of what came before it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.shutdowns.rules import SeasonRule, WindowRule

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]

UNKNOWN, NORMAL, WARNING, CRITICAL = -1, 0, 1, 2
_CHUNK = 1 << 21  # numbers sorted at once
_NORMAL_SPREAD = 1.4826  # of the median deviation, so that it estimates a standard deviation


@dataclass(frozen=True, slots=True)
class Leveled:
    """Levels with what each value was held against; NaN where nothing could be said."""

    levels: Levels
    expected: Floats


def window_levels(values: Floats, step_s: int, *, rule: WindowRule) -> Leveled:
    """Levels by a published rule: the value against the median of the window before it.

    The value itself is not in its window. Where the median is nothing there is nothing to lose,
    and the level is NORMAL.
    """
    length = max(1, rule.window_s // step_s)
    expected = _medians_before(values, length, least=int(np.ceil(rule.least_known * length)))
    levels = _levels(values, expected, expected * rule.warning, expected * rule.critical)
    return Leveled(levels, expected)


def season_levels(values: Floats, step_s: int, *, rule: SeasonRule) -> Leveled:
    """Levels by the robust alternative: the value against its time of day on the days before.

    A day's values are judged together. Those found down are left out of the days that later ones
    are held against, until the signal has been down for `patience_days` on end: then its new level
    counts. A signal shorter than `least_days` days has UNKNOWN levels throughout.
    """
    per_day = max(1, rule.season_s // step_s)
    days = -(-len(values) // per_day)
    table = np.full((days, per_day), np.nan)
    table.ravel()[: len(values)] = values
    clean = table.copy()
    levels = np.full(table.shape, UNKNOWN, dtype=np.int8)
    expected = np.full(table.shape, np.nan)
    days_down = np.zeros(per_day, dtype=np.int64)
    for day in range(rule.least_days, days):
        before = clean[max(0, day - rule.days) : day]
        middle, spread = _middle_and_spread(before, rule)
        margin = np.maximum(rule.spreads * spread, rule.least_drop * middle)
        critical = np.minimum(middle - margin, (1 - rule.critical_drop) * middle)
        levels[day] = _levels(table[day], middle, middle - margin, critical)
        expected[day] = middle
        is_down = levels[day] >= WARNING
        days_down = np.where(is_down, days_down + 1, 0)
        clean[day, is_down] = np.nan
        _take_new_level(clean, table, day, days_down, rule)
    size = len(values)
    return Leveled(levels.ravel()[:size], expected.ravel()[:size])


def _take_new_level(
    clean: Floats, table: Floats, day: int, days_down: npt.NDArray[np.int64], rule: SeasonRule
) -> None:
    """Let times that were down too long count again, and no longer what stood before them."""
    is_lasting = days_down == rule.patience_days
    if is_lasting.any():
        first = max(0, day - rule.days)
        since = day - rule.patience_days + 1
        clean[first:since, is_lasting] = np.nan
        clean[since : day + 1, is_lasting] = table[since : day + 1, is_lasting]


def _middle_and_spread(before: Floats, rule: SeasonRule) -> tuple[Floats, Floats]:
    """The median of each time of day with its neighbours, and the robust deviation from it."""
    reach = range(-rule.neighbours, rule.neighbours + 1)
    near = np.concatenate([np.roll(before, shift, axis=1) for shift in reach], axis=0)
    is_enough = (~np.isnan(before)).sum(axis=0) >= rule.least_days
    middle = np.where(is_enough, _median(near.T), np.nan)
    spread = _NORMAL_SPREAD * _median(np.abs(near - middle).T)
    return middle, spread


def _medians_before(values: Floats, length: int, *, least: int) -> Floats:
    """The median of the `length` values before each; NaN where fewer than `least` are known."""
    padded = np.concatenate([np.full(length, np.nan), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[: len(values)]
    medians = np.empty(len(values))
    rows = max(1, _CHUNK // length)
    for start in range(0, len(values), rows):
        chunk = windows[start : start + rows]
        known = (~np.isnan(chunk)).sum(axis=1)
        medians[start : start + rows] = np.where(known >= max(1, least), _median(chunk), np.nan)
    return medians


def _median(rows: Floats) -> Floats:
    """The median of each row, missing values left out; NaN where all are missing."""
    ordered = np.sort(rows, axis=1)  # what is missing comes last
    known = (~np.isnan(ordered)).sum(axis=1)
    at = np.arange(len(ordered))
    low = ordered[at, np.maximum(known - 1, 0) // 2]
    high = ordered[at, np.minimum(known // 2, rows.shape[1] - 1)]
    middle: Floats = np.where(known > 0, low + (high - low) / 2, np.nan)
    return middle


def _levels(values: Floats, expected: Floats, warning: Floats, critical: Floats) -> Levels:
    with np.errstate(invalid="ignore"):
        levels = np.where(values < warning, WARNING, NORMAL)
        levels = np.where(values < critical, CRITICAL, levels)
        levels = np.where(expected <= 0, NORMAL, levels)
    return np.where(np.isnan(values) | np.isnan(expected), UNKNOWN, levels).astype(np.int8)
