"""The register of forecasts: whatever is done to it shows, and a killed freeze leaves it whole."""

import csv
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.capture import capture_folder
from sharedfuture.pipeline.forecasts.chain import read_chain
from sharedfuture.pipeline.forecasts.entry import FIRST, HEADER
from sharedfuture.pipeline.forecasts.finish import PENDING, finish_freeze
from sharedfuture.pipeline.forecasts.freeze import code_version, freeze
from sharedfuture.records.errors import ForecastRefused, LedgerFaulty

PARTNERS = pl.DataFrame(
    {
        "country_id": ["AAA", "BBB", "CCC", "AAA", "BBB"],
        "target": ["first", "first", "first", "second", "second"],
        "status": ["known", "inferred", "abstained", "inferred", "inferred"],
        "probability": [0.9, 1 / 3, None, 0.5, 0.25],
        "probability_low": [0.8, 0.1, None, 0.2, 0.1],
        "probability_high": [1.0, 0.6, None, 0.8, 0.4],
        "baseline": [0.7, 0.2, None, 0.4, 0.3],
    }
)
DAYS = ("2030-01-01", "2030-02-01", "2030-03-01")


def _freeze(evidence: Path, day: str, *targets: str) -> None:
    freeze(
        evidence,
        PARTNERS,
        targets=targets or ("first", "second"),
        day=date.fromisoformat(day),
        data_sha256="d" * 64,
        tell=lambda _: None,
    )


def _faults(evidence: Path, countries: frozenset[str] = frozenset({"AAA", "BBB", "CCC"})) -> str:
    return "\n".join(
        str(fault) for fault in read_chain(capture_folder(evidence), countries=countries).faults
    )


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A ledger of nothing but six frozen forecasts."""
    folder = tmp_path / "evidence"
    for day in DAYS:
        _freeze(folder, day)
    return folder


def _lines(evidence: Path) -> list[str]:
    return (evidence / "forecasts" / "register.csv").read_text("utf-8").splitlines(keepends=True)


def _write(evidence: Path, lines: list[str]) -> None:
    (evidence / "forecasts" / "register.csv").write_text("".join(lines), "utf-8")


def test_what_is_frozen_reads_back(evidence: Path) -> None:
    chain = read_chain(capture_folder(evidence), countries={"AAA", "BBB", "CCC"})
    assert chain.faults == ()
    assert len(chain.entries) == 6
    assert chain.entries[0].previous_sha256 == FIRST
    assert chain.head == chain.entries[-1].entry_sha256
    first = chain.forecasts.row(0, named=True)
    assert first["forecast_id"] == "forecast-first-2030-01-01"
    assert (first["countries"], first["frozen_date"]) == (2, date(2030, 1, 1))
    assert first["expected"] == pytest.approx(0.9 + 0.333333)
    assert first["code_version"] == code_version()
    values = chain.values.filter(forecast_id=first["forecast_id"])
    assert values.select("country_id", "probability").rows() == [
        ("AAA", 0.9),
        ("BBB", 0.333333),
        ("CCC", None),
    ]
    cited = set(chain.citations["row_id"])
    assert cited == {*chain.forecasts["forecast_id"], *chain.values["forecast_value_id"]}


def test_nothing_is_frozen_twice_nor_into_the_past(evidence: Path) -> None:
    before = _lines(evidence)
    with pytest.raises(ForecastRefused, match="frozen already"):
        _freeze(evidence, DAYS[-1], "second")
    with pytest.raises(ForecastRefused, match="into the past"):
        _freeze(evidence, "2030-02-15", "first")
    with pytest.raises(ForecastRefused, match="frozen already"):  # not even its other half
        _freeze(evidence, DAYS[-1], "third", "second")
    assert _lines(evidence) == before


def _edit_cell(evidence: Path) -> None:
    lines = _lines(evidence)
    _write(evidence, [*lines[:2], lines[2].replace("0.750000", "0.950000"), *lines[3:]])


def _edit_the_last(evidence: Path) -> None:
    lines = _lines(evidence)
    _write(evidence, [*lines[:-1], lines[-1].replace("2030-03-01", "2030-03-02")])


def _edit_and_seal(evidence: Path) -> None:
    """What a careful hand does: the entry gets a new hash of its own."""
    chain = read_chain(capture_folder(evidence))
    changed = replace(chain.entries[2], data_sha256="e" * 64).sealed()
    lines = _lines(evidence)
    _write(evidence, [*lines[:3], changed.line(), *lines[4:]])


def _remove_from_among(evidence: Path) -> None:
    lines = _lines(evidence)
    _write(evidence, [*lines[:3], *lines[4:]])
    (evidence / "forecasts" / "forecast-first-2030-02-01.csv").unlink()


def _remove_the_last(evidence: Path) -> None:
    _write(evidence, _lines(evidence)[:-1])


def _reorder(evidence: Path) -> None:
    lines = _lines(evidence)
    _write(evidence, [lines[0], lines[2], lines[1], *lines[3:]])


def _write_twice(evidence: Path) -> None:
    lines = _lines(evidence)
    _write(evidence, [*lines, lines[-1]])


def _edit_rows(evidence: Path) -> None:
    path = evidence / "forecasts" / "forecast-second-2030-01-01.csv"
    path.write_text(path.read_text("utf-8").replace("0.250000", "0.990000"), "utf-8")


def _lose_rows(evidence: Path) -> None:
    (evidence / "forecasts" / "forecast-second-2030-01-01.csv").unlink()


def _cut_the_line(evidence: Path) -> None:
    lines = _lines(evidence)
    _write(evidence, [*lines[:-1], lines[-1][:40] + "\n"])


def _remove_the_register(evidence: Path) -> None:
    (evidence / "forecasts" / "register.csv").unlink()


def _break_the_header(evidence: Path) -> None:
    _write(evidence, ["forecast_id,target\n", *_lines(evidence)[1:]])


def _not_text(evidence: Path) -> None:
    (evidence / "forecasts" / "register.csv").write_bytes(HEADER.encode() + b"\xff\xfe\n")


@pytest.mark.parametrize(
    ("tamper", "at", "says"),
    [
        (_edit_cell, "register.csv:3", "it was edited"),
        (_edit_the_last, "register.csv:7", "it was edited"),
        (_edit_and_seal, "register.csv:5", "taken out or moved"),
        (_remove_from_among, "register.csv:4", "taken out or moved"),
        (_remove_the_last, "forecast-second-2030-03-01.csv:1", "no such entry"),
        (_reorder, "register.csv:2", "taken out or moved"),
        (_write_twice, "register.csv:8", "each forecast once"),
        (_edit_rows, "forecast-second-2030-01-01.csv:1", "they were edited"),
        (_lose_rows, "register.csv:3", "no such file"),
        (_cut_the_line, "register.csv:7", "10 cells"),
        (_remove_the_register, "forecast-first-2030-01-01.csv:1", "no such entry"),
        (_break_the_header, "register.csv:1", "the columns forecast_id"),
        (_not_text, "register.csv:1", "a CSV file in UTF-8"),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_whatever_is_done_to_it_shows(
    evidence: Path, tamper: Callable[[Path], None], at: str, says: str
) -> None:
    tamper(evidence)
    found = _faults(evidence)
    assert any(at in line and says in line for line in found.splitlines()), found
    with pytest.raises(LedgerFaulty):
        _freeze(evidence, "2030-04-01")


def test_a_country_must_be_one_of_the_ledger(evidence: Path) -> None:
    assert "a country of countries.csv, found 'CCC'" in _faults(evidence, frozenset({"AAA", "BBB"}))


def test_rows_that_lie_are_found_though_their_hash_is_right(evidence: Path) -> None:
    chain = read_chain(capture_folder(evidence))
    path = evidence / "forecasts" / "forecast-second-2030-03-01.csv"
    path.write_text(path.read_text("utf-8").replace("0.500000", "1.500000"), "utf-8")
    digest = sha256(path.read_bytes()).hexdigest()
    changed = replace(chain.entries[-1], rows_sha256=digest).sealed()
    _write(evidence, [*_lines(evidence)[:-1], changed.line()])
    assert "probability from 0 to 1, found '1.500000'" in _faults(evidence)


def test_only_what_was_frozen_by_a_day(evidence: Path) -> None:
    chain = read_chain(capture_folder(evidence)).known_by(date(2030, 1, 31))
    assert chain.forecasts["frozen_date"].to_list() == [date(2030, 1, 1)] * 2
    assert set(chain.values["forecast_id"]) == set(chain.forecasts["forecast_id"])
    nothing = read_chain(capture_folder(evidence)).known_by(date(2029, 1, 1))
    assert nothing.sources.is_empty()
    assert nothing.values.is_empty()


def test_freezes_at_once_wait_for_each_other(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    context = multiprocessing.get_context("spawn")
    runs = [
        context.Process(target=_freeze, args=(evidence, "2030-01-01", target))
        for target in ("first", "second")
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert [run.exitcode for run in runs] == [0, 0]
    chain = read_chain(capture_folder(evidence))
    assert chain.faults == ()
    assert {entry.target for entry in chain.entries} == {"first", "second"}


def _freeze_on_and_on(evidence: Path) -> None:
    for day in range(1, 3000):
        _freeze(evidence, date.fromordinal(date(2030, 1, 1).toordinal() + day).isoformat())


def test_a_freeze_that_is_killed_leaves_it_whole(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for turn in range(6):
        evidence = tmp_path / f"turn-{turn}" / "evidence"
        run = context.Process(target=_freeze_on_and_on, args=(evidence,))
        run.start()
        until = time.monotonic() + 30
        register = evidence / "forecasts" / "register.csv"
        while not register.exists() and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.003 * turn)
        assert run.pid is not None
        os.kill(run.pid, signal.SIGKILL)
        run.join(30)
        finish_freeze(evidence)
        chain = read_chain(capture_folder(evidence))
        assert chain.faults == ()
        assert chain.entries
        _freeze(evidence, "2090-01-01")
        assert read_chain(capture_folder(evidence)).faults == ()
        assert list((evidence / "forecasts").glob(f"{PENDING}*")) == []


def test_killed_between_the_renames_it_is_finished_by_the_next_reader(evidence: Path) -> None:
    folder = evidence / "forecasts"
    name = "forecast-second-2030-03-01.csv"
    (folder / name).rename(folder / f"{PENDING}{name}")
    (folder / f"{PENDING}forecast-other-2030-03-01.csv").write_text("left behind", "utf-8")
    assert "no such file" in _faults(evidence)
    finish_freeze(evidence)
    assert _faults(evidence) == ""
    _freeze(evidence, "2030-04-01")
    assert list(folder.glob(f"{PENDING}*")) == []


def test_rows_lie_in_the_file_as_a_person_reads_them(evidence: Path) -> None:
    path = evidence / "forecasts" / "forecast-first-2030-01-01.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert rows[2] == {
        "country_id": "CCC",
        "status": "abstained",
        "probability": "",
        "probability_low": "",
        "probability_high": "",
        "baseline": "",
    }
