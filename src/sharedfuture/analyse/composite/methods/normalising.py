"""Indicators put on one scale, after their direction has been turned so that more is better."""

from collections.abc import Callable

import msgspec
import numpy as np

from sharedfuture.analyse.composite.arrays import normalise as arrays
from sharedfuture.analyse.composite.arrays import targets
from sharedfuture.analyse.composite.arrays.direction import (
    directed,
    directed_bounds,
    directed_target,
)
from sharedfuture.analyse.composite.arrays.ranking import Ties
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.methods.imputing import Periods, by_period
from sharedfuture.analyse.composite.methods.setting import (
    Array,
    Method,
    Outcome,
    Setting,
    StageRecord,
)
from sharedfuture.analyse.composite.methods.treating import require_known


class MinMax(Method, frozen=True, tag="minmax"):
    """The lowest value gets `low`, the highest `high`."""

    low: float = 0.0
    high: float = 100.0

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.minmax(values, low=self.low, high=self.high)


class ZScore(Method, frozen=True, tag="zscore"):
    """Standardised to a mean and a sample standard deviation."""

    mean: float = 0.0
    deviation: float = 1.0

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.zscore(values, mean=self.mean, deviation=self.deviation)


class Scaled(Method, frozen=True, tag="scaled"):
    """Rescaled so that the declared goalposts would get `low` and `high`; not cut."""

    low: float = 0.0
    high: float = 100.0

    def __call__(self, values: Array, setting: Setting) -> Array:
        lower, upper = _goalposts(setting)
        return arrays.scaled(values, lower=lower, upper=upper, low=self.low, high=self.high)


class Goalposts(Method, frozen=True, tag="goalposts"):
    """As `scaled`, but what lies outside the goalposts gets `low` or `high`."""

    low: float = 0.0
    high: float = 100.0

    def __call__(self, values: Array, setting: Setting) -> Array:
        lower, upper = _goalposts(setting)
        return targets.goalposts(values, lower=lower, upper=upper, low=self.low, high=self.high)


class Rank(Method, frozen=True, tag="rank"):
    """The rank from below, 1 for the worst value."""

    ties: Ties = Ties.MIN

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.rank_score(values, ties=self.ties)


class Borda(Method, frozen=True, tag="borda"):
    """How many units a unit stands above."""

    ties: Ties = Ties.MIN

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.borda(values, ties=self.ties)


class PercentileRank(Method, frozen=True, tag="percentile_rank"):
    """The share of the other units that a unit stands above."""

    ties: Ties = Ties.MIN

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.percentile_rank(values, ties=self.ties)


class DistanceToMaximum(Method, frozen=True, tag="distance_to_maximum"):
    """1 for the best unit, 0 for the lowest."""

    def __call__(self, values: Array, setting: Setting) -> Array:
        return targets.distance_to_maximum(values)


class DistanceToReference(Method, frozen=True, tag="distance_to_reference"):
    """1 for the reference unit; above 1 beyond it, unless `cap`."""

    unit: str
    cap: bool = False

    def __call__(self, values: Array, setting: Setting) -> Array:
        if self.unit not in setting.table.units:
            raise RecipeRefused(f"distance_to_reference: no such unit: {self.unit}")
        scores = targets.distance_to_reference(values, unit=setting.table.units.index(self.unit))
        return targets.capped(scores) if self.cap else scores


class DistanceToTarget(Method, frozen=True, tag="distance_to_target"):
    """1 at the target that each indicator declares; above 1 beyond it, unless `cap`."""

    cap: bool = True

    def __call__(self, values: Array, setting: Setting) -> Array:
        aim = directed_target(np.array(setting.declared("target")), setting.directions)
        scores = targets.distance_to_target(values, target=aim)
        return targets.capped(scores) if self.cap else scores


class OneSidedTarget(Method, frozen=True, tag="one_sided_target"):
    """`high` at the declared target or better; below it the score falls with the shortfall."""

    low: float = 0.0
    high: float = 100.0

    def __call__(self, values: Array, setting: Setting) -> Array:
        aim = directed_target(np.array(setting.declared("target")), setting.directions)
        return targets.one_sided_target(values, target=aim, low=self.low, high=self.high)


class TwoSidedTarget(Method, frozen=True, tag="two_sided_target"):
    """`high` between the declared goalposts; the score falls on both sides of them."""

    low: float = 0.0
    high: float = 100.0

    def __call__(self, values: Array, setting: Setting) -> Array:
        lower, upper = _goalposts(setting)
        return targets.two_sided_target(
            values, lower=lower, upper=upper, low=self.low, high=self.high
        )


class FractionOfMaximum(Method, frozen=True, tag="fraction_of_maximum"):
    """The share of the highest value."""

    def __call__(self, values: Array, setting: Setting) -> Array:
        return arrays.fraction_of_maximum(values)


class OwnNormaliser(Method, frozen=True, tag="function"):
    """A function of the caller's, by name: directed values in, scores of the same shape out."""

    name: str

    def __call__(self, values: Array, setting: Setting) -> Array:
        scores = np.asarray(setting.function(self.name)(values.copy()))
        if scores.shape != values.shape:
            raise NotDefined(
                f"{self.name}: expected scores of shape {values.shape}, found {scores.shape}",
                range(values.shape[-2]),
            )
        return scores


Normaliser = (
    MinMax | ZScore | Scaled | Goalposts | Rank | Borda | PercentileRank | DistanceToMaximum
    | DistanceToReference | DistanceToTarget | OneSidedTarget | TwoSidedTarget
    | FractionOfMaximum | OwnNormaliser
)  # fmt: skip


class NormaliseOnly(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another scale for some indicators."""

    codes: tuple[str, ...]
    by: Normaliser


class Normalise(StageRecord, frozen=True, kw_only=True):
    """Put all indicators on one scale, and the few named in `only` on another.

    In a panel all periods share one scale, so that scores can be compared over time, unless
    `periods` is apart.
    """

    by: Normaliser
    only: tuple[NormaliseOnly, ...] = ()
    periods: Periods = Periods.TOGETHER
    reason: str = ""

    def run(self, values: Array, setting: Setting) -> Outcome:
        """Scores of the same shape; raises NotDefined, with positions, where there are none."""
        is_turned = (setting.directions < 0).any()
        turned = directed(values, setting.directions) if is_turned else values
        if not self.only:
            return Outcome(by_period(self.by, turned, setting, self.periods))
        codes = [indicator.code for indicator in setting.indicators]
        special = require_known({only.codes: only for only in self.only}, codes, "normalise")
        sets: list[tuple[list[int], Callable[[Array, Setting], Array]]] = [
            ([codes.index(code) for code in only.codes], only.by) for only in self.only
        ]
        sets.append(([at for at, code in enumerate(codes) if code not in special], self.by))
        scores = np.empty_like(values)
        for positions, method in sets:
            part = turned[..., positions, :]
            try:
                scores[..., positions, :] = by_period(
                    method, part, setting.only(positions), self.periods
                )
            except NotDefined as error:
                raise NotDefined(error.says, [positions[at] for at in error.positions]) from error
        return Outcome(scores)


def _goalposts(setting: Setting) -> tuple[Array, Array]:
    posts = np.array(setting.declared("goalposts"))
    return directed_bounds(posts[:, 0], posts[:, 1], setting.directions)
