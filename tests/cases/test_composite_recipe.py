"""Recipes as TOML: every method can be written and scores a table; the unknown is refused."""

import tomllib
from dataclasses import replace
from types import UnionType
from typing import get_args

import msgspec
import numpy as np
import pytest
from tests.written_recipe import (
    ELEMENTS,
    HIERARCHY,
    INDEX,
    INDICATORS,
    SHORT,
    STAGES,
    VARY,
    WHOLE,
    made_up_table,
    scored,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.arrays.ranking import Ties
from sharedfuture.analyse.composite.methods.aggregating import Aggregator
from sharedfuture.analyse.composite.methods.imputing import Imputer, Periods
from sharedfuture.analyse.composite.methods.normalising import Normaliser
from sharedfuture.analyse.composite.methods.screening import ScreenBy
from sharedfuture.analyse.composite.methods.treating import Treatment
from sharedfuture.analyse.composite.methods.weighing import Weigher
from sharedfuture.analyse.composite.uncertainty.variation import Variation

# Every method: its parameters as TOML, and what is read


METHODS: dict[str, tuple[UnionType, dict[str, str]]] = {
    "impute": (
        Imputer,
        {
            "mean": "",
            "median": "",
            "constant": "value = 40",
            "group_mean": 'group = "region"',
            "group_median": 'group = "region"',
            "row_mean": "level = 2",
            "row_median": "",
            "regression": "rounds = 300",
            "nearest": "neighbours = 3",
            "function": 'name = "own"',
            "latest": "longest_gap = 1",
            "linear": "",
            "held": "",
        },
    ),
    "normalise": (
        Normaliser,
        {
            "minmax": "low = 1\nhigh = 10",
            "zscore": "mean = 10\ndeviation = 2",
            "scaled": "high = 10",
            "goalposts": "low = 1",
            "rank": 'ties = "average"',
            "borda": "",
            "percentile_rank": "",
            "distance_to_maximum": "",
            "distance_to_reference": 'unit = "C"\ncap = true',
            "distance_to_target": "cap = false",
            "one_sided_target": "",
            "two_sided_target": "",
            "fraction_of_maximum": "",
            "function": 'name = "own"',
        },
    ),
    "weigh": (
        Weigher,
        {
            "given": "values = { a = 2, law = 0.5 }",
            "equal": "",
            "budget": 'judged = [{ parent = "index", people = [{ law = 60, money = 40 }] }]',
            "ahp": (
                'judged = [{ parent = "index", codes = ["law", "money"], '
                "matrices = [[[1, 2], [0.5, 1]]] }]"
            ),
            "first_component": "",
            "rotated_components": "count = 2",
            "factor_analysis": "count = 1",
            "entropy": "levels = [1, 2]",
            "critic": "",
            "balanced": "least = 0.01\nmost = 0.9",
        },
    ),
    "aggregate": (
        Aggregator,
        {
            "arithmetic": "",
            "geometric": "",
            "harmonic": "",
            "power": "exponent = 2",
            "median": "",
            "weighted_median": "",
            "interpolated_median": "",
            "ordered_weighted": "position_weights = [1, 2]",
            "quantifier": "exponent = 2",
            "mean_min": "penalty = 0.5",
            "copeland": "",
            "net_flow": "",
            "penalised_mean": "",
            "benefit_of_doubt": "most = 0.8",
            "function": 'name = "own_mean"',
        },
    ),
}


# One position weight for each child, so for one level only.
OF_ONE_LEVEL = ("ordered_weighted",)


WRITTEN = [(stage, method) for stage, (_, methods) in METHODS.items() for method in methods]


def text_of(stage: str, method: str) -> str:
    parameters = METHODS[stage][1][method]
    written = f'[{stage}]\nmethod = "{method}"\n{parameters}\n'
    if method in OF_ONE_LEVEL:
        written = f'[{stage}]\nmethod = "arithmetic"\n[[{stage}.level]]\nlevel = 3\n'
        written += f'method = "{method}"\n{parameters}\n'
    parts = {
        "impute": '[impute]\nmethod = "linear"\n',
        "normalise": '[normalise]\nmethod = "minmax"\nlow = 1\n',
        "aggregate": '[aggregate]\nmethod = "arithmetic"\n',
        stage: written,
    }
    hierarchy = HIERARCHY
    if method == "fraction_of_maximum":  # refused where less is better
        hierarchy = HIERARCHY.replace('"lower"', '"higher"')
    return hierarchy + "".join(parts.values())


def plain(record: msgspec.Struct) -> dict[str, object]:
    """A record as TOML would hold it."""
    held: dict[str, object] = msgspec.json.decode(msgspec.json.encode(record))
    return held


def tags_of(union: UnionType) -> set[str]:
    return {record.__struct_config__.tag for record in get_args(union)}


@pytest.mark.parametrize("stage", METHODS)
def test_every_method_of_a_stage_is_written_here(stage: str) -> None:
    union, written = METHODS[stage]
    assert tags_of(union) == set(written)


@pytest.mark.parametrize(("stage", "method"), WRITTEN)
def test_every_method_is_read_and_scores_a_table(stage: str, method: str) -> None:
    result = scored(text_of(stage, method))
    assert np.isfinite(result.index).all()
    assert np.isfinite(result.values["normalise"]).all()
    part = result.recipe.part(stage)
    chosen = plain(part.level[0].by if method in OF_ONE_LEVEL else part.by)
    said = {"method": method, **tomllib.loads(METHODS[stage][1][method])}
    assert {key: chosen[key] for key in said} == said


TREATMENTS = {
    "winsorise": "most_points = 3",
    "log_offset": "",
    "log_plain_offset": "",
    "log_towards_normal": "",
    "log_to_maximum": "factor = 2",
    "box_cox": "exponent = 0.5",
    "function": 'name = "own"',
}


def test_every_treatment_is_written_here() -> None:
    assert tags_of(Treatment) == set(TREATMENTS)


@pytest.mark.parametrize("method", TREATMENTS)
def test_every_treatment_is_read_and_scores_a_table(method: str) -> None:
    parameters = ", ".join(['method = "' + method + '"', *filter(None, [TREATMENTS[method]])])
    treat = f"[treat]\nskewness_limit = 0.1\nkurtosis_limit = -2\nfirst = {{ {parameters} }}\n"
    treat += 'second = "none"\n'
    result = scored(HIERARCHY + '[impute]\nmethod = "linear"\n' + treat + STAGES)
    assert np.isfinite(result.index).all()
    assert result.recipe.treat is not None
    chosen = plain(result.recipe.treat.first)
    said = {"method": method, **tomllib.loads(TREATMENTS[method])}
    assert {key: chosen[key] for key in said} == said
    # Every method changes what it treats, but for the function, which gives values back.
    assert bool(result.changes) == (method != "function")


# What is read


def test_a_whole_recipe_is_read_word_for_word() -> None:
    written = ci.read_recipe(
        INDEX.replace(
            "[index]", '[index]\norder = ["denominate", "impute", "screen", "treat", "normalise"]'
        )
        + ELEMENTS
        + INDICATORS
        + """
[denominate]
factors = { a = 1000 }
reason = "per thousand"
[impute]
method = "group_mean"
group = "region"
periods = "together"
[screen]
by = "either"
least_available = 0.5
least_nonzero = 0.1
include = ["A"]
[treat]
first = { method = "winsorise", most_points = 2 }
second = { method = "box_cox", exponent = 0.5 }
combine = true
[[treat.only]]
codes = ["a", "b"]
first = { method = "log_offset" }
[[treat.only]]
codes = ["c"]
[normalise]
method = "zscore"
mean = 10
periods = "apart"
[[normalise.only]]
codes = ["a"]
method = "rank"
ties = "max"
[weigh]
method = "given"
values = { law = 3 }
[aggregate]
method = "arithmetic"
missing = "least_count"
least_share = 0.6
[[aggregate.level]]
level = 3
method = "geometric"
missing = "refuse"
[[aggregate.level]]
level = 2
least_share = 0.7
[[aggregate.element]]
code = "law"
method = "power"
exponent = 2
"""
    )
    assert written.uncertainty is None
    treatments, normalisers, aggregators = ci.treatments, ci.normalisers, ci.aggregators
    assert written.recipe == ci.Recipe(
        id="press",
        title="Press",
        order=("denominate", "impute", "screen", "treat", "normalise"),
        framework=written.recipe.framework,
        denominate=ci.screens.Denominate(factors={"a": 1000.0}, reason="per thousand"),
        impute=ci.imputers.Impute(
            by=ci.imputers.GroupMean(group="region"), periods=Periods.TOGETHER
        ),
        screen=ci.screens.Screen(
            by=ScreenBy.EITHER, least_available=0.5, least_nonzero=0.1, include=("A",)
        ),
        treat=treatments.Treat(
            first=treatments.Winsorise(most_points=2),
            second=treatments.BoxCox(exponent=0.5),
            combine=True,
            only=(
                treatments.TreatOnly(codes=("a", "b"), first=treatments.LogOffset()),
                treatments.TreatOnly(codes=("c",)),
            ),
        ),
        normalise=normalisers.Normalise(
            by=normalisers.ZScore(mean=10.0),
            periods=Periods.APART,
            only=(normalisers.NormaliseOnly(codes=("a",), by=normalisers.Rank(ties=Ties.MAX)),),
        ),
        weigh=ci.weighers.Weigh(by=ci.weighers.Given(values={"law": 3.0})),
        aggregate=aggregators.Aggregate(
            by=aggregators.Arithmetic(),
            missing=MissingRule.LEAST_COUNT,
            least_share=0.6,
            level=(
                aggregators.OnLevel(
                    level=3, by=aggregators.Geometric(), missing=MissingRule.REFUSE
                ),
                aggregators.OnLevel(level=2, least_share=0.7),
            ),
            element=(aggregators.OnElement(code="law", by=aggregators.Power(exponent=2.0)),),
        ),
    )


def test_none_is_no_second_step_and_no_limit() -> None:
    treat = '[treat]\nfirst = { method = "winsorise", most_points = "none" }\nsecond = "none"\n'
    recipe = ci.read_recipe(WHOLE + treat).recipe
    winsorise = ci.treatments.Winsorise(most_points=None)
    assert recipe.treat == ci.treatments.Treat(first=winsorise, second=None)
    with pytest.raises(ci.RecipeRefused, match="Expected `object`, got `str`"):
        ci.read_recipe(WHOLE + '[treat]\nfirst = "none"\n')


def test_the_hierarchy_is_read() -> None:
    framework = ci.read_recipe(WHOLE).recipe.framework
    assert [level.name for level in framework.levels] == ["Indicator", "Pillar", "Index"]
    assert framework.children_of("index") == ("law", "money")
    assert framework.levels[1].weights == (1.0, 2.0)
    assert framework.indicators[1] == ci.Indicator(
        code="b",
        better=ci.Better.LOWER,
        parent="law",
        denominator="people",
        target=60.0,
        goalposts=(20.0, 80.0),
    )


def test_what_is_not_written_is_left_out() -> None:
    recipe = ci.read_recipe(SHORT).recipe
    assert recipe.id == "index"
    assert (recipe.denominate, recipe.screen, recipe.impute, recipe.treat) == (None,) * 4
    assert recipe.weigh == ci.weighers.Weigh()


def test_the_hierarchy_may_come_from_elsewhere() -> None:
    framework = ci.read_recipe(WHOLE).recipe.framework
    assert ci.read_recipe(STAGES, framework=framework).recipe.framework is framework
    with pytest.raises(ci.RecipeRefused, match="in the recipe and in a metadata table"):
        ci.read_recipe(WHOLE, framework=framework)


# What varies


VARIATIONS = {
    "choice": 'path = "normalise.low"',
    "noisy_weights": "noise = 0.25\nlevels = [1, 2]\nsets = 7",
    "dirichlet_weights": "concentration = 8\nlevels = [2]",
    "resampled_indicators": "sets = 5",
    "leave_out": "level = 2",
    "measurement_error": "sets = 9\nbounds = { a = [0, 200] }",
}


def test_every_variation_is_read_and_run() -> None:
    assert tags_of(Variation) == set(VARIATIONS)
    text = VARY + "replicates = 40\n"
    for method, parameters in VARIATIONS.items():
        if method != "choice":
            text += f'[[vary]]\nname = "{method}"\nmethod = "{method}"\n{parameters}\n'
    text += (
        '[[vary]]\nname = "scale"\nmethod = "choice"\npath = "normalise.by.low"\namong = [0, 5]\n'
    )
    written = ci.read_recipe(
        text.replace("[normalise]", '[impute]\nmethod = "linear"\n[normalise]')
    )
    assert written.uncertainty is not None
    simulated = ci.simulate(made_up_table(), written.recipe, written.uncertainty)
    assert simulated.plan.counts == (7, 100, 5, 2, 9, 2)
    assert np.isfinite(simulated.scores()).all()
    assert set(simulated.labels("leave_out")) == {"without law", "without money"}


def among(path: str, values: str, text: str = VARY) -> tuple[object, ...]:
    """The alternatives read of one choice."""
    place = f'path = "{path}"\n' if path else ""
    vary = f'[[vary]]\nname = "x"\nmethod = "choice"\n{place}among = {values}\n'
    written = ci.read_recipe(text + vary)
    assert written.uncertainty is not None
    (choice,) = written.uncertainty.vary
    assert isinstance(choice, ci.Choice)
    return choice.among


def test_alternatives_have_the_type_of_their_place() -> None:
    treated = VARY + "[treat]\n"
    points = among("treat.first.most_points", "[1, 2]", treated)
    assert points == (1, 2)
    assert among("treat.first.most_points", '[1, "none"]', treated) == (1, None)
    assert among("treat.second", '["none"]', treated) == (None,)
    assert among("treat.second", '[{ method = "log_offset" }]', treated) == (
        ci.treatments.LogOffset(),
    )
    assert among("aggregate.missing", '["drop", "refuse"]') == (
        MissingRule.DROP,
        MissingRule.REFUSE,
    )
    assert among("normalise.by", '[{ method = "rank" }, { method = "zscore", mean = 1 }]') == (
        ci.normalisers.Rank(),
        ci.normalisers.ZScore(mean=1.0),
    )
    (low,) = among("normalise.by.low", "[3]")
    assert isinstance(low, float)
    (weights,) = among("weigh.by.values", "[{ law = 3 }]")
    assert weights == {"law": 3.0}
    (weight,) = among("weigh.by.values.law", "[3]")
    assert isinstance(weight, float)


def test_alternatives_may_be_whole_stages_or_none() -> None:
    stages = among("normalise", '[{ method = "rank" }, { method = "minmax", low = 2 }]')
    assert stages == (
        ci.normalisers.Normalise(by=ci.normalisers.Rank()),
        ci.normalisers.Normalise(by=ci.normalisers.MinMax(low=2.0)),
    )
    left_out, screened = among("screen", '["none", { least_available = 0.5 }]')
    assert left_out is None
    assert screened == ci.screens.Screen(least_available=0.5)


def test_alternatives_may_hold_what_belongs_together() -> None:
    (both,) = among("", '[{ "normalise.by.low" = 2, "aggregate" = { method = "geometric" } }]')
    assert both == {
        "normalise.by.low": 2.0,
        "aggregate": ci.aggregators.Aggregate(by=ci.aggregators.Geometric()),
    }


# Paths in code


def test_path_changes_one_thing_and_leaves_the_rest() -> None:
    recipe = ci.read_recipe(WHOLE).recipe
    changed = recipe.replaced("normalise.by.low", 2.0)
    assert changed.normalise.by == ci.normalisers.MinMax(low=2.0)
    assert recipe.normalise.by == ci.normalisers.MinMax(low=1.0)
    assert replace(changed, normalise=recipe.normalise) == recipe
    weighted = recipe.replaced("weigh.by.values.law", 3.0)
    assert weighted.weigh.by == ci.weighers.Given(values={"law": 3.0})


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("normalise", None, "normalise: expected a whole 'normalise' stage, found None"),
        ("weigh", None, "weigh: expected a whole 'weigh' stage, found None"),
        ("aggregate", None, "aggregate: expected a whole 'aggregate' stage, found None"),
        ("impute", ci.treatments.Treat(), "impute: expected a whole 'impute' stage, found Treat("),
        ("weigh.by.values.law.x", 1, "weigh.by.values.law.x: nothing lies below law"),
        ("framework", None, "framework: a path starts with one of"),
    ],
)
def test_path_takes_whole_stages_of_its_kind(path: str, value: object, says: str) -> None:
    recipe = ci.read_recipe(WHOLE).recipe
    assert recipe.replaced("impute", None) == recipe
    with pytest.raises(ci.RecipeRefused) as refused:
        recipe.replaced(path, value)
    assert says in str(refused.value)
