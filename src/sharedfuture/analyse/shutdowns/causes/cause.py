"""Shutdown or outage: two models and two plain baselines, and when to say nothing."""

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sharedfuture.analyse.shutdowns.causes.features import FEATURES
from sharedfuture.analyse.shutdowns.rules import choices

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]

_SIGNS = ("is_on_the_hour", "is_national", "is_seen_in_telescope")


class Model(Protocol):
    """Learns from labelled rows and gives the probability of a shutdown."""

    def __call__(self, learned: Floats, labels: Labels, asked: Floats) -> Floats:
        """Probabilities for the rows asked, learned from the others."""
        ...


def share(learned: Floats, labels: Labels, asked: Floats) -> Floats:
    """Baseline: the share of shutdowns among what was learned from, whatever the row."""
    return np.full(len(asked), _smoothed(labels))


def signs(learned: Floats, labels: Labels, asked: Floats) -> Floats:
    """Baseline: the share among rows with as many of three signs.

    The signs are those that the study names: a full hour, a whole country, all signals (of which
    the telescope is the rarest).
    """
    places = [list(FEATURES).index(name) for name in _SIGNS]
    have, want = learned[:, places].sum(axis=1), asked[:, places].sum(axis=1)
    shares = np.array([_smoothed(labels[have == count]) for count in range(len(_SIGNS) + 1)])
    given: Floats = shares[want.astype(int)]
    return given


def logistic(learned: Floats, labels: Labels, asked: Floats) -> Floats:
    """Logistic regression with a quadratic penalty, features brought to one scale."""
    rule = choices("cause.toml", "model")
    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(C=rule["inverse_penalty"], max_iter=1000),
    )
    model.fit(learned, labels)
    given: Floats = model.predict_proba(asked)[:, 1]
    return given


def trees(learned: Floats, labels: Labels, asked: Floats) -> Floats:
    """A forest of trees, each grown on rows drawn with a fixed seed."""
    rule = choices("cause.toml", "model")
    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        RandomForestClassifier(
            n_estimators=rule["trees"],
            min_samples_leaf=rule["least_leaf"],
            random_state=rule["seed"],
            n_jobs=1,
        ),
    )
    model.fit(learned, labels)
    given: Floats = model.predict_proba(asked)[:, 1]
    return given


MODELS: Mapping[str, Callable[[Floats, Labels, Floats], Floats]] = {
    "share": share,
    "signs": signs,
    "logistic": logistic,
    "trees": trees,
}


def verdicts(probabilities: Floats, known_signals: npt.NDArray[np.int64]) -> list[str]:
    """`shutdown`, `outage`, or `abstained`: in between, or with too few signals known."""
    rule = choices("cause.toml", "abstain")
    said = np.where(
        probabilities >= rule["high"],
        "shutdown",
        np.where(probabilities <= rule["low"], "outage", "abstained"),
    )
    said = np.where(known_signals < rule["least_signals"], "abstained", said)
    return [str(each) for each in said]


def _smoothed(labels: Labels) -> float:
    """A share that is never none or all: one of each is added."""
    return float((labels.sum() + 1) / (len(labels) + 2))
