"""The whole IGO table of the Correlates of War: every cell of it comes back from the spells.

The publisher's CSV is not at hand. What is read is the same table, kept from the publisher's Stata
file; how often each code stands in the CSV is known from a public note, and is the same here.
"""

import io
import zipfile
from collections.abc import Callable

import polars as pl
import pytest

from sharedfuture.sources.cow_igo.organisations import ORGANISATIONS
from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

TABLE = "alignment/memberships/cow_igo_v3_state_year_full.csv.gz"
SELECTED = "alignment/memberships/cow_igo_v3_selected_spells.csv"
HEADER = "originals/correlates_of_war/state_year_format3.header.txt"
CODES = "originals/correlates_of_war/COW country codes.csv"
# Of the publisher's CSV, by a public note of August 2019.
COUNTS = {-9: 138_874, -1: 5_459_286, 0: 2_170_313, 1: 535_772, 2: 861, 3: 2_332}
STATUS = {"member": 1, "associate": 2, "observer": 3}
SELECTED_STATUS = {
    "full member": "member",
    "associate member": "associate",
    "observer": "observer",
}
# No longer states: the German and Italian states of the 19th century, Austria-Hungary, Korea until
# 1905, the two Germanies, Czechoslovakia, Zanzibar, the two Yemens, the Republic of Vietnam.
NO_LONGER_STATES = {
    *("245", "260", "265", "267", "275", "300", "315", "327", "329", "337"),
    *("511", "678", "680", "730", "817"),
}
LAST = 2014


def packed(data: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("state_year_formatv3.csv", data)
    return archive.getvalue()


def years(column: str) -> pl.Expr:
    return pl.col(column).str.head(4).cast(pl.Int64)


@pytest.fixture(scope="module")
def spells(originals: Originals) -> pl.DataFrame:
    edition = {"state_year": packed(originals.data(TABLE))}
    read = originals.read("cow_igo", "v3", edition)["membership"]
    return read.with_columns(first=years("since_edtf"), last=years("until_edtf").fill_null(LAST))


def cells(originals: Originals) -> pl.DataFrame:
    """Every cell of the table: state, year, organisation, code."""
    table = originals.tidy(TABLE).cast({pl.selectors.exclude("state"): pl.Float64})
    return table.unpivot(
        index=["ccode", "year", "state"], variable_name="organisation", value_name="code"
    ).select(
        pl.col("organisation"),
        pl.col("ccode", "year", "code").cast(pl.Int64),
    )


def test_every_cell_of_the_table_comes_back(
    spells: pl.DataFrame, originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    table = cells(originals)
    assert dict(table.group_by("code").len().iter_rows()) == COUNTS
    stated = spells.select(
        pl.col("organisation"),
        pl.col("country_as_written").cast(pl.Int64).alias("ccode"),
        pl.int_ranges("first", pl.col("last") + 1).alias("year"),
        pl.col("status").replace_strict(STATUS, return_dtype=pl.Int64).alias("code"),
    ).explode("year")
    order = ["organisation", "ccode", "year"]
    assert stated.sort(order).equals(table.filter(pl.col("code") > 0).sort(order))
    say("Correlates of War IGO v3 (not from the publisher's CSV)", spells.height, stated.height)


def test_columns_are_those_of_the_publisher(originals: Originals) -> None:
    header = originals.data(HEADER).decode().split()
    assert header == ["ccode", "year", "state", *ORGANISATIONS]
    assert originals.tidy(TABLE).columns == header
    assert not declaration("cow_igo").is_tried


def test_spells_of_selected_organisations(spells: pl.DataFrame, originals: Originals) -> None:
    theirs = originals.tidy(SELECTED).select(
        pl.col("igo").alias("organisation"),
        pl.col("ccode").alias("country_as_written"),
        pl.col("status").replace_strict(SELECTED_STATUS),
        pl.col("first_year", "last_year", "n_years").cast(pl.Int64),
    )
    key = ["organisation", "country_as_written", "status"]
    ours = (
        spells.filter(pl.col("organisation").is_in(theirs["organisation"].unique().to_list()))
        .group_by(key)
        .agg(
            first_year=pl.col("first").min(),
            last_year=pl.col("last").max(),
            n_years=(pl.col("last") - pl.col("first") + 1).sum(),
        )
    )
    assert theirs.height == 1338
    assert ours.sort(key).equals(theirs.sort(key))


def test_numbers_are_those_of_the_publishers_list(
    spells: pl.DataFrame, originals: Originals
) -> None:
    listed = originals.tidy(CODES).get_column("CCode").unique()
    assert set(spells.get_column("country_as_written")) <= set(listed)
    without = spells.filter(pl.col("country_id").is_null()).get_column("country_as_written")
    assert set(without) == NO_LONGER_STATES
    open_ended = spells.filter(pl.col("until_edtf").is_null())
    assert open_ended.get_column("country_id").null_count() == 0
    assert open_ended.get_column("country_id").n_unique() == 195
