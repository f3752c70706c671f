"""How sources stand, as a person or a program asks: fresh, due, stale, never captured."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from sharedfuture.capture import Fetch, Store
from sharedfuture.pipeline.settings import Settings
from tests.made_up_source import HEADER, NAME, MadeUpSource

Run = Callable[..., "CompletedProcess[str]"]
ROWS = "Norway,9.25,9.1,9.4\nThe Solomons,7.5,7.25,7.75\nCHN,n/a,,\n"


@pytest.fixture
def source(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MadeUpSource]:
    """The made-up source, known to every command by the environment."""
    made = MadeUpSource(tmp_path / "own", replace(settings, own_sources=tmp_path / "own"))
    made.declare()
    monkeypatch.setenv("SHAREDFUTURE_SOURCES", str(tmp_path / "own"))
    yield made
    made.forget()
    sys.modules.pop(f"sharedfuture.sources.{NAME}", None)


@pytest.fixture
def run(command: Run, sample: Path, tmp_path: Path) -> Run:
    def here(*arguments: str) -> "CompletedProcess[str]":
        done = command(*arguments, folder=tmp_path, evidence=sample)
        assert "Traceback" not in done.stderr
        return done

    return here


def captured(source: MadeUpSource, rows: str, *, days_ago: int) -> None:
    """A file of the publisher that was had so many days ago."""
    store = Store(source.settings.captures)
    with store.writing():
        digest = store.keep((HEADER + rows).encode())
        store.log(logged(days_ago, sha256=digest))


def logged(days_ago: int, *, sha256: str | None = None, problem: str | None = None) -> Fetch:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    address = "https://example.org/2022.csv"
    return Fetch(NAME, "2022", "scores", address, address, at, 200, sha256, problem=problem)


def standing(done: "CompletedProcess[str]") -> Mapping[str, object]:
    (row,) = json.loads(done.stdout)["sources"]
    return dict(row)


def test_source_that_was_never_captured(source: MadeUpSource, run: Run) -> None:
    done = run("status", NAME, "--format", "json")
    assert done.returncode == 0
    row = standing(done)
    assert (row["state"], row["captured"], row["rows in"]) == ("never captured", "", 0)


@pytest.mark.parametrize(
    ("days", "state"), [(0, "fresh"), (400, "fresh"), (401, "due")], ids=["today", "400", "401"]
)
def test_age_is_held_against_the_cadence(
    source: MadeUpSource, run: Run, days: int, state: str
) -> None:
    captured(source, ROWS, days_ago=days)
    done = run("status", NAME, "--format", "json")
    assert done.returncode == 0
    row = standing(done)
    assert (row["state"], row["age"], row["cadence"]) == (state, f"{days} d", "yearly")
    assert (row["edition"], row["rows in"], row["rows out"]) == ("2022", 3, 3)


def test_file_that_cannot_be_read_makes_it_stale(source: MadeUpSource, run: Run) -> None:
    captured(source, ROWS, days_ago=9)
    captured(source, "Norway,nine,8,9\n", days_ago=1)
    done = run("status", NAME)
    assert done.returncode == 1
    head, row = done.stdout.splitlines()
    assert head.split() == [
        *("source", "state", "edition", "captured", "age", "cadence"),
        *("rows", "in", "rows", "out", "faults"),
    ]
    assert row.split()[:3] == [NAME, "stale", "2022"]
    assert row.split()[-4:] == ["yearly", "3", "3", "1"]
    assert done.stderr.endswith(
        "sample_press: sample_press/2022/scores, row 2, column 'Score': "
        "expected a number, found 'nine'\n"
    )


def test_file_that_nothing_can_be_read_of(source: MadeUpSource, run: Run) -> None:
    captured(source, "Norway,nine,8,9\n", days_ago=1)
    done = run("status", NAME, "--format", "json")
    assert done.returncode == 1
    assert standing(done)["state"] == "unreadable"
    assert [fault["source"] for fault in json.loads(done.stdout)["faults"]] == [NAME]


def test_fetch_that_failed_is_a_fault_until_one_succeeds(source: MadeUpSource, run: Run) -> None:
    captured(source, ROWS, days_ago=9)
    store = Store(source.settings.captures)
    with store.writing():
        store.log(logged(1, problem="status 503"))
    done = run("status", NAME)
    assert done.returncode == 1
    assert "2022/scores" in done.stderr
    assert "status 503" in done.stderr
    captured(source, ROWS, days_ago=0)
    assert run("status", NAME).returncode == 0


def test_reader_that_breaks_down_stops_its_own_source_only(source: MadeUpSource, run: Run) -> None:
    captured(source, ROWS, days_ago=1)
    reader = source.folder / NAME / "__init__.py"
    reader.write_text(reader.read_text(encoding="utf-8").replace('"Low"),', '"Lo"),', 1))
    done = run("status", "--format", "json")
    assert done.returncode == 1
    rows = {row["source"]: row["state"] for row in json.loads(done.stdout)["sources"]}
    assert rows.pop(NAME) == "unreadable"
    assert set(rows.values()) == {"never captured"}
    (fault,) = json.loads(done.stdout)["faults"]
    assert "expected files that the reader can read, found ColumnNotFoundError" in fault["fault"]


def test_sources_say_who_and_under_which_licence(source: MadeUpSource, run: Run) -> None:
    source.declare(redistribution="derived_only")
    captured(source, ROWS, days_ago=0)
    done = run("sources", NAME, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == [
        {
            "source": NAME,
            "title": "Sample Press Index",
            "publisher": "Sample Institute",
            "licence": "a licence of this test",
            "may leave": "what is computed",
            "edition": "2022",
            "captured": str(datetime.now(UTC).date()),
            "state": "fresh",
        }
    ]
    assert "Sample Press Index" in run("sources", NAME).stdout


def test_all_sources_are_listed_though_nothing_was_captured(run: Run, tmp_path: Path) -> None:
    done = run("sources", "--format", "json")
    assert done.returncode == 0
    rows = json.loads(done.stdout)
    assert {"rsf", "vdem", "eiu_democracy"} <= {row["source"] for row in rows}
    assert all(row["licence"] for row in rows)
    assert {row["state"] for row in rows} == {"never captured"}
    assert list(tmp_path.iterdir()) == [], "who only looks leaves nothing behind"


@pytest.mark.parametrize("name", ["status", "sources"])
def test_unknown_source_is_refused(run: Run, name: str) -> None:
    done = run(name, "nobody")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "expected sources among" in done.stderr


def test_own_sources_are_known_to_every_command(source: MadeUpSource, run: Run) -> None:
    held = run("fetch", NAME, "--offline")
    assert NAME in held.stdout
    assert NAME in run("sources", NAME).stdout


@pytest.mark.parametrize("name", ["status", "sources", "fetch"])
def test_folder_of_own_sources_that_is_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SHAREDFUTURE_SOURCES", str(tmp_path / "nowhere"))
    done = run(name)
    assert done.returncode == 1
    assert "nowhere: expected a folder of sources, found none" in done.stderr
