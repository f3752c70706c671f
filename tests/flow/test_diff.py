"""What differs between two releases of the sample, by command: parts, and what rests on what."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.step import read_parameters
from sharedfuture.publish.release import write_release
from sharedfuture.records.release import ReleaseFacts
from tests.conftest import Ledger
from tests.made_up_source import NAME, MadeUpSource

Compare = Callable[..., "CompletedProcess[str]"]
FACTS = ReleaseFacts("test", "0", None, None, "0" * 64)
ROWS = "Norway,9.5,9.4,9.6\nPakistan,1.25,1,1.5\n"
FIGURE = "fig-PAK-eiu_overall-2022"


@pytest.fixture
def source(small_ledger: Ledger, tmp_path: Path) -> Iterator[MadeUpSource]:
    """Says the same as the ledger of Norway, and something newer of Pakistan."""
    settings = replace(small_ledger.settings, own_sources=tmp_path / "own")
    made = MadeUpSource(tmp_path / "own", settings)
    made.declare(indicator="eiu_overall")
    made.capture(ROWS)
    yield made
    made.forget()
    sys.modules.pop(f"sharedfuture.sources.{NAME}", None)


@pytest.fixture
def released(tmp_path: Path) -> Callable[..., Path]:
    def write(ledger: Ledger, name: str) -> Path:
        write_release(ledger.tables(), tmp_path / name / "release", facts=FACTS)
        return tmp_path / name

    return write


@pytest.fixture
def compare(command: Compare, tmp_path: Path) -> Compare:
    def run(before: Path, after: Path, *arguments: str) -> "CompletedProcess[str]":
        done = command("diff", str(before), str(after), *arguments, folder=tmp_path)
        assert "Traceback" not in done.stderr
        return done

    return run


def changes(done: "CompletedProcess[str]") -> pl.DataFrame:
    assert done.returncode == 0, done.stderr
    return pl.DataFrame(json.loads(done.stdout))


def parts(found: pl.DataFrame) -> Mapping[str, str]:
    return dict(found.select("row_key", "part").iter_rows())


def test_corrected_capture_and_what_rests_on_it(
    source: MadeUpSource, released: Callable[..., Path], compare: Compare
) -> None:
    ledger = Ledger(source.settings)
    before = released(ledger, "before")
    source.capture(ROWS.replace("1.25", "1.75"))
    found = changes(compare(before, released(ledger, "after"), "--format", "json"))
    value = found.filter(row_key=FIGURE, column_name="value")
    assert value.select("before", "after", "part").rows() == [("1.25", "1.75", "corrected data")]
    assert parts(found)["dem-PAK-eiu"] == "corrected data"
    assert parts(found)["spec-PAK"] == "corrected data"
    assert set(found.get_column("part")) == {"corrected data"}


def test_source_that_is_taken_away(
    source: MadeUpSource, released: Callable[..., Path], compare: Compare
) -> None:
    ledger = Ledger(source.settings)
    before = released(ledger, "before")
    without = Ledger(replace(ledger.settings, var=ledger.settings.var / "none"))
    found = changes(compare(before, released(without, "after"), "--format", "json"))
    assert parts(found)["src-live-sample-press-2022"] == "source lost"
    assert parts(found)[FIGURE] == "source lost"
    assert parts(found)["spec-PAK"] == "source lost"


def test_source_that_is_new(
    source: MadeUpSource, released: Callable[..., Path], compare: Compare
) -> None:
    ledger = Ledger(source.settings)
    without = Ledger(replace(ledger.settings, var=ledger.settings.var / "none"))
    before = released(without, "before")
    found = changes(compare(before, released(ledger, "after"), "--format", "json"))
    assert parts(found)["src-live-sample-press-2022"] == "new data"
    assert parts(found)[FIGURE] == "corrected data"


def test_other_parameters_are_a_change_of_method(
    small_ledger: Ledger,
    released: Callable[..., Path],
    compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = released(small_ledger, "before")

    def changed(package: str, section: str) -> dict[str, Any]:
        found = dict(read_parameters(package, section))
        return {**found, "technology_cut": 0.9} if section == "place" else found

    monkeypatch.setattr("sharedfuture.pipeline.steps.read_parameters", changed)
    found = changes(compare(before, released(small_ledger, "after"), "--format", "json"))
    assert set(found.get_column("table_name")) >= {"spectrum"}
    assert set(found.get_column("part")) == {"method change"}


def test_parts_add_up_in_what_is_printed(
    source: MadeUpSource, released: Callable[..., Path], compare: Compare
) -> None:
    ledger = Ledger(source.settings)
    before = released(ledger, "before")
    source.capture("Norway,9.5,9.4,9.6\nChina,2,1,3\n")
    after = released(ledger, "after")
    printed = compare(before, after)
    assert printed.returncode == 0, printed.stderr
    lines = [line.split() for line in printed.stdout.splitlines()]
    start = next(at for at, line in enumerate(lines) if line[:2] == ["table", "name"])
    end = next(at for at, line in enumerate(lines) if line[:1] == ["all"])
    for line in lines[start + 1 : end + 1]:
        *counts, total = map(int, line[1:])
        assert sum(counts) == total
    cells = changes(compare(before, after, "--format", "json"))
    assert int(lines[end][-1]) == cells.unique(["table_name", "row_key"]).height


def test_same_release_and_one_table_and_unknown_ones(
    small_ledger: Ledger, released: Callable[..., Path], compare: Compare, tmp_path: Path
) -> None:
    folder = released(small_ledger, "before")
    assert "no row differs" in compare(folder, folder).stdout
    only = compare(folder, folder, "--table", "figure", "--format", "csv")
    assert only.stdout.splitlines() == ["table_name,row_key,column_name,before,after,part"]
    unknown = compare(folder, folder, "--table", "figures")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "expected a table of" in unknown.stderr
    lost = compare(folder, tmp_path / "nowhere")
    assert lost.returncode == 1
    assert "expected a folder of a release or the id of a build" in lost.stderr
