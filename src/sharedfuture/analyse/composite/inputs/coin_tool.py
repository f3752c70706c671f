"""A workbook of the COIN Tool, the Excel tool of the European Commission's JRC (version 1, 2019).

Two sheets are read. Their layout was learned from COINr's importer (`import_coin_tool`, COINr
1.1.14, whose author also wrote the tool's guide, JRC118407) and from a public listing of the
first rows of the tool's own example workbook; the workbook itself was not at hand, so the labels
in column D of Database are not checked.

Database
    rows 7 to 10     weight, direction (1 or -1), lower and upper goalpost of each indicator
    rows 11 to 14    codes of what it belongs to: Index, sub-index (si.01), pillar (p.01),
                     sub-pillar (sp.01)
    rows 15, 16      name and code (ind.01) of each indicator, from column E on
    rows 17 on       name (B) and code (C) of each unit, and from column E on its values
Framework
    row 4            headings (row 5 in the tool as it was before release): C
                     Dimension/indicator, D Supra-dimension, E Weight, G Direction, H Name of
                     dimension/indicator
    rows below       one row an element or indicator; `--` marks a row that is not used

A missing value is written n/a. An empty cell among the values is refused: Excel's errors, such as
#N/A, reach us as empty cells, and would otherwise pass for missing. A level on which all
indicators share one element is left out, since it changes no score; so is one that is empty.
The settings of the tool (normalisation, aggregation, treatment) are not read: they belong in a
recipe. COINr drops units and indicators without any value, and then reads the wrong names beside
them; they are kept here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.errors import TableRefused
from sharedfuture.analyse.composite.framework import Better, Element, Framework, Indicator
from sharedfuture.analyse.composite.inputs.cells import Problems
from sharedfuture.analyse.composite.inputs.workbook import Grid, grids_of
from sharedfuture.analyse.composite.table import Table

_WEIGHT, _DIRECTION, _LOW, _HIGH, _NAME, _CODE, _FIRST_UNIT = 7, 8, 9, 10, 15, 16, 17
_UNIT_NAME, _UNIT_CODE, _FIRST_INDICATOR = 2, 3, 5
_INDICATOR = r"ind\.\d+"
_NOT_USED = ("", "-", "--")


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of elements: its row in Database, what its codes look like, and its name."""

    row: int
    pattern: str
    example: str
    name: str


_LEVELS = (
    _Level(14, r"sp\.\d+", "sp.01", "Sub-pillar"),
    _Level(13, r"p\.\d+", "p.01", "Pillar"),
    _Level(12, r"si\.\d+", "si.01", "Sub-index"),
    _Level(11, r"index", "Index", "Index"),
)

# Headings of the sheet Framework that are used, by column.
_HEADINGS = {
    3: "Dimension/indicator",
    4: "Supra-dimension",
    5: "Weight",
    7: "Direction",
    8: "Name of dimension/indicator",
}


def coin_tool_of(workbook: bytes) -> tuple[Table, Framework]:
    """The table and the framework of a COIN Tool workbook (xlsx or xlsm), given as bytes.

    Codes are the tool's, in lower case: ind.01, sp.01, p.01, si.01, index. Raises TableRefused,
    naming sheet and cell, what was expected and what was found, for bytes that are no workbook, a
    sheet that is not there, a layout that is moved, and cells that do not hold what they should;
    RecipeRefused as `Framework` does.
    """
    problems = Problems()
    database, framework = grids_of(workbook, ["Database", "Framework"], problems=problems)
    _require_layout(database)
    columns = _used_columns(database)
    lineages = _lineages(database, columns)
    levels = [at for at in range(len(_LEVELS)) if _is_used(at, lineages)]
    indicators = tuple(
        _indicator(database, column, lineage[levels[0]])
        for column, lineage in zip(columns, lineages, strict=True)
    )
    table = _table(database, columns)
    elements = _elements(framework, lineages, levels)
    problems.require_none()
    names = ("Indicator", *(_LEVELS[at].name for at in levels))
    return table, Framework(indicators, elements, names)


# Codes of what stands above an indicator, for each of the levels.
_Lineage = tuple[str, ...]


def _require_layout(database: Grid) -> None:
    """Raise TableRefused where the first code is not in E16 or the first Index not in E11."""
    for row, pattern, example in ((_CODE, _INDICATOR, "ind.01"), (11, "index", "Index")):
        if re.fullmatch(pattern, database.text(row, _FIRST_INDICATOR), re.IGNORECASE):
            continue
        elsewhere = database.find(pattern)
        hint = f"; {elsewhere} has it, is the sheet moved?" if elsewhere else ""
        raise TableRefused(database.says(row, _FIRST_INDICATOR, f"{example!r}") + hint)


def _used_columns(database: Grid) -> list[int]:
    """Columns with an indicator's name or a value; codes may stand ready above empty ones."""
    rows = [_NAME, *range(_FIRST_UNIT, database.height + 1)]
    return [
        column
        for column in range(_FIRST_INDICATOR, database.width + 1)
        if any(database.text(row, column) not in _NOT_USED for row in rows)
    ]


def _table(database: Grid, columns: Sequence[int]) -> Table:
    rows = list(_unit_rows(database, columns))
    first: dict[str, int] = {}
    for row in rows:
        code = database.text(row, _UNIT_CODE)
        if not code:
            database.complain(row, _UNIT_CODE, "the code of a unit")
        elif first.setdefault(code, row) != row:
            database.complain(row, _UNIT_CODE, f"each unit once, row {first[code]} has it")
    codes = [database.code(_CODE, column, _INDICATOR, "ind.01") for column in columns]
    values = [[_value(database, row, column) for row in rows] for column in columns]
    database.problems.require_none()
    units = tuple(database.text(row, _UNIT_CODE) for row in rows)
    names = (database.text(row, _UNIT_NAME) for row in rows)
    return Table(
        units=units,
        codes=tuple(codes),
        values=np.array(values, dtype=np.float64).reshape(len(columns), len(rows)),
        names=tuple(name or unit for name, unit in zip(names, units, strict=True)),
    )


def _unit_rows(database: Grid, columns: Sequence[int]) -> Iterator[int]:
    for row in range(_FIRST_UNIT, database.height + 1):
        if any(database.text(row, column) for column in (_UNIT_NAME, _UNIT_CODE, *columns)):
            yield row


def _value(database: Grid, row: int, column: int) -> float:
    if database.text(row, column).casefold() == "n/a":
        return float("nan")
    return database.number(row, column, "a number or n/a")


def _lineages(database: Grid, columns: Sequence[int]) -> list[_Lineage]:
    """What stands above the indicator of each column.

    An empty level is "" in all columns; one that is empty in some is complained of.
    """
    is_filled = {
        level: any(database.text(level.row, column) not in _NOT_USED for column in columns)
        for level in _LEVELS
    }
    return [
        tuple(
            database.code(level.row, column, level.pattern, level.example)
            if is_filled[level]
            else ""
            for level in _LEVELS
        )
        for column in columns
    ]


def _is_used(at: int, lineages: Sequence[_Lineage]) -> bool:
    """Whether a level parts the indicators; the last, the index, is always used."""
    return at == len(_LEVELS) - 1 or len({lineage[at] for lineage in lineages}) > 1


def _indicator(database: Grid, column: int, parent: str) -> Indicator:
    direction = database.text(_DIRECTION, column)
    if direction not in ("1", "-1"):
        database.complain(_DIRECTION, column, "a direction, 1 or -1")
    return Indicator(
        code=database.text(_CODE, column).casefold(),
        better=Better.LOWER if direction == "-1" else Better.HIGHER,
        parent=parent,
        name=database.text(_NAME, column),
        weight=database.number(_WEIGHT, column, "a weight"),
        goalposts=_goalposts(database, column),
    )


def _goalposts(database: Grid, column: int) -> tuple[float, float] | None:
    texts = [database.text(row, column) for row in (_LOW, _HIGH)]
    if all(text.casefold() in (*_NOT_USED, "n/a") for text in texts):
        return None
    low = database.number(_LOW, column, "a lower goalpost beside the upper one")
    high = database.number(_HIGH, column, "an upper goalpost beside the lower one")
    if low >= high:
        database.complain(_LOW, column, f"less than the upper goalpost, {high:g}")
    return low, high


def _elements(
    framework: Grid, lineages: Sequence[_Lineage], levels: Sequence[int]
) -> tuple[Element, ...]:
    """The elements of the levels that are used, in the order of the sheet Framework.

    Complains of an element without indicators or without a row, and of one that stands below two.
    """
    rows = _element_rows(framework)
    named = {code for lineage in lineages for code in lineage if code}
    for code, row in rows.items():
        if code not in named:
            framework.complain(row, 3, "an element with indicators in sheet Database")
    elements = []
    for at, above in zip(levels, [*levels[1:], None], strict=True):
        for code in dict.fromkeys(lineage[at] for lineage in lineages):
            under = [lineage for lineage in lineages if lineage[at] == code]
            if code in rows:
                parent = None if above is None else under[0][above]
                _check_place(framework, rows[code], under, above)
                elements.append(_element(framework, rows[code], code, parent=parent))
            else:
                says = f"expected {code}, which sheet Database names, found no such row"
                framework.problems.add(f"sheet Framework, column C: {says}")
    return tuple(sorted(elements, key=lambda element: rows[element.code]))


def _element_rows(framework: Grid) -> dict[str, int]:
    """The row of each element; complains of codes that are none and of second rows."""
    rows: dict[str, int] = {}
    for row in range(_heading_row(framework) + 1, framework.height + 1):
        text = framework.text(row, 3)
        if text in _NOT_USED or re.fullmatch(_INDICATOR, text, re.IGNORECASE):
            continue
        code = framework.code(row, 3, "|".join(level.pattern for level in _LEVELS), "p.01")
        if rows.setdefault(code, row) != row:
            framework.complain(row, 3, f"each element once, row {rows[code]} has it")
    return rows


def _heading_row(framework: Grid) -> int:
    """Row of the headings, 4 or 5; raises TableRefused where one of them is not there."""
    row = 5 if framework.text(5, 3).casefold() == _HEADINGS[3].casefold() else 4
    for column, heading in _HEADINGS.items():
        if framework.text(row, column).casefold() != heading.casefold():
            raise TableRefused(framework.says(row, column, f"the heading {heading!r}"))
    return row


def _check_place(framework: Grid, row: int, under: Sequence[_Lineage], above: int | None) -> None:
    parents = sorted({lineage[above] for lineage in under}) if above is not None else []
    if len(parents) > 1:
        framework.complain(row, 3, f"an element below one other, not {' and '.join(parents)}")
    supra = framework.text(row, 4)
    known = {code.casefold() for lineage in under for code in lineage}
    if supra not in _NOT_USED and supra.casefold() not in known:
        framework.complain(row, 4, f"{' or '.join(parents) or 'nothing'}, as in sheet Database")


def _element(framework: Grid, row: int, code: str, *, parent: str | None) -> Element:
    if framework.text(row, 7) not in (*_NOT_USED, "1"):
        framework.complain(row, 7, "1, since an element is not turned")
    is_weighted = parent is not None or framework.text(row, 5) not in _NOT_USED
    return Element(
        code=code,
        parent=parent,
        name=framework.text(row, 8),
        weight=framework.number(row, 5, "a weight") if is_weighted else 1.0,
    )
