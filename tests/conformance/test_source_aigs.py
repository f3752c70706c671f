"""Feldstein's own workbook against the tidied tables of both its sheets, cell by cell."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

WORKBOOK = "originals/carnegie_feldstein/AI Global Surveillance Index 09Mar2022.xlsx"
FLAGS = "indices/feldstein_aigs_2022.csv"
REPRESSION = "indices/feldstein_digital_repression_2021.csv"
FLAG_COLUMNS = (
    *("safe_city", "facial_recognition", "smart_policing", "social_media_surveillance"),
    *("china_tech", "us_tech"),
)
YES = {
    "aigs_safe_city": 64,
    "aigs_facial_recognition": 78,
    "aigs_smart_policing": 69,
    "aigs_social_media_surveillance": 38,
    "aigs_china_tech": 68,
    "aigs_us_tech": 31,
}
NO_COUNTRY = {"Palestine/Gaza": "PSG", "Somaliland": "SML", "Zanzibar": "ZZB"}


@pytest.fixture(scope="module")
def values(originals: Originals) -> pl.DataFrame:
    return originals.read("aigs", "2022", {"workbook": WORKBOOK})["value"]


def flags(originals: Originals) -> pl.DataFrame:
    return (
        originals.tidy(FLAGS)
        .unpivot(on=FLAG_COLUMNS, index="iso3", variable_name="flag")
        .select(
            indicator_id="aigs_" + pl.col("flag"),
            country_id="iso3",
            value=pl.col("value").cast(pl.Float64),
        )
    )


def test_flags_and_index_are_those_of_the_tidied_tables(
    values: pl.DataFrame, originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    key = ["indicator_id", "country_id"]
    ours = values.filter(pl.col("indicator_id") != "digital_repression_index")
    theirs = flags(originals)
    assert theirs.height == 97 * 6
    assert ours.select(theirs.columns).sort(key).equals(theirs.sort(key))
    tidy = originals.tidy(REPRESSION).select(
        "country", "iso3", pl.col("digital_repression_index").cast(pl.Float64)
    )
    index = values.filter(indicator_id="digital_repression_index")
    both = index.join(tidy, left_on="country_as_written", right_on="country", how="inner")
    assert both.height == tidy.height == index.height == 179
    assert (both["value"] == both["digital_repression_index"]).all()
    apart = both.filter(pl.col("country_id").is_null() | (pl.col("country_id") != pl.col("iso3")))
    assert dict(apart.select("country_as_written", "iso3").iter_rows()) == NO_COUNTRY
    say("AI Global Surveillance Index and Digital Repression Index", values.height, 97 * 6 + 179)


def test_how_often_each_technology_is_documented(values: pl.DataFrame) -> None:
    yes = values.filter(pl.col("indicator_id").is_in(list(YES)) & (pl.col("value") == 1))
    assert dict(yes.group_by("indicator_id").len().iter_rows()) == YES


def test_name_that_a_replacement_broke_is_put_right(values: pl.DataFrame) -> None:
    states = values.filter(country_id="USA", period="2022")
    assert set(states.get_column("country_as_written")) == {"United States of America"}
    assert set(states.get_column("row")) == {97}
