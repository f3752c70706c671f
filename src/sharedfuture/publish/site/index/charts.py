"""Drawings of the index in their own units: the ranking, a country's ranks, shares, indices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.index.shelf import IndexShelf
from sharedfuture.publish.site.index.words import score_class
from sharedfuture.publish.site.shelf import Row

WIDTH = 1080
LEFT = 92
RIGHT = 8
TOP = 22
RANK_HEIGHT = 300
STRIP = 15
GAP = 14
CODE_ROOM = 46
TICKS = 4
RANKS_WIDTH = 420
RANKS_HEIGHT = 64


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class RankingChart:
    """All scored countries side by side: rank with its interval, below it score and pillars.

    Lines of the intervals and dots of the ranks are one path each; the squares of the profile are
    one path for each class of score, and one for pillars without a score. `step` and `left` say
    where the column of each country is.
    """

    width: int
    height: int
    left: float
    step: float
    floor: float
    intervals: str
    dots: str
    ticks: tuple[Tick, ...]
    strips: tuple[Tick, ...]
    squares: Mapping[str, str]
    codes: tuple[tuple[float, float, str], ...]


def draw_ranking(index: IndexShelf) -> RankingChart:
    """The chart of the index page; countries by rank from left to right, rank 1 at the top."""
    count = len(index.ranked)
    step = (WIDTH - LEFT - RIGHT) / max(count, 1)

    def middle(place: int) -> float:
        return LEFT + (place + 0.5) * step

    def height_of(rank: float) -> float:
        return TOP + (rank - 1) / max(count - 1, 1) * RANK_HEIGHT

    floor = TOP + RANK_HEIGHT
    strips = floor + GAP
    under = strips + STRIP * (len(index.pillars) + 1) + 12
    intervals = [
        f"M{middle(place):.1f} {height_of(row['rank_low']):.1f}V{height_of(row['rank_high']):.1f}"
        for place, row in enumerate(index.ranked)
        if row["rank_low"] is not None and row["rank_high"] is not None
    ]
    dots = [
        f"M{middle(place):.1f} {height_of(row['rank']):.1f}h0"
        for place, row in enumerate(index.ranked)
    ]
    codes = [
        (round(middle(place), 1), under + (place % 2) * CODE_ROOM / 2, row["country_id"])
        for place, row in enumerate(index.ranked)
    ]
    return RankingChart(
        width=WIDTH,
        height=round(under + CODE_ROOM + 4),
        left=LEFT,
        step=round(step, 4),
        floor=floor,
        intervals="".join(intervals),
        dots="".join(dots),
        ticks=tuple(Tick(round(height_of(rank), 1), str(rank)) for rank in _ticks(count)),
        strips=tuple(Tick(y, name) for y, name, _ in _strips(index, strips)),
        squares=_squares(index, top=strips, step=step),
        codes=tuple(codes),
    )


def _ticks(count: int) -> list[int]:
    """1, the last rank, and round numbers between that leave room beside them."""
    between = max(10, round(count / TICKS / 10) * 10)
    inner = [rank for rank in range(between, count, between) if count - rank > between / 2]
    return [1, *inner, count] if count > 1 else [1]


def _strips(index: IndexShelf, top: float) -> list[tuple[float, str, str]]:
    """Top, name and code of each line of squares: the index, a little apart, then its pillars."""
    pillars = [
        (top + 4 + STRIP * line, str(pillar["name"]), str(pillar["element"]))
        for line, pillar in enumerate(index.pillars, start=1)
    ]
    return [(top, "Score", index.top), *pillars]


def _squares(index: IndexShelf, *, top: float, step: float) -> dict[str, str]:
    """By class of score the squares of the profile, as one path."""
    parts: dict[str, list[str]] = {}
    side = STRIP - 1
    for column, country in enumerate(index.ranked):
        x = LEFT + column * step
        for y, _, code in _strips(index, top):
            row = index.score.get((country["country_id"], code))
            level = score_class(row["value"]) if row else None
            name = "absent" if level is None else f"q{level}"
            square = f"M{x:.1f} {y:.0f}h{step - 0.4:.1f}v{side}h-{step - 0.4:.1f}z"
            parts.setdefault(name, []).append(square)
    return {name: "".join(found) for name, found in sorted(parts.items())}


@dataclass(frozen=True, slots=True)
class RanksChart:
    """How often a country had each rank: bars, the interval below them, the published rank."""

    width: int
    height: int
    bars: str
    low: float | None
    high: float | None
    rank: float
    ticks: tuple[Tick, ...]


def draw_ranks(country: Row, ranks: Iterable[Row], count: int) -> RanksChart:
    """The distribution of one country's rank over all ranks, the most frequent full height."""
    step = RANKS_WIDTH / max(count, 1)
    shares = {int(row["rank"]): float(row["probability"]) for row in ranks}
    most = max(shares.values(), default=1.0)

    def middle(rank: float) -> float:
        return round((rank - 0.5) * step, 1)

    bars = [
        f"M{(rank - 1) * step:.1f} {RANKS_HEIGHT}v-{share / most * RANKS_HEIGHT:.1f}"
        f"h{max(step - 0.3, 0.8):.1f}V{RANKS_HEIGHT}z"
        for rank, share in sorted(shares.items())
    ]
    low, high = country["rank_low"], country["rank_high"]
    return RanksChart(
        width=RANKS_WIDTH,
        height=RANKS_HEIGHT,
        bars="".join(bars),
        low=None if low is None else middle(low),
        high=None if high is None else middle(high),
        rank=middle(country["rank"]),
        ticks=tuple(Tick(middle(rank), str(rank)) for rank in _ticks(count)),
    )


@dataclass(frozen=True, slots=True)
class Whisker:
    """A value with its interval on an axis of 100 units; bounds are cut at the ends."""

    at: float
    low: float
    high: float


def draw_whisker(
    value: float | None, low: float | None, high: float | None, *, axis: tuple[float, float]
) -> Whisker | None:
    """Places on an axis that runs from the first to the second of `axis`."""
    if value is None or low is None or high is None:
        return None
    places = [_place(number, axis) for number in (value, low, high)]
    return Whisker(*places)


def _place(number: float, axis: tuple[float, float]) -> float:
    share = (number - axis[0]) / (axis[1] - axis[0])
    return round(min(max(share, 0.0), 1.0) * 100, 1)


def axis_of(rows: Sequence[Row], columns: Iterable[str]) -> tuple[float, float]:
    """From the least to the greatest number of some columns, 0 and 1 always in."""
    known = [row[column] for column in columns for row in rows if row[column] is not None]
    return min([0.0, *known]), max([1.0, *known])
