"""Validation of the models of hidden partners: its measures, and that worthlessness shows."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sharedfuture.analyse.partners.fitting import fit, prepare
from sharedfuture.analyse.partners.made_up.trial import area_under, judge
from sharedfuture.analyse.partners.made_up.worlds import MECHANISMS, make_world
from sharedfuture.analyse.partners.measures import (
    calibration_floor,
    disclosed_calibration,
    expected_calibration_error,
    rank_correlations,
)
from sharedfuture.analyse.partners.problem import Settings
from sharedfuture.analyse.partners.splits import make_splits, ranked
from sharedfuture.analyse.partners.validation import Check, standing, validate

QUICK = Settings(draws=60, imputations=0)


def test_calibration_error_against_cases_worked_by_hand() -> None:
    probability = np.array([0.05, 0.05, 0.95, 0.95])
    assert expected_calibration_error(probability, np.array([False, False, True, True])) == (
        pytest.approx(0.05)
    )
    assert expected_calibration_error(probability, np.array([True, True, False, False])) == (
        pytest.approx(0.95)
    )
    assert expected_calibration_error(np.array([0.5, 0.5]), np.array([True, False])) == 0


def test_calibration_on_disclosed_partners_alone() -> None:
    assert disclosed_calibration(np.array([0.1, 0.5, 0.9]), 0.4) == pytest.approx(0)
    assert disclosed_calibration(np.array([0.9, 0.9, 0.9]), 0.4) == pytest.approx(0.4 * 4 / 3)
    few = calibration_floor(6, 0.4, np.random.default_rng(0))
    many = calibration_floor(600, 0.4, np.random.default_rng(0))
    assert few.mean() > 5 * many.mean() > 0


def test_correlation_of_ranks_and_area() -> None:
    one = np.array([1.0, 2.0, 3.0])
    rows = np.array([[10.0, 20.0, 30.0], [3.0, 2.0, 1.0], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(rank_correlations(one, rows), [1, -1, 0])
    assert area_under(np.array([0.1, 0.4, 0.4]), np.array([False, True, False])) == 0.75


def test_ranks_are_among_those_never_named_and_ties_stand_in_the_middle() -> None:
    problem = make_world(0, countries=20, covariates=3, partners=8, labels=3, publishers=3).problem
    ready = prepare(problem, QUICK, np.random.default_rng(0))
    splits = make_splits(ready, most=None)[:1]
    known = np.flatnonzero(problem.known)
    never = np.flatnonzero(~problem.known)
    probability = np.zeros((1, 20))
    probability[0, never] = 0.5
    probability[0, never[0]] = 0.8
    probability[0, known] = [0.9, 0.5, 0.1]
    ranks = ranked(ready, splits, probability)[0]
    np.testing.assert_allclose(ranks[known], [1, 2 + 16 / 2, 18])


def test_splits_take_away_what_they_say() -> None:
    problem = make_world(1, labels=12, publishers=3).problem
    ready = prepare(problem, QUICK, np.random.default_rng(0))
    splits = make_splits(ready, most=None)
    count = Counter(split.kind for split in splits)
    assert count["one_out"] == 12
    assert count["origin_out"] == 3
    assert count["region_out"] == len(np.unique(problem.groups[problem.known]))
    for split in splits:
        assert not split.names[:, split.held_out].any()
        kept = ready.names & ~split.names
        if split.kind == "origin_out":
            assert kept.any(axis=1).sum() == 1
        else:
            assert set(np.flatnonzero(kept.any(axis=0))) == set(split.held_out)
    fewer = Counter(split.kind for split in make_splits(ready, most=5))
    assert fewer["one_out"] == 5


def test_every_model_has_every_measure_with_its_interval() -> None:
    problem = make_world(2, countries=80, covariates=5, labels=9, publishers=3).problem
    fits = {"mean": fit(problem, seed=1, settings=QUICK)}
    checks = validate(problem, seed=1, fits=fits)
    for kind in ("one_out", "region_out", "origin_out"):
        for model in ("logistic", "second", "mean", "baseline"):
            told = {item.measure for item in checks if (item.split, item.model) == (kind, model)}
            wanted = {
                "recall_at_20",
                "recall_at_total",
                "median_rank",
                "log_score",
                "calibration_error",
                "calibration_floor",
            }
            wanted |= {"lift"} if model != "baseline" else set()
            wanted |= {"rank_stability"} if kind == "one_out" else set()
            assert told == wanted
    for item in checks:
        assert item.low <= item.high
        assert np.isfinite([item.value, item.low, item.high]).all()
        assert item.n == 9
    over_draws = [item for item in checks if item.split == "all"]
    assert [(item.model, item.measure) for item in over_draws] == [("mean", "rank_stability")]


def test_validation_does_not_depend_on_the_order_of_countries() -> None:
    problem = make_world(3, countries=60, covariates=4, partners=25, labels=8).problem
    flipped = replace(
        problem,
        covariates=problem.covariates[::-1],
        known=problem.known[::-1],
        label_origins=problem.label_origins[::-1],
        label_trust=problem.label_trust[::-1],
        groups=problem.groups[::-1],
        eligible=problem.eligible[::-1],
    )
    assert validate(problem, seed=1) == validate(flipped, seed=1)


def test_nobody_known_nothing_to_check() -> None:
    problem = make_world(4, countries=40, covariates=3, partners=15, labels=5).problem
    nobody = replace(
        problem,
        known=np.zeros(40, dtype=np.bool_),
        label_trust=np.zeros(40),
        label_origins=((),) * 40,
    )
    assert validate(nobody, seed=1) == []
    assert standing([]) == "baseline"
    assert fit(nobody, seed=1, settings=QUICK).expected == pytest.approx(problem.total)


def test_only_a_lift_whose_whole_interval_is_above_zero_stands() -> None:
    def lift(model: str, value: float, low: float, split: str = "one_out") -> Check:
        return Check(model, split, "lift", value, low, value + 1, 10)

    assert standing([lift("logistic", 0.5, -0.1), lift("second", 0.2, -0.2)]) == "baseline"
    assert standing([lift("logistic", 0.3, 0.1), lift("mean", 0.2, 0.1)]) == "logistic"
    assert standing([lift("logistic", 0.9, 0.1, "region_out")]) == "baseline"


def test_where_the_baseline_is_all_there_is_it_mostly_stands() -> None:
    """The interval is at 95 %, for three models: now and then one is taken by chance."""
    chosen = Counter(
        standing(
            validate(make_world(seed, labels=12, publishers=12, rule="baseline").problem, seed=1)
        )
        for seed in range(8)
    )
    assert chosen["baseline"] >= 6


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_on_made_up_worlds_the_model_is_calibrated_and_better(mechanism: str) -> None:
    """Disclosure that depends on openness is told to the model by the covariate's name alone."""
    settings = Settings(imputations=0, openness="covariate-1" if mechanism == "open" else "")
    judged = judge(
        (make_world(seed, mechanism=mechanism) for seed in range(100, 120)), settings=settings
    )
    model, baseline = judged["logistic"], judged["baseline"]
    assert model.calibration_error < 0.05
    assert model.log_score.mean() > baseline.log_score.mean()
    assert model.area.mean() > baseline.area.mean() + 0.05


def test_where_the_baseline_is_all_there_is_the_model_is_not_clearly_worse() -> None:
    judged = judge(make_world(seed, rule="baseline") for seed in range(100, 115))
    assert judged["logistic"].log_score.mean() > judged["baseline"].log_score.mean() - 0.02
