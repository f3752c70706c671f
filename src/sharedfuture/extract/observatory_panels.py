"""Panels of the Monash IP Observatory: the connectivity of one country's places, hour by hour.

Two layouts, told apart by their columns: an index of each place and hour, 0 offline to 100 normal,
of which the mean is taken; and single answers to pings, which are counted. Times are those of the
place's clock, in both. An hour without any answer is an hour of none: the publisher writes down
answers alone, so that a pause in its asking would look the same.
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.capture import Capture
from sharedfuture.records.errors import SourceChanged

_STEP_S = 3600
_INDEX = ("iso", "time_e", "connectivity")
_ANSWERS = ("iso", "time_local_str")
_MOMENT = "%Y-%m-%d %H:%M:%S%.f"
_LONGEST = 100_000  # hours, eleven years


@dataclass(frozen=True, slots=True)
class Panel:
    """Values an hour apart from `first_s` on, in seconds of the place's own clock."""

    country_id: str
    first_s: int
    step_s: int
    values: npt.NDArray[np.float64]


def observatory_panel(capture: Capture) -> Panel:
    """One file as a signal. Raises SourceChanged where it is in neither layout."""
    try:
        rows = pl.read_csv(BytesIO(capture.data), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise SourceChanged(f"{capture.name}: expected a table, found {error}") from error
    if set(_INDEX) <= set(rows.columns):
        hours = rows.select("iso", at=_number("time_e"), value=_number("connectivity"))
        made = hours.group_by("at").agg(pl.col("iso").first(), pl.col("value").mean())
        absent = None
    elif set(_ANSWERS) <= set(rows.columns):
        moment = pl.col("time_local_str").str.to_datetime(_MOMENT, strict=False).dt.epoch("s")
        hours = rows.select("iso", at=(moment // _STEP_S * _STEP_S).cast(pl.Float64))
        made = hours.group_by("at").agg(pl.col("iso").first(), value=pl.len().cast(pl.Float64))
        absent = 0.0
    else:
        raise SourceChanged(
            f"{capture.name}: expected columns {', '.join(_INDEX)} or {', '.join(_ANSWERS)}, "
            f"found {', '.join(rows.columns[:12])}"
        )
    return _panel(capture, made, absent)


def _panel(capture: Capture, made: pl.DataFrame, absent: float | None) -> Panel:
    countries = made.get_column("iso").unique().to_list()
    if len(countries) != 1 or made.get_column("at").null_count():
        raise SourceChanged(
            f"{capture.name}: expected one country and a time in every row, found "
            f"{len(countries)} countries and {made.get_column('at').null_count()} rows without"
        )
    made = made.sort("at").with_columns(pl.col("at").cast(pl.Int64))
    first, last = made.get_column("at")[0], made.get_column("at")[-1]
    if (last - first) // _STEP_S >= _LONGEST or (
        (made.get_column("at") - first) % _STEP_S != 0
    ).any():
        raise SourceChanged(
            f"{capture.name}: expected full hours of at most {_LONGEST:,}, found other times"
        )
    every = pl.DataFrame({"at": pl.int_range(first, last + 1, _STEP_S, eager=True)})
    values = every.join(made, on="at", how="left").sort("at").get_column("value")
    filled = values if absent is None else values.fill_null(absent)
    return Panel(str(countries[0]), int(first), _STEP_S, filled.fill_null(float("nan")).to_numpy())


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64, strict=False)
