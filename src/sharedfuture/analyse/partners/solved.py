"""A target solved: its models fitted, held to what is known, and the one that stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sharedfuture.analyse.partners.fitting import fit
from sharedfuture.analyse.partners.inputs.posing import Posed
from sharedfuture.analyse.partners.labels import bounds
from sharedfuture.analyse.partners.problem import Fit, FloatArray
from sharedfuture.analyse.partners.total import draw_totals
from sharedfuture.analyse.partners.validation import Check, standing, validate

PARTS = ("logistic", "second", "baseline")


@dataclass(frozen=True, slots=True)
class Solved:
    """A target's fits by model, its checks, and `best`, the model that stands.

    Without fits the target has no model: `why_not` says why.
    """

    posed: Posed
    fits: Mapping[str, Fit]
    checks: tuple[Check, ...]
    best: str
    why_not: str = ""
    within: str | None = None

    @property
    def fit(self) -> Fit:
        """The fit of the model that stands."""
        return self.fits[self.best]


def solve(posed: Posed, *, seed: int, least_names: int, most_left_out: int | None) -> Solved:
    """Fit and check the models; none where fewer than `least_names` countries are named."""
    if posed.labels < least_names:
        named = "no country is" if posed.labels == 0 else f"only {posed.labels} are"
        return Solved(posed, {}, (), "", f"{named} named, too few to learn from")
    if not posed.is_solvable:
        return Solved(posed, {}, (), "", "the total leaves nobody to look for")
    fits = {
        part: fit(posed.problem, model=part, seed=seed, settings=posed.settings) for part in PARTS
    }
    generator = np.random.default_rng(seed)
    trust = posed.problem.label_trust
    fits["mean"] = _mean(fits["logistic"], fits["second"], trust, generator)
    quick = replace(posed.settings, imputations=0)
    checks = validate(posed.problem, seed=seed, settings=quick, most=most_left_out)
    return Solved(posed, fits, tuple(checks), standing(checks))


def solve_within(posed: Posed, parent: Solved, *, seed: int) -> Solved:
    """A target whose candidates are those of another: the same order, scaled to its own total.

    Nothing tells the members of the one from those of the other but the few who are named; what
    is scaled is every draw, so that the uncertainty of both totals is in the intervals.
    """
    if not parent.fits:
        return Solved(posed, {}, (), "", parent.why_not, posed.target.within)
    draws = len(parent.fits["baseline"].draws)  # the mean has them twice
    generator = np.random.default_rng(seed)
    totals = draw_totals(posed.problem, draws, generator)
    fits = {name: _scaled(item, posed, totals, generator) for name, item in parent.fits.items()}
    return Solved(posed, fits, (), parent.best, within=posed.target.within)


def _scaled(parent: Fit, posed: Posed, totals: FloatArray, generator: np.random.Generator) -> Fit:
    """Each draw times what makes it sum to the total, countries that are named apart."""
    trust = posed.problem.label_trust
    draws = parent.draws * posed.problem.eligible
    for _ in range(2):  # names count with their trust, and otherwise as any other
        others = (draws * (1 - trust)).sum(axis=1)
        scale = np.clip(
            (np.resize(totals, len(draws)) - trust.sum()) / np.maximum(others, 1e-9), 0.0, None
        )
        draws = np.minimum(draws * scale[:, None], 1.0)
    draws = trust + (1 - trust) * draws
    low, high = bounds(draws, trust, generator)
    hidden = parent.abstained & ~posed.problem.known
    return replace(
        parent,
        probability=np.where(hidden, np.nan, draws.mean(axis=0)),
        low=np.where(hidden, np.nan, low),
        high=np.where(hidden, np.nan, high),
        draws=draws,
        abstained=hidden,
        expected=float(draws.mean(axis=0).sum()),
        excess=0.0,
    )


def _mean(logistic: Fit, second: Fit, trust: FloatArray, generator: np.random.Generator) -> Fit:
    """The two models with equal weight, their draws put together."""
    draws = np.concatenate([logistic.draws, second.draws])
    low, high = bounds(draws, trust, generator)
    abstained = logistic.abstained | second.abstained
    return Fit(
        model="mean",
        probability=np.where(abstained, np.nan, draws.mean(axis=0)),
        low=np.where(abstained, np.nan, low),
        high=np.where(abstained, np.nan, high),
        draws=draws,
        contributions=(logistic.contributions + second.contributions) / 2,
        abstained=abstained,
        coverage=logistic.coverage,
        expected=float(draws.mean(axis=0).sum()),
        excess=max(logistic.excess, second.excess),
    )
