"""A fault of the ledger: where it is, what was expected, what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a captured file; `line` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault, printed as `file:line: expected …, found …`."""

    at: Spot
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.at}: expected {self.expected}, found {self.found}"
