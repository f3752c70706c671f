"""Transformations and treatment of outliers as COINr 1.1.14 has them, on the ASEM table.

COINr's own logarithm of the Global Innovation Index returns its input and has no recorded file;
`tests/cases/test_composite_treat.py` shows what it should give.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from sharedfuture.analyse.composite.arrays.moments import excess_kurtosis, skewness
from sharedfuture.analyse.composite.arrays.outliers import Limits, OutlierTest, outlier_test
from sharedfuture.analyse.composite.arrays.transform import (
    box_cox,
    log_offset,
    log_plain_offset,
    log_towards_normal,
)
from sharedfuture.analyse.composite.arrays.treat import (
    StepTaken,
    Transforming,
    Treated,
    Winsorising,
    treat,
    treat_combined,
)
from sharedfuture.analyse.composite.arrays.winsorise import Cause, winsorise
from tests.conformance.coinr import Golden

pytestmark = pytest.mark.conformance

Array = npt.NDArray[np.float64]

TRANSFORMS: dict[str, Callable[[Array], Array]] = {
    "transform_log_CT": log_offset,
    "transform_log_CT_orig": log_plain_offset,
    "transform_log_CT_plus": log_towards_normal,
    "transform_boxcox_0": partial(box_cox, exponent=0.0),
    "transform_boxcox_05": partial(box_cox, exponent=0.5),
    "transform_boxcox_2": partial(box_cox, exponent=2.0),
    "transform_boxcox_m1": partial(box_cox, exponent=-1.0),
}

RUNS: dict[str, Callable[[Array], Treated]] = {
    "winmax1": partial(treat, first=Winsorising(1)),
    "winmax2": partial(treat, first=Winsorising(2)),
    "winmax3": partial(treat, first=Winsorising(3)),
    "winmax4": partial(treat, first=Winsorising(4)),
    "winmax1_combine": partial(treat_combined, first=Winsorising(1)),
    "winmaxNULL_skew1_kurt2": partial(treat, first=Winsorising(None), limits=Limits(1.0, 2.0)),
    "winmax2_logCTplus": partial(
        treat, first=Winsorising(2), second=Transforming("log", log_towards_normal)
    ),
    "winmax2_logCTorig": partial(
        treat, first=Winsorising(2), second=Transforming("log", log_plain_offset)
    ),
}

# treat_indiv: what COINr calls `indiv_specs`, handed over one setting at a time
INDIVIDUAL: dict[str, Callable[[Array], Treated]] = {
    "Gas": partial(treat, first=Winsorising(1)),
    "ForPort": partial(treat, first=Transforming("log_offset", log_offset)),
}
UNTREATED = "Bord"


@pytest.fixture
def screened(golden: Golden) -> tuple[tuple[str, ...], tuple[str, ...], Array]:
    """Units, indicators and values (indicators by units) before treatment."""
    table = golden.wide("step4_screened")
    return table.rows, table.columns, np.ascontiguousarray(table.values.T)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(
    golden: Golden, screened: tuple[tuple[str, ...], tuple[str, ...], Array], name: str
) -> None:
    units, codes, values = screened
    golden.same(name, units, codes, TRANSFORMS[name](values).T)


def test_shape_and_winsorised_points(
    golden: Golden, screened: tuple[tuple[str, ...], tuple[str, ...], Array]
) -> None:
    _, codes, values = screened
    ours = {
        "skew": skewness(values),
        "kurt": excess_kurtosis(values),
        "pass": outlier_test(values).passes.astype(float),
        "nwin_max5": winsorise(values, most_points=5).points.astype(float),
        "nwin_nolimit": winsorise(values, most_points=None).points.astype(float),
    }
    golden.same(
        "skew_kurt_winsorise", codes, tuple(ours), np.stack(list(ours.values()), -1), key="iCode"
    )


def test_nominal_treatment(
    golden: Golden, screened: tuple[tuple[str, ...], tuple[str, ...], Array]
) -> None:
    units, codes, values = screened
    treated = treat(values, first=Winsorising(5))
    golden.same("step5_treated", units, codes, treated.values.T)
    _same_details(golden, "treat_details", codes, treated)
    _same_points(golden, units, codes, treated)


@pytest.mark.parametrize("name", RUNS)
def test_treatment_variants(
    golden: Golden, screened: tuple[tuple[str, ...], tuple[str, ...], Array], name: str
) -> None:
    units, codes, values = screened
    treated = RUNS[name](values)
    golden.same(f"treat_{name}", units, codes, treated.values.T)
    _same_details(golden, f"treat_{name}_details", codes, treated)


def test_indicators_with_settings_of_their_own(
    golden: Golden, screened: tuple[tuple[str, ...], tuple[str, ...], Array]
) -> None:
    units, codes, values = screened
    others = [code for code in codes if code not in (*INDIVIDUAL, UNTREATED)]
    parts = {tuple(others): RUNS["winmax3"](values[[codes.index(code) for code in others]])}
    parts |= {(code,): run(values[[codes.index(code)]]) for code, run in INDIVIDUAL.items()}
    ours = {
        code: row
        for members, treated in parts.items()
        for code, row in zip(members, treated.values, strict=True)
    }
    ours[UNTREATED] = values[codes.index(UNTREATED)]
    golden.same("treat_indiv", units, tuple(ours), np.stack(list(ours.values()), axis=-1))
    details = [_details(treated) for treated in parts.values()]
    joined = {column: np.concatenate([part[column] for part in details]) for column in details[0]}
    members = [code for part in parts for code in part]
    joined["winsorise.nwin"][members.index("ForPort")] = np.nan  # its first step is a logarithm
    _same_columns(golden, "treat_indiv_details", members, joined)


def _same_details(golden: Golden, name: str, codes: tuple[str, ...], treated: Treated) -> None:
    _same_columns(golden, name, codes, _details(treated))


def _same_columns(
    golden: Golden, name: str, codes: tuple[str, ...] | list[str], ours: dict[str, Array]
) -> None:
    """COINr leaves out the columns of a step that no indicator needed."""
    recorded = golden.wide(name, key="iCode").columns
    assert all(np.isnan(ours[column]).all() for column in ours if column not in recorded)
    values = np.stack([ours[column] for column in recorded], axis=-1)
    golden.same(name, tuple(codes), recorded, values, key="iCode")


def _details(treated: Treated) -> dict[str, Array]:
    """The columns of COINr's table of treatment details; empty where a step was not needed."""
    first, second = treated.step >= StepTaken.FIRST, treated.step == StepTaken.SECOND
    return {
        **_columns_of_test(0, treated.before, np.ones_like(first)),
        "winsorise.nwin": np.where(first, treated.winsorised_points, np.nan),
        **_columns_of_test(1, treated.after_first, first),
        **_columns_of_test(2, treated.after_second, second),
    }


def _columns_of_test(
    number: int, test: OutlierTest, made: npt.NDArray[np.bool_]
) -> dict[str, Array]:
    name = f"check_SkewKurt{number}"
    return {
        f"{name}.Pass": np.where(made, test.passes, np.nan),
        f"{name}.Skew": np.where(made, test.skewness, np.nan),
        f"{name}.Kurt": np.where(made, test.kurtosis, np.nan),
    }


def _same_points(
    golden: Golden, units: tuple[str, ...], codes: tuple[str, ...], treated: Treated
) -> None:
    """COINr's table of treated points: a word for every changed value."""
    words = {"": 0, "winhi": Cause.LOWERED, "winlo": Cause.RAISED}
    records = golden.records("treat_points")
    recorded = [[float(words[record[code]]) for code in codes] for record in records]
    at = [units.index(record["uCode"]) for record in records]
    golden.same_numbers("treat_points", np.array(recorded), treated.causes.T[at])
    changes = treated.changes()
    assert len(changes.old) == sum(bool(record[code]) for record in records for code in codes)
    assert (changes.old != changes.new).all()
