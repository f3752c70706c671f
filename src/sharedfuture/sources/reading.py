"""Have an edition read by its source, and hold what it says to what the source declares."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from io import StringIO

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.records.errors import DeclarationFaulty, SourceChanged
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.sources.declaration import Declaration, declaration, folder_of

_PERIOD = r"^(?:1[7-9]|20)\d\d(?:/(?:1[7-9]|20)\d\d)?$"


def read_edition(edition: Edition, *, bands: bool = True) -> dict[str, pl.DataFrame]:
    """All that one edition says, a frame for each kind of row that its source declares.

    `bands` holds the counts to what the source declares; a sample of a few rows cannot be.

    Raises SourceChanged where the reader meets something that it does not know, where two rows
    speak of the same thing, an indicator is not declared, or a count is outside its band; and
    CaptureDamaged where the bytes are not those that were captured.
    """
    declared = declaration(edition.source)
    said: dict[str, list[pl.DataFrame]] = {kind: [] for kind in declared.states}
    reader = import_module(f"sharedfuture.sources.{edition.source}")
    for statement in reader.read(edition):
        if statement.kind not in said:
            raise SourceChanged(
                f"{edition.source}: expected rows of {', '.join(said)}, found {statement.kind}"
            )
        said[statement.kind].append(statement.whole())
    frames = {kind: pl.concat(parts) for kind, parts in said.items() if parts}
    for kind, frame in frames.items():
        _require_unique(edition, kind, frame)
    _require_declared(edition, declared, frames)
    if bands:
        _require_bands(edition, declared, frames)
    return frames


@cache
def own_spellings(source: str) -> Mapping[str, str | None]:
    """How this source alone names countries, from `countries.csv` beside its reader.

    What is not a country, such as a region or a state of the past, leads to None.
    """
    text = folder_of(source) / "countries.csv"
    if not text.is_file():
        return {}
    try:
        reader = csv.DictReader(StringIO(text.read_text(encoding="utf-8")), strict=True)
        columns, rows = reader.fieldnames, list(reader)
    except (csv.Error, UnicodeDecodeError) as error:
        raise DeclarationFaulty(
            f"{source}/countries.csv: expected well-formed CSV in UTF-8, found {error}"
        ) from error
    if columns != ["as_written", "country_id", "note"]:
        raise DeclarationFaulty(
            f"{source}/countries.csv: expected the columns as_written, country_id, note, "
            f"found {columns}"
        )
    return {row["as_written"]: row["country_id"] or None for row in rows}


def _require_unique(edition: Edition, kind: str, frame: pl.DataFrame) -> None:
    key = STATED_TABLE[kind].key
    doubled = frame.filter(frame.select(key).is_duplicated()).sort(key)
    if doubled.height:
        places = [
            f"{part}:{row}" for part, row in doubled.select("part", "row").head(4).iter_rows()
        ]
        what = ", ".join(f"{name} {doubled.get_column(name)[0]!r}" for name in key)
        raise SourceChanged(
            f"{edition.source}/{edition.name}: expected each {kind} once, found {what} "
            f"at {', '.join(places)} ({doubled.height} rows in all)"
        )


def _require_declared(
    edition: Edition, declared: Declaration, frames: Mapping[str, pl.DataFrame]
) -> None:
    if "value" not in frames:
        return
    values = frames["value"]
    where = f"{edition.source}/{edition.name}"
    known = {indicator.id: indicator for indicator in declared.indicator}
    found = set(values.get_column("indicator_id").unique())
    if unknown := found - set(known):
        raise SourceChanged(
            f"{where}: expected declared indicators, found {', '.join(sorted(unknown))}"
        )
    for name in sorted(found):
        rows = values.filter(indicator_id=name)
        least, most = known[name].minimum, known[name].maximum
        within = pl.col("value").is_between(
            float("-inf") if least is None else least, float("inf") if most is None else most
        )
        _refuse(where, rows.filter(~within), f"{name} between {least} and {most}", "value")
    _refuse(
        where,
        values.filter(~pl.col("period").str.contains(_PERIOD).fill_null(False)),
        "a year from 1700 to 2099, or first/last year",
        "period",
    )
    _refuse(
        where,
        values.filter(pl.col("value").is_null() == pl.col("gap").is_null()),
        "a value, or the reason of its gap",
        "as_written",
    )


def _refuse(where: str, rows: pl.DataFrame, expected: str, column: str) -> None:
    if rows.height:
        part, row, country, found = rows.select("part", "row", "country_as_written", column).row(0)
        raise SourceChanged(
            f"{where}/{part}, row {row}, {country}: expected {expected}, found {found!r} "
            f"({rows.height} such rows)"
        )


def _require_bands(
    edition: Edition, declared: Declaration, frames: Mapping[str, pl.DataFrame]
) -> None:
    counts = dict.fromkeys(declared.states, 0)
    counts |= {kind: frame.height for kind, frame in frames.items()}
    countries = [
        frame.get_column("country_as_written")
        for frame in frames.values()
        if "country_as_written" in frame.columns
    ]
    if countries:
        counts["countries"] = pl.concat(countries).n_unique()
    for name, band in declared.expect.items():
        count = counts.get(name, 0)
        if not band.min <= count <= band.max:
            what = "names of countries" if name == "countries" else f"rows of {name}"
            raise SourceChanged(
                f"{edition.source}/{edition.name}: expected {band.min} to {band.max} {what}, "
                f"found {count}"
            )
