"""Signals in the layout of IODA's interface (`signals/raw`) to one long frame.

An answer holds a list for each entity, and in it a series for each data source. Value `i` of a
series stands for the time `from + i * step` in seconds, UTC; null is missing. Most values are
numbers. Some data sources (latency, loss, upstream delay, forecasts) give objects in lists, each
with numbers under names: every number becomes a row of its own `measure` and `member`.
"""

from collections.abc import Iterator

import msgspec
import polars as pl

from sharedfuture.capture import Capture
from sharedfuture.extract.json_document import json_document
from sharedfuture.records.errors import SourceChanged

SIGNAL_SCHEMA: dict[str, pl.DataType] = {
    "entity_type": pl.String(),
    "entity_code": pl.String(),
    "entity_name": pl.String(),
    "datasource": pl.String(),
    "subtype": pl.String(),
    "measure": pl.String(),
    "member": pl.String(),
    "at": pl.Datetime("us", "UTC"),
    "step_s": pl.Int64(),
    "value": pl.Float64(),
}
_LONGEST = 1_000_000  # values in one series; a year in steps of five minutes has 105,120
_DEEPEST = 4


_Columns = dict[tuple[str, str], list[float | None]]


class _Series(msgspec.Struct, frozen=True, rename="camel"):
    entity_type: str
    entity_code: str
    datasource: str
    step: int
    values: list[msgspec.Raw]
    from_: int = msgspec.field(name="from")
    until: int
    entity_name: str = ""
    subtype: str = ""


class _Answer(msgspec.Struct, frozen=True):
    data: list[list[_Series]]
    error: str | dict[str, str] | None = None


def ioda_signals(capture: Capture) -> pl.DataFrame:
    """Every value of an answer, in the order of time within each series; missing ones are null.

    Keys of the envelope that are of no use are passed over. An empty window gives no rows. Raises
    SourceChanged where the answer says that it is an error, a series is longer than its window or
    has a step of none, or a value is neither a number nor made of numbers.
    """
    answer = json_document(capture, _Answer)
    if answer.error:
        raise SourceChanged(f"{capture.name}: expected signals, found an error: {answer.error}")
    frames = [
        _frame(capture, series, f"entity {at}, series {nth}")
        for at, entity in enumerate(answer.data, start=1)
        for nth, series in enumerate(entity, start=1)
    ]
    return pl.concat([pl.DataFrame(schema=SIGNAL_SCHEMA), *frames])


def _frame(capture: Capture, series: _Series, place: str) -> pl.DataFrame:
    _require_regular(capture, series, place)
    columns = _plain(series) or _named(capture, series, place)
    if series.values and not columns:
        columns["", ""] = [None] * len(series.values)
    return pl.concat(
        [pl.DataFrame(schema=SIGNAL_SCHEMA)]
        + [_rows(series, *names, column) for names, column in columns.items()]
    )


def _plain(series: _Series) -> _Columns | None:
    """The one column of a series of numbers; None where a value is anything else."""
    try:
        text = b"[" + b",".join(bytes(raw) for raw in series.values) + b"]"
        return {("", ""): msgspec.json.decode(text, type=list[float | None])}
    except msgspec.ValidationError:
        return None


def _named(capture: Capture, series: _Series, place: str) -> _Columns:
    """A column for each measure of each member. One number for each time: a second is refused."""
    columns: _Columns = {}
    for at, raw in enumerate(series.values):
        met = set()
        here = f"{place}, value {at + 1}"
        for measure, member, value in _numbers(capture, raw, here):
            if (measure, member) in met:
                raise SourceChanged(
                    f"{capture.name}, {here}: expected one number as {measure!r} of {member!r}, "
                    "found two"
                )
            met.add((measure, member))
            columns.setdefault((measure, member), [None] * len(series.values))[at] = value
    return columns


def _rows(series: _Series, measure: str, member: str, values: list[float | None]) -> pl.DataFrame:
    said = {
        "entity_type": series.entity_type,
        "entity_code": series.entity_code,
        "entity_name": series.entity_name,
        "datasource": series.datasource,
        "subtype": series.subtype,
        "measure": measure,
        "member": member,
        "step_s": series.step,
    }
    moments = series.from_ + pl.int_range(0, len(values), eager=True) * series.step
    return pl.DataFrame(
        {
            "value": pl.Series(values, dtype=pl.Float64),
            "at": pl.from_epoch(moments, time_unit="s").cast(SIGNAL_SCHEMA["at"]),
        }
    ).select(
        (pl.col(name) if name in ("value", "at") else pl.lit(said[name])).cast(kind).alias(name)
        for name, kind in SIGNAL_SCHEMA.items()
    )


def _require_regular(capture: Capture, series: _Series, place: str) -> None:
    window = series.until - series.from_
    if series.step < 1 or window < 0:
        raise SourceChanged(
            f"{capture.name}, {place}: expected a step and a window forward in time, found "
            f"step {series.step}, from {series.from_} until {series.until}"
        )
    most = min(window // series.step + 1, _LONGEST)
    if len(series.values) > most:
        raise SourceChanged(
            f"{capture.name}, {place}: expected no more than {most} values, "
            f"found {len(series.values)}"
        )


def _numbers(
    capture: Capture, raw: msgspec.Raw, place: str
) -> Iterator[tuple[str, str, float | None]]:
    """The numbers of one value, each with its name and whose it is."""
    try:
        value: object = msgspec.json.decode(raw)
    except RecursionError as error:
        raise SourceChanged(f"{capture.name}, {place}: expected a value, found {error}") from error
    yield from _within(capture, value, place, measure="", member="", depth=0)


def _within(
    capture: Capture, value: object, place: str, *, measure: str, member: str, depth: int
) -> Iterator[tuple[str, str, float | None]]:
    """Lists are gone through; words of an object name the member, the rest are its measures."""
    if value is None:
        if measure:
            yield measure, member, None
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield measure, member, float(value)
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _within(
                capture, item, place, measure=measure, member=member, depth=depth + 1
            )
    elif isinstance(value, dict) and depth < _DEEPEST:
        words = [word for word in value.values() if isinstance(word, str)]
        whose = " ".join([*([member] if member else []), *words])
        for name, item in value.items():
            if not isinstance(item, str):
                named = measure if isinstance(item, dict) else name
                yield from _within(
                    capture, item, place, measure=named, member=whose, depth=depth + 1
                )
    else:
        raise SourceChanged(
            f"{capture.name}, {place}: expected a number, found {str(value)[:60]!r}"
        )
