"""Which files a path stands for, and what is read of what others publish beside measurements."""

import gzip
import lzma
from pathlib import Path

import pytest
from tests.measured import countries_in

from sharedfuture.pipeline.measure.inputs import find_inputs
from sharedfuture.pipeline.measure.references import missing_references, read_references
from sharedfuture.records.errors import MeasurementsUnreadable

NOW = "raw/20260101/00/IT/webconnectivity/2026010100_IT_webconnectivity.n0.0.jsonl.gz"
BEFORE = "jsonl/webconnectivity/IT/20150101/00/20150101_IT_webconnectivity.l.0.jsonl.gz"
PLAIN = "mine.jsonl"
OTHER = "raw/20260101/00/IT/webconnectivity/2026010100_IT_webconnectivity.n0.0.tar.gz"
COLUMNS = "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,"
HEADER = COLUMNS + "expected_countries,source,exp_url,notes\n"


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """A copy of parts of the public bucket in both of its layouts, with a file besides."""
    for name in (NOW, BEFORE, PLAIN, OTHER):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", [NOW, BEFORE, PLAIN]),
        ("raw", [NOW]),
        ("raw/20260101/*/IT", [NOW]),
        ("**/*.jsonl.gz", [NOW, BEFORE]),
        ("raw/20260101/00/I[ST]/*/*", [NOW]),
        (PLAIN, [PLAIN]),
    ],
)
def test_files_folders_and_patterns(bucket: Path, pattern: str, expected: list[str]) -> None:
    found = find_inputs([str(bucket / pattern)])
    assert [item.path for item in found] == sorted(str(bucket / name) for name in expected)


def test_each_file_counts_once(bucket: Path) -> None:
    assert len(find_inputs([str(bucket), str(bucket / PLAIN), str(bucket / "*")])) == 3


@pytest.mark.parametrize("path", ["nothing", "*.jsonl.xz", "raw/*/*/FR", OTHER, "empty"])
def test_path_that_stands_for_nothing_is_refused(bucket: Path, path: str) -> None:
    (bucket / "empty").mkdir()
    with pytest.raises(MeasurementsUnreadable, match=r"expected \*\.jsonl\.gz"):
        find_inputs([str(bucket / PLAIN), str(bucket / path)])


def test_references_are_found_under_their_names_plain_or_packed(tmp_path: Path) -> None:
    folder = tmp_path / "references"
    (folder / "test-lists" / "lists").mkdir(parents=True)
    row = "made.it,nat,,body,contains,Blocked by law,5,IT,,,\n"
    (folder / "fingerprints_http.csv.gz").write_bytes(gzip.compress((HEADER + row).encode()))
    (folder / "ordered-ip-pool-injector-3-a.txt").write_text("203.1.113.1\n\n203.1.113.2\n")
    (folder / "20260101.as-org2info.txt.xz").write_bytes(
        lzma.compress(
            b"# comment\n# format:org_id|changed|org_name|country|source\nO1|2020|Made Org|ZM|X\n"
            b"# format:aut|changed|aut_name|org_id|opaque_id|source\n64500|2020|MADE|O1||X\n"
            b"64501|2020|OTHER|O2||X\n"
        )
    )
    lists = folder / "test-lists" / "lists"
    (lists / "zm.csv").write_text("url,category_code\nhttps://site.example/,NEWS\n")
    (lists / "global.csv").write_text("url,category_code\nhttp://site.example/a,HUMR\n")
    (lists / "00-LEGEND-category_codes.csv").write_text("url,category_code\nhttp://no.example,X\n")
    found = read_references(folder, countries=countries_in(tmp_path))
    assert found.fingerprints.match("Blocked by law", {}) == ("made.it",)
    assert found.forged == {"203.1.113.1", "203.1.113.2"}
    assert found.networks == {64500: "Made Org", 64501: "OTHER"}
    assert found.categories == {"site.example": "HUMR"}
    assert found.countries["ZM"] == "ZMB"
    assert [sentence.split(": no ")[1].split(";")[0] for sentence in found.missing] == [
        "fingerprints_dns.csv",
        "ordered-ip-pool-injector-3-aaaa.txt",
    ]


def test_without_references_everything_is_said_to_be_missing(tmp_path: Path) -> None:
    found = read_references(tmp_path / "none", countries=countries_in(tmp_path))
    assert found.fingerprints.all == ()
    assert found.missing == missing_references(tmp_path / "none")
    assert len(found.missing) == 6
    assert all("https://" in sentence for sentence in found.missing)


def test_reference_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fingerprints_dns.csv.xz").write_bytes(b"not packed")
    with pytest.raises(MeasurementsUnreadable, match=r"fingerprints_dns\.csv\.xz"):
        read_references(tmp_path, countries=countries_in(tmp_path))
    (tmp_path / "fingerprints_dns.csv.xz").unlink()
    (tmp_path / "fingerprints_dns.csv").write_text("a,b\n1,2\n")
    with pytest.raises(MeasurementsUnreadable, match="columns"):
        read_references(tmp_path, countries=countries_in(tmp_path))
    with pytest.raises(MeasurementsUnreadable, match=r"none\.csv"):
        read_references(tmp_path, countries=tmp_path / "none.csv")
