"""Agreement with China in recorded votes: a table of cases and its identities."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.step import read_parameters
from sharedfuture.analyse.votes import agreement
from sharedfuture.records.tables import TABLE

YES, ABSTAINED, NO = 1.0, 0.0, -1.0

Votes = dict[tuple[str, str], float | None]


def figures_of(votes: Votes, *, period: str = "2019") -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "figure_id": f"fig-{country}-{call}-{period}",
                "country_id": country,
                "indicator_id": call,
                "period": period,
                "value": value,
            }
            for (country, call), value in votes.items()
        ],
        schema={
            "figure_id": pl.String,
            "country_id": pl.String,
            "indicator_id": pl.String,
            "period": pl.String,
            "value": pl.Float64,
        },
        orient="row",
    )


def run(figures: pl.DataFrame) -> pl.DataFrame:
    return agreement.run(figures, **read_parameters("sharedfuture.analyse.votes", "agreement"))


CASES = [
    # country's votes, China's votes, shared, same
    ([YES, YES, NO], [YES, YES, NO], 3, 3),
    ([YES, ABSTAINED, NO], [YES, YES, YES], 3, 1),
    ([NO, NO, NO], [YES, YES, ABSTAINED], 3, 0),
    ([ABSTAINED, None, None], [ABSTAINED, YES, YES], 1, 1),  # absent: the call does not count
    ([YES, YES, YES], [None, None, YES], 1, 1),
    ([ABSTAINED, ABSTAINED, YES], [YES, NO, YES], 3, 1),  # an abstention is neither yes nor no
]


@pytest.mark.parametrize(("country", "china", "shared", "same"), CASES)
def test_case(
    country: list[float | None], china: list[float | None], shared: int, same: int
) -> None:
    calls = ["un_vote_a", "un_vote_b", "un_vote_c"]
    votes: Votes = {("BGA", call): vote for call, vote in zip(calls, country, strict=True)}
    votes |= {("CHN", call): vote for call, vote in zip(calls, china, strict=True)}
    row = run(figures_of(votes)).row(0, named=True)
    assert row["un_agreement_id"] == "una-BGA"
    assert (row["votes_shared"], row["votes_same"]) == (shared, same)
    assert row["share"] == pytest.approx(same / shared)
    assert len(row["row_ids"]) == 2 * shared
    assert {row_id.split("-")[1] for row_id in row["row_ids"]} == {"BGA", "CHN"}


def test_china_and_countries_that_share_no_roll_call_are_left_out() -> None:
    votes: Votes = {
        ("CHN", "un_vote_a"): YES,
        ("BGA", "un_vote_a"): YES,
        ("CGA", "un_vote_b"): YES,
        ("DGA", "un_vote_a"): None,
        ("EGA", "eiu_overall"): YES,
    }
    assert run(figures_of(votes))["country_id"].to_list() == ["BGA"]


def test_the_same_call_in_another_year_is_another_vote() -> None:
    china = figures_of({("CHN", "un_vote_a"): YES}, period="2018")
    country = figures_of({("BGA", "un_vote_a"): YES}, period="2019")
    assert run(pl.concat([china, country])).height == 0


@pytest.mark.parametrize("votes", [{}, {("BGA", "un_vote_a"): YES}, {("CHN", "un_vote_a"): YES}])
def test_without_china_or_others_the_table_is_empty_but_keeps_its_columns(votes: Votes) -> None:
    result = run(figures_of(votes))
    assert result.height == 0
    assert result.columns == [*TABLE["un_agreement"].column_names, "row_ids"]
    full = run(figures_of({("CHN", "un_vote_a"): YES, ("BGA", "un_vote_a"): YES}))
    assert result.schema == full.schema


vote = st.sampled_from([YES, ABSTAINED, NO, None])
histories = st.dictionaries(
    st.tuples(
        st.sampled_from(["CHN", "BGA", "CGA", "DGA"]),
        st.sampled_from([f"un_vote_{n}" for n in range(6)]),
    ),
    vote,
    max_size=24,
)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_counts_are_those_of_a_loop_and_turning_every_vote_changes_nothing(votes: Votes) -> None:
    result = run(figures_of(votes))
    for row in result.iter_rows(named=True):
        country = row["country_id"]
        pairs = [
            (cast, votes.get(("CHN", call)))
            for (voter, call), cast in votes.items()
            if voter == country and cast is not None and votes.get(("CHN", call)) is not None
        ]
        assert row["votes_shared"] == len(pairs) > 0
        assert row["votes_same"] == sum(one == other for one, other in pairs)
    turned: Votes = {key: None if cast is None else -cast for key, cast in votes.items()}
    columns = ["country_id", "votes_shared", "votes_same", "share"]
    assert run(figures_of(turned)).select(columns).equals(result.select(columns))
