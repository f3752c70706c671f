"""A build: same inputs, same bytes; nothing changed, nothing written; a change, a new build."""

import multiprocessing
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from sharedfuture.pipeline.build import build, capture_ledger
from sharedfuture.pipeline.compute import Computed, compute
from sharedfuture.pipeline.settings import Settings, settings_here
from sharedfuture.records.errors import SettingRefused, TaskFailed
from tests.conftest import Ledger

Command = Callable[..., CompletedProcess[str]]


def _ignore(_: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def again(
    tmp_path_factory: pytest.TempPathFactory,
    command: Command,
    copy_ledger: Callable[[Path], Path],
) -> Path:
    """A folder built as the release is, but elsewhere, by one process, with another hash seed."""
    folder = tmp_path_factory.mktemp("again")
    done = command("build", folder=folder, evidence=copy_ledger(folder), hash_seed=1)
    assert done.returncode == 0, done
    return folder


@pytest.mark.conformance
@pytest.mark.parametrize("part", ["release", "site"])
def test_same_inputs_give_the_same_bytes(
    release: Settings, again: Path, hashes: Callable[[Path], Mapping[str, str]], part: str
) -> None:
    first, second = (hashes(out / part) for out in (release.out, again / "out"))
    assert first.keys() == second.keys()
    assert [name for name, digest in first.items() if second[name] != digest] == []
    assert len(first) > 40


def test_a_second_process_that_is_killed_is_told_of(real_ledger: Ledger) -> None:
    settings = replace(real_ledger.settings, processes=2)

    def kill_it(_: str) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(TaskFailed, match=r"second process.*SHAREDFUTURE_PROCESSES=1"):
        build(settings, tell=kill_it)
    assert not (settings.out / "current").exists()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("said", ["0", "3", "two"])
def test_a_number_of_processes_that_is_none(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("SHAREDFUTURE_PROCESSES", said)
    with pytest.raises(SettingRefused, match=f"expected 1 or 2, found '{said}'"):
        settings_here()


def _standing(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every file and link below the folder."""
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_ino, path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def test_nothing_changed_nothing_written(release: Settings, command: Command) -> None:
    folder = release.out.parent
    before = _standing(release.out)
    done = command("build", folder=folder, hash_seed=7)
    assert "nothing has changed since the last build" in done.stderr
    assert f"site     {release.site / 'index.html'}" in done.stdout
    assert _standing(release.out) == before


@dataclass(frozen=True, slots=True)
class Changed:
    """What two builds at once left of a release after its ledger was changed."""

    out: Path
    old: Path
    old_hashes: Mapping[str, str]
    first_process: int
    second_exit: int
    second_says: str


@pytest.fixture(scope="module")
def changed(
    tmp_path_factory: pytest.TempPathFactory,
    sample: Path,
    small_release: Path,
    small_build: tuple[str, ...],
    environment: Callable[..., dict[str, str]],
    hashes: Callable[[Path], Mapping[str, str]],
) -> Changed:
    """A release, a title of its ledger changed, built anew; meanwhile the same command again.

    The first build holds still from when it has the lock until the second says that it waits.
    """
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(small_release / "out", folder / "out", symlinks=True)
    shutil.copytree(sample, folder / "evidence")
    path = folder / "evidence" / "doctrine.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r'(?m)^title = "', 'title = "Amended: ', text, count=1), encoding="utf-8"
    )
    old = (folder / "out" / "current").resolve()
    old_hashes = hashes(old)
    lock = folder / "var" / "build.lock"
    start = partial(
        subprocess.Popen[str],
        small_build,
        env=environment(folder, folder / "evidence"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with start() as first:
        while not (lock.is_file() and lock.read_text(encoding="ascii")):
            assert first.poll() is None, "the first build ended early"
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)
        with start() as second:
            assert second.stderr is not None
            says = ""
            while "waiting" not in says and (line := second.stderr.readline()):
                says += line
            first.send_signal(signal.SIGCONT)
            _, first_says = first.communicate(timeout=180)
            _, rest = second.communicate(timeout=180)
    assert first.returncode == 0, first_says
    return Changed(folder / "out", old, old_hashes, first.pid, second.returncode, says + rest)


@pytest.mark.conformance
def test_changed_ledger_gives_a_new_build_beside_the_old(
    changed: Changed, hashes: Callable[[Path], Mapping[str, str]]
) -> None:
    assert (changed.out / "current").resolve() != changed.old
    assert hashes(changed.old) == changed.old_hashes, "the old build stands as it was"
    titles = pl.read_parquet(changed.out / "release/parquet/doctrine.parquet").get_column("title")
    assert titles.str.starts_with("Amended: ").sum() == 1
    assert "Amended: " in (changed.out / "site/doctrine.html").read_text(encoding="utf-8")


@pytest.mark.conformance
def test_second_build_waits_and_says_for_which(changed: Changed) -> None:
    says = changed.second_says
    assert changed.second_exit == 0, says
    assert f"another build (process {changed.first_process}) is running; waiting for it" in says
    assert "nothing has changed since the last build" in says
    assert (changed.out / "release" / "manifest.json").is_file()


@pytest.fixture(scope="module")
def computed(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Computed:
    """All tables of the sample, computed once."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    settings = Settings(evidence=sample, out=nowhere, var=nowhere)
    return compute(capture_ledger(settings), settings, bands=False)


@pytest.fixture
def quick(
    computed: Computed, sample: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Settings]:
    """Settings, with a copy of the sample, for builds that take computed tables and write one page:
    for what surrounds them."""

    def write_page(_: object, target: Path, **__: object) -> None:
        target.mkdir(parents=True)
        (target / "index.html").write_text("<!doctype html><title>page</title>", encoding="utf-8")

    monkeypatch.setattr("sharedfuture.pipeline.compute.compute", lambda *_, **__: computed)
    monkeypatch.setattr("sharedfuture.publish.site.write_site", write_page)
    shutil.copytree(sample, tmp_path / "evidence")
    yield Settings(evidence=tmp_path / "evidence", out=tmp_path / "out", var=tmp_path / "var")
    shutil.rmtree(tmp_path / "out", ignore_errors=True)


@pytest.mark.conformance
def test_at_most_three_builds_are_kept(
    quick: Settings, touch_ledger: Callable[[Path, str], None]
) -> None:
    made = []
    for word in ("one", "two", "three", "four", "five"):
        touch_ledger(quick.evidence, word)
        made.append(build(quick, tell=_ignore).build_id)
        assert (quick.out / "current").resolve().name == made[-1]
    assert {path.name for path in (quick.out / "builds").iterdir()} == set(made[-3:])


def test_a_build_that_is_kept_is_put_back_without_work(
    quick: Settings, touch_ledger: Callable[[Path, str], None]
) -> None:
    touch_ledger(quick.evidence, "one")
    first = build(quick, tell=_ignore).build_id
    before = _standing(quick.out / "builds" / first)
    touch_ledger(quick.evidence, "two")
    build(quick, tell=_ignore)
    touch_ledger(quick.evidence, "one")
    heard: list[str] = []
    assert build(quick, tell=heard.append).build_id == first
    assert (quick.out / "current").resolve().name == first
    assert heard == []
    assert _standing(quick.out / "builds" / first) == before


def test_another_day_is_another_build(quick: Settings) -> None:
    today = build(quick, tell=_ignore).build_id
    past = build(replace(quick, as_of=date(2022, 12, 31)), tell=_ignore).build_id
    assert past != today


def test_whatever_a_killed_build_left_is_swept(quick: Settings) -> None:
    (quick.out / "builds" / ".unfinished-0123456789abcdef" / "release").mkdir(parents=True)
    (quick.out / ".fresh-current").symlink_to("builds/gone")
    build(quick, tell=_ignore)
    left = sorted(path.name for path in quick.out.iterdir() if path.name.startswith("."))
    left += sorted(path.name for path in (quick.out / "builds").glob(".*"))
    assert left == []
