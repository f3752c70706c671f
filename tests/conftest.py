"""What tests share: a small ledger of invented rows, and one release of the real one."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import polars as pl
import pytest

from sharedfuture.pipeline.build import build, capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import LedgerFaulty

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "sources" / "sample" / "evidence"

# How long one example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


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


@pytest.fixture
def small_ledger(settings: Settings) -> Ledger:
    """A copy of the sample: a whole ledger of invented rows, each kind of row at least once."""
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


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The ledger of this project, built once: `release.release` and `release.site` are its folders.

    Tests read it and never write to it.
    """
    folder = tmp_path_factory.mktemp("built")
    settings = Settings(evidence=ROOT / "evidence", out=folder / "out", var=folder / "var")
    build(settings, tell=lambda _: None)
    return settings
