"""Outliers treated in one or two steps, with a log of every value that was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from sharedfuture.analyse.composite.arrays import transform
from sharedfuture.analyse.composite.arrays.outliers import Limits
from sharedfuture.analyse.composite.arrays.treat import (
    Step,
    Transforming,
    Treated,
    Winsorising,
    treat,
    treat_combined,
)
from sharedfuture.analyse.composite.arrays.winsorise import Cause
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.methods.imputing import Periods
from sharedfuture.analyse.composite.methods.setting import (
    Array,
    Method,
    Outcome,
    Setting,
    StageRecord,
)
from sharedfuture.analyse.composite.table import Positions


class Winsorise(Method, frozen=True, tag="winsorise"):
    """Draw in the ends until the test passes or `most_points` values were changed (None: all)."""

    most_points: int | None = 5

    def step(self, setting: Setting) -> Step:
        return Winsorising(self.most_points)


class LogOffset(Method, frozen=True, tag="log_offset"):
    """ln(x - lowest + 1 % of the range)."""

    def step(self, setting: Setting) -> Step:
        return Transforming("log_offset", transform.log_offset)


class LogPlainOffset(Method, frozen=True, tag="log_plain_offset"):
    """ln(x - lowest + 1)."""

    def step(self, setting: Setting) -> Step:
        return Transforming("log_plain_offset", transform.log_plain_offset)


class LogTowardsNormal(Method, frozen=True, tag="log_towards_normal"):
    """`log_offset` from the side of the long tail."""

    def step(self, setting: Setting) -> Step:
        return Transforming("log_towards_normal", transform.log_towards_normal)


class LogToMaximum(Method, frozen=True, tag="log_to_maximum"):
    """The logarithm of the Global Innovation Index."""

    factor: float = 1.0

    def step(self, setting: Setting) -> Step:
        return Transforming(
            "log_to_maximum", lambda rows: transform.log_to_maximum(rows, factor=self.factor)
        )


class BoxCox(Method, frozen=True, tag="box_cox"):
    """The Box-Cox transformation of x - lowest + 1."""

    exponent: float

    def step(self, setting: Setting) -> Step:
        return Transforming("box_cox", lambda rows: transform.box_cox(rows, self.exponent))


class OwnTransformation(Method, frozen=True, tag="function"):
    """A function of the caller's, by name: (rows, units) to the same shape."""

    name: str

    def step(self, setting: Setting) -> Step:
        return Transforming(self.name, setting.function(self.name))


Treatment = (
    Winsorise | LogOffset | LogPlainOffset | LogTowardsNormal | LogToMaximum | BoxCox
    | OwnTransformation
)  # fmt: skip


class TreatOnly(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Other steps for some indicators; no step at all leaves them as they are."""

    codes: tuple[str, ...]
    first: Treatment | None = None
    second: Treatment | None = None


# For each period (or for all): its rows, and the log of each set of indicators treated alike.
TreatLog = tuple[tuple[Positions, Sequence[tuple[list[int], Treated]]], ...]


@dataclass(frozen=True)
class Change:
    """One value that was changed: where, from what to what, and why."""

    code: str
    row: int
    old: float
    new: float
    cause: str


class Treat(StageRecord, frozen=True, kw_only=True):
    """Treat each indicator that fails the outlier test with `first`, then with `second`.

    An indicator fails where |skewness| and kurtosis are both at or above their limits. The
    second step starts from the original values unless `combine` says that it takes the first's
    result. The record of the outcome is a `TreatLog`.
    """

    first: Treatment = Winsorise()
    second: Treatment | None = LogOffset()
    skewness_limit: float = 2.0
    kurtosis_limit: float = 3.5
    combine: bool = False
    only: tuple[TreatOnly, ...] = ()
    periods: Periods = Periods.APART
    reason: str = ""

    def run(self, values: Array, setting: Setting) -> Outcome:
        """Treated values; raises NotDefined, with positions, where a step has no answer."""
        if self.periods is Periods.TOGETHER or not setting.table.is_panel:
            treated, logs = self._treated(values, setting)
            return Outcome(treated, ((np.arange(values.shape[-1]), logs),))
        parts = [
            (rows, *self._treated(values[..., rows], setting.rows(rows)))
            for rows in setting.table.rows_by_period.values()
        ]
        result = np.empty_like(values)
        for rows, treated, _ in parts:
            result[..., rows] = treated
        return Outcome(result, tuple((rows, logs) for rows, _, logs in parts))

    def _treated(
        self, values: Array, setting: Setting
    ) -> tuple[Array, Sequence[tuple[list[int], Treated]]]:
        limits = Limits(self.skewness_limit, self.kurtosis_limit)
        sets = self._sets(setting)
        if len(sets) == 1 and len(sets[0][0]) == values.shape[-2]:
            positions, first, second = sets[0]
            whole = _steps(values, setting, first, second, limits, combine=self.combine)
            return whole.values, [(positions, whole)]
        result, logs = values.copy(), []
        for positions, first, second in sets:
            part = values[..., positions, :]
            try:
                treated = _steps(part, setting, first, second, limits, combine=self.combine)
            except NotDefined as error:
                raise NotDefined(error.says, [positions[at] for at in error.positions]) from error
            result[..., positions, :] = treated.values
            logs.append((positions, treated))
        return result, logs

    def _sets(self, setting: Setting) -> list[tuple[list[int], Treatment, Treatment | None]]:
        """Positions of the indicators that are treated alike, with their steps."""
        codes = [indicator.code for indicator in setting.indicators]
        special = require_known({only.codes: only for only in self.only}, codes, "treat")
        sets = [
            ([codes.index(code) for code in only.codes], only.first, only.second)
            for only in self.only
            if only.first is not None
        ]
        rest = [at for at, code in enumerate(codes) if code not in special]
        return [
            (at, first, second)
            for at, first, second in [(rest, self.first, self.second), *sets]
            if at and first is not None
        ]


def require_known(
    only: Mapping[tuple[str, ...], object], codes: Sequence[str], stage: str
) -> set[str]:
    """The codes with settings of their own; RecipeRefused for an unknown or a double one."""
    named = [code for some in only for code in some]
    unknown = sorted(set(named) - set(codes))
    double = sorted({code for code in named if named.count(code) > 1})
    if unknown or double:
        at_fault = ", ".join(unknown or double)
        what = "no such indicator" if unknown else "settings of their own more than once"
        raise RecipeRefused(f"{stage}: {what}: {at_fault}")
    return set(named)


def _steps(
    values: Array,
    setting: Setting,
    first: Treatment,
    second: Treatment | None,
    limits: Limits,
    *,
    combine: bool,
) -> Treated:
    if combine and second is not None:
        return treat_combined(
            values, first=first.step(setting), second=second.step(setting), limits=limits
        )
    then = None if second is None else second.step(setting)
    return treat(values, first=first.step(setting), second=then, limits=limits)


def changes(record: TreatLog, codes: Sequence[str]) -> list[Change]:
    """Every changed value of one table, from the record of a `Treat`; states on the first axis."""
    found = []
    for rows, logs in record:
        for positions, treated in logs:
            log = treated.changes()
            for (*_, indicator, row), old, new, cause in zip(
                log.positions, log.old, log.new, log.causes, strict=True
            ):
                if old == new:  # a transformation can leave a value where it was
                    continue
                code, at = codes[positions[int(indicator)]], int(rows[int(row)])
                found.append(Change(code, at, float(old), float(new), _cause(int(cause))))
    return found


def _cause(cause: int) -> str:
    names = [flag.name.lower() for flag in Cause if flag & cause and flag.name is not None]
    return " and ".join(names)
