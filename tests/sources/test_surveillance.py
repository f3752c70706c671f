"""Feldstein's workbook and inventory, the ITU's index and FBIC: what does not fit is refused."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.corrections import corrections
from sharedfuture.sources.declaration import declaration, source_names
from sharedfuture.sources.reading import read_edition

NAMES = {"aigs": "2022", "gci": "2024", "fbic": "2024", "spyware": "10"}


def changed(source: str, before: bytes, after: bytes, into: Path) -> Edition:
    """The sample with one thing put in another's place, which must have stood there."""
    found = []

    def change(_: str, data: bytes) -> bytes:
        found.append(before in data)
        return data.replace(before, after, 1)

    edition = edition_of_sample(source, NAMES[source], into=into, change=change)
    assert any(found), f"{source}: the sample does not hold {before!r}"
    return edition


@pytest.mark.parametrize(
    ("source", "before", "after", "says"),
    [
        (
            "aigs",
            b"Laos,EAP,0.125,CA,0.5,,,,,x,,x",
            b"Laos,EAP,0.125,CA,0.5,,,,,x,,1",
            "one of 'x'",
        ),
        ("aigs", b',x,,1,"Aus', b',x,x,1,"Aus', "column 'China Tech': expected one of '1'"),
        ("aigs", b"Albania,EUR,2021", b"Albania,EUR,20222", "expected a year from 2021 to 2021"),
        ("aigs", b"Bahrain,MENA,2021", b"Albania,MENA,2021", "expected each value once"),
        ("gci", b",FIN,Finland,ITU_GCI_LEGL_SCRE", b",FIN,Finland,ITU_GCI", "'INDICATOR'"),
        ("gci", b",_T,Total,_T,All", b",F,Female,_T,All", "column 'SEX': expected one of '_T'"),
        ("gci", b",2024,20,", b",2024,200,", "gci_cooperation between 0.0 and 20.0"),
        ("gci", b",2024,20,", b",20222,20,", "column 'TIME_PERIOD': expected a year"),
        ("fbic", b"2022,0.25", b"2022,25", "fbic_china_influence between 0.0 and 1.0"),
        ("fbic", b"PAK,2022", b"PAK,20222", "column 'year': expected a year from 1960 to 2100"),
        ("fbic", b"PAK,2022", b"PAK,2023", "expected each value once"),
        ("spyware", b",Spyware,2014", b",Adware,2014", "column 'Category of technology'"),
        ("spyware", b",x,https", b",y,https", "column 'Lower confidence sources'"),
        ("spyware", b"https://example.org/two", b"see there", "expected an address, found"),
    ],
)
def test_what_does_not_fit_is_refused(
    source: str, before: bytes, after: bytes, says: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceChanged) as caught:
        read_edition(changed(source, before, after, tmp_path), bands=False)
    assert says in str(caught.value)


def test_correction_whose_error_is_gone_is_refused(tmp_path: Path) -> None:
    edition = changed(
        "aigs",
        b"UnitElectoral Democracy States of AmeriClosed Autocracy",
        b"United States of America",
        tmp_path,
    )
    with pytest.raises(SourceChanged, match=r"puts right .* found 'United States of America'"):
        read_edition(edition, bands=False)


def test_correction_whose_row_has_moved_is_refused(tmp_path: Path) -> None:
    edition = changed(
        "aigs", b"\nBahrain,MENA,0.125,CA,1.5", b"\n\nBahrain,MENA,0.125,CA,1.5", tmp_path
    )
    with pytest.raises(SourceChanged, match=r"row 97, column 'Country'.* found no such row"):
        read_edition(edition, bands=False)


@pytest.mark.parametrize("source", source_names())
def test_corrections_name_an_edition_and_a_part_that_are_declared(source: str) -> None:
    declared = declaration(source)
    for item in corrections(source):
        assert item.edition in {edition.name for edition in declared.edition}
        assert item.part in {file.part for file in declared.file}
        assert item.found != item.put


def test_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    digest = sha256(locked.read_bytes()).hexdigest()
    part = Part("workbook", locked, digest, CAPTURED_AT)
    with pytest.raises(SourceChanged, match="found one with a password"):
        read_edition(Edition("aigs", "2022", {"workbook": part}), bands=False)


def test_half_of_a_description_stands_for_no_mark_and_is_not_read(tmp_path: Path) -> None:
    frame = read_edition(edition_of_sample("spyware", "10", into=tmp_path), bands=False)[
        "deployment"
    ]
    (kenya,) = frame.filter(country_as_written="Kenya").rows(named=True)
    assert kenya["confidence"] is None
    assert kenya["link"] == "https://example.org/four"
    assert "goes on" not in frame.write_csv()


def test_only_what_china_has_over_others_is_read(tmp_path: Path) -> None:
    edition = changed("fbic", b"CHN,PAK,2022", b"IND,PAK,2022", tmp_path)
    frame = read_edition(edition, bands=False)["value"]
    assert frame.filter(period="2022").is_empty()
    nothing = edition_of_sample(
        "fbic", "2024", into=tmp_path, change=lambda _, data: data.replace(b"CHN", b"TWN")
    )
    with pytest.raises(SourceChanged, match="expected rows with CHN in 'iso3a', found none"):
        read_edition(nothing, bands=False)
