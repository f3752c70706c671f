"""Recipes as TOML: every method can be written and scores a table; the unknown is refused."""

import tomllib
from dataclasses import replace
from types import UnionType
from typing import get_args

import msgspec
import numpy as np
import pytest

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.arrays.ranking import Ties
from sharedfuture.analyse.composite.methods.aggregating import Aggregator
from sharedfuture.analyse.composite.methods.imputing import Imputer, Periods
from sharedfuture.analyse.composite.methods.normalising import Normaliser
from sharedfuture.analyse.composite.methods.screening import ScreenBy
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.methods.treating import Treatment
from sharedfuture.analyse.composite.methods.weighing import Weigher
from sharedfuture.analyse.composite.table import Array
from sharedfuture.analyse.composite.uncertainty.variation import Variation

INDEX = """
[index]
id = "press"
title = "Press"
levels = ["Indicator", "Pillar", "Index"]
"""
ELEMENTS = """
[[element]]
code = "index"
[[element]]
code = "law"
parent = "index"
[[element]]
code = "money"
parent = "index"
weight = 2
"""
INDICATORS = "".join(
    f"""
[[indicator]]
code = "{code}"
parent = "{"law" if code in "abcd" else "money"}"
better = "{"lower" if code in "bf" else "higher"}"
target = 60
goalposts = [20, 80]
denominator = "people"
"""
    for code in "abcdefgh"
)
HIERARCHY = INDEX + ELEMENTS + INDICATORS
STAGES = '[normalise]\nmethod = "minmax"\nlow = 1\n[aggregate]\nmethod = "arithmetic"\n'
WHOLE = HIERARCHY + STAGES
VARY = WHOLE + "[uncertainty]\nseed = 1\n"
SHORT = (
    '[[element]]\ncode = "index"\n'
    '[[indicator]]\ncode = "a"\nparent = "index"\nbetter = "higher"\n'
    '[normalise]\nmethod = "rank"\n[aggregate]\nmethod = "arithmetic"\n'
)


def made_up_table() -> ci.Table:
    """Twelve units in two years; what all indicators have in common moves them together."""
    generator = np.random.default_rng(3)
    rows = 24
    common = generator.normal(size=rows)
    signs = np.array([-1.0 if code in "bf" else 1.0 for code in "abcdefgh"])
    values = 50 + 12 * signs[:, None] * (common + 0.5 * generator.normal(size=(8, rows)))
    values[0, 13] = values[4, 20] = np.nan
    return ci.Table(
        units=tuple("ABCDEFGHIJKL") * 2,
        codes=tuple("abcdefgh"),
        values=values,
        periods=(2024.0,) * 12 + (2025.0,) * 12,
        groups={"region": ("east", "west") * 12},
        denominators={"people": np.full(rows, 2.0)},
        standard_errors=np.full((8, rows), 0.5),
    )


def scored(text: str) -> ci.Scored:
    functions: dict[str, UserFunction] = {"own": own, "own_mean": own_mean}
    return ci.score(made_up_table(), ci.read_recipe(text).recipe, functions=functions)


def own(values: Array) -> Array:
    """The values themselves, and 40 where there are none."""
    return np.where(np.isnan(values), 40.0, values)


def own_mean(values: Array, weights: Array) -> Array:
    return np.asarray(np.nanmean(values, axis=-2))


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
    chosen = msgspec.to_builtins(part.level[0].by if method in OF_ONE_LEVEL else part.by)
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
    result = scored(HIERARCHY + '[impute]\nmethod = "linear"\n' + treat + STAGES)
    assert np.isfinite(result.index).all()
    assert result.recipe.treat is not None
    chosen = msgspec.to_builtins(result.recipe.treat.first)
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


# What is refused


NO_DIRECTION = WHOLE.replace('parent = "law"\nbetter = "higher"', 'parent = "law"', 1)
CHOICE = VARY + '[[vary]]\nname = "x"\nmethod = "choice"\n'

REFUSED = {
    "not TOML": ("[index", "not TOML"),
    "an unknown table": (WHOLE + "[normalize]\n", "the recipe: unknown 'normalize'"),
    "an unknown key of the index": (
        WHOLE.replace('title = "Press"', 'titel = "Press"'),
        "[index]: Object contains unknown field `titel`",
    ),
    "levels that are no list": (
        WHOLE.replace('levels = ["Indicator", "Pillar", "Index"]', "levels = 3"),
        "[index]: Expected `array`, got `int` - at `$.levels`",
    ),
    "too few names of levels": (
        WHOLE.replace('["Indicator", "Pillar", "Index"]', '["Indicator", "Index"]'),
        "levels: 2 names given, the hierarchy has 3 levels",
    ),
    "an order without a stage": (
        WHOLE.replace('title = "Press"', 'order = ["screen", "treat", "normalise"]'),
        "order: expected denominate, screen, impute, treat, normalise, the last two in their "
        "place, found screen, treat, normalise",
    ),
    "an order that treats before imputing": (
        WHOLE.replace(
            'title = "Press"', 'order = ["screen", "denominate", "treat", "impute", "normalise"]'
        ),
        "the last two in their place",
    ),
    "a stage that is no table": ("normalise = 3\n" + HIERARCHY, "[normalise]: expected a table"),
    "no normalisation": (
        HIERARCHY + '[aggregate]\nmethod = "arithmetic"\n',
        "[normalise] is needed",
    ),
    "no aggregation": (HIERARCHY + '[normalise]\nmethod = "rank"\n', "[aggregate] is needed"),
    "an unknown method": (
        WHOLE.replace('"minmax"', '"min-max"'),
        "[normalise]: Invalid value 'min-max' - at `$.by.method`",
    ),
    "no method": (
        WHOLE.replace('method = "minmax"\nlow = 1\n', ""),
        "[normalise]: Object missing required field `by`",
    ),
    "an unknown parameter": (
        WHOLE.replace("low = 1", "lowest = 1"),
        "[normalise]: Object contains unknown field `lowest` - at `$.by`",
    ),
    "a parameter of another type": (
        WHOLE.replace("low = 1", 'low = "1"'),
        "[normalise]: Expected `float`, got `str` - at `$.by.low`",
    ),
    "a parameter that is missing": (
        WHOLE.replace('"arithmetic"', '"power"'),
        "[aggregate]: Object missing required field `exponent` - at `$.by`",
    ),
    "an unknown key among exceptions": (
        WHOLE + '[[aggregate.element]]\ncodes = ["law"]\nmethod = "median"\n',
        "[aggregate]: Object contains unknown field `codes` - at `$.element[0].by`",
    ),
    "an unknown rule": (
        WHOLE.replace('"arithmetic"', '"arithmetic"\nmissing = "ignore"'),
        "[aggregate]: Invalid enum value 'ignore' - at `$.missing`",
    ),
    "a missing direction": (
        NO_DIRECTION,
        '[[indicator]] a: expected better = "higher" or "lower", found no direction',
    ),
    "a direction that is none": (
        WHOLE.replace('"higher"', '"up"'),
        "[[indicator]] a: Invalid enum value 'up' - at `$.better`",
    ),
    "an unknown key of an indicator": (
        WHOLE.replace("target = 60", "aim = 60"),
        "[[indicator]] a: unknown 'aim'",
    ),
    "an indicator without a code": (
        WHOLE.replace('[[indicator]]\ncode = "a"', "[[indicator]]"),
        "[[indicator]] ?: Object missing required field `code`",
    ),
    "an indicator without a parent": (
        WHOLE.replace('code = "a"\nparent = "law"', 'code = "a"'),
        "[[indicator]] a: Object missing required field `parent`",
    ),
    "an empty code": (WHOLE.replace('code = "a"', 'code = ""'), "has an empty code"),
    "one goalpost": (
        WHOLE.replace("[20, 80]", "[20]"),
        "[[indicator]] a: Expected `array` of length 2, got 1 - at `$.goalposts`",
    ),
    "an indicator that is no table": ("indicator = 3\n", "[[indicator]]: expected tables, found 3"),
    "no indicator": (INDEX + ELEMENTS + STAGES, "indicators: at least one is needed, found none"),
    "a code that stands twice": (
        WHOLE.replace('code = "b"', 'code = "a"'),
        "a: each code may stand once, found more",
    ),
    "an unknown parent": (
        WHOLE.replace('code = "a"\nparent = "law"', 'code = "a"\nparent = "lore"'),
        "a: unknown parent 'lore'; elements are ['index', 'law', 'money']",
    ),
    "a circle": (
        WHOLE.replace('[[element]]\ncode = "index"', '[[element]]\ncode = "index"\nparent = "law"'),
        "the hierarchy is a circle: index > law > index",
    ),
    "two indexes": (
        WHOLE + '[[element]]\ncode = "other"\n',
        "exactly one element has no parent (the index), found ['index', 'other']",
    ),
    "an element without children": (
        WHOLE + '[[element]]\ncode = "sport"\nparent = "index"\n',
        "sport: an element without children",
    ),
    "an indicator beside elements": (
        WHOLE.replace('code = "a"\nparent = "law"', 'code = "a"\nparent = "index"'),
        "its parent must stand exactly one level higher",
    ),
    "a negative weight": (
        WHOLE.replace("weight = 2", "weight = -2"),
        "money: a weight is zero or more, found -2.0",
    ),
    "a weight that is no number": (
        WHOLE.replace("weight = 2", "weight = nan"),
        "money: a weight is zero or more, found nan",
    ),
    "variations without a seed": (
        WHOLE + '[[vary]]\nname = "x"\nmethod = "leave_out"\n',
        "[[vary]] needs [uncertainty] with a seed, found none",
    ),
    "a run without a seed": (
        WHOLE + "[uncertainty]\nreplicates = 10\n",
        "[uncertainty]: Object missing required field `seed`",
    ),
    "a seed below zero": (
        WHOLE + "[uncertainty]\nseed = -1\n",
        "[uncertainty]: uncertainty: expected a seed of 0 or more, found -1",
    ),
    "a level that is no share": (
        VARY + "level = 90\n",
        "expected a level between 0 and 1, found 90.0",
    ),
    "variations in the wrong place": (
        VARY + "vary = []\n",
        "[uncertainty]: what varies stands in tables of its own, [[vary]]",
    ),
    "an unknown key of a variation": (
        VARY + '[[vary]]\nname = "x"\nmethod = "resampled_indicators"\nset = 3\n',
        "[[vary]] x: Object contains unknown field `set`",
    ),
    "an unknown variation": (
        VARY + '[[vary]]\nname = "x"\nmethod = "noise"\n',
        "[[vary]] x: Invalid value 'noise' - at `$.method`",
    ),
    "a level that is not there to leave out": (
        VARY + '[[vary]]\nname = "x"\nmethod = "leave_out"\nlevel = 3\n',
        "x: level 3 is not one of 1 to 2",
    ),
    "a path that starts nowhere": (
        CHOICE + 'path = "normalize.by"\namong = [1]\n',
        "[[vary]] x: normalize.by: a path starts with one of denominate, screen, impute, treat, "
        "normalise, weigh, aggregate",
    ),
    "a path that leads nowhere": (
        CHOICE + 'path = "normalise.by.lowest"\namong = [1]\n',
        "[[vary]] x: normalise.by.lowest: there is no 'lowest' here, but low, high",
    ),
    "a path into a stage that is left out": (
        CHOICE + 'path = "treat.first.most_points"\namong = [1]\n',
        "[[vary]] x: treat.first.most_points: there is no 'first' here, but nothing",
    ),
    "a path beyond a number": (
        CHOICE + 'path = "normalise.by.low.er"\namong = [1]\n',
        "there is no 'er' here, but nothing",
    ),
    "an alternative of another type": (
        CHOICE + 'path = "normalise.by.low"\namong = [1, "two"]\n',
        "[[vary]] x: normalise.by.low: Expected `float`, got `str`",
    ),
    "an alternative that is no stage": (
        CHOICE + 'path = "normalise"\namong = ["rank"]\n',
        "[[vary]] x: [normalise]: expected a table, found 'rank'",
    ),
    "no normalisation among the alternatives": (
        CHOICE + 'path = "normalise"\namong = ["none"]\n',
        "[[vary]] x: [normalise]: expected a table, found 'none'",
    ),
    "an alternative without a path": (
        CHOICE + "among = [1]\n",
        "[[vary]] x: expected a path, or paths with their values, found 1",
    ),
    "no alternatives at all": (
        CHOICE + 'path = "normalise.by.low"\n',
        "[[vary]] x: Object missing required field `among`",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_recipe_is_refused_with_its_place(case: str) -> None:
    text, says = REFUSED[case]
    assert text not in (WHOLE, VARY), "the case changes nothing"
    with pytest.raises(ci.RecipeRefused) as refused:
        ci.read_recipe(text)
    assert says in str(refused.value)


def test_the_recipes_that_cases_start_from_are_read() -> None:
    for text in (WHOLE, SHORT, VARY):
        assert ci.read_recipe(text).recipe.framework.index_code == "index"


# What only a run can refuse: the recipe is sound, but does not fit


UNFIT = {
    "an unknown level of aggregation": (
        WHOLE + '[[aggregate.level]]\nlevel = 4\nmethod = "median"\n',
        "aggregate: level 4 is not one of 2 to 3",
    ),
    "a level of aggregation that stands twice": (
        WHOLE + "[[aggregate.level]]\nlevel = 2\n[[aggregate.level]]\nlevel = 2\n",
        "aggregate: each of [2, 2] may stand once, found more",
    ),
    "an unknown element": (
        WHOLE + '[[aggregate.element]]\ncode = "a"\nmethod = "median"\n',
        "aggregate: no such element: a",
    ),
    "a share without a rule that reads it": (
        WHOLE.replace('"arithmetic"', '"arithmetic"\nleast_share = 0.5'),
        "missing values: rule 'drop' takes no least share, found 0.5",
    ),
    "a share of one level without such a rule": (
        WHOLE + "[[aggregate.level]]\nlevel = 2\nleast_share = 0.5\n",
        "missing values: rule 'drop' takes no least share, found 0.5",
    ),
    "an unknown indicator among exceptions": (
        WHOLE + '[[normalise.only]]\ncodes = ["z"]\nmethod = "rank"\n',
        "normalise: no such indicator: z",
    ),
    "an indicator with two exceptions": (
        WHOLE
        + '[[normalise.only]]\ncodes = ["a"]\nmethod = "rank"\n'
        + '[[normalise.only]]\ncodes = ["a", "b"]\nmethod = "borda"\n',
        "normalise: settings of their own more than once: a",
    ),
    "a factor for what is not divided": (
        WHOLE + "[denominate]\nfactors = { z = 1000 }\n",
        "denominate: a factor for what is not divided: z",
    ),
    "a weight for what is not there": (
        WHOLE + '[weigh]\nmethod = "given"\nvalues = { z = 1 }\n',
        "weigh: no such indicator or element: z",
    ),
    "a negative weight of the recipe": (
        WHOLE + '[weigh]\nmethod = "given"\nvalues = { a = -1 }\n',
        "weigh: a: a weight is zero or more, found -1",
    ),
    "weights to be found on the level of the index": (
        WHOLE + '[weigh]\nmethod = "first_component"\nlevels = [3]\n',
        "weigh: level 3 is not one of 1 to 2",
    ),
    "a judgement on some of the children": (
        WHOLE
        + '[weigh]\nmethod = "budget"\njudged = [{ parent = "index", people = [{ law = 1 }] }]\n',
        "weigh: index: a judgement is on all children and nothing else, expected law, money, "
        "found law",
    ),
    "comparisons that contradict each other": (
        WHOLE
        + '[weigh]\nmethod = "ahp"\njudged = [{ parent = "law", codes = ["a", "b", "c", "d"], '
        + "matrices = [[[1, 9, 1, 1], [0.1111111111111111, 1, 9, 1], "
        + "[1, 0.1111111111111111, 1, 9], [1, 1, 0.1111111111111111, 1]]] }]\n",
        "law: the comparisons contradict each other: consistency ratio at most 0.1, found",
    ),
    "an unknown unit that is to stay": (
        WHOLE + '[screen]\nleast_available = 0.5\ninclude = ["Z"]\n',
        "screen: no such unit: Z",
    ),
    "a unit that is to stay and to go": (
        WHOLE + '[screen]\nleast_available = 0.5\ninclude = ["A"]\nexclude = ["A"]\n',
        "are forced in and forced out",
    ),
    "a threshold beyond one": (
        WHOLE + "[screen]\nleast_available = 50\n",
        "least available share: expected a number in 0..1, found 50.0",
    ),
    "an unknown reference unit": (
        WHOLE.replace('method = "minmax"\nlow = 1', 'method = "distance_to_reference"\nunit = "Z"'),
        "distance_to_reference: no such unit: Z",
    ),
    "a target that is not declared": (
        WHOLE.replace("target = 60\n", "").replace(
            'method = "minmax"\nlow = 1', 'method = "distance_to_target"'
        ),
        "a, b, c, d, e, f, g, h: the method needs a target, found none",
    ),
    "an unknown grouping": (
        WHOLE + '[impute]\nmethod = "group_mean"\ngroup = "bloc"\n',
        "no grouping 'bloc'; the table has ['region']",
    ),
    "a function that was not handed over": (
        WHOLE + '[impute]\nmethod = "function"\nname = "other"\n',
        "function 'other': not handed over; known are ['own', 'own_mean']",
    ),
    "a scale upside down": (
        WHOLE.replace("low = 1", "low = 101"),
        "scale of scores: expected low below high, found 101.0 and 100.0",
    ),
    "a level of imputation that is not there": (
        WHOLE + '[impute]\nmethod = "row_mean"\nlevel = 4\n',
        "impute: level 4 is not one of 2 to 3",
    ),
    "a limit of skewness below zero": (
        WHOLE + "[treat]\nskewness_limit = -1\n",
        "limit of skewness: expected above 0, found -1",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_recipe_that_does_not_fit_is_refused(case: str) -> None:
    text, says = UNFIT[case]
    with pytest.raises((ci.RecipeRefused, ci.TableRefused)) as refused:
        scored(text)
    assert says in str(refused.value)


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
