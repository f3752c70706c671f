"""Freedom House's workbooks: 2018 turned gives the tidied table, 2024 every cell it holds."""

from collections.abc import Callable
from io import BytesIO

import polars as pl
import pytest
import python_calamine as calamine

from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]

FOLDER = "originals/freedom_house"
OF_2018 = f"{FOLDER}/edition_2018/FINAL_DATA_FOTN2018_TOTAL_and_CATEGORY_SCORES.xlsx"
OF_2024 = f"{FOLDER}/edition_2024/FOTN24_Country_Score_Data.xlsx"
CATEGORIES = {
    "freedom_net_access": ("obstacles_to_access", 25),
    "freedom_net_content": ("limits_on_content", 35),
    "freedom_net_rights": ("violations_of_user_rights", 40),
}
STATUS = {"NOT FREE": 1, "PARTLY FREE": 2, "FREE": 3, "NF": 1, "PF": 2, "F": 3}
SHORT = {"access": "A", "content": "B", "rights": "C", "total": "Total", "status": "Status"}


def test_2018_is_turned(originals: Originals, say: Say) -> None:
    read = originals.read("freedom_net", "2018", {"scores": OF_2018})["value"]
    assert read.get_column("country_id").null_count() == 0
    values, written = wide(read, "value"), wide(read, "as_written")
    table = originals.tidy("indices/freedom_on_the_net_partial.csv")
    tidy = {row["country"]: row for row in table.iter_rows(named=True) if row["edition"] == "2018"}
    assert values.keys() == tidy.keys()
    assert len(tidy) == 65
    for country, row in tidy.items():
        ours, as_written = values[country], written[country]
        assert ours["freedom_net_total"] == float(row["total_0to100"])
        assert ours["freedom_net_total"] == 100 - float(row["total_as_published"])
        assert float(as_written["freedom_net_total"]) == float(row["total_as_published"])
        assert ours["freedom_net_status"] == STATUS[row["status"]]
        for indicator, (column, most) in CATEGORIES.items():
            assert ours[indicator] == most - float(row[column])
            assert float(as_written[indicator]) == float(row[column])
        assert ours["freedom_net_total"] == sum(ours[indicator] for indicator in CATEGORIES)
    say("Freedom on the Net 2018, turned", read.height, 5 * len(tidy))


def test_2024_is_read_as_it_stands(originals: Originals, say: Say) -> None:
    """There is no tidied table of this edition: the cells of the workbook are the measure."""
    read = originals.read("freedom_net", "2024", {"scores": OF_2024})["value"]
    assert read.get_column("country_id").null_count() == 0
    book = calamine.CalamineWorkbook.from_filelike(BytesIO(originals.data(OF_2024)))
    _, header, *rows = book.get_sheet_by_name("FOTN 2024 score data").to_python()
    cells = {str(row[0]): dict(zip(map(str, header), row, strict=True)) for row in rows}
    values = wide(read, "value")
    assert values.keys() == cells.keys()
    assert len(cells) == 72
    for country, row in cells.items():
        assert len(values[country]) == 26
        for indicator, value in values[country].items():
            short = indicator.removeprefix("freedom_net_")
            cell = row[SHORT.get(short, short.upper())]
            assert value == (STATUS[cell] if isinstance(cell, str) else cell)
    say("Freedom on the Net 2024, 21 questions", read.height, 26 * len(cells))


def test_both_editions_are_on_one_scale(originals: Originals) -> None:
    """Countries keep their order from 2018 to 2024, as they would not on scales turned apart."""
    old = originals.read("freedom_net", "2018", {"scores": OF_2018})["value"]
    new = originals.read("freedom_net", "2024", {"scores": OF_2024})["value"]
    both = old.join(new, on=("country_id", "indicator_id"), suffix="_2024").filter(
        pl.col("indicator_id") == "freedom_net_total"
    )
    assert both.height > 60
    correlation = both.select(pl.corr("value", "value_2024", method="spearman")).item()
    assert correlation > 0.9
    assert [item.year for item in declaration("freedom_net").break_] == [2019]


def wide(frame: pl.DataFrame, column: str) -> dict[str, dict[str, float]]:
    """Cells by country and indicator."""
    found: dict[str, dict[str, float]] = {}
    for country, indicator, cell in frame.select(
        "country_as_written", "indicator_id", column
    ).iter_rows():
        found.setdefault(country, {})[indicator] = cell
    return found
