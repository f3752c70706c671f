"""A user's own signals in IODA's layout: known outages found, what is no outage left alone."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from tests.made_up_signals import STEP_S, signal

from sharedfuture.capture import Capture
from sharedfuture.extract.observatory_panels import observatory_panel
from sharedfuture.pipeline.measure.signals import detect_in_files
from sharedfuture.pipeline.screens.shutdowns import show_signals
from sharedfuture.records.errors import MeasurementsUnreadable, SourceChanged

FIRST = 1_600_041_600  # midnight


def answer(
    source: str, values: npt.NDArray[np.float64] | list[object], *, first: int = FIRST
) -> str:
    cells = [None if isinstance(each, float) and np.isnan(each) else each for each in list(values)]
    series = {
        "entityType": "country",
        "entityCode": "XX",
        "entityName": "Nowhere",
        "datasource": source,
        "from": first,
        "until": first + STEP_S * len(cells),
        "step": STEP_S,
        "values": [
            each if isinstance(each, list) or each is None else float(each) for each in cells
        ],
    }
    return json.dumps({"data": [[series]], "error": None})


def test_known_outages_are_found_by_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = signal(1)
    (tmp_path / "bgp.json").write_text(answer("bgp", of.values))
    (tmp_path / "probing.json.gz").write_bytes(
        gzip.compress(answer("ping-slash24", signal(1, swing=0.15).values).encode())
    )
    series, events = detect_in_files([tmp_path / "bgp.json", tmp_path / "probing.json.gz"])
    assert series.select("series", "detector", "events").rows() == [
        ("bgp", "published", 8),
        ("bgp", "robust", 8),
        ("ping-slash24", "published", 8),
        ("ping-slash24", "robust", 8),
    ]
    robust = events.filter(detector="robust", series="bgp")
    starts = [datetime.fromtimestamp(FIRST + start, UTC) for start, _ in of.outages]
    late = [
        (found - known).total_seconds()
        for found, known in zip(robust["start_by"], starts, strict=True)
    ]
    assert all(0 <= seconds <= 2 * STEP_S for seconds in late)
    assert (robust["start_after"] <= robust["start_by"]).all()
    # A score is the product of what both signals lost at that time.
    first = (
        events.filter(detector="robust").group_by("series").agg(pl.col("severity", "score").first())
    )
    assert first["score"].n_unique() == 1
    assert first["score"][0] == pytest.approx(first["severity"].product())
    show_signals(series, events)
    assert "country/XX" in capsys.readouterr().out


def test_signal_of_two_files_is_one(tmp_path: Path) -> None:
    values = signal(2).values
    half = len(values) // 2
    (tmp_path / "a.json").write_text(answer("bgp", values[:half]))
    (tmp_path / "b.json").write_text(answer("bgp", values[half:], first=FIRST + half * STEP_S))
    (tmp_path / "whole.json").write_text(answer("bgp", values))
    parts = detect_in_files([tmp_path / "a.json", tmp_path / "b.json"])
    whole = detect_in_files([tmp_path / "whole.json"])
    assert parts[1].equals(whole[1])
    assert parts[0].equals(whole[0])


def test_latency_is_not_judged(tmp_path: Path) -> None:
    values: list[object] = [[{"latency": 100.0 if at < 400 else 1.0}] for at in range(440)]
    (tmp_path / "latency.json").write_text(answer("ping-slash24-latency", values))
    series, events = detect_in_files([tmp_path / "latency.json"])
    assert series["detector"].to_list() == ["not judged"]
    assert events.is_empty()


def test_source_without_a_published_rule_has_the_robust_alone(tmp_path: Path) -> None:
    (tmp_path / "gtr.json").write_text(answer("gtr", signal(3).values))
    series, _ = detect_in_files([tmp_path / "gtr.json"])
    assert series["detector"].to_list() == ["robust"]


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b\x08\x00cut"])
def test_file_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "signals.json.gz"
    path.write_bytes(data)
    with pytest.raises((MeasurementsUnreadable, SourceChanged), match="expected"):
        detect_in_files([path])


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MeasurementsUnreadable, match="expected a file to read"):
        detect_in_files([tmp_path / "nowhere.json"])


def panel(text: str) -> Capture:
    return Capture("panel.csv", text.encode(), "")


def test_panel_of_an_index_is_the_mean_of_its_places() -> None:
    read = observatory_panel(
        panel("iso,time_e,connectivity\nXXX,3600,100\nXXX,3600,50\nXXX,10800,10\n")
    )
    assert (read.country_id, read.first_s, read.step_s) == ("XXX", 3600, 3600)
    assert np.array_equal(read.values, [75, np.nan, 10], equal_nan=True)


def test_panel_of_answers_counts_them_and_an_empty_hour_is_none() -> None:
    rows = [f"XXX,1970-01-01 0{hour}:30:00.000" for hour in (1, 1, 3)]
    read = observatory_panel(panel("\n".join(["iso,time_local_str", *rows])))
    assert (read.first_s, read.values.tolist()) == (3600, [2, 0, 1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "country,value\nXXX,1\n",
        "iso,time_e,connectivity\nXXX,soon,100\n",
        "iso,time_e,connectivity\nXXX,0,1\nYYY,3600,1\n",
        "iso,time_e,connectivity\nXXX,0,1\nXXX,10,1\n",
        "iso,time_e,connectivity\nXXX,0,1\nXXX,3600000000,1\n",
    ],
)
def test_other_panel_is_refused(text: str) -> None:
    with pytest.raises(SourceChanged, match="expected"):
        observatory_panel(panel(text))
