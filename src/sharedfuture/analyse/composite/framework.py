"""What an index is made of: indicators, the elements above them, and who belongs to whom.

A framework has levels. Level 1 holds the indicators, the last level one element: the index.
Every element but the index has a parent, which stands exactly one level higher. The wording
follows the Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused

Array = npt.NDArray[np.float64]


class Better(Enum):
    """Which way an indicator points; there is no default, a forgotten one inverts a ranking."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def sign(self) -> int:
        """+1 or -1: what the values are multiplied with before they are normalised."""
        return 1 if self is Better.HIGHER else -1


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: a column of the table.

    `weight` is relative to the siblings under the same parent. `denominator` names the column
    that the values are divided by. `target`, `goalposts` and `bounds` are in the unit of the
    data, as a reader would write them, and are used by the normalisers that need them.
    """

    code: str
    better: Better
    parent: str
    name: str = ""
    weight: float = 1.0
    unit: str = ""
    denominator: str | None = None
    target: float | None = None
    goalposts: tuple[float, float] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """A group of indicators or of other elements; the one without a parent is the index."""

    code: str
    parent: str | None = None
    name: str = ""
    weight: float = 1.0
    why: str = ""


@dataclass(frozen=True)
class Level:
    """One level: its codes in order, and for each the position of its parent a level higher.

    `parents` is empty on the last level. `weights` are the given ones, not normalised.
    """

    name: str
    codes: tuple[str, ...]
    parents: tuple[int, ...]
    weights: tuple[float, ...]

    def members(self, parent: int) -> tuple[int, ...]:
        """Positions on this level of the children of one element of the next level."""
        return self.children[parent]

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each element of the next level, the positions of its children on this one."""
        count = max(self.parents, default=-1) + 1
        return tuple(
            tuple(at for at, of in enumerate(self.parents) if of == parent)
            for parent in range(count)
        )


@dataclass(frozen=True)
class Framework:
    """Indicators and elements, checked, with their levels.

    Raises RecipeRefused where a code stands twice, a direction is missing, a parent is unknown or
    not exactly one level higher, the hierarchy is a circle, there is not exactly one index, an
    element has no children, or a weight is negative or not a number.
    """

    indicators: tuple[Indicator, ...]
    elements: tuple[Element, ...]
    level_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_codes(self)
        _check_directions(self)
        _check_parents(self)
        _check_weights(self)
        depth = len(self.levels)
        if self.level_names and len(self.level_names) != depth:
            raise RecipeRefused(
                f"levels: {len(self.level_names)} names given, the hierarchy has {depth} levels"
            )

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The levels from the indicators up to the index."""
        return tuple(_levels_of(self))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the indicators, in order."""
        return tuple(indicator.code for indicator in self.indicators)

    @cached_property
    def directions(self) -> Array:
        """+1 or -1 for each indicator."""
        return np.array([indicator.better.sign for indicator in self.indicators], dtype=float)

    @property
    def index_code(self) -> str:
        """Code of the element at the top."""
        return self.levels[-1].codes[0]

    @cached_property
    def entries(self) -> Mapping[str, "Indicator | Element"]:
        """Every indicator and element, by code."""
        return {entry.code: entry for entry in self._entries()}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Name of every indicator and element, the code where no name is given."""
        return {entry.code: entry.name or entry.code for entry in self._entries()}

    @cached_property
    def level_of(self) -> Mapping[str, int]:
        """Level of every code, the indicators' being 1."""
        return {code: at for at, level in enumerate(self.levels, 1) for code in level.codes}

    @cached_property
    def parent_of(self) -> Mapping[str, str | None]:
        """Parent of every code, None for the index."""
        return {entry.code: entry.parent for entry in self._entries()}

    def children_of(self, code: str) -> tuple[str, ...]:
        """Codes of the direct children of an element; none for an indicator."""
        return tuple(entry.code for entry in self._entries() if entry.parent == code)

    def indicators_under(self, code: str) -> tuple[str, ...]:
        """Codes of all indicators below an element; for an indicator, itself."""
        if code in self.codes:
            return (code,)
        under = [self.indicators_under(child) for child in self.children_of(code)]
        return tuple(found for part in under for found in part)

    def without(self, codes: Sequence[str]) -> "Framework":
        """The framework without these indicators or elements, all that lies below them, and
        whatever would be left without children.

        Raises RecipeRefused for a code that is not there, and where nothing would be left.
        """
        unknown = [code for code in codes if code not in self.level_of]
        if unknown:
            raise RecipeRefused(f"{', '.join(unknown)}: no such indicator or element to leave out")
        gone = {found for code in codes for found in self.indicators_under(code)}
        indicators = tuple(entry for entry in self.indicators if entry.code not in gone)
        if not indicators:
            raise RecipeRefused(f"without {', '.join(codes)} no indicator is left")
        kept = _ancestors_of(indicators, self.elements)
        elements = tuple(entry for entry in self.elements if entry.code in kept)
        return Framework(indicators, elements, self.level_names)

    def weighted(self, weights: Mapping[str, float]) -> "Framework":
        """The same framework with other weights for the codes named."""
        unknown = sorted(set(weights) - set(self.level_of))
        if unknown:
            raise RecipeRefused(f"{', '.join(unknown)}: a weight for what is not in the framework")
        return Framework(
            tuple(replace(i, weight=weights.get(i.code, i.weight)) for i in self.indicators),
            tuple(replace(e, weight=weights.get(e.code, e.weight)) for e in self.elements),
            self.level_names,
        )

    def _entries(self) -> Iterator[Indicator | Element]:
        yield from self.indicators
        yield from self.elements


def _ancestors_of(indicators: Sequence[Indicator], elements: Sequence[Element]) -> set[str]:
    parents = {element.code: element.parent for element in elements}
    kept: set[str] = set()
    for indicator in indicators:
        code: str | None = indicator.parent
        while code is not None and code not in kept:
            kept.add(code)
            code = parents[code]
    return kept


def _check_codes(framework: Framework) -> None:
    if not framework.indicators:
        raise RecipeRefused("indicators: at least one is needed, found none")
    codes = [entry.code for entry in framework._entries()]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise RecipeRefused(f"{', '.join(twice)}: each code may stand once, found more")
    if any(not code for code in codes):
        raise RecipeRefused("an indicator or element has an empty code")


def _check_directions(framework: Framework) -> None:
    for indicator in framework.indicators:
        if not isinstance(indicator.better, Better):
            raise RecipeRefused(
                f"{indicator.code}: expected a direction, higher or lower, found "
                f"{indicator.better!r}"
            )


def _check_parents(framework: Framework) -> None:
    parents = {element.code: element.parent for element in framework.elements}
    for entry in framework._entries():
        if entry.parent is not None and entry.parent not in parents:
            raise RecipeRefused(
                f"{entry.code}: unknown parent {entry.parent!r}; elements are {sorted(parents)}"
            )
    for code in parents:
        _require_no_circle(code, parents)
    tops = [code for code, parent in parents.items() if parent is None]
    if len(tops) != 1:
        raise RecipeRefused(f"exactly one element has no parent (the index), found {tops}")
    childless = sorted(set(parents) - {entry.parent for entry in framework._entries()})
    if childless:
        raise RecipeRefused(f"{', '.join(childless)}: an element without children")
    _require_levels(tops[0], framework)


def _require_levels(code: str, framework: Framework) -> int:
    """The level of a code; RecipeRefused where children below it stand on different levels."""
    levels = {child: _require_levels(child, framework) for child in framework.children_of(code)}
    if len(set(levels.values())) > 1:
        found = ", ".join(f"{child} on {level}" for child, level in levels.items())
        raise RecipeRefused(
            f"{code}: all its children must stand exactly one level lower, found {found}"
        )
    return 1 + max(levels.values(), default=0)


def _require_no_circle(code: str, parents: Mapping[str, str | None]) -> None:
    path = [code]
    while (above := parents[path[-1]]) is not None:
        if above in path:
            raise RecipeRefused(f"the hierarchy is a circle: {' > '.join([*path, above])}")
        path.append(above)


def _check_weights(framework: Framework) -> None:
    for entry in framework._entries():
        if not np.isfinite(entry.weight) or entry.weight < 0:
            raise RecipeRefused(f"{entry.code}: a weight is zero or more, found {entry.weight}")


def _levels_of(framework: Framework) -> Iterator[Level]:
    names = framework.level_names
    entries: Sequence[Indicator | Element] = framework.indicators
    number = 0
    while True:
        above = _parents_in_order(entries, framework.elements)
        position = {element.code: at for at, element in enumerate(above)}
        yield Level(
            names[number] if number < len(names) else f"Level {number + 1}",
            tuple(entry.code for entry in entries),
            tuple(position[entry.parent] for entry in entries if entry.parent is not None),
            tuple(entry.weight for entry in entries),
        )
        if not above:
            return
        entries = above
        number += 1


def _parents_in_order(
    entries: Sequence[Indicator | Element], elements: Sequence[Element]
) -> list[Element]:
    """The elements one level higher, in the order in which they were declared."""
    wanted = {entry.parent for entry in entries}
    return [element for element in elements if element.code in wanted]
