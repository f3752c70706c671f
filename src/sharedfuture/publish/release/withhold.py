"""Keep back what a licence forbids to pass on: values of restricted sources, wherever they stand.

A figure may leave where at least one source that it cites is `open` or `cite`. Of every other the
value is taken out of all tables: from the figure itself, from rows that rest on it alone (they are
the value in other units), and from any cell of a row resting on it that says the same number.
What is computed from several figures stays, which is what `derived_only` allows, unless the others
are shown beside it, so that the one could be worked out. Single events of registers that may not
leave are left out as whole rows; counts of them stay.
"""

from collections.abc import Collection, Mapping

import polars as pl

from sharedfuture.records.release import MAY_LEAVE
from sharedfuture.records.table import Kind
from sharedfuture.records.tables import TABLES

Tables = Mapping[str, pl.DataFrame]

_SAID = ("value", "low", "high")
_SINGLE = ("shutdown_event", "shutdown_report")
_WITHHELD = "licence"
_SAME = 1e-9


def withhold(tables: Tables, *, held: Collection[str] = ()) -> dict[str, pl.DataFrame]:
    """The same tables without what must not leave; `held` are sources whose licence a user has."""
    tables = _without_restricted_events(tables, held)
    restricted = _restricted(tables, held)
    if restricted.is_empty():
        return dict(tables)
    lineage = tables["lineage"]
    alone = _resting_alone(lineage, set(restricted.get_column("figure_id")))
    alone |= _means_of(restricted, tables)
    said = _said(lineage, restricted)
    kept = dict(tables)
    kept["stated"] = _without_hash(tables["stated"], restricted)
    for table in TABLES:
        numbers = [column.name for column in table.columns if column.kind is Kind.NUMBER]
        if table.name == "figure":
            kept["figure"] = _without_values(tables["figure"], restricted)
        elif table.id_column and numbers:
            kept[table.name] = _without_numbers(
                tables[table.name], table.id_column, numbers, alone=alone, said=said
            )
    kept["spectrum"] = _without_democracy(kept["spectrum"], lineage, alone)
    return kept


def _without_restricted_events(tables: Tables, held: Collection[str]) -> Tables:
    """The tables without events, and what registers say of them, that rest on none but restricted
    registers: a single row of a register cannot be computed, it can only be passed on.

    Such rows rest on captured files, and these cite the edition that they are a part of.
    """
    free = tables["capture"].join(_free(tables, held), on="source_id", how="semi")
    allowed = tables["lineage"].join(free, left_on="row_id", right_on="capture_id", how="semi")
    kept = dict(tables)
    gone: list[str] = []
    for name in _SINGLE:
        column = f"{name}_id"
        lost = tables[name].join(allowed, left_on=column, right_on="result_id", how="anti")
        gone += lost.get_column(column).to_list()
        kept[name] = tables[name].join(lost, on=column, how="anti")
    # What came first, an agreement or the event, says when the event was.
    is_told = pl.col("measured_id").is_in(gone)
    gone += tables["precedence"].filter(is_told).get_column("precedence_id").to_list()
    kept["precedence"] = tables["precedence"].filter(~is_told)
    kept["lineage"] = tables["lineage"].filter(
        ~pl.col("result_id").is_in(gone), ~pl.col("row_id").is_in(gone)
    )
    return kept


def _free(tables: Tables, held: Collection[str]) -> pl.DataFrame:
    return tables["source"].filter(
        pl.col("redistribution").is_in(MAY_LEAVE) | pl.col("source_id").is_in(list(held))
    )


def _restricted(tables: Tables, held: Collection[str]) -> pl.DataFrame:
    """Figures of which no cited source may leave."""
    allowed = tables["citation"].join(_free(tables, held), on="source_id", how="semi")
    return tables["figure"].join(allowed, left_on="figure_id", right_on="row_id", how="anti")


def _resting_alone(lineage: pl.DataFrame, restricted: set[str]) -> set[str]:
    """Rows that rest on one restricted row and on nothing else, step by step."""
    rows = lineage.filter(~pl.col("row_id").str.starts_with("sel-"))
    single = rows.group_by("result_id").agg(pl.col("row_id").first(), n=pl.len())
    on = dict(single.filter(n=1).select("result_id", "row_id").iter_rows())
    alone = set(restricted)
    while more := {result for result, row in on.items() if row in alone} - alone:
        alone |= more
    return alone


def _means_of(restricted: pl.DataFrame, tables: Tables) -> set[str]:
    """Readings of democracy that rest on a restricted figure, the mean of the measures too.

    The other measures stand beside it: three times the mean less these is the restricted one.
    """
    resting = tables["lineage"].join(restricted, left_on="row_id", right_on="figure_id", how="semi")
    readings = tables["democracy_reading"].join(
        resting, left_on="reading_id", right_on="result_id", how="semi"
    )
    return set(readings.get_column("reading_id"))


def _without_democracy(
    places: pl.DataFrame, lineage: pl.DataFrame, withheld: set[str]
) -> pl.DataFrame:
    """Places in Figure 1 whose democracy comes from a reading that is withheld."""
    resting = lineage.filter(pl.col("row_id").is_in(list(withheld)))
    readings = resting.filter(pl.col("row_id").str.starts_with("dem-"))
    is_theirs = pl.col("spectrum_id").is_in(readings.get_column("result_id").unique().implode())
    columns = ("democracy", "democracy_low", "democracy_high")
    return places.with_columns(pl.when(~is_theirs).then(name).alias(name) for name in columns)


def _said(lineage: pl.DataFrame, restricted: pl.DataFrame) -> pl.DataFrame:
    """The restricted numbers that each row rests on, at once or by one row between.

    Whole numbers are left out: a share of 0, a count of 3 says nothing of where it comes from.
    """
    numbers = restricted.unpivot(_SAID, index="figure_id", value_name="said").drop_nulls("said")
    numbers = numbers.filter(pl.col("said") != pl.col("said").round())
    direct = lineage.join(numbers, left_on="row_id", right_on="figure_id")
    between = lineage.join(
        direct.select("result_id", "said"), left_on="row_id", right_on="result_id"
    )
    columns = ("result_id", "said")
    return pl.concat([direct.select(columns), between.select(columns)]).unique()


def _without_values(figures: pl.DataFrame, restricted: pl.DataFrame) -> pl.DataFrame:
    is_restricted = pl.col("figure_id").is_in(restricted.get_column("figure_id").implode())
    had = is_restricted & pl.col("value").is_not_null()
    return figures.with_columns(
        pl.when(had).then(pl.lit(_WITHHELD)).otherwise("gap").alias("gap"),
        *(
            pl.when(~is_restricted).then(name).alias(name)
            for name in ("value", "low", "high", "as_written")
        ),
    )


def _without_hash(stated: pl.DataFrame, restricted: pl.DataFrame) -> pl.DataFrame:
    """A hash over few digits can be tried out: where the value must not leave, it goes too."""
    is_restricted = pl.col("row_id").is_in(restricted.get_column("figure_id").implode())
    return stated.with_columns(pl.when(~is_restricted).then("stated_id").alias("stated_id"))


def _without_numbers(
    frame: pl.DataFrame,
    key: str,
    numbers: Collection[str],
    *,
    alone: set[str],
    said: pl.DataFrame,
) -> pl.DataFrame:
    is_alone = pl.col(key).is_in(list(alone))
    columns = [pl.when(~is_alone).then(name).alias(name) for name in numbers]
    frame = frame.with_columns(columns)
    for name in numbers:
        same = frame.join(said, left_on=key, right_on="result_id").filter(
            (pl.col(name) - pl.col("said")).abs() <= _SAME * pl.col("said").abs().clip(1.0)
        )
        if same.height:
            repeats = pl.col(key).is_in(same.get_column(key).unique().implode())
            frame = frame.with_columns(pl.when(~repeats).then(name).alias(name))
    return frame
