"""The statistics of an audit against the recorded results of COINr 1.1.14, on its ASEM data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pytest

from sharedfuture.analyse.composite.arrays.shapes import Array
from sharedfuture.analyse.composite.statistics.components import principal_components
from sharedfuture.analyse.composite.statistics.correlate import (
    Method,
    correlate,
    correlate_between,
    kendall,
    pearson,
    spearman,
)
from sharedfuture.analyse.composite.statistics.describe import (
    Limits,
    describe,
    flag_indicators,
)
from sharedfuture.analyse.composite.statistics.effective import effective_weights
from sharedfuture.analyse.composite.statistics.pairs import (
    Pairs,
    flag_above,
    flag_below,
    flag_stronger,
    keep_significant,
    list_crossing,
    list_own_parents,
    list_pairs_within,
)
from sharedfuture.analyse.composite.statistics.profile import (
    find_strengths,
    find_weaknesses,
    order_units,
    rank_within_groups,
)
from sharedfuture.analyse.composite.statistics.reliability import (
    complete_covariance,
    cronbach_alpha,
    pairwise_covariance,
)
from tests.conformance.coinr import Golden, Wide, number

pytestmark = pytest.mark.conformance

METHODS: dict[str, Method] = {"pearson": pearson, "spearman": spearman, "kendall": kendall}
FLAGS = ("Flag.Avail", "Flag.NonZero", "Flag.Unique", "Flag.SkewKurt")
LEVELS = ("Indicator", "Pillar", "Sub-index", "Index")


@dataclass(frozen=True)
class Series:
    """A recorded data set the way the engine holds it: values are (series, units)."""

    codes: tuple[str, ...]
    units: tuple[str, ...]
    values: Array

    def take(self, codes: Sequence[str]) -> Array:
        return self.values[[self.codes.index(code) for code in codes]]


def series_of(table: Wide) -> Series:
    return Series(table.columns, table.rows, table.values.T.copy())


@pytest.fixture(scope="module")
def raw(golden: Golden) -> Series:
    return series_of(golden.wide("step1_raw"))


@pytest.fixture(scope="module")
def normalised(golden: Golden) -> Series:
    return series_of(golden.wide("step6_normalised"))


@pytest.fixture(scope="module")
def aggregated(golden: Golden) -> Series:
    return series_of(golden.wide("step7_aggregated"))


@pytest.fixture(scope="module")
def lineage(golden: Golden) -> dict[str, dict[str, str]]:
    """For each indicator its element on every level."""
    return {row["Indicator"]: row for row in golden.records("meta_lineage")}


@pytest.fixture(scope="module")
def directions(golden: Golden) -> dict[str, float]:
    rows = golden.records("in_asem_iMeta")
    return {row["iCode"]: float(row["Direction"]) for row in rows if row["Type"] == "Indicator"}


def recorded_pairs(golden: Golden, name: str) -> dict[object, float]:
    rows = golden.records(name)
    return {(row["Var1"], row["Var2"]): number(row["Correlation"]) for row in rows}


def square(coefficient: Array, codes: Sequence[str]) -> dict[object, float]:
    return {
        (first, second): float(coefficient[row, column])
        for row, first in enumerate(codes)
        for column, second in enumerate(codes)
    }


@pytest.mark.parametrize(("name", "step"), [("stats_raw", "step1_raw"), ("stats_treated", None)])
def test_indicator_statistics(golden: Golden, name: str, step: str | None) -> None:
    compare_description(golden, name, series_of(golden.wide(step or "step5_treated")), digits=17)


def test_indicator_statistics_to_three_digits(golden: Golden, raw: Series) -> None:
    compare_description(golden, "stats_raw_3signif", raw, digits=3)


def compare_description(golden: Golden, name: str, series: Series, *, digits: int) -> None:
    found = describe(series.values)
    ours = {
        "Min": found.minimum,
        "Max": found.maximum,
        "Mean": found.mean,
        "Median": found.median,
        "Std": found.deviation,
        "Skew": found.skewness,
        "Kurt": found.kurtosis,
        "N.Avail": found.available_count,
        "N.NonZero": found.nonzero_count,
        "N.Unique": found.unique_count,
        "N.Same": found.most_frequent_count,
        "Frc.Avail": found.available_share,
        "Frc.NonZero": found.nonzero_share,
        "Frc.Unique": found.unique_share,
        "Frc.Same": found.most_frequent_share,
    }
    columns = np.column_stack(list(ours.values()))
    if digits < 17:
        columns = np.vectorize(lambda value: signif(value, digits))(columns)
    golden.same(name, series.codes, tuple(ours), columns, key="iCode", but=FLAGS)
    compare_flags(golden, name, series)


def signif(value: float, digits: int) -> float:
    """R's rounding to significant digits: the scaled number, halves to even."""
    if value == 0:
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    scale = float(10 ** abs(places))
    if places >= 0:
        return round(float(value) * scale) / scale
    return round(float(value) / scale) * scale


def compare_flags(golden: Golden, name: str, series: Series) -> None:
    flags = flag_indicators(describe(series.values), Limits())
    ours = [
        flags.is_mostly_missing,
        flags.is_mostly_zero,
        flags.is_mostly_repeated,
        flags.has_outliers,
    ]
    recorded = {row["iCode"]: [row[flag] != "ok" for flag in FLAGS] for row in golden.records(name)}
    golden.same_numbers(
        name,
        np.array([recorded[code] for code in series.codes], dtype=float),
        np.column_stack(ours).astype(float),
        note="flags too",
    )


@pytest.mark.parametrize("method", sorted(METHODS))
def test_correlations_of_raw_data(golden: Golden, raw: Series, method: str) -> None:
    found = correlate(raw.values, method=METHODS[method])
    name = f"corr_raw_{method}"
    golden.same_cells(name, recorded_pairs(golden, name), square(found.coefficient, raw.codes))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_p_values(golden: Golden, raw: Series, method: str) -> None:
    found = correlate(raw.values, method=METHODS[method])
    chance = found.p_value
    assert (np.diag(chance) < 1e-9).all(), "COINr writes 0 for an indicator with itself"
    golden.same(f"corr_raw_{method}_pvalues", raw.codes, raw.codes, chance, key="row")


def test_insignificant_correlations_are_blanked(golden: Golden, raw: Series) -> None:
    kept = keep_significant(correlate(raw.values, method=pearson), 0.05)
    name = "corr_raw_pearson_pval05"
    golden.same_cells(name, recorded_pairs(golden, name), square(kept, raw.codes))


def test_correlations_with_directions(
    golden: Golden, raw: Series, directions: Mapping[str, float]
) -> None:
    signs = np.array([directions[code] for code in raw.codes])
    found = correlate(raw.values * signs[:, np.newaxis], method=pearson)
    name = "corr_raw_pearson_directed"
    golden.same_cells(name, recorded_pairs(golden, name), square(found.coefficient, raw.codes))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_correlations_across_levels(
    golden: Golden, aggregated: Series, lineage: Mapping[str, Mapping[str, str]], method: str
) -> None:
    pillars = sorted({row["Pillar"] for row in lineage.values()})
    found = correlate_between(
        aggregated.take(pillars), aggregated.take(list(lineage)), method=METHODS[method]
    )
    pairs = list_crossing(found)
    name = f"corr_agg_L1L2_{method}"
    golden.same_cells(name, recorded_pairs(golden, name), named(pairs, pillars, list(lineage)))


def test_correlations_within_a_level(
    golden: Golden, aggregated: Series, lineage: Mapping[str, Mapping[str, str]]
) -> None:
    pillars = sorted({row["Pillar"] for row in lineage.values()})
    found = correlate(aggregated.take(pillars), method=pearson)
    golden.same_cells(
        "corr_agg_L2L2",
        recorded_pairs(golden, "corr_agg_L2L2"),
        square(found.coefficient, pillars),
    )


def named(pairs: Pairs, first: Sequence[str], second: Sequence[str]) -> dict[object, float]:
    triples = zip(pairs.first, pairs.second, pairs.coefficient, strict=True)
    return {(first[one], second[other]): float(value) for one, other, value in triples}


def test_correlations_with_ancestors(
    golden: Golden, aggregated: Series, lineage: Mapping[str, Mapping[str, str]]
) -> None:
    indicators = list(lineage)
    ours: dict[object, float] = {}
    for level in LEVELS[1:]:
        elements = sorted({row[level] for row in lineage.values()})
        parents = [elements.index(lineage[code][level]) for code in indicators]
        found = correlate_between(
            aggregated.take(indicators), aggregated.take(elements), method=pearson
        )
        own = list_own_parents(found, parents)
        cells = zip(indicators, own.coefficient, strict=True)
        ours |= {(level, code): float(value) for code, value in cells}
    golden.same_cells("corr_agg_family", recorded_pairs(golden, "corr_agg_family"), ours)


def groups_of(
    codes: Sequence[str], lineage: Mapping[str, Mapping[str, str]], level: str
) -> tuple[list[str], list[int]]:
    names = sorted({lineage[code][level] for code in codes})
    return names, [names.index(lineage[code][level]) for code in codes]


def test_correlations_within_pillars(
    golden: Golden, normalised: Series, lineage: Mapping[str, Mapping[str, str]]
) -> None:
    found = correlate(normalised.values, method=pearson)
    codes = normalised.codes
    _, groups = groups_of(codes, lineage, "Pillar")
    pairs = list_pairs_within(found, groups)
    ours: dict[object, float] = {
        (code, code): float(value)
        for code, value in zip(codes, np.diag(found.coefficient), strict=True)
    }
    for one, other, value in zip(pairs.first, pairs.second, pairs.coefficient, strict=True):
        ours[codes[one], codes[other]] = ours[codes[other], codes[one]] = float(value)
    name = "corr_norm_within_pillars"
    golden.same_cells(name, recorded_pairs(golden, name), ours)


@pytest.mark.parametrize(
    ("name", "level", "threshold"),
    [("corr_flags_high_075_L2", "Pillar", 0.75), ("corr_flags_low_m03_L3", "Sub-index", -0.3)],
)
def test_flags_of_pairs(
    golden: Golden,
    normalised: Series,
    lineage: Mapping[str, Mapping[str, str]],
    name: str,
    level: str,
    threshold: float,
) -> None:
    names, groups = groups_of(normalised.codes, lineage, level)
    pairs = list_pairs_within(correlate(normalised.values, method=pearson), groups)
    flag = flag_above if threshold > 0 else flag_below
    flagged = flag(pairs, threshold)
    codes = normalised.codes
    ours: dict[object, float] = {
        (names[groups[one]], frozenset((codes[one], codes[other]))): float(value)
        for one, other, value in zip(
            flagged.first, flagged.second, flagged.coefficient, strict=True
        )
    }
    recorded: dict[object, float] = {
        (row["Group"], frozenset((row["Ind1"], row["Ind2"]))): number(row["Corr"])
        for row in golden.records(name)
    }
    golden.same_cells(name, recorded, ours)


def test_correlations_with_denominators(golden: Golden, raw: Series) -> None:
    rows = {row["uCode"]: row for row in golden.records("in_asem_iData")}
    names = ("Area", "Energy", "GDP", "Population")
    denominators = np.array([[number(rows[unit][name]) for unit in raw.units] for name in names])
    found = correlate_between(raw.values, denominators, method=pearson)
    flagged = flag_stronger(list_crossing(found), 0.6)
    recorded: dict[object, float] = {
        (row["Ind"], row["Denom"]): number(row["Corr"]) for row in golden.records("corr_denoms_06")
    }
    golden.same_cells("corr_denoms_06", recorded, named(flagged, raw.codes, names))


def test_cronbach_alpha(
    golden: Golden,
    raw: Series,
    normalised: Series,
    aggregated: Series,
    lineage: Mapping[str, Mapping[str, str]],
) -> None:
    data_sets = {"Raw": raw, "Normalised": normalised, "Aggregated": aggregated}
    covariances = {
        "pairwise.complete.obs": pairwise_covariance,
        "complete.obs": complete_covariance,
    }
    recorded, ours = [], []
    for row in golden.records("cronbach"):
        codes = members(lineage, row["iCodes"], LEVELS[int(row["Level"]) - 1])
        covariance = covariances[row["use"]](data_sets[row["dset"]].take(codes))
        recorded.append(number(row["alpha"]))
        ours.append(cronbach_alpha(covariance))
    golden.same_numbers("cronbach", recorded, np.array(ours))


def members(lineage: Mapping[str, Mapping[str, str]], element: str, level: str) -> list[str]:
    """Codes of a level that belong to the element."""
    rows = [row for row in lineage.values() if element in (*row.values(), "(all)")]
    rows = rows if element != "(all)" else list(lineage.values())
    return sorted({row[level] for row in rows})


@pytest.mark.parametrize(
    "name", ["pca_norm_L1_bygroup", "pca_norm_L1_all", "pca_raw_L1_bygroup_naomit"]
)
def test_principal_components(golden: Golden, raw: Series, normalised: Series, name: str) -> None:
    series = raw if "raw" in name else normalised
    rows = golden.records(f"{name}_loadings")
    recorded, ours = [], []
    for group in sorted({row["group"] for row in rows}):
        own = [row for row in rows if row["group"] == group]
        codes = [row["iCode"] for row in own if row["PC"] == "1"]
        found = principal_components(series.take(codes))
        for at, (deviation, share) in enumerate(
            zip(np.sqrt(found.eigenvalues), found.shares, strict=True)
        ):
            component = [row for row in own if row["PC"] == str(at + 1)]
            loading = {row["iCode"]: number(row["loading"]) for row in component}
            theirs = np.array([loading[code] for code in codes])
            direction = found.directions[:, at] * np.sign(found.directions[:, at] @ theirs)
            recorded += [number(component[0]["sdev"]), number(component[0]["var_share"]), *theirs]
            ours += [deviation, share, *direction]
    golden.same_numbers(f"{name}_loadings", recorded, np.array(ours), note="up to sign")


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("weights_effective", "weights_original"),
        ("weights_effective_unequal", "weights_unequal"),
    ],
)
def test_effective_weights(golden: Golden, name: str, weights: str) -> None:
    above = {row["iCode"]: row["Parent"] for row in golden.records("meta_ind_internal")}
    given = golden.records(weights)
    levels = [[row for row in given if row["Level"] == str(level)] for level in (1, 2, 3, 4)]
    codes = [[row["iCode"] for row in level] for level in levels]
    found = effective_weights(
        [np.array([number(row["Weight"]) for row in level]) for level in levels],
        [
            [codes[at + 1].index(above[code]) for code in level]
            for at, level in enumerate(codes[:-1])
        ],
    )
    ours = dict(zip(chain(*codes), np.concatenate(found), strict=True))
    rows = golden.records(name)
    assert [(row["iCode"], row["Level"], number(row["Weight"])) for row in rows] == [
        (row["iCode"], row["Level"], number(row["Weight"])) for row in given
    ]
    recorded = [number(row["EffWeight"]) for row in rows]
    golden.same_numbers(name, recorded, np.array([ours[row["iCode"]] for row in rows]))


def test_tables_of_scores_and_ranks(golden: Golden, aggregated: Series) -> None:
    ranks = rank_within_groups(aggregated.values, [0] * len(aggregated.units))
    index = aggregated.codes.index("Index")
    order = [aggregated.units[at] for at in order_units(aggregated.values[index])]
    for name in ("results_full_scores", "results_full_ranks", "results_summary"):
        assert [row["uCode"] for row in golden.records(name)] == order, name
    own_rank = ranks[index][:, np.newaxis]
    golden.same(
        "results_full_scores",
        aggregated.units,
        ("Rank", *aggregated.codes),
        np.hstack([own_rank, aggregated.values.T]),
        note="order too",
    )
    golden.same("results_full_ranks", aggregated.units, aggregated.codes, ranks.T, note="order too")
    golden.same(
        "results_summary",
        aggregated.units,
        ("Index", "Rank"),
        np.hstack([aggregated.values[[index]].T, own_rank]),
        but=("uName",),
        note="order too",
    )


def test_ranks_within_groups(golden: Golden, aggregated: Series) -> None:
    name = "results_aggs_groupranks_GDP_group"
    rows = golden.records(name)
    group = {row["uCode"]: row["GDP_group"] for row in rows}
    names = sorted(set(group.values()))
    columns = [column for column in rows[0] if column not in ("uCode", "GDP_group")]
    groups = [names.index(group[unit]) for unit in aggregated.units]
    ranks = rank_within_groups(aggregated.take(columns), groups)
    golden.same(name, aggregated.units, columns, ranks.T, but=("GDP_group",))


@pytest.mark.parametrize("unit", ["CHN", "GBR"])
def test_summary_of_a_unit(golden: Golden, aggregated: Series, unit: str) -> None:
    name = f"unit_summary_{unit}"
    rows = golden.records(name)
    values = aggregated.take([row["Code"] for row in rows])
    at = aggregated.units.index(unit)
    ranks = rank_within_groups(values, [0] * len(aggregated.units))
    golden.same_numbers(
        name,
        np.array([[number(row["Score"]), number(row["Rank"])] for row in rows]),
        np.column_stack([values[:, at], ranks[:, at]]),
    )


@pytest.mark.parametrize("unit", ["CHN", "GBR"])
def test_strengths_and_weaknesses(
    golden: Golden, raw: Series, directions: Mapping[str, float], unit: str
) -> None:
    """COINr leaves out of the weaknesses where the unit is last; we only of the strengths."""
    name = f"unit_strweak_{unit}"
    rows = golden.records("meta_ind_internal")
    codes = [row["iCode"] for row in rows if row["Type"] == "Indicator"]
    values = raw.take(codes) * np.array([directions[code] for code in codes])[:, np.newaxis]
    at = raw.units.index(unit)
    without_last = values.copy()
    lowest = np.nanmin(values, axis=1)
    without_last[values[:, at] == lowest, at] = np.nan
    ours = [
        *listed(find_strengths(values, at, count=5).positions, "strength"),
        *listed(find_weaknesses(without_last, at, count=5).positions, "weakness"),
    ]
    rows = golden.records(name)
    assert [(row["type"], row["Code"]) for row in rows] == [
        (kind, codes[position]) for kind, position in ours
    ]
    ranks = [
        *find_strengths(values, at, count=5).ranks,
        *find_weaknesses(without_last, at, count=5).ranks,
    ]
    shown = [signif(raw.take(codes)[position, at], 3) for _, position in ours]
    golden.same_numbers(
        name,
        np.array([[number(row["Rank"]), number(row["Value"])] for row in rows]),
        np.column_stack([ranks, shown]),
        note="weaknesses without those where the unit is last, which COINr leaves out",
    )
    # China is last in freedom of the press, the one indicator in which either of them is.
    worst = codes[find_weaknesses(values, at, count=1).positions[0]]
    assert worst == {"CHN": "FreePress", "GBR": "GDPGrow"}[unit]
    assert (worst in {row["Code"] for row in rows}) == (unit == "GBR")


def listed(
    positions: Sequence[int] | np.typing.NDArray[np.intp], kind: str
) -> list[tuple[str, int]]:
    return [(kind, int(position)) for position in positions]
