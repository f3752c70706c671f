"""What a build says, and leaves, where it cannot write."""

import resource
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Command = Callable[..., CompletedProcess[str]]
Hashes = Callable[[Path], Mapping[str, str]]
Touch = Callable[[Path, str], None]

# Room for less than the largest Parquet file, the largest CSV file, the database of the sample.
SMALL_DISKS_BYTES = (5_000, 10_000, 2_000_000)


@pytest.fixture
def folder(tmp_path: Path, sample: Path, small_release: Path) -> Path:
    """A folder with a ledger, the sample, and a whole release of it."""
    shutil.copytree(sample, tmp_path / "evidence")
    shutil.copytree(small_release / "out", tmp_path / "out", symlinks=True)
    return tmp_path


def _require_one_sentence(done: CompletedProcess[str]) -> str:
    """The error of a command: one line that begins with its name, exit code 1, no traceback."""
    lines = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert lines[-1].startswith("sharedfuture: ")
    assert len([line for line in lines if line.startswith("sharedfuture: ")]) == 1
    return lines[-1]


def test_out_folder_that_is_a_file(tmp_path: Path, command: Command) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    says = _require_one_sentence(command("build", folder=tmp_path))
    assert str(tmp_path / "out") in says
    assert "expected a folder" in says
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file"


def test_folder_below_a_file(tmp_path: Path, command: Command) -> None:
    (tmp_path / "shut").write_text("a file", encoding="utf-8")
    done = command("build", "--out", str(tmp_path / "shut" / "out"), folder=tmp_path)
    assert str(tmp_path / "shut") in _require_one_sentence(done)


def test_builds_folder_that_is_a_file_leaves_what_was_there(
    folder: Path, command: Command, hashes: Hashes, touch_ledger: Touch
) -> None:
    before = hashes(folder / "out" / "release")
    touch_ledger(folder / "evidence", "changed")
    (folder / "var").write_text("a file", encoding="utf-8")
    says = _require_one_sentence(command("build", folder=folder, evidence=folder / "evidence"))
    assert "the last release is untouched" in says
    assert hashes(folder / "out" / "release") == before


@pytest.mark.parametrize(
    "room_bytes",
    [
        SMALL_DISKS_BYTES[0],
        *(pytest.param(room, marks=pytest.mark.conformance) for room in SMALL_DISKS_BYTES[1:]),
    ],
)
def test_full_disk_leaves_the_last_release(
    folder: Path,
    environment: Callable[..., dict[str, str]],
    hashes: Hashes,
    touch_ledger: Touch,
    command: Command,
    small_build: tuple[str, ...],
    room_bytes: int,
) -> None:
    """No file may grow beyond what a nearly full disk would hold."""
    before = hashes((folder / "out" / "current").resolve())
    link = (folder / "out" / "current").readlink()
    touch_ledger(folder / "evidence", "changed")
    done = subprocess.run(
        small_build,
        cwd=folder,
        env=environment(folder, folder / "evidence"),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room_bytes, room_bytes)),
    )
    says = _require_one_sentence(done)
    assert "the last release is untouched" in says
    assert (folder / "out" / "current").readlink() == link
    assert hashes((folder / "out" / "current").resolve()) == before
    asked = command("sql", "select count(*) as n from claim", "--format", "csv", folder=folder)
    assert asked.returncode == 0, asked.stderr


def test_a_missing_ledger_is_said_in_one_sentence(tmp_path: Path, command: Command) -> None:
    says = _require_one_sentence(command("build", folder=tmp_path, evidence=tmp_path / "nowhere"))
    assert f"{tmp_path / 'nowhere'}: no such folder" in says
