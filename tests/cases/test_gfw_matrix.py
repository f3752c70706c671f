"""The day-by-day check: two lists, gaps, changes; and every way in which a file can be wrong."""

import gzip
import io
import lzma
from datetime import date
from pathlib import Path

import pytest

from sharedfuture.extract.gfw_matrix import read_matrix
from sharedfuture.pipeline.measure.blocklist import read_blocklist
from sharedfuture.pipeline.screens.blocklist import show_blocklist, write_frame
from sharedfuture.records.errors import MeasurementsUnreadable, SourceChanged

# Day 3 was not checked in either list; day 4 not in the first.
GFW = {"b.zone": "110011", "a.zone": "100011", "c.com": "010010"}
HENAN = {"b.zone": "010110", "longer-than-the-others.example": "110111"}


def written(*lists: dict[str, str]) -> bytes:
    rows = [f"{domain:>12}    {flags}\n" for part in lists for domain, flags in part.items()]
    return "".join(rows).encode()


def refused(data: bytes) -> str:
    with pytest.raises(SourceChanged) as caught:
        for _ in read_matrix(io.BytesIO(data), "check.txt"):
            pass
    return str(caught.value)


def put(folder: Path, data: bytes, *, name: str = "check.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_two_lists_are_told_apart_by_their_order() -> None:
    found = list(read_matrix(io.BytesIO(written(GFW, HENAN)), "check.txt"))
    assert [(item.part, item.first_line, item.domains) for item in found] == [
        (1, 1, tuple(GFW)),
        (2, 4, tuple(HENAN)),
    ]
    assert found[0].blocked.tolist() == [[int(flag) for flag in row] for row in GFW.values()]


def test_days_and_changes_step_over_gaps(tmp_path: Path) -> None:
    tables = read_blocklist(put(tmp_path, written(GFW, HENAN)), first_day=date(2026, 1, 30))
    days = tables["blocklist_day"].select(
        *("series", "position", "domains", "blocked", "newly_blocked", "unblocked", "days_since")
    )
    assert days.rows() == [
        ("gfw", 1, 3, 2, None, None, None),
        ("gfw", 2, 3, 2, 1, 1, 1),
        ("gfw", 3, 3, None, None, None, None),
        ("gfw", 4, 3, None, None, None, None),
        ("gfw", 5, 3, 3, 1, 0, 3),
        ("gfw", 6, 3, 2, 0, 1, 1),
        ("henan", 1, 2, 1, None, None, None),
        ("henan", 2, 2, 2, 1, 0, 1),
        ("henan", 3, 2, None, None, None, None),
        ("henan", 4, 2, 2, 0, 0, 2),
        ("henan", 5, 2, 2, 0, 0, 1),
        ("henan", 6, 2, 1, 0, 1, 1),
    ]
    assert tables["blocklist_day"]["day"].to_list()[:3] == [
        *(date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1))
    ]
    assert tables["change"].rows() == [
        ("gfw", "a.zone", 2, "unblocked"),
        ("gfw", "a.zone", 5, "blocked"),
        ("gfw", "c.com", 2, "blocked"),
        ("gfw", "c.com", 6, "unblocked"),
        ("henan", "b.zone", 2, "blocked"),
        ("henan", "b.zone", 6, "unblocked"),
    ]


def test_packed_files_and_days_without_a_date(tmp_path: Path) -> None:
    data = written(GFW, HENAN)
    plain = read_blocklist(put(tmp_path, data), first_day=None)
    assert plain["blocklist_day"]["day"].null_count() == 12
    for name, packed in (("a.xz", lzma.compress(data)), ("a.gz", gzip.compress(data))):
        same = read_blocklist(put(tmp_path, packed, name=name), first_day=None)
        assert all(same[table].equals(plain[table]) for table in plain)


def test_broken_packing_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    cut = lzma.compress(written(GFW, HENAN))[:-20]
    for path in (put(tmp_path, cut, name="cut.xz"), tmp_path / "none.txt"):
        with pytest.raises(MeasurementsUnreadable, match="expected a readable file"):
            read_blocklist(path, first_day=None)
    with pytest.raises(MeasurementsUnreadable, match="expected 1 list"):
        read_blocklist(put(tmp_path, written(GFW, HENAN)), first_day=None, series=["one"])


def test_one_list_takes_the_first_name(tmp_path: Path) -> None:
    tables = read_blocklist(put(tmp_path, written(GFW)), first_day=None, series=["mine"])
    assert tables["blocklist_day"]["series"].unique().to_list() == ["mine"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "found nothing"),
        (b"a.zone\n", "line 1: expected a domain and a flag"),
        (b"a.zone    0120\n", "line 1: expected a domain and a flag"),
        (b"b.zone    0110\na.zone    010\n", "line 2: expected a domain, four spaces and 4"),
        (b"b.zone    0110\na.zone    01101\n", "line 2: expected a domain, four spaces and 4"),
        (b"b.zone    0110\na.zone    0120\n", "line 2: expected a domain, four spaces and 4"),
        (b"b.zone    0110\n\n", "line 2: expected a domain, four spaces and 4"),
        (b"b.zone    0110\r\n", "line 1: expected a domain"),
        (b"b.zone    0110\na.zone   0110\n", "line 2: expected a domain"),
        (b"b.zone    0110\nA.zone    0110\n", "line 2: expected a domain"),
        (b"b.zone    0110\n\x00.zone    0110\n", "line 2: expected a domain"),
        (b"b.zone    0110\n\xff\xfe.zone    0110\n", "line 2: expected a domain"),
        (b"b.zone    0110\na.zone    0\xb1\xb10\n", "line 2: expected a domain"),
        (b"b.zone    0110\na b.zone    0110\n", "line 2: expected a domain"),
        (b"b.zone    0110\nb.zone    0110\n", "line 2: expected a domain once in a list"),
        (written(GFW, HENAN, GFW), "line 6: expected 2 lists"),
        (b"x" * 3_000_000, "expected lines of at most 65,536 bytes"),
    ],
)
def test_what_is_not_in_its_form_is_refused_with_its_line(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_second_of_a_domain_is_found_far_from_the_first() -> None:
    """In another block of the stream than the first."""
    domains = {f"d{number:06}.zone": "01" * 100 for number in range(9_000)}
    again = written(domains) + b"d000007.zone    " + b"01" * 100 + b"\n"
    assert "line 9001: expected a domain once in a list, found 'd000007.zone'" in refused(again)


def test_last_line_may_lack_its_end() -> None:
    found = read_matrix(io.BytesIO(written(GFW).rstrip(b"\n")), "check.txt")
    assert [domain for item in found for domain in item.domains] == list(GFW)


def test_rows_go_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = read_blocklist(put(tmp_path, written(GFW, HENAN)), first_day=None)
    show_blocklist(tables["blocklist_day"])
    for name in ("days.csv", "days.parquet"):
        write_frame(tables["blocklist_day"], tmp_path / name)
    assert (tmp_path / "days.csv").read_text(encoding="utf-8").count("\n") == 13
    assert "12 rows" in capsys.readouterr().out
