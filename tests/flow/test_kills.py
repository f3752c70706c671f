"""A build that is killed, at whatever moment, leaves a whole release in place.

Two lanes run beside each other, each with a ledger and an out folder of its own; each kills ten
builds, eight at moments spread over the time that a build takes and two right after the rename.
The builds of one lane take one process each, those of the other two.
The ledger is the sample, so that the test takes no longer than it must.
"""

import json
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from sharedfuture.warehouse import ask_release

LANES = 2
SPREAD_KILLS = 8
SEED = 20231213

Environment = Callable[..., dict[str, str]]
Touch = Callable[[Path, str], None]


class Lane:
    """One folder in which builds are started and killed; it begins with a whole release."""

    def __init__(
        self, folder: Path, build: tuple[str, ...], environment: Environment, *, processes: int
    ) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.evidence = folder / "evidence"
        self.pages = self._pages()
        self._build = build
        self._environment = environment(folder, self.evidence, processes=processes)

    def start(self) -> "subprocess.Popen[bytes]":
        """Start a build in a process of its own."""
        return subprocess.Popen(
            self._build,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_after(self, seconds: float) -> None:
        """Start a build, give it so long, kill it. A build that ended before is no fault."""
        process = self.start()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill_at_the_rename(self, after: float) -> None:
        """Start a build and kill it so many seconds after its folder appears under its name."""
        before = set((self.out / "builds").iterdir())
        process = self.start()
        while process.poll() is None:
            new = set((self.out / "builds").iterdir()) - before
            if any(not path.name.startswith(".") for path in new):
                break
            time.sleep(0.0005)
        time.sleep(after)
        process.kill()
        process.wait()

    def check_whole(self) -> str:
        """Raise unless release and site in place are whole; the id of the build in place."""
        release = self.out / "release"
        manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        assert (self.out / "current").resolve().name == manifest["release_id"]
        for name, digest in manifest["files"].items():
            assert sha256((release / name).read_bytes()).hexdigest() == digest, name
        for name in ("claim", "figure", "lineage"):
            answer = ask_release(
                release / "sharedfuture.duckdb",
                f"select count(*) as n from {name}",
                limit_seconds=20,
            )
            assert answer.item() == manifest["rows"][name]
        assert self._pages() == self.pages
        index = (self.out / "site" / "index.html").read_text(encoding="utf-8")
        assert index.rstrip().endswith("</html>")
        assert manifest["release_id"] in index, "site and release are of one build"
        return str(manifest["release_id"])

    def _pages(self) -> set[str]:
        site = self.out / "site"
        return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def _kill_builds(lane: Lane, touch: Touch, *, number: int) -> list[str]:
    """Kill ten builds; what was in place after each of them.

    The first is killed at its rename, which also tells how long a build takes here now.
    """
    chance = random.Random(SEED + number)
    touch(lane.evidence, f"{number}-first")
    start = time.monotonic()
    lane.kill_at_the_rename(chance.random() * 0.004)
    duration = time.monotonic() - start
    found = [lane.check_whole()]
    places = list(range(SPREAD_KILLS))
    chance.shuffle(places)
    for place in places:
        touch(lane.evidence, f"{number}-{place}")
        lane.kill_after(duration * (place + chance.random()) / SPREAD_KILLS)
        found.append(lane.check_whole())
    touch(lane.evidence, f"{number}-last")
    lane.kill_at_the_rename(chance.random() * 0.004)
    return [*found, lane.check_whole()]


@pytest.fixture
def lanes(
    tmp_path: Path,
    small_release: Path,
    sample: Path,
    small_build: tuple[str, ...],
    environment: Environment,
) -> list[Lane]:
    """Lanes that begin with the same whole release."""
    folders = [tmp_path / str(number) for number in range(LANES)]
    for folder in folders:
        shutil.copytree(small_release, folder, symlinks=True)
        shutil.copytree(sample, folder / "evidence")
    return [
        Lane(folder, small_build, environment, processes=number)
        for number, folder in enumerate(folders, start=1)
    ]


@pytest.mark.conformance
def test_a_killed_build_leaves_a_whole_release(lanes: list[Lane], touch_ledger: Touch) -> None:
    before = {lane.check_whole() for lane in lanes}
    with ThreadPoolExecutor(LANES) as pool:
        runs = [
            pool.submit(_kill_builds, lane, touch_ledger, number=number)
            for number, lane in enumerate(lanes)
        ]
        found = [run.result() for run in runs]
    assert sum(map(len, found)) == 20
    assert any(build_id not in before for lane_ids in found for build_id in lane_ids)
    touch_ledger(lanes[0].evidence, "unharmed")
    assert lanes[0].start().wait(180) == 0
    assert lanes[0].check_whole() not in found[0]
    _check_swept(lanes[0].out)


def _check_swept(out: Path) -> None:
    """Nothing unfinished is left, and no more than three builds."""
    names = [path.name for path in (out / "builds").iterdir()]
    assert [name for name in names if name.startswith(".")] == []
    assert len(names) <= 3
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
