"""All publishers' files at once: a live build, and what it says of the figures of the ledger."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from tests.conformance.live_store import HELD, fill_store
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

EVIDENCE = Path(__file__).parents[2] / "evidence"
Tables = Mapping[str, pl.DataFrame]

# Every figure of these indicators in the ledger stands in the publisher's own file, and is the
# same to the decimals that the ledger wrote down.
CONFIRMED = {
    "aiddata_projects": 141,
    "china_index_2024_police_agreement": 100,  # one answer of 101 was not given
    "china_index_2024_police_training": 100,
    "china_index_2024_technology_maximum": 101,
    "china_index_2024_technology_points": 101,
    "china_index_technology_maximum": 82,
    "china_index_technology_points": 82,
    "eiu_overall": 82,
    "un_ideal_point": 193,
    "un_vote_a_res_60_45": 178,
    "un_vote_a_res_61_54": 177,
    "un_vote_a_res_62_17": 180,
    "un_vote_a_res_63_37": 179,
    "vdem_polyarchy": 2288,
    "wgi_voice_accountability": 2391,
}
# The workbook of 2016 to 2022 is older than the snapshot in the ledger, which has later additions.
OLDER = {"access_now_shutdowns": 168}


@pytest.fixture(scope="module")
def live(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("live")
    fill_store(folder, originals)
    settings = Settings(evidence=EVIDENCE, out=folder / "out", var=folder)
    return compute(capture_ledger(settings), settings).tables


def test_every_captured_source_is_in_use(live: Tables) -> None:
    captured = {source for source, _ in HELD}
    states = dict(live["connector"].select("connector_id", "state").iter_rows())
    assert {name for name, state in states.items() if state == "in_use"} == captured
    assert set(states.values()) <= {"in_use", "never_captured"}


def test_files_confirm_the_figures_of_the_ledger(
    live: Tables, tables: Tables, say: Callable[[str, int, int], None]
) -> None:
    stated = tables["figure"].select("figure_id", "indicator_id")
    from_files = live["citation"].filter(pl.col("source_id").str.starts_with("src-live-"))
    cited = stated.join(from_files, left_on="figure_id", right_on="row_id", how="semi")
    counts = dict(cited.group_by("indicator_id").len().iter_rows())
    assert counts == CONFIRMED | OLDER
    unchanged = stated.join(live["figure"].filter(pl.col("edition").is_null()), on="figure_id", how="semi")
    assert unchanged.height == stated.height
    rows = int(live["connector"].get_column("rows_in").sum())
    say("the live panel, all sources at once", rows, cited.height)


def test_panel_grows_by_the_files(live: Tables, tables: Tables) -> None:
    new = live["figure"].drop_nulls("edition")
    assert live["figure"].height == tables["figure"].height + new.height
    assert new.height > 50_000
    assert new.filter(pl.col("captured_date").is_null()).is_empty()
    withheld = new.filter(gap="licence")
    assert withheld.drop_nulls("value").is_empty()
    restricted = live["source"].filter(pl.col("redistribution") == "derived_only")
    of_restricted = live["citation"].join(restricted, on="source_id", how="semi")
    known = new.join(of_restricted, left_on="figure_id", right_on="row_id", how="semi")
    assert known.drop_nulls("value").is_empty()
