"""The sample of the ledger becomes exactly the rows that stand in `sample/expected`."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from sharedfuture.align import Aligned, align
from sharedfuture.capture import capture_folder
from sharedfuture.sources.ledger import read
from sharedfuture.sources.ledger.layout import LAYOUTS

if TYPE_CHECKING:
    from tests.conftest import Ledger

SAMPLE = Path(__file__).with_name("sample")
EXPECTED = sorted((SAMPLE / "expected").glob("*.csv"))
CSV_FILES = sorted(
    path.relative_to(SAMPLE / "evidence").as_posix()
    for path in (SAMPLE / "evidence").rglob("*.csv")
)
TOML_KEYS = [
    (name, key)
    for name in ("cases.toml", "claims/sample.toml", "doctrine.toml", "indicators.toml")
    for layout in LAYOUTS
    if layout.matches == name.replace("sample", "*")
    for key, field in layout.columns.items()
    if field.is_required and key not in ("test", "step")
]
# Tables that the ledger has no rows of: what a user reads in fills them.
READ_IN = {"footprint"}
# Kinds whose ids are made from the row and stand nowhere in the file.
MADE_IDS = {layout.kind for layout in LAYOUTS if not layout.id_field}
# Hashes of files and of words: a test of their own holds these.
HASHES = ("stated_id", "file_sha256")


def align_folder(folder: Path) -> Aligned:
    captures = capture_folder(folder)
    text = read(captures, bands=False)
    assert text.faults == ()
    return align(
        text.rows,
        refused=text.refused,
        file_hashes={item.name: item.sha256 for item in captures},
    )


@pytest.fixture(scope="module")
def aligned() -> Aligned:
    return align_folder(SAMPLE / "evidence")


def test_sample_has_no_fault_and_every_kind_of_row(aligned: Aligned) -> None:
    assert aligned.faults == ()
    assert {path.stem for path in EXPECTED} == set(aligned.frames) - READ_IN
    empty = {name for name, frame in aligned.frames.items() if frame.is_empty()}
    assert empty == READ_IN


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: str(path.stem))
def test_sample_becomes_exactly_these_rows(aligned: Aligned, path: Path) -> None:
    frame = aligned.frames[path.stem].drop(HASHES, strict=False)
    assert frame.write_csv() == path.read_text(encoding="utf-8")


def test_every_row_knows_its_file_and_its_words(aligned: Aligned, small_ledger: Ledger) -> None:
    stated = aligned.frames["stated"]
    for row in stated.iter_rows(named=True):
        data = (SAMPLE / row["file"]).read_bytes()
        assert row["file_sha256"] == sha256(data).hexdigest()
        line = data.decode().splitlines()[row["line"] - 1]
        assert line.startswith((row["row_id"], "[[")) or row["table_name"] in MADE_IDS
    assert stated["stated_id"].n_unique() == stated.height
    small_ledger.change("actors.csv", "An invented agency.", "An agency.")
    again = align_folder(small_ledger.settings.evidence).frames["stated"]
    changed = stated.join(again, on="stated_id", how="anti")
    assert changed["row_id"].to_list() == ["act-sample-agency"]


def test_order_of_rows_in_a_file_does_not_matter(aligned: Aligned, small_ledger: Ledger) -> None:
    for name in CSV_FILES:
        header, *rows = small_ledger.read(name).splitlines()
        small_ledger.write(name, "\n".join([header, *reversed(rows)]) + "\n")
    turned = align_folder(small_ledger.settings.evidence)
    for name, frame in aligned.frames.items():
        if name != "stated":
            assert turned.frames[name].equals(frame), name


def table_of(ledger: Ledger, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(ledger.read(name))))


def write_table(ledger: Ledger, name: str, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    ledger.write(name, text.getvalue())


def own_faults(ledger: Ledger, name: str) -> list[str]:
    """Faults of one file; rows of others that lean on it are at fault too."""
    return [line for line in ledger.faults() if line.startswith(f"evidence/{name}:")]


@pytest.mark.parametrize("name", CSV_FILES)
def test_every_dropped_column_is_refused(small_ledger: Ledger, name: str) -> None:
    rows = table_of(small_ledger, name)
    for index, column in enumerate(rows[0]):
        write_table(small_ledger, name, [row[:index] + row[index + 1 :] for row in rows])
        rest = ", ".join(rows[0][:index] + rows[0][index + 1 :])
        assert own_faults(small_ledger, name) == [
            f"evidence/{name}:1: expected column {column!r}, found only {rest}"
        ]


@pytest.mark.parametrize("name", CSV_FILES)
def test_an_added_column_is_refused(small_ledger: Ledger, name: str) -> None:
    rows = table_of(small_ledger, name)
    write_table(small_ledger, name, [rows[0] + ["mood"], *([*row, "good"] for row in rows[1:])])
    (fault,) = own_faults(small_ledger, name)
    assert fault.startswith(f"evidence/{name}:1: expected one of the columns ")
    assert fault.endswith("found unknown column 'mood'")


@pytest.mark.parametrize("name", CSV_FILES)
def test_columns_may_stand_in_any_order(aligned: Aligned, small_ledger: Ledger, name: str) -> None:
    write_table(small_ledger, name, [row[::-1] for row in table_of(small_ledger, name)])
    turned = align_folder(small_ledger.settings.evidence)
    for table, frame in aligned.frames.items():
        assert (
            turned.frames[table].drop(HASHES, strict=False).equals(frame.drop(HASHES, strict=False))
        )


@pytest.mark.parametrize(("name", "key"), TOML_KEYS)
def test_every_dropped_key_is_refused(small_ledger: Ledger, name: str, key: str) -> None:
    lines = small_ledger.read(name).splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if line.startswith("[")]
    entry = lines[heads[0]]
    start = max(number for number in heads if lines[number] == entry)
    end = min([number for number in heads if number > start], default=len(lines))
    (at,) = (number for number in range(start, end) if lines[number].startswith(f"{key} = "))
    assert '"""' not in lines[at], "in the sample's last entry every value stands on one line"
    del lines[at]
    small_ledger.write(name, "".join(lines))
    (fault,) = own_faults(small_ledger, name)
    assert fault.endswith(f": expected {key}: a value, found an empty cell")


@pytest.mark.parametrize(
    "name", ["cases.toml", "claims/sample.toml", "doctrine.toml", "indicators.toml"]
)
def test_an_added_key_is_refused(small_ledger: Ledger, name: str) -> None:
    lines = small_ledger.read(name).splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith("[["))
    lines.insert(first + 1, 'mood = "good"\n')
    small_ledger.write(name, "".join(lines))
    (fault,) = own_faults(small_ledger, name)
    assert fault.startswith(f"evidence/{name}:{first + 2}: expected one of the keys ")
    assert fault.endswith("found unknown key 'mood'")


def test_tables_have_no_text_that_is_empty_or_has_loose_spaces(aligned: Aligned) -> None:
    """An absence is null; the verdicts and reasons alone are still to be written."""
    for name, frame in aligned.frames.items():
        texts = frame.select(pl.col(pl.String)).drop("verdict", "because", "outcome", strict=False)
        if name != "claim_reason":
            texts = texts.select(pl.all().is_in([""]) | (pl.all() != pl.all().str.strip_chars()))
            assert not texts.select(pl.any_horizontal(pl.all().any())).item(), name
