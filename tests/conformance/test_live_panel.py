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
    of_ledger = live["figure"].filter(pl.col("edition").is_null())
    unchanged = stated.join(of_ledger, on="figure_id", how="semi")
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


def test_china_index_from_its_answers(
    originals: Originals, live: Tables, tables: Tables, say: Callable[[str, int, int], None]
) -> None:
    scores = live["china_index_score"]
    overall = scores.filter(domain="overall")
    tidy = originals.tidy("indices/china_index_country_scores.csv")
    both = overall.join(
        tidy, left_on=["edition", "country_id"], right_on=["edition", "iso3"], how="inner"
    )
    assert both.height == overall.height == tidy.height == 229
    for column, theirs in (("points", "score_sum"), ("maximum", "score_max")):
        assert both[column].to_list() == both[theirs].cast(pl.Int64).to_list()
    assert scores.height == 229 * 10
    assert scores["why_absent"].null_count() == scores.height
    width = (pl.col("rank_high") - pl.col("rank_low")).median()
    technology = scores.filter(domain="Technology").group_by("edition").agg(width)
    widths = dict(technology.iter_rows())
    assert abs(widths["2022"] - 51) <= 1
    assert abs(widths["2024"] - 56) <= 1
    carried = overall.filter(pl.col("is_carried"))
    assert dict(carried.group_by("edition").len().iter_rows()) == {"2022": 46}
    assert set(carried["carried_share"]) <= {0.9, 1.0}
    leads = overall.filter(pl.col("rank") == 1).select("edition", "country_id").sort("edition")
    assert leads.rows() == [("2021", "KHM"), ("2022", "PAK"), ("2024", "PAK")]
    assert tables["china_index_score"].is_empty()
    assert tables["china_index_change"].is_empty()
    say("China Index in a live build", scores.height, 2 * 229 + 2 + 46)


def test_china_index_has_change_only_where_it_compares(live: Tables) -> None:
    changes = live["china_index_change"]
    first = changes.filter(second_edition="2022")
    assert first.height == 10
    assert first["country_id"].null_count() == 10
    assert first["reason"].str.contains("all 46 countries .* carried over").all()
    second = changes.filter(second_edition="2024")
    told = second.drop_nulls("change")
    assert set(told["domain"]) == {"Economy"}
    assert told.height == 80
    assert set(told["items"]) == {5}
    assert second.filter(pl.col("country_id").is_null()).height == 9


def test_no_single_answer_is_in_a_live_release(live: Tables) -> None:
    assert not {"item_no", "score"} & {name for table in live.values() for name in table.columns}
    rests = live["lineage"].filter(pl.col("result_id").str.contains("^ci[sc]-"))
    captures = live["capture"].filter(connector_id="china_index")
    assert set(rests["row_id"]) == set(captures["capture_id"])
    cited = captures.join(live["citation"], left_on="capture_id", right_on="row_id")
    assert cited["source_id"].to_list() == cited["source_id_right"].to_list()
    assert cited.height == captures.height == 6
    said = live["figure"].filter(pl.col("indicator_id").str.contains("_2024_police_"))
    from_files = said.drop_nulls("edition")
    assert set(from_files["value"]) <= {None}
