"""The publishers' files, the ledger's tables, and a line for each source that was compared."""

import csv
import gzip
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.align.names import Names
from sharedfuture.capture import capture_folder
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from sharedfuture.sources import ledger
from tests.conformance.coinr import Golden
from tests.conformance.originals import Originals

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def publisher() -> Callable[[str], list[dict[str, str]]]:
    """Read a CSV file of a publisher, packed or not; passed over where the files are absent."""
    if not DATA.is_dir():
        pytest.skip("the publishers' data do not stand beside this checkout (../shared/data)")

    def read(name: str) -> list[dict[str, str]]:
        data = (DATA / name).read_bytes()
        text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    return read


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Originals:
    """The publishers' own files; passed over where they are absent."""
    if not DATA.is_dir():
        pytest.skip("the publishers' files do not stand beside this checkout (../shared/data)")
    captures = [
        item
        for item in capture_folder(ROOT / "evidence")
        if item.name in ("evidence/countries.csv", "evidence/spellings.csv")
    ]
    names = Names(ledger.read(captures, bands=False).rows)
    return Originals(DATA, into=tmp_path_factory.mktemp("originals"), names=names)


_GOLDEN = Golden(DATA / "coinr")


@pytest.fixture(scope="session")
def golden() -> Golden:
    """The recorded results of COINr 1.1.14; passed over where they are absent."""
    if not DATA.is_dir():
        pytest.skip("the recorded results do not stand beside this checkout (../shared/data)")
    return _GOLDEN


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which recorded results of COINr were compared, and how near ours came."""
    if not _GOLDEN.compared:
        return
    terminalreporter.section("recorded results of COINr 1.1.14")
    for name, result in sorted(_GOLDEN.compared.items()):
        note = f"  ({result.note})" if result.note else ""
        terminalreporter.line(
            f"{name}: {result.within:,} of {result.cells:,} within 1e-9, "
            f"largest difference {result.largest:.1e}{note}"
        )
    cells = sum(result.cells for result in _GOLDEN.compared.values())
    within = sum(result.within for result in _GOLDEN.compared.values())
    terminalreporter.line(
        f"{len(_GOLDEN.compared)} files compared: {within:,} of {cells:,} numbers within 1e-9"
    )


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pl.DataFrame]:
    """All public tables, made of the ledger by the readers of a build."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    settings = Settings(evidence=ROOT / "evidence", out=nowhere, var=nowhere)
    return compute(capture_ledger(settings), settings).tables


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str, int, int], None]:
    """Print what was compared, also where the test passes."""

    def tell(source: str, read: int, reproduced: int) -> None:
        with capsys.disabled():
            print(f"{source}: {read:,} rows read, {reproduced:,} numbers reproduced")

    return tell
