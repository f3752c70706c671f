"""The Factbook as JSON: a file a country, called by its GEC code, in a folder a region.

In the archive of the repository a country is `<root>/<region>/<code>.json`. One field of the
section on government holds all organisations as one text: `ADB (nonregional member), BIS, G-20`.
Nothing is dated. Files without the field, such as those of oceans, say nothing.
"""

import html
import re
from collections.abc import Iterator

import msgspec
import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.capture.unpack import each_member
from sharedfuture.extract import json_document
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.factbook.statuses import STATUS

_PART = "repository"
_REGIONS = (
    *("africa", "antarctica", "australia-oceania", "central-america-n-caribbean", "central-asia"),
    *("east-n-southeast-asia", "europe", "middle-east", "north-america", "oceans"),
    *("south-america", "south-asia", "world"),
)
_COUNTRY = re.compile(rf"[^/]+/(?:{'|'.join(_REGIONS)})/([a-z]{{2}})\.json")
_BETWEEN = re.compile(r",\s*(?![^(]*\))")  # a comma that stands in no brackets
_ENTRY = re.compile(r"([^():;<>&]+?)(?: \(([^()<>]+)\))?")


class _Participation(msgspec.Struct, frozen=True):
    text: str


class _Government(msgspec.Struct, frozen=True):
    participation: _Participation | None = msgspec.field(
        name="International organization participation", default=None
    )


class _Country(msgspec.Struct, frozen=True):
    government: _Government | None = msgspec.field(name="Government", default=None)


def read(edition: Edition) -> Iterator[Statement]:
    """Each country's part in each organisation; `row` numbers the countries of the archive."""
    rows: list[dict[str, str | int]] = []
    countries = 0
    for file, code in _countries(edition.capture(_PART)):
        countries += 1
        for written, organisation, status in _entries(file):
            rows.append(
                {
                    "organisation": organisation,
                    "country_as_written": code,
                    "status": status,
                    "as_written": written,
                    "part": _PART,
                    "row": countries,
                }
            )
    if not rows:
        raise SourceChanged(
            f"{edition.source}/{edition.name}: expected countries of the regions "
            f"{', '.join(_REGIONS)} with their organisations, found {countries} countries with none"
        )
    yield Statement("membership", pl.DataFrame(rows))


def _countries(archive: Capture) -> Iterator[tuple[Capture, str]]:
    for file in each_member(archive):
        path = file.name.removeprefix(f"{archive.name}/")
        if found := _COUNTRY.fullmatch(path):
            yield file, found[1]


def _entries(file: Capture) -> Iterator[tuple[str, str, str]]:
    """Entry as written, organisation and status. The same entry twice is one statement."""
    government = json_document(file, _Country).government
    if government is None or government.participation is None:
        return
    text = " ".join(html.unescape(government.participation.text).split())
    for written in dict.fromkeys(_BETWEEN.split(text)):
        entry = _ENTRY.fullmatch(written)
        if entry is None:
            raise SourceChanged(
                f"{file.name}, International organization participation: expected "
                f"'organisation' or 'organisation (standing)', found {written[:80]!r}"
            )
        yield written, entry[1], _status(file, written, entry[2])


def _status(file: Capture, written: str, words: str | None) -> str:
    if words is None:
        return "member"
    # What follows a comma explains: `associate member, has not ratified the charter`.
    status = STATUS.get(words) or STATUS.get(words.partition(",")[0])
    if status is None:
        raise SourceChanged(
            f"{file.name}, International organization participation: expected one of the known "
            f"standings ({', '.join(sorted(STATUS))}), found {written[:80]!r}"
        )
    return status
