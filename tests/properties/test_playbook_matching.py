"""The matcher of playbooks: equal to trying everything, and what must hold of any history."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.made_up_histories import (
    CHAIN,
    ISLAND,
    KINDS,
    NEGATIVE,
    STUDY,
    Happening,
    history_of,
    playbook_of,
    random_history,
    units,
)

from sharedfuture.analyse.playbooks.matching.chance import see, see_shuffled
from sharedfuture.analyse.playbooks.matching.draws import even_points, share, wait_bits
from sharedfuture.analyse.playbooks.matching.occurrence import (
    DRAWS,
    Occurrence,
    best_occurrences,
    histories_as_they_were,
)
from sharedfuture.analyse.playbooks.matching.playbook import Party
from sharedfuture.analyse.playbooks.matching.pool import pool_of
from sharedfuture.analyse.playbooks.matching.probability import (
    Span,
    order_probability,
    pair_probability,
)
from sharedfuture.analyse.playbooks.matching.relations import Relations, relations_of
from sharedfuture.analyse.playbooks.matching.task import Task, task_of

TEXTS = {"island": ISLAND, "negative": NEGATIVE, "chain": CHAIN}

_DAY = st.integers(STUDY.first_day, STUDY.first_day + 1500)
_HAPPENING = st.tuples(
    st.sampled_from(KINDS),
    _DAY,
    st.sampled_from([0, 0, 29, 364]),
    st.sampled_from([None, "CHN", "RUS"]),
).map(lambda item: (item[0], item[1], item[1] + item[2], item[3]))
HAPPENINGS = st.lists(_HAPPENING, max_size=12)


def task_for(text: str, happenings: list[Happening]) -> Task:
    playbook = playbook_of(text)
    return task_of(playbook, pool_of(units({"AAA": happenings}), playbook, "CHN"), draws=DRAWS)


def best_of(text: str, happenings: list[Happening]) -> Occurrence | None:
    found = best_occurrences(task_for(text, happenings)) if happenings else []
    return found[0] if found else None


def best_fit(text: str, happenings: list[Happening]) -> float:
    found = best_of(text, happenings)
    return 0.0 if found is None else found.fit


def fit_by_trying_everything(task: Task) -> float:
    """The definition of the fit, for every way to fill the steps; slow and plain."""
    pool, steps = task.pool, task.playbook.steps
    can = [[None, *each.units.tolist()] for each in task.pool.candidates]
    positive = [at for at, step in enumerate(steps) if not step.is_negative]
    best = 0.0
    for chosen in product(*(can[at] for at in positive)):
        units_of = {at: u for at, u in zip(positive, chosen, strict=True) if u is not None}
        sponsored = any(steps[at].party is Party.SPONSOR for at in units_of)
        if not sponsored or len(set(units_of.values())) < len(units_of):
            continue
        spans: dict[int, Span] = {at: span(task, unit) for at, unit in units_of.items()}
        filled = sum(task.weights[at] * pool.weights[unit] for at, unit in units_of.items())
        fit = filled * order_probability(spans, task.relations)
        for at, step in enumerate(steps):
            before = {wait.earlier for wait in task.relations.waits[at]}
            if not step.is_negative or not before & set(units_of):
                continue
            left = [u for u in can[at] if u is not None and u not in units_of.values()]
            fit -= max(
                (
                    task.weights[at]
                    * pool.weights[unit]
                    * order_probability({**spans, at: span(task, unit)}, task.relations)
                    for unit in left
                ),
                default=0.0,
            )
        best = max(best, fit)
    return best


def span(task: Task, unit: int) -> Span:
    return int(task.pool.first_days[unit]), int(task.pool.lengths[unit])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("seed", range(8))
def test_matcher_finds_what_trying_everything_finds(text: str, seed: int) -> None:
    happenings = random_history(np.random.default_rng(seed), 14, kinds=KINDS[:6])
    task = task_for(text, happenings)
    if not task.pool.countries:
        return
    found = best_occurrences(task)
    expected = fit_by_trying_everything(task)
    assert (found[0].fit if found else 0.0) == pytest.approx(expected, abs=1e-9)


@given(HAPPENINGS, st.sampled_from(sorted(TEXTS)))
@settings(max_examples=25)
def test_fit_and_probability_are_shares(happenings: list[Happening], name: str) -> None:
    found = best_of(TEXTS[name], happenings)
    if found is not None:
        assert 0 <= found.fit <= 1
        assert 0 <= found.order_probability <= 1
        assert found.fit == pytest.approx(max(0.0, sum(found.adds.values())))
        assert len(set(found.units.values())) == len(found.units)


@given(HAPPENINGS, _HAPPENING, st.sampled_from(["island", "chain"]))
@settings(max_examples=25)
def test_a_further_happening_never_lowers_the_fit(
    happenings: list[Happening], further: Happening, name: str
) -> None:
    before, after = (best_fit(TEXTS[name], h) for h in (happenings, [*happenings, further]))
    assert after >= before - 1e-9


@given(HAPPENINGS, st.integers(-4000, 4000), st.sampled_from(sorted(TEXTS)))
@settings(max_examples=30)
def test_moving_all_dates_changes_nothing(
    happenings: list[Happening], days: int, name: str
) -> None:
    moved: list[Happening] = [
        (kind, first + days, last + days, sponsor)
        for kind, first, last, sponsor in dated(happenings)
    ]
    before, after = best_of(TEXTS[name], happenings), best_of(TEXTS[name], moved)
    if before is None or after is None:
        assert before is after
        return
    assert before.units == after.units
    assert before.fit == pytest.approx(after.fit, abs=1e-9)


def dated(happenings: list[Happening]) -> list[tuple[str, int, int, str | None]]:
    """Happenings whose days are both known, as all are here."""
    return [
        (kind, first, last, sponsor)
        for kind, first, last, sponsor in happenings
        if first is not None and last is not None
    ]


@given(HAPPENINGS)
@settings(max_examples=20)
def test_order_of_the_rows_does_not_matter(happenings: list[Happening]) -> None:
    assert best_fit(ISLAND, happenings) == pytest.approx(best_fit(ISLAND, happenings[::-1]))


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 400), st.integers(1, 400))
@settings(max_examples=60)
def test_one_of_two_dates_comes_first(a: int, n: int, b: int, m: int) -> None:
    forth = pair_probability((a, n), (b, m), least=0.0, most=float("inf"))
    back = pair_probability((b, m), (a, n), least=0.0, most=float("inf"))
    assert forth + back == pytest.approx(1.0)


def test_of_two_on_the_same_day_either_came_first() -> None:
    assert pair_probability((5, 1), (5, 1), least=0.0, most=float("inf")) == 0.5
    assert pair_probability((5, 365), (5, 365), least=0.0, most=float("inf")) == 0.5


@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from([1, 30, 365, 800])), min_size=4, max_size=4
    )
)
@settings(max_examples=25)
def test_probability_of_an_order_is_that_of_a_simulation(spans: list[Span]) -> None:
    relations = relations_of(playbook_of(ISLAND))
    filled = dict(enumerate(spans))
    expected = simulated(filled, relations)
    assert order_probability(filled, relations) == pytest.approx(expected, abs=0.015)


@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from([1, 30, 365, 800])), min_size=2, max_size=2
    ),
    st.sampled_from([(0, 1), (1, 3), (2, 3), (0, 3)]),
)
@settings(max_examples=25)
def test_probability_of_a_pair_is_that_of_a_simulation(
    spans: list[Span], steps: tuple[int, int]
) -> None:
    relations = relations_of(playbook_of(ISLAND))
    filled = dict(zip(steps, spans, strict=True))
    expected = simulated(filled, relations)
    assert order_probability(filled, relations) == pytest.approx(expected, abs=0.015)


def simulated(spans: dict[int, Span], relations: Relations) -> float:
    """The share of 40,000 draws in which the playbook's words hold, said without our bounds.

    Steps of the island: 0 pact, 1 delay and 2 deal after it, 3 training after both.
    """
    generator = np.random.default_rng(3)
    at = {step: first + n * generator.random(40_000) for step, (first, n) in spans.items()}
    holds = np.ones(40_000, bool)
    for step, earlier in ((1, 0), (2, 0), (3, 0), (3, 1), (3, 2)):
        if step in at and earlier in at:
            holds &= at[step] >= at[earlier]
    for step in (1, 2):
        if step in at and 0 in at:
            holds &= at[step] - at[0] < 366
    if 3 in at:
        middle = [at[step] for step in (1, 2) if step in at]
        if middle:  # after the last of them; over a missing step windows add up
            near = at[3] - np.max(middle, axis=0) < 366
            if len(middle) == 1 and 0 in at:
                near |= at[3] - at[0] < 731
            holds &= near
        elif 0 in at:
            holds &= at[3] - at[0] < 731
    assert relations.windows[3]
    return float(holds.mean())


@pytest.mark.parametrize("draws", [64, 256])
def test_draws_of_two_equal_dates_are_even(draws: int) -> None:
    points = even_points(draws, 12)
    first, length = np.array([100], np.int32), np.array([365], np.int32)
    for a in range(12):
        for b in range(a):
            bits = wait_bits(
                (first, length, points[a]), (first, length, points[b]), at_least_days=0
            )
            back = wait_bits(
                (first, length, points[b]), (first, length, points[a]), at_least_days=0
            )
            assert share(bits)[0] + share(back)[0] == 1.0
            assert abs(share(bits)[0] - 0.5) < 0.07


def test_shuffles_keep_what_happened_and_when() -> None:
    generator = np.random.default_rng(1)
    playbook = playbook_of(ISLAND)
    histories = {f"{c:03d}": random_history(generator, 20) for c in range(10)}
    pool = pool_of(units(histories), playbook, "CHN")
    task = task_of(playbook, pool, draws=64)
    first = see_shuffled(task, pool.country, shuffles=50, seed=4)
    again = see_shuffled(task, pool.country, shuffles=50, seed=4)
    other = see_shuffled(task, pool.country, shuffles=50, seed=5)
    assert (first.fits == again.fits).all()
    assert (first.fits != other.fits).any()
    assert see(task, histories_as_they_were(pool)).fits.shape == (1, len(pool.countries))


def test_rows_that_say_the_same_are_one_happening() -> None:
    rows: list[Happening] = [("pact", STUDY.first_day, STUDY.first_day, "CHN")] * 50
    assert units({"AAA": rows}).height == 1
    assert history_of({"AAA": rows}).height == 50
