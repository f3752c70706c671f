"""What a model of hidden partners is given, what it gives back, and what is set beforehand."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MODELS = ("logistic", "second", "mean", "baseline")


class ProblemError(ValueError):
    """What was given contradicts itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Countries with a few known partners, nobody known not to be one, and a published total."""

    covariates: FloatArray  # countries x covariates, NaN where unknown
    names: tuple[str, ...]  # of the covariates
    known: BoolArray  # countries
    label_origins: tuple[tuple[str, ...], ...]  # by country, the publishers that name it
    label_trust: FloatArray  # by country, how sure the label is, 0 to 1 (0 where not known)
    groups: IntArray  # region of each country
    total: float
    total_low: float
    total_high: float
    eligible: BoolArray  # who could be a partner at all


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen before any data are seen; the reasons stand on the method page.

    The two caps are for names that somebody reports. Where the names are a list kept by the body
    itself (parties to a convention), one publisher is no weakness: both may be lifted
    (`label_cap=inf`, `charge_cap=inf`).
    """

    baseline: str = ""  # name of the baseline's covariate; the first where empty
    draws: int = 800  # of the posterior
    imputations: int = 4  # of the missing covariates
    label_cap: float = 1.0  # names that all labels of one publisher weigh in learning, at most
    charge_cap: float = 0.05  # share of the total that one publisher's names use up, at most
    openness: str = ""  # covariate on which disclosure depends; none where empty
    openness_slopes: tuple[float, ...] = (
        0.0,
        0.75,
        1.5,
    )  # log-odds of disclosure a deviation of it
    least_coverage: float = 0.5  # share of covariates below which the model abstains
    widest: float = 0.9  # width of the interval above which the model abstains


@dataclass(frozen=True, slots=True)
class Fit:
    """Probabilities of partnership under one model.

    The mean over the draws sums to `expected` over all countries, those included on which the
    model abstains. It is the mean of the total within its bounds (`mean_total`) and, where one
    publisher's names would use up more of it than they may, the `excess` that is not taken from
    the other countries.
    """

    model: str
    probability: FloatArray  # NaN where abstained, 0 where not eligible
    low: FloatArray  # 2.5th percentile
    high: FloatArray  # 97.5th percentile
    draws: FloatArray  # draws x countries; never NaN
    contributions: FloatArray  # countries x covariates: log-odds beside the average country
    abstained: BoolArray
    coverage: FloatArray  # share of covariates that are known
    expected: float
    excess: float


def check(problem: Problem) -> None:
    """Raise ProblemError where the parts contradict each other."""
    countries, columns = problem.covariates.shape
    by_country = (
        problem.known,
        problem.label_trust,
        problem.groups,
        problem.eligible,
    )
    if any(part.shape != (countries,) for part in by_country):
        raise ProblemError(f"a part does not hold {countries} countries")
    if len(problem.label_origins) != countries:
        raise ProblemError(f"origins are given for {len(problem.label_origins)} countries")
    if len(problem.names) != columns or len(set(problem.names)) != columns:
        raise ProblemError(f"{columns} covariates need as many names, all different")
    if np.isinf(problem.covariates).any():
        raise ProblemError("a covariate is infinite")
    _check_labels(problem)
    _check_total(problem)


def _check_labels(problem: Problem) -> None:
    if (problem.known & ~problem.eligible).any():
        raise ProblemError("a known partner is not eligible")
    named = np.array([bool(origins) for origins in problem.label_origins], dtype=np.bool_)
    if (problem.known & ~named).any():
        raise ProblemError("a known partner has no publisher that names it")
    if ((problem.label_trust < 0) | (problem.label_trust > 1)).any():
        raise ProblemError("trust in a label is a number from 0 to 1")


def _check_total(problem: Problem) -> None:
    if not 0 < problem.total_low <= problem.total <= problem.total_high:
        raise ProblemError("the total does not lie between its bounds")
    if problem.total_low > problem.eligible.sum():
        raise ProblemError("the total is greater than the number of eligible countries")


def coverage(problem: Problem) -> FloatArray:
    """By country, the share of covariates that are known; columns nobody has do not count."""
    has = ~np.isnan(problem.covariates)
    kept = has[problem.eligible].any(axis=0)
    if not kept.any():
        return np.zeros(len(has))
    share: FloatArray = has[:, kept].mean(axis=1)
    return share


def in_order(problem: Problem, order: IntArray) -> Problem:
    """The same problem with its countries in another order."""
    return replace(
        problem,
        covariates=problem.covariates[order],
        known=problem.known[order],
        label_origins=tuple(problem.label_origins[place] for place in order),
        label_trust=problem.label_trust[order],
        groups=problem.groups[order],
        eligible=problem.eligible[order],
    )


def canonical_order(problem: Problem) -> IntArray:
    """An order of the countries that depends on what they are, not on where they stand.

    Chance is drawn in this order, so that the same countries given otherwise get the same result.
    """
    keys = (problem.known, problem.label_trust, problem.eligible, *problem.covariates.T[::-1])
    return np.lexsort(keys).astype(np.int64)
