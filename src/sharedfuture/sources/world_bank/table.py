"""The archive that the World Bank offers for an indicator: a CSV of countries and years.

Four lines stand before the header, every line ends in a comma, and the years in the header grow
from edition to edition. Two tables of metadata lie beside it and are not read.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace

from sharedfuture.capture import Capture, Edition, member, members
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.errors import SourceChanged

_PREAMBLE = ("Data Source", "", "Last Updated Date", "")
_UPDATED_LINE = 2
_DAY = re.compile(r"(?P<year>20[0-9]{2})-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR = 1960
_NAMES = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]


def table_sheet(edition: Edition, part: str, codes: tuple[str, ...]) -> Iterator[Sheet]:
    """One row a country and year, of the part called `…_table`; nothing where it is not held.

    Raises SourceChanged where the archive has no such table, or one of another indicator.
    """
    for capture in edition.captures(f"{part}_table"):
        table = _table(capture)
        years = _years(table)
        sheet = csv_sheet(
            table,
            columns=("Country Code", "Indicator Code", *years),
            ignoring=("Country Name", "Indicator Name", ""),
            preamble_lines=len(_PREAMBLE),
        )
        known = sheet.frame.get_column("Indicator Code").is_in(codes).fill_null(False)
        sheet.refuse(~known, "Indicator Code", f"one of {', '.join(codes)}")
        sheet.require_unique(("Country Code",))
        values = sheet.frame.with_columns(sheet.rows.alias("row")).unpivot(
            years, index=("Country Code", "row"), variable_name="year", value_name="value"
        )
        frame = values.rename({"Country Code": "country"}).drop("row")
        yield Sheet(sheet.name, sheet.part, frame, values.get_column("row"))


def _table(capture: Capture) -> Capture:
    names = members(capture)
    tables = [name for name in names if name.startswith("API_") and name.endswith(".csv")]
    if len(tables) != 1:
        raise SourceChanged(
            f"{capture.name}: expected one table API_….csv, found {', '.join(names)}"
        )
    return replace(member(capture, tables[0]), name=capture.name)


def _years(table: Capture) -> list[str]:
    """The years in the header: from 1960 to the year before the one in which it was updated.

    Raises SourceChanged where they are others, or the lines before are not as known.
    """
    head = table.data.removeprefix(b"\xef\xbb\xbf")[: 1 << 16].decode("utf-8", errors="replace")
    lines = list(csv.reader(head.splitlines()[: len(_PREAMBLE) + 1]))
    before = tuple(line[0] if line else "" for line in lines[:-1])
    if before != _PREAMBLE or lines[-1][:4] != _NAMES:
        raise SourceChanged(
            f"{table.name}: expected the lines {', '.join(filter(None, _PREAMBLE))} and then "
            f"{', '.join(_NAMES)}, found {[line[:4] for line in lines]}"
        )
    updated = _DAY.fullmatch(lines[_UPDATED_LINE][1] if len(lines[_UPDATED_LINE]) > 1 else "")
    if updated is None:
        raise SourceChanged(
            f"{table.name}, row {_UPDATED_LINE + 1}: expected a day, found {lines[_UPDATED_LINE]}"
        )
    years = [cell for cell in lines[-1][4:] if cell]
    wanted = [str(year) for year in range(_FIRST_YEAR, int(updated["year"]))]
    if years != wanted:
        raise SourceChanged(
            f"{table.name}, row {len(lines)}: expected a column for each year from {wanted[0]} to "
            f"{wanted[-1]}, found {len(years)}: {', '.join(years[:2])} … {', '.join(years[-2:])}"
        )
    return years
