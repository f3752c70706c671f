"""The MISP galaxy's own cluster of threat actors, against the tidied table of those of the PRC."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

COLUMNS = {
    "name": "name",
    "sponsor": "cfr_suspected_state_sponsor",
    "victims": "cfr_suspected_victims",
    "synonyms": "synonyms",
}


def test_threat_actors(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    file = "originals/misp_galaxy/clusters/threat-actor.json"
    read = originals.read("threat_actors", "336", {"threat_actor": file})["threat_actor"]
    assert read.height == 864
    folder = "alignment/cyber_incidents"
    tidy = originals.tidy(f"{folder}/misp_galaxy_prc_threat_actors_v336.csv")
    prc = read.filter(pl.col("country_id") == "CHN")
    assert prc.height == tidy.height == 176
    both = prc.join(tidy, left_on="actor_key", right_on="uuid", suffix="_tidy")
    assert both.height == 176
    cells = 0
    for ours, theirs in COLUMNS.items():
        name = f"{theirs}_tidy" if theirs in prc.columns else theirs
        mine = both.get_column(ours).str.replace_all("\n", "; ")
        assert mine.eq_missing(both.get_column(name)).all(), ours
        cells += mine.len() - mine.null_count()
    confidence = both.get_column("attribution_confidence").cast(pl.Float64)
    assert both.get_column("confidence").eq_missing(confidence).all()
    links = both.get_column("links").str.replace_all("\n", " ")
    assert links.eq_missing(both.get_column("refs")).all()
    cells += confidence.len() - confidence.null_count() + links.len() - links.null_count()
    victims = prc.select("name", pl.col("victims").str.split("\n")).explode("victims").drop_nulls()
    pairs = originals.tidy(f"{folder}/misp_galaxy_prc_actor_victims.csv")
    assert pairs.height == 319
    assert victims.sort(pl.all()).rows() == pairs.sort(pl.all()).rows()
    of_all = read.group_by("confidence").len().sort("confidence", nulls_last=True)
    assert of_all.rows() == [(10, 1), (25, 1), (50, 154), (75, 5), (100, 2), (None, 701)]
    say("MISP galaxy, threat actors", read.height, cells + victims.height + 1)
