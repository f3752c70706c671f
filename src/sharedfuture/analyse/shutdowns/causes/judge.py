"""How good the models are under honest splits: at random, by time, and by country left out.

At random, rows of one event fall on both sides, and so do nights of one curfew: that split says
how well a model fills gaps in a list. By time it says how well it meets what comes; by country,
how well it meets a country that it has never seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedKFold

from sharedfuture.analyse.shutdowns.causes.cause import MODELS, Floats, Labels, verdicts
from sharedfuture.analyse.shutdowns.causes.features import matrix
from sharedfuture.analyse.shutdowns.rules import choices

_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fold:
    """Places to learn from and places to be judged on."""

    split: str
    name: str
    learned: _Places
    asked: _Places


def with_label(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `is_shutdown` by the curated list's cause; no cause, or Unknown, is none.

    The study counts an unknown cause as an outage, and so does this label: what it calls outages
    may hold shutdowns that nobody reported.
    """
    causes = choices("cause.toml", "label")["shutdown"]
    return rows.with_columns(is_shutdown=pl.col("cause").is_in(causes).fill_null(False))


def folds(rows: pl.DataFrame) -> Iterator[Fold]:
    """The folds of all three splits, the same for every model."""
    rule, seed = choices("cause.toml", "splits"), choices("cause.toml", "model")["seed"]
    labels = rows.get_column("is_shutdown").to_numpy()
    blank = np.zeros((len(labels), 1))
    drawn = StratifiedKFold(n_splits=rule["folds"], shuffle=True, random_state=seed)
    for nth, (learned, asked) in enumerate(drawn.split(blank, labels), start=1):
        yield Fold("random", str(nth), learned, asked)
    groups = rows.get_column("country_id").to_numpy()
    left_out = GroupKFold(n_splits=rule["country_folds"])
    for nth, (learned, asked) in enumerate(left_out.split(blank, labels, groups), start=1):
        yield Fold("country", str(nth), learned, asked)
    yield from _in_time(rows, rule["cuts"])


def _in_time(rows: pl.DataFrame, cuts: list[str]) -> Iterator[Fold]:
    days = rows.get_column("begun").dt.date()
    ends: list[date | None] = [*(date.fromisoformat(cut) for cut in cuts[1:]), None]
    for cut, end in zip(map(date.fromisoformat, cuts), ends, strict=True):
        is_asked = (days >= cut) if end is None else days.is_between(cut, end, closed="left")
        yield Fold(
            "time",
            f"from {cut}",
            np.flatnonzero((days < cut).to_numpy()),
            np.flatnonzero(is_asked.to_numpy()),
        )


def out_of_fold(rows: pl.DataFrame) -> pl.DataFrame:
    """Each model's probability for each row asked, learned without its fold.

    `rows` as given by `with_features` and `with_label`. A fold with too few of a kind to learn
    from gives nothing.
    """
    features, labels = matrix(rows), rows.get_column("is_shutdown").to_numpy()
    least = choices("cause.toml", "model")["least_class"]
    keys = rows.get_column("outage_key").to_numpy()
    known = rows.get_column("known_signals").cast(pl.Int64).to_numpy()
    parts = []
    for fold in folds(rows):
        learned = labels[fold.learned]
        if min(learned.sum(), (~learned).sum()) < least or not len(fold.asked):
            continue
        for name, model in MODELS.items():
            given = model(features[fold.learned], learned, features[fold.asked])
            parts.append(
                pl.DataFrame(
                    {
                        "split": fold.split,
                        "fold": fold.name,
                        "model": name,
                        "outage_key": keys[fold.asked],
                        "is_shutdown": labels[fold.asked],
                        "probability": given,
                        "verdict": verdicts(given, known[fold.asked]),
                    }
                )
            )
    return pl.concat(parts)


def scores(given: pl.DataFrame) -> pl.DataFrame:
    """One row a split and model, all folds together: how well it ranks, fits, and abstains.

    `auc` 0.5 is a coin; pooled over folds it is also moved by their levels (a share learned without
    a fold is the lower, the more the fold has), so `auc_in_fold` is the mean of the folds that have
    both kinds, weighted by shutdowns. `precision` is the mean one over recalls; of `log_loss` and
    `brier` less is better; `slope` 1 and `intercept` 0 are a calibrated model; `gap` is the mean
    distance of promise and outcome over bins. `decided` is the share with a verdict, `right` the
    share of it that is right, `accused` the share of the verdicts `shutdown` that is one; of
    the shutdowns `named` are called so, and `missed` are called outages.
    """
    groups = given.group_by("split", "model", maintain_order=True)
    rows = [
        {"split": split, "model": model, **_measures(group)} for (split, model), group in groups
    ]
    return pl.DataFrame(rows).sort("split", "model")


def calibration(given: pl.DataFrame) -> pl.DataFrame:
    """By split, model and bin of probability: rows, mean probability, share of shutdowns."""
    bins = choices("cause.toml", "calibration")["bins"]
    place = (pl.col("probability") * bins).floor().clip(0, bins - 1).cast(pl.Int64)
    return (
        given.with_columns(bin=place)
        .group_by("split", "model", "bin")
        .agg(rows=pl.len(), promised=pl.col("probability").mean(), met=pl.col("is_shutdown").mean())
        .sort("split", "model", "bin")
    )


def _measures(group: pl.DataFrame) -> Mapping[str, float | int | None]:
    labels = group.get_column("is_shutdown").to_numpy()
    given = group.get_column("probability").to_numpy()
    has_both = bool(labels.any()) and not bool(labels.all())
    slope, intercept = _calibrated(given, labels) if has_both else (None, None)
    binned = calibration(group)
    gap = binned.select(
        ((pl.col("promised") - pl.col("met")).abs() * pl.col("rows")).sum() / pl.col("rows").sum()
    ).item()
    return {
        "rows": group.height,
        "shutdowns": int(labels.sum()),
        "auc": float(roc_auc_score(labels, given)) if has_both else None,
        "auc_in_fold": _auc_in_fold(group),
        "precision": float(average_precision_score(labels, given)) if has_both else None,
        "log_loss": float(log_loss(labels, given, labels=[False, True])),
        "brier": float(np.mean((given - labels) ** 2)),
        "slope": slope,
        "intercept": intercept,
        "gap": float(gap),
        **_decisions(group),
    }


def _auc_in_fold(group: pl.DataFrame) -> float | None:
    values, weights = [], []
    for _, fold in group.group_by("fold", maintain_order=True):
        labels = fold.get_column("is_shutdown").to_numpy()
        if labels.any() and not labels.all():
            values.append(roc_auc_score(labels, fold.get_column("probability").to_numpy()))
            weights.append(int(labels.sum()))
    return float(np.average(values, weights=weights)) if values else None


def _decisions(group: pl.DataFrame) -> Mapping[str, float | None]:
    decided = group.filter(pl.col("verdict") != "abstained")
    is_right = (pl.col("verdict") == "shutdown") == pl.col("is_shutdown")
    accused = decided.filter(pl.col("verdict") == "shutdown")
    shutdowns = group.filter("is_shutdown").get_column("verdict").to_list()
    return {
        "decided": decided.height / group.height,
        "right": decided.filter(is_right).height / decided.height if decided.height else None,
        "accused": accused.filter("is_shutdown").height / accused.height
        if accused.height
        else None,
        "named": shutdowns.count("shutdown") / len(shutdowns) if shutdowns else None,
        "missed": shutdowns.count("outage") / len(shutdowns) if shutdowns else None,
    }


def _calibrated(given: Floats, labels: Labels) -> tuple[float, float]:
    """Slope and intercept of the outcome on the log-odds promised, without a penalty."""
    clipped = np.clip(given, 1e-6, 1 - 1e-6)
    odds = np.log(clipped / (1 - clipped))
    if np.ptp(odds) < 1e-9:
        share = np.clip(labels.mean(), 1e-6, 1 - 1e-6)
        return 0.0, float(np.log(share / (1 - share)))
    fitted = LogisticRegression(C=1e9, max_iter=1000).fit(odds[:, None], labels)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
