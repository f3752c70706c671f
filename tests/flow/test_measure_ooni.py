"""Raw measurements read into a dataset: bad input, duplicates, files that change, what is shown."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.cli import main
from sharedfuture.pipeline.measure.ingest import Tally
from sharedfuture.pipeline.measure.inputs import find_inputs, name_by_bytes
from sharedfuture.pipeline.measure.portion import Portion, read_portion
from sharedfuture.records.errors import MeasurementsUnreadable
from tests.measured import AS_OF, contents, countries_in, measurement, pack, read_in, table
from tests.ooni_lines import line, page

BAD = {
    "not_utf8": b'{"test_name": "\xff"}',
    "malformed_json": b'{"test_name": ',
    "nested_too_deep": line()[:-1] + b', "extra": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    "wrong_type": line(test_keys={"queries": 7}),
    "no_test_keys": json.dumps({**json.loads(line()), "test_keys": None}).encode(),
    "bad_base64": line(
        test_keys={
            "requests": [{"response": {"body": {"format": "base64", "data": "%%"}, "code": 200}}]
        }
    ),
    "country_differs_from_report": line(probe_cc="UG"),
    "unknown_country": line(probe_cc="ZZ"),
    "time_in_future": line(measurement_start_time="2027-01-01 00:00:00"),
    "line_too_long": b'{"a":"' + b"x" * 50_000_000 + b'"}',
}


def adds_up(tally: Tally, dataset: Path) -> bool:
    """Whether every line is accounted for, in what is told and in what is written."""
    files = table(dataset, "file")
    sums = files.select("read", "kept", "quarantined", "duplicate").sum().row(0)
    assert sums[1] == table(dataset, "measurement").height == tally.total
    assert sums[0] == sum(sums[1:])
    return tally.read == tally.kept + tally.quarantined + tally.duplicate


def test_bad_lines_are_set_aside_with_reason_and_place_and_the_run_goes_on(tmp_path: Path) -> None:
    good = [measurement(number) for number in range(len(BAD) + 1)]
    lines = [item for pair in zip(good, BAD.values(), strict=False) for item in pair]
    pack(tmp_path / "in" / "a.jsonl.gz", [*lines, good[-1]])
    whole = gzip.compress(b"\n".join(measurement(100 + number) for number in range(400)))
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "in" / "empty.jsonl").write_bytes(b"")
    (tmp_path / "in" / "gone.jsonl.gz").symlink_to(tmp_path / "nowhere")
    tally = read_in(tmp_path, tmp_path / "set", tmp_path / "in")
    assert adds_up(tally, tmp_path / "set")
    assert tally.reasons == dict.fromkeys([*BAD, "truncated_gzip"], 1)
    assert tally.files == 3
    assert len(tally.problems) == 1
    assert "gone.jsonl.gz" in tally.problems[0] or "nowhere" in tally.problems[0]
    aside = table(tmp_path / "set", "quarantine").filter(file="a.jsonl.gz")
    starts = [sum(len(item) + 1 for item in lines[:place]) for place in range(1, len(lines), 2)]
    assert aside["byte_offset"].to_list() == starts
    assert aside["reason"].to_list() == list(BAD)


@pytest.mark.conformance
def test_dataset_does_not_depend_on_the_order_in_which_files_come(tmp_path: Path) -> None:
    numbers = {"a": [1, 2, 3, 3], "b": [3, 4, 5], "c": [1, 5, 6]}
    for name, held in numbers.items():
        lines = [measurement(number, day=1 + number % 3, test_runtime=ord(name)) for number in held]
        pack(tmp_path / "in" / f"{name}.jsonl.gz", lines)
    files = sorted((tmp_path / "in").iterdir())
    read_in(tmp_path, tmp_path / "at once", tmp_path / "in")
    expected = contents(tmp_path / "at once")
    assert table(tmp_path / "at once", "measurement")["measurement_id"].is_unique().all()
    for number, order in enumerate((files, files[::-1], [*files[1:], files[0]])):
        dataset = tmp_path / f"set {number}"
        for file in order:
            assert adds_up(read_in(tmp_path, dataset, file), dataset)
        assert contents(dataset) == expected
    kept = dict(table(tmp_path / "at once", "file").select("name", "kept").iter_rows())
    assert sum(kept.values()) == 6


@pytest.mark.conformance
def test_rows_of_a_measurement_all_come_from_the_same_file(tmp_path: Path) -> None:
    for name in "abcd":
        pack(tmp_path / "in" / f"{name}.jsonl.gz", [measurement(1, test_runtime=ord(name)), b"{"])
    for file in sorted((tmp_path / "in").iterdir()):
        read_in(tmp_path, tmp_path / "set", file)
    keys = {
        name: set(table(tmp_path / "set", name)["file_key"])
        for name in ("measurement", "observation", "verdict")
    }
    smallest = min(table(tmp_path / "set", "file")["file_key"])
    assert set(map(frozenset, keys.values())) == {frozenset([smallest])}
    assert table(tmp_path / "set", "quarantine").height == 4


@pytest.mark.conformance
def test_a_measurement_whose_place_differs_between_files_counts_once(tmp_path: Path) -> None:
    pack(tmp_path / "in" / "a.jsonl.gz", [measurement(1, country="ZM", day=2)])
    pack(tmp_path / "in" / "b.jsonl.gz", [measurement(1, country="UG", day=3)])
    files = sorted((tmp_path / "in").iterdir())
    for number, order in enumerate((files, files[::-1])):
        for file in order:
            read_in(tmp_path, tmp_path / f"{number}", file)
        places = [path.parent.name for path in (tmp_path / f"{number}").rglob("country_id=*/*")]
        assert len(set(places)) == 1, "the other partition is gone"
    assert contents(tmp_path / "0") == contents(tmp_path / "1")


def test_file_that_grows_is_what_it_was_when_it_was_named(tmp_path: Path) -> None:
    file = tmp_path / "in" / "live.jsonl"
    file.parent.mkdir()
    file.write_bytes(measurement(1) + b"\n" + measurement(2) + b"\n")
    named = name_by_bytes(find_inputs([str(file)])[0])
    with file.open("ab") as more:
        more.write(measurement(3) + b"\n")
    countries = str(countries_in(tmp_path))
    portion = Portion((named,), str(tmp_path / "x"), str(tmp_path), countries, AS_OF)
    assert read_portion(portion).read == 2
    first = read_in(tmp_path, tmp_path / "set", file)
    with file.open("ab") as more:
        more.write(measurement(4) + b"\n")
    second = read_in(tmp_path, tmp_path / "set", file)
    assert (first.total, second.read, second.total) == (3, 4, 4)
    assert adds_up(second, tmp_path / "set")


def test_file_that_is_rewritten_while_it_is_read_is_left_out_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for in_memory in (8 << 20, 0):
        monkeypatch.setattr("sharedfuture.pipeline.measure.portion._IN_MEMORY", in_memory)
        file = pack(tmp_path / "in" / "a.jsonl.gz", [measurement(1)])
        other = pack(tmp_path / "in" / "b.jsonl.gz", [measurement(2)])
        named = [name_by_bytes(item) for item in find_inputs([str(tmp_path / "in")])]
        file.write_bytes(bytes(reversed(file.read_bytes())))
        countries = str(countries_in(tmp_path))
        portion = Portion(tuple(named), str(tmp_path / "x"), str(tmp_path), countries, AS_OF)
        done = read_portion(portion)
        assert (done.file_count, done.read) == (1, 1)
        assert "changed while it was read" in done.problems[0]
        assert str(other) not in done.problems[0]


def test_large_files_are_read_as_a_stream_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(b"\n".join(measurement(number) for number in range(300)), mtime=0)
    damaged = bytearray(packed)
    damaged[len(packed) // 2 : len(packed) // 2 + 8] = bytes(8)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "whole.jsonl.gz").write_bytes(packed)
    (tmp_path / "in" / "damaged.jsonl.gz").write_bytes(bytes(damaged))
    read_in(tmp_path, tmp_path / "in memory", tmp_path / "in")
    monkeypatch.setattr("sharedfuture.pipeline.measure.portion._IN_MEMORY", 0)
    assert read_in(tmp_path, tmp_path / "streamed", tmp_path / "in").problems == []
    assert contents(tmp_path / "streamed") == contents(tmp_path / "in memory")


def test_what_the_dataset_holds_is_passed_by_also_under_another_name(tmp_path: Path) -> None:
    file = pack(tmp_path / "in" / "a.jsonl.gz", [measurement(1)])
    read_in(tmp_path, tmp_path / "set", file)
    (tmp_path / "in" / "copy.jsonl.gz").write_bytes(file.read_bytes())
    again = read_in(tmp_path, tmp_path / "set", tmp_path / "in")
    assert (again.files, again.known, again.read, again.total) == (0, 2, 0, 1)


def test_several_processes_give_the_same_dataset(tmp_path: Path) -> None:
    for name in range(4):
        held = [measurement(10 * name + number, day=1 + number % 2) for number in range(20)]
        pack(tmp_path / "in" / f"{name}.jsonl.gz", held)
    read_in(tmp_path, tmp_path / "one", tmp_path / "in")
    read_in(tmp_path, tmp_path / "two", tmp_path / "in", threads=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_one_layer_decides_each_measurement(tmp_path: Path) -> None:
    keys = {"requests": [page()], "tcp_connect": [{"ip": "203.1.113.10", "port": 443}]}
    pack(tmp_path / "in" / "a.jsonl.gz", [line(test_keys=keys), measurement(2)])
    read_in(tmp_path, tmp_path / "set", tmp_path / "in")
    found = table(tmp_path / "set", "verdict")
    deciding = found.filter("is_deciding")
    assert deciding["measurement_id"].is_unique().all()
    assert set(deciding["measurement_id"]) == set(found["measurement_id"])


def test_missing_references_are_said_and_another_run_is_kept_out(tmp_path: Path) -> None:
    pack(tmp_path / "in" / "a.jsonl.gz", [measurement(1)])
    said: list[str] = []
    read_in(tmp_path, tmp_path / "set", tmp_path / "in", said=said)
    assert any("fingerprints_http.csv" in sentence for sentence in said)
    with pytest.raises(MeasurementsUnreadable, match="none"):
        read_in(tmp_path, tmp_path / "set", tmp_path / "set")


def test_command_shows_what_came_of_every_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHAREDFUTURE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("SHAREDFUTURE_EVIDENCE", str(countries_in(tmp_path).parent))
    pack(tmp_path / "in" / "a.jsonl.gz", [measurement(1), measurement(1), b"{", measurement(2)])
    assert main(["measure", "ooni", str(tmp_path / "in"), "--processes", "1"]) == 0
    shown = capsys.readouterr()
    assert "malformed_json" in shown.out
    assert str(tmp_path / "var" / "measurements" / "ooni") in shown.out
    assert "no fingerprints_http.csv" in shown.err
    assert "a build from here on takes these counts in" in shown.out
    findings = tmp_path / "var" / "measurements" / "ooni" / "findings"
    counts = pl.read_parquet(findings / "measurement_count.parquet")
    assert counts["measured"].sum() == 2
    assert (findings / "changes.atom").read_bytes().startswith(b"<?xml")
    (tmp_path / "empty").mkdir()
    assert main(["measure", "ooni", str(tmp_path / "empty")]) == 1
    assert "expected *.jsonl.gz" in capsys.readouterr().err
    (tmp_path / "in" / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    assert main(["measure", "ooni", str(tmp_path / "in"), "--processes", "1"]) == 1
