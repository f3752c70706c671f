"""The UN Digital Library's file was not to be had: nothing is compared, and it is said so."""

from collections.abc import Callable

import pytest

from sharedfuture.sources.declaration import declaration
from sharedfuture.sources.reading import read_edition
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

HEADERS = {
    "2025-03-31": "originals/un_digital_library/ga_voting_2025-03-31_corr1.header.txt",
    "2026-02-06": "originals/un_digital_library/ga_voting_2026-02-06.header.txt",
}


def test_reader_was_tried_on_no_row_of_the_publisher(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    declared = declaration("un_votes")
    assert not declared.is_tried
    assert "no row" in declared.tried
    assert {edition.name for edition in declared.edition} == set(HEADERS)
    columns = originals.tidy("alignment/un_votes/un_digital_library_bulk_layout.csv")
    for edition, file in HEADERS.items():
        header = originals.data(file).strip()
        assert len(header.split(b",")) == {"2025-03-31": 19, "2026-02-06": 20}[edition]
        assert set(header.decode().split(",")) <= set(columns.get_column("column"))
        frames = read_edition(
            originals.edition("un_votes", edition, {"votes": header + b"\n"}), bands=False
        )
        assert {kind: frame.height for kind, frame in frames.items()} == {"roll_call": 0, "vote": 0}
    say("UN Digital Library votes (two headers, no row to be had)", 0, 0)
