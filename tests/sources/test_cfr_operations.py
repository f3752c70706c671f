"""The tracker of cyber operations: days and persons."""

from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (b"2/3/2020", b"2/3/20222", "row 2, column 'Date': expected a day as month/day/year"),
        (b"2/3/2020", b"23/2/2020", "row 2, column 'Date': expected a day as month/day/year"),
        (b"2/3/2020", b"2020-02-03", "row 2, column 'Date': expected a day as month/day/year"),
        (b"Compromise of an example ministry", b"", "row 2, column 'Title': expected a value"),
        (b"Sources_1", b"Source", "expected column 'Sources_1', found only"),
    ],
)
def test_other_form_is_refused(before: bytes, after: bytes, says: str, tmp_path: Path) -> None:
    edition = edition_of_sample(
        "cfr_operations",
        "2020-11",
        into=tmp_path,
        change=lambda _, data: data.replace(before, after, 1),
    )
    with pytest.raises(SourceChanged, match=says):
        read_edition(edition, bands=False)


def test_victims_that_are_no_country_are_not_read(tmp_path: Path) -> None:
    frames = read_edition(
        edition_of_sample("cfr_operations", "2020-11", into=tmp_path), bands=False
    )
    text = " ".join(frame.write_csv() for frame in frames.values())
    assert "a named person" not in text
    assert "Ministry," not in text
