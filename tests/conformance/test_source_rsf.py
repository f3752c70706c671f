"""RSF's own yearly files give every score of the tidied table, and two years that it lacks."""

from collections.abc import Callable

import polars as pl
import pytest

from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

LEFT_EMPTY = {"2008", "2012"}  # years whose scores the tidied table lost


def test_rsf_scores(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    years = [edition.name for edition in declaration("rsf").edition]
    read = pl.concat(
        originals.read("rsf", year, {"ranking": f"originals/rsf/{year}.csv"})["value"]
        for year in years
    )
    tidy = originals.tidy("indices/rsf_press_freedom.csv").select(
        pl.col("iso3").alias("country_as_written"),
        pl.col("year").alias("period"),
        pl.col("score").cast(pl.Float64),
    )
    both = read.join(tidy, on=("country_as_written", "period"), how="inner")
    assert both.height == tidy.height
    assert read.height == tidy.height
    compared = both.drop_nulls("score")
    assert set(both.filter(pl.col("score").is_null()).get_column("period")) == LEFT_EMPTY
    apart = compared.filter((pl.col("value") - pl.col("score")).abs() > 1e-9)
    assert apart.is_empty()
    say("RSF World Press Freedom Index", read.height, compared.height)
