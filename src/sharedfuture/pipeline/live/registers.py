"""Captured registers of shutdowns and outages, in the frames that the steps about shutdowns read.

    aligned.shutdown_record    every event of every captured register, with what its words allow
    aligned.shutdown_year      countries and years of a register that names no events

Both are no tables of the release; what is worked out of them is. Where a register was captured, the
ledger's counts of it go: they would count the same twice.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from sharedfuture.analyse.shutdowns import records, scopes
from sharedfuture.analyse.shutdowns.clock import with_local_time
from sharedfuture.pipeline.live.files_in_use import capture_id
from sharedfuture.pipeline.live.listen import Heard, Live

Frames = Mapping[str, pl.DataFrame]

# A register of countries and years: which of its indicators says that there was something.
_OF_YEARS = {"top10vpn": "top10vpn_shutdown_hours"}
_KINDS = {"shutdown": "shutdown_key", "outage": "outage_key"}
_CAPTURES = pl.List(pl.String())
_RECORD: Mapping[str, pl.DataType] = {
    **records.RECORD,
    "start_edtf": pl.String(),
    "end_edtf": pl.String(),
    "first_day": pl.Date(),
    "last_day": pl.Date(),
    "cause": pl.String(),
    "cause_as_written": pl.String(),
    "capture_ids": _CAPTURES,
}
_YEAR: Mapping[str, pl.DataType] = {
    "register": pl.String(),
    "country_id": pl.String(),
    "year": pl.Int32(),
    "capture_ids": _CAPTURES,
}
_DAY = "%Y-%m-%d"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def registers_of(live: Sequence[Live]) -> dict[str, pl.DataFrame]:
    """The two frames, empty where nothing is captured."""
    events = [
        _records(item.name, heard, kind)
        for item in live
        for heard in item.heard
        for kind in _KINDS
        if kind in heard.frames and item.name in scopes.registers()
    ]
    years = [
        _years(item.name, heard)
        for item in live
        for heard in item.heard
        if item.name in _OF_YEARS and "value" in heard.frames
    ]
    return {
        "aligned.shutdown_record": pl.concat([pl.DataFrame(schema=_RECORD), *events]),
        "aligned.shutdown_year": pl.concat([pl.DataFrame(schema=_YEAR), *years]),
    }


def without_captured(
    frames: Frames, captured: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The aligned tables without the ledger's counts of registers that were captured.

    How far two registers agree stands until both were captured. What a row that goes was cited
    for, and where it is written, goes with it.
    """
    names = {
        name
        for frame in captured.values()
        for name in frame.get_column("register").unique().to_list()
    }
    of = pl.col("register").is_in(names)
    other = pl.col("other_register").is_in(names)
    put = dict(frames)
    gone: list[str] = []
    for table, is_gone in (
        ("shutdown_count", of & (other | pl.col("other_register").is_null())),
        ("shutdown_agreement", of & other),
    ):
        column = f"{table}_id"
        lost = put[table].filter(is_gone.fill_null(False)).get_column(column)
        gone += lost.to_list()
        put[table] = put[table].filter(~pl.col(column).is_in(lost.implode()))
    if gone:
        for table in ("citation", "stated"):
            put[table] = put[table].filter(~pl.col("row_id").is_in(gone))
    return put


def _records(name: str, heard: Heard, kind: str) -> pl.DataFrame:
    stated, key = heard.frames[kind], _KINDS[kind]
    if kind == "shutdown":
        stated = records.each_once(stated)
        stated = stated.with_columns(
            records.lasting_keys(stated).alias(key), is_full_network=scopes.is_full_network()
        )
    stated = stated.with_columns(scope=scopes.known_scopes(name))
    made = records.records(stated, register=name, key=key)
    files = [capture_id(heard, part) for part in heard.edition.parts]
    return (
        pl.concat(
            [
                made,
                stated.select(
                    "start_edtf",
                    "end_edtf",
                    cause_as_written="cause",
                    cause=scopes.cause(name),
                ),
            ],
            how="horizontal",
        )
        .with_columns(
            first_day=_local_day(stated, "start_edtf"),
            last_day=_local_day(stated, "end_edtf"),
            capture_ids=pl.lit(files, _CAPTURES),
        )
        .with_columns(last_day=pl.when(pl.col("end_to").is_not_null()).then("last_day"))
        .select(pl.col(column).cast(form) for column, form in _RECORD.items())
    )


def _local_day(stated: pl.DataFrame, column: str) -> pl.Series:
    """The day as written, or that of a moment by the capital's clock."""
    days = stated.get_column(column).str.to_date(_DAY, strict=False)
    moments = stated.select(
        "country_id", at=pl.col(column).str.to_datetime(_MOMENT, strict=False, time_zone="UTC")
    )
    local = with_local_time(moments, at="at").get_column("local_day")
    return days.zip_with(days.is_not_null(), local)


def _years(name: str, heard: Heard) -> pl.DataFrame:
    files = [capture_id(heard, part) for part in heard.edition.parts]
    return (
        heard.frames["value"]
        .filter(pl.col("indicator_id") == _OF_YEARS[name])
        .drop_nulls("country_id")
        .select("country_id", year=pl.col("period").str.head(4).cast(pl.Int32))
        .unique()
        .sort("country_id", "year")
        .with_columns(register=pl.lit(name), capture_ids=pl.lit(files, _CAPTURES))
        .select(pl.col(column).cast(form) for column, form in _YEAR.items())
    )
