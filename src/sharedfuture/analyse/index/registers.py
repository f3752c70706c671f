"""Indicators that count the entries of a register; where it has none, the zero says so."""

import polars as pl

from sharedfuture.analyse.index.evidence import Evidence
from sharedfuture.analyse.index.rows import (
    NO_ROWS,
    ErrorBasis,
    State,
    empty_inputs,
    frame_of_inputs,
    with_absences,
    with_bounds,
)


def records_of_a_kind(
    held: Evidence, *, code: str, indicator_id: str, coverage_id: str, counted_share: float
) -> pl.DataFrame:
    """Number of records; zero where the register has other records of the country only.

    A share of all records is counted, `counted_share`. If each is as likely to be left out as any
    other, the number behind a count of n has, in units of the count, the standard deviation
    sqrt((n + 1) (1 - share)): the negative binomial that follows from a flat prior.
    """
    stated, covered = held.stated(indicator_id), held.stated(coverage_id)
    if stated.is_empty() or covered.is_empty():
        return empty_inputs()
    rows = with_absences(
        stated.select("country_id", "value", pl.concat_list("figure_id").alias("row_ids")),
        covered.select("country_id", "period", pl.concat_list("figure_id").alias("row_ids")),
        absent=State.NONE_RECORDED,
        basis=ErrorBasis.DERIVED,
        pool=stated["figure_id"],
    ).with_columns(standard_error=((pl.col("value") + 1) * (1 - counted_share)).sqrt())
    return frame_of_inputs(with_bounds(rows, least=0.0), code=code)


def years_with_records(held: Evidence, *, code: str, indicator_id: str, years: int) -> pl.DataFrame:
    """In how many of the last years of a world-wide register a country has an entry."""
    stated = held.stated(indicator_id).filter(pl.col("value") > 0)
    if stated.is_empty():
        return empty_inputs()
    last = stated["year"].to_list()[stated["year"].arg_max() or 0]
    window = stated.filter(pl.col("year") > last - years)
    found = window.group_by("country_id").agg(
        value=pl.col("year").n_unique().cast(pl.Float64), row_ids=pl.col("figure_id").sort()
    )
    rows = with_absences(
        found,
        _everywhere(held, f"{last - years + 1}/{last}"),
        absent=State.NONE_RECORDED,
        basis=ErrorBasis.NOT_ESTIMATED,
        pool=window["figure_id"],
    )
    return frame_of_inputs(rows, code=code)


def documented_or_not(
    held: Evidence, *, code: str, indicator_id: str, coverage_id: str
) -> pl.DataFrame:
    """A yes or no from a register that lists only countries where it found something.

    Its publisher looked at more: the countries of `coverage_id`. For those of them that it does
    not list the zero says that nothing was documented.
    """
    stated, covered = held.stated(indicator_id), held.stated(coverage_id)
    if stated.is_empty() or covered.is_empty():
        return empty_inputs()
    listed = stated.select("country_id", "value", pl.concat_list("figure_id").alias("row_ids"))
    looked_at = covered.select("country_id", pl.concat_list("figure_id").alias("row_ids"))
    unlisted = listed.join(looked_at, on="country_id", how="anti")
    rows = with_absences(
        listed,
        pl.concat([looked_at, unlisted.drop("value")]).with_columns(
            period=pl.lit(stated["period"][0])
        ),
        absent=State.NONE_RECORDED,
        basis=ErrorBasis.NOT_ESTIMATED,
        pool=stated["figure_id"],
    )
    return frame_of_inputs(rows, code=code)


def _everywhere(held: Evidence, period: str) -> pl.DataFrame:
    return held.units.to_frame("country_id").with_columns(period=pl.lit(period), row_ids=NO_ROWS)
