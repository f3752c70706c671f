"""Is a file what it was declared to be? Looked at before it counts as a capture.

A server that is ill answers with a page in HTML, with half a file or with nothing; the answer
comes with a good status often enough. What is inside a whole file is left to its reader.
"""

import codecs
import mmap
import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from sharedfuture.capture.unpack import check_archive, check_gzip
from sharedfuture.capture.wanted import Form

_HEAD_BYTES = 64 * 1024
_HTML = re.compile(r"<(!doctype\s+html|html|head|body|script|meta|title)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,120})", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_KNOWN = {
    b"PK\x03\x04": "an archive (ZIP or XLSX)",
    b"PK\x05\x06": "an archive with nothing in it",
    b"\x1f\x8b": "a GZIP file",
    b"BZh": "a BZIP2 file",
    b"\xfd7zXZ\x00": "an XZ file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    _OLE: "an old Excel workbook (XLS)",
}
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_R_DATA = (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n", b"X\n", b"A\n")


def check_form(path: Path, form: Form | None) -> str | None:
    """Why the file is not what it was declared to be, or None; without a form, only not empty."""
    if path.stat().st_size == 0:
        return "expected a file, found an empty one"
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if form is None:
        return None
    if page := _page(head):
        return f"expected {form.upper()}, found {page}"
    return _CHECKS[form](path, head)


def _begins_as_known(head: bytes) -> bool:
    return head.startswith(tuple(_KNOWN))


def _text(head: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace")
    return head.decode("latin-1")


def _page(head: bytes) -> str | None:
    """What page of HTML this is, where it is one."""
    text = _text(head).lstrip()
    if not text.startswith("<") or not _HTML.search(text[:4096]):
        return None
    title = _TITLE.search(text)
    said = "".join(filter(str.isprintable, title.group(1))).strip() if title else ""
    return f"a page in HTML ({said})" if said else "a page in HTML"


def _found(head: bytes) -> str:
    """What the first bytes say a file is."""
    for mark, what in _KNOWN.items():
        if head.startswith(mark):
            return what
    return f"bytes that begin {head[:8]!r}"


def _check_text(_: Path, head: bytes) -> str | None:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if _begins_as_known(head) or (b"\0" in head and not wide):
        return f"expected text, found {_found(head)}"
    return None if _text(head).strip() else "expected text, found nothing but blanks"


def _check_csv(path: Path, head: bytes) -> str | None:
    if problem := _check_text(path, head):
        return problem.replace("expected text", "expected CSV")
    start = _text(head).lstrip()[:1]
    if start == "{":
        return "expected CSV, found JSON"
    return "expected CSV, found markup" if start == "<" else None


def _check_json(path: Path, head: bytes) -> str | None:
    """One document, parsed to its end; its values are skimmed, not built."""
    start = _text(head).lstrip()[:1]
    if start not in ("{", "["):
        return f"expected JSON, found {_found(head)}"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        view = memoryview(data)
        body = view[3:] if head.startswith(codecs.BOM_UTF8) else view
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError) as error:
            return f"expected JSON to its end, found a fault: {error}"
        finally:
            body.release()
            view.release()
    return None


def _check_zip(path: Path, head: bytes) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return f"expected ZIP, found {_found(head)}"
    with path.open("rb") as file:
        _, problem = check_archive(file)
    return problem


def _check_xlsx(path: Path, head: bytes) -> str | None:
    if head.startswith(_OLE) and _is_locked(path):
        return "expected XLSX, found a workbook under a password"
    if not head.startswith(b"PK\x03\x04"):
        return f"expected XLSX, found {_found(head)}"
    with path.open("rb") as file:
        names, problem = check_archive(file)
    if problem is None and "[Content_Types].xml" not in names:
        return "expected XLSX, found an archive that is no workbook"
    return problem


def _check_xls(path: Path, head: bytes) -> str | None:
    if not head.startswith(_OLE):
        return f"expected XLS, found {_found(head)}"
    return "expected XLS, found a workbook under a password" if _is_locked(path) else None


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(_LOCKED) >= 0


def _check_gzip(path: Path, head: bytes) -> str | None:
    if not head.startswith(b"\x1f\x8b"):
        return f"expected GZIP, found {_found(head)}"
    with path.open("rb") as file:
        return check_gzip(file)


def _check_rdata(path: Path, head: bytes) -> str | None:
    if head.startswith(b"\x1f\x8b"):
        return _check_gzip(path, head)
    is_known = head.startswith((*_PACKED, *_R_DATA))
    return None if is_known else f"expected RDATA, found {_found(head)}"


_CHECKS: dict[Form, Callable[[Path, bytes], str | None]] = {
    Form.CSV: _check_csv,
    Form.TEXT: _check_text,
    Form.JSON: _check_json,
    Form.ZIP: _check_zip,
    Form.GZIP: _check_gzip,
    Form.XLSX: _check_xlsx,
    Form.XLS: _check_xls,
    Form.RDATA: _check_rdata,
}
