"""Cuts of V-Dem's files, made by others, give every value of the tidied tables of their version."""

import csv
import io
from collections.abc import Callable

import polars as pl
import pytest

from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]

FOLDER = "originals/vdem"
V15 = f"{FOLDER}/column_subset/vdem.csv"
V13_INDEX = f"{FOLDER}/full_others_v13_cut/vdem_1789_1827_index.csv.gz"
V13_EXTERNAL = f"{FOLDER}/full_others_v13_cut/vdem_1867_1905_external.csv.gz"
EARLIER = f"{FOLDER}/column_subset_with_index/vdem.csv.gz"
OF_2021 = f"{FOLDER}/digital_society_subset_2021/new_vdem.csv"
COLUMNS = {item.id: item.column for item in declaration("vdem").indicator}


def cut(originals: Originals, version: str, path: str) -> pl.DataFrame:
    return originals.read("vdem", version, {"cut": path}, bands=False)["value"]


@pytest.mark.parametrize(
    ("indicator", "count"), [("vdem_polyarchy", 4_457), ("vdem_liberal_democracy", 4_455)]
)
def test_v15_estimates_from_2000(
    indicator: str, count: int, originals: Originals, say: Say
) -> None:
    read = cut(originals, "v15", V15).filter(pl.col("indicator_id") == indicator)
    recent = read.filter(pl.col("period") >= "2000")
    tidy = tidy_v15(originals, COLUMNS[indicator]).drop_nulls("tidy")
    both = recent.join(tidy, on=KEYS, how="inner")
    assert both.height == recent.height == tidy.height == count
    assert both.filter(pl.col("value") != pl.col("tidy")).is_empty()
    assert both.get_column("country_as_written").n_unique() == 179
    say(f"V-Dem 15, {indicator}", read.height, both.height)


def test_v13_intervals(originals: Originals, say: Say) -> None:
    """Each bound and deviation of the cut, as a reader of plain CSV finds it."""
    read = cut(originals, "v13", V13_INDEX)
    found = {
        (row["indicator_id"], row["country_as_written"], row["period"]): (
            *(row["value"], row["low"], row["high"], row["error"]),
        )
        for row in read.iter_rows(named=True)
    }
    text = originals.data(V13_INDEX).decode()
    expected = {}
    for row in csv.DictReader(io.StringIO(text)):
        for indicator, column in COLUMNS.items():
            names = (column, f"{column}_codelow", f"{column}_codehigh", f"{column}_sd")
            if row.get(column, "NA") != "NA":
                numbers = tuple(None if row[name] == "NA" else float(row[name]) for name in names)
                expected[indicator, row["country_text_id"], row["year"]] = numbers
    assert found == expected
    polyarchy = [key for key in found if key[0] == "vdem_polyarchy"]
    assert len(polyarchy) == 2_694 - 531
    say("V-Dem 13, 1789 to 1827, with intervals", read.height, 4 * len(expected))


def test_intervals_of_v15_in_the_names_of_vdem(originals: Originals, say: Say) -> None:
    """No original with intervals after 1905 could be had.

    So the tidied table stands under V-Dem's names here: that shows the layout, not the publisher.
    """
    tidy = originals.tidy("indices/vdem_v15_democracy_indices.csv")
    renamed = tidy.rename({"country": "country_name", "iso3": "country_text_id"})
    parts = {"cut": renamed.write_csv().encode()}
    read = originals.read("vdem", "v15", parts, bands=False)["value"]
    polyarchy = read.filter(pl.col("indicator_id") == "vdem_polyarchy")
    assert polyarchy.height == 4_457
    same = 0
    for ours, suffix in {
        "value": "",
        "low": "_codelow",
        "high": "_codehigh",
        "error": "_sd",
    }.items():
        other = tidy_v15(originals, f"v2x_polyarchy{suffix}")
        both = polyarchy.join(other, on=KEYS, how="inner")
        assert both.filter(~pl.col(ours).eq_missing(pl.col("tidy"))).is_empty()
        same += both.height
    assert same == 4 * 4_457
    ordered = polyarchy.filter(pl.col("value").is_between(pl.col("low"), pl.col("high")))
    assert ordered.height == 4_457
    say("V-Dem 15 polyarchy with low, high, deviation (tidied table)", read.height, same)


def test_digital_society_of_2021(originals: Originals, say: Say) -> None:
    read = cut(originals, "v13", OF_2021)  # its version is not stated: 12 or 13
    assert read.get_column("country_as_written").n_unique() == 179
    table = originals.tidy("indices/vdem_dsp_2021.csv")
    same = 0
    for indicator in read.get_column("indicator_id").unique():
        own = read.filter(pl.col("indicator_id") == indicator)
        both = own.join(in_shape(table, COLUMNS[indicator]), on=KEYS, how="inner")
        assert both.height == own.height == 179
        assert both.filter(pl.col("value") != pl.col("tidy")).is_empty()
        same += both.height
    assert {COLUMNS[item] for item in read.get_column("indicator_id").unique()} == {
        *("v2x_libdem", "v2x_freexp_altinf", "v2mecenefi", "v2meharjrn", "v2smgovdom"),
        *("v2smgovfilcap", "v2smgovfilprc", "v2smgovshutcap", "v2smgovshut", "v2smgovsm"),
        *("v2smgovsmmon", "v2smgovsmcenprc", "v2smonex", "v2smorgavgact", "v2smorgelitact"),
        "v2smarrest",
    }
    say("V-Dem, Digital Society columns of 2021", read.height, same)


def test_an_earlier_version_is_another_series(originals: Originals, say: Say) -> None:
    """A first column without a name is passed over; the values are not those of version 15."""
    read = cut(originals, "v12", EARLIER).filter(pl.col("indicator_id") == "vdem_polyarchy")
    rows = list(csv.DictReader(io.StringIO(originals.data(EARLIER).decode())))
    expected = [(row["country_text_id"], row["year"], float(row["v2x_polyarchy"])) for row in rows]
    found = read.select("country_as_written", "period", "value").rows()
    assert found == expected
    both = read.join(tidy_v15(originals, "v2x_polyarchy"), on=KEYS, how="inner")
    apart = both.select((pl.col("value") - pl.col("tidy")).abs().mean().round(3)).item()
    assert apart == 0.009
    say("V-Dem, an earlier version, polyarchy", read.height, len(expected))


def test_a_later_year_than_the_version_has_is_refused(originals: Originals) -> None:
    with pytest.raises(SourceChanged, match="expected a year from 1789 to 2022, found '2023'"):
        cut(originals, "v13", V15)


def test_a_cut_without_a_declared_column_is_refused(originals: Originals) -> None:
    with pytest.raises(SourceChanged, match="found none of them in 211 columns"):
        cut(originals, "v13", V13_EXTERNAL)


@pytest.mark.parametrize("path", [V15, V13_INDEX, EARLIER, OF_2021])
def test_a_cut_is_no_whole_file(path: str, originals: Originals) -> None:
    with pytest.raises(SourceChanged, match="expected column 'v2"):
        originals.read("vdem", "v15", {"table": path})


KEYS = ("country_as_written", "period")


def tidy_v15(originals: Originals, column: str) -> pl.DataFrame:
    return in_shape(originals.tidy("indices/vdem_v15_democracy_indices.csv"), column)


def in_shape(table: pl.DataFrame, column: str) -> pl.DataFrame:
    return table.select(
        pl.col("iso3").alias("country_as_written"),
        pl.col("year").alias("period"),
        pl.col(column).cast(pl.Float64).alias("tidy"),
    )
