"""Each source's sample becomes exactly what is expected; a column gone or come is refused."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.sources.samples import SOURCES, edition_of_sample, sample_editions, sample_files

from sharedfuture.align.names import Names
from sharedfuture.align.statements import align_countries
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.frames import schema_of
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.sources.declaration import declaration, source_names
from sharedfuture.sources.reading import own_spellings, read_edition

SAMPLES = [(source, edition) for source in source_names() for edition in sample_editions(source)]
TABLES = [
    (source, edition, file)
    for source, edition in SAMPLES
    for file in sample_files(source, edition)
    if file.endswith(".csv")
]


@pytest.mark.parametrize("source", source_names())
def test_source_has_a_sample_of_every_kind_that_it_states(source: str) -> None:
    kinds = {path.name.split(".")[-2] for path in (SOURCES / source / "sample/expected").iterdir()}
    assert kinds == set(declaration(source).states)


@pytest.mark.parametrize(("source", "edition"), SAMPLES)
def test_sample_becomes_what_is_expected(source: str, edition: str, tmp_path: Path) -> None:
    frames = read_edition(edition_of_sample(source, edition, into=tmp_path), bands=False)
    folder = SOURCES / source / "sample" / "expected"
    expected = {path.name.split(".")[-2] for path in folder.glob(f"{edition}.*.csv")}
    assert expected == set(frames)
    for kind, frame in frames.items():
        schema = schema_of(STATED_TABLE[kind])
        wanted = pl.read_csv(folder / f"{edition}.{kind}.csv", schema=schema)
        assert frame.sort("part", "row", maintain_order=True).rows(named=True) == wanted.rows(
            named=True
        ), kind


@pytest.mark.parametrize(("source", "edition"), SAMPLES)
def test_countries_of_the_sample_are_known(
    source: str, edition: str, tmp_path: Path, names_of_the_ledger: Names
) -> None:
    frames = read_edition(edition_of_sample(source, edition, into=tmp_path), bands=False)
    for frame in frames.values():
        aligned = align_countries(
            frame,
            source=source,
            names=names_of_the_ledger,
            own=own_spellings(source),
            codes=declaration(source).country_codes,
        )
        if "country_id" in aligned.columns:
            assert aligned.get_column("country_id").is_not_null().any()


@pytest.mark.conformance
@pytest.mark.parametrize(("source", "edition", "file"), TABLES)
def test_column_gone_or_come_is_refused(
    source: str, edition: str, file: str, tmp_path: Path
) -> None:
    before = read_edition(edition_of_sample(source, edition, into=tmp_path), bands=False)
    refused = []
    for name, changed in _changes((SOURCES / source / "sample" / edition / file).read_bytes()):

        def change(found: str, data: bytes, changed: bytes = changed) -> bytes:
            return changed if found == file else data

        try:
            after = read_edition(
                edition_of_sample(source, edition, into=tmp_path, change=change), bands=False
            )
        except SourceChanged as error:
            refused.append(str(error))
            continue
        same = all(after[kind].equals(frame) for kind, frame in before.items())
        assert same, f"without a word, other rows after the loss of {name}"
    assert [says for says in refused if "expected" not in says or "found" not in says] == []
    assert refused, "no change of this table was noticed"


def _changes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The table without each of its columns in turn, and with one more."""
    encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "windows-1252"
        text = data.decode(encoding)
    separator = max(",;\t", key=text.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    width = max(len(row) for row in rows)
    for place in range(width):
        left = [row[:place] + row[place + 1 :] for row in rows]
        yield f"column {place + 1}", _written(left, separator, encoding)
    more = [row + [""] * (width - len(row)) + ["surprise"] for row in rows]
    yield "a new column", _written(more, separator, encoding)


def _written(rows: list[list[str]], separator: str, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)
