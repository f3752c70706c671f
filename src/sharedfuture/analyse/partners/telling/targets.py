"""Rows of `partner_target` and `partner_check`: what was asked, and how the models do."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sharedfuture.analyse.partners.solved import Solved
from sharedfuture.analyse.partners.validation import Check

Row = dict[str, Any]

MODELS: Mapping[str, str] = {
    "logistic": "the logistic model",
    "second": "the second model",
    "mean": "the mean of the models",
    "baseline": "the plain count",
}
_SPLITS: Mapping[str, str] = {
    "all": "over its draws",
    "one_out": "with the named countries left out one at a time",
    "region_out": "with the named countries of a part of the world left out together",
    "origin_out": "with the names of a publisher left out together",
}


def tell_target(solved: Solved, *, known: int, tallies: frozenset[str]) -> Row:
    """The row of a target; it rests on its total, on the names, and on all that was looked at."""
    posed, target = solved.posed, solved.posed.target
    tally_id = target.tally_id if target.tally_id in tallies else None
    expected = solved.fit.expected if solved.fits else None
    names = {row for named in posed.named.values() for row in (*named.row_ids, *named.denied)}
    row = {
        "partner_target_id": target.id,
        "sponsor_id": target.sponsor,
        "title": target.title,
        "tally_id": tally_id,
        "total": None if tally_id is None else target.total,
        "total_low": target.total_low,
        "total_high": target.total_high,
        "known": known,
        "expected": expected,
        "abstained": _abstained(solved, known),
        "best": solved.best or None,
        "row_ids": sorted(names if tally_id is None else {*names, tally_id}),
        "pool_ids": list(posed.panel.pool),
    }
    return row | {"sentence": _sentence(row, solved)}


def tell_checks(solved: Solved) -> list[Row]:
    """A row for each measure; each rests on the target, whose names were left out."""
    target = solved.posed.target.id
    return [
        {
            "partner_check_id": f"check-{target}-{check.model}-{check.split}-{check.measure}",
            "target": target,
            "model": check.model,
            "split": check.split,
            "measure": check.measure,
            "value": _finite(check.value),
            "value_low": _finite(check.low),
            "value_high": _finite(check.high),
            "n": check.n,
            "sentence": _say_check(check),
            "row_ids": [target],
        }
        for check in solved.checks
    ]


def _abstained(solved: Solved, known: int) -> int:
    if solved.fits:
        return int((solved.fit.abstained & solved.posed.problem.eligible).sum())
    return int(solved.posed.problem.eligible.sum()) - known


def _sentence(row: Row, solved: Solved) -> str:
    posed = solved.posed
    total = (
        f"{row['total']:.0f} countries are published"
        if row["total"] is not None
        else f"no total is published, between {row['total_low']:.0f} and {row['total_high']:.0f} "
        "are taken to be possible"
    )
    names = f"{row['known']} documented and {max(posed.labels - row['known'], 0)} more named"
    begin = f"{posed.target.title[0].upper()}{posed.target.title[1:]}: {total}; {names}"
    if not solved.fits:
        return f"{begin}. No probabilities: {solved.why_not}."
    if solved.within is not None:
        return (
            f"{begin}. Nothing tells these from other countries of the target {solved.within}: "
            "each has its probability there, scaled to the total here."
        )
    return f"{begin}. {_standing(solved)}"


def _standing(solved: Solved) -> str:
    measured = {
        check.model: check
        for check in solved.checks
        if (check.split, check.measure) == ("one_out", "median_rank")
    }
    if not measured:
        return "The models could not be held to what is known."
    ranks = ", ".join(
        f"{measured[model].value:.0f} by {MODELS[model]}"
        for model in ("baseline", "logistic", "second")
        if model in measured
    )
    verdict = (
        "The models are no better than the baseline, the plain count of forums, which stands"
        if solved.best == "baseline"
        else f"Better than the plain count of forums, {MODELS[solved.best]} stands"
    )
    return f"{verdict}: a named country that is left out has median rank {ranks}."


def _say_check(check: Check) -> str:
    what = {
        "recall_at_20": f"finds {check.value:.0%} among its first 20",
        "recall_at_total": f"finds {check.value:.0%} among as many as the total leaves",
        "median_rank": f"puts them at median rank {check.value:.0f}",
        "log_score": f"has log score {check.value:.2f} beside equal chances",
        "lift": f"has log score {check.value:+.2f} beside the plain count",
        "calibration_error": f"is {check.value:.2f} from calibrated",
        "calibration_floor": f"would be {check.value:.2f} from calibrated if it were perfect",
        "rank_stability": f"keeps its ranks with correlation {check.value:.2f}",
    }.get(check.measure, f"has {check.measure.replace('_', ' ')} {check.value:.3g}")
    model = MODELS[check.model]
    bounds = f"{check.low:.3g} to {check.high:.3g}, n = {check.n}"
    return f"{model[0].upper()}{model[1:]} {what} ({bounds}), {_SPLITS[check.split]}."


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
