"""What a playbook asks of two dates: which steps follow which, after how long, within how long.

A step that nothing fills does not break the order: what comes after it still comes after what it
comes after, and windows add up over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.analyse.playbooks.matching.playbook import Playbook, PlaybookStep


@dataclass(frozen=True, slots=True)
class Wait:
    """A step comes after another, at least so many days."""

    earlier: int
    at_least_days: int


@dataclass(frozen=True, slots=True)
class Window:
    """A step comes at most so many days after another; `within_days` is None for no limit.

    It holds where nothing fills any of the steps `between`.
    """

    earlier: int
    within_days: int | None
    between: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Relations:
    """By position of the step: all that it waits for, and its windows, of which one must hold.

    Windows count from the last step before: where several were filled, it is enough to be near
    one of them, as all of them lie before. A step without a limit has no windows.
    """

    waits: tuple[tuple[Wait, ...], ...]
    windows: tuple[tuple[Window, ...], ...]


def relations_of(playbook: Playbook) -> Relations:
    """The relations between all steps of a playbook, negative ones included."""
    steps = playbook.steps
    place = {step.id: position for position, step in enumerate(steps)}
    waits: list[Mapping[int, int]] = []
    windows: list[tuple[Window, ...]] = []
    for step in steps:
        before = [place[name] for name in step.after]
        waits.append(_waits(step, before, waits))
        windows.append(_windows(step, steps, place))
    return Relations(
        tuple(tuple(Wait(*pair) for pair in sorted(each.items())) for each in waits),
        tuple(windows),
    )


def _waits(
    step: PlaybookStep, before: Sequence[int], waits: Sequence[Mapping[int, int]]
) -> dict[int, int]:
    """The longest wait after each step that lies before, over any way that leads there."""
    found: dict[int, int] = {}
    for position in before:
        ways = {position: 0, **waits[position]}
        for earlier, days in ways.items():
            found[earlier] = max(found.get(earlier, 0), days + step.at_least_days)
    return found


def _windows(
    step: PlaybookStep, steps: Sequence[PlaybookStep], place: Mapping[str, int]
) -> tuple[Window, ...]:
    if step.within_days is None:
        return ()
    found: set[tuple[int, int | None, tuple[int, ...]]] = set()
    open_ways: list[tuple[str, int | None, tuple[int, ...]]] = [
        (name, step.within_days, ()) for name in step.after
    ]
    while open_ways:
        name, days, between = open_ways.pop()
        way = (place[name], days, tuple(sorted(between)))
        if way in found:
            continue
        found.add(way)
        passed = steps[place[name]]
        limit = None if days is None or passed.within_days is None else days + passed.within_days
        open_ways += [(other, limit, (*between, place[name])) for other in passed.after]
    in_order = sorted(found, key=lambda way: (way[0], way[2], way[1] is None, way[1] or 0))
    return tuple(Window(*way) for way in in_order)
