"""What an uncertainty run is asked to do."""

from enum import Enum

import msgspec

from sharedfuture.analyse.composite.errors import RecipeRefused
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
    sensitivity analysis, a power of two; it takes rows times (variations + 2) replicates. Raises
    RecipeRefused for a seed below 0 or a level that is not between 0 and 1.
    """

    seed: int
    replicates: int = 1000
    design: Design = Design.RANDOM
    level: float = 0.9
    rows: int = 1024
    resamples: int = 500
    vary: tuple[Variation, ...] = ()

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise RecipeRefused(f"uncertainty: expected a seed of 0 or more, found {self.seed}")
        if not 0 < self.level < 1:
            raise RecipeRefused(
                f"uncertainty: expected a level between 0 and 1, found {self.level}"
            )
