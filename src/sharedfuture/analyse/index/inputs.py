"""What the index is made of: one value a country and indicator, or why there is none.

Which indicators there are, how each is made and why so stands in `parameters.toml`; their names,
directions, weights and places in the recipe of the index.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from sharedfuture.analyse.index.ballots import same_votes
from sharedfuture.analyse.index.evidence import Evidence
from sharedfuture.analyse.index.registers import (
    documented_or_not,
    records_of_a_kind,
    years_with_records,
)
from sharedfuture.analyse.index.relations import events_by_rung, standing_in, texts_joined
from sharedfuture.analyse.index.rows import NO_ROWS, State, empty_inputs
from sharedfuture.analyse.index.series import (
    distance_from_reference,
    recorded_total,
    series_with_bounds,
    series_without_bounds,
    share_of_points,
    single_answer,
)
from sharedfuture.analyse.step import Step

STEP = Step(
    id="index.inputs",
    reads={
        "figures": "aligned.figure",
        "ties": "aligned.tie",
        "events": "aligned.event",
        "event_parties": "aligned.event_party",
        "actors": "aligned.actor",
        "countries": "aligned.country",
    },
    writes="derived.index_input",
    version=2,
)

_MAKERS: Mapping[str, Callable[..., pl.DataFrame]] = {
    maker.__name__: maker
    for maker in (
        *(series_with_bounds, series_without_bounds, single_answer, recorded_total),
        *(share_of_points, distance_from_reference, records_of_a_kind, years_with_records),
        *(documented_or_not, standing_in, texts_joined, events_by_rung, same_votes),
    )
}


def run(
    figures: pl.DataFrame,
    ties: pl.DataFrame,
    events: pl.DataFrame,
    event_parties: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    reference: str,
    left_out: list[str],
    besides_members: list[str],
    indicators: list[dict[str, Any]],  # as the TOML file has them; the makers name what they take
) -> pl.DataFrame:
    """One row for each unit and indicator; the state says where the value comes from.

    `row_ids` are the rows that a value rests on, `pool_ids` the whole set that an absence rests
    on.
    """
    units = _units_of(countries, left_out=left_out, besides_members=besides_members)
    held = Evidence(figures, ties, events, event_parties, actors, units, reference)
    parts = [_made(held, indicator) for indicator in indicators]
    covered = pl.concat([empty_inputs(), *parts])
    return _with_uncovered(covered, units, [str(item["code"]) for item in indicators])


def _units_of(
    countries: pl.DataFrame, *, left_out: Sequence[str], besides_members: Sequence[str]
) -> pl.Series:
    """Members of the United Nations and the governments named besides, by country id."""
    is_unit = pl.col("is_un_member") | pl.col("country_id").is_in(besides_members)
    return countries.filter(is_unit, ~pl.col("country_id").is_in(left_out))["country_id"].sort()


def _made(held: Evidence, indicator: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of one indicator; all that its entry says besides is for its maker."""
    choices = {key: value for key, value in indicator.items() if key not in ("made_by", "because")}
    return _MAKERS[indicator["made_by"]](held, **choices)


def _with_uncovered(covered: pl.DataFrame, units: pl.Series, codes: Sequence[str]) -> pl.DataFrame:
    """Every unit with every indicator; countries that are no units are left out.

    That a country is not covered rests on all rows that the indicator is made from.
    """
    every = units.to_frame("country_id").join(
        pl.DataFrame({"indicator_code": codes}, schema={"indicator_code": pl.String}), how="cross"
    )
    behind = covered.group_by("indicator_code").agg(
        behind_ids=pl.col("row_ids").explode().drop_nulls().unique().sort()
    )
    is_covered = pl.col("state").is_not_null()
    return (
        every.join(covered, on=["country_id", "indicator_code"], how="left")
        .join(behind, on="indicator_code", how="left")
        .with_columns(
            index_input_id=pl.format("inp-{}-{}", "country_id", "indicator_code"),
            state=pl.col("state").fill_null(State.NOT_COVERED.value),
            row_ids=pl.when(is_covered).then("row_ids").otherwise(NO_ROWS),
            pool_ids=pl.when(is_covered)
            .then("pool_ids")
            .otherwise(pl.col("behind_ids").fill_null(NO_ROWS)),
        )
        .select(covered.columns)
        .sort("index_input_id")
    )
