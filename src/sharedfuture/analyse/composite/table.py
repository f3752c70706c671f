"""The data of an index: one row a unit, or a unit in a period; one column an indicator.

One shape only. A panel is a table whose rows are unit and period; a cross-section is a panel
of one period. Values are kept with the indicators on the first axis and the rows on the last,
which is how all array functions take them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import TableRefused

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Table:
    """Values of indicators for units; NaN is a missing value, infinity is refused.

    units            code of each row's unit; with `periods`, each unit and period stands once
    codes            codes of the indicators
    values           float64, shape (indicators, rows)
    names            names of the rows' units, the codes where not given
    periods          period of each row, as a number; empty for a cross-section
    groups           by name of a grouping: the group of each row, None where it has none
    denominators     by name: one number for each row
    standard_errors  standard error of each value, NaN where none is known; None: none known

    Raises TableRefused where shapes disagree, a row or a column stands twice, a value or a period
    is infinite, a period is missing, or a standard error is negative.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Array
    names: tuple[str, ...] = ()
    periods: tuple[float, ...] = ()
    groups: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    denominators: Mapping[str, Array] = field(default_factory=dict)
    standard_errors: Array | None = None

    def __post_init__(self) -> None:
        # A copy: whole numbers become floating ones, and the caller's array stays writable.
        object.__setattr__(self, "values", np.array(self.values, dtype=np.float64, order="C"))
        self.values.flags.writeable = False
        _check_shapes(self)
        _check_doubles(self)
        _check_finite(self)

    @property
    def row_count(self) -> int:
        """Number of rows: units, or units in periods."""
        return len(self.units)

    @property
    def is_panel(self) -> bool:
        """Whether there is more than one period."""
        return len(set(self.periods)) > 1

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Name of each row's unit, the code where there is no name."""
        return self.names or self.units

    @cached_property
    def rows_by_period(self) -> Mapping[float | None, Positions]:
        """Positions of the rows of each period, in order of time; one entry without periods."""
        if not self.periods:
            return {None: np.arange(self.row_count)}
        periods = np.array(self.periods)
        return {float(period): np.flatnonzero(periods == period) for period in np.unique(periods)}

    def group_numbers(self, grouping: str) -> Positions:
        """For each row a number for its group, -1 where it has none.

        Raises TableRefused for a grouping that the table does not have.
        """
        if grouping not in self.groups:
            raise TableRefused(f"no grouping {grouping!r}; the table has {sorted(self.groups)}")
        groups = self.groups[grouping]
        known = sorted({group for group in groups if group is not None})
        number = {group: at for at, group in enumerate(known)}
        return np.array([-1 if group is None else number[group] for group in groups], dtype=np.intp)

    def columns(self, codes: Sequence[str]) -> "Table":
        """The same rows with these indicators only, in this order.

        Raises TableRefused for an indicator that the table does not have.
        """
        if tuple(codes) == self.codes:
            return self
        gone = [code for code in codes if code not in self.codes]
        if gone:
            raise TableRefused(
                f"no column for {', '.join(gone)}; the table has {', '.join(self.codes)}"
            )
        at = [self.codes.index(code) for code in codes]
        errors = None if self.standard_errors is None else self.standard_errors[at]
        return replace(self, codes=tuple(codes), values=self.values[at], standard_errors=errors)

    def rows(self, positions: Sequence[int] | Positions) -> "Table":
        """The table of these rows only."""
        at = [int(position) for position in positions]
        errors = None if self.standard_errors is None else self.standard_errors[:, at]
        return replace(
            self,
            units=tuple(self.units[row] for row in at),
            values=self.values[:, at],
            names=tuple(self.names[row] for row in at) if self.names else (),
            periods=tuple(self.periods[row] for row in at) if self.periods else (),
            groups={key: tuple(of[row] for row in at) for key, of in self.groups.items()},
            denominators={key: of[at] for key, of in self.denominators.items()},
            standard_errors=errors,
        )


def _check_shapes(table: Table) -> None:
    expected = (len(table.codes), len(table.units))
    if not all(expected):
        raise TableRefused(f"expected at least one indicator and one unit, found {expected}")
    arrays = {"values": table.values.shape}
    if table.standard_errors is not None:
        arrays["standard_errors"] = table.standard_errors.shape
    for name, shape in arrays.items():
        if shape != expected:
            raise TableRefused(f"{name}: expected indicators x rows {expected}, found {shape}")
    lengths = {"names": table.names, "periods": table.periods}
    lengths |= {f"group {key}": of for key, of in table.groups.items()}
    sizes = {name: len(of) for name, of in lengths.items() if of}
    sizes |= {f"denominator {key}": len(of) for key, of in table.denominators.items()}
    for name, size in sizes.items():
        if size != len(table.units):
            raise TableRefused(f"{name}: expected {len(table.units)} entries, found {size}")


def _check_doubles(table: Table) -> None:
    rows: list[object] = list(
        zip(table.units, table.periods, strict=True) if table.periods else table.units
    )
    if len(set(rows)) < len(rows):
        twice = next(row for at, row in enumerate(rows) if row in rows[:at])
        raise TableRefused(f"{twice}: each unit and period may stand once, found it again")
    double = sorted({code for code in table.codes if table.codes.count(code) > 1})
    if double:
        raise TableRefused(f"{', '.join(double)}: each indicator may stand once, found more")


def _check_finite(table: Table) -> None:
    infinite = np.argwhere(np.isinf(table.values))
    if len(infinite):
        code, row = infinite[0]
        raise TableRefused(
            f"{table.codes[code]}: expected numbers, found infinity for {table.units[row]}"
            + (f" and {len(infinite) - 1} more" if len(infinite) > 1 else "")
        )
    unknown = np.flatnonzero(~np.isfinite(np.array(table.periods, dtype=np.float64)))
    if len(unknown):
        unit, period = table.units[unknown[0]], table.periods[unknown[0]]
        raise TableRefused(f"{unit}: expected a number as its period, found {period}")
    errors = table.standard_errors
    if errors is not None and bool((errors < 0).any() or np.isinf(errors).any()):
        code, row = np.argwhere((errors < 0) | np.isinf(errors))[0]
        raise TableRefused(
            f"{table.codes[code]}: a standard error is zero or more, "
            f"found {errors[code, row]} for {table.units[row]}"
        )
