"""Recipes that are not understood, or do not fit, are refused with their place."""

import pytest
from tests.written_recipe import ELEMENTS, HIERARCHY, INDEX, SHORT, STAGES, VARY, WHOLE, scored

from sharedfuture import composite as ci

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
        "[aggregate]: Object contains unknown field `codes` - at `$.element[0]`",
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
    "an indicator that is no table": (
        "indicator = 3\n" + STAGES,
        "[[indicator]]: expected tables, found 3",
    ),
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
        "index: all its children must stand exactly one level lower, found a on 1, law on 2, "
        "money on 2",
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
