"""The publishers' files, the ledger's tables, and a line for each source that was compared."""

import csv
import gzip
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings

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
