"""Ranks and intervals of shares that several analyses give, beside those of scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, rankdata

from sharedfuture.analyse.intervals import jeffreys
from sharedfuture.analyse.ranks import average_ranks


@given(st.lists(st.lists(st.integers(-3, 3), min_size=5, max_size=5), min_size=1, max_size=4))
def test_equal_values_share_the_mean_of_their_ranks(rows: list[list[int]]) -> None:
    values = np.array(rows, dtype=np.float64)
    assert average_ranks(values).tolist() == rankdata(values, axis=1).tolist()


@given(st.floats(0, 500), st.floats(0, 500), st.sampled_from([0.5, 0.9, 0.95]))
def test_interval_of_a_share_is_that_of_the_prior(hits: float, misses: float, level: float) -> None:
    low, high = jeffreys(hits, misses, level=level)
    prior = beta(hits + 0.5, misses + 0.5)
    assert low == pytest.approx(prior.ppf((1 - level) / 2) if hits else 0.0)
    assert high == pytest.approx(prior.ppf((1 + level) / 2) if misses else 1.0)


def test_a_share_of_none_or_all_has_an_interval() -> None:
    assert jeffreys(0, 10)[0] == 0
    assert 0.1 < jeffreys(0, 10)[1] < 0.4
    assert jeffreys(10, 0)[1] == 1
