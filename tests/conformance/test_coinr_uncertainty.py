"""Ranks, rank statistics and sensitivity indices, against the recorded runs of COINr 1.1.14.

The scores of the recorded runs are inputs here; that our recipes give the same scores is tested
where recipes are. Two of COINr's defects are written out below, so that its numbers can be
reproduced, and so that ours can be shown to be nearer the exact ones:

- its first-order estimator multiplies outputs that are not centred, and its bootstrap keeps the
  variance fixed;
- it cuts the range that was drawn into alternatives, not [0, 1).
"""

import numpy as np
import pytest

from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.uncertainty.design import pick_alternatives, saltelli_design
from sharedfuture.analyse.composite.uncertainty.factorial import factorial_indices
from sharedfuture.analyse.composite.uncertainty.rank_distribution import (
    interval,
    measure_rank_change,
    summarise_ranks,
)
from sharedfuture.analyse.composite.uncertainty.sobol import sobol_indices
from tests.conformance.coinr import Array, Golden

pytestmark = pytest.mark.conformance

FACTORS = ("Winmax", "Normalisation", "Weights", "Aggregation")
ALTERNATIVES: dict[str, tuple[str, ...]] = {
    "winmax": ("1", "2", "3", "4", "5"),
    "f_n": ("n_minmax", "n_zscore"),
    "weight_rep": tuple(str(replicate) for replicate in range(1, 101)),
    "f_ag": ("a_amean", "a_gmean"),
}
STATISTICS = ("Nominal", "Mean", "Median", "Q5", "Q95")
LINEAR, ISHIGAMI = "linear x1+2x2+3x3, N=500", "ishigami a=7 b=0.1, N=1000"
OF_CASE = {LINEAR: "sobol_linear_N500_sample", ISHIGAMI: "sobol_ishigami_N1000_sample"}
CUT = "drawn range cut, as COINr does"
STREAM = "its bootstrap intervals come of R's random stream: held to their own error"


def scores_of(golden: Golden, run: str) -> tuple[tuple[str, ...], Array, Array]:
    """Units, nominal scores (units,) and scores (replicates, units) of a recorded run."""
    table = golden.wide(f"{run}_scores")
    assert table.columns[0] == "Nominal"
    return table.rows, table.values[:, 0], table.values[:, 1:].T


def parameters_of(golden: Golden, run: str) -> tuple[Array, Array]:
    """The uniform draws of a recorded run, and the position of each alternative taken."""
    records = golden.records(f"{run}_parameters")
    draws = [[float(record[f"U_{factor}"]) for factor in FACTORS] for record in records]
    taken = [
        [float(names.index(record[column])) for column, names in ALTERNATIVES.items()]
        for record in records
    ]
    return np.array(draws), np.array(taken)


def statistics_of(nominal: Array, ranks: Array) -> Array:
    """The recorded statistics of ranks (replicates, units), shape (units, statistics)."""
    distribution = summarise_ranks(ranks)
    low, high = interval(ranks, 0.9)
    return np.stack([nominal, distribution.mean, distribution.median, low, high], axis=1)


def cut_drawn_range(draws: Array, count: int) -> Array:
    """The alternatives as COINr takes them: equal right-closed bins of the drawn range."""
    edges = np.linspace(draws.min(), draws.max(), count + 1)[1:-1]
    return np.searchsorted(edges, draws, side="left").astype(float)


def uncentred_indices(outputs: Array, factors: int) -> Array:
    """First- and total-order indices as COINr estimates them, shape (2, factors)."""
    a, b, mixed = split(outputs, factors)
    variance = np.concatenate([a, b]).var(ddof=1)
    first = (b * (mixed - a)).mean(axis=1) / variance
    return np.stack([first, ((a - mixed) ** 2).mean(axis=1) / (2 * variance)])


def uncentred_bootstrap(outputs: Array, factors: int) -> Array:
    """20,000 resamples of COINr's products, its variance kept, shape (20000, 2, factors)."""
    a, b, mixed = split(outputs, factors)
    variance = np.concatenate([a, b]).var(ddof=1)
    products = np.stack([b * (mixed - a), (a - mixed) ** 2 / 2]) / variance
    shares = np.full(len(a), 1 / len(a))
    counts = np.random.default_rng(3).multinomial(len(a), shares, size=20_000)
    return np.asarray(np.einsum("rn,kfn->rkf", counts / len(a), products, optimize=True))


def split(outputs: Array, factors: int) -> tuple[Array, Array, Array]:
    blocks = outputs.reshape(factors + 2, -1)
    return blocks[0], blocks[1], blocks[2:]


def assert_intervals_agree(records: list[dict[str, str]], outputs: Array) -> None:
    """The recorded quantiles lie within five standard errors of 1,000 resamples' quantiles.

    The standard error of a 5 % quantile of 1,000 normal draws is 0.067 standard deviations.
    """
    resampled = uncentred_bootstrap(outputs, len(records))
    for kind, name in enumerate(("Si", "STi")):
        for tail in (5, 95):
            recorded = np.array([float(record[f"{name}_q{tail}"]) for record in records])
            ours = np.quantile(resampled[:, kind], tail / 100, axis=0)
            assert (np.abs(recorded - ours) < 5 * 0.067 * resampled[:, kind].std(axis=0)).all()


def root_mean_square(difference: Array) -> float:
    return float(np.sqrt(np.mean(difference**2)))


def test_ranks_and_their_statistics_of_500_replicates(golden: Golden) -> None:
    units, nominal, scores = scores_of(golden, "sens_ua500")
    ranks, nominal_ranks = rank(scores), rank(nominal)
    names = [f"r_{replicate}" for replicate in range(1, len(scores) + 1)]
    ours = np.concatenate([nominal_ranks[:, np.newaxis], ranks.T], axis=1)
    golden.same("sens_ua500_ranks", units, ["Nominal", *names], ours)
    statistics = statistics_of(nominal_ranks, ranks)
    golden.same("sens_ua500_rankstats", units, STATISTICS, statistics)
    placed = np.stack([nominal, nominal_ranks], axis=1)
    golden.same("sens_ua500_nominal", units, ("Score", "Rank"), placed)


def test_rank_statistics_of_a_sensitivity_run_rest_on_its_blocks_a_and_b(golden: Golden) -> None:
    units, nominal, scores = scores_of(golden, "sens_sa100")
    assert scores.shape == (600, 51)
    statistics = statistics_of(rank(nominal), rank(scores)[:200])
    golden.same("sens_sa100_rankstats", units, STATISTICS, statistics)


def test_design_and_output_of_the_sensitivity_run(golden: Golden) -> None:
    name = "sens_sa100_parameters"
    records = golden.records(name)
    draws, taken = parameters_of(golden, "sens_sa100")
    ours = saltelli_design(np.concatenate([draws[:100], draws[100:200]], axis=1))
    assert [record["block"] for record in records] == ours.labels.tolist()
    assert [record["run"] for record in records] == [str(run) for run in range(1, 601)]
    # Blocks A and B are inputs; the others must follow from them.
    golden.same_numbers(name, draws[200:], ours.points[200:])
    cut = [
        cut_drawn_range(column, len(names))
        for column, names in zip(draws.T, ALTERNATIVES.values(), strict=True)
    ]
    golden.same_numbers(name, taken, np.stack(cut, axis=1), note=f"{CUT}; A and B are inputs")
    _, nominal, scores = scores_of(golden, "sens_sa100")
    change = measure_rank_change(rank(scores), rank(nominal)).mean_absolute
    recorded = [float(record["y_mean_abs_rank_change"]) for record in records]
    golden.same_numbers(name, recorded, change)


def test_alternatives_of_the_500_replicates(golden: Golden) -> None:
    draws, taken = parameters_of(golden, "sens_ua500")
    counts = [len(names) for names in ALTERNATIVES.values()]
    cut = [cut_drawn_range(column, count) for column, count in zip(draws.T, counts, strict=True)]
    golden.same_numbers(
        "sens_ua500_parameters", taken, np.stack(cut, axis=1), note=f"{CUT}; the draws are inputs"
    )
    ours = [pick_alternatives(column, count) for column, count in zip(draws.T, counts, strict=True)]
    elsewhere = (np.stack(ours, axis=1) != taken).mean(axis=0)
    # The more alternatives, the likelier that a shifted edge passes a draw: a hundred weight sets.
    assert (elsewhere < 0.15).all()
    assert elsewhere[2] > 0.05


def test_indices_of_the_sensitivity_run_and_the_exact_ones(golden: Golden) -> None:
    _, nominal, scores = scores_of(golden, "sens_sa100")
    change = measure_rank_change(rank(scores), rank(nominal)).mean_absolute
    records = golden.records("sens_sa100_indices")
    assert [record["Variable"] for record in records] == list(FACTORS)
    recorded = np.array([[float(record[name]) for record in records] for name in ("Si", "STi")])
    theirs = uncentred_indices(change, 4)
    golden.same_numbers(
        "sens_sa100_indices",
        recorded,
        theirs,
        note=f"first order not centred, as COINr's; {STREAM}",
    )
    assert_intervals_agree(records, change)

    ours = sobol_indices(change, 4)
    moments = golden.records("sens_sa100_output_moments")[0]
    golden.same_numbers(
        "sens_sa100_output_moments",
        [float(moments[name]) for name in ("variance_of_y", "mean_y_AB", "mean_y_all")],
        [ours.variance, ours.mean, change.mean()],
    )
    exact = exact_indices(golden)
    assert root_mean_square(ours.first - exact[0]) < root_mean_square(theirs[0] - exact[0])
    assert root_mean_square(ours.total - exact[1]) < root_mean_square(theirs[1] - exact[1])


def exact_indices(golden: Golden) -> Array:
    records = golden.records("sens_exact_indices")
    return np.array([[float(r[name]) for r in records] for name in ("S_exact", "ST_exact")])


def test_exact_indices_of_the_full_factorial(golden: Golden) -> None:
    cells = golden.records("sens_exact_factorial_2000")
    counts = tuple(len(names) for names in ALTERNATIVES.values())
    table = np.full(counts, np.nan)
    for cell in cells:
        at = tuple(names.index(cell[column]) for column, names in ALTERNATIVES.items())
        table[at] = float(cell["y_mean_abs_rank_change"])
    indices = factorial_indices(table, 4)
    name = "sens_exact_indices"
    golden.same_numbers(name, exact_indices(golden), np.stack([indices.first, indices.total]))
    assert [record["Variable"] for record in golden.records(name)] == list(FACTORS)
    for column, number in (("mean_y", indices.mean), ("variance_y", indices.variance)):
        recorded = [float(record[column]) for record in golden.records(name)]
        golden.same_numbers(name, recorded, np.full(4, number))


@pytest.mark.parametrize("case", [LINEAR, ISHIGAMI])
def test_estimator_on_known_functions(golden: Golden, case: str) -> None:
    sample = golden.wide(OF_CASE[case], key="X1")
    points = np.column_stack([[float(first) for first in sample.rows], sample.values[:, :2]])
    rows = len(points) // 5
    design = saltelli_design(np.concatenate([points[:rows], points[rows : 2 * rows]], axis=1))
    outputs, exact = {LINEAR: linear, ISHIGAMI: ishigami}[case](design.points)
    drawn = slice(2 * rows, None)  # blocks A and B are inputs
    golden.same_numbers(OF_CASE[case], points[drawn], design.points[drawn])
    golden.same_numbers(OF_CASE[case], sample.values[:, 2], outputs)

    records = [row for row in golden.records("sobol_estimator_indices") if row["case"] == case]
    theirs, ours = uncentred_indices(outputs, 3), sobol_indices(outputs, 3)
    recorded = np.array([[float(record[name]) for record in records] for name in ("Si", "STi")])
    name = "sobol_estimator_indices"
    note = f"first order not centred, as COINr's; {STREAM}" if case == LINEAR else ""
    golden.same_numbers(name, recorded, theirs, note=note)
    variances = [float(record["variance"]) for record in records]
    golden.same_numbers(name, variances, np.full(3, ours.variance))
    assert_intervals_agree(records, outputs)

    both = np.stack([ours.first, ours.total])
    assert root_mean_square(both - exact) < root_mean_square(theirs - exact)


def linear(points: Array) -> tuple[Array, Array]:
    """x1 + 2 x2 + 3 x3, and its exact first- and total-order indices."""
    exact = np.array([1, 4, 9]) / 14
    return points @ np.array([1.0, 2.0, 3.0]), np.stack([exact, exact])


def ishigami(points: Array) -> tuple[Array, Array]:
    """The Ishigami function with a = 7, b = 0.1 on [-pi, pi]^3, and its exact indices."""
    x1, x2, x3 = (np.pi * (2 * points - 1)).T
    first = np.array([(1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.0])
    joint = 8 * 0.01 * np.pi**8 / 225
    exact = np.stack([first, first + np.array([joint, 0, joint])]) / (first.sum() + joint)
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1), exact


def test_noisy_weights_stay_in_their_band(golden: Golden) -> None:
    """R's stream cannot be drawn again: band, levels and nominal weights are compared."""
    nominal = {r["iCode"]: r for r in golden.records("weights_original") if r["Level"] != "1"}
    records = golden.records("sens_noisy_weights_L2plus")
    assert len(records) == 100 * len(nominal)
    assert all(record["Level"] == nominal[record["iCode"]]["Level"] for record in records)
    ratio = np.array([float(r["Weight"]) / float(nominal[r["iCode"]]["Weight"]) for r in records])
    is_noisy = np.array([record["Level"] != "4" for record in records])
    golden.same_numbers(
        "sens_noisy_weights_L2plus",
        ratio[~is_noisy],
        np.ones(100),
        note="level 4 only; levels 2 and 3 come of R's random stream: held to their band",
    )
    drawn = np.sort((ratio[is_noisy] - 0.75) / 0.5)
    assert drawn[0] >= 0
    assert drawn[-1] <= 1
    # The largest gap to the uniform distribution is below 1.63 / sqrt(n), at the 1 % level.
    steps = np.arange(1, len(drawn) + 1) / len(drawn)
    assert np.abs(drawn - steps).max() < 1.63 / np.sqrt(len(drawn))
