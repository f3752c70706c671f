"""The order of two brackets of days, and the interval of a share, whatever the numbers."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sharedfuture.analyse.blocking.sightings import share_interval
from sharedfuture.analyse.precedence.order import order_of

Bracket = tuple[date | None, date | None]

DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))


def bracket(one: date | None, other: date | None) -> Bracket:
    return (min(one, other), max(one, other)) if one and other else (one, other)


BRACKETS = st.builds(bracket, st.none() | DAYS, st.none() | DAYS)


@given(BRACKETS, BRACKETS)
def test_order_turns_with_its_sides_and_holds_for_every_day_allowed(
    agreed: Bracket, begun: Bracket
) -> None:
    order, days = order_of(agreed, begun)
    turned = {
        "agreement_first": "measured_first",
        "measured_first": "agreement_first",
        "unclear": "unclear",
    }
    assert order_of(begun, agreed) == (turned[order], days)
    far = timedelta(days=40_000)
    first = (agreed[0] or date(2015, 1, 1) - far, agreed[1] or date(2015, 1, 1) + far)
    other = (begun[0] or date(2015, 1, 1) - far, begun[1] or date(2015, 1, 1) + far)
    if order == "agreement_first":
        assert first[1] < other[0]
        assert days == (other[0] - first[1]).days
    elif order == "measured_first":
        assert other[1] < first[0]
    else:
        assert days is None
        assert first[0] <= other[1]
        assert other[0] <= first[1]


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 50))
def test_interval_holds_the_share_and_widens_with_clustering(
    seen: int, more: int, clusters: int
) -> None:
    measured = seen + more
    many, few = (
        share_interval(seen, measured, clusters=number, level=0.95, correlation=0.05)
        for number in (measured, min(clusters, measured))
    )
    assert 0 <= many[0] <= seen / measured <= many[1] <= 1
    assert 0 <= few[0] <= seen / measured <= few[1] <= 1
    assert few[1] - few[0] >= many[1] - many[0] - 1e-9
