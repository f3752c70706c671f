"""What chance gives: honest where there is nothing, sharp where something was planted."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from tests.made_up_histories import (
    ISLAND,
    PAIR,
    STUDY,
    Happening,
    history_of,
    planted,
    playbook_of,
    random_history,
    units,
)

from sharedfuture.analyse.playbooks.matching.chance import (
    chance_of,
    chance_of_any,
    see,
    see_shuffled,
)
from sharedfuture.analyse.playbooks.matching.occurrence import histories_as_they_were
from sharedfuture.analyse.playbooks.matching.playbook import Playbook
from sharedfuture.analyse.playbooks.matching.pool import Pool, pool_of, units_of
from sharedfuture.analyse.playbooks.matching.task import task_of
from sharedfuture.analyse.playbooks.matching.trial import Match, Trial, try_playbook

Floats = NDArray[np.float64]
SHUFFLES = 99


def fits(
    histories: Mapping[str, Sequence[Happening]], playbook: Playbook, *, within_kind: bool
) -> tuple[Floats, Floats]:
    """Fits as observed, and in shuffles."""
    pool: Pool = pool_of(units(histories), playbook, "CHN")
    task = task_of(playbook, pool, draws=64)
    groups = pool.within_kind if within_kind else pool.within_country
    shuffled = see_shuffled(task, groups, shuffles=SHUFFLES, seed=8)
    return see(task, histories_as_they_were(pool)).fits[0], shuffled.fits


def without_ties(observed: Floats, shuffled: Floats, generator: np.random.Generator) -> Floats:
    """Chances in which equal fits are put in order by lot: uniform where shuffles are alike."""
    greater = (shuffled > observed + 1e-9).sum(axis=0)
    equal = (np.abs(shuffled - observed) <= 1e-9).sum(axis=0)
    lot: Floats = (greater + generator.random(len(observed)) * (1 + equal)) / (1 + len(shuffled))
    return lot


def distance_from_uniform(chances: Floats) -> float:
    """The statistic of Kolmogorov and Smirnov."""
    ordered = np.sort(chances)
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()))


@pytest.mark.parametrize("within_kind", [False, True])
def test_chances_of_histories_without_order_are_uniform(within_kind: bool) -> None:
    generator = np.random.default_rng(11)
    histories = {f"{c:03d}": random_history(generator, 24) for c in range(300)}
    observed, shuffled = fits(histories, playbook_of(ISLAND), within_kind=within_kind)
    chances = without_ties(observed, shuffled, generator)
    # 1.63 / sqrt(n) is exceeded once in a hundred times.
    assert distance_from_uniform(chances) < 1.63 / np.sqrt(len(chances))
    published = chance_of(observed, shuffled)
    for level in (0.02, 0.05, 0.1, 0.2):
        of_chance = level + 2.6 * np.sqrt(level / len(published))
        assert (published <= level).mean() < of_chance


def test_chance_of_the_best_country_is_that_of_a_world() -> None:
    """In 60 worlds of 8 countries without order, the best of each is nothing remarkable."""
    generator = np.random.default_rng(12)
    worlds, published = [], []
    for _ in range(60):
        histories = {f"{c:03d}": random_history(generator, 24) for c in range(8)}
        observed, shuffled = fits(histories, playbook_of(ISLAND), within_kind=False)
        best, highest = observed.max(keepdims=True), shuffled.max(axis=1, keepdims=True)
        worlds.append(float(without_ties(best, highest, generator)[0]))
        published.append(float(chance_of_any(observed, shuffled).min()))
    assert distance_from_uniform(np.array(worlds)) < 1.63 / np.sqrt(60)
    assert (np.array(published) >= np.array(worlds) - 0.02).all()


def test_planted_sequences_are_found_and_others_are_not() -> None:
    generator = np.random.default_rng(13)
    kinds = ("pact", "deal", "delay", "training")
    histories: dict[str, list[Happening]] = {}
    for country in range(200):
        background = random_history(generator, 12)
        is_planted = country < 100
        sequence = planted(generator, kinds, gap_days=120, jitter_days=30) if is_planted else []
        histories[f"{'P' if is_planted else 'N'}{country:03d}"] = [*background, *sequence]
    trial = trial_of(histories)
    found = {match.country_id for match in trial.matches if is_whole(match.found.units)}
    recall = sum(name.startswith("P") for name in found) / 100
    false = sum(name.startswith("N") for name in found) / 100
    assert recall >= 0.95
    assert false < 0.05


def is_whole(filled: Mapping[int, int]) -> bool:
    """All four steps of the island, the optional one as well."""
    return len(filled) == 4


def trial_of(histories: Mapping[str, Sequence[Happening]], *, shuffles: int = 19) -> Trial:
    return try_frame(history_of(histories), shuffles=shuffles)


def try_frame(history: pl.DataFrame, *, shuffles: int) -> Trial:
    return try_playbook(
        units_of(history, STUDY), playbook_of(ISLAND), "CHN", shuffles=shuffles, draws=64, seed=2
    )


@pytest.mark.parametrize("kind", ["pact", "delay", "training", "noise"])
def test_fifty_rows_of_one_publisher_weigh_as_one(kind: str) -> None:
    generator = np.random.default_rng(14)
    histories = {f"{c:03d}": random_history(generator, 20) for c in range(12)}
    day = STUDY.first_day + 4000
    one: Happening = (kind, day, day, "CHN")
    with_one = {**histories, "000": [*histories["000"], one]}
    with_fifty = {**histories, "000": [*histories["000"], *[one] * 50]}
    first, second = trial_of(with_one, shuffles=99), trial_of(with_fifty, shuffles=99)
    assert [told(match) for match in first.matches] == [told(match) for match in second.matches]
    assert first.by_chance == second.by_chance
    assert first.by_kind == second.by_kind


def told(match: Match) -> tuple[object, ...]:
    return (
        match.country_id,
        round(match.found.fit, 9),
        match.chance,
        match.chance_all,
        match.chance_by_kind,
    )


def test_happenings_of_other_kinds_change_nothing() -> None:
    generator = np.random.default_rng(15)
    histories = {f"{c:03d}": random_history(generator, 20) for c in range(12)}
    padding: list[Happening] = [
        ("other", STUDY.first_day + 40 * n, STUDY.first_day + 40 * n, "CHN") for n in range(50)
    ]
    padded = {**histories, "000": [*histories["000"], *padding]}
    first, second = trial_of(histories, shuffles=99), trial_of(padded, shuffles=99)
    assert [told(match) for match in first.matches] == [told(match) for match in second.matches]


def test_chances_are_never_zero() -> None:
    observed, shuffled = np.array([0.9, 0.1]), np.zeros((99, 2))
    assert chance_of(observed, shuffled).tolist() == [0.01, 0.01]


def test_vague_dates_of_some_countries_are_no_sign_of_order() -> None:
    """Half of the countries have vague dates of the second kind, others precise ones and no first.

    Exchanged without regard to precision, the precise dates would make matches that never were.
    """
    generator = np.random.default_rng(16)
    first, last = STUDY.first_day, STUDY.last_day
    histories: dict[str, list[Happening]] = {}
    for country in range(60):
        day = int(generator.integers(first, last - 800))
        histories[f"m{country:02d}"] = [
            ("pact", day, day + 364, "CHN"),
            ("training", first, last, "CHN"),
        ]
        late = int(generator.integers(last - 2000, last - 30))
        histories[f"p{country:02d}"] = [
            ("training", late, late + 20, "CHN"),
            ("delay", late + 1, late + 1, "CHN"),
        ]
    playbook = playbook_of(PAIR)
    trial = try_playbook(units(histories), playbook, "CHN", shuffles=SHUFFLES, draws=64, seed=1)
    assert trial.by_kind.low <= trial.found <= trial.by_kind.high
    assert trial.by_chance.low <= trial.found <= trial.by_chance.high
