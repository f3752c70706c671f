"""The metadata table: one row an indicator or element, read into a `Framework`.

| column                             | meaning                                                 |
| ---------------------------------- | ------------------------------------------------------- |
| code                               | of the indicator, as in the data, or of the element     |
| kind, or level                     | indicator or element; or a number, 1 for the indicators |
| parent                             | code of the element above; empty for the index alone    |
| better                             | higher or lower; every indicator has one, no default    |
| weight                             | relative to the siblings; without the column all equal  |
| name, unit, why                    | optional                                                |
| denominator, target,               | optional, for indicators; goalposts come in pairs, the  |
| goalpost_low, goalpost_high        | lower number first, in the unit of the data             |

An unknown column is refused, so that a misspelt one is not passed over in silence. The order of
the rows is kept: elements stand on their level as they are written.
"""

from collections.abc import Sequence

import polars as pl

from sharedfuture.analyse.composite.errors import TableRefused
from sharedfuture.analyse.composite.framework import Better, Framework
from sharedfuture.analyse.composite.inputs.cells import Sheet
from sharedfuture.analyse.composite.inputs.entries import Columns, Entries

_COLUMNS = Columns(
    code="code",
    parent="parent",
    better="better",
    directions={better.value: better for better in Better},
    level="level",
    name="name",
    weight="weight",
    unit="unit",
    denominator="denominator",
    target="target",
    goalpost_low="goalpost_low",
    goalpost_high="goalpost_high",
    why="why",
)
_OF_INDICATORS = ("better", "unit", "denominator", "target", "goalpost_low", "goalpost_high")
_KNOWN = ("code", "name", "kind", "level", "parent", "weight", *_OF_INDICATORS, "why")


def framework_of(metadata: pl.DataFrame, *, level_names: Sequence[str] = ()) -> Framework:
    """The framework of a metadata table; `level_names` from the indicators up.

    Raises TableRefused, naming rows and columns, for unknown columns and columns that are not
    there, cells that cannot be read, codes that stand twice, parents without a row, an indicator
    without a direction or with one goalpost, an element with what only indicators have, and a
    level that is not the one that the parents make. Raises RecipeRefused, as `Framework` does,
    where the parents make no hierarchy.
    """
    sheet = Sheet(metadata, "code", missing=("",), called="metadata")
    _require_known_columns(sheet)
    is_indicator = _levels(sheet) if sheet.has("level") else _kinds(sheet)
    rows = range(len(is_indicator))
    indicators = [row for row in rows if is_indicator[row]]
    elements = [row for row in rows if not is_indicator[row]]
    _refuse_excess(sheet, elements)
    return Entries(sheet, _COLUMNS).framework(indicators, elements, tuple(level_names))


def _require_known_columns(sheet: Sheet) -> None:
    unknown = [column for column in sheet.frame.columns if column not in _KNOWN]
    if unknown:
        raise TableRefused(
            f"metadata: unknown column {', '.join(map(repr, unknown))}; "
            f"the columns are {', '.join(_KNOWN)}"
        )
    sheet.require(["parent", "better"])
    if sheet.has("kind") == sheet.has("level"):
        raise TableRefused("metadata: expected one of the columns 'kind' and 'level'")


def _levels(sheet: Sheet) -> list[bool]:
    """Whether each row is an indicator, by its level."""
    levels = sheet.numbers("level")
    for row, text in enumerate(sheet.texts("level")):
        if not text or levels[row] < 1 or levels[row] % 1:
            sheet.complain(row, "level", f"expected 1, 2, 3 and so on, found {text!r}")
    return [bool(level == 1) for level in levels]


def _kinds(sheet: Sheet) -> list[bool]:
    """Whether each row is an indicator, by its kind."""
    kinds = sheet.texts("kind")
    for row, kind in enumerate(kinds):
        if kind not in ("indicator", "element"):
            sheet.complain(row, "kind", f"expected indicator or element, found {kind!r}")
    return [kind == "indicator" for kind in kinds]


def _refuse_excess(sheet: Sheet, elements: Sequence[int]) -> None:
    for column in _OF_INDICATORS:
        written = sheet.texts(column)
        for row in elements:
            if written[row]:
                says = f"only an indicator has one, expected nothing, found {written[row]!r}"
                sheet.complain(row, column, says)
