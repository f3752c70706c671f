"""Reading publishers' files against reading them with no checks; the panel's alignment; memory.

    python bench/bench_sources.py alignment FOLDER     seconds, floor and peak memory, as JSON
    python bench/bench_sources.py largest FOLDER       peak memory of reading the largest source

Both are run by `source_rows` in processes of their own, so that the peak is theirs alone.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import duckdb
import msgspec
import numpy as np
import polars as pl
from memory import peak_memory
from timing import in_turn

from sharedfuture.align.statements import align_countries
from sharedfuture.capture import Capture, Edition, Fetch, Part, Store
from sharedfuture.extract import csv_sheet
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.fingerprint import build_id
from sharedfuture.pipeline.live.listen import Heard, Live, State
from sharedfuture.pipeline.live.panel import with_panel
from sharedfuture.pipeline.live.status import names_of
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLES
from sharedfuture.sources.declaration import declaration
from sharedfuture.sources.reading import read_edition

Row = tuple[str, float, str, float, str, str]
ROOT = Path(__file__).parents[1]
_ROWS = 1_150_000
_PANEL_ROWS = 4_000_000
_FETCHES = 20_000
_WIDE = 1_450
_CAPTURED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_COLUMNS = ("country", "year", "score", "low", "high", "note")


def source_rows(folder: Path) -> list[Row]:
    """Reading, alignment, memory, and a build with captures and nothing new."""
    folder.mkdir(parents=True)
    path = _written(folder / "panel.csv")
    rows = [_reading_row(path, name, read) for name, read in _RIVALS.items()]
    path.unlink()
    return [*rows, *_own_process_rows(folder), _again_row(folder)]


def _own_process_rows(folder: Path) -> list[Row]:
    """What is measured in processes of their own; memory against the size of what was read."""
    aligned, largest = _in_own_process("alignment", folder), _in_own_process("largest", folder)
    panel = f"alignment and panel, {_PANEL_ROWS:,} rows"
    return [
        (
            panel,
            aligned["seconds"],
            "one sort of the rows by their ids",
            aligned["floor_seconds"],
            *("under 10 s", "s"),
        ),
        (
            f"{panel}: memory",
            aligned["peak_bytes"],
            "the rows",
            aligned["read_bytes"],
            *("under 2 GiB", "bytes"),
        ),
        (
            "reading the largest source (V-Dem, all columns): memory",
            largest["peak_bytes"],
            "the file",
            largest["read_bytes"],
            *("under 2 GiB", "bytes"),
        ),
    ]


def _written(path: Path) -> Path:
    """A CSV of about 100 MB: country, year, three numbers, text."""
    random = np.random.default_rng(0)
    countries = pl.Series([f"Country number {number}" for number in range(200)])
    notes = pl.Series([f"as published in table {number} of the report" for number in range(500)])
    numbers = {
        name: pl.Series(random.normal(size=_ROWS)).round(6) for name in ("score", "low", "high")
    }
    pl.DataFrame(
        {
            "country": countries.gather(random.integers(0, 200, _ROWS)),
            "year": random.integers(1900, 2025, _ROWS),
            **numbers,
            "note": notes.gather(random.integers(0, 500, _ROWS)),
        }
    ).write_csv(path)
    return path


def _with_polars(path: Path) -> None:
    assert pl.read_csv(path).height == _ROWS


def _with_duckdb(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table panel as select * from read_csv(?)", [str(path)])


_RIVALS: dict[str, Callable[[Path], None]] = {
    "Polars' read_csv, no checks": _with_polars,
    "DuckDB's read_csv, no checks": _with_duckdb,
}


def _reading_row(path: Path, name: str, read: Callable[[Path], None]) -> Row:
    """From bytes to a frame of values, every cell checked."""

    def ours() -> None:
        sheet = csv_sheet(Capture("press/2024/scores", path.read_bytes(), ""), columns=_COLUMNS)
        part, row = sheet.at()
        frame = pl.DataFrame(
            {
                "country_as_written": sheet.text("country", required=True),
                "period": sheet.year("year"),
                **{column: sheet.number(column) for column in ("score", "low", "high")},
                "note": sheet.text("note"),
                "part": part,
                "row": row,
            }
        )
        assert frame.height == _ROWS

    checked, unchecked = in_turn(ours, lambda: read(path), runs=7)
    size = path.stat().st_size / 1e6
    return (f"reading a CSV of {size:.0f} MB", checked, name, unchecked, "at most 1.4", "s")


def _again_row(folder: Path) -> Row:
    """A build with nothing new and a long log of captures, which lie nowhere: they are not read."""
    settings = Settings(evidence=ROOT / "evidence", out=folder / "out", var=folder / "var")
    store = Store(settings.captures)
    with store.writing():
        store.log(*map(_fetch, range(_FETCHES)))
    place = settings.out / "builds" / build_id(capture_ledger(settings), settings)
    (place / "release").mkdir(parents=True)
    (place / "release" / "manifest.json").write_text("{}", encoding="utf-8")
    (settings.out / "current").symlink_to(place.relative_to(settings.out))
    environment = {
        **os.environ,
        "SHAREDFUTURE_EVIDENCE": str(settings.evidence),
        "SHAREDFUTURE_OUT": str(settings.out),
        "SHAREDFUTURE_VAR": str(settings.var),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            arguments, env=environment, check=True, capture_output=True, text=True
        )
        return done.stderr

    command = str(Path(sys.executable).with_name("sharedfuture"))
    assert "nothing has changed" in run(command, "build")
    again, nothing = in_turn(
        lambda: run(command, "build"), lambda: run(sys.executable, "-c", "pass"), runs=11
    )
    return (
        f"build, nothing changed, {_FETCHES:,} fetches in the log",
        again,
        "`python -c pass`",
        nothing,
        *("under 1 s", "s"),
    )


def _fetch(number: int) -> Fetch:
    address = f"https://example.org/{number % 40}.csv"
    digest = hashlib.sha256(str(number % 400).encode()).hexdigest()
    return Fetch(
        *("rsf", f"{2002 + number % 20}", "ranking", address, address, _CAPTURED_AT),
        status=200,
        sha256=digest,
        headers={"etag": f'"{number}"', "content-type": "text/csv"},
    )


def _in_own_process(what: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure_alignment(_: Path) -> dict[str, float]:
    """Keys for four million values, their ids, their places, put into the tables of a release."""
    settings = Settings(evidence=ROOT / "evidence", out=Path(), var=Path())
    names = names_of(capture_ledger(settings))
    panel = _panel([name for name in _NAMES if names.country(name) is not None])
    tables = {table.name: frame_of(table, ()) for table in TABLES}
    declared = declaration("rsf")
    ids = panel.get_column("indicator_id").unique().sort()
    indicators = tuple(msgspec.structs.replace(declared.indicator[0], id=name) for name in ids)
    declared = msgspec.structs.replace(declared, indicator=indicators)
    part = Part("scores", Path(), "0" * 64, _CAPTURED_AT)
    edition = Edition("rsf", declared.edition[-1].name, {"scores": part})
    read_bytes = panel.estimated_size()
    start = perf_counter()
    panel = align_countries(panel, source="rsf", names=names, own={})
    heard = Heard(edition, declared.edition[-1], {"value": panel})
    whole = with_panel(tables, [Live("rsf", declared, State.IN_USE, (heard,))])
    seconds = perf_counter() - start
    peak = peak_memory()
    assert whole["figure"].height == _PANEL_ROWS
    shuffled = whole["figure"].select("figure_id", "value").sample(fraction=1, shuffle=True, seed=0)
    start = perf_counter()
    shuffled.sort("figure_id")
    return {
        "seconds": seconds,
        "floor_seconds": perf_counter() - start,
        "peak_bytes": peak,
        "read_bytes": read_bytes,
    }


def _panel(countries: list[str]) -> pl.DataFrame:
    years = [str(year) for year in range(2000, 2026)]
    count = -(-_PANEL_ROWS // (len(countries) * len(years)))
    whole = (
        pl.DataFrame({"indicator_id": [f"indicator_{number}" for number in range(count)]})
        .join(pl.DataFrame({"country_as_written": countries}), how="cross")
        .join(pl.DataFrame({"period": years}), how="cross")
        .head(_PANEL_ROWS)
    )
    number, nothing = pl.int_range(pl.len()), pl.lit(None, pl.Float64)
    return whole.with_columns(
        value=number / 8,
        low=nothing,
        high=nothing,
        error=nothing,
        gap=pl.lit(None, pl.String),
        as_written=(number / 8).cast(pl.String),
        part=pl.lit("scores"),
        row=number + 2,
    )


def measure_largest(folder: Path) -> dict[str, float]:
    """V-Dem's table with all its columns, made up: some 27,000 rows and 1,500 columns."""
    declared = declaration("vdem")
    path = folder / "vdem.csv"
    code = "import sys; from bench_sources import write_vdem; write_vdem(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=Path(__file__).parent, check=True)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    part = Part("table", path, digest, _CAPTURED_AT)
    frames = read_edition(Edition("vdem", declared.edition[-1].name, {"table": part}))
    assert frames["value"].height > 0
    size = path.stat().st_size
    path.unlink()
    return {"peak_bytes": peak_memory(), "read_bytes": size}


def write_vdem(path: str) -> None:
    """Write that table."""
    declared = declaration("vdem")
    countries = pl.DataFrame({"country_text_id": _NAMES})
    years = pl.DataFrame({"year": range(1890, 2022)})
    columns = [
        pl.lit(value).alias(f"{indicator.column}{suffix}")
        for indicator in declared.indicator
        for suffix, value in (("", 0.5), ("_codelow", 0.4), ("_codehigh", 0.6), ("_sd", 0.1))
    ]
    others = [pl.lit(0.123456789).alias(f"v2other_{number}") for number in range(_WIDE)]
    rows = countries.join(years, how="cross")
    rows.with_columns(*columns, *others).write_csv(path)


_NAMES = sorted(
    row["country_id"]
    for row in pl.read_csv(ROOT / "evidence" / "countries.csv").iter_rows(named=True)
)
_MEASURES = {"alignment": measure_alignment, "largest": measure_largest}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(_MEASURES[sys.argv[1]](Path(sys.argv[2]))))
