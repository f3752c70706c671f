"""Fetches that are killed, at whatever moment, and fetches side by side: the store stays whole."""

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from sharedfuture.capture import Store
from sharedfuture.capture.fetch import Outcome
from tests.fault_server import TABLE, FaultServer, Line, fault_server, fetch, held, wanted

SEED = 20231213
ROUNDS = 6
NAMES = ("changing", "steady", "large")
LARGE = b"a,b\n" + random.Random(SEED).randbytes(3_000_000).hex().encode()
# Bytes after which a partial file is brought to the disk.
CHECKPOINT = 4 * 1024 * 1024

FETCHES = """
import sys
from pathlib import Path
from sharedfuture.capture import Store
from tests.fault_server import fetch, wanted
files = [wanted(f"{sys.argv[2]}/{name}", part=name) for name in sys.argv[4:]]
for _ in range(int(sys.argv[3])):
    fetch(Store(Path(sys.argv[1])), *files)
"""


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A table that is new each time, one that never changes, and a large one that can be had in
    ranges, piece by piece."""
    chance = random.Random(SEED)

    def changing(line: Line) -> None:
        line.answer(TABLE + chance.randbytes(50_000).hex().encode())

    def large(line: Line) -> None:
        start = line.asked.start
        status = "206 Partial Content" if start else "200 OK"
        found = f"bytes {start}-{len(LARGE) - 1}/{len(LARGE)}"
        line.answer(
            status=status, content_length=str(len(LARGE) - start), content_range=found, etag='"1"'
        )
        for place in range(start, len(LARGE), 500_000):
            line.send(LARGE[place : place + 500_000])
            time.sleep(0.002)

    with fault_server() as running:
        running.answers |= {
            "/changing": changing,
            "/steady": lambda line: line.answer(TABLE, etag='"1"'),
            "/large": large,
        }
        yield running


def start(
    store: Store,
    server: FaultServer,
    *,
    times: int,
    names: tuple[str, ...] = NAMES,
    room_bytes: int = resource.RLIM_INFINITY,
) -> "subprocess.Popen[bytes]":
    """Fetch in a process of its own, in which no file may grow beyond `room_bytes`."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", FETCHES, str(store.folder), server.url(""), str(times), *names],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room_bytes, room_bytes)),
    )


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()


def wait_for(what: object, process: "subprocess.Popen[bytes]") -> None:
    """Until it holds; a process that ended before is a fault."""
    assert callable(what)
    end = time.monotonic() + 60
    while not what():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.002)


def check_whole(store: Store) -> None:
    assert store.check() == ()
    for line in store.fetches():
        if line.is_good:
            assert store.path_of(line).stat().st_size == line.byte_count
    for edition in store.editions("press"):
        for part in edition.parts:
            edition.capture(part)


def test_kills_at_any_moment(tmp_path: Path, server: FaultServer) -> None:
    store, chance = Store(tmp_path / "captures"), random.Random(SEED)
    for _ in range(ROUNDS):
        before = len(server.asked)
        processes = [start(store, server, times=1000) for _ in range(2)]
        wait_for(lambda before=before: len(server.asked) > before + 2, processes[0])
        time.sleep(chance.random() * 0.25)
        for process in processes:
            kill(process)
        check_whole(store)
    files = [wanted(server.url(f"/{name}"), part=name) for name in NAMES]
    assert all(item.problem is None for item in fetch(store, *files))
    check_whole(store)
    assert held(store, "large") == LARGE
    assert list((store.folder / "incoming").iterdir()) == []
    assert list(store.partial.iterdir()) == []


def test_large_file_goes_on_after_a_kill(tmp_path: Path, server: FaultServer) -> None:
    store, whole = Store(tmp_path / "captures"), server.answers["/large"]

    def stall(line: Line) -> None:
        line.answer(LARGE[: CHECKPOINT + 9], content_length=str(len(LARGE)), etag='"1"')
        time.sleep(1)

    server.answers["/large"] = stall
    process = start(store, server, times=1, names=("large",))
    wait_for(lambda: list(store.partial.glob("*.json")), process)
    kill(process)
    server.answers["/large"] = whole
    (fetched,) = fetch(store, wanted(server.url("/large"), part="large"))
    assert fetched.outcome is Outcome.NEW
    assert server.asked[-1].start >= CHECKPOINT
    assert held(store, "large") == LARGE
    check_whole(store)


def test_two_processes_at_once(tmp_path: Path, server: FaultServer) -> None:
    store = Store(tmp_path / "captures")
    processes = [start(store, server, times=3) for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, b"")
    lines = store.fetches()
    assert len(lines) == 2 * 3 * len(NAMES)
    assert [line.problem for line in lines if line.problem] == []
    assert len({line.sha256 for line in lines if line.part == "steady"}) == 1
    check_whole(store)
    assert list((store.folder / "incoming").iterdir()) == []
    assert list(store.partial.iterdir()) == []


@pytest.mark.parametrize("room_bytes", [0, 30, 600, 1_000_000, 5_000_000])
def test_full_disk_leaves_what_was_there(
    tmp_path: Path, server: FaultServer, room_bytes: int
) -> None:
    """Room for nothing, less than a table, less than some lines of the log, parts of the rest."""
    store = Store(tmp_path / "captures")
    fetch(store, wanted(server.url("/steady"), part="steady"))
    before = store.fetches()
    _, said = start(store, server, times=1, room_bytes=room_bytes).communicate(timeout=60)
    last = said.decode().splitlines()[-1]
    assert "StoreUnwritable" in last
    assert "expected a folder with room to write, found File too large" in last
    check_whole(store)
    assert store.fetches()[: len(before)] == before
    assert held(store, "steady") == TABLE
    files = [wanted(server.url(f"/{name}"), part=name) for name in NAMES]
    assert all(item.problem is None for item in fetch(store, *files))
    assert list(store.partial.iterdir()) == []
