"""Both downloads of the chart give every score of the tidied table, and categories their mean."""

from collections.abc import Callable

import polars as pl
import pytest

from sharedfuture.records.errors import SourceChanged
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FOLDER = "originals/our_world_in_data"
CHARTS = {
    "2023": {
        "chart": f"{FOLDER}/democracy-index-eiu.csv",
        "metadata": f"{FOLDER}/democracy-index-eiu.metadata.json",
    },
    "2024": {"chart": f"{FOLDER}/later_download/democracy-index-eiu.csv"},
}
ROWS = {"2023": 2_765, "2024": 2_838}
OF_COUNTRIES = {"2023": 2_653, "2024": 2_838}
WITH_CATEGORIES = 2_505
CATEGORIES = {
    "eiu_electoral_process": "electoral_process_pluralism",
    "eiu_functioning_of_government": "functioning_of_government",
    "eiu_political_participation": "political_participation",
    "eiu_political_culture": "political_culture",
    "eiu_civil_liberties": "civil_liberties",
}


@pytest.mark.parametrize("edition", CHARTS)
def test_eiu_scores(
    edition: str, originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    read = originals.read("eiu_democracy", edition, CHARTS[edition])["value"]
    assert read.height == ROWS[edition]
    countries = read.drop_nulls("country_id")
    assert countries.height == OF_COUNTRIES[edition]
    assert countries.get_column("country_id").n_unique() == 167
    both = countries.join(tidy(originals), on=("country_as_written", "period"), how="inner")
    assert both.height == OF_COUNTRIES[edition]
    assert both.filter((pl.col("value") - pl.col("overall")).abs() > 1e-9).is_empty()
    say(f"EIU Democracy Index, chart to {edition}", read.height, both.height)


def test_regions_and_world_are_no_countries(originals: Originals) -> None:
    read = originals.read("eiu_democracy", "2023", CHARTS["2023"])["value"]
    others = read.filter(pl.col("country_id").is_null())
    counts = dict(others.group_by("country_as_written").len().iter_rows())
    regions = ("Africa", "Asia", "Europe", "North America", "Oceania", "South America")
    assert counts == dict.fromkeys((*regions, "OWID_WRL"), 16)


def test_years_of_the_charts(originals: Originals) -> None:
    old = originals.read("eiu_democracy", "2023", CHARTS["2023"])["value"].drop_nulls("country_id")
    new = originals.read("eiu_democracy", "2024", CHARTS["2024"])["value"]
    counts = dict(old.group_by("period").len().iter_rows())
    assert {"2007", "2009"}.isdisjoint(counts)
    assert counts["2022"] == 167
    assert counts["2023"] == 148
    counts = dict(new.group_by("period").len().iter_rows())
    assert {year: count for year, count in counts.items() if count != 167} == {"2006": 166}


def test_categories_average_to_the_overall_score(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    """The tidied scores in the layout of an own copy: the reader holds each mean to its parts."""
    scores = tidy(originals).drop_nulls(list(CATEGORIES.values()))
    assert scores.height == WITH_CATEGORIES
    own = scores.select(
        Country="country", Code="country_as_written", Year="period", overall="overall_as_written"
    ).hstack(scores.select(CATEGORIES.values()))
    parts = {"own_copy": own.write_csv().encode()}
    read = originals.read("eiu_democracy", "2022", parts)["value"]
    assert read.height == 6 * WITH_CATEGORIES
    wide = read.pivot("indicator_id", index=["country_id", "period"], values="value")
    mean = wide.select(pl.mean_horizontal(*CATEGORIES)).to_series()
    assert ((mean - wide.get_column("eiu_overall")).abs() <= 0.01).all()
    assert wide.filter(pl.col("period") == "2022").height == 167
    say("EIU Democracy Index, categories in an own copy", read.height, wide.height)


def test_chart_without_codes_is_refused(originals: Originals) -> None:
    parts = {"chart": f"{FOLDER}/annual-working-hours-per-worker.csv"}
    with pytest.raises(SourceChanged, match="expected column 'Code', found only 'Entity', 'Year'"):
        originals.read("eiu_democracy", "2023", parts, bands=False)


def test_another_chart_is_refused(originals: Originals) -> None:
    parts = {
        "chart": f"{FOLDER}/life-expectancy.csv",
        "metadata": f"{FOLDER}/life-expectancy.metadata.json",
    }
    with pytest.raises(SourceChanged, match="of the Economist Intelligence Unit, found 'Period"):
        originals.read("eiu_democracy", "2023", parts, bands=False)


def tidy(originals: Originals) -> pl.DataFrame:
    return originals.tidy("indices/eiu_democracy_index.csv").select(
        "country",
        pl.col("iso3").alias("country_as_written"),
        pl.col("year").alias("period"),
        pl.col("overall").cast(pl.Float64),
        pl.col("overall").alias("overall_as_written"),
        *CATEGORIES.values(),
    )
