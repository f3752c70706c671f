"""What an uncertainty run varies: choices of the recipe, weights, the data themselves.

Every variation has a number of alternatives, and a replicate takes one of each. What comes from
a continuum (noise on weights, errors of measurement) is drawn beforehand, as often as there are
alternatives; so every replicate can be named by whole numbers, repeated exactly, and computed
once where two are the same. One number beyond the last alternative stands for the nominal recipe.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.recipe import Recipe, converted, replaced, split_path
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.perturb import (
    bootstrap_positions_within,
    count_positions,
    draw_bounded_errors,
    draw_dirichlet_weights,
    draw_noisy_weights,
    draw_normal_errors,
)

Array = npt.NDArray[np.float64]

# Errors of measurement are drawn for this many alternatives at once, from a stream of their own.
BLOCK = 256


class Varied(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="method", kw_only=True
):
    """What all variations have: a name, a reason, and a number of alternatives."""

    name: str
    reason: str = ""

    @property
    def count(self) -> int:
        """How many alternatives there are."""
        raise NotImplementedError

    def require_fit(self, recipe: Recipe, table: Table) -> None:
        """Raise RecipeRefused where there is no alternative, or one speaks of what is not there."""
        if self.count < 1:
            raise RecipeRefused(f"{self.name}: expected at least one alternative, found none")

    def parts(self) -> frozenset[str]:
        """The parts of the recipe that are replaced."""
        return frozenset()

    def reference(self, recipe: Recipe) -> int:
        """The alternative that the variation is held at while others vary: nominal."""
        return self.count

    def label(self, alternative: int) -> str:
        """The alternative in words; beyond the last one it is the nominal recipe."""
        return "nominal" if alternative == self.count else f"draw {alternative + 1}"

    def replaced(self, part: str, record: Any, alternative: int) -> Any:
        """One part of the recipe with the alternative's choice in place."""
        return record

    def multipliers(self, framework: Framework, level: int, *, seed: int) -> Array | None:
        """What the weights of a level's codes are multiplied with, (alternatives, codes)."""
        return None


class Choice(Varied, frozen=True, kw_only=True, tag="choice"):
    """One of several values in one place of the recipe, such as `treat.first.most_points`.

    With an empty path each of `among` is a mapping of paths to values that belong together.
    """

    path: str = ""
    among: tuple[Any, ...]
    labels: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many alternatives there are."""
        return len(self.among)

    def require_fit(self, recipe: Recipe, table: Table) -> None:
        """As for all variations; each value is also of the type that its place has."""
        super().require_fit(recipe, table)
        if self.labels and len(self.labels) != self.count:
            raise RecipeRefused(
                f"{self.name}: expected {self.count} labels, found {len(self.labels)}"
            )
        for value in self.among:
            if not self.path and not isinstance(value, Mapping):
                raise RecipeRefused(f"{self.name}: expected a path, found none for {value!r}")
            changed = recipe
            for path, of in (value if not self.path else {self.path: value}).items():
                part, rest = split_path(path)
                if rest:
                    converted(changed.part(part), rest, of, f"{self.name}: {path}")
                changed = changed.replaced(path, of)

    def values(self, alternative: int) -> Mapping[str, Any]:
        """Paths and values of one alternative."""
        value = self.among[alternative]
        return {self.path: value} if self.path else value

    def parts(self) -> frozenset[str]:
        """The parts of the recipe that are replaced."""
        paths = {path for at in range(self.count) for path in self.values(at)}
        return frozenset(split_path(path)[0] for path in paths)

    def reference(self, recipe: Recipe) -> int:
        """Nominal if it is among the alternatives, else the first of them."""
        for alternative in range(self.count):
            if all(
                self.replaced(part, recipe.part(part), alternative) == recipe.part(part)
                for part in self.parts()
            ):
                return alternative
        return 0

    def label(self, alternative: int) -> str:
        """The label given, or the value as the recipe would write it."""
        if alternative == self.count:
            return "nominal"
        if self.labels:
            return self.labels[alternative]
        return _in_words(self.among[alternative])

    def replaced(self, part: str, record: Any, alternative: int) -> Any:
        """One part of the recipe with the alternative's choice in place."""
        for path, value in self.values(alternative).items():
            start, rest = split_path(path)
            if start == part:
                record = replaced(record, rest, value, path)
        return record


class NoisyWeights(Varied, frozen=True, kw_only=True, tag="noisy_weights"):
    """Every weight of some levels times 1 + u, u uniform within plus or minus `noise`."""

    noise: float
    levels: tuple[int, ...]
    sets: int = 100

    @property
    def count(self) -> int:
        """How many sets of weights are drawn."""
        return self.sets

    def multipliers(self, framework: Framework, level: int, *, seed: int) -> Array | None:
        """1 + u for each code of the level."""
        if level not in self.levels:
            return None
        generator = np.random.default_rng([seed, level])
        codes = len(framework.levels[level - 1].codes)
        return draw_noisy_weights(
            np.ones(codes), self.noise, replicates=self.sets, generator=generator
        )


class DirichletWeights(Varied, frozen=True, kw_only=True, tag="dirichlet_weights"):
    """The weights of each element's children drawn from a Dirichlet distribution around them.

    With `concentration` equal to the number of children and equal weights, every division of
    the whole is equally likely; larger ones keep closer to the recipe's weights.
    """

    concentration: float
    levels: tuple[int, ...]
    sets: int = 100

    @property
    def count(self) -> int:
        """How many sets of weights are drawn."""
        return self.sets

    def multipliers(self, framework: Framework, level: int, *, seed: int) -> Array | None:
        """Drawn over nominal weights, for each code of the level."""
        if level not in self.levels:
            return None
        generator = np.random.default_rng([seed, level])
        here = framework.levels[level - 1]
        nominal = np.array(here.weights)
        drawn = np.ones((self.sets, len(nominal)))
        for parent in range(len(framework.levels[level].codes)):
            members = list(here.members(parent))
            if np.count_nonzero(nominal[members]) > 1:
                shares = nominal[members] / nominal[members].sum()
                weights = draw_dirichlet_weights(
                    shares,
                    concentration=self.concentration,
                    replicates=self.sets,
                    generator=generator,
                )
                drawn[:, members] = weights / np.where(shares > 0, shares, 1.0)
        return drawn


class ResampledIndicators(Varied, frozen=True, kw_only=True, tag="resampled_indicators"):
    """The indicators of each element drawn anew, with replacement: had others been chosen."""

    sets: int = 100

    @property
    def count(self) -> int:
        """How many times the indicators are drawn."""
        return self.sets

    def multipliers(self, framework: Framework, level: int, *, seed: int) -> Array | None:
        """How often each indicator was drawn."""
        if level != 1:
            return None
        here = framework.levels[0]
        drawn = bootstrap_positions_within(
            here.parents, replicates=self.sets, generator=np.random.default_rng(seed)
        )
        return count_positions(drawn, len(here.codes))


class LeaveOut(Varied, frozen=True, kw_only=True, tag="leave_out"):
    """Some indicators or elements left out in turn, by a weight of zero.

    `codes` names them, or `of_level` takes all of a level (1 is the indicators'), as a recipe file
    without codes asks for.
    """

    level: int = 1
    codes: tuple[str, ...] = ()

    def of_level(self, framework: Framework) -> "LeaveOut":
        """The same for all codes of its level; RecipeRefused where there is none, or the index."""
        levels = framework.levels
        if not 1 <= self.level < len(levels):
            raise RecipeRefused(
                f"{self.name}: level {self.level} is not one of 1 to {len(levels) - 1}"
            )
        return msgspec.structs.replace(self, codes=levels[self.level - 1].codes)

    def require_fit(self, recipe: Recipe, table: Table) -> None:
        """As for all variations; what is left out is there, and leaves something of the index."""
        super().require_fit(recipe, table)
        for code in self.codes:
            _without_siblings(recipe.framework, code)

    @property
    def count(self) -> int:
        """How many are left out in turn."""
        return len(self.codes)

    def label(self, alternative: int) -> str:
        """The code that is left out."""
        return "nominal" if alternative == self.count else f"without {self.codes[alternative]}"

    def multipliers(self, framework: Framework, level: int, *, seed: int) -> Array | None:
        """Zero for what is left out; an only child takes its parent with it."""
        here = framework.levels[level - 1]
        weights = np.ones((self.count, len(here.codes)))
        for row, code in enumerate(self.codes):
            gone = _without_siblings(framework, code)
            if gone in here.codes:
                weights[row, here.codes.index(gone)] = 0.0
        return weights if (weights == 0).any() else None


class MeasurementError(Varied, frozen=True, kw_only=True, tag="measurement_error"):
    """Every value with a standard error is drawn anew around itself, independently.

    `codes` names the indicators, all that have standard errors by default. `bounds` keeps the
    draws of an indicator within limits that its scale has, by a truncated normal distribution.
    """

    sets: int
    codes: tuple[str, ...] = ()
    bounds: Mapping[str, tuple[float, float]] = msgspec.field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many tables are drawn."""
        return self.sets

    def require_fit(self, recipe: Recipe, table: Table) -> None:
        """As for all variations; the table has standard errors for the indicators."""
        super().require_fit(recipe, table)
        self._drawn(table)

    def tables(self, table: Table, block: int, *, seed: int) -> Array:
        """One block of drawn tables, (BLOCK, indicators, rows).

        Raises RecipeRefused where the table has no standard errors for the indicators.
        """
        generator = np.random.default_rng([seed, block])
        at, errors = self._drawn(table)
        drawn = draw_normal_errors(table.values, errors, replicates=BLOCK, generator=generator)
        for position in at:
            if table.codes[position] in self.bounds:
                drawn[:, position] = draw_bounded_errors(
                    table.values[[position]],
                    errors[[position]],
                    bounds=self.bounds[table.codes[position]],
                    replicates=BLOCK,
                    generator=generator,
                )[:, 0]
        return drawn

    def _drawn(self, table: Table) -> tuple[list[int], Array]:
        """Positions of the indicators that are drawn, and standard errors, 0 where none are."""
        if table.standard_errors is None:
            raise RecipeRefused(f"{self.name}: the table has no standard errors")
        errors = np.nan_to_num(table.standard_errors, nan=0.0)
        codes = self.codes or table.codes
        unknown = sorted({*codes, *self.bounds} - set(table.codes))
        if unknown:
            raise RecipeRefused(f"{self.name}: no such indicator: {', '.join(unknown)}")
        at = [position for position, code in enumerate(table.codes) if code in codes]
        at = [position for position in at if errors[position].any()]
        exact = sorted(set(self.codes) - {table.codes[position] for position in at})
        if exact or not at:
            named = ", ".join(exact) or "every indicator"
            raise RecipeRefused(f"{self.name}: no standard errors above 0 for {named}")
        kept = np.isin(np.arange(len(table.codes)), at)
        return at, np.where(kept[:, None], errors, 0.0)


Variation = (
    Choice | NoisyWeights | DirichletWeights | ResampledIndicators | LeaveOut | MeasurementError
)


def _without_siblings(framework: Framework, code: str) -> str:
    """The code, or the highest element above it of which it is the only descendant."""
    if code not in framework.level_of:
        raise RecipeRefused(f"{code}: no such indicator or element to leave out")
    while (parent := framework.parent_of[code]) is not None and len(
        framework.children_of(parent)
    ) == 1:
        code = parent
    if parent is None:
        raise RecipeRefused(f"{code}: without it nothing is left of the index")
    return code


def _in_words(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, msgspec.Struct):
        return _in_words(msgspec.to_builtins(value))
    if isinstance(value, Mapping):
        if set(value) == {"method"}:
            return str(value["method"])
        named = value.get("method") or value.get("by")
        rest = {key: of for key, of in value.items() if key not in ("method", "by", "reason")}
        rest = {key: of for key, of in rest.items() if of or (of == 0 and of is not False)}
        if named is not None and not isinstance(named, str):
            return _in_words(named)
        shown = ", ".join(f"{key} {_in_words(of)}" for key, of in rest.items())
        return f"{named} ({shown})" if named and shown else named or shown
    return str(value)
