"""Rows of metadata as indicators and elements, whatever the columns are called."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.framework import Better, Element, Framework, Indicator
from sharedfuture.analyse.composite.inputs.cells import Sheet


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a metadata table are called.

    Code, parent and better must be there; a column that is not is empty in every row, and all
    weigh the same. `directions` are the words that may stand in the column `better`.
    """

    code: str
    parent: str
    better: str
    directions: Mapping[str, Better]
    level: str
    name: str
    weight: str
    unit: str
    denominator: str
    target: str
    goalpost_low: str
    goalpost_high: str
    why: str


class Entries:
    """The rows of a metadata table, each an indicator, an element or of no concern.

    Complains to the sheet at once of codes that stand twice and of parents that have no row.
    """

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self._sheet = sheet
        self._columns = columns
        of = columns
        self._texts = {
            column: sheet.texts(column)
            for column in (of.name, of.parent, of.better, of.unit, of.denominator, of.why)
        }
        self._numbers = {
            column: sheet.numbers(column)
            for column in (of.weight, of.target, of.goalpost_low, of.goalpost_high)
        }
        self._weights = sheet.texts(of.weight)
        self._refuse_doubles()
        self._refuse_unknown_parents()

    def framework(
        self, indicators: list[int], elements: list[int], level_names: tuple[str, ...]
    ) -> Framework:
        """The framework of these rows; raises TableRefused with all complaints of the sheet.

        Complains also of a level that is not the one that the parents make.
        """
        for row in indicators:
            self._check_indicator(row)
        for row in elements:
            self._check_element(row)
        self._sheet.problems.require_none()
        framework = Framework(
            tuple(self._indicator(row) for row in indicators),
            tuple(self._element(row) for row in elements),
            level_names,
        )
        self._check_levels(framework, [*indicators, *elements])
        return framework

    def _refuse_doubles(self) -> None:
        first: dict[str, int] = {}
        for row, code in enumerate(self._sheet.labels):
            if code and first.setdefault(code, row) != row:
                says = f"each code may stand once, row {first[code] + 1} has it already"
                self._sheet.complain(row, self._columns.code, says)

    def _refuse_unknown_parents(self) -> None:
        for row, parent in enumerate(self._texts[self._columns.parent]):
            if parent and parent not in self._sheet.labels:
                says = f"expected a code of this table, found {parent!r}"
                self._sheet.complain(row, self._columns.parent, says)

    def _check_indicator(self, row: int) -> None:
        of = self._columns
        if self._texts[of.better][row] not in of.directions:
            says = f"expected {' or '.join(of.directions)}, found {self._texts[of.better][row]!r}"
            self._sheet.complain(row, of.better, says)
        if not self._texts[of.parent][row]:
            self._sheet.complain(row, of.parent, "expected the element above, found nothing")
        self._check_weight(row)
        low, high = (self._numbers[column][row] for column in (of.goalpost_low, of.goalpost_high))
        if np.isnan(low) != np.isnan(high):
            says = f"expected {of.goalpost_low} and {of.goalpost_high} or neither, found one"
            self._sheet.complain(row, of.goalpost_low, says)
        elif low >= high:
            says = f"expected less than {of.goalpost_high} {high:g}, found {low:g}"
            self._sheet.complain(row, of.goalpost_low, says)

    def _check_element(self, row: int) -> None:
        if self._texts[self._columns.parent][row]:
            self._check_weight(row)

    def _check_weight(self, row: int) -> None:
        weight = self._columns.weight
        if self._sheet.has(weight) and not self._weights[row]:
            self._sheet.complain(row, weight, "expected a number, found nothing")

    def _check_levels(self, framework: Framework, rows: list[int]) -> None:
        if not self._sheet.has(self._columns.level):
            return
        levels = self._sheet.numbers(self._columns.level)
        for row in rows:
            found = framework.level_of[self._sheet.labels[row]]
            if levels[row] != found:
                says = f"expected {found} by the parents, found {levels[row]:g}"
                self._sheet.complain(row, self._columns.level, says)
        self._sheet.problems.require_none()

    def _indicator(self, row: int) -> Indicator:
        of = self._columns
        low, high = (self._number(row, column) for column in (of.goalpost_low, of.goalpost_high))
        return Indicator(
            code=self._sheet.labels[row],
            better=of.directions[self._texts[of.better][row]],
            parent=self._texts[of.parent][row],
            name=self._texts[of.name][row],
            weight=self._weight(row),
            unit=self._texts[of.unit][row],
            denominator=self._texts[of.denominator][row] or None,
            target=self._number(row, of.target),
            goalposts=None if low is None or high is None else (low, high),
            why=self._texts[of.why][row],
        )

    def _element(self, row: int) -> Element:
        of = self._columns
        return Element(
            code=self._sheet.labels[row],
            parent=self._texts[of.parent][row] or None,
            name=self._texts[of.name][row],
            weight=self._weight(row),
            why=self._texts[of.why][row],
        )

    def _weight(self, row: int) -> float:
        weight = self._number(row, self._columns.weight)
        return 1.0 if weight is None else weight

    def _number(self, row: int, column: str) -> float | None:
        number = float(self._numbers[column][row])
        return None if np.isnan(number) else number
