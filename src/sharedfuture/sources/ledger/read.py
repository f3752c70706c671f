"""Captured files of the ledger to stated rows; every fault is kept, none is passed over."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

from sharedfuture.capture import Capture
from sharedfuture.extract import Extracted, Written, csv_rows, toml_rows
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.stated import Cell, Cite, Refused, Stated
from sharedfuture.sources.ledger import fields
from sharedfuture.sources.ledger.fields import Field, Unfit
from sharedfuture.sources.ledger.layout import LAYOUTS, Layout

_CSV_CITE: Mapping[str, Field] = {
    "source_id": Field(fields.identifier("src-"), is_required=True),
    "locator": Field(fields.text, is_required=True),
}
# Hold no rows of these layouts: the recipe of the index, the playbooks and the register of
# forecasts. Whoever uses them reads and checks them.
_ELSEWHERE = ("index.toml", "playbooks/*.toml", "forecasts/*")


@dataclass(frozen=True, slots=True)
class LedgerText:
    """All rows of the ledger as stated, and all faults met in reading them."""

    rows: tuple[Stated, ...]
    faults: tuple[Fault, ...]
    refused: Refused


def read(captures: Iterable[Capture], *, bands: bool = True) -> LedgerText:
    """Read every file of the ledger. `bands` holds the counts of rows to `source.toml`."""
    rows: list[Stated] = []
    faults: list[Fault] = []
    kinds: set[str] = set()
    row_kinds: set[str] = set()
    words: set[str] = set()
    folder = "evidence"
    for capture in captures:
        folder, _, name = capture.name.partition("/")
        if any(fnmatchcase(name, pattern) for pattern in _ELSEWHERE):
            continue
        layout = _layout_of(name)
        if layout is None:
            expected = "a file of the ledger: " + ", ".join(item.matches for item in LAYOUTS)
            faults.append(Fault(Spot(capture.name, 1), expected, name))
            continue
        extracted = _extract(capture, layout)
        faults.extend(extracted.faults)
        words.update(extracted.words)
        if extracted.is_cut:
            kinds.add(layout.kind)
        for written in extracted.rows:
            stated, wrong = _state(written, layout)
            faults.extend(wrong)
            if stated is not None:
                rows.append(stated)
            else:
                row_kinds.add(layout.kind)
                words.update(cell for cell in written.cells.values() if isinstance(cell, str))
    if bands:
        faults.extend(_outside_bands(rows, folder))
    refused = Refused(frozenset(kinds), frozenset(row_kinds), frozenset(words))
    return LedgerText(tuple(rows), tuple(faults), refused)


def _layout_of(name: str) -> Layout | None:
    for layout in LAYOUTS:
        if fnmatchcase(name, layout.matches) and name.count("/") == layout.matches.count("/"):
            return layout
    return None


def _extract(capture: Capture, layout: Layout) -> Extracted:
    if layout.entry:
        return toml_rows(capture, entry=layout.entry)
    columns = [*layout.columns, *(_CSV_CITE if layout.has_source else ())]
    return csv_rows(capture, columns=columns)


def _state(written: Written, layout: Layout) -> tuple[Stated | None, list[Fault]]:
    """Type one row; None where a cell that others need is at fault."""
    is_csv = not layout.entry
    columns = dict(layout.columns)
    if is_csv and layout.has_source:
        columns |= _CSV_CITE
    faults = [
        Fault(written.spot(key), f"one of the keys {', '.join(columns)}", f"unknown key {key!r}")
        for key in written.cells
        if key not in columns
    ]
    cells: dict[str, Cell] = {}
    for name, field in columns.items():
        try:
            cells[name] = _cell(written, name, field)
        except Unfit as error:
            faults.append(Fault(written.spot(name), f"{name}: {error.expected}", error.found))
    faults.extend(_test_faults(written, layout))
    if faults:
        return None, faults
    cites = _csv_cites(cells) if is_csv else _toml_cites(cells)
    if layout.has_source and not cites:
        return None, [Fault(written.at, "a source", "a row without source")]
    row_id = str(cells[layout.id_field]) if layout.id_field else ""
    return Stated(layout.kind, row_id, cells, cites, written.at, written.text), []


def _cell(written: Written, name: str, field: Field) -> Cell:
    value: Any = written.cells.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.is_required:
            raise Unfit("a value", "an empty cell")
        return None
    return field.parse(value)


def _csv_cites(cells: Mapping[str, Cell]) -> tuple[Cite, ...]:
    source, locator = cells.get("source_id"), cells.get("locator")
    if not isinstance(locator, str):  # the table of sources itself cites nothing
        return ()
    note = cells.get("note") if "row_id" in cells else None
    return (Cite(str(source), locator, None if note is None else str(note)),)


def _toml_cites(cells: Mapping[str, Cell]) -> tuple[Cite, ...]:
    cites: Any = cells.get("cite") or ()
    return tuple(Cite(item["source"], item["at"], item.get("note")) for item in cites)


def _test_faults(written: Written, layout: Layout) -> list[Fault]:
    """A claim's test must carry what its kind needs, and nothing else."""
    test = written.cells.get("test")
    if layout.kind != "claim" or not isinstance(test, Mapping):
        return []
    needed = {"sql": "sql", "untestable": "why"}.get(str(test.get("kind")))
    found = {key for key in ("sql", "why") if key in test}
    if found == ({needed} if needed else set()):
        return []
    expected = f"a test of kind {test.get('kind')!r} with {needed or 'neither sql nor why'}"
    return [Fault(written.spot("test"), expected, ", ".join(sorted(found)) or "neither")]


def _outside_bands(rows: Iterable[Stated], folder: str) -> list[Fault]:
    text = files("sharedfuture.sources.ledger").joinpath("source.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    counts = Counter(row.kind for row in rows)
    faults = [
        Fault(Spot(folder, 0), f"{band['min']} to {band['max']} rows of {kind}", str(counts[kind]))
        for kind, band in declared["expect"].items()
        if not band["min"] <= counts[kind] <= band["max"]
    ]
    in_file = Counter(row.at.file for row in rows)
    faults += [
        Fault(
            Spot(f"{folder}/{name}", 0), f"at least {least} rows", str(in_file[f"{folder}/{name}"])
        )
        for name, least in declared["expect_in_file"].items()
        if in_file[f"{folder}/{name}"] < least
    ]
    return faults
