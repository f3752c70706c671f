"""A build: same inputs, same bytes; nothing changed, nothing written; a change, a new build."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from sharedfuture.pipeline.build import build, capture_ledger
from sharedfuture.pipeline.compute import Computed, compute
from sharedfuture.pipeline.settings import Settings

Command = Callable[..., CompletedProcess[str]]


def _ignore(_: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def twice(
    tmp_path_factory: pytest.TempPathFactory,
    command: Command,
    copy_ledger: Callable[[Path], Path],
) -> tuple[Path, Path]:
    """Two folders, each built in a process of its own with another hash seed."""
    folders = (tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second"))
    ledgers = [copy_ledger(folder) for folder in folders]

    def run(number: int) -> CompletedProcess[str]:
        return command(
            "build", folder=folders[number], evidence=ledgers[number], hash_seed=number + 1
        )

    with ThreadPoolExecutor(2) as lanes:
        for done in lanes.map(run, range(2)):
            assert done.returncode == 0, done
    return folders


@pytest.mark.parametrize("part", ["release", "site"])
def test_same_inputs_give_the_same_bytes(
    twice: tuple[Path, Path], hashes: Callable[[Path], Mapping[str, str]], part: str
) -> None:
    first, second = (hashes(folder / "out" / part) for folder in twice)
    assert first.keys() == second.keys()
    assert [name for name, digest in first.items() if second[name] != digest] == []
    assert len(first) > 40


def _standing(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every file and link below the folder."""
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_ino, path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def test_nothing_changed_nothing_written(twice: tuple[Path, Path], command: Command) -> None:
    folder = twice[0]
    before = _standing(folder / "out")
    done = command("build", folder=folder, evidence=folder / "evidence", hash_seed=7)
    assert "nothing has changed since the last build" in done.stderr
    assert f"site     {folder / 'out' / 'site' / 'index.html'}" in done.stdout
    assert _standing(folder / "out") == before


def test_changed_ledger_gives_a_new_build_beside_the_old(
    twice: tuple[Path, Path],
    command: Command,
    hashes: Callable[[Path], Mapping[str, str]],
) -> None:
    folder = twice[1]
    old = (folder / "out" / "current").resolve()
    old_hashes = hashes(old)
    path = folder / "evidence" / "doctrine.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r'(?m)^title = "', 'title = "Amended: ', text, count=1), encoding="utf-8"
    )
    done = command("build", folder=folder, evidence=folder / "evidence")
    assert done.returncode == 0, done
    new = (folder / "out" / "current").resolve()
    assert new != old
    assert hashes(old) == old_hashes, "the old build stands as it was"
    titles = pl.read_parquet(folder / "out/release/parquet/doctrine.parquet").get_column("title")
    assert titles.str.starts_with("Amended: ").sum() == 1
    assert "Amended: " in (folder / "out/site/doctrine.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def computed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Computed:
    """All tables of the ledger, computed once."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    settings = Settings(evidence=repository / "evidence", out=nowhere, var=nowhere)
    return compute(capture_ledger(settings), settings)


@pytest.fixture
def quick(
    computed: Computed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Settings]:
    """Settings for builds that take computed tables and write one page: for what surrounds them."""

    def write_page(_: object, target: Path, **__: object) -> None:
        target.mkdir(parents=True)
        (target / "index.html").write_text("<!doctype html><title>page</title>", encoding="utf-8")

    monkeypatch.setattr("sharedfuture.pipeline.compute.compute", lambda *_: computed)
    monkeypatch.setattr("sharedfuture.publish.site.write_site", write_page)
    yield Settings(evidence=tmp_path / "evidence", out=tmp_path / "out", var=tmp_path / "var")
    shutil.rmtree(tmp_path / "out", ignore_errors=True)


def test_at_most_three_builds_are_kept(
    quick: Settings, copy_ledger: Callable[[Path], Path], touch_ledger: Callable[[Path, str], None]
) -> None:
    copy_ledger(quick.evidence.parent)
    made = []
    for word in ("one", "two", "three", "four", "five"):
        touch_ledger(quick.evidence, word)
        made.append(build(quick, tell=_ignore).build_id)
        assert (quick.out / "current").resolve().name == made[-1]
    assert {path.name for path in (quick.out / "builds").iterdir()} == set(made[-3:])


def test_a_build_that_is_kept_is_put_back_without_work(
    quick: Settings, copy_ledger: Callable[[Path], Path], touch_ledger: Callable[[Path, str], None]
) -> None:
    copy_ledger(quick.evidence.parent)
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


def test_another_day_is_another_build(quick: Settings, copy_ledger: Callable[[Path], Path]) -> None:
    copy_ledger(quick.evidence.parent)
    today = build(quick, tell=_ignore).build_id
    past = build(replace(quick, as_of=date(2022, 12, 31)), tell=_ignore).build_id
    assert past != today


def test_whatever_a_killed_build_left_is_swept(
    quick: Settings, copy_ledger: Callable[[Path], Path]
) -> None:
    copy_ledger(quick.evidence.parent)
    (quick.out / "builds" / ".unfinished-0123456789abcdef" / "release").mkdir(parents=True)
    (quick.out / ".fresh-current").symlink_to("builds/gone")
    build(quick, tell=_ignore)
    left = sorted(path.name for path in quick.out.iterdir() if path.name.startswith("."))
    left += sorted(path.name for path in (quick.out / "builds").glob(".*"))
    assert left == []
