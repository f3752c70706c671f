"""A real cluster of Spark on this machine: a master and workers, each a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

ROOT = Path(__file__).parents[1]
_START_SECONDS = 40.0


def has_java() -> bool:
    """Whether there is a Java that Spark can be started with."""
    return shutil.which("java") is not None or "JAVA_HOME" in os.environ


def wait_until(is_so: Callable[[], object], *, what: str, seconds: float = _START_SECONDS) -> None:
    """Wait for something to become true; fails with its name where it does not in time."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"expected {what} within {seconds:g} s"
        time.sleep(0.02)


@dataclass
class Worker:
    """One machine of the cluster, in so far as a process can be one."""

    process: "subprocess.Popen[bytes]"
    folder: Path

    def kill(self) -> None:
        """End it and its executors at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Cluster:
    """A standalone cluster on loopback; `url` is its master's."""

    folder: Path
    url: str
    workers: list[Worker] = field(default_factory=list)

    def add_workers(self, count: int) -> None:
        """Start workers of one core and a gigabyte, and wait until the master knows them."""
        added = [self._start_worker() for _ in range(count)]
        for worker in added:
            _wait_for_word(worker.folder / "log.txt", "Successfully registered", worker.process)

    def worker_of(self, place: Path) -> Worker:
        """The worker whose executors work in this folder."""
        return next(worker for worker in self.workers if place.is_relative_to(worker.folder))

    def _start_worker(self) -> Worker:
        folder = self.folder / f"worker-{len(self.workers)}"
        folder.mkdir()
        words = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder), "--webui-port", "0")
        process = _start("worker.Worker", *words, self.url, log=folder / "log.txt")
        self.workers.append(Worker(process, folder))
        return self.workers[-1]


@contextmanager
def spark_cluster(folder: Path, *, workers: int) -> Iterator[Cluster]:
    """A cluster that lasts as long as the block; nothing of it is left running."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    words = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
    master = _start("master.Master", *words, log=folder / "master.log")
    cluster = Cluster(folder, f"spark://127.0.0.1:{port}")
    try:
        _wait_for_word(folder / "master.log", "I have been elected leader", master)
        cluster.add_workers(workers)
        yield cluster
    finally:
        for process in (*(worker.process for worker in cluster.workers), master):
            _end(process)


def _start(name: str, *words: str, log: Path) -> "subprocess.Popen[bytes]":
    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),  # tasks of tests are found there
    }
    with log.open("wb") as written:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words],
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def _wait_for_word(log: Path, word: str, process: "subprocess.Popen[bytes]") -> None:
    def is_there() -> bool:
        text = log.read_text(errors="replace")
        assert process.poll() is None, text
        return word in text

    wait_until(is_there, what=f"{word!r} in {log.name}")


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
