"""The pair of tables that COINr takes: iData with the data, iMeta with the metadata.

The format is that of `new_coin`, `check_iData` and `check_iMeta` of COINr 1.1.14 (W. Becker and
others, Journal of Open Source Software 7(78), 2022). iMeta has a row for every column of iData
but uCode, uName and Time, and one for every aggregate; Type says which it is:

- Indicator and Aggregate, with Level, Parent (empty for the index), Weight and Direction (1 or
  -1), and if need be iName, Unit, Denominator, Target, goalpost_lower and goalpost_upper
- Group and Denominator, columns of units' groups and of numbers to divide by
- Other, columns that are left out

More columns of iMeta are parameters of methods, which belong in a recipe, or notes; they are
passed over, as in COINr. Empty cells and `NA` are missing; only in uCode and uName `NA` is text.

Rows and columns keep their order. COINr orders units by code, and in its metadata indicators by
parent; by level, its elements stand as they are written, and so do ours.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from sharedfuture.analyse.composite.framework import Better, Framework
from sharedfuture.analyse.composite.inputs.cells import Problems, Sheet
from sharedfuture.analyse.composite.inputs.entries import Columns, Entries
from sharedfuture.analyse.composite.inputs.frame import table_of
from sharedfuture.analyse.composite.table import Table

_COLUMNS = Columns(
    code="iCode",
    parent="Parent",
    better="Direction",
    directions={"1": Better.HIGHER, "-1": Better.LOWER},
    level="Level",
    name="iName",
    weight="Weight",
    unit="Unit",
    denominator="Denominator",
    target="Target",
    goalpost_low="goalpost_lower",
    goalpost_high="goalpost_upper",
    why="why",
)
_TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")


def coinr_of(
    data: pl.DataFrame, metadata: pl.DataFrame, *, level_names: Sequence[str] = ()
) -> tuple[Table, Framework]:
    """The table and the framework of iData and iMeta; `level_names` from the indicators up.

    Time is the period of a panel. Raises TableRefused for what `table_of` and `framework_of`
    refuse, for a column of iData without a row in iMeta or the other way round, for a Type that
    is none of the five, and for an aggregate with Direction -1, which aggregating would not heed.
    Raises RecipeRefused as `Framework` does.
    """
    sheet = _sheet_of(metadata)
    rows = _rows_by_type(sheet)
    _refuse_turned_aggregates(sheet, rows["Aggregate"])
    indicators, aggregates = rows["Indicator"], rows["Aggregate"]
    framework = Entries(sheet, _COLUMNS).framework(indicators, aggregates, tuple(level_names))
    codes = {of: [sheet.labels[row] for row in found] for of, found in rows.items()}
    _require_same_columns(data, codes)
    return _table(data, codes), framework


def _sheet_of(metadata: pl.DataFrame) -> Sheet:
    # A column of numbers may have come as floats, whose text is 1.0.
    directions = pl.col("^Direction$").cast(pl.String).str.strip_suffix(".0")
    frame = metadata.with_columns(pl.col(pl.String).replace({"NA": None})).with_columns(directions)
    sheet = Sheet(frame, "iCode", missing=("",), called="iMeta")
    sheet.require(["Level", "Parent", "Direction", "Type", "Weight"])
    return sheet


def _rows_by_type(sheet: Sheet) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {of: [] for of in _TYPES}
    for row, written in enumerate(sheet.texts("Type")):
        if written in rows:
            rows[written].append(row)
        else:
            sheet.complain(row, "Type", f"expected one of {', '.join(_TYPES)}, found {written!r}")
    return rows


def _refuse_turned_aggregates(sheet: Sheet, rows: Sequence[int]) -> None:
    directions = sheet.texts("Direction")
    for row in rows:
        if directions[row] not in ("", "1"):
            says = f"expected 1 for an aggregate, found {directions[row]!r}"
            sheet.complain(row, "Direction", says)


def _require_same_columns(data: pl.DataFrame, codes: Mapping[str, Sequence[str]]) -> None:
    """Raise TableRefused where iData has other columns than iMeta says."""
    said = {code for of in _TYPES if of != "Aggregate" for code in codes[of]}
    problems = Problems()
    for column in data.columns:
        if column not in said and column not in ("uCode", "uName", "Time"):
            problems.add(f"iData, column {column!r}: expected a row in iMeta, found none")
    for code in sorted(said - set(data.columns)):
        problems.add(f"iMeta, {code}: expected a column in iData, found none")
    problems.require_none()


def _table(data: pl.DataFrame, codes: Mapping[str, Sequence[str]]) -> Table:
    groups = codes["Group"]
    return table_of(
        data.with_columns(pl.col(groups).cast(pl.String).replace({"NA": None})),
        unit="uCode",
        name="uName" if "uName" in data.columns else None,
        period="Time" if "Time" in data.columns else None,
        groups=groups,
        denominators=codes["Denominator"],
        indicators=codes["Indicator"],
        missing=("", "NA"),
    )
