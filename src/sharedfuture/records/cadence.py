"""How often publishers bring something new, and when one is due for another look."""

from collections.abc import Mapping
from enum import StrEnum


class Cadence(StrEnum):
    """How often the publisher brings something new."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"
    ENDED = "ended"


# Days after which something new is to be expected, with some slack; none where nothing is.
DUE_AFTER_DAYS: Mapping[Cadence, int] = {
    Cadence.DAILY: 2,
    Cadence.WEEKLY: 10,
    Cadence.MONTHLY: 45,
    Cadence.QUARTERLY: 120,
    Cadence.YEARLY: 400,
}
