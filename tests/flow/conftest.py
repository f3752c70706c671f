"""What the flow tests share: the command in a process of its own, copies of the ledger, hashes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def environment() -> Callable[..., dict[str, str]]:
    """The environment of a command that works in `folder`, on the ledger `evidence`."""

    def make(folder: Path, evidence: Path, *, hash_seed: int = 0) -> dict[str, str]:
        own = {
            "SHAREDFUTURE_EVIDENCE": str(evidence),
            "SHAREDFUTURE_OUT": str(folder / "out"),
            "SHAREDFUTURE_VAR": str(folder / "var"),
            "PYTHONHASHSEED": str(hash_seed),
            "PYTHONWARNINGS": "default",
            "COLUMNS": "200",
        }
        return {**os.environ, **own}

    return make


@pytest.fixture(scope="session")
def command(repository: Path, environment: Callable[..., dict[str, str]]) -> Command:
    """Run `sharedfuture ...` to its end; what it printed and its exit code."""

    def run(
        *arguments: str, folder: Path, evidence: Path | None = None, hash_seed: int = 0
    ) -> subprocess.CompletedProcess[str]:
        folder.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [sys.executable, "-m", "sharedfuture.cli", *arguments],
            cwd=folder,
            env=environment(folder, evidence or repository / "evidence", hash_seed=hash_seed),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def copy_ledger(repository: Path) -> Callable[[Path], Path]:
    """Copy the ledger below a folder, for a test that changes it; the path of the copy."""

    def copy(folder: Path) -> Path:
        return Path(shutil.copytree(repository / "evidence", folder / "evidence"))

    return copy


@pytest.fixture(scope="session")
def touch_ledger() -> Callable[[Path, str], None]:
    """Change the bytes of a ledger, and with them the id of its build, but no row of it."""

    def touch(evidence: Path, word: str) -> None:
        path = evidence / "indicators.toml"
        text = path.read_text(encoding="utf-8").partition("\n# edition ")[0]
        path.write_text(f"{text}\n# edition {word}\n", encoding="utf-8")

    return touch


@pytest.fixture(scope="session")
def hashes() -> Callable[[Path], Mapping[str, str]]:
    """Hash of every file below a folder, the database left out: its pages are not laid out alike
    each time, though it is made of the same frames."""

    def hash_all(folder: Path) -> Mapping[str, str]:
        return {
            path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".duckdb"
        }

    return hash_all
