"""What the reader of ideal points refuses: other encodings, sessions, values."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.align.names import Names
from sharedfuture.align.statements import align_countries
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import own_spellings, read_edition


def replaced(old: str, new: str) -> Callable[[str, bytes], bytes]:
    def change(_: str, data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2,403,74,", "2,403,0,", "row 3, column 'session': expected a session from 1 to 155"),
        ("2,403,74,", "2,403,2019,", "expected a session from 1 to 155, found '2019'"),
        ("2,403,74,", "2,403,,", "expected a session from 1 to 155, found nothing"),
        ("1.675,", "NA,", "row 2, column 'IdealPoint': expected a number, found 'NA'"),
        ("1.675,", ",", "row 2, column 'IdealPoint': expected a value, found nothing"),
        ("1.675,", "16.75,", "expected un_ideal_point between -5.0 and 5.0"),
        ("QO%", "Q0%", "found 'Q0%'"),
        ("Q5%", "Q05%", "expected column 'Q5%'"),
    ],
)
def test_bad_table_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    edition = edition_of_sample("ideal_points", "2020-04", into=tmp_path, change=replaced(old, new))
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    assert says in str(refused.value)
    assert str(refused.value).startswith("ideal_points/2020-04")


def test_file_in_another_encoding_has_names_that_nobody_knows(
    tmp_path: Path, names_of_the_ledger: Names
) -> None:
    def changed(_: str, data: bytes) -> bytes:
        return data.decode("windows-1252").encode("utf-8")

    edition = edition_of_sample("ideal_points", "2020-04", into=tmp_path, change=changed)
    with pytest.raises(SourceChanged, match="expected names of countries that are known"):
        align_countries(
            read_edition(edition, bands=False)["value"],
            source="ideal_points",
            names=names_of_the_ledger,
            own=own_spellings("ideal_points"),
        )
