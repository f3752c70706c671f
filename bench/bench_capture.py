"""The store of captures against the least it could cost: a log read plainly, a plain copy."""

import json
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from timing import in_turn

from sharedfuture.capture import Fetch, Store

Row = tuple[str, float, str, float, str]
_LINES = 20_000
_PARTS = 40
_BYTES = 64 * 1024 * 1024
_START = datetime(2026, 1, 1, tzinfo=UTC)


def capture_rows() -> list[Row]:
    """What a re-run with nothing changed reads, and what keeping a file costs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [_log_row(folder / "log"), _keep_row(folder / "keep")]


def _log_row(folder: Path) -> Row:
    """The editions of a source from a log of 20,000 fetches; against decoding its lines."""
    store = Store(folder)
    with store.writing():
        store.log(*map(_line, range(_LINES)))
    path = folder / "fetches.jsonl"

    def ours() -> None:
        assert len(Store(folder).editions("source_0")) == 1

    def floor() -> None:
        with path.open("rb") as file:
            for line in file:
                json.loads(line)

    read, decoded = in_turn(ours, floor, runs=7)
    return (
        f"what is held, from a log of {_LINES:,} fetches",
        read,
        "json over its lines",
        decoded,
        "at most 1",
    )


def _line(number: int) -> Fetch:
    part = number % _PARTS
    return Fetch(
        *(f"source_{part // 4}", "2026", f"part_{part % 4}"),
        *(f"https://example.org/{part}.csv", f"https://example.org/{part}.csv"),
        at=_START + timedelta(minutes=number),
        status=200,
        sha256=sha256(str(number // 400).encode()).hexdigest(),
        byte_count=1_000_000,
        headers={"etag": f'"{number}"', "content-type": "text/csv", "content-length": "1000000"},
        seconds=0.5,
    )


def _keep_row(folder: Path) -> Row:
    """A file of 64 MiB kept by its hash; against a copy of it that is brought to the disk."""
    store, places = Store(folder), count()
    source = folder.with_name("source")
    source.write_bytes(os.urandom(_BYTES))

    def renew() -> None:
        """The same bytes are kept once; these must be new each time."""
        with source.open("r+b") as file:
            file.write(next(places).to_bytes(8, "big"))

    def ours() -> None:
        renew()
        with store.writing():
            digest = store.keep(source)
            path = store.objects / digest[:2] / digest
        path.unlink()

    def copy() -> None:
        renew()
        target = folder.with_name("target")
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
        target.unlink()

    kept, copied = in_turn(ours, copy, runs=5)
    return (
        "a file of 64 MiB kept by its hash",
        kept,
        "a copy, brought to the disk",
        copied,
        "at most 3",
    )
