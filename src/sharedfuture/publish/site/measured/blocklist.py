"""The daily checks of China's filter, drawn: how many domains were blocked, check by check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row, Shelf

WIDTH, HEIGHT = 720, 230
LEFT, RIGHT, TOP, FLOOR = 62, 8, 10, 150
MIDDLE, REACH = 188, 26  # the axis of what was added and dropped, and how far its bars reach
MOST_TICKS = 5
MONTHS = 12
TITLES = {
    "gfw": "China’s national filter",
    "henan": "Henan’s provincial filter",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Blocklist:
    """One series of checks and its drawing; a gap in the checks is a gap in the line."""

    series: str
    key: str
    rows: list[Row]
    first: Row
    last: Row
    least: Row
    most: Row
    line: str
    added: str
    dropped: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    most_moved: int
    title: str
    height: int = HEIGHT
    width: int = WIDTH

    @property
    def row_ids(self) -> list[str]:
        """Ids of its checks."""
        return [row["blocklist_day_id"] for row in self.checks]

    @property
    def checks(self) -> list[Row]:
        """The days on which a check was made."""
        return [row for row in self.rows if row["blocked"] is not None]

    @staticmethod
    def when(row: Row) -> str:
        """The day of a check, or its number where the publisher gives no more."""
        return words.date_text(str(row["day"])) if row["day"] else f"day {row['position']}"


def blocklists(shelf: Shelf) -> list[Blocklist]:
    """The series in the order of their names, those of which too little is known left out."""
    by_series: dict[str, list[Row]] = {}
    for row in shelf.rows("blocklist_day"):
        by_series.setdefault(row["series"], []).append(row)
    return [
        _drawn(series, sorted(rows, key=_place))
        for series, rows in sorted(by_series.items())
        if sum(row["blocked"] is not None for row in rows) > 1
    ]


def _place(row: Row) -> int:
    day: date | None = row["day"]
    return day.toordinal() if day else int(row["position"] or 0)


def _drawn(series: str, rows: list[Row]) -> Blocklist:
    known = [row for row in rows if row["blocked"] is not None]
    start, end = _place(rows[0]), _place(rows[-1])
    top = max(row["blocked"] for row in known) or 1
    moved = max([1, *(row[name] or 0 for row in rows for name in ("newly_blocked", "unblocked"))])

    def x(row: Row) -> float:
        return LEFT + (_place(row) - start) / max(end - start, 1) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return FLOOR - value / top * (FLOOR - TOP)

    def bars(name: str, sign: int) -> str:
        return "".join(
            f"M{x(row):.1f} {MIDDLE}v{sign * row[name] / moved * REACH:.1f}"
            for row in rows
            if row[name]
        )

    return Blocklist(
        series=series,
        title=TITLES.get(series, words.plain(series)),
        key=series.lower().replace(" ", "-").replace("_", "-"),
        rows=rows,
        first=known[0],
        last=known[-1],
        least=min(known, key=lambda row: (row["blocked"], _place(row))),
        most=max(known, key=lambda row: (row["blocked"], -_place(row))),
        line="".join(
            f"{'L' if is_joined else 'M'}{x(row):.1f} {y(row['blocked']):.1f}"
            for row, is_joined in _joined(known)
        ),
        added=bars("newly_blocked", -1),
        dropped=bars("unblocked", 1),
        across=tuple(_ticks_across(rows, start, end)),
        up=tuple(Tick(round(y(value), 1), words.number_text(value, 0)) for value in _steps(top)),
        most_moved=moved,
    )


def _joined(rows: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
    """Each row, and whether the check before it was the day before."""
    before = None
    for row in rows:
        yield row, before is not None and _place(row) - before == 1
        before = _place(row)


def _steps(top: float) -> list[int]:
    """0 and round numbers up to the top."""
    size = 10 ** (len(str(int(top))) - 1)
    steps = (size // 5, size // 2, size, 2 * size, 5 * size)
    step = next(part for part in steps if part and top / part <= MOST_TICKS)
    return list(range(0, int(top) + 1, step))


def _ticks_across(rows: Sequence[Row], start: int, end: int) -> Iterator[Tick]:
    def at(place: int) -> float:
        return round(LEFT + (place - start) / max(end - start, 1) * (WIDTH - LEFT - RIGHT), 1)

    if rows[0]["day"] is None:
        step = max((end - start) // MOST_TICKS // 10 * 10, 1)
        for place in range(start, end + 1, step):
            yield Tick(at(place), f"day {place}")
        return
    firsts = [
        date(year, month, 1)
        for year in range(rows[0]["day"].year, rows[-1]["day"].year + 1)
        for month in range(1, MONTHS + 1)
        if start <= date(year, month, 1).toordinal() <= end
    ]
    step = max(-(-len(firsts) // MOST_TICKS), 1)
    for first in firsts[::step]:
        yield Tick(at(first.toordinal()), f"{first:%b %Y}")
