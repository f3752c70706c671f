"""Known pairs of records, whether they are one event, and what is said of those that are not."""

from datetime import UTC, datetime

import polars as pl
import pytest

from sharedfuture.analyse.shutdowns.agreement import (
    REASONS,
    Coverage,
    share_interval,
    table,
    verdicts,
    years_in_common,
)
from sharedfuture.analyse.shutdowns.identity import events, pairs
from sharedfuture.analyse.shutdowns.records import each_once, records

NATIONAL = "It affected locations in more than one state, province, or region"
REGIONAL = "It affected more than one city in the same state, province, or region"
ALWAYS = Coverage(datetime(2018, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC))


def of_the_news(
    *rows: tuple[str, str | None, str | None, str | None, str, str | None, bool],
) -> pl.DataFrame:
    columns = ("key", "country_id", "start_edtf", "end_edtf", "scope", "area", "is_full_network")
    types = dict.fromkeys(columns, pl.String()) | {"is_full_network": pl.Boolean()}
    frame = pl.DataFrame(list(rows), schema=types, orient="row")
    return records(frame, register="access_now", key="key")


def of_the_signals(*rows: tuple[str, str | None, str, str | None, str, str | None]) -> pl.DataFrame:
    columns = ("key", "country_id", "start_edtf", "end_edtf", "scope", "area")
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String()), orient="row")
    return records(frame, register="ioda_curated", key="key")


def verdict_of(news: pl.DataFrame, signals: pl.DataFrame) -> str:
    both = pl.concat([news, signals])
    met = pairs(both)
    of = {"access_now": ALWAYS, "ioda_curated": ALWAYS}
    said = verdicts(both, met, events(both, met), of=of)
    return str(said.filter(pl.col("register") == "access_now").get_column("verdict")[0])


DARK = ("GAB", "2019-01-07", "2019-01-08", NATIONAL, "National", True)


@pytest.mark.parametrize(
    ("start", "country", "scope", "area", "verdict"),
    [
        ("2019-01-07T07:00:00Z", "GAB", "Country", None, "same"),
        ("2019-01-06T11:00:00Z", "GAB", "Country", None, "same"),  # evening of the 6th, far east
        ("2019-01-11T00:00:00Z", "GAB", "Country", None, "near"),
        ("2019-03-07T07:00:00Z", "GAB", "Country", None, "absent"),
        ("2019-01-07T07:00:00Z", "GHA", "Country", None, "country_absent"),
        ("2019-01-07T07:00:00Z", "GAB", "Region", "Estuaire", "other_width"),
    ],
)
def test_national_event(
    start: str, country: str, scope: str, area: str | None, verdict: str
) -> None:
    end = start.replace(":00:00Z", ":30:00Z")
    signals = of_the_signals(("x", country, start, end, scope, area))
    assert verdict_of(of_the_news(("a", *DARK)), signals) == verdict


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (("a", None, "2019-01-07", None, NATIONAL, None, True), "no_country"),
        (("a", "GAB", None, None, NATIONAL, None, True), "no_date"),
        (("a", "GAB", "2016-01-07", None, NATIONAL, None, True), "before_coverage"),
        (("a", "GAB", "2023-01-07", None, NATIONAL, None, True), "after_coverage"),
        (("a", "GAB", "2019-06-07", None, NATIONAL, None, False), "service_only"),
        (("a", "GAB", "2019-06-07", None, REGIONAL, "Ogooue", True), "subnational"),
        (("a", "GAB", "2019-01-07", None, REGIONAL, "Ogooue", True), "other_width"),
    ],
)
def test_reasons(
    row: tuple[str, str | None, str | None, str | None, str, str | None, bool], verdict: str
) -> None:
    signals = of_the_signals(("x", "GAB", "2019-01-07T07:00:00Z", None, "Country", None))
    assert verdict_of(of_the_news(row), signals) == verdict
    assert verdict in REASONS


def test_places_must_share_a_word() -> None:
    news = of_the_news(("a", "VEN", "2019-04-07", None, REGIONAL, "Zulia state, Lara state", True))
    here = of_the_signals(("x", "VEN", "2019-04-07T04:30:00Z", None, "Region", "Zulia"))
    there = of_the_signals(("x", "VEN", "2019-04-07T04:30:00Z", None, "Region", "Sucre"))
    assert verdict_of(news, here) == "same"
    assert verdict_of(news, there) == "other_area"


def test_nights_of_a_curfew_are_parts_and_the_first_is_the_same() -> None:
    news = of_the_news(("a", "MMR", "2021-02-14", "2021-04-27", NATIONAL, None, True))
    nights = of_the_signals(
        *(
            (
                f"n{day}",
                "MMR",
                f"2021-02-{day}T18:30:00Z",
                f"2021-02-{day + 1}T02:30:00Z",
                "Country",
                None,
            )
            for day in (14, 18, 19)
        )
    )
    both = pl.concat([news, nights])
    met = pairs(both)
    assert met.get_column("relation").to_list() == ["same", "part", "part"]
    made = events(both, met)
    assert made.height == 3
    first = made.row(by_predicate=pl.col("registers").list.len() == 2, named=True)
    assert first["keys"] == ["access_now:a", "ioda_curated:n14"]
    assert first["start_from"] == datetime(2021, 2, 14, 18, 0, tzinfo=UTC)
    assert first["is_agreed"] is False  # one night is not ten weeks
    said = verdicts(both, met, made, of={"access_now": ALWAYS, "ioda_curated": ALWAYS})
    assert said.filter(pl.col("register") == "ioda_curated").get_column("verdict").to_list() == [
        "same",
        "part",
        "part",
    ]
    shares = table(said).row(by_predicate=pl.col("register") == "ioda_curated", named=True)
    assert (shares["records"], shares["covered"], shares["same"], shares["part"]) == (3, 3, 1, 2)
    assert shares["share"] == 1.0


def test_one_outage_is_not_two_events_of_a_register() -> None:
    news = of_the_news(
        ("a", "IRQ", "2019-11-04", None, NATIONAL, None, True),
        ("b", "IRQ", "2019-11-05", None, NATIONAL, None, True),
    )
    signals = of_the_signals(("x", "IRQ", "2019-11-04T21:12:00Z", None, "Country", None))
    both = pl.concat([news, signals])
    met = pairs(both)
    made = events(both, met)
    assert [len(keys) for keys in made.get_column("keys")] == [2, 1]
    said = verdicts(both, met, made, of={"access_now": ALWAYS, "ioda_curated": ALWAYS})
    assert sorted(said.filter(pl.col("register") == "access_now").get_column("verdict")) == [
        "same",
        "taken",
    ]


def test_end_before_beginning_is_unknown() -> None:
    made = of_the_signals(
        ("x", "IRQ", "2019-07-15T02:30:00Z", "2019-07-13T05:00:00Z", "Country", None)
    )
    assert made.select("end_from", "end_to").row(0) == (None, None)


def test_event_counted_in_two_years_is_one() -> None:
    rows = pl.DataFrame(
        {
            "country_id": ["SDN", "SDN", "SDN"],
            "start_edtf": ["2018-12-21"] * 3,
            "scope": [NATIONAL] * 3,
            "area": ["Nationwide"] * 3,
            "count_year": [2018, 2019, 2019],
            "end_edtf": [None, "2019-02-26", "2019-02-26"],
        }
    )
    assert each_once(rows).get_column("count_year").to_list() == [2019, 2019]


def test_several_countries_are_records_of_their_own() -> None:
    made = of_the_news(("a", *DARK), ("a", "COG", *DARK[1:]))
    assert made.get_column("key").to_list() == ["a/GAB", "a/COG"]


def test_years_in_common() -> None:
    news = of_the_news(("a", *DARK), ("b", "TCD", "2019-02-01", None, NATIONAL, None, True))
    years = pl.DataFrame({"country_id": ["GAB", "IRN"], "year": [2019, 2019]})
    counted = years_in_common(news, years.with_columns(pl.col("year").cast(pl.Int32)))
    assert counted.rows() == [("access_now", 1, 1, 1)]


def test_wilson_against_a_known_interval() -> None:
    """46 of 169 at 95 %: 0.2107 to 0.3437 (Wilson 1927, as in statsmodels)."""
    low, high = share_interval(46, 169)
    assert low == pytest.approx(0.2107, abs=5e-4)
    assert high == pytest.approx(0.3437, abs=5e-4)
    assert share_interval(0, 0) == (None, None)
