"""What a table is: its name, its columns and what each of them means."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, in the words of the Frictionless table schema."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a public table."""

    name: str
    says: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One public table; rows are unique by `key` and are written in its order."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the order in which they are written."""
        return tuple(column.name for column in self.columns)

    @property
    def id_column(self) -> str | None:
        """The column that names a row, where one column does."""
        return self.key[0] if len(self.key) == 1 else None


def text(name: str, says: str) -> Column:
    """A column of kind text."""
    return Column(name, says)


def integer(name: str, says: str) -> Column:
    """A column of kind integer."""
    return Column(name, says, Kind.INTEGER)


def number(name: str, says: str) -> Column:
    """A column of kind number."""
    return Column(name, says, Kind.NUMBER)


def boolean(name: str, says: str) -> Column:
    """A column of kind boolean."""
    return Column(name, says, Kind.BOOLEAN)


def date(name: str, says: str) -> Column:
    """A column of kind date."""
    return Column(name, says, Kind.DATE)
