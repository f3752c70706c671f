"""What the flow tests share: a build of the sample, copies of the ledger, hashes."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

# The command on the sample, for which the bands of the whole ledger do not hold. Half of the time
# of a small build goes into drawing the chart and into its script, and no file is written
# meanwhile; both are left empty.
SMALL_BUILD = """
from functools import partial
from sharedfuture.cli import main
from sharedfuture.pipeline import compute as room
from sharedfuture.publish.site import drawings
room.compute = partial(room.compute, bands=False)
drawings.drawn_files = lambda *_: {"charts/figure-1.svg": b"", "assets/charts.js": b""}
raise SystemExit(main(["build"]))
"""


@pytest.fixture(scope="session")
def small_build() -> tuple[str, ...]:
    """Words that start a build of the sample in a process of its own."""
    return (sys.executable, "-c", SMALL_BUILD)


@pytest.fixture(scope="session")
def small_release(
    common: Path,
    sample: Path,
    small_build: tuple[str, ...],
    environment: Callable[..., dict[str, str]],
) -> Path:
    """A folder with `out` and `var` of such a build, made once; tests copy it."""
    folder = common / "small"
    done = subprocess.run(
        small_build, env=environment(folder, sample), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


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
