"""Whole recipes against COINr 1.1.14: from a table to scores, ranks and replicates.

The recorded tables that need a whole recipe are counted here. Those that tests of single functions
count already are compared once more, through recipes, with a counter of their own.

Tables of what a recipe refuses (fractions of a negative maximum, negative weights) or does better
(power means and Copeland's scores with missing values) are left to the tests of the functions,
which show the difference.
"""

from dataclasses import replace

import numpy as np
import pytest

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.arrays.missing import MissingRule
from sharedfuture.analyse.composite.arrays.ranking import rank
from sharedfuture.analyse.composite.methods.imputing import Imputer, Periods
from sharedfuture.analyse.composite.methods.normalising import Normaliser
from tests.conformance.asem import (
    ARITHMETIC,
    GEOMETRIC,
    ONE_TO_HUNDRED,
    WINSORISE,
    Asem,
    asem_of,
    inputs_of,
)
from tests.conformance.coinr import Array, Golden, number

pytestmark = pytest.mark.conformance

CHAIN = {
    "step2_denominated": "denominate",
    "step3_imputed": "impute",
    "step4_screened": "screen",
    "step5_treated": "treat",
    "step6_normalised": "normalise",
}


@pytest.fixture(scope="module")
def asem(golden: Golden) -> Asem:
    return asem_of(golden)


def aggregates_of(scored: ci.Scored) -> tuple[tuple[str, ...], Array]:
    """Codes and scores (rows, codes) of all elements above the indicators."""
    codes = tuple(code for level in scored.framework.levels[1:] for code in level.codes)
    return codes, np.stack([scored.scores[code] for code in codes], axis=-1)


# The nominal chain


def test_every_stage_of_the_nominal_recipe(asem: Asem) -> None:
    units, codes = asem.table.units, asem.framework.codes
    asem.again.same("step1_raw", units, codes, asem.nominal.values["raw"].T)
    for name, stage in CHAIN.items():
        asem.again.same(name, units, codes, asem.nominal.values[stage].T)
    above, scores = aggregates_of(asem.nominal)
    every = np.concatenate([asem.nominal.values["normalise"].T, scores], axis=1)
    asem.again.same("step7_aggregated", units, (*codes, *above), every)


def test_scores_and_ranks_of_all_elements(asem: Asem) -> None:
    scored = asem.nominal
    codes = tuple(scored.scores)
    columns = np.stack([scored.ranks(), *scored.scores.values()], axis=-1)
    asem.again.same("results_full_scores", asem.table.units, ("Rank", *codes), columns)
    ranks = np.stack([scored.ranks(code) for code in codes], axis=-1)
    asem.again.same("results_full_ranks", asem.table.units, codes, ranks)
    asem.again.same(
        "results_summary",
        asem.table.units,
        ("Index", "Rank"),
        np.stack([scored.index, scored.ranks()], axis=-1),
        but=("uName",),
    )
    assert scored.absences() == {}


def test_log_of_treatment_names_every_treated_point(asem: Asem) -> None:
    words = {"lowered": "winhi", "raised": "winlo"}
    ours = {
        (asem.table.units[change.row], change.code): words[change.cause]
        for change in asem.nominal.changes
    }
    recorded = {
        (record["uCode"], code): word
        for record in asem.golden.records("treat_points")
        for code, word in record.items()
        if code != "uCode" and word
    }
    assert ours == recorded
    assert len(asem.nominal.changes) == len(recorded)


# Stages of other recipes


@pytest.mark.parametrize(
    ("name", "imputer"),
    [
        ("i_mean", ci.imputers.Mean()),
        ("i_median", ci.imputers.Median()),
        ("i_mean_grp_GDP_group", ci.imputers.GroupMean(group="GDP_group")),
        ("i_median_grp_EurAsia_group", ci.imputers.GroupMedian(group="EurAsia_group")),
        ("i_mean_row_level2", ci.imputers.RowMean(level=2)),
        ("i_median_row_level2", ci.imputers.RowMedian(level=2)),
    ],
)
def test_imputation_by_recipe(asem: Asem, name: str, imputer: Imputer) -> None:
    scored = ci.score(asem.table, asem.recipe.replaced("impute.by", imputer))
    values = scored.values["impute"]
    asem.again.same(f"impute_{name}", asem.table.units, asem.framework.codes, values.T)
    # 63 gaps in the data, and two more for want of a denominator.
    assert scored.imputed is not None
    assert np.array_equal(scored.imputed, np.isnan(scored.values["denominate"]))
    assert scored.imputed.sum() == np.isnan(asem.table.values).sum() + 2 == 65


_LOG_ORIGINAL = ci.treatments.LogPlainOffset()
_LOG_TOWARDS_NORMAL = ci.treatments.LogTowardsNormal()
TREATMENTS = {
    **{f"winmax{k}": ci.treatments.Treat(first=WINSORISE(most_points=k)) for k in (1, 2, 3, 4)},
    "winmax1_combine": ci.treatments.Treat(first=WINSORISE(most_points=1), combine=True),
    "winmaxNULL_skew1_kurt2": ci.treatments.Treat(
        first=WINSORISE(most_points=None), skewness_limit=1.0, kurtosis_limit=2.0
    ),
    "winmax2_logCTplus": ci.treatments.Treat(
        first=WINSORISE(most_points=2), second=_LOG_TOWARDS_NORMAL
    ),
    "winmax2_logCTorig": ci.treatments.Treat(first=WINSORISE(most_points=2), second=_LOG_ORIGINAL),
    "indiv": ci.treatments.Treat(
        first=WINSORISE(most_points=3),
        only=(
            ci.treatments.TreatOnly(codes=("Bord",)),
            ci.treatments.TreatOnly(
                codes=("Gas",),
                first=WINSORISE(most_points=1),
                second=ci.treatments.LogOffset(),
            ),
            ci.treatments.TreatOnly(codes=("ForPort",), first=ci.treatments.LogOffset()),
        ),
    ),
}


@pytest.mark.parametrize("name", TREATMENTS)
def test_treatment_by_recipe(asem: Asem, name: str) -> None:
    scored = ci.score(asem.table, replace(asem.recipe, treat=TREATMENTS[name]))
    asem.again.same(
        f"treat_{name}", asem.table.units, asem.framework.codes, scored.values["treat"].T
    )


NORMALISERS: dict[str, Normaliser] = {
    "n_minmax_1_100": ONE_TO_HUNDRED,
    "n_minmax_0_1": ci.normalisers.MinMax(low=0.0, high=1.0),
    "n_zscore_0_1": ci.normalisers.ZScore(),
    "n_zscore_10_2": ci.normalisers.ZScore(mean=10.0, deviation=2.0),
    "n_rank": ci.normalisers.Rank(),
    "n_borda": ci.normalisers.Borda(),
    "n_prank": ci.normalisers.PercentileRank(),
    "n_dist2max": ci.normalisers.DistanceToMaximum(),
    "n_dist2ref_DEU": ci.normalisers.DistanceToReference(unit="DEU"),
}


@pytest.mark.parametrize("name", NORMALISERS)
def test_normaliser_by_recipe(asem: Asem, name: str) -> None:
    scored = ci.score(asem.table, asem.recipe.replaced("normalise.by", NORMALISERS[name]))
    scores = scored.values["normalise"]
    asem.again.same(f"norm_{name}", asem.table.units, asem.framework.codes, scores.T)


def test_indicators_with_scales_of_their_own(asem: Asem) -> None:
    only = (
        ci.normalisers.NormaliseOnly(codes=("LPI",), by=ci.normalisers.Borda()),
        ci.normalisers.NormaliseOnly(
            codes=("Flights",), by=ci.normalisers.ZScore(mean=10.0, deviation=2.0)
        ),
    )
    scored = ci.score(asem.table, asem.recipe.replaced("normalise.only", only))
    scores = scored.values["normalise"]
    asem.again.same("norm_indiv", asem.table.units, asem.framework.codes, scores.T)


def raw_recipe(framework: ci.Framework, by: Normaliser) -> ci.Recipe:
    """Normalised and aggregated as the data are, missing values and all."""
    return ci.Recipe(
        id="raw",
        framework=framework,
        normalise=ci.normalisers.Normalise(by=by),
        aggregate=ci.aggregators.Aggregate(by=ARITHMETIC),
    )


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("norm_raw_n_minmax", ci.normalisers.MinMax()),
        ("norm_raw_n_rank", ci.normalisers.Rank()),
        ("norm_raw_n_prank", ci.normalisers.PercentileRank()),
        ("norm_raw_n_zscore", ci.normalisers.ZScore()),
        ("norm_raw_n_borda", ci.normalisers.Borda()),
        ("norm_raw_iMeta_n_dist2targ", ci.normalisers.DistanceToTarget(cap=True)),
        ("norm_raw_iMeta_n_goalposts", ci.normalisers.Goalposts()),
        ("na_normalised_input", ONE_TO_HUNDRED),
    ],
)
def test_normaliser_of_raw_data_by_recipe(asem: Asem, name: str, by: Normaliser) -> None:
    table, framework = inputs_of(asem.golden, "in_asem_iData", "in_asem_iMeta_normparas")
    scored = ci.score(table, raw_recipe(framework, by))
    asem.again.same(name, table.units, framework.codes, scored.values["normalise"].T)


# Weights and aggregation


def test_unequal_weights_are_made_by_their_rule(asem: Asem) -> None:
    order = [record["iCode"] for record in asem.golden.records("weights_original")]
    levels = {code: float(level) for code, level in asem.framework.level_of.items()}
    ours = np.array([[levels[code], weight] for code, weight in unequal_weights(asem).items()])
    asem.golden.same("weights_unequal", order, ("Level", "Weight"), ours, key="iCode")


def unequal_weights(asem: Asem) -> dict[str, float]:
    """1 + (k mod 5) for row k of the recorded order, counted from 1."""
    records = asem.golden.records("weights_original")
    return {record["iCode"]: 1.0 + row % 5 for row, record in enumerate(records, 1)}


AGGREGATES = {
    "a_amean": ci.aggregators.Aggregate(by=ARITHMETIC),
    "a_gmean": ci.aggregators.Aggregate(by=GEOMETRIC),
    "a_hmean": ci.aggregators.Aggregate(by=ci.aggregators.Harmonic()),
    "a_genmean_p2": ci.aggregators.Aggregate(by=ci.aggregators.Power(exponent=2.0)),
    "a_genmean_p05": ci.aggregators.Aggregate(by=ci.aggregators.Power(exponent=0.5)),
    "a_genmean_pm2": ci.aggregators.Aggregate(by=ci.aggregators.Power(exponent=-2.0)),
    "median": ci.aggregators.Aggregate(by=ci.aggregators.Median()),
    "weightedMedian": ci.aggregators.Aggregate(by=ci.aggregators.InterpolatedMedian()),
    "a_copeland": ci.aggregators.Aggregate(by=ci.aggregators.Copeland()),
    "amean_then_copeland": ci.aggregators.Aggregate(
        by=ARITHMETIC, level=(ci.aggregators.OnLevel(level=4, by=ci.aggregators.Copeland()),)
    ),
    "bylevel_amean_gmean_hmean": ci.aggregators.Aggregate(
        by=ARITHMETIC,
        level=(
            ci.aggregators.OnLevel(level=3, by=GEOMETRIC),
            ci.aggregators.OnLevel(level=4, by=ci.aggregators.Harmonic()),
        ),
    ),
}
UNEQUAL = ("a_amean", "a_gmean", "a_hmean", "a_copeland")


def aggregated(asem: Asem, name: str, weights: ci.weighers.Given) -> ci.Scored:
    changed = asem.recipe.replaced("normalise.by", ONE_TO_HUNDRED).replaced("weigh.by", weights)
    return ci.score(asem.table, replace(changed, aggregate=AGGREGATES[name]))


def test_aggregation_and_weights_by_recipe(asem: Asem) -> None:
    unequal = ci.weighers.Given(values=unequal_weights(asem))
    runs = {name: aggregated(asem, name, ci.weighers.Given()) for name in AGGREGATES}
    runs |= {f"{name}_unequal": aggregated(asem, name, unequal) for name in UNEQUAL}
    for name, scored in runs.items():
        # The table by level of this one is not among the recorded files, its index is.
        if name != "bylevel_amean_gmean_hmean":
            asem.again.same(f"agg_{name}", asem.table.units, *aggregates_of(scored))
    index = np.stack([scored.index for scored in runs.values()], axis=-1)
    asem.again.same("agg_index_all_methods", asem.table.units, tuple(runs), index)
    ranks = np.stack([scored.ranks() for scored in runs.values()], axis=-1)
    asem.again.same("agg_index_all_methods_ranks", asem.table.units, tuple(runs), ranks)


def test_weights_of_the_framework_are_as_good_as_weights_of_the_recipe(asem: Asem) -> None:
    changed = asem.recipe.replaced("normalise.by", ONE_TO_HUNDRED)
    weighted = replace(changed, framework=asem.framework.weighted(unequal_weights(asem)))
    scored = ci.score(asem.table, weighted)
    asem.again.same("agg_a_amean_unequal", asem.table.units, *aggregates_of(scored))


@pytest.mark.parametrize(
    ("name", "by", "least_share"),
    [
        ("agg_na_a_amean", ARITHMETIC, None),
        ("agg_na_a_gmean", GEOMETRIC, None),
        ("agg_na_a_hmean", ci.aggregators.Harmonic(), None),
        ("agg_na_a_amean_datthresh09", ARITHMETIC, 0.9),
    ],
)
def test_missing_values_by_recipe(
    asem: Asem, name: str, by: ci.aggregators.Aggregator, least_share: float | None
) -> None:
    rule = MissingRule.DROP if least_share is None else MissingRule.LEAST_COUNT
    aggregate = ci.aggregators.Aggregate(by=by, missing=rule, least_share=least_share)
    recipe = replace(raw_recipe(asem.framework, ONE_TO_HUNDRED), aggregate=aggregate)
    scored = ci.score(asem.table, recipe)
    asem.again.same(name, asem.table.units, *aggregates_of(scored))
    without_score = [asem.table.units[row] for row in np.flatnonzero(np.isnan(scored.index))]
    assert [asem.table.units[row] for row in scored.absences()] == without_score


# Panels


@pytest.fixture(scope="module")
def panel(golden: Golden) -> ci.Scored:
    """The steps of `build_example_purse`: each year screened and treated, one scale for all."""
    table, framework = inputs_of(golden, "in_asem_iData_panel", "in_asem_iMeta")
    recipe = replace(
        raw_recipe(framework, ci.normalisers.MinMax()),
        screen=ci.screens.Screen(least_available=0.9),
        treat=ci.treatments.Treat(periods=Periods.APART),
    )
    return ci.score(table, recipe)


@pytest.mark.parametrize(
    ("name", "stage"), [("panel_screened", "screen"), ("panel_normalised_global", "normalise")]
)
def test_stages_of_a_panel(asem: Asem, panel: ci.Scored, name: str, stage: str) -> None:
    codes = panel.framework.codes
    same_rows(asem, panel, name, dict(zip(codes, panel.values[stage], strict=True)))


def test_scores_of_a_panel(asem: Asem, panel: ci.Scored) -> None:
    codes, _ = aggregates_of(panel)
    same_rows(asem, panel, "panel_aggregated", {code: panel.scores[code] for code in codes})
    years = np.array(panel.table.periods)
    for year in np.unique(years):
        rows = np.flatnonzero(years == year)
        assert np.array_equal(panel.ranks()[rows], rank(panel.index[rows]), equal_nan=True)


def same_rows(asem: Asem, panel: ci.Scored, name: str, columns: dict[str, Array]) -> None:
    """Compare columns of a panel by unit and year; rows that were left out are not recorded."""
    records = asem.golden.records(name)
    assert {*records[0]} == {"uCode", "Time", *columns}
    recorded: dict[object, float] = {
        (record["uCode"], float(record["Time"]), code): number(record[code])
        for record in records
        for code in columns
    }
    rows = list(zip(panel.table.units, panel.table.periods, strict=True))
    ours: dict[object, float] = {
        (*rows[row], code): float(values[row])
        for code, values in columns.items()
        for row in np.flatnonzero(panel.included)
    }
    asem.again.same_cells(name, recorded, ours)


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("latest", ci.imputers.Latest(longest_gap=np.inf)),
        ("latest_max1", ci.imputers.Latest(longest_gap=1.0)),
        ("constant", ci.imputers.Held()),
        ("linear-constant", ci.imputers.Linear()),
    ],
)
def test_gaps_of_a_panel_by_recipe(asem: Asem, name: str, by: Imputer) -> None:
    records = asem.golden.records("panel_holes_input")
    codes = tuple(column for column in records[0] if column not in ("uCode", "Time"))
    table = ci.Table(
        units=tuple(record["uCode"] for record in records),
        codes=codes,
        values=np.array([[number(record[code]) for record in records] for code in codes]),
        periods=tuple(float(record["Time"]) for record in records),
    )
    indicators = tuple(ci.Indicator(code, ci.Better.HIGHER, "all") for code in codes)
    framework = ci.Framework(indicators, (ci.Element("all"),))
    recipe = replace(raw_recipe(framework, ci.normalisers.Rank()), impute=ci.imputers.Impute(by=by))
    filled = ci.score(table, recipe).values["impute"]
    rows = list(zip(table.units, table.periods, strict=True))
    ours: dict[object, float] = {
        (*cell, code): float(filled[at, row])
        for row, cell in enumerate(rows)
        for at, code in enumerate(codes)
    }
    recorded: dict[object, float] = {
        (record["uCode"], float(record["Time"]), code): number(record[code])
        for record in asem.golden.records(f"panel_impute_{name}")
        for code in codes
    }
    asem.again.same_cells(f"panel_impute_{name}", recorded, ours)
