"""Whether a change was seen on one network, on several, or nationally: who saw it independently.

Networks of one organisation are one witness. A name tells whose a network is by its first word
that is not one of all firms or the country's own; where two organisations share it, they count as
one, so that the error is to the side of fewer.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

ONE, SEVERAL, NATIONAL = "one_network", "several_networks", "national"
# Counts of a country as a whole do not tell how many networks saw a change.
UNDIVIDED = "undivided"


@dataclass(frozen=True, slots=True)
class Sight:
    """A change as one network saw it, with the days between which it happened."""

    network: int | None
    after: date
    by: date


@dataclass(frozen=True, slots=True)
class Watch:
    """The first and the last day on which one network measured the domain."""

    network: int | None
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a change was seen; both numbers are of organisations."""

    scope: str
    networks: int
    measured: int


def organisation_of(
    network: int, name: str | None, *, country: str, words_of_firms: Collection[str]
) -> str:
    """Whose a network is, as far as its name says; without a name it stands for itself."""
    own = {*_words(country), *words_of_firms}
    return next((word for word in _words(name or "") if word not in own), f"as{network}")


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", text.casefold()) if len(word) > 1]


def reach_of(
    sights: Sequence[Sight],
    watches: Iterable[Watch],
    *,
    organisations: Mapping[int, str],
    least: int,
    share: float,
) -> list[Reach]:
    """How far each of the sights of one change of one domain in one country was seen, in order.

    Sights are of one change where their brackets have a day in common. National is what at least
    `least` organisations saw, and more than `share` of those that measured before and after it.
    """
    watched = list(watches)
    found: dict[int, Reach] = {}
    for group in _together(sights):
        after = max(sights[number].after for number in group)
        by = min(sights[number].by for number in group)
        seen = {organisations.get(sights[number].network or 0) for number in group}
        could = seen | {
            organisations.get(watch.network or 0)
            for watch in watched
            if watch.first <= min(after, by) and watch.last >= max(after, by)
        }
        if any(sights[number].network is None for number in group):
            reach = Reach(UNDIVIDED, 1, 1)
        else:
            is_national = len(seen) >= least and len(seen) > share * len(could)
            scope = NATIONAL if is_national else SEVERAL if len(seen) > 1 else ONE
            reach = Reach(scope, len(seen), len(could))
        found |= dict.fromkeys(group, reach)
    return [found[number] for number in range(len(sights))]


def _together(sights: Sequence[Sight]) -> Iterator[list[int]]:
    """Numbers of sights whose brackets all overlap, in the order in which they end."""
    waiting = sorted(range(len(sights)), key=lambda number: (sights[number].by, number))
    while waiting:
        day = sights[waiting[0]].by
        group = [number for number in waiting if sights[number].after <= day]
        yield group
        waiting = [number for number in waiting if number not in group]
