"""How far each body reaches, year by year: small pictures side by side on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.inference.network.shown import Body
from sharedfuture.publish.site.shelf import Row

WIDTH, HEIGHT = 240, 132
LEFT, RIGHT, TOP, FLOOR = 26, 30, 10, 112
MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The picture of one body in its own units; `last` is the row at the end of its lines."""

    body: Body
    flow: str
    evidenced: str
    expected: str
    end: tuple[float, float]
    last: Row
    says: str


@dataclass(frozen=True, slots=True)
class Panels:
    """All pictures; years and countries are on the same scale in each."""

    panels: tuple[Panel, ...]
    years: tuple[Tick, ...]
    counts: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = FLOOR


def draw_reach(bodies: Sequence[Body]) -> Panels:
    """The pictures of what each body reaches over the first of its flows; empty without rows."""
    series = [(body, *next(iter(body.flows.items()))) for body in bodies]
    rows = [row for _, _, held in series for row in held]
    if not rows:
        return Panels((), (), ())
    first, last = min(row["year"] for row in rows), max(row["year"] for row in rows)
    most = max(max(row["countries"] or 0, row["countries_expected"] or 0) for row in rows)
    scale = _Scale(first, max(last, first + 1), max(most, 1))
    return Panels(
        panels=tuple(_panel(body, flow, rows=held, scale=scale) for body, flow, held in series),
        years=tuple(Tick(scale.x(year), str(year)) for year in {first: 0, last: 0}),
        counts=tuple(Tick(scale.y(count), str(count)) for count in scale.counts()),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int
    most: float

    def x(self, year: int) -> float:
        """Place of the end of a year."""
        share = (year - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, count: float) -> float:
        """Place of a number of countries."""
        return round(FLOOR - count / self.most * (FLOOR - TOP), 1)

    def counts(self) -> range:
        """Round numbers for the axis."""
        sizes = [base * 10**power for power in range(5) for base in (1, 2, 5)]
        step = next(size for size in sizes if self.most / size <= MOST_TICKS)
        return range(0, int(self.most) + 1, step)


def _panel(body: Body, flow: str, *, rows: Sequence[Row], scale: _Scale) -> Panel:
    last = rows[-1]
    return Panel(
        body=body,
        flow=flow,
        evidenced=_line(rows, "countries", scale),
        expected=_line(rows, "countries_expected", scale),
        end=(scale.x(last["year"]), scale.y(last["countries"] or 0)),
        last=last,
        says="; ".join(f"{row['year']}: {row['countries'] or 0}" for row in rows),
    )


def _line(rows: Sequence[Row], column: str, scale: _Scale) -> str:
    """A path through the years; a year without a value breaks it."""
    parts, is_open = [], False
    for row in rows:
        if row[column] is None:
            is_open = False
            continue
        parts.append(f"{'L' if is_open else 'M'}{scale.x(row['year'])} {scale.y(row[column])}")
        is_open = True
    return "".join(parts)
