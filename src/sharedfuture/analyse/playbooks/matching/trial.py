"""One playbook tried with one sponsor: best occurrences, and what chance gives for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import polars as pl

from sharedfuture.analyse.playbooks.matching.chance import (
    Seen,
    chance_of,
    chance_of_any,
    see,
    see_shuffled,
)
from sharedfuture.analyse.playbooks.matching.occurrence import (
    DRAWS,
    Occurrence,
    best_occurrences,
    histories_as_they_were,
)
from sharedfuture.analyse.playbooks.matching.playbook import Playbook, Role
from sharedfuture.analyse.playbooks.matching.pool import Pool, pool_of
from sharedfuture.analyse.playbooks.matching.task import task_of
from sharedfuture.analyse.ranks import competition_ranks

# Hears of progress: shuffles done, and of how many.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Match:
    """The best occurrence in a country and its chances; see the table `playbook_match`."""

    country_id: str
    found: Occurrence
    rank: int
    chance: float
    chance_all: float
    chance_by_kind: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A number in shuffles: mean, middle 95 %, and the share of shuffles with at least as many."""

    mean: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial came to; `tried` is the number of countries with any history."""

    playbook: Playbook
    sponsor_id: str
    pool: Pool
    tried: int
    shuffles: int
    matches: tuple[Match, ...]
    found: int
    by_chance: Spread
    by_kind: Spread


def try_playbook(
    units: pl.DataFrame,
    playbook: Playbook,
    sponsor_id: str,
    *,
    shuffles: int,
    draws: int,
    seed: int,
    tell: Tell | None = None,
) -> Trial:
    """The playbook in every country of `units`, with so many shuffles of either way.

    `draws` are those of the search in shuffles; what was is searched with as many for the sake of
    comparison, and with more for what is shown.
    """
    pool = pool_of(units, playbook, sponsor_id)
    own = pl.col("country_id") != sponsor_id
    tried = units.filter(own).get_column("country_id").n_unique()
    found = best_occurrences(task_of(playbook, pool, draws=DRAWS)) if pool.countries else []
    task = task_of(playbook, pool, draws=draws)
    observed = see(task, histories_as_they_were(pool))
    shuffled = []
    for number, groups in enumerate((pool.within_country, pool.within_kind)):
        done = number * shuffles
        shuffled.append(
            see_shuffled(
                task,
                groups,
                shuffles=shuffles,
                seed=_seed(seed, playbook.playbook_id, sponsor_id, number),
                tell=_from(tell, done, 2 * shuffles),
            )
        )
    whole = sum(_is_whole(playbook, each) for each in found)
    return Trial(
        playbook,
        sponsor_id,
        pool,
        tried,
        shuffles,
        _matches(pool, found, observed, shuffled),
        whole,
        _spread(shuffled[0], int(observed.found[0])),
        _spread(shuffled[1], int(observed.found[0])),
    )


def _from(tell: Tell | None, done: int, of: int) -> Callable[[int], None] | None:
    """Progress of a part as that of the whole."""
    if tell is None:
        return None
    return lambda count: tell(done + count, of)


def _seed(seed: int, playbook_id: str, sponsor_id: str, number: int) -> int:
    """A seed of its own for each trial, so that none depends on which others are made."""
    text = f"{seed} {playbook_id} {sponsor_id} {number}"
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def _is_whole(playbook: Playbook, found: Occurrence) -> bool:
    needed = {at for at, step in enumerate(playbook.steps) if step.role is Role.REQUIRED}
    return needed <= set(found.units) and found.fit > 0


def _matches(
    pool: Pool, best: Sequence[Occurrence], observed: Seen, shuffled: Sequence[Seen]
) -> tuple[Match, ...]:
    found = [each for each in best if each.fit > 0 and _is_sequence(each)]
    fits = np.array([round(each.fit, 9) for each in found])
    ranks = competition_ranks(-fits)
    seen = observed.fits[0]
    chances = chance_of(seen, shuffled[0].fits)
    of_any = np.maximum(*(chance_of_any(seen, way.fits) for way in shuffled))
    by_kind = chance_of(seen, shuffled[1].fits)
    return tuple(
        Match(
            pool.countries[each.country],
            each,
            int(ranks[at]),
            float(chances[each.country]),
            float(of_any[each.country]),
            float(by_kind[each.country]),
        )
        for at, each in enumerate(found)
    )


def _is_sequence(found: Occurrence) -> bool:
    """Whether two steps are filled at the least; a single happening is no sequence."""
    return sum(added > 0 for added in found.adds.values()) > 1


def _spread(seen: Seen, observed: int) -> Spread:
    counts = seen.found
    if not len(counts):
        return Spread(0.0, 0.0, 0.0, 1.0)
    low, high = np.quantile(counts, [0.025, 0.975], method="inverted_cdf")
    as_many = int((counts >= observed).sum())
    return Spread(float(counts.mean()), float(low), float(high), (1 + as_many) / (1 + len(counts)))
