"""Engines: one expression over many rows, worked out by DuckDB here or by Spark on a cluster."""

from pathlib import Path

from sharedfuture.records.errors import EngineRefused
from sharedfuture.warehouse.engines.engine import Engine

__all__ = ["Engine", "open_engine"]


def open_engine(
    name: str = "duckdb", *, memory: str = "", threads: int = 0, spill: Path | None = None
) -> Engine:
    """Start an engine: `duckdb`, `local[2]` for Spark in this machine, or `spark://host:port`.

    `memory` is as `8GB`, without it 70 % of the machine's for DuckDB and what the cluster gives
    for Spark; `threads` without a number are all cores. What does not fit into memory goes to a
    folder of its own below `spill`, or below the system's folder for temporary files. Raises
    EngineRefused where the engine is not known or cannot be started here, and says what it lacks.
    """
    if name == "duckdb":
        from sharedfuture.warehouse.engines.duckdb import DuckEngine

        return DuckEngine(memory=memory, threads=threads, spill=spill)
    if name.startswith(("spark://", "local[")):
        from sharedfuture.warehouse.engines.spark import SparkEngine

        return SparkEngine(name, memory=memory, threads=threads, spill=spill)
    raise EngineRefused(
        f"engine: expected duckdb, spark://host:port or local[cores], found {name!r}"
    )
