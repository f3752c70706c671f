"""Elements made of their children: by one function, or another one for a level or an element."""

import msgspec
import numpy as np

from sharedfuture.analyse.composite.arrays import frontier, mean, ordered, outrank, penalised
from sharedfuture.analyse.composite.arrays.missing import (
    MissingPolicy,
    MissingRule,
    apply_policy,
)
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.setting import Array, Method, Setting, StageRecord


class Arithmetic(Method, frozen=True, tag="arithmetic"):
    """Weighted arithmetic mean: children make up for each other fully."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return mean.arithmetic_mean(values, weights)


class Geometric(Method, frozen=True, tag="geometric"):
    """Weighted geometric mean, of values above zero: a low child is harder to make up for."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return mean.geometric_mean(values, weights)


class Harmonic(Method, frozen=True, tag="harmonic"):
    """Weighted harmonic mean, of values above zero."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return mean.harmonic_mean(values, weights)


class Power(Method, frozen=True, tag="power"):
    """Weighted power (generalised) mean."""

    exponent: float

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return mean.power_mean(values, weights, exponent=self.exponent)


class Median(Method, frozen=True, tag="median"):
    """The median of the children, which ignores their weights."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return ordered.median(values, weights)


class WeightedMedian(Method, frozen=True, tag="weighted_median"):
    """The weighted median of the children."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return ordered.weighted_median(values, weights)


class InterpolatedMedian(Method, frozen=True, tag="interpolated_median"):
    """The weighted median as R's matrixStats interpolates it."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return ordered.interpolated_median(values, weights)


class OrderedWeighted(Method, frozen=True, tag="ordered_weighted"):
    """Ordered weighted average; `position_weights` go from a unit's best child to its worst."""

    position_weights: tuple[float, ...]

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return ordered.ordered_weighted_average(
            values, weights, position_weights=np.array(self.position_weights)
        )


class Quantifier(Method, frozen=True, tag="quantifier"):
    """Ordered weighted average by the quantifier r^exponent: above 1 it leans to the worst child.

    Unlike `ordered_weighted` it serves elements with any number of children.
    """

    exponent: float

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        scores = np.empty((len(values), values.shape[-1]))
        patterns, of = np.unique(weights > 0, axis=0, return_inverse=True)
        for number, is_counted in enumerate(patterns):
            at = np.flatnonzero(of.reshape(-1) == number)
            # Without a weight there is no position; where nobody has one, the weights are refused.
            children = (
                np.flatnonzero(is_counted) if is_counted.any() else np.arange(len(is_counted))
            )
            positions = ordered.quantifier_weights(len(children), exponent=self.exponent)
            scores[at] = ordered.ordered_weighted_average(
                values[at].take(children, axis=1),
                weights[at].take(children, axis=1),
                position_weights=positions,
            )
        return scores


class MeanMin(Method, frozen=True, tag="mean_min"):
    """The mean, brought down towards the worst child (Casadio Tarabusi and Guarini)."""

    penalty: float
    complementarity: float = 0.0

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return ordered.mean_min(
            values, weights, penalty=self.penalty, complementarity=self.complementarity
        )


class Copeland(Method, frozen=True, tag="copeland"):
    """Copeland's score: units beaten less units lost to, on the weight of the children."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return outrank.copeland(values, weights)


class NetFlow(Method, frozen=True, tag="net_flow"):
    """Net outranking flow (PROMETHEE II, usual criterion)."""

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return outrank.net_flow(values, weights)


class PenalisedMean(Method, frozen=True, tag="penalised_mean"):
    """Mean less a penalty for imbalance between children: the aggregator of MPI and AMPI.

    The index of Mazziotta and Pareto is this over z-scores of mean 100 and deviation 10 (MPI) or
    goalposts of 70 and 130 (AMPI).
    """

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        return penalised.penalised_mean(values, weights)


class BenefitOfDoubt(Method, frozen=True, tag="benefit_of_doubt"):
    """Each unit weighed as suits it best, each child giving `least` to `most` of its score.

    Scores are 0 to 1. Given weights only say which children count: those above zero.
    """

    least: float = 0.0
    most: float = 1.0

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        scores = np.empty((len(values), values.shape[-1]))
        for at, (table, own) in enumerate(zip(values, weights, strict=True)):
            counted = table[own > 0]
            bounds = np.full((2, len(counted)), [[self.least], [self.most]])
            scores[at] = frontier.benefit_of_doubt_with_shares(
                counted, least=bounds[0], most=bounds[1]
            ).scores
        return scores


class OwnAggregator(Method, frozen=True, tag="function"):
    """A function of the caller's, by name: (..., children, rows) and weights to (..., rows)."""

    name: str

    def __call__(self, values: Array, weights: Array, setting: Setting) -> Array:
        scores = np.asarray(setting.function(self.name)(values.copy(), weights.copy()))
        expected = (*values.shape[:-2], values.shape[-1])
        if scores.shape != expected:
            raise NotDefined(
                f"{self.name}: expected scores of shape {expected}, found {scores.shape}"
            )
        return scores


Aggregator = (
    Arithmetic | Geometric | Harmonic | Power | Median | WeightedMedian | InterpolatedMedian
    | OrderedWeighted | Quantifier | MeanMin | Copeland | NetFlow | PenalisedMean
    | BenefitOfDoubt | OwnAggregator
)  # fmt: skip


class OnLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is different on one level (2 is the first above the indicators)."""

    level: int
    by: Aggregator | None = None
    missing: MissingRule | None = None
    least_share: float | None = None


class OnElement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another function for one element."""

    code: str
    by: Aggregator


class Aggregate(StageRecord, frozen=True, kw_only=True):
    """How children become an element, and which units have too few of them.

    `missing` says what happens to a unit that lacks some of the children: `drop` takes the mean
    of the others, `refuse` gives no score, `least_count` and `least_weight` give none below
    `least_share` of the children or of their weight, `raise` stops.
    """

    by: Aggregator
    missing: MissingRule = MissingRule.DROP
    least_share: float | None = None
    level: tuple[OnLevel, ...] = ()
    element: tuple[OnElement, ...] = ()
    reason: str = ""

    def require_fit(self, framework: Framework) -> None:
        """Raise RecipeRefused for a level or an element that is not there, or stands twice."""
        depth = len(framework.levels)
        named = [on.level for on in self.level], [on.code for on in self.element]
        for entries in named:
            if len(set(entries)) < len(entries):
                raise RecipeRefused(f"aggregate: each of {entries} may stand once, found more")
        for on in self.level:
            if not 2 <= on.level <= depth:
                raise RecipeRefused(f"aggregate: level {on.level} is not one of 2 to {depth}")
            self.policy(on.level)
        above = {element.code for element in framework.elements}
        unknown = sorted({on.code for on in self.element} - above)
        if unknown:
            raise RecipeRefused(f"aggregate: no such element: {', '.join(unknown)}")
        self.policy(2)

    def aggregator(self, level: int, code: str) -> Aggregator:
        """The function for one element: its own, its level's, or the general one."""
        for element in self.element:
            if element.code == code:
                return element.by
        on_level = self._on(level)
        return self.by if on_level is None or on_level.by is None else on_level.by

    def policy(self, level: int) -> MissingPolicy:
        """What happens on a level to units that lack some of the children."""
        on = self._on(level)
        if on is None or (on.missing is None and on.least_share is None):
            return MissingPolicy(self.missing, self.least_share)
        return MissingPolicy(on.missing or self.missing, on.least_share)

    def of_level(self, level: int, framework: Framework) -> "Aggregate":
        """What the record says of one level: equal for records that make it in the same way."""
        codes = framework.levels[level - 1].codes
        return msgspec.structs.replace(
            self,
            level=tuple(on for on in self.level if on.level == level),
            element=tuple(on for on in self.element if on.code in codes),
            reason="",
        )

    def _on(self, level: int) -> OnLevel | None:
        return next((on for on in self.level if on.level == level), None)

    def run(self, values: Array, weights: Array, level: int, setting: Setting) -> Array:
        """Scores of one level: (states, elements, rows) of (states, children, rows).

        `weights` has the shape (states, children). Only a row that lacks a child can be without a
        score. Raises NotDefined naming the element and the children where the function has no
        answer.
        """
        framework = setting.framework
        below, codes = framework.levels[level - 2], framework.levels[level - 1].codes
        scores = np.empty((len(values), len(codes), values.shape[-1]))
        for at, code in enumerate(codes):
            members = list(below.members(at))
            children = tuple(below.codes[member] for member in members)
            try:
                taken = apply_policy(
                    values[:, _slice(members)], weights[:, members], self.policy(level)
                )
                with np.errstate(over="ignore"):  # what is too large is infinite, and found
                    scores[:, at] = self.aggregator(level, code)(
                        taken, np.ascontiguousarray(weights[:, members]), setting
                    )
                _require_scores(taken, scores[:, at])
            except NotDefined as error:
                # Where no child is at fault alone, all of them together are.
                at_fault = NotDefined(error.says, error.positions or range(len(children)))
                raise NotDefined(f"{code}: {at_fault.named(children)}") from error
        return scores


def _require_scores(values: Array, scores: Array) -> None:
    """Raise NotDefined where a score is infinite, or missing though no child is."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = scores.sum()
    if np.isfinite(total):
        return
    is_lost = np.isinf(scores) | (np.isnan(scores) & ~np.isnan(values).any(axis=-2))
    if is_lost.any():
        raise NotDefined(f"no number for {int(is_lost.sum())} scores, though no child is missing")


def _slice(members: list[int]) -> slice | list[int]:
    """Neighbours as a slice, which needs no copy."""
    if members == list(range(members[0], members[-1] + 1)):
        return slice(members[0], members[-1] + 1)
    return members
