"""Made-up histories and playbooks, for tests of the matcher."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from sharedfuture.analyse.playbooks.matching.playbook import Playbook, read_playbook
from sharedfuture.analyse.playbooks.matching.pool import Study, units_of
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

KINDS = ("pact", "hack", "delay", "deal", "training", "filter", "noise", "other")
STUDY = Study(date(2000, 1, 1).toordinal(), date(2025, 12, 31).toordinal(), 0.15)

# A playbook with what there is: alternatives, a partial order, windows, an optional step.
ISLAND = """
playbook_id = "island"
title = "Island"
statement = "A pact, then delay and deal in either order, then training."
case_country = "AAA"
reason = "Made up."
cite = [{ source = "src-a", at = "page 1" }]

[[step]]
id = "pact"
title = "A pact or a hack"
kinds = ["pact", "hack"]
party = "sponsor"
role = "required"

[[step]]
id = "delay"
title = "A delay"
kinds = ["delay"]
party = "any"
role = "required"
after = ["pact"]
within_days = 365

[[step]]
id = "deal"
title = "A deal"
kinds = ["deal"]
party = "sponsor"
role = "required"
after = ["pact"]
within_days = 365

[[step]]
id = "training"
title = "Training"
kinds = ["training"]
party = "sponsor"
role = "optional"
weight = 0.5
after = ["delay", "deal"]
within_days = 365
"""

# The same, where a filter within two years of the deal speaks against it.
NEGATIVE = (
    ISLAND
    + """
[[step]]
id = "filter"
title = "A filter"
kinds = ["filter"]
party = "any"
role = "negative"
weight = 0.5
after = ["deal"]
within_days = 730
"""
)

PAIR = """
playbook_id = "pair"
title = "Pair"
statement = "A pact, then training within three years."
reason = "Made up."
cite = [{ source = "src-a", at = "page 1" }]

[[step]]
id = "pact"
title = "Pact"
kinds = ["pact"]
party = "sponsor"
role = "required"

[[step]]
id = "training"
title = "Training"
kinds = ["training"]
party = "sponsor"
role = "required"
after = ["pact"]
within_days = 1095
"""

CHAIN = """
playbook_id = "chain"
title = "Chain"
statement = "A pact, then a deal, then training."
reason = "Made up."
cite = [{ source = "src-a", at = "page 1" }]

[[step]]
id = "pact"
title = "Pact"
kinds = ["pact"]
party = "sponsor"
role = "required"

[[step]]
id = "deal"
title = "Deal"
kinds = ["deal"]
party = "sponsor"
role = "required"
after = ["pact"]
within_days = 400

[[step]]
id = "training"
title = "Training"
kinds = ["training"]
party = "sponsor"
role = "required"
after = ["deal"]
within_days = 400
"""


def playbook_of(text: str) -> Playbook:
    """The playbook of a text, with the made-up vocabulary."""
    longest = STUDY.last_day - STUDY.first_day
    return read_playbook(text, file="evidence/playbooks/x.toml", kinds=KINDS, longest_days=longest)


# One happening: kind, first day, last day (ordinals, None for open), sponsor or None.
Happening = tuple[str, int | None, int | None, str | None]


def history_of(
    countries: Mapping[str, Sequence[Happening]], *, certainty: str = "documented"
) -> pl.DataFrame:
    """The table `history` of these happenings."""
    rows: list[dict[str, Any]] = [
        {
            "history_id": f"his-{country}-{number:05d}",
            "country_id": country,
            "sponsor_id": sponsor,
            "kind": kind,
            "earliest_date": None if first is None else date.fromordinal(first),
            "latest_date": None if last is None else date.fromordinal(last),
            "certainty": certainty,
            "origins": 1,
            "row_id": f"row-{country}-{number}",
            "title": f"{kind} in {country}",
        }
        for country, happenings in countries.items()
        for number, (kind, first, last, sponsor) in enumerate(happenings)
    ]
    return frame_of(TABLE["history"], rows)


def units(countries: Mapping[str, Sequence[Happening]]) -> pl.DataFrame:
    """Happenings as the matcher takes them."""
    return units_of(history_of(countries), STUDY)


def random_history(
    generator: np.random.Generator, count: int, *, kinds: Sequence[str] = KINDS
) -> list[Happening]:
    """Happenings without any order: half known to the day, others to the month or the year."""
    found: list[Happening] = []
    for _ in range(count):
        day = int(generator.integers(STUDY.first_day, STUDY.last_day))
        length = int(generator.choice([1, 1, 30, 365]))
        kind = str(generator.choice(list(kinds)))
        sponsor = [None, "CHN", "CHN", "RUS"][generator.integers(4)]
        found.append((kind, day, day + length - 1, sponsor))
    return found


def planted(
    generator: np.random.Generator, kinds: Sequence[str], *, gap_days: int, jitter_days: int
) -> list[Happening]:
    """A sequence in order, `gap_days` apart with jitter, each date known to some 20 days."""
    day = int(generator.integers(STUDY.first_day, STUDY.last_day - gap_days * (len(kinds) + 1)))
    found: list[Happening] = []
    for kind in kinds:
        shift = int(generator.integers(-jitter_days, jitter_days + 1))
        width = int(generator.integers(0, 20))
        found.append((kind, day + shift, day + shift + width, "CHN"))
        day += gap_days
    return found
