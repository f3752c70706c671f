"""Numbers in the documents are those of the release; a document that is behind fails here."""

import importlib.util
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.frames import schema_of
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.warehouse import ask_release

ROOT = Path(__file__).parents[2]
METHOD = ROOT / "docs" / "method" / "spectrum.md"

GUIDE = ROOT / "docs" / "guides" / "add-a-source.md"

# A file that the guide writes down: its name in a remark, its text in the block below.
_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
# A number as a page writes it: a true minus sign, an optional per cent behind.
_NUMBER = re.compile(r"([−-]?\d+(?:\.\d+)?)(?:( %)| )?")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The program that writes the generated parts of the documents."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_documents_are_up_to_date(generate: ModuleType) -> None:
    assert generate.main(["--check"]) == 0


def test_readme_says_what_the_release_finds(generate: ModuleType, release: Settings) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert generate.with_findings(readme, release.release) == readme, "run `make docs`"


def test_method_of_the_index_says_what_the_release_finds(
    generate: ModuleType, release: Settings
) -> None:
    page = (ROOT / "docs" / "method" / "index.md").read_text(encoding="utf-8")
    assert generate.with_index_findings(page, release.release) == page, "run `make docs`"


def _answers(text: str) -> list[tuple[str, list[str]]]:
    """Rows of the method page's tables: the answer, and the ids it names."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        ids = re.findall(r"`((?:stat|spec)-[\w-]+)`", cells[-1]) if line.startswith("|") else []
        if len(cells) == 3 and ids:
            found.append((cells[1], ids))
    return found


def _values(release: Settings, row_id: str) -> list[float]:
    table = "statistic" if row_id.startswith("stat-") else "spectrum"
    query = f"select * from {table} where {table}_id = '{row_id}'"
    rows = ask_release(release.release / "sharedfuture.duckdb", query, limit_seconds=20).to_dicts()
    assert rows, f"{row_id} is named on the method page and is not in the release"
    return [float(value) for value in rows[0].values() if isinstance(value, int | float)]


def test_method_page_quotes_the_release(release: Settings) -> None:
    answers = _answers(METHOD.read_text(encoding="utf-8"))
    assert len(answers) >= 6
    quoted = 0
    for answer, ids in answers:
        known = [value for row_id in ids for value in _values(release, row_id)]
        for match in _NUMBER.finditer(answer.replace("95 %", "")):
            written, decimals = float(match[1].replace("−", "-")), len(match[1].partition(".")[2])
            scales = (1.0, 100.0)
            near = [v * scale for v in known for scale in scales]
            quoted += 1
            assert any(round(value, decimals) == written for value in near), (answer, ids, written)
    assert quoted >= 15


@pytest.fixture
def guided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the source that the guide builds, among sources of one's own.

    A sample of a few rows is below the bands that are right for a whole edition.
    """
    folder = tmp_path / "own" / "camera_watch"
    for name, text in _FILE.findall(GUIDE.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"{ min = \d+,", "{ min = 1,", text), encoding="utf-8")
    monkeypatch.setenv("SHAREDFUTURE_SOURCES", str(folder.parent))
    return folder


def test_source_that_the_guide_builds_becomes_what_the_guide_says(
    guided: Path, tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    for path in sorted((guided / "sample" / "2024").iterdir()):
        words = ("--edition", "2024", "--part", path.stem, "--file", str(path))
        done = command("fetch", guided.name, *words, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    done = command("status", guided.name, "--format", "json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    (stands,) = json.loads(done.stdout)["sources"]
    # One deployment is in two countries, one in none.
    assert (stands["state"], stands["rows in"], stands["rows out"]) == ("fresh", 8, 7)
    said = _read_of(tmp_path / "var" / "readings" / guided.name / "2024")
    expected = {path.name.split(".")[1]: path for path in (guided / "sample/expected").iterdir()}
    assert said.keys() == expected.keys()
    for kind, path in expected.items():
        wanted = pl.read_csv(path, schema=schema_of(STATED_TABLE[kind]))
        assert said[kind].rows(named=True) == wanted.rows(named=True), kind


def _read_of(edition: Path) -> Mapping[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in edition.glob("*/*.parquet")}
