"""The cause model's measures, split by split, as rows; shares with Wilson's interval."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sharedfuture.analyse.shutdowns.agreement import share_interval
from sharedfuture.analyse.shutdowns.causes import features, judge
from sharedfuture.analyse.shutdowns.rules import choices

Row = dict[str, Any]

# Rows of `judge.scores` that are no shares.
_SCORES = ("auc_in_fold", "log_loss", "brier", "slope")
_NAMES = {"auc_in_fold": "auc"}


def cause_models(outages: pl.DataFrame) -> list[Row]:
    """Rows of `shutdown_model` for shutdown or outage, every split and model, baselines too."""
    rows = judge.with_label(features.with_features(outages))
    given = judge.out_of_fold(rows)
    scores = {
        (row["split"], row["model"]): row for row in judge.scores(given).iter_rows(named=True)
    }
    return [
        row
        for (split, model), group in sorted(given.group_by("split", "model"), key=lambda at: at[0])
        for row in _of_one(group, scores[split, model])
    ]


def _of_one(group: pl.DataFrame, scores: Mapping[str, Any]) -> Iterator[Row]:
    begin = {
        "task": "cause",
        "model": scores["model"],
        "split": scores["split"],
        "tested": scores["rows"],
        "positive": scores["shutdowns"],
    }
    for name in _SCORES:
        value = scores[name]
        yield begin | {
            "measure": _NAMES.get(name, name),
            "value": None if value is None else round(value, 4),
            "value_low": None,
            "value_high": None,
            "level": None,
            "note": None,
        }
    for name, (count, of, note) in _counted(group).items():
        low, high = share_interval(count, of)
        yield begin | {
            "measure": name,
            "value": round(count / of, 4) if of else None,
            "value_low": None if low is None else round(low, 4),
            "value_high": None if high is None else round(high, 4),
            "level": choices("identity.toml", "match")["level"] if of else None,
            "note": note,
        }


def _counted(group: pl.DataFrame) -> Mapping[str, tuple[int, int, str]]:
    is_decided = pl.col("verdict") != "abstained"
    is_said = pl.col("verdict") == "shutdown"
    decided = group.filter(is_decided)
    said = group.filter(is_said)
    shutdowns = group.filter("is_shutdown")
    right = decided.filter(is_said == pl.col("is_shutdown")).height
    named = shutdowns.filter(is_said).height
    missed = shutdowns.filter(pl.col("verdict") == "outage").height
    return {
        "decided": (decided.height, group.height, "verdicts given, of all"),
        "right": (right, decided.height, "of the verdicts given"),
        "accused": (
            said.filter("is_shutdown").height,
            said.height,
            "shutdowns, of the verdicts that say so",
        ),
        "named": (named, shutdowns.height, "of the shutdowns, called so"),
        "missed": (missed, shutdowns.height, "of the shutdowns, called an outage"),
    }
