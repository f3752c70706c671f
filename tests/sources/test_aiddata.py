"""AidData's tables: the publisher's archive, and input that must be refused."""

import io
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition


def archive_of(files: dict[str, bytes], edition: str, into: Path) -> Edition:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    target = into / "archive.zip"
    target.write_bytes(data.getvalue())
    held = Part("archive", target, sha256(data.getvalue()).hexdigest(), CAPTURED_AT)
    return Edition("aiddata", edition, {"archive": held})


@pytest.mark.parametrize("edition", ["gcdf_3.0", "gcdf_2.0", "gcof_1.0", "china_africa_1.1"])
def test_workbook_in_the_archive_says_the_same(edition: str, tmp_path: Path) -> None:
    sample = edition_of_sample("aiddata", edition, into=tmp_path)
    book = sample.parts["workbook"].path.read_bytes()
    files = {
        "Folder/Definitions of the fields.pdf": b"%PDF",
        "Folder/Projects.xlsx": book,
        "__MACOSX/Folder/._Projects.xlsx": b"side file",
    }
    packed = read_edition(archive_of(files, edition, tmp_path), bands=False)["project"]
    plain = read_edition(sample, bands=False)["project"]
    assert packed.drop("part").equals(plain.drop("part"))
    assert packed.get_column("part").str.starts_with("archive").all()


def test_archive_without_one_workbook(tmp_path: Path) -> None:
    for files in ({"readme.txt": b"none"}, {"one.xlsx": b"", "two.xlsx": b""}):
        with pytest.raises(SourceChanged, match="expected one workbook in the archive, found"):
            read_edition(archive_of(files, "gcdf_3.0", tmp_path), bands=False)


@pytest.mark.parametrize(
    ("edition", "before", "after", "says"),
    [
        ("gcdf_3.0", "Yes,,No", "Maybe,,No", "'Recommended For Aggregates': expected one of"),
        ("gcdf_3.0", ",2010,", ",20222,", "row 3, column 'Commitment Year': expected a year from"),
        ("gcdf_3.0", "66000000.5", "66m", "'Amount (Constant USD 2021)': expected a number"),
        ("gcdf_3.0", "900002", "900001", "expected each project once, found project_key '900001'"),
        ("gcdf_3.0", "900002", "", "row 3, column 'AidData Record ID': expected the number of a"),
        ("gcdf_3.0", "900002", "nine", "row 3, column 'AidData Record ID': expected a number"),
        ("gcdf_3.0", "Amount (Constant USD 2021)", "Amount (Constant USD 2023)", "expected column"),
        ("gcdf_3.0", ',"Africa, regional"', ",", "row 3, column 'Recipient': expected a value"),
        ("gcdf_3.0_geospatial", "66000000.5", "66.000.000", "expected a number, found"),
        ("gcof_1.0", "20.25", "n/a", "'usd_defl_2014': expected a number, found 'n/a'"),
        ("china_africa_1.1", "should not be used", "may be used", "expected the words 'should"),
        ("china_africa_1.1", "version 1.1", "version 1.2", "expected the words 'version 1.1'"),
    ],
)
def test_other_form_is_refused(
    edition: str, before: str, after: str, says: str, tmp_path: Path
) -> None:
    seen = []

    def change(_: str, data: bytes) -> bytes:
        changed = data.replace(before.encode(), after.encode(), 1)
        seen.append(changed != data)
        return changed

    changed = edition_of_sample("aiddata", edition, into=tmp_path, change=change)
    assert any(seen)
    with pytest.raises(SourceChanged) as raised:
        read_edition(changed, bands=False)
    assert says in str(raised.value)


def test_sheet_of_another_edition(tmp_path: Path) -> None:
    sample = edition_of_sample("aiddata", "gcdf_2.0", into=tmp_path)
    other = Edition("aiddata", "gcdf_3.0", sample.parts)
    with pytest.raises(SourceChanged, match=r"expected sheets 'GCDF_3\.0', found 'Global_CDF2\.0'"):
        read_edition(other, bands=False)


def test_workbook_with_a_password(tmp_path: Path) -> None:
    data = b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    target = tmp_path / "locked.xlsx"
    target.write_bytes(data)
    held = Part("workbook", target, sha256(data).hexdigest(), CAPTURED_AT)
    with pytest.raises(SourceChanged, match="expected a workbook, found one with a password"):
        read_edition(Edition("aiddata", "gcdf_3.0", {"workbook": held}), bands=False)


def test_persons_to_be_asked_are_not_read(tmp_path: Path) -> None:
    read = read_edition(edition_of_sample("aiddata", "gcdf_3.0", into=tmp_path), bands=False)
    assert "A named person" not in read["project"].write_csv()
