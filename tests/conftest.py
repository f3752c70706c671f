"""What tests share: a small ledger of invented rows, one release of the real one, the command.

`make test` gives the files with tests to several processes; what is costly to make, one of them
makes for all.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import hypothesis
import polars as pl
import pytest

from sharedfuture.pipeline import steps
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import LedgerFaulty

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "sources" / "sample" / "evidence"

Command = Callable[..., "subprocess.CompletedProcess[str]"]

# How long one example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


# A file of tests stays with one process. Those that take longest begin first, so that no process
# is left with one of them at the end while the other has nothing to do.
BEGIN_FIRST = ("test_site.py", "test_licences.py", "test_measure_ooni.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; within a file their order stays."""
    items.sort(key=lambda item: item.path.name not in BEGIN_FIRST)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger on disk that a test may change, with the settings that read it."""

    settings: Settings

    def write(self, name: str, text: str | bytes) -> None:
        """Put a file in place of what was there, or beside it."""
        data = text.encode() if isinstance(text, str) else text
        path = self.settings.evidence / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def change(self, name: str, old: str, new: str) -> None:
        """Write `new` where `old` stands; it must stand there exactly once."""
        text = self.read(name)
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        """Add text at the end of a file."""
        self.write(name, self.read(name) + text)

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.settings.evidence / name).read_text(encoding="utf-8")

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """All public tables; the bands of the whole ledger do not hold for a sample."""
        return compute(capture_ledger(self.settings), self.settings, bands=False).tables

    def faults(self, *, bands: bool = False) -> list[str]:
        """What `sharedfuture check` would print; empty where there is no fault."""
        try:
            compute(capture_ledger(self.settings), self.settings, bands=bands)
        except LedgerFaulty as error:
            return [str(fault) for fault in error.faults]
        return []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose folders are all the test's own."""
    return Settings(evidence=tmp_path / "evidence", out=tmp_path / "out", var=tmp_path / "var")


@pytest.fixture(scope="session")
def sample() -> Path:
    """A whole ledger of invented rows, each kind of row at least once; tests copy it."""
    return SAMPLE


@pytest.fixture
def small_ledger(settings: Settings) -> Ledger:
    """A copy of the sample."""
    shutil.copytree(SAMPLE, settings.evidence)
    return Ledger(settings)


@pytest.fixture(scope="session")
def small_tables() -> Mapping[str, pl.DataFrame]:
    """All public tables of the sample, computed once."""
    nowhere = SAMPLE.parent / "nowhere"
    return Ledger(Settings(evidence=SAMPLE, out=nowhere, var=nowhere)).tables()


@pytest.fixture
def real_ledger(settings: Settings) -> Ledger:
    """A copy of the ledger of this project."""
    shutil.copytree(ROOT / "evidence", settings.evidence)
    return Ledger(settings)


@pytest.fixture(scope="session", autouse=True)
def _each_step_once_for_the_same() -> Iterator[None]:
    """A step depends on its frames and parameters alone, so that what one test had it compute
    serves the next. Commands run in processes of their own and compute all anew."""
    held: dict[tuple[object, str, str], steps.Ran] = {}
    run = steps.run_one

    def run_once(
        name: str, inputs: Mapping[str, pl.DataFrame], parameters: dict[str, object]
    ) -> steps.Ran:
        made_by = import_module(name).run
        key = (made_by, steps.hash_of(inputs), json.dumps(parameters, sort_keys=True))
        if key not in held:
            held[key] = run(name, inputs, parameters)
        return held[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "run_one", run_once)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def environment() -> Callable[..., dict[str, str]]:
    """The environment of a command that works in `folder`, on the ledger `evidence`."""

    def make(
        folder: Path, evidence: Path, *, hash_seed: int = 0, processes: int = 1
    ) -> dict[str, str]:
        own = {
            "SHAREDFUTURE_EVIDENCE": str(evidence),
            "SHAREDFUTURE_OUT": str(folder / "out"),
            "SHAREDFUTURE_VAR": str(folder / "var"),
            "SHAREDFUTURE_PROCESSES": str(processes),  # tests already run side by side
            "PYTHONHASHSEED": str(hash_seed),
            "PYTHONWARNINGS": "default",
            "COLUMNS": "200",
        }
        return {**os.environ, **own}

    return make


@pytest.fixture(scope="session")
def command(environment: Callable[..., dict[str, str]]) -> Command:
    """Run `sharedfuture ...` to its end; what it printed and its exit code."""

    def run(
        *arguments: str,
        folder: Path,
        evidence: Path | None = None,
        hash_seed: int = 0,
        processes: int = 1,
    ) -> subprocess.CompletedProcess[str]:
        folder.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [sys.executable, "-m", "sharedfuture.cli", *arguments],
            cwd=folder,
            env=environment(
                folder, evidence or ROOT / "evidence", hash_seed=hash_seed, processes=processes
            ),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests, the same for all processes that take part."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def release(common: Path, command: Command) -> Settings:
    """The ledger of this project, built once: `release.release` and `release.site` are its folders.

    Every process gives the command: the first builds, the others wait for it and find that nothing
    has changed. Tests read the release and never write to it.
    """
    folder = common / "built"
    done = command("build", folder=folder, processes=2)
    assert done.returncode == 0, done.stderr
    return Settings(evidence=ROOT / "evidence", out=folder / "out", var=folder / "var")
