"""Hold what a source says against what the report says, aspect by aspect."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="claims.readings",
    reads={"readings": "aligned.reading", "spans": "aligned.reading_span"},
    writes="derived.reading",
    version=1,
)


def run(readings: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Readings with their outcome: agrees, differs or silent."""
    rows = [
        row | {"outcome": compare_reading(row), "row_ids": []}
        for row in readings.join(spans, on="reading_id", how="left").iter_rows(named=True)
    ]
    schema = schema_with_rows(TABLE["reading"])
    return pl.DataFrame(
        [{name: row[name] for name in schema} for row in rows], schema=schema, orient="row"
    )


def compare_reading(reading: Mapping[str, Any]) -> str:
    """Outcome of one reading.

    Dates agree where the days they allow overlap; numbers within the tolerance; names and yes/no
    where they are the same words, whatever their case. No answer of the source is `silent`.
    """
    report, source = reading["report_says"], reading["source_says"]
    if source is None:
        return "silent"
    match reading["type"]:
        case "date":
            agrees = _overlap(reading)
        case "number":
            # Decimals, so that 0.8 and 0.7 differ by 0.1 and not by a little more.
            tolerance = Decimal(str(reading["tolerance"] or 0))
            agrees = abs(Decimal(report) - Decimal(source)) <= tolerance
        case "name" | "yes_no":
            agrees = _folded(report) == _folded(source)
        case other:
            raise ValueError(f"expected date, number, name or yes_no, found {other!r}")
    return "agrees" if agrees else "differs"


def weigh_readings(readings: Iterable[Mapping[str, Any]]) -> tuple[str, list[str]]:
    """Verdict over all readings of a claim, and the ids of those that decided it.

    Readings of one aspect are taken together: where sources disagree it is mixed. A core aspect
    on which every source differs contradicts the claim. A core aspect that is mixed or on which
    all are silent weakens it, and so does a detail that is mixed or differs; a silent detail does
    not. A claim of which no core aspect was heard stays insufficient.
    """
    heard = list(readings)
    aspects: dict[tuple[str, str], set[str]] = {}
    for reading in heard:
        aspects.setdefault((reading["weight"], reading["aspect"]), set()).add(reading["outcome"])
    core = [_together(found) for (weight, _), found in aspects.items() if weight == "core"]
    detail = [_together(found) for (weight, _), found in aspects.items() if weight == "detail"]
    if all(found == "silent" for found in core):
        return "insufficient", []
    row_ids = sorted(reading["reading_id"] for reading in heard)
    if "differs" in core:
        return "contradicted", row_ids
    if {"mixed", "silent"} & set(core) or {"mixed", "differs"} & set(detail):
        return "weaker", row_ids
    return "supported", row_ids


def _together(outcomes: set[str]) -> str:
    spoken = outcomes - {"silent"}
    if not spoken:
        return "silent"
    return spoken.pop() if len(spoken) == 1 else "mixed"


def _overlap(reading: Mapping[str, Any]) -> bool:
    report = reading["report_earliest"], reading["report_latest"]
    source = reading["source_earliest"], reading["source_latest"]
    return not _ends_before(report, source) and not _ends_before(source, report)


def _ends_before(
    first: tuple[date | None, date | None], second: tuple[date | None, date | None]
) -> bool:
    return first[1] is not None and second[0] is not None and first[1] < second[0]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
