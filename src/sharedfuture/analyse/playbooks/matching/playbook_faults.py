"""What can be wrong with a playbook: each check adds what was expected and what was found."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sharedfuture.records.fault import Fault, Spot

# More steps than these make no sequence that a reader could hold against a history.
MOST_STEPS = 12
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")

# A step as written: key to value.
Written = Mapping[str, Any]


@dataclass(slots=True)
class Faults:
    """The faults of one file, with the lines that they stand in."""

    file: str
    text: str
    found: list[Fault] = field(default_factory=list)

    def add(self, expected: str, found: str, *, step: str | None = None) -> None:
        """Put down a fault, at the line of the step that it is in."""
        at = Spot(self.file, 1 if step is None else self._line_of(step))
        self.found.append(Fault(at, expected if step is None else f"{step}: {expected}", found))

    def _line_of(self, step: str) -> int:
        named = re.compile(rf"""^\s*id\s*=\s*["']{re.escape(step)}["']""")
        lines = (n for n, line in enumerate(self.text.splitlines(), 1) if named.match(line))
        return next(lines, 1)


def check_playbook(
    faults: Faults, playbook_id: str, sources: Sequence[str], steps: Sequence[Written]
) -> None:
    """What the playbook as a whole must have."""
    if not _ID.fullmatch(playbook_id):
        faults.add("playbook_id of a-z, 0-9 and -", repr(playbook_id))
    if not sources:
        faults.add("a source in cite", "none")
    positive = [step for step in steps if step["role"] != "negative"]
    if not 2 <= len(positive) <= len(steps) <= MOST_STEPS:
        expected = f"2 to {MOST_STEPS} steps, two of them not negative"
        faults.add(expected, f"{len(steps)}, of which {len(positive)} are not negative")
    if not any(step["role"] == "required" for step in steps):
        faults.add("a step of role required", "none")
    if not any(step["party"] == "sponsor" for step in positive):
        faults.add("a step that the sponsor takes part in (party sponsor, not negative)", "none")


def check_steps(faults: Faults, steps: Sequence[Written], *, kinds: Collection[str]) -> None:
    """What each step must have by itself."""
    seen: set[str] = set()
    for step in steps:
        name = step["id"]
        if not _ID.fullmatch(name):
            faults.add("id of a-z, 0-9 and -", repr(name), step=name)
        if name in seen:
            faults.add("an id that no other step has", "it a second time", step=name)
        seen.add(name)
        _check_kinds(faults, step, kinds)
        if not (math.isfinite(step["weight"]) and step["weight"] > 0):
            faults.add("a weight above 0", repr(step["weight"]), step=name)
        _check_window(faults, step)


def _check_kinds(faults: Faults, step: Written, kinds: Collection[str]) -> None:
    name, named = step["id"], step["kinds"]
    if not named:
        faults.add("kinds; a step without any would match everything", "none", step=name)
    for kind in sorted(set(named) - set(kinds)):
        near = get_close_matches(kind, kinds, n=1)
        hint = f" (nearest: {near[0]})" if near else ""
        faults.add(f"a kind of the vocabulary{hint}", repr(kind), step=name)
    for kind in sorted({kind for kind in named if named.count(kind) > 1}):
        faults.add("each kind once", f"{kind!r} again", step=name)
    if kinds and step["party"] == "any" and set(kinds) <= set(named):
        faults.add("a step that does not match everything", "all kinds of any party", step=name)


def _check_window(faults: Faults, step: Written) -> None:
    name, least, most = step["id"], step["at_least_days"], step["within_days"]
    if least < 0:
        faults.add("at_least_days of 0 or more", str(least), step=name)
    if most is not None and most <= 0:
        faults.add("within_days above 0", str(most), step=name)
    if most is not None and 0 < most < least:
        expected = "a window that can be met: at_least_days at most within_days"
        faults.add(expected, f"at least {least} and within {most} days", step=name)
    if not step["after"] and (most is not None or least):
        faults.add("a window that begins after some step", "no step in after", step=name)
    if not step["after"] and step["role"] == "negative":
        faults.add("steps that a negative step must not come after", "no step in after", step=name)


def check_order(faults: Faults, steps: Sequence[Written], *, longest_days: int) -> None:
    """What the steps must be to each other: a partial order whose waits fit into the study."""
    roles = {step["id"]: step["role"] for step in steps}
    for step in steps:
        name = step["id"]
        for other in step["after"]:
            if other not in roles:
                near = get_close_matches(other, roles, n=1)
                hint = f" (nearest: {near[0]})" if near else ""
                faults.add(f"a step of the playbook in after{hint}", repr(other), step=name)
            elif roles[other] == "negative":
                expected = "steps in after that happen; a negative one must not"
                faults.add(expected, repr(other), step=name)
        for other in sorted({o for o in step["after"] if step["after"].count(o) > 1}):
            faults.add("each step in after once", f"{other!r} again", step=name)
    after = {step["id"]: [other for other in step["after"] if other in roles] for step in steps}
    if circle := _circle(after):
        faults.add("steps without a cycle", " after ".join(circle), step=circle[0])
        return
    _check_waits(faults, steps, after, longest_days)


def _circle(after: Mapping[str, Sequence[str]]) -> list[str]:
    """Steps that wait for each other, the first one again at the end; none where there are none."""
    left = dict(after)
    while free := [name for name, others in left.items() if not set(others) & set(left)]:
        for name in free:
            del left[name]
    if not left:
        return []
    walk = [next(iter(left))]
    while walk[-1] not in walk[:-1]:
        walk.append(next(other for other in left[walk[-1]] if other in left))
    return walk[walk.index(walk[-1]) :]


def _check_waits(
    faults: Faults, steps: Sequence[Written], after: Mapping[str, Sequence[str]], longest: int
) -> None:
    waits = {step["id"]: max(0, step["at_least_days"]) for step in steps}
    total: dict[str, int] = {}

    def waited(name: str) -> int:
        if name not in total:
            total[name] = waits[name] + max((waited(other) for other in after[name]), default=0)
        return total[name]

    for name in after:
        if waited(name) > longest and waits[name]:
            expected = f"a window that can be met within the {longest:,} days of the study"
            faults.add(expected, f"at least {total[name]:,} days after the first step", step=name)
