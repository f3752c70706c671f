"""A cohort of replicates taken through the stages of a recipe, and up the levels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sharedfuture.analyse.composite.arrays.screen import Screening
from sharedfuture.analyse.composite.cohort import Array, Cohort, Flags, Positions
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.methods.aggregating import Aggregate
from sharedfuture.analyse.composite.methods.setting import Outcome, Setting, UserFunction
from sharedfuture.analyse.composite.methods.weighing import Weigh
from sharedfuture.analyse.composite.numbering import number_choices, read_choices
from sharedfuture.analyse.composite.recipe import PARTS, Recipe
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.variation import Variation

# Told about each stage that was run: its name, what it gave, and for which rows.
Watch = Callable[[str, Outcome, Positions], None]


@dataclass(frozen=True)
class Walk:
    """What all replicates have in common: the table, the recipe, and what is varied.

    `multipliers` says, for each variation and level, what it multiplies the weights with:
    (alternatives, codes), or nothing.
    """

    table: Table
    recipe: Recipe
    variations: tuple[Variation, ...]
    functions: Mapping[str, UserFunction]
    seeds: tuple[int, ...]
    watch: Watch | None = None
    _settings: dict[bytes, Setting] = field(default_factory=dict)

    @cached_property
    def setting(self) -> Setting:
        """The setting of all indicators and all rows."""
        return Setting.of(self.recipe.framework, self.table, self.functions)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many alternatives each variation has; this number itself stands for nominal."""
        return tuple(variation.count for variation in self.variations)

    def stages(self, cohort: Cohort, choices: Positions) -> Cohort:
        """The cohort after all stages before aggregation."""
        for name in self.recipe.order:
            if self._varying[name] or self.recipe.part(name) is not None:
                cohort = self._stage(name, cohort, choices)
        return cohort

    def levels(self, cohort: Cohort, choices: Positions) -> list[Cohort]:
        """The cohort on each level from 2 up."""
        above = []
        for level in range(1, len(self.recipe.framework.levels)):
            cohort = self._level(level, cohort, choices)
            above.append(cohort)
        return above

    @cached_property
    def _varying(self) -> dict[str, list[int]]:
        """For each part of the recipe, the variations that replace it."""
        parts = [variation.parts() for variation in self.variations]
        return {name: [at for at, of in enumerate(parts) if name in of] for name in PARTS}

    def _stage(self, name: str, cohort: Cohort, choices: Positions) -> Cohort:
        stages, choice = self._alternatives(name, choices)

        def run(alternatives: Positions, values: Array, rows: Positions) -> Outcome:
            return self._run(name, stages[alternatives[0]], values, rows)

        def included(alternatives: Positions, values: Array, rows: Positions) -> Flags:
            record = run(alternatives, values, rows).record
            if isinstance(record, Screening):
                if not record.is_included.any(axis=-1).all():
                    raise NotDefined(f"screen: every one of {len(rows)} units is left out")
                return record.is_included
            return np.ones((len(values), len(rows)), dtype=np.bool_)

        if name == "screen":
            return cohort.restrict(choice, included)
        return cohort.advance(choice, lambda *batch: run(*batch).values)

    def _alternatives(self, part: str, choices: Positions) -> tuple[list[Any], Positions]:
        """The different records of one part of the recipe, and which each replicate has."""
        varied = self._varying[part]
        if not varied:
            return [self.recipe.part(part)], np.zeros(len(choices), dtype=np.intp)
        numbers, of = np.unique(number_choices(choices, varied, self.counts), return_inverse=True)
        digits = read_choices(numbers, varied, self.counts)
        return [self._record(part, row) for row in digits], of.reshape(-1)

    def _record(self, part: str, alternatives: Positions) -> Any:
        """One part of the recipe with an alternative of each of its variations in place."""
        record = self.recipe.part(part)
        for at, alternative in zip(self._varying[part], alternatives.tolist(), strict=True):
            if alternative < self.counts[at]:
                record = self.variations[at].replaced(part, record, alternative)
        return record

    def _run(self, name: str, stage: Any, values: Array, rows: Positions) -> Outcome:
        if stage is None:
            return Outcome(values)
        try:
            with np.errstate(over="ignore"):  # what is too large is infinite, and found
                outcome: Outcome = stage.run(values, self.setting_of(rows))
            _require_numbers(name, values, outcome.values)
        except NotDefined as error:
            raise NotDefined(f"{name}: {error.named(self.recipe.framework.codes)}") from error
        if self.watch is not None:
            self.watch(name, outcome, rows)
        return outcome

    def setting_of(self, rows: Positions) -> Setting:
        """The setting of some of the rows."""
        if len(rows) == self.table.row_count:
            return self.setting
        key = rows.tobytes()
        if key not in self._settings:
            self._settings[key] = self.setting.rows(rows)
        return self._settings[key]

    def _level(self, level: int, cohort: Cohort, choices: Positions) -> Cohort:
        """From one level to the next; replicates that differ in weights only are run at once."""
        aggregates, how = self._aggregates(level, choices)
        weights = self._weights(level, choices)

        def run(alternatives: Positions, values: Array, rows: Positions) -> Array:
            here = self.setting_of(rows)
            taken = weights.taken(alternatives % weights.count, level, values, here)
            chosen = aggregates[alternatives[0] // weights.count]
            scores: Array = chosen.run(values, taken, level + 1, here)
            return scores

        alternatives = np.arange(len(aggregates) * weights.count)
        batch = alternatives // weights.count * len(weights.records)
        batch += weights.record_of[alternatives % weights.count]
        return cohort.advance(how * weights.count + weights.of, run, batch=batch)

    def _aggregates(self, level: int, choices: Positions) -> tuple[list[Aggregate], Positions]:
        """The records that differ in how they make the next level, and which each replicate has."""
        records, of = self._alternatives("aggregate", choices)
        different: list[Aggregate] = []
        number = np.empty(len(records), dtype=np.intp)
        for at, record in enumerate(records):
            record.require_fit(self.recipe.framework)
            here = record.of_level(level + 1, self.recipe.framework)
            if here not in different:
                different.append(here)
            number[at] = different.index(here)
        return different, number[of]

    def _weights(self, level: int, choices: Positions) -> "_Weights":
        """The different weights of one level; declared ones are all of one batch."""
        weighing = self._varying["weigh"]
        factors = {at: self._factor(at, level) for at in range(len(self.variations))}
        columns = [*weighing, *(at for at, factor in factors.items() if factor is not None)]
        if not columns:
            return self._same_weights(level, len(choices))
        numbers, of = np.unique(number_choices(choices, columns, self.counts), return_inverse=True)
        digits = read_choices(numbers, columns, self.counts)
        rows = np.ones((len(numbers), len(self.recipe.framework.levels[level - 1].codes)))
        for digit, at in enumerate(columns):
            factor = factors[at]
            if factor is not None:
                rows *= factor[digits[:, digit]]
        records: list[Weigh | None] = [None]
        record_of = np.zeros(len(numbers), dtype=np.intp)
        chosen, which = np.unique(digits[:, : len(weighing)], axis=0, return_inverse=True)
        for number, alternatives in enumerate(chosen):
            sets = np.flatnonzero(which.reshape(-1) == number)
            record, declared = self._declared(level, alternatives)
            if declared is None:
                record_of[sets] = len(records)
                records.append(record)
            else:
                rows[sets] *= declared
        return _Weights.of_sets(rows, records, record_of, of.reshape(-1))

    def _same_weights(self, level: int, count: int) -> "_Weights":
        """The weights of one level where no replicate has others."""
        record, declared = self._declared(level, np.empty(0, dtype=np.intp))
        nobody, everybody = np.zeros(1, dtype=np.intp), np.zeros(count, dtype=np.intp)
        if declared is not None:
            return _Weights(declared[None], everybody, [None], nobody)
        ones = np.ones((1, len(self.recipe.framework.levels[level - 1].codes)))
        return _Weights(ones, everybody, [record], nobody)

    def _declared(self, level: int, alternatives: Positions) -> tuple[Weigh, Array | None]:
        """A `Weigh` record, and its weights of a level where they do not depend on the data."""
        key = (level, *alternatives.tolist())
        if key not in self._weighed:
            record: Weigh = self._record("weigh", alternatives)
            record.require_fit(self.recipe.framework)
            found = None
            if not record.reads_data:
                found = record.run(level, self.table.values, self.setting)
            self._weighed[key] = (record, found)
        return self._weighed[key]

    @cached_property
    def _weighed(self) -> dict[tuple[int, ...], tuple[Weigh, Array | None]]:
        return {}

    def _factor(self, at: int, level: int) -> Array | None:
        """What a variation multiplies the weights with, and a last row of ones for nominal."""
        key = (at, level)
        if key not in self._factors:
            variation = self.variations[at]
            factor = variation.multipliers(self.recipe.framework, level, seed=self.seeds[at])
            if factor is not None:
                factor = np.concatenate([factor, np.ones((1, factor.shape[1]))])
            self._factors[key] = factor
        return self._factors[key]

    @cached_property
    def _factors(self) -> dict[tuple[int, int], Array | None]:
        return {}


@dataclass(frozen=True)
class _Weights:
    """The different sets of weights of one level.

    factors    (sets, codes): declared weights, or what weights found in the data are times
    of         (replicates,): the set of each replicate
    records    None for declared weights, then the records that look at the data
    record_of  (sets,): the record of each set
    """

    factors: Array
    of: Positions
    records: Sequence[Weigh | None]
    record_of: Positions

    @classmethod
    def of_sets(
        cls,
        factors: Array,
        records: Sequence[Weigh | None],
        record_of: Positions,
        of: Positions,
    ) -> "_Weights":
        """The sets, those that are the same on this level taken together."""
        keys, same = np.unique(np.column_stack([record_of, factors]), axis=0, return_inverse=True)
        same = same.reshape(-1)
        return cls(keys[:, 1:].copy(), same[of], records, keys[:, 0].astype(np.intp))

    @property
    def count(self) -> int:
        return len(self.factors)

    def taken(self, sets: Positions, level: int, values: Array, setting: Setting) -> Array:
        """The weights of each state, (states, codes); all have the same record."""
        factors: Array = self.factors[sets]
        record = self.records[self.record_of[sets[0]]]
        if record is None:
            return factors
        found = np.stack([record.run(level, table, setting) for table in values])
        weights: Array = factors * found
        return weights


def _require_numbers(stage: str, before: Array, after: Array) -> None:
    """Raise NotDefined where a stage made a present value infinite or missing."""
    if after.shape != before.shape:
        raise NotDefined(f"expected values of shape {before.shape}, found {after.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        total = after.sum()
    if np.isfinite(total):
        return
    is_lost = np.isinf(after)
    if stage != "denominate":
        is_lost |= np.isnan(after) & ~np.isnan(before)
    if is_lost.any():
        positions = np.flatnonzero(is_lost.any(axis=(0, 2)))
        raise NotDefined(f"no number for {int(is_lost.sum())} values", positions.tolist())
