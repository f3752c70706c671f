"""Figures from what publishers' own files state: values as they are, tabulations as declared."""

from collections.abc import Iterator, Sequence

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.analyse.tabulate import chosen, code_column, count_rows, sum_column
from sharedfuture.pipeline.live.listen import Heard, Live
from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.declaration import Declaration, Tabulation

# Figures of earlier years stay in what was read, but not in the release: the report speaks of the
# present, and each page shows every row that it rests on.
_FIRST_YEAR = "2000"


def figures_of(live: Sequence[Live]) -> pl.DataFrame:
    """Every figure of the panel with its place.

    Of two editions, also of two sources with the same indicator, the one that came out later
    counts; of those of one day, that of the source which is later by name.
    """
    schema = schema_of(TABLE["figure"])
    schema.update(source_id=pl.String(), part=pl.String(), row=pl.Int64())
    schema.update(file_sha256=pl.String(), rests_on=pl.String(), published=pl.Date())
    found = [
        _placed(heard, frame).select(schema.names()).cast(schema)
        for item in live
        for heard in item.heard
        for frame in (*_valued(item.declared, heard), *_tabulated(item.declared, heard))
    ]
    whole = pl.concat(found) if found else pl.DataFrame(schema=schema)
    order = ("figure_id", "published")
    whole = whole.sort(order, nulls_last=True, maintain_order=True)
    return whole.filter(pl.col("figure_id").ne_missing(pl.col("figure_id").shift(-1)))


def _valued(declared: Declaration, heard: Heard) -> Iterator[pl.DataFrame]:
    if "value" in heard.frames:
        shown = [indicator.id for indicator in declared.indicator if not indicator.is_detail]
        yield (
            heard.frames["value"]
            .filter(pl.col("indicator_id").is_in(shown))
            .with_columns(rests_on=pl.format("{}, row {}, {}", "part", "row", "country_as_written"))
        )


def _tabulated(declared: Declaration, heard: Heard) -> Iterator[pl.DataFrame]:
    for item in declared.tabulate:
        if item.of in heard.frames and heard.edition.name in (
            item.editions or [heard.edition.name]
        ):
            table = _tabulate(heard, item)
            rests_on = pl.format(
                "{}: {} rows of {} for {}, the first in row {}",
                *(pl.lit(item.says), "rows", "part", "country_as_written", "row"),
            )
            number = pl.col("value") * item.times
            written = pl.when(pl.col("as_written") == "").then(number.cast(pl.String))
            yield table.with_columns(
                indicator_id=pl.lit(item.indicator),
                value=number,
                low=pl.lit(None, pl.Float64),
                high=pl.lit(None, pl.Float64),
                gap=pl.lit(None, pl.String),
                as_written=written.otherwise("as_written"),
                rests_on=rests_on,
            )


def _tabulate(heard: Heard, item: Tabulation) -> pl.DataFrame:
    rows = heard.frames[item.of]
    if item.of == "vote" and "roll_call" in heard.frames:
        calls = heard.frames["roll_call"].drop("part", "row")
        rows = rows.join(calls, on="roll_call_key", how="left")
    is_column = item.period in rows.columns
    period = heard.edition.name if item.period == "edition" else item.period
    rows = rows.with_columns(pl.col(item.period) if is_column else pl.lit(period).alias("period"))
    rows, name = chosen(rows, item.where), item.period if is_column else "period"
    rows = rows.with_columns(pl.col(name).cast(pl.String).str.slice(0, 4 if is_column else 9))
    match item.how:
        case "count":
            counted = rows.drop_nulls(item.column) if item.column else rows
            return count_rows(counted, period=name)
        case "sum":
            return sum_column(rows, item.column, period=name)
        case _:
            return code_column(rows, item.column, item.codes, period=name)


def _placed(heard: Heard, rows: pl.DataFrame) -> pl.DataFrame:
    hashes = {name: part.sha256 for name, part in heard.edition.parts.items()}
    rows = rows.filter(
        pl.col("country_id").is_not_null(), pl.col("period").str.slice(0, 4) >= _FIRST_YEAR
    )
    period = pl.col("period").str.replace("/", "-", literal=True)
    return rows.with_columns(
        figure_id=pl.concat_str(
            pl.lit("fig-"), "country_id", pl.lit("-"), "indicator_id", pl.lit("-"), period
        ),
        source_id=pl.lit(heard.source_id),
        edition=pl.lit(heard.edition.name),
        published=pl.lit(span_of(heard.declared.published).latest, pl.Date),
        captured_date=pl.lit(heard.edition.captured_at.date()),
        file_sha256=pl.col("part")
        .str.split("/")
        .list.first()  # a sheet of a workbook is `workbook/sheet`
        .replace_strict(hashes, default=None, return_dtype=pl.String),
    )
