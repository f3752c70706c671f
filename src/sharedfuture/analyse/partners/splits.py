"""Which labels are taken away, and what the models then say of the countries they belonged to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.partners.fitting import Prepared, evidence_of, features_of
from sharedfuture.analyse.partners.posterior import find_modes, mean_scores
from sharedfuture.analyse.partners.problem import BoolArray, FloatArray, IntArray, Settings
from sharedfuture.analyse.partners.total import expit, intercepts


@dataclass(frozen=True, slots=True)
class Split:
    """Labels that are taken away together."""

    kind: str  # "all" (none taken away), "one_out", "region_out" or "origin_out"
    names: BoolArray  # publishers x countries: who still names whom
    held_out: IntArray  # known countries that nobody names any more


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a model says in every split."""

    probability: FloatArray  # splits x countries, of a partnership given no label
    rank: FloatArray  # splits x countries: among those never named, 1 highest; ties in the middle


def make_splits(ready: Prepared, *, most: int | None) -> list[Split]:
    """No label away; each known country; each region; each publisher. `most` countries at most."""
    known = np.flatnonzero(ready.problem.known)
    singles = known
    if most is not None and len(known) > most:
        singles = known[np.linspace(0, len(known) - 1, most).round().astype(np.int64)]
    everything = Split("all", ready.names, np.zeros(0, dtype=np.int64))
    return [
        everything,
        *(_without(ready, "one_out", np.array([place])) for place in singles),
        *_regions(ready, known),
        *_publishers(ready),
    ]


def _without(ready: Prepared, kind: str, places: IntArray) -> Split:
    names = ready.names.copy()
    names[:, places] = False
    return Split(kind, names, places)


def _regions(ready: Prepared, known: IntArray) -> Iterator[Split]:
    groups = ready.problem.groups
    for group in np.unique(groups[known]):
        yield _without(ready, "region_out", known[groups[known] == group])


def _publishers(ready: Prepared) -> Iterator[Split]:
    for place in range(len(ready.publishers)):
        names = ready.names.copy()
        names[place] = False
        alone = ready.problem.known & ~names.any(axis=0)
        if alone.any():
            yield Split("origin_out", names, np.flatnonzero(alone))


def predict(
    ready: Prepared, splits: Sequence[Split], model: str, settings: Settings
) -> tuple[FloatArray, FloatArray]:
    """Splits x countries: probabilities given no label, and what is left of the total."""
    names = np.stack([split.names for split in splits])
    fillings = list(ready.filled[1:] or ready.filled)
    means = []
    for filled in fillings:
        features = features_of(model, ready, filled)
        evidence = evidence_of(ready, names, features, settings)
        means.append(expit(mean_scores(features, find_modes(features, evidence))))
    mean = np.mean(means, axis=0)
    odds = np.log(mean) - np.log1p(-mean)
    start = intercepts(odds, 1.0 - evidence.charges, evidence.wanted)
    return expit(odds + start[:, None]), evidence.wanted


def ranked(ready: Prepared, splits: Sequence[Split], probability: FloatArray) -> FloatArray:
    """Splits x countries: the rank each country has among those never named (and itself)."""
    never = ~ready.problem.known
    ranks = np.empty_like(probability)
    for place in range(len(splits)):
        others = np.sort(probability[place, never])
        above = len(others) - np.searchsorted(others, probability[place] + 1e-12, side="right")
        equal = np.searchsorted(others, probability[place] + 1e-12, side="right")
        equal = equal - np.searchsorted(others, probability[place] - 1e-12, side="left")
        ranks[place] = above + 0.5 * np.maximum(equal - never, 0) + 1.0
    return ranks
