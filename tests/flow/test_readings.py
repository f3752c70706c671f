"""What was read is kept: whole whoever is killed, by several at once, and not for ever."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sharedfuture.capture import Edition, Store
from sharedfuture.pipeline.build import build, capture_ledger
from sharedfuture.pipeline.fingerprint import build_id
from sharedfuture.pipeline.live import readings as room
from sharedfuture.pipeline.live.listen import State, listen_here
from sharedfuture.pipeline.live.readings import listening
from sharedfuture.pipeline.live.status import names_of
from sharedfuture.pipeline.settings import Settings
from tests.conftest import Ledger
from tests.made_up_source import NAME, MadeUpSource

ROWS = "Norway,9.25,9.1,9.4\nThe Solomons,7.5,7.25,7.75\nCHN,n/a,,\n"
# Reads slowly enough to be met in the middle, and keeps what it read.
SLOW = """
import sys, time
from pathlib import Path
from sharedfuture.capture import Store
from sharedfuture.pipeline.live import readings
from sharedfuture.sources.declaration import add_sources
own, captures, folder, edition, seconds = sys.argv[1:]
add_sources(Path(own))
read = readings.read_edition
def slowly(edition):
    print("reading", flush=True)
    time.sleep(float(seconds))
    return read(edition)
readings.read_edition = slowly
with readings.listening(Path(folder)) as kept:
    print(len(kept.read(Store(Path(captures)).history("sample_press", edition)[0])))
"""


@pytest.fixture
def source(small_ledger: Ledger, tmp_path: Path) -> Iterator[MadeUpSource]:
    settings = replace(small_ledger.settings, own_sources=tmp_path / "own")
    made = MadeUpSource(tmp_path / "own", settings)
    made.declare()
    made.capture(ROWS)
    yield made
    made.forget()
    sys.modules.pop(f"sharedfuture.sources.{NAME}", None)


def slow(source: MadeUpSource, seconds: float) -> "subprocess.Popen[str]":
    settings = source.settings
    words = [str(path) for path in (source.folder, settings.captures, settings.readings)]
    return subprocess.Popen(
        [sys.executable, "-c", SLOW, *words, "2022", str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def hear(settings: Settings) -> tuple[State, list[int]]:
    """How the made-up source stands, and how many rows each of its editions has."""
    live = listen_here(settings, names_of(capture_ledger(settings)))
    (found,) = [item for item in live if item.name == NAME]
    return found.state, [item.frames["value"].height for item in found.heard]


def kept(settings: Settings) -> list[str]:
    return sorted(
        path.relative_to(settings.readings).as_posix()
        for path in settings.readings.glob("**/*")
        if path.is_file()
    )


def test_killed_while_reading_leaves_nothing_that_is_believed(source: MadeUpSource) -> None:
    process = slow(source, 60)
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert hear(source.settings) == (State.IN_USE, [3])


@pytest.mark.parametrize("part", ["kept.json", "value.parquet"])
def test_what_a_crash_of_the_machine_left_is_read_again(source: MadeUpSource, part: str) -> None:
    assert hear(source.settings) == (State.IN_USE, [3])
    (path,) = source.settings.readings.glob(f"*/*/*/{part}")
    path.write_bytes(b"")
    assert hear(source.settings) == (State.IN_USE, [3])
    assert path.stat().st_size > 0


def test_two_that_read_the_same_at_once(source: MadeUpSource) -> None:
    processes = [slow(source, 0.5) for _ in range(2)]
    told = [process.communicate()[0] for process in processes]
    assert "reading\n1\n" in told  # a process that comes late finds what the other read
    assert set(told) <= {"reading\n1\n", "1\n"}
    assert len(kept(source.settings)) == 2
    assert hear(source.settings) == (State.IN_USE, [3])
    assert [path for path in source.settings.readings.iterdir() if path.name[0] == "."] == []


def test_what_other_code_read_is_swept_when_nobody_listens(
    source: MadeUpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(source.settings)
    before = kept(source.settings)
    with listening(source.settings.readings):
        monkeypatch.setattr(room, "_SHAPING_PACKAGES", ("polars",))
        hear(source.settings)
        assert set(before) < set(kept(source.settings)), "somebody may still be reading it"
    hear(source.settings)
    assert not set(before) & set(kept(source.settings))
    assert len(kept(source.settings)) == len(before)


def test_state_before_is_kept_beside_one_that_cannot_be_read(
    source: MadeUpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.capture("Norway,nine,8,9\n")
    assert hear(source.settings) == (State.STALE, [3])

    def refuse(edition: Edition) -> None:
        raise AssertionError(f"{edition} was read again")

    monkeypatch.setattr(room, "read_edition", refuse)
    assert hear(source.settings) == (State.STALE, [3])


def test_day_of_the_past_prefers_what_was_captured_by_then(source: MadeUpSource) -> None:
    past = replace(source.settings, as_of=date(2024, 12, 31))
    source.capture("Norway,1,1,1\n")
    assert hear(source.settings) == (State.IN_USE, [1])
    assert hear(past) == (State.IN_USE, [3]), "the earliest capture is nearest to that day"


def test_edition_without_a_part_that_it_needs(source: MadeUpSource) -> None:
    text = (source.folder / NAME / "source.toml").read_text(encoding="utf-8")
    notes = '[[file]]\npart = "notes"\nform = "csv"\nis_optional = true\n\n[[edition]]'
    (source.folder / NAME / "source.toml").write_text(text.replace("[[edition]]", notes, 1))
    source.forget()
    path = source.folder / "notes.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    Store(source.settings.captures).add(NAME, "2023", "notes", path=path)
    live = listen_here(source.settings, names_of(capture_ledger(source.settings)))
    (found,) = [item for item in live if item.name == NAME]
    assert found.state is State.STALE
    assert found.faults == ("sample_press/2023: expected part scores, found only notes",)
    assert [item.edition.name for item in found.heard] == ["2022"]


def test_build_with_nothing_new_reads_nothing_but_the_log(
    source: MadeUpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = source.settings
    place = settings.out / "builds" / build_id(capture_ledger(settings), settings)
    (place / "release").mkdir(parents=True)
    (place / "release" / "manifest.json").write_text("{}", encoding="utf-8")
    (settings.out / "current").symlink_to(place.relative_to(settings.out))
    opened: list[str] = []
    real_open = Path.open

    def watched(path: Path, *how: str, **more: str) -> object:
        opened.append(str(path))
        return real_open(path, *how, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", watched)
    assert not build(settings, tell=print).is_new
    inside = [path for path in opened if str(settings.captures) in path]
    assert {Path(path).name for path in inside} == {"fetches.jsonl"}
    assert not settings.readings.exists()


def test_log_is_read_once_for_all_sources(
    source: MadeUpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.capture("Norway,9.5,9.4,9.6\n", edition="2023")
    asked: list[Store] = []
    fetches: Callable[[Store], object] = Store.fetches

    def counted(store: Store) -> object:
        asked.append(store)
        return fetches(store)

    monkeypatch.setattr(Store, "fetches", counted)
    assert hear(source.settings) == (State.IN_USE, [3, 1])
    assert len(asked) == 1


def test_kept_frames_are_those_that_were_read(source: MadeUpSource) -> None:
    (edition,) = Store(source.settings.captures).editions(NAME)
    hear(source.settings)  # so that the source is known
    with listening(source.settings.readings) as found:
        first, second = found.read(edition), found.read(edition)
    assert first["value"].equals(second["value"])
