"""Counting of verdicts by country, network and day on DuckDB, against a scan of the same columns.

    python bench/bench_engines.py [ROWS] [FOLDER]    20 million rows unless told; `100_000_000` is
                                                     the number of the goal

The rows are made up and written as a dataset first, in FOLDER or among temporary files: those of a
day, which is then linked under the name of every other. The work is done in a process of its own,
so that the peak of memory is its alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb
import ibis
import polars as pl
from memory import peak_memory

from sharedfuture.warehouse.engines import Engine, open_engine

Row = tuple[str, float, str, float, str, str]
ROWS = 20_000_000
_MEMORY = "8GB"
_RUNS = 3
_DAYS = 25
_COUNTRIES = 40
_FORM = {
    "day": pl.Date(),
    "country_id": pl.String(),
    "asn": pl.Int64(),
    "measured_at": pl.Datetime("us"),
    "input": pl.String(),
    "test_name": pl.String(),
    "verdict": pl.String(),
    "layer": pl.String(),
    "is_deciding": pl.Boolean(),
}
# Networks and sites as they are met: a few make up most of the rows.
_MADE = """
copy (
  select 'C' || 10 + ((hash(number) % 1000000 / 1e6) ** 2 * {countries})::int as country_id,
    ((hash(number + 1) % 1000000 / 1e6) ** 3 * 500)::bigint + 64500 as asn,
    timestamp '2026-01-01' + to_seconds(number % 86400) as measured_at,
    'https://s-' || ((hash(number + 2) % 1000000 / 1e6) ** 2 * 2000)::int || '.example/' as input,
    'web_connectivity' as test_name,
    case hash(number + 3) % 20 when 0 then 'blocked' when 1 then 'down' when 2 then 'insufficient'
      else 'ok' end as verdict,
    case number % 4 when 0 then 'dns' when 1 then 'tcp' when 2 then 'tls' else 'http' end as layer,
    number % 4 = 3 as is_deciding
  from range({rows}) as made(number)
) to '{folder}' (format parquet, compression zstd, partition_by (country_id))
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one process measured: seconds of the counting and of the scan, groups, peak bytes."""

    ours: float
    scan: float
    groups: int
    peak: float


def engine_rows(folder: Path, rows: int = ROWS) -> list[Row]:
    """Counting against scanning, and peak memory against what is allowed (in GB)."""
    write_rows(folder, rows)
    counted = measured_apart(folder)
    millions = f"{rows // 1_000_000} million"
    return [
        (
            f"{millions} verdicts by country, network and day ({counted.groups:,} groups)",
            counted.ours,
            "reading the same columns",
            counted.scan,
            "no goal",
            "s",
        ),
        (
            "its most memory",
            counted.peak,
            "what is allowed",
            8 * 1024**3,
            "under 1",
            "bytes",
        ),
    ]


def write_rows(folder: Path, rows: int) -> None:
    """A dataset of made-up verdicts; every day has the same files, so that it is soon made."""
    first = folder / "day=2026-01-01"
    first.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(_MADE.format(countries=_COUNTRIES, rows=rows // _DAYS, folder=first))
    for day in range(2, _DAYS + 1):
        shutil.copytree(first, folder / f"day=2026-01-{day:02}", copy_function=os.link)


def measured_apart(folder: Path) -> Counted:
    """What a process of its own measures."""
    done = subprocess.run(
        [sys.executable, __file__, "measure", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return Counted(**json.loads(done.stdout))


def measure(folder: Path) -> Counted:
    """Counting and scanning in turn, after one run of each that does not count."""
    with open_engine(memory=_MEMORY) as engine:
        rows = engine.read(folder, _FORM)
        ours: list[float] = []
        scan: list[float] = []
        groups = 0
        for _ in range(_RUNS + 1):
            seconds, groups = _timed(lambda: engine.fetch(by_network(rows)).height)
            ours.append(seconds)
            scan.append(_timed(lambda: _scan(engine, rows))[0])
    return Counted(median(ours[1:]), median(scan[1:]), groups, peak_memory())


def by_network(rows: ibis.Table) -> ibis.Table:
    """Verdicts of measurements as a whole, counted by country, network and day."""
    deciding = rows.filter(rows.is_deciding)
    return deciding.group_by("country_id", "asn", "day").agg(
        measured=deciding.count(),
        blocked=(deciding.verdict == "blocked").sum(),
        down=(deciding.verdict == "down").sum(),
        first=deciding.measured_at.min(),
    )


def _scan(engine: Engine, rows: ibis.Table) -> int:
    """Every value of the columns that the counting reads, with next to nothing done to it."""
    names = ("country_id", "asn", "day", "verdict", "measured_at", "is_deciding")
    read = engine.fetch(rows.agg(**{name: rows[name].max() for name in names}))
    return read.height


def _timed(call: Callable[[], int]) -> tuple[float, int]:
    start = perf_counter()
    result = call()
    return perf_counter() - start, result


def main(arguments: list[str]) -> int:
    """Measure and print."""
    if arguments[:1] == ["measure"]:
        print(json.dumps(asdict(measure(Path(arguments[1])))))
        return 0
    rows = int(arguments[0]) if arguments else ROWS
    place = arguments[1] if len(arguments) > 1 else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        start = perf_counter()
        write_rows(Path(name) / "rows", rows)
        size = sum(path.stat().st_size for path in Path(name).rglob("*.parquet"))
        print(f"{rows:,} rows, {size / 1e9:.2f} GB to read, {perf_counter() - start:.0f} s to make")
        counted = measured_apart(Path(name) / "rows")
    print(
        f"counted in {counted.ours:.2f} s ({rows / counted.ours / 1e6:.1f} million a second), "
        f"{counted.groups:,} groups; scan {counted.scan:.2f} s, ratio "
        f"{counted.ours / counted.scan:.2f}; most memory {counted.peak / 1e9:.2f} GB of {_MEMORY}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
