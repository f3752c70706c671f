"""Normalisation as COINr 1.1.14 has it, on the ASEM table and on a vector with ties and gaps.

Differences: COINr divides by the maximum also where that is not above 0 (all negative indicators
of the ASEM table) and gives fractions above 1 that reverse the order, infinite ones or NaN; ours
refuses. The recorded numbers are made here by the plain division, so that all cells are compared.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.direction import (
    directed,
    directed_bounds,
    directed_target,
)
from sharedfuture.analyse.composite.arrays.impute import impute_mean, impute_median
from sharedfuture.analyse.composite.arrays.normalise import (
    borda,
    fraction_of_maximum,
    minmax,
    percentile_rank,
    rank_score,
    scaled,
    zscore,
)
from sharedfuture.analyse.composite.arrays.ranking import Ties
from sharedfuture.analyse.composite.arrays.targets import (
    capped,
    distance_to_maximum,
    distance_to_reference,
    distance_to_target,
    goalposts,
)
from sharedfuture.analyse.composite.arrays.treat import treat
from sharedfuture.analyse.composite.errors import NotDefined
from tests.conformance.coinr import Golden, number

pytestmark = pytest.mark.conformance

Array = npt.NDArray[np.float64]
Normaliser = Callable[[Array], Array]

PLAIN: dict[str, tuple[str, Normaliser]] = {
    "step6_normalised": ("step5_treated", partial(minmax, low=0.0, high=100.0)),
    "norm_n_minmax_1_100": ("step5_treated", partial(minmax, low=1.0, high=100.0)),
    "norm_n_minmax_0_1": ("step5_treated", partial(minmax, low=0.0, high=1.0)),
    "norm_n_zscore_0_1": ("step5_treated", zscore),
    "norm_n_zscore_10_2": ("step5_treated", partial(zscore, mean=10.0, deviation=2.0)),
    "norm_n_scaled_0_100": ("step5_treated", partial(scaled, lower=0.0, upper=100.0)),
    "norm_n_rank": ("step5_treated", rank_score),
    "norm_n_rank_average": ("step5_treated", partial(rank_score, ties=Ties.AVERAGE)),
    "norm_n_borda": ("step5_treated", borda),
    "norm_n_prank": ("step5_treated", percentile_rank),
    "norm_n_dist2max": ("step5_treated", distance_to_maximum),
    "norm_raw_n_minmax": ("step1_raw", minmax),
    "norm_raw_n_rank": ("step1_raw", rank_score),
    "norm_raw_n_prank": ("step1_raw", percentile_rank),
    "norm_raw_n_zscore": ("step1_raw", zscore),
    "norm_raw_n_borda": ("step1_raw", borda),
    "na_normalised_input": ("step1_raw", partial(minmax, low=1.0, high=100.0)),
}


@pytest.fixture(scope="module")
def metadata(golden: Golden) -> dict[str, dict[str, str]]:
    """What is declared for each indicator, with parameters, by code."""
    records = golden.records("in_asem_iMeta_normparas")
    return {record["iCode"]: record for record in records if record["Type"] == "Indicator"}


@pytest.fixture(scope="module")
def directions(metadata: dict[str, dict[str, str]]) -> dict[str, float]:
    """+1 or -1 by code."""
    return {code: number(record["Direction"]) for code, record in metadata.items()}


def _read(
    golden: Golden, name: str, directions: dict[str, float]
) -> tuple[tuple[str, ...], tuple[str, ...], Array]:
    """Units, indicators, and directed values (indicators by units)."""
    table = golden.wide(name)
    signs = np.array([directions[code] for code in table.columns])
    return table.rows, table.columns, directed(table.values.T, signs)


@pytest.mark.parametrize("name", PLAIN)
def test_normalisers(golden: Golden, directions: dict[str, float], name: str) -> None:
    source, normalise = PLAIN[name]
    units, codes, values = _read(golden, source, directions)
    golden.same(name, units, codes, normalise(values).T)


def test_distance_to_a_reference_unit(golden: Golden, directions: dict[str, float]) -> None:
    units, codes, values = _read(golden, "step5_treated", directions)
    distance = distance_to_reference(values, unit=units.index("DEU"))
    golden.same("norm_n_dist2ref_DEU", units, codes, distance.T)


def test_fraction_of_maximum(golden: Golden, directions: dict[str, float]) -> None:
    units, codes, values = _read(golden, "step5_treated", directions)
    ours = np.full(values.shape, np.nan)
    refused = []
    for position, row in enumerate(values):
        try:
            ours[position] = fraction_of_maximum(row)
        except NotDefined:
            refused.append(position)
    assert [codes[position] for position in refused] == [
        code for code in codes if directions[code] < 0
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        ours[refused] = values[refused] / values[refused].max(axis=-1, keepdims=True)
    note = f"{len(refused)} negative indicators, refused by ours, divided by hand"
    golden.same("norm_n_fracmax", units, codes, ours.T, note=note)


def test_parameters_from_the_metadata(
    golden: Golden, directions: dict[str, float], metadata: dict[str, dict[str, str]]
) -> None:
    units, codes, values = _read(golden, "step1_raw", directions)
    signs = np.array([directions[code] for code in codes])

    def declared(column: str) -> Array:
        return np.array([number(metadata[code][column]) for code in codes])

    assert (declared("dist2targ_cap_max") == 1).all()
    assert (declared("goalpost_trunc2posts") == 1).all()
    lower, upper = directed_bounds(declared("scaled_lower"), declared("scaled_upper"), signs)
    low_post, high_post = directed_bounds(
        declared("goalpost_lower"), declared("goalpost_upper"), signs
    )
    target = directed_target(declared("Target"), signs)
    ours = {
        "n_minmax": minmax(values, low=declared("minmax_lower"), high=declared("minmax_upper")),
        "n_zscore": zscore(values, mean=declared("zscore_mean"), deviation=declared("zscore_sd")),
        "n_scaled": scaled(values, lower=lower, upper=upper, high=declared("scale_factor")),
        "n_dist2targ": capped(distance_to_target(values, target=target)),
        "n_goalposts": goalposts(
            values, lower=low_post, upper=high_post, high=declared("goalpost_scale")
        ),
    }
    for function, scores in ours.items():
        golden.same(f"norm_raw_iMeta_{function}", units, codes, scores.T)


def test_indicators_with_normalisers_of_their_own(
    golden: Golden, directions: dict[str, float]
) -> None:
    units, codes, values = _read(golden, "step5_treated", directions)
    scores = minmax(values)
    scores[codes.index("LPI")] = borda(values[codes.index("LPI")])
    flights = values[codes.index("Flights")]
    scores[codes.index("Flights")] = zscore(flights, mean=10.0, deviation=2.0)
    golden.same("norm_indiv", units, codes, scores.T)


def test_common_scale_over_a_panel(golden: Golden, directions: dict[str, float]) -> None:
    records = golden.records("panel_screened")
    codes = [column for column in records[0] if column not in ("Time", "uCode")]
    keys = [(record["Time"], record["uCode"]) for record in records]
    values = np.array([[number(record[code]) for record in records] for code in codes])
    years = np.array([year for year, _ in keys])
    for year in np.unique(years):
        values[:, years == year] = treat(values[:, years == year]).values
    scores = minmax(directed(values, np.array([directions[code] for code in codes])))
    recorded = golden.records("panel_normalised_global")
    assert {(record["Time"], record["uCode"]) for record in recorded} == set(keys)
    golden.same_cells(
        "panel_normalised_global",
        {
            (record["Time"], record["uCode"], code): number(record[code])
            for record in recorded
            for code in codes
        },
        {
            (*key, code): scores[row, column]
            for column, key in enumerate(keys)
            for row, code in enumerate(codes)
        },
    )


def test_functions_on_one_vector_with_ties_and_gaps(golden: Golden) -> None:
    records = golden.records("vector_functions")
    x = np.array([number(record["x"]) for record in records])
    reverse = directed(x, -1.0)
    back = directed_bounds(0.0, 5.0, -1.0)
    ours = {
        "n_minmax": minmax(x),
        "n_zscore": zscore(x),
        "n_rank": rank_score(x),
        "n_rank_max": rank_score(x, ties=Ties.MAX),
        "n_rank_average": rank_score(x, ties=Ties.AVERAGE),
        "n_borda": borda(x),
        "n_prank": percentile_rank(x),
        "n_dist2max": distance_to_maximum(x),
        "n_dist2ref_4": distance_to_reference(x, unit=3),
        "n_dist2targ_8": distance_to_target(x, target=8.0),
        "n_dist2targ_8_cap": capped(distance_to_target(x, target=8.0)),
        "n_dist2targ_m1_neg": distance_to_target(reverse, target=1.0),
        "n_fracmax": fraction_of_maximum(x),
        "n_goalposts_0_5_1": goalposts(x, lower=0.0, upper=5.0, high=1.0),
        "n_goalposts_0_5_1_neg": goalposts(reverse, lower=back[0], upper=back[1], high=1.0),
        "n_goalposts_0_5_1_notrunc": scaled(x, lower=0.0, upper=5.0, high=1.0),
        "n_scaled_1_10": scaled(x, lower=1.0, upper=10.0),
        "i_mean": impute_mean(x),
        "i_median": impute_median(x),
    }
    assert list(records[0]) == ["x", *ours]
    recorded = np.array([[number(record[column]) for column in ours] for record in records])
    golden.same_numbers("vector_functions", recorded, np.stack(list(ours.values()), axis=-1))
