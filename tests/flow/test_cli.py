"""The command line as a person meets it: formats, errors, help, exports."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.tables import TABLE, TABLES

Command = Callable[..., CompletedProcess[str]]
Run = Callable[..., CompletedProcess[str]]

COMMANDS = ("build", "check", "explain", "sql", "export", "index", "completion")
READ: Mapping[str, Callable[[Path], pl.DataFrame]] = {
    "csv": pl.read_csv,
    "parquet": pl.read_parquet,
    "json": pl.read_json,
}
QUERY = "select country_id, rank, tech from spectrum order by rank limit 2"


@pytest.fixture
def run(command: Command, release: Settings) -> Run:
    """Run a command beside the built release."""

    def beside(*arguments: str) -> CompletedProcess[str]:
        return command(*arguments, folder=release.out.parent)

    return beside


def _rows(release: Settings) -> list[tuple[str, int, float]]:
    spectrum = pl.read_parquet(release.release / "parquet" / "spectrum.parquet")
    return spectrum.sort("rank").select("country_id", "rank", "tech").head(2).rows()


def test_sql_as_csv(run: Run, release: Settings) -> None:
    done = run("sql", QUERY, "--format", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["country_id", "rank", "tech"]
    found = [(row[0], int(row[1]), float(row[2])) for row in rows[1:]]
    assert found == _rows(release)


def test_sql_as_json(run: Run, release: Settings) -> None:
    found = json.loads(run("sql", QUERY, "--format", "json").stdout)
    assert [tuple(row.values()) for row in found] == _rows(release)


def test_sql_as_table(run: Run, release: Settings) -> None:
    lines = run("sql", QUERY).stdout.splitlines()
    assert lines[0].split() == ["country_id", "rank", "tech"]
    assert [line.split()[0] for line in lines[1:3]] == [row[0] for row in _rows(release)]


def test_sql_shows_markup_as_it_stands(run: Run) -> None:
    assert "[bold]text[/bold]" in run("sql", "select '[bold]text[/bold]' as written").stdout


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("drop table claim", "expected one SELECT, found DROP"),
        ("select 1; select 2", "expected one SELECT, found SELECT, SELECT"),
        ("", "expected one SELECT, found nothing"),
        ("selec 1", "syntax error"),
        ("select nothing_such from claim", "nothing_such"),
        ("select * from read_csv('/etc/hostname')", "disabled"),
        ("select count(*) from range(100000) a, range(100000) b, range(10) c", "within 0.5 s"),
    ],
)
def test_sql_that_is_refused(run: Run, query: str, says: str) -> None:
    done = run("sql", query, "--limit", "0.5")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("sharedfuture: ")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("sql", "select 1"), ("explain", "PAK"), ("export", "claim")],
    ids=lambda arguments: str(arguments[0]),
)
def test_without_a_release_it_says_what_to_do(
    tmp_path: Path, command: Command, arguments: tuple[str, ...]
) -> None:
    done = command(*arguments, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"sharedfuture: {tmp_path / 'out' / 'release'}: expected a release, found none; "
        "run `sharedfuture build`\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_explain_as_json_ends_in_sources(run: Run) -> None:
    tree = json.loads(run("explain", "stat-pearson", "--format", "json").stdout)
    assert tree["row_id"] == "stat-pearson"
    assert set(tree) == {"row_id", "table", "says", "left_out", "children"}


def test_explain_as_tree_names_source_and_line_of_the_ledger(run: Run) -> None:
    text = run("explain", "fig-PAK-eiu_overall-2022").stdout
    assert "= 4.13" in text
    assert "evidence/figures/eiu.csv:" in text
    assert "src-eiu-democracy-index-2022" in text


def test_explain_of_a_country_by_its_name(run: Run) -> None:
    assert run("explain", "Pakistan").stdout.startswith("PAK")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("fig-PAK-eiu_overal-2022", "fig-PAK-eiu_overall-2022"),
        ("Pakisten", "nearest:"),
        ("", "the id of a row, found ''"),
    ],
)
def test_explain_of_an_unknown_row_names_the_nearest(run: Run, row: str, says: str) -> None:
    done = run("explain", row)
    assert done.returncode == 1
    assert says in done.stderr


@pytest.mark.parametrize("style", ["csv", "parquet", "json"])
def test_export_of_one_table(run: Run, release: Settings, tmp_path: Path, style: str) -> None:
    target = tmp_path / f"spectrum.{style}"
    done = run("export", "spectrum", "--format", style, "--to", str(target))
    assert done.returncode == 0, done.stderr
    metadata = target.with_suffix(".metadata.json")
    assert done.stdout.splitlines() == [str(target), str(metadata)]
    frame = READ[style](target)
    original = pl.read_parquet(release.release / "parquet" / "spectrum.parquet")
    assert frame.columns == list(TABLE["spectrum"].column_names)
    assert frame.select("country_id", "rank").rows() == original.select("country_id", "rank").rows()
    about = json.loads(metadata.read_text(encoding="utf-8"))
    assert about["rows"] == original.height
    assert list(about["columns"]) == frame.columns


def test_export_names_the_licence_of_every_source(run: Run, tmp_path: Path) -> None:
    run("export", "figure", "--to", str(tmp_path / "figure.csv"))
    about = json.loads((tmp_path / "figure.metadata.json").read_text(encoding="utf-8"))
    named = {source["source_id"] for source in about["sources"]}
    assert {"src-eiu-democracy-index-2022", "src-china-index-2022"} <= named
    assert all(source["licence"] and source["redistribution"] for source in about["sources"])


def test_export_of_all_tables(run: Run, tmp_path: Path) -> None:
    done = run("export", "--format", "csv", "--to", str(tmp_path / "all"))
    names = {path.name for path in (tmp_path / "all").iterdir()}
    expected = {f"{table.name}.csv" for table in TABLES}
    expected |= {f"{table.name}.metadata.json" for table in TABLES}
    assert names == expected
    assert len(done.stdout.splitlines()) == len(expected)


def test_export_into_a_folder(run: Run, tmp_path: Path) -> None:
    run("export", "claim", "--to", str(tmp_path / "folder"))
    assert (tmp_path / "folder" / "claim.csv").is_file()
    assert (tmp_path / "folder" / "claim.metadata.json").is_file()


def test_export_of_an_unknown_table_names_the_known(run: Run) -> None:
    done = run("export", "figures")
    assert done.returncode == 1
    assert "expected a table of" in done.stderr
    assert "'figures'" in done.stderr


def test_export_to_a_place_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shut").write_text("a file", encoding="utf-8")
    done = run("export", "claim", "--to", str(tmp_path / "shut" / "claim.csv"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "shut") in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_names_the_commands(run: Run, shell: str) -> None:
    script = run("completion", shell).stdout
    for name in COMMANDS:
        assert name in script


def test_bash_accepts_the_completion(run: Run) -> None:
    script = run("completion", "bash").stdout
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version(run: Run) -> None:
    words = run("--version").stdout.split()
    assert words[0] == "sharedfuture"
    assert words[1][0].isdigit()


def test_help_lists_every_command_with_examples(run: Run) -> None:
    text = run("--help").stdout
    assert "examples:" in text
    for name in COMMANDS:
        assert re.search(rf"^ +{name}\b", text, re.M), name


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_has_examples(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0
    assert f"  sharedfuture {name}" in done.stdout or f"sharedfuture {name} " in done.stdout
    assert "example" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "required: COMMAND"),
        (("nothing",), "invalid choice"),
        (("build", "--as-of", "31.12.2022"), "expected a day such as 2022-12-31"),
        (("sql", "select 1", "--format", "xml"), "invalid choice"),
    ],
)
def test_wrong_usage_is_exit_code_two(run: Run, arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.conformance
def test_check_of_the_ledger_finds_no_fault(run: Run) -> None:
    done = run("check")
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("rows of the ledger, no fault")
    assert int(done.stdout.split()[0]) > 1000


def test_a_reader_that_stops_early_is_no_error(
    release: Settings, environment: Callable[..., dict[str, str]], repository: Path
) -> None:
    folder = release.out.parent
    done = subprocess.run(
        ["bash", "-c", "sharedfuture sql 'select * from stated' --format csv | head -n 1"],
        cwd=folder,
        env=environment(folder, repository / "evidence")
        | {"PATH": f"{repository / '.venv' / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("row_id,")
    assert done.stderr == ""
