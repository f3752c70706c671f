"""How much each child counts in its parent: declared, judged by people, or found in the data.

Weights are relative to the siblings under the same parent. The methods that look at the data
take the normalised values of a level, each element's children on their own; on levels that
`levels` does not name, and for an only child, the framework's weights stand.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

import msgspec
import numpy as np

from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.setting import Array, Method, Setting, StageRecord
from sharedfuture.analyse.composite.weights.factor import factor_weights
from sharedfuture.analyse.composite.weights.information import critic_weights, entropy_weights
from sharedfuture.analyse.composite.weights.judgement import (
    budget_weights,
    combine_comparisons,
    comparison_weights,
)
from sharedfuture.analyse.composite.weights.optimise import Bounds, balanced_weights
from sharedfuture.analyse.composite.weights.pca import (
    first_component_weights,
    rotated_component_weights,
)


class _Declared(Method, frozen=True):
    """Weights that do not depend on the data."""

    reads_data: ClassVar[bool] = False


class _Found(Method, frozen=True):
    """Weights found in the values of the children of each element."""

    reads_data: ClassVar[bool] = True


class Given(_Declared, frozen=True, tag="given"):
    """The weights of the framework; `values` replaces those of the codes it names."""

    values: Mapping[str, float] = msgspec.field(default_factory=dict)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        framework = setting.framework
        weights = np.array(framework.levels[level - 1].weights, dtype=np.float64)
        for code, weight in self.values.items():
            if not 0.0 <= weight < np.inf:
                raise RecipeRefused(f"weigh: {code}: a weight is zero or more, found {weight}")
            if framework.level_of.get(code) == level:
                weights[framework.levels[level - 1].codes.index(code)] = weight
            elif code not in framework.level_of:
                raise RecipeRefused(f"weigh: no such indicator or element: {code}")
        return weights


class Equal(_Declared, frozen=True, tag="equal"):
    """The same weight for all children of an element."""

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        return np.ones(len(setting.framework.levels[level - 1].codes))


class Budgeted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people divided a budget of points among the children of one element."""

    parent: str
    people: tuple[Mapping[str, float], ...]


class Budget(_Declared, frozen=True, tag="budget"):
    """Budget allocation: the mean of people's shares; elsewhere the framework's weights."""

    judged: tuple[Budgeted, ...]

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        weights = Given()(level, values, setting)
        for judged in self.judged:
            _require_known({judged.parent: 0}, setting.framework)
            children = setting.framework.children_of(judged.parent)
            _require_all(judged.parent, children, [set(person) for person in judged.people])
            points = np.array([[person[c] for c in children] for person in judged.people])
            _put(weights, level, children, budget_weights(points).weights, setting)
        return weights


class Compared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people compared the children of one element, a reciprocal matrix for each person."""

    parent: str
    codes: tuple[str, ...]
    matrices: tuple[tuple[tuple[float, ...], ...], ...]


class Comparisons(_Declared, frozen=True, tag="ahp"):
    """Analytic hierarchy process; comparisons that do not fit together are refused.

    A consistency ratio above `greatest_ratio` (Saaty's limit is 0.1) raises RecipeRefused.
    """

    judged: tuple[Compared, ...]
    greatest_ratio: float = 0.1

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        weights = Given()(level, values, setting)
        for judged in self.judged:
            _require_known({judged.parent: 0}, setting.framework)
            children = setting.framework.children_of(judged.parent)
            _require_all(judged.parent, children, [set(judged.codes)])
            found = comparison_weights(combine_comparisons(np.array(judged.matrices)))
            if found.consistency_ratio > self.greatest_ratio:
                raise RecipeRefused(
                    f"{judged.parent}: the comparisons contradict each other: consistency ratio "
                    f"at most {self.greatest_ratio}, found {found.consistency_ratio:.3f}"
                )
            _put(weights, level, judged.codes, found.weights, setting)
        return weights


class FirstComponent(_Found, frozen=True, tag="first_component"):
    """The first principal component; an indicator that runs against the others is refused."""

    levels: tuple[int, ...] = (1,)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        return _by_parent(level, self.levels, values, setting, first_component_weights)


class RotatedComponents(_Found, frozen=True, tag="rotated_components"):
    """The Handbook's weights from varimax-rotated principal components."""

    count: int
    levels: tuple[int, ...] = (1,)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        def weigh(part: Array) -> Array:
            return rotated_component_weights(part, component_count=min(self.count, len(part)))

        return _by_parent(level, self.levels, values, setting, weigh)


class FactorAnalysis(_Found, frozen=True, tag="factor_analysis"):
    """The Handbook's weights from varimax-rotated maximum-likelihood factors."""

    count: int
    levels: tuple[int, ...] = (1,)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        def weigh(part: Array) -> Array:
            return factor_weights(part, factor_count=self.count)

        return _by_parent(level, self.levels, values, setting, weigh)


class Entropy(_Found, frozen=True, tag="entropy"):
    """Shannon entropy: the more unevenly the units share in it, the more an indicator counts."""

    levels: tuple[int, ...] = (1,)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        return _by_parent(level, self.levels, values, setting, entropy_weights)


class Critic(_Found, frozen=True, tag="critic"):
    """CRITIC: contrast within an indicator times conflict with the others."""

    levels: tuple[int, ...] = (1,)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        return _by_parent(level, self.levels, values, setting, critic_weights)


class Balanced(_Found, frozen=True, tag="balanced"):
    """Weights with which the children's correlations with their parent are as the given weights.

    The framework's weights are taken as the importance that each child is meant to have; every
    share stays between `least` and `most`.
    """

    least: float = 0.0
    most: float = 1.0
    levels: tuple[int, ...] = (1,)

    def __call__(self, level: int, values: Array, setting: Setting) -> Array:
        here = setting.framework.levels[level - 1]

        def weigh(part: Array, members: list[int]) -> Array:
            targets = [here.weights[member] for member in members]
            return balanced_weights(part, targets, bounds=Bounds(self.least, self.most)).weights

        if level not in self.levels:
            return Given()(level, values, setting)
        return _by_members(level, values, setting, weigh)


Weigher = (
    Given | Equal | Budget | Comparisons | FirstComponent | RotatedComponents | FactorAnalysis
    | Entropy | Critic | Balanced
)  # fmt: skip


class Weigh(StageRecord, frozen=True, kw_only=True):
    """Where the weights come from."""

    by: Weigher = Given()
    reason: str = ""

    @property
    def reads_data(self) -> bool:
        """Whether the weights depend on the values."""
        return self.by.reads_data

    def require_fit(self, framework: Framework) -> None:
        """Raise RecipeRefused where weights are to be found on a level that has no parents."""
        above = len(framework.levels) - 1
        for level in getattr(self.by, "levels", ()):
            if not 1 <= level <= above:
                raise RecipeRefused(f"weigh: level {level} is not one of 1 to {above}")

    def run(self, level: int, values: Array, setting: Setting) -> Array:
        """Weights of one level's codes for one table, (codes, rows) to (codes,)."""
        return self.by(level, values, setting)


def _by_parent(
    level: int,
    levels: tuple[int, ...],
    values: Array,
    setting: Setting,
    weigh: Callable[[Array], Array],
) -> Array:
    if level not in levels:
        return Given()(level, values, setting)
    return _by_members(level, values, setting, lambda part, _: weigh(part))


def _by_members(
    level: int, values: Array, setting: Setting, weigh: Callable[[Array, list[int]], Array]
) -> Array:
    here = setting.framework.levels[level - 1]
    weights = np.ones(len(here.codes))
    for parent, code in enumerate(setting.framework.levels[level].codes):
        members = list(here.members(parent))
        if len(members) == 1:
            continue
        try:
            weights[members] = weigh(values[members], members)
        except NotDefined as error:
            children = [here.codes[member] for member in members]
            raise NotDefined(f"weights of {code}: {error.named(children)}") from error
    return weights


def _put(
    weights: Array, level: int, codes: tuple[str, ...], found: Array, setting: Setting
) -> None:
    here = setting.framework.levels[level - 1].codes
    for code, weight in zip(codes, found, strict=True):
        if code in here:
            weights[here.index(code)] = weight


def _require_known(named: Mapping[str, float], framework: Framework) -> None:
    unknown = sorted(set(named) - set(framework.level_of))
    if unknown:
        raise RecipeRefused(f"weigh: no such indicator or element: {', '.join(unknown)}")


def _require_all(parent: str, children: tuple[str, ...], judged: list[set[str]]) -> None:
    for codes in judged:
        if codes != set(children):
            raise RecipeRefused(
                f"weigh: {parent}: a judgement is on all children and nothing else, expected "
                f"{', '.join(children)}, found {', '.join(sorted(codes))}"
            )
