"""What holds of designs and of rank distributions for any numbers."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.uncertainty.design import (
    distinct_rows,
    draw_latin_hypercube,
    draw_random,
    draw_sobol_sequence,
    full_factorial,
    pick_alternatives,
    pick_weighted_alternatives,
    place_alternatives,
    place_normal,
    place_student,
    place_triangular,
    place_uniform,
    saltelli_design,
)
from sharedfuture.analyse.composite.uncertainty.rank_distribution import (
    compare_pairs,
    interval,
    measure_rank_change,
    probability_in_top,
    quantiles,
    summarise_ranks,
)

Array = npt.NDArray[np.float64]
Draw = Callable[..., Array]

DRAWS: tuple[Draw, ...] = (draw_random, draw_sobol_sequence, draw_latin_hypercube)
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=25)


def scores(seed: int, replicates: int, units: int, step: float = 0.0, gaps: float = 0.0) -> Array:
    """Random scores; rounded to a step they have ties, and a share of them goes missing."""
    generator = np.random.default_rng(seed)
    numbers = generator.normal(size=(replicates, units)) + np.linspace(0, 2, units)
    if step:
        numbers = np.round(numbers / step) * step
    numbers[generator.random(numbers.shape) < gaps] = np.nan
    return numbers


# Designs


@pytest.mark.parametrize("draw", DRAWS)
@FEW
@given(seed=SEEDS, power=st.integers(0, 6), factors=st.integers(1, 6))
def test_designs_lie_in_the_cube_and_return_with_their_seed(
    draw: Draw, seed: int, power: int, factors: int
) -> None:
    design = draw(2**power, factors, seed=seed)
    assert design.shape == (2**power, factors)
    assert ((design >= 0) & (design < 1)).all()
    assert np.array_equal(design, draw(2**power, factors, seed=seed))
    assert not np.array_equal(design, draw(2**power, factors, seed=seed + 1))


@pytest.mark.parametrize("draw", [draw_sobol_sequence, draw_latin_hypercube])
@FEW
@given(seed=SEEDS, power=st.integers(0, 7))
def test_even_designs_take_each_stratum_of_a_factor_once(draw: Draw, seed: int, power: int) -> None:
    rows = 2**power
    strata = np.floor(draw(rows, 5, seed=seed) * rows)
    assert np.array_equal(np.sort(strata, axis=0), np.tile(np.arange(rows)[:, np.newaxis], 5))


@FEW
@given(seed=SEEDS, rows=st.integers(1, 30), factors=st.integers(2, 5))
def test_block_ab_takes_one_column_of_b(seed: int, rows: int, factors: int) -> None:
    halves = draw_random(rows, 2 * factors, seed=seed)
    design = saltelli_design(halves)
    of = {label: design.points[design.labels == label] for label in np.unique(design.labels)}
    assert np.array_equal(np.concatenate([of["A"], of["B"]], axis=1), halves)
    for factor in range(factors):
        own = np.arange(factors) == factor
        assert np.array_equal(of[f"AB{factor + 1}"], np.where(own, of["B"], of["A"]))


@FEW
@given(st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_full_factorial_holds_each_combination_once_and_survives_the_cube(
    counts: list[int],
) -> None:
    choices = full_factorial(counts)
    assert len(choices) == np.prod(counts)
    assert np.array_equal(distinct_rows(choices)[0], choices)
    points = place_alternatives(choices, counts)
    for column, count in enumerate(counts):
        if count > 1:
            assert np.array_equal(pick_alternatives(points[:, column], count), choices[:, column])


@FEW
@given(st.floats(0, 1, exclude_max=True), st.integers(2, 10_000))
def test_every_draw_below_one_picks_an_alternative(draw: float, count: int) -> None:
    edge = np.array([draw, 0.0, np.nextafter(1.0, 0.0)])
    picked = pick_alternatives(edge, count)
    assert picked.tolist() == [int(np.floor(draw * count)), 0, count - 1]


@FEW
@given(seed=SEEDS, count=st.integers(2, 9))
def test_equal_probabilities_pick_as_equal_alternatives(seed: int, count: int) -> None:
    draws = draw_random(50, 1, seed=seed)[:, 0]
    weighted = pick_weighted_alternatives(draws, np.full(count, 1 / count))
    assert np.array_equal(weighted, pick_alternatives(draws, count))


@FEW
@given(SEEDS)
def test_draws_are_placed_by_the_quantile_function(seed: int) -> None:
    draws = draw_random(20, 1, seed=seed)[:, 0]
    placed = {
        "uniform": (place_uniform(draws, -1.0, 3.0), stats.uniform(-1, 4)),
        "triangular": (place_triangular(draws, 1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
        "normal": (place_normal(draws, 10.0, 2.0), stats.norm(10, 2)),
        "student": (place_student(draws, 1.0, 2.0, degrees_of_freedom=3.0), stats.t(3, 1, 2)),
    }
    for name, (ours, law) in placed.items():
        assert ours == pytest.approx(law.ppf(draws), rel=1e-9, abs=1e-9), name


@FEW
@given(SEEDS)
def test_distinct_rows_give_back_all_rows(seed: int) -> None:
    choices = np.random.default_rng(seed).integers(0, 3, size=(40, 3))
    different, position = distinct_rows(choices)
    assert len(different) <= 27
    assert np.array_equal(different[position], choices)


# Rank distributions


@FEW
@given(seed=SEEDS, units=st.integers(1, 12), step=st.sampled_from([0.0, 0.5, 2.0]))
def test_ranks_are_those_of_the_sport_ranking(seed: int, units: int, step: float) -> None:
    numbers = scores(seed, 7, units, step)
    assert np.array_equal(rank(numbers), stats.rankdata(-numbers, method="min", axis=1))
    assert np.array_equal(rank(numbers[0]), rank(numbers)[0])


@FEW
@given(seed=SEEDS, units=st.integers(1, 10))
def test_missing_scores_get_no_rank_and_leave_the_others_theirs(seed: int, units: int) -> None:
    numbers = scores(seed, 5, units, 0.5, gaps=0.3)
    ranks = rank(numbers)
    assert np.array_equal(np.isnan(ranks), np.isnan(numbers))
    for row, ranked in zip(numbers, ranks, strict=True):
        held = ~np.isnan(row)
        assert np.array_equal(ranked[held], rank(row[held]))


@FEW
@given(seed=SEEDS, units=st.integers(1, 12))
def test_rank_probabilities_sum_to_one_for_each_unit_and_each_rank(seed: int, units: int) -> None:
    distribution = summarise_ranks(rank(scores(seed, 20, units)))
    assert distribution.probability.sum(axis=1) == pytest.approx(np.ones(units))
    assert distribution.probability.sum(axis=0) == pytest.approx(np.ones(units))
    assert (distribution.scored_count == 20).all()
    assert probability_in_top(distribution, units) == pytest.approx(np.ones(units))
    assert distribution.mean.sum() == pytest.approx(units * (units + 1) / 2)


@FEW
@given(seed=SEEDS, units=st.integers(2, 9), gaps=st.sampled_from([0.0, 0.4]))
def test_rank_statistics_are_those_of_each_column(seed: int, units: int, gaps: float) -> None:
    ranks = rank(scores(seed, 15, units, 0.5, gaps))
    distribution = summarise_ranks(ranks)
    low, high = interval(ranks, 0.9)
    for unit, column in enumerate(ranks.T):
        held = column[~np.isnan(column)]
        assert distribution.scored_count[unit] == held.size
        if not held.size:
            assert np.isnan([distribution.mean[unit], low[unit], high[unit]]).all()
            continue
        assert distribution.mean[unit] == pytest.approx(held.mean())
        assert distribution.median[unit] == pytest.approx(np.median(held))
        assert [low[unit], high[unit]] == pytest.approx(np.quantile(held, [0.05, 0.95]).tolist())
        top = probability_in_top(distribution, 2)[unit]
        assert top == pytest.approx((held <= 2).mean())


@FEW
@given(seed=SEEDS, units=st.integers(1, 8), gaps=st.sampled_from([0.0, 0.4]))
def test_pairs_are_counted_as_one_by_one(seed: int, units: int, gaps: float) -> None:
    numbers = scores(seed, 12, units, 0.5, gaps)
    pairs = compare_pairs(numbers)
    for row in range(units):
        for column in range(units):
            both = ~np.isnan(numbers[:, row] + numbers[:, column])
            first, second = numbers[both, row], numbers[both, column]
            assert pairs.compared_count[row, column] == both.sum()
            if both.any():
                share = (first > second).mean() + (first == second).mean() / 2
                assert pairs.above[row, column] == pytest.approx(share)
            else:
                assert np.isnan(pairs.above[row, column])


@FEW
@given(seed=SEEDS, replicates=st.integers(1, 600))
def test_one_of_a_pair_is_above_however_many_replicates(seed: int, replicates: int) -> None:
    above = compare_pairs(scores(seed, replicates, 4, 1.0)).above
    assert above + above.T == pytest.approx(np.ones((4, 4)))


@FEW
@given(seed=SEEDS, gaps=st.sampled_from([0.0, 0.3]))
def test_units_may_stand_in_any_order(seed: int, gaps: float) -> None:
    numbers = scores(seed, 15, 6, 0.5, gaps)
    order = np.random.default_rng(seed).permutation(6)
    ranks, moved = rank(numbers), rank(numbers[:, order])
    assert np.array_equal(moved, ranks[:, order], equal_nan=True)
    straight, other = summarise_ranks(ranks), summarise_ranks(moved)
    assert np.array_equal(other.probability, straight.probability[order])
    assert np.array_equal(other.median, straight.median[order], equal_nan=True)
    above = compare_pairs(numbers).above[np.ix_(order, order)]
    assert np.array_equal(compare_pairs(numbers[:, order]).above, above, equal_nan=True)


@FEW
@given(seed=SEEDS, gaps=st.sampled_from([0.0, 0.3]))
def test_rank_change_is_the_mean_distance_of_ranks(seed: int, gaps: float) -> None:
    ranks = rank(scores(seed, 9, 6, 0.5, gaps))
    change = measure_rank_change(ranks[1:], ranks[0])
    distance = np.abs(ranks[1:] - ranks[0])
    for axis, mean, count in (
        (1, change.mean_absolute, change.compared_count),
        (0, change.unit_mean_absolute, change.unit_compared_count),
    ):
        held = (~np.isnan(distance)).sum(axis=axis)
        assert np.array_equal(count, held)
        assert mean[held > 0] == pytest.approx(
            np.nansum(distance, axis=axis)[held > 0] / held[held > 0]
        )
        assert np.isnan(mean[held == 0]).all()


@FEW
@given(seed=SEEDS, share=st.floats(0, 1))
def test_quantiles_are_of_type_seven(seed: int, share: float) -> None:
    numbers = scores(seed, 11, 5)
    assert quantiles(numbers, [share])[0] == pytest.approx(np.quantile(numbers, share, axis=0))
