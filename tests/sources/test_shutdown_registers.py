"""Bad input of the registers of shutdowns and outages: where, what was expected, what was found."""

from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition


@pytest.mark.parametrize(
    ("source", "edition", "old", "new", "says"),
    [
        ("ioda_curated", "2018-2022", b"June 3, 2019, 4:40", b"June 31, 2019, 4:40", "row 2"),
        ("ioda_curated", "2018-2022", b"4/3/2020  15:15:00 PM", b"4/3/2020  9:15:00 PM", "row 5"),
        ("ioda_curated", "2018-2022", b"2018, 9:00 AM", b"2018, 19:00 AM", "a time of day"),
        ("ioda_curated", "2018-2022", b"True ,True ,True  ", b"yes,True ,True  ", "TRUE, FALSE"),
        ("ioda_curated", "2018-2022", b"AS (64496)", b"AS", "a name in brackets"),
        ("ioda_curated", "2018-2022", b"Country,,,Exams", b"Country (Syria),,,Exams", "Country"),
        ("ioda_curated", "2018-2022", b"Country,,,Exams", b"Planet,,,Exams", "'Planet'"),
        ("ioda_curated", "2018-2022", b"Syria", b"", "a value"),
        ("radar_outages", "2026", b'"UNKNOWN"', b'"GREMLINS"', "annotation 2, outageCause"),
        ("radar_outages", "2026", b"NATIONWIDE", b"GALACTIC", "annotation 1, outageType"),
        ("radar_outages", "2026", b"T04:00:00Z", b"T04:00:00", "a time with its zone"),
        ("radar_outages", "2026", b'"success": true', b'"success": false', "an error"),
        ("radar_outages", "2026", b'"scope": null', b'"scop": null', "scop"),
        ("radar_outages", "2022", b'"asns": [],', b"", "asns"),
        ("top10vpn", "2019", b"5000000,2019", b"5000000,2020", "the year 2019"),
        ("top10vpn", "2019", b"1000000,120", b"1000000,-120", "no less than nothing"),
        ("top10vpn", "2019", b"1000000,120", b"1m,120", "a number"),
        ("top10vpn", "2019", b"Pakistan - Azad Kashmir", b"Congo DRC", "each country once"),
    ],
)
def test_bad_cell_is_refused(
    source: str, edition: str, old: bytes, new: bytes, says: str, tmp_path: Path
) -> None:
    def change(name: str, data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    changed = edition_of_sample(source, edition, into=tmp_path, change=change)
    with pytest.raises(SourceChanged, match="expected") as raised:
        read_edition(changed, bands=False)
    assert says in str(raised.value)


def test_row_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    changed = edition_of_sample(
        "ioda_curated", "2018-2022", into=tmp_path, change=lambda name, data: data[:-60]
    )
    with pytest.raises(SourceChanged, match="expected rows of 107 cells"):
        read_edition(changed, bands=False)
