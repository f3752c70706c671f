"""A few outputs as whole texts; a difference is left beside the old for the eye.

Where a change is meant, copy the new text, whose path the failure names, over the old one.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.screens.release import show_explanation
from sharedfuture.publish.release import write_release
from sharedfuture.publish.site import write_site
from sharedfuture.records.release import ReleaseFacts
from tests.golden.comparison import compare_with_kept

FACTS = ReleaseFacts(
    release_id="0123456789abcdef",
    version="0.0.0",
    as_of=None,
    latest_source_date="2023-12-06",
    ledger_sha256="0" * 64,
)
# Rows without drawn numbers: these are held by tests of their properties.
ROWS = ("fig-PAK-eiu_overall-2022", "claim-003-pakistan-signed")
CLAIM = "claim-003-pakistan-signed"

Tables = Mapping[str, pl.DataFrame]
Compare = Callable[[str, str], None]


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Compare a text with the one that is kept under this name."""
    return lambda name, actual: compare_with_kept(name, actual, tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_tables: Tables) -> Path:
    """A release and a site of the sample."""
    made = tmp_path_factory.mktemp("sample")
    write_release(small_tables, made / "release", facts=FACTS)
    write_site(small_tables, made / "site", facts=FACTS)
    return made


@pytest.mark.parametrize("row_id", ROWS)
def test_explain(
    folder: Path, compare: Compare, capsys: pytest.CaptureFixture[str], row_id: str
) -> None:
    show_explanation(folder / "release", row_id, style="tree")
    compare(f"explain-{row_id}.txt", capsys.readouterr().out)


def test_data_package(folder: Path, compare: Compare) -> None:
    """The package as a whole, and in full the resource of one table."""
    package = json.loads((folder / "release" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] != "figure":
            del resource["schema"]["fields"]
    compare("datapackage.json", json.dumps(package, indent=1, ensure_ascii=False) + "\n")


def test_section_of_a_claim(folder: Path, compare: Compare) -> None:
    """What a reader sees of one claim, without its marks: a line for each element with text."""
    page = (folder / "site" / "claims.html").read_text(encoding="utf-8")
    found = re.search(rf'<article id="{CLAIM}".*?</article>', page, re.S)
    assert found is not None
    words = re.split(r"<(?:/?(?:p|br|h2|blockquote|summary|th|td|tr|pre)\b)[^>]*>", found.group())
    lines = (" ".join(html.unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in words)
    compare("claim.txt", "\n".join(line for line in lines if line) + "\n")
