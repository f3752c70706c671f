"""Indicators that a publisher states as a value for each country."""

from statistics import NormalDist

import polars as pl

from sharedfuture.analyse.index.evidence import Evidence
from sharedfuture.analyse.index.rows import (
    ErrorBasis,
    State,
    empty_inputs,
    frame_of_inputs,
    with_bounds,
)
from sharedfuture.records.errors import LedgerFaulty
from sharedfuture.records.fault import Fault, Spot

ANSWER_POINTS = 4.0  # an answer of the China Index gives 0 to 4 points
_LEVEL_OF_QUANTILES = 0.9  # the ideal points carry their 5th and 95th percentiles


def series_with_bounds(
    held: Evidence, *, code: str, indicator_id: str, longest_age: int
) -> pl.DataFrame:
    """A series whose publisher gives bounds of about one standard error.

    The standard error is half the width between them; the bounds stay as published.
    """
    latest = held.latest(indicator_id, longest_age=longest_age).drop_nulls(["low", "high"])
    return frame_of_inputs(
        _measured(latest).with_columns(
            standard_error=(pl.col("high") - pl.col("low")) / 2,
            error_basis=pl.lit(ErrorBasis.PUBLISHED.value),
        ),
        code=code,
    )


def series_without_bounds(
    held: Evidence, *, code: str, indicator_id: str, longest_age: int, error_share: float
) -> pl.DataFrame:
    """A judgement without published error: a share of the standard deviation over countries."""
    latest = held.latest(indicator_id, longest_age=longest_age)
    rows = _measured(latest).with_columns(
        standard_error=(pl.col("value").std() * error_share).fill_null(0.0),
        error_basis=pl.lit(ErrorBasis.ASSUMED.value),
    )
    return frame_of_inputs(with_bounds(rows), code=code)


def single_answer(
    held: Evidence, *, code: str, indicator_id: str, longest_age: int, error_points: float
) -> pl.DataFrame:
    """One answer of one or few experts, with the same assumed error for all countries."""
    latest = held.latest(indicator_id, longest_age=longest_age)
    rows = _measured(latest).with_columns(
        standard_error=pl.lit(error_points), error_basis=pl.lit(ErrorBasis.ASSUMED.value)
    )
    return frame_of_inputs(with_bounds(rows, least=0.0, greatest=ANSWER_POINTS), code=code)


def recorded_total(
    held: Evidence, *, code: str, indicator_id: str, longest_age: int
) -> pl.DataFrame:
    """A total that a register states; a country without one is not covered, never zero."""
    latest = held.latest(indicator_id, longest_age=longest_age)
    rows = _measured(latest).with_columns(
        standard_error=pl.lit(0.0), error_basis=pl.lit(ErrorBasis.NOT_ESTIMATED.value)
    )
    return frame_of_inputs(with_bounds(rows, least=0.0), code=code)


def share_of_points(
    held: Evidence, *, code: str, editions: list[str], item_dispersion: float, prior_count: float
) -> pl.DataFrame:
    """Points over possible points in the first of the editions that is held; none are mixed.

    An edition is named as its points and possible points are, without the last word. The standard
    error is that of a beta distribution on as many yes-or-no answers as the answers are worth
    (their number over `item_dispersion`), with `prior_count` more on each side (Brown, Cai and
    DasGupta 2001). Raises LedgerFaulty where there are more points than possible.
    """
    for edition in editions:
        points = _points_of(held, edition)
        if points.height:
            break
    else:
        return empty_inputs()
    answers = pl.col("maximum") / ANSWER_POINTS / item_dispersion
    share = pl.col("points") / pl.col("maximum")
    yes, no = share * answers + prior_count, (1 - share) * answers + prior_count
    rows = points.select(
        "country_id",
        "period",
        "row_ids",
        state=pl.lit(State.MEASURED.value),
        value=share,
        standard_error=(yes * no / ((yes + no) ** 2 * (yes + no + 1))).sqrt(),
        error_basis=pl.lit(ErrorBasis.DERIVED.value),
    )
    return frame_of_inputs(with_bounds(rows, least=0.0, greatest=1.0), code=code)


def distance_from_reference(
    held: Evidence, *, code: str, indicator_id: str, longest_age: int
) -> pl.DataFrame:
    """How far a country's position is from the reference country's, on either side.

    The standard error is that of the country's own position, from its 5th and 95th percentiles;
    the error of the reference is the same for all and is left out.
    """
    latest = held.latest(indicator_id, longest_age=longest_age).drop_nulls(["low", "high"])
    at = latest.filter(pl.col("country_id") == held.reference)
    if at.is_empty():
        return empty_inputs()
    width = 2 * NormalDist().inv_cdf((1 + _LEVEL_OF_QUANTILES) / 2)
    rows = latest.filter(pl.col("country_id") != held.reference).select(
        "country_id",
        "period",
        state=pl.lit(State.MEASURED.value),
        value=(pl.col("value") - at["value"][0]).abs(),
        standard_error=(pl.col("high") - pl.col("low")) / width,
        error_basis=pl.lit(ErrorBasis.PUBLISHED.value),
        row_ids=pl.concat_list("figure_id", pl.lit(at["figure_id"][0])).list.sort(),
    )
    return frame_of_inputs(with_bounds(rows, least=0.0), code=code)


def _measured(latest: pl.DataFrame) -> pl.DataFrame:
    return latest.with_columns(
        state=pl.lit(State.MEASURED.value), row_ids=pl.concat_list("figure_id")
    )


def _points_of(held: Evidence, edition: str) -> pl.DataFrame:
    """Countries with points and possible points of an edition: points, maximum, row_ids."""
    points, maximum = (
        held.stated(f"{edition}_{column}").select(
            "country_id", "period", "figure_id", pl.col("value").alias(column)
        )
        for column in ("points", "maximum")
    )
    joined = (
        points.join(maximum, on=["country_id", "period"], suffix="_maximum")
        .filter(pl.col("maximum") > 0)
        .with_columns(row_ids=pl.concat_list("figure_id", "figure_id_maximum").list.sort())
    )
    _require_possible(joined)
    return joined


def _require_possible(points: pl.DataFrame) -> None:
    """Raise LedgerFaulty, naming the figures, where points are outside what is possible."""
    beyond = points.filter((pl.col("points") < 0) | (pl.col("points") > pl.col("maximum")))
    faults = [
        Fault(Spot(figure_id, 0), f"0 to {most:g} points", f"{found:g}")
        for figure_id, most, found in beyond.select("figure_id", "maximum", "points").iter_rows()
    ]
    if faults:
        raise LedgerFaulty(faults)
