"""Projects and incidents of the publishers' own files, as events of a live build."""

from collections import Counter
from collections.abc import Callable, Mapping

import polars as pl
import pytest

from sharedfuture.pipeline.live.happenings import INSIDE, inside, with_happenings
from sharedfuture.pipeline.live.listen import Heard, Live, State
from sharedfuture.sources.declaration import declaration
from tests.conformance.happenings_bundle import EUREPOC, INITIATORS, aiddata, eurepoc_counts
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
NOBODY: frozenset[str] = frozenset()
GEOSPATIAL = {"projects": "originals/aiddata/gcdf_3.0/final_input.csv.gz"}


def live(originals: Originals, source: str, edition: str, parts: Mapping[str, str]) -> Live:
    """A source of which this edition alone was captured."""
    declared = declaration(source)
    (of,) = (item for item in declared.edition if item.name == edition)
    frames = originals.read(source, edition, parts)
    heard = Heard(originals.edition(source, edition, parts), of, frames)
    return Live(source, declared, State.IN_USE, (heard,))


def test_the_whole_table_of_projects_has_those_of_the_ledger(
    originals: Originals, tables: Mapping[str, pl.DataFrame], say: Say
) -> None:
    item = live(originals, "aiddata", "gcdf_3.0_geospatial", GEOSPATIAL)
    frames = with_happenings(tables, [item], licences_held=NOBODY)
    rows = frames["citation"].filter(pl.col("source_id") == item.heard[0].source_id)
    ids = set(rows.get_column("row_id"))
    assert {row["event_id"] for row in aiddata()} <= ids
    assert rows.height == len(ids)
    assert frames["event"].get_column("event_id").is_unique().all()
    added = frames["event"].join(tables["event"], on="event_id", how="anti")
    assert set(added.get_column("event_id")) <= ids
    say("projects of AidData as events", item.rows_in, len(ids))
    assert (len(ids), added.height) == (AIDDATA_EVENTS, AIDDATA_ADDED)


def test_incidents_inside_give_the_counts_that_the_ledger_carries(
    originals: Originals, say: Say
) -> None:
    kept = inside([live(originals, "eurepoc", "1.1", EUREPOC)], licences_held=NOBODY)
    parties = kept[INSIDE[1]]
    names = {"CHN": "China", "RUS": "Russia", "USA": "United States"}
    by = parties.filter(pl.col("role") == "attributed_to", pl.col("party_id").is_in(list(names)))
    pairs = by.join(parties.filter(pl.col("role") == "target"), on="event_id", suffix="_of")
    dated = pairs.join(kept[INSIDE[0]], on="event_id")
    counts = Counter(
        (whom, f"eurepoc_incidents_by_{INITIATORS[names[who]]}", edtf[:4])
        for who, whom, edtf in dated.select("party_id", "party_id_of", "date_edtf").iter_rows()
    )
    assert counts == eurepoc_counts()[0]
    say("incidents of EuRepoC inside", kept[INSIDE[0]].height, counts.total())


AIDDATA_EVENTS, AIDDATA_ADDED = 273, 0
