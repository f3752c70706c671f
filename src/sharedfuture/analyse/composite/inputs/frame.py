"""A data table as a frame, in wide or in long form, read into a `Table`.

Wide: one row a unit (or a unit in a period), one column an indicator. Long: one row a value.
Columns may be text, as a CSV file is read without a guess at its types, or numbers. All problems
of a table are listed in one error; each names the row, counted from 1 without a header, its
unit, the column and the text found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.composite.errors import TableRefused
from sharedfuture.analyse.composite.inputs.cells import MISSING, Sheet
from sharedfuture.analyse.composite.inputs.precision import Precision, errors_of
from sharedfuture.analyse.composite.table import Table

Array = npt.NDArray[np.float64]


def table_of(
    frame: pl.DataFrame,
    *,
    unit: str = "unit",
    name: str | None = None,
    period: str | None = None,
    groups: Sequence[str] = (),
    denominators: Sequence[str] = (),
    indicators: Sequence[str] | None = None,
    precision: Precision | None = None,
    missing: Sequence[str] = MISSING,
) -> Table:
    """The table of a frame in wide form, its rows in their order.

    Without `indicators` every column that is not named here is one; with them, columns that are
    not named are left out. A cell that is null or one of the words `missing` is a missing value
    (NaN). In columns of units, names and groups no word means missing; a unit without a name is
    called by its code, and a row without a group has none.

    Raises TableRefused for columns that are not there, cells that are not numbers, infinite
    values, units without a code or twice in a period, rows without a period, and precision that
    does not fit its value (see `errors_of`) or has no column at all.
    """
    sheet = Sheet(frame, unit, missing=missing)
    named = [column for column in (unit, name, period) if column is not None]
    named += [*groups, *denominators]
    sheet.require([*named, *(indicators or ())])
    codes = _unclaimed(frame, named, precision) if indicators is None else tuple(indicators)
    rows = _Rows.of(sheet, period)
    _refuse_doubles(sheet, rows)
    values = np.array([sheet.numbers(code) for code in codes]).reshape(len(codes), len(frame))
    errors = None
    if precision is not None:
        errors = _errors_beside(sheet, values, codes=codes, precision=precision)
    divisors = {column: sheet.numbers(column) for column in denominators}
    sheet.problems.require_none()
    return Table(
        units=rows.units,
        codes=codes,
        values=values,
        names=_names(sheet, name, range(len(frame))),
        periods=rows.periods,
        groups={column: _groups(sheet, column, range(len(frame))) for column in groups},
        denominators=divisors,
        standard_errors=errors,
    )


def table_of_long(
    frame: pl.DataFrame,
    *,
    unit: str = "unit",
    indicator: str = "indicator",
    value: str = "value",
    name: str | None = None,
    period: str | None = None,
    groups: Sequence[str] = (),
    denominators: Sequence[str] = (),
    indicators: Sequence[str] | None = None,
    precision: Precision | None = None,
    missing: Sequence[str] = MISSING,
) -> Table:
    """The table of a frame in long form: one row a unit, an indicator and, in a panel, a period.

    Units and indicators stand in the order in which they first come; what has no row is missing.
    `denominators` are codes in the column `indicator`, not columns; `name` and `groups` are
    columns that must say the same in all rows of a unit and period. The rest is as in
    `table_of`. Raises TableRefused also for a second row about one cell.
    """
    sheet = Sheet(frame, unit, missing=missing)
    optional = [column for column in (name, period) if column is not None]
    sheet.require([indicator, value, *optional, *groups, *(precision.columns if precision else ())])
    rows = _Rows.of(sheet, period)
    cells = _Cells.of(sheet, rows, indicator)
    values = sheet.numbers(value)
    errors = None
    if precision is not None:
        columns = precision.columns
        errors = errors_of(sheet, values, value=value, columns=columns, precision=precision)
    _refuse_changes(sheet, rows, [*([name] if name else []), *groups])
    sheet.problems.require_none()
    asked = cells.codes if indicators is None else indicators
    codes = tuple(code for code in asked if code not in denominators)
    cells.require([*codes, *denominators], indicator)
    return Table(
        units=tuple(rows.units[row] for row in rows.heads),
        codes=codes,
        values=cells.spread_out(values, codes),
        names=_names(sheet, name, rows.heads),
        periods=tuple(rows.periods[row] for row in rows.heads) if rows.periods else (),
        groups={column: _groups(sheet, column, rows.heads) for column in groups},
        denominators={code: cells.spread_out(values, [code])[0] for code in denominators},
        standard_errors=None if errors is None else cells.spread_out(errors, codes),
    )


_Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Rows:
    """Unit and period of each row of a frame; no periods in a cross-section.

    `heads` are the rows in which a unit and period first come; `positions` gives for each row
    which of the heads says the same.
    """

    units: tuple[str, ...]
    periods: tuple[float, ...]
    heads: tuple[int, ...]
    positions: _Positions

    @classmethod
    def of(cls, sheet: Sheet, period: str | None) -> "_Rows":
        """The rows of a sheet that is labelled by units; complains of a row without a period."""
        times: tuple[float, ...] = ()
        if period is not None:
            times = tuple(sheet.numbers(period).tolist())
            written = sheet.texts(period)
            for row in [row for row, text in enumerate(written) if text in ("", *sheet.missing)]:
                sheet.complain(row, period, "expected a period, found nothing")
        heads: dict[tuple[str, float | None], int] = {}
        keys = zip(sheet.labels, times or (None,) * len(sheet.labels), strict=True)
        first = [heads.setdefault(key, row) for row, key in enumerate(keys)]
        position = {row: at for at, row in enumerate(heads.values())}
        positions = np.array([position[row] for row in first], dtype=np.intp)
        return cls(sheet.labels, times, tuple(heads.values()), positions)

    def first(self, row: int) -> int:
        """The first row of the same unit and period."""
        return self.heads[int(self.positions[row])]


def _refuse_doubles(sheet: Sheet, rows: _Rows) -> None:
    hint = "" if rows.periods else "; if this is a panel, name the column of its periods"
    for row, unit in enumerate(rows.units):
        if unit and rows.first(row) != row:
            named = repr(unit) + (f" of {rows.periods[row]:g}" if rows.periods else "")
            sheet.problems.add(
                f"row {row + 1}: {named} stands in row {rows.first(row) + 1} already{hint}"
            )


def _unclaimed(
    frame: pl.DataFrame, named: Sequence[str], precision: Precision | None
) -> tuple[str, ...]:
    endings = precision.columns if precision is not None else ()
    of_precision = {f"{column}{ending}" for column in frame.columns for ending in endings}
    return tuple(column for column in frame.columns if column not in {*named, *of_precision})


def _names(sheet: Sheet, name: str | None, rows: Sequence[int]) -> tuple[str, ...]:
    if name is None:
        return ()
    written = sheet.texts(name)
    return tuple(written[row] or sheet.labels[row] for row in rows)


def _groups(sheet: Sheet, column: str, rows: Sequence[int]) -> tuple[str | None, ...]:
    written = sheet.texts(column)
    return tuple(written[row] or None for row in rows)


def _errors_beside(
    sheet: Sheet, values: Array, *, codes: Sequence[str], precision: Precision
) -> Array:
    """Standard errors in wide form; NaN for indicators that have no column of them."""
    errors = np.full(values.shape, np.nan)
    beside = [[f"{code}{ending}" for ending in precision.columns] for code in codes]
    with_errors = [at for at, columns in enumerate(beside) if any(map(sheet.has, columns))]
    if not with_errors:
        endings = ", ".join(map(repr, precision.columns))
        raise TableRefused(f"expected columns of precision, ending in {endings}, found none")
    for at in with_errors:
        errors[at] = errors_of(
            sheet, values[at], value=codes[at], columns=beside[at], precision=precision
        )
    return errors


@dataclass(frozen=True)
class _Cells:
    """Rows of a frame in long form, by indicator and row of the table; -1 where there is none."""

    codes: tuple[str, ...]
    at: _Positions

    @classmethod
    def of(cls, sheet: Sheet, rows: _Rows, indicator: str) -> "_Cells":
        """The cells of a sheet; complains of rows without an indicator and of second rows."""
        written = sheet.texts(indicator)
        codes: dict[str, int] = {}
        columns = [codes.setdefault(code, len(codes)) for code in written]
        places = np.array(columns, dtype=np.intp) * len(rows.heads) + rows.positions
        every = np.arange(len(written))
        at = np.full(len(codes) * len(rows.heads), -1, dtype=np.intp)
        # Of rows about one cell the last written stays: written backwards, the first.
        at[places[::-1]] = every[::-1]
        for row in np.flatnonzero(at[places] != every).tolist():
            says = f"{written[row]!r} stands in row {at[places[row]] + 1} already"
            sheet.complain(row, indicator, says)
        for row in [row for row, code in enumerate(written) if not code]:
            sheet.complain(row, indicator, "expected a code, found nothing")
        return cls(tuple(codes), at.reshape(len(codes), len(rows.heads)))

    def require(self, codes: Sequence[str], indicator: str) -> None:
        """Raise TableRefused where an indicator or denominator has no row at all."""
        gone = sorted(set(codes) - set(self.codes))
        if gone:
            raise TableRefused(
                f"column {indicator!r}: no row for {', '.join(gone)}; it has "
                f"{', '.join(self.codes)}"
            )

    def spread_out(self, values: Array, codes: Sequence[str]) -> Array:
        """Values by indicator and row of the table; NaN where there is no cell."""
        at = self.at[[self.codes.index(code) for code in codes]]
        return np.where(at >= 0, values[at], np.nan)


def _refuse_changes(sheet: Sheet, rows: _Rows, columns: Sequence[str]) -> None:
    for column in columns:
        written = sheet.texts(column)
        for row, text in enumerate(written):
            first = rows.first(row)
            if text != written[first]:
                says = f"expected {written[first]!r} as in row {first + 1}, found {text!r}"
                sheet.complain(row, column, says)
