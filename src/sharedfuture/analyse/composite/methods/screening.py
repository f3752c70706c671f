"""The first stages: values made comparable in size, and units with too little data left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

import msgspec
import numpy as np

from sharedfuture.analyse.composite.arrays.denominate import denominate
from sharedfuture.analyse.composite.arrays.screen import (
    Flags,
    availability_by_group,
    screen_by_missing,
    screen_by_missing_and_zeros,
    screen_by_zeros,
)
from sharedfuture.analyse.composite.errors import RecipeRefused, TableRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.setting import (
    Array,
    Outcome,
    Setting,
    StageRecord,
)

_ROUNDING = 1e-12


class Denominate(StageRecord, frozen=True, kw_only=True):
    """Divide each indicator that declares a denominator by that column of the table.

    `factors` multiplies the quotients of the indicators named, 1000 for "of a thousand people".
    """

    factors: Mapping[str, float] = msgspec.field(default_factory=dict)
    reason: str = ""

    def run(self, values: Array, setting: Setting) -> Outcome:
        """Denominated values; raises TableRefused for a denominator that the table lacks."""
        divided = [at for at, i in enumerate(setting.indicators) if i.denominator is not None]
        if not divided:
            raise RecipeRefused("denominate: no indicator declares a denominator")
        names = [setting.indicators[at].denominator or "" for at in divided]
        gone = sorted(set(names) - set(setting.table.denominators))
        if gone:
            raise TableRefused(
                f"denominators {', '.join(gone)}: not in the table, which has "
                f"{sorted(setting.table.denominators)}"
            )
        codes = [setting.indicators[at].code for at in divided]
        idle = sorted(set(self.factors) - set(codes))
        if idle:
            raise RecipeRefused(f"denominate: a factor for what is not divided: {', '.join(idle)}")
        return Outcome(
            denominate(
                values,
                np.stack([setting.table.denominators[name] for name in names]),
                positions=divided,
                factors=np.array([self.factors.get(code, 1.0) for code in codes]),
            )
        )


class ScreenBy(Enum):
    """What a unit must have enough of to stay: data, values that are not zero, or both."""

    MISSING = "missing"
    ZEROS = "zeros"
    EITHER = "either"


_RULES = {
    ScreenBy.MISSING: screen_by_missing,
    ScreenBy.ZEROS: screen_by_zeros,
    ScreenBy.EITHER: screen_by_missing_and_zeros,
}


class Covered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much of the hierarchy a unit must have besides: not all its data in one corner.

    At least `least_elements` of the elements of `level`, as a share, must have at least
    `least_available` of their indicators.
    """

    least_available: float
    least_elements: float
    level: int = 2

    def flags(self, values: Array, framework: Framework) -> Flags:
        """Which units have that much, (..., units)."""
        if not 2 <= self.level <= len(framework.levels):
            raise RecipeRefused(f"screen: level {self.level} is not in the hierarchy")
        at = {code: position for position, code in enumerate(framework.codes)}
        members = [
            [at[code] for code in framework.indicators_under(element)]
            for element in framework.levels[self.level - 1].codes
        ]
        is_enough = availability_by_group(values, members) >= self.least_available - _ROUNDING
        enough: Flags = is_enough.mean(axis=-2) >= self.least_elements - _ROUNDING
        return enough


class Screen(StageRecord, frozen=True, kw_only=True):
    """Leave out units with too little data; `include` and `exclude` go before the rules.

    The record of the outcome says for each unit what it had and whether it stays.
    """

    by: ScreenBy = ScreenBy.MISSING
    least_available: float
    least_nonzero: float = 0.0
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    covered: Covered | None = None
    reason: str = ""

    def run(self, values: Array, setting: Setting) -> Outcome:
        """The values as they are, with the `Screening` that says who stays."""
        units = setting.table.units
        unknown = sorted({*self.include, *self.exclude} - set(units))
        if unknown:
            raise RecipeRefused(f"screen: no such unit: {', '.join(unknown)}")
        found = _RULES[self.by](
            values,
            least_available_share=self.least_available,
            least_nonzero_share=self.least_nonzero,
            forced_in=_flags(units, self.include),
            forced_out=_flags(units, self.exclude),
        )
        if self.covered is not None:
            is_covered = self.covered.flags(values, setting.framework)
            stays = found.is_included & (is_covered | _flags(units, self.include))
            found = replace(found, is_included=stays)
        return Outcome(values, found)


def _flags(
    units: Sequence[str], named: Sequence[str]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([unit in named for unit in units], dtype=np.bool_)
