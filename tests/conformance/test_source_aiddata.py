"""AidData's own tables against the tidied ones, project by project.

The workbooks of GCDF 3.0 and 2.0 are not at hand: of them only the names of the fields are
compared, and that the declaration says so.
"""

from collections.abc import Callable, Mapping

import polars as pl
import pytest

from sharedfuture.sources.aiddata.layouts import LAYOUTS
from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FOLDER = "originals/aiddata"
TIDY = "alignment/finance"
SECTORS = {  # of the geospatial table; the tidied one has the same 21
    "COMMUNICATIONS": 272,
    "EDUCATION": 1604,
    "ENERGY": 883,
    "HEALTH": 1767,
    "INDUSTRY, MINING, CONSTRUCTION": 628,
    "TRANSPORT AND STORAGE": 957,
}
RECIPIENTS = {"AGO": 284, "KHM": 242, "LAO": 218, "MMR": 248, "PAK": 257, "TZA": 184}
TERRITORIES = 3  # Curacao, French Polynesia, Sint Maarten: not in the observatory's list
OF_AFRICA = {
    "1) Official Finance": 1955,
    "2) Unofficial Finance": 569,
    "3)Military Finance": 88,
    "4) Cancelled or Suspended Flows": 51,
    "5) Suspicious Flows": 34,
}


def one_space(name: str) -> pl.Expr:
    """A text with one space for each run of spaces and line ends, as the tidied tables have it."""
    text = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text)


def cells_that_agree(read: pl.DataFrame, tidy: pl.DataFrame, columns: Mapping[str, str]) -> int:
    """How many values stand in both; that no cell differs is asserted."""
    assert read.height == tidy.height
    (key,) = (theirs for ours, theirs in columns.items() if ours == "project_key")
    assert read.get_column("project_key").to_list() == tidy.get_column(key).to_list()
    cells = 0
    for ours, theirs in columns.items():
        if read.schema[ours] == pl.String:
            mine = read.select(one_space(ours)).to_series()
            known = tidy.select(one_space(theirs)).to_series()
        else:
            mine = read.get_column(ours).cast(pl.Float64)
            known = tidy.get_column(theirs).str.strip_chars()
            known = known.set(known.is_in(["", "NA"]), None).cast(pl.Float64)
        assert mine.eq_missing(known).all(), ours
        cells += known.len() - known.null_count()
    return cells


def test_gcdf_3_geospatial(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = f"{FOLDER}/gcdf_3.0/final_input.csv.gz"
    read = originals.read("aiddata", "gcdf_3.0_geospatial", {"projects": file})["project"]
    tidy = originals.tidy(f"{TIDY}/aiddata_gcdf3_geospatial_projects_2000_2021.csv.gz")
    assert read.height == 9404
    columns = {
        "project_key": "aiddata_record_id",
        "country_as_written": "recipient",
        "commitment_year": "commitment_year",
        "title": "title",
        "sector": "sector",
        "status": "status",
        "amount_usd": "amount_constant_usd_2021",
    }
    cells = cells_that_agree(read, tidy, columns)
    by_sector = dict(read.group_by("sector").len().iter_rows())
    assert len(by_sector) == 21
    assert {name: by_sector[name] for name in SECTORS} == SECTORS
    by_country = dict(read.group_by("country_id").len().iter_rows())
    assert {code: by_country[code] for code in RECIPIENTS} == RECIPIENTS
    assert tidy.get_column("recipient_iso3").n_unique() - 1 == 144
    assert len(by_country) - 1 == 144 - TERRITORIES
    years = read.get_column("commitment_year")
    assert (years.min(), years.max()) == (2000, 2021)
    for cut, rows in (("ict_security", 539), ("mining_port", 288)):
        subset = originals.tidy(f"{TIDY}/aiddata_gcdf3_{cut}_subset.csv")
        assert subset.height == rows
        found = read.join(subset, left_on="project_key", right_on="aiddata_record_id", how="inner")
        assert found.height == rows
        assert found.get_column("sector").equals(found.get_column("sector_right"))
    flagged = tidy.filter(pl.col("flag_communications").is_in(["1", "True", "true"]))
    ours = read.filter(pl.col("sector") == "COMMUNICATIONS").get_column("project_key")
    assert set(ours) == set(flagged.get_column("aiddata_record_id"))
    say("AidData GCDF 3.0, geospatial input", read.height, cells + len(SECTORS) + len(RECIPIENTS))


def test_gcdf_3_excerpt(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = f"{FOLDER}/gcdf_3.0/df_filtered.csv.gz"
    read = originals.read("aiddata", "gcdf_3.0_excerpt", {"projects": file})["project"]
    tidy = originals.tidy(f"{TIDY}/aiddata_gcdf3_filtered_961_with_descriptions.csv.gz")
    assert read.height == 961
    columns = {
        "project_key": "aiddata_record_id",
        "country_as_written": "recipient",
        "commitment_year": "commitment_year",
        "title": "title",
        "sector": "sector_name",
        "flow": "flow_type_simplified",
        "status": "status",
        "amount_usd": "adjusted_amount_constant_usd_2021",
    }
    cells = cells_that_agree(read, tidy, columns)
    assert read.filter(pl.col("sector") == "COMMUNICATIONS").height == 38
    say("AidData GCDF 3.0, cut of 961 projects", read.height, cells + 1)


def test_gcof_1(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = f"{FOLDER}/gcof_1.0/GlobalChineseOfficialFinanceDataset_v1.0.xlsx.gz"
    read = originals.read("aiddata", "gcof_1.0", {"workbook": file})["project"]
    tidy = originals.tidy(f"{TIDY}/aiddata_gcof1_projects_2000_2014.csv.gz")
    assert read.height == 5466
    columns = {
        "project_key": "project_id",
        "country_as_written": "recipient_condensed",
        "commitment_year": "year",
        "title": "title",
        "sector_code": "crs_sector_code",
        "sector": "crs_sector_name",
        "flow": "flow",
        "status": "status",
        "amount_usd": "usd_defl_2014",
        "quality": "source_triangulation",
    }
    cells = cells_that_agree(read, tidy, columns)
    for ours, theirs in {
        "is_recommended": "recommended_for_research",
        "is_umbrella": "umbrella",
    }.items():
        known = tidy.get_column(theirs).str.to_lowercase().is_in(["true", "1"])
        assert read.get_column(ours).equals(known.alias(ours)), ours
        cells += known.len()
    assert read.get_column("is_recommended").sum() == 4373
    assert read.get_column("is_umbrella").sum() == 399
    assert read.get_column("amount_usd").null_count() == 1951
    communications = read.filter(pl.col("sector_code") == 220)
    cut = originals.tidy(f"{TIDY}/aiddata_gcof1_communications_huawei_zte_2000_2014.csv")
    assert cut.height == 228
    of_the_sector = cut.filter(pl.col("crs_sector_name") == "Communications")
    assert set(communications.get_column("project_key")) == set(of_the_sector["project_id"])
    say("AidData GCOF 1.0", read.height, cells + communications.height + 3)


def test_china_africa_1_1(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = f"{FOLDER}/china_africa_1.1/aiddata_china_1.1.xlsx"
    read = originals.read("aiddata", "china_africa_1.1", {"workbook": file})["project"]
    sheets = read.group_by(pl.col("part").str.strip_prefix("workbook/")).len()
    assert dict(sheets.iter_rows()) == OF_AFRICA
    marked = read.filter(pl.col("is_recommended").is_not_null())
    assert marked.get_column("is_recommended").sum() == 0
    assert marked.height == OF_AFRICA["5) Suspicious Flows"]
    official = read.filter(pl.col("part") == "workbook/1) Official Finance")
    by_sector = dict(official.group_by("sector_code").len().iter_rows())
    assert {code: by_sector[code] for code in (998, 150, 120, 110)} == {
        998: 286,
        150: 261,
        120: 219,
        110: 191,
    }
    by_country = dict(official.group_by("country_id").len().iter_rows())
    assert [by_country[code] for code in ("ZWE", "GHA", "ETH", "LBR")] == [134, 87, 85, 74]
    assert official.get_column("amount_usd").null_count() == 718
    say("AidData China-Africa 1.1", read.height, len(OF_AFRICA) + 10)


def test_names_of_the_fields_where_no_workbook_is_at_hand(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    counted = 0
    for name, folder, number in (
        ("gcdf_3.0", "gcdf_3.0/GCDF_3.0", 126),
        ("gcdf_2.0", "gcdf_2.0/GCDF_2.0", 70),
    ):
        text = originals.data(f"{FOLDER}/{folder}.header.txt").decode()
        fields = [field.strip() for field in text.splitlines()]
        layout = LAYOUTS[name]
        assert len(fields) == number
        assert sorted((*layout.wanted, *layout.ignoring)) == sorted(fields)
        counted += number
    assert "workbooks of GCDF 3.0 and 2.0 were not had" in declaration("aiddata").tried
    say(f"AidData GCDF 3.0 and 2.0, no file at hand ({counted} names of fields agree)", 0, 0)


def test_nobody_is_named_who_is_to_be_asked() -> None:
    for layout in LAYOUTS.values():
        assert not [name for name in layout.wanted if "ontact" in name]
