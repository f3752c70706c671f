"""What counts as the form declared, and what each other thing is called."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sharedfuture.capture import Form
from sharedfuture.capture.sniff import check_form

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(100)
R_DATA = b"RDX3\nX\n" + bytes(40)


def archive(files: Mapping[str, bytes]) -> bytes:
    taken = io.BytesIO()
    with zipfile.ZipFile(taken, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return taken.getvalue()


WORKBOOK = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
PLAIN = archive({"data.csv": b"a,b\n1,2\n" * 1000})


AS_DECLARED: list[tuple[Form | None, bytes]] = [
    (Form.CSV, b"a,b\n1,2\n"),
    (Form.CSV, b"\xef\xbb\xbfa;b\r\r\n1,5;2\r\r\n"),
    (Form.CSV, "a\tb\n1\t2\n".encode("utf-16")),
    (Form.CSV, "Land,Wert\nTürkei,1\n".encode("cp1252")),
    (Form.CSV, b"id,text\n1,<html> is a tag\n"),
    (Form.TEXT, b"Mr President,\n"),
    (Form.TEXT, b"<speech>not a page</speech>"),
    (Form.JSON, b'\xef\xbb\xbf {"a": [1, 2]}\n'),
    (Form.JSON, json.dumps([{"n": "\u4e2d"}] * 50).encode()),
    (Form.JSON, b'[{"message": [{"id": "120"}]}]'),
    (Form.ZIP, PLAIN),
    (Form.XLSX, WORKBOOK),
    (Form.XLS, OLE),
    (Form.GZIP, gzip.compress(b"a,b\n")),
    (Form.RDATA, gzip.compress(R_DATA)),
    (Form.RDATA, b"BZh9" + bytes(40)),
    (Form.RDATA, R_DATA),
    (None, b"\x00anything"),
]


def numbered(cases: Sequence[tuple[object, ...]]) -> list[str]:
    """Names of cases; what is packed holds the time, which no two processes have in common."""
    return [f"{case[0] or 'any'}-{number}" for number, case in enumerate(cases)]


@pytest.mark.parametrize(("form", "data"), AS_DECLARED, ids=numbered(AS_DECLARED))
def test_form_as_declared(tmp_path: Path, form: Form | None, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert check_form(path, form) is None


OTHERWISE: list[tuple[Form | None, bytes, str]] = [
    (Form.CSV, PLAIN, "expected CSV, found an archive (ZIP or XLSX)"),
    (Form.CSV, gzip.compress(b"a"), "expected CSV, found a GZIP file"),
    (Form.CSV, b"%PDF-1.7", "expected CSV, found a PDF document"),
    (Form.CSV, OLE, "expected CSV, found an old Excel workbook (XLS)"),
    (Form.CSV, b'{"error": "no such series"}', "expected CSV, found JSON"),
    (Form.CSV, b"<Error><Code>NoSuchKey</Code></Error>", "expected CSV, found markup"),
    (Form.CSV, b"a,b\n\x00\x01", "expected CSV, found bytes that begin b'a,b\\n\\x00\\x01'"),
    (Form.CSV, b" \r\n\t ", "expected CSV, found nothing but blanks"),
    (Form.TEXT, b"<HTML lang=en>", "expected TEXT, found a page in HTML"),
    (Form.TEXT, b"", "expected a file, found an empty one"),
    (None, b"", "expected a file, found an empty one"),
    (Form.JSON, b"", "expected a file, found an empty one"),
    (Form.JSON, b"null", "expected JSON, found bytes that begin b'null'"),
    (Form.JSON, b"a,b\n", "expected JSON, found bytes that begin b'a,b\\n'"),
    (Form.JSON, b'{"a": 1} {"a": 2}', "expected JSON to its end, found a fault"),
    (Form.JSON, b'{"a": [1, 2', "expected JSON to its end, found a fault"),
    (Form.JSON, b"[" * 200_000, "expected JSON to its end, found a fault"),
    (Form.ZIP, PLAIN[:-30], "the archive: expected a whole ZIP archive, found"),
    (Form.ZIP, b"PK\x05\x06" + bytes(18), "expected ZIP, found an archive with nothing in it"),
    (Form.ZIP, gzip.compress(b"a"), "expected ZIP, found a GZIP file"),
    (Form.XLSX, PLAIN, "expected XLSX, found an archive that is no workbook"),
    (Form.XLSX, OLE, "expected XLSX, found an old Excel workbook (XLS)"),
    (Form.XLSX, LOCKED, "expected XLSX, found a workbook under a password"),
    (Form.XLSX, WORKBOOK[:-9], "the archive: expected a whole ZIP archive, found"),
    (Form.XLS, LOCKED, "expected XLS, found a workbook under a password"),
    (Form.XLS, WORKBOOK, "expected XLS, found an archive (ZIP or XLSX)"),
    (Form.XLS, b"<html><table>", "expected XLS, found a page in HTML"),
    (Form.GZIP, gzip.compress(b"a" * 99)[:-4], "expected GZIP to its end, found it cut off"),
    (Form.GZIP, PLAIN, "expected GZIP, found an archive (ZIP or XLSX)"),
    (Form.RDATA, b"a,b\n1,2\n", "expected RDATA, found bytes that begin"),
    (Form.RDATA, gzip.compress(R_DATA)[:-3], "expected GZIP to its end, found it cut off"),
]


@pytest.mark.parametrize(("form", "data", "says"), OTHERWISE, ids=numbered(OTHERWISE))
def test_other_form_is_named(tmp_path: Path, form: Form | None, data: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    problem = check_form(path, form)
    assert problem is not None
    assert says in problem
    assert problem.isprintable()


def test_title_of_a_page_is_told_without_what_would_move_the_cursor(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"<!DOCTYPE html><title>\x1b[2J Maintenance\n</title>")
    assert check_form(path, Form.CSV) == "expected CSV, found a page in HTML ([2J Maintenance)"
    path.write_bytes(b"<!-- made by hand --><html><head><title>Gone</title>")
    assert check_form(path, Form.CSV) == "expected CSV, found a page in HTML (Gone)"
