"""What the reader of the World Bank's indicators refuses: errors, lost pages, other answers."""

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import CaptureRefused, SourceChanged
from sharedfuture.sources.reading import read_edition

TABLE = "gdp_table.zip/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"


def replaced(file: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


def edition_of(folder: Path, name: str, **parts: bytes) -> Edition:
    held = {}
    for part, data in parts.items():
        path = folder / part
        path.write_bytes(data)
        held[part] = Part(part, path, sha256(data).hexdigest(), CAPTURED_AT)
    return Edition("world_bank", name, held)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("oil_rents.json", "NY.GDP.PETR", "NY.GDP.COAL", "expected one of NY.GDP.PETR.RT.ZS"),
        ("oil_rents.json", '"2021"', '"20222"', "expected a year from 1950 to 2100, found '20222'"),
        ("oil_rents.json", '"2021"', '"2021M01"', "column 'year': expected a number"),
        ("oil_rents.json", '"2021"', '"2020"', "expected each value once"),
        ("oil_rents.json", "6.125", '"6,1"', "column 'value': expected a number, found"),
        ("oil_rents.json", "6.125", "-6", "expected world_bank_oil_rents between 0.0"),
        ("oil_rents.json", '"unit"', '"units"', "unknown field `units`"),
        ("oil_rents.json", '"total":2', '"total":3', "expected 3 rows on 1 pages, found 2"),
        ("population.2.json", '"page":2', '"page":1', "expected page 2 of 2"),
        ("population.2.json", '"total":5', '"total":6', "found page 2 of 2 of 6"),
        ("internet_users.json", '"value":99', '"value":199', "between 0.0 and 100.0"),
        ("voice_accountability_error.json", '"NOR"', '"SWE"', "an estimate with a standard error"),
        ("voice_accountability_error.json", '"ABW"', '"NOR"', "each country and year once"),
    ],
)
def test_bad_answer_is_refused(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    edition = edition_of_sample(
        "world_bank", "live", into=tmp_path, change=replaced(file, old, new)
    )
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    assert says in str(refused.value)
    assert "found" in str(refused.value)


def test_error_with_a_good_status_is_an_error(tmp_path: Path) -> None:
    said = [{"message": [{"id": "175", "key": "Not found", "value": "It was archived"}]}]
    edition = edition_of(tmp_path, "live", population=json.dumps(said).encode())
    with pytest.raises(SourceChanged, match=r"found an error: Not found \(175\): It was archived"):
        read_edition(edition, bands=False)


@pytest.mark.parametrize("data", [b"<html>busy</html>", b"", b"[]", b'{"page":1}', b"[1,2]"])
def test_another_document_is_no_answer(data: bytes, tmp_path: Path) -> None:
    edition = edition_of(tmp_path, "live", population=data)
    with pytest.raises(SourceChanged, match="live/population: expected JSON"):
        read_edition(edition, bands=False)


def test_answer_without_rows_says_nothing(tmp_path: Path) -> None:
    header = {"page": 1, "pages": 1, "per_page": 50, "total": 0, "sourceid": "2"}
    answer = json.dumps([{**header, "lastupdated": ""}, None]).encode()
    assert read_edition(edition_of(tmp_path, "live", gdp=answer), bands=False)["value"].is_empty()


def test_lost_page_is_noticed(tmp_path: Path) -> None:
    whole = edition_of_sample("world_bank", "live", into=tmp_path)
    for lost in ("population.1", "population.2"):
        parts = {name: part for name, part in whole.parts.items() if name != lost}
        with pytest.raises(SourceChanged, match="expected page 1 of 1"):
            read_edition(Edition("world_bank", "live", parts), bands=False)


def test_estimates_go_without_errors_that_were_not_had(tmp_path: Path) -> None:
    whole = edition_of_sample("world_bank", "live", into=tmp_path)
    parts = {name: part for name, part in whole.parts.items() if not name.endswith("_error")}
    rows = read_edition(Edition("world_bank", "live", parts), bands=False)["value"]
    estimates = rows.filter(indicator_id="wgi_voice_accountability", country_as_written="NOR")
    assert estimates.select("value", "error").rows() == [(1.75, None)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"2001",', '"20222",', "expected a column for each year from 1960 to 2001"),
        ('"1960",', '"1959",', "expected a column for each year"),
        ('"2002-04-27"', '"27/04/2002"', "row 3: expected a day"),
        ('"Data Source"', '"Database"', "expected the lines Data Source, Last Updated Date"),
        ('"174100.5"', '"174100,5"', "row 6, column 'value': expected a number"),
        ('"WLD"', '"NOR"', "expected each Country Code once"),
        ('"NY.GDP.MKTP.CD"', '"NY.GDP.PCAP.CD"', "row 6, column 'Indicator Code'"),
    ],
)
def test_bad_table_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    edition = edition_of_sample(
        "world_bank", "bulk", into=tmp_path, change=replaced(TABLE, old, new)
    )
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    assert str(refused.value).startswith("world_bank/bulk/gdp_table")
    assert says in str(refused.value)


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in files.items():
            file.writestr(f"{name}.csv", data)
    return packed.getvalue()


def test_archive_has_one_table_beside_its_metadata(tmp_path: Path) -> None:
    held = edition_of_sample("world_bank", "bulk", into=tmp_path)
    with zipfile.ZipFile(held.parts["gdp_table"].path) as file:
        table = file.read(file.namelist()[0])
    metadata = b'"Country Code","SpecialNotes",\r\n"NOR","two\r\nlines",\r\n'
    data = archive(Metadata_Country_API_1=metadata, API_1=table, Metadata_Indicator_API_1=b"x")
    beside = read_edition(edition_of(tmp_path, "bulk", gdp_table=data), bands=False)["value"]
    assert beside.equals(read_edition(held, bands=False)["value"])
    for files in ({"Metadata_Country_API_1": metadata}, {"API_1": table, "API_2": table}):
        with pytest.raises(SourceChanged, match="expected one table API_"):
            read_edition(edition_of(tmp_path, "bulk", gdp_table=archive(**files)), bands=False)
    with pytest.raises(CaptureRefused, match="expected a whole ZIP archive"):
        read_edition(edition_of(tmp_path, "bulk", gdp_table=data[:200]), bands=False)
