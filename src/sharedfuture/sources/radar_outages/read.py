"""Cloudflare Radar's annotations of outages: one row an annotation and location.

Older answers have neither an id nor the details of locations and networks. An annotation without a
location, such as that of one network, keeps its row and has no country.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import polars as pl

from sharedfuture.capture import Capture, Edition
from sharedfuture.extract import json_document
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_CAUSES = frozenset(
    {
        *("CABLE_CUT", "CYBERATTACK", "FIRE", "GOVERNMENT_DIRECTED", "MAINTENANCE"),
        *("MILITARY_ACTION", "NATURAL_DISASTER", "POWER_OUTAGE", "TECHNICAL_PROBLEM"),
        *("UNKNOWN", "WEATHER", "DDOS", "EARTHQUAKE", "FIBER_CUT", "TERRORISM"),
    }
)
_TYPES = frozenset({"NATIONWIDE", "REGIONAL", "NETWORK", "PLATFORM"})


class _Strict(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Unknown keys are refused: the publisher has begun to say something else."""


class _Outage(_Strict, frozen=True):
    outage_cause: str
    outage_type: str


class _Annotation(_Strict, frozen=True):
    data_source: str
    event_type: str
    start_date: datetime
    end_date: datetime | None
    locations: tuple[str, ...]
    asns: tuple[int, ...]
    outage: _Outage
    description: str | None = None
    scope: str | None = None
    linked_url: str | None = None
    id: str | None = None
    origins: tuple[msgspec.Raw, ...] = ()
    asns_details: tuple[msgspec.Raw, ...] = ()
    locations_details: tuple[msgspec.Raw, ...] = ()
    origins_details: tuple[msgspec.Raw, ...] = ()


class _Result(_Strict, frozen=True):
    annotations: tuple[_Annotation, ...]


class _Problem(msgspec.Struct, frozen=True):
    message: str = ""


class _Answer(_Strict, frozen=True):
    result: _Result | None = None
    success: bool = True
    errors: tuple[_Problem, ...] = ()
    messages: tuple[msgspec.Raw, ...] = ()


def read(edition: Edition) -> Iterator[Statement]:
    """Every annotation of the answer."""
    capture = edition.capture("annotations")
    answer = json_document(capture, _Answer)
    if not answer.success or answer.errors or answer.result is None:
        said = "; ".join(problem.message for problem in answer.errors) or "no result"
        raise SourceChanged(f"{capture.name}: expected an answer, found an error: {said[:200]}")
    part = capture.name.rpartition("/")[2]
    rows = [
        row
        for at, annotation in enumerate(answer.result.annotations, start=1)
        for row in _rows(capture, annotation, part, at)
    ]
    yield Statement("outage", pl.DataFrame(rows, infer_schema_length=None))


def _rows(
    capture: Capture, annotation: _Annotation, part: str, at: int
) -> Iterator[dict[str, str | int | None]]:
    _require_known(capture, annotation, at)
    ended = annotation.end_date
    end = None if ended is None else _moment(capture, ended, at)
    for location in annotation.locations or (None,):
        yield {
            "outage_key": annotation.id or f"{part}:{at}",
            "country_as_written": location,
            "start_edtf": _moment(capture, annotation.start_date, at),
            "end_edtf": end,
            "scope": annotation.outage.outage_type,
            "area": _text(annotation.scope),
            "network": "; ".join(f"AS{number}" for number in annotation.asns) or None,
            "cause": annotation.outage.outage_cause,
            "note": _text(annotation.description),
            "link": _text(annotation.linked_url),
            "part": part,
            "row": at,
        }


def _require_known(capture: Capture, annotation: _Annotation, at: int) -> None:
    known = (
        ("eventType", annotation.event_type, frozenset({"OUTAGE"})),
        ("outageCause", annotation.outage.outage_cause, _CAUSES),
        ("outageType", annotation.outage.outage_type, _TYPES),
    )
    for column, word, words in known:
        if word not in words:
            raise SourceChanged(
                f"{capture.name}, annotation {at}, {column}: expected one of "
                f"{', '.join(sorted(words))}, found {word[:60]!r}"
            )


def _moment(capture: Capture, moment: datetime, at: int) -> str:
    if moment.tzinfo is None:
        raise SourceChanged(
            f"{capture.name}, annotation {at}: expected a time with its zone, found {moment}"
        )
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(cell: str | None) -> str | None:
    return (cell or "").strip() or None
