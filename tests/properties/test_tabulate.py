"""What is put together of many rows adds up to them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sharedfuture.analyse.tabulate import chosen, code_column, count_rows, sum_column

COUNTRIES = st.one_of(st.none(), st.sampled_from(["NOR", "PAK", "SLB"]))
SCHEMA = {
    "country_id": pl.String,
    "country_as_written": pl.String,
    "year": pl.Int64,
    "kind": pl.String,
    "amount": pl.Int64,
    "part": pl.String,
    "row": pl.Int64,
}


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(
        st.lists(
            st.tuples(
                COUNTRIES,
                st.just("as written"),
                st.one_of(st.none(), st.integers(2019, 2022)),
                st.sampled_from(["yes", "no", "absent"]),
                st.one_of(st.none(), st.integers(-9, 9)),
                st.sampled_from(["first", "second"]),
            ),
            max_size=25,
        )
    )
    numbered = [(*cells, number) for number, cells in enumerate(rows, 2)]
    return pl.DataFrame(numbered, schema=SCHEMA, orient="row")


@given(frame=frames())
def test_counts_add_up_to_the_rows_with_country_and_period(frame: pl.DataFrame) -> None:
    counts = count_rows(chosen(frame, {}), period="year")
    assert counts.get_column("value").sum() == frame.drop_nulls(["country_id", "year"]).height
    assert counts.get_column("value").to_list() == counts.get_column("rows").to_list()
    assert not counts.select("country_id", "period").is_duplicated().any()


@given(frame=frames(), kinds=st.sets(st.sampled_from(["yes", "no", "absent"])))
def test_choice_and_its_complement_are_the_whole(frame: pl.DataFrame, kinds: set[str]) -> None:
    others = sorted({"yes", "no", "absent"} - kinds)
    both = [chosen(frame, {"kind": each}).height for each in (sorted(kinds), others)]
    assert sum(both) == chosen(frame, {}).height


@given(frame=frames())
def test_sums_add_up_and_rest_on_rows_with_a_number(frame: pl.DataFrame) -> None:
    sums = sum_column(chosen(frame, {}), "amount", period="year")
    summed = frame.drop_nulls(["country_id", "year", "amount"])
    assert sums.get_column("value").sum() == summed.get_column("amount").sum()
    assert sums.get_column("rows").sum() == summed.height
    places = sums.join(summed, on=["country_id", "part", "row"], how="semi")
    assert places.height == sums.height, "a place that is not among the rows that were summed"


@given(frame=frames())
def test_code_is_that_of_the_first_row_with_one(frame: pl.DataFrame) -> None:
    codes = {"yes": 1.0, "no": -1.0}
    found = code_column(chosen(frame, {}), "kind", codes, period="year")
    for row in found.iter_rows(named=True):
        rows = frame.filter(
            pl.col("country_id") == row["country_id"],
            pl.col("year") == int(row["period"]),
            pl.col("kind").is_in(list(codes)),
        ).sort("part", "row")
        first = rows.row(0, named=True)
        assert (row["part"], row["row"]) == (first["part"], first["row"])
        assert (row["value"], row["as_written"]) == (codes[first["kind"]], first["kind"])
        assert row["rows"] == rows.height


@given(frame=frames(), seed=st.integers(0, 9))
def test_order_of_the_rows_does_not_matter(frame: pl.DataFrame, seed: int) -> None:
    mixed = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert count_rows(chosen(mixed, {}), period="year").equals(
        count_rows(chosen(frame, {}), period="year")
    )
