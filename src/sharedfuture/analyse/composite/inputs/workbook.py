"""Sheets of a workbook by the addresses that a reader sees: row 16 of column E is E16."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from sharedfuture.analyse.composite.errors import TableRefused
from sharedfuture.analyse.composite.inputs.cells import Problems

_Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, rows and columns counted from 1.

    A cell that is empty, or holds one of Excel's errors, is "": the two cannot be told apart.
    """

    name: str
    rows: Sequence[Sequence[object]]
    merged: Sequence[_Range]
    problems: Problems

    @property
    def height(self) -> int:
        """Number of the last row."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Number of the last column."""
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> object:
        """What a cell holds, "" beyond the last."""
        inside = row <= self.height and column <= len(self.rows[row - 1])
        return self.rows[row - 1][column - 1] if inside else ""

    def text(self, row: int, column: int) -> str:
        """A cell as text, without spaces around; whole numbers without a decimal point."""
        held = self.cell(row, column)
        whole = isinstance(held, float) and held.is_integer()
        return str(int(held) if whole and isinstance(held, float) else held).strip()

    def number(self, row: int, column: int, expected: str) -> float:
        """A cell's number; complains, and gives NaN, where it holds something else."""
        held = self.cell(row, column)
        if isinstance(held, (int, float)) and not isinstance(held, bool):
            return float(held)
        self.complain(row, column, expected)
        return float("nan")

    def code(self, row: int, column: int, pattern: str, example: str) -> str:
        """A cell's code in lower case; complains where it does not look like the example."""
        text = self.text(row, column)
        if not re.fullmatch(pattern, text, re.IGNORECASE):
            self.complain(row, column, f"a code such as {example}")
        return text.casefold()

    def find(self, pattern: str) -> str:
        """Address of the first cell that looks like this, row by row; "" where there is none."""
        for row in range(1, self.height + 1):
            for column in range(1, self.width + 1):
                if re.fullmatch(pattern, self.text(row, column), re.IGNORECASE):
                    return address_of(row, column)
        return ""

    def complain(self, row: int, column: int, expected: str) -> None:
        """Note that a cell does not hold what it should."""
        self.problems.add(self.says(row, column, expected))

    def says(self, row: int, column: int, expected: str) -> str:
        """Where, what was expected, what was found."""
        found = self._found(row, column)
        return f"sheet {self.name}, cell {address_of(row, column)}: expected {expected}, {found}"

    def _found(self, row: int, column: int) -> str:
        held = self.cell(row, column)
        if isinstance(held, str) and held:
            return f"found the text {held!r}"
        if held != "":
            return f"found {held}"
        for (top, left), (bottom, right) in self.merged:
            if top < row <= bottom + 1 and left < column <= right + 1:
                return f"found a cell merged into {address_of(top + 1, left + 1)}; unmerge it"
        return "found nothing (an empty cell, or an error such as #N/A)"


def grids_of(workbook: bytes, sheets: Sequence[str], *, problems: Problems) -> list[Grid]:
    """These sheets of an Excel workbook given as bytes; their complaints go to `problems`.

    Raises TableRefused for bytes that are no workbook, and for sheets that are not there.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
        gone = [name for name in sheets if name not in book.sheet_names]
        if gone:
            raise TableRefused(
                f"no sheet {', '.join(gone)}; the workbook has {', '.join(book.sheet_names)}"
            )
        found = [book.get_sheet_by_name(name) for name in sheets]
    except CalamineError as error:
        raise TableRefused(f"expected an Excel workbook, found none: {error}") from error
    return [
        Grid(
            sheet.name,
            sheet.to_python(skip_empty_area=False),
            sheet.merged_cell_ranges or (),
            problems,
        )
        for sheet in found
    ]


def address_of(row: int, column: int) -> str:
    """The address of a cell: E16 for row 16, column 5."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
