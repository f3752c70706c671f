"""What can go wrong in a composite index, in one small tree.

CompositeError
├── TableRefused      the data or their metadata cannot be used: where, expected, found
├── RecipeRefused     the recipe cannot be used: where, expected, found
├── NotDefined        a method has no answer for these values; the indicators are named
└── ReplicateFailed   one replicate of an uncertainty run failed; it carries its recipe

All are `ValueError`s, so that a caller who knows nothing of this library can still catch them.
"""

from collections.abc import Sequence


class CompositeError(ValueError):
    """Base of all errors of the composite engine."""


class TableRefused(CompositeError):
    """The data or their metadata cannot be used."""


class RecipeRefused(CompositeError):
    """The recipe cannot be used."""


class NotDefined(CompositeError):
    """A method has no answer for these values.

    Functions on arrays know positions, not names: `positions` are the positions along the
    indicator axis. `named` gives the same error with the indicators' codes.
    """

    def __init__(self, says: str, positions: Sequence[int] = ()) -> None:
        self.says = says
        self.positions = tuple(int(position) for position in positions)
        super().__init__(says)

    def named(self, codes: Sequence[str]) -> "NotDefined":
        """The same error, with the codes of the indicators in front."""
        if not self.positions:
            return NotDefined(self.says)
        listed = ", ".join(codes[position] for position in self.positions)
        return NotDefined(f"{listed}: {self.says}")


class ReplicateFailed(CompositeError):
    """One replicate of an uncertainty run failed, and the run stopped; nothing is dropped.

    `choices` holds, by the name of each variation, what the replicate had drawn.
    """

    def __init__(self, says: str, replicate: int, choices: dict[str, object]) -> None:
        self.replicate = replicate
        self.choices = choices
        drawn = ", ".join(f"{name} = {value}" for name, value in choices.items())
        super().__init__(f"replicate {replicate} failed ({drawn}): {says}")
