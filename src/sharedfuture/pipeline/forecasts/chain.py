"""Read the register of forecasts and hold it to its chain.

Found are: an entry that was edited, taken out from among others, moved or written twice; rows that
were edited, lost, or that no entry speaks of. Not found from the files alone is that the last
entries were taken out together with their rows: releases of before show them.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.capture import Capture
from sharedfuture.pipeline.forecasts.entry import (
    COLUMNS,
    FIRST,
    FOLDER,
    REGISTER,
    ROW_COLUMNS,
    Entry,
    forecast_name,
    is_forecast_file,
)
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.frames import frame_of
from sharedfuture.records.numbers import is_number
from sharedfuture.records.tables import TABLE

SOURCE_ID = "src-forecast-register"
STATUSES = ("known", "inferred", "abstained")
_TOLERANCE = 5e-4  # of the sum of 200 probabilities with six decimals


@dataclass(frozen=True, slots=True)
class Chain:
    """The entries in order, the tables that they make, and every fault."""

    entries: tuple[Entry, ...]
    forecasts: pl.DataFrame
    values: pl.DataFrame
    citations: pl.DataFrame
    sources: pl.DataFrame
    faults: tuple[Fault, ...]

    @property
    def head(self) -> str:
        """The hash that the next entry must name."""
        return self.entries[-1].entry_sha256 if self.entries else FIRST

    def known_by(self, as_of: date | None) -> "Chain":
        """Only what was frozen by a day; everything where none is given."""
        if as_of is None:
            return self
        forecasts = self.forecasts.filter(pl.col("frozen_date") <= as_of)
        values = self.values.join(forecasts, on="forecast_id", how="semi")
        kept = [*forecasts["forecast_id"], *values["forecast_value_id"]]
        return replace(
            self,
            entries=tuple(item for item in self.entries if item.frozen_date <= str(as_of)),
            forecasts=forecasts,
            values=values,
            citations=self.citations.filter(pl.col("row_id").is_in(kept)),
            sources=self.sources if forecasts.height else self.sources.clear(),
        )

    def in_frames(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The aligned tables with those of the forecasts, and the register as their source."""
        added = {"citation": self.citations, "source": self.sources}
        joined = {
            name: pl.concat([frames[name], rows]).sort(TABLE[name].key)
            for name, rows in added.items()
        }
        own = {"forecast": self.forecasts, "forecast_value": self.values}
        return {**frames, **joined, **own}


@dataclass(slots=True)
class _Reading:
    """What reading leaves behind; frames are whole only where there are no faults."""

    folder: str
    faults: list[Fault] = field(default_factory=list)
    forecasts: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)

    def fault(self, file: str, line: int, expected: str, found: str) -> None:
        self.faults.append(Fault(Spot(f"{self.folder}/{FOLDER}/{file}", line), expected, found))


def read_chain(captures: Sequence[Capture], *, countries: Iterable[str] | None = None) -> Chain:
    """The register among the files of the ledger; empty where there is none.

    `countries` are those that a row may speak of; none means that this is not asked.
    """
    held = {}
    reading = _Reading("evidence")
    for capture in captures:
        folder, _, name = capture.name.partition("/")
        if is_forecast_file(name):
            held[name.removeprefix(f"{FOLDER}/")] = capture
            reading.folder = folder
    register = held.pop(REGISTER, None)
    entries = _entries(register, reading) if register is not None else []
    _check_chain(entries, reading)
    known = None if countries is None else frozenset(countries)
    for number, entry in enumerate(entries, start=2):
        rows = held.pop(f"{entry.forecast_id}.csv", None)
        _read_rows(entry, number, rows, known, reading)
    for name in sorted(held):
        reading.fault(name, 1, f"rows that an entry of {REGISTER} speaks of", "no such entry")
    return _chain(entries, reading)


def _chain(entries: list[Entry], reading: _Reading) -> Chain:
    source = {
        "source_id": SOURCE_ID,
        "title": "Register of forecasts that were frozen, each on its day",
        "publisher": "sharedfuture",
        "licence": "CC-BY-4.0",
        "redistribution": "open",
        "reliability": "F",
        "note": "The project's own. What a forecast said on its day rests on nothing else.",
    }
    return Chain(
        entries=tuple(entries),
        forecasts=frame_of(TABLE["forecast"], reading.forecasts),
        values=frame_of(TABLE["forecast_value"], reading.values),
        citations=frame_of(TABLE["citation"], reading.citations),
        sources=frame_of(TABLE["source"], [source] if entries else []),
        faults=tuple(sorted(reading.faults)),
    )


def _entries(register: Capture, reading: _Reading) -> list[Entry]:
    lines = _csv(register, REGISTER, COLUMNS, reading)
    entries = []
    for number, cells in lines:
        if len(cells) != len(COLUMNS):
            reading.fault(REGISTER, number, f"{len(COLUMNS)} cells", f"{len(cells)}")
            continue
        entries.append(Entry(*cells))
    return entries


def _csv(
    capture: Capture, file: str, columns: Sequence[str], reading: _Reading
) -> list[tuple[int, list[str]]]:
    """The lines below the header with their numbers; none where it is not such a file."""
    try:
        text = capture.data.decode("utf-8")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        reading.fault(file, 1, "a CSV file in UTF-8", str(error))
        return []
    if not lines or lines[0] != list(columns):
        found = ",".join(lines[0]) if lines else "an empty file"
        reading.fault(file, 1, f"the columns {','.join(columns)}", found)
        return []
    return list(enumerate(lines[1:], start=2))


def _check_chain(entries: Sequence[Entry], reading: _Reading) -> None:
    before, last_day, seen = FIRST, "", set()
    for number, entry in enumerate(entries, start=2):
        if entry.entry_sha256 != entry.own_hash:
            reading.fault(
                REGISTER, number, f"an entry as it was frozen ({entry.own_hash[:12]}…)",
                f"entry_sha256 {entry.entry_sha256[:12]!r}: it was edited",
            )  # fmt: skip
        if entry.previous_sha256 != before:
            reading.fault(
                REGISTER, number, f"the entry that follows {before[:12]}…",
                f"one that follows {entry.previous_sha256[:12]!r}: entries were taken out or moved",
            )  # fmt: skip
        if entry.forecast_id != forecast_name(entry.target, entry.frozen_date):
            expected = f"the id {forecast_name(entry.target, entry.frozen_date)!r}"
            reading.fault(REGISTER, number, expected, repr(entry.forecast_id))
        if not _is_day(entry.frozen_date) or entry.frozen_date < last_day:
            expected = f"a day, not before {last_day or 'the first'}"
            reading.fault(REGISTER, number, expected, repr(entry.frozen_date))
        if entry.forecast_id in seen:
            reading.fault(REGISTER, number, "each forecast once", repr(entry.forecast_id))
        seen.add(entry.forecast_id)
        before, last_day = entry.entry_sha256, max(last_day, entry.frozen_date)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read_rows(
    entry: Entry,
    number: int,
    capture: Capture | None,
    countries: frozenset[str] | None,
    reading: _Reading,
) -> None:
    file = f"{entry.forecast_id}.csv"
    if capture is None:
        reading.fault(REGISTER, number, f"its rows in {file}", "no such file")
        return
    if capture.sha256 != entry.rows_sha256:
        expected = f"rows as they were frozen ({entry.rows_sha256[:12]}…)"
        reading.fault(file, 1, expected, f"{capture.sha256[:12]}…: they were edited")
        return
    values = []
    for line, cells in _csv(capture, file, ROW_COLUMNS, reading):
        row = dict(zip(ROW_COLUMNS, cells, strict=False))
        wrong = _row_fault(cells, row, countries)
        if wrong is not None:
            reading.fault(file, line, *wrong)
            continue
        value_id = f"{entry.forecast_id}-{row['country_id']}"
        numbers = {name: float(row[name]) if row[name] else None for name in ROW_COLUMNS[2:]}
        value = {"forecast_value_id": value_id, "forecast_id": entry.forecast_id, **row, **numbers}
        values.append(value)
        reading.citations.append(_citation(value_id, f"{FOLDER}/{file}, line {line}"))
    _check_sums(entry, number, values, reading)
    reading.values.extend(values)
    reading.forecasts.append(
        {
            **{name: getattr(entry, name) for name in COLUMNS},
            "frozen_date": date.fromisoformat(entry.frozen_date)
            if _is_day(entry.frozen_date)
            else None,
            "countries": int(entry.countries) if entry.countries.isdigit() else None,
            "expected": float(entry.expected) if is_number(entry.expected) else None,
        }
    )
    place = f"{FOLDER}/{REGISTER}, line {number}"
    reading.citations.append(_citation(entry.forecast_id, place))


def _citation(row_id: str, locator: str) -> dict[str, Any]:
    return {"row_id": row_id, "source_id": SOURCE_ID, "locator": locator, "note": None}


def _row_fault(
    cells: Sequence[str], row: dict[str, str], countries: frozenset[str] | None
) -> tuple[str, str] | None:
    if len(cells) != len(ROW_COLUMNS):
        return f"{len(ROW_COLUMNS)} cells", str(len(cells))
    if countries is not None and row["country_id"] not in countries:
        return "a country of countries.csv", repr(row["country_id"])
    if row["status"] not in STATUSES:
        return f"one of {', '.join(STATUSES)}", repr(row["status"])
    for name in ROW_COLUMNS[2:]:
        written = row[name]
        if written and not (is_number(written) and 0 <= float(written) <= 1):
            return f"{name} from 0 to 1", repr(written)
    return None


def _check_sums(
    entry: Entry, number: int, values: Sequence[dict[str, Any]], reading: _Reading
) -> None:
    given = [row["probability"] for row in values if row["probability"] is not None]
    if entry.countries != str(len(given)):
        found = f"{entry.countries!r}"
        reading.fault(REGISTER, number, f"{len(given)} countries with a probability", found)
    if not is_number(entry.expected) or abs(float(entry.expected) - sum(given)) > _TOLERANCE:
        expected = f"expected as the sum of its rows, {sum(given):.6f}"
        reading.fault(REGISTER, number, expected, repr(entry.expected))
