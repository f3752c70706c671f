"""What a method may look at besides the values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.framework import Framework, Indicator
from sharedfuture.analyse.composite.table import Table

Array = npt.NDArray[np.float64]
UserFunction = Callable[..., Array]


class StageRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All choices of one stage, with the reason for them."""


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="method"):
    """A choice with its parameters; `tag` is how TOML names it under `method`."""


@dataclass(frozen=True)
class Setting:
    """The framework and the table that a method's values stand for.

    `positions` are the places in the framework of the indicators that are treated together;
    `functions` are the caller's own, by the name that the recipe uses.
    """

    framework: Framework
    table: Table
    positions: tuple[int, ...]
    functions: Mapping[str, UserFunction]

    @classmethod
    def of(
        cls, framework: Framework, table: Table, functions: Mapping[str, UserFunction]
    ) -> "Setting":
        """The setting of all indicators."""
        return cls(framework, table, tuple(range(len(framework.indicators))), functions)

    def only(self, positions: Sequence[int]) -> "Setting":
        """The same for some of the indicators."""
        return replace(self, positions=tuple(positions))

    def rows(self, positions: npt.NDArray[np.intp]) -> "Setting":
        """The same for some of the rows."""
        return replace(self, table=self.table.rows(positions))

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that are treated together."""
        return tuple(self.framework.indicators[position] for position in self.positions)

    @cached_property
    def directions(self) -> Array:
        """+1 or -1 for each of these indicators."""
        return self.framework.directions[list(self.positions)]

    def function(self, name: str) -> UserFunction:
        """The caller's function of this name; RecipeRefused where none was handed over."""
        if name not in self.functions:
            raise RecipeRefused(
                f"function {name!r}: not handed over; known are {sorted(self.functions)}"
            )
        return self.functions[name]

    def declared(self, field: str) -> list[float]:
        """What the framework declares for each of these indicators, such as its target.

        Raises RecipeRefused naming the indicators that declare nothing.
        """
        values = [getattr(indicator, field) for indicator in self.indicators]
        gone = [i.code for i, value in zip(self.indicators, values, strict=True) if value is None]
        if gone:
            raise RecipeRefused(f"{', '.join(gone)}: the method needs a {field}, found none")
        return values


@dataclass(frozen=True)
class Outcome:
    """What a stage gives: the values, and the stage's own record of what it did."""

    values: Array
    record: Any = None
