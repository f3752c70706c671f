"""EuRepoC's cells: lists, days, several countries in one cell, persons; and its workbook."""

import io
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from tests.sources.samples import CAPTURED_AT, SOURCES, edition_of_sample

from sharedfuture.capture import Edition, Part
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.eurepoc.layouts import LAYOUTS
from sharedfuture.sources.reading import read_edition


@pytest.mark.parametrize(
    ("edition", "before", "after", "says"),
    [
        ("1.1", "['State']", "['State'", "'initiator_category': expected a list of texts"),
        ("1.1", "['State']", "[['State']]", "'initiator_category': expected a list of texts"),
        ("1.1", "['State']", "[exit()]", "'initiator_category': expected a list of texts"),
        ("1.1", "['State']", "['\\n']", "'initiator_category': expected a list of texts"),
        ("1.1", "2019-03-01", "20222-03-01", "row 2, column 'start_date': expected days from"),
        ("1.1", "2019-03-01", "2019-02-30", "row 2, column 'start_date': expected days from"),
        ("1.1", "2019-03-01", "01.03.2019", "row 2, column 'start_date': expected days from"),
        ("1.1", "2019-05-20; ", "soon; ", "row 2, column 'attribution_date': expected days"),
        ("1.1", "\n8,", "\n8.5,", "expected a whole number, found '8.5'"),
        ("1.1", "\n9,", "\n8,", "expected each incident once, found incident_key '8'"),
        ("1.1", "\n9,Nobody", "\n,Nobody", "expected the number of an incident, found nothing"),
        ("1.3", "01.03.2019", "2019-03-01", "row 2, column 'start_date': expected days from"),
        ("1.3", "01.03.2019", "31.02.2019", "row 2, column 'start_date': expected days from"),
        ("1.3", "05.2020", "13.2020", "row 3, column 'start_date': expected days from"),
        ("1.3", "2021", "20222", "column 'end_date': expected days from 1980 to 2100"),
        ("1.3", '"CN, RU"', '"CN, RU, KP"', "expected as many countries as codes in"),
    ],
)
def test_other_form_is_refused(
    edition: str, before: str, after: str, says: str, tmp_path: Path
) -> None:
    seen = []

    def change(name: str, data: bytes) -> bytes:
        changed = data.replace(before.encode(), after.encode(), 1)
        seen.append(changed != data)
        return changed

    changed = edition_of_sample("eurepoc", edition, into=tmp_path, change=change)
    assert any(seen)
    with pytest.raises(SourceChanged) as raised:
        read_edition(changed, bands=False)
    assert says in str(raised.value)


@pytest.mark.parametrize("edition", ["1.1", "1.3"])
def test_names_of_groups_and_persons_are_not_read(edition: str, tmp_path: Path) -> None:
    frames = read_edition(edition_of_sample("eurepoc", edition, into=tmp_path), bands=False)
    text = frames["incident_party"].write_csv()
    assert "A named person" not in text
    assert "Panda" not in text


def test_workbook_with_a_sheet_for_each_table(tmp_path: Path) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_numbers": True}) as book:
        for part, name in LAYOUTS["1.1"].sheets.items():
            file = SOURCES / "eurepoc" / "sample" / "1.1" / f"{part}.csv"
            table = pl.read_csv(file, infer_schema=False, has_header=False)
            page = book.add_worksheet(name)
            for at, row in enumerate(table.iter_rows()):
                for place, cell in enumerate(row):
                    if cell is not None:
                        page.write(at, place, cell)
    target = tmp_path / "workbook.xlsx"
    target.write_bytes(data.getvalue())
    held = Part("workbook", target, sha256(data.getvalue()).hexdigest(), CAPTURED_AT)
    sheets = read_edition(Edition("eurepoc", "1.1", {"workbook": held}), bands=False)
    files = read_edition(edition_of_sample("eurepoc", "1.1", into=tmp_path), bands=False)
    for kind, frame in files.items():
        assert sheets[kind].drop("part").equals(frame.drop("part")), kind
