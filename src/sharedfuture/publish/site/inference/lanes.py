"""Matches side by side: one lane a country, time since its first step across.

A happening whose date is only known to lie between two days is drawn as a bar between them, its
mark in the middle; where one of the days is not known the bar is open. What nothing fills stands
hollow at the end of the lane.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.shelf import Row

WIDTH, LEFT, RIGHT = 820, 176, 118
HEAD, LINE, PAD, FOOT = 26, 24, 10, 22
RADIUS = 9
LEAST_BAR = 2.0
SHORTEST = 240  # an axis is never shorter than this many days
CROWDED = 0.25  # a case shorter than this share of the longest lane is drawn once more, alone
ROOM = 0.06  # of the axis is left free at either end
MOST_TICKS = 6
MONTHS = (1, 2, 3, 6)
YEARS = (1, 2, 5, 10, 20, 50)
DOUBTED = frozenset({"alleged", "disputed", "assessed"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A step in a lane, with the bar of the days that its date allows."""

    x: float
    y: float
    bar_x: float
    bar_width: float
    is_open: bool
    label: str
    role: str
    says: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A step that nothing fills, in the column at the end."""

    x: float
    y: float
    label: str
    role: str
    says: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One country: where its lane begins and ends, its words and marks."""

    country_id: str
    name: str
    note: str
    y: float
    height: float
    marks: tuple[Mark, ...]
    missing: tuple[Missing, ...]
    is_case: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """The picture in its own units."""

    width: float
    height: float
    floor: float
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    missing_x: float
    says: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A step of a match and what fills it; None where nothing does."""

    step: Row
    happening: Row | None

    @property
    def middle(self) -> float | None:
        """Middle of the days that the date allows, as a count of days; None without any date."""
        if self.happening is None:
            return None
        days = [self.happening[name] for name in ("earliest_date", "latest_date")]
        known = [day.toordinal() for day in days if day is not None]
        return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A match as the picture takes it."""

    country_id: str
    name: str
    note: str
    filled: Sequence[Filled]
    is_case: bool = False

    @property
    def start(self) -> float:
        """The middle of the days of its first happening."""
        return min(item.middle for item in self.filled if item.middle is not None)


def is_crowded(entries: Sequence[Entry]) -> bool:
    """Whether the case is so short beside the others that its steps lie upon each other."""
    spans = [
        max(item.middle for item in entry.filled if item.middle is not None) - entry.start
        for entry in entries
        if any(item.middle is not None for item in entry.filled)
    ]
    return bool(entries) and entries[0].is_case and bool(spans) and spans[0] < max(spans) * CROWDED


def draw_lanes(entries: Sequence[Entry]) -> Lanes | None:
    """The picture of these matches in their order; None where no happening has a date."""
    dated = [entry for entry in entries if any(item.middle is not None for item in entry.filled)]
    if not dated:
        return None
    ends = [
        item.middle - entry.start
        for entry in dated
        for item in entry.filled
        if item.middle is not None
    ]
    longest = max(SHORTEST, *ends)
    low, high = -longest * ROOM, longest * (1 + ROOM)

    def x_of(days: float) -> float:
        share = (min(max(days, low), high) - low) / (high - low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    lanes: list[Lane] = []
    y = float(HEAD)
    for entry in dated:
        lane = _lane(entry, y, x_of)
        lanes.append(lane)
        y += lane.height
    return Lanes(
        width=WIDTH,
        height=round(y + FOOT),
        floor=y,
        lanes=tuple(lanes),
        ticks=tuple(_ticks(longest, x_of)),
        missing_x=WIDTH - RIGHT + 16,
        says="; ".join(_lane_says(entry) for entry in dated),
    )


def _lane(entry: Entry, top: float, x_of: Callable[[float], float]) -> Lane:
    """Marks from left to right; one that would touch the last of its line goes a line lower."""
    known = sorted(
        (item for item in entry.filled if item.middle is not None),
        key=lambda item: (item.middle, item.step["position"]),
    )
    ends: list[float] = []
    marks: list[Mark] = []
    for item in known:
        x = x_of((item.middle or 0.0) - entry.start)
        bar_x, bar_end, is_open = _bar(item, entry.start, x_of)
        begin, end = min(x - RADIUS, bar_x), max(x + RADIUS, bar_end)
        line = next((at for at, used in enumerate(ends) if used + 1 < begin), len(ends))
        ends[line : line + 1] = [end]
        marks.append(
            Mark(
                x=x,
                y=top + PAD + LINE * line + LINE / 2,
                bar_x=bar_x,
                bar_width=round(max(bar_end - bar_x, LEAST_BAR), 1),
                is_open=is_open,
                label=_label(item),
                role=item.step["role"],
                says=_says(item),
            )
        )
    lines = max(len(ends), 2 if entry.note else 1)
    return Lane(
        country_id=entry.country_id,
        name=entry.name,
        note=entry.note,
        y=top,
        height=lines * LINE + 2 * PAD,
        marks=tuple(marks),
        missing=tuple(_missing(entry, top)),
        is_case=entry.is_case,
    )


def _missing(entry: Entry, top: float) -> Iterator[Missing]:
    """Steps without a dated happening: those that nothing fills, and those of unknown date."""
    lost = [
        item for item in entry.filled if item.middle is None and item.step["role"] != "negative"
    ]
    for at, item in enumerate(lost):
        yield Missing(
            x=WIDTH - RIGHT + 26 + at % 4 * (2 * RADIUS + 4),
            y=top + PAD + LINE / 2 + at // 4 * LINE,
            label=str(item.step["position"]),
            role=item.step["role"],
            says=_says(item),
        )


def _bar(item: Filled, start: float, x_of: Callable[[float], float]) -> tuple[float, float, bool]:
    """Where the bar of a date begins and ends, and whether one of its days is not known."""
    row = item.happening or {}
    earliest: date | None = row["earliest_date"]
    latest: date | None = row["latest_date"]
    left = x_of(earliest.toordinal() - start) if earliest else float(LEFT)
    right = x_of(latest.toordinal() - start) if latest else float(WIDTH - RIGHT)
    return left, right, earliest is None or latest is None


def _label(item: Filled) -> str:
    """The number of the step; with a question mark where the source itself does not vouch."""
    certainty = (item.happening or {}).get("certainty")
    return f"{item.step['position']}{'?' if certainty in DOUBTED else ''}"


def _says(item: Filled) -> str:
    begin = f"{item.step['position']}, {item.step['title']}"
    if item.happening is None:
        return f"{begin}: nothing found"
    row = item.happening
    return f"{begin}: {row['title']} ({inference_words.when_text(row)}; {row['certainty']})"


def _lane_says(entry: Entry) -> str:
    found = [str(item.step["position"]) for item in entry.filled if item.happening is not None]
    return f"{entry.name}: steps {', '.join(found)}"


def _ticks(longest: float, x_of: Callable[[float], float]) -> Iterator[tuple[float, str]]:
    """Months or years since the first step."""
    unit, name = inference_words.DAYS_OF_MONTH, "month"
    steps: Sequence[int] = MONTHS
    if longest > MOST_TICKS * MONTHS[-1] * unit / 2:
        unit, steps, name = inference_words.DAYS_OF_YEAR, YEARS, "year"
    step = next((size for size in steps if longest / unit / size <= MOST_TICKS), steps[-1])
    yield x_of(0), "first step"
    for count in range(step, int(longest / unit) + 1, step):
        yield x_of(count * unit), f"{count} {name}{'' if count == 1 else 's'}"


def entries_of(
    matches: Sequence[Row],
    steps: Sequence[Row],
    *,
    filled: Mapping[str, Sequence[Row]],
    history: Mapping[str, Row],
    name: Callable[[str], str],
    case: str | None,
) -> list[Entry]:
    """Matches with what fills their steps, the country of the case first."""
    ordered = sorted(matches, key=lambda row: row["country_id"] != case)
    return [
        Entry(
            country_id=row["country_id"],
            name=name(row["country_id"]),
            note=_note(row),
            filled=filled_steps(row, steps, filled=filled, history=history),
            is_case=row["country_id"] == case,
        )
        for row in ordered
    ]


def filled_steps(
    match: Row,
    steps: Sequence[Row],
    *,
    filled: Mapping[str, Sequence[Row]],
    history: Mapping[str, Row],
) -> list[Filled]:
    """Every step of a match's playbook with what fills it."""
    found = {
        row["playbook_step_id"]: history.get(row["history_id"])
        for row in filled.get(match["playbook_match_id"], ())
    }
    return [Filled(step, found.get(step["playbook_step_id"])) for step in steps]


def _note(row: Row) -> str:
    fit = "" if row["fit"] is None else f"fit {row['fit']:.2f}"
    return f"{fit}, by chance {inference_words.chance_text(row['chance'])}"
