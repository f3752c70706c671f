"""COINr's ASEM example as a table and a recipe of ours, and the alternatives of its runs."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.inputs import coinr_of
from tests.conformance.coinr import Golden

LEVELS = ("Indicator", "Pillar", "Sub-index", "Index")
ORDER = ("denominate", "impute", "screen", "treat", "normalise")
ONE_TO_HUNDRED = ci.normalisers.MinMax(low=1.0, high=100.0)
ARITHMETIC, GEOMETRIC = ci.aggregators.Arithmetic(), ci.aggregators.Geometric()
WINSORISE = ci.treatments.Winsorise


@dataclass(frozen=True)
class Asem:
    """COINr's example, and its nominal recipe."""

    golden: Golden
    table: ci.Table
    framework: ci.Framework

    @cached_property
    def again(self) -> Golden:
        """The recorded tables, for those that other tests count."""
        return Golden(self.golden.folder)

    @cached_property
    def recipe(self) -> ci.Recipe:
        """The steps of `build_example_coin`."""
        return ci.Recipe(
            id="asem",
            framework=self.framework,
            order=ORDER,
            denominate=ci.screens.Denominate(),
            impute=ci.imputers.Impute(by=ci.imputers.GroupMean(group="EurAsia_group")),
            screen=ci.screens.Screen(least_available=0.9),
            treat=ci.treatments.Treat(first=WINSORISE(most_points=5)),
            normalise=ci.normalisers.Normalise(by=ci.normalisers.MinMax()),
            aggregate=ci.aggregators.Aggregate(by=ARITHMETIC),
        )

    @cached_property
    def nominal(self) -> ci.Scored:
        return ci.score(self.table, self.recipe)

    @cached_property
    def variations(self) -> tuple[ci.Choice, ...]:
        """The alternatives that COINr's sensitivity runs had, `SPECS`."""
        scales = ONE_TO_HUNDRED, ci.normalisers.ZScore(mean=10.0, deviation=2.0)
        return (
            ci.Choice(name="winmax", path="treat.first.most_points", among=(1, 2, 3, 4, 5)),
            ci.Choice(name="f_n", path="normalise.by", among=scales),
            ci.Choice(name="weight_rep", path="weigh.by.values", among=self.noisy_weights),
            ci.Choice(name="f_ag", path="aggregate.by", among=(ARITHMETIC, GEOMETRIC)),
        )

    @cached_property
    def noisy_weights(self) -> tuple[dict[str, float], ...]:
        sets: dict[str, dict[str, float]] = {}
        for record in self.golden.records("sens_noisy_weights_L2plus"):
            sets.setdefault(record["rep"], {})[record["iCode"]] = float(record["Weight"])
        return tuple(sets[str(replicate)] for replicate in range(1, len(sets) + 1))

    @cached_property
    def plan(self) -> ci.Plan:
        return ci.Plan(self.table, self.recipe, self.variations)


def inputs_of(golden: Golden, data: str, metadata: str) -> tuple[ci.Table, ci.Framework]:
    frames = [
        pl.read_csv(golden.folder / f"{name}.csv", infer_schema=False) for name in (data, metadata)
    ]
    return coinr_of(frames[0], frames[1], level_names=LEVELS)


def asem_of(golden: Golden) -> Asem:
    """The example, with one counter of comparisons."""
    return Asem(golden, *inputs_of(golden, "in_asem_iData", "in_asem_iMeta"))
