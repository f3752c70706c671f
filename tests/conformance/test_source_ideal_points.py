"""The authors' own file of ideal points gives every number of the tidied table."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FILE = "originals/voeten_un_votes/IdealpointestimatesAll_Apr2020.csv"
COMPARED = {"value": "IdealPoint", "low": "Q5%", "high": "Q95%"}


def test_ideal_points(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    read = originals.read("ideal_points", "2020-04", {"all_votes": FILE})["value"]
    tidy = originals.tidy("alignment/un_votes/ideal_points_all_1946_2019.csv.gz")
    assert read.height == tidy.height == 10_469
    assert read.get_column("period").to_list() == tidy.get_column("year").to_list()
    for ours, theirs in COMPARED.items():
        assert read.get_column(ours).to_list() == tidy.get_column(theirs).cast(pl.Float64).to_list()
    former = {"CSK", "DDR", "YAR", "YUG"}
    both = read.select("country_id").with_columns(tidy.select("iso3c", "ccode"))
    living = both.filter(~pl.col("iso3c").is_in(former) & (pl.col("ccode") != "260"))
    assert living.filter(pl.col("country_id") != pl.col("iso3c")).is_empty()
    assert living.get_column("country_id").null_count() == 0
    assert {"São Tomé & Príncipe", "Côte d’Ivoire"} <= set(read.get_column("country_as_written"))
    say("Ideal points, all votes", read.height, read.height * len(COMPARED))
