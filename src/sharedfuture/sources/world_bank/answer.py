"""The answers of the World Bank's API, version 2, in JSON: a list of a header and of rows.

An error comes with status 200, as a list of one. An answer in pages is whole only with all of
them: each says which page it is, how many there are, and how many rows in all.
"""

from collections.abc import Iterator

import msgspec
import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.extract import Sheet, json_document
from sharedfuture.records.errors import SourceChanged


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Unknown keys are refused."""


class _Header(_Strict, frozen=True):
    page: int
    pages: int
    per_page: int | str
    total: int
    sourceid: str
    lastupdated: str


class _Named(_Strict, frozen=True):
    id: str
    value: str


class _Row(_Strict, frozen=True):
    """`value` is kept as its bytes, so that a number stays as it was written."""

    indicator: _Named
    country: _Named
    countryiso3code: str
    date: str
    value: msgspec.Raw
    unit: str
    obs_status: str
    decimal: int


class _Said(msgspec.Struct, frozen=True):
    id: str
    key: str
    value: str


class _Refusal(msgspec.Struct, frozen=True):
    message: list[_Said]


def answer_sheet(edition: Edition, part: str, codes: tuple[str, ...]) -> Iterator[Sheet]:
    """The rows of each page of an answer, in order; nothing where the part is not held.

    Raises SourceChanged for an error answer, for pages that are missing or of different answers,
    and for rows of another indicator than those in `codes`.
    """
    rows = 0
    held = list(edition.captures(part))
    first: _Header | None = None
    for number, capture in enumerate(held, 1):
        header, said = _answer(capture)
        first = first or header
        if (header.page, header.pages, header.total) != (number, len(held), first.total):
            raise SourceChanged(
                f"{capture.name}: expected page {number} of {len(held)} of an answer of "
                f"{first.total} rows, found page {header.page} of {header.pages} of {header.total}"
            )
        rows += len(said)
        yield _sheet(capture, said, codes)
    if first is not None and rows != first.total:
        raise SourceChanged(
            f"{held[0].name}: expected {first.total} rows on {len(held)} pages, found {rows}"
        )


def _answer(capture: Capture) -> tuple[_Header, list[_Row]]:
    pieces = json_document(capture, list[msgspec.Raw])
    if len(pieces) == 1:
        (refusal,) = json_document(capture, list[_Refusal])
        said = "; ".join(f"{item.key} ({item.id}): {item.value}" for item in refusal.message)
        raise SourceChanged(f"{capture.name}: expected an answer with rows, found an error: {said}")
    header, rows = json_document(capture, tuple[_Header, list[_Row] | None])
    return header, rows or []


def _sheet(capture: Capture, rows: list[_Row], codes: tuple[str, ...]) -> Sheet:
    frame = pl.DataFrame(
        {
            "country": [row.countryiso3code or row.country.id for row in rows],
            "year": [row.date for row in rows],
            "value": [bytes(row.value).decode() for row in rows],
            "code": [row.indicator.id for row in rows],
        },
        schema=dict.fromkeys(("country", "year", "value", "code"), pl.String),
    )
    is_null = pl.col("value") == "null"
    frame = frame.with_columns(pl.when(~is_null).then(pl.col("value")).alias("value"))
    places = pl.int_range(1, len(rows) + 1, eager=True)
    sheet = Sheet(capture.name, capture.name.rpartition("/")[2], frame, places)
    sheet.refuse(~frame.get_column("code").is_in(codes), "code", f"one of {', '.join(codes)}")
    return sheet
