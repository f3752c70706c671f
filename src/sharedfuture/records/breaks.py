"""Years from which a publisher's values do not compare with those before, as a note says them.

The note of an indicator carries each declared break as a sentence "From YEAR on: what changed".
"""

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"From (\d{4}) on: (.+?)(?= From \d{4} on: |$)", re.S)


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """From `year` on values do not compare with those before; `says` is the reason."""

    year: int
    says: str


def write_break(year: int, says: str) -> str:
    """The sentence of a break, as it stands in a note."""
    return f"From {year} on: {says}"


def breaks_of(note: str | None) -> tuple[SeriesBreak, ...]:
    """The breaks that a note speaks of, oldest first; none where there is no note."""
    found = [SeriesBreak(int(year), says.strip()) for year, says in _SENTENCE.findall(note or "")]
    return tuple(sorted(found, key=lambda item: item.year))
