"""What the reader of V-Dem refuses: a mixture of versions, half an interval, another archive."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import CaptureRefused, SourceChanged
from sharedfuture.sources.declaration import declaration
from sharedfuture.sources.reading import read_edition

Change = Callable[[str, bytes], bytes]
LEDGER_IDS = {"vdem_polyarchy": "v2x_polyarchy", "vdem_internet_censorship": "v2mecenefi"}


def replaced(old: str, new: str) -> Change:
    def change(name: str, data: bytes) -> bytes:
        if not name.endswith(".csv"):
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


def cut(text: str, version: str, folder: Path) -> Edition:
    path = folder / "cut.csv"
    path.write_text(text, encoding="utf-8")
    part = Part("cut", path, sha256(path.read_bytes()).hexdigest(), CAPTURED_AT)
    return Edition("vdem", version, {"cut": part})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("MEX,3,2022", "MEX,3,2023", "row 3, column 'year': expected a year from 1789 to 2022"),
        ("MEX,3,2022", "MEX,3,20222", "expected a year from 1789 to 2022, found '20222'"),
        ("0.6,", "1.6,", "column 'v2x_polyarchy': expected an estimate from 0 to 1, found '1.6'"),
        ("0.6,", "n/a,", "column 'v2x_polyarchy': expected a number, found 'n/a'"),
        ("0.57,0.63", "0.63,0.57", "'v2x_polyarchy_codelow': expected no more than the upper"),
        ("MEX,3,2022", ",3,2022", "column 'country_text_id': expected a value, found nothing"),
        ("MEX,3,2022", "MEX,3,1789", "expected each value once"),
        ("v2mecenefi_sd", "v2mecenefi_se", "expected column 'v2mecenefi_sd'"),
        ("v2x_libdem_codelow", "v2x_libdem_low", "expected column 'v2x_libdem_codelow'"),
        (",v2x_libdem,", ",v2x_other,", "expected column 'v2x_libdem'"),
    ],
)
def test_bad_table_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    edition = edition_of_sample("vdem", "v13", into=tmp_path, change=replaced(old, new))
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    assert says in str(refused.value)
    assert str(refused.value).startswith("vdem/v13")


def test_archive_of_another_version_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("vdem", "v15", into=tmp_path)
    with pytest.raises(SourceChanged, match=r"expected one file V-Dem-CY-…-v14\.csv, found"):
        read_edition(Edition("vdem", "v14", held.parts), bands=False)


def test_table_in_place_of_the_archive_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("vdem", "v13", into=tmp_path)
    with pytest.raises(CaptureRefused, match="vdem/v13/archive: expected a whole ZIP archive"):
        read_edition(Edition("vdem", "v13", {"archive": held.parts["table"]}), bands=False)


def test_cut_is_read_with_what_was_kept(tmp_path: Path) -> None:
    """Row numbers in a first column without name, quoted words, `NA` and empty cells."""
    text = (
        ',"country_name","country_text_id","year","v2x_polyarchy","v2smgovshut_sd","v2smgovshut"\n'
        '0,"Korea, South","KOR",2020,0.8,0.2,1.5\n1,"Chad","TCD",2020,NA,NA,\n'
    )
    frame = read_edition(cut(text, "v15", tmp_path), bands=False)["value"]
    columns = ("indicator_id", "country_as_written", "value", "low", "high", "error", "row")
    assert frame.select(columns).rows() == [
        ("vdem_polyarchy", "KOR", 0.8, None, None, None, 2),
        ("vdem_internet_shutdowns", "KOR", 1.5, None, None, 0.2, 2),
    ]


def test_indicators_are_declared_in_one_place() -> None:
    declared = {item.id: item.column for item in declaration("vdem").indicator}
    assert len(set(declared.values())) == len(declared)
    assert LEDGER_IDS.items() <= declared.items()
    assert all(
        item.spread.startswith(f"{item.column}_codelow to {item.column}_codehigh")
        for item in declaration("vdem").indicator
    )
