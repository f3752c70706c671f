"""Agreements above, measurements below, on one axis of time: a small picture for a dossier.

A date that is only known to lie between two days is drawn as a bar between them; where one of the
two is not known, the bar is open and reaches to the edge.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.shelf import Row

WIDTH, LEFT, RIGHT = 720, 8, 8
LINE, HEAD, GAP, FOOT = 30, 24, 20, 22
LONGEST = 92
LETTER = 5.6
MOST_OF_EACH = 10
MOST_TICKS = 7
LEAST_BAR = 5.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar with its words; `anchor` says at which end of the bar they begin."""

    x: float
    width: float
    y: float
    label: str
    label_x: float
    anchor: str
    kind: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture in its own units; `left_out` counts what it has no room for."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    heads: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, str], ...]
    floor: float
    left_out: int
    says: str


@dataclass(frozen=True, slots=True)
class _Item:
    earliest: date | None
    latest: date | None
    label: str
    kind: str


def draw_timeline(rows: Sequence[Row]) -> Timeline | None:
    """The picture of the rows of what came first; None where no date is known."""
    agreements = _once(rows, "agreement", lambda _: "agreement")
    measured = _once(rows, "measured", lambda row: str(row["measured_kind"]))
    items = [*agreements, *measured]
    if not agreements or not measured:
        return None
    shown = [agreements[:MOST_OF_EACH], measured[:MOST_OF_EACH]]
    days = [day for item in items for day in (item.earliest, item.latest) if day]
    first, last = min(days).year, max(days).year + 1
    marks, heads, y = [], [], 0.0
    for title, group in zip(
        ("Agreements with China", "Measured in the country"), shown, strict=True
    ):
        heads.append((y + 14, title))
        y += HEAD
        for item in group:
            marks.append(_mark(item, y, first=first, last=last))
            y += LINE
        y += GAP
    floor = y - GAP + 4
    return Timeline(
        width=WIDTH,
        height=round(floor + FOOT),
        marks=tuple(marks),
        heads=tuple(heads),
        years=tuple(_years(first, last)),
        floor=floor,
        left_out=sum(len(group) for group in (agreements, measured)) - sum(map(len, shown)),
        says="; ".join(f"{item.label} ({_when(item)})" for group in shown for item in group),
    )


def _once(rows: Iterable[Row], side: str, kind: Callable[[Row], str]) -> list[_Item]:
    """Each agreement or measurement once, in order of time; without any date it is left out."""
    found: dict[str, _Item] = {}
    for row in rows:
        earliest, latest = row[f"{side}_earliest"], row[f"{side}_latest"]
        if earliest or latest:
            item = _Item(earliest, latest, str(row[side]), kind(row))
            found.setdefault(row[f"{side}_id"], item)
    return sorted(found.values(), key=_order)


def _order(item: _Item) -> tuple[str, str, str]:
    """By the day on which it is known to have been so at the latest."""
    return str(item.latest or item.earliest), str(item.earliest or ""), item.label


def _mark(item: _Item, y: float, *, first: int, last: int) -> Mark:
    x = _at(item.earliest, first, last) if item.earliest else LEFT
    end = _at(item.latest, first, last) if item.latest else WIDTH - RIGHT
    label = item.label if len(item.label) <= LONGEST else f"{item.label[: LONGEST - 1].rstrip()}…"
    is_right = x + len(label) * LETTER > WIDTH - RIGHT
    anchor = "end" if is_right and end - len(label) * LETTER >= 0 else "start"
    if item.earliest is None and end - len(label) * LETTER >= 0:
        anchor = "end"
    begin = max(end, x + LEAST_BAR) if anchor == "end" else x
    if anchor == "start" and is_right:
        begin = LEFT
    return Mark(
        x=round(x, 1),
        width=round(max(end - x, LEAST_BAR), 1),
        y=round(y + 16, 1),
        label=label,
        label_x=round(begin, 1),
        anchor=anchor,
        kind=item.kind,
        is_open=item.earliest is None or item.latest is None,
    )


def _at(day: date, first: int, last: int) -> float:
    share = (day.toordinal() - date(first, 1, 1).toordinal()) / (
        date(last, 1, 1).toordinal() - date(first, 1, 1).toordinal()
    )
    return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)


def _years(first: int, last: int) -> Iterable[tuple[float, str]]:
    step = next(size for size in (1, 2, 5, 10, 20, 50) if (last - first) / size <= MOST_TICKS)
    for year in range(-(-first // step) * step, last, step):
        yield round(_at(date(year, 1, 1), first, last), 1), str(year)


def _when(item: _Item) -> str:
    return measured_words.bracket_text(item.earliest, item.latest)
