"""The places from which distances are measured: every number is that of the time zone database."""

import csv
import re
from importlib.resources import files
from pathlib import Path

import pytest


def _zones() -> dict[tuple[str, str], str]:
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    cells = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return {(code, zone): place for code, place, zone, *_ in cells}


def _degrees(written: str, *, digits: int) -> float:
    sign = -1 if written.startswith("-") else 1
    figures = written.lstrip("+-")
    whole, rest = figures[:digits], figures[digits:]
    return sign * (int(whole) + int(rest[:2]) / 60 + int(rest[2:] or 0) / 3600)


def test_places_are_those_of_the_database(repository: Path) -> None:
    zones = _zones()
    lines = (repository / "evidence" / "figures" / "places.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    assert len(rows) == 402
    for row in rows:
        _, code, zone = row["locator"].split(", ")
        latitude, longitude = re.findall(r"[+-]\d+", zones[code, zone])
        is_latitude = row["indicator_id"] == "clock_place_latitude"
        written = latitude if is_latitude else longitude
        assert row["as_written"] == written.removeprefix("+")
        expected = _degrees(written, digits=2 if is_latitude else 3)
        assert float(row["value"]) == pytest.approx(expected, abs=5e-5)
