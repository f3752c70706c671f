"""What the reader of the Worldwide Governance Indicators refuses, in each of its layouts."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition

LONG = "dataset.xlsx/1 Sheet1.csv"
LAW = "dataset.xlsx/6 RuleofLaw.csv"
BULK = "bulk.csv"


def replaced(file: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("edition", "file", "old", "new", "says"),
    [
        ("2024", LONG, "1.74", "99", "expected wgi_voice_accountability between -4.0 and 4.0"),
        ("2024", LONG, "2023,va", "20222,va", "row 2, column 'year': expected a year from 1996"),
        ("2024", LONG, "2023,va", "2023,xx", "column 'dimension': expected one of 'va'"),
        ("2024", LONG, "1.74", "n/a", "row 2, column 'estimate': expected a number, found 'n/a'"),
        ("2024", LONG, "1.74", '"1,74"', "row 2, column 'estimate': expected a number"),
        ("2024", LONG, "ADO,Andorra", "NOR,Andorra", "expected each value once"),
        ("2024", LONG, ",NOR,", ",,", "column 'country': expected a value, found nothing"),
        ("2024", LONG, "stddev", "std_dev", "expected column 'stddev'"),
        ("2019", LAW, "StdErr,NumSrc,Rank", "StdErr,Rank,NumSrc", "row 15: expected Country"),
        ("2019", LAW, "1996,1996", "1996,1997", "row 14: expected one year over each block"),
        ("2019", LAW, "#N/A", "missing", "sheet 'RuleofLaw', row 17, column 'estimate'"),
        ("2023", BULK, "VA.STD.ERR", "VA.STD", "column 'Indicator Code': expected one of"),
        (
            "2023",
            BULK,
            "VA.STD.ERR",
            "VA.EST",
            "expected each Country Code and Indicator Code once",
        ),
        ("2023", BULK, '"2022"', '"20222"', "expected column '2022'"),
        ("2023", BULK, '"1.5"', '"1,5"', "row 2, column 'estimate': expected a number"),
    ],
)
def test_bad_table_is_refused(
    edition: str, file: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    held = edition_of_sample("governance", edition, into=tmp_path, change=replaced(file, old, new))
    with pytest.raises(SourceChanged) as refused:
        read_edition(held, bands=False)
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"governance/{edition}")


def test_workbook_of_another_edition_is_refused(tmp_path: Path) -> None:
    new = edition_of_sample("governance", "2024", into=tmp_path)
    with pytest.raises(SourceChanged, match="expected the sheets VoiceandAccountability"):
        read_edition(Edition("governance", "2019", new.parts), bands=False)
    old = edition_of_sample("governance", "2019", into=tmp_path)
    with pytest.raises(SourceChanged, match="expected a sheet 'Sheet1'"):
        read_edition(Edition("governance", "2024", old.parts), bands=False)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "found an empty file"),
        (b"<!doctype html><title>Busy</title>", "expected a workbook"),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 60 + "EncryptedPackage".encode("utf-16-le"),
            "found one with a password",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "dataset"
    path.write_bytes(data)
    part = Part("dataset", path, sha256(data).hexdigest(), CAPTURED_AT)
    with pytest.raises(SourceChanged, match=says):
        read_edition(Edition("governance", "2024", {"dataset": part}), bands=False)
