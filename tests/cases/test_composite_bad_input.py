"""What is wrong with a table or a hierarchy is said with its name, or has a known result.

Every case goes through the whole engine. A score that is missing comes with its reason; none is
ever missing in silence. What a method cannot answer is in `test_composite_no_answer`.
"""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from tests.small_index import (
    CONSTANT,
    EMPTY,
    HIGHER,
    INF,
    LEAST,
    LOWER,
    NAN,
    PEOPLE,
    RANK,
    VALUES,
    framework,
    one_of,
    recipe,
    table,
    with_column,
    with_row,
)

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.arrays.screen import ProblemKind
from sharedfuture.analyse.composite.methods.normalising import Normaliser
from sharedfuture.analyse.composite.methods.screening import ScreenBy
from sharedfuture.analyse.composite.table import Array

TABLES: dict[str, tuple[Callable[[], ci.Table], str]] = {
    "infinite value": (
        lambda: table(with_row(0, 1, INF, 3, 4, 5)),
        "a: expected numbers, found infinity for V",
    ),
    "infinite values, some below zero": (
        lambda: table(with_row(2, -INF, 2, INF, 4, 5)),
        "c: expected numbers, found infinity for U and 1 more",
    ),
    "duplicated unit": (
        lambda: table(units="UVWXU"),
        "U: each unit and period may stand once, found it again",
    ),
    "duplicated unit in a period": (
        lambda: table(units="UVUVU", periods=(1, 1, 2, 2, 2)),
        "('U', 2): each unit and period may stand once, found it again",
    ),
    "duplicated indicator": (
        lambda: table(codes="abca"),
        "a: each indicator may stand once, found more",
    ),
    "no unit": (
        lambda: table(np.empty((4, 0))),
        "expected at least one indicator and one unit, found (4, 0)",
    ),
    "no indicator": (
        lambda: table(np.empty((0, 5))),
        "expected at least one indicator and one unit, found (0, 5)",
    ),
    "values of another shape": (
        lambda: ci.Table(units=("U", "V"), codes=("a",), values=np.ones((2, 1))),
        "values: expected indicators x rows (1, 2), found (2, 1)",
    ),
    "too few periods": (
        lambda: table(periods=(1, 2)),
        "periods: expected 5 entries, found 2",
    ),
    "missing period": (
        lambda: table(periods=(1, 2, NAN, 4, 5)),
        "W: expected a number as its period, found nan",
    ),
    "too few denominators": (
        lambda: table(people=(1, 2)),
        "denominator people: expected 5 entries, found 2",
    ),
    "negative standard error": (
        lambda: table(errors=np.where(VALUES == 3, -1.0, 1.0)),
        "a: a standard error is zero or more, found -1.0 for W",
    ),
    "infinite standard error": (
        lambda: table(errors=np.where(VALUES == 30, INF, 1.0)),
        "c: a standard error is zero or more, found inf for V",
    ),
    "standard errors of another shape": (
        lambda: table(errors=np.ones((4, 4))),
        "standard_errors: expected indicators x rows (4, 5), found (4, 4)",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_table_is_refused(case: str) -> None:
    make, says = TABLES[case]
    with pytest.raises(ci.TableRefused) as refused:
        make()
    assert says in str(refused.value)


HIERARCHIES: dict[str, tuple[Callable[[], ci.Framework], str]] = {
    "unknown parent": (
        lambda: framework(parent="r"),
        "a: unknown parent 'r'; elements are ['index', 'p', 'q']",
    ),
    "cyclic hierarchy": (
        lambda: framework(above_index="q"),
        "the hierarchy is a circle: p > index > q > index",
    ),
    "element that is its own parent": (
        lambda: ci.Framework((ci.Indicator("a", HIGHER, "p"),), (ci.Element("p", "p"),)),
        "the hierarchy is a circle: p > p",
    ),
    "direction missing": (
        lambda: framework(better=cast(ci.Better, None)),
        "a: expected a direction, higher or lower, found None",
    ),
    "direction in words": (
        lambda: framework(better=cast(ci.Better, "higher")),
        "a: expected a direction, higher or lower, found 'higher'",
    ),
    "parent two levels higher": (
        lambda: framework(parent="index"),
        "index: all its children must stand exactly one level lower, found a on 1, p on 2, q on 2",
    ),
    "parent that is an indicator": (lambda: framework(parent="b"), "a: unknown parent 'b'"),
    "negative weight": (
        lambda: framework({"b": -1.0}),
        "b: a weight is zero or more, found -1.0",
    ),
    "weight that is missing": (
        lambda: framework({"q": NAN}),
        "q: a weight is zero or more, found nan",
    ),
    "infinite weight": (lambda: framework({"q": INF}), "q: a weight is zero or more, found inf"),
    "weight for what is not there": (
        lambda: framework({"z": 1.0}),
        "z: a weight for what is not in the framework",
    ),
    "no indicator": (
        lambda: ci.Framework((), (ci.Element("index"),)),
        "indicators: at least one is needed, found none",
    ),
    "nothing left": (
        lambda: framework().without(["p", "q"]),
        "without p, q no indicator is left",
    ),
    "unknown code to leave out": (
        lambda: framework().without(["z"]),
        "z: no such indicator or element to leave out",
    ),
}


@pytest.mark.parametrize("case", HIERARCHIES)
def test_hierarchy_is_refused(case: str) -> None:
    make, says = HIERARCHIES[case]
    with pytest.raises(ci.RecipeRefused) as refused:
        make()
    assert says in str(refused.value)


# What has a result


@pytest.mark.parametrize(
    ("normaliser", "lowest"),
    [(RANK, 1.0), (ci.normalisers.Borda(), 0.0), (ci.normalisers.PercentileRank(), 0.0)],
)
def test_constant_indicator_has_the_lowest_rank_for_all(
    normaliser: Normaliser, lowest: float
) -> None:
    scored = ci.score(table(CONSTANT), recipe(normaliser))
    assert scored.scores["a"].tolist() == [lowest] * 5
    assert ProblemKind.CONSTANT_INDICATOR in {problem.kind for problem in scored.problems}
    # Within its pillar it moves nobody.
    assert scored.ranks("p").tolist() == scored.ranks("b").tolist()


def test_indicator_without_values_is_dropped_where_ranks_are_taken() -> None:
    scored = ci.score(table(EMPTY), recipe(RANK))
    assert np.isnan(scored.scores["a"]).all()
    assert scored.scores["p"].tolist() == scored.scores["b"].tolist()
    assert scored.index.tolist() == ci.score(table(), ci.without(recipe(RANK), "a")).index.tolist()
    assert [problem.kind for problem in scored.problems] == [ProblemKind.EMPTY_INDICATOR]
    assert scored.absences() == {}


def test_one_unit_is_first_of_one() -> None:
    scored = ci.score(table(VALUES[:, :1]), recipe(RANK))
    assert scored.index.tolist() == [1.0]
    assert scored.ranks().tolist() == [1.0]
    assert [problem.kind for problem in scored.problems] == [ProblemKind.ONE_UNIT]


def test_one_indicator_is_the_index() -> None:
    scored = ci.score(table(VALUES[:1]), recipe(of=one_of("a")))
    assert scored.index.tolist() == [0.0, 25.0, 50.0, 75.0, 100.0]
    assert [problem.kind for problem in scored.problems] == [ProblemKind.ONE_INDICATOR]


def test_ties_share_the_best_rank() -> None:
    scored = ci.score(table(np.array([[1.0, 1, 2, 2, 3]])), recipe(of=one_of("a")))
    assert scored.index.tolist() == [0.0, 0.0, 50.0, 50.0, 100.0]
    assert scored.ranks().tolist() == [4.0, 4.0, 2.0, 2.0, 1.0]


def test_units_that_are_alike_are_told_and_tie() -> None:
    scored = ci.score(table(with_column(1, *VALUES[:, 0])), recipe())
    assert [problem.kind for problem in scored.problems] == [ProblemKind.SAME_UNITS]
    assert scored.index[0] == scored.index[1]
    assert scored.ranks().tolist() == [4.0, 4.0, 3.0, 2.0, 1.0]


def test_value_without_a_denominator_is_missing_and_dropped() -> None:
    scored = ci.score(table(people=(NAN, 1, 1, 1, 1)), recipe(of=PEOPLE, denominate=True))
    assert np.isnan(scored.values["denominate"][0]).tolist() == [True, False, False, False, False]
    assert scored.scores["p"][0] == scored.scores["b"][0]
    assert scored.absences() == {}


def test_whole_numbers_are_numbers() -> None:
    whole = np.array([[1, 2, 3, 4, 5], [5, 3, 4, 1, 2], [1, 3, 2, 5, 4], [5, 1, 9, 3, 7]])
    assert table(whole).values.dtype == np.float64
    scored = ci.score(table(whole), recipe(weigh=ci.weighers.Given(values={"a": 0.5})))
    assert scored.scores["a"].tolist() == [0.0, 25.0, 50.0, 75.0, 100.0]
    assert scored.weights["a"] == 0.5
    ones = ci.Framework(
        (ci.Indicator("a", HIGHER, "index", weight=1), ci.Indicator("b", LOWER, "index", weight=1)),
        (ci.Element("index"),),
    )
    halved = ci.score(table(whole), recipe(of=ones, weigh=ci.weighers.Given(values={"a": 0.5})))
    assert halved.index.tolist() == pytest.approx([0, 125 / 3, 100 / 3, 275 / 3, 250 / 3])


def test_table_keeps_its_own_values_and_leaves_the_callers_alone() -> None:
    mine = VALUES.copy()
    kept = table(mine)
    mine[0, 0] = 99.0
    assert kept.values[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        kept.values[0, 0] = 2.0


# A missing score has a reason

HALF_GONE = with_column(0, NAN, NAN, 10, 0.5)
ZEROS = with_column(0, 0, 0, 0, 0.5)
TWO_GONE = with_column(0, NAN, 5, NAN, 0.5)
COVERED = ci.screens.Covered(least_available=0.6, least_elements=0.5)

ABSENT: dict[str, tuple[Array, ci.Recipe, str]] = {
    "too little data": (
        HALF_GONE,
        recipe(screen=LEAST),
        "left out by screening: 50% of the indicators available",
    ),
    "no data": (
        with_column(0, NAN, NAN, NAN, NAN),
        recipe(screen=ci.screens.Screen(by=ScreenBy.ZEROS, least_available=0.1)),
        "left out by screening: 0% of the indicators available",
    ),
    "too many zeros": (
        ZEROS,
        recipe(screen=ci.screens.Screen(by=ScreenBy.ZEROS, least_available=0.9, least_nonzero=0.5)),
        "left out by screening: 25% of its values are not zero",
    ),
    "too many zeros or too little data": (
        ZEROS,
        recipe(
            screen=ci.screens.Screen(by=ScreenBy.EITHER, least_available=0.9, least_nonzero=0.5)
        ),
        "left out by screening: 25% of its values are not zero",
    ),
    "data in no pillar that are enough": (
        TWO_GONE,
        recipe(screen=ci.screens.Screen(least_available=0.5, covered=COVERED)),
        "left out by screening: too few elements with enough of their indicators",
    ),
    "by name": (
        VALUES,
        recipe(screen=ci.screens.Screen(least_available=0.1, exclude=("U",))),
        "left out by screening: named in the recipe",
    ),
    "a pillar without a score": (
        HALF_GONE,
        recipe(missing=MissingRule.REFUSE),
        "too few values of p",
    ),
    "no data, and no screening": (
        with_column(0, NAN, NAN, NAN, NAN),
        recipe(),
        "too few values of p",
    ),
}


@pytest.mark.parametrize("case", ABSENT)
def test_missing_score_has_its_reason(case: str) -> None:
    values, of, says = ABSENT[case]
    scored = ci.score(table(values), of)
    assert scored.absences() == {0: says}
    assert np.isnan(scored.index).tolist() == [True, False, False, False, False]
    assert np.isnan(scored.ranks()).tolist() == [True, False, False, False, False]
    assert sorted(scored.ranks()[1:]) == [1.0, 2.0, 3.0, 4.0]


def test_unit_that_was_screened_out_has_no_value_after() -> None:
    scored = ci.score(table(HALF_GONE), recipe(screen=LEAST))
    assert scored.included.tolist() == [False, True, True, True, True]
    for stage in ("screen", "normalise"):
        assert np.isnan(scored.values[stage][:, 0]).all()
    assert np.isnan([scored.scores[code][0] for code in scored.scores]).all()
    # The scale is that of the units that are in.
    assert scored.scores["a"].tolist()[1:] == pytest.approx([0, 100 / 3, 200 / 3, 100])
