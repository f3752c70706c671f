"""The layout of a dataset of measurements on disk, and the columns of its tables.

    measurement/ observation/ verdict/   day=2026-01-02/country_id=ZMB/*.parquet
    quarantine/ file/                    *.parquet
    incoming/                            what was read and is not yet among these
    .settling/                           what is about to be
    findings/                            what it all comes to: counts, rates, changes, feeds

A row belongs to the file whose bytes hash to its `file_key`; where several files hold the same
measurement, to the one with the smallest key.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sharedfuture.analyse.blocking.judging.verdict import VERDICT
from sharedfuture.extract.ooni import MEASUREMENT, OBSERVATION, QUARANTINE

INCOMING = "incoming"
SETTLING = ".settling"
READY = "READY"
WRITING = ".writing-"
COUNTS = "counts.json"
FINDINGS = "findings"
COUNTING = ".findings"  # findings that are being made
COUNTED_BEFORE = ".findings-before"
BY = ("day", "country_id")

_OWN: Mapping[str, pl.DataType] = {"file_key": pl.String()}
_DAY: Mapping[str, pl.DataType] = {"day": pl.Date()}


def _kept(form: Mapping[str, pl.DataType]) -> dict[str, pl.DataType]:
    return {**{name: kind for name, kind in form.items() if name != "file"}, **_OWN}


# What a reading writes, by table.
ARRIVING: Mapping[str, Mapping[str, pl.DataType]] = {
    "measurement": _kept(MEASUREMENT),
    "observation": _kept(OBSERVATION),
    "verdict": {**VERDICT, "is_deciding": pl.Boolean(), **_OWN},
    "quarantine": {**QUARANTINE, **_OWN},
}
# What stands in the dataset: the same with the day, where it is divided by days.
STANDING: Mapping[str, Mapping[str, pl.DataType]] = {
    **{name: {**ARRIVING[name], **_DAY} for name in ("measurement", "observation", "verdict")},
    "quarantine": ARRIVING["quarantine"],
}
DIVIDED = ("measurement", "observation", "verdict")
ORDER: Mapping[str, tuple[str, ...]] = {
    "measurement": ("measured_at", "measurement_id"),
    "observation": ("measurement_id", "number"),
    "verdict": ("measurement_id", "layer"),
    "quarantine": ("file_key", "byte_offset"),
}

# One row a file that was read: `read = kept + quarantined + duplicate`.
FILE: Mapping[str, pl.DataType] = {
    "file_key": pl.String(),
    "name": pl.String(),
    "path": pl.String(),
    "byte_count": pl.Int64(),
    "size_seen": pl.Int64(),
    "written_ns": pl.Int64(),
    "read": pl.Int64(),
    "kept": pl.Int64(),
    "quarantined": pl.Int64(),
    "duplicate": pl.Int64(),
}


def read_files(dataset: Path) -> pl.DataFrame:
    """The files that the dataset holds, one row each; none where there is no dataset."""
    place = dataset / "file" / "data_0.parquet"
    if not place.exists():
        return pl.DataFrame(schema=dict(FILE))
    return pl.read_parquet(place).select(*FILE)


def partition(table: str, day: object, country_id: str) -> str:
    """The folder of one day and country."""
    return f"{table}/day={day}/country_id={country_id}"
