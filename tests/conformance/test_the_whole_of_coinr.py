"""Every recorded table of COINr 1.1.14 is compared by some test, and every cell is near enough.

Collected last, so that all comparisons of this run have been made. It needs the whole suite:
`make conformance`, or `pytest -m conformance tests/conformance`, in one process.
"""

import pytest

from tests.conformance.coinr import Golden

pytestmark = pytest.mark.conformance

# Recorded tables that are inputs and nothing else: none, all inputs are read or made by us as well.
INPUTS: frozenset[str] = frozenset()

WHOLE_SUITE = (
    "this test needs the whole suite in one process: "
    ".venv/bin/python -m pytest -m conformance tests/conformance"
)


def recorded(golden: Golden) -> set[str]:
    return {path.stem for path in golden.folder.glob("*.csv")}


def test_every_recorded_table_is_compared(golden: Golden) -> None:
    tables = recorded(golden)
    assert tables, f"no recorded table in {golden.folder}"
    left = sorted(tables - set(golden.compared) - INPUTS)
    assert not left, (
        f"{len(left)} of {len(tables)} recorded tables are compared by no test that has run "
        f"({WHOLE_SUITE}): {', '.join(left)}"
    )


def test_nothing_is_counted_that_is_not_recorded(golden: Golden) -> None:
    tables = recorded(golden)
    assert set(golden.compared) <= tables
    assert tables >= INPUTS
    assert not INPUTS & set(golden.compared), "an input that is compared after all"


def test_every_cell_is_within_the_tolerance(golden: Golden) -> None:
    assert golden.compared, WHOLE_SUITE
    apart = {
        name: f"{result.cells - result.within} of {result.cells} cells"
        for name, result in golden.compared.items()
        if result.within < result.cells or not result.cells
    }
    assert not apart
