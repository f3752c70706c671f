"""Put one measure on the scale of another: linear (mean-sigma) linking.

Kolen and Brennan, Test Equating, Scaling, and Linking, 3rd edition, 2014, chapters 2 and 6:
the linked measure has the mean and standard deviation of the target over the same units.
"""

from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.spectrum.points import Numbers


@dataclass(frozen=True, slots=True)
class Link:
    """The straight line from a measure's scale to the target's."""

    slope: float
    intercept: float

    def apply(self, values: Numbers) -> Numbers:
        """Values on the target scale; not cut at its ends."""
        return self.intercept + self.slope * values


def link(measure: Numbers, target: Numbers) -> Link | None:
    """The line that gives `measure` the mean and deviation of `target` over the same countries.

    Both must point the same way. None where a line has no basis: under three countries, or a
    measure that does not vary.
    """
    if len(measure) < 3 or np.ptp(measure) == 0:
        return None
    slope = float(target.std(ddof=1) / measure.std(ddof=1))
    return Link(slope=slope, intercept=float(target.mean() - slope * measure.mean()))
