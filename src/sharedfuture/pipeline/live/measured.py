"""Counts of measurements that the user has read in, beside those of the ledger.

`sharedfuture measure ooni` leaves its counts in `var/measurements/<dataset>/findings/`. A build
takes them in as rows of a source of their own; where the ledger counts the same subject in the
same place and at the same time, the user's own counts stand for it, so that nothing counts twice.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import MeasurementsUnreadable
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.tables import TABLE

Frames = Mapping[str, pl.DataFrame]

_SUBJECT = ("country_id", "asn", "kind", "subject")


def with_own_counts(frames: Frames, settings: Settings) -> dict[str, pl.DataFrame]:
    """The aligned tables with the user's own counts; without any they stay as they are.

    A build as of an earlier day leaves own counts out: nobody could have read them then. Raises
    MeasurementsUnreadable where a file is not one of counts.
    """
    files = () if settings.as_of is not None else settings.own_counts
    put = dict(frames)
    for file in files:
        name = file.parents[1].name
        counts = _read(file)
        source_id = f"src-own-measurements-{name}"
        mine = counts.with_columns(
            measurement_count_id=pl.concat_str(
                pl.lit(f"mc-own-{name}-"), pl.col("measurement_count_id").str.strip_prefix("mc-")
            )
        )
        rest = put["measurement_count"]
        put["measurement_count"] = pl.concat([_without(rest, mine), mine])
        put["source"] = pl.concat([put["source"], _source(source_id, name, mine)])
        put["citation"] = pl.concat([put["citation"], _citing(source_id, mine)])
    if files:
        for name in ("measurement_count", "source", "citation"):
            put[name] = put[name].sort(TABLE[name].key)
        kept = put["measurement_count"].get_column("measurement_count_id").implode()
        is_lost = pl.col("row_id").str.starts_with("mc-") & ~pl.col("row_id").is_in(kept)
        for name in ("citation", "stated"):
            put[name] = put[name].filter(~is_lost)
    return put


def _read(file: Path) -> pl.DataFrame:
    wanted = schema_of(TABLE["measurement_count"])
    try:
        found = pl.read_parquet(file)
        return found.select(pl.col(name).cast(kind) for name, kind in wanted.items())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise MeasurementsUnreadable(
            f"{file}: expected the counts that `sharedfuture measure ooni` writes, found {error}; "
            "run it again, or take the folder away"
        ) from error


def _without(counts: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """What the user's own counts do not cover: another subject or place, or another time."""
    span = mine.group_by(_SUBJECT).agg(
        since=pl.col("earliest_date").min(), until=pl.col("latest_date").max()
    )
    covered = counts.join(span, on=_SUBJECT, nulls_equal=True).filter(
        (pl.col("earliest_date") <= pl.col("until")) & (pl.col("latest_date") >= pl.col("since"))
    )
    return counts.join(covered, on="measurement_count_id", how="anti")


def _source(source_id: str, name: str, counts: pl.DataFrame) -> pl.DataFrame:
    first = str(counts.get_column("earliest_date").min())
    last = str(counts.get_column("latest_date").max())
    row = {
        "source_id": source_id,
        "title": f"Measurements read in by the maker of this release, dataset {name!r}, "
        f"{first} to {last}",
        "publisher": "Open Observatory of Network Interference (the measurements); counted here",
        "url": "https://ooni.org/data",
        "licence": "CC BY-NC-SA 4.0",
        "redistribution": "cite",
        "reliability": "B",
        "note": "Verdicts by the rules of analyse/blocking; every field of a measurement could "
        "have been forged by whoever uploaded it.",
    }
    return frame_of(TABLE["source"], [row])


def _citing(source_id: str, counts: pl.DataFrame) -> pl.DataFrame:
    return counts.select(
        row_id="measurement_count_id",
        source_id=pl.lit(source_id),
        locator=pl.format("verdicts on {} in {}", "subject", "period_edtf"),
        note=pl.lit(None, pl.String),
    ).cast(schema_of(TABLE["citation"]))
