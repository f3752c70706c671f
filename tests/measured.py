"""Datasets of measurements made by tests: read in, and looked at as a whole."""

import gzip
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from sharedfuture.pipeline.measure.dataset import FINDINGS
from sharedfuture.pipeline.measure.ingest import Tally, ingest
from sharedfuture.warehouse.engines import open_engine
from tests.ooni_lines import line, query

AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001
COUNTRIES = "country_id,iso2,name\nZMB,ZM,Zambia\nUGA,UG,Uganda\nITA,IT,Italy\n"


def countries_in(folder: Path) -> Path:
    """The ledger's table of countries, as far as it is needed."""
    place = folder / "countries.csv"
    place.write_text(COUNTRIES, encoding="utf-8")
    return place


def read_in(
    folder: Path, dataset: Path, *paths: Path, threads: int = 1, said: list[str] | None = None
) -> Tally:
    """Read files, or all that `folder` has, into a dataset, in this process."""
    with open_engine(threads=threads) as engine:
        return ingest(
            [str(path) for path in paths or (folder,)],
            dataset,
            engine=engine,
            references=folder / "references",
            countries=countries_in(folder),
            as_of=AS_OF,
            tell=lambda told: said.append(told) if said is not None and type(told) is str else None,
        )


def pack(path: Path, lines: Sequence[bytes]) -> Path:
    """A packed file of lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(b"\n".join(lines), mtime=0))
    return path


def measurement(number: int, *, country: str = "ZM", day: int = 2, **head: object) -> bytes:
    """A measurement with an id, a query and a place of its own."""
    keys = {"queries": [query("203.1.113.10", "198.1.100.20")]}
    return line(
        measurement_uid=f"made-{number}",
        probe_cc=country,
        report_id=None,
        measurement_start_time=f"2026-01-{day:02} 03:04:{number % 60:02}",
        test_keys=keys,
        **head,
    )


def contents(dataset: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every file of a dataset by its place, with its rows in order; paths of readers left out.

    What it all comes to is made anew by each run of the command, and does not count here.
    """
    return {
        path.relative_to(dataset).as_posix(): pl.read_parquet(path, hive_partitioning=False)
        .drop("path", "written_ns", strict=False)
        .rows()
        for path in sorted(dataset.rglob("*.parquet"))
        if FINDINGS not in path.parts
    }


def table(dataset: Path, name: str) -> pl.DataFrame:
    """All rows of a table."""
    return pl.concat(
        [pl.read_parquet(path) for path in sorted((dataset / name).rglob("*.parquet"))]
    )
