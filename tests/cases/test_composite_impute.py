"""Imputation on small tables with known answers, and what is refused."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.impute import (
    impute_constant,
    impute_custom,
    impute_group_mean,
    impute_group_median,
    impute_mean,
    impute_median,
    impute_row_mean,
    impute_row_median,
    impute_scaled_row_mean,
    impute_scaled_row_median,
    imputed_mask,
)
from sharedfuture.analyse.composite.arrays.impute_model import (
    draw_imputations,
    impute_bayesian_regression,
    impute_nearest_units,
    impute_regression,
)
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused, TableRefused
from sharedfuture.analyse.composite.framework import Better, Element, Framework, Indicator
from sharedfuture.analyse.composite.methods.imputing import Impute, Mean, RowMean
from sharedfuture.analyse.composite.methods.setting import Setting
from sharedfuture.analyse.composite.table import Table

Array = npt.NDArray[np.float64]
GONE = np.nan
GROUPS = np.array([0, 0, 1, 1, 1])

SMALL = np.array([[1.0, GONE, 4, 6, 20], [2, 4, GONE, GONE, 6], [3, 3, 3, 3, 3]])


@pytest.mark.parametrize(
    ("impute", "first", "second"),
    [
        (impute_mean, 7.75, [4, 4]),
        (impute_median, 5.0, [4, 4]),
        (lambda values: impute_group_mean(values, GROUPS), 1.0, [6, 6]),
        (lambda values: impute_group_median(values, GROUPS), 1.0, [6, 6]),
        (lambda values: impute_constant(values, 0.0), 0.0, [0, 0]),
        (lambda values: impute_constant(values, np.array([9.0, 8, GONE])), 9.0, [8, 8]),
        (lambda values: impute_row_mean(values, [[0, 1, 2]]), 3.5, [3.5, 4.5]),
        (lambda values: impute_row_median(values, [[0, 1, 2]]), 3.5, [3.5, 4.5]),
        (lambda values: impute_row_mean(values, [[0, 1], [2]]), 4.0, [4, 6]),
    ],
)
def test_known_answers(impute: Callable[[Array], Array], first: float, second: list[float]) -> None:
    after = impute(SMALL)
    assert after[0].tolist() == [1, first, 4, 6, 20]
    assert after[1].tolist() == [2, 4, *second, 6]
    assert after[2].tolist() == [3] * 5
    assert imputed_mask(SMALL, after).sum() == 3


def test_group_mean_and_median_of_skewed_values() -> None:
    vector = np.array([GONE, 1, 2, 9, GONE, 5, 7])
    groups = np.array([3, 3, 3, 3, 8, 8, 8])
    assert impute_group_mean(vector, groups).tolist() == [4, 1, 2, 9, 6, 5, 7]
    assert impute_group_median(vector, groups).tolist() == [2, 1, 2, 9, 6, 5, 7]


def test_scaled_row_mean_goes_to_the_indicator_s_own_scale() -> None:
    """The unit is at 0.25 of 0..8 and, where less is better, at 0.75 of 40..0: in all 0.5."""
    values = np.array([[0.0, 8, 2], [0, 40, 10], [100, 300, GONE]])
    up = impute_scaled_row_mean(values, [[0, 1, 2]], directions=np.array([1.0, -1, 1]))
    down = impute_scaled_row_mean(values, [[0, 1, 2]], directions=np.array([1.0, -1, -1]))
    assert up[2, 2] == 200
    assert down[2, 2] == 200
    alike = impute_scaled_row_mean(values, [[0, 1, 2]], directions=np.ones(3))
    assert alike[2, 2] == 150
    median = impute_scaled_row_median(values, [[0, 1, 2]], directions=np.array([1.0, -1, -1]))
    assert median[2, 2] == 200


def test_complete_values_come_back_as_a_copy() -> None:
    values = np.arange(6.0).reshape(2, 3)
    for after in (
        impute_mean(values),
        impute_group_median(values, np.zeros(3, dtype=np.intp)),
        impute_scaled_row_mean(values, [[0, 1]], directions=np.ones(2)),
        impute_nearest_units(values, [[0, 1]], neighbours=2),
    ):
        assert np.array_equal(after, values)
        assert after is not values


def test_indicator_without_any_value_is_refused() -> None:
    values = np.array([[1.0, 2], [GONE, GONE], [1, GONE]])
    for impute in (impute_mean, impute_median):
        with pytest.raises(NotDefined, match=r"of the indicator .* none for 2") as refused:
            impute(values)
        assert refused.value.positions == (1,)
    with pytest.raises(NotDefined) as refused:
        impute_mean(np.array([GONE, GONE]))
    assert refused.value.positions == (0,)


def test_group_without_a_value_is_refused_or_falls_back() -> None:
    values = np.array([[1.0, 2, 3], [4, 8, GONE]])
    groups = np.array([0, 0, 1])
    with pytest.raises(NotDefined, match="of the unit's group") as refused:
        impute_group_mean(values, groups)
    assert refused.value.positions == (1,)
    assert impute_group_mean(values, groups, fallback=impute_mean)[1].tolist() == [4, 8, 6]
    with pytest.raises(NotDefined, match="no missing value is allowed"):
        impute_group_mean(values, groups, fallback=lambda same: same)


def test_fallback_is_taken_only_where_the_group_has_nothing() -> None:
    """The fallback sees the values as they were: the mean of 2 and 9, not of what was imputed."""
    values = np.array([[2.0, GONE, 9, GONE]])
    after = impute_group_mean(values, np.array([0, 0, 1, 2]), fallback=impute_mean)
    assert after.tolist() == [[2, 2, 9, 5.5]]


def test_unit_without_a_group_is_refused_or_falls_back() -> None:
    """COINr leaves its values missing and warns."""
    values, groups = np.array([[1.0, 5, GONE, 9]]), np.array([0, 0, -1, -1])
    with pytest.raises(NotDefined, match="found none for 1 missing"):
        impute_group_median(values, groups)
    assert impute_group_median(values, groups, fallback=impute_median)[0, 2] == 5


def test_unit_without_a_value_in_the_set_is_refused_or_falls_back() -> None:
    values = np.array([[1.0, GONE, 5], [2, GONE, 6], [3, 4, 5]])
    with pytest.raises(NotDefined, match="of the unit's set") as refused:
        impute_row_mean(values, [[0, 1], [2]])
    assert refused.value.positions == (0, 1)
    after = impute_row_mean(values, [[0, 1], [2]], fallback=impute_mean)
    assert after[:, 1].tolist() == [3, 4, 4]


def test_indicator_in_no_set_is_refused() -> None:
    with pytest.raises(NotDefined) as refused:
        impute_row_median(SMALL, [[0, 2]])
    assert refused.value.positions == (1,)


def test_constant_indicator_has_no_place_on_a_common_scale() -> None:
    """COINr divides by zero there and imputes NaN."""
    with pytest.raises(NotDefined, match="at least two different values") as refused:
        impute_scaled_row_mean(SMALL, [[0, 1, 2]], directions=np.ones(3))
    assert refused.value.positions == (2,)
    after = impute_scaled_row_mean(SMALL, [[0, 1], [2]], directions=np.ones(3))
    assert after[2].tolist() == [3] * 5


@pytest.mark.parametrize(
    "groups", [np.array([0, 1]), np.array([0.0, 0, 0, 1, 1]), np.zeros((1, 5), dtype=np.intp)]
)
def test_groups_must_be_a_number_for_each_unit(groups: npt.NDArray[np.intp]) -> None:
    with pytest.raises(TableRefused, match="groups: expected a whole number for each of 5 units"):
        impute_group_mean(SMALL, groups)


def test_sets_must_not_overlap_and_need_a_table() -> None:
    with pytest.raises(RecipeRefused, match="each indicator in one set at most"):
        impute_row_mean(SMALL, [[0, 1], [1, 2]])
    with pytest.raises(TableRefused, match="indicators, units"):
        impute_row_mean(SMALL[0], [[0]])


@pytest.mark.parametrize("directions", [np.ones(2), np.array([1.0, 0, 1]), np.array([1, GONE, 1])])
def test_directions_are_one_for_each_indicator(directions: Array) -> None:
    with pytest.raises(RecipeRefused, match="directions"):
        impute_scaled_row_mean(SMALL, [[0, 1]], directions=directions)


def test_constants_are_checked() -> None:
    with pytest.raises(RecipeRefused, match="a constant for each indicator"):
        impute_constant(SMALL, np.zeros(5))
    with pytest.raises(RecipeRefused, match="finite"):
        impute_constant(SMALL, np.inf)
    with pytest.raises(NotDefined, match="of the constants") as refused:
        impute_constant(SMALL, np.array([1.0, GONE, 1]))
    assert refused.value.positions == (1,)


@pytest.mark.parametrize(
    ("imputer", "says"),
    [
        (lambda values: values[:1], "expected .3, 5., found .1, 5."),
        (lambda values: np.nan_to_num(values) + 1, "present values untouched, 12 changed"),
        (lambda values: np.full_like(values, GONE), "present values untouched, 12 changed"),
        (lambda values: np.where(np.isnan(values), np.inf, values), "finite values"),
    ],
)
def test_function_of_the_caller_that_does_harm_is_refused(
    imputer: Callable[[Array], Array], says: str
) -> None:
    with pytest.raises(RecipeRefused, match=says):
        impute_custom(SMALL, imputer)


def test_function_of_the_caller_must_fill_everything_and_cannot_touch_the_input() -> None:
    with pytest.raises(NotDefined) as refused:
        impute_custom(SMALL, lambda values: values)
    assert refused.value.positions == (0, 1)

    def spoil(values: Array) -> Array:
        values[:] = 0
        return values

    before = SMALL.copy()
    with pytest.raises(RecipeRefused):
        impute_custom(SMALL, spoil)
    assert np.array_equal(SMALL, before, equal_nan=True)


# Regression and nearest neighbours

# Two clusters of units; the last of each lacks the third indicator.
CLUSTERS = np.array(
    [
        [0.0, 1, 2, 1, 100, 101, 102, 101],
        [5.0, 6, 5, 5.5, 50, 51, 50, 50.5],
        [1.0, 2, 3, GONE, 11, 12, 13, GONE],
    ]
)
MODELS: dict[str, Callable[[Array, list[list[int]]], Array]] = {
    "regression": lambda v, sets: impute_regression(v, sets, rounds=50, tolerance=1e-6),
    "ridge": lambda v, sets: impute_bayesian_regression(v, sets, rounds=50, tolerance=1e-6),
    "nearest": lambda v, sets: impute_nearest_units(v, sets, neighbours=2),
    "draws": lambda v, sets: draw_imputations(
        v, sets, draws=1, rounds=3, generator=np.random.default_rng(1)
    ),
}


def test_nearest_units_are_those_of_the_same_cluster() -> None:
    after = impute_nearest_units(CLUSTERS, [[0, 1, 2]], neighbours=3)
    assert after[2, [3, 7]].tolist() == [2, 12]


def test_regression_by_hand() -> None:
    """The second indicator is twice the first and one more: 2 x 7 + 1 = 15."""
    values = np.array([[1.0, 2, 4, 7], [3, 5, 9, GONE]])
    after = impute_regression(values, [[0, 1]], rounds=5, tolerance=1e-9)
    assert np.isclose(after[1, 3], 15)


def test_ridge_shrinks_towards_the_mean() -> None:
    chance = np.random.default_rng(3)
    first = chance.normal(0, 1, 30)
    values = np.vstack([first, first + chance.normal(0, 1, 30)])
    values[0, 0], values[1, 0] = 5.0, GONE
    least_squares = impute_regression(values, [[0, 1]], rounds=5, tolerance=1e-9)[1, 0]
    ridge = impute_bayesian_regression(values, [[0, 1]], rounds=5, tolerance=1e-9)[1, 0]
    mean = np.nanmean(values[1])
    assert mean < ridge < least_squares


def test_draws_scatter_about_the_regression() -> None:
    chance = np.random.default_rng(4)
    first = chance.normal(0, 1, 40)
    values = np.vstack([first, 2 * first + chance.normal(0, 0.5, 40)])
    values[1, 0] = GONE
    middle = impute_bayesian_regression(values, [[0, 1]], rounds=5, tolerance=1e-9)[1, 0]
    draws = draw_imputations(values, [[0, 1]], draws=60, rounds=1, generator=chance)[:, 1, 0]
    assert abs(draws.mean() - middle) < 0.3
    assert 0.3 < draws.std(ddof=1) < 0.8


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    ("values", "sets", "positions", "says"),
    [
        (CLUSTERS, [[2]], (2,), "expected other indicators to learn from"),
        (
            np.array([[1.0, 1, 1, 1], [1, 2, 3, GONE]]),
            [[0, 1]],
            (0,),
            "at least two different values to learn from",
        ),
        (
            np.array([[1.0, 2, 3, GONE], [1, 2, 4, GONE]]),
            [[0, 1]],
            (0, 1),
            r"of every unit to learn from, found none for units \[3\]",
        ),
        (np.array([[1.0, 2, 3], [1, 5, GONE]]), [[0]], (1,), "no missing value is allowed"),
    ],
)
def test_too_little_to_learn_from_is_refused(
    name: str, values: Array, sets: list[list[int]], positions: tuple[int, ...], says: str
) -> None:
    with pytest.raises(NotDefined, match=says) as refused:
        MODELS[name](values, sets)
    assert refused.value.positions == positions


def test_too_few_units_for_each_model() -> None:
    values = np.array([[1.0, 2, 3, 4], [2, 4, 1, 7], [1, 5, 2, GONE]])
    with pytest.raises(NotDefined, match="more than 3 units, found 3") as refused:
        impute_regression(values, [[0, 1, 2]], rounds=5, tolerance=0.1)
    assert refused.value.positions == (2,)
    with pytest.raises(NotDefined, match="more than 2 units, found 2"):
        impute_bayesian_regression(values[:, 1:], [[0, 1, 2]], rounds=5, tolerance=0.1)
    with pytest.raises(NotDefined, match="4 comparable units with a value, found 3"):
        impute_nearest_units(values, [[0, 1, 2]], neighbours=4)


def test_neighbour_must_have_an_indicator_in_common() -> None:
    """scikit-learn would take the mean of all units there, without a word."""
    values = np.array([[1.0, 2, 3, GONE], [5, 7, GONE, GONE], [GONE, GONE, 4, 6]])
    with pytest.raises(NotDefined, match="1 comparable units with a value, found 0") as refused:
        impute_nearest_units(values, [[0, 1, 2]], neighbours=1)
    assert refused.value.positions == (1,)


def test_regressions_that_do_not_settle_are_refused() -> None:
    chance = np.random.default_rng(0)
    values = chance.normal(0, 1, (4, 12))
    values[0, :4], values[1, 4:8] = GONE, GONE
    with pytest.raises(NotDefined, match="have not settled to 1e-12 after 2 rounds") as refused:
        impute_regression(values, [[0, 1, 2, 3]], rounds=2, tolerance=1e-12)
    assert refused.value.positions == (0, 1, 2, 3)


@pytest.mark.parametrize(("rounds", "tolerance"), [(0, 0.1), (5, 0.0), (5, GONE)])
def test_rounds_and_tolerance_must_make_sense(rounds: int, tolerance: float) -> None:
    with pytest.raises(RecipeRefused, match="at least one round and a tolerance above 0"):
        impute_regression(CLUSTERS, [[0, 1, 2]], rounds=rounds, tolerance=tolerance)


def test_counts_of_neighbours_and_draws_must_make_sense() -> None:
    with pytest.raises(RecipeRefused, match="neighbours: expected at least one, found 0"):
        impute_nearest_units(CLUSTERS, [[0, 1, 2]], neighbours=0)
    with pytest.raises(RecipeRefused, match="at least one draw and round, found 0 and 2"):
        draw_imputations(
            CLUSTERS, [[0, 1, 2]], draws=0, rounds=2, generator=np.random.default_rng(0)
        )


def test_only_the_indicators_named_are_filled() -> None:
    table = Table(
        units=("A", "B", "C"),
        codes=("x", "y"),
        values=np.array([[1.0, np.nan, 3.0], [np.nan, 2.0, 4.0]]),
    )
    framework = Framework(
        tuple(Indicator(code, Better.HIGHER, parent="all") for code in ("x", "y")),
        (Element("all"),),
    )
    setting = Setting.of(framework, table, {})
    filled = Impute(by=Mean(), codes=("y",)).run(table.values, setting)
    assert np.array_equal(filled.values, [[1.0, np.nan, 3.0], [3.0, 2.0, 4.0]], equal_nan=True)
    assert filled.record.tolist() == [[False] * 3, [True, False, False]]
    with pytest.raises(RecipeRefused, match="impute: no such indicator: z"):
        Impute(by=Mean(), codes=("z",)).run(table.values, setting)
    with pytest.raises(RecipeRefused, match="takes no codes"):
        Impute(by=RowMean(), codes=("x",)).run(table.values, setting)
