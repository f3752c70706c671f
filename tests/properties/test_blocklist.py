"""Totals and changes of a list of domains belong together, whatever the flags."""

from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from sharedfuture.analyse.blocking.blocklist import (
    blocklist_days,
    changes_frame,
    find_changes,
    pack,
)

FLAGS = st.tuples(st.integers(1, 300), st.integers(2, 40)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1), fill=st.just(0))
)


def one_by_one(flags: NDArray[np.uint8]) -> list[tuple[int, int, bool]]:
    """Row, day from 1 and new state of every change between days that were checked."""
    checked = np.flatnonzero(flags.any(axis=0)).tolist()
    return [
        (row, day + 1, bool(flags[row, day]))
        for row in range(len(flags))
        for before, day in pairwise(checked)
        if flags[row, before] != flags[row, day]
    ]


@given(FLAGS, st.integers(1, 50))
def test_changes_are_those_found_one_by_one(flags: NDArray[np.uint8], split: int) -> None:
    parts = [pack(part) for part in (flags[:split], flags[split:]) if len(part)]
    blocked = sum((counts for _, counts in parts), np.zeros(flags.shape[1], dtype=np.int64))
    assert blocked.tolist() == flags.sum(axis=0).tolist()
    changes = find_changes([packed for packed, _ in parts], blocked)
    found = zip(
        changes.row.tolist(), changes.position.tolist(), changes.is_block.tolist(), strict=True
    )
    assert list(found) == one_by_one(flags)
    frame = changes_frame(changes, pl.Series([f"d{row}" for row in range(len(flags))]))
    assert frame.height == len(changes.row)


@given(FLAGS)
def test_total_is_the_one_before_with_what_came_and_without_what_went(
    flags: NDArray[np.uint8],
) -> None:
    packed, blocked = pack(flags)
    days = blocklist_days(find_changes([packed], blocked), series="x", first_day=None)
    made = days.drop_nulls("blocked")
    assert days.height == flags.shape[1]
    assert (made["blocked"].diff() == made["newly_blocked"] - made["unblocked"]).all()
    assert made["days_since"].to_list()[1:] == made["position"].diff().to_list()[1:]
