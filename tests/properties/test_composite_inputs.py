"""What holds of every table that is read: nothing is lost, nothing is guessed, order is kept."""

import io
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sharedfuture.analyse.composite.errors import TableRefused
from sharedfuture.analyse.composite.framework import Better
from sharedfuture.analyse.composite.inputs import (
    MISSING,
    Intervals,
    StandardErrors,
    coin_tool_of,
    coinr_of,
    framework_of,
    table_of,
    table_of_long,
)

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
FORMATS = st.sampled_from(["{!r}", "{:.17g}", "{:.16e}", "{:+.16E}", " {!r}\t"])
Columns = list[list[float | None]]


def columns_of(cells: st.SearchStrategy[float | None]) -> st.SearchStrategy[Columns]:
    """One to four columns of one length."""
    return st.integers(1, 5).flatmap(
        lambda rows: st.lists(st.lists(cells, min_size=rows, max_size=rows), min_size=1, max_size=4)
    )


COLUMNS = columns_of(st.one_of(st.none(), NUMBERS))


def frame_of(columns: Sequence[Sequence[object]]) -> pl.DataFrame:
    """Columns i0, i1, ... of units u0, u1, ..."""
    units = [f"u{row}" for row in range(len(columns[0]))]
    cells = {f"i{at}": pl.Series(column, strict=True) for at, column in enumerate(columns)}
    return pl.DataFrame({"unit": units, **cells})


def as_numbers(columns: Sequence[Sequence[float | None]]) -> list[list[float]]:
    return [[np.nan if cell is None else cell for cell in column] for column in columns]


@given(st.lists(st.tuples(NUMBERS, FORMATS), min_size=1, max_size=5))
def test_a_number_is_read_to_the_last_bit(written: list[tuple[float, str]]) -> None:
    texts = [form.format(number) for number, form in written]
    read = table_of(frame_of([texts])).values[0]
    assert [value.hex() for value in read.tolist()] == [number.hex() for number, _ in written]


def outcome_of(text: str) -> float | str:
    """The value that a text is read as, or the words with which it is refused."""
    try:
        return float(table_of(frame_of([[text, "1"]])).values[0, 0])
    except TableRefused as refused:
        return str(refused)


@given(st.one_of(st.text(max_size=8), st.from_regex(r"[+-]?[0-9 .,_e]{0,6}", fullmatch=True)))
def test_a_text_is_a_number_or_missing_or_refused(text: str) -> None:
    outcome = outcome_of(text)
    if isinstance(outcome, str):
        assert outcome.startswith("row 1 (u0), column 'i0': expected a number, found")
    elif np.isnan(outcome):
        assert text.strip() in MISSING
    else:
        assert float(text) == outcome


@given(COLUMNS)
def test_numbers_and_their_texts_give_the_same_table(columns: Columns) -> None:
    texts = [[None if cell is None else repr(cell) for cell in column] for column in columns]
    for cells in (frame_of(columns), frame_of(texts)):
        np.testing.assert_array_equal(table_of(cells).values, as_numbers(columns))


@given(COLUMNS, st.integers(0, 99))
def test_the_long_form_in_any_order_gives_the_wide_table(columns: Columns, seed: int) -> None:
    wide = table_of(frame_of(columns))
    rows = [
        {"unit": unit, "indicator": code, "value": value}
        for code, column in zip(wide.codes, wide.values.tolist(), strict=True)
        for unit, value in zip(wide.units, column, strict=True)
    ]
    in_disorder = [rows[at] for at in np.random.default_rng(seed).permutation(len(rows))]
    long = table_of_long(pl.DataFrame(in_disorder)).columns(wide.codes)
    in_order = long.rows([long.units.index(unit) for unit in wide.units])
    assert in_order.units == wide.units
    np.testing.assert_array_equal(in_order.values, wide.values)


@given(st.floats(0.5, 0.999), st.lists(st.floats(0, 1e3), min_size=1, max_size=5))
def test_a_normal_interval_gives_its_standard_error_back(level: float, errors: list[float]) -> None:
    z = norm.ppf(0.5 + level / 2)
    zero = frame_of([[0.0] * len(errors)])
    bounds = zero.with_columns(
        pl.Series("i0_low", -z * np.array(errors)), pl.Series("i0_high", z * np.array(errors))
    )
    back = table_of(bounds, precision=Intervals(level=level)).standard_errors
    direct = table_of(zero.with_columns(pl.Series("i0_se", errors)), precision=StandardErrors())
    assert back is not None
    assert direct.standard_errors is not None
    np.testing.assert_array_equal(direct.standard_errors[0], errors)
    np.testing.assert_allclose(back[0], errors, rtol=1e-12)


@given(st.lists(st.sampled_from(Better), min_size=1, max_size=6), st.integers(1, 3))
def test_the_same_framework_comes_of_our_metadata_and_of_coinr(
    directions: list[Better], elements: int
) -> None:
    parents = [f"e{at % min(elements, len(directions))}" for at in range(len(directions))]
    above = list(dict.fromkeys(parents))
    codes = [*(f"i{at}" for at in range(len(directions))), *above, "top"]
    levels = [*(1 for _ in directions), *(2 for _ in above), 3]
    parent = [*parents, *("top" for _ in above), None]
    none = [None] * (len(above) + 1)
    ours = pl.DataFrame(
        {
            "code": codes,
            "level": levels,
            "parent": parent,
            "better": [*(better.value for better in directions), *none],
        }
    )
    theirs = pl.DataFrame(
        {
            "iCode": codes,
            "Level": levels,
            "Parent": parent,
            "Direction": [*(better.sign for better in directions), *(1 for _ in none)],
            "Weight": [1.0] * len(codes),
            "Type": [*("Indicator" for _ in directions), *("Aggregate" for _ in none)],
        }
    )
    data = frame_of([[1.0]] * len(directions)).rename({"unit": "uCode"})
    assert coinr_of(data, theirs)[1] == framework_of(ours)


@given(columns_of(st.one_of(st.none(), st.floats(-1e300, 1e300))))
def test_a_workbook_of_the_coin_tool_gives_the_values_that_were_written(
    columns: Columns,
) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        database, framework = book.add_worksheet("Database"), book.add_worksheet("Framework")
        for at, cells in enumerate(columns):
            head = [1, 1, "", "", "Index", "", "", "", f"Indicator {at}", f"ind.{at + 1:02}"]
            held = ["n/a" if cell is None else cell for cell in cells]
            database.write_column(6, 4 + at, [*head, *held])
        database.write_column(16, 2, [f"u{row}" for row in range(len(columns[0]))])
        headings = ["Dimension/indicator", "Supra-dimension", "Weight", "Aggregation", "Direction"]
        framework.write_row(3, 2, [*headings, "Name of dimension/indicator"])
        framework.write_row(4, 2, ["Index", "", 1, "Arithmetic", 1, "All"])
    table, read = coin_tool_of(file.getvalue())
    assert read.codes == table.codes == tuple(f"ind.{at + 1:02}" for at in range(len(columns)))
    # Excel's files hold sixteen digits as xlsxwriter writes them.
    np.testing.assert_allclose(table.values, as_numbers(columns), rtol=1e-15)


def test_a_row_that_is_said_twice_is_refused_whatever_it_says() -> None:
    with pytest.raises(TableRefused, match="'u0' stands in row 1 already"):
        table_of(pl.DataFrame({"unit": ["u0", "u1", "u0"], "i0": [1.0, 2.0, 1.0]}))
