"""What stands in the files of the repository, one cell at a time: shares, ranks, dates, texts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from sharedfuture.capture import Capture
from sharedfuture.records.errors import SourceChanged

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEAR = re.compile(r"20\d\d")
_MONTH = re.compile(rf"({'|'.join(_MONTHS)}) (20\d\d)")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_POINTS = re.compile(r"(\d{1,3})/(\d{1,3})")
_RANK = re.compile(r"\d{1,3}")
_ADDRESS = re.compile(r"^https?:|^www\.|://")
_NOT_A_TEXT = {"remark", "grading", "evdType", "layer"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the archive, and its place there, from 1."""

    path: str
    place: int
    capture: Capture


@dataclass(frozen=True, slots=True)
class Published:
    """A number of the publisher: whose, of what, as written, where."""

    country: str
    indicator_id: str
    as_written: str
    value: float
    file: File


def read_share(file: File, name: str, indicator_id: str, written: str | None) -> Published:
    """A share as `12.4%`, in percent. Raises SourceChanged."""
    found = _PERCENT.fullmatch(written or "")
    if found is None or written is None:
        raise _unfit(file, f"{name}, {indicator_id}", "a percentage", written)
    return Published(name, indicator_id, written, float(found[1]), file)


def read_rank(file: File, name: str, indicator_id: str, written: str) -> Published:
    """A rank, a whole number. Raises SourceChanged."""
    if not _RANK.fullmatch(written):
        raise _unfit(file, f"{name}, {indicator_id}", "a rank", written)
    return Published(name, indicator_id, written, float(written), file)


def read_points(file: File, name: str, stem: str, written: str) -> Iterator[Published]:
    """Points and their maximum as `34/380`. Raises SourceChanged."""
    found = _POINTS.fullmatch(written)
    if found is None:
        raise _unfit(file, f"{name}, {stem}", "points/maximum", written)
    yield Published(name, f"{stem}_points", written, float(found[1]), file)
    yield Published(name, f"{stem}_maximum", written, float(found[2]), file)


def read_question(file: File, entry: Mapping[str, str]) -> tuple[int, str, str | None]:
    """Number, text and remark of an entry, one key of which is the number of the question.

    Raises SourceChanged.
    """
    numbers = [key for key in entry if key not in _NOT_A_TEXT]
    if len(numbers) != 1:
        raise _unfit(file, "a question", "one number as key", ", ".join(numbers))
    text, note = entry[numbers[0]], entry.get("remark", "")
    if not text.strip():
        raise _unfit(file, numbers[0], "a question", text)
    return read_whole(file, "key", numbers[0]), _plain(text), _plain(note) or None


def read_date(file: File, written: str) -> str:
    """`2021` and `May 2024` as EDTF. Raises SourceChanged."""
    if _YEAR.fullmatch(written):
        return written
    found = _MONTH.fullmatch(written)
    if found is None:
        raise _unfit(file, "year", "a year or a month and a year", written)
    return f"{found[2]}-{_MONTHS.index(found[1]) + 1:02}"


def read_addresses(written: list[str]) -> Iterator[str]:
    """What is an address among the evidence, as written; words in its place are left out."""
    for entry in written:
        line = " ".join(entry.split())
        if _ADDRESS.search(line):
            yield line


def read_whole(file: File, what: str, written: str) -> int:
    """A whole number, which may begin with zeros. Raises SourceChanged."""
    if not written.isascii() or not written.isdigit():
        raise _unfit(file, what, "a whole number", written)
    return int(written)


def _unfit(file: File, what: str, expected: str, found: str | None) -> SourceChanged:
    shown = "nothing" if found is None else repr(found[:60])
    return SourceChanged(f"{file.capture.name}, {what}: expected {expected}, found {shown}")


class _Words(HTMLParser):
    """The words of a text with markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _plain(text: str) -> str:
    parser = _Words()
    parser.feed(text)
    parser.close()
    return " ".join("".join(parser.found).split())
