"""Changes of blocking in many series, against a plain loop and against the least it could cost.

python bench/bench_blocking.py     false alarms and detection by simulation, for docs/method
"""

from collections.abc import Iterator

import numpy as np
from timing import in_turn

from sharedfuture.analyse.blocking.levels import (
    Floats,
    Model,
    Series,
    best_levels,
    find_changes,
    log_likelihoods,
)
from sharedfuture.analyse.step import read_parameters

Row = tuple[str, float, str, float, str]
CHANGES = read_parameters("sharedfuture.analyse.blocking", "changes")
MODEL = Model(
    tuple(CHANGES["rates"]),
    tuple(CHANGES["chances"]),
    CHANGES["day_correlation"],
    CHANGES["changes_a_year"] / 365.25,
    open_to=CHANGES["open_to"],
    shut_from=CHANGES["shut_from"],
)


def blocking_rows() -> list[Row]:
    """100,000 series of 100 days; the loop does 500 of them, and is counted as if it did all."""
    many, few, length = 100_000, 500, 100
    series = made_up(many, length, share=0.1, decided=3, correlation=0.3)
    part = made_up(few, length, share=0.1, decided=3, correlation=0.3)
    likelihoods = log_likelihoods(part, MODEL)

    def ours() -> None:
        find_changes(series, MODEL, bracket_level=CHANGES["bracket_level"])

    def floor() -> None:
        found = log_likelihoods(series, MODEL).of(slice(None))
        found.cumsum(axis=0, out=found).argmax(axis=1)

    def ours_few() -> None:
        best_levels(part, likelihoods, MODEL)

    def plain() -> None:
        for number in range(few):
            of_one = slice(number * length, (number + 1) * length)
            plain_way(likelihoods.of(of_one), MODEL)

    measured, least = in_turn(ours, floor, runs=3)
    fast, looped = in_turn(ours_few, plain, runs=3)
    work = f"changes of blocking, {many:,} series x {length} days"
    return [
        (work, measured, "likelihoods of the days, and one pass over them", least, "at most 5"),
        (f"levels of {few} of them", fast, "a loop over days and levels", looped, "below 0.1"),
    ]


def plain_way(seen: Floats, model: Model) -> list[int]:
    """Viterbi's algorithm as it stands in books, a day apart each."""
    stay, move = float(np.log1p(-model.changes_a_day)), float(np.log(model.changes_a_day))
    chances = [float(value) for value in model.log_chances]
    weight = [chance + float(value) for chance, value in zip(chances, seen[0], strict=True)]
    back: list[list[int]] = []
    for day in seen[1:]:
        best = max(range(len(weight)), key=weight.__getitem__)
        came, after = [], []
        for level, chance in enumerate(chances):
            kept, moved = weight[level] + stay, weight[best] + move + chance
            came.append(best if moved > kept else level)
            after.append(max(kept, moved) + float(day[level]))
        back.append(came)
        weight = after
    way = [max(range(len(weight)), key=weight.__getitem__)]
    for came in reversed(back):
        way.append(came[way[-1]])
    return way[::-1]


def made_up(
    many: int, length: int, *, share: float, decided: int, correlation: float, seed: int = 20260115
) -> Series:
    """Series without a change: a share of its own for each day, as alike as `correlation` says."""
    generator = np.random.default_rng(seed)
    counts = 1 + generator.poisson(decided - 1, many * length)
    spread = 1 / correlation - 1
    tiny = 1e-9
    of_day = generator.beta(share * spread + tiny, (1 - share) * spread + tiny, many * length)
    return Series(
        np.arange(many + 1) * length,
        np.tile(np.arange(length), many),
        generator.binomial(counts, of_day),
        counts,
    )


def false_alarms() -> Iterator[str]:
    """Of 5,000 series of 100 days without a change, the share in which one is reported."""
    many, length = 5000, 100
    for decided in (1, 3, 20):
        for correlation in (0.01, 0.3, 0.5):
            cells = []
            for share in (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0):
                series = made_up(
                    many, length, share=share, decided=decided, correlation=correlation
                )
                cells.append(f"{len(_reported(series)) / many:.2%}")
            yield f"| {decided} | {correlation:g} | {' | '.join(cells)} |"


def detections() -> Iterator[str]:
    """Of 2,000 series, 50 days open (0.03) and then some shut (0.95), the share that is found."""
    many, open_days = 2000, 50
    for decided in (1, 3):
        for shut_days in (2, 3, 5, 10):
            before = made_up(many, open_days, share=0.03, decided=decided, correlation=0.3)
            after = made_up(many, shut_days, share=0.95, decided=decided, correlation=0.3, seed=7)
            series = _joined(before, after, many)
            found = _reported(series)
            inside = [left <= open_days <= entered for left, entered in found.values()]
            width = float(
                np.median([entered - left + 1 for left, entered in found.values()] or [0])
            )
            held = sum(inside) / max(1, len(inside))
            yield f"| {decided} | {shut_days} | {len(found) / many:.1%} | {held:.1%} | {width:g} |"


def _joined(before: Series, after: Series, many: int) -> Series:
    def side(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        one, other = getattr(before, name), getattr(after, name)
        return np.hstack([one.reshape(many, -1), other.reshape(many, -1)]).reshape(-1)

    length = (len(before.days) + len(after.days)) // many
    days = np.tile(np.arange(length), many)
    return Series(np.arange(many + 1) * length, days, side("blocked"), side("decided"))


def _reported(series: Series) -> dict[int, tuple[int, int]]:
    """By series, the last day before and the first day after the last change that is reported."""
    return {
        change.series: (
            change.left - int(series.starts[change.series]),
            change.entered - int(series.starts[change.series]),
        )
        for change in find_changes(series, MODEL, bracket_level=CHANGES["bracket_level"])
        if change.probability >= CHANGES["least_probability"]
    }


if __name__ == "__main__":
    for text in (*false_alarms(), "", *detections()):
        print(text)
