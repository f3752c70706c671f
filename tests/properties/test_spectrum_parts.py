"""Identities of Figure 1: linking, moderation, draws, ranks and correlation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.ranks import average_ranks, competition_ranks
from sharedfuture.analyse.spectrum.association import (
    bootstrap,
    explained_variance,
    pearson,
    percentile_bounds,
    spearman,
)
from sharedfuture.analyse.spectrum.democracy import mean_half_widths
from sharedfuture.analyse.spectrum.draws import Centre, Noise, draw, standard_errors, tech_bounds
from sharedfuture.analyse.spectrum.linking import link
from sharedfuture.analyse.spectrum.moderation import (
    Prior,
    fit_prior,
    moderate,
    student_quantile,
)
from sharedfuture.analyse.spectrum.nearness import (
    SCALINGS,
    full_range_distance,
    is_undominated,
    nearest_shares,
)
from sharedfuture.analyse.spectrum.points import Points

quick = settings(max_examples=40, deadline=None)


# Linking


numbers = st.lists(
    st.floats(-100, 100).map(lambda value: round(value, 3)), min_size=4, max_size=30, unique=True
)


@quick
@given(numbers, st.integers(0, 1000))
def test_linking_gives_the_mean_and_deviation_of_the_target(values: list[float], seed: int) -> None:
    measure = np.array(values)
    target = np.random.default_rng(seed).normal(5, 2, size=len(values))
    line = link(measure, target)
    assert line is not None
    linked = line.apply(measure)
    assert np.isclose(linked.mean(), target.mean())
    assert np.isclose(linked.std(), target.std())


@quick
@given(numbers, st.floats(0.1, 50), st.floats(-50, 50))
def test_linking_does_not_depend_on_the_unit_of_the_measure_and_keeps_order(
    values: list[float], factor: float, shift: float
) -> None:
    measure = np.array(values)
    target = np.linspace(0, 10, len(values))
    plain, changed = link(measure, target), link(measure * factor + shift, target)
    assert plain is not None
    assert changed is not None
    linked = plain.apply(measure)
    assert np.allclose(linked, changed.apply(measure * factor + shift), atol=1e-6)
    assert np.array_equal(np.argsort(linked), np.argsort(measure))


@pytest.mark.parametrize("measure", [[1.0, 2.0], [3.0, 3.0, 3.0, 3.0]])
def test_no_line_without_spread_or_with_two_countries(measure: list[float]) -> None:
    assert link(np.array(measure), np.linspace(0, 1, len(measure))) is None


# Moderation


@pytest.mark.parametrize(
    ("degrees", "quantile"),  # Student's t, two-sided 95 %, from printed tables
    [(2, 4.30265), (3, 3.18245), (5, 2.57058), (10, 2.22814), (30, 2.04227), (1000, 1.96234)],
)
def test_student_quantile_is_the_printed_one(degrees: float, quantile: float) -> None:
    assert student_quantile(degrees, 0.95) == pytest.approx(quantile, abs=2e-4)


@pytest.mark.parametrize("prior_degrees", [5.0, 20.0])
@pytest.mark.parametrize("freedom", [1.0, 2.0])
def test_prior_is_found_again_in_variances_made_from_it(
    prior_degrees: float, freedom: float
) -> None:
    generator = np.random.default_rng(3)
    variances = 0.2 * generator.f(freedom, prior_degrees, size=5000)
    prior = fit_prior(variances, np.full(5000, freedom))
    assert prior is not None
    assert prior.variance == pytest.approx(0.2, rel=0.1)
    assert prior.degrees == pytest.approx(prior_degrees, rel=0.35)


def test_equal_variances_get_a_prior_that_outweighs_each_country() -> None:
    generator = np.random.default_rng(4)
    variances = 0.3 * generator.chisquare(2.0, size=5000) / 2.0
    prior = fit_prior(variances, np.full(5000, 2.0))
    assert prior is not None
    assert prior.degrees > 100


@quick
@given(st.lists(st.floats(0, 10), min_size=1, max_size=20), st.floats(0.01, 5), st.floats(2.5, 100))
def test_moderated_variance_lies_between_own_and_prior(
    values: list[float], variance: float, degrees: float
) -> None:
    own = np.array(values)
    moderated = moderate(own, np.full(len(own), 2.0), Prior(variance, degrees))
    assert (moderated >= np.minimum(own, variance) - 1e-9).all()
    assert (moderated <= np.maximum(own, variance) + 1e-9).all()
    unknown = moderate(np.full(len(own), np.nan), np.zeros(len(own)), Prior(variance, degrees))
    assert np.allclose(unknown, variance)


@quick
@given(st.floats(0.01, 100))
def test_half_widths_scale_with_the_measures(factor: float) -> None:
    generator = np.random.default_rng(5)
    values, errors = generator.normal(size=(30, 3)), generator.uniform(0.1, 0.3, size=(30, 3))
    plain = mean_half_widths(values, errors, level=0.95)
    scaled = mean_half_widths(values * factor, errors * factor, level=0.95)
    assert np.allclose(scaled, plain * factor)


def test_identical_measures_leave_only_the_publishers_error() -> None:
    values = np.repeat(np.linspace(1, 9, 20)[:, None], 3, axis=1)
    errors = np.column_stack([np.full(20, np.nan), np.full(20, 0.3), np.full(20, 0.4)])
    half = mean_half_widths(values, errors, level=0.95)
    assert np.allclose(half, 1.959964 * math.sqrt((0.09 + 0.16) / 2))
    assert np.allclose(mean_half_widths(values, np.full((20, 3), np.nan), level=0.95), 0.0)


def test_interval_is_not_divided_by_the_number_of_measures() -> None:
    generator = np.random.default_rng(6)
    values = generator.normal(0, 1.0, size=(4000, 3))
    half = mean_half_widths(values, np.full(values.shape, np.nan), level=0.95)
    assert half.mean() == pytest.approx(1.96, rel=0.05)  # not 1.96 / sqrt(3)


def test_half_width_is_the_declared_formula() -> None:
    generator = np.random.default_rng(11)
    values = generator.normal(size=(60, 3)) * generator.gamma(1.0, 1.0, size=(60, 1))
    errors = np.full(values.shape, 0.2)
    variances, degrees = values.var(axis=1, ddof=1), np.full(60, 2.0)
    prior = fit_prior(variances, degrees)
    assert prior is not None
    moderated = (prior.degrees * prior.variance + 2 * variances) / (prior.degrees + 2)
    reach = student_quantile(prior.degrees + 2, 0.95)
    assert reach > 2.1  # so few degrees of freedom that the normal would be wrong
    expected = np.sqrt(reach**2 * moderated + 1.959964**2 * 0.04)
    assert np.allclose(mean_half_widths(values, errors, level=0.95), expected)


def test_a_missing_measure_widens_the_interval() -> None:
    generator = np.random.default_rng(7)
    values = generator.normal(0, 1.0, size=(400, 3))
    errors = np.full(values.shape, 0.2)
    whole = mean_half_widths(values, errors, level=0.95)
    gone = values.copy()
    gone[:50, 2], gone[:25, 1] = np.nan, np.nan  # one measure left, then two
    parted = mean_half_widths(gone, np.where(np.isnan(gone), np.nan, errors), level=0.95)
    assert parted[:25].mean() > parted[25:50].mean() > 1.05 * whole[50:].mean()
    assert (parted[:25] > np.median(whole)).all()


def test_one_measure_alone_has_no_interval() -> None:
    half = mean_half_widths(np.linspace(0, 10, 8)[:, None], np.full((8, 1), 0.1), level=0.95)
    assert np.isnan(half).all()


# Draws


def points_of(tech: list[float], *, items: float = 11.0) -> Points:
    return Points(
        country_ids=tuple(f"X{index:02d}" for index in range(len(tech))),
        tech=np.array(tech),
        items=np.full(len(tech), items),
        democracy=np.full(len(tech), 5.0),
        row_ids=tuple(() for _ in tech),
    )


def centre_of(value: list[float], half: float) -> Centre:
    middle = np.array(value)
    low, high = np.clip(middle - half, 0, 10), np.clip(middle + half, 0, 10)
    return Centre(tuple(f"dem-{index}" for index in range(len(value))), middle, low, high)


def noise(*, draws: int = 4000, item_dispersion: float = 0.8) -> Noise:
    return Noise(draws=draws, item_dispersion=item_dispersion, prior_count=0.5, level=0.95)


@quick
@given(st.floats(0.05, 0.95), st.integers(4, 30), st.floats(0.3, 1.0))
def test_more_items_or_less_dispersion_narrow_technology(
    tech: float, items: int, dispersion: float
) -> None:
    centre = centre_of([5.0], 1.0)

    def width(count: float, spread: float) -> float:
        points = points_of([tech], items=count)
        drawn = draw(points, centre, noise=noise(item_dispersion=spread), seed=1)
        low, high = tech_bounds(points, drawn.tech, level=0.95)
        assert low[0] <= tech <= high[0]
        return float(high[0] - low[0])

    assert width(items * 3, dispersion) < width(items, dispersion)
    assert width(items, dispersion / 3) < width(items, dispersion)


@pytest.mark.parametrize("tech", [0.2, 0.5, 0.8])
def test_technology_is_drawn_with_the_declared_variance(tech: float) -> None:
    points = points_of([tech], items=200.0)
    drawn = draw(
        points, centre_of([5.0], 1.0), noise=noise(draws=40_000, item_dispersion=0.5), seed=2
    )
    assert drawn.tech.var() == pytest.approx(0.5 * tech * (1 - tech) / 200, rel=0.05)
    assert drawn.tech.mean() == pytest.approx(tech, abs=0.005)


def test_all_points_are_not_certainty_but_stay_inside_their_interval() -> None:
    points = points_of([1.0, 0.0])
    drawn = draw(points, centre_of([5.0, 5.0], 1.0), noise=noise(), seed=3)
    low, high = tech_bounds(points, drawn.tech, level=0.95)
    assert 0.7 < low[0] < 0.95
    assert high[0] == 1.0
    assert low[1] == 0.0
    assert 0.05 < high[1] < 0.3
    answers = 11.0 / 0.8
    expected = [(answers + 0.5) / (answers + 1), 0.5 / (answers + 1)]
    assert drawn.tech.mean(axis=0) == pytest.approx(expected, abs=0.005)


@quick
@given(st.floats(0, 10), st.floats(0.01, 4.9))
def test_democracy_draws_stay_on_the_scale(value: float, half: float) -> None:
    centre = centre_of([value], half)
    drawn = draw(points_of([0.5]), centre, noise=noise(draws=500), seed=4).democracy
    assert ((drawn >= 0) & (drawn <= 10)).all()
    assert standard_errors(centre, level=0.95)[0] == pytest.approx(half / 1.959964, rel=1e-4)


def test_democracy_is_drawn_around_the_mean_reading_with_its_error() -> None:
    drawn = draw(
        points_of([0.5]), centre_of([4.0], 1.0), noise=noise(draws=40_000), seed=5
    ).democracy
    assert drawn.mean() == pytest.approx(4.0, abs=0.02)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx([3.0, 5.0], abs=0.03)


# Ranks and distances


values_with_ties = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=25)


@quick
@given(values_with_ties)
def test_ranks_are_those_of_counting(values: list[float]) -> None:
    column = np.array(values)
    below = np.array([sum(other < value for other in values) for value in values])
    equal = np.array([sum(other == value for other in values) for value in values])
    assert np.array_equal(competition_ranks(column), below + 1)
    assert np.allclose(average_ranks(column), below + (equal + 1) / 2)
    stacked = np.stack([column, -column])
    assert np.array_equal(competition_ranks(stacked)[1], competition_ranks(-column))


@pytest.mark.parametrize("scaling", sorted(SCALINGS))
@quick
@given(seed=st.integers(0, 10_000))
def test_more_technology_or_less_democracy_is_never_farther(scaling: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    tech, free = generator.uniform(0, 1, 12), generator.uniform(0, 10, 12)
    tech[0], free[0] = tech[1:].max(), free[1:].min()  # as far as any on each axis
    before = SCALINGS[scaling](tech, free)
    assert competition_ranks(before)[0] == 1
    order = generator.permutation(12)
    assert np.allclose(SCALINGS[scaling](tech[order], free[order]), before[order])


@quick
@given(st.integers(0, 10_000), st.floats(0.1, 0.9), st.floats(0.05, 0.1))
def test_observed_range_sees_neither_unit_nor_origin(
    seed: int, factor: float, shift: float
) -> None:
    generator = np.random.default_rng(seed)
    tech, free = generator.uniform(0, 1, 12), generator.uniform(0, 10, 12)
    distance = SCALINGS["observed-range"]
    plain = distance(tech, free)
    assert np.allclose(distance(factor * tech + shift, factor * free + shift), plain)
    assert not np.allclose(distance(tech[:4], free[:4] ** 2), plain[:4])


@pytest.mark.parametrize("scaling", ["standardised", "ranks"])
def test_a_scaling_of_spread_or_order_does_not_see_the_unit_of_democracy(scaling: str) -> None:
    generator = np.random.default_rng(8)
    tech, free = generator.uniform(0, 1, 20), generator.uniform(1, 3, 20)
    assert np.allclose(SCALINGS[scaling](tech, free), SCALINGS[scaling](tech, free * 3))
    assert not np.allclose(full_range_distance(tech, free), full_range_distance(tech, free * 3))


def test_corner_itself_and_the_far_corner() -> None:
    ends = full_range_distance(np.array([1.0, 0.0, 1.0]), np.array([0.0, 10.0, 10.0]))
    assert ends == pytest.approx([0.0, math.sqrt(2), 1.0])


@quick
@given(st.integers(0, 10_000))
def test_nearest_at_some_weight_is_never_dominated(seed: int) -> None:
    generator = np.random.default_rng(seed)
    tech, free = generator.uniform(0, 1, 15), generator.uniform(0, 10, 15)
    shares = nearest_shares(tech, free, weights=101)
    undominated = is_undominated(tech, free)
    assert shares.sum() == pytest.approx(1.0)
    assert undominated[shares > 0].all()
    brute = [
        not any(
            (tech[j] >= tech[i] and free[j] <= free[i]) and (tech[j] > tech[i] or free[j] < free[i])
            for j in range(15)
        )
        for i in range(15)
    ]
    assert undominated.tolist() == brute


# Correlation


@quick
@given(st.integers(0, 10_000), st.integers(3, 40))
def test_pearson_is_numpys_and_spearman_is_pearson_of_ranks(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    first = generator.normal(size=count)
    second = generator.normal(size=count) - 0.5 * first
    expected = np.corrcoef(first, second)[0, 1]
    assert pearson(first, second) == pytest.approx(expected, abs=1e-12)
    assert pearson(first, -3 * second + 1) == pytest.approx(-expected, abs=1e-9)
    assert explained_variance(first, second) == pytest.approx(expected**2, abs=1e-12)
    monotone = np.exp(second)
    assert spearman(first, monotone) == pytest.approx(spearman(first, second), abs=1e-12)


def test_pearson_of_something_that_does_not_vary_is_unknown() -> None:
    assert np.isnan(pearson(np.ones(5), np.arange(5.0)))


@quick
@given(st.integers(0, 1000))
def test_bootstrap_is_the_loop_that_it_replaces(seed: int) -> None:
    generator = np.random.default_rng(seed + 1)
    first, second = generator.normal(size=15), generator.integers(0, 5, size=15).astype(float)
    for association in (pearson, spearman):
        fast = bootstrap(association, first, second, resamples=30, seed=seed)
        again = np.random.default_rng(seed)
        chosen = again.integers(0, 15, size=(30, 15))
        slow = [float(association(first[row], second[row])) for row in chosen]
        assert np.allclose(fast, slow, equal_nan=True)
    low, high = percentile_bounds(fast, level=0.9)
    assert np.nanmin(fast) <= low <= np.nanmedian(fast) <= high <= np.nanmax(fast)


def test_bootstrap_interval_agrees_with_theory_for_a_normal_sample() -> None:
    generator = np.random.default_rng(9)
    first = generator.normal(size=400)
    second = 0.5 * first + generator.normal(size=400)
    low, high = percentile_bounds(
        bootstrap(pearson, first, second, resamples=2000, seed=1), level=0.95
    )
    fisher = np.arctanh(pearson(first, second)) + np.array([-1, 1]) * 1.96 / math.sqrt(397)
    assert [low, high] == pytest.approx(np.tanh(fisher), abs=0.03)
