"""Reading in raw measurements against the floor: unpacking and typed decoding of the same files.

    python bench/bench_ooni.py              all rows
    python bench/bench_ooni.py peak FILE…   most memory of reading these files in, as JSON

Real lines stand beside a checkout (`../shared/data`); volume is made by repeating them, each with
an id of its own. Ours and the floor are measured in the same processes, one for each core, which
were started and warm before.
"""

import csv
import gzip
import io
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from isal import isal_zlib
from memory import peak_memory
from timing import in_turn

from sharedfuture.analyse.blocking.judging import Fingerprints, read_fingerprints
from sharedfuture.extract.ooni.forms import KEYS, decoder_of
from sharedfuture.pipeline.measure.inputs import find_inputs, name_by_bytes
from sharedfuture.pipeline.measure.portion import Done, Portion, read_portion
from sharedfuture.pipeline.measure.settle import settle
from sharedfuture.warehouse.engines import open_engine

Row = tuple[str, float, str, float, str, str]
ROOT = Path(__file__).parents[1]
OONI = ROOT.parent / "shared" / "data" / "measurement" / "ooni"
RAW = OONI / "raw-measurements"
REFERENCES = OONI / "blocking-fingerprints"
AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001
# What is read, and how many times over to make a file of some megabytes.
KINDS = {
    "field": ("real_field_measurements.jsonl.gz", 24),
    "simulated": ("qa-simulated/webconnectivity_qa_labelled.jsonl.gz", 8),
}
_FILES = 4
_UNPACK: dict[str, Callable[[bytes, int], bytes]] = {
    "ISA-L": isal_zlib.decompress,
    "zlib": zlib.decompress,
}
_PUBLISHED = "OONI states 7,000 to 8,000/s, not on which machine"


def ooni_rows(folder: Path) -> list[Row]:
    """Reading in against both floors, settling, memory, matching; none without the real lines."""
    if not RAW.exists():
        return []
    os.environ["POLARS_MAX_THREADS"] = "1"
    cores = len(os.sched_getaffinity(0))
    rows: list[Row] = []
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        for kind in KINDS:
            files = made_files(folder / kind, kind)
            rows += _against_floors(kind, files, folder / "dataset", pool)
    rows += [_settling_row(folder / "dataset"), _memory_row(folder), matching_row()]
    return rows


def _against_floors(
    kind: str, files: Sequence[Path], dataset: Path, pool: ProcessPoolExecutor
) -> list[Row]:
    """`dataset` is left as the last run of ours made it."""
    portions = [_portion([file], dataset) for file in files]
    rows: list[Row] = []
    for name in _UNPACK:
        ours, theirs = in_turn(
            partial(_all, pool, read_portion, portions),
            partial(_all, pool, floor, files, [name] * len(files)),
            runs=3,
        )
        lines = sum(done.read for done in map(read_portion, portions[:1])) * len(files)
        rate = f"{lines / ours:,.0f}/s; {_PUBLISHED}"
        rows.append(
            (
                f"{kind} lines of OONI read in and judged ({rate})",
                ours,
                f"unpacking with {name}, typed decoding, same cores",
                theirs,
                *("under 1.67 times, aiming at 1.25", "s"),
            )
        )
    return rows


def made_files(folder: Path, kind: str, *, count: int = _FILES) -> list[Path]:
    """Packed files of the same lines; every line with an id that it shares with no other."""
    folder.mkdir(parents=True, exist_ok=True)
    path, times = KINDS[kind]
    lines = [
        line.replace(b'"measurement_uid"', b'"measurement_old"', 1).lstrip()[1:]
        for line in gzip.decompress((RAW / path).read_bytes()).splitlines()
    ]
    files = [folder / f"{number}.jsonl.gz" for number in range(count)]
    for file in files:
        named = f"{kind}-{file.stem}"
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        parts = [
            packer.compress(
                b'{"measurement_uid":"%b-%d-%d",%b\n' % (named.encode(), turn, at, line)
            )
            for turn in range(times)
            for at, line in enumerate(lines)
        ]
        file.write_bytes(b"".join([*parts, packer.flush()]))
    return files


def floor(path: Path, unpacker: str) -> int:
    """Unpack in one go and decode every line in the form of its test, found beforehand."""
    decoders = {name: decoder_of(name) for name in ("", *KEYS)}
    named = re.compile(rb'"test_name": ?"([a-z_]+)"')
    count = 0
    for line in io.BytesIO(_UNPACK[unpacker](path.read_bytes(), 31)):
        found = named.search(line, max(0, len(line) - 400)) or named.search(line)
        name = found.group(1).decode() if found else ""
        with suppress(ValueError):
            decoders.get(name, decoders[""]).decode(line)
        count += 1
    return count


def _portion(files: Sequence[Path], dataset: Path) -> Portion:
    named = [name_by_bytes(item) for item in find_inputs(list(map(str, files)))]
    ordered = tuple(sorted(named, key=lambda item: item.file_key))
    countries = str(ROOT / "evidence" / "countries.csv")
    return Portion(ordered, str(dataset), str(REFERENCES), countries, AS_OF)


def _all(pool: ProcessPoolExecutor, work: Callable[..., object], *columns: Sequence[Any]) -> None:
    list(pool.map(work, *columns))


def _settling_row(dataset: Path) -> Row:
    """Putting in place all that was read, against one copy of its rows."""
    portions = sorted((dataset / "incoming").iterdir())
    size = sum(path.stat().st_size for path in dataset.rglob("*.parquet"))
    start = perf_counter()
    shutil.copytree(dataset / "incoming", dataset / "copy")
    copied = perf_counter() - start
    shutil.rmtree(dataset / "copy")
    with open_engine() as engine:
        start = perf_counter()
        settle(dataset, engine=engine)
        settled = perf_counter() - start
    says = f"OONI: {len(portions)} files read put in place, {size / 1e6:.0f} MB of Parquet"
    return says, settled, "a copy of the files", copied, "no goal", "s"


def _memory_row(folder: Path) -> Row:
    """Most memory of one process in a task of four times the volume."""
    peaks = []
    for count in (1, 4):
        files = made_files(folder / f"memory {count}", "simulated", count=count * 2)
        done = subprocess.run(
            [sys.executable, __file__, "peak", *map(str, files)],
            check=True,
            capture_output=True,
            text=True,
        )
        peaks.append(float(json.loads(done.stdout)))
        shutil.rmtree(folder / f"memory {count}")
    says = "OONI: most memory of a process, volume 4"
    return says, peaks[1], "volume 1", peaks[0], "under 1.2 times", "bytes"


def peak(paths: Sequence[str]) -> float:
    """Most memory of this process after reading all files in, as one task."""
    with tempfile.TemporaryDirectory() as name:
        done: Done = read_portion(_portion([Path(path) for path in paths], Path(name)))
        assert done.read
    return peak_memory()


def matching_row() -> Row:
    """All fingerprints of bodies in one pass, against trying them one by one."""
    fingerprints = _fingerprints()
    lines = gzip.decompress((RAW / KINDS["field"][0]).read_bytes()).splitlines()
    bodies = [
        body
        for line in lines
        for request in (json.loads(line)["test_keys"] or {}).get("requests") or ()
        if isinstance(body := (request.get("response") or {}).get("body"), str) and body
    ]
    literals = [item for item in fingerprints.all if item.found_in == "body"]
    forms = [re.compile(item.pattern) for item in literals if item.pattern_type == "regexp"]
    plain = [item.pattern for item in literals if item.pattern_type != "regexp"]
    start = process_time()
    for body in bodies:
        fingerprints.match(body, {})
    one_pass = process_time() - start
    start = process_time()
    for body in bodies:
        _ = [pattern in body for pattern in plain], [form.search(body) for form in forms]
    one_by_one = process_time() - start
    size = sum(map(len, bodies)) / 1e6
    says = f"{len(literals):,} fingerprints of bodies in {size:.1f} MB"
    return says, one_pass, "one by one", one_by_one, "below 0.1", "s"


def _fingerprints() -> Fingerprints:
    with (ROOT / "evidence" / "countries.csv").open(encoding="utf-8") as file:
        countries = {row["iso2"]: row["country_id"] for row in csv.DictReader(file)}
    names = ("fingerprints_http.csv", "fingerprints_dns.csv")
    texts = [(REFERENCES / name).read_text(encoding="utf-8") for name in names]
    return read_fingerprints(*texts, countries=countries)


def _print_rows() -> None:

    with tempfile.TemporaryDirectory() as name:
        for says, ours, against, theirs, goal, unit in ooni_rows(Path(name)):
            print(f"{says}: {ours:,.3f} {unit}; {against}: {theirs:,.3f} {unit}")
            print(f"    {ours / theirs:.2f} times, {theirs / ours:.0%} of it; goal: {goal}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        print(json.dumps(peak(sys.argv[2:])))
    else:
        _print_rows()
