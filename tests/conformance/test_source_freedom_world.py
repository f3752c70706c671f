"""Freedom House's workbooks give every item, sum and rating of the tidied tables."""

from collections.abc import Callable

import polars as pl
import pytest

from sharedfuture.records.errors import SourceChanged
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]

FOLDER = "originals/freedom_house"
ITEMS = {
    "2024": f"{FOLDER}/edition_2024/All_data_FIW_2013-2024.xlsx",
    "2025": f"{FOLDER}/edition_2025/All_data_FIW_2013-2024.xlsx",
}
RATINGS = f"{FOLDER}/edition_2024/Country_and_Territory_Ratings_and_Statuses_FIW_1973-2024.xlsx"
PLACES = {"2024": 2_515, "2025": 2_723}
KEY = ("country_as_written", "period", "indicator_id")
SHORT = {
    "A": "electoral_process",
    "B": "pluralism",
    "C": "government",
    "D": "expression",
    "E": "association",
    "F": "rule_of_law",
    "G": "personal_autonomy",
    "AddQ": "add_q",
    "AddA": "add_a",
    "pr_0to40": "political_rights",
    "cl_0to60": "civil_liberties",
    "total_0to100": "total",
    "pr_rating_1to7": "pr_rating",
    "cl_rating_1to7": "cl_rating",
    "status": "status",
}
STATUS = {"NF": 1.0, "PF": 2.0, "F": 3.0}
# A year later the publisher took a point off Eastern Donbas, and so off its sums.
REVISED = {
    ("Eastern Donbas", "2023", f"freedom_world_{name}", value, value - 1)
    for name, value in (
        *(("g3", 2.0), ("personal_autonomy", 3.0)),
        *(("civil_liberties", 4.0), ("total", 3.0)),
    )
}


@pytest.mark.parametrize("edition", ITEMS)
def test_items_and_sums(edition: str, originals: Originals, say: Say) -> None:
    read = originals.read("freedom_world", edition, {"items": ITEMS[edition]})["value"]
    totals = read.filter(pl.col("indicator_id") == "freedom_world_total")
    assert totals.height == PLACES[edition]
    expected = tidy_items(originals).filter(pl.col("period").cast(int) < int(edition))
    both = read.join(expected, on=KEY, how="full", coalesce=True)
    assert both.filter(pl.col("value").is_null() | pl.col("tidy").is_null()).is_empty()
    apart = both.filter(pl.col("value") != pl.col("tidy"))
    assert set(apart.select(*KEY, "value", "tidy").rows()) == (
        REVISED if edition == "2024" else set()
    )
    say(f"Freedom in the World {edition}, items", read.height, both.height - apart.height)


def test_the_file_of_2025_is_told_from_that_of_2024(originals: Originals) -> None:
    with pytest.raises(
        SourceChanged, match="expected a sheet 'FIW13-24', found 'Index', 'FIW13-25'"
    ):
        originals.read("freedom_world", "2024", {"items": ITEMS["2025"]})
    with pytest.raises(SourceChanged, match="expected a sheet 'FIW13-25'"):
        originals.read("freedom_world", "2025", {"items": ITEMS["2024"]})


def test_ratings_since_1972(originals: Originals, say: Say) -> None:
    """Every rating and status of the tidied table, but for the year that this edition lacks."""
    read = originals.read("freedom_world", "2024", {"ratings": RATINGS})["value"]
    assert read.height == 3 * 9_757
    last_year = pl.col("period").str.slice(-4)
    named = pl.col("country_as_written").replace(OTHER_NAMES)
    expected = tidy_ratings(originals)
    known = expected.filter(pl.col("period") != "2024")
    assert expected.height - known.height == 3 * 208
    both = read.with_columns(period=last_year, country_as_written=named).join(
        known, on=KEY, how="full", coalesce=True
    )
    assert both.height == read.height == known.height
    same = both.filter(pl.col("value") == pl.col("tidy"))
    others = both.filter((pl.col("value") != pl.col("tidy")) | pl.col("value").is_null())
    assert set(others.select("country_as_written", "period").rows()) == {("South Africa", "1972")}
    assert same.height == 3 * 9_756
    say("Freedom in the World 1973 to 2024, ratings", read.height, same.height)


def test_south_africa_of_1972_was_rated_twice(originals: Originals) -> None:
    read = originals.read("freedom_world", "2024", {"ratings": RATINGS})["value"]
    rows = read.filter(pl.col("gap").is_not_null())
    assert rows.select("country_as_written", "period", "value", "gap", "as_written").rows() == [
        ("South Africa", "1972", None, "unreadable", words) for words in ("2(5)", "3(6)", "F (NF)")
    ]


def test_both_workbooks_say_the_same(originals: Originals, say: Say) -> None:
    items = originals.read("freedom_world", "2024", {"items": ITEMS["2024"]})["value"]
    ratings = originals.read("freedom_world", "2024", {"ratings": RATINGS})["value"]
    both = items.join(ratings, on=KEY, how="inner", suffix="_rated")
    assert both.height == 3 * PLACES["2024"]
    assert both.filter(pl.col("value") != pl.col("value_rated")).is_empty()
    parts = {"items": ITEMS["2024"], "ratings": RATINGS}
    together = originals.read("freedom_world", "2024", parts)["value"]
    assert together.height == items.height + ratings.height - both.height
    say("Freedom in the World 2024, both workbooks", together.height, both.height)


def test_territories_and_states_of_the_past_have_no_key(originals: Originals) -> None:
    read = originals.read("freedom_world", "2024", {"ratings": RATINGS})["value"]
    keyless = set(read.filter(pl.col("country_id").is_null()).get_column("country_as_written"))
    assert {"Tibet", "Germany, E.", "Germany, W.", "Vietnam, S.", "USSR", "Yugoslavia"} <= keyless
    kosovo = read.filter(pl.col("country_id") == "XKX").get_column("period").unique().sort()
    assert kosovo.to_list() == [str(year) for year in range(1993, 2024)]


# The tidied table names three states of the past in its own words.
OTHER_NAMES = {
    "Germany, E.": "East Germany",
    "Vietnam, S.": "South Vietnam",
    "Yemen, S.": "South Yemen",
}


def tidy_items(originals: Originals) -> pl.DataFrame:
    table = originals.tidy("indices/freedom_house_fiw_items.csv")
    questions = [name for name in table.columns if len(name) == 2 and name[1].isdigit()]
    assert len(questions) == 25
    return _long(table, [*questions, *SHORT])


def tidy_ratings(originals: Originals) -> pl.DataFrame:
    table = originals.tidy("indices/freedom_house_fiw_ratings.csv").rename(
        {"political_rights_1to7": "pr_rating_1to7", "civil_liberties_1to7": "cl_rating_1to7"}
    )
    return _long(table, ["pr_rating_1to7", "cl_rating_1to7", "status"])


def _long(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    long = table.unpivot(columns, index=["country", "year"], value_name="written").drop_nulls()
    short = pl.col("variable").replace(SHORT).str.to_lowercase()
    number = pl.col("written").replace({word: str(of) for word, of in STATUS.items()})
    return long.select(
        pl.col("country").alias("country_as_written"),
        pl.col("year").alias("period"),
        ("freedom_world_" + short).alias("indicator_id"),
        number.cast(pl.Float64).alias("tidy"),
    )
