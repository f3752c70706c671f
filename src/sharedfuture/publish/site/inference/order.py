"""The steps of a playbook as a small drawing: what must come after what, from left to right.

A step stands one column right of the last of those that it comes after; steps of one column have
no order among them. The drawing is the same for the same table: no chance is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.shelf import Row

ACROSS, DOWN = 92, 44
MARGIN = 20
RADIUS = 12
HEAD = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A step: its number, its place, what it is and says."""

    x: float
    y: float
    position: int
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a step to one that comes after it."""

    path: str


@dataclass(frozen=True, slots=True)
class Order:
    """The drawing in its own units."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    says: str


def draw_order(steps: Sequence[Row]) -> Order:
    """Steps in columns by the length of the way to them, with arrows from those before."""
    by_name = {row["step"]: row for row in steps}
    after = {
        name: [other for other in inference_words.split(row["after"]) if other in by_name]
        for name, row in by_name.items()
    }
    column = {name: _depth(name, after) for name in by_name}
    columns = [
        [name for name in by_name if column[name] == at]
        for at in range(max(column.values(), default=0) + 1)
    ]
    tallest = max((len(names) for names in columns), default=1)
    place = {
        name: (
            MARGIN + at * ACROSS,
            MARGIN + (tallest - len(names)) * DOWN / 2 + row * DOWN,
        )
        for at, names in enumerate(columns)
        for row, name in enumerate(names)
    }
    return Order(
        width=2 * MARGIN + (len(columns) - 1) * ACROSS,
        height=2 * MARGIN + (tallest - 1) * DOWN,
        nodes=tuple(
            Node(*place[name], int(row["position"]), row["role"], row["title"])
            for name, row in by_name.items()
        ),
        arrows=tuple(
            Arrow(_path(place[other], place[name]))
            for name, before in after.items()
            for other in before
        ),
        says="; ".join(_says(row, by_name, after[row["step"]]) for row in steps),
    )


def _depth(name: str, after: Mapping[str, Sequence[str]], seen: tuple[str, ...] = ()) -> int:
    """How many steps lead to one on the longest way; a circle, which no release has, ends."""
    before = [other for other in after[name] if other not in seen]
    return max((1 + _depth(other, after, (*seen, name)) for other in before), default=0)


def _path(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A curve from the right of one mark to the left of another, with a head."""
    (x, y), (to_x, to_y) = (start[0] + RADIUS + 3, start[1]), (end[0] - RADIUS - 3, end[1])
    half = (x + to_x) / 2
    return (
        f"M{x:g} {y:g}C{half:g} {y:g} {half:g} {to_y:g} {to_x:g} {to_y:g}"
        f"M{to_x - HEAD:g} {to_y - HEAD:g}L{to_x:g} {to_y:g}L{to_x - HEAD:g} {to_y + HEAD:g}"
    )


def _says(row: Row, by_name: Mapping[str, Row], before: Sequence[str]) -> str:
    follows = " and ".join(str(by_name[name]["position"]) for name in before)
    return f"{row['position']}, {row['title']}" + (f", after {follows}" if follows else "")
