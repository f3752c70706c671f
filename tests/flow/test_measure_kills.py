"""A reading that is killed, at whatever moment, and run again gives the same dataset.

Each kill begins with a dataset that holds something already, so that rows of it change hands; the
moments are spread over the time that reading and settling take, some right after a mark appears.
"""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.measured import contents, countries_in, measurement, pack, read_in

SPREAD_KILLS = 10
SEED = 20260101
MOMENTS = (".settling", ".settling/READY", "incoming")
COMMAND = "from sharedfuture.cli import main; raise SystemExit(main())"


class Reader:
    """A dataset that holds two files of five, and a command that reads the other three."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        countries_in(folder)
        for name in range(5):
            held = range(40 * name, 40 * name + 60)  # a third of them stands in the next file, too
            lines = [
                measurement(
                    number, country=("ZM", "UG")[number % 2], day=1 + number % 5, test_runtime=name
                )
                for number in held
            ]
            pack(folder / "in" / f"{name}.jsonl.gz", [*lines, b"{"])
        first = [folder / "in" / f"{name}.jsonl.gz" for name in (1, 3)]
        read_in(folder, folder / "begun", *first)
        shutil.copytree(folder / "begun", folder / "undisturbed")
        read_in(folder, folder / "undisturbed", folder / "in")
        self.expected = contents(folder / "undisturbed")

    def start(self, dataset: Path) -> "subprocess.Popen[bytes]":
        """Start a reading in a process of its own, with the dataset as it was begun."""
        shutil.copytree(self.folder / "begun", dataset)
        words = ["measure", "ooni", str(self.folder / "in"), "--to", str(dataset)]
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words, "--processes", "1"],
            env={"SHAREDFUTURE_EVIDENCE": str(self.folder), "OPENBLAS_NUM_THREADS": "1"},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def check(self, dataset: Path) -> None:
        """Run again, undisturbed; the dataset must be as if nothing had happened."""
        read_in(self.folder, dataset, self.folder / "in")
        assert contents(dataset) == self.expected
        left = {path.name for path in dataset.iterdir()} - {"findings"}
        assert left == {"measurement", "observation", "verdict", "quarantine", "file"}


def wait_for(place: Path, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a file or folder appears, or the process has ended."""
    while process.poll() is None and not place.exists():
        time.sleep(0.0002)


def end(process: "subprocess.Popen[bytes]") -> bool:
    """Kill; whether there was something to kill."""
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Made once."""
    return Reader(tmp_path_factory.mktemp("killed"))


@pytest.mark.conformance
def test_a_killed_reading_is_taken_up_again(reader: Reader) -> None:
    chance = random.Random(SEED)
    dataset = reader.folder / "timed"
    process = reader.start(dataset)
    wait_for(dataset / ".lock", process)
    start = time.monotonic()
    while (dataset / ".lock").exists():
        time.sleep(0.001)
    duration = time.monotonic() - start
    assert process.wait(120) == 0
    assert contents(dataset) == reader.expected
    killed = 0
    for place in range(SPREAD_KILLS):
        dataset = reader.folder / f"spread {place}"
        process = reader.start(dataset)
        wait_for(dataset / ".lock", process)
        time.sleep(duration * (place + chance.random()) / SPREAD_KILLS)
        killed += end(process)
        reader.check(dataset)
    assert killed >= SPREAD_KILLS // 2


@pytest.mark.conformance
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_reading_killed_at_a_mark_is_taken_up_again(reader: Reader, moment: str) -> None:
    chance = random.Random(moment)
    for turn in range(2):
        dataset = reader.folder / f"{moment.replace('/', ' ').strip('.')} {turn}"
        process = reader.start(dataset)
        wait_for(dataset / moment, process)
        time.sleep(chance.random() * 0.01 * turn)
        assert end(process)
        reader.check(dataset)
