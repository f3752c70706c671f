"""What an uncertainty run is asked to do."""

from enum import Enum

import msgspec

from sharedfuture.analyse.composite.uncertainty.variation import Variation


class Design(Enum):
    """How replicates are spread over the alternatives."""

    RANDOM = "random"
    SOBOL = "sobol"
    LATIN = "latin"
    FACTORIAL = "factorial"


class Uncertainty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many replicates of what, from which seed.

    `level` is that of the intervals, 0.9 for 5 % to 95 %. `rows` is the base sample of the
    sensitivity analysis, a power of two; it takes rows times (variations + 2) replicates.
    """

    seed: int
    replicates: int = 1000
    design: Design = Design.RANDOM
    level: float = 0.9
    rows: int = 1024
    resamples: int = 500
    vary: tuple[Variation, ...] = ()
