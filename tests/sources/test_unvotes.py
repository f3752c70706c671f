"""What the reader of Voeten's table refuses, and R data that are no table of numbers and text."""

import struct
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pandas
import polars as pl
import pytest
import rdata
from tests.sources.samples import edition_of_sample

from sharedfuture.capture import Capture
from sharedfuture.extract import r_frame
from sharedfuture.records.errors import CaptureRefused, SharedfutureError, SourceChanged
from sharedfuture.sources.reading import read_edition

VOTES = "votes.rdata/x.csv"
CALLS = "descriptions.xls/1 Sheet1.csv"


def replaced(file: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            VOTES,
            "4618,60,3,2,",
            "4618,60,7,2,",
            "row 1: expected a roll call, a country and a vote",
        ),
        (VOTES, "4618,60,3,2,", "4618,60,,2,", "found 4618, 2 and None"),
        (VOTES, "4618,60,3,2,", "4618,60,3,,", "found 4618, None and 3"),
        (VOTES, "4618,60,1,710", "4618,60,1,2", "expected each vote once"),
        (VOTES, "ccode", "cowcode", "expected column 'ccode'"),
        (CALLS, "2005-12-08", "8.12.2005", "column 'date': expected a day, found '8.12.2005'"),
        (CALLS, "2005-12-08", "20055-12-08", "column 'date': expected a day"),
        (CALLS, "60,4618,0", "60,4618,none", "column 'abstain': expected a number, found 'none'"),
        (CALLS, "14,610,", "14,4618,", "expected each roll_call once"),
        (CALLS, "unres", "resolution", "expected column 'unres'"),
    ],
)
def test_bad_table_is_refused(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    edition = edition_of_sample(
        "unvotes", "sessions-1-70", into=tmp_path, change=replaced(file, old, new)
    )
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    assert says in str(refused.value)
    assert str(refused.value).startswith("unvotes/sessions-1-70")


Packing = Literal["gzip"] | None


def saved(folder: Path, data: object, *, version: int = 3, packing: Packing = "gzip") -> Capture:
    path = folder / "saved"
    rdata.write_rda(path, {"x": data}, format_version=version, compression=packing)
    return captured(path.read_bytes())


def captured(data: bytes) -> Capture:
    return Capture(name="unvotes/made-up/votes", data=data, sha256=sha256(data).hexdigest())


TABLE = pandas.DataFrame(
    {
        "whole": pandas.array([1, 2, None], dtype="Int32"),
        "real": [0.5, -1.25, float("nan")],
        "text": pandas.array(["São Tomé", "São Tomé", "b"], dtype="string[python]"),
    }
)
COLUMNS = ("whole", "real", "text")


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("packing", ["gzip", None])
def test_frame_is_read_as_another_library_wrote_it(
    version: int, packing: Packing, tmp_path: Path
) -> None:
    capture = saved(tmp_path, TABLE, version=version, packing=packing)
    frame = r_frame(capture, "x", columns=COLUMNS)
    assert frame.schema == {"whole": pl.Int32, "real": pl.Float64, "text": pl.String}
    assert frame.rows() == [(1, 0.5, "São Tomé"), (2, -1.25, "São Tomé"), (None, None, "b")]


def test_runs_of_one_text_are_read_as_often_as_they_stand(tmp_path: Path) -> None:
    words = ["a"] * 100 + ["b"] + ["a"] * 33 + [""] * 17 + ["c"]
    table = pandas.DataFrame({"text": pandas.array(words, dtype="string[python]")})
    frame = r_frame(saved(tmp_path, table), "x", columns=("text",))
    assert frame.get_column("text").to_list() == words


def test_cut_off_file_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    whole = saved(tmp_path, TABLE, version=2, packing=None).data
    for length in range(0, len(whole) - 4, 3):
        with pytest.raises(SharedfutureError, match="votes: expected"):
            r_frame(captured(whole[:length]), "x", columns=COLUMNS)
    packed = saved(tmp_path, TABLE).data
    with pytest.raises(CaptureRefused, match="found it cut off"):
        r_frame(captured(packed[:-12]), "x", columns=COLUMNS)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html>busy</html>", "expected R data in binary, found b'<html>b'"),
        (b"RDX2\nA\n2\n", "expected R data in binary"),
        (b"RDX2\nX\n" + struct.pack(">iii", 9, 0, 0), "expected R data in binary"),
        (b"RDX2\nX\n" + struct.pack(">iiii", 2, 0, 0, 3), "found an item of R's type 3"),
        (b"RDX2\nX\n" + struct.pack(">iiiii", 2, 0, 0, 13, 2**30), "a vector of 1073741824 cells"),
        (b"RDX2\nX\n" + struct.pack(">iiiii", 2, 0, 0, 13, -1), "a vector of -1 cells"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + struct.pack(">ii", 19, 1) * 90, "deep"),
        (b"RDX2\nX\n" + struct.pack(">iiii", 2, 0, 0, 254), "expected names with values"),
        (b"RDX2\nX\n" + struct.pack(">iiiiiii", 2, 0, 0, 238, 254, 254, 254), "found R's None"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match="votes") as refused:
        r_frame(captured(data), "x", columns=("whole",))
    assert says in str(refused.value)


def test_another_name_or_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="expected a data frame 'y', found x"):
        r_frame(saved(tmp_path, TABLE), "y", columns=COLUMNS)
    with pytest.raises(SourceChanged, match="expected only the columns that are known"):
        r_frame(saved(tmp_path, TABLE), "x", columns=("whole", "text"))
    factor = pandas.DataFrame({"text": pandas.Categorical(["a", "b"])})
    with pytest.raises(SourceChanged, match=r"column 'text': expected plain .* found class"):
        r_frame(saved(tmp_path, factor), "x", columns=("text",))
    with pytest.raises(SourceChanged, match="expected a data frame, found class"):
        r_frame(saved(tmp_path, ["a", "b"]), "x", columns=("text",))


def text_of(*words: str) -> bytes:
    written = b"".join(struct.pack(">ii", 0x40009, len(word)) + word.encode() for word in words)
    return struct.pack(">ii", 16, len(words)) + written


def symbol(name: str) -> bytes:
    return struct.pack(">iii", 1, 0x40009, len(name)) + name.encode()


def pairs(**items: bytes) -> bytes:
    found = b"".join(struct.pack(">i", 0x402) + symbol(key) + item for key, item in items.items())
    return found + struct.pack(">i", 254)


def alternative(kind: str, state: bytes) -> bytes:
    """A vector as R keeps it since version 3.5: its kind, what it is made of, its attributes."""
    described = struct.pack(">i", 2) + symbol(kind) + struct.pack(">i", 2) + symbol("base")
    return struct.pack(">i", 238) + described + struct.pack(">i", 254) + state + pairs()


def table_with(column: bytes) -> Capture:
    attributes = pairs(**{"names": text_of("n"), "class": text_of("data.frame")})
    frame = struct.pack(">ii", 0x313, 1) + column + attributes
    head = b"RDX3\nX\n" + struct.pack(">iiii", 3, 0, 0, 5) + b"UTF-8"
    return captured(head + pairs(x=frame))


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (struct.pack(">iiii", 13, 2, 7, -(2**31)), [7, None]),
        (
            alternative("compact_intseq", struct.pack(">iiddd", 14, 3, 3.0, 5.0, 1.0)),
            [5, 6, 7],
        ),
        (
            alternative(
                "wrap_integer",
                struct.pack(">iiiii", 19, 2, 13, 1, 9) + struct.pack(">iiii", 13, 2, 0, 0),
            ),
            [9],
        ),
    ],
)
def test_vectors_as_r_keeps_them(column: bytes, cells: list[int | None]) -> None:
    frame = r_frame(table_with(column), "x", columns=("n",))
    assert frame.schema == {"n": pl.Int32}
    assert frame.get_column("n").to_list() == cells


def test_sequence_beyond_all_measure_is_refused() -> None:
    column = alternative("compact_intseq", struct.pack(">iiddd", 14, 3, 1e15, 1.0, 1.0))
    with pytest.raises(SourceChanged, match="expected a vector or a sequence"):
        r_frame(table_with(column), "x", columns=("n",))
