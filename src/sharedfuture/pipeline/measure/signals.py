"""A user's own signals in IODA's layout, put to every detector; nothing is asked of anybody."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sharedfuture.analyse.shutdowns.rules import window_rules
from sharedfuture.analyse.shutdowns.signals.detect import ROBUST, detect, undecided
from sharedfuture.analyse.shutdowns.signals.drops import Drop, overlapping, severity
from sharedfuture.capture import Capture
from sharedfuture.extract.ioda_signals import ioda_signals
from sharedfuture.records.errors import MeasurementsUnreadable

Row = dict[str, Any]

_SERIES = (
    "entity_type",
    "entity_code",
    "entity_name",
    "datasource",
    "subtype",
    "measure",
    "member",
)
_LARGEST = 512 * 1024 * 1024
_LONGEST = 3_000_000  # steps of one series: 28 years of five minutes
# A table of each: what a series came to, and the events that were found in it.
SERIES_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("entity", "name", "series", "detector"), pl.String()),
    "values": pl.Int64(),
    "known": pl.Int64(),
    "undecided": pl.Float64(),
    "events": pl.Int64(),
}
EVENT_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("entity", "name", "series", "detector"), pl.String()),
    **dict.fromkeys(("start_after", "start_by", "end_after", "end_by"), pl.Datetime("us", "UTC")),
    "is_critical": pl.Boolean(),
    "greatest_loss": pl.Float64(),
    "severity": pl.Float64(),
    "score": pl.Float64(),
}


def detect_in_files(paths: Sequence[Path]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables of series and of events, of all files together.

    Values of one series that stand in several files are put together; of a time that stands twice
    the value of the last file counts. A series is put to the published rule of its data source,
    where there is one, and to the robust alternative. What has measures of its own, such as a
    latency, is not judged: less of it is no outage. `score` is IODA's: the greatest severity of
    each data source multiplied, over the events of one entity and detector that overlap.

    Raises MeasurementsUnreadable where a file cannot be read, SourceChanged where it is no answer
    of the interface.
    """
    frames = [ioda_signals(_capture(path)) for path in paths]
    whole = pl.concat(frames).with_row_index("nth") if frames else pl.DataFrame()
    series, events = [], []
    if not whole.is_empty():
        last = whole.sort("nth").unique((*_SERIES, "step_s", "at"), keep="last")
        for _, rows in sorted(last.group_by(*_SERIES, "step_s"), key=lambda each: str(each[0])):
            for said, found in _of_series(rows.sort("at")):
                series.append(said)
                events += found
    return (
        pl.DataFrame(series, schema=SERIES_SCHEMA, orient="row"),
        pl.DataFrame(_scored(events), schema=EVENT_SCHEMA, orient="row").sort(
            "entity", "start_by", "series", "detector"
        ),
    )


def _of_series(rows: pl.DataFrame) -> Iterator[tuple[Row, list[Row]]]:
    first, step = rows.item(0, "at"), rows.item(0, "step_s")
    begin = int(first.timestamp())
    at = (rows.get_column("at").dt.epoch("s").to_numpy() - begin) // step
    if at[-1] >= _LONGEST:
        raise MeasurementsUnreadable(
            f"{rows.item(0, 'datasource')} of {rows.item(0, 'entity_code')}: expected files near "
            f"each other in time, at most {_LONGEST:,} steps, found {at[-1] + 1:,}"
        )
    values = np.full(int(at[-1]) + 1, np.nan)
    values[at] = rows.get_column("value").to_numpy()
    one = rows.row(0, named=True)
    said = {
        "entity": f"{one['entity_type']}/{one['entity_code']}",
        "name": one["entity_name"],
        "series": " ".join(filter(None, (one[name] for name in _SERIES[3:]))),
    }
    counted = {"values": len(values), "known": int((~np.isnan(values)).sum())}
    if one["measure"]:  # a latency, a loss or a forecast: less of it is no outage
        yield said | {"detector": "not judged", **counted, "undecided": 1.0, "events": 0}, []
        return
    silent = undecided(values, step)
    own = f"published-{one['datasource']}"
    for by in (*([own] if one["datasource"] in window_rules() else []), ROBUST):
        found = detect(values, begin, step, by=by)
        yield (
            said
            | {
                "detector": by if by == ROBUST else "published",
                **counted,
                "undecided": silent[by],
                "events": len(found),
            },
            [_event(said, "published" if by == own else by, drop) for drop in found],
        )


def _event(said: Row, detector: str, drop: Drop) -> Row:
    return said | {"detector": detector, "drop": drop}


def _scored(events: Sequence[Row]) -> list[Row]:
    """Every event with its own severity and the score of what overlaps with it."""
    scores: dict[int, float] = {}
    for key in sorted({(event["entity"], event["detector"]) for event in events}):
        by_series: dict[str, list[Drop]] = {}
        for event in events:
            if (event["entity"], event["detector"]) == key:
                by_series.setdefault(event["series"].partition(" ")[0], []).append(event["drop"])
        for group in overlapping(by_series):
            areas = {source: [drop.area for drop in each] for source, each in group.items()}
            scores |= {id(drop): severity(areas) for each in group.values() for drop in each}
    return [_written(event, scores[id(event["drop"])]) for event in events]


def _written(event: Row, score: float) -> Row:
    drop: Drop = event["drop"]
    return {
        **{name: event[name] for name in ("entity", "name", "series", "detector")},
        "start_after": _moment(drop.start_from),
        "start_by": _moment(drop.start_to),
        "end_after": _moment(drop.end_from),
        "end_by": _moment(drop.end_to),
        "is_critical": drop.is_critical,
        "greatest_loss": drop.greatest_loss,
        "severity": drop.area,
        "score": score,
    }


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _capture(path: Path) -> Capture:
    """A file, plain or with `.gz`."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as stream:
                data = stream.read(_LARGEST + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise MeasurementsUnreadable(f"{path}: expected a file to read, found {error}") from error
    if len(data) > _LARGEST:
        raise MeasurementsUnreadable(f"{path}: expected at most {_LARGEST // 2**20} MB, found more")
    return Capture(path.name, data, sha256(data).hexdigest())
