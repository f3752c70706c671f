"""The World Bank's own answers and tables: none of the tidied tables has these indicators."""

import io
import json
import zipfile
from collections.abc import Callable

import polars as pl
import pytest

from sharedfuture.records.errors import SourceChanged
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

API = "originals/world_bank/api_v2"
TABLES = "originals/world_bank/wdi_csv"
GDP = "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_247793.csv"


def archive(originals: Originals, *names: str) -> bytes:
    """The tables as the publisher packs them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, originals.data(f"{TABLES}/{name}"))
    return packed.getvalue()


def answered(originals: Originals, file: str) -> pl.DataFrame:
    """What an answer says, read by another library."""
    _, rows = json.loads(originals.data(file))
    return pl.DataFrame(
        [
            (row["countryiso3code"] or row["country"]["id"], row["date"], row["value"])
            for row in rows
        ],
        schema={"country_as_written": pl.String, "period": pl.String, "value": pl.Float64},
        orient="row",
    )


def test_answers(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    files = {"population": f"{API}/GBR/SP.POP.TOTL.json", "gdp": f"{API}/FRA/NY.GDP.MKTP.CD.json"}
    read = originals.read("world_bank", "live", files, bands=False)["value"]
    for part, file in files.items():
        ours = read.filter(part=part).select("country_as_written", "period", "value")
        assert ours.equals(answered(originals, file)), part
    assert set(read.get_column("country_id")) == {"FRA", "GBR"}
    say("World Bank API, two countries", read.height, read.drop_nulls("value").height)


def test_first_page_of_two_is_not_an_answer(originals: Originals) -> None:
    edition = {"population.1": f"{API}/SP.POP.TOTL.json.gz"}
    with pytest.raises(
        SourceChanged, match=r"population\.1: expected page 1 of 1 .* of 2 of 17024"
    ):
        originals.read("world_bank", "live", edition, bands=False)


def test_rows_of_the_first_page(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    """The page with its own count of pages put to one: the second was not to be had."""
    header, rows = json.loads(originals.data(f"{API}/SP.POP.TOTL.json.gz"))
    whole = json.dumps([{**header, "pages": 1, "total": len(rows)}, rows]).encode()
    read = originals.read("world_bank", "live", {"population": whole}, bands=False)["value"]
    expected = answered(originals, f"{API}/SP.POP.TOTL.json.gz")
    assert read.select("country_as_written", "period", "value").equals(expected)
    assert read.height == 10_000
    assert read.filter(pl.col("country_as_written").str.len_chars() == 2).n_unique(
        "country_as_written"
    ) == len({"XD", "XY", "XN", "XT", "XM"})
    say("World Bank API, first page of all countries", read.height, 9_780)
    assert read.drop_nulls("value").height == 9_780


def test_every_country_of_the_publisher_is_known(originals: Originals) -> None:
    """Economies by the publisher's own list: 79 aggregates are no countries, 217 are economies."""
    _, listed = json.loads(originals.data(f"{API}/countries.json"))
    row = {"unit": "", "obs_status": "", "decimal": 0, "date": "2020", "value": 1}
    rows = [
        {
            "indicator": {"id": "SP.POP.TOTL", "value": ""},
            "country": {"id": item["iso2Code"], "value": item["name"]},
            "countryiso3code": item["id"],
            **row,
        }
        for item in listed
    ]
    header = {"page": 1, "pages": 1, "per_page": 400, "total": len(rows)}
    answer = json.dumps([{**header, "sourceid": "2", "lastupdated": ""}, rows]).encode()
    read = originals.read("world_bank", "live", {"population": answer}, bands=False)["value"]
    aggregates = {item["id"] for item in listed if item["region"]["value"] == "Aggregates"}
    assert (len(listed), len(aggregates)) == (296, 79)
    known = read.drop_nulls("country_id").get_column("country_as_written")
    assert not aggregates & set(known)
    assert known.len() == 197


def test_error_answer(originals: Originals) -> None:
    files = {"population": f"{API}/error_invalid_value.json"}
    with pytest.raises(SourceChanged, match=r"found an error: Invalid value \(120\): The provided"):
        originals.read("world_bank", "live", files, bands=False)


def test_table_for_download(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    read = originals.read(
        "world_bank", "bulk", {"gdp_table": archive(originals, GDP)}, bands=False
    )["value"]
    lines = originals.data(f"{TABLES}/{GDP}").decode("utf-8-sig").splitlines()[4:]
    table = pl.read_csv("\n".join(lines).encode(), infer_schema=False, null_values="")
    years = [name for name in table.columns if name.isdecimal()]
    expected = table.unpivot(years, index="Country Code").cast({"value": pl.Float64})
    assert read.select("country_as_written", "period", "value").rows() == expected.rows()
    assert (read.height, years[0], years[-1]) == (264 * 59, "1960", "2018")
    say("World Bank table for download, GDP", read.height, read.drop_nulls("value").height)


def test_archive_as_served_with_its_tables_of_metadata(originals: Originals) -> None:
    """The one archive that was had is of an indicator that is not read: it goes as far as that."""
    files = {"gdp_table": f"{TABLES}/wdi_maternal_mortality.zip"}
    with pytest.raises(SourceChanged, match=r"row 6.*NY\.GDP\.MKTP\.CD, found 'SH\.STA\.MMRT'"):
        originals.read("world_bank", "bulk", files, bands=False)
