"""The points of Figure 1, read from the figures."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

ITEM_POINTS = 4.0  # an item of the China Index gives 0 to 4 points
DEMOCRACY_RANGE = 10.0  # the EIU's scale runs from 0 to 10

_INDICATORS = {
    "china_index_technology_points": "points",
    "china_index_technology_maximum": "maximum",
    "eiu_overall": "democracy",
}


@dataclass(frozen=True, slots=True)
class Points:
    """Countries with both axes, by country id; every array is in that order.

    `tech` is a share of the possible points, `items` the number of answered items, `democracy`
    the EIU's score of 0 to 10, `row_ids` the figures behind each point.
    """

    country_ids: tuple[str, ...]
    tech: Numbers
    items: Numbers
    democracy: Numbers
    row_ids: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.country_ids)

    @property
    def all_row_ids(self) -> list[str]:
        """The figures behind all points, sorted."""
        return sorted(row_id for ids in self.row_ids for row_id in ids)


def read_points(figures: pl.DataFrame, *, period: str) -> Points:
    """Points of one period; a country that lacks either axis is left out, never filled in."""
    wide = (
        figures.filter(
            pl.col("period") == period,
            pl.col("indicator_id").is_in(list(_INDICATORS)),
            pl.col("value").is_not_null(),
        )
        .with_columns(axis=pl.col("indicator_id").replace_strict(_INDICATORS, default=None))
        .group_by("country_id")
        .agg(
            *(
                pl.col("value").filter(pl.col("axis") == axis).first().alias(axis)
                for axis in _INDICATORS.values()
            ),
            row_ids=pl.col("figure_id").sort(),
        )
        .drop_nulls()
        .filter(pl.col("maximum") > 0)
        .sort("country_id")
    )
    return Points(
        country_ids=tuple(wide["country_id"]),
        tech=(wide["points"] / wide["maximum"]).cast(pl.Float64).to_numpy(),
        items=(wide["maximum"] / ITEM_POINTS).cast(pl.Float64).to_numpy(),
        democracy=wide["democracy"].cast(pl.Float64).to_numpy(),
        row_ids=tuple(tuple(ids) for ids in wide["row_ids"].to_list()),
    )
