"""`sharedfuture index` as a person meets it: rankings, files, a report, errors; and its guide."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from sharedfuture.pipeline.settings import Settings

Command = Callable[..., CompletedProcess[str]]
Index = Callable[..., CompletedProcess[str]]

HOSTILE = '<script>alert("1")</script>'
RECIPE = """
[index]
id = "fruit"
title = "Fruit & more"
[screen]
least_available = 0.7
[normalise]
method = "minmax"
low = 1
high = 100
reason = "keeps distances"
[aggregate]
method = "arithmetic"
[uncertainty]
seed = 5
replicates = 60
rows = 64
resamples = 20
[[vary]]
name = "mean"
method = "choice"
path = "aggregate"
among = [{ method = "arithmetic" }, { method = "geometric" }]
[[vary]]
name = "weights"
method = "noisy_weights"
noise = 0.5
levels = [1]
sets = 20
"""
METADATA = """code,kind,parent,better,name
a,indicator,sweet,higher,Sugar
b,indicator,sweet,higher,Ripeness
c,indicator,sound,lower,Bruises
d,indicator,sound,higher,Firmness
sweet,element,whole,,Sweetness
sound,element,whole,,Soundness
whole,element,,,Fruit
"""


def data() -> str:
    rows = [
        f"u{at},{name},{at * 7 % 11},{at * 5 % 11},{at * 3 % 13},{at * 4 % 13},{at}"
        for at, name in enumerate(["=1+1", HOSTILE, *(f"Unit {n}" for n in range(8))], 1)
    ]
    return "\n".join(["unit,name,a,b,c,d,colour", *rows, "u11,Little,1,,,2,7", ""])


def lay_out(folder: Path) -> Path:
    """Put the three files into a folder."""
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    (folder / "data.csv").write_text(data(), encoding="utf-8")
    (folder / "meta.csv").write_text(METADATA, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


@pytest.fixture
def index(command: Command, folder: Path) -> Index:
    """Run `sharedfuture index ...` beside the files."""

    def run(*arguments: str) -> CompletedProcess[str]:
        return command("index", *arguments, folder=folder)

    return run


SCORE = ("score", "recipe.toml", "data.csv", "--metadata", "meta.csv")
AUDIT = ("audit", "recipe.toml", "data.csv", "--metadata", "meta.csv")


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit said, and the folder in which it wrote."""

    done: CompletedProcess[str]
    folder: Path


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Audited:
    """The files, audited once."""
    folder = lay_out(tmp_path_factory.mktemp("audited"))
    return Audited(command("index", *AUDIT, folder=folder), folder)


def test_ranking_says_intervals_absences_and_what_was_not_used(index: Index) -> None:
    done = index(*SCORE)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Fruit & more: 11 units, 4 indicators"
    assert lines[1].split() == [
        "rank",
        "90%",
        "interval",
        "unit",
        "name",
        "score",
        "90%",
        "interval",
    ]
    assert [line.split()[0] for line in lines[2:12]] == [str(rank) for rank in range(1, 11)]
    assert "Little: left out by screening: 50% of the indicators available" in done.stdout
    assert "columns colour" in done.stdout
    assert "60 replicates of mean, weights; seed 5" in done.stdout


def test_the_same_seed_gives_the_same_and_another_does_not(index: Index) -> None:
    first, again = index(*SCORE), index(*SCORE)
    assert first.stdout == again.stdout
    other = index(*SCORE, "--seed", "6", "--replicates", "30")
    assert "30 replicates of mean, weights; seed 6" in other.stdout


def test_without_uncertainty_there_is_no_interval(index: Index, folder: Path) -> None:
    plain = RECIPE[: RECIPE.index("[uncertainty]")]
    (folder / "recipe.toml").write_text(plain, encoding="utf-8")
    assert "none: the recipe has no [uncertainty]" in index(*SCORE).stdout
    refused = index(*SCORE, "--seed", "1")
    assert refused.returncode == 2
    assert refused.stderr == (
        "sharedfuture: recipe.toml: expected [uncertainty] for --seed or --replicates, found none\n"
    )


def test_results_as_one_file_as_a_workbook_and_as_a_folder(index: Index, folder: Path) -> None:
    assert index(*SCORE, "--to", "scores.csv").returncode == 0
    scores = pl.read_csv(folder / "scores.csv")
    assert scores["rank"].to_list() == [*range(1, 11), None]
    assert "'=1+1" in scores["name"].to_list()
    assert index(*SCORE, "--to", "all.xlsx").returncode == 0
    book = CalamineWorkbook.from_path(folder / "all.xlsx")
    assert book.sheet_names[0] == "contents"
    rows = book.get_sheet_by_name("score").to_python()
    assert "=1+1" in {row[1] for row in rows}
    assert [row[2] for row in rows[1:11]] == [float(rank) for rank in range(1, 11)]
    assert index(*SCORE, "--to", "results").returncode == 0
    names = {path.stem for path in (folder / "results").iterdir()}
    assert names == {
        "contents",
        *(row[0] for row in book.get_sheet_by_name("contents").to_python()[1:]),
    }
    assert pl.read_csv(folder / "results" / "draw.csv").height == 60


def test_table_too_large_for_a_sheet_is_a_file_beside_it(index: Index, folder: Path) -> None:
    done = index(*SCORE, "--replicates", "4000", "--to", "all.xlsx")
    assert done.stdout.endswith("written    all.xlsx\nwritten    all-draw.csv\n")
    contents = CalamineWorkbook.from_path(folder / "all.xlsx").get_sheet_by_name("contents")
    (row,) = [row for row in contents.to_python() if row[0] == "draw"]
    assert row[3] == "too large for a sheet: all-draw.csv"
    assert pl.read_csv(folder / "all-draw.csv").height == 4000


def test_audit_is_one_page_without_script_or_request(audited: Audited) -> None:
    done, folder = audited.done, audited.folder
    assert done.returncode == 0, done.stderr
    assert "60 replicates of 2 variations" in done.stderr
    assert done.stdout.endswith("written    audit.html\nwritten    audit.xlsx\n")
    page = (folder / "audit.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#|data:)""", page)
    assert not re.search(r"url\((?!#)|@import", page)
    assert "default-src 'none'" in page
    assert "Fruit &amp; more" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {f"#{name}" for name in ids} >= set(re.findall(r'href="(#[^"]+)"', page))


def test_every_chart_has_words_and_only_colours_of_the_style(audited: Audited) -> None:
    page = (audited.folder / "audit.html").read_text(encoding="utf-8")
    charts = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(charts) == 8
    for chart in charts:
        assert re.search(r'role="img" aria-labelledby="([\w-]+) ([\w-]+)"', chart)
        assert re.search(r"<title [^>]*>[^<]{10,}</title><desc [^>]*>[^<]{10,}</desc>", chart)
        assert set(re.findall(r"#[0-9a-f]{6}", chart)) == set()
    style = page[: page.index("</style>")]
    used = set(re.findall(r"var\((--[\w-]+)\)", page))
    assert {name for name in used if f"{name}:" not in style} == {"--natural"}


@pytest.mark.conformance
def test_audit_gives_the_same_bytes_twice(audited: Audited, index: Index, folder: Path) -> None:
    index(*AUDIT, "--to", "again/audit.html")
    for name in ("audit.html", "audit.xlsx"):
        first, second = (audited.folder / name), (folder / "again" / name)
        assert first.read_bytes() == second.read_bytes()


def test_audit_names_files_versions_and_seed(audited: Audited) -> None:
    book = CalamineWorkbook.from_path(audited.folder / "audit.xlsx")
    rows = book.get_sheet_by_name("about").to_python()
    facts = {str(row[0]): str(row[1]) for row in rows}
    assert facts["seed"] == "5"
    assert (facts["units"], facts["scored"]) == ("11", "10")
    assert facts["file data.csv"].startswith("sha256 ")
    assert facts["sharedfuture"][0].isdigit()


def test_two_recipes_compared(index: Index, folder: Path) -> None:
    other = RECIPE.replace(
        'method = "arithmetic"\n[uncertainty]', 'method = "harmonic"\n[uncertainty]'
    )
    (folder / "other.toml").write_text(other, encoding="utf-8")
    done = index("compare", "recipe.toml", "other.toml", "data.csv", "--metadata", "meta.csv")
    assert done.returncode == 0, done.stderr
    assert re.search(r"aggregate +arithmetic; missing: drop +harmonic; missing: drop", done.stdout)
    same = index(
        *("compare", "recipe.toml", "recipe.toml", "data.csv", "--metadata", "meta.csv"),
        *("--to", "shift.csv"),
    )
    assert "the two recipes are the same" in same.stdout
    assert re.search(r"rank correlation +1\b", same.stdout)
    assert pl.read_csv(folder / "shift.csv")["rank_gain"].drop_nulls().unique().to_list() == [0]


def test_two_editions_compared(index: Index, folder: Path) -> None:
    later = "\n".join(line for line in data().splitlines() if not line.startswith("u1,"))
    (folder / "later.csv").write_text(later, encoding="utf-8")
    done = index(
        *("compare", "recipe.toml", "recipe.toml", "data.csv", "--metadata", "meta.csv"),
        *("--other-data", "later.csv"),
    )
    assert re.search(r"only in first +1\b", done.stdout)
    assert re.search(r"units in both +9\b", done.stdout)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("recipe.toml", 'method = "minmax"', 'method = "minimax"', "recipe.toml: [normalise]"),
        ("recipe.toml", "[index]", "[index", "recipe.toml: not TOML"),
        ("recipe.toml", 'path = "aggregate"', 'path = "agregate"', "a path starts with one of"),
        ("data.csv", "unit,name", "code,name", "data.csv: no column 'unit'"),
        ("data.csv", "u3,Unit 0,10", "u3,Unit 0,ten", "row 3 (u3), column 'a': expected a number"),
        ("data.csv", "u3,", "u2,", "'u2' stands in row 2 already"),
        ("meta.csv", "a,indicator,sweet,higher", "a,indicator,sweet,", "meta.csv: metadata: row 1"),
        ("meta.csv", "sweet,element,whole", "sweet,element,hole", "expected a code of this table"),
    ],
)
def test_faulty_input_is_named_in_a_line(
    index: Index, folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = index(*SCORE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sharedfuture: ")
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_constant_indicator_is_named(index: Index, folder: Path) -> None:
    lines = data().splitlines()
    flat = [re.sub(r"^((?:[^,]*,){2})[^,]*", r"\g<1>4", line) for line in lines[1:]]
    (folder / "data.csv").write_text("\n".join([lines[0], *flat]), encoding="utf-8")
    done = index(*SCORE)
    assert done.returncode == 2
    assert "normalise: a: minmax needs at least two different values" in done.stderr


def test_file_that_is_not_there_or_not_text(index: Index, folder: Path) -> None:
    gone = index("score", "nowhere.toml", "data.csv")
    assert gone.returncode == 2
    assert gone.stderr.startswith("sharedfuture: nowhere.toml: expected a file, found none")
    (folder / "recipe.toml").write_bytes(b"\xff\xfe")
    assert "expected UTF-8 text" in index(*SCORE).stderr
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    bare = index("score", "recipe.toml", "data.csv")
    assert "expected [[indicator]] entries, or a metadata table by --metadata" in bare.stderr


@pytest.mark.parametrize("work", ["score", "audit", "compare"])
def test_help_of_each_work_has_examples(index: Index, work: str) -> None:
    done = index(work, "--help")
    assert done.returncode == 0
    assert f"  sharedfuture index {work} " in done.stdout


@pytest.mark.conformance
def test_guide_runs_as_written(
    release: Settings,
    environment: Callable[..., dict[str, str]],
    repository: Path,
    tmp_path: Path,
) -> None:
    text = (repository / "docs" / "guides" / "make-an-index.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    (tmp_path / "control.toml").write_text(recipe, encoding="utf-8")
    own = environment(release.out.parent, repository / "evidence")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    steps = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    assert len(steps) == 4
    for step in steps:
        done = subprocess.run(
            ["bash", "-ec", step],
            cwd=tmp_path,
            env={**own, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert {"control-audit.html", "control-audit.xlsx", "control-scores"} <= {
        found.name for found in tmp_path.iterdir()
    }
    assert pl.read_csv(tmp_path / "control-scores" / "score.csv").height > 50
