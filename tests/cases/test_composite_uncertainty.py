"""Small tables whose ranks, indices and shares can be worked out by hand; what is refused."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.errors import NotDefined, RecipeRefused
from sharedfuture.analyse.composite.uncertainty import design, perturb
from sharedfuture.analyse.composite.uncertainty.attribution import (
    share_by_shapley,
    share_variance,
    share_width,
)
from sharedfuture.analyse.composite.uncertainty.factorial import explained_shares, factorial_indices
from sharedfuture.analyse.composite.uncertainty.rank_distribution import (
    compare_pairs,
    interval,
    measure_rank_change,
    probability_in_top,
    quantiles,
    summarise_ranks,
)
from sharedfuture.analyse.composite.uncertainty.sobol import (
    bootstrap_sobol_intervals,
    is_estimable,
    sobol_indices,
)

Array = npt.NDArray[np.float64]
NAN = np.nan

# Four replicates of three units; the third unit has no score in the last one.
SCORES = np.array([[3.0, 2.0, 1.0], [2.0, 2.0, 1.0], [1.0, 2.0, 3.0], [1.0, 2.0, NAN]])
RANKS = np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 3.0], [3.0, 2.0, 1.0], [2.0, 1.0, NAN]])


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


# Ranks


def test_ranks_of_four_replicates() -> None:
    assert np.array_equal(rank(SCORES), RANKS, equal_nan=True)


def test_units_that_tie_share_the_smallest_rank_and_the_next_is_left_out() -> None:
    assert rank(np.array([5.0, 7.0, 5.0, 1.0, 7.0])).tolist() == [3, 1, 3, 5, 1]


def test_distribution_of_four_replicates_states_its_denominators() -> None:
    distribution = summarise_ranks(RANKS)
    assert distribution.probability.tolist() == [
        [0.5, 0.25, 0.25],
        [0.5, 0.5, 0.0],
        [pytest.approx(1 / 3), 0.0, pytest.approx(2 / 3)],
    ]
    assert distribution.mean.tolist() == [1.75, 1.5, pytest.approx(7 / 3)]
    assert distribution.median.tolist() == [1.5, 1.5, 3.0]
    assert distribution.scored_count.tolist() == [4, 4, 3]
    assert distribution.replicate_count == 4
    assert probability_in_top(distribution, 1).tolist() == [0.5, 0.5, pytest.approx(1 / 3)]
    low, high = interval(RANKS, 0.5)
    assert low.tolist() == [1.0, 1.0, 2.0]
    assert high.tolist() == [2.25, 2.0, 3.0]


def test_pairs_of_four_replicates_count_a_tie_half() -> None:
    pairs = compare_pairs(SCORES)
    assert pairs.above.tolist() == [
        [0.5, 0.375, pytest.approx(2 / 3)],
        [0.625, 0.5, pytest.approx(2 / 3)],
        [pytest.approx(1 / 3), pytest.approx(1 / 3), 0.5],
    ]
    assert pairs.compared_count.tolist() == [[4, 4, 3], [4, 4, 3], [3, 3, 3]]


def test_rank_change_of_four_replicates() -> None:
    change = measure_rank_change(RANKS, np.array([1.0, 2.0, 3.0]))
    assert change.mean_absolute.tolist() == [0.0, pytest.approx(1 / 3), pytest.approx(4 / 3), 1.0]
    assert change.compared_count.tolist() == [3, 3, 3, 2]
    assert change.unit_mean_absolute.tolist() == [0.75, 0.5, pytest.approx(2 / 3)]
    assert change.unit_compared_count.tolist() == [4, 4, 3]


def test_unit_that_never_has_a_score_has_a_count_of_zero_and_no_rank() -> None:
    scores = np.array([[1.0, NAN], [2.0, NAN]])
    distribution = summarise_ranks(rank(scores))
    assert distribution.scored_count.tolist() == [2, 0]
    assert distribution.probability.tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert np.isnan([distribution.mean[1], distribution.median[1]]).all()
    assert np.isnan(compare_pairs(scores).above[1]).all()
    change = measure_rank_change(rank(scores), np.array([NAN, 1.0]))
    assert change.compared_count.tolist() == [0, 0]
    assert np.isnan(change.mean_absolute).all()


# Designs


def test_alternative_of_a_draw_does_not_depend_on_the_other_draws() -> None:
    draws = np.array([0.05, 0.30, 0.62, 0.70])
    assert design.pick_alternatives(draws, 3).tolist() == [0, 0, 1, 2]
    assert design.pick_alternatives(draws[1:], 3).tolist() == [0, 1, 2]
    # COINr 1.1.14 cuts the range that was drawn: the same draws get other alternatives, which
    # change once more when one draw is left out.
    assert cut_drawn_range(draws, 3) == [0, 1, 2, 2]
    assert cut_drawn_range(draws[1:], 3) == [0, 2, 2]


def cut_drawn_range(draws: Array, count: int) -> list[int]:
    edges = np.linspace(draws.min(), draws.max(), count + 1)[1:-1]
    return [int(position) for position in np.searchsorted(edges, draws, side="left")]


def test_draws_pick_by_probability_and_never_the_impossible() -> None:
    draws = np.array([0.0, 0.19, 0.2, 0.69, 0.7, np.nextafter(1.0, 0.0)])
    picked = design.pick_weighted_alternatives(draws, [0.2, 0.0, 0.5, 0.3, 0.0])
    assert picked.tolist() == [0, 0, 2, 2, 3, 3]


def test_full_factorial_runs_the_last_factor_fastest() -> None:
    choices = design.full_factorial([2, 3])
    assert choices.tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    assert design.place_alternatives(choices, [2, 3])[1].tolist() == [0.25, 0.5]


def test_blocks_of_two_factors() -> None:
    blocks = design.saltelli_design(np.array([[0.1, 0.2, 0.8, 0.9]]))
    assert blocks.points.tolist() == [[0.1, 0.2], [0.8, 0.9], [0.8, 0.2], [0.1, 0.9]]
    assert blocks.labels.tolist() == ["A", "B", "AB1", "AB2"]
    assert (blocks.row_count, blocks.factor_count) == (1, 2)


def test_draw_of_zero_is_no_infinite_number() -> None:
    zero = np.array([0.0, 0.5])
    assert design.place_normal(zero, 3.0, 2.0) == pytest.approx([3 - 2 * 8.29, 3], abs=0.01)
    placed = design.place_student(zero, 0.0, 1.0, degrees_of_freedom=30)
    assert np.isfinite(placed).all()


def test_triangle_may_peak_at_its_end() -> None:
    draws = np.array([0.0, 0.25, 0.81])
    assert design.place_triangular(draws, 0.0, 0.0, 1.0).tolist() == [
        pytest.approx(1 - np.sqrt(1 - draw)) for draw in draws
    ]
    assert design.place_triangular(draws, 0.0, 1.0, 1.0) == pytest.approx(np.sqrt(draws))


# Indices and shares


def test_exact_indices_of_a_table_of_two_choices() -> None:
    # Effects of half a difference: rows 2, columns 1, both together 1; the variance is 4 + 1 + 1.
    table = np.array([[0.0, 0.0], [2.0, 6.0]])
    indices = factorial_indices(table, 2)
    assert indices.first.tolist() == [pytest.approx(4 / 6), pytest.approx(1 / 6)]
    assert indices.total.tolist() == [pytest.approx(5 / 6), pytest.approx(2 / 6)]
    assert (float(indices.mean), float(indices.variance)) == (2.0, 6.0)
    shares = explained_shares(table, 2)
    assert shares.tolist() == [0.0, pytest.approx(4 / 6), pytest.approx(1 / 6), 1.0]
    assert share_by_shapley(shares).tolist() == [pytest.approx(4.5 / 6), pytest.approx(1.5 / 6)]


def test_centring_brings_the_first_order_nearer_the_exact() -> None:
    """COINr 1.1.14 multiplies outputs that are not centred: far from 0 they drown in noise."""
    halves = design.draw_random(500, 6, seed=11)
    outputs = 10 + design.saltelli_design(halves).points @ np.array([1.0, 2.0, 3.0])
    exact = np.array([1, 4, 9]) / 14
    blocks = outputs.reshape(5, 500)
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    uncentred = (b * (mixed - a)).mean(axis=1) / np.concatenate([a, b]).var(ddof=1)
    ours = sobol_indices(outputs, 3).first
    assert np.abs(uncentred - exact).max() > 0.15
    assert np.abs(ours - exact).max() < 0.05


def test_bootstrap_counts_the_resamples_in_which_an_output_hardly_varies() -> None:
    # The output differs from 0 in three rows of eight, in each block: some resamples miss them.
    blocks = np.zeros((4, 8))
    blocks[:, :3] = [[1, 2, 3], [3, 1, 1], [2, 2, 1], [1, 3, 2]]
    held = bootstrap_sobol_intervals(blocks.reshape(-1), 2, resamples=400, level=0.9, seed=3)
    # Without answer are at least the resamples without any of the three rows, (5/8)^8 of them.
    assert 0 < int(held.undefined_count) < 40
    assert (held.resamples, held.level) == (400, 0.9)
    assert (held.first_low <= held.first_high).all()
    assert np.isfinite(held.total_high).all()


def test_shares_of_three_widths() -> None:
    shares = share_width(
        np.array([10.0, 0.0, NAN]),
        alone_widths=np.array([[6.0, 0.0, 1.0], [8.0, 0.0, 1.0]]),
        frozen_widths=np.array([[8.0, 0.0, 1.0], [5.0, 0.0, 1.0]]),
    )
    assert shares.alone[:, 0].tolist() == [0.6, 0.8]
    assert shares.relieved[:, 0].tolist() == [pytest.approx(0.2), 0.5]
    assert shares.remainder[0] == pytest.approx(0.0)
    assert shares.is_shared.tolist() == [True, False, False]
    assert shares.relieved[:, 1].tolist() == [0.0, 0.0]
    assert np.isnan([*shares.alone[:, 2], *shares.relieved[:, 2], shares.remainder[2]]).all()


def test_unit_that_never_moves_has_nothing_to_share_out() -> None:
    shares = share_variance(np.full((12, 1), 3.0), 2)
    assert shares.is_shared.tolist() == [False]
    assert shares.first.tolist() == shares.total.tolist() == [[0.0], [0.0]]
    assert shares.remainder.tolist() == [0.0]


# Perturbations


def test_exact_value_stays_and_gap_stays_beside_one_that_varies() -> None:
    values, errors = np.array([[1.0, 2.0, NAN]]), np.array([[0.5, 0.0, NAN]])
    drawn = perturb.draw_normal_errors(values, errors, replicates=5, generator=chance())
    assert (drawn[:, 0, 1] == 2.0).all()
    assert np.isnan(drawn[:, 0, 2]).all()
    assert np.ptp(drawn[:, 0, 0]) > 0
    bounds = (1.0, 2.0)
    held = perturb.draw_bounded_errors(
        values, errors, bounds=bounds, replicates=50, generator=chance()
    )
    assert (held[:, 0, 1] == 2.0).all()
    assert held[:, 0, 0].min() >= 1.0


def test_value_at_its_bound_moves_inwards() -> None:
    drawn = perturb.draw_bounded_errors(
        np.array([[0.0]]),
        np.array([[1.0]]),
        bounds=(0.0, 100.0),
        replicates=20_000,
        generator=chance(),
    )
    assert drawn.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.02)


def test_one_sided_interval_varies_on_one_side() -> None:
    value = np.array([[4.0]])
    drawn = perturb.draw_interval_errors(
        value, value, value + 1, level=0.9, replicates=400, generator=chance()
    )
    assert drawn.min() == 4.0
    assert (drawn == 4.0).mean() == pytest.approx(0.5, abs=0.1)


def test_jackknife_leaves_each_position_out_once() -> None:
    assert perturb.jackknife_positions(3).tolist() == [[1, 2], [0, 2], [0, 1]]


def test_positions_are_counted() -> None:
    counts = perturb.count_positions(np.array([[0, 0, 2], [1, 2, 2]]), 3)
    assert counts.tolist() == [[2, 0, 1], [0, 1, 2]]


# What is refused

ONE = np.ones((2, 3))
ROWS = np.linspace(0, 1, 12)
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "design without rows": (lambda: design.draw_random(0, 2, seed=1), "found 0 by 2"),
    "Sobol' sequence of 100": (
        lambda: design.draw_sobol_sequence(100, 2, seed=1),
        "power of two as rows, found 100",
    ),
    "factorial without factors": (lambda: design.full_factorial([]), "at least one alternative"),
    "factorial of a trillion": (
        lambda: design.full_factorial([10_000] * 3),
        "at most 1,000,000 rows, found 1,000,000,000,000",
    ),
    "odd number of columns": (lambda: design.saltelli_design(np.ones((4, 5))), "found 5 columns"),
    "one factor": (lambda: design.saltelli_design(np.ones((4, 2))), "found 2 columns"),
    "one alternative": (lambda: design.pick_alternatives(ROWS[:3], 1), "varies nothing"),
    "draw of one": (lambda: design.pick_alternatives(ROWS, 2), r"in \[0, 1\), found 1.0"),
    "draw that is missing": (lambda: design.place_uniform(np.array([NAN]), 0, 1), "found nan"),
    "probabilities of sum 0.9": (
        lambda: design.pick_weighted_alternatives(ROWS, [0.4, 0.5]),
        "with sum 1",
    ),
    "certain alternative": (
        lambda: design.pick_weighted_alternatives(ROWS, [0.0, 1.0]),
        "varies nothing",
    ),
    "range of one point": (lambda: design.place_uniform(ROWS[:2], 2, 2), "varies nothing"),
    "mode outside": (lambda: design.place_triangular(ROWS[:2], 0, 3, 2), "low <= mode <= high"),
    "standard deviation of 0": (lambda: design.place_normal(ROWS[:2], 1, 0), "varies nothing"),
    "no degrees of freedom": (
        lambda: design.place_student(ROWS[:2], 1, 1, degrees_of_freedom=0),
        "degrees of freedom above 0",
    ),
    "outputs of no design": (lambda: sobol_indices(ROWS[:11], 2), "4 blocks .* found 11"),
    "one row a block": (lambda: sobol_indices(ROWS[:4], 2), "at least 2 rows, found 4"),
    "level of 1": (
        lambda: bootstrap_sobol_intervals(ROWS, 2, resamples=10, level=1.0, seed=1),
        "found 1.0 and 10",
    ),
    "one resample": (
        lambda: bootstrap_sobol_intervals(ROWS, 2, resamples=1, level=0.9, seed=1),
        "found 0.9 and 1",
    ),
    "probabilities of another table": (
        lambda: factorial_indices(ONE, 2, probabilities=[np.ones(1), np.ones(3) / 3]),
        r"\(2, 3\), the probabilities \[1, 3\]",
    ),
    "table of one factor for two": (lambda: factorial_indices(ROWS, 2), "2 factors"),
    "probabilities of sum 2": (
        lambda: factorial_indices(ONE, 2, probabilities=[np.ones(2), np.ones(3) / 3]),
        "found sums",
    ),
    "quantile of 2": (lambda: quantiles(RANKS, [2.0]), "between 0 and 1"),
    "interval of 90": (lambda: interval(RANKS, 90), "found 90"),
    "top of none": (lambda: probability_in_top(summarise_ranks(RANKS), 0), "1 to 3 units, found 0"),
    "widths of other units": (
        lambda: share_width(np.ones(4), alone_widths=ONE, frozen_widths=ONE),
        r"\(4,\) units, found \(2, 3\)",
    ),
    "three sets of causes": (lambda: share_by_shapley(np.array([0.0, 1, 2])), "found 3"),
    "errors of another shape": (
        lambda: perturb.draw_normal_errors(ONE, np.ones(3), replicates=2, generator=chance()),
        r"shape \(2, 3\), found \(3,\)",
    ),
    "level of 0": (lambda: perturb.standard_errors(ONE, ONE, level=0), "found 0"),
    "resampling one": (
        lambda: perturb.bootstrap_positions(1, replicates=2, generator=chance()),
        "varies nothing",
    ),
    "groups of one": (
        lambda: perturb.bootstrap_positions_within("abc", replicates=2, generator=chance()),
        "varies nothing",
    ),
    "leaving out the only one": (lambda: perturb.jackknife_positions(1), "found 1"),
    "noise of 2": (
        lambda: perturb.draw_noisy_weights(np.ones(3), 2.0, replicates=2, generator=chance()),
        "noise from 0 to 1",
    ),
    "no noise": (
        lambda: perturb.draw_noisy_weights(np.ones(3), 0.0, replicates=2, generator=chance()),
        "varies nothing",
    ),
    "negative weight": (
        lambda: perturb.draw_noisy_weights(-np.ones(3), 0.1, replicates=2, generator=chance()),
        "weights of at least 0",
    ),
    "one weight to divide": (
        lambda: perturb.draw_dirichlet_weights(
            np.array([0.0, 2.0]), concentration=3, replicates=2, generator=chance()
        ),
        "found 1: a variation that varies nothing",
    ),
    "no concentration": (
        lambda: perturb.draw_dirichlet_weights(
            np.ones(3), concentration=0, replicates=2, generator=chance()
        ),
        "concentration above 0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_impossible_settings_are_refused(case: str) -> None:
    attempt, says = REFUSED[case]
    with pytest.raises(RecipeRefused, match=says):
        attempt()


STILL = np.tile([[1.0, 5.0]], (12, 1)) * np.linspace([1, 1], [2, 1], 12)
GAP = np.where(np.arange(12)[:, np.newaxis] == 4, NAN, STILL)
WITHOUT_ANSWER: dict[str, tuple[Callable[[], object], str, tuple[int, ...]]] = {
    "output that never varies": (
        lambda: sobol_indices(STILL, 2),
        r"1 hold one value \(a variation that varies nothing\)",
        (1,),
    ),
    "outputs with gaps": (lambda: sobol_indices(GAP, 2), "2 have missing values", (0, 1)),
    "output that varies in one block": (
        lambda: sobol_indices(np.array([1.0, 2, 3, *np.zeros(9)]), 2),
        "1 vary in too few rows",
        (0,),
    ),
    "bootstrap of what never varies": (
        lambda: bootstrap_sobol_intervals(STILL, 2, resamples=5, level=0.9, seed=1),
        "varies nothing",
        (1,),
    ),
    "table that never varies": (
        lambda: factorial_indices(np.ones((2, 2)), 2),
        "a variation that varies nothing",
        (0,),
    ),
    "table with a gap": (
        lambda: factorial_indices(np.array([[1.0, NAN], [2.0, 3.0]]), 2),
        "complete",
        (0,),
    ),
    "rank of one half": (lambda: summarise_ranks(np.array([[0.5, 1]])), "found 0.5", ()),
    "rank above the units": (lambda: summarise_ranks(np.array([[1.0, 3]])), "found 3.0", ()),
    "ranks of one replicate": (lambda: summarise_ranks(np.ones(3)), r"found \(3,\)", ()),
    "negative width": (
        lambda: share_width(np.ones(3), alone_widths=-ONE, frozen_widths=ONE),
        "found -1.0",
        (),
    ),
    "spread of nothing": (lambda: share_by_shapley(np.array([1.0, 2.0])), "nothing varies", ()),
    "value without standard error": (
        lambda: perturb.draw_normal_errors(
            ONE, np.array([[1.0, 1, 1], [1, NAN, 1]]), replicates=2, generator=chance()
        ),
        "standard error of at least 0; found nan, 1 in all",
        (1,),
    ),
    "negative standard error": (
        lambda: perturb.draw_normal_errors(ONE, -ONE, replicates=2, generator=chance()),
        "found -1.0, 6 in all",
        (0, 1),
    ),
    "no standard error above 0": (
        lambda: perturb.draw_normal_errors(ONE, 0 * ONE, replicates=2, generator=chance()),
        "varies nothing",
        (),
    ),
    "value outside its bounds": (
        lambda: perturb.draw_bounded_errors(
            ONE, ONE, bounds=(2.0, 3.0), replicates=2, generator=chance()
        ),
        "between 2.0 and 3.0; found 1.0",
        (0, 1),
    ),
    "value above its interval": (
        lambda: perturb.draw_interval_errors(
            ONE, ONE - 2, ONE - 1, level=0.9, replicates=2, generator=chance()
        ),
        "distance to the high limit",
        (0, 1),
    ),
    "intervals without width": (
        lambda: perturb.draw_interval_errors(
            ONE, ONE, ONE, level=0.9, replicates=2, generator=chance()
        ),
        "varies nothing",
        (),
    ),
    "limits in the wrong order": (
        lambda: perturb.draw_uniform_errors(ONE, 0 * ONE, replicates=2, generator=chance()),
        "width of at least 0",
        (0, 1),
    ),
}


@pytest.mark.parametrize("case", WITHOUT_ANSWER)
def test_numbers_without_an_answer_are_refused(case: str) -> None:
    attempt, says, positions = WITHOUT_ANSWER[case]
    with pytest.raises(NotDefined, match=says) as refusal:
        attempt()
    assert refusal.value.positions == positions


def test_rounding_is_no_variation() -> None:
    outputs = 1e6 + np.tile([0.0, 1e-10], 8)
    assert not is_estimable(outputs, 2)
    with pytest.raises(NotDefined, match="1 hold one value"):
        sobol_indices(outputs, 2)


def test_blocks_that_cannot_be_told_apart_give_no_indices() -> None:
    # A and B hold the same two values, so what they share by chance is everything.
    outputs = np.array([0.0, 1, 0, 1, 1, 0, 0, 1])
    assert not is_estimable(outputs, 2)
    with pytest.raises(NotDefined, match="1 vary in too few rows"):
        sobol_indices(outputs, 2)


def test_bootstrap_without_any_answer_is_refused() -> None:
    # Two rows only: this seed draws one of them twice in each resample.
    outputs = np.array([0.0, 1, 1, 4, 3, 2, 0, 1])
    assert is_estimable(outputs, 2)
    with pytest.raises(NotDefined, match="found an output in none"):
        bootstrap_sobol_intervals(outputs, 2, resamples=2, level=0.9, seed=4)
