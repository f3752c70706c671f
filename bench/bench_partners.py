"""The models of hidden partners: what they cost, and how they do in made-up worlds.

python bench/bench_partners.py            the rows of the table of costs
python bench/bench_partners.py --worlds   calibration and scores in worlds whose truth is known
python bench/bench_partners.py --planted  what fifty names planted by one publisher move
"""

import os
import sys
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.linear_model import LogisticRegression
from timing import in_turn

from sharedfuture.analyse.partners.filling import fill, standardise
from sharedfuture.analyse.partners.fitting import fit, prepare
from sharedfuture.analyse.partners.made_up.trial import judge, point
from sharedfuture.analyse.partners.made_up.worlds import make_world
from sharedfuture.analyse.partners.problem import FloatArray, IntArray, Problem, Settings
from sharedfuture.analyse.partners.splits import make_splits
from sharedfuture.analyse.partners.validation import validate

Row = tuple[str, float, str, float, str]

_COUNTRIES, _COVARIATES, _LABELS = 202, 18, 13
_DRAWN = 4  # kinds of worlds, from the first, of which what would be published is judged as well


def partner_rows() -> list[Row]:
    """A problem of the real size: all splits, and one fit, against scikit-learn's refits."""
    world = make_world(
        7, countries=_COUNTRIES, covariates=_COVARIATES, labels=_LABELS, publishers=4
    )
    return [_validation_row(world.problem), _fit_row(world.problem)]


def _validation_row(problem: Problem) -> Row:
    """Four models in every split, with measures; against one plain logistic model in each."""
    ready = prepare(problem, Settings(imputations=0), np.random.default_rng(0))
    splits = make_splits(ready, most=None)

    def ours() -> None:
        validate(problem, seed=0)

    def floor() -> None:
        values = _filled(problem)
        for split in splits:
            LogisticRegression().fit(values, split.names.any(axis=0)).predict_proba(values)

    measured, least = in_turn(ours, floor, runs=7)
    work = f"models of hidden partners, {len(splits)} splits x 4 models with measures"
    return work, measured, "scikit-learn's logistic model in the same splits", least, "under 60 s"


def _fit_row(problem: Problem) -> Row:
    """One fit with its draws and fillings, against as many refits on resampled countries."""
    draws = Settings().draws

    def ours() -> None:
        fit(problem, model="logistic", seed=0)

    def bootstrap() -> None:
        values, rng = _filled(problem), np.random.default_rng(0)
        places = np.flatnonzero(problem.known)
        for _ in range(draws):
            chosen = rng.integers(0, len(values), size=len(values))
            chosen[0] = rng.choice(places)
            LogisticRegression().fit(values[chosen], problem.known[chosen])

    measured, plain = in_turn(ours, bootstrap, runs=3)
    work = f"probabilities of partnership with intervals, {draws} draws x {_COUNTRIES}"
    return work, measured, "as many refits by scikit-learn", plain, "under 0.3 s"


def _filled(problem: Problem) -> FloatArray:
    scaled = standardise(problem.covariates, problem.eligible)
    return fill(scaled, times=0, generator=np.random.default_rng(0))[0]


def show_worlds(worlds: int = 100) -> None:
    """Calibration error, log score and area under the curve, by rule and by way of disclosure."""
    print(
        "| partners follow | disclosed | missing | labels | told | model | ECE | log score | AUC |"
    )
    print("|---|---|--:|--:|---|---|--:|--:|--:|")
    cells = [
        ("many", "random", 0.15, 20, 20, False),
        ("many", "random", 0.0, 20, 20, False),
        ("many", "random", 0.15, 40, 40, False),
        ("many", "random", 0.15, 13, 4, False),
        ("baseline", "random", 0.15, 20, 20, False),
        ("curved", "random", 0.15, 20, 20, False),
        ("many", "open", 0.15, 20, 20, False),
        ("many", "open", 0.15, 20, 20, True),
        ("baseline", "open", 0.15, 20, 20, True),
        ("many", "random", 0.15, 20, 20, True),
    ]
    for number, (rule, mechanism, missing, labels, publishers, told) in enumerate(cells):
        judged = judge(
            (
                make_world(
                    30_000 + seed,
                    rule=rule,
                    mechanism=mechanism,
                    labels=labels,
                    publishers=publishers,
                    missing=missing,
                )
                for seed in range(worlds)
            ),
            settings=Settings(openness="covariate-1" if told else ""),
            drawn=("logistic", "baseline") if number < _DRAWN else (),
        )
        for model, found in judged.items():
            low, high = found.calibration_between
            print(
                f"| {rule} | {mechanism} | {missing:.0%} | {labels} by {publishers} | "
                f"{'openness' if told else ''} | {model} | "
                f"{found.calibration_error:.3f} ({low:.3f} to {high:.3f}) | "
                f"{found.log_score.mean():.3f} | {found.area.mean():.3f} |",
                flush=True,
            )


def show_planted() -> None:
    """Fifty names of one publisher against the names one by one, over several worlds."""
    usual = Settings(imputations=0)
    strict = replace(usual, charge_cap=0.6 / 81)
    lifted = replace(usual, label_cap=np.inf, charge_cap=np.inf)
    print("| model | one name | fifty, strict | fifty, as shipped | fifty, caps lifted |")
    print("|---|--:|--:|--:|--:|")
    for model in ("logistic", "second", "mean", "baseline"):
        moved: dict[str, list[float]] = {"one": [], "strict": [], "usual": [], "lifted": []}
        for seed in range(6):
            problem = make_world(40_000 + seed, labels=13, publishers=4, missing=0.0).problem
            free = np.flatnonzero(~problem.known)
            places = np.random.default_rng(seed).choice(free, 50, replace=False)
            others = np.setdiff1d(free, places)
            single = [_moved(problem, model, places[[nth]], strict) for nth in range(0, 50, 5)]
            moved["one"].append(float(np.max(single, axis=0)[others].mean()))
            for name, settings in (("strict", strict), ("usual", usual), ("lifted", lifted)):
                moved[name].append(float(_moved(problem, model, places, settings)[others].mean()))
        told = " | ".join(f"{np.mean(values):.3f}" for values in moved.values())
        print(f"| {model} | {told} |")


def _moved(problem: Problem, model: str, places: IntArray, settings: Settings) -> FloatArray:
    known, trust = problem.known.copy(), problem.label_trust.copy()
    origins = list(problem.label_origins)
    for place in places:
        known[place], trust[place], origins[place] = True, 0.95, ("planted",)
    planted = replace(problem, known=known, label_trust=trust, label_origins=tuple(origins))
    before = point(problem, model, settings=settings)
    return np.abs(point(planted, model, settings=settings) - before)


def main(arguments: list[str]) -> int:
    """What the arguments ask for; the rows of costs where they ask for nothing."""
    if "--worlds" in arguments:
        show_worlds()
    elif "--planted" in arguments:
        show_planted()
    else:
        for work, ours, against, theirs, goal in partner_rows():
            print(f"{work}: {ours:.3f} s; {against}: {theirs:.3f} s; {ours / theirs:.2g}; {goal}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
