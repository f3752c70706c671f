"""What holds of perturbed inputs and resamples for any numbers."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sharedfuture.analyse.composite.uncertainty import perturb

Array = npt.NDArray[np.float64]

SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=25)


def table_with_gaps(seed: int) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    values = generator.uniform(1, 9, size=(3, 6))
    values[generator.random(values.shape) < 0.2] = np.nan
    values[0, 0] = 5.0
    return values, generator.uniform(0.1, 2, size=values.shape)


def perturbations(
    values: Array, errors: Array
) -> dict[str, Callable[[np.random.Generator], Array]]:
    return {
        "normal": lambda generator: perturb.draw_normal_errors(
            values, errors, replicates=40, generator=generator
        ),
        "bounded": lambda generator: perturb.draw_bounded_errors(
            values, errors, bounds=(0.0, 10.0), replicates=40, generator=generator
        ),
        "interval": lambda generator: perturb.draw_interval_errors(
            values,
            values - errors,
            values + 2 * errors,
            level=0.9,
            replicates=40,
            generator=generator,
        ),
        "uniform": lambda generator: perturb.draw_uniform_errors(
            values - errors, values + errors, replicates=40, generator=generator
        ),
    }


@FEW
@given(seed=SEEDS)
@pytest.mark.parametrize("name", ["normal", "bounded", "interval", "uniform"])
def test_errors_leave_gaps_and_return_with_their_seed(name: str, seed: int) -> None:
    values, errors = table_with_gaps(seed)
    before = values.copy()
    draw = perturbations(values, errors)[name]
    drawn = draw(np.random.default_rng(seed))
    assert drawn.shape == (40, 3, 6)
    assert np.array_equal(np.isnan(drawn), np.broadcast_to(np.isnan(values), drawn.shape))
    assert np.array_equal(drawn, draw(np.random.default_rng(seed)), equal_nan=True)
    assert np.array_equal(values, before, equal_nan=True)
    if name == "bounded":
        held = drawn[~np.isnan(drawn)]
        assert ((held >= 0) & (held <= 10)).all()
    if name == "uniform":
        held = np.abs(drawn - values)[:, ~np.isnan(values)]
        assert (held <= errors[~np.isnan(values)] + 1e-9).all()


def test_errors_follow_the_distribution_that_is_named() -> None:
    generator = np.random.default_rng(8)
    value, error = np.array([[5.0]]), np.array([[2.0]])
    normal = perturb.draw_normal_errors(value, error, replicates=20_000, generator=generator)
    assert stats.kstest(normal.ravel(), stats.norm(5, 2).cdf).pvalue > 0.001
    bounded = perturb.draw_bounded_errors(
        value, error, bounds=(4.0, 10.0), replicates=20_000, generator=generator
    )
    assert stats.kstest(bounded.ravel(), stats.truncnorm(-0.5, 2.5, 5, 2).cdf).pvalue > 0.001
    lopsided = perturb.draw_interval_errors(
        value, value - 1, value + 4, level=0.8, replicates=20_000, generator=generator
    )
    found = np.quantile(lopsided, [0.1, 0.5, 0.9])
    assert found == pytest.approx([4, 5, 9], abs=0.15)


@FEW
@given(level=st.floats(0.1, 0.99), error=st.floats(0.01, 100))
def test_standard_errors_come_back_from_their_interval(level: float, error: float) -> None:
    quantile = stats.norm.ppf((1 + level) / 2)
    low, high = np.array([3 - error * quantile]), np.array([3 + error * quantile])
    assert perturb.standard_errors(low, high, level=level) == pytest.approx([error], rel=1e-6)


@FEW
@given(seed=SEEDS, groups=st.lists(st.sampled_from("abc"), min_size=4, max_size=9))
def test_resamples_keep_their_size_and_groups_their_members(seed: int, groups: list[str]) -> None:
    generator = np.random.default_rng(seed)
    count = len(groups)
    drawn = perturb.bootstrap_positions(count, replicates=8, generator=generator)
    counts = perturb.count_positions(drawn, count)
    assert (counts.sum(axis=1) == count).all()
    assert counts[3].tolist() == np.bincount(drawn[3], minlength=count).tolist()
    within = perturb.bootstrap_positions_within(groups, replicates=8, generator=generator)
    assert np.array_equal(np.array(groups)[within], np.tile(groups, (8, 1)))
    left_out = perturb.count_positions(perturb.jackknife_positions(count), count)
    assert np.array_equal(left_out, 1 - np.eye(count))


@FEW
@given(seed=SEEDS, noise=st.floats(0.01, 1))
def test_noisy_weights_stay_within_their_noise(seed: int, noise: float) -> None:
    weights = np.array([1.0, 2.0, 0.0, 0.5])
    drawn = perturb.draw_noisy_weights(
        weights, noise, replicates=50, generator=np.random.default_rng(seed)
    )
    assert (np.abs(drawn - weights) <= noise * weights + 1e-12).all()
    assert (drawn >= 0).all()
    assert np.ptp(drawn, axis=0)[[0, 1, 3]].min() > 0
    own = np.array([noise, 0, 0, 0])
    single = perturb.draw_noisy_weights(
        weights, own, replicates=50, generator=np.random.default_rng(seed)
    )
    assert np.array_equal(single[:, 1:], np.tile(weights[1:], (50, 1)))


def test_dirichlet_weights_have_the_mean_and_variance_that_are_promised() -> None:
    weights, generator = np.array([2.0, 1.0, 0.0, 1.0]), np.random.default_rng(5)
    drawn = perturb.draw_dirichlet_weights(
        weights, concentration=7.0, replicates=40_000, generator=generator
    )
    share = weights / 4
    assert drawn.sum(axis=1) == pytest.approx(np.ones(40_000))
    assert (drawn[:, 2] == 0).all()
    assert drawn.mean(axis=0) == pytest.approx(share, abs=0.005)
    assert drawn.var(axis=0) == pytest.approx(share * (1 - share) / 8, rel=0.05)
