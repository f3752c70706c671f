"""Tables as people write them: what is read, and what is refused with which words."""

import io
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from sharedfuture.analyse.composite.errors import RecipeRefused, TableRefused
from sharedfuture.analyse.composite.framework import Better, Framework
from sharedfuture.analyse.composite.inputs import (
    Intervals,
    StandardErrors,
    coin_tool_of,
    coinr_of,
    framework_of,
    table_of,
    table_of_long,
)
from sharedfuture.analyse.composite.table import Table

NAN = float("nan")

WIDE = """unit,name,region,people,roads,roads_se,fees
AUT,Austria,Europe,9,12.5,0.5,3
BEL,,Europe,11,n/a,,-1e2
NA,Namibia,,2.5, 7 ,0,
"""

LONG = """unit,name,region,indicator,value,error
AUT,Austria,Europe,people,9,
AUT,Austria,Europe,roads,12.5,0.5
AUT,Austria,Europe,fees,3,
BEL,,Europe,people,11,
BEL,,Europe,fees,-1e2,
NA,Namibia,,people,2.5,
NA,Namibia,,roads,7,0
"""

METADATA = """\
code,kind,name,parent,better,weight,unit,denominator,target,goalpost_low,goalpost_high,why
roads,indicator,Roads,reach,higher,2,km,people,40,0,50,traffic
fees,indicator,Fees,reach,lower,1,USD,,,,,
reach,element,Reach,index,,1,,,,,,
index,element,The index,,,,,,,,,
"""


def frame(text: str) -> pl.DataFrame:
    """A CSV text as it is read without a guess at types."""
    return pl.read_csv(io.StringIO(text), infer_schema=False)


def wide(text: str = WIDE) -> Table:
    return table_of(
        frame(text),
        name="name",
        groups=["region"],
        denominators=["people"],
        precision=StandardErrors(),
    )


def refusal(text: str, *, name: str | None = None, period: str | None = None) -> str:
    with pytest.raises(TableRefused) as refused:
        table_of(frame(text), name=name, period=period)
    return str(refused.value)


def same(left: Table, right: Table) -> bool:
    """Whether two tables hold the same."""
    arrays = [(left.values, right.values)]
    arrays += [(left.denominators[key], right.denominators[key]) for key in right.denominators]
    if left.standard_errors is not None and right.standard_errors is not None:
        arrays.append((left.standard_errors, right.standard_errors))
    return (
        (left.units, left.codes, left.names, left.periods, left.groups)
        == (right.units, right.codes, right.names, right.periods, right.groups)
        and (left.standard_errors is None) == (right.standard_errors is None)
        and all(np.array_equal(one, other, equal_nan=True) for one, other in arrays)
    )


def test_a_wide_table_is_read_with_all_that_stands_beside_the_values() -> None:
    expected = Table(
        units=("AUT", "BEL", "NA"),
        codes=("roads", "fees"),
        values=np.array([[12.5, NAN, 7], [3, -100, NAN]]),
        names=("Austria", "BEL", "Namibia"),
        groups={"region": ("Europe", "Europe", None)},
        denominators={"people": np.array([9, 11, 2.5])},
        standard_errors=np.array([[0.5, NAN, 0], [NAN, NAN, NAN]]),
    )
    assert same(wide(), expected)


def test_the_long_form_gives_the_same_table() -> None:
    table = table_of_long(
        frame(LONG),
        name="name",
        groups=["region"],
        denominators=["people"],
        precision=StandardErrors("error"),
    )
    assert same(table, wide())


def test_columns_of_numbers_are_read_like_text() -> None:
    text = "unit,a,b\nAUT,1.5,\nBEL,2,3\n"
    typed = pl.read_csv(io.StringIO(text)).with_columns(pl.col("b").fill_null(NAN))
    assert typed.schema["a"] == pl.Float64
    assert same(table_of(typed), table_of(frame(text)))


def test_a_panel_has_a_row_for_each_unit_and_period() -> None:
    text = "unit,year,a\nAUT,2020,1\nAUT,2021,2\nBEL,2020,\n"
    table = table_of(frame(text), period="year")
    assert table.periods == (2020, 2021, 2020)
    assert table.is_panel
    long = "unit,year,indicator,value\nAUT,2020,a,1\nAUT,2021,a,2\nBEL,2020,a,\n"
    assert same(table_of_long(frame(long), period="year"), table)


def test_only_the_indicators_asked_for_are_read() -> None:
    text = "unit,a,note,b\nAUT,1,so,2\n"
    assert table_of(frame(text), indicators=["b", "a"]).codes == ("b", "a")
    assert "column 'note': expected a number, found 'so'" in refusal(text)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1,5", "found '1,5'; write a decimal point"),
        ("1,234", "no separators of thousands"),
        ("1,234.5", "no separators of thousands"),
        ("1 234", "no separators of thousands"),
        ("1\u00a0234\u202f567", "no separators of thousands"),
        ("1.234.567", "no separators of thousands"),
        ("1'000", "no separators of thousands"),
        ("1_000", "no separators of thousands"),
        ("−3", "write the minus sign as a hyphen"),
        ("12 %", "leave the per cent sign to the unit"),
        ("inf", "infinite values are refused"),
        ("-Infinity", "infinite values are refused"),
        ("1e999", "found '1e999', which is too large"),
        ("nan", "declare it as a word for missing"),
        ("N/A", "declare it as a word for missing"),
        ("-", "declare it as a word for missing"),
        ("about 3", "found 'about 3'"),
        ("0x10", "found '0x10'"),
        ("1e", "found '1e'"),
        ("٣", "found '٣'"),
        ("=1+1", "found '=1+1'"),
    ],
)
def test_a_cell_that_is_no_number_is_named(written: str, says: str) -> None:
    message = refusal(f'unit,a,b\nAUT,1,2\nBEL,1,"{written}"\n')
    assert message.startswith("row 2 (BEL), column 'b': expected a number, found")
    assert says in message


@pytest.mark.parametrize(
    ("written", "number"),
    [("+5", 5), (".5", 0.5), ("5.", 5), ("-0", -0.0), ("1E-3", 0.001), ("\t7 ", 7), ("007", 7)],
)
def test_numbers_may_be_written_in_these_ways(written: str, number: float) -> None:
    table = table_of(pl.DataFrame({"unit": ["AUT"], "a": [written]}))
    assert table.values.tolist() == [[number]]


@pytest.mark.parametrize("written", ["", "NA", "n/a", "..", " .. "])
def test_the_words_for_missing_are_missing(written: str) -> None:
    table = table_of(pl.DataFrame({"unit": ["AUT", "BEL"], "a": [written, "1"]}))
    assert np.isnan(table.values[0, 0])


def test_the_words_for_missing_can_be_declared() -> None:
    cells = pl.DataFrame({"unit": ["AUT", "BEL"], "a": ["withheld", None]})
    assert np.isnan(table_of(cells, missing=["withheld"]).values).all()
    empty = cells.fill_null("")
    with pytest.raises(TableRefused, match=r"row 2 .BEL., column 'a': expected a number, found ''"):
        table_of(empty, missing=["withheld"])


def test_a_column_of_dates_is_no_column_of_numbers() -> None:
    dates = pl.DataFrame({"unit": ["AUT"], "a": ["2020-01-01"]}).with_columns(
        pl.col("a").str.to_date()
    )
    with pytest.raises(TableRefused, match="column 'a': expected a number, found a column of type"):
        table_of(dates)


def test_infinity_in_a_column_of_numbers_is_refused() -> None:
    with pytest.raises(
        TableRefused, match=r"row 1 .AUT., column 'a': expected a number, found inf"
    ):
        table_of(pl.DataFrame({"unit": ["AUT"], "a": [float("inf")]}))


def test_all_problems_are_listed_in_one_error() -> None:
    message = refusal('unit,a,b\nAUT,x,1\n,2,3\nBEL,1,"2,5"\nAUT,1,1\n')
    assert message.splitlines() == [
        "4 problems:",
        "- row 2, column 'unit': expected a code, found nothing",
        "- row 4: 'AUT' stands in row 1 already; if this is a panel, "
        "name the column of its periods",
        "- row 1 (AUT), column 'a': expected a number, found 'x'",
        "- row 3 (BEL), column 'b': expected a number, found '2,5'; write a decimal point, "
        "no decimal comma and no separators of thousands",
    ]


def test_a_long_list_of_problems_is_cut_with_its_length() -> None:
    lines = refusal("unit,a\n" + "".join(f"U{at},x\n" for at in range(50))).splitlines()
    assert lines[0] == "50 problems:"
    assert lines[-1] == "- and 30 more"
    assert len(lines) == 22


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("unit,a\n", "expected at least one row, found none"),
        ("unit\nAUT\n", "expected at least one indicator"),
        ("country,a\nAUT,1\n", "no column 'unit'; the table has 'country', 'a'"),
        ("unit,a \nAUT,1\n", "column 'a ': expected no spaces around"),
        ("unit,a\nAUT,1\nAUT ,2\n", "row 2: 'AUT' stands in row 1 already"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(text: str, says: str) -> None:
    assert says in refusal(text)


def test_a_column_that_was_asked_for_must_be_there() -> None:
    assert "no column 'name', 'year'" in refusal("unit,a\nAUT,1\n", name="name", period="year")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("AUT,2020,1\nAUT,2020.0,2\n", "row 2: 'AUT' of 2020 stands in row 1 already"),
        ("AUT,,1\n", "row 1 (AUT), column 'year': expected a period, found nothing"),
        ("AUT,May,1\n", "row 1 (AUT), column 'year': expected a number, found 'May'"),
    ],
)
def test_a_panel_that_cannot_be_used_is_refused(rows: str, says: str) -> None:
    message = refusal(f"unit,year,a\n{rows}", period="year")
    assert message == says


def test_a_period_that_is_not_a_number_in_a_column_of_numbers_is_none() -> None:
    cells = pl.DataFrame({"unit": ["AUT", "BEL"], "year": [2020.0, NAN], "a": [1, 2]})
    with pytest.raises(TableRefused, match=r"row 2 .BEL., column 'year': expected a period"):
        table_of(cells, period="year")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("AUT,a,1\nAUT,a,2\n", "row 2 (AUT), column 'indicator': 'a' stands in row 1 already"),
        ("AUT,,1\n", "row 1 (AUT), column 'indicator': expected a code, found nothing"),
        ("AUT,a,x\n", "row 1 (AUT), column 'value': expected a number, found 'x'"),
        ("AUT,b,1\n", "column 'indicator': no row for a; it has b"),
    ],
)
def test_a_long_table_that_cannot_be_used_is_refused(rows: str, says: str) -> None:
    with pytest.raises(TableRefused) as refused:
        table_of_long(frame(f"unit,indicator,value\n{rows}"), indicators=["a"])
    assert says in str(refused.value)


def test_a_unit_of_a_long_table_has_one_name() -> None:
    text = "unit,name,indicator,value\nAUT,Austria,a,1\nAUT,Österreich,b,2\n"
    with pytest.raises(TableRefused, match="expected 'Austria' as in row 1, found 'Österreich'"):
        table_of_long(frame(text), name="name")


@pytest.mark.parametrize(("level", "z"), [(0.90, 1.6448536269514722), (0.95, 1.959963984540054)])
def test_an_interval_becomes_the_standard_error_of_a_normal(level: float, z: float) -> None:
    text = "unit,a,a_low,a_high,b\nAUT,5,4,6,1\nBEL,5,4.5,6.5,1\nCHE,5,,,1\n"
    table = table_of(frame(text), precision=Intervals(level=level))
    assert table.codes == ("a", "b")
    assert table.standard_errors is not None
    # The second interval is not symmetric: its width counts, not its middle.
    np.testing.assert_allclose(table.standard_errors[0], [1 / z, 1 / z, NAN], rtol=1e-14)
    assert np.isnan(table.standard_errors[1]).all()


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("5,6,7", "column 'a_low': expected bounds around 5, found 6 to 7"),
        ("5,3,4", "expected bounds around 5, found 3 to 4"),
        ("5,6,4", "expected bounds around 5, found 6 to 4"),
        ("5,4,", "expected both bounds of 'a', found one"),
        (",4,6", "expected nothing, as 'a' has no value there"),
        ("5,4,x", "column 'a_high': expected a number, found 'x'"),
    ],
)
def test_bounds_that_do_not_fit_their_value_are_refused(cells: str, says: str) -> None:
    with pytest.raises(TableRefused) as refused:
        table_of(frame(f"unit,a,a_low,a_high\nAUT,{cells}\n"), precision=Intervals())
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("5,-1", "column 'a_se': expected zero or more, found -1"),
        (",1", "column 'a_se': expected nothing, as 'a' has no value there"),
    ],
)
def test_standard_errors_that_do_not_fit_are_refused(cells: str, says: str) -> None:
    with pytest.raises(TableRefused) as refused:
        table_of(frame(f"unit,a,a_se\nAUT,{cells}\n"), precision=StandardErrors())
    assert says in str(refused.value)


def test_precision_that_no_column_has_is_refused() -> None:
    with pytest.raises(TableRefused, match="columns of precision, ending in '_low', '_high'"):
        table_of(frame("unit,a\nAUT,1\n"), precision=Intervals())
    with pytest.raises(TableRefused, match="no column 'a_high'"):
        table_of(frame("unit,a,a_low\nAUT,1,0\n"), precision=Intervals())


@pytest.mark.parametrize("level", [95, 0, 1, -0.9, NAN])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(RecipeRefused, match="expected a level between 0 and 1"):
        Intervals(level=level)


def test_a_metadata_table_becomes_a_framework() -> None:
    framework = framework_of(frame(METADATA), level_names=["Indicator", "Pillar", "Index"])
    roads, fees = framework.indicators
    assert (roads.better, fees.better) == (Better.HIGHER, Better.LOWER)
    assert (roads.weight, roads.unit, roads.denominator) == (2, "km", "people")
    assert (roads.target, roads.goalposts, roads.why) == (40, (0, 50), "traffic")
    assert (fees.denominator, fees.target, fees.goalposts) == (None, None, None)
    assert [level.codes for level in framework.levels] == [
        ("roads", "fees"),
        ("reach",),
        ("index",),
    ]
    assert framework.titles["index"] == "The index"
    assert framework.levels[1].name == "Pillar"


def test_levels_may_stand_instead_of_kinds() -> None:
    by_level = METADATA.replace("kind", "level").replace(",indicator,", ",1,")
    by_level = by_level.replace("reach,element", "reach,2").replace("index,element", "index,3")
    assert framework_of(frame(by_level)) == framework_of(frame(METADATA))
    wrong = by_level.replace("index,3", "index,4")
    with pytest.raises(TableRefused, match="'level': expected 3 by the parents, found 4"):
        framework_of(frame(wrong))
    with pytest.raises(TableRefused, match="'level': expected 1, 2, 3 and so on, found '0'"):
        framework_of(frame(by_level.replace("index,3", "index,0")))


def test_a_weight_that_is_not_a_number_is_no_weight() -> None:
    metadata = frame(METADATA).with_columns(weight=pl.Series([2.0, NAN, 1.0, NAN]))
    with pytest.raises(TableRefused, match=r"row 2 .fees., column 'weight': expected a number"):
        framework_of(metadata)


def test_without_a_column_of_weights_all_weigh_the_same() -> None:
    equal = framework_of(frame(METADATA).drop("weight"))
    assert [level.weights for level in equal.levels] == [(1, 1), (1,), (1,)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("higher", "", "row 1 (roads), column 'better': expected higher or lower, found ''"),
        ("higher", "1", "column 'better': expected higher or lower, found '1'"),
        ("reach,higher,2", ",higher,2", "column 'parent': expected the element above"),
        ("reach,higher,2", "rich,higher,2", "expected a code of this table, found 'rich'"),
        ("reach,higher,2", "reach,higher,", "column 'weight': expected a number, found nothing"),
        ("reach,higher,2", "reach,higher,two", "'weight': expected a number, found 'two'"),
        ("fees,indicator", "roads,indicator", "each code may stand once, row 1 has it already"),
        ("fees,indicator", ",indicator", "row 2, column 'code': expected a code, found nothing"),
        ("fees,indicator", "fees,dimension", "expected indicator or element, found 'dimension'"),
        ("40,0,50", "40,0,", "expected goalpost_low and goalpost_high or neither, found one"),
        ("40,0,50", "40,50,0", "'goalpost_low': expected less than goalpost_high 0, found 50"),
        ("40,0,50", "high,0,50", "column 'target': expected a number, found 'high'"),
        ("index,,1", "index,lower,1", "'better': only an indicator has one, expected nothing"),
    ],
)
def test_metadata_that_cannot_be_used_are_refused(old: str, new: str, says: str) -> None:
    assert old in METADATA
    with pytest.raises(TableRefused) as refused:
        framework_of(frame(METADATA.replace(old, new, 1)))
    assert says in str(refused.value)


def test_unknown_columns_of_metadata_are_refused() -> None:
    metadata = frame(METADATA)
    with pytest.raises(TableRefused, match="unknown column 'wieght'; the columns are code, name"):
        framework_of(metadata.rename({"weight": "wieght"}))
    with pytest.raises(TableRefused, match="no column 'better'"):
        framework_of(metadata.drop("better"))
    with pytest.raises(TableRefused, match="expected one of the columns 'kind' and 'level'"):
        framework_of(metadata.drop("kind"))
    with pytest.raises(TableRefused, match="at least one row"):
        framework_of(metadata.clear())


def test_a_hierarchy_that_is_none_is_refused_by_the_framework() -> None:
    with pytest.raises(RecipeRefused, match="circle"):
        framework_of(frame(METADATA.replace("The index,,,", "The index,reach,,1")))


I_DATA = """uCode,uName,Time,region,people,note,roads,fees
NA,Namibia,2020,NA,2.5,x,7,NA
AUT,Austria,2020,Europe,9,y,12.5,3
"""
I_META = """Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,Parent,Type,source
1,roads,Roads,1,2,km,40,people,reach,Indicator,Ministry
1,fees,Fees,-1,1,USD,NA,NA,reach,Indicator,Bank
2,reach,Reach,1,1,Score,NA,NA,index,Aggregate,NA
3,index,The index,1,1,Score,NA,NA,NA,Aggregate,NA
NA,region,Region,NA,NA,NA,NA,NA,NA,Group,NA
NA,people,People,NA,NA,Millions,NA,NA,NA,Denominator,NA
NA,note,Note,NA,NA,NA,NA,NA,NA,Other,NA
"""


def test_a_pair_of_coinr_becomes_a_table_and_a_framework() -> None:
    table, framework = coinr_of(frame(I_DATA), frame(I_META), level_names=["I", "P", "Index"])
    expected = Table(
        units=("NA", "AUT"),
        codes=("roads", "fees"),
        values=np.array([[7, 12.5], [NAN, 3]]),
        names=("Namibia", "Austria"),
        periods=(2020, 2020),
        groups={"region": (None, "Europe")},
        denominators={"people": np.array([2.5, 9])},
    )
    assert same(table, expected)
    roads, fees = framework.indicators
    assert (roads.target, roads.denominator, roads.unit, roads.weight) == (40, "people", "km", 2)
    assert (fees.better, fees.target, fees.denominator) == (Better.LOWER, None, None)
    assert [level.codes for level in framework.levels] == [
        ("roads", "fees"),
        ("reach",),
        ("index",),
    ]


def test_a_pair_of_coinr_may_have_columns_of_numbers() -> None:
    typed = [pl.read_csv(io.StringIO(text), null_values="NA") for text in (I_DATA, I_META)]
    # Namibia's code is lost where a reader takes every NA for missing.
    typed[0] = typed[0].with_columns(pl.col("uCode").fill_null("NA"))
    typed[1] = typed[1].with_columns(pl.col("Direction").cast(pl.Float64))
    table, framework = coinr_of(*typed)
    as_text = coinr_of(frame(I_DATA), frame(I_META))
    assert same(table, as_text[0])
    assert framework == as_text[1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Direction,", "Sign,", "iMeta: no column 'Direction'"),
        ("Indicator,Bank", "Indicater,Bank", "iMeta: row 2 (fees), column 'Type': expected one of"),
        (
            "Fees,-1",
            "Fees,0",
            "iMeta: row 2 (fees), column 'Direction': expected 1 or -1, found '0'",
        ),
        ("Fees,-1", "Fees,NA", "column 'Direction': expected 1 or -1, found ''"),
        ("Reach,1", "Reach,-1", "'Direction': expected 1 for an aggregate, found '-1'"),
        ("USD,NA,NA,reach", "USD,NA,NA,ritch", "expected a code of this table, found 'ritch'"),
        ("Fees,-1,1", "Fees,-1,NA", "column 'Weight': expected a number, found nothing"),
        ("2,reach", "3,reach", "column 'Level': expected 2 by the parents, found 3"),
        ("NA,note,Note", "NA,notes,Note", "iData, column 'note': expected a row in iMeta"),
        ("NA,note,Note", "NA,notes,Note", "iMeta, notes: expected a column in iData, found none"),
    ],
)
def test_a_pair_of_coinr_that_cannot_be_used_is_refused(old: str, new: str, says: str) -> None:
    assert old in I_META
    with pytest.raises(TableRefused) as refused:
        coinr_of(frame(I_DATA), frame(I_META.replace(old, new, 1)))
    assert says in str(refused.value)


def cells_of(text: str) -> dict[str, object]:
    """Cells by address: each line has the address of its first cell, the others stand beside."""
    cells: dict[str, object] = {}
    for line in text.strip().splitlines():
        address, _, held = line.strip().partition(": ")
        for at, written in enumerate(held.split(" | ")):
            is_number = written.lstrip("-").replace(".", "", 1).isdigit()
            cells[f"{chr(ord(address[0]) + at)}{address[1:]}"] = (
                float(written) if is_number else written
            )
    return cells


# A workbook in the layout of the COIN Tool: three indicators, two pillars, levels of sub-indices
# and sub-pillars that part nothing.
DATABASE = cells_of("""
    B1: Database
    C2: Normalisation method: | Minmax
    E7: 0.4 | 0.6 | 1
    E8: 1 | -1 | 1
    E9: 0
    E10: 50
    E11: Index | Index | Index
    E12: si.01 | si.01 | si.01
    E13: p.01 | p.01 | p.02
    E14: -- | -- | --
    E15: Roads | Fees | Ports
    E16: ind.01 | ind.02 | ind.03 | ind.04
    B17: Austria | AUT | 0 | 12.5 | 3 | n/a
    B18: Belgium | BEL | 0 | 7 | N/A | 2
    B19: Namibia | NA | 1 | n/a | n/a | n/a
""")
FRAMEWORK = cells_of("""
    B2: Conceptual framework
    B4: Item | Dimension/indicator | Supra-dimension | Weight | Aggregation | Direction
    H4: Name of dimension/indicator
    B5: Index | Index | -- | 1 | Arithmetic | 1 | Access
    B6: Sub-indices | si.01 | Index | 1 | Arithmetic | 1 | Access
    B7: Pillars | p.01 | si.01 | 0.3 | Arithmetic | 1 | Land
    C8: p.02 | si.01 | 0.7 | Arithmetic | 1 | Sea
    C9: -- | -- | -- | -- | --
    C10: ind.01 | p.01 | 0.4
    C11: ind.02
    C12: ind.03
    C13: --
""")


def workbook(
    database: Mapping[str, object] = DATABASE,
    framework: Mapping[str, object] = FRAMEWORK,
    *,
    names: tuple[str, str] = ("Database", "Framework"),
    merged: str = "",
) -> bytes:
    """An xlsx file of two sheets with these cells; None leaves one empty."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, cells in zip(names, (database, framework), strict=True):
            sheet = book.add_worksheet(name)
            for address, held in cells.items():
                if isinstance(held, str) and held.startswith("="):
                    sheet.write_formula(address, held, None, "#N/A")
                elif held is not None:
                    sheet.write(address, held)
            if merged and name == "Database":
                sheet.merge_range(merged, cells[merged.split(":")[0]])
    return file.getvalue()


def moved(cells: Mapping[str, object], *, rows: int = 0, columns: int = 0) -> dict[str, object]:
    return {
        f"{chr(ord(address[0]) + columns)}{int(address[1:]) + rows}": held
        for address, held in cells.items()
    }


def tool_refusal(data: bytes) -> str:
    with pytest.raises(TableRefused) as refused:
        coin_tool_of(data)
    return str(refused.value)


def read_tool() -> tuple[Table, Framework]:
    return coin_tool_of(workbook())


def test_a_workbook_of_the_coin_tool_becomes_a_table() -> None:
    table, _ = read_tool()
    expected = Table(
        units=("AUT", "BEL", "NA"),
        codes=("ind.01", "ind.02", "ind.03"),
        # A unit without any value is kept.
        values=np.array([[12.5, 7, NAN], [3, NAN, NAN], [NAN, 2, NAN]]),
        names=("Austria", "Belgium", "Namibia"),
    )
    assert same(table, expected)


def test_a_workbook_of_the_coin_tool_becomes_a_framework() -> None:
    _, framework = read_tool()
    roads, fees, ports = framework.indicators
    assert [entry.name for entry in (roads, fees, ports)] == ["Roads", "Fees", "Ports"]
    assert (roads.weight, roads.goalposts, roads.better) == (0.4, (0, 50), Better.HIGHER)
    assert (fees.weight, fees.goalposts, fees.better) == (0.6, None, Better.LOWER)
    # Levels that part nothing are left out.
    assert [level.name for level in framework.levels] == ["Indicator", "Pillar", "Index"]
    assert framework.levels[0].parents == (0, 0, 1)
    assert framework.levels[1].codes == ("p.01", "p.02")
    assert framework.levels[1].weights == (0.3, 0.7)
    assert framework.titles["p.02"] == "Sea"
    assert framework.titles[framework.index_code] == "Access"


def test_all_four_levels_of_the_coin_tool_are_read() -> None:
    database = DATABASE | cells_of("""
        E12: si.02 | si.02 | si.01
        E14: sp.01 | sp.02 | sp.03
    """)
    framework = FRAMEWORK | cells_of("""
        C7: p.01 | si.02
        C9: si.02 | Index | 2
        C10: sp.03 | p.02 | 1
        C11: sp.01 | p.01 | 1
        C12: sp.02 | p.01 | 3
    """)
    _, read = coin_tool_of(workbook(database, framework))
    assert [level.name for level in read.levels] == [
        "Indicator",
        "Sub-pillar",
        "Pillar",
        "Sub-index",
        "Index",
    ]
    assert read.levels[1].codes == ("sp.03", "sp.01", "sp.02")
    assert read.levels[3].codes == ("si.01", "si.02")
    assert read.levels[3].weights == (1, 2)
    assert read.indicators_under("si.02") == ("ind.01", "ind.02")


def test_the_tool_before_its_release_had_headings_one_row_lower() -> None:
    _, framework = coin_tool_of(workbook(framework=moved(FRAMEWORK, rows=1)))
    assert framework == read_tool()[1]


@pytest.mark.parametrize(
    ("address", "held", "says"),
    [
        ("E17", "12.5", "cell E17: expected a number or n/a, found the text '12.5'"),
        ("E17", True, "cell E17: expected a number or n/a, found True"),
        ("E17", "..", "cell E17: expected a number or n/a, found the text '..'"),
        ("E17", None, "cell E17: expected a number or n/a, found nothing (an empty cell, or"),
        ("E17", "=NA()", "cell E17: expected a number or n/a, found nothing (an empty cell, or"),
        ("H20", 5, "cell E20: expected a number or n/a, found nothing"),
        ("C18", None, "cell C18: expected the code of a unit, found nothing"),
        ("C18", "AUT", "cell C18: expected each unit once, row 17 has it, found the text 'AUT'"),
        ("F16", "Fees", "cell F16: expected a code such as ind.01, found the text 'Fees'"),
        ("G16", None, "cell G16: expected a code such as ind.01, found nothing"),
        ("G16", "ind.01", "ind.01: each indicator may stand once, found more"),
        ("E7", "heavy", "cell E7: expected a weight, found the text 'heavy'"),
        ("F8", 2, "cell F8: expected a direction, 1 or -1, found 2"),
        ("F8", None, "cell F8: expected a direction, 1 or -1, found nothing"),
        ("E10", None, "cell E10: expected an upper goalpost beside the lower one, found nothing"),
        ("E9", 60, "cell E9: expected less than the upper goalpost, 50, found 60"),
        ("F13", None, "cell F13: expected a code such as p.01, found nothing"),
        ("F13", "si.01", "cell F13: expected a code such as p.01, found the text 'si.01'"),
        ("F13", "p.03", "sheet Framework, column C: expected p.03, which sheet Database names"),
        ("E16", "Code", "sheet Database, cell E16: expected 'ind.01', found the text 'Code'"),
    ],
)
def test_a_faulty_cell_of_database_is_named(address: str, held: object, says: str) -> None:
    assert says in tool_refusal(workbook({**DATABASE, address: held}))


@pytest.mark.parametrize(
    ("address", "held", "says"),
    [
        ("C8", "p.03", "cell C8: expected an element with indicators in sheet Database"),
        ("C8", "p.01", "cell C8: expected each element once, row 7 has it"),
        ("C8", "Sea", "cell C8: expected a code such as p.01, found the text 'Sea'"),
        ("C8", "--", "sheet Framework, column C: expected p.02, which sheet Database names"),
        ("D8", "si.02", "cell D8: expected index, as in sheet Database, found the text 'si.02'"),
        ("E8", "n/a", "cell E8: expected a weight, found the text 'n/a'"),
        ("G8", -1, "cell G8: expected 1, since an element is not turned, found -1"),
        ("E4", "Waight", "cell E4: expected the heading 'Weight', found the text 'Waight'"),
    ],
)
def test_a_faulty_cell_of_framework_is_named(address: str, held: object, says: str) -> None:
    message = tool_refusal(workbook(framework={**FRAMEWORK, address: held}))
    assert says in message
    assert "sheet Framework" in message


def test_an_element_below_two_others_is_named() -> None:
    database = {**DATABASE, "E14": "sp.01", "F14": "sp.02", "G14": "sp.02"}
    framework = {**FRAMEWORK, "C9": "sp.01", "D9": "p.01", "E9": 1, "C13": "sp.02", "E13": 1}
    message = tool_refusal(workbook(database, framework))
    assert "cell C13: expected an element below one other, not p.01 and p.02" in message


@pytest.mark.parametrize(("rows", "columns", "address"), [(1, 0, "E17"), (0, 1, "F16")])
def test_a_moved_sheet_is_recognised(rows: int, columns: int, address: str) -> None:
    message = tool_refusal(workbook(moved(DATABASE, rows=rows, columns=columns)))
    assert message.startswith("sheet Database, cell E16: expected 'ind.01', found")
    assert message.endswith(f"; {address} has it, is the sheet moved?")


def test_merged_headings_are_refused_with_their_address() -> None:
    database = {
        address: held for address, held in DATABASE.items() if address not in ("F13", "G13")
    }
    message = tool_refusal(workbook(database, merged="E13:F13"))
    assert "cell F13: expected a code such as p.01, found a cell merged into E13" in message


def test_a_sheet_that_is_not_there_is_named() -> None:
    message = tool_refusal(workbook(names=("Data", "Framework")))
    assert message == "no sheet Database; the workbook has Data, Framework"


@pytest.mark.parametrize("data", [b"", b"unit,a\nAUT,1\n", b"PK\x03\x04", workbook()[:800]])
def test_bytes_that_are_no_workbook_are_refused(data: bytes) -> None:
    assert "expected an Excel workbook, found none" in tool_refusal(data)
