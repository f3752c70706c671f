"""The user's own counts of measurements stand beside the ledger's, and nothing counts twice."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.fingerprint import build_id
from sharedfuture.pipeline.live.measured import with_own_counts
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import MeasurementsUnreadable
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE


def count(name: str, *, subject: str, month: int, blocked: int = 0) -> dict[str, object]:
    """A row of counts of one site in one network of Zambia, in a month of 2026."""
    return {
        "measurement_count_id": name,
        "country_id": "ZMB",
        "asn": 64500,
        "kind": "website",
        "subject": subject,
        "period_edtf": f"2026-{month:02}",
        "earliest_date": date(2026, month, 1),
        "latest_date": date(2026, month, 28),
        "measured": 10,
        "blocked": blocked,
        "down": 0,
        "ok": 10 - blocked,
        "insufficient": 0,
    }


LEDGER = (
    count("mc-ZMB-64500-website-a.example-2026-01", subject="a.example", month=1),
    count("mc-ZMB-64500-website-a.example-2026-05", subject="a.example", month=5),
    count("mc-ZMB-64500-website-b.example-2026-01", subject="b.example", month=1),
)
OWN = (
    count("mc-ZMB-64500-website-a.example-2026-01", subject="a.example", month=1, blocked=4),
    count("mc-ZMB-64500-website-a.example-2026-02", subject="a.example", month=2, blocked=9),
)


@pytest.fixture
def frames() -> dict[str, pl.DataFrame]:
    """What the ledger has."""
    counts = frame_of(TABLE["measurement_count"], LEDGER)
    ids = counts.get_column("measurement_count_id")
    cited = [{"row_id": row_id, "source_id": "src-a", "locator": "row"} for row_id in ids]
    return {
        "measurement_count": counts,
        "source": frame_of(TABLE["source"], [{"source_id": "src-a"}]),
        "citation": frame_of(TABLE["citation"], cited),
        "stated": frame_of(TABLE["stated"], [{"row_id": row_id} for row_id in ids]),
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project that has read one dataset in."""
    folder = tmp_path / "var" / "measurements" / "mine" / "findings"
    folder.mkdir(parents=True)
    frame_of(TABLE["measurement_count"], OWN).write_parquet(folder / "measurement_count.parquet")
    return Settings(evidence=tmp_path, out=tmp_path / "out", var=tmp_path / "var")


def test_own_counts_stand_for_the_ledgers_of_the_same_time_and_place(
    frames: dict[str, pl.DataFrame], settings: Settings
) -> None:
    put = with_own_counts(frames, settings)
    assert put["measurement_count"].get_column("measurement_count_id").to_list() == [
        "mc-ZMB-64500-website-a.example-2026-05",
        "mc-ZMB-64500-website-b.example-2026-01",
        "mc-own-mine-ZMB-64500-website-a.example-2026-01",
        "mc-own-mine-ZMB-64500-website-a.example-2026-02",
    ]
    assert put["measurement_count"].get_column("blocked").to_list() == [0, 0, 4, 9]


def test_every_count_cites_a_source_that_is_there(
    frames: dict[str, pl.DataFrame], settings: Settings
) -> None:
    put = with_own_counts(frames, settings)
    counted = put["measurement_count"].get_column("measurement_count_id")
    assert set(put["citation"].get_column("row_id")) == set(counted)
    assert set(put["citation"].get_column("source_id")) == {"src-a", "src-own-measurements-mine"}
    assert set(put["source"].get_column("source_id")) >= {"src-own-measurements-mine"}
    assert set(put["stated"].get_column("row_id")) <= set(counted)


def test_build_as_of_an_earlier_day_leaves_own_counts_out(
    frames: dict[str, pl.DataFrame], settings: Settings
) -> None:
    earlier = Settings(settings.evidence, settings.out, settings.var, as_of=date(2026, 3, 1))
    put = with_own_counts(frames, earlier)
    assert put["measurement_count"].equals(frames["measurement_count"])


def test_new_counts_are_a_reason_to_build(settings: Settings) -> None:
    before = build_id((), settings)
    (file,) = settings.own_counts
    frame_of(TABLE["measurement_count"], OWN[:1]).write_parquet(file)
    assert build_id((), settings) != before


def test_file_that_is_not_one_of_counts_is_refused(
    frames: dict[str, pl.DataFrame], settings: Settings
) -> None:
    (file,) = settings.own_counts
    file.write_bytes(b"not a table")
    with pytest.raises(MeasurementsUnreadable, match=r"measurement_count\.parquet: expected"):
        with_own_counts(frames, settings)
