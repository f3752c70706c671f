"""The log of fetches: whatever was cut off, what was written before still reads."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.capture import Fetch, Store
from sharedfuture.capture.log import Log
from sharedfuture.records.errors import CaptureDamaged

TEXTS = st.text(max_size=20)
FETCHES = st.builds(
    Fetch,
    source=st.sampled_from(["press", "votes"]),
    edition=st.sampled_from(["2023", "2024"]),
    part=st.sampled_from(["data", "codebook"]),
    url=TEXTS,
    final_url=TEXTS,
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    status=st.none() | st.integers(100, 599),
    sha256=st.none() | st.sampled_from(["aa" * 32, "bb" * 32, "cc" * 32]),
    byte_count=st.integers(0, 2**40),
    headers=st.dictionaries(TEXTS, TEXTS, max_size=2),
    seconds=st.floats(0, 1e6),
    problem=st.none() | TEXTS,
)
LINES = st.lists(FETCHES, max_size=6)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the log of each example lies, one after the other."""
    return tmp_path_factory.mktemp("log") / "fetches.jsonl"


def written(path: Path, lines: list[Fetch]) -> Log:
    path.unlink(missing_ok=True)
    log = Log(path)
    for line in lines:
        log.append([line])
    return log


@settings(max_examples=30, deadline=None)
@given(lines=LINES)
def test_what_goes_in_comes_out(path: Path, lines: list[Fetch]) -> None:
    log = written(path, lines)
    assert log.fetches() == tuple(lines)
    assert Log(path).fetches() == tuple(lines)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(FETCHES, min_size=1, max_size=4), more=FETCHES, data=st.data())
def test_log_cut_anywhere_reads_up_to_the_cut(
    path: Path, lines: list[Fetch], more: Fetch, data: st.DataObject
) -> None:
    log = written(path, lines)
    text = path.read_bytes()
    cut = data.draw(st.integers(0, len(text)))
    rest = data.draw(st.sampled_from([b"", bytes(7), b"{", b"\xff"]))
    path.write_bytes(text[:cut] + rest)
    whole = text[:cut].count(b"\n")
    is_all_but_its_end = rest == b"" and text[cut : cut + 1] == b"\n"
    expected = tuple(lines[: whole + is_all_but_its_end])
    assert Log(path).fetches() == expected
    for reader in (Log(path), log):
        reader.append([more])
        expected = (*expected, more)
        assert reader.fetches() == expected
        assert Log(path).fetches() == expected


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(FETCHES, min_size=2, max_size=5), data=st.data())
def test_broken_line_elsewhere_is_named(
    path: Path, lines: list[Fetch], data: st.DataObject
) -> None:
    written(path, lines)
    text = path.read_bytes().split(b"\n")
    number = data.draw(st.integers(1, len(lines)))
    broken = data.draw(st.sampled_from([b"", b"{}", b"[]", text[number - 1][:-1], b"\xff"]))
    path.write_bytes(b"\n".join([*text[: number - 1], broken, *text[number:]]))
    log = Log(path)
    for _ in range(2):
        with pytest.raises(CaptureDamaged, match=rf"^fetches\.jsonl:{number}: expected a line"):
            log.fetches()


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_newest_good_fetch_of_each_part_is_in_use(path: Path, lines: list[Fetch]) -> None:
    written(path, lines)
    found = {
        (edition.source, edition.name, part.name): part.sha256
        for source in ("press", "votes")
        for edition in Store(path.parent).editions(source)
        for part in edition.parts.values()
    }
    good = [line for line in lines if line.is_good]
    assert found == {(line.source, line.edition, line.part): line.sha256 for line in good}


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_history_begins_with_what_is_in_use(path: Path, lines: list[Fetch]) -> None:
    written(path, lines)
    store = Store(path.parent)
    for edition in store.editions("press"):
        history = store.history("press", edition.name)
        assert history[0] == edition
        held = {part.sha256 for state in history for part in state.parts.values()}
        assert held == {
            line.sha256
            for line in lines
            if line.is_good and (line.source, line.edition) == ("press", edition.name)
        }


@settings(max_examples=40, deadline=None)
@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=4), lost=st.integers(0, 3))
def test_pages_count_only_together(path: Path, counts: list[int], lost: int) -> None:
    """Of the last set some lines were lost; what was in use before stays in use."""
    log = written(path, [])
    sets = [
        [
            Fetch(
                *("press", "2024", f"data.{page}", "", "", datetime(2024, 1, 1, tzinfo=UTC)),
                sha256=f"{run:032}{page:032}",
                pages=count,
            )
            for page in range(1, count + 1)
        ]
        for run, count in enumerate(counts)
    ]
    kept = max(0, counts[-1] - lost)
    for lines in [*sets[:-1], sets[-1][:kept]]:
        log.append(lines)
    whole = sets[-1] if kept == counts[-1] else sets[-2] if len(sets) > 1 else []
    editions = Store(path.parent).editions("press")
    parts = [part.sha256 for edition in editions for part in edition.parts.values()]
    assert parts == [line.sha256 for line in whole]
