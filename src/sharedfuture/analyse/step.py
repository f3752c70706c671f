"""What every analysis step declares about itself."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the tables it reads, by argument name, and the table, or tables, it writes.

    `run` of the step's module takes the frames named in `reads` and the parameters that stand
    in the module's TOML file, and returns one frame with a row for each result; a step that
    writes several tables returns a frame for each, by the same names. Two list columns
    are not part of the table but its lineage: `row_ids`, the rows each result rests on, and,
    where a result also depends on the whole set, `pool_ids`.
    """

    id: str
    reads: Mapping[str, str]
    writes: str | tuple[str, ...]
    version: int

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the step writes."""
        return (self.writes,) if isinstance(self.writes, str) else self.writes


def read_parameters(package: str, section: str) -> dict[str, Any]:
    """Parameters of one step: the values under `section` of `parameters.toml` beside the step.

    Every parameter is a table with `value` and `reason`, so that no choice stands without one.
    """
    return {name: entry["value"] for name, entry in _sections(package)[section].items()}


@cache
def _sections(package: str) -> dict[str, Any]:
    """The file read once: it is a part of the program and does not change while it runs."""
    return tomllib.loads(files(package).joinpath("parameters.toml").read_text(encoding="utf-8"))
