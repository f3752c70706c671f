"""What one input of the index is: its state, its error, the rows it rests on."""

from collections.abc import Iterable
from enum import StrEnum

import polars as pl

from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE

_ROW_IDS = pl.List(pl.String)
NO_ROWS = pl.lit([], dtype=_ROW_IDS)


class State(StrEnum):
    """Where a value comes from; zero, nothing and unknown are three things."""

    MEASURED = "measured"
    """A source states a value for the country; it may be zero."""
    TRUE_ZERO = "true_zero"
    """The country is not on a list that is complete."""
    NONE_RECORDED = "none_recorded"
    """A register that looks at the country has no entry for it; it may have missed something."""
    NOT_COVERED = "not_covered"
    """No source looks at the country: there is no value."""


class ErrorBasis(StrEnum):
    """Where the standard error of a value comes from."""

    PUBLISHED = "published"
    """The publisher's own."""
    DERIVED = "derived"
    """Worked out from how the value was made."""
    ASSUMED = "assumed"
    """A judgement whose publisher gives no error; the parameters say what stands in for it."""
    EXACT = "exact"
    """A matter of record: a vote, a signature, a membership."""
    NOT_ESTIMATED = "not_estimated"
    """A register's entry; what it missed is unknown, and the 0 does not speak of that."""


def frame_of_inputs(rows: pl.DataFrame, *, code: str) -> pl.DataFrame:
    """Rows of one indicator with all columns of the table, `row_ids` and `pool_ids`.

    Expected are country_id, state, period, value, low, high, standard_error, error_basis and
    `row_ids`; `pool_ids`, the whole set that an absence rests on, may be left out.
    """
    columns = rows.columns
    return rows.select(
        pl.format("inp-{}-{}", "country_id", pl.lit(code)).alias("index_input_id"),
        "country_id",
        pl.lit(code).alias("indicator_code"),
        *("state", "period", "value", "low", "high", "standard_error", "error_basis", "row_ids"),
        (pl.col("pool_ids") if "pool_ids" in columns else NO_ROWS.alias("pool_ids")),
    ).cast(empty_inputs().schema)


def empty_inputs() -> pl.DataFrame:
    """No rows: nothing is held from which the indicator could be made."""
    table = schema_of(TABLE["index_input"])
    return pl.DataFrame(schema={**table, "row_ids": _ROW_IDS, "pool_ids": _ROW_IDS})


def with_bounds(
    rows: pl.DataFrame, *, least: float | None = None, greatest: float | None = None
) -> pl.DataFrame:
    """The rows with `low` and `high`, one standard error around the value, within the scale."""
    value, error = pl.col("value"), pl.col("standard_error")
    return rows.with_columns(
        low=(value - error).clip(least, greatest), high=(value + error).clip(least, greatest)
    )


def with_absences(
    found: pl.DataFrame,
    looked_at: pl.DataFrame,
    *,
    absent: State,
    basis: ErrorBasis,
    pool: Iterable[str],
) -> pl.DataFrame:
    """What was found for the countries that were looked at; zero where nothing was.

    `found` has country_id, value and row_ids; `looked_at` country_id and the row_ids that say so.
    A zero rests on these and on the whole `pool`. The standard error is 0.
    """
    held = looked_at.join(found, on="country_id", how="left", suffix="_found")
    is_absent = pl.col("row_ids_found").is_null()
    rows = held.with_columns(
        state=pl.when(is_absent).then(pl.lit(absent.value)).otherwise(pl.lit("measured")),
        value=pl.col("value").fill_null(0.0),
        standard_error=pl.lit(0.0),
        error_basis=pl.lit(basis.value),
        row_ids=pl.coalesce("row_ids_found", "row_ids"),
        pool_ids=pl.when(is_absent)
        .then(pl.lit(sorted(set(pool)), dtype=_ROW_IDS))
        .otherwise(NO_ROWS),
    )
    return with_bounds(rows.drop("row_ids_found"), least=0.0)
