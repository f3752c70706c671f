"""`sharedfuture fetch` as a person meets it: what it shows, keeps, refuses; and how it stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sharedfuture.capture import Store
from sharedfuture.cli import main
from sharedfuture.pipeline.settings import settings_here
from sharedfuture.records.errors import SettingRefused
from sharedfuture.sources import declaration
from tests.fault_server import TABLE, FaultServer, fault_server

Run = Callable[..., tuple[int, str, str]]

DECLARED = """
title          = "Press index"
publisher      = "Nobody's Institute"
homepage       = "https://example.org"
licence        = "CC0-1.0"
redistribution = "open"
reliability    = "B"
cadence        = "yearly"
states         = ["value"]
editions       = "add"
is_tried       = false
tried          = "made up"
addresses      = "made up"

[expect]
value = { min = 1, max = 2 }

[[file]]
part = "scores"
form = "csv"
url  = "URL/{edition}.csv"

[[file]]
part = "codebook"
form = "text"

[[edition]]
name      = "2023"
published = "2023-05"

[[edition]]
name      = "2024"
published = "2024-05"
"""


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        running.answers = {
            "/2023.csv": lambda line: line.answer(TABLE, etag='"1"'),
            "/2024.csv": lambda line: line.answer(TABLE + b"Chad,1.67\n"),
        }
        yield running


@pytest.fixture
def run(
    server: FaultServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Give the command, with one made-up source declared; exit code, output, errors."""
    text = DECLARED.replace("URL", server.url("")).encode()
    found = {"press": (tmp_path, declaration.read_declaration(text, name="press"))}
    monkeypatch.setattr(declaration, "_declared", lambda: found)
    monkeypatch.setenv("SHAREDFUTURE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("SHAREDFUTURE_LOCAL_HOSTS", f"127.0.0.1:{server.port}")

    def give(*arguments: str) -> tuple[int, str, str]:
        code = main(["fetch", *arguments])
        out, error = capsys.readouterr()
        return code, out, error

    return give


def test_fetch_shows_a_table_and_keeps_the_files(run: Run, tmp_path: Path) -> None:
    code, out, error = run()
    assert code == 0
    heading, *rows = out.splitlines()
    assert heading.split() == [
        *("source", "edition", "part", "what", "happened", "bytes", "in", "use", "since")
    ]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert [row.split() for row in rows] == [
        ["press", "2023", "scores", "new", str(len(TABLE)), today],
        ["press", "2024", "scores", "new", str(len(TABLE) + 10), today],
    ]
    assert "press 2023 scores: asking http://127.0.0.1" in error
    editions = Store(tmp_path / "var" / "captures").editions("press")
    assert [edition.name for edition in editions] == ["2023", "2024"]
    code, out, _ = run("press", "--edition", "2023")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "unchanged" in out


def test_failure_is_said_and_what_was_good_stays(run: Run, server: FaultServer) -> None:
    run("--edition", "2024")
    server.answers["/2024.csv"] = lambda line: line.answer(b"<html><title>Gone</title>")
    code, out, error = run("--edition", "2024")
    assert code == 1
    assert "failed: expected CSV, found a page in HTML (Gone)" in out
    assert "1 of 1 files could not be had" in error
    assert run("--offline", "--edition", "2024")[0] == 0


def test_bars_on_a_terminal(run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    tries = iter(["503 Busy", "404 Not [red]Found"])
    server.answers["/2024.csv"] = lambda line: line.answer(status=next(tries))
    code, out, error = run()
    assert code == 1
    assert "1 of 2 files" in error
    assert "press 2024 scores: expected status 200, found 404 Not [red]Found" in error
    assert "404 Not [red]Found" in out


def test_offline_asks_nobody(run: Run, server: FaultServer, tmp_path: Path) -> None:
    code, out, error = run("--offline")
    assert code == 1
    assert out.count("not held, not asked for") == 2
    assert "2 of 2 files are not held" in error
    assert server.asked == []
    assert not (tmp_path / "var").exists()
    run("--edition", "2023")
    code, out, _ = run("--offline", "--edition", "2023")
    assert code == 0
    assert "held, not asked for" in out


def test_since_leaves_out_what_was_had(run: Run, server: FaultServer) -> None:
    run("--edition", "2024")
    today = datetime.now(UTC).date()
    again = ("--edition", "2024", "--since")
    assert "held, not asked for" in run(*again, f"{today - timedelta(days=1)}")[1]
    assert len(server.asked) == 1
    run(*again, f"{today + timedelta(days=1)}")
    assert len(server.asked) == 2


def test_own_copy(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "mine.txt"
    copy.write_text("variable: meaning\n", encoding="utf-8")
    own = ("--edition", "2024", "--file", str(copy), "--part", "codebook")
    code, out, _ = run("press", *own)
    assert code == 0
    assert out.startswith("press 2024 codebook: kept 18 bytes, SHA-256 ")
    (edition,) = Store(tmp_path / "var" / "captures").editions("press")
    assert edition.capture("codebook").data == copy.read_bytes()
    copy.write_text("<html>", encoding="utf-8")
    assert "expected TEXT, found a page in HTML" in run("press", *own)[2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody"], "nobody: expected one of the sources press, found none of them"),
        (["--edition", "1999"], "expected a source with an edition 1999, found none"),
        (["press", "--file", "a.csv"], "--file: expected one source, --edition and --part"),
        (
            ["press", "--edition", "2024", "--file", "a", "--part", "other"],
            "press: expected part among scores, codebook, found other",
        ),
        (
            ["press", "--edition", "2020", "--file", "a", "--part", "scores"],
            "press: expected edition among 2023, 2024, found 2020",
        ),
        (["press", "--edition", "2024", "--file", "nowhere", "--part", "scores"], "no such file"),
    ],
)
def test_what_cannot_be_meant_is_said(run: Run, arguments: list[str], says: str) -> None:
    code, out, error = run(*arguments)
    assert code == 1
    assert out == ""
    assert says in error
    assert error.startswith("sharedfuture: ")


def test_hosts_of_ones_own_network_are_asked_only_when_named(
    run: Run, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHAREDFUTURE_LOCAL_HOSTS")
    code, out, _ = run("--edition", "2024")
    assert code == 1
    assert "expected a public address, found http://127.0.0.1" in out
    assert server.asked == []


def test_setting_of_local_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHAREDFUTURE_LOCAL_HOSTS", "127.0.0.1:80, Mirror.lan:443,[::1]:8000,")
    assert settings_here().local_hosts == {("127.0.0.1", 80), ("mirror.lan", 443), ("::1", 8000)}
    for text in ("localhost", "a:b", ":80", "a:0", "a:99999"):
        monkeypatch.setenv("SHAREDFUTURE_LOCAL_HOSTS", text)
        with pytest.raises(SettingRefused, match="expected host:port such as"):
            settings_here()


def test_interrupt_leaves_everything_whole(server: FaultServer, tmp_path: Path) -> None:
    def stall(line: object) -> None:
        time.sleep(1.5)

    server.answers["/2024.csv"] = stall
    own = tmp_path / "sources" / "press"
    own.mkdir(parents=True)
    (own / "source.toml").write_text(DECLARED.replace("URL", server.url("")), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "sharedfuture.cli", "fetch", "press"],
        env={
            **os.environ,
            "SHAREDFUTURE_VAR": str(tmp_path / "var"),
            "SHAREDFUTURE_SOURCES": str(tmp_path / "sources"),
            "SHAREDFUTURE_LOCAL_HOSTS": f"127.0.0.1:{server.port}",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while len(server.asked) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - start < 1.5
    assert said.splitlines()[-1].startswith("stopped; what was captured stays")
    assert "Traceback" not in said
    store = Store(tmp_path / "var" / "captures")
    assert store.check() == ()
    assert [line.edition for line in store.fetches()] == ["2023"]
