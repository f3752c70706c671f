"""A sheet: the rows of one table in a publisher's file, every cell as text, under its header.

What a reader takes from a sheet is typed strictly: a cell that does not fit stops the reading with
the place, what was expected and what was found.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import polars as pl

from sharedfuture.records.errors import SourceChanged

_NOTHING: Mapping[str, str] = {}
_SHOWN = 60
_EXACT = 2.0**53  # whole numbers up to this one are exact as floating point


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text. `rows` numbers them as the file does, from 1 and with the header lines.

    An empty cell is null. `name` is how messages call the sheet; `part` is the part of the edition
    in which it stands.
    """

    name: str
    part: str
    frame: pl.DataFrame
    rows: pl.Series = field(repr=False)

    def __len__(self) -> int:
        return self.frame.height

    def at(self) -> tuple[pl.Series, pl.Series]:
        """The columns `part` and `row` of what is made of these rows."""
        part = pl.repeat(self.part, len(self), eager=True).alias("part")
        return part, self.rows.alias("row")

    def text(self, column: str, *, required: bool = False) -> pl.Series:
        """A column without spaces around its cells; a cell of nothing but spaces is null.

        Raises SourceChanged on an empty cell where one is required.
        """
        cells = self._made(pl.col(column).str.strip_chars())
        is_blank = cells.str.len_bytes() == 0
        if is_blank.any():
            cells = cells.set(is_blank, None)
        if required:
            self.refuse(cells.is_null(), column, "a value")
        return cells

    def number(
        self, column: str, *, decimal: str = ".", gaps: Collection[str] = (), within: str = ""
    ) -> pl.Series:
        """A column of numbers; empty cells and the words in `gaps` are null.

        `decimal` is the decimal mark; `within` are characters that stand in numbers and mean
        nothing, such as thousands separators or a currency sign. Raises SourceChanged on anything
        else, infinities included.
        """
        numbers = self._made(pl.col(column).cast(pl.Float64, strict=False))
        if decimal != "." or not self._is_all(numbers, column):
            cells = self._plain(column, decimal=decimal, gaps=gaps, within=within)
            numbers = cells.cast(pl.Float64, strict=False)
            self.refuse(numbers.is_null() & cells.is_not_null(), column, "a number")
        self.refuse(~numbers.is_finite(), column, "a number")
        return numbers

    def whole(self, column: str, *, gaps: Collection[str] = ()) -> pl.Series:
        """A column of whole numbers, also where they are written `3.0`. Raises SourceChanged."""
        whole = self._made(pl.col(column).cast(pl.Int64, strict=False))
        if self._is_all(whole, column):
            return whole
        numbers = self.number(column, gaps=gaps)
        is_unfit = (numbers != numbers.round()) | (numbers.abs() > _EXACT)
        self.refuse(is_unfit, column, "a whole number")
        return numbers.cast(pl.Int64)

    def year(self, column: str, *, first: int = 1789, last: int = 2100) -> pl.Series:
        """A column of years, none empty. Raises SourceChanged on a year out of these bounds."""
        years = self.whole(column)
        is_good = years.is_between(first, last).fill_null(False)
        self.refuse(~is_good, column, f"a year from {first} to {last}")
        return years

    def choice(self, column: str, words: Mapping[str, str], *, required: bool = False) -> pl.Series:
        """A column of known words, each turned into ours; no default. Raises SourceChanged."""
        cells = self.text(column, required=required)
        known = cells.is_in(list(words)) | cells.is_null()
        self.refuse(~known, column, f"one of {', '.join(map(repr, words))}")
        return cells.replace_strict(words, default=None, return_dtype=pl.String)

    def gap(self, column: str, reasons: Mapping[str, str], *, empty: str | None) -> pl.Series:
        """Why a cell has no value: by its word, or `empty` where nothing stands; else null."""
        cells = self.text(column)
        said = cells.replace_strict(reasons, default=None, return_dtype=pl.String)
        return said if empty is None else said.set(cells.is_null(), empty)

    def where(self, mask: pl.Series) -> "Sheet":
        """The rows for which `mask` is true, with their own numbers."""
        kept = mask.fill_null(False)
        return Sheet(self.name, self.part, self.frame.filter(kept), self.rows.filter(kept))

    def refuse(self, unfit: pl.Series, column: str, expected: str) -> None:
        """Raise SourceChanged at the first row where `unfit` is true; null is not true."""
        if not unfit.any():
            return
        first = int(unfit.fill_null(False).arg_true()[0])
        found = self.frame.get_column(column)[first]
        shown = repr(found[:_SHOWN]) if found and found.strip() else "nothing"
        count = int(unfit.sum())
        more = f" (and {count - 1} rows more)" if count > 1 else ""
        raise SourceChanged(
            f"{self.name}, row {self.rows[first]}, column {column!r}: "
            f"expected {expected}, found {shown}{more}"
        )

    def require_unique(self, columns: Sequence[str]) -> None:
        """Raise SourceChanged where two rows have the same cells in all of `columns`."""
        doubled = self.frame.select(columns).is_duplicated()
        self.refuse(doubled, columns[0], f"each {' and '.join(columns)} once")

    def _made(self, expression: pl.Expr) -> pl.Series:
        """One column made of the cells; the streaming engine shares the rows among all cores."""
        return self.frame.lazy().select(expression).collect(engine="streaming").to_series()

    def _is_all(self, understood: pl.Series, column: str) -> bool:
        """Whether every cell that is not empty was understood."""
        return understood.null_count() == self.frame.get_column(column).null_count()

    def _plain(self, column: str, *, decimal: str, gaps: Collection[str], within: str) -> pl.Series:
        """The cells of a column of numbers, written as a program writes numbers."""
        cells = self.text(column)
        cells = cells.set(cells.is_in(list(gaps)), None)
        if within:
            cells = cells.str.replace_all(f"[{_escaped(within)}]", "")
        if decimal != ".":
            self.refuse(cells.str.contains(".", literal=True), column, f"a decimal {decimal!r}")
            cells = cells.str.replace(decimal, ".", literal=True)
        return cells


def require_columns(
    name: str, found: Sequence[str], *, columns: Sequence[str], ignoring: Sequence[str]
) -> None:
    """Hold a header to what a reader knows: all of `columns`, and nothing else.

    `ignoring` names the columns that are left out on purpose, as patterns such as `v2*`. Raises
    SourceChanged with the columns that are gone, that came, or that stand twice.
    """
    if lost := [column for column in columns if column not in found]:
        raise SourceChanged(
            f"{name}: expected column {_listed(lost)}, found only {_listed(list(found))}"
        )
    come = [
        column
        for column in found
        if column not in columns and not any(fnmatchcase(column, p) for p in ignoring)
    ]
    if come:
        raise SourceChanged(
            f"{name}: expected only the columns that are known, found {_listed(come)}"
        )
    if doubled := [column for column in columns if list(found).count(column) > 1]:
        raise SourceChanged(f"{name}: expected each column once, found {_listed(doubled)} twice")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown or "none"


def _escaped(characters: str) -> str:
    return "".join(f"\\{character}" for character in characters)
