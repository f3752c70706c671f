"""One index, or many replicates of it.

A `Plan` holds a table, a recipe and the variations of a run. A replicate is a row of whole
numbers: for each variation which of its alternatives it takes. Replicates that have made the
same choices so far share the work (see `cohort`), so that thousands cost little more than the
different ones among them. The index itself is the one replicate in which nothing is varied.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sharedfuture.analyse.composite.cohort import Array, Cohort, Positions
from sharedfuture.analyse.composite.errors import CompositeError, RecipeRefused, ReplicateFailed
from sharedfuture.analyse.composite.framework import Level
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.variation import (
    BLOCK,
    MeasurementError,
    Variation,
)
from sharedfuture.analyse.composite.walk import Walk, Watch

_BLOCKS_KEPT = 4


@dataclass(frozen=True)
class Evaluated:
    """Scores of many replicates, held once for those that are the same.

    values  for each level from 2 up: (states, elements, rows), NaN where a row has no score
    of      for each level from 2 up: the state of each replicate
    """

    levels: tuple[Level, ...]
    values: tuple[Array, ...]
    of: tuple[Positions, ...]

    def scores(self, code: str) -> Array:
        """Scores of one element, (replicates, rows)."""
        states, of = self.states(code)
        return np.take(states, of, axis=0)

    def states(self, code: str) -> tuple[Array, Positions]:
        """The different scores of one element, (states, rows), and which each replicate has.

        Raises RecipeRefused where no level from 2 up has the element.
        """
        for number, level in enumerate(self.levels[1:]):
            if code in level.codes:
                return self.values[number][:, level.codes.index(code)], self.of[number]
        raise RecipeRefused(f"{code}: no such element above the indicators")


@dataclass(frozen=True)
class Plan:
    """A table, a recipe, and what is varied.

    Raises TableRefused where the table lacks an indicator, RecipeRefused where the recipe or the
    variations speak of what is not there, or two variations have one name.
    """

    table: Table
    recipe: Recipe
    variations: tuple[Variation, ...] = ()
    functions: Mapping[str, UserFunction] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        self.recipe.aggregate.require_fit(self.recipe.framework)
        names = [variation.name for variation in self.variations]
        if len(set(names)) < len(names):
            raise RecipeRefused(f"each variation has a name of its own, found {names}")
        for variation in self.variations:
            variation.require_fit(self.recipe, self.walk.table)

    @cached_property
    def walk(self) -> Walk:
        """What all replicates have in common, the table's columns in the framework's order.

        What a variation draws depends on the seed and its name, not on the other variations.
        """
        seeds = [_seed_of(self.seed, variation.name) for variation in self.variations]
        table = self.table.columns(self.recipe.framework.codes)
        return Walk(table, self.recipe, self.variations, self.functions, tuple(seeds))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many alternatives each variation has; this number itself stands for nominal."""
        return self.walk.counts

    @property
    def nominal(self) -> Positions:
        """The replicate in which nothing is varied, as the only row."""
        return np.array([self.counts], dtype=np.intp).reshape(1, len(self.counts))

    @cached_property
    def reference(self) -> Positions:
        """Where each variation is held while others vary, as the only row.

        That is the nominal recipe, but for a choice that does not have it among its alternatives:
        there it is the first one, so that what is held goes together with what varies.
        """
        row = [variation.reference(self.recipe) for variation in self.variations]
        return np.array([row], dtype=np.intp).reshape(1, len(row))

    def labels(self, replicate: Sequence[int] | Positions) -> dict[str, object]:
        """In words what a replicate has drawn, by the names of the variations."""
        return {
            variation.name: variation.label(int(alternative))
            for variation, alternative in zip(self.variations, replicate, strict=True)
        }

    def watched(self, watch: Watch) -> Evaluated:
        """The index itself, with `watch` told about each stage."""
        walk = replace(self.walk, watch=watch)
        start = Cohort.start(walk.table.values[None], np.zeros(1, dtype=np.intp))
        return _evaluated(walk, start, self.nominal)

    def evaluate(self, choices: Positions) -> Evaluated:
        """The scores of each replicate, a row of `choices` (replicates, variations).

        Raises ReplicateFailed with the first replicate that has no answer; nothing is dropped.
        """
        try:
            return self._evaluate(choices)
        except CompositeError as error:
            if not self.variations:
                raise
            at, problem = self._first_failing(choices, error)
            raise ReplicateFailed(str(problem), at, self.labels(choices[at])) from error

    def _first_failing(
        self, choices: Positions, error: CompositeError
    ) -> tuple[int, CompositeError]:
        """The first replicate that fails on its own, found by halving."""
        start, stop = 0, len(choices)
        while stop - start > 1:
            middle = (start + stop) // 2
            try:
                self._evaluate(choices[start:middle])
                start = middle
            except CompositeError as found:
                stop, error = middle, found
        return start, error

    def _evaluate(self, choices: Positions) -> Evaluated:
        measured = [at for at, v in enumerate(self.variations) if isinstance(v, MeasurementError)]
        if measured:
            return _joined(list(self._blocks(choices, measured)), len(choices))
        of = np.zeros(len(choices), dtype=np.intp)
        return _evaluated(self.walk, Cohort.start(self.walk.table.values[None], of), choices)

    def _blocks(
        self, choices: Positions, measured: Sequence[int]
    ) -> Iterator[tuple[Positions, Evaluated]]:
        """Replicates with tables of their own, as many tables at once as fit a core's cache."""
        drawn, of = np.unique(choices[:, measured], axis=0, return_inverse=True)
        order = np.argsort(of.reshape(-1), kind="stable")
        starts = np.arange(0, len(drawn) + BLOCK, BLOCK)
        ends = np.searchsorted(of.reshape(-1)[order], starts)
        for number, start in enumerate(starts[:-1]):
            replicates = order[ends[number] : ends[number + 1]]
            if replicates.size:
                values = self._drawn(drawn[start : start + BLOCK], measured)
                cohort = Cohort.start(values, of.reshape(-1)[replicates] - start)
                yield replicates, _evaluated(self.walk, cohort, choices[replicates])

    def _drawn(self, alternatives: Positions, measured: Sequence[int]) -> Array:
        """The tables that each row of alternatives stands for: (rows, indicators, units)."""
        table = self.walk.table
        first, *others = (self._tables(alternatives[:, at], of) for at, of in enumerate(measured))
        for tables in others:
            first = first + (tables - table.values)
        return first

    def _tables(self, alternatives: Positions, number: int) -> Array:
        """The tables of one variation's alternatives; the table itself for the nominal one."""
        variation, table = self.variations[number], self.walk.table
        blocks = [
            self._block(number, int(block))
            for block in np.unique(alternatives[alternatives < variation.count] // BLOCK)
        ]
        is_whole_block = len(blocks) == 1 and np.array_equal(
            alternatives, alternatives[0] + np.arange(len(alternatives))
        )
        if is_whole_block and alternatives[0] % BLOCK == 0 and alternatives[-1] < variation.count:
            return blocks[0][: len(alternatives)]
        values = np.repeat(table.values[None], len(alternatives), axis=0)
        numbers = np.unique(alternatives[alternatives < variation.count] // BLOCK)
        for block, tables in zip(numbers, blocks, strict=True):
            at = np.flatnonzero((alternatives // BLOCK == block) & (alternatives < variation.count))
            values[at] = tables[alternatives[at] % BLOCK]
        return values

    def _block(self, number: int, block: int) -> Array:
        """One block of drawn tables; the last ones are kept, since causes ask for them again."""
        key = (number, block)
        if key not in self._drawn_blocks:
            variation = self.variations[number]
            if not isinstance(variation, MeasurementError):
                raise TypeError(f"{variation.name} does not draw tables")
            if len(self._drawn_blocks) >= _BLOCKS_KEPT:
                del self._drawn_blocks[next(iter(self._drawn_blocks))]
            seed = self.walk.seeds[number]
            self._drawn_blocks[key] = variation.tables(self.walk.table, block, seed=seed)
        return self._drawn_blocks[key]

    @cached_property
    def _drawn_blocks(self) -> dict[tuple[int, int], Array]:
        return {}


def _seed_of(seed: int, name: str) -> int:
    sequence = np.random.SeedSequence([seed, *name.encode()])
    return int(sequence.generate_state(1, np.uint64)[0])


def _evaluated(walk: Walk, cohort: Cohort, choices: Positions) -> Evaluated:
    above = walk.levels(walk.stages(cohort, choices), choices)
    return Evaluated(
        walk.recipe.framework.levels,
        tuple(after.spread(walk.table.row_count) for after in above),
        tuple(after.of for after in above),
    )


def _joined(parts: Sequence[tuple[Positions, Evaluated]], count: int) -> Evaluated:
    """The results of all blocks as one, with the states numbered on."""
    levels = parts[0][1].levels
    values, of = [], []
    for level in range(len(levels) - 1):
        values.append(np.concatenate([part.values[level] for _, part in parts]))
        position, first = np.empty(count, dtype=np.intp), 0
        for replicates, part in parts:
            position[replicates] = part.of[level] + first
            first += len(part.values[level])
        of.append(position)
    return Evaluated(levels, tuple(values), tuple(of))
