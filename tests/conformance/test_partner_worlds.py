"""The models of hidden partners over many made-up worlds, whose hidden partners are known."""

import numpy as np
import pytest

from sharedfuture.analyse.partners.fitting import fit
from sharedfuture.analyse.partners.made_up.trial import judge
from sharedfuture.analyse.partners.made_up.worlds import RULES, make_world
from sharedfuture.analyse.partners.problem import Settings

pytestmark = pytest.mark.conformance

WORLDS = range(20_000, 20_120)


@pytest.mark.parametrize("missing", [0.0, 0.25])
@pytest.mark.parametrize("labels", [20, 40])
@pytest.mark.parametrize("mechanism", ["random", "open"])
@pytest.mark.parametrize("rule", RULES)
def test_calibration_and_score_over_many_worlds(
    rule: str, mechanism: str, labels: int, missing: float
) -> None:
    settings = Settings(imputations=0, openness="covariate-1" if mechanism == "open" else "")
    judged = judge(
        (
            make_world(
                seed,
                rule=rule,
                mechanism=mechanism,
                labels=labels,
                publishers=labels,
                missing=missing,
            )
            for seed in WORLDS
        ),
        settings=settings,
    )
    model, baseline = judged["logistic"], judged["baseline"]
    assert model.calibration_error < 0.05
    gain = model.log_score - baseline.log_score
    error = gain.std() / np.sqrt(len(gain))
    if rule == "baseline":
        assert gain.mean() > -0.02
    else:
        assert gain.mean() > 2 * error
        assert model.area.mean() > baseline.area.mean() + 0.03


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_what_would_be_published_is_calibrated(missing: float) -> None:
    """By draws, random fillings included; the whole interval over worlds is below the threshold."""
    judged = judge(
        (make_world(seed, missing=missing) for seed in WORLDS[:60]),
        settings=Settings(),
        drawn=("logistic", "baseline"),
    )
    drawn = judged["logistic, drawn"]
    assert drawn.calibration_between[1] < 0.05
    assert (drawn.log_score - judged["baseline, drawn"].log_score).mean() > 0.02


def test_the_true_probability_lies_in_the_interval() -> None:
    """Coverage of the 95 % intervals for the rule's own probability, given no disclosure."""
    inside = []
    for seed in WORLDS[:60]:
        world = make_world(seed, missing=0.0)
        fitted = fit(world.problem, model="logistic", seed=seed, settings=Settings(draws=400))
        hidden = ~world.problem.known & ~fitted.abstained
        rate = world.problem.known.sum() / world.partner.sum()
        true = world.probability * (1 - rate) / (1 - rate * world.probability)
        inside.append(((fitted.low <= true) & (true <= fitted.high))[hidden].mean())
    assert np.mean(inside) > 0.85
